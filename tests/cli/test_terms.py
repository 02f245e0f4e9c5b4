"""`budget`, `models` and `ledger` as programs and people meet them."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from greenlight.briefs.intake import parse_brief
from greenlight.desk.submit import draft, free_id, register
from greenlight.generate.request import GenerationRequest
from greenlight.local.home import StackInfo
from greenlight.money.budget import Release
from greenlight.money.ledger import Closed, Slot
from greenlight.settings import Profile
from greenlight.store.keys import open_key
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import Workspace, open_workspace

pytestmark = pytest.mark.stack

SLOT = Slot(subject="sq010_sh0010", kind="frame", version=1, candidate=1)
REQUEST = GenerationRequest(
    role="image", purpose="frame", model="gemini-nano-banana-2.1", prompt="A fox."
)


@pytest.fixture
def home(stack: StackInfo) -> Path:
    return stack.home


@pytest.fixture
def workspace(profile: Profile, objects: ObjectStore) -> Workspace:
    """A production with a budget of $2 and one paid request whose outcome nobody knows."""
    brief = parse_brief("title: A fox\nvision: It sleeps.\nbudget_usd: 2\n", "test")
    name = free_id(objects, brief)
    register(objects, draft(profile, brief, name, "test").record)
    objects.delete(open_key(name))
    workspace = open_workspace(name, profile, objects)
    workspace.budget.draw(Release("round", Decimal("0.50")), SLOT.path, Decimal("0.04"))
    entry = workspace.ledger.reserve(SLOT, REQUEST, Decimal("0.04"), simulated=True)
    assert workspace.ledger.claim(SLOT, entry, timedelta(seconds=1).total_seconds())
    lost = Closed(at=now(), outcome="unknown", cost_usd=None, reason="no answer came")
    workspace.ledger.close(SLOT, lost)
    return workspace


def test_a_budget_is_shown_and_raised(cli, workspace: Workspace) -> None:
    name = workspace.keys.production
    found = json.loads(cli("budget", name, "--json").stdout)
    assert (found["limit_usd"], found["drawn_usd"], found["left_usd"]) == (2, 0.5, 1.5)
    assert found["open"] == {"round": 0.46}
    shown = cli("budget", name, "--limit", "$12", "--note", "agreed", "--as", "Ada").stdout
    assert all(word in shown for word in ("limit", "$12.00", "$11.50"))
    assert json.loads(cli("budget", name, "--limit", "none", "--json").stdout)["limit_usd"] is None


@pytest.mark.parametrize("amount", ["plenty", "-3", "nan", "1e12"])
def test_what_is_no_amount_is_refused_by_name(cli, workspace: Workspace, amount: str) -> None:
    done = cli("budget", workspace.keys.production, "--limit", amount)
    assert done.returncode == 2
    assert "greenlight: invalid" in done.stderr
    assert "USD" in done.stderr
    assert workspace.records.facts().decisions == {}


def test_a_show_has_a_budget_of_its_own(cli, workspace: Workspace) -> None:
    show = workspace.keys.show
    found = json.loads(cli("budget", "--show", show, "--limit", "9", "--json").stdout)
    assert (found["limit_usd"], workspace.keys.production in found["open"]) == (9, True)
    assert cli("budget", "--show", "no-such-show").returncode == 3
    assert cli("budget").returncode == 2
    cli("budget", "--show", show, "--limit", "none")


def test_a_cheaper_model_is_chosen_and_a_wrong_one_refused(cli, workspace: Workspace) -> None:
    name = workspace.keys.production
    chosen = cli("models", name, "--video", "gemini-omni-1.1-flash", "--json")
    assert json.loads(chosen.stdout)["video"]["model"] == "gemini-omni-1.1-flash"
    done = cli("models", name, "--image", "gemini-omni-1.1-flash")
    assert done.returncode == 2
    assert "makes video, not image" in done.stderr
    assert "veo-3.1" in cli("models", name).stdout


def test_an_unknown_outcome_is_listed_and_resolved_once(cli, workspace: Workspace) -> None:
    name = workspace.keys.production
    [row] = json.loads(cli("ledger", "show", name, "--unknown", "--json").stdout)
    assert (row["slot"], row["state"], row["counted_usd"]) == (SLOT.path, "unknown", None)
    assert f"ledger resolve {name} {SLOT.path}" in cli("ledger", "show", name).stdout
    resolve = ("ledger", "resolve", name, SLOT.path)
    assert cli(*resolve).returncode == 2
    assert cli(*resolve, "--charged", "--not-charged").returncode == 2
    assert cli("ledger", "resolve", name, "no/such/slot", "--charged").returncode == 3
    done = cli(*resolve, "--charged", "--cost", "0.01", "--note", "the invoice", "--as", "Ada")
    assert (done.returncode, "counts $0.01 (simulated)" in done.stdout) == (0, True)
    assert cli("ledger", "show", name, "--unknown").stdout.startswith("no unknown outcomes")
    assert cli(*resolve, "--charged").returncode == 5
    assert json.loads(cli("spend", name, "--json").stdout)["spent_usd"] == 0.01


def test_a_standing_permission_is_a_decision(cli, workspace: Workspace) -> None:
    done = cli("ledger", "allow", workspace.keys.production, "--ask-again-below", "0.10")
    assert "up to $0.10 are asked again" in done.stdout
    terms = workspace.records.facts().terms
    assert terms.ask_again_below_usd == Decimal("0.10")
