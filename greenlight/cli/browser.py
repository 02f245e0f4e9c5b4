"""Opening pages in the browser of this machine."""

from __future__ import annotations

from html import escape

import typer

from greenlight import settings
from greenlight.cli.show import remark
from greenlight.store.folders import write_private


def open_pages(*urls: str) -> None:
    """Opens each address in the browser, or prints it where there is no browser.

    All processes of this machine see what a program is started with, and an address may sign in
    its reader: the browser is started with a private file that leads on.
    """
    folder = settings.home() / "open"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number, url in enumerate(urls, 1):
        page = folder / f"{number}.html"
        goes_on = f'<meta http-equiv="refresh" content="0;url={escape(url)}">'
        write_private(page, f'<!doctype html><meta charset="utf-8">{goes_on}')
        if typer.launch(page.as_uri()) != 0:
            remark(f"no browser could be opened: {url}")
