"""Batches on the real stack: each row once, whatever is cut off; money, pauses and cancelling."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from greenlight.batches.columns import read_briefs
from greenlight.batches.going import cancel, go_on, pause, resume
from greenlight.batches.nightly import read_once
from greenlight.batches.rows import plan_rows
from greenlight.batches.sources import open_source
from greenlight.batches.submitting import Wanted, batch_id, submit
from greenlight.briefs.batch_records import BatchStore, batches, open_batches
from greenlight.desk import Desk, this_person
from greenlight.errors import InvalidInput, NotFound, Refused
from greenlight.local.home import StackInfo
from greenlight.runs import FlowRun, PrefectAway, Runs
from greenlight.upkeep.recovery import recover
from greenlight.views.batch import BatchReader, BatchView
from tests.e2e import people

pytestmark = pytest.mark.stack

WHO = this_person("ada")
HEADER = "id,title,vision,show,shots,seconds,candidates\n"


def rows(*ids: str, vision: str = "A fox.") -> str:
    return HEADER + "".join(f"{i},Fox {i},{vision},batch-zoo,1,3,1\n" for i in ids)


def read(desk: Desk, path: Path, text: str, wanted: Wanted = Wanted()) -> str:
    """Submits a table without starting any of it."""
    path.write_text(text)
    source = open_source(str(path), desk.profile)
    name = batch_id(source.place)
    plan = plan_rows(source, read_briefs(source.data, source.name), name, WHO, desk.profile)
    submit(desk, source, plan, name, WHO, wanted)
    return name


def productions(found: BatchView) -> set[str]:
    return {row.production for row in found.rows}


def queue(desk: Desk, batch: str) -> dict[str, object]:
    found = desk.runs._call("GET", f"/work_pools/greenlight/queues/{batch}")
    assert isinstance(found, dict)
    return found


def view_of(desk: Desk, batch: str) -> BatchView:
    return BatchReader(desk.store, desk.standings, desk.people, batch).view()


@pytest.mark.slow
def test_a_batch_killed_in_the_middle_is_gone_on_with_and_each_row_begins_once(
    desk: Desk, stack: StackInfo, tmp_path: Path
) -> None:
    table = tmp_path / "killed.csv"
    table.write_text(rows(*(f"r{n}" for n in range(24))))
    command = [
        str(Path(sys.executable).with_name("greenlight")),
        "batch",
        str(table),
        "--concurrency",
        "1",
    ]
    environment = {**os.environ, "GREENLIGHT_HOME": str(stack.home)}
    batch = batch_id(f"file://{table.resolve()}")
    store = BatchStore(desk.store, batch)
    first = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
    people.until(lambda: len(store.started()) >= 5)
    first.send_signal(signal.SIGKILL)
    first.wait()
    cut_off = len(store.started())
    assert cut_off < 24
    assert batch in open_batches(desk.store)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(store.started()) == 24
    assert len(store.editions()) == 1
    found = view_of(desk, batch)
    assert len(productions(found)) == 24
    for production in productions(found):
        assert len(desk.look(production)[0].runs) == 1
    assert queue(desk, batch)["concurrency_limit"] == 1
    assert cancel(desk, batch, WHO) == 24


def test_the_same_table_starts_nothing_and_a_changed_row_starts_that_row(
    desk: Desk, tmp_path: Path
) -> None:
    batch = read(desk, tmp_path / "again.csv", rows("a", "b"))
    assert len(go_on(desk, batch).begun) == 2
    read(desk, tmp_path / "again.csv", rows("a", "b"))
    assert go_on(desk, batch).begun == ()
    read(desk, tmp_path / "again.csv", rows("b", "c").replace("Fox b", "Vixen b"))
    assert {p.rsplit("-", 1)[0] for p in go_on(desk, batch).begun} == {"vixen-b", "fox-c"}
    found = view_of(desk, batch)
    assert found.readings == 2
    assert [(r.id, r.in_table) for r in found.rows] == [
        ("b", True),
        ("c", True),
        ("a", False),
        ("b", False),
    ]
    cancel(desk, batch, WHO)


def test_a_budget_holds_the_rows_that_it_has_no_room_for_until_there_is_room(
    desk: Desk, tmp_path: Path
) -> None:
    # A show of its own: what is settled in a show costs nothing again.
    text = rows("a", "b").replace("batch-zoo", "budget-zoo")
    batch = read(desk, tmp_path / "budget.csv", text, Wanted(budget_usd=Decimal(0)))
    progress = go_on(desk, batch)
    assert progress.begun == ()
    assert len(progress.held) == 2
    each = BatchStore(desk.store, batch).rows(progress.held)[0].quote_usd
    progress = resume(desk, batch, WHO, Wanted(budget_usd=each * Decimal("1.5")))
    assert (len(progress.begun), len(progress.held)) == (1, 1)
    (begun,) = progress.begun
    assert desk.workspace(begun).production.brief.budget_usd == each
    found = view_of(desk, batch)
    assert (found.allotted_usd, found.counts["held"]) == (each, 1)
    people.until_waiting(desk, begun, "shotlist")
    desk.cancel(begun, WHO)

    def free() -> bool:
        recover(desk.profile)
        return len(go_on(desk, batch).held) == 0

    people.until(free)
    found = view_of(desk, batch)
    assert found.allotted_usd is not None
    assert each < found.allotted_usd < each * Decimal("1.5")
    cancel(desk, batch, WHO)


def test_a_batch_that_began_without_a_budget_is_not_given_one(desk: Desk, tmp_path: Path) -> None:
    batch = read(desk, tmp_path / "late.csv", rows("a"))
    with pytest.raises(Refused, match="began without a budget"):
        resume(desk, batch, WHO, Wanted(budget_usd=Decimal(5)))
    cancel(desk, batch, WHO)


def test_a_paused_batch_begins_nothing_and_its_queue_hands_nothing_out(
    desk: Desk, tmp_path: Path
) -> None:
    batch = read(desk, tmp_path / "pause.csv", rows("a"), Wanted(concurrency=3, priority="low"))
    pause(desk, batch, WHO)
    assert go_on(desk, batch).begun == ()
    assert view_of(desk, batch).rows[0].note == "the batch is paused"
    before = queue(desk, batch)
    assert (before["is_paused"], before["concurrency_limit"]) == (True, 3)
    assert len(resume(desk, batch, WHO, Wanted(concurrency=0, priority="high")).begun) == 1
    after = queue(desk, batch)
    assert (after["is_paused"], after["concurrency_limit"]) == (False, None)
    assert after["priority"] == 1
    assert before["priority"] != 1
    cancel(desk, batch, WHO)


def test_a_row_that_prefect_does_not_take_now_begins_later_and_stops_no_other(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = read(desk, tmp_path / "busy.csv", rows("a", "b", "c"))
    store = BatchStore(desk.store, batch)
    second = next(r for r in store.rows(store.all_keys()) if r.id == "b").production

    def busy(self: Runs, production: str, *more: Any, **named: Any) -> FlowRun:
        if production == second:
            raise PrefectAway("Prefect does not answer (timed out)")
        return started(self, production, *more, **named)

    started = Runs.start
    monkeypatch.setattr(Runs, "start", busy)
    progress = go_on(desk, batch)
    assert len(progress.begun) == 2
    assert second not in progress.begun
    assert "recovery starts it once Prefect answers" in next(iter(progress.held.values()))
    assert batch in open_batches(desk.store)
    monkeypatch.undo()
    assert go_on(desk, batch).begun == (second,)
    cancel(desk, batch, WHO)


def test_a_cancelled_batch_is_over_for_good(desk: Desk, tmp_path: Path) -> None:
    batch = read(desk, tmp_path / "over.csv", rows("a"))
    (begun,) = go_on(desk, batch).begun
    cancel(desk, batch, WHO)
    assert desk.look(begun)[1].cancelled
    assert go_on(desk, batch).begun == ()
    with pytest.raises(Refused, match="cancelled for good"):
        resume(desk, batch, WHO, Wanted())
    with pytest.raises(Refused, match="another --name"):
        read(desk, tmp_path / "over.csv", rows("a", "b"))

    def closed() -> bool:
        recover(desk.profile)
        go_on(desk, batch)
        return batch not in open_batches(desk.store)

    people.until(closed)
    found = view_of(desk, batch)
    assert (found.state, found.counts) == ("cancelled", {"cancelled": 1})


def test_a_view_says_whom_each_row_waits_for(desk: Desk, tmp_path: Path) -> None:
    desk.people.add(WHO, "bea", ("reviewer",), show="look-zoo")
    batch = read(desk, tmp_path / "look.csv", rows("a").replace("batch-zoo", "look-zoo"))
    (begun,) = go_on(desk, batch).begun
    people.until_waiting(desk, begun, "shotlist")
    people.until(lambda: view_of(desk, batch).rows[0].state == "waiting")
    row = view_of(desk, batch).rows[0]
    assert (row.stage, row.waiting) == ("shot list", 1)
    role, _, names = row.waits_for.partition(": ")
    # Whoever reviews every show is waited for too, and other tests of this stack add such people.
    assert role == "reviewer"
    assert "bea" in names.split(", ")
    assert row.spent_usd > 0
    cancel(desk, batch, WHO)


def test_the_newest_table_of_a_prefix_is_read_once(desk: Desk) -> None:
    prefix = f"s3://{desk.store.bucket}/tests/nights-{time.time_ns()}"
    key = prefix.split("/", 3)[3]
    nothing = read_once(desk, "", f"{prefix}/", "", Wanted())
    assert nothing.problem == f"no table found below {prefix}/: nothing was started"
    desk.store.put_once(f"{key}/one.csv", rows("a").encode(), "text/csv")
    time.sleep(1.1)  # listings tell the time in whole seconds
    desk.store.put_once(f"{key}/two.csv", (rows("b") + "c,,x,,,,\n").encode(), "text/csv")
    desk.store.put_once(f"{key}/notes.txt", b"x", "text/plain")
    found = read_once(desk, "", f"{prefix}/", "", Wanted())
    assert found.batch.startswith("two-")
    assert [(r.row, r.column) for r in found.rejects] == [(3, "title")]
    assert len(go_on(desk, found.batch).begun) == 1
    again = read_once(desk, "", f"{prefix}/", "", Wanted())
    assert again.batch == ""
    assert "has been read before" in again.problem
    cancel(desk, found.batch, WHO)


def test_a_table_without_one_good_row_starts_no_batch(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + "a,,x,,,,\n")
    with pytest.raises(InvalidInput, match="no row that can be used; the first, row 2"):
        read_once(desk, str(path), "", "", Wanted())
    assert batch_id(f"file://{path.resolve()}") not in batches(desk.store)


def test_real_money_that_nobody_confirms_takes_a_budget(desk: Desk, tmp_path: Path) -> None:
    real = Desk(desk.profile.model_copy(update={"name": "studio", "simulated": False}))
    with pytest.raises(Refused, match="needs budget_usd"):
        read_once(real, str(tmp_path / "t.csv"), "", "", Wanted())


def test_a_batch_that_is_not_there_is_told_from_those_that_are(desk: Desk, tmp_path: Path) -> None:
    batch = read(desk, tmp_path / "near.csv", rows("a"))
    with pytest.raises(NotFound, match=f"did you mean .*{batch}"):
        view_of(desk, batch[:-1])
    cancel(desk, batch, WHO)
