"""A picture that a person made, brought into a production's frame."""

from __future__ import annotations

from typing import Literal

from PIL import Image, ImageOps

from greenlight.errors import InvalidInput
from greenlight.media.rules import check_still, parse_aspect
from greenlight.media.stills import decode_still, encode_jpeg

Fit = Literal["", "crop", "pad"]
_SAME_SHAPE = 0.02


def board(data: bytes, aspect: str, fit: Fit, min_width: int, seen: str = "") -> tuple[bytes, str]:
    """The picture and its media type: as it came where it fits, else cropped or padded as a JPEG.

    `aspect` is such as "16:9", `min_width` pixels. A picture that is of the shape that will be
    `seen` of it is padded, to be cropped to itself again. Raises UnreadableMedia, and InvalidInput
    for a picture that is too small, blank, or of another shape when `fit` says nothing.
    """
    info, picture = decode_still(data)
    wanted, mime = parse_aspect(aspect), info.mime
    if not fit and seen and _is(info.width / info.height, seen) and not _is(wanted, seen):
        fit = "pad"
    if fit:
        data, mime = encode_jpeg(_fit(picture, wanted, fit), quality=95), "image/jpeg"
    wrong = [r for r in check_still(data, aspect=aspect, min_width=min_width) if not r.passed]
    if wrong:
        shape = any(r.name == "aspect" for r in wrong)
        hint = "; --fit crop cuts it to shape, --fit pad keeps all of it" if shape else ""
        raise InvalidInput(f"picture refused as a take: {wrong[0].detail}{hint}")
    return data, mime


def _is(ratio: float, aspect: str) -> bool:
    return abs(ratio / parse_aspect(aspect) - 1) < _SAME_SHAPE


def _fit(picture: Image.Image, wanted: float, fit: Fit) -> Image.Image:
    width, height = picture.size
    wide = width / height > wanted
    if (fit == "crop") == wide:
        size = (max(1, round(height * wanted)), height)
    else:
        size = (width, max(1, round(width / wanted)))
    if fit == "crop":
        return ImageOps.fit(picture, size)
    return ImageOps.pad(picture, size)
