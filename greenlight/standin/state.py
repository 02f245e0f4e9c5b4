"""What the stand-in remembers: interactions, produced files and the log of what it served."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_TABLES = """
create table if not exists requests (
  n integer primary key autoincrement, time text not null, role text not null, paid int not null,
  method text not null, path text not null, model text, digest text, shot text,
  outcome text not null, seconds real);
create table if not exists interactions (
  id text primary key, created text not null, updated text not null, status text not null,
  base text not null, model text, prompt text not null, request text not null, fault text,
  answer text);
create table if not exists files (
  id text primary key, created text not null, mime text not null, size int not null,
  interaction text);
"""
# A poll must not read the pictures that came with the request.
_COLUMNS = "id, created, updated, status, base, model, prompt, fault, answer"


def now() -> str:
    """This moment as an ISO 8601 time in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Interaction:
    """One stored interaction; `answer` is set when it has ended."""

    id: str
    created: str
    updated: str
    status: str
    base: str
    model: str | None
    prompt: str
    fault: str | None
    answer: Mapping[str, Any] | None


@dataclass(frozen=True)
class StoredFile:
    """One produced file."""

    id: str
    created: str
    mime: str
    size: int
    interaction: str | None


class State:
    """The stand-in's memory under one folder; one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            # Opened where the application is made, used in the thread of its event loop.
            folder / "standin.sqlite3",
            isolation_level=None,
            check_same_thread=False,
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def open_request(self, entry: Mapping[str, Any]) -> int:
        """Log a request that has arrived; its number comes back."""
        cursor = self._db.execute(
            "insert into requests(time, role, paid, method, path, model, digest, shot, outcome)"
            " values (:time, :role, :paid, :method, :path, :model, :digest, :shot, 'open')",
            {"time": now(), **entry},
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end_request(self, n: int, outcome: str, seconds: float) -> None:
        """Note how request `n` ended and how long it took."""
        self._db.execute(
            "update requests set outcome = ?, seconds = ? where n = ?",
            (outcome, round(seconds, 3), n),
        )

    def requests(
        self, *, role: str | None = None, paid: bool | None = None, shot: str | None = None
    ) -> list[dict[str, Any]]:
        """The log in order of arrival."""
        rows = self._db.execute(
            "select * from requests where (:role is null or role = :role)"
            " and (:paid is null or paid = :paid) and (:shot is null or shot = :shot) order by n",
            {"role": role, "paid": paid, "shot": shot},
        )
        return [{**dict(row), "paid": bool(row["paid"])} for row in rows]

    def create_interaction(
        self, request: Mapping[str, Any], prompt: str, base: str, fault: str | None
    ) -> Interaction:
        """Store a new interaction as in progress; `prompt` is the text of its request."""
        ident, moment = f"v1_{secrets.token_hex(12)}", now()
        self._db.execute(
            "insert into interactions values (?, ?, ?, 'in_progress', ?, ?, ?, ?, ?, null)",
            (ident, moment, moment, base, request.get("model"), prompt, json.dumps(request), fault),
        )
        found = self.interaction(ident)
        assert found is not None
        return found

    def interaction(self, ident: str) -> Interaction | None:
        """The interaction of that id."""
        row = self._db.execute(
            f"select {_COLUMNS} from interactions where id = ?",  # noqa: S608 a constant
            (ident,),
        ).fetchone()
        return _interaction(row) if row else None

    def interaction_request(self, ident: str) -> dict[str, Any]:
        """The whole request of an interaction, pictures included."""
        row = self._db.execute("select request from interactions where id = ?", (ident,)).fetchone()
        request: dict[str, Any] = json.loads(row["request"])
        return request

    def unfinished(self) -> list[Interaction]:
        """Interactions that a stop of the server interrupted."""
        rows = self._db.execute(
            f"select {_COLUMNS} from interactions"  # noqa: S608 a constant
            " where status = 'in_progress' order by created"
        )
        return [_interaction(row) for row in rows]

    def end_interaction(self, ident: str, status: str, answer: Mapping[str, Any]) -> bool:
        """End an interaction once; False if it had already ended (it was cancelled, say)."""
        cursor = self._db.execute(
            "update interactions set status = ?, answer = ?, updated = ?"
            " where id = ? and status = 'in_progress'",
            (status, json.dumps(answer), now(), ident),
        )
        return cursor.rowcount == 1

    def store_file(self, data: bytes, mime: str, interaction: str | None) -> StoredFile:
        """Keep produced bytes; ids match ``[a-z0-9]+``, else the SDK cuts them off."""
        ident = secrets.token_hex(8)
        part = self.files / f"{ident}.part"
        part.write_bytes(data)
        part.replace(self.files / ident)
        self._db.execute(
            "insert into files values (?, ?, ?, ?, ?)", (ident, now(), mime, len(data), interaction)
        )
        found = self.file(ident)
        assert found is not None
        return found

    def file(self, ident: str) -> StoredFile | None:
        """The produced file of that id."""
        row = self._db.execute("select * from files where id = ?", (ident,)).fetchone()
        return StoredFile(**dict(row)) if row else None

    def read_file(self, ident: str) -> bytes:
        """The bytes of a produced file."""
        return (self.files / ident).read_bytes()


def _interaction(row: sqlite3.Row) -> Interaction:
    values = dict(row)
    values["answer"] = json.loads(values["answer"]) if values["answer"] else None
    return Interaction(**values)
