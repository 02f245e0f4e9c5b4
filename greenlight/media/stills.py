"""Stills: what a picture is, a thumbnail of it, and a hash that near copies share."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict

from greenlight.media.errors import UnreadableMedia

# What image models and people hand in; every other decoder stays shut to bytes from outside.
_MIME = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "WEBP": "image/webp"}
# 8K × 8K: larger than any model draws, small enough to hold in memory once.
_MOST_PIXELS = 8192 * 8192
_HASH_SIDE = 16


class StillInfo(BaseModel):
    """A picture's facts; width and height are pixels as displayed (orientation applied)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int
    height: int
    format: str
    mime: str
    mode: str


def decode_still(data: bytes) -> tuple[StillInfo, Image.Image]:
    """The facts and the upright 8-bit RGB picture; transparency is laid over black.

    Raises UnreadableMedia for anything but a whole PNG, JPEG or WebP of at most 67 megapixels.
    """
    if not data:
        raise UnreadableMedia("picture", "it has no bytes")
    try:
        return _decode(data)
    except UnreadableMedia:
        raise
    except UnidentifiedImageError:
        raise UnreadableMedia("picture", "it is no PNG, JPEG or WebP") from None
    except Exception as error:  # Pillow's decoders raise a dozen types on damaged files
        raise UnreadableMedia("picture", f"{type(error).__name__}: {error}") from error


def read_still(data: bytes) -> StillInfo:
    """The facts of a picture, after decoding all of it; raises UnreadableMedia."""
    return decode_still(data)[0]


def thumbnail(data: bytes, width: int) -> bytes:
    """A JPEG of at most `width` pixels across, never enlarged."""
    _, picture = decode_still(data)
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return encode_jpeg(picture)


def fitted(data: bytes, side: int) -> bytes:
    """A JPEG of at most `side` pixels across and down, never enlarged."""
    _, picture = decode_still(data)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return encode_jpeg(picture)


def encode_jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """The picture as a progressive JPEG without metadata."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def difference_hash(data: bytes) -> int:
    """256 bits: whether each cell of a 16 × 16 grid is brighter than its right neighbour.

    A step of 2 of 255 is asked for, so that coding noise in an even sky sets no bits.
    """
    _, picture = decode_still(data)
    small = picture.convert("L").resize((_HASH_SIDE + 1, _HASH_SIDE), Image.Resampling.BOX)
    lumas = small.tobytes()
    bits = 0
    for row in range(_HASH_SIDE):
        start = row * (_HASH_SIDE + 1)
        for column in range(start, start + _HASH_SIDE):
            bits = bits << 1 | (lumas[column] > lumas[column + 1] + 2)
    return bits


def distance(one: int, other: int) -> int:
    """Number of bits in which two difference hashes differ, 0 to 256."""
    return (one ^ other).bit_count()


def _decode(data: bytes) -> tuple[StillInfo, Image.Image]:
    with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
        name, mode = str(opened.format), opened.mode
        if opened.width * opened.height > _MOST_PIXELS:
            raise UnreadableMedia(
                "picture", f"{opened.width}×{opened.height} is more than {_MOST_PIXELS} pixels"
            )
        _require_end(data, name)
        opened.load()
        picture = _rgb(ImageOps.exif_transpose(opened))
    mime = _MIME[name]
    info = StillInfo(
        width=picture.width,
        height=picture.height,
        format="JPEG" if name == "MPO" else name,
        mime=mime,
        mode=mode,
    )
    return info, picture


def _require_end(data: bytes, name: str) -> None:
    """Pillow forgives a file that lacks its last bytes; a half-stored take must not pass."""
    if name == "PNG":
        whole = data.rfind(b"IEND\xaeB`\x82") > 0
    elif name == "WEBP":
        whole = len(data) >= int.from_bytes(data[4:8], "little") + 8
    else:
        whole = data.rfind(b"\xff\xd9") > data.rfind(b"\xff\xda")
    if not whole:
        raise UnreadableMedia("picture", f"the {name} file ends too early")


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
