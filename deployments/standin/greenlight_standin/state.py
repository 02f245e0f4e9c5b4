"""What the stand-in remembers: the list of what it served, its jobs and the files they made.

A row of the list is committed when a request arrives, and again with what came of it before the
answer leaves, so that whoever has an answer finds it in the list, however the stand-in ended.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from greenlight_standin.database import open_database, transaction

# What came of a paid request that was taken on; the service charges for the first two.
Result = Literal["running", "made", "refused", "failed", "cancelled"]
_BILLED = "coalesce(result in ('running', 'made'), 0)"
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

    @property
    def age(self) -> float:
        """Seconds since it was created, by the wall clock: it goes on while the server is down."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.created)).total_seconds()


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
        self._db = open_database(folder / "standin.sqlite3")
        # One process has the folder, so what is open now was cut off by the end of the last one.
        self._db.execute("update requests set outcome = 'interrupted' where outcome = 'open'")
        for part in self.files.glob("*.part"):
            part.unlink()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def open_request(self, entry: Mapping[str, Any]) -> int:
        """Log a request that has arrived; its number comes back."""
        cursor = self._db.execute(
            "insert into requests"
            "(time, role, paid, method, path, model, digest, shot, remote_id, outcome) values"
            " (:time, :role, :paid, :method, :path, :model, :digest, :shot, :remote_id, 'open')",
            {"time": now(), "remote_id": None, **entry},
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end_request(
        self,
        n: int,
        outcome: str,
        seconds: float,
        *,
        fault: str | None = None,
        result: Result | None = None,
        usage: Mapping[str, Any] | None = None,
    ) -> None:
        """Note how request `n` ended, in how many seconds and, for a paid one, what came of it."""
        self._db.execute(
            "update requests set outcome = ?, seconds = ?, fault = ?,"
            " result = coalesce(?, result), usage = coalesce(?, usage) where n = ?",
            (outcome, round(seconds, 3), fault, result, _json(usage), n),
        )

    def requests(
        self,
        *,
        role: str | None = None,
        paid: bool | None = None,
        billed: bool | None = None,
        shot: str | None = None,
    ) -> list[dict[str, Any]]:
        """The log in order of arrival."""
        rows = self._db.execute(
            f"select *, {_BILLED} as billed from requests"  # noqa: S608 a constant
            " where (:role is null or role = :role) and (:paid is null or paid = :paid)"
            f" and (:billed is null or {_BILLED} = :billed)"
            " and (:shot is null or shot = :shot) order by n",
            {"role": role, "paid": paid, "billed": billed, "shot": shot},
        )
        return [_request(row) for row in rows]

    def create_interaction(
        self,
        entry: int,
        request: Mapping[str, Any],
        prompt: str,
        base: str,
        fault: str | None,
        *,
        ident: str | None = None,
        model: str | None = None,
    ) -> Interaction:
        """Take on a new job for the request numbered `entry`, in one commit.

        `prompt` is the text of the request, `fault` what is to go wrong with the job. An operation
        brings its own name as `ident`, and its model.
        """
        ident, moment = ident or f"v1_{secrets.token_hex(12)}", now()
        model = model or request.get("model")
        with transaction(self._db):
            self._db.execute(
                "insert into interactions"
                "(id, created, updated, status, base, model, prompt, request, fault)"
                " values (?, ?, ?, 'in_progress', ?, ?, ?, ?, ?)",
                (ident, moment, moment, base, model, prompt, json.dumps(request), fault),
            )
            self._db.execute(
                "update requests set remote_id = ?, result = 'running' where n = ?", (ident, entry)
            )
        found = self.interaction(ident)
        assert found is not None
        return found

    def interaction(self, ident: str) -> Interaction | None:
        """The interaction of that id, unless there is none or it was lost."""
        row = self._db.execute(
            f"select {_COLUMNS} from interactions where id = ? and not lost",  # noqa: S608
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

    def end_interaction(
        self,
        ident: str,
        status: str,
        answer: Mapping[str, Any],
        result: Result,
        usage: Mapping[str, Any] | None = None,
    ) -> bool:
        """End an interaction once, in the list too; False if it had ended (was cancelled, say)."""
        with transaction(self._db):
            ended = self._db.execute(
                "update interactions set status = ?, answer = ?, updated = ?"
                " where id = ? and status = 'in_progress'",
                (status, json.dumps(answer), now(), ident),
            )
            if ended.rowcount == 1:
                self._db.execute(
                    "update requests set result = ?, usage = ? where remote_id = ? and paid",
                    (result, _json(usage), ident),
                )
        return ended.rowcount == 1

    def lose_interaction(self, ident: str) -> None:
        """Never find that interaction again; it stays billed, and what runs runs on."""
        self._db.execute("update interactions set lost = 1 where id = ?", (ident,))

    def store_file(self, data: bytes, mime: str, interaction: str | None) -> StoredFile:
        """Keep produced bytes; ids match ``[a-z0-9]+``, else the SDK cuts them off."""
        ident = secrets.token_hex(8)
        part = self.files / f"{ident}.part"
        part.write_bytes(data)
        part.replace(self.files / ident)
        self._db.execute(
            "insert into files(id, created, mime, size, interaction) values (?, ?, ?, ?, ?)",
            (ident, now(), mime, len(data), interaction),
        )
        found = self.file(ident)
        assert found is not None
        return found

    def file(self, ident: str) -> StoredFile | None:
        """The produced file of that id, unless there is none or it has expired."""
        row = self._db.execute(
            "select id, created, mime, size, interaction from files where id = ? and not expired",
            (ident,),
        ).fetchone()
        return StoredFile(**dict(row)) if row else None

    def put_object(self, bucket: str, name: str, file: StoredFile) -> None:
        """Let a produced file lie in a bucket under `name`."""
        self._db.execute("insert or replace into objects values (?, ?, ?)", (bucket, name, file.id))

    def object(self, bucket: str, name: str) -> StoredFile | None:
        """The produced file of that name in a bucket, unless there is none or it has expired."""
        row = self._db.execute(
            "select file from objects where bucket = ? and name = ?", (bucket, name)
        ).fetchone()
        return self.file(row["file"]) if row else None

    def add_drawing(self, shown: bytes, told: str) -> None:
        """Remember thumbnails of a picture, and what it shows."""
        self._db.execute("insert into drawings values (?, ?)", (shown, told))

    def drawings(self) -> list[tuple[bytes, str]]:
        """Thumbnails and what they show, in the order in which they were drawn."""
        rows = self._db.execute("select shown, told from drawings order by rowid")
        return [(row["shown"], row["told"]) for row in rows]

    def expire_file(self, ident: str) -> None:
        """Delete a produced file, as the service does when its time has come."""
        self._db.execute("update files set expired = 1 where id = ?", (ident,))
        (self.files / ident).unlink(missing_ok=True)

    def read_file(self, ident: str) -> bytes:
        """The bytes of a produced file."""
        return (self.files / ident).read_bytes()


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value)


def _request(row: sqlite3.Row) -> dict[str, Any]:
    values = dict(row)
    values["paid"], values["billed"] = bool(values["paid"]), bool(values["billed"])
    values["usage"] = json.loads(values["usage"]) if values["usage"] else None
    return values


def _interaction(row: sqlite3.Row) -> Interaction:
    values = dict(row)
    values["answer"] = json.loads(values["answer"]) if values["answer"] else None
    return Interaction(**values)
