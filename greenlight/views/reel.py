"""The reel: where each shot lies in an animatic or cut."""

from __future__ import annotations

from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from greenlight.production.facts import Facts
from greenlight.production.names import TakeId, parse_take


class Mark(BaseModel):
    """One shot of a movie, in seconds from the first frame of the file; `take` is what it shows.

    `frame` is what a clip was made of; empty where the take is the frame itself.
    """

    model_config = ConfigDict(frozen=True)

    shot: str
    take: str
    frame: str = ""
    poster: str = ""
    action: str = ""
    at: float
    seconds: float


def marks_of(facts: Facts, movie: TakeId) -> tuple[Mark, ...]:
    """The shots of an animatic or cut in its order; none where it is not there."""
    record, attempt = facts.takes.get(movie), facts.attempts.get(movie)
    if record is None or attempt is None:
        return ()
    rate = float(Fraction(str(record.details.get("fps", 24))))
    found = []
    takes = attempt.clips or attempt.frames
    for span, name in zip(record.details.get("clips", ()), takes, strict=False):
        take = parse_take(name)
        made = facts.attempts.get(take.attempt)
        frame = parse_take(made.frame) if made and made.frame else take
        found.append(
            Mark(
                shot=str(span["shot"]),
                take=name,
                frame=str(frame) if frame != take else "",
                poster=facts.takes[frame].key if frame in facts.takes else "",
                action=made.spec.action if made and made.spec else "",
                at=round(int(span["start_frame"]) / rate, 3),
                seconds=round(int(span["frames"]) / rate, 3),
            )
        )
    return tuple(found)
