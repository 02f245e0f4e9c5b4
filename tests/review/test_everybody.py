"""The room for everybody: who may only look, with a thumb on a phone, by what a reader is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from greenlight.desk import Desk, Saying, Wish, this_person
from greenlight.production.records import Terms
from tests.review.browser import DESKTOP, PHONE, browser, enter, keys, needs_browser
from tests.review.room import Built

pytestmark = [needs_browser, pytest.mark.usefixtures("served")]


def test_a_viewer_looks_and_is_told_so(room_desk: Desk, production: Built) -> None:
    _, text = room_desk.people.share(this_person(), production.name, "Client", "viewer", 1)
    with browser() as page:
        enter(page, room_desk, text)
        assert page.url.endswith(production.at)
        keys(page, "a")
        expect(page.locator("#toast")).to_have_text("View only.")
        expect(page.locator("#send-open")).to_have_count(0)


def test_on_a_phone_everything_fits_and_is_decided_by_touch(
    room_desk: Desk, production: Built
) -> None:
    with browser(PHONE) as page:
        enter(page, room_desk, path=production.at)
        for path in ("", "/shotlist", "/cut", "/money"):
            page.goto(f"{room_desk.profile.media_url}{production.at}{path}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE[0], path
        page.goto(f"{room_desk.profile.media_url}{production.at}")
        page.locator("#card-sq010_sh0010 .cand").nth(1).tap()
        page.locator("#card-sq010_sh0010 .pic").tap()
        page.locator("#large").get_by_role("button", name="Approve").tap()
        expect(page.locator("#count")).to_have_text("1 approved, not sent")
        page.locator("#send-open").tap()
        expect(page.locator("#send-go")).to_be_enabled()
        page.locator("#send-go").tap()
        expect(page.locator("#toast")).to_contain_text("Sent.")
    subjects = [r.subject for r in room_desk.history(production.name)]
    assert "sq010_sh0010/frame/v001_c2" in subjects


@pytest.mark.parametrize(
    "size", [DESKTOP, pytest.param(PHONE, marks=pytest.mark.slow)], ids=["desktop", "phone"]
)
def test_axe_finds_nothing_to_complain_of(
    size: tuple[int, int], room_desk: Desk, production: Built
) -> None:
    wish = Wish(target="sq010_sh0010/frame/v001_c1", verdict="approve")
    room_desk.decide(production.name, [wish], this_person("Ada"))
    axe = Axe()
    with browser(size) as page:
        page.goto(f"{room_desk.profile.media_url}/enter")
        found = {"/enter": axe.run(page)}
        enter(page, room_desk)
        for path in ("/", *(f"{production.at}{p}" for p in ("", "/shotlist", "/cut", "/money"))):
            page.goto(f"{room_desk.profile.media_url}{path}")
            page.wait_for_load_state("load")
            found[path] = axe.run(page)
        page.goto(f"{room_desk.profile.media_url}{production.at}")
        for opening in ("?", "r", "Enter"):
            keys(page, "ArrowRight", opening)
            expect(page.locator("dialog[open]")).to_have_count(1)
            found[f"dialog {opening}"] = axe.run(page)
            keys(page, "Escape")
    said = {path: r.generate_report() for path, r in found.items() if r.violations_count}
    assert said == {}


@pytest.mark.slow
def test_a_comment_link_comments_on_a_take_and_sees_no_way_to_decide(
    room_desk: Desk, production: Built
) -> None:
    _, text = room_desk.people.share(this_person(), production.name, "Client", "comment", 1)
    with browser() as page:
        enter(page, room_desk, text)
        expect(page.get_by_role("link", name="Money")).to_have_count(0)
        page.locator("#card-sq010_sh0010 .pic").click()
        expect(page.locator("#large").get_by_role("button", name="Omit")).to_have_count(0)
        page.get_by_label("Comment on").fill("Warmer, please: a, r and o are words here.")
        page.get_by_role("button", name="Add comment").click()
        expect(page.locator("#large .said")).to_contain_text("Warmer, please")
    (remark,) = room_desk.remarks(production.name)
    assert (remark.who, remark.subject) == ("Client", "sq010_sh0010/frame/v001_c1")


@pytest.mark.slow
def test_a_shot_is_omitted_and_the_reel_played_by_buttons_after_the_page_has_followed(
    page: Page, room_desk: Desk, production: Built
) -> None:
    saying = Saying(subject=production.waiting()[0], proposes="approve")
    room_desk.remark(production.name, this_person(), saying)
    expect(page.locator("[data-proposed]")).to_have_count(1)  # the page was brought up to date
    page.get_by_role("button", name="Play all").click()
    expect(page.locator("#reel")).to_be_visible()
    keys(page, " ")
    expect(page.locator("#reel")).to_be_visible()
    keys(page, "Escape")
    page.get_by_role("button", name="Omit Shot 0020").click()
    expect(page.locator("#count")).to_have_text("1 omitted, not sent")
    page.locator("#card-sq010_sh0030 .pic").click()
    page.locator("#large").get_by_role("button", name="Omit").click()
    expect(page.locator("#count")).to_have_text("2 omitted, not sent")


@pytest.mark.slow
def test_a_budget_that_holds_is_raised_on_the_wall(
    page: Page, room_desk: Desk, production: Built
) -> None:
    takes = [t for t in production.waiting() if t.endswith("_c1")]
    room_desk.decide(
        production.name, [Wish(target=t, verdict="approve") for t in takes], this_person()
    )
    room_desk.order(production.name, Terms(budget_usd=Decimal("0.45")), this_person())
    page.reload()
    expect(page.locator("#count")).to_have_text("3 held: budget")
    keys(page, "r")
    expect(page.locator("#toast")).to_contain_text("Shot 0010 is held: budget")
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Raise the budget").click()
    page.locator("#raise").get_by_role("button", name="Raise the budget").click()
    expect(page.locator(".hold")).to_have_count(0)
    expect(page.locator("#count")).to_have_text("Nothing to review here")
