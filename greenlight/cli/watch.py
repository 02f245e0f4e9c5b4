"""`--watch`: show something again whenever it has changed, until Ctrl-C or its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import typer

from greenlight.cli.show import out, print_json, to_json

WATCH_SECONDS = 2.0
WatchOption = Annotated[
    bool, typer.Option("--watch", "-w", help="Go on showing it until Ctrl-C or its end.")
]


class Seen(NamedTuple):
    """One look: its data for programs, how it is shown to people, and whether it has ended."""

    data: Any
    show: Callable[[], None]
    ended: Callable[[], bool]


def follow_changes(look: Callable[[], Seen], *, as_json: bool) -> None:
    """Look every two seconds, and show what differs from the look before."""
    last = ""
    while True:
        seen = look()
        text = to_json(seen.data)
        if text != last:
            last = text
            if as_json:
                print_json(seen.data)
            else:
                if out().is_terminal:
                    out().clear()
                seen.show()
        if seen.ended():
            return
        time.sleep(WATCH_SECONDS)
