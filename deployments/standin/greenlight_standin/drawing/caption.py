"""The strip under a picture that says which shot it is, and the stand-in's mark."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from font_source_sans_pro import SourceSansPro, SourceSansProSemibold
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from greenlight_standin.drawing.shot import ShotRequest

# Height of the strip in frame heights; clips hold it still, the rubric looks above it.
STRIP = 0.062
MARK_COLOUR = (232, 178, 74)


def font_path(*, bold: bool = False) -> str:
    """The file of Source Sans Pro, which the distribution depends on."""
    return str(SourceSansProSemibold if bold else SourceSansPro)


@functools.lru_cache(maxsize=32)
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Source Sans Pro at a size in pixels."""
    # The other engine is there only where the system brings a library of its own.
    return ImageFont.truetype(font_path(bold=bold), size, layout_engine=ImageFont.Layout.BASIC)


def strip_height(frame_height: int) -> int:
    """Pixels of the strip in a picture that high."""
    return round(frame_height * STRIP)


def draw_caption(image: Image.Image, request: ShotRequest) -> None:
    """Write shot, size, angle and action under the picture."""
    width, height = image.size
    strip = strip_height(height)
    top = height - strip
    band = Image.new("RGB", (width, strip), (16, 16, 18))
    image.paste(band, (0, top))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, top, width, top + max(1, height // 360)), fill=MARK_COLOUR)
    size = max(9, round(strip * 0.5))
    baseline = top + strip * 0.52
    mark = "stand-in"
    mark_width = draw.textlength(mark, font=font(size))
    pad = round(strip * 0.4)
    draw.text((width - pad, baseline), mark, font=font(size), fill=MARK_COLOUR, anchor="rm")
    x: float = pad
    if request.shot:
        name = _clean(request.shot)[:40]
        draw.text((x, baseline), name, font=font(size, True), fill=(240, 238, 232), anchor="lm")
        x += draw.textlength(name, font=font(size, True)) + pad
    camera = f"{request.size} · {request.angle}"
    if request.sheet_of:
        camera = f"reference sheet · {request.sheet_of.kind}"
    draw.text((x, baseline), camera, font=font(size), fill=(190, 188, 182), anchor="lm")
    x += draw.textlength(camera, font=font(size)) + pad
    room = width - x - mark_width - 2 * pad
    text = _fitted(draw, _clean(f"{request.subject} {request.action}"), room, size)
    draw.text((x, baseline), text, font=font(size), fill=(226, 224, 218), anchor="lm")


def _fitted(draw: ImageDraw.ImageDraw, text: str, room: float, size: int) -> str:
    if room <= 0:
        return ""
    text = text[:240]
    if draw.textlength(text, font=font(size)) <= room:
        return text
    while text and draw.textlength(text + "…", font=font(size)) > room:
        text = text[: -max(1, len(text) // 12)]
    return text.rstrip(" ,;") + "…" if text.strip() else ""


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def has_caption(image: Image.Image) -> bool:
    """Whether the picture carries the stand-in's own strip, seen by its line of colour."""
    width, height = image.size
    top = height - strip_height(height)
    rows = np.asarray(image.crop((0, max(0, top - 1), width, top + 3)), np.float32)
    close = np.abs(rows - np.array(MARK_COLOUR, np.float32)).max(axis=2) < 48
    return bool(close.mean(axis=1).max() > 0.9)
