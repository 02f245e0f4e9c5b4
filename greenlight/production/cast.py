"""The cast: characters, places and props, and which of them get a sheet before they are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from greenlight.production.brief import Brief, Reference
from greenlight.production.names import subject_slug
from greenlight.production.records import ShotListRecord
from greenlight.production.shots import Shot, digest

RECURRING = 2
"""A subject of this many shots has to look the same in them; one of a single shot does not."""


def cast_of(brief: Brief, listed: ShotListRecord | None) -> tuple[Reference, ...]:
    """The brief's references, then what the breakdown found beside them; no name twice."""
    found: dict[str, Reference] = {}
    for reference in (*brief.references, *(listed.subjects if listed else ())):
        found.setdefault(reference.name.casefold(), reference)
    return tuple(found.values())


def shown(shot: Shot, cast: Iterable[Reference]) -> tuple[Reference, ...]:
    """Those that a shot shows, and the styles, which every shot shows."""
    named = {name.casefold() for name in shot.references}
    return tuple(r for r in cast if r.name.casefold() in named or r.kind == "style")


def unshown(brief: Brief, listed: ShotListRecord) -> tuple[Reference, ...]:
    """The characters, places and props that no shot of a list shows; no sheet is drawn of them."""
    return tuple(
        r
        for r in cast_of(brief, listed)
        if r.kind != "style" and not any(r in shown(shot, (r,)) for shot in listed.shots)
    )


def sheets_wanted(
    brief: Brief, cast: Iterable[Reference], shots: Sequence[Shot]
) -> dict[str, Reference]:
    """By slug: the subjects whose sheet is to be made, in the order of the cast.

    A subject that came with a picture has its sheet; one that no shot shows needs none.
    """
    least = {"none": len(shots) + 1, "recurring": RECURRING, "all": 1}[brief.sheets]
    return {
        subject_slug(r.name): r
        for r in cast
        if r.kind != "style"
        and r.image_sha256 is None
        and sum(r.name.casefold() in {n.casefold() for n in s.references} for s in shots) >= least
    }


def sheet_hash(subject: Reference, look: str) -> str:
    """What a sheet depends on: who or what it shows, and the look."""
    return digest("sheet", [subject.name, subject.kind, subject.description], look)
