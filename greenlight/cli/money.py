"""`spend`, `budget` and `models`: what was paid, and what may be paid from now on."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from greenlight.cli.options import (
    AsOption,
    JsonOption,
    NoteOption,
    ProductionArgument,
    ProfileOption,
    argument,
    option,
)
from greenlight.cli.outcome import say_consequences
from greenlight.cli.session import open_desk, person
from greenlight.cli.show import dump, facts, print_json, say, table
from greenlight.cli.status import yield_in
from greenlight.desk import Desk
from greenlight.desk.orders import NO_LIMIT
from greenlight.errors import InvalidInput
from greenlight.generate import models as catalogue
from greenlight.money.amounts import amount_of, cents, split, usd
from greenlight.money.prices import price_of
from greenlight.production.records import Terms
from greenlight.store.records import now
from greenlight.views.terms import Account

Model = Annotated[str, option("MODEL", "Its new model.")]


def spend(
    production: ProductionArgument, profile: ProfileOption = "", as_json: JsonOption = False
) -> None:
    """Show what a production has cost, and what was saved because people rejected frames."""
    desk = open_desk(profile)
    found, made = desk.spend(production), yield_in(desk, production)
    if as_json:
        print_json(dump(found) | {"yield": dump(made)})
        return
    if found.rows:
        table(("for", "USD"), found.rows, ("USD",))

    def marked(amount: Decimal) -> str:
        return usd(amount, simulated=found.simulated)

    facts(
        [
            ("spent", f"{marked(found.spent_usd)} in {found.posts} paid calls"),
            ("reserved", f"{marked(found.reserved_usd)} for work under way"),
            ("unknown", f"{marked(found.unknown_usd)} of unknown outcome: counts as spent"),
            ("avoided", f"{marked(found.avoided_usd)} for clips that were never made"),
            ("budget", usd(found.budget_usd, found.simulated, none="")),
            ("yield", made.sentence if made.total else ""),
        ]
    )


def budget(
    production: Annotated[str, argument("[PRODUCTION]", "Or a whole show, with --show.")] = "",
    show: Annotated[str, option("SHOW", "A whole show.")] = "",
    limit: Annotated[str, option("USD", "Set the limit; `none` removes it.")] = "",
    note: NoteOption = "",
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a budget, or raise it: spent, committed by approvals, and left.

    Nothing is reserved beyond a limit. A production that reaches it is held, not failed: it goes on
    when the limit is raised, shots are omitted or a cheaper model is chosen.
    """
    if bool(production) == bool(show):
        raise InvalidInput("name a production, or a show with --show")
    desk = open_desk(profile)
    wanted = None if limit in ("", "none") else amount_of(limit, "--limit")
    if show:
        if limit:
            desk.limit_show(show, wanted, person(name), note)
        accounts = [desk.show_account(show)]
    else:
        if limit:
            if not as_json:
                say_consequences(desk.foresee_limit(production, wanted))
            terms = Terms(budget_usd=NO_LIMIT if wanted is None else wanted)
            desk.order(production, terms, person(name), note)
        accounts = list(desk.account(production))
    if as_json:
        of_show = {} if show else {"show": _data(accounts[1])}
        print_json(_data(accounts[0]) | of_show)
        return
    if production:
        _say_balance(desk, production, accounts[0])
    last = accounts[-1]
    if show or last.limit_usd is not None:
        _say_show(last, simulated=desk.profile.simulated)


def _say_balance(desk: Desk, production: str, account: Account) -> None:
    found = desk.balance(production)
    say(production, style="bold", whole=True)
    marked = [(name, usd(amount, found.simulated)) for name, amount in found.rows]
    facts([("limit", usd(found.limit_usd, none="none")), *marked])
    for name, amount in sorted(account.open.items()):
        if amount:
            say(f"    {name} may still cost {usd(amount)}", style="dim", whole=True)


def _say_show(account: Account, *, simulated: bool) -> None:
    say(f"show {account.name}", style="bold", whole=True)
    drawn, limit = cents(account.drawn_usd), account.limit_usd
    left = "" if limit is None else usd(limit - drawn)
    facts([("limit", usd(limit, none="none")), ("drawn", usd(drawn, simulated)), ("left", left)])
    names = sorted(account.open)
    for name, amount in zip(names, split([account.open[name] for name in names]), strict=True):
        if amount:
            say(f"    {name} has drawn {usd(amount)}", style="dim", whole=True)


def _data(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "limit_usd": account.limit_usd,
        "spent_usd": account.spent_usd,
        "drawn_usd": account.drawn_usd,
        "left_usd": account.left_usd,
        "open": dict(account.open),
    }


def models(
    production: ProductionArgument,
    text: Model = "",
    image: Model = "",
    video: Model = "",
    note: NoteOption = "",
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the models of a production with their prices, or choose others for unpaid work.

    An approval keeps its ceiling: a model that costs more waits for a new approval.
    """
    desk = open_desk(profile)
    chosen = Terms(text_model=text or None, image_model=image or None, video_model=video or None)
    if text or image or video:
        desk.order(production, chosen, person(name), note)
    workspace = desk.workspace(production)
    workspace.records.facts()
    record, day = workspace.production, now().date()
    used = {"text": record.text_model, "image": record.image_model, "video": record.video_model}
    prices = {role: price_of(model, day).label for role, model in used.items()}
    if as_json:
        print_json({role: {"model": m, "price": prices[role]} for role, m in used.items()})
        return
    facts([(role, f"{m}  ({prices[role]})") for role, m in used.items()])
    others = [row.name for row in catalogue.models() if row.name not in used.values()]
    say("others: " + ", ".join(others), style="dim")
