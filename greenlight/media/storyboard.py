"""The storyboard as a document: white pages of six panels, to print or to send."""

from __future__ import annotations

import time
from collections.abc import Sequence
from io import BytesIO
from math import ceil
from typing import NamedTuple

from PIL import Image, ImageDraw

from greenlight.media.lettering import clean, elide, face_for, font, wrap
from greenlight.media.rules import parse_aspect
from greenlight.media.sheet import (
    Colour,
    SheetShot,
    SheetTake,
    fitted,
    frame_box,
    quoted,
    spec_line,
)
from greenlight.media.stills import middle_box

# A4 landscape
_DPI = 200
_PAGE = (2339, 1654)
_MARGIN = 120
_GAP = 66
_ACROSS, _DOWN = 3, 2
_TOP = 250
_FOOT = 90

_INK: Colour = (28, 28, 30)
_GREY: Colour = (118, 118, 120)
_PALE: Colour = (228, 228, 226)
_PAPER: Colour = (255, 255, 255)
_ORDER = {"chosen": 0, "flagged": 2, "rejected": 3}
# A fixed date: the same boards are the same bytes.
_DATE = time.gmtime(0)


def storyboard_pdf(
    title: str,
    shots: Sequence[SheetShot],
    *,
    aspect: str,
    drawn: str,
) -> bytes:
    """A PDF of A4 pages with six panels each: picture, shot, spec, action, dialogue.

    A panel shows the shot's chosen take, else its first that can be read. It has the ratio
    `aspect`, which is the middle of pictures that were drawn for it at another, `drawn`.
    """
    shape = _Shape(parse_aspect(aspect), parse_aspect(drawn))
    per_page = _ACROSS * _DOWN
    count = max(1, ceil(len(shots) / per_page))
    pages: list[Image.Image] = []
    for number in range(count):
        page = Image.new("RGB", _PAGE, _PAPER)
        _heading(ImageDraw.Draw(page), title, f"{number + 1} / {count}")
        for slot, shot in enumerate(shots[number * per_page : (number + 1) * per_page]):
            _panel(page, shot, slot, shape)
        pages.append(page)
    out = BytesIO()
    pages[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=_DPI,
        quality=85,
        title=clean(title),
        creationDate=_DATE,
        modDate=_DATE,
    )
    return out.getvalue()


class _Shape(NamedTuple):
    """Width over height of what a panel shows, and of what was drawn for it."""

    seen: float
    drawn: float

    def shown(self, take: SheetTake, wide: int, high: int) -> Image.Image | None:
        """The take's picture in a panel of the shown shape; None where it cannot be read."""
        across = max(wide, round(high * self.drawn)) if self.drawn > self.seen else wide
        down = max(high, round(wide / self.drawn)) if self.drawn < self.seen else high
        whole = fitted(take, across, down)
        return whole and whole.crop(middle_box(whole.size, (wide, high)))


def _heading(draw: ImageDraw.ImageDraw, title: str, page: str) -> None:
    right = _PAGE[0] - _MARGIN
    heading, room = face_for(title, 62, "light"), (right - _MARGIN) * 2 // 3
    draw.text((_MARGIN, 90), elide(title, heading, room), font=heading, fill=_INK)
    draw.line((_MARGIN, 190, right, 190), fill=_INK, width=2)
    draw.text((right, _PAGE[1] - 80), page, font=font(30), fill=_GREY, anchor="ra")


def _panel(page: Image.Image, shot: SheetShot, slot: int, shape: _Shape) -> None:
    draw = ImageDraw.Draw(page)
    row, column = divmod(slot, _ACROSS)
    room = (_PAGE[0] - 2 * _MARGIN - (_ACROSS - 1) * _GAP) // _ACROSS
    step = (_PAGE[1] - _TOP - _FOOT) // _DOWN
    left, top = _MARGIN + column * (room + _GAP), _TOP + row * step
    high = min(round(room / shape.seen), step - 270)
    wide = min(room, round(high * shape.seen))
    _picture(page, shot, (left, top, left + wide, top + high), shape)
    said = quoted(shot.dialogue)
    name, plain, acting = font(34, "semibold"), font(29), face_for(shot.action, 29)
    speech = face_for(said, 29, "italic")
    y = top + high + 14
    label = elide(shot.shot, name, room // 2)
    draw.text((left, y), label, font=name, fill=_INK)
    spec = elide(spec_line(shot), plain, room - round(name.getlength(label)) - 30)
    draw.text((left + room, y + 5), spec, font=plain, fill=_GREY, anchor="ra")
    y += 50
    spoken = wrap(said, speech, room, 2)
    lines = (top + step - 24 - y) // 36 - len(spoken)
    for line in wrap(shot.action, acting, room, max(1, lines)):
        draw.text((left, y), line, font=acting, fill=_INK)
        y += 36
    for line in spoken:
        draw.text((left, y + 4), line, font=speech, fill=_GREY)
        y += 36


def _picture(
    page: Image.Image, shot: SheetShot, box: tuple[int, int, int, int], shape: _Shape
) -> None:
    draw = ImageDraw.Draw(page)
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    # sorted() is stable: the chosen one first, then the order given, rejects and flagged last
    takes = sorted(shot.takes, key=lambda take: _ORDER.get(take.state, 1))
    picture = next(filter(None, (shape.shown(take, wide, high) for take in takes)), None)
    if picture is None:
        draw.rectangle((left, top, right - 1, bottom - 1), fill=_PALE)
        words = "omitted" if shot.state == "omitted" else "no picture yet"
        middle = ((left + right) // 2, (top + bottom) // 2)
        draw.text(middle, words, font=font(32), fill=_GREY, anchor="mm")
    else:
        if shot.state == "omitted":
            picture = Image.blend(picture, Image.new("RGB", picture.size, _PAPER), 0.75)
        page.paste(picture, (left, top))
    frame_box(draw, box, _INK if shot.state != "omitted" else _GREY, 2)
    if shot.state == "omitted" and picture:
        draw.rounded_rectangle((right - 146, top + 12, right - 12, top + 52), 8, fill=_GREY)
        middle = (right - 79, top + 32)
        draw.text(middle, "omitted", font=font(26, "bold"), fill=_PAPER, anchor="mm")
