"""The stand-in's database: its tables, and how an older folder becomes one of this release.

Every change of the tables is one more entry of `_STEPS`; SQLite's `user_version` says how many of
them a database has seen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from greenlight_standin.wire.bodies import digest


class NewerData(ValueError):
    """The folder was written by a release that knows more than this one."""


def open_database(path: Path) -> sqlite3.Connection:
    """The database at `path`, made or brought up to date; raises NewerData."""
    db = sqlite3.connect(
        # Opened where the application is made, used in the thread of its event loop.
        path,
        isolation_level=None,
        check_same_thread=False,
    )
    db.row_factory = sqlite3.Row
    db.execute("pragma journal_mode=wal")
    # What is committed outlives the process, killed or not; a power cut may take the last rows.
    db.execute("pragma synchronous=normal")
    seen = int(db.execute("pragma user_version").fetchone()[0])
    if seen > len(_STEPS):
        db.close()
        raise NewerData(
            f"{path} is of version {seen}, written by a newer stand-in (known: up to {len(_STEPS)})"
        )
    for number, step in enumerate(_STEPS[seen:], seen + 1):
        with transaction(db):
            step(db)
            db.execute(f"pragma user_version = {number}")
    return db


class transaction:  # noqa: N801 reads as a statement
    """All of a block is committed, or nothing of it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("begin immediate")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("commit" if kind is None else "rollback")


def _first_tables(db: sqlite3.Connection) -> None:
    """The tables of the first release, which had no version: they may be there already."""
    db.execute(
        "create table if not exists requests ("
        " n integer primary key autoincrement, time text not null, role text not null,"
        " paid int not null, method text not null, path text not null, model text, digest text,"
        " shot text, outcome text not null, seconds real)"
    )
    db.execute(
        "create table if not exists interactions ("
        " id text primary key, created text not null, updated text not null,"
        " status text not null, base text not null, model text, prompt text not null,"
        " request text not null, fault text, answer text)"
    )
    db.execute(
        "create table if not exists files ("
        " id text primary key, created text not null, mime text not null, size int not null,"
        " interaction text)"
    )


def _what_came_of_it(db: sqlite3.Connection) -> None:
    """Each request says what was made of it, for which job, with what usage, under which fault."""
    for column in ("result", "remote_id", "usage", "fault"):
        db.execute(f"alter table requests add column {column} text")
    db.execute("alter table interactions add column lost int not null default 0")
    db.execute("alter table files add column expired int not null default 0")
    db.execute("create index requests_remote_id on requests(remote_id)")
    db.execute(
        "update requests set result = case outcome when 'ok' then 'made' else 'refused' end"
        " where paid and role <> 'video' and outcome in ('ok', 'refused')"
    )
    _find_jobs(db)


def _find_jobs(db: sqlite3.Connection) -> None:
    """Give the video requests of the first release their jobs: the same body, in the same order."""
    jobs = db.execute("select id, status, request, answer from interactions order by created, id")
    for job in jobs.fetchall():
        request = db.execute(
            "select n from requests where role = 'video' and paid and outcome in ('ok', 'open')"
            " and remote_id is null and digest = ? order by n limit 1",
            (digest(json.loads(job["request"])),),
        ).fetchone()
        if request is None:
            continue
        result = {"in_progress": "running", "completed": "refused"}.get(
            job["status"], job["status"]
        )
        if '"type": "video"' in (job["answer"] or ""):
            result = "made"
        db.execute(
            "update requests set remote_id = ?, result = ? where n = ?",
            (job["id"], result, request["n"]),
        )


def _buckets(db: sqlite3.Connection) -> None:
    """Produced files may lie in a bucket of the enterprise platform."""
    db.execute(
        "create table objects ("
        " bucket text not null, name text not null, file text not null, primary key (bucket, name))"
    )


def _drawings(db: sqlite3.Connection) -> None:
    """What was drawn, by which a picture that comes to be judged is known."""
    db.execute("create table drawings (shown blob not null, told text not null)")


_STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first_tables,
    _what_came_of_it,
    _buckets,
    _drawings,
)
