"""One cell of a shot list: what is written there becomes the value of a field, or is named."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import get_args

from greenlight.briefs.grid import Formatted, cell_text, shortened
from greenlight.briefs.words import aliases, longest, plain_word
from greenlight.errors import InvalidInput
from greenlight.production.shots import (
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    Angle,
    Movement,
    Size,
)

CHOICES: dict[str, tuple[str, ...]] = {
    "size": get_args(Size),
    "angle": get_args(Angle),
    "movement": get_args(Movement),
}
LISTS = ("palette", "references")
SHORTEST_LENS, LONGEST_LENS = 8, 400

_LENGTH = "4, 4.5 s, 0:04, 00:00:04:12 or 96 frames"
_CAMERA_CHARACTERS = 200
_MONTH = r"(?:jan|feb|m[aä]r|ma[iy]|apr|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]{0,6}\.?"
_DATED = re.compile(
    rf"(?i)\d{{1,2}}[-./ ]{{1,2}}{_MONTH}(?:[-./ ]{{1,2}}\d{{2,4}})?|{_MONTH}[-./ ]\d{{2,4}}"
    r"|\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}:\d{2})?|\d(?:[.,]\d+)?e\+\d+"
)
"""What a spreadsheet writes into a CSV of a number that it took for a date or a power of ten."""


def read_camera(field: str, text: str) -> dict[str, str]:
    """What a cell about the camera says: size, angle and movement may stand together in it.

    `MCU OTS` is a size and an angle whichever column it stands in. Raises InvalidInput with what
    is allowed in the column `field`.
    """
    if len(text) > _CAMERA_CHARACTERS:
        raise InvalidInput(_not_known(field, shortened(text)))
    whole = aliases(field).get(plain_word(text))
    if whole is not None:
        return {field: whole}
    found: dict[str, str] = {}
    most = max(longest(kind) for kind in CHOICES)
    for part in re.split(r"[,;/+&|]", text):
        words = plain_word(part).split()
        while words:
            # The longest run of words that means something: "low angle" before "low".
            for end in range(min(most, len(words)), 0, -1):
                meant = _camera_word(" ".join(words[:end]), field)
                if meant is not None:
                    break
            else:
                raise InvalidInput(_not_known(field, text))
            kind, value = meant
            if found.get(kind, value) != value:
                raise InvalidInput(f"{text!r} names two of one: {found[kind]} and {value}")
            found[kind] = value
            words = words[end:]
    return found


def _camera_word(word: str, field: str) -> tuple[str, str] | None:
    for kind in (field, *CHOICES):
        meant = aliases(kind).get(word)
        if meant is not None:
            return kind, meant
    return None


def _not_known(field: str, text: str) -> str:
    near = difflib.get_close_matches(plain_word(text), aliases(field), n=1, cutoff=0.75)
    hint = f"did you mean {aliases(field)[near[0]]!r}? " if near else ""
    return f"invalid {field} {text!r} ({hint}allowed: {', '.join(CHOICES[field])})"


def read_seconds(value: object, fps: Decimal) -> Decimal:
    """A length in seconds, as people and spreadsheets write one.

    Raises InvalidInput for anything else, and for a length out of a shot's range.
    """
    return in_range(_seconds(value, fps), shortened(value))


def in_range(seconds: Decimal, said: str) -> Decimal:
    """A length that a shot can have; raises InvalidInput with what was `said`."""
    seconds = seconds.quantize(Decimal("0.01"))
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise InvalidInput(
            f"invalid length {said} (a shot has {SHORTEST_SECONDS} to {LONGEST_SECONDS} seconds)"
        )
    return seconds


def _seconds(value: object, fps: Decimal) -> Decimal:
    if isinstance(value, time):
        # Excel stores 0:04 as four minutes past midnight, where four seconds are meant.
        if value.second or value.microsecond:
            return _clock(value.hour, value.minute, value.second, value.microsecond)
        return _clock(0, value.hour, value.minute, 0)
    if isinstance(value, timedelta):
        return Decimal(str(value.total_seconds()))
    text = cell_text(value).casefold().replace(",", ".")
    number, whole = r"(\d{1,6}(?:\.\d{1,20})?)", r"(\d{1,6})"
    if found := re.fullmatch(rf"{number}\s*(?:\"|''|s|sec|secs|seconds?|sek|sekunden?)?\.?", text):
        return Decimal(found[1])
    if found := re.fullmatch(rf"{whole}\s*(?:f|fr|frs|frames?|bilder)\.?", text):
        return Decimal(found[1]) / fps
    if found := re.fullmatch(rf"(?:{whole}:)?{whole}:{number}", text):
        hours, minutes = Decimal(found[1] or 0), Decimal(found[2])
        return hours * 3600 + minutes * 60 + Decimal(found[3])
    if found := re.fullmatch(rf"{whole}:{whole}:{whole}[:;]{whole}", text):
        seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
        return seconds + Decimal(found[4]) / fps
    raise InvalidInput(f"invalid length {shortened(value)} (write {_LENGTH})")


def _clock(hours: int, minutes: int, seconds: int, micros: int) -> Decimal:
    return Decimal(hours * 3600 + minutes * 60 + seconds) + Decimal(micros) / 1_000_000


def read_frames(value: object) -> int | None:
    """A number of frames, or of a frame; None for none. Raises InvalidInput."""
    text = cell_text(value)
    found = re.fullmatch(r"(\d{1,7})(?:[.,]0+)?\s*(?:f|fr|frames?|bilder)?", text.casefold())
    if text and not found:
        raise InvalidInput(f"invalid number of frames {shortened(value)!r} (write 96)")
    return int(found[1]) or None if found else None


def read_rate(value: object) -> Decimal | None:
    """Frames a second, as trackers write them; None for none. Raises InvalidInput."""
    text = cell_text(value)
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,6})?)\s*(?:fps|b/s)?", text.casefold())
    if text and not found:
        raise InvalidInput(f"invalid frame rate {shortened(value)!r} (write 24)")
    return Decimal(found[1].replace(",", ".")) or None if found else None


def read_number(value: object) -> str:
    """The number of a shot or scene, as people wrote it; raises InvalidInput for a date.

    A spreadsheet makes 2 January of 1-2 and 1000 of 1E3: the text that was typed is gone.
    """
    text = cell_text(value)
    number = value.number if isinstance(value, Formatted) else value
    dated = isinstance(number, (date, time, timedelta, bool)) or _DATED.fullmatch(text)
    halved = isinstance(number, float) and not number.is_integer()
    if dated or halved or isinstance(value, Formatted):
        kind = "a date" if dated else "a number that a spreadsheet shows in another way"
        raise InvalidInput(
            f"{shortened(value)} is {kind}, not a scene or shot number (format the column as "
            "text, and type it again)"
        )
    return re.sub(r"^(\d{1,9})\.0+$", r"\1", text)


def read_lens(text: str) -> int:
    """A focal length in millimetres; raises InvalidInput naming the range."""
    found = re.fullmatch(r"(\d{1,4})(?:[.,]0{1,9})?\s*(?:mm)?\.?", text.strip().casefold())
    if not found or not SHORTEST_LENS <= int(found[1]) <= LONGEST_LENS:
        raise InvalidInput(
            f"invalid lens {shortened(text)!r} (one focal length, {SHORTEST_LENS} to "
            f"{LONGEST_LENS} mm)"
        )
    return int(found[1])


def read_list(text: str) -> list[str]:
    """Several names in one cell, apart by semicolons, or by commas where there are none."""
    if text.startswith("["):
        try:
            names = json.loads(text)
        except (ValueError, RecursionError):
            names = None
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return names
    parts = text.split(";") if ";" in text else text.split(",")
    return [part.strip() for part in parts if part.strip()]


def write_list(names: Sequence[str]) -> str:
    """Several names as one cell that `read_list` takes apart again."""
    if any(";" in name for name in names) or (names and names[0].startswith("[")):
        return json.dumps(list(names), ensure_ascii=False)
    if any("," in name for name in names):
        return "; ".join(names) + (";" if len(names) == 1 else "")
    return ", ".join(names)
