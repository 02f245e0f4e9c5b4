"""Who may call: an API key, or a token of the service account that the stand-in gave out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import threading
import time
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse

from greenlight_standin.wire.errors import WireError, bad_key

PROJECT = "standin"
LIFETIME = 3600
"""Seconds for which a token is good, as at the service."""

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_PREFIX = "standin."


class Account:
    """A service account of the stand-in: its key is made when it is first asked for, and kept."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "account.pem"
        self._lock = threading.Lock()
        self.email = f"greenlight@{PROJECT}.iam.gserviceaccount.com"

    @cached_property
    def _pem(self) -> bytes:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        with self._lock:
            if not self._path.exists():
                key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
                pem = key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
                keep_private(self._path, pem.decode())
            return self._path.read_bytes()

    def credentials(self, address: str) -> dict[str, Any]:
        """The account as the JSON file that google-auth reads; its tokens come from `address`."""
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": hashlib.sha256(self._pem).hexdigest()[:40],
            "private_key": self._pem.decode(),
            "client_email": self.email,
            "client_id": "0",
            "token_uri": f"{address}/token",
            "universe_domain": "googleapis.com",
        }

    def write(self, path: Path, address: str) -> None:
        """Keep the JSON file where only its owner can read it."""
        keep_private(path, json.dumps(self.credentials(address), indent=1))

    def exchange(self, assertion: str) -> dict[str, Any]:
        """A token for a signed assertion; ValueError says what is wrong with it."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding, rsa

        head, _, signature = assertion.rpartition(".")
        key = serialization.load_pem_private_key(self._pem, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        try:
            claims = json.loads(_unpadded(head.partition(".")[2]))
            key.public_key().verify(
                _unpadded(signature), head.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            raise ValueError("Invalid JWT Signature.") from None
        if claims.get("iss") != self.email:
            raise ValueError("Invalid grant: account not found")
        if not isinstance(claims.get("exp"), int) or claims["exp"] < time.time():
            raise ValueError("Invalid JWT: Token must be a short-lived token.")
        until = int(time.time()) + LIFETIME
        token = f"{_PREFIX}{until}.{self._signed(until)}"
        return {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}

    def accepts(self, token: str) -> bool:
        """Whether a token was given out here and is still good; it outlives a restart."""
        until, _, signature = token.removeprefix(_PREFIX).partition(".")
        return (
            until.isdigit()
            and int(until) > time.time()
            and hmac.compare_digest(signature, self._signed(int(until)))
        )

    def _signed(self, until: int) -> str:
        return hmac.new(self._pem, str(until).encode(), hashlib.sha256).hexdigest()

    async def token(self, request: Request) -> JSONResponse:
        """Answer `POST /token` as Google's OAuth server does."""
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        if form.get("grant_type") != GRANT:
            said = {"error": "unsupported_grant_type", "error_description": f"wanted: {GRANT}"}
            return JSONResponse(said, 400)
        try:
            return JSONResponse(self.exchange(form.get("assertion", "")))
        except ValueError as error:
            said = {"error": "invalid_grant", "error_description": str(error)}
            return JSONResponse(said, 400)


def keep_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner alone."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    part.replace(path)


def authorise(account: Account, wanted: str | None, request: Request) -> None:
    """Let a call in by key or token, or raise the service's error; without a key wanted, anyone.

    A token of this stand-in is looked at in any case: one that has run out is refused.
    """
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if bearer and (wanted is not None or bearer.startswith(_PREFIX)):
        if bearer != wanted and not account.accepts(bearer):
            raise WireError(
                401,
                "Request had invalid authentication credentials. Expected OAuth 2 access token, "
                "login cookie or other valid authentication credential.",
            )
        return
    given = request.headers.get("x-goog-api-key") or request.query_params.get("key") or ""
    if wanted is not None and not hmac.compare_digest(given.encode(), wanted.encode()):
        raise bad_key(missing=not given)


def _unpadded(text: str) -> bytes:
    """Bytes of the URL-safe base64 that tokens use, which leaves the padding out."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise ValueError("Invalid JWT: it is not made of base64.") from None
