"""S3 services with other habits: understood, or said to be bad before anything is paid for."""

from __future__ import annotations

import io

import pytest

from greenlight.errors import IntegrityError
from greenlight.local.store_check import check_store
from greenlight.settings import S3Settings
from greenlight.store.objects import ObjectStore, connect, open_bucket, sha256_of
from greenlight.store.patience import FLOW_SECONDS
from tests.store.s3_server import Habits, s3_server


@pytest.mark.parametrize("title_case", [False, True])
def test_metadata_is_understood_in_any_case(title_case: bool) -> None:
    with s3_server(Habits(title_case=title_case)) as server:
        store = ObjectStore(connect(server.settings), "b")
        assert store.put_once("k", b"one")
        assert store.head("k").sha256 == sha256_of(b"one")
        written = server.objects["k"]
        # An answer was lost, and the write is repeated: its own object is in the way.
        call = written.meta["call"]
        assert store._written_by("k", call)
        assert not store._written_by("k", "somebody else's")
        server.habits.damaged = True
        with pytest.raises(IntegrityError):
            store.get("k")
        read = open_bucket(server.settings, FLOW_SECONDS).read("k", io.BytesIO())
        assert (read.recorded, read.sha256) == (sha256_of(b"one"), sha256_of(b"damaged"))


@pytest.mark.parametrize(
    ("habits", "said", "mend"),
    [
        (Habits(if_none_match="501"), "refuses conditional writes", "choose an S3 service"),
        (Habits(if_none_match="400"), "refuses conditional writes", "choose an S3 service"),
        (Habits(if_none_match="ignored"), "ignores If-None-Match: a second", "choose an S3"),
        (Habits(if_match="ignored"), "ignores If-Match", "choose an S3 service"),
        (Habits(if_match="501"), "refuses conditional writes", "choose an S3 service"),
        (Habits(parts_once="ignored"), "upload in parts is completed", "choose an S3 service"),
        (Habits(parts_once="501"), "refuses an upload in parts", "choose an S3 service"),
        (Habits(missing=403), "a missing key is not answered with 404", "s3:ListBucket"),
        (Habits(lists_at_once=False), "does not show what was just written", "choose an S3"),
        (Habits(lists_removals=False), "still shows what was just removed", "choose an S3"),
        (Habits(starts_after=False), "ignores where it is to start", "choose an S3 service"),
        (Habits(keeps_metadata=False), "does not give back the metadata", "choose an S3 service"),
        (Habits(damaged=True), "keeps other bytes", "choose an S3 service"),
        (Habits(checksums="refused"), "boto3's checksums", "=when_required"),
        (Habits(checksums="stored"), "boto3's checksums", "=when_required"),
    ],
)
def test_the_check_is_bad_and_names_the_cause(habits: Habits, said: str, mend: str) -> None:
    with s3_server(habits) as server:
        found = check_store(server.settings)
    assert found.verdict == "bad"
    assert said in found.detail
    assert mend in found.mend


@pytest.mark.parametrize(
    "habits", [Habits(), Habits(title_case=True)], ids=["as AWS", "title-cased metadata"]
)
def test_the_check_is_good_and_leaves_nothing_behind(habits: Habits) -> None:
    with s3_server(habits) as server:
        found = check_store(server.settings)
        assert (found.verdict, found.detail[:12]) == ("ok", "writes once,")
        assert server.objects == {}


@pytest.mark.parametrize("habit", ["refused", "stored"])
def test_a_profile_can_leave_the_checksums_out(habit: str) -> None:
    with s3_server(Habits(checksums=habit)) as server:  # type: ignore[arg-type]
        plain = server.settings.model_copy(update={"checksums": "when_required"})
        assert check_store(plain).verdict == "ok"
        store = ObjectStore(connect(plain), "b")
        assert store.put_once("k", b"one")
        assert store.get("k") == b"one"


def test_another_use_of_checksums_is_refused_with_those_allowed() -> None:
    given = {"bucket": "b", "access_key_id": "k", "secret_access_key": "s", "checksums": "never"}
    with pytest.raises(ValueError, match="'when_supported' or 'when_required'"):
        S3Settings.model_validate(given)
