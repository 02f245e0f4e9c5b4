"""Prefect's dashboard in a real browser: opened by one click, and by that browser alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenlight.local.home import StackInfo
from greenlight.settings import prefect_headers
from tests.review.browser import browser, expect, needs_browser


def links(stack: StackInfo) -> dict[str, str]:
    program = str(Path(sys.executable).with_name("greenlight"))
    home = {**os.environ, "GREENLIGHT_HOME": str(stack.home)}
    done = subprocess.run(
        [program, "dashboard", "--json"], env=home, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@needs_browser
@pytest.mark.parametrize("pages", [pytest.param("v1", marks=pytest.mark.slow), "v2"])
def test_a_link_opens_the_dashboard_signed_in_once(stack: StackInfo, pages: str) -> None:
    link = links(stack)["pool"]
    with browser(kept_from="amplitude.com" if pages == "v2" else "") as page:
        cookie = {"name": "prefect_ui_version", "value": pages, "url": stack.profile.dashboard_url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(link if pages == "v1" else link.replace("/work-pools", "/v2/work-pools", 1))
        page.wait_for_url("**/work-pools/work-pool/greenlight**")
        expect(page.get_by_text("report").first).to_be_visible()
        kept = page.evaluate("JSON.stringify(localStorage)")
        assert stack.profile.prefect_auth not in kept
        assert prefect_headers(stack.profile.prefect_auth)["Authorization"].split()[1] not in kept
    with browser() as another:
        another.goto(link)
        expect(another.get_by_text("This link was used or has expired")).to_be_visible()
        assert another.evaluate("localStorage.getItem('prefect-password')") is None


def test_opening_a_page_puts_no_ticket_among_the_arguments_of_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from greenlight.cli.browser import open_pages

    launched: list[str] = []
    monkeypatch.setenv("GREENLIGHT_HOME", str(tmp_path))
    monkeypatch.setattr("typer.launch", lambda url: launched.append(url) or 0)
    open_pages('http://127.0.0.1:4200/greenlight#ticket/runs?a="1"&b=2', "http://other")
    assert not [url for url in launched if "ticket" in url]
    first, second = (Path(url.removeprefix("file://")) for url in launched)
    assert 'url=http://127.0.0.1:4200/greenlight#ticket/runs?a=&quot;1&quot;&amp;b=2"' in (
        first.read_text()
    )
    assert "http://other" in second.read_text()
    assert {p.stat().st_mode & 0o077 for p in (first, second, first.parent)} == {0}
