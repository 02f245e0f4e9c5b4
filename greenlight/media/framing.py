"""Frame lines and crops for pictures drawn in another shape than the delivered one."""

from __future__ import annotations

from PIL import Image, ImageDraw

from greenlight.media.rules import parse_aspect
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
