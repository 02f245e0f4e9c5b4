"""Binding: wishes become verdicts on exactly what is there, priced by what they would set going."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pydantic import ValidationError

from greenlight.errors import InvalidInput, Refused
from greenlight.money.consequences import decided
from greenlight.money.releases import opened_by
from greenlight.production.drawover import DrawOver
from greenlight.production.facts import Facts
from greenlight.production.names import TakeId, is_shot, parse_take
from greenlight.production.problems import sentences
from greenlight.production.records import Verdict
from greenlight.production.shots import clip_hash
from greenlight.production.state import State, fold
from greenlight.views.wishes import Wish
from greenlight.workspace import Workspace


def bind(workspace: Workspace, facts: Facts, wishes: Sequence[Wish]) -> tuple[Verdict, ...]:
    """The verdicts that the wishes come to as things stand."""
    state = fold(facts)
    if state.cancelled:
        raise Refused(f"{workspace.keys.production} was cancelled")
    binder = _Binder(workspace, facts, state)
    verdicts = tuple(binder.bind(w) for w in wishes)
    seen: dict[tuple[str, str], str] = {}
    for verdict in verdicts:
        take = verdict.id
        subject = (take.shot or take.kind, "" if verdict.verdict == "omit" else take.kind)
        if subject in seen:
            raise InvalidInput(
                f"{verdict.take} and {seen[subject]} are about the same thing: give one verdict"
            )
        seen[subject] = verdict.take
    return verdicts


class _Binder:
    """Binds wishes to one state of the records."""

    def __init__(self, workspace: Workspace, facts: Facts, state: State) -> None:
        self.workspace, self.facts, self.state = workspace, facts, state
        self.given: tuple[Verdict, ...] = ()
        self.priced_from = state
        self._after_last: State | None = None
        self.shots = {s.shot.id: s for s in state.shots}
        self.sheets = {s.slug: s for s in state.sheets}

    def bind(self, wish: Wish) -> Verdict:
        if wish.drawn and wish.verdict != "retake":
            raise InvalidInput(
                f"{wish.target}: a drawing goes with a retake (this verdict is {wish.verdict!r})"
            )
        self._after_last = None
        if wish.verdict == "omit":
            verdict = self._omit(wish)
        else:
            take = self._take(wish)
            give = self._approve if wish.verdict == "approve" else self._retake
            verdict = give(take, wish)
        self._not_unseen(verdict, wish)
        self.given = (*self.given, verdict)
        # Pricing has folded the same already: a ceiling changes nothing that is priced.
        self.priced_from = self._after_last or self._after(self.given)
        return verdict

    def _not_unseen(self, verdict: Verdict, wish: Wish) -> None:
        """Raises Refused when somebody has said something of the same thing since it was shown."""
        if wish.seen is None:
            return
        take = verdict.id
        for number in sorted(n for n in self.facts.decisions if n > wish.seen):
            said = self.facts.decisions[number]
            for other in said.verdicts:
                same = other.id.shot == take.shot and other.id.kind == take.kind
                if same or (take.shot and take.shot == other.id.shot and other.verdict == "omit"):
                    words = {"approve": "approved", "retake": "sent back", "omit": "omitted"}
                    target = take.shot if other.verdict == "omit" else other.take
                    raise Refused(
                        f"{said.who} {words[other.verdict]} {target} meanwhile "
                        f"({said.at:%H:%M:%S} UTC, decision {number}): look again, "
                        "nothing of yours was recorded"
                    )

    def _omit(self, wish: Wish) -> Verdict:
        asked = None if is_shot(wish.target) else parse_take(wish.target)
        if asked is not None and asked.kind == "sheet":
            return self._omit_sheet(asked, wish)
        shot = asked.shot if asked else wish.target
        if shot not in self.shots:
            raise Refused(f"{wish.target!r} is not a shot of the approved list{self._known()}")
        newest = self.facts.newest("frame", shot)
        take = TakeId("frame", max(newest, 1), shot)
        return Verdict(take=str(take), verdict="omit", reason=wish.reason, note=wish.note)

    def _omit_sheet(self, take: TakeId, wish: Wish) -> Verdict:
        """The subject's shots go on without a sheet."""
        if take.shot not in self.sheets:
            raise Refused(f"{take} is not a sheet of this production{self._sheets()}")
        verdict = Verdict(take=str(take), verdict="omit", reason=wish.reason, note=wish.note)
        return self._priced(verdict)

    def _sheets(self) -> str:
        return f" (sheets: {', '.join(self.sheets)})" if self.sheets else ""

    def _known(self) -> str:
        return f" (shots: {', '.join(self.shots)})" if self.shots else ""

    def _take(self, wish: Wish) -> TakeId:
        """The take that is meant; a shot id alone means what waits of it, for a retake."""
        if is_shot(wish.target) and wish.verdict == "retake":
            offered = self.shots[wish.target].offered if wish.target in self.shots else ()
            if not offered:
                raise Refused(f"nothing of {wish.target} waits for a verdict")
            return offered[-1].attempt
        return parse_take(wish.target)

    def _approve(self, take: TakeId, wish: Wish) -> Verdict:
        sha256, spec_hash = self._shown(take)
        if wish.sha256 and wish.sha256 != sha256:
            raise Refused(f"{take} has changed since it was shown: look again before approving")
        verdict = Verdict(
            take=str(take),
            verdict="approve",
            note=wish.note,
            sha256=sha256,
            spec_hash=spec_hash,
        )
        return self._priced(verdict)

    def ceiling(self, take: TakeId) -> Decimal:
        """The most that approving this take releases in USD."""
        sha256, spec_hash = self._shown(take)
        verdict = Verdict(take=str(take), verdict="approve", sha256=sha256, spec_hash=spec_hash)
        return self._priced(verdict).ceiling_usd

    def _priced(self, verdict: Verdict) -> Verdict:
        """The verdict with what follows from it: every round that it opens after those before it.

        What two verdicts of one Send open together, such as the shot that shows both of two
        sheets, is counted at the second.
        """
        after = self._after_last = self._after((*self.given, verdict))
        shares = opened_by(self.workspace.production, self.facts, self.priced_from, after)
        total = sum(shares.values(), Decimal(0))
        return verdict.model_copy(update={"shares": shares, "ceiling_usd": total})

    def _after(self, verdicts: tuple[Verdict, ...]) -> State:
        """Where the production would stand had these been given."""
        return fold(decided(self.facts, verdicts))

    def _shown(self, take: TakeId) -> tuple[str, str]:
        """sha256 and spec hash of what is approved, if it can be approved as things stand."""
        if take.kind == "shotlist":
            listed = self.facts.shot_lists.get(take.version)
            if listed is None:
                raise Refused(f"{take} not found")
            newest = max(self.facts.shot_lists)
            if take.version < newest:
                raise Refused(f"{take} is not the newest: shotlist/v{newest:03d} is")
            return listed.sha256, ""
        record = self.facts.takes.get(take)
        if record is None:
            hint = self._candidates(take)
            raise Refused(f"take {take} not found{hint}")
        if take.kind in ("sheet", "frame", "clip") and take not in self.facts.checks:
            raise Refused(f"{take} has not been checked yet: wait a moment")
        wanted = self._wanted(take)
        if record.spec_hash != wanted:
            raise Refused(f"{take} was made for a spec or frame that has changed since")
        return record.sha256, record.spec_hash

    def _candidates(self, take: TakeId) -> str:
        found = [str(t) for t in self.facts.takes if t.shot == take.shot and t.kind == take.kind]
        return f" (there are {', '.join(sorted(found))})" if found else ""

    def _wanted(self, take: TakeId) -> str:
        """The spec hash that a take must have been made for to be approved now."""
        if take.kind in ("animatic", "cut"):
            waiting = {w.take: w.spec_hash for w in self.state.waiting}
            return waiting.get(str(take), "")
        if take.kind == "sheet":
            sheet = self.sheets.get(take.shot)
            return sheet.spec_hash if sheet else ""
        shot = self.shots.get(take.shot)
        if shot is None:
            raise Refused(f"{take.shot} is not in the approved shot list{self._known()}")
        if take.kind == "clip":
            return clip_hash(shot.shot, shot.frame.sha256) if shot.frame else ""
        return shot.frame_hash

    def _retake(self, take: TakeId, wish: Wish) -> Verdict:
        if take.kind == "cut":
            raise Refused(
                f"{take} follows from its clips: send back the shots instead, for example "
                "--retake sq010_sh0010/clip/v001:story:…"
            )
        if take.kind == "animatic":
            raise Refused(
                f"{take} follows from its frames and the shot list: send back frames "
                "(--retake sq010_sh0010/frame/v001_c1:story:…), or change the timing with "
                "`greenlight retime`, which costs nothing"
            )
        known = take in self.facts.takes or take.attempt in self.facts.attempts
        if not known and not (take.kind == "shotlist" and take.version in self.facts.shot_lists):
            raise Refused(f"{take} not found{self._candidates(take)}")
        if take.kind == "sheet" and take.shot not in self.sheets:
            raise Refused(f"{take} is not a sheet of this production{self._sheets()}")
        if take.shot and take.kind != "sheet" and take.shot not in self.shots:
            raise Refused(f"{take.shot} is not in the approved shot list{self._known()}")
        record = self.facts.takes.get(take)
        verdict = Verdict(
            take=str(take),
            verdict="retake",
            reason=wish.reason or "other",
            note=wish.note,
            sha256=record.sha256 if record else "",
            spec_hash=record.spec_hash if record else "",
            supersedes=self.facts.newest(take.kind, take.shot),
            drawn_over=self._drawn_over(take, wish),
        )
        return self._priced(verdict)

    def _drawn_over(self, take: TakeId, wish: Wish) -> DrawOver | None:
        """What was drawn on the take, for the next attempt; only for takes that are sent back."""
        if not wish.drawn:
            return None
        record = self.facts.takes.get(take)
        if record is None or take.kind not in ("sheet", "frame"):
            raise InvalidInput(
                f"{take} cannot be drawn on (what can: a frame or a reference sheet that is there)"
            )
        if wish.sha256 and wish.sha256 != record.sha256:
            raise Refused(f"{take} has changed since it was drawn on: look again")
        try:
            return DrawOver(on=str(take), sha256=record.sha256, strokes=wish.drawn)
        except ValidationError as error:
            raise InvalidInput(f"{take}: {sentences(error, DrawOver)}") from error


def priced(workspace: Workspace, facts: Facts, state: State) -> Mapping[str, Decimal]:
    """What approving each waiting take would release, in USD; one price for all of a shot."""
    binder = _Binder(workspace, facts, state)
    known: dict[TakeId, Decimal] = {}
    prices: dict[str, Decimal] = {}
    for waiting in state.waiting:
        take = parse_take(waiting.take)
        if waiting.held:
            prices[waiting.take] = Decimal(0)
            continue
        if take.attempt not in known:
            known[take.attempt] = binder.ceiling(take)
        prices[waiting.take] = known[take.attempt]
    return prices
