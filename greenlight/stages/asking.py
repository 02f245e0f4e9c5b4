"""Questions to a text model, repeated with what was wrong until the answer is valid."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from greenlight.generate.request import GenerationRequest
from greenlight.money.amounts import total
from greenlight.money.ceilings import PROBLEM_LIMIT
from greenlight.money.ledger import Slot
from greenlight.money.purchase import Purchase, buy
from greenlight.money.releases import release_of
from greenlight.production.problems import sentences
from greenlight.stages.assignment import Assignment

Read = TypeVar("Read")


class Reply(NamedTuple, Generic[Read]):
    """What was read of the last answer; `value` is None when there was none, or no valid one.

    `bought` is the last purchase, `cost_usd` what all of them cost, None when that is unknown, and
    `problem` what was wrong with the last answer.
    """

    value: Read | None
    bought: Purchase
    cost_usd: Decimal | None
    problem: str


async def ask_until_valid(
    given: Assignment,
    slot: Slot,
    request: Callable[[int, str], GenerationRequest],
    read: Callable[[bytes], Read],
    *,
    asks: int,
) -> Reply[Read]:
    """Asks at most `asks` times; `request` gets the ask's number and the last answer's problem.

    `read` raises ValueError for an invalid answer.
    """
    workspace = given.workspace
    release = release_of(given.production, given.facts, given.attempt)
    cost: Decimal | None = Decimal(0)
    ask, problem = 0, ""
    for _ in range(asks):
        slot = slot.model_copy(update={"ask": ask + 1})
        place = workspace.ledger.answer_key(slot, "json")
        asked = request(slot.ask, problem)
        bought = await buy(workspace, slot, asked, place, release, given.wanted)
        # Somebody may have allowed further asks of this one question.
        ask, cost = bought.ask, total(cost, bought.cost_usd)
        if bought.answer is None:
            break
        key, sha256 = bought.answer.key, bought.answer.sha256
        text = await asyncio.to_thread(workspace.store.get_exactly, key, sha256)
        try:
            return Reply(read(text), bought, cost, "")
        except ValueError as error:
            problem = problem_of(error)
    return Reply(None, bought, cost, problem)


def problem_of(error: ValueError) -> str:
    """What was wrong with an answer, in as many words as the next prompt was priced for."""
    said = sentences(error) if isinstance(error, ValidationError) else str(error)
    return said[:PROBLEM_LIMIT]
