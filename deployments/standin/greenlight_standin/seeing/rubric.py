"""The model-graded rubric: what was asked for is compared with what the picture was drawn to show.

Only the quality of a picture is measured in its pixels. A picture that the stand-in did not draw
gets a neutral score that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from greenlight_standin.drawing.shot import SIZES, ShotRequest, read_shot
from greenlight_standin.labels import SHOT_LABELS, first_line, read_labels
from greenlight_standin.schema import fit, normalise
from greenlight_standin.seeing.drawings import Drawing, Drawings, drawing_of
from greenlight_standin.seeing.measure import Picture
from greenlight_standin.seeing.undrawn import undrawn

CRITERIA = ("adherence", "composition", "continuity", "identity", "artefacts")
NEUTRAL = (0.7, "Not drawn by the stand-in: a neutral score, nothing was judged.")
_GOOD = 0.95
_GONE = 0.1
_BY_STEPS = (_GOOD, 0.7, 0.4, 0.15)
"""The score of a size that is so many steps off."""

Score = tuple[float, str]


def judge(text: str, images: Sequence[bytes], schema: Mapping[str, Any], drawings: Drawings) -> Any:
    """Scores with reasons for the picture (or the stills of a clip) that a prompt brings."""
    clip = first_line(read_labels(text, SHOT_LABELS), "rubric").lower().startswith("clip")
    read = normalise(schema)
    takes = images[: 3 if clip else 1]
    if not takes:
        return _answer(read, _all(0.0, "No picture was sent."))
    try:
        found = [drawings.find(data) for data in takes]
    except (OSError, SyntaxError) as error:
        return _answer(read, _all(0.02, f"The picture cannot be decoded ({str(error)[:80]})."))
    pictures, drawn = [p for p, _ in found], [d for _, d in found if d is not None]
    if any(picture.blank for picture in pictures):
        level = round(min(picture.level for picture in pictures))
        return _answer(read, _all(0.03, f"The picture is blank: mean light {level} of 255."))
    if not drawn:
        return _answer(read, dict.fromkeys(CRITERIA, NEUTRAL))
    request = read_shot(text)
    scores = _scores(request, drawing_of(request), drawn[0])
    scores["artefacts"] = _clean(pictures[0], drawn[0])
    if clip and len(set(drawn)) > 1:
        scores["continuity"] = (0.3, "The stills are of different clips.")
    return _answer(read, scores, drawn[0].box)


def _scores(request: ShotRequest, asked: Drawing, drawn: Drawing) -> dict[str, Score]:
    who = request.subject or "the subject"
    there = len([kind for kind in asked.cast if kind in drawn.cast])
    share = there / len(asked.cast) if asked.cast else float(not drawn.cast)
    lacking = undrawn(request)
    adherence = max(_GONE, _GOOD * share - 0.15 * min(2, len(lacking)))
    said = f"{_cap(who)} is {'in the picture' if share == 1 else 'not what this picture shows'}."
    if lacking:
        said += f" not drawn: {', '.join(lacking)}"
    if drawn.movement != asked.movement:
        adherence = min(adherence, 0.5)
        said += f" The camera moves otherwise ({drawn.movement}, not {asked.movement})."
    same_lead = asked.cast[:1] == drawn.cast[:1]
    identity = (_GOOD if share == 1 else 0.75) if same_lead else 0.15
    held = {"place": asked.place == drawn.place, "time": asked.time == drawn.time}
    lost = [name for name, same in held.items() if not same]
    return {
        "adherence": (adherence, said),
        "composition": _composition(asked, drawn),
        "continuity": (
            _GOOD - 0.4 * len(lost),
            f"Another {' and another '.join(lost)} than asked for." if lost else "As described.",
        ),
        "identity": (
            identity,
            f"{_cap(who)} can be told by shape and colours."
            if same_lead
            else f"What stands where {who} should be is something else.",
        ),
    }


def _composition(asked: Drawing, drawn: Drawing) -> Score:
    steps = SIZES.index(drawn.size) - SIZES.index(asked.size)
    score = _BY_STEPS[min(abs(steps), len(_BY_STEPS) - 1)]
    if steps:
        off = "close" if steps > 0 else "far"
        return score, f"It is {_a(drawn.size)}, and {_a(asked.size)} was asked for: too {off}."
    if drawn.angle != asked.angle:
        return 0.65, f"Seen from another angle ({drawn.angle}, not {asked.angle})."
    return score, f"{_cap(_a(drawn.size))} at {drawn.angle}, as asked for."


def _clean(picture: Picture, drawn: Drawing) -> Score:
    """How much of the detail that was drawn is left, and whether it is noise."""
    kept = picture.detail / drawn.detail if drawn.detail else 1.0
    clean = min(_GOOD, (kept - 0.35) / 0.4, (picture.alike - 0.3) / 0.4)
    good = clean >= 0.6
    return clean, "The picture is clean." if good else "Edges are missing, or noise is there."


def _all(score: float, reason: str) -> dict[str, Score]:
    return dict.fromkeys(CRITERIA, (score, reason))


def _answer(
    schema: Mapping[str, Any],
    scores: Mapping[str, Score],
    box: Sequence[int] = (0, 0, 1000, 1000),
) -> Any:
    items = schema.get("properties", {}).get("scores", {}).get("items", {})
    names = items.get("properties", {}).get("criterion", {}).get("enum") or CRITERIA
    mean = sum(value for value, _ in scores.values()) / len(scores)
    chosen = {name: scores.get(name, (mean, "The mean of the others.")) for name in names}
    rows = [
        {"criterion": name, "score": round(min(1.0, max(0.0, value)), 3), "reason": reason}
        for name, (value, reason) in chosen.items()
    ]
    low = min(chosen, key=lambda name: chosen[name][0])
    summary = f"Weakest is {low}: {chosen[low][1]}"
    answer = {"scores": rows, "summary": summary, "subject_box": list(box)}
    return fit(answer, schema, filler=summary)


def _a(size: str) -> str:
    return f"{'an' if size.startswith('e') else 'a'} {size}"


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
