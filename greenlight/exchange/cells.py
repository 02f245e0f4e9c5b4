"""One cell of a shot list: what is written there becomes the value of a field, or is named."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from datetime import time, timedelta
from decimal import Decimal
from typing import get_args

from greenlight.errors import InvalidInput
from greenlight.exchange.words import aliases, plain_word
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
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def read_camera(field: str, text: str) -> dict[str, str]:
    """What a cell about the camera says: size, angle and movement may stand together in it.

    `MCU OTS` is a size and an angle whichever column it stands in. Raises InvalidInput with what
    is allowed in the column `field`.
    """
    whole = aliases(field).get(plain_word(text))
    if whole is not None:
        return {field: whole}
    found: dict[str, str] = {}
    for part in re.split(r"[,;/+&|]", text):
        words = plain_word(part).split()
        while words:
            # The longest run of words that means something: "low angle" before "low".
            for end in range(len(words), 0, -1):
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
    return f"{text!r} is no {field} ({hint}allowed: {', '.join(CHOICES[field])})"


def read_seconds(value: object, fps: Decimal) -> Decimal:
    """A length in seconds, as people and spreadsheets write one.

    Raises InvalidInput for what is no length, and for a length that no shot can have.
    """
    seconds = _seconds(value, fps)
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise InvalidInput(
            f"{value!s} is no length for a shot ({SHORTEST_SECONDS} to {LONGEST_SECONDS} seconds)"
        )
    return seconds


def _seconds(value: object, fps: Decimal) -> Decimal:
    if isinstance(value, time):
        # Excel takes 0:04 for four minutes past midnight; nobody means that by a shot's length.
        if value.second or value.microsecond:
            return _clock(value.hour, value.minute, value.second, value.microsecond)
        return _clock(0, value.hour, value.minute, 0)
    if isinstance(value, timedelta):
        return _fine(Decimal(str(value.total_seconds())))
    text = str(value).strip().casefold().replace(",", ".")
    number = r"(\d+(?:\.\d+)?)"
    if found := re.fullmatch(rf"{number}\s*(?:\"|''|s|sec|secs|seconds?)?\.?", text):
        return _fine(Decimal(found[1]))
    if found := re.fullmatch(r"(\d+)\s*(?:f|fr|frs|frames?)\.?", text):
        return _fine(Decimal(found[1]) / fps)
    if found := re.fullmatch(rf"(?:(\d+):)?(\d+):{number}", text):
        hours, minutes = Decimal(found[1] or 0), Decimal(found[2])
        return _fine(hours * 3600 + minutes * 60 + Decimal(found[3]))
    if found := re.fullmatch(r"(\d+):(\d+):(\d+)[:;](\d+)", text):
        whole = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
        return _fine(whole + Decimal(found[4]) / fps)
    raise InvalidInput(f"{value!s} is no length (write {_LENGTH})")


def _clock(hours: int, minutes: int, seconds: int, micros: int) -> Decimal:
    return _fine(Decimal(hours * 3600 + minutes * 60 + seconds) + Decimal(micros) / 1_000_000)


def _fine(seconds: Decimal) -> Decimal:
    return seconds.quantize(Decimal("0.01"))


def read_lens(text: str) -> int:
    """A focal length in millimetres; raises InvalidInput naming the range."""
    found = re.fullmatch(r"(\d{1,4})(?:\.0+)?\s*(?:mm)?\.?", text.strip().casefold())
    if not found or not SHORTEST_LENS <= int(found[1]) <= LONGEST_LENS:
        raise InvalidInput(
            f"{text!r} is no lens (one focal length, {SHORTEST_LENS} to {LONGEST_LENS} mm)"
        )
    return int(found[1])


def read_list(text: str) -> list[str]:
    """Several names in one cell, apart by semicolons, or by commas where there are none."""
    if text.startswith("["):
        try:
            names = json.loads(text)
        except ValueError:
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


def guarded(text: str) -> str:
    """The text with a mark before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
