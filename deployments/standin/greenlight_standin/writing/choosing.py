"""Which beats of a story become shots, where there is not room for all."""

from __future__ import annotations

from dataclasses import replace

from greenlight_standin.writing.beats import Beat
from greenlight_standin.writing.memory import is_person


def weight(beat: Beat) -> float:
    """How much the story needs a beat."""
    value = 1.0
    value += 1.5 if beat.dialogue else 0.0
    value += 0.6 if not beat.still else 0.0
    value += 4.0 if beat.asked else 0.0
    value += 1.2 if beat.size or beat.angle else 0.0
    value += 0.3 if is_person(beat.subject) else 0.0
    value += min(0.4, len(beat.action.split()) / 20)
    return value


def chosen_beats(beats: list[Beat], wanted: int) -> list[Beat]:
    """The beats there is room for: what one sentence tells of one subject is joined first."""
    over = len(beats) - wanted
    joined: list[Beat] = []
    for beat in beats:
        if over > 0 and joined and _one_breath(joined[-1], beat):
            joined[-1] = replace(joined[-1], action=f"{joined[-1].action} and {beat.action}")
            over -= 1
        else:
            joined.append(beat)
    beats = joined
    if len(beats) <= wanted:
        return list(beats)
    # First and last stay; between them every stretch of the story gives its strongest beat.
    inner, room = beats[1:-1], wanted - 2
    if wanted == 1:
        return [max(beats, key=weight)]
    kept = [beats[0]]
    for index in range(room):
        low, high = index * len(inner) // room, (index + 1) * len(inner) // room
        kept.append(max(inner[low:high], key=weight))
    return [*kept, beats[-1]]


def _one_breath(first: Beat, then: Beat) -> bool:
    """Whether two beats are one sentence's about one subject, short enough for one shot."""
    same = (first.source, first.subject, first.place) == (then.source, then.subject, then.place)
    spoken = first.dialogue or then.dialogue
    short = len(first.action.split()) + len(then.action.split()) <= 14
    return same and short and not spoken and bool(first.action and then.action)
