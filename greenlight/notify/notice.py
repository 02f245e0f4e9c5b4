"""A notice: one thing that people are told of, as it is recorded and as it is sent."""

from __future__ import annotations

import json
import re
import secrets
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from greenlight.errors import InvalidInput
from greenlight.production import readable
from greenlight.production.records import Record

Event = Literal["gate.opened", "gate.overdue", "decided", "held", "delivered", "failed", "test"]
EVENTS: tuple[Event, ...] = (
    "gate.opened",
    "gate.overdue",
    "decided",
    "held",
    "delivered",
    "failed",
)
"""What can be subscribed to; a test goes to the one whom it is for."""

PREFIX = "greenlight."
"""Stands before these names in Prefect's events and in the webhooks' `type`."""

SUBSCRIBED = "greenlight.subscribed"
"""The label of events that somebody wants to be told of: without it, no run is started."""

LINE_LIMIT = 200
TAKES_LIMIT = 20

_ID = re.compile(r"^msg_[0-9a-f]{32}$")
# What chat programs read as markup, mentions or links.
_MARKUP = re.compile(r"[<>\[\]()*_~`|@#\\{}]")


class Notice(Record):
    """One thing to tell; `takes` names the first few of those `waiting`.

    `ceiling_usd` is the most that approving one take of everything that waits releases, None where
    it has no price. `for_subscriber` is the only one who is told, empty for all subscribers;
    `hours` is how long a gate has been open that is overdue.
    """

    id: str
    event: Event
    summary: str
    production: str = ""
    show: str = ""
    title: str = ""
    simulated: bool
    waiting: int = 0
    takes: tuple[str, ...] = ()
    ceiling_usd: Decimal | None = Decimal(0)
    gate: int | None = None
    who: str = ""
    reason: str = ""
    hours: float = 0.0
    flow_run: str = ""
    link: str = ""
    for_subscriber: str = ""

    def body(self) -> bytes:
        """The webhook's body: small JSON in UTF-8, the same bytes however often it is sent."""
        data: dict[str, Any] = self.model_dump(
            mode="json",
            include={
                *("summary", "production", "show", "title", "simulated", "waiting", "takes"),
                *("ceiling_usd", "gate", "who", "reason", "flow_run", "link"),
            },
        )
        said = {"type": f"{PREFIX}{self.event}", "timestamp": self.at.isoformat(), "data": data}
        return json.dumps(said, ensure_ascii=False).encode()

    @property
    def subject(self) -> str:
        """One line for chats and mails: words of ours and ids, no word from a brief."""
        place = f"{self.production} " if self.production else ""
        return f"Greenlight: {place}{self.event.replace('.', ' ')}"

    @property
    def text(self) -> str:
        """A few lines of plain text for chats and mails."""
        lines = [unmarked(self.summary)]
        if self.who:
            lines.append(f"by: {unmarked(self.who)}")
        if self.reason:
            lines.append(f"why: {unmarked(self.reason)}")
        if self.production:
            lines.append(f"production: {self.production} (show {self.show})")
        lines.append(f"money: {'simulated' if self.simulated else 'real'}")
        if self.link:
            lines.append(self.link)
        return "\n".join(lines)


def notice_id(production: str, event: Event, key: str) -> str:
    """The id of a notice, and its webhook-id: the same thing told again has the same one."""
    what = "\n".join((production, event, key))
    return f"msg_{sha256(what.encode()).hexdigest()[:32]}"


def trial_id() -> str:
    """The id of a test, which is a new thing each time."""
    return f"msg_{secrets.token_hex(16)}"


def check_id(text: str) -> str:
    """The text if it is a notice's id; raises InvalidInput."""
    if not _ID.match(text):
        raise InvalidInput(f"{one_line(text, 60)!r} is not a message id (msg_ and 32 hex digits)")
    return text


def one_line(text: str, limit: int = LINE_LIMIT) -> str:
    """Text from outside as one bounded line; of a long one little more than that is read."""
    return readable.one_line(text[: limit * 4], limit)


def unmarked(text: str) -> str:
    """The text without what a chat program would take for markup, a mention or a link."""
    return _MARKUP.sub("", text).replace("://", ": //")
