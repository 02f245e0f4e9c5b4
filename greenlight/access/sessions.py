"""Signed-in browsers, and the links that sign somebody in once.

A session's record lies in the object store and is looked up with every request, as is the token or
link that it was given for: whatever was revoked ends at once.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from datetime import datetime, timedelta
from typing import Literal

from greenlight.access.audit import Audit
from greenlight.access.people import SESSIONS, People, Session
from greenlight.access.rights import EVERYTHING
from greenlight.access.signature import Signature
from greenlight.access.tokens import digest
from greenlight.errors import Forbidden
from greenlight.production.records import Door, Record
from greenlight.store.objects import ObjectStore
from greenlight.store.records import Clock, encode, now
from greenlight.store.swapping import change_record, read_or_none

INVITATIONS = "access/invitations/"
LASTS = timedelta(days=14)
INVITED = timedelta(minutes=30)

_COOKIE = re.compile(r"([0-9a-f]{12})\.([0-9a-f]{48})")
_INVITATION = re.compile(r"gli_([0-9a-f]{12})_([0-9a-f]{48})")

SIGN_IN = "sign in first"


class Invitation(Record):
    """A link that signs in the holder of a profile's keys; works once, within INVITED."""

    id: str
    sha256: str
    login: str
    who: str
    until: datetime
    used_at: datetime | None = None


class Sessions:
    """All signed-in browsers of one object store; methods block."""

    def __init__(self, store: ObjectStore, people: People, clock: Clock = now) -> None:
        self._store, self._people, self._clock = store, people, clock
        self._audit = Audit(store, clock)

    def invite(self, who: Signature) -> str:
        """The text of a link that signs in its first user as `who`; for holders of the keys."""
        login = who.principal.removeprefix("login:")
        if not who.may("people") or login == who.principal:
            raise Forbidden(
                f"{who.who} cannot be invited: only holders of the profile's keys can, others need "
                "a token"
            )
        id_, secret = secrets.token_hex(6), secrets.token_hex(24)
        invitation = Invitation(
            at=self._clock(),
            id=id_,
            sha256=digest(secret),
            login=login,
            who=who.who,
            until=self._clock() + INVITED,
        )
        self._store.put_once(f"{INVITATIONS}{id_}.json", encode(invitation))
        return f"gli_{id_}_{secret}"

    def open(self, text: str, door: Door) -> tuple[str, Signature]:
        """A new session's cookie for a token, share link or invitation; raises Forbidden."""
        text = text.strip()
        if text.startswith("gli_"):
            used = self._use(text)
            return self._begin("login", used.login, used.who, door)
        who = self._people.enter(text, door)
        return self._begin(*self._people.source_of(text), who.who, door)

    def who(self, cookie: str, door: Door) -> Signature:
        """Whose browser this is, with the rights of this moment; raises Forbidden."""
        session = self._read(cookie)
        if session.source != "login":
            return self._people.by_source(session.source, session.source_id, door)
        principal = f"login:{session.source_id}"
        return Signature(session.who, principal, door, verified=True, rights=EVERYTHING)

    def close(self, cookie: str) -> None:
        """Signs the browser out."""
        session = self._read(cookie)

        def edit(known: Session | None) -> Session | None:
            return None if known is None else session.model_copy(update={"ended_at": self._clock()})

        change_record(self._store, f"{SESSIONS}{session.id}.json", Session, edit)

    def _begin(
        self, source: Literal["token", "link", "login"], source_id: str, who: str, door: Door
    ) -> tuple[str, Signature]:
        id_, secret = secrets.token_hex(6), secrets.token_hex(24)
        session = Session(
            at=self._clock(),
            id=id_,
            sha256=digest(secret),
            source=source,
            source_id=source_id,
            who=who,
            until=self._clock() + LASTS,
        )
        self._store.put_once(f"{SESSIONS}{id_}.json", encode(session))
        cookie = f"{id_}.{secret}"
        signature = self.who(cookie, door)
        self._audit.write(signature, "sign in", f"browser {id_}")
        return cookie, signature

    def _read(self, cookie: str) -> Session:
        found = _COOKIE.fullmatch(cookie)
        data = read_or_none(self._store, f"{SESSIONS}{found[1]}.json") if found else None
        if found is None or data is None:
            raise Forbidden(SIGN_IN)
        session = Session.read(found[1], json.loads(data))
        if not hmac.compare_digest(digest(found[2]), session.sha256):
            raise Forbidden(SIGN_IN)
        if session.ended_at or self._clock() >= session.until:
            raise Forbidden("you were signed out: sign in again")
        return session

    def _use(self, text: str) -> Invitation:
        found = _INVITATION.fullmatch(text)
        spent = Forbidden(
            "this sign-in link was already used or has expired (it works once, within "
            f"{INVITED.seconds // 60} minutes): `greenlight review` prints a new one"
        )
        if found is None:
            raise spent

        def edit(invitation: Invitation | None) -> Invitation:
            if invitation is None:
                raise spent
            good = hmac.compare_digest(digest(found[2]), invitation.sha256)
            if not good or invitation.used_at or self._clock() >= invitation.until:
                raise spent
            return invitation.model_copy(update={"used_at": self._clock()})

        used = change_record(self._store, f"{INVITATIONS}{found[1]}.json", Invitation, edit)
        assert used is not None
        return used
