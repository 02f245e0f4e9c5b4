"""Pages and actions over HTTP: what they say, and what they make of bad input."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import httpx
import pytest
from PIL import Image
from starlette.testclient import TestClient

from greenlight.access.links import media_url
from greenlight.desk import Desk, this_person
from greenlight.review.media import Thumbs
from tests.review.room import Built, SignedIn, build, inbox_of

ONE = "sq010_sh0010/frame/v001_c1"


def wish(target: str = ONE, verdict: str = "approve", **fields: object) -> dict[str, object]:
    return {"target": target, "verdict": verdict, **fields}


def test_the_inbox_says_what_waits_and_what_it_would_release(
    signed_in: SignedIn, production: Built
) -> None:
    page = inbox_of(signed_in("viewer"))
    assert "3 shots to review" in page
    assert "Approving these 3 frames makes" in page


def test_what_waits_longest_comes_first(room_desk: Desk, signed_in: SignedIn) -> None:
    old, new = build(room_desk, shots=1), build(room_desk, shots=1)
    page = inbox_of(signed_in("viewer"))
    assert page.index(old.at) < page.index(new.at)


def test_a_production_whose_shot_list_waits_leads_to_the_shot_list(
    room_desk: Desk, signed_in: SignedIn
) -> None:
    built = build(room_desk, listed=False)
    assert f'href="{built.at}/shotlist"' in inbox_of(signed_in("viewer"))


def test_the_wall_shows_who_looks_different_beside_the_other_shots(
    room_desk: Desk, signed_in: SignedIn
) -> None:
    fox = {"name": "the fox", "kind": "character", "description": "a red fox"}
    built = build(room_desk, candidates=1, shows=("the fox",), references=[fox])
    http = signed_in("viewer")
    page = http.get(built.at).text
    assert "Looks different: the fox in 0030" in page
    [shown] = re.findall(rf'src="({built.at}/drift.jpg[^"]*)"', page)
    picture = http.get(shown)
    assert picture.headers["content-type"] == "image/jpeg"
    assert Image.open(BytesIO(picture.content)).width > 600
    assert http.get(f"{build(room_desk, shots=1).at}/drift.jpg").status_code == 404


def test_two_people_may_use_the_same_request_id(signed_in: SignedIn, production: Built) -> None:
    one, other = signed_in("reviewer"), signed_in("reviewer")
    first = one.post(f"{production.api}/decisions", json={"wishes": [wish()], "request": "r"})
    second = other.post(
        f"{production.api}/decisions",
        json={"wishes": [wish("sq010_sh0030/frame/v001_c2")], "request": "r"},
    )
    assert not second.json()["repeated"]
    assert second.json()["number"] > first.json()["number"]


def test_a_final_review_is_signed_off_by_whoever_may_alone(
    signed_in: SignedIn, production: Built
) -> None:
    answer = signed_in("reviewer").post(
        f"{production.api}/decisions", json={"wishes": [wish("cut/v001")]}
    )
    assert answer.status_code in (403, 409)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"wishes": [wish("sq010_sh0010/frame/v009_c1")]}, "sq010_sh0010/frame/v009_c1"),
        ({"wishes": [wish("../../etc")]}, "is not a take"),
        ({"wishes": [wish(verdict="later")]}, "approve"),
        ({"wishes": [wish(note="x" * 5000)]}, "note"),
        ({"wishes": [wish(reason="because")]}, "reason"),
        ({"wishes": [wish(), wish("sq010_sh0010/frame/v001_c2")]}, "about the same thing"),
        ({"wishes": []}, "no verdict was given"),
        ({"wishs": []}, "did you mean 'wishes'"),
        ([], ""),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_changes_nothing(
    body: object, said: str, signed_in: SignedIn, production: Built
) -> None:
    before = production.waiting()
    answer = signed_in("producer").post(f"{production.api}/decisions", json=body)
    assert answer.status_code in (400, 409, 422), answer.text
    assert said in answer.json()["detail"]
    assert production.waiting() == before


def test_what_is_no_json_or_too_large_is_refused(signed_in: SignedIn, production: Built) -> None:
    http = signed_in("producer")
    http.headers["content-type"] = "application/json"
    for body, status in ((b"{", 422), (b"[" * 100_000, 400), (b" " * 2_000_001, 413)):
        answer = http.post(f"{production.api}/decisions", content=body)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_not_there_is_said_to_be_not_there(signed_in: SignedIn) -> None:
    http = signed_in("producer")
    for path in ("/p/none-such", "/p/%2e%2e%2fsecret", "/p/A", "/static/../app.py", "/p/"):
        assert http.get(path).status_code in (400, 404), path


def test_a_production_that_was_deleted_while_it_was_open_is_a_sentence(
    room_desk: Desk, signed_in: SignedIn
) -> None:
    built = build(room_desk, shots=1)
    http = signed_in("producer")
    assert http.get(built.at).status_code == 200
    for key in list(room_desk.store.keys(built.workspace.keys.root)):
        room_desk.store.delete(key)
    for answer in (
        http.get(built.at),
        http.post(f"{built.api}/decisions", json={"wishes": [wish()]}),
    ):
        assert answer.status_code < 500, answer.text


def test_scripts_in_notes_are_text(signed_in: SignedIn, production: Built) -> None:
    http = signed_in("producer")
    note = "<script>alert(1)</script>"
    http.post(f"{production.api}/remarks", json={"text": note, "subject": ONE})
    send = {"wishes": [wish(verdict="retake", reason="story", note=note)]}
    assert http.post(f"{production.api}/decisions", json=send).status_code == 200
    for path in ("", "/shot/sq010_sh0010", "/money"):
        page = http.get(f"{production.at}{path}").text
        assert note not in page
    assert "&lt;script&gt;" in http.get(f"{production.at}/money").text


def test_the_wall_stands_while_prefect_is_away(signed_in: SignedIn, production: Built) -> None:
    from greenlight.production.records import RunRecord
    from greenlight.store.records import now

    run = RunRecord(at=now(), number=1, flow_run="nowhere", cause="test")
    production.workspace.records.claim(run)
    http = signed_in("reviewer")
    page = http.get(production.at)
    assert page.status_code == 200
    assert "Prefect does not answer: what is decided now is recorded" in page.text
    sent = http.post(f"{production.api}/decisions", json={"wishes": [wish()]})
    assert sent.status_code == 200


def test_writing_a_list_that_somebody_else_has_changed_is_refused(
    room_desk: Desk, signed_in: SignedIn, production: Built
) -> None:
    http = signed_in("reviewer")
    shots = room_desk.shot_list(production.name).shots
    rows = [s.model_dump(mode="json") for s in shots[:2]]
    edit = {"rows": rows, "seen": 1, "note": ""}
    assert http.post(f"{production.api}/shotlist/plan", json=edit).json()["costs"] is not None
    assert http.post(f"{production.api}/shotlist", json=edit).json()["version"] == 2
    answer = http.post(f"{production.api}/shotlist", json=edit)
    assert answer.status_code == 409
    assert "has changed this shot list meanwhile" in answer.json()["detail"]


def small(production: Built, width: int, **more: str) -> str:
    facts, _ = production.desk.look(production.name)
    key = next(t.key for t in facts.takes.values())
    query = "&".join(f"{k}={v}" for k, v in {"width": str(width), **more}.items())
    return f"{media_url('', production.desk.profile.media_secret, key)}?{query}"


def test_pictures_come_in_the_size_of_their_place(nobody: TestClient, production: Built) -> None:
    answer = nobody.get(small(production, 480))
    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(BytesIO(answer.content)).size == (480, 270)
    assert len(answer.content) < 20_000
    again = nobody.get(small(production, 480), headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    whole = nobody.get(small(production, 481))
    assert whole.headers["content-type"] == "image/png", "only sizes that pages use are made"


def test_a_small_picture_needs_the_same_signature(nobody: TestClient, production: Built) -> None:
    url = small(production, 480)
    forged = url.replace(url.split("/")[2], "0" * 32)
    assert nobody.get(forged).status_code == 403


def test_thumbs_keep_no_more_than_they_may() -> None:
    def picture() -> bytes:
        out = BytesIO()
        Image.effect_noise((400, 300), 90).save(out, "PNG")
        return out.getvalue()

    made = []
    thumbs = Thumbs(kept_bytes=60_000)
    for number in [*range(6), 0]:
        thumbs.get(str(number), 240, "", lambda n=number: (made.append(n), picture())[1])  # type: ignore[misc]
    assert made.count(0) == 2, "the oldest gave way"
    assert thumbs._held <= 60_000


def test_twenty_reviewers_at_once_are_all_served(
    room_desk: Desk, served: str, signed_in: SignedIn
) -> None:
    built = build(room_desk, shots=12)
    text = room_desk.sessions.invite(this_person())
    base = room_desk.profile.media_url
    with httpx.Client(base_url=base, trust_env=False) as http:
        http.post("/enter", data={"token": text})
        cookies = dict(http.cookies)

    # Others may keep this machine busy: refused is what nobody must be.
    patient = {"trust_env": False, "timeout": 60}

    async def look() -> list[int]:
        async with httpx.AsyncClient(base_url=base, cookies=cookies, **patient) as client:
            codes = [(await client.get(built.at)).status_code]
            codes += [(await client.get(f"{built.api}/pulse")).status_code for _ in range(5)]
            codes += [(await client.get(small(built, w))).status_code for w in (240, 480, 960)]
            return codes

    async def everybody() -> list[list[int]]:
        return await asyncio.gather(*(look() for _ in range(20)))

    with ThreadPoolExecutor(1) as pool:
        codes = pool.submit(lambda: asyncio.run(everybody())).result(timeout=120)
    assert {c for one in codes for c in one} == {200}
