"""Whole productions on the real stack: brief to delivery, through suspends, wakes and answers."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from greenlight.desk import Desk, Wish
from greenlight.errors import Refused
from greenlight.local.standin import admin_client
from greenlight.media.decoding import probe_clip
from greenlight.settings import Profile
from greenlight.store.objects import sha256_of
from tests.e2e import people

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def finished(desk: Desk) -> str:
    """A delivered production that slept at each of its gates."""
    production = people.submit(desk, title="The lighthouse", show="coast", candidates=2)
    for kind in ("shotlist", "frame"):
        people.until_waiting(desk, production, kind, suspended=True)
        people.approve_all(desk, production)
    people.finish(desk, production)
    return production


def test_a_brief_becomes_a_delivery_whose_manifest_is_true(
    desk: Desk, finished: str, tmp_path: Path
) -> None:
    pulled = {file.path.name: file.path for file in desk.pull(finished, tmp_path)}
    manifest = json.loads(pulled["manifest.json"].read_text())
    for entry in manifest["files"]:
        data = pulled[entry["name"]].read_bytes()
        assert (sha256_of(data), len(data)) == (entry["sha256"], entry["bytes"])
    assert manifest["simulated"] is True
    movie = probe_clip(next(p for n, p in pulled.items() if n.endswith(".mp4")))
    _, state = desk.look(finished)
    story = sum(float(s.shot.seconds) for s in state.shots)
    assert movie.seconds == pytest.approx(story + 1 / 24, abs=0.1)
    assert (movie.width, movie.height) == (1280, 720)
    assert {d["verdict"] for d in manifest["decisions"]} == {"approve"}


def test_every_paid_post_is_in_the_ledger_once(desk: Desk, profile: Profile, finished: str) -> None:
    entries = desk.workspace(finished).ledger.entries()
    assert all(e.closed and e.closed.outcome == "settled" for e in entries)
    assert all(len(e.sending) == 1 for e in entries)
    shots = {s.shot.id for s in desk.look(finished)[1].shots}
    frames = [e for e in entries if e.reserved.slot.kind == "frame"]
    assert {e.reserved.slot.subject for e in frames} == shots
    assert desk.spend(finished).posts == len(entries)


def test_the_same_brief_again_in_the_same_show_pays_nothing(
    desk: Desk, profile: Profile, finished: str
) -> None:
    before = people.last_request(profile)
    asked = {r["digest"] for r in people.paid(profile)}
    again = people.submit(desk, title="The lighthouse", show="coast", candidates=2)
    people.finish(desk, again)
    assert not asked & {r["digest"] for r in people.paid(profile, since=before)}
    spend = desk.spend(again)
    assert (spend.spent_usd, spend.posts) == (0, 0)
    assert all(t.reused_from for t in desk.look(again)[0].takes.values() if t.id.kind != "cut")


def test_pictures_in_the_dashboard_are_behind_stable_links(desk: Desk, finished: str) -> None:
    _, link = desk.contact_sheet(finished)
    answer = httpx.get(link, trust_env=False)
    assert answer.headers["content-type"] == "image/jpeg"
    assert len(answer.content) > 10_000
    body = {"artifacts": {"key": {"any_": [f"{finished}-contact-sheet"]}}}
    api, headers = desk.profile.prefect_api_url, desk.profile.prefect_headers
    found = httpx.post(f"{api}/artifacts/filter", json=body, headers=headers).json()
    assert found[0]["type"] == "image"
    assert httpx.get(found[0]["data"], trust_env=False).status_code == 200


def test_prefects_form_decides_and_an_answer_that_cannot_stand_is_asked_again(
    desk: Desk, profile: Profile
) -> None:
    production = people.submit(desk)
    status = people.until_waiting(desk, production, "shotlist", suspended=True)
    url = f"{profile.prefect_api_url}/flow_runs/{status.flow_run}/resume"

    def answer(**run_input: object) -> str:
        said = httpx.post(
            url,
            json={"run_input": run_input},
            headers=profile.prefect_headers,
            trust_env=False,
        ).json()
        return str(said["status"])

    assert answer(shotlist__v001={"verdict": "yes please"}) == "REJECT"
    assert (
        answer(shotlist__v001={"verdict": "retake", "reason": "story", "note": "x" * 9}) == "ACCEPT"
    )
    people.until_waiting(desk, production, "shotlist/v002", suspended=True)
    assert answer(shotlist__v002={"verdict": "omit"}) == "ACCEPT"
    people.until(lambda: any(a.problem for a in desk.look(production)[0].answers.values()))
    people.until(lambda: len(desk.look(production)[0].gates) == 3)
    people.until_waiting(desk, production, "shotlist/v002", suspended=True)
    assert answer(shotlist__v002={"verdict": "approve"}) == "ACCEPT"
    people.until_waiting(desk, production, "frame")
    decisions = desk.look(production)[0].decisions
    assert [d.door for d in decisions.values()] == ["prefect", "prefect"]
    assert not any(d.verified for d in decisions.values())
    desk.cancel(production, people.ADA)
    assert desk.status(production).state == "cancelled"


@pytest.mark.slow
def test_a_decision_made_while_a_clip_renders_starts_its_work_before_the_clip_is_there(
    desk: Desk, profile: Profile
) -> None:
    standin = admin_client(profile.models.base_url, profile.models.admin_key)
    before = standin.get("latency").json()
    began_at = people.last_request(profile)
    production = people.submit(desk, shots=3, seconds=9)
    people.until_waiting(desk, production, "shotlist")
    people.approve_all(desk, production)
    status = people.until_waiting(desk, production, "frame")
    frames_done = people.last_request(profile)
    first, second, _ = sorted({t.split("/")[0] for t in status.waiting_takes})
    try:
        standin.put("latency", json={"video": 12}).raise_for_status()
        desk.decide(
            production, [Wish(target=f"{first}/frame/v001_c1", verdict="approve")], people.ADA
        )
        people.until(
            lambda: any(r["shot"] == first for r in people.paid(profile, since=frames_done))
        )
        desk.decide(
            production,
            [
                Wish(
                    target=f"{second}/frame/v001_c1",
                    verdict="retake",
                    reason="lens",
                    note="closer, from the left",
                )
            ],
            people.ADA,
        )
        takes = f"{second}/frame/v002"
        people.until(lambda: any(str(t) == takes for t in desk.look(production)[0].attempts), 10)
        clips = [t for t in desk.look(production)[0].takes if t.kind == "clip"]
        assert clips == []
    finally:
        standin.put("latency", json=before).raise_for_status()
        standin.close()
    attempt = next(a for t, a in desk.look(production)[0].attempts.items() if str(t) == takes)
    assert attempt.note == "closer, from the left"
    people.until_waiting(desk, production, f"{first}/clip", f"{second}/frame/v002")
    posts = Counter(r["shot"] for r in people.paid(profile, since=began_at) if r["role"] == "video")
    assert posts == {first: 1}
    desk.cancel(production, people.ADA)


def test_a_stale_approval_releases_nothing(desk: Desk) -> None:
    production = people.submit(desk)
    status = people.until_waiting(desk, production, "shotlist")
    wish = Wish(target=status.waiting_takes[0], verdict="approve", sha256="0" * 64)
    with pytest.raises(Refused, match="no longer what was shown"):
        desk.decide(production, [wish], people.ADA)
    assert not desk.look(production)[0].decisions
    desk.cancel(production, people.ADA)


def test_a_brief_given_to_the_deployment_itself_becomes_a_production(
    desk: Desk, profile: Profile
) -> None:
    url = profile.prefect_api_url
    prefect = httpx.Client(headers=profile.prefect_headers, trust_env=False)
    deployment = prefect.get(f"{url}/deployments/name/previs/previs").json()
    assert deployment["parameter_openapi_schema"]["properties"]["brief"]
    body = {"parameters": {"brief": people.brief_of(title="From the dashboard")}}
    made = prefect.post(f"{url}/deployments/{deployment['id']}/create_flow_run", json=body).json()
    found = people.until(lambda: [p for p in desk.productions() if p.startswith("from-the-dash")])
    status = people.until_waiting(desk, found[0], "shotlist")
    assert status.flow_run == made["id"]
    desk.cancel(found[0], people.ADA)


@pytest.mark.slow
def test_a_table_of_briefs_starts_each_row_once(desk: Desk, profile: Profile) -> None:
    show = people.brief_of()["show"]
    rows = f"title,vision,show,shots\nHen,A hen.,{show},1\nOwl,,{show},1\nBat,A bat.,{show},1\n"
    key = f"tests/{show}.csv"
    assert desk.store.put_once(key, rows.encode(), "text/csv")
    url = profile.prefect_api_url
    prefect = httpx.Client(headers=profile.prefect_headers, trust_env=False)
    deployment = prefect.get(f"{url}/deployments/name/batch/batch").json()
    body = {"parameters": {"table": f"s3://{desk.store.bucket}/{key}"}}

    def run() -> None:
        made = prefect.post(
            f"{url}/deployments/{deployment['id']}/create_flow_run", json=body
        ).json()
        people.until(lambda: desk.runs.look(made["id"]).type == "COMPLETED")

    run()
    first = {p for p in desk.productions() if desk.workspace(p).keys.show == show}
    assert {p.split("-")[0] for p in first} == {"hen", "bat"}
    run()
    assert {p for p in desk.productions() if desk.workspace(p).keys.show == show} == first
    for production in first:
        desk.cancel(production, people.ADA)


def test_a_spent_budget_holds_the_shot_for_a_person_and_spends_no_more(desk: Desk) -> None:
    production = people.submit(desk, shots=1, seconds=3, budget_usd="0.20")
    people.until_waiting(desk, production, "shotlist")
    people.approve_all(desk, production)
    people.until_waiting(desk, production, "frame")
    people.approve_all(desk, production)
    status = people.until_waiting(desk, production, "clip", suspended=True)
    assert "of $0.20 is left" in status.problem
    spend = desk.spend(production)
    assert spend.spent_usd + spend.reserved_usd + spend.unknown_usd <= Decimal("0.20")
    desk.cancel(production, people.ADA)
