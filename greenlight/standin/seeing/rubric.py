"""The model-graded rubric: a picture is measured against re-compositions of what was asked for.

Nothing but pixels and the request is looked at. The request is drawn again in each of its stagings,
small; the staging that agrees best with the picture says where the subject should be and how big.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from greenlight.standin.drawing.frame import compose
from greenlight.standin.drawing.motion import PATHS, view
from greenlight.standin.drawing.shot import VARIANTS, ShotRequest, read_shot
from greenlight.standin.labels import SHOT_LABELS, first_line, read_labels
from greenlight.standin.schema import fit, normalise
from greenlight.standin.seeing.measure import (
    HEIGHT,
    Floats,
    Picture,
    decode,
    moved,
    of_image,
    palette_match,
    structure,
)

CRITERIA = ("adherence", "composition", "continuity", "identity", "artefacts")
# Agreement of a picture with its own re-composition, and of two unrelated shots, as measured.
ALIKE, UNLIKE = 0.86, 0.40
SURE = 0.93


@dataclass(frozen=True)
class Expected:
    """One staging of the request as it would look."""

    picture: Picture
    subject: Floats
    empty: Picture


@dataclass(frozen=True)
class Finding:
    """What was measured in one picture."""

    layout: float
    palette: float
    subject_palette: float
    subject_height: float
    asked_height: float
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
    findings = [_measure(request, picture, clip) for picture in pictures]
    scores = _scores(request, findings, [decode(data) for data in _readable(others)])
    chosen = {name: scores.get(name) or _overall(scores) for name in criteria}
    return _answer(read, chosen, _summary(request, chosen))


def _measure(request: ShotRequest, picture: Picture, clip: bool) -> Finding:
    best, best_seen, layout = _closest(request, picture, clip)
    where = best.subject
    return Finding(
        layout=layout,
        palette=palette_match(picture, best_seen),
        subject_palette=palette_match(picture, best_seen, where) if where.any() else 1.0,
        subject_height=_height_of(_stands_out(picture, best)),
        asked_height=_height_of(where),
        picture=picture,
    )


def _closest(request: ShotRequest, picture: Picture, clip: bool) -> tuple[Expected, Picture, float]:
    found: tuple[Expected, Picture, float] | None = None
    shape = picture.colours.shape
    for variant in range(VARIANTS):
        expected = _expected(replace(request, variant=variant), shape[1], round(picture.aspect, 3))
        for seen in _views(request, expected, clip):
            value = structure(picture, seen)
            if found is None or value > found[2]:
                found = (expected, seen, value)
        if found is not None and found[2] > SURE:
            break
    assert found is not None
    return found


def _views(request: ShotRequest, expected: Expected, clip: bool) -> list[Picture]:
    """The composition as the camera may see it while it moves."""
    if not clip:
        return [expected.picture]
    views = []
    size = (1000, 1000)
    for t in (0.0, 0.3, 0.5, 0.7, 1.0):
        at = view(PATHS[request.movement], size, t, 4.0)
        views.append(
            moved(
                expected.picture,
                at.a + at.b / 2,
                (at.dx + at.cx / 2) / 1000,
                (at.dy + at.cy / 2) / 1000,
            )
        )
    return views


@functools.lru_cache(maxsize=64)
def _expected(request: ShotRequest, width: int, aspect: float) -> Expected:
    size = (width, HEIGHT)
    full = compose(request, size)
    without = compose(request, size, empty=True)
    picture, empty = of_image(full.image), of_image(without.image)
    subject: Floats = np.asarray(full.subject, np.float32)[: picture.colours.shape[0]] / np.float32(
        255
    )
    return Expected(picture, subject, empty)


def _stands_out(picture: Picture, expected: Expected) -> Floats:
    """Where the picture differs from the empty set, 0 or 1."""
    if picture.colours.shape != expected.empty.colours.shape:
        return np.zeros(picture.colours.shape[:2], np.float32)
    away = np.abs(picture.colours - expected.empty.colours).max(axis=2)
    mask: Floats = (away > 26).astype(np.float32)
    return mask


def _height_of(mask: Floats) -> float:
    """Share of the rows that a mask fills with more than a speck."""
    if not mask.any():
        return 0.0
    widths = mask.sum(axis=1)
    rows = np.flatnonzero(widths > max(1.5, 0.06 * float(widths.max())))
    return float(rows[-1] - rows[0] + 1) / mask.shape[0] if rows.size else 0.0


Score = tuple[float, str]


def _scores(
    request: ShotRequest, findings: list[Finding], references: list[Picture]
) -> dict[str, Score]:
    layouts = [_scaled(f.layout, UNLIKE, ALIKE) for f in findings]
    layout = 0.5 * min(layouts) + 0.5 * sum(layouts) / len(layouts)
    palette = min(f.palette for f in findings)
    own = min(f.subject_palette for f in findings)
    first = findings[0]
    gap = abs(first.subject_height - first.asked_height)
    size = max(0.0, 1 - 2.2 * max(0.0, gap - 0.04))
    seen, asked = round(first.subject_height * 100), round(first.asked_height * 100)
    tall = f"the subject fills {seen} % of the height, a {request.size} asks for about {asked} %"
    if not first.asked_height:
        tall = (
            "nobody is asked for, and the set is there" if layout > 0.6 else "the set is not there"
        )
    good = layout > 0.6
    who = request.subject or "the subject"
    adherence = 0.62 * layout + 0.2 * _scaled(palette, 0.25, 0.75) + 0.18 * _scaled(own, 0.2, 0.7)
    composition = (0.6 * layout + 0.4 * size) if good else min(0.45, 0.5 * layout + 0.2 * size)
    identity = 0.5 * _scaled(own, 0.15, 0.7) + 0.5 * layout
    continuity = 0.6 * _scaled(palette, 0.2, 0.7) + 0.4 * layout
    if references:
        near = max(palette_match(first.picture, ref) for ref in references if ref.colours.size)
        continuity = 0.85 * continuity + 0.15 * _scaled(near, 0.05, 0.4)
    detail = min(f.picture.detail for f in findings)
    contrast = min(f.picture.contrast for f in findings)
    clean = 0.35 * _scaled(detail, 0.2, 1.4) + 0.35 * _scaled(contrast, 10, 55) + 0.3 * layout
    return {
        "adherence": (
            adherence,
            f"{_cap(who)} "
            f"{'is where the shot wants it' if good else 'is not what this picture shows'}: "
            f"layout agrees to {round(layout * 100)} %, palette to "
            f"{round(palette * 100)} %.",
        ),
        "composition": (composition, f"{_cap(tall)}."),
        "identity": (identity, f"Colours where {who} should be agree to {round(own * 100)} %."),
        "continuity": (
            continuity,
            f"The palette agrees to {round(palette * 100)} % with what setting and light ask for.",
        ),
        "artefacts": (
            clean,
            "The picture is clean: edges and contrast are there."
            if clean > 0.6
            else "Edges or contrast are missing where the shot asks for them.",
        ),
    }


def _overall(scores: Mapping[str, Score]) -> Score:
    mean = sum(value for value, _ in scores.values()) / len(scores)
    return mean, "Mean of what was measured."


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
    if scores[low][0] >= 0.6:
        return f"A {request.size} of {request.subject or 'the subject'} as asked."
    return f"Weakest is {low}: {re.sub(r'[.]$', '', scores[low][1])}."


def _answer(schema: Mapping[str, Any], scores: Mapping[str, Score], summary: str) -> Any:
    rows = [
        {"criterion": name, "score": round(min(1.0, max(0.0, value)), 3), "reason": reason}
        for name, (value, reason) in scores.items()
    ]
    return fit({"scores": rows, "summary": summary}, schema, filler=summary)


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
