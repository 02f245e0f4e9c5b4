"""How much an agent may hand in at once; looked at before anything else is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenlight.errors import InvalidInput

CHARACTERS = 200_000
"""A brief with all its references has at most about 110,000."""
LEVELS = 12
BODY_BYTES = 1_000_000


def within_limits(arguments: Mapping[str, Any]) -> None:
    """Raises InvalidInput for arguments that are too long, or nested too deeply."""
    length = 0
    level: list[Any] = [arguments]
    # Level by level, not by recursion: the nesting is what is not trusted.
    for _ in range(LEVELS):
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                length += len(value)
            elif isinstance(value, Mapping):
                length += sum(len(key) for key in value)
                below += value.values()
            elif isinstance(value, list):
                below += value
            length += 1
        if length > CHARACTERS:
            raise InvalidInput(
                f"the arguments come to more than {CHARACTERS:,} characters: hand in less"
            )
        level = below
        if not level:
            return
    raise InvalidInput(f"the arguments are nested more than {LEVELS} levels deep")
