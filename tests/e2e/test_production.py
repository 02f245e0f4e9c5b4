"""A whole production on the real stack: brief to delivery, through suspends, wakes and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import av
import httpx
import pytest

from greenlight.desk import Desk
from greenlight.desk.notify import Telling, Wanted
from greenlight.settings import Profile
from greenlight.store.objects import sha256_of
from tests.e2e import people
from tests.e2e.receiver import Received, Receiver, receiving

pytestmark = pytest.mark.stack


class Lighthouse(NamedTuple):
    """A delivered production, and what was heard of it outside."""

    production: str
    receiver: Receiver
    secret: str


@pytest.fixture(scope="module")
def lighthouse(desk: Desk, profile: Profile) -> Iterator[Lighthouse]:
    """Begun in Prefect's dashboard, where its shot list was decided, too; asleep at each gate."""
    show = people.brief_of()["show"]
    brief = people.brief_of(title="The lighthouse", show=show, candidates=2, shots=1, seconds=3)
    telling = Telling(profile)
    with receiving() as receiver:
        receiver.plan = [500, 500]
        one = telling.add(Wanted(receiver.url, show=show), people.ADA)
        flow_run = people.run_deployment(profile, "previs", brief=brief)
        [production] = people.until(
            lambda: [p for p in desk.productions() if desk.workspace(p).keys.show == show]
        )
        status = people.until_waiting(desk, production, "shotlist", suspended=True)
        assert status.flow_run == flow_run
        decide_by_form(desk, profile, production, flow_run)
        people.until_waiting(desk, production, "frame", suspended=True)
        people.finish(desk, production)
        yield Lighthouse(production, receiver, one.secret)
        telling.remove(one.id, people.ADA)


def decide_by_form(desk: Desk, profile: Profile, production: str, flow_run: str) -> None:
    """Answers the shot list's gate in Prefect's form; what cannot stand is asked again."""

    def answer(**run_input: object) -> str:
        with people.prefect(profile) as prefect:
            url = f"/flow_runs/{flow_run}/resume"
            return str(prefect.post(url, json={"run_input": run_input}).json()["status"])

    assert answer(shotlist__v001={"verdict": "yes please"}) == "REJECT"
    again = {"verdict": "retake", "reason": "story", "note": "x" * 9}
    assert answer(shotlist__v001=again) == "ACCEPT"
    people.until_waiting(desk, production, "shotlist/v002", suspended=True)
    assert answer(shotlist__v002={"verdict": "omit"}) == "ACCEPT"
    people.until(lambda: any(a.problem for a in desk.look(production)[0].answers.values()))
    people.until(lambda: len(desk.look(production)[0].gates) == 3)
    people.until_waiting(desk, production, "shotlist/v002", suspended=True)
    assert answer(shotlist__v002={"verdict": "approve"}) == "ACCEPT"
    people.until(lambda: len(desk.look(production)[0].decisions) == 2)
    decisions = desk.look(production)[0].decisions.values()
    assert [d.door for d in decisions] == ["prefect", "prefect"]
    assert not any(d.verified for d in decisions)


def test_a_brief_becomes_a_delivery_whose_manifest_is_true(
    desk: Desk, lighthouse: Lighthouse, tmp_path: Path
) -> None:
    production = lighthouse.production
    pulled = {file.path.name: file.path for file in desk.pull(production, tmp_path)}
    manifest = json.loads(pulled["manifest.json"].read_text())
    for entry in manifest["files"]:
        data = pulled[entry["name"]].read_bytes()
        assert (sha256_of(data), len(data)) == (entry["sha256"], entry["bytes"])
    assert manifest["simulated"] is True
    _, state = desk.look(production)
    story = sum(float(s.shot.seconds) for s in state.shots)
    with av.open(str(next(p for n, p in pulled.items() if n.endswith(".mp4")))) as movie:
        pictures = movie.streams.video[0]
        assert pictures.frames / 24 == pytest.approx(story + 1 / 24, abs=0.1)
        assert (pictures.width, pictures.height) == (1280, 720)
    assert {d["verdict"] for d in manifest["decisions"]} == {"approve", "retake"}


def test_people_outside_hear_of_gates_decisions_and_delivery_signed_and_once(
    desk: Desk, lighthouse: Lighthouse
) -> None:
    production, receiver, secret = lighthouse
    facts = desk.look(production)[0]
    asked = {w.take for gate in facts.gates.values() for w in gate.waiting}

    def taken(event: str = "") -> list[Received]:
        return [r for r in receiver.got if r.status == 200 and event in r.event]

    people.until(lambda: taken("delivered") and len(taken("decided")) == len(facts.decisions))
    # Takes that are decided while the run still lingers wait at no gate, and are told all the same.
    told = [take for r in taken("gate.opened") for take in r.said["data"]["takes"]]
    assert asked <= set(told)
    assert len(set(told)) == len(told)
    first, second, third = (r for r in receiver.got if r.id == receiver.got[0].id)
    assert (first.status, second.status, third.status) == (500, 500, 200)
    assert first.body == second.body == third.body
    assert all(r.signed_with(secret) for r in receiver.got)
    assert len({r.id for r in taken()}) == len(taken()), "something was told twice"
    opened = third.said["data"]
    assert (opened["production"], opened["takes"]) == (production, ["shotlist/v001"])
    assert (opened["waiting"], opened["simulated"]) == (1, True)
    assert float(opened["ceiling_usd"]) > 0
    assert opened["link"].endswith(f"/runs/flow-run/{desk.status(production).flow_run}")


def test_every_paid_post_is_in_the_ledger_once(desk: Desk, lighthouse: Lighthouse) -> None:
    production = lighthouse.production
    entries = desk.workspace(production).ledger.entries()
    assert all(e.closed and e.closed.outcome == "settled" for e in entries)
    assert all(len(e.sending) == 1 for e in entries)
    shots = {s.shot.id for s in desk.look(production)[1].shots}
    frames = [e for e in entries if e.reserved.slot.kind == "frame"]
    assert {e.reserved.slot.subject for e in frames} == shots
    assert desk.spend(production).posts == len(entries)


def test_pictures_in_the_dashboard_are_behind_stable_links(
    desk: Desk, lighthouse: Lighthouse
) -> None:
    production = lighthouse.production
    _, link = desk.contact_sheet(production)
    answer = httpx.get(link, trust_env=False)
    assert answer.headers["content-type"] == "image/jpeg"
    assert len(answer.content) > 10_000
    body = {"artifacts": {"key": {"any_": [f"{production}-contact-sheet"]}}}
    with people.prefect(desk.profile) as prefect:
        found = prefect.post("/artifacts/filter", json=body).json()
    assert found[0]["type"] == "image"
    assert httpx.get(found[0]["data"], trust_env=False).status_code == 200
