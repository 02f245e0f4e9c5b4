"""Who may do what: roles, tokens, links, and what happens to those that are not good."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.access.people import TOKENS, People
from greenlight.access.rights import RIGHTS, Right, Role, rights_of
from greenlight.access.signature import Signature
from greenlight.access.tokens import Share, mint, read_link, sign
from greenlight.briefs.intake import check_brief
from greenlight.desk import Desk, Saying, Wish
from greenlight.errors import Forbidden, InvalidInput, NotFound, Refused
from greenlight.production.records import ShotListRecord, Terms
from greenlight.production.shots import Shot
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import Workspace
from tests.production.buying import ADA, workspace_with

SECRET = "of-the-tests"


@pytest.fixture
def people(objects: ObjectStore) -> People:
    return People(objects, SECRET)


@pytest.fixture
def name() -> str:
    return f"p{secrets.token_hex(4)}"


def somebody(*roles: Role, **fields: object) -> Signature:
    given = Signature("Sam", "person:sam", "review", verified=True, rights=rights_of(roles))
    return given._replace(**fields)  # type: ignore[arg-type]


def test_a_token_names_its_principal_with_the_rights_of_its_roles(
    people: People, name: str
) -> None:
    people.add(ADA, name, ("reviewer", "final"), display="Dana")
    _, text = people.give_token(ADA, name, days=1)
    who = people.enter(text, "review")
    assert (who.who, who.principal, who.door, who.verified) == (
        *("Dana", f"person:{name}", "review"),
        True,
    )
    assert who.rights == RIGHTS["reviewer"] | RIGHTS["final"]


def test_nothing_that_is_kept_lets_anybody_in(
    people: People, objects: ObjectStore, name: str
) -> None:
    people.add(ADA, name, ("viewer",))
    token, text = people.give_token(ADA, name, days=1)
    kept = objects.get(f"{TOKENS}{token.id}.json").decode()
    assert text.rsplit("_", 1)[1] not in kept
    with pytest.raises(Forbidden):
        people.enter(f"glk_{token.id}_{token.sha256[:48]}", "mcp")


@pytest.mark.parametrize("text", ["", "glk_", "gls_", "glk_000000000000_" + "0" * 48, "x" * 5000])
def test_what_is_no_token_is_refused_with_one_sentence(people: People, text: str) -> None:
    with pytest.raises(Forbidden, match="not valid"):
        people.enter(text, "mcp")


@given(st.text(max_size=200))
def test_no_text_gets_anything_but_a_refusal(text: str) -> None:
    with pytest.raises(Forbidden):
        read_link(text, SECRET)


def test_a_revoked_token_is_worth_nothing_at_once(people: People, name: str) -> None:
    people.add(ADA, name, ("viewer",))
    token, text = people.give_token(ADA, name, days=1)
    people.revoke(ADA, token.id)
    with pytest.raises(Forbidden, match="revoked"):
        people.enter(text, "mcp")


def test_a_token_ends_by_itself(desk: Desk, people: People, name: str) -> None:
    people.add(ADA, name, ("viewer",))
    _, text = people.give_token(ADA, name, days=1)
    later = Desk(desk.profile, desk.store, clock=lambda: now() + timedelta(days=1)).people
    with pytest.raises(Forbidden, match="good until"):
        later.enter(text, "mcp")


def test_whoever_was_removed_does_not_come_in_with_an_old_token(people: People, name: str) -> None:
    people.add(ADA, name, ("producer",))
    _, text = people.give_token(ADA, name, days=1)
    people.remove(ADA, name)
    with pytest.raises(Forbidden, match="has no access"):
        people.enter(text, "mcp")
    with pytest.raises(Refused, match="has no access"):
        people.give_token(ADA, name, days=1)


def test_a_role_that_was_taken_away_is_gone_for_tokens_given_before(
    people: People, name: str
) -> None:
    people.add(ADA, name, ("producer",))
    _, text = people.give_token(ADA, name, days=1)
    people.add(ADA, name, ("viewer",))
    assert people.enter(text, "mcp").rights == RIGHTS["viewer"]


def test_a_link_gives_its_role_on_its_production_and_nothing_else(people: People) -> None:
    _, text = people.share(ADA, "one", "Dana", "reviewer", 1)
    who = people.enter(text, "review")
    assert (who.who, who.verified, who.production) == ("Dana", False, "one")
    who.demand("decide", "one")
    for right, production in (("decide", "two"), ("decide", ""), ("sign-off", "one")):
        with pytest.raises(Forbidden):
            who.demand(right, production)  # type: ignore[arg-type]


def test_a_revoked_link_is_worth_nothing(people: People) -> None:
    record, text = people.share(ADA, "one", "Dana", "viewer", 1)
    people.revoke(ADA, record.id)
    with pytest.raises(Forbidden, match="revoked"):
        people.enter(text, "review")


@pytest.mark.parametrize("role", ["producer", "agent"])
def test_a_link_makes_nobody_a_producer_or_an_agent(people: People, role: Role) -> None:
    with pytest.raises(InvalidInput, match="allowed: viewer"):
        people.share(ADA, "one", "Dana", role, 1)
    share = Share(
        id="0" * 12, production="one", name="D", role=role, until=now() + timedelta(days=1)
    )
    with pytest.raises(Forbidden):
        read_link(sign(share, SECRET), SECRET)


@given(st.integers(min_value=4, max_value=10_000), st.characters(codec="ascii"))
def test_a_link_in_which_anything_was_changed_is_forged(place: int, character: str) -> None:
    share = Share(
        id="a" * 12,
        production="one",
        name="Dana",
        role="viewer",
        until=datetime(2100, 1, 1, tzinfo=UTC),
    )
    text = sign(share, SECRET)
    assert read_link(text, SECRET) == share
    place %= len(text)
    changed = text[:place] + character + text[place + 1 :]
    if changed.strip() != text:
        with pytest.raises(Forbidden):
            read_link(changed, SECRET)
    with pytest.raises(Forbidden):
        read_link(text, "of-another-house")


def test_a_link_of_another_bucket_is_unknown(people: People) -> None:
    share = Share(
        id=secrets.token_hex(6),
        production="one",
        name="D",
        role="final",
        until=now() + timedelta(days=1),
    )
    with pytest.raises(Forbidden, match="not valid"):
        people.enter(sign(share, SECRET), "review")


@pytest.mark.parametrize("bad", ["", "Ada", "../ada", "a" * 41, "a b", "ada\n"])
def test_a_name_is_checked_before_it_becomes_a_key(people: People, bad: str) -> None:
    with pytest.raises(InvalidInput, match="cannot name anybody"):
        people.add(ADA, bad, ("viewer",))


def test_an_agent_is_nothing_else_and_needs_a_ceiling(people: People, name: str) -> None:
    with pytest.raises(InvalidInput, match="no other role"):
        people.add(ADA, name, ("agent", "producer"))
    people.add(ADA, name, ("agent",))
    with pytest.raises(InvalidInput, match="the most that its submits may come to"):
        people.give_token(ADA, name, days=1)
    assert rights_of(("agent", "producer")) == RIGHTS["agent"]


def test_nobody_who_is_unknown_is_given_anything(people: People, name: str) -> None:
    with pytest.raises(NotFound, match="not found"):
        people.give_token(ADA, name, days=1)
    with pytest.raises(NotFound):
        people.revoke(ADA, "0" * 12)


@pytest.mark.parametrize("days", [0, -1, 400, float("nan")])
def test_nothing_is_good_for_ever(people: People, name: str, days: float) -> None:
    people.add(ADA, name, ("viewer",))
    with pytest.raises(InvalidInput, match="days"):
        people.give_token(ADA, name, days)


def test_two_tokens_are_never_the_same() -> None:
    assert len({mint().text for _ in range(100)}) == 100


@pytest.mark.parametrize("right", get_args(Right))
def test_a_signature_without_rights_may_nothing(right: Right) -> None:
    with pytest.raises(Forbidden):
        Signature("Ada", "login:ada", "cli", True).demand(right, "one")


# What the desk makes of it.


@pytest.fixture
def workspace(profile: Profile, objects: ObjectStore) -> Workspace:
    """A production whose shot list waits."""
    workspace = workspace_with(profile, objects)
    shot = Shot.model_validate(
        {"id": "sq010_sh0010", "action": "A fox looks up.", "subject": "a fox", "seconds": 4}
    )
    workspace.records.claim(
        ShotListRecord(at=now(), version=1, shots=(shot,), made_by="test", sha256="0" * 64)
    )
    return workspace


APPROVE = [Wish(target="shotlist/v001", verdict="approve")]


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_who_may_not_decide_decides_nothing_and_is_on_record(
    desk: Desk, workspace: Workspace, role: Role
) -> None:
    name = workspace.keys.production
    with pytest.raises(Forbidden, match="may not decide"):
        desk.decide(name, APPROVE, somebody(role))
    assert not workspace.records.facts().decisions
    lines = [x for x in desk.audit.read(now().date()) if x.subject == name]
    assert [(x.verb, x.came, x.principal) for x in lines] == [("decide", "refused", "person:sam")]


def test_a_reviewer_decides_and_leaves_money_alone(desk: Desk, workspace: Workspace) -> None:
    name, sam = workspace.keys.production, somebody("reviewer")
    assert desk.decide(name, APPROVE, sam).number == 1
    for attempt in (
        lambda: desk.order(name, Terms(budget_usd=Decimal(900)), sam),
        lambda: desk.limit_show(workspace.keys.show, Decimal(900), sam),
        lambda: desk.cancel(name, sam),
        lambda: desk.submit(check_brief({"title": "x", "vision": "y"}, "t"), Path.cwd(), sam),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert len(workspace.records.facts().decisions) == 1
    assert workspace.records.facts().cancelled is None


def test_rights_end_at_the_show_they_were_given_for(desk: Desk, workspace: Workspace) -> None:
    with pytest.raises(Forbidden, match="on show elsewhere only"):
        desk.decide(workspace.keys.production, APPROVE, somebody("producer", show="elsewhere"))
    desk.decide(workspace.keys.production, APPROVE, somebody("reviewer", show=workspace.keys.show))


def test_an_agent_submits_under_its_ceiling_alone(desk: Desk) -> None:
    brief = check_brief({"title": "Fox", "vision": "A fox.", "shots": 2, "seconds": 6}, "test")
    rex = somebody("agent", principal="agent:rex", most_usd=Decimal("0.01"))
    with pytest.raises(Refused, match=r"may submit up to \$0.01"):
        desk.submit(brief, Path.cwd(), rex)
    with pytest.raises(Forbidden, match="names no ceiling"):
        desk.submit(brief, Path.cwd(), rex._replace(most_usd=None))


def test_a_proposal_releases_nothing_until_a_person_makes_it_a_decision(
    desk: Desk, workspace: Workspace
) -> None:
    from greenlight.desk.remarks import confirmed
    from greenlight.views.status import proposals

    name, rex = workspace.keys.production, somebody("agent", principal="agent:rex")
    said = desk.remark(
        name,
        rex,
        Saying(subject="shotlist/v001", text="It follows the brief.", proposes="approve"),
    )
    assert not workspace.records.facts().decisions
    facts, state = desk.look(name)
    assert state.waiting[0].take == "shotlist/v001"
    assert proposals(facts) == [said]
    decided = desk.decide(name, [confirmed(facts, said.number)], ADA)
    assert [v.take for v in decided.verdicts] == ["shotlist/v001"]
    facts = workspace.records.facts()
    assert facts.decisions[1].principal == "login:ada"
    with pytest.raises(Refused, match="as it was"):
        confirmed(facts, said.number)


def test_a_proposal_for_an_older_list_cannot_be_confirmed(desk: Desk, workspace: Workspace) -> None:
    from greenlight.desk.remarks import confirmed

    name, rex = workspace.keys.production, somebody("agent", principal="agent:rex")
    said = desk.remark(name, rex, Saying(subject="shotlist/v001", proposes="approve"))
    desk.replace_shots(name, [{**desk.shot_list(name).shots[0].model_dump(), "seconds": 5}], ADA)
    with pytest.raises(Refused, match="as it was"):
        confirmed(workspace.records.facts(), said.number)


def test_the_same_remark_twice_is_one(desk: Desk, workspace: Workspace) -> None:
    sam = somebody("reviewer")
    made = [
        desk.remark(
            workspace.keys.production, sam, Saying(subject="sq010_sh0010", text="Slower."), "r1"
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert len(workspace.records.facts().remarks) == 1


@pytest.mark.parametrize(
    ("subject", "text", "problem"),
    [
        ("sq010_sh0990", "x", NotFound),
        ("sq010_sh0010/frame/v001", "x", NotFound),
        ("nonsense", "x", InvalidInput),
        ("", "  ", InvalidInput),
        ("", "x" * 1_000_000, InvalidInput),
    ],
)
def test_a_remark_about_nothing_is_refused(
    desk: Desk, workspace: Workspace, subject: str, text: str, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        desk.remark(
            workspace.keys.production, somebody("reviewer"), Saying(subject=subject, text=text)
        )
    assert not workspace.records.facts().remarks


def test_who_may_not_give_access_gives_none_and_is_on_record(desk: Desk, name: str) -> None:
    for who in (somebody("reviewer"), somebody("producer", show="one")):
        for attempt in (
            lambda who=who: desk.people.add(who, name, ("viewer",)),
            lambda who=who: desk.people.share(who, name, "Dana", "viewer", 1),
            lambda who=who: desk.people.revoke(who, name),
        ):
            with pytest.raises(Forbidden, match="give and take access"):
                attempt()
    assert name not in [p.name for p in desk.people.principals()]
    lines = [x for x in desk.audit.read(now().date()) if x.subject == name]
    assert [x.verb for x in lines] == ["people add", "share", "people revoke"] * 2
    assert {x.came for x in lines} == {"refused"}


def test_a_producer_gives_a_role_which_is_on_record(desk: Desk, name: str) -> None:
    desk.people.add(somebody("producer"), name, ("viewer",))
    (line,) = [x for x in desk.audit.read(now().date()) if x.subject == name]
    assert (line.verb, line.came, line.detail) == ("people add", "done", "viewer")
