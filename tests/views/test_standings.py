"""The index of standings knows where all productions stand and reads only what has changed."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from pathlib import Path

import pytest

from greenlight.desk import Desk, Wish, this_person
from greenlight.settings import Profile
from greenlight.views import standings as module
from greenlight.views.standings import Standing, Standings
from tests.review.room import Built, build

FIRST = Wish(target="sq010_sh0010/frame/v001_c1", verdict="approve")


class Reads:
    """Counts how often each production was read, and holds reading up while told to."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.go_on = threading.Event()
        self.go_on.set()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    reads, read = Reads(), module.standing_of

    def counted(workspace, runs):  # type: ignore[no-untyped-def]
        reads.go_on.wait(30)
        reads.counts[workspace.keys.production] += 1
        return read(workspace, runs)

    monkeypatch.setattr(module, "standing_of", counted)
    return reads


@pytest.fixture
def desk(profile: Profile) -> Desk:
    return Desk(profile)


@pytest.fixture
def production(profile: Profile) -> Built:
    """Three shots with two candidates each, all waiting, made at another desk."""
    return build(Desk(profile))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standings are old at once, as they are after some seconds."""
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(module, "WAITING_SECONDS", 0.0)


def row_of(standings: Standings, built: Built, patience: float = 60.0) -> Standing:
    rows, _ = standings.rows(patience)
    return next(row for row in rows if row.status.production == built.name)


@pytest.mark.usefixtures("impatient")
def test_what_has_not_changed_is_not_read_again(
    desk: Desk, production: Built, reads: Reads
) -> None:
    assert row_of(desk.standings, production).takes == 6
    assert row_of(desk.standings, production).takes == 6
    assert desk.standings.look([production.name])[production.name].takes == 6
    assert reads.counts[production.name] == 1


@pytest.mark.parametrize("data", [b"{", b'{"schema_version": 99}'], ids=["damaged", "newer"])
def test_records_that_cannot_be_read_hide_no_other_production(
    profile: Profile, production: Built, data: bytes
) -> None:
    broken = build(Desk(profile), shots=1)
    broken.desk.store.overwrite(f"{broken.workspace.keys.root}decisions/000900.json", data)
    standings = Desk(profile).standings
    bad = row_of(standings, broken)
    assert bad.status.state == "stalled"
    assert "cannot be read: " in bad.problem
    assert row_of(standings, production).takes == 6
    listed = {status.production for status in Desk(profile).visible(this_person())}
    assert listed >= {broken.name, production.name}


@pytest.mark.usefixtures("impatient")
def test_what_was_decided_at_another_door_is_told(desk: Desk, production: Built) -> None:
    row_of(desk.standings, production)
    production.desk.decide(production.name, [FIRST], this_person())
    assert row_of(desk.standings, production).shots == 2


def test_what_was_done_here_is_told_at_once(desk: Desk, production: Built) -> None:
    row_of(desk.standings, production)
    production.desk.decide(production.name, [FIRST], this_person())
    desk.standings.touch(production.name)
    assert row_of(desk.standings, production).shots == 2


@pytest.mark.usefixtures("impatient")
def test_a_step_of_the_ledger_alone_has_it_read_again(
    desk: Desk, production: Built, reads: Reads
) -> None:
    row_of(desk.standings, production)
    desk.store.put_once(f"{production.workspace.keys.ledger}a/frame/v001_c9/reserved.tmp", b"{}")
    row_of(desk.standings, production)
    assert reads.counts[production.name] == 2


@pytest.mark.usefixtures("impatient")
def test_one_that_has_ended_is_never_read_again(
    desk: Desk, production: Built, reads: Reads
) -> None:
    production.desk.cancel(production.name, this_person())
    assert row_of(desk.standings, production).status.state == "cancelled"
    root = production.workspace.keys.root
    listed: list[str] = []
    keys = desk.store.keys
    desk.store.keys = lambda prefix, after="": (listed.append(prefix), keys(prefix, after))[1]  # type: ignore[method-assign]
    assert row_of(desk.standings, production).has_ended
    assert reads.counts[production.name] == 1
    assert root not in listed
    assert production.name not in desk._workspaces


def test_another_process_begins_with_what_the_one_before_knew(
    profile: Profile, production: Built, reads: Reads, tmp_path: Path
) -> None:
    known = row_of(Desk(profile, cache=tmp_path).standings, production)
    assert row_of(Desk(profile, cache=tmp_path).standings, production) == known
    assert reads.counts[production.name] == 1


WHOLE = gzip.compress(b"not what was kept either" * 9)


@pytest.mark.parametrize(
    "content",
    [b"", b"not what was kept", WHOLE, WHOLE[:-9], WHOLE[:12] + b"#" + WHOLE[12:]],
    ids=["empty", "text", "foreign", "cut short", "damaged"],
)
def test_a_file_that_cannot_be_used_costs_time_only(
    profile: Profile, production: Built, tmp_path: Path, content: bytes
) -> None:
    row_of(Desk(profile, cache=tmp_path).standings, production)
    [kept] = (tmp_path / "standings").iterdir()
    kept.write_bytes(content)
    assert row_of(Desk(profile, cache=tmp_path).standings, production).takes == 6


def test_a_page_does_not_wait_for_ever_and_says_what_it_has_not_seen(
    desk: Desk, production: Built, reads: Reads
) -> None:
    reads.go_on.clear()
    _, unseen = desk.standings.rows(0.0)
    assert unseen > 0
    reads.go_on.set()
    assert row_of(desk.standings, production).takes == 6
    assert desk.standings.rows(60.0)[1] == 0


def test_the_error_of_a_look_is_raised_to_those_who_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> list[str]:
        raise LookupError("the store is away")

    monkeypatch.setattr(module, "productions", broken)
    with pytest.raises(LookupError, match="the store is away"):
        desk.standings.rows(60.0)
