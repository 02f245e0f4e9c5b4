"""What a gate says before anybody decides: what `all` releases, and what only a name releases."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from world import World

from greenlight.cli.outcome import released_by_all

MODELS = {
    "text_model": "gemini-3.8-flash",
    "image_model": "gemini-nano-banana-2.1",
    "video_model": "gemini-omni-1.2-flash",
}


def desk_of(world: World) -> Any:
    """The two verbs that are asked for, on records in memory."""
    assert world.facts.production is not None
    production = world.facts.production.model_copy(update=MODELS)
    studio = SimpleNamespace(production=production, keys=SimpleNamespace(production="p"))
    return SimpleNamespace(look=lambda _: (world.facts, world.state), studio=lambda _: studio)


def test_flagged_takes_have_a_sentence_of_their_own() -> None:
    world = World(shots=2, candidates=1)
    world.run()
    world.approve_one_each()
    for work in list(world.state.work):
        world.do(work)
    low = {"sq010_sh0010": 0.1, "sq010_sh0020": 0.9}
    for work in list(world.state.work):
        world.check(work.take, score=low[work.take.shot])
    good, flagged = released_by_all(desk_of(world), "p")
    assert good.startswith("approving this frame releases 4 s of video in 1 clip, with one")
    assert flagged.startswith("by name, because it is flagged: approving this frame releases 4 s")


def test_nothing_is_said_where_nothing_waits() -> None:
    world = World()
    assert released_by_all(desk_of(world), "p") == []
