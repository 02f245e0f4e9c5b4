"""The terms of a production: how its limits stand, and which models it could go on with."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from greenlight.errors import InvalidInput
from greenlight.generate.fitting import check_abilities, models_of
from greenlight.generate.models import common_aspect_ratios, usable
from greenlight.generate.request import Role
from greenlight.money.budget import Budget
from greenlight.money.prices import price_of
from greenlight.money.show_budget import ShowBudget
from greenlight.production.records import Terms
from greenlight.store.records import now
from greenlight.workspace import Workspace


class Account(NamedTuple):
    """A limit and how it stands, in USD; None: unlimited. `open` maps releases to what is left."""

    name: str
    limit_usd: Decimal | None
    spent_usd: Decimal
    drawn_usd: Decimal
    open: Mapping[str, Decimal]

    @property
    def left_usd(self) -> Decimal | None:
        return None if self.limit_usd is None else self.limit_usd - self.drawn_usd


def account_of(name: str, budget: Budget) -> Account:
    """How a production's budget stands."""
    rows = budget.releases()
    return Account(
        name=name,
        limit_usd=budget.limit,
        spent_usd=sum((row.drawn for row in rows.values()), Decimal(0)),
        drawn_usd=sum((row.balance for row in rows.values()), Decimal(0)),
        open={n: row.balance - row.drawn for n, row in rows.items() if row.open},
    )


def show_account(show: ShowBudget) -> Account:
    """How a show's budget stands; its productions take the place of releases."""
    draws = show.draws()
    total = sum(draws.values(), Decimal(0))
    return Account(show.show, show.limit(), total, total, draws)


def check_models(workspace: Workspace, terms: Terms) -> None:
    """Raises InvalidInput for models that the production cannot go on with, or without a price."""
    chosen: dict[Role, str | None] = {
        "text": terms.text_model,
        "image": terms.image_model,
        "video": terms.video_model,
    }
    for role, name in chosen.items():
        if name is not None:
            price_of(usable(name, role).name, now().date())
            workspace.platform_of(name)
    _check_source(workspace, terms)


def _check_source(workspace: Workspace, terms: Terms) -> None:
    """What was drawn in one shape is not continued in another."""
    if terms.image_model is None and terms.video_model is None:
        return
    then, source = workspace.production.under(terms), workspace.production.framing.source
    check_abilities(models_of(*then.models))
    drawn = common_aspect_ratios(then.image_model, then.video_model)
    if source not in drawn:
        raise InvalidInput(
            f"{then.image_model} and {then.video_model} do not both draw {source}, in which "
            f"{workspace.keys.production} is drawn (both draw: {', '.join(drawn) or 'none'})"
        )
