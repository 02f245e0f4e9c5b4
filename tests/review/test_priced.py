"""Money is shown before anything is sent: voids, remakes, the budget left, the total that holds."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from greenlight.desk import Desk
from tests.review.browser import browser, enter, keys, needs_browser
from tests.review.room import Built, SignedIn, approve, build, shoot

FRAME, CLIP = "sq010_sh0010/frame/v001_c1", "sq010_sh0010/clip/v001"


def clips(desk: Desk, **brief: object) -> Built:
    """Two shots whose clips wait."""
    built = build(desk, shots=2, candidates=1, **brief)
    approve(built, *built.waiting())
    shoot(built)
    return built


def test_the_room_says_what_is_voided_and_counts_its_remake(
    room_desk: Desk, signed_in: SignedIn
) -> None:
    http = signed_in("producer")
    built = clips(room_desk)
    wish = {"target": FRAME, "verdict": "retake", "reason": "story", "note": "slower"}
    said = http.post(f"{built.api}/foresee", json={"wishes": [wish]}).json()
    assert said["voided"] == ["sq010_sh0010/clip/v001"]
    assert [line["act"] for line in said["lines"]] == ["void", "release", "remake"]
    amounts = [Decimal(line["usd"]) for line in said["lines"]]
    assert sum(amounts) == Decimal(said["total_usd"])
    assert said["total"] == f"in all: up to ${said['total_usd']} (simulated)"


def test_a_total_that_has_risen_is_refused_and_nothing_is_recorded(
    room_desk: Desk, signed_in: SignedIn
) -> None:
    http = signed_in("producer")
    built = clips(room_desk)
    wish = {"target": CLIP, "verdict": "retake", "reason": "story", "note": "slower"}
    total = http.post(f"{built.api}/foresee", json={"wishes": [wish]}).json()["total_usd"]
    before = len(room_desk.history(built.name))
    less = str(Decimal(total) - Decimal("0.01"))
    refused = http.post(f"{built.api}/decisions", json={"wishes": [wish], "total_usd": less})
    assert refused.status_code == 409
    assert f"now costs up to ${total}" in refused.json()["detail"]
    assert len(room_desk.history(built.name)) == before
    sent = http.post(f"{built.api}/decisions", json={"wishes": [wish], "total_usd": total})
    assert sent.status_code == 200
    assert sent.json()["total_usd"] == total


def test_what_is_on_the_money_page_adds_up(room_desk: Desk, signed_in: SignedIn) -> None:
    built = clips(room_desk, budget_usd=20)
    page = signed_in("producer").get(f"{built.at}/money").text
    tiles = re.search(r'<section class="sums".*?</section>', page, re.S)
    assert tiles is not None
    found = re.findall(r"<b>(.*?)</b><span>(.*?)</span>", tiles[0])
    amounts = {name: Decimal(amount.strip("$")) for amount, name in found}
    budget = amounts.pop("Budget")
    amounts.pop("Saved by rejections")
    assert sum(amounts.values()) == budget == 20


@needs_browser
@pytest.mark.usefixtures("served")
def test_a_new_clip_and_going_back_to_its_frame_are_told_apart(room_desk: Desk) -> None:
    built = clips(room_desk, budget_usd="0.60")
    with browser() as page:
        enter(page, room_desk, path=built.at)
        keys(page, "Enter")
        ways = page.locator("#large [data-again]")
        expect(ways).to_have_count(2)
        expect(ways.nth(0)).to_have_text(re.compile(r"New clip · up to \$.* …"))
        expect(ways.nth(1)).to_have_text(re.compile(r"Back to the frame · up to \$.* …"))
        expect(page.locator("#large .ways")).to_contain_text("more: the frame is drawn again")
        ways.nth(1).click()
        expect(page.locator("#retake-title")).to_have_text("Back to the frame of shot 0010")
        expect(page.locator("#retake .price")).to_contain_text("Voids sq010_sh0010/clip/v001")
        keys(page, "Control+Enter")
        expect(page.locator("#count")).to_contain_text("1 retake")
        keys(page, "s")
        expect(page.locator("#send .v")).to_have_text("back to the frame")
        expect(page.locator("#send .void")).to_contain_text("Voids sq010_sh0010/clip/v001")
        expect(page.locator("#send .budget.short")).to_contain_text("Budget left after this: –$")
        keys(page, "Escape", "u", "r")
        expect(page.locator("#retake-title")).to_have_text("New clip of shot 0010")
