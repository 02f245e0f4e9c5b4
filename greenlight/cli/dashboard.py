"""`dashboard`: where to look in Prefect."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from greenlight.access.dashboard import link, run_path
from greenlight.briefs.batch_records import batches
from greenlight.cli.browser import open_pages
from greenlight.cli.options import JsonOption, ProfileOption, argument, flag
from greenlight.cli.session import open_profile
from greenlight.cli.show import facts, print_json
from greenlight.desk import Desk
from greenlight.settings import Profile

PAGES = {
    "productions": "/runs?tab=flow-runs&tag=previs",
    "waiting": "/runs?tab=flow-runs&tag=previs&state=Suspended",
    "runs": "/runs?tab=flow-runs",
    "dashboard": "/dashboard",
    "deployments": "/deployments",
    "pool": "/work-pools/work-pool/greenlight",
    "limits": "/concurrency-limits",
    "artifacts": "/artifacts",
    "automations": "/automations",
}
"""Pages that exist at any time."""


def dashboard(
    name: Annotated[str, argument("[PRODUCTION|BATCH]", "Only what is about this one.")] = "",
    open_it: Annotated[bool, flag("--open", "Open the first of them in the browser.")] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print links into Prefect's dashboard: runs, batches, queues, limits, automations.

    Those of the embedded stack sign in the browser that opens them: each is good once, for half an
    hour, and the browser stays signed in for twelve hours.
    """
    chosen = open_profile(profile)
    pages = _about(chosen, name) if name else PAGES
    found = {what: link(chosen, path) for what, path in pages.items()}
    if as_json:
        print_json(found)
    else:
        facts(list(found.items()))
    if open_it:
        open_pages(next(iter(found.values())))


def _about(profile: Profile, name: str) -> dict[str, str]:
    desk = Desk(profile)
    if name in batches(desk.store):
        return {
            "rows": f"/artifacts/key/{quote(f'batch-{name}')}",
            "runs": f"/runs?tab=flow-runs&tag={quote(f'batch:{name}')}",
            "queue": f"/work-pools/work-pool/greenlight/queue/{quote(name)}",
        }
    status = desk.status(name)
    run = {"run": run_path(status.flow_run)} if status.flow_run else {}
    return {
        **run,
        "runs": f"/runs?tab=flow-runs&tag={quote(f'production:{name}')}",
        "contact sheet": f"/artifacts/key/{name}-contact-sheet",
        "shots": f"/artifacts/key/{name}-shots",
        "spend": f"/artifacts/key/{name}-spend",
        "show": f"/runs?tab=flow-runs&tag={quote(f'show:{status.show}')}",
    }
