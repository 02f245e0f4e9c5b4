"""One submit: its id, its quote, and what it takes before money may be spent."""

from __future__ import annotations

import secrets
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows import signoff
from greenlight.batches.columns import read_briefs
from greenlight.batches.going import go_on
from greenlight.batches.rows import plan_rows
from greenlight.batches.sources import open_source
from greenlight.batches.submitting import Wanted
from greenlight.batches.submitting import submit as submit_batch
from greenlight.briefs.intake import check_brief
from greenlight.desk import Desk, this_person
from greenlight.desk.submit import free_id, new_id
from greenlight.errors import DecisionNeeded, Forbidden, InvalidInput, Refused
from greenlight.money.quote import Quote
from greenlight.production.brief import Brief
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore

ADA = this_person("Ada")


class Started:
    """Prefect, as far as a submit needs it."""

    def start(self, production: str, key: str, *_: Any) -> SimpleNamespace:
        return SimpleNamespace(id=f"run of {key}")

    def patiently(self, seconds: float) -> Started:
        return self

    def shape_queue(self, *_: object, **__: object) -> None:
        """There is a queue for everything."""


@pytest.fixture
def desk(profile: Profile, objects: ObjectStore) -> Desk:
    return Desk(profile, objects, Started())  # type: ignore[arg-type]


@pytest.fixture
def real(profile: Profile, objects: ObjectStore) -> Desk:
    studio = profile.model_copy(update={"name": "studio", "simulated": False})
    return Desk(studio, objects, Started())  # type: ignore[arg-type]


@pytest.fixture
def brief() -> Brief:
    show = f"twice-{secrets.token_hex(3)}"
    fields = {"title": show, "vision": "A fox.", "show": show, "shots": 1, "seconds": 3}
    return check_brief(fields, "test")


def test_two_submits_of_one_title_are_two_productions_whatever_is_drawn(
    objects: ObjectStore, brief: Brief
) -> None:
    assert [free_id(objects, brief, lambda size: "7f" * size) for _ in range(3)] == [
        f"{brief.show}-7f7f",
        f"{brief.show}-7f7f7f",
        f"{brief.show}-7f7f7f7f",
    ]


def test_one_key_is_one_id_and_one_production(desk: Desk, brief: Brief) -> None:
    assert new_id(brief, "a") == new_id(brief, "a") != new_id(brief, "b")
    first = desk.submit(brief, Path(), ADA, "a")
    assert desk.submit(brief, Path(), ADA, "a") == first._replace(repeated=True)


def test_a_submit_computes_its_quote_once_and_has_it_confirmed(
    desk: Desk, brief: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    from greenlight.money import quoting

    counted: list[object] = []
    quote_of = quoting.quote_of
    monkeypatch.setattr(quoting, "quote_of", lambda *a, **k: counted.append(a) or quote_of(*a, **k))
    heard: list[Quote] = []
    made = desk.submit(brief, Path(), ADA, confirm=heard.append)
    assert heard == [made.quote]
    assert len(counted) == 1
    assert desk.workspace(made.production).submitted.quote_usd == made.quote.total


def test_a_declined_quote_makes_nothing(real: Desk, brief: Brief, objects: ObjectStore) -> None:
    def decline(quote: Quote) -> None:
        raise Refused("declined")

    with pytest.raises(Refused, match="declined"):
        real.submit(brief, Path(), ADA, confirm=decline)
    assert not list(objects.keys(f"shows/{brief.show}/"))


def test_real_money_takes_a_confirmed_quote_or_a_tokens_ceiling(real: Desk, brief: Brief) -> None:
    total = real.quote(brief).total
    for own in (None, Decimal(100)):
        with pytest.raises(DecisionNeeded, match=r"studio.*real money.*not confirmed"):
            real.submit(brief, Path(), ADA, most_usd=own)
    agent = ADA._replace(principal="agent:rex")
    with pytest.raises(Forbidden, match="names no ceiling"):
        real.submit(brief, Path(), agent, most_usd=Decimal(100))
    with pytest.raises(Refused, match="quoted at up to"):
        real.submit(brief, Path(), agent._replace(most_usd=total), most_usd=total / 2)
    made = real.submit(brief, Path(), agent._replace(most_usd=total), most_usd=Decimal(100))
    assert made.budget_usd == total


def test_a_brief_given_in_prefects_dashboard_is_submitted_as_at_every_door(
    profile: Profile, brief: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signoff, "load_profile", lambda: profile)
    made = signoff.submit_here(brief, "run-1")
    assert signoff.submit_here(brief, "run-1") == made != signoff.submit_here(brief, "run-2")
    facts = Desk(profile).workspace(made).records.facts()
    assert facts.production is not None
    assert facts.production.quote_usd > 0
    assert {n: run.flow_run for n, run in facts.runs.items()} == {1: "run-1"}
    twice = ({"name": n, "description": "x"} for n in ("Fox", "fox"))
    named = Brief.model_validate({**brief.model_dump(), "references": list(twice)})
    with pytest.raises(InvalidInput, match="named twice"):
        signoff.submit_here(named, "run-3")


def test_a_brief_given_in_prefects_dashboard_starts_nothing_with_real_money(
    real: Desk, brief: Brief, objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signoff, "load_profile", lambda: real.profile)
    with pytest.raises(DecisionNeeded) as refusal:
        signoff.submit_here(brief, "run-1")
    assert real.quote(brief).most in str(refusal.value)
    assert "`greenlight submit BRIEF --profile studio`" in str(refusal.value)
    assert not list(objects.keys(f"shows/{brief.show}/"))


def test_a_row_of_a_batch_goes_through_the_same_submit(
    real: Desk, brief: Brief, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"title,vision,show,shots\n{brief.title},A fox.,{brief.show},1\n")
    source = open_source(str(table), real.profile)
    read = read_briefs(source.data, source.name)
    plan = plan_rows(source, read, brief.show, ADA, real.profile)
    submit_batch(real, source, plan, brief.show, ADA, Wanted(budget_usd=Decimal(9)))
    (begun,) = go_on(real, brief.show).begun
    record = real.workspace(begun).production
    assert (record.batch, record.submitted_by) == (brief.show, "Ada")
    assert record.brief.budget_usd == plan.rows[0].quote.total
