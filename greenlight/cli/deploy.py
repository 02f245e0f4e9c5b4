"""`deploy`: makes a Prefect server hold what `prefect.yaml` says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from greenlight.cli.options import JsonOption, ProfileOption, flag
from greenlight.cli.services import project_root
from greenlight.cli.session import open_profile
from greenlight.cli.show import print_json
from greenlight.local.environment import clean_environment
from greenlight.settings import Profile, prefect_auth_string


def deploy(
    check: Annotated[
        bool, flag("--check", "Change nothing: check, and show the next firings.")
    ] = False,
    force: Annotated[
        bool, flag("--force", "Also where nothing changed: undoes changes by hand.")
    ] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make pool, limits, deployments, schedules and automations of `prefect.yaml` at the server.

    The embedded stack does so at each start; any other server is the profile's. A schedule without
    a time zone is refused. Repeating it changes nothing.
    """
    root = project_root()
    if check:
        arguments = ["deployments.schedules", *(["--json"] if as_json else [])]
        environment = dict(os.environ)
    else:
        arguments = ["deployments.bootstrap", *(["--force"] if force else [])]
        environment = deploy_environment(open_profile(profile), root)
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=root,
        env=environment,
        check=False,
        stdout=sys.stderr if as_json and not check else None,
    )
    if as_json and not check and not done.returncode:
        print_json({"deployed": True})
    raise typer.Exit(done.returncode)


def deploy_environment(profile: Profile, root: Path) -> dict[str, str]:
    """The environment of a process that deploys to the profile's server; no ambient settings."""
    return {
        **clean_environment(),
        "PREFECT_API_URL": profile.prefect_api_url,
        **_authorization(profile),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        "GREENLIGHT_ROOT": os.environ.get("GREENLIGHT_ROOT") or str(root),
        "GREENLIGHT_POOL_TYPE": os.environ.get("GREENLIGHT_POOL_TYPE", ""),
    }


def _authorization(profile: Profile) -> dict[str, str]:
    if auth := prefect_auth_string(profile.prefect_auth):
        return {"PREFECT_API_AUTH_STRING": auth}
    return {"PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps(profile.prefect_headers)}
