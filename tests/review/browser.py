"""A real Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from greenlight.desk import Desk, this_person

DEMANDED = "GREENLIGHT_BROWSER_TESTS"
"""Set where a browser that is missing is a failure, and no reason to skip."""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
DESKTOP, PHONE = (1440, 900), (390, 844)

# Beside another worker's stack on two cores an answer may take longer than the five seconds that
# Playwright waits by itself; how fast the room is, the bench says.
expect.set_options(timeout=15_000)

needs_browser = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get(DEMANDED), reason="no chromium on this machine"
)


@contextmanager
def browser(size: tuple[int, int] = DESKTOP, *, kept_from: str = "") -> Iterator[Page]:
    """A page of a new browser; an error in one of our scripts fails the test.

    `kept_from` names the server that a page of others is not let speak to.
    """
    assert CHROMIUM is not None, (
        f"{DEMANDED} is set, and there is no chromium: apt install chromium"
    )
    broken: list[str] = []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = running.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on(
            "console",
            lambda said: broken.append(said.text) if "Content Security" in said.text else None,
        )
        try:
            yield page
        finally:
            running.close()
    wrong = [said for said in broken if not kept_from or kept_from not in said]
    assert wrong == [], wrong


def enter(page: Page, desk: Desk, text: str = "", path: str = "") -> None:
    """Opens a sign-in link as somebody would who clicked on it."""
    text = text or desk.sessions.invite(this_person())
    to = f"?next={path}" if path else ""
    page.goto(f"{desk.profile.media_url}/enter{to}#{text}")
    page.wait_for_url(lambda url: "/enter" not in url)


def keys(page: Page, *pressed: str) -> int:
    """Presses them one after the other; returns how many they were."""
    for key in pressed:
        page.keyboard.press(key)
    return len(pressed)


def send(page: Page, *, opened: bool = False) -> None:
    """Sends what was decided, by keyboard; `opened` says that the list of it is open already."""
    if not opened:
        keys(page, "s")
    expect(page.locator("#send-go")).to_be_focused()
    keys(page, "Enter")
    expect(page.locator("#toast")).to_contain_text("Sent.")


def current(page: Page) -> None:
    """Waits until a final review shows the newest version: until then it may load itself anew."""
    page.wait_for_function(
        """async () => {
            const pulse = await fetch(`/api/productions/${document.body.dataset.production}/pulse`);
            return (await pulse.json()).mark === document.body.dataset.mark;
        }"""
    )
