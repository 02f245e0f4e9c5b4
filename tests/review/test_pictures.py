"""Pictures of the room: for whoever is signed in, in few sizes, and never in the way of pages."""

from __future__ import annotations

import asyncio
import re
import threading
from html import unescape
from io import BytesIO

import httpx
import pytest
from PIL import Image
from starlette.testclient import TestClient

from greenlight.access.links import media_url
from greenlight.desk import Desk, this_person
from greenlight.review import media, pictures
from greenlight.review.app import app_of
from greenlight.settings import Profile
from tests.review.room import Built, SignedIn, build


def shown(http: TestClient, production: Built) -> list[str]:
    """The addresses of every picture and clip on the wall."""
    page = http.get(production.at).text
    found = re.findall(r'(?:src|data-full|data-small|data-large)="(/p/[^"]+/media/[^"]+)"', page)
    return [unescape(address) for address in found]


def key_of(production: Built) -> str:
    return next(t.key for t in production.desk.look(production.name)[0].takes.values())


def linked(production: Built, query: str = "") -> str:
    """A link as Prefect and notices give it out."""
    return media_url("", production.desk.profile.media_secret, key_of(production)) + query


def test_a_page_shows_pictures_to_whoever_is_signed_in(
    signed_in: SignedIn, nobody: TestClient, production: Built
) -> None:
    http = signed_in("viewer")
    addresses = shown(http, production)
    assert len(addresses) >= 6
    assert "/media/" not in http.get(production.at).text.replace(f"{production.at}/media/", "")
    for address in addresses:
        assert http.get(address).status_code == 200
        assert nobody.get(address).status_code == 401


def test_a_sign_out_and_a_revoked_token_end_the_pictures_too(
    room_desk: Desk, signed_in: SignedIn, production: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "FRESH_SECONDS", 0.0)
    room_desk.people.add(this_person(), "ora", ("viewer",))
    token, text = room_desk.people.give_token(this_person(), "ora", 1)
    http, other = signed_in(text=text), signed_in(text=text)
    address = shown(http, production)[0]
    assert http.get(address).status_code == other.get(address).status_code == 200
    csrf = {"csrf": other.headers["x-greenlight-csrf"]}
    assert other.post("/leave", data=csrf).status_code == 303
    assert (http.get(address).status_code, other.get(address).status_code) == (200, 401)
    room_desk.people.revoke(this_person(), token.id)
    assert http.get(address).status_code == 401


def test_a_links_browser_gets_the_pictures_of_its_production_only(
    room_desk: Desk, signed_in: SignedIn, production: Built
) -> None:
    other = build(room_desk)
    share = room_desk.people.share(this_person(), production.name, "Client", "viewer", 1)[1]
    http = signed_in(text=share)
    assert http.get(shown(http, production)[0]).status_code == 200
    foreign = shown(signed_in("viewer"), other)[0]
    assert http.get(foreign).status_code == 403
    name = foreign.partition("/media/")[2]
    assert http.get(f"{production.at}/media/../../{other.name}/{name}").status_code in (403, 404)


@pytest.mark.parametrize(
    "name",
    [
        *("production.json", "budget.json", "deliveries/v001/manifest.json", "runs/0001.beat"),
        *("%2e%2e/x.png", "/etc/passwd.png", "a%2f..%2fb.png", ".png", "a%00.png", ""),
    ],
)
def test_records_and_odd_names_are_no_pictures(
    signed_in: SignedIn, production: Built, name: str
) -> None:
    assert signed_in("producer").get(f"{production.at}/media/{name}").status_code in (403, 404)


def test_frame_lines_are_the_productions_own(room_desk: Desk, signed_in: SignedIn) -> None:
    built = build(room_desk, aspect_ratio="2.39:1")
    http = signed_in("viewer")
    address = next(a for a in shown(http, built) if "width=480" in a)
    assert address.endswith("?width=480&lines=1")
    lines = Image.open(BytesIO(http.get(address).content))
    plain = Image.open(BytesIO(http.get(address.replace("&lines=1", "")).content))
    assert lines.size == plain.size
    assert lines.getpixel((240, 4)) != plain.getpixel((240, 4))


@pytest.mark.parametrize(
    "seen", ["999:1", "1.001:1", "2.39:1", "0:0", "x", "1e9:1", "1:1&seen=2:1"]
)
def test_a_link_makes_no_variant_but_the_sizes(
    nobody: TestClient, production: Built, seen: str
) -> None:
    plain = nobody.get(linked(production, "?width=480"))
    odd = nobody.get(linked(production, f"?width=480&seen={seen}&lines=1"))
    assert (odd.status_code, odd.headers["etag"]) == (200, plain.headers["etag"])


def test_pictures_being_made_hold_up_nothing_else(
    room_profile: Profile, production: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, begun = threading.Event(), []

    def stuck(self: object, *args: object) -> bytes:
        begun.append(args)
        slow.wait(20)
        return b"jpeg"

    monkeypatch.setattr(media.Thumbs, "get", stuck)
    token = production.desk.sessions.invite(this_person())

    async def work() -> list[int]:
        transport = httpx.ASGITransport(app_of(room_profile, {}))
        async with httpx.AsyncClient(transport=transport, base_url=room_profile.media_url) as http:
            await http.post("/enter", data={"token": token})
            link = linked(production, "?width=1600&seen=1.")
            many = [asyncio.create_task(http.get(f"{link}{n:03d}:1")) for n in range(260)]
            while len(begun) < 2 or not any(task.done() for task in many):
                await asyncio.sleep(0.01)
            assert (await http.get("/health")).status_code == 200
            assert (await http.get(production.at)).status_code == 200
            assert len(begun) == 2, "two are made at a time"
            slow.set()
            return [answer.status_code for answer in await asyncio.gather(*many)]

    assert set(asyncio.run(work())) == {200, 503}, "what would wait too long is told to come again"
