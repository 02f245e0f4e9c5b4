"""What an account sees, against what is known: an end, a price, a platform."""

from __future__ import annotations

from datetime import date

import pytest

from greenlight.generate.models import ModelRetired, ModelRow, models, usable
from greenlight.settings import ModelSettings
from greenlight.views.availability import Roster, RosterRow, roster

DAY = date(2026, 11, 23)
EVERYTHING = frozenset(row.name for row in models())
KEY = ModelSettings(api_key="k")


def row(found: Roster, name: str) -> RosterRow:
    return next(row for row in found.models if row.name == name)


def test_models_that_are_seen_priced_and_stable_are_well() -> None:
    found = roster(KEY, {"developer": EVERYTHING}, DAY)
    flash = row(found, "gemini-3.8-flash")
    assert (flash.verdict, flash.used, flash.seen) == ("ok", ("text",), ("developer",))
    assert flash.price
    assert flash.says == ()


def test_a_default_that_the_account_does_not_see_is_bad_and_others_are_not() -> None:
    found = roster(KEY, {"developer": EVERYTHING - {KEY.video}}, DAY)
    assert row(found, KEY.video).verdict == "bad"
    assert "does not see it on developer" in row(found, KEY.video).says[-1]
    veo = row(found, "veo-3.1-generate-001")
    assert veo.verdict == "ok"


def test_a_model_that_ends_says_when_what_follows_and_who_says_so() -> None:
    settings = ModelSettings(project="p", platform="enterprise", video="veo-3.1-fast-generate-001")
    veo = row(roster(settings, {"enterprise": EVERYTHING}, DAY), settings.video)
    assert veo.verdict == "warn"
    assert "2026-11-17 or later" in veo.says[0]
    assert veo.successor in veo.says[0]
    assert veo.source


def test_what_the_price_list_lacks_is_named() -> None:
    found = roster(KEY, {"enterprise": EVERYTHING}, DAY)
    lite = row(found, "veo-3.1-lite-generate-001")
    assert "no price for resolution 1080p" in lite.says


def test_what_is_seen_and_not_known_is_listed() -> None:
    found = roster(KEY, {"developer": EVERYTHING | {"gemini-9-flash"}}, DAY)
    assert found.unlisted == ("gemini-9-flash",)


def test_a_retired_default_is_bad_and_names_its_successor() -> None:
    settings = ModelSettings(api_key="k", image="gemini-2.5-flash-image")
    gone = row(roster(settings, {"developer": EVERYTHING}, DAY), settings.image)
    assert (gone.verdict, gone.status) == ("bad", "retired")
    assert gone.successor in gone.says[0]


def test_a_model_is_usable_until_its_last_day_and_not_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = next(r for r in models() if r.name == "veo-3.1-fast-generate-001")
    assert usable(base.name, "video", DAY), "not before is no certain end"
    ends = base.model_copy(update={"earliest": False, "retires": DAY})
    monkeypatch.setattr("greenlight.generate.models.models", lambda role=None: (ends,))
    assert usable(base.name, "video", date(2026, 11, 22)) == ends
    with pytest.raises(ModelRetired, match=r"'veo-3\.1-lite-generate-001' instead") as refused:
        usable(base.name, "video", DAY)
    assert refused.value.successor == "veo-3.1-lite-generate-001"


@pytest.mark.parametrize("known", models(), ids=lambda r: r.name)
def test_every_model_says_how_long_it_will_be_there(known: ModelRow) -> None:
    assert known.lifecycle
    if known.status == "deprecated":
        assert known.retires
        assert known.successor in EVERYTHING
