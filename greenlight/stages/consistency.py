"""The pictures of a comparison: a subject's sheet, how most shots show it, and who differs."""

from __future__ import annotations

from collections.abc import Sequence

from greenlight.production.checks import Box
from greenlight.production.consistency import Appearance, Kept
from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.store.objects import sha256_of
from greenlight.workspace import Workspace

MOST_ROWS = 12
"""What fits on a page; the table names all of them."""


def comparison(
    workspace: Workspace, facts: Facts, rows: Sequence[tuple[Kept, Appearance]]
) -> bytes:
    """A JPEG with a row for each appearance: the sheet, the other picture, and this one."""
    from greenlight.media.appearance import Seen, side_by_side

    def seen(take: str, title: str, note: str = "", box: Box | None = None) -> Seen:
        record = facts.takes[parse_take(take)]
        still = workspace.store.get_exactly(record.key, record.sha256)
        return Seen(still=still, box=box, title=title, note=note)

    drawn: list[list[Seen]] = []
    for kept, one in rows[:MOST_ROWS]:
        others = {a.take: a for a in kept.shots}
        row = [seen(kept.sheet, f"{kept.name}: sheet", kept.sheet)] if kept.sheet else []
        if one.beside:
            beside = others[one.beside]
            row.append(seen(beside.take, f"{kept.name} in most shots", beside.take, beside.box))
        row.append(seen(one.take, f"{kept.name} in {one.shot}", said_of(one), one.box))
        drawn.append(row)
    return side_by_side(drawn)


def kept_comparison(
    workspace: Workspace, facts: Facts, rows: Sequence[tuple[Kept, Appearance]]
) -> tuple[str, str]:
    """Stores the picture and returns its key and sha256; the same rows are the same object."""
    data = comparison(workspace, facts, rows)
    sha256 = sha256_of(data)
    key = workspace.keys.sheet(sha256)
    workspace.store.put_once(key, data, "image/jpeg")
    return key, sha256


def said_of(one: Appearance) -> str:
    """Whether and why a person should look, in a few words."""
    parts = []
    if one.identity is not None:
        parts.append(f"identity {one.identity:.2f}")
    if one.apart is not None:
        parts.append(f"{one.apart:.2f} apart")
    return " · ".join(parts)
