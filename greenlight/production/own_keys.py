"""Keys that records name: plain, and of the record's own production.

Records are read from a bucket, and a writer there may not choose what is read, signed or
written on this machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from greenlight.errors import IntegrityError

PRODUCTION = re.compile(r"[a-z0-9][a-z0-9-]{0,119}")
SHOW = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_PLAIN = re.compile(r"\w[\w. -]*(/\w[\w. -]*)+")


def is_plain(key: str) -> bool:
    """Whether a key is relative, without `..` and without characters that paths read specially."""
    return bool(_PLAIN.fullmatch(key)) and ".." not in key


def demand_own(record: str, named: Iterable[str]) -> None:
    """Raises IntegrityError when the record under that key names one that is not its production's.

    Allowed are plain keys below its `shows/SHOW/PRODUCTION/` and `ledger/SHOW/PRODUCTION/`.
    """
    root = "/".join(record.split("/")[1:3])
    for key in named:
        if not is_plain(key) or not key.startswith((f"shows/{root}/", f"ledger/{root}/")):
            raise IntegrityError(
                f"{record} names the key {key!r}, which is invalid: allowed are plain keys below "
                f"shows/{root}/"
            )
