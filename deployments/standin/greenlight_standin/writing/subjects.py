"""Whom and what a story keeps coming back to: characters and props that its references lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from greenlight_standin.drawing.nouns import acts_like_a_person, known_word
from greenlight_standin.writing import scene
from greenlight_standin.writing.memory import is_plural
from greenlight_standin.writing.references import Reference, matching

OFTEN = 2
_MOST = 4


def found_subjects(subjects: Sequence[str], references: Sequence[Reference]) -> list[Reference]:
    """Those of the shots' subjects that several of them share and no reference names."""
    seen: Counter[str] = Counter()
    told: dict[str, str] = {}
    for phrase in subjects:
        noun = scene.head_noun(phrase).lower()
        if not noun or is_plural(phrase) or scene.is_place(phrase):
            continue
        if matching([r for r in references if r.kind != "style"], phrase):
            continue
        seen[noun] += 1
        told[noun] = max(told.get(noun, ""), phrase, key=len)
    found = []
    for noun, times in seen.most_common(_MOST):
        known = known_word(noun)
        # An animal ("quadruped:fox") is somebody too.
        person = known[0] == "person" or ":" in known[0] if known else acts_like_a_person(noun)
        if times >= OFTEN and (person or known):
            kind = "character" if person else "prop"
            found.append(Reference(f"the {noun}", kind, told[noun]))
    return found
