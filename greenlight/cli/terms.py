"""`budget` and `models`: what may be spent, and on which models, while a production runs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greenlight.cli.outcome import say_consequences
from greenlight.cli.session import AsOption, JsonOption, ProfileOption, open_desk
from greenlight.cli.show import facts, print_json, say
from greenlight.errors import InvalidInput
from greenlight.money.amounts import amount_of, cents, split, usd

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.views.terms import Account

NoteOption = Annotated[str, typer.Option("--note", metavar="NOTE", show_default=False, help="Why.")]
Model = Annotated[str, typer.Option(metavar="MODEL", show_default=False, help="Its new model.")]


def budget(
    production: Annotated[
        str, typer.Argument(metavar="[PRODUCTION]", help="Or a whole show, with --show.")
    ] = "",
    show: Annotated[
        str, typer.Option("--show", metavar="SHOW", show_default=False, help="A whole show.")
    ] = "",
    limit: Annotated[
        str,
        typer.Option(
            "--limit",
            metavar="USD",
            show_default=False,
            help="Set the limit; `none` takes it away.",
        ),
    ] = "",
    note: NoteOption = "",
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a budget, or raise it: what is spent, what approvals keep ready, and what is left.

    Nothing is reserved beyond a limit. A production that reaches it is held, not failed: it goes on
    when the limit is raised, shots are omitted or a cheaper model is chosen.
    """
    from greenlight.desk import this_person
    from greenlight.desk.orders import NO_LIMIT
    from greenlight.production.records import Terms

    if bool(production) == bool(show):
        raise InvalidInput("name a production, or a show with --show")
    desk = open_desk(profile)
    wanted = None if limit in ("", "none") else amount_of(limit, "--limit")
    if show:
        if limit:
            desk.limit_show(show, wanted, this_person(name), note)
        accounts = [desk.show_account(show)]
    else:
        if limit:
            if not as_json:
                say_consequences(desk.foresee_limit(production, wanted))
            terms = Terms(budget_usd=NO_LIMIT if wanted is None else wanted)
            desk.order(production, terms, this_person(name), note)
        accounts = list(desk.account(production))
    if as_json:
        of_show = {} if show else {"show": _data(accounts[1])}
        print_json(_data(accounts[0]) | of_show)
        return
    if production:
        _say_balance(desk, production, accounts[0].open)
    last = accounts[-1]
    if show or last.limit_usd is not None:
        _say_show(last, simulated=desk.profile.simulated)


def _say_balance(desk: Desk, production: str, opened: Mapping[str, Decimal]) -> None:
    found = desk.balance(production)
    say(production, style="bold", whole=True)
    marked = [(name, usd(amount, found.simulated)) for name, amount in found.rows]
    facts([("limit", usd(found.limit_usd, none="none")), *marked])
    for name, amount in sorted(opened.items()):
        if amount:
            say(f"    {name} may still cost {usd(amount)}", style="dim", whole=True)


def _say_show(account: Account, *, simulated: bool) -> None:
    say(f"show {account.name}", style="bold", whole=True)
    names = sorted(account.open)
    rows = zip(names, split([account.open[name] for name in names]), strict=True)
    drawn, limit = cents(account.drawn_usd), account.limit_usd
    listed = [("limit", usd(limit, none="none")), ("drawn", usd(drawn, simulated))]
    facts([*listed, *([] if limit is None else [("left", usd(limit - drawn))])])
    for name, amount in rows:
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
    production: Annotated[str, typer.Argument(metavar="PRODUCTION")],
    text: Model = "",
    image: Model = "",
    video: Model = "",
    note: NoteOption = "",
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the models of a production with their prices, or choose others for what is not yet paid.

    What was approved stays approved at its ceiling: a dearer model than that waits for a new
    approval.
    """
    from greenlight.desk import this_person
    from greenlight.generate import models as catalogue
    from greenlight.money.prices import price_of
    from greenlight.production.records import Terms
    from greenlight.store.records import now

    desk = open_desk(profile)
    chosen = {
        "text_model": text or None,
        "image_model": image or None,
        "video_model": video or None,
    }
    if any(chosen.values()):
        desk.order(production, Terms.model_validate(chosen), this_person(name), note)
    workspace = desk.workspace(production)
    workspace.records.facts()
    record, day = workspace.production, now().date()
    used = {"text": record.text_model, "image": record.image_model, "video": record.video_model}
    if as_json:
        print_json(
            {role: {"model": m, "price": price_of(m, day).label} for role, m in used.items()}
        )
        return
    facts([(role, f"{m}  ({price_of(m, day).label})") for role, m in used.items()])
    others = [row.name for row in catalogue.models() if row.name not in used.values()]
    say("others: " + ", ".join(others), style="dim")
