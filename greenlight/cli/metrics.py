"""`metrics`: health and figures for machines that watch."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from greenlight.cli.serving import origin
from greenlight.cli.session import ProfileOption, open_desk
from greenlight.cli.show import remark

PORT = 4795


def metrics(
    once: Annotated[
        bool, typer.Option("--once", help="Print the metrics and end; serve nothing.")
    ] = False,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", help="The port.", min=1, max=65535)] = PORT,
    profile: ProfileOption = "",
) -> None:
    """Serve /metrics for Prometheus and /health, both without a token: they hold ids and figures.

    /health answers 200 while S3 and Prefect answer, and 503 naming the one that does not.
    """
    from greenlight.views.metrics import Metrics, create_app

    desk = open_desk(profile)
    simulated = desk.profile.simulated
    found = Metrics(desk.store, desk.runs, desk.standings, simulated=simulated)
    if once:
        sys.stdout.write(found.text().decode())
        return
    from greenlight.access.serving import serve

    at = origin(host, port)
    remark(f"metrics at {at}/metrics, health at {at}/health")
    serve(create_app(found), host, port)
