"""`doctor`: what is up, what is missing, and the command that mends it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated

import typer

from greenlight.cli.options import JsonOption, ProfileOption, flag
from greenlight.cli.session import CHOSEN, open_profile
from greenlight.cli.show import dump, print_json, say, table
from greenlight.errors import GreenlightError, StackError
from greenlight.generate.link import Timeouts
from greenlight.generate.models import model, platform_for
from greenlight.local.doctor import examine
from greenlight.local.store_check import Finding, check_store
from greenlight.runs import DEPLOYMENT, Runs
from greenlight.settings import EMBEDDED, Profile, home
from greenlight.views.availability import look
from greenlight.workspace import open_models

_MARKS = {"ok": "✓", "warn": "!", "bad": "✗"}

CHECK_SECONDS = 5.0
"""A service that does not answer a check within this time counts as down."""


def doctor(
    profile: ProfileOption = "",
    models: Annotated[
        bool, flag("--models", "List the models the account sees, their end and their price.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check machine, packages, services and S3, and name the command that mends a problem.

    With --models: which models the account sees, which retire soon, and what the
    price list lacks; free calls only. Exits with 7 when something is bad.
    """
    chosen = profile or CHOSEN.get()
    if models:
        _show_models(open_profile(chosen), as_json=as_json)
    elif chosen and chosen != EMBEDDED:
        report(probe(open_profile(chosen)), as_json=as_json)
    else:
        report(examine(home()), as_json=as_json)


def _show_models(profile: Profile, *, as_json: bool) -> None:
    found = look(profile)
    if as_json:
        print_json(dump(found))
    else:
        rows = [
            (
                _MARKS[row.verdict],
                f"{row.name}\n{row.role}{', used' if row.used else ''}",
                ", ".join(row.seen) or "–",
                row.price or "none",
                "\n".join(row.says) or "stable",
            )
            for row in found.models
        ]
        table(("", "model", "seen on", "price", "found"), rows)
        if found.unlisted:
            say(f"seen and not known here: {', '.join(found.unlisted)}", whole=True)
    _exit_if_bad(row.verdict for row in found.models)


def report(findings: list[Finding], *, as_json: bool) -> None:
    """Prints findings; exits with StackError's code when one is bad."""
    if as_json:
        print_json([dump(f) for f in findings])
    else:
        rows = [
            (_MARKS[f.verdict], f.name, f"{f.detail}\n→ {f.mend}" if f.mend else f.detail)
            for f in findings
        ]
        table(("", "what", "found"), rows)
    _exit_if_bad(f.verdict for f in findings)


def _exit_if_bad(verdicts: Iterable[str]) -> None:
    if "bad" in verdicts:
        raise typer.Exit(StackError.exit_code)


def probe(profile: Profile) -> list[Finding]:
    """Checks a profile's services by calls that cost nothing."""
    return [check_store(profile.s3), _prefect(profile), _models(profile)]


def _prefect(profile: Profile) -> Finding:
    try:
        deployed = Runs(profile).deployed()
    except GreenlightError as error:
        mend = "check the address and authorization, and that the server is up"
        return Finding.bad("prefect", str(error), mend)
    if deployed:
        detail = f"{profile.dashboard_url}, deployment {DEPLOYMENT}"
        return Finding.ok("prefect", detail)
    detail = f"{profile.dashboard_url} answers and has no deployment {DEPLOYMENT}"
    mend = f"greenlight --profile {profile.name} deploy"
    return Finding.bad("prefect", detail, mend)


def _models(profile: Profile) -> Finding:
    settings = profile.models

    async def names() -> dict[str, list[str]]:
        async with open_models(profile, Timeouts(free=CHECK_SECONDS)) as service:
            return {p: await service.list_models(p) for p in settings.platforms}

    wanted = (settings.text, settings.image, settings.video)
    try:
        places = {name: platform_for(model(name), settings.platforms) for name in wanted}
        known = asyncio.run(names())
    except GreenlightError as error:
        mend = "check the key, or project and credentials, and the address of the model service"
        return Finding.bad("models", str(error), mend)
    missing = [n for n in wanted if n not in known[places[n]]]
    if missing:
        detail = f"this account may not use {', '.join(missing)}"
        mend = "choose other models in the brief, or another key"
        return Finding.bad("models", detail, mend)
    detail = ", ".join(f"{name} ({place})" for name, place in places.items())
    return Finding.ok("models", detail)
