"""`dashboard`: where to look in Prefect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from greenlight.cli.session import JsonOption, ProfileOption, open_profile
from greenlight.cli.show import facts, print_json

if TYPE_CHECKING:
    from greenlight.settings import Profile


def dashboard(
    name: Annotated[
        str,
        typer.Argument(metavar="[PRODUCTION|BATCH]", help="Only what is about this one."),
    ] = "",
    open_it: Annotated[
        bool, typer.Option("--open", help="Open the first of them in the browser.")
    ] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print links into Prefect's dashboard: runs, batches, queues, limits, automations."""
    chosen = open_profile(profile)
    found = _about(chosen, name) if name else links(chosen)
    if as_json:
        print_json(found)
    else:
        facts(list(found.items()))
    if open_it:
        typer.launch(next(iter(found.values())))


def links(profile: Profile) -> dict[str, str]:
    """What is worth a look at any time, by name."""
    base = profile.dashboard_url
    return {
        "dashboard": f"{base}/dashboard",
        "runs": f"{base}/runs?tab=flow-runs",
        "waiting": f"{base}/runs?tab=flow-runs&state=Suspended",
        "deployments": f"{base}/deployments",
        "pool": f"{base}/work-pools/work-pool/greenlight",
        "limits": f"{base}/concurrency-limits",
        "artifacts": f"{base}/artifacts",
        "automations": f"{base}/automations",
    }


def _about(profile: Profile, name: str) -> dict[str, str]:
    from greenlight.batches.records import batches
    from greenlight.desk import Desk

    desk, base = Desk(profile), profile.dashboard_url
    if name in batches(desk.store):
        return {
            "rows": f"{base}/artifacts/key/{quote(f'batch-{name}')}",
            "runs": f"{base}/runs?tab=flow-runs&tag={quote(f'batch:{name}')}",
            "queue": f"{base}/work-pools/work-pool/greenlight/queue/{quote(name)}",
        }
    status = desk.status(name)
    run = {"run": f"{base}/runs/flow-run/{status.flow_run}"} if status.flow_run else {}
    return {
        **run,
        "runs": f"{base}/runs?tab=flow-runs&tag={quote(f'production:{name}')}",
        "contact sheet": f"{base}/artifacts/key/{name}-contact-sheet",
        "shots": f"{base}/artifacts/key/{name}-shots",
        "spend": f"{base}/artifacts/key/{name}-spend",
        "show": f"{base}/runs?tab=flow-runs&tag={quote(f'show:{status.show}')}",
    }
