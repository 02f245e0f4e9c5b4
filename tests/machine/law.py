"""What must hold whatever happens, checked from the bytes in the bucket and the service's own list.

Nothing here asks the code under test whether it is right, except where two answers of it are
compared with each other.
"""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random
from typing import Any

from greenlight.errors import ServiceUnavailable
from greenlight.money.budget import CeilingReached
from greenlight.money.ledger import Ledger
from greenlight.production.facts import Facts
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import Attempt
from greenlight.production.shots import frame_hash
from greenlight.production.state import State, fold
from greenlight.store.objects import sha256_of
from tests.machine.fibers import Fiber
from tests.machine.readings import (
    DRAWS,
    LIMITS,
    NOTHING,
    Readings,
    all_records,
    balance_of,
    drawn_of,
    draws_of,
    newest_word,
    omitted_by,
    rows_of,
    total_of,
)
from tests.machine.service import Accepted
from tests.machine.town import Town

_SHUT = {"open": False}


class Law(Readings):
    """Watches a town; what is not as it must be is an AssertionError that says which rule."""

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.broken: list[str] = []
        self.shares_used: dict[tuple[str, int, str, str], str] = {}
        self.unknown = 0
        town.hub.ended = self._ended
        town.s3.watch.append(self._written)
        town.s3.listed = self._listed
        town.service.law = self._accepted

    def hold(self, true: bool, rule: str, what: object = "") -> None:
        said = f"{rule}: {what}"
        if not true and said not in self.broken:
            self.broken.append(said)

    # At every write.

    def _listed(self, prefix: str) -> None:
        fiber = self.town.hub.current
        if fiber is not None and prefix == LIMITS:
            fiber.limits_seen = len(self.show_limits())

    def _written(self, key: str, data: bytes, before: bytes | None) -> None:
        fiber = self.town.hub.current
        name = key.rsplit("/", 1)[1]
        if name.startswith("2-sending") and fiber is not None:
            fiber.claimed = key.rsplit("/", 1)[0]
        elif name == "budget.json":
            self._account(key.split("/")[2], rows_of(data), rows_of(before))
        elif key == DRAWS:
            self._show_account(draws_of(data), draws_of(before))
        elif name == "9-closed.json":
            self.unknown += json.loads(data)["cost_usd"] is None
        elif name.endswith(".attempt.json"):
            self._opened(key.split("/")[2], Attempt.model_validate_json(data))
        immutable = name.endswith(".json") and name != "budget.json" and key != DRAWS
        if immutable and not key.startswith("limits/") and before is not None:
            self.hold(False, "a record is written once", key)

    def _ended(self, fiber: Fiber) -> None:
        if isinstance(fiber.error, CeilingReached):
            terms = self.town.facts(fiber.process.run.production).terms
            dearer = terms.image_model or terms.video_model or terms.text_model
            self.hold(bool(dearer), "what was approved is enough for its round", fiber.error)

    def _account(self, production: str, rows: Any, before: Any) -> None:
        opened = [n for n, r in rows.items() if r["open"] and not before.get(n, r | _SHUT)["open"]]
        fiber = self.town.hub.current
        if opened and fiber is not None:
            limits = self.limits(production)[fiber.heard :]
            most = None if None in limits else max(limits)
            total = sum((balance_of(r) for r in rows.values()), NOTHING)
            self.hold(
                most is None or total <= most,
                "what is released stays within the production's budget",
                f"{total} of {limits}",
            )
        for name, row in rows.items():
            new = set(row["slots"]) - set(before.get(name, {"slots": ()})["slots"])
            if new:
                self.hold(
                    drawn_of(row) <= Decimal(row["ceiling"]),
                    "an attempt stays within what was approved",
                    f"{name}: {row}",
                )
        self._show_covers(production, rows)

    def _show_covers(self, production: str, rows: Any) -> None:
        """What a production says is open, its show has set aside."""
        mine = self.show_draws().get(production, {})
        over = self.over(production)
        for name, row in rows.items():
            if row["open"] and not over:
                self.hold(
                    mine.get(name, NOTHING) >= balance_of(row),
                    "the show has set aside what its productions may spend",
                    f"{production} {name}: {mine.get(name)} for {row}",
                )

    def _show_account(self, draws: Any, before: Any) -> None:
        fiber = self.town.hub.current
        total, was = total_of(draws), total_of(before)
        drawn = any(
            amount > before.get(p, {}).get(n, NOTHING)
            for p, mine in draws.items()
            for n, amount in mine.items()
        )
        if drawn and total > was and fiber is not None:
            limits = self.show_limits()[fiber.limits_seen - 1 :] or [None]
            most = None if None in limits else max(limits)
            self.hold(
                most is None or total <= most,
                "what is released stays within the show's budget",
                f"{total} of {limits}",
            )

    def _opened(self, production: str, attempt: Attempt) -> None:
        if attempt.kind == "clip":
            self.hold(
                self._stood(production, attempt),
                "a clip is made of a frame whose approval stood",
                attempt,
            )
        if attempt.cause == "check" or attempt.kind == "cut":
            return
        if attempt.kind == "shotlist" and attempt.version == 1:
            return
        subject = f"{attempt.shot}/{attempt.kind}" if attempt.shot else attempt.kind
        facts = self.town.facts(production)
        given = [
            (n, v.take)
            for n, d in facts.decisions.items()
            for v in d.verdicts
            if v.shares.get(subject) == attempt.ceiling_usd
        ]
        free = [g for g in given if (production, *g, subject) not in self.shares_used]
        self.hold(bool(given), "every round was approved", f"{attempt.take} {attempt.ceiling_usd}")
        self.hold(
            bool(free) or not given, "an approval pays for one round", f"{attempt.take}: {given}"
        )
        if free:
            self.shares_used[(production, *min(free), subject)] = str(attempt.take)

    def _stood(self, production: str, attempt: Attempt) -> bool:
        """Whether the frame was approved in any state that the writer can have seen."""
        facts, fiber = self.town.facts(production), self.town.hub.current
        heard = facts.watermark
        if fiber is not None and fiber.process.workspace is not None:
            heard = min(heard, fiber.heard)
        if attempt.frame is None:
            return False
        take = facts.takes.get(parse_take(attempt.frame))
        if take is None or take.sha256 != attempt.frame_sha256:
            return False
        if self.town.s3.objects[take.key].meta["sha256"] != attempt.frame_sha256:
            return False
        assert facts.production is not None
        brief, shot = facts.production.brief, attempt.spec
        if shot is None or take.spec_hash != frame_hash(
            shot, brief.look, brief.aspect_ratio, brief.references
        ):
            return False
        for last in range(heard, facts.watermark + 1):
            newest = newest_word(facts, "frame", attempt.shot, last)
            if newest is not None and (newest.verdict, newest.take, newest.sha256) == (
                "approve",
                attempt.frame,
                attempt.frame_sha256,
            ):
                return True
        return False

    # At every paid POST.

    def _accepted(self, post: Accepted) -> None:
        slot, objects = post.slot, self.town.s3.objects
        self.hold(slot is not None, "whoever posts has claimed the slot", post.request.purpose)
        if slot is None:
            return
        others = [p for p in self.town.service.accepted if p.slot == slot]
        self.hold(len(others) == 1, "at most one POST for a slot is accepted", slot)
        row = objects.get(f"{slot}/1-reserved.json")
        self.hold(row is not None, "every accepted POST is in the ledger", slot)
        self.hold(
            f"{slot}/9-closed.json" not in objects, "nothing is posted for what is closed", slot
        )
        if row is not None:
            intended = json.loads(row.data)["request"]
            sent = json.loads(post.request.model_dump_json())
            self.hold(intended == sent, "what was intended first is what is sent", slot)
        production, path = slot.split("/")[2], "/".join(slot.split("/")[3:])
        held = objects.get(self.town.keys(production).budget)
        set_aside = [
            r["slots"][path] for r in rows_of(held and held.data).values() if path in r["slots"]
        ]
        self.hold(len(set_aside) == 1, "a POST draws from one release", f"{slot}: {set_aside}")
        self.hold(
            self.over(production) or sum(map(Decimal, set_aside), NOTHING) >= post.cost_usd,
            "what a POST costs was set aside before it",
            f"{slot}: {post.cost_usd} of {set_aside}",
        )
        if post.request.purpose == "clip":
            subject, _, version, _ = path.split("/")
            take = TakeId("clip", int(version[1:4]), subject)
            attempt = self.town.facts(production).attempts.get(take)
            frames = [a.sha256 for a in post.request.attachments if a.use == "first_frame"]
            self.hold(
                attempt is not None and frames == [attempt.frame_sha256],
                "a clip is shot from exactly the frame of its attempt",
                slot,
            )

    # After every step.

    def check(self, rng: Random) -> None:
        """Everything that must hold at any time."""
        for production in self.town.productions:
            facts = self.town.facts(production)
            state = fold(facts)
            self._replays(production, facts, state, rng)
            self._ids(facts)
            self._wakes(production, facts)
            self._delivered(facts, state)
            self._notes(facts, state)
            self._bytes(facts)
            self._costs(production, facts)
        for run in self.town.runs.values():
            failed = run.error is None or isinstance(run.error, ServiceUnavailable)
            self.hold(failed, "no run fails of what people and crashes do", repr(run.error))
        assert not self.broken, "\n".join(self.broken)

    def _replays(self, production: str, facts: Facts, state: State, rng: Random) -> None:
        records = list(all_records(facts))
        for _ in range(2):
            rng.shuffle(records)
            self.hold(fold(Facts().add(records)) == state, "the order of records is nothing", state)
        self.hold(fold(facts) == state, "a replay changes nothing", production)

    def _ids(self, facts: Facts) -> None:
        gone: set[str] = set()
        for version in sorted(facts.shot_lists):
            listed = facts.shot_lists[version]
            back = gone & {s.id for s in listed.shots}
            self.hold(not back, "dropped shot ids never come back", f"{back} in v{version}")
            gone |= set(listed.dropped)

    def _wakes(self, production: str, facts: Facts) -> None:
        gate = facts.gates.get(max(facts.gates, default=0))
        if gate is not None and facts.watermark > gate.watermark:
            then = Facts().add(
                [*facts.shot_lists.values()]
                + [d for d in facts.decisions.values() if d.number <= gate.watermark]
            )
            new = self.town._records[production].newer_than(then)
            self.hold(new, "what was decided after the gate wakes its run", gate.number)

    def _delivered(self, facts: Facts, state: State) -> None:
        if not state.delivered or state.shot_list is None:
            return
        assert state.cut is not None
        wanted = []
        for shot in state.shot_list.shots:
            if shot.id in omitted_by(facts):
                continue
            said = newest_word(facts, "clip", shot.id, facts.watermark)
            approved = said is not None and said.verdict == "approve"
            self.hold(approved, "what is delivered was approved", f"{shot.id} {said}")
            if said is not None:
                take = facts.takes[said.id]
                self.hold(take.sha256 == said.sha256, "what is delivered was approved", take)
                wanted.append(take.take)
        made_of = facts.attempts[state.cut.id].clips
        self.hold(list(made_of) == wanted, "a delivery has its approved clips", made_of)
        parts = [self.town.s3.objects[facts.takes[parse_take(c)].key].data for c in made_of]
        movie = self.town.s3.objects[state.cut.key].data
        self.hold(movie == b"|".join(parts), "a delivery has its approved clips' bytes")
        cuts = {d.cut_sha256 for d in facts.deliveries.values()}
        self.hold(sha256_of(movie) in cuts, "what was signed off is what is delivered")

    def _notes(self, facts: Facts, state: State) -> None:
        """A retake in force is what its round is made for."""
        for shot in state.shots:
            if shot.stage == "omitted":
                continue
            kinds = ("frame",) if shot.frame is None else ("clip",)
            for kind in kinds:
                said = newest_word(facts, kind, shot.shot.id, facts.watermark)
                if said is None or said.verdict != "retake":
                    continue
                offered = [facts.attempts[t.attempt] for t in shot.offered if not shot.held]
                bad = [a for a in offered if a.cause != "check" and a.note != said.note]
                self.hold(not bad, "a retake is made as it was asked for", f"{said}: {bad}")
                first = [a for a in offered if a.cause == "check"]
                for attempt in first:
                    chain = attempt
                    while chain.cause == "check":
                        chain = facts.attempts[TakeId(chain.kind, chain.previous or 0, chain.shot)]
                    self.hold(
                        chain.note == said.note and chain.spec_hash == attempt.spec_hash,
                        "an automatic retake goes on with its own round",
                        f"{attempt.take} after {chain.take}",
                    )

    def _bytes(self, facts: Facts) -> None:
        for take in facts.takes.values():
            there = self.town.s3.objects.get(take.key)
            self.hold(
                there is not None and sha256_of(there.data) == take.sha256,
                "a take has the bytes that its record names",
                take.take,
            )

    def _costs(self, production: str, facts: Facts) -> None:
        """What the service bills was approved by somebody."""
        keys = self.town.keys(production)
        posts = [p for p in self.town.service.accepted if (p.slot or "").startswith(keys.ledger)]
        spent = sum((p.cost_usd for p in posts), NOTHING)
        given = sum((v.ceiling_usd for d in facts.decisions.values() for v in d.verdicts), NOTHING)
        for key, held in self.town.s3.objects.items():
            if not key.startswith(keys.ledger) or not key.endswith("1-reserved.json"):
                continue
            row = json.loads(held.data)
            first = row["release"] == "shotlist/v001"
            if first or row["release"].startswith("again/"):
                given += Decimal(row["estimate_usd"])
            if row["release"].startswith("again/"):
                before = key.replace("1-reserved", "9-resolved").rsplit("/ask", 1)[0]
                ask = row["slot"]["ask"] - 1
                said = self.town.s3.objects.get(f"{before}/ask{ask:02d}/9-resolved.json")
                self.hold(
                    said is not None and json.loads(said.data)["again"],
                    "nothing is asked again unless somebody allowed it",
                    key,
                )
        self.hold(spent <= given, "what is billed was approved", f"{spent} of {given}")

    # When nothing is in flight any more.

    def settled(self, production: str) -> None:
        """What approvals did not need is free again, and the account says what the ledger says."""
        keys = self.town.keys(production)
        entries = Ledger(self.town.store, keys.ledger).entries()
        counted = sum((e.counted_usd for e in entries), NOTHING)
        held = self.town.s3.objects.get(keys.budget)
        rows = rows_of(held and held.data)
        balance = sum((balance_of(r) for r in rows.values()), NOTHING)
        self.hold(balance == counted, "the account is what the ledger says", f"{rows} {counted}")
        show = sum(self.show_draws().get(production, {}).values(), NOTHING)
        self.hold(
            show == counted, "the show's account is what the ledger says", f"{show} {counted}"
        )
        facts = self.town.facts(production)
        said: dict[str, Decimal] = {}
        for number in sorted(facts.decisions):
            for resolution in facts.decisions[number].resolutions:
                said.setdefault(resolution.slot, resolution.cost_usd)
        for entry in entries:
            path = entry.slot.path
            if path in said and entry.resolved is not None and "standing" not in entry.resolved.by:
                self.hold(entry.counted_usd == said[path], "a resolution counts once", path)
        assert not self.broken, "\n".join(self.broken)
