"""Where answers are kept, and how a settled one serves again within its show."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from greenlight.errors import IntegrityError, NotFound
from greenlight.generate.outcome import Usage
from greenlight.generate.request import GenerationRequest
from greenlight.money.ledger import StoredAnswer
from greenlight.production.own_keys import is_plain
from greenlight.store.keys import reuse_key
from greenlight.store.objects import Stored
from greenlight.store.records import now

if TYPE_CHECKING:
    from greenlight.workspace import Workspace

Place = Callable[[str], str] | str
"""The key under which the answer is kept, or what gives it for a media type."""


class Reused(NamedTuple):
    """A copy of an answer that was settled before, and the key that it was copied from."""

    answer: StoredAnswer
    source: str


def key_of(place: Place, mime: str) -> str:
    """The key of an answer of this media type."""
    return place if isinstance(place, str) else place(mime)


def of_ask(place: Place, ask: int, mime: str) -> str:
    """Where a further ask's answer is kept: beside the first one's, which may come late."""
    return beside(key_of(place, mime), f"ask{ask:02d}")


def beside(key: str, word: str) -> str:
    """The key with a word before its extension."""
    stem, dot, extension = key.rpartition(".")
    return f"{stem}_{word}{dot}{extension}" if dot else f"{key}_{word}"


def stored_answer(found: Stored, usage: Usage | None) -> StoredAnswer:
    """The ledger's step for bytes that lie in the store."""
    return StoredAnswer(
        at=now(),
        key=found.key,
        sha256=found.sha256,
        size=found.size,
        mime=found.mime,
        usage=usage,
    )


def reuse(workspace: Workspace, request: GenerationRequest, place: Place) -> Reused | None:
    """Copies a settled answer to the same request within the show; anything amiss is a miss."""
    key = reuse_key(workspace.keys.show, request.fingerprint)
    try:
        offered = json.loads(workspace.store.get(key))
    except (NotFound, IntegrityError):
        return None
    show = workspace.keys.show
    own = is_plain(offered["key"]) and offered["key"].startswith(
        (f"shows/{show}/", f"ledger/{show}/")
    )
    if offered["simulated"] != workspace.profile.simulated or not own:
        return None
    try:
        data = workspace.store.get_exactly(offered["key"], offered["sha256"])
    except (NotFound, IntegrityError):
        # What is paid for now is offered in its place.
        workspace.store.delete(key)
        return None
    target, mime, sha256 = key_of(place, offered["mime"]), offered["mime"], offered["sha256"]
    taken = target != offered["key"] and not workspace.store.put_once(target, data, mime)
    if taken and workspace.store.head(target).sha256 != sha256:
        target = beside(target, sha256[:12])
        workspace.store.put_once(target, data, mime)
    found = Stored(target, sha256, len(data), mime)
    return Reused(stored_answer(found, None), offered["key"])


def offer(workspace: Workspace, fingerprint: str, answer: StoredAnswer) -> None:
    """Lets a settled answer serve the same request within the show; the first offer counts."""
    offered = {
        "schema_version": 1,
        "production": workspace.keys.production,
        "key": answer.key,
        "sha256": answer.sha256,
        "mime": answer.mime,
        "simulated": workspace.profile.simulated,
    }
    key = reuse_key(workspace.keys.show, fingerprint)
    workspace.store.put_once(key, json.dumps(offered, indent=1).encode())
