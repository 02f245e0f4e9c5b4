"""What a gate says before anybody decides: what `all` releases, and what only a name releases."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from greenlight.cli.outcome import released_by_all
from greenlight.money.budget import Budget
from greenlight.money.ledger import Ledger
from greenlight.money.show_budget import ShowBudget
from greenlight.store.memory import MemoryS3
from greenlight.store.objects import ObjectStore
from tests.production.world import World

MODELS = {
    "text_model": "gemini-3.8-flash",
    "image_model": "gemini-nano-banana-2.1",
    "video_model": "gemini-omni-1.2-flash",
}


def desk_of(world: World, budget: str | None = None) -> Any:
    """The two verbs that are asked for, on records and an account in memory."""
    assert world.facts.production is not None
    production = world.facts.production.model_copy(update=MODELS)
    store = ObjectStore(MemoryS3(), "machine", 3)
    show = ShowBudget(store, "night")
    limit = None if budget is None else Decimal(budget)
    workspace = SimpleNamespace(
        production=production,
        keys=SimpleNamespace(production="p"),
        budget=Budget(store, "budget.json", limit, production="p", show=show),
        show_budget=show,
        ledger=Ledger(store, "ledger/night/p/"),
    )
    return SimpleNamespace(look=lambda _: (world.facts, world.state), workspace=lambda _: workspace)


def test_flagged_takes_have_a_sentence_of_their_own() -> None:
    world = World(shots=2, candidates=1)
    world.run()
    world.approve_one_each()
    for work in list(world.state.work):
        world.do(work)
    low = {"sq010_sh0010": 0.1, "sq010_sh0020": 0.9}
    for work in list(world.state.work):
        world.check(work.take, score=low[work.take.shot])
    good, total, budget, flagged = released_by_all(desk_of(world, "0.10"), "p")
    assert good.startswith("approving this frame makes one 4 s clip (with checks and")
    assert total.startswith("in all: up to $")
    assert budget.startswith("budget left after this: –$")
    assert budget.endswith("1 of 1 clip will be held")
    assert flagged.startswith("by name, because it is flagged: approving this frame makes one 4 s")


def test_nothing_is_said_where_nothing_waits() -> None:
    world = World()
    assert released_by_all(desk_of(world), "p") == []
