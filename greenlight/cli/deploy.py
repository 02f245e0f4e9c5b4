"""`deploy`: makes a Prefect server hold what `prefect.yaml` says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenlight.cli.services import project_root
from greenlight.cli.session import JsonOption, ProfileOption, open_profile

if TYPE_CHECKING:
    from greenlight.settings import Profile


def deploy(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing: check, and show the next firings.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also where nothing changed: undoes changes by hand."),
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
        from greenlight.cli.show import print_json

        print_json({"deployed": True})
    raise typer.Exit(done.returncode)


def deploy_environment(profile: Profile, root: Path) -> dict[str, str]:
    """What a process needs to deploy to the profile's server, and no ambient settings of others."""
    from greenlight.local.environment import clean_environment

    header = {"Authorization": profile.prefect_auth} if profile.prefect_auth else {}
    s3 = profile.s3
    return {
        **clean_environment(),
        "PREFECT_API_URL": profile.prefect_api_url,
        "PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps(header),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        "GREENLIGHT_ROOT": os.environ.get("GREENLIGHT_ROOT") or str(root),
        "GREENLIGHT_POOL_TYPE": os.environ.get("GREENLIGHT_POOL_TYPE", ""),
        "GREENLIGHT_S3_ENDPOINT_URL": s3.endpoint_url,
        "GREENLIGHT_S3_BUCKET": s3.bucket,
        "GREENLIGHT_S3_REGION": s3.region,
        "GREENLIGHT_S3_CHECKSUMS": s3.checksums,
        "GREENLIGHT_S3_ACCESS_KEY_ID": s3.access_key_id,
        "GREENLIGHT_S3_SECRET_ACCESS_KEY": s3.secret_access_key,
    }
