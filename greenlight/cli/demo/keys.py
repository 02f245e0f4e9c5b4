"""One typed line at a gate is one decision, and Enter approves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from greenlight.errors import InvalidInput
from greenlight.production.names import is_shot, parse_take
from greenlight.production.records import REASONS, WaitingTake
from greenlight.production.state import State

Verb = Literal["approve all", "approve", "retake", "edit", "new", "open", "leave", "help"]
_VERBS: dict[str, Verb] = {
    "": "approve all",
    "a": "approve",
    "r": "retake",
    "e": "edit",
    "n": "new",
    "o": "open",
    "q": "leave",
    "?": "help",
}
LIST_KEYS = "Enter approve · e edit · n new breakdown with a note · o open · q leave waiting"
TAKE_KEYS = (
    "Enter approve all that passed · r SHOT note · a TAKE · o open · q leave waiting · ? help"
)
CUT_KEYS = "Enter sign off · r SHOT note (send a clip back) · o play · q leave waiting"
ANIMATIC_KEYS = (
    "Enter approve, which lets the clips be made · r SHOT note (send a frame back) · o play "
    "· q leave waiting"
)
HELP = """\
  Enter              approve the best of every shot; flagged takes are left for you
  r SHOT note        make it again with this note: r sq010_sh0030 darker, and closer
  r SHOT REASON: …   the same with a reason: identity, continuity, axis, lens, anatomy, …
  a TAKE             approve exactly this one: a sq010_sh0030/frame/v001_c2
  o                  open in the browser
  q                  leave it waiting; you can answer later, from any terminal"""


class Line(NamedTuple):
    """A typed line: verb, target, and the rest."""

    verb: Verb
    target: str = ""
    text: str = ""


def read_line(line: str) -> Line:
    """Parses a typed line; raises InvalidInput naming the keys."""
    words = line.strip().split(maxsplit=2)
    key = words[0].lower() if words else ""
    if key not in _VERBS:
        raise InvalidInput(f"{key!r} is not a key here (Enter, a, r, e, n, o, q, ?)")
    verb = _VERBS[key]
    if verb == "new":
        return Line(verb, text=" ".join(words[1:]))
    if verb in ("approve", "retake") and len(words) < 2:
        raise InvalidInput("say which: r SHOT note, or a TAKE")
    return Line(verb, *words[1:])


def read_note(text: str) -> tuple[str, str]:
    """Reason and note of a retake; `lens: wider` gives a reason, anything else has `other`."""
    first, colon, rest = text.partition(":")
    if colon and first.strip() in REASONS:
        return first.strip(), rest.strip()
    return "other", text.strip()


def resolve(target: str, waiting: Sequence[WaitingTake], state: State) -> str:
    """The take that is meant: a shot means its flagged take, what waits of it, or its clip."""
    shot = _full_shot(target, [s.shot.id for s in state.shots])
    if not is_shot(shot) and shot not in {s.slug for s in state.sheets}:
        return target
    mine = [w for w in waiting if parse_take(w.take).shot == shot]
    flagged = [w for w in mine if w.flagged]
    if flagged:
        return flagged[0].take
    if mine:
        take = parse_take(mine[-1].take)
        return mine[-1].take if len(mine) == 1 else str(take.attempt)
    found = next((s for s in state.shots if s.shot.id == shot), None)
    made = found and (found.clip or found.frame)
    return made.take if made else shot


def _full_shot(text: str, shots: Sequence[str]) -> str:
    """The shot that `text` names, also by its number alone (30, sh0030), if only one fits."""
    number = text.lower().removeprefix("sh")
    if not number.isdigit():
        return text
    fitting = [s for s in shots if int(s.split("_sh")[1]) == int(number)]
    return fitting[0] if len(fitting) == 1 else text


def keys_for(waiting: Sequence[WaitingTake]) -> str:
    """The keys that a gate takes."""
    kinds = {parse_take(w.take).kind for w in waiting}
    if "shotlist" in kinds:
        return LIST_KEYS
    if kinds == {"animatic"}:
        return ANIMATIC_KEYS
    return CUT_KEYS if kinds == {"cut"} else TAKE_KEYS
