"""The room for everybody: who may only look, with a thumb on a phone, by what a reader is told."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESKTOP, PHONE, browser, enter, keys, needs_browser
from playwright.sync_api import expect
from room import Built

from greenlight.desk import Desk, Wish, this_person

pytestmark = needs_browser


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
        expect(page.locator("#count")).to_have_text("1 approved, not sent yet")
        page.locator("#send-open").tap()
        expect(page.locator("#send-go")).to_be_enabled()
        page.locator("#send-go").tap()
        expect(page.locator("#toast")).to_contain_text("Sent.")
    subjects = [r.subject for r in room_desk.history(production.name)]
    assert "sq010_sh0010/frame/v001_c2" in subjects


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
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
