"""A share link sees no money and no commands unless its author ticked it, on whatever route."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from greenlight.access.discretion import HIDDEN, words
from greenlight.access.rights import SHARED, Role
from greenlight.desk import Desk, this_person
from greenlight.mcp.callers import by_token
from greenlight.mcp.calls import Calls, ToolRefused
from greenlight.mcp.reads import Reads
from greenlight.mcp.resources import Resources
from greenlight.production.records import WaitingTake
from greenlight.review.api import ROUTES as API
from greenlight.review.app import app_of
from greenlight.review.identity import CSRF_HEADER, csrf_of
from tests.review.memory_room import (
    PROFILE,
    asleep,
    begun,
    framed,
    held_by_budget,
    limit,
    lost,
    memory_desk,
    missed,
)
from tests.review.room import Built, build

KEPT_BACK = re.compile(r"\$\s?\d|greenlight [a-z]+ |--[a-z]+ |simulated\)")
ROUTES = [
    *(r for r in app_of(PROFILE, {}).routes if isinstance(r, Route)),
    *(r for r in API if isinstance(r, APIRoute)),
]
_EDIT: dict[str, object] = {"rows": [], "seen": 1}
_TIMING: dict[str, object] = {"lengths": {"sq010_sh0010": "2"}}
BODIES: dict[str, dict[str, object]] = {
    "foresee": {"wishes": []},
    "decisions": {"wishes": []},
    "remarks": {"subject": "", "text": "Lovely."},
    "ask": {"cause": "budget"},
    "shotlist/plan": _EDIT,
    "shotlist": _EDIT,
    "timing/plan": _TIMING,
    "timing": _TIMING,
    "budget": {"limit_usd": "9"},
    "model": {"role": "video", "model": "veo-3.1-lite-generate-001"},
    "charges": {"charges": {"s": "charged"}},
}


@pytest.fixture
def desk() -> Desk:
    return memory_desk()


def by_link(desk: Desk, built: Built, role: Role, *, money: bool = False) -> TestClient:
    """A browser that came in by a share link of that role."""
    _, text = desk.people.share(this_person(), built.name, "Client", role, 1, money=money)
    http = TestClient(app_of(desk.profile, {}), base_url=PROFILE.media_url, follow_redirects=False)
    assert http.post("/enter", data={"token": text}).status_code == 303
    http.headers[CSRF_HEADER] = csrf_of(desk, next(iter(http.cookies.values())))
    return http


def unknown(desk: Desk, patch: pytest.MonkeyPatch) -> Built:
    built = lost(desk)
    asleep(patch, built)
    return built


def refused(desk: Desk, patch: pytest.MonkeyPatch) -> Built:
    built = framed(desk)
    limit(built, "40")
    for work in begun(built):
        missed(built, work, "refused", "it costs $9.00: see `greenlight models`")
    asleep(patch, built, WaitingTake(take="sq010_sh0010/clip/v001", held="$3", cause="money"))
    return built


def answers(http: TestClient, built: Built) -> dict[str, str]:
    """What every route that there is answers, by method and path."""
    found = {}
    for route in ROUTES:
        prefix = "/api" if isinstance(route, APIRoute) else ""
        path = f"{prefix}{route.path}".replace("{production}", built.name)
        path = path.replace("{shot}", "sq010_sh0010")
        for method in (route.methods or set()) - {"HEAD"}:
            if path in ("/leave", "/enter", "/media/{signature}/{key:path}") and method == "POST":
                continue
            body = BODIES.get(path.partition(f"{built.name}/")[2], {}) if method == "POST" else None
            answer = http.request(method, path, json=body)
            assert answer.status_code < 500 or answer.status_code == 503, (path, answer.text)
            found[f"{method} {path}"] = answer.text
    found["GET /api/openapi.json"] = http.get("/api/openapi.json").text
    for take in (*built.waiting(), "cut/v001", "animatic/v001", "sq010_sh0010/clip/v001"):
        for verdict in ("approve", "retake", "omit"):
            for act in ("foresee", "decisions"):
                wish = {"target": take, "verdict": verdict}
                said = http.post(f"{built.api}/{act}", json={"wishes": [wish]})
                found[f"{act} {verdict} {take}"] = said.text
    return found


@pytest.mark.parametrize("role", SHARED)
@pytest.mark.parametrize(
    "made",
    [
        lambda desk, patch: build(desk, listed=False),
        lambda desk, patch: build(desk),
        unknown,
        lambda desk, patch: held_by_budget(patch, desk),
        refused,
    ],
    ids=["listed", "waiting", "unknown", "budget", "refused"],
)
def test_no_route_tells_a_link_without_money_an_amount_or_a_command(
    made: Callable[[Desk, pytest.MonkeyPatch], Built],
    role: Role,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built = made(desk, monkeypatch)
    found = answers(by_link(desk, built, role), built)
    told = {at: KEPT_BACK.search(text) for at, text in found.items()}
    assert {
        at: hit.string[max(hit.start() - 80, 0) : hit.end() + 40] for at, hit in told.items() if hit
    } == {}
    assert not any(re.search(r'_?usd":"?[\d.]*[1-9]', text) for text in found.values())


def test_a_link_with_money_sees_it_and_an_older_link_does_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = held_by_budget(monkeypatch, desk)
    seen = by_link(desk, built, "viewer", money=True)
    assert "of $0.45 is left" in seen.get(built.at).text
    assert seen.get(f"{built.at}/money").status_code == 200
    assert seen.get(f"/api/productions/{built.name}/spend").status_code == 200
    kept = by_link(desk, built, "viewer")
    assert "3 clips are held." in kept.get(built.at).text
    assert kept.get(f"{built.at}/money").status_code == 403
    assert "/money" not in kept.get(built.at).text
    # A link of a release that did not ask is read as one that was made without.
    made, text = desk.people.share(this_person(), built.name, "Old", "final", 1)
    key = f"access/shares/{made.id}.json"
    old = made.model_dump(mode="json")
    del old["share"]["money"]
    desk.store.overwrite(key, json.dumps(old).encode())
    who = desk.people.enter(text, "review")
    assert "costs" not in who.rights
    assert "edit" not in who.rights
    assert {"look", "comment", "decide", "sign-off"} <= who.rights


def test_a_person_added_without_money_sees_none(desk: Desk) -> None:
    desk.people.add(this_person(), "kim", ("reviewer",), money=False)
    assert "costs" not in desk.people.by_name("kim", "review").rights
    desk.people.add(this_person(), "lee", ("reviewer",))
    assert "costs" in desk.people.by_name("lee", "review").rights


def test_comment_only_looks_and_comments_on_any_take_and_does_nothing_else(desk: Desk) -> None:
    built = build(desk)
    http = by_link(desk, built, "comment")
    subjects = ["", "sq010_sh0010", "shotlist/v001", *built.waiting()]
    for subject in subjects:
        said = http.post(
            f"{built.api}/remarks", json={"subject": subject, "text": f"On {subject}."}
        )
        assert said.status_code == 200, said.text
    assert [r.subject for r in desk.remarks(built.name)] == subjects
    page = http.get(built.at).text
    assert "Comment only." in page
    assert 'id="send-open"' not in page
    for path in BODIES.keys() - {"remarks", "ask"}:
        assert http.post(f"{built.api}/{path}", json={}).status_code == 403, path


def test_a_final_link_decides_and_neither_edits_nor_orders_nor_retimes(desk: Desk) -> None:
    built = build(desk)
    http = by_link(desk, built, "final")
    for path in ("shotlist/plan", "shotlist", "timing/plan", "timing"):
        assert http.post(f"{built.api}/{path}", json={}).status_code == 403, path
    ordered = {"target": "shotlist/v001", "verdict": "retake", "reason": "story"}
    said = http.post(f"{built.api}/decisions", json={"wishes": [ordered]})
    assert said.status_code == 403
    assert "may not change the shot list" in said.json()["detail"]
    page = http.get(f"{built.at}/shotlist").text
    assert "New breakdown" not in page
    assert 'data-act="edit"' not in page
    take = built.waiting()[0]
    said = http.post(
        f"{built.api}/decisions", json={"wishes": [{"target": take, "verdict": "approve"}]}
    )
    assert said.status_code == 200
    assert said.json()["total_usd"] is None
    assert desk.history(built.name)[-1] is not None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("3 clips are held: they may cost $1.80 together and $0.45 is left", "3 clips are held"),
        (
            "approving this frame releases 4 s of video: up to $0.70 (simulated)",
            "approving this frame releases 4 s of video",
        ),
        (
            "cut/v001 follows from its clips: send back the shots, for example --retake x:story",
            "cut/v001 follows from its clips: send back the shots",
        ),
        ("no take waits (`greenlight takes P --waiting` lists them)", "no take waits"),
        ("this may cost $1", HIDDEN),
        ("It is a medium, and a wide was asked for.", "It is a medium, and a wide was asked for."),
    ],
)
def test_only_the_clauses_with_an_amount_or_a_command_are_left_out(text: str, left: str) -> None:
    assert words(text) == left


def test_an_agent_that_comes_by_such_a_link_is_told_no_amount_either(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = held_by_budget(monkeypatch, desk)
    _, text = desk.people.share(this_person(), built.name, "Client", "reviewer", 1)
    reads = Reads(calls := Calls(desk, by_token(desk, text)))
    resources = Resources(calls, reads)
    found = [
        reads.status(built.name).model_dump_json(),
        reads.waiting_takes(built.name).model_dump_json(),
        reads.productions().model_dump_json(),
        reads.context(built.name, "sq010_sh0010").model_dump_json(),
        str(reads.take_detail(built.name, "sq010_sh0010/frame/v001_c1").structured_content),
        *(
            str(read(built.name).contents[0].content)
            for read in (resources.brief, resources.takes, resources.decisions)
        ),
    ]
    assert [said for said in found if KEPT_BACK.search(said)] == []
    assert not any(re.search(r"_usd.{1,4}'?[\d.]*[1-9]", said) for said in found)
    for asked in (reads.spend, reads.quote):
        with pytest.raises(ToolRefused, match="may not see money"):
            asked(built.name if asked == reads.spend else {"title": "t", "vision": "v"})


def test_no_route_is_forgotten() -> None:
    mounts = {r.path for r in app_of(PROFILE, {}).routes if isinstance(r, Mount)}
    assert mounts == {"/static", "/api"}
