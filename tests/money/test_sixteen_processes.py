"""Processes that buy at the same time keep to one budget, on the real store."""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter
from decimal import Decimal

import httpx
import pytest

from greenlight.generate.request import GenerationRequest
from greenlight.money.budget import BudgetExceeded, Release
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.workspace import open_workspace
from tests.production.buying import SLOT, obtain, posts, request, workspace_with

pytestmark = pytest.mark.stack


def test_sixteen_processes_against_a_budget_for_five_make_five_posts(
    profile: Profile, objects: ObjectStore, faults: httpx.Client
) -> None:
    from greenlight.money.quote import estimate

    wanted = [request() for _ in range(16)]
    ceiling = max(estimate(w) for w in wanted)
    workspace = workspace_with(profile, objects, budget_usd=str(5 * ceiling))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["greenlight.money.purchase", "greenlight.generate.gemini"])
    workers = [
        context.Process(
            target=one_of_many, args=(workspace.keys.production, profile, n, w, ceiling)
        )
        for n, w in enumerate(wanted, 1)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    codes = Counter(worker.exitcode for worker in workers)
    assert codes == {0: 5, BudgetExceeded.exit_code: 11}
    assert sum(posts(faults, w) for w in wanted) == 5
    assert sum(r.balance for r in workspace.budget.releases().values()) <= 5 * ceiling


def one_of_many(
    production: str, profile: Profile, number: int, wanted: GenerationRequest, ceiling: Decimal
) -> None:
    """Runs in a process of its own; ends as the command line would."""
    slot = SLOT.model_copy(update={"candidate": number})
    try:
        obtain(open_workspace(production, profile), wanted, slot, Release(slot.path, ceiling))
    except BudgetExceeded as error:
        sys.exit(error.exit_code)
