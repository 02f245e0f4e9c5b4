"""The contact sheet: every shot with its candidates side by side, as a dark screening-room page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from math import ceil

from PIL import Image, ImageDraw

from greenlight.media.framing import with_frame_lines
from greenlight.media.lettering import clean, elide, face_for, font, wrap
from greenlight.media.rules import parse_aspect
from greenlight.media.sheet import (
    Colour,
    SheetShot,
    SheetState,
    SheetTake,
    fitted,
    frame_box,
    quoted,
    spec_line,
)

_WIDTH = 1800
_MARGIN = 48
_GAP = 18
_TEXT = 400
_MOST_BYTES = 1_000_000
_HIGHEST_CELL, _HIGHEST_UPRIGHT_CELL = 340, 460
_LOWEST_ROW = 190

_PAGE: Colour = (17, 18, 20)
_CELL: Colour = (27, 28, 31)
_LINE: Colour = (44, 45, 49)
_BRIGHT: Colour = (226, 223, 216)
_TEXT_GREY: Colour = (170, 168, 163)
_DIM: Colour = (112, 112, 114)
_RED: Colour = (222, 96, 82)
_STATE: dict[SheetState, Colour] = {
    "waiting": (150, 150, 152),
    "working": (118, 160, 196),
    "chosen": (126, 190, 128),
    "flagged": _RED,
    "rejected": (168, 100, 92),
    "held": (214, 140, 70),
    "omitted": _DIM,
}
_ABSENT = {"omitted": "omitted", "working": "being drawn", "held": "held"}


def contact_sheet(
    title: str,
    shots: Sequence[SheetShot],
    *,
    subtitle: str = "",
    aspect: str = "16:9",
    seen: str = "",
) -> bytes:
    """A JPEG 1800 pixels wide and of at most about 1 MB, one block per shot in the given order.

    `subtitle` stands at the right of the title. Pictures are shown in `aspect`; where only a part
    of another ratio, `seen`, is delivered, frame lines show which. Candidates that cannot be read
    are shown as such.
    """
    blocks = _Blocks(shots, parse_aspect(aspect), seen if seen != aspect else "")
    lines = ceil(len(shots) / blocks.across)
    head = 150
    sheet = Image.new("RGB", (_WIDTH, head + lines * blocks.height + _MARGIN), _PAGE)
    draw = ImageDraw.Draw(sheet)
    _heading(draw, title, subtitle, shots)
    for index, shot in enumerate(shots):
        line, column = divmod(index, blocks.across)
        left = _MARGIN + column * (blocks.width + 2 * _GAP)
        top = head + line * blocks.height
        draw.line((left, top, left + blocks.width, top), fill=_LINE)
        blocks.draw(sheet, draw, shot, left, top + _GAP)
    return _within_size(sheet)


def _heading(
    draw: ImageDraw.ImageDraw, title: str, subtitle: str, shots: Sequence[SheetShot]
) -> None:
    shots = [shot for shot in shots if not shot.cast]
    counts = Counter[str](shot.state for shot in shots)
    seconds = sum(shot.seconds for shot in shots if shot.state != "omitted")
    facts = [f"{len(shots)} shot{'s' * (len(shots) != 1)}", f"{seconds:g} s"]
    facts += [f"{counts[state]} {state}" for state in _STATE if counts[state]]
    heading, small = face_for(title, 46, "light"), face_for(subtitle, 21)
    room = _WIDTH - 2 * _MARGIN
    draw.text((_MARGIN, 36), elide(title, heading, room * 3 // 4), font=heading, fill=_BRIGHT)
    draw.text((_MARGIN, 100), " · ".join(facts), font=small, fill=_DIM)
    aside = elide(subtitle, small, room // 3)
    draw.text((_WIDTH - _MARGIN, 100), aside, font=small, fill=_DIM, anchor="ra")


class _Blocks:
    """Measures and draws the block of a shot: words at the left, candidates at the right.

    Shots of one candidate each stand two abreast.
    """

    def __init__(self, shots: Sequence[SheetShot], ratio: float, seen: str) -> None:
        self.seen = seen
        most = max((len(shot.takes) for shot in shots), default=1)
        self.across = 2 if most <= 1 and len(shots) > 1 else 1
        self.width = (_WIDTH - 2 * _MARGIN - (self.across - 1) * 2 * _GAP) // self.across
        room = self.width - _TEXT - _GAP
        self.columns = max(1, min(4, most))
        if self.across == 1:
            self.columns = max(3, self.columns)
        cell_width = (room - (self.columns - 1) * _GAP) // self.columns
        highest = _HIGHEST_CELL if ratio >= 1 else _HIGHEST_UPRIGHT_CELL
        self.cell_height = min(highest, round(cell_width / ratio))
        self.cell_width = min(cell_width, round(self.cell_height * ratio))
        self.columns = max(self.columns, (room + _GAP) // (self.cell_width + _GAP))
        self._step = self.cell_height + 62
        rows = ceil(max(most, 1) / self.columns)
        self.height = max(_LOWEST_ROW, rows * self._step) + 2 * _GAP

    def draw(
        self, sheet: Image.Image, draw: ImageDraw.ImageDraw, shot: SheetShot, left: int, top: int
    ) -> None:
        """Draw a shot's block with its upper left corner at (left, top)."""
        self._words(draw, shot, left, top)
        takes: Sequence[SheetTake | None] = shot.takes or (None,)
        for index, take in enumerate(takes):
            row, column = divmod(index, self.columns)
            x = left + _TEXT + _GAP + column * (self.cell_width + _GAP)
            self._take(sheet, draw, shot, take, (x, top + row * self._step))

    def _words(self, draw: ImageDraw.ImageDraw, shot: SheetShot, left: int, top: int) -> None:
        room = _TEXT - _GAP
        name, plain, marked = font(27, "semibold"), font(20), font(20, "semibold")
        dim = shot.state == "omitted"
        draw.text((left, top - 4), elide(shot.shot, name, room), font=name, fill=_BRIGHT)
        spec = elide(spec_line(shot), plain, room)
        draw.text((left, top + 34), spec, font=plain, fill=_TEXT_GREY)
        badge = f"{shot.state}: {shot.note}" if clean(shot.note) else shot.state
        colour, y = _STATE[shot.state], top + 66
        draw.ellipse((left, y + 8, left + 9, y + 17), fill=colour)
        for line in wrap(badge, marked, room - 18, 2):
            draw.text((left + 18, y), line, font=marked, fill=colour)
            y += 26
        y += 10
        spoken = quoted(shot.dialogue)
        acting, speech = face_for(shot.action, 20), face_for(spoken, 20, "italic")
        said = wrap(spoken, speech, room, 2)
        free = (top + self.height - 2 * _GAP - y) // 26 - len(said)
        for line in wrap(shot.action, acting, room, max(1, min(free, 6))):
            draw.text((left, y), line, font=acting, fill=_DIM if dim else _TEXT_GREY)
            y += 26
        for line in said:
            draw.text((left, y + 4), line, font=speech, fill=_DIM if dim else _BRIGHT)
            y += 26

    def _take(
        self,
        sheet: Image.Image,
        draw: ImageDraw.ImageDraw,
        shot: SheetShot,
        take: SheetTake | None,
        at: tuple[int, int],
    ) -> None:
        left, top = at
        wide, high = self.cell_width, self.cell_height
        box = (left, top, left + wide, top + high)
        picture = fitted(take, wide, high)
        if picture is None:
            draw.rectangle((left, top, left + wide - 1, top + high - 1), fill=_CELL, outline=_LINE)
            broken = take is not None and take.image is not None
            words = "cannot be read" if broken else _ABSENT.get(shot.state, "no picture yet")
            middle = (left + wide // 2, top + high // 2)
            draw.text(middle, words, font=font(20), fill=_RED if broken else _DIM, anchor="mm")
        else:
            if self.seen and not shot.cast:
                picture = with_frame_lines(picture, self.seen)
            if shot.state == "omitted" or (take and take.state == "rejected"):
                picture = Image.blend(picture, Image.new("RGB", picture.size, _PAGE), 0.65)
            sheet.paste(picture, at)
        if take is None:
            return
        colour = _STATE[take.state]
        if take.state in ("chosen", "flagged"):
            frame_box(draw, box, colour, 4 if take.state == "chosen" else 2)
        score = "" if take.score is None else f"{take.score:.2f}"
        small = font(18)
        y = top + high + 8
        draw.text((left, y), elide(take.take, small, wide // 2), font=small, fill=_TEXT_GREY)
        draw.text((left + wide, y), score, font=small, fill=_TEXT_GREY, anchor="ra")
        words = f"{take.state}: {take.reason}" if clean(take.reason) else take.state
        if take.state != "waiting" or clean(take.reason):
            draw.text((left, y + 23), elide(words, small, wide), font=small, fill=colour)


def _within_size(sheet: Image.Image) -> bytes:
    while True:
        # Full colour resolution first: halved, thin red lines and small coloured words turn grey.
        for quality, subsampling in ((84, 0), (76, 2), (60, 2)):
            out = BytesIO()
            sheet.save(out, "JPEG", quality=quality, subsampling=subsampling)
            if out.tell() <= _MOST_BYTES:
                return out.getvalue()
        smaller = (sheet.width * 4 // 5, sheet.height * 4 // 5)
        sheet = sheet.resize(smaller, Image.Resampling.BOX)
