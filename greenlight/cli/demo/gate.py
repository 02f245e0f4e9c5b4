"""A gate at the terminal: one line is one decision, and Enter is yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from greenlight.cli.browser import open_pages
from greenlight.cli.decide import gather_wishes
from greenlight.cli.demo.pictures import show_waiting
from greenlight.cli.demo.robot import suggestion
from greenlight.cli.look import open_links
from greenlight.cli.outcome import outcome_of, released_by_all, say_consequences, say_outcome
from greenlight.cli.show import say
from greenlight.errors import GreenlightError, InvalidInput
from greenlight.production.names import is_shot, parse_take
from greenlight.production.records import REASONS

if TYPE_CHECKING:
    from greenlight.cli.demo.drive import Drive
    from greenlight.desk import Wish
    from greenlight.production.records import WaitingTake
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
    """What was typed: a verb, what it is about, and the rest."""

    verb: Verb
    target: str = ""
    text: str = ""


def read_line(line: str) -> Line:
    """What a typed line asks for; raises InvalidInput naming the keys."""
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


def ask(drive: Drive) -> bool:
    """Shows what waits and takes answers until work goes on; False when it is left waiting."""
    shown: set[str] = set()
    while True:
        _, state = drive.desk.look(drive.production)
        waiting = state.waiting
        if not waiting:
            return True
        names = {w.take for w in waiting}
        if not names <= shown:
            shown |= names
            show_waiting(drive, state)
            _suggest(waiting, state, drive.spoiled)
            for sentence in released_by_all(drive.desk, drive.production):
                say(sentence, style="bold", whole=True)
        try:
            typed = read_line(_prompt(_keys(waiting)))
            if typed.verb == "leave":
                return False
            if _act(drive, typed, waiting, state):
                return True
        except GreenlightError as error:
            say(f"  {error}", style="red")


def _keys(waiting: Sequence[WaitingTake]) -> str:
    kinds = {parse_take(w.take).kind for w in waiting}
    if "shotlist" in kinds:
        return LIST_KEYS
    if kinds == {"animatic"}:
        return ANIMATIC_KEYS
    return CUT_KEYS if kinds == {"cut"} else TAKE_KEYS


def _prompt(keys: str) -> str:
    say(keys, style="dim")
    try:
        return input("> ")
    except EOFError:
        return "q"


def _suggest(waiting: Sequence[WaitingTake], state: State, spoiled: str) -> None:
    """Names what was flagged or held, and a retake where one is worth its money."""
    subjects = {s.shot.id: s.shot.subject for s in state.shots}
    subjects |= {s.slug: s.subject.description or s.subject.name for s in state.sheets}
    good = {parse_take(w.take).shot for w in waiting if not w.flagged and not w.held}
    for item in waiting:
        if item.flagged:
            kind, shot = parse_take(item.take).kind, parse_take(item.take).shot
            say(f"  ⚑ {item.take}: {item.flagged}", style="yellow")
            if shot == spoiled or shot not in good:
                say(f"    suggested: r {shot} {suggestion(kind, subjects.get(shot, ''))}")
        elif item.held:
            say(f"  ! {item.take} is held: {item.held}", style="red")


def _act(drive: Drive, typed: Line, waiting: Sequence[WaitingTake], state: State) -> bool:
    """Does what was typed; True when there is work to follow and nothing more to ask now."""
    from greenlight.cli.editing import edit_shots
    from greenlight.cli.shot_list import show_list
    from greenlight.cli.shots import ask_breakdown
    from greenlight.desk import Wish as Asked

    if typed.verb == "help":
        say(HELP)
    elif typed.verb == "open":
        _open(drive, waiting)
    elif typed.verb in ("edit", "new"):
        if not any(w.take.startswith("shotlist/") for w in waiting):
            raise InvalidInput("the shot list is decided; change it with `greenlight shots`")
        if typed.verb == "edit":
            plan = edit_shots(drive.desk, drive.production, drive.who)
            show_list(drive.desk, drive.production, plan.record, as_json=False)
        else:
            note = typed.text or input("what should be different? ").strip()
            ask_breakdown(drive.desk, drive.production, note, drive.who)
            return True
    elif typed.verb == "retake":
        reason, note = read_note(typed.text)
        target = resolve(typed.target, waiting, state)
        # Validated as a whole, because the reason was typed by a person.
        wish = {"target": target, "verdict": "retake", "reason": reason, "note": note}
        decide(drive, [Asked.model_validate(wish)])
    elif typed.verb == "approve":
        decide(drive, [Asked(target=typed.target, verdict="approve")])
    else:
        wishes, left = gather_wishes(waiting, ["all"])
        if not wishes:
            names = ", ".join(w.take for w in left)
            raise InvalidInput(
                f"only flagged or held takes are left ({names}): r SHOT note, a TAKE"
            )
        decide(drive, wishes)
        return True
    return False


def decide(drive: Drive, wishes: Sequence[Wish]) -> None:
    """Records a decision under the drive's name and says what it comes to."""
    decided = drive.desk.decide(drive.production, wishes, drive.who)
    say_consequences(decided.consequences)
    say_outcome(outcome_of(drive.desk, drive.production, decided))


def _open(drive: Drive, waiting: Sequence[WaitingTake]) -> None:
    names = {w.take for w in waiting}
    rows = [r for r in drive.desk.takes(drive.production) if r.take in names and r.link]
    if rows:
        open_links(drive.desk, drive.production, rows)
    else:
        open_pages(drive.dashboard())
