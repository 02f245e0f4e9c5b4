"""Named principals, their tokens and share links, as they lie in the object store."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeVar

from greenlight.access.audit import Audit
from greenlight.access.rights import SHARED, Role, rights_of, rights_of_link
from greenlight.access.signature import Signature
from greenlight.access.tokens import NOT_VALID, Share, digest, is_link, mint, parts, read_link, sign
from greenlight.errors import Forbidden, InvalidInput, NotFound, Refused
from greenlight.production.records import Door, Record
from greenlight.store.objects import ObjectStore
from greenlight.store.records import Clock, encode, now, read_all
from greenlight.store.swapping import change_record, read_or_none

PRINCIPALS, TOKENS, SHARES = "access/principals/", "access/tokens/", "access/shares/"
SESSIONS = "access/sessions/"
LONGEST = timedelta(days=366)

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
R = TypeVar("R", bound=Record)


class Principal(Record):
    """Somebody, or something, that has a name here; `show` narrows the roles to one show.

    `money` says whether they see amounts, the ledger and commands.
    """

    name: str
    display: str
    roles: tuple[Role, ...]
    show: str = ""
    money: bool = True
    removed_at: datetime | None = None


class Token(Record):
    """A token of a principal: its digest, never its text.

    `most_usd` bounds the quote of each submit, and the sum of their budgets in 24 hours.
    """

    id: str
    principal: str
    label: str = ""
    sha256: str
    until: datetime
    revoked_at: datetime | None = None
    most_usd: Decimal | None = None


class ShareRecord(Record):
    """A share link that was given out; the link itself carries all that is needed to believe it."""

    id: str
    share: Share
    made_by: str
    revoked_at: datetime | None = None


class Session(Record):
    """A browser that somebody signed in with: its digest, and what it was given for.

    `source` and `source_id` name the token or link, which is looked up with every request; a
    `login` is a holder of the profile's keys, and `source_id` their login name.
    """

    id: str
    sha256: str
    source: Literal["token", "link", "login"]
    source_id: str
    who: str
    until: datetime
    ended_at: datetime | None = None


class People:
    """Everybody who has access through one object store; methods block."""

    def __init__(self, store: ObjectStore, secret: str, clock: Clock = now) -> None:
        self._store, self._secret, self._clock = store, secret, clock
        self._audit = Audit(store, clock)

    def add(
        self,
        who: Signature,
        name: str,
        roles: tuple[Role, ...],
        display: str = "",
        show: str = "",
        *,
        money: bool = True,
    ) -> Principal:
        """Gives a principal exactly these roles, whether it was there before or not."""
        self._demand(who, "people add", name)
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"{name!r} cannot name anybody (lower-case letters, digits, dots and dashes, "
                "at most 40)"
            )
        if not roles:
            raise InvalidInput(f"{name} is given no role: say at least one")
        if "agent" in roles and len(roles) > 1:
            raise InvalidInput(f"{name} is an agent: it proposes, and has no other role")
        if not money and {"producer", "agent"} & set(roles):
            raise InvalidInput(f"{name} is {' and '.join(roles)}, which takes seeing money")
        principal = Principal(
            at=self._clock(),
            name=name,
            display=display or name,
            roles=roles,
            show=show,
            money=money,
        )
        change_record(self._store, f"{PRINCIPALS}{name}.json", Principal, lambda _: principal)
        self._audit.write(who, "people add", name, detail=f"{', '.join(roles)} {show}".strip())
        return principal

    def remove(self, who: Signature, name: str) -> Principal:
        """Takes all access away from a principal; its tokens are worth nothing from now on."""
        self._demand(who, "people remove", name)
        gone = self._edit(
            Principal, f"{PRINCIPALS}{name}.json", name, {"removed_at": self._clock()}
        )
        self._audit.write(who, "people remove", name)
        return gone

    def principal(self, name: str) -> Principal:
        """The principal of that name; raises NotFound."""
        data = read_or_none(self._store, f"{PRINCIPALS}{name}.json")
        if data is None:
            known = ", ".join(p.name for p in self.principals()) or "none yet"
            raise NotFound(f"person {name!r} not found (known: {known})")
        return Principal.read(name, json.loads(data))

    def principals(self) -> list[Principal]:
        """All people, including those whose access has ended."""
        return self._all(Principal, PRINCIPALS)

    def give_token(
        self,
        who: Signature,
        name: str,
        days: float,
        label: str = "",
        most_usd: Decimal | None = None,
    ) -> tuple[Token, str]:
        """A new token of a principal, and its text, which is stored nowhere."""
        self._demand(who, "people token", name)
        principal = self.principal(name)
        if "agent" in principal.roles and most_usd is None:
            raise InvalidInput(
                f"{name} is an agent: say the most that its submits may come to in 24 hours"
            )
        if principal.removed_at:
            raise Refused(f"{name} has no access: give {name} a role first")
        minted = mint()
        token = Token(
            at=self._clock(),
            id=minted.id,
            principal=name,
            label=label[:80],
            sha256=minted.sha256,
            until=self._clock() + _within_reason(days),
            most_usd=most_usd,
        )
        self._store.put_once(f"{TOKENS}{token.id}.json", encode(token))
        self._audit.write(who, "people token", name, detail=f"{token.id} {label}".strip())
        return token, minted.text

    def tokens(self) -> list[Token]:
        """All tokens that were ever given out."""
        return self._all(Token, TOKENS)

    def share(
        self,
        who: Signature,
        production: str,
        name: str,
        role: Role,
        days: float,
        *,
        money: bool = False,
    ) -> tuple[ShareRecord, str]:
        """A link's token for somebody without a name here, for one production.

        It shows amounts, the ledger and commands with `money` alone.
        """
        self._demand(who, "share", production)
        if role not in SHARED:
            raise InvalidInput(f"a link cannot make a {role} (allowed: {', '.join(SHARED)})")
        clean = " ".join(name.split())
        if not 1 <= len(clean) <= 80:
            raise InvalidInput(f"{name!r} is an invalid name (1 to 80 characters)")
        share = Share(
            id=secrets.token_hex(6),
            production=production,
            name=clean,
            role=role,
            until=(self._clock() + _within_reason(days)).replace(microsecond=0),
            money=money,
        )
        record = ShareRecord(at=self._clock(), id=share.id, share=share, made_by=who.who)
        self._store.put_once(f"{SHARES}{share.id}.json", encode(record))
        self._audit.write(
            who,
            "share",
            production,
            detail=f"{share.id} {role}{' with money' if money else ''} for {clean}",
        )
        return record, sign(share, self._secret)

    def shares(self) -> list[ShareRecord]:
        """All share links that were ever given out."""
        return self._all(ShareRecord, SHARES)

    def revoke(self, who: Signature, id_: str) -> None:
        """Makes a token, link or signed-in browser worthless at once; raises NotFound."""
        self._demand(who, "people revoke", id_)
        kinds: tuple[tuple[type[Record], str, str], ...] = (
            (Token, TOKENS, "revoked_at"),
            (ShareRecord, SHARES, "revoked_at"),
            (Session, SESSIONS, "ended_at"),
        )
        for kind, prefix, field in kinds:
            key = f"{prefix}{id_}.json"
            if self._store.exists(key):
                self._edit(kind, key, id_, {field: self._clock()})
                self._audit.write(who, "people revoke", id_)
                return
        raise NotFound(f"token, link or signed-in browser {id_!r} not found")

    def _demand(self, who: Signature, verb: str, subject: str) -> None:
        """Raises Forbidden, and puts that on record, for a person who may not give or take access.

        Rights that end at a show or production do not include managing access.
        """
        self._audit.demand(who, "people", verb, subject)

    def enter(self, text: str, door: Door) -> Signature:
        """Who comes with this token or link; raises Forbidden, with the reason if that is safe."""
        if is_link(text):
            return self._of_share(read_link(text, self._secret, self._clock()).id, door)
        id_, secret = parts(text)
        token = self._token(id_)
        if not hmac.compare_digest(digest(secret), token.sha256):
            raise Forbidden(NOT_VALID)
        return self._of_token(token, door)

    def source_of(self, text: str) -> tuple[Literal["token", "link"], str]:
        """What a token or link that `enter` believed is kept under."""
        if is_link(text):
            return "link", read_link(text, self._secret, self._clock()).id
        return "token", parts(text)[0]

    def by_source(self, source: Literal["token", "link"], id_: str, door: Door) -> Signature:
        """Who a token or link stands for that was believed before; raises Forbidden as `enter`."""
        if source == "link":
            return self._of_share(id_, door)
        return self._of_token(self._token(id_), door)

    def _token(self, id_: str) -> Token:
        data = read_or_none(self._store, f"{TOKENS}{id_}.json")
        if data is None:
            raise Forbidden(NOT_VALID)
        return Token.read(id_, json.loads(data))

    def _of_token(self, token: Token, door: Door) -> Signature:
        if token.revoked_at:
            raise Forbidden(f"this token was revoked on {token.revoked_at:%Y-%m-%d %H:%M} UTC")
        if self._clock() >= token.until:
            raise Forbidden(
                f"this token was good until {token.until:%Y-%m-%d %H:%M} UTC: get a new one"
            )
        who = self.by_name(token.principal, door)
        return who._replace(most_usd=token.most_usd, day_usd=token.most_usd, token=token.id)

    def by_name(self, name: str, door: Door) -> Signature:
        """The person of that name, where a door knows by itself who it is; raises Forbidden."""
        principal = self.principal(name)
        if principal.removed_at:
            raise Forbidden(f"{principal.name} has no access")
        kind = "agent" if "agent" in principal.roles else "person"
        return Signature(
            who=principal.display,
            principal=f"{kind}:{principal.name}",
            door=door,
            verified=True,
            rights=rights_of(principal.roles) - (frozenset() if principal.money else {"costs"}),
            show=principal.show,
        )

    def _of_share(self, id_: str, door: Door) -> Signature:
        data = read_or_none(self._store, f"{SHARES}{id_}.json")
        if data is None:
            raise Forbidden(NOT_VALID)
        record = ShareRecord.read(id_, json.loads(data))
        share = record.share
        if record.revoked_at:
            raise Forbidden(f"this link was revoked on {record.revoked_at:%Y-%m-%d %H:%M} UTC")
        if self._clock() >= share.until:
            raise Forbidden(
                f"this link was good until {share.until:%Y-%m-%d %H:%M} UTC: get a new one"
            )
        return Signature(
            who=share.name,
            principal=f"link:{share.id}",
            door=door,
            # The link may have been handed on.
            verified=False,
            rights=rights_of_link(share.role, money=share.money),
            production=share.production,
        )

    def _all(self, kind: type[R], prefix: str) -> list[R]:
        return read_all(self._store, kind, self._store.keys(prefix))

    def _edit(self, kind: type[R], key: str, name: str, update: dict[str, object]) -> R:
        def edit(known: R | None) -> R:
            if known is None:
                raise NotFound(f"{name!r} not found")
            return known.model_copy(update=update)

        changed = change_record(self._store, key, kind, edit)
        assert changed is not None
        return changed


def _within_reason(days: float) -> timedelta:
    if not 0 < days <= LONGEST.days:
        raise InvalidInput(f"{days:g} days: it can be up to {LONGEST.days}")
    return timedelta(days=days)
