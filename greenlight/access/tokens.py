"""Token texts: what people are given once, and what of it is kept."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greenlight.access.rights import SHARED, Role
from greenlight.errors import Forbidden

_KEY = re.compile(r"glk_([0-9a-f]{12})_([0-9a-f]{48})")
_LINK = re.compile(r"gls_([A-Za-z0-9_-]{20,700})\.([0-9a-f]{64})")
_PURPOSE = b"greenlight share link v1"

NOT_VALID = "this token is not valid: ask the person who gave it to you for a new one"
"""One sentence for forged, unknown and mistyped: the difference would only help guessing."""


class Minted(NamedTuple):
    """A new token: its id, its text, which is shown once, and the digest that is kept."""

    id: str
    text: str
    sha256: str


class Share(BaseModel):
    """What a share link says of itself; signed, so that it needs no record to be believed.

    `money` says whether it shows amounts, the ledger and commands.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    production: Annotated[str, Field(max_length=120)]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    role: Role
    until: datetime
    money: bool = False


def mint() -> Minted:
    """A new token of 192 random bits; a plain digest of so many is enough to keep."""
    id_, secret = secrets.token_hex(6), secrets.token_hex(24)
    return Minted(id_, f"glk_{id_}_{secret}", digest(secret))


def digest(secret: str) -> str:
    """What is kept of a token's secret part."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_link(text: str) -> bool:
    """Whether this looks like a share link's token, not like a principal's."""
    return text.startswith("gls_")


def token_id(text: str) -> str:
    """What may be said of a token in a record: the id of a principal's, `a link`, or `none`."""
    if not text:
        return "none"
    if is_link(text):
        return "a link"
    id_ = text.removeprefix("glk_")[:12]
    known = text.startswith("glk_") and all(c in "0123456789abcdef" for c in id_)
    return f"token {id_}" if known and len(id_) == 12 else "something else"


def parts(text: str) -> tuple[str, str]:
    """Id and secret of a principal's token; raises Forbidden for an invalid one."""
    found = _KEY.fullmatch(text.strip())
    if found is None:
        raise Forbidden(NOT_VALID)
    return found[1], found[2]


def sign(share: Share, secret: str) -> str:
    """The text of a share link's token."""
    body = base64.urlsafe_b64encode(share.model_dump_json().encode()).rstrip(b"=").decode()
    return f"gls_{body}.{_signature(body, secret)}"


def read_link(text: str, secret: str, at: datetime | None = None) -> Share:
    """What a share link says; raises Forbidden when it is forged, malformed or past its time."""
    found = _LINK.fullmatch(text.strip())
    if found is None or not hmac.compare_digest(_signature(found[1], secret), found[2]):
        raise Forbidden(NOT_VALID)
    try:
        data = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
        share = Share.model_validate(json.loads(data))
    except (ValidationError, ValueError, binascii.Error) as error:
        raise Forbidden(NOT_VALID) from error
    if share.role not in SHARED:
        raise Forbidden(NOT_VALID)
    if (at or datetime.now(UTC)) >= share.until:
        raise Forbidden(f"this link was good until {share.until:%Y-%m-%d %H:%M} UTC: get a new one")
    return share


def _signature(body: str, secret: str) -> str:
    key = hmac.new(secret.encode(), _PURPOSE, "sha256").digest()
    return hmac.new(key, body.encode(), "sha256").hexdigest()
