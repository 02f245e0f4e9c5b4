"""From the inbox to a delivery on the real stack, by keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from greenlight.briefs.intake import check_brief
from greenlight.desk import Desk, this_person
from tests.review.browser import browser, current, enter, keys, needs_browser

pytestmark = [needs_browser, pytest.mark.stack, pytest.mark.slow]
PATIENCE_MS = 200_000
SHOWN = """() => ({
    url: location.href, hidden: document.hidden, body: document.body.className,
    standing: document.getElementById('standing')?.textContent,
    toast: document.getElementById('toast')?.textContent,
    dialog: document.querySelector('dialog[open]')?.textContent.replace(/\\s+/g, ' '),
    cards: [...document.querySelectorAll('.card')].map((card) => card.dataset.stage),
})"""


@contextmanager
def explained(desk: Desk, production: str, page: Page) -> Iterator[None]:
    """A wait that ends in vain says what stood on the page and where the production was."""
    try:
        yield
    except (AssertionError, Error) as error:
        stands = desk.standing(production)
        pytest.fail(f"{error}\npage: {page.evaluate(SHOWN)}\nproduction: {stands}")


def test_a_director_takes_a_brief_to_its_delivery_by_keyboard_alone(desk: Desk) -> None:
    fields = {"title": "Keys", "vision": "A fox looks up. An owl turns its head.", "shots": 2}
    brief = check_brief(fields | {"candidates": 2, "sheets": "none", "show": "keys"}, "test")
    production = desk.submit(brief, Path.cwd(), this_person()).production
    while desk.status(production).gate != "shotlist":
        time.sleep(0.2)
    began, pressed, passed = time.monotonic(), 0, 0
    with browser() as page, explained(desk, production, page):
        enter(page, desk)
        expect(page.locator(f'a.row[href^="/p/{production}"]')).to_be_attached(timeout=PATIENCE_MS)
        for _ in range(page.locator("a.row").count()):
            if page.evaluate("document.activeElement.getAttribute('href')").startswith(
                f"/p/{production}"
            ):
                break
            passed += keys(page, "ArrowDown")
        pressed += keys(page, "Enter")
        expect(page.locator("#count")).to_have_text("Waits for approval")
        pressed += keys(page, "a")
        expect(page.locator("#send-go")).to_be_focused()
        pressed += keys(page, "Enter")
        page.wait_for_url(f"**/p/{production}")
        for kind in ("frame", "clip"):
            # Both shots: what comes after a Send is not part of it, and would wait for ever.
            ready = page.locator(f".card[data-stage='{kind} waiting']:has(.cand)")
            expect(ready).to_have_count(2, timeout=PATIENCE_MS)
            # What was flagged is not part of the bulk: it is approved by name.
            pressed += keys(page, "b")
            while page.locator(".card:not([data-verdict]):has(.cand)").count():
                pressed += keys(page, "n", "a")
            pressed += keys(page, "s")
            expect(page.locator("#send-go")).to_be_focused()
            pressed += keys(page, "Enter")
            expect(page.locator("#toast")).to_contain_text("Sent.")
        expect(page.locator("[data-next]")).to_be_visible(timeout=PATIENCE_MS)
        pressed += keys(page, "f")
        page.wait_for_url("**/cut")
        current(page)
        pressed += keys(page, "a", "s")
        expect(page.locator("#send-go")).to_be_focused()
        pressed += keys(page, "Enter")
        expect(page.locator("#standing")).to_have_text("delivered", timeout=PATIENCE_MS)
    # The inbox is that of the whole stack: other tests' productions are passed by on the way.
    assert pressed <= 21
    print(f"{pressed} keystrokes past {passed} others, {time.monotonic() - began:.0f} s")
