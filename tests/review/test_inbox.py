"""The inbox knows what waits in all productions and looks again only at what has changed."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from pathlib import Path

import pytest

from greenlight.desk import Desk, Wish, this_person
from greenlight.review import inbox as module
from greenlight.review.inbox import Inbox, InboxRow
from greenlight.settings import Profile
from tests.review.room import Built


class CountingDesk(Desk):
    """The desk, counting how often it looked at each production."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.glances: Counter[str] = Counter()
        self.answers = threading.Event()
        self.answers.set()

    def glance(self, production: str):  # type: ignore[no-untyped-def]
        self.answers.wait(30)
        self.glances[production] += 1
        return super().glance(production)


@pytest.fixture
def desk(room_profile: Profile) -> CountingDesk:
    return CountingDesk(room_profile)


def row_of(inbox: Inbox, built: Built, patience: float = 60.0) -> InboxRow:
    rows, _ = inbox.rows(patience)
    return next(row for row in rows if row.production == built.name)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are old at once, as they are after some seconds."""
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(module, "WAITING_SECONDS", 0.0)


@pytest.mark.usefixtures("impatient")
def test_what_has_not_changed_is_not_told_again(desk: CountingDesk, production: Built) -> None:
    inbox = Inbox(lambda: desk)
    assert row_of(inbox, production).takes == 6
    assert row_of(inbox, production).takes == 6
    assert desk.glances[production.name] == 1


@pytest.mark.usefixtures("impatient")
def test_what_was_decided_at_another_door_is_told(desk: CountingDesk, production: Built) -> None:
    inbox = Inbox(lambda: desk)
    row_of(inbox, production)
    first = Wish(target="sq010_sh0010/frame/v001_c1", verdict="approve")
    production.desk.decide(production.name, [first], this_person())
    assert row_of(inbox, production).shots == 2


def test_what_was_done_here_is_told_at_once(desk: CountingDesk, production: Built) -> None:
    inbox = Inbox(lambda: desk)
    row_of(inbox, production)
    first = Wish(target="sq010_sh0010/frame/v001_c1", verdict="approve")
    production.desk.decide(production.name, [first], this_person())
    inbox.touch(production.name)
    assert row_of(inbox, production).shots == 2


@pytest.mark.usefixtures("impatient")
def test_one_that_has_ended_is_never_looked_at_again(desk: CountingDesk, production: Built) -> None:
    inbox = Inbox(lambda: desk)
    production.desk.cancel(production.name, this_person())
    assert row_of(inbox, production).state == "cancelled"
    root = production.workspace.keys.root
    listed: list[str] = []
    keys = desk.store.keys
    desk.store.keys = lambda prefix, after="": (listed.append(prefix), keys(prefix, after))[1]  # type: ignore[method-assign]
    assert row_of(inbox, production).state == "cancelled"
    assert desk.glances[production.name] == 1
    assert root not in listed
    assert production.name not in desk._workspaces


def test_another_process_begins_with_what_the_one_before_knew(
    room_profile: Profile, desk: CountingDesk, production: Built, tmp_path: Path
) -> None:
    told = row_of(Inbox(lambda: desk, tmp_path), production)
    after = CountingDesk(room_profile)
    assert row_of(Inbox(lambda: after, tmp_path), production) == told
    assert after.glances[production.name] == 0


WHOLE = gzip.compress(b"not what was kept either" * 9)


@pytest.mark.parametrize(
    "content",
    [b"", b"not what was kept", WHOLE, WHOLE[:-9], WHOLE[:12] + b"#" + WHOLE[12:]],
    ids=["empty", "text", "foreign", "cut short", "damaged"],
)
def test_a_file_that_cannot_be_used_costs_time_only(
    desk: CountingDesk, production: Built, tmp_path: Path, content: bytes
) -> None:
    row_of(Inbox(lambda: desk, tmp_path), production)
    [kept] = tmp_path.iterdir()
    kept.write_bytes(content)
    assert row_of(Inbox(lambda: desk, tmp_path), production).takes == 6


def test_a_page_does_not_wait_for_ever_and_says_what_it_has_not_seen(
    desk: CountingDesk, production: Built
) -> None:
    inbox = Inbox(lambda: desk)
    desk.answers.clear()
    _, unseen = inbox.rows(0.0)
    assert unseen > 0
    desk.answers.set()
    assert row_of(inbox, production).takes == 6
    assert inbox.rows(60.0)[1] == 0


def test_what_keeps_it_from_looking_is_raised(room_profile: Profile) -> None:
    def broken() -> Desk:
        raise LookupError("the store is away")

    with pytest.raises(LookupError, match="the store is away"):
        Inbox(broken).rows(60.0)
