"""Access to `/_standin`: by the key that the stand-in keeps beside its state."""

from __future__ import annotations

import hmac
import secrets
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request

from greenlight_standin.wire.access import keep_private
from greenlight_standin.wire.errors import WireError

KEY_FILE = "admin.key"
KEY_HEADER = "x-standin-key"


class AdminKey:
    """The generated key of one stand-in, in a file for its owner alone; kept over restarts."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / KEY_FILE
        if not self.path.exists() or not self.path.read_text().strip():
            keep_private(self.path, secrets.token_hex(32))
        self.text = self.path.read_text().strip()

    def demand(self, request: Request) -> None:
        """Raise the error for a request without the key, or one that a web page may have sent."""
        host = request.headers.get("host", "")
        if not _is_address(host):
            raise WireError(403, f"host {host!r} is refused (allowed: an IP address, localhost)")
        origin = request.headers.get("origin")
        if origin not in (None, f"http://{host}"):
            raise WireError(403, f"origin {origin!r} is refused")
        given = request.headers.get(KEY_HEADER, "")
        if not hmac.compare_digest(given.encode(), self.text.encode()):
            raise WireError(
                401, f"header {KEY_HEADER} is missing or wrong (the key is in {KEY_FILE})"
            )


def _is_address(host: str) -> bool:
    """Whether a Host header can be no name of a page's own, which may lead here by its DNS."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ip_address(name))
    except ValueError:
        return False
