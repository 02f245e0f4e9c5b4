"""Pictures in another shape than the delivered one: frame lines, crops, and people's own boards."""

from __future__ import annotations

from typing import Literal

from PIL import Image, ImageDraw, ImageOps

from greenlight.errors import InvalidInput
from greenlight.media.rules import check_still, parse_aspect
from greenlight.media.stills import decode_still, encode_jpeg, middle_box

# Enough light to judge what a little more headroom would show, too little to be taken for picture.
_BEYOND = 0.32
_LINE = (236, 232, 220)
_SAME = 2


def middle_of(width: int, height: int, ratio: float) -> tuple[int, int, int, int]:
    """The largest box (left, top, right, bottom) of a ratio in the middle of a picture.

    It is all of the picture where less than a pixel at either side would be lost.
    """
    wide, high = min(width, round(height * ratio)), min(height, round(width / ratio))
    if width - wide <= _SAME and height - high <= _SAME:
        return 0, 0, width, height
    return middle_box((width, height), (wide, high))


def with_frame_lines(picture: Image.Image, aspect: str) -> Image.Image:
    """The picture with frame lines at `aspect`, and what lies outside them darkened."""
    box = middle_of(picture.width, picture.height, parse_aspect(aspect))
    if box == (0, 0, picture.width, picture.height):
        return picture
    marked = picture.point(lambda value: round(value * _BEYOND))
    marked.paste(picture.crop(box), box[:2])
    draw = ImageDraw.Draw(marked)
    thick = max(1, round(min(picture.size) / 360))
    left, top, right, bottom = box
    if top:
        draw.rectangle((0, top - thick, picture.width, top - 1), fill=_LINE)
        draw.rectangle((0, bottom, picture.width, bottom + thick - 1), fill=_LINE)
    else:
        draw.rectangle((left - thick, 0, left - 1, picture.height), fill=_LINE)
        draw.rectangle((right, 0, right + thick - 1, picture.height), fill=_LINE)
    return marked


def framed_still(data: bytes, aspect: str, across: int = 0) -> bytes:
    """A still as a JPEG with frame lines at `aspect`; raises UnreadableMedia.

    It may be reduced to twice as many pixels `across` as are wanted.
    """
    picture = decode_still(data, across=across)[1]
    return encode_jpeg(with_frame_lines(picture, aspect), quality=92)


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
