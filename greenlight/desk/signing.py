"""Signing: what somebody says becomes the next record of its kind, once for a request."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TypeVar

from greenlight.access.signature import Signature
from greenlight.errors import InvalidInput, Refused
from greenlight.production.facts import Facts
from greenlight.production.records import SignedRecord
from greenlight.workspace import Workspace

NAME_LIMIT = 80
_TRIES = 20
S = TypeVar("S", bound=SignedRecord)


def write_signed(
    workspace: Workspace,
    signature: Signature,
    request: str,
    kind: type[S],
    known: Callable[[Facts], Mapping[int, S]],
    content: Callable[[Facts], Mapping[str, object]],
) -> tuple[S, bool]:
    """Writes what `content` makes of the facts after those of its kind that are `known`.

    Returns the record, and whether it had been there before. Between looking and writing somebody
    else may have written: then everything is read again. Raises what `content` raises, and
    Refused when others are always quicker.
    """
    name = " ".join(signature.who.split())
    if not name or len(name) > NAME_LIMIT:
        raise InvalidInput(f"{signature.who!r} is an invalid name (1 to {NAME_LIMIT} characters)")
    request = request or secrets.token_hex(8)
    for _ in range(_TRIES):
        facts = workspace.records.facts()
        there = known(facts)
        for record in there.values():
            if record.request == request:
                return record, True
        fields = {
            "at": workspace.clock(),
            "number": max(there, default=0) + 1,
            "request": request,
            "who": name,
            "principal": signature.principal,
            "verified": signature.verified,
            "door": signature.door,
            **content(facts),
        }
        record = kind.model_validate(fields)
        if workspace.records.write_new(record):
            return record, False
    raise Refused("others are writing about this production at this very moment: try again")
