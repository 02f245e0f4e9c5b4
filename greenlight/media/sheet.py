"""The rows of contact sheets and storyboards, and drawing that both share."""

from __future__ import annotations

from typing import Literal

from PIL import Image, ImageDraw, ImageOps

from greenlight.media.errors import UnreadableMedia
from greenlight.media.lettering import clean
from greenlight.media.stills import decode_still
from greenlight.production.model import Strict

SheetState = Literal["waiting", "working", "chosen", "flagged", "rejected", "held", "omitted"]
Colour = tuple[int, int, int]

# Models miss the ratio by a little (1344 × 768 for 16:9); slivers of black would look like faults.
_TRIM = 0.04


class SheetTake(Strict):
    """One candidate: its take ("v001_c2"), its bytes, where it stands, why, and its score (0–1)."""

    take: str
    image: bytes | None = None
    state: SheetState = "waiting"
    reason: str = ""
    score: float | None = None


class SheetShot(Strict):
    """One shot with its spec, its state (`note` says why) and its candidates.

    `cast` marks the row of a subject's reference sheet, which is not cropped.
    """

    shot: str
    size: str = ""
    angle: str = ""
    movement: str = ""
    seconds: float = 0.0
    action: str = ""
    dialogue: str = ""
    state: SheetState = "waiting"
    note: str = ""
    cast: bool = False
    takes: tuple[SheetTake, ...] = ()


def spec_line(shot: SheetShot) -> str:
    """ "WS · low angle · dolly in · 4 s" without what is not known."""
    seconds = f"{shot.seconds:g} s" if shot.seconds else ""
    return " · ".join(
        part for part in map(clean, (shot.size, shot.angle, shot.movement, seconds)) if part
    )


def quoted(dialogue: str) -> str:
    """Dialogue in quotation marks, unless it brings its own or there is none."""
    line = clean(dialogue)
    return f"“{line}”" if line and line[0] not in "\"“„«'" else line


def fitted(take: SheetTake | None, width: int, height: int) -> Image.Image | None:
    """The take's picture in `width` × `height`, letterboxed; None where it cannot be shown.

    A picture within 4 % of that ratio fills it and loses its edge instead.
    """
    if take is None or take.image is None:
        return None
    try:
        _, picture = decode_still(take.image)
    except UnreadableMedia:
        return None  # the sheet shows the broken candidate as such: that is what it is for
    if abs(picture.width / picture.height * height / width - 1) <= _TRIM:
        return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    scale = min(width / picture.width, height / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    cell = Image.new("RGB", (width, height))
    small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    cell.paste(small, ((width - size[0]) // 2, (height - size[1]) // 2))
    return cell


def frame_box(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: Colour, width: int
) -> None:
    """A border around `box` (left, top, right, bottom, exclusive), drawn outside of it."""
    left, top, right, bottom = box
    outer = (left - width, top - width, right + width - 1, bottom + width - 1)
    draw.rectangle(outer, outline=colour, width=width)
