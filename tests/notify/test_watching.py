"""What is news in a production, and when people outside are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from greenlight.briefs.intake import check_brief
from greenlight.desk.submit import draft, free_id, register
from greenlight.notify import watching
from greenlight.notify.notice import Notice
from greenlight.notify.overdue import overdue, stalled
from greenlight.notify.watching import Watch
from greenlight.production.facts import Facts
from greenlight.production.records import (
    DecisionRecord,
    GateRecord,
    RunRecord,
    Verdict,
    WaitingTake,
)
from greenlight.production.state import State
from greenlight.settings import Profile
from greenlight.store.keys import open_key
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import Workspace, open_workspace
from tests.e2e import people

A1, B1 = "sq010_sh0010/frame/v001_c1", "sq010_sh0020/frame/v001_c1"


@pytest.fixture
def workspace(
    profile: Profile, objects: ObjectStore, show: str, tmp_path: Any
) -> Iterator[Workspace]:
    """A submitted production without a run."""
    brief = check_brief(people.brief_of(title="A \u202elamp", show=show), "test")
    production = free_id(objects, brief)
    register(objects, draft(profile, brief, production, "Ada").record)
    yield open_workspace(production, profile, objects)
    objects.delete(open_key(production))


def told(watch: Watch, facts: Facts, *takes: str, busy: bool = False, **held: str) -> list[Notice]:
    state = State(shot_list=None, waiting=tuple(WaitingTake(take=t, sha256="s") for t in takes))
    items = [WaitingTake(take=B1, held=why, cause=cause) for cause, why in held.items()]
    return list(watch.news(facts, state, items, 0, busy=busy))


def events(notices: list[Notice]) -> list[str]:
    return [n.event for n in notices]


def gate(number: int, *takes: str, watermark: int = 0, at: Any = None) -> GateRecord:
    waiting = tuple(WaitingTake(take=t) for t in takes)
    return GateRecord(
        at=at or now(), number=number, flow_run="r", watermark=watermark, waiting=waiting
    )


def decision(number: int, **fields: Any) -> DecisionRecord:
    given = {
        "at": now(),
        "number": number,
        "request": str(number),
        "who": "Ada\u202e <b>",
        "principal": "login:ada",
        "verified": True,
        "door": "cli",
        "verdicts": (Verdict(take=A1, verdict="approve"), Verdict(take=B1, verdict="retake")),
    }
    return DecisionRecord.model_validate({**given, **fields})


def test_takes_that_wait_are_told_once_and_only_what_is_new_again(workspace: Workspace) -> None:
    watch, facts = Watch(workspace), workspace.records.facts()
    (first,) = told(watch, facts, A1)
    assert (first.event, first.waiting, first.takes) == ("gate.opened", 1, (A1,))
    assert first.title == "A lamp"
    assert first.simulated
    assert told(watch, facts, A1) == []
    (second,) = told(watch, facts, A1, B1)
    assert second.waiting == 2
    assert second.id != first.id
    assert told(watch, facts, B1) == []


def test_a_new_process_tells_the_same_under_the_same_id_and_nothing_that_a_gate_told(
    workspace: Workspace,
) -> None:
    facts = workspace.records.facts()
    (first,) = told(Watch(workspace), facts, A1, B1)
    (again,) = told(Watch(workspace), facts, B1, A1)
    assert again.id == first.id
    facts.add([gate(1, A1, B1)])
    assert told(Watch(workspace), facts, A1, B1) == []


def test_while_work_runs_takes_are_gathered(workspace: Workspace) -> None:
    clock = [100.0]
    watch, facts = Watch(workspace, lambda: clock[0]), workspace.records.facts()
    assert told(watch, facts, A1, busy=True) == []
    assert not watch.due()
    clock[0] += watching.GATHER_SECONDS
    assert watch.due()
    (both,) = told(watch, facts, A1, B1, busy=True)
    assert both.takes == (A1, B1)
    assert not watch.due()


def test_decisions_are_told_from_the_newest_gate_on(workspace: Workspace) -> None:
    facts = workspace.records.facts()
    facts.add([decision(1), gate(1, A1, watermark=1), decision(2), decision(3, verdicts=())])
    watch = Watch(workspace)
    said = told(watch, facts)
    assert events(said) == ["decided", "decided"]
    assert said[0].who == "Ada <b>"
    assert said[0].summary.startswith("Ada <b> approved 1, sent back 1;")
    assert told(watch, facts) == []
    facts.add([decision(4)])
    assert events(told(watch, facts)) == ["decided"]


def test_what_money_holds_is_told_until_people_change_something(workspace: Workspace) -> None:
    watch, facts = Watch(workspace), workspace.records.facts()
    (held,) = told(watch, facts, money="the budget of $0.01 \x1b[2J is used up")
    assert held.event == "held"
    assert held.reason == "the budget of $0.01 [2J is used up"
    assert told(watch, facts, money="another sum") == []
    assert told(watch, facts, job="the service is busy") == []
    facts.add([decision(1)])
    assert events(told(watch, facts, money="still used up")) == ["decided", "held"]


def test_the_end_is_told_and_nothing_more(workspace: Workspace) -> None:
    facts = workspace.records.facts()
    over = State(shot_list=None, cancelled=True, waiting=(WaitingTake(take=A1),))
    assert list(Watch(workspace).news(facts, over, [], 0, busy=False)) == []


def test_a_gate_is_overdue_to_each_by_its_own_hours(
    workspace: Workspace, subscribe: Any, profile: Profile, objects: ObjectStore, show: str
) -> None:
    subscribe("https://example.com/a", overdue_hours=2)
    subscribe("https://example.com/b", overdue_hours=5)
    subscribe("https://example.com/c", overdue_hours=1, events=("held",))
    opened = now()
    workspace.records.write_new(gate(1, A1, at=opened))

    def late(hours: float) -> list[float]:
        found = overdue(profile, objects, opened + timedelta(hours=hours))
        return [n.hours for n in found if n.show == show]

    assert late(1.9) == []
    assert late(3) == [2.0]
    assert late(5) == [2.0, 5.0]
    workspace.records.write_new(decision(1))
    assert late(5) == []


def test_what_has_stalled_is_told_with_its_words_and_the_verb(
    workspace: Workspace, profile: Profile, objects: ObjectStore
) -> None:
    workspace.records.claim(RunRecord(at=now(), number=1, flow_run="abc", cause="submit"))
    production = workspace.keys.production
    (notice,) = stalled(profile, objects, [(production, "stalled: 3 runs brought nothing")])
    assert notice.event == "failed"
    assert f"`greenlight resume {production}`" in notice.summary
    assert notice.reason == "stalled: 3 runs brought nothing"
    assert notice.link.endswith("/runs/flow-run/abc")
