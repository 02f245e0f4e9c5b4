"""The model-graded rubric: a picture is measured against re-compositions of what was asked for.

Nothing but pixels and the request is looked at. Three things are measured: how far the layout
agrees with the nearest staging, whether the subject is where that has it, and how alike the colours
are. What tells good from bad, as measured over fifteen shots of all sizes, is at each constant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from greenlight_standin.drawing.shot import SIZES, ShotRequest, read_shot
from greenlight_standin.labels import SHOT_LABELS, first_line, read_labels
from greenlight_standin.schema import fit, normalise
from greenlight_standin.seeing.expected import closest, size_of
from greenlight_standin.seeing.measure import (
    Floats,
    Picture,
    decode,
    palette_match,
    presence,
)

CRITERIA = ("adherence", "composition", "continuity", "identity", "artefacts")
# Layout of a correct frame: 0.94 and more. Of other subjects and of sizes two steps off: to 0.79.
_LAYOUT = (0.60, 0.92)
# Presence of a correct subject: 0.8 and more. Of others, or of nobody: to 0.62.
_PRESENT = (0.52, 0.78)
_PALETTE = (0.40, 0.80)
# A subject that stands out less than this (of 255) says little about itself, one less, nothing.
_STANDS_OUT = 12.0
_LOOKS_LIKE = 0.7
_SAME_SET = 0.65
# A camera that moves sees what no drawing of the first picture shows.
_LATER = (0.35, 0.80)
_GOOD = 0.6
_COVERED = 0.35


@dataclass(frozen=True)
class Finding:
    """What was measured in one picture, 0 to 1; `sure` is how much presence says."""

    layout: float
    palette: float
    own: float
    present: float
    sure: float
    clean: float
    box: list[int]
    picture: Picture


def judge(text: str, images: Sequence[bytes], schema: Mapping[str, Any]) -> Any:
    """Scores with reasons for the picture (or the stills of a clip) that a prompt brings."""
    lines = read_labels(text, SHOT_LABELS)
    clip = first_line(lines, "rubric").lower().startswith("clip")
    read = normalise(schema)
    criteria = _criteria(read)
    takes = list(images[:3]) if clip else list(images[:1])
    others = list(images[3:] if clip else images[1:])
    if not takes:
        return _answer(
            read, dict.fromkeys(criteria, (0.0, "No picture was sent.")), "Nothing to judge."
        )
    pictures: list[Picture] = []
    for data in takes:
        try:
            pictures.append(decode(data))
        except (OSError, SyntaxError) as error:
            return _answer(read, _broken(criteria, str(error)), "The picture is broken.")
    if any(picture.blank for picture in pictures):
        return _answer(read, _blank(criteria, pictures), "There is nothing to see.")
    request = replace(
        read_shot(text, images=_readable(others)), caption=False, candidate=1, seed=0, shot=""
    )
    findings = [_measure(request, p, later=n > 0) for n, p in enumerate(pictures)]
    scores = _scores(request, findings, [decode(data) for data in _readable(others)])
    chosen = {name: scores.get(name) or _overall(scores) for name in criteria}
    return _answer(read, chosen, _summary(request, chosen), findings[0].box)


def _measure(request: ShotRequest, picture: Picture, *, later: bool = False) -> Finding:
    match = closest(request, picture, later=later)
    expected, seen = match.expected, match.seen
    present, stands_out = presence(picture, expected.picture, expected.empty, expected.subject)
    detail = picture.detail / max(0.2, expected.picture.detail)
    return Finding(
        layout=_graded(match.layout, *(_LATER if later else _LAYOUT)),
        palette=palette_match(picture, seen),
        own=palette_match(picture, seen, expected.subject) if stands_out else 1.0,
        present=_graded(present, *_PRESENT),
        sure=min(1.0, stands_out / _STANDS_OUT),
        box=_box(expected.subject),
        clean=min(_scaled(detail, 0.15, 0.5), _scaled(picture.alike, 0.3, 0.7)),
        picture=picture,
    )


def _box(subject: Floats) -> list[int]:
    """Top, left, bottom and right of where the subject is, in thousandths; all of it if nowhere."""
    rows, columns = (np.flatnonzero((subject > _COVERED).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return [0, 0, 1000, 1000]
    high, wide = subject.shape
    edges = (rows[0] / high, columns[0] / wide, (rows[-1] + 1) / high, (columns[-1] + 1) / wide)
    return [round(1000 * float(edge)) for edge in edges]


Score = tuple[float, str]


def _scores(
    request: ShotRequest, findings: list[Finding], references: list[Picture]
) -> dict[str, Score]:
    first = findings[0]
    layout = 0.5 * min(f.layout for f in findings) + 0.5 * _mean([f.layout for f in findings])
    palette = min(f.palette for f in findings)
    # Bodies move on in later stills: who they are is to be seen in the first.
    there = first.sure * min(first.present, layout) + (1 - first.sure) * layout
    who = request.subject or "the subject"
    adherence = 0.6 * there + 0.25 * layout + 0.15 * _graded(palette, *_PALETTE)
    continuity = 0.75 * _graded(palette, *_PALETTE) + 0.25 * layout
    identity = 0.7 * there + 0.3 * _graded(min(f.own for f in findings), *_PALETTE)
    if references:
        near = max(palette_match(first.picture, ref) for ref in references if ref.colours.size)
        continuity = 0.85 * continuity + 0.15 * _scaled(near, 0.05, 0.4)
    clean = min(f.clean for f in findings)
    return {
        "adherence": (adherence, _of_adherence(who, adherence, layout, palette)),
        "composition": (there, _of_composition(request, first, there)),
        "identity": (identity, _of_identity(who, first, identity)),
        "continuity": (
            continuity,
            f"The palette agrees to {_percent(palette)} with what setting and light ask for.",
        ),
        "artefacts": (
            clean,
            "The picture is clean: edges are there, and they are edges of something."
            if clean >= _GOOD
            else "Edges are missing where the shot asks for them, or noise is in their place.",
        ),
    }


def _of_adherence(who: str, score: float, layout: float, palette: float) -> str:
    said = "is where the shot wants it" if score >= _GOOD else "is not what this picture shows"
    agrees = f"layout agrees to {_percent(layout)}, palette to {_percent(palette)}"
    return f"{_cap(who)} {said}: {agrees}."


def _of_composition(request: ShotRequest, first: Finding, score: float) -> str:
    if score >= _GOOD:
        return f"{_cap(_a(request.size))} with everything in its place, to {_percent(score)}."
    # Other colours are another set: no size of this one would explain them.
    same_set = first.palette >= _SAME_SET
    size, value = size_of(request, first.picture) if same_set else (request.size, 0.0)
    if size != request.size and value >= _LOOKS_LIKE:
        steps = SIZES.index(size) - SIZES.index(request.size)
        return f"It is {_a(size)}, and {_a(request.size)} was asked for: too {_off(steps)}."
    return f"It is not composed as {_a(request.size)} of this: only {_percent(score)} agrees."


def _of_identity(who: str, first: Finding, score: float) -> str:
    if score >= _GOOD:
        return f"{_cap(who)} can be told by shape and colours, to {_percent(score)}."
    return f"What stands where {who} should be is something else: {_percent(first.own)} agrees."


def _a(size: str) -> str:
    return f"{'an' if size.startswith('e') else 'a'} {size}"


def _off(steps: int) -> str:
    return "close" if steps > 0 else "far"


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _overall(scores: Mapping[str, Score]) -> Score:
    mean = sum(value for value, _ in scores.values()) / len(scores)
    return mean, "Mean of what was measured."


def _graded(value: float, low: float, good: float) -> float:
    """0 at `low`, 0.85 where it is `good`, and 1 only where nothing is left to be wished for."""
    return 0.85 * _scaled(value, low, good) + 0.15 * _scaled(value, good, 1.0)


def _scaled(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _broken(criteria: Sequence[str], why: str) -> dict[str, Score]:
    return dict.fromkeys(criteria, (0.02, f"The picture cannot be decoded ({why[:80]})."))


def _blank(criteria: Sequence[str], pictures: Sequence[Picture]) -> dict[str, Score]:
    level = round(min(picture.level for picture in pictures))
    reason = f"The picture is blank: mean light {level} of 255, no contrast."
    return dict.fromkeys(criteria, (0.03, reason))


def _readable(images: Sequence[bytes]) -> list[bytes]:
    """The reference pictures that can be decoded; a broken one is no fault of the take."""
    kept = []
    for data in images:
        try:
            decode(data)
        except (OSError, SyntaxError):
            continue
        kept.append(data)
    return kept


def _criteria(schema: Mapping[str, Any]) -> list[str]:
    items = schema.get("properties", {}).get("scores", {}).get("items", {})
    found = items.get("properties", {}).get("criterion", {}).get("enum")
    return [str(name) for name in found] if found else list(CRITERIA)


def _summary(request: ShotRequest, scores: Mapping[str, Score]) -> str:
    low = min(scores, key=lambda name: scores[name][0])
    if scores[low][0] >= _GOOD:
        return f"{_cap(_a(request.size))} of {request.subject or 'the subject'} as asked."
    return f"Weakest is {low}: {re.sub(r'[.]$', '', scores[low][1])}."


def _answer(
    schema: Mapping[str, Any],
    scores: Mapping[str, Score],
    summary: str,
    box: Sequence[int] = (0, 0, 1000, 1000),
) -> Any:
    rows = [
        {"criterion": name, "score": round(min(1.0, max(0.0, value)), 3), "reason": reason}
        for name, (value, reason) in scores.items()
    ]
    answer = {"scores": rows, "summary": summary, "subject_box": list(box)}
    return fit(answer, schema, filler=summary)


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
