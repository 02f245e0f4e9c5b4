"""Where tables come from: what cannot be read is said, and what changes is not read in halves."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from greenlight.batches.sources import newest, open_source
from greenlight.batches.submitting import Wanted, batch_id, check_wanted
from greenlight.briefs import places
from greenlight.errors import InvalidInput, NotFound, Refused, ServiceUnavailable
from greenlight.settings import Profile


def test_a_table_is_known_by_its_place_and_a_signed_link_without_its_signature(
    tmp_path: Path, nowhere: Profile
) -> None:
    path = tmp_path / "Night briefs.csv"
    path.write_text("title,vision\n")
    (tmp_path / "link.csv").symlink_to(path)
    one, other = (open_source(str(tmp_path / n), nowhere) for n in ("Night briefs.csv", "link.csv"))
    assert batch_id(one.place) == batch_id(other.place)
    assert batch_id(one.place).startswith("night-briefs-")
    assert batch_id(one.place, "nights") == "nights"
    with pytest.raises(InvalidInput, match="'My Nights' cannot name a batch"):
        batch_id(one.place, "My Nights")


def test_a_table_that_goes_on_changing_while_it_is_read_is_refused(
    tmp_path: Path, nowhere: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_SETTLE_SECONDS", 0.01)
    path = tmp_path / "t.csv"
    path.write_text("title,vision\n")
    real = os.fstat

    def changed(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        with path.open("a") as file:
            file.write("Fox,x\n")
        return found

    monkeypatch.setattr(os, "fstat", changed)
    with pytest.raises(Refused, match="is being written"):
        open_source(str(path), nowhere)


def test_a_table_that_is_being_saved_is_read_once_it_is_whole(
    tmp_path: Path, nowhere: Profile
) -> None:
    path = tmp_path / "t.csv"
    whole = "title,vision\n" + "Fox,A fox runs.\n" * 40_000
    path.write_text(whole)

    def save() -> None:
        for _ in range(3):
            path.write_text(whole)

    saving = threading.Thread(target=save)
    saving.start()
    time.sleep(0.001)
    try:
        data = open_source(str(path), nowhere).data
    except Refused:
        data = whole.encode()  # it said so, which is the other honest answer
    saving.join()
    assert data.decode() == whole


def test_the_newest_table_of_a_folder_is_the_one_written_last(
    tmp_path: Path, nowhere: Profile
) -> None:
    assert newest(str(tmp_path), nowhere) is None
    for age, name in enumerate(["c.csv", "b.xlsx", "a.txt", "b.rejects.csv"]):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    assert newest(str(tmp_path), nowhere) == str(tmp_path / "b.xlsx")


def test_a_prefix_that_cannot_be_looked_at_is_not_an_empty_one(
    tmp_path: Path, nowhere: Profile
) -> None:
    with pytest.raises(NotFound, match="cannot be looked at"):
        newest(str(tmp_path / "gone"), nowhere)
    with pytest.raises(ServiceUnavailable):
        newest("s3://nowhere/tables/", nowhere)
    with pytest.raises(InvalidInput, match="the web has no folders"):
        newest("https://tables.example/", nowhere)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("gone.csv", "not found"),
        (".", "is a folder"),
        ("https://tables.example/t.csv", "never connects beyond this machine"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line(place: str, said: str, nowhere: Profile) -> None:
    with pytest.raises(InvalidInput, match=said):
        open_source(place, nowhere)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(priority="urgent"), "high, normal, low"),
        (Wanted(concurrency=-1), "allowed: 1 and more"),
    ],
)
def test_terms_that_no_batch_can_have_are_refused(wanted: Wanted, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        check_wanted(wanted)
