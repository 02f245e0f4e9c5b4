"""Where everything lies: `shows/{show}/{production}/shots/sq010_sh0020/frames/v001_c2.png`.

Keys are readable and follow from ids, so that a record's place says what it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from greenlight.errors import InvalidInput
from greenlight.production.facts import kind_at
from greenlight.production.names import TakeId
from greenlight.production.records import Record

EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "application/json": "json",
    "application/pdf": "pdf",
}
INDEX = "productions/"
OPEN = "open/"
OWN = (
    *("shows/", "ledger/", INDEX, OPEN, "access/", "audit/", "notify/"),
    *("batches/", "batch-open/", "probes/", "results/"),
)
"""Prefixes that Greenlight keeps for itself: tables and pictures of people lie elsewhere."""


def index_key(production: str) -> str:
    """Claims a production's id for good and tells its show."""
    return f"{INDEX}{production}.json"


def open_key(production: str) -> str:
    """There as long as a production is neither delivered nor cancelled: what recovery looks at."""
    return f"{OPEN}{production}.json"


def reuse_key(show: str, fingerprint: str) -> str:
    """Points from a request to its settled answer within one show."""
    return f"shows/{show}/reuse/{fingerprint[:2]}/{fingerprint}.json"


def show_limits(show: str) -> str:
    """Below this lie the limits that people gave a show, numbered."""
    return f"shows/{show}/budget/"


def show_draws_key(show: str) -> str:
    """What the productions of a show have drawn; changed by compare-and-swap."""
    return f"shows/{show}/draws.json"


@dataclass(frozen=True)
class Keys:
    """The keys of one production."""

    show: str
    production: str

    @property
    def root(self) -> str:
        return f"shows/{self.show}/{self.production}/"

    @property
    def ledger(self) -> str:
        """Beside the production and not below it: records are listed often, ledger steps seldom."""
        return f"ledger/{self.show}/{self.production}/"

    @property
    def decisions(self) -> str:
        return f"{self.root}decisions/"

    @property
    def shot_lists(self) -> str:
        return f"{self.root}shotlists/"

    @property
    def cancelled(self) -> str:
        return f"{self.root}cancelled.json"

    def beat(self, run: int) -> str:
        """Touched by the n-th run while it lives; no record, and overwritten."""
        return f"{self.root}runs/{run:04d}.beat"

    @property
    def budget(self) -> str:
        return f"{self.root}budget.json"

    def media(self, take: TakeId, mime: str) -> str:
        """The take's own bytes."""
        if mime not in EXTENSIONS:
            raise InvalidInput(f"media type {mime!r} is not kept (known: {', '.join(EXTENSIONS)})")
        return f"{self.root}{take.place}.{EXTENSIONS[mime]}"

    def reference(self, sha256: str, mime: str) -> str:
        """A picture that the brief refers to, by its content."""
        return f"{self.root}references/{sha256}.{EXTENSIONS[mime]}"

    def context(self, digest: str) -> str:
        """A context pack, by its digest."""
        return f"{self.root}context/{digest}.json"

    def drawn_over(self, sha256: str) -> str:
        """A take with what somebody drew on it, by its content."""
        return f"{self.root}drawovers/{sha256}.jpg"

    def sheet(self, digest: str, extension: str = "jpg") -> str:
        """A contact sheet, by the content that it shows."""
        return f"{self.root}sheets/{digest[:24]}.{extension}"

    def delivery(self, version: int, name: str) -> str:
        """A file of the n-th delivery."""
        return f"{self.root}deliveries/v{version:03d}/{name}"

    def take(self, take: TakeId) -> str:
        """The record beside the take's bytes."""
        return f"{self.root}{take.place}.take.json"

    def record(self, record: Record) -> str:
        """Where `record` is written, once."""
        return f"{self.root}{record.PATH.format(record)}"


def record_type(key: str, root: str) -> type[Record] | None:
    """What kind of record lies under `key`; None for media, ledger rows and other objects."""
    if not key.startswith(root) or not key.endswith(".json"):
        return None
    return kind_at(key[len(root) :])
