"""Stills: facts, decoding within bounds, and smaller JPEGs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from io import BytesIO

from PIL import ExifTags, Image, UnidentifiedImageError

from greenlight.media.errors import UnreadableMedia
from greenlight.media.jpegs import outline
from greenlight.production.model import Strict

# What image models and people hand in; every other decoder stays shut to bytes from outside.
_MIME = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "WEBP": "image/webp"}
_MEGA = 1_000_000
_MOST_MEGAPIXELS = {"PNG": 25, "WEBP": 12.3, "JPEG": 67}
"""A JPEG can be decoded at a fraction of its size; the others are in memory whole at least once."""
_MOST_BUFFERED = 155 * _MEGA
"""Bytes of a progressive JPEG while it is decoded: 50 megapixels, or 25 with full colour."""

_LONGEST_SIDE = 32_768
"""Pixels of a side: half of what a JPEG can have, which is what pictures are shown as."""

MOST_DECODED = 4096 * 3072
"""Pixels that a decoded picture has at most: more than any model draws."""
_LARGE, _LARGE_BUFFER = 4 * _MEGA, 64 * _MEGA
_STRIP = 256
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 20_000
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FIRST_ON_ITS_SIDE = 5
"""What makes a picture upright, by the camera's note of how it was held."""
_one_at_a_time = threading.Lock()
"""Held while a large picture is decoded, which takes up to 150 MB."""


class StillInfo(Strict):
    """A picture's facts; width and height are pixels as displayed (orientation applied)."""

    width: int
    height: int
    format: str
    mime: str


def decode_still(
    data: bytes, *, across: int = 0, most: int = MOST_DECODED
) -> tuple[StillInfo, Image.Image]:
    """The facts and the upright 8-bit RGB picture; transparency is laid over black.

    The picture is reduced to at most `most` pixels, and may be to twice as many `across` and down
    as are wanted. Raises UnreadableMedia for anything but a whole PNG, JPEG or WebP, and for one of
    more pixels than can be held in memory.
    """
    with _loaded(data, most, across) as (info, picture, factor):
        return info, _upright(picture, factor)


def read_still(data: bytes) -> StillInfo:
    """The facts of a picture, after decoding all of it; raises UnreadableMedia."""
    with _loaded(data, 1, 0) as (info, _, _):
        return info


def thumbnail(data: bytes, width: int) -> bytes:
    """A JPEG of at most `width` pixels across, never enlarged."""
    return encode_jpeg(narrowed(decode_still(data, across=width)[1], width))


def narrowed(picture: Image.Image, width: int) -> Image.Image:
    """The picture, reduced to `width` pixels across where it is wider."""
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def middle_box(whole: tuple[int, int], part: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom) of a part's size in the middle of a picture."""
    left, top = (whole[0] - part[0]) // 2, (whole[1] - part[1]) // 2
    return left, top, left + part[0], top + part[1]


def fitted(data: bytes, side: int) -> bytes:
    """A JPEG of at most `side` pixels across and down, never enlarged."""
    _, picture = decode_still(data, across=side)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return encode_jpeg(picture)


def encode_jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """The picture as a progressive JPEG without metadata."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


@contextmanager
def _loaded(data: bytes, most: int, across: int) -> Iterator[tuple[StillInfo, Image.Image, int]]:
    """The facts, the picture as its decoder gives it, and by how much it is still to be reduced."""
    if not data:
        raise UnreadableMedia("picture", "it has no bytes")
    try:
        end, buffered = _whole(data)
        with Image.open(BytesIO(data[:end]), formats=("PNG", "JPEG", "WEBP")) as opened:
            width, height = opened.size
            _require_size(str(opened.format), width, height, buffered)
            factor = _factor(width, height, most // 4 if buffered > _LARGE_BUFFER else most, across)
            with _one_at_a_time if width * height > _LARGE else nullcontext():
                # Only JPEG's decoder can reduce a picture before it is in memory.
                opened.draft(None, (max(1, width // factor), max(1, height // factor)))
                opened.load()
                info = _facts(opened, width, height)
                yield info, opened, max(1, factor * opened.width // width)
    except UnreadableMedia:
        raise
    except UnidentifiedImageError:
        why = "unsupported format (supported: PNG, JPEG, WebP)"
        raise UnreadableMedia("picture", why) from None
    except Exception as error:  # Pillow's decoders raise a dozen types on damaged files
        raise UnreadableMedia("picture", f"{type(error).__name__}: {error}"[:200]) from error


def _facts(opened: Image.Image, width: int, height: int) -> StillInfo:
    name = str(opened.format)
    if _orientation(opened) >= _FIRST_ON_ITS_SIDE:
        width, height = height, width
    kind = "JPEG" if name == "MPO" else name
    return StillInfo(width=width, height=height, format=kind, mime=_MIME[name])


def _orientation(picture: Image.Image) -> int:
    found = picture.getexif().get(ExifTags.Base.Orientation, 1)
    return found if found in _TURNS else 1


def _factor(width: int, height: int, most: int, across: int) -> int:
    """By how much a picture is reduced (1, 2, 4 …), so as to keep twice what is wanted across."""
    factor = 1
    while width * height > most * factor**2 and factor < max(width, height):
        factor *= 2
    while across and min(width, height) >= 4 * across * factor:
        factor *= 2
    return factor


def _upright(picture: Image.Image, factor: int) -> Image.Image:
    """The picture in 8-bit RGB, reduced and as it was held, made strip by strip."""
    width, height = picture.size
    whole = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    rows = max(factor, _STRIP // factor * factor)
    for top in range(0, height, rows):
        strip = _rgb(picture.crop((0, top, width, min(top + rows, height))))
        whole.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    turn = _TURNS.get(_orientation(picture))
    return whole if turn is None else whole.transpose(turn)


def _require_size(name: str, width: int, height: int, buffered: int) -> None:
    most = _MOST_MEGAPIXELS["JPEG" if name == "MPO" else name]
    why = ""
    if width * height > int(most * _MEGA):
        why = f"too many (at most {most} megapixels of {name})"
    elif max(width, height) > _LONGEST_SIDE:
        why = f"too long (at most {_LONGEST_SIDE:,} a side)"
    elif buffered > _MOST_BUFFERED:
        why = "too many for a progressive JPEG"
    if why:
        raise UnreadableMedia("picture", f"{width}×{height} pixels are {why}")


def _whole(data: bytes) -> tuple[int, int]:
    """Where a picture ends, and the bytes that a progressive JPEG takes while it is decoded.

    Pillow forgives a file that lacks its last bytes; a half-stored take must not pass.
    """
    if data.startswith(b"\xff\xd8"):
        return outline(data)
    if data.startswith(_PNG):
        position = len(_PNG)
        for _ in range(_MOST_CHUNKS):
            kind = data[position + 4 : position + 8]
            position += 12 + int.from_bytes(data[position : position + 4], "big")
            if position > len(data):
                raise UnreadableMedia("picture", "the PNG file ends too early")
            if kind == b"IEND":
                return position, 0
        raise UnreadableMedia("picture", f"it has over {_MOST_CHUNKS:,} chunks")
    if data[8:12] == b"WEBP" and len(data) < int.from_bytes(data[4:8], "little") + 8:
        raise UnreadableMedia("picture", "the WebP file ends too early")
    return len(data), 0


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    if picture.mode.startswith("I"):  # 16-bit greys: convert() would clip instead of scale
        return picture.convert("I").point(lambda v: v / 257).convert("L").convert("RGB")
    if picture.has_transparency_data:
        upright = picture.convert("RGBA")
        black = Image.new("RGBA", upright.size, (0, 0, 0, 255))
        return Image.alpha_composite(black, upright).convert("RGB")
    return picture.convert("RGB")
