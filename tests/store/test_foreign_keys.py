"""Records that name keys which are not their production's are refused, and `verify` says so."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from greenlight.desk import Desk
from greenlight.desk.keep import Keeping
from greenlight.errors import GreenlightError, IntegrityError, ServiceUnavailable
from greenlight.money.ledger import Ledger, Reserved, StoredAnswer, read_step
from greenlight.production.records import DeliveryRecord, TakeRecord
from greenlight.settings import Profile
from greenlight.store.keys import Keys
from greenlight.store.objects import ObjectStore
from greenlight.store.records import find_show, productions
from greenlight.upkeep.backup.volume import checked_key

AT = datetime(2026, 11, 23, tzinfo=UTC).isoformat()
KEYS = Keys("night", "porter-1a2b")
OWN = "shows/night/porter-1a2b/shots/sq010_sh0010/frames/v001.png"
FOREIGN = (
    "/elsewhere/pwn.txt",
    "../../../elsewhere",
    "shows/night/porter-1a2b/../other/x.png",
    "shows/night/other-1a2b/shots/sq010_sh0010/frames/v001.png",
    "shows/night/porter-1a2bb/x.png",
    "shows/night/porter-1a2b//x.png",
    "shows/night/porter-1a2b/.hidden",
    "shows/night/porter-1a2b/a\\b",
    "shows/night/porter-1a2b/x.png\n",
    "access/tokens/1.json",
    "",
)


def take(key: str) -> dict[str, Any]:
    fields = {"take": "sq010_sh0010/frame/v001", "sha256": "0" * 64, "size": 1, "mime": "image/png"}
    made = {"model": "m", "spec_hash": "", "cost_usd": "0", "simulated": True}
    return {"at": AT, "key": key, **fields, **made}


def delivery(key: str) -> dict[str, Any]:
    cut = {"version": 1, "cut": "cut/v001", "cut_sha256": "0" * 64, "seconds": 1}
    return {"at": AT, **cut, "files": {key: "0" * 64}}


@pytest.mark.parametrize("key", FOREIGN)
def test_a_record_that_names_a_foreign_key_is_refused(key: str) -> None:
    place = f"{KEYS.root}deliveries/v001.json"
    for kind, data in ((TakeRecord, take(key)), (DeliveryRecord, delivery(key))):
        with pytest.raises(IntegrityError, match="which is invalid"):
            kind.read(place, data)
    stored = {"at": AT, "key": key, "sha256": "", "size": 1, "mime": "", "usage": None}
    with pytest.raises(IntegrityError, match="which is invalid"):
        read_step(StoredAnswer, f"{KEYS.ledger}production/breakdown/v001_c0/ask01/4.json", stored)


def test_an_intent_may_attach_its_own_productions_pictures_only() -> None:
    place = f"{KEYS.ledger}sq010_sh0010/frame/v001_c0/ask01/1-reserved.json"
    picture = {"sha256": "0" * 64, "mime": "image/png", "use": "reference"}

    def intent(key: str) -> dict[str, Any]:
        request = {"role": "image", "purpose": "frame", "model": "m", "prompt": "a fox"}
        slot = {"subject": "sq010_sh0010", "kind": "frame", "version": 1}
        with_picture = request | {"attachments": [{"key": key, **picture}]}
        usd = {"estimate_usd": str(Decimal(1)), "simulated": True}
        return {"at": AT, "slot": slot, "request": with_picture, **usd}

    assert read_step(Reserved, place, intent(OWN)).request.attachments[0].key == OWN
    for key in FOREIGN:
        with pytest.raises(IntegrityError):
            read_step(Reserved, place, intent(key))


def test_own_keys_are_read_ledger_answers_included() -> None:
    place = KEYS.root + "deliveries/v001.json"
    assert TakeRecord.read(place, take(OWN)).key == OWN
    answer = f"{KEYS.ledger}production/breakdown/v001_c0/ask01/answer.json"
    assert TakeRecord.read(place, take(answer)).key == answer


@pytest.mark.parametrize("key", [k for k in FOREIGN if not k.startswith(("shows/night/p", "acc"))])
def test_a_backups_index_names_plain_keys_of_ours_only(key: str) -> None:
    if key.startswith("shows/night/other"):
        return  # a backup holds all productions
    with pytest.raises(IntegrityError, match="which is invalid"):
        checked_key(key)


@pytest.fixture
def production(new_desk: Callable[[], tuple[Desk, str]]) -> tuple[Desk, str]:
    return new_desk()


@pytest.fixture
def new_desk(profile: Profile, objects: ObjectStore) -> Callable[[], tuple[Desk, str]]:
    from tests.production.buying import workspace_with

    def make() -> tuple[Desk, str]:
        workspace = workspace_with(profile, objects)
        return Desk(profile), workspace.keys.production

    return make


@pytest.mark.parametrize("kind", ["take", "delivery"])
def test_pull_refuses_it_with_a_sentence_and_verify_reports_it(
    production: tuple[Desk, str], tmp_path: Path, kind: str
) -> None:
    desk, name = production
    keys, victim = desk.workspace(name).keys, tmp_path / "victim.txt"
    place, data = (
        (f"{keys.root}shots/sq010_sh0010/frames/v001.take.json", take(str(victim)))
        if kind == "take"
        else (f"{keys.root}deliveries/v001.json", delivery(str(victim)))
    )
    desk.store.put_once(place, json.dumps(data).encode())
    desk.store.put_once(str(victim), b"stored under that very key")
    with pytest.raises(GreenlightError, match="which is invalid"):
        list(Desk(desk.profile).pull(name, tmp_path / "out", takes=True))
    assert list(tmp_path.iterdir()) == []
    (report,) = Keeping(desk).verify([name])
    assert any(f.key == place and "which is invalid" in f.message for f in report.findings)


def test_verify_reports_a_ledger_step_that_names_a_foreign_key(
    production: tuple[Desk, str],
) -> None:
    desk, name = production
    place = f"{desk.workspace(name).keys.ledger}production/breakdown/v001_c0/ask01/4-stored.json"
    step = {"at": AT, "key": "access/x.json", "sha256": "", "size": 1, "mime": "", "usage": None}
    desk.store.put_once(place, json.dumps(step).encode())
    (report,) = Keeping(desk).verify([name])
    assert any(f.key == place and "which is invalid" in f.message for f in report.findings)
    with pytest.raises(IntegrityError):
        Ledger(desk.store, desk.workspace(name).keys.ledger).entries()


@pytest.mark.parametrize("show", ["../x", "", "A", "a/b", 7, None, "a" * 41])
def test_an_index_that_names_no_show_is_refused(objects: ObjectStore, show: object) -> None:
    objects.overwrite("productions/odd-show.json", json.dumps({"show": show}).encode())
    with pytest.raises(IntegrityError, match="names the show"):
        find_show(objects, "odd-show")
    objects.delete("productions/odd-show.json")


def test_what_is_named_like_a_path_is_no_production(objects: ObjectStore) -> None:
    odd = "productions/..%2Fx/../../pwn.json"
    with contextlib.suppress(ServiceUnavailable):  # SeaweedFS takes no such key
        objects.put_once(odd, b"{}")
    assert not any("/" in name or "." in name for name in productions(objects))
    with contextlib.suppress(ServiceUnavailable):
        objects.delete(odd)
