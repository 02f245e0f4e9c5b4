"""What the command line prints: plain words and tables for people, stable JSON for programs.

Words from briefs, people and models are data: they are printed as text and never read as markup,
and control characters, which could drive a terminal, are taken out.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from greenlight.production.readable import plain

if TYPE_CHECKING:
    from pydantic import BaseModel

_WIDE = 240
"""Columns without a terminal: tables keep their lines whole for grep and the like."""

_ENDLESS = 100_000
"""Columns: wider than any table."""

Cell = str | Text


def out() -> Console:
    """Standard output."""
    return _console(stderr=False)


def err() -> Console:
    """Standard error: questions, progress and remarks beside the data."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDE
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=width)


def at_terminal() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def say(text: str = "", style: str = "", *, whole: bool = False) -> None:
    """Prints a line; a `whole` one is never broken, so that a command or link can be copied."""
    out().print(Text(plain(text), style=style), soft_wrap=whole)


def remark(text: str, style: str = "dim") -> None:
    """Prints a line beside the data, on standard error."""
    err().print(Text(plain(text), style=style))


def table(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], right: Sequence[str] = ()
) -> None:
    """Prints a table; columns named in `right` are set to the right."""
    from rich import box

    console = out()
    grid = Table(
        box=box.SIMPLE_HEAD if console.is_terminal else None,
        pad_edge=console.is_terminal,
        header_style="bold",
    )
    for name in columns:
        # At a terminal long words fold, so that a narrow window loses nothing.
        grid.add_column(
            name,
            justify="right" if name in right else "left",
            overflow="fold",
            no_wrap=not console.is_terminal,
        )
    for row in rows:
        grid.add_row(*(Text(plain(c)) if isinstance(c, str) else c for c in row))
    if console.is_terminal:
        console.print(grid)
        return
    if "COLUMNS" not in os.environ:
        # One long cell must not squeeze the others.
        console.width = _ENDLESS
    with console.capture() as lines:
        console.print(grid)
    for line in lines.get().splitlines():
        console.file.write(f"{line.rstrip()}\n")


def facts(pairs: Iterable[tuple[str, Cell]]) -> None:
    """Prints name and value, a pair a line, but no empty ones; values are never broken."""
    listed = [pair for pair in pairs if pair[1]]
    width = max((len(name) for name, _ in listed), default=0)
    for name, value in listed:
        line = Text(f"  {name:<{width}}  ", style="dim")
        line.append(Text(plain(value), style="default") if isinstance(value, str) else value)
        out().print(line, soft_wrap=True)


def link(text: str, url: str, style: str = "") -> Text:
    """Text that opens `url` in terminals that can."""
    return Text(plain(text), style=f"{style} link {url}".strip() if url else style)


def print_json(data: Any) -> None:
    """Prints data as JSON; amounts are numbers with exactly the digits that are recorded."""
    sys.stdout.write(to_json(data) + "\n")
    sys.stdout.flush()


def to_json(data: Any, indent: int = 0) -> str:
    """JSON text of plain data, models, paths and exact decimals."""
    step = "  " * (indent + 1)
    match data:
        case Decimal():
            return f"{data:f}"
        case Path():
            return json.dumps(str(data))
        case Mapping():
            items = [
                f"{step}{json.dumps(str(k))}: {to_json(v, indent + 1)}" for k, v in data.items()
            ]
            return _wrapped("{", items, "}", indent)
        case list() | tuple():
            return _wrapped("[", [step + to_json(item, indent + 1) for item in data], "]", indent)
    if hasattr(data, "model_dump"):
        return to_json(data.model_dump(), indent)
    return json.dumps(data, ensure_ascii=False)


def _wrapped(opening: str, items: Sequence[str], closing: str, indent: int) -> str:
    if not items:
        return opening + closing
    listed = ",\n".join(items)
    return f"{opening}\n{listed}\n{'  ' * indent}{closing}"


def dump(model: BaseModel) -> dict[str, Any]:
    """The model's fields as plain data."""
    return model.model_dump()
