"""`--watch`: print a view again whenever it has changed, until Ctrl-C or its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from greenlight.cli.show import out, print_json, to_json

WATCH_SECONDS = 2.0


class Snapshot(NamedTuple):
    """One reading: its data for programs, its printer for people, and whether it has ended."""

    data: Callable[[], Any]
    show: Callable[[], None]
    ended: Callable[[], bool]


def follow_changes(look: Callable[[], Snapshot], *, as_json: bool) -> None:
    """Reads every two seconds, and prints what differs from the reading before."""
    last = ""
    while True:
        seen = look()
        data = seen.data()
        text = to_json(data)
        if text != last:
            last = text
            if as_json:
                print_json(data)
            else:
                if out().is_terminal:
                    out().clear()
                seen.show()
        if seen.ended():
            return
        time.sleep(WATCH_SECONDS)
