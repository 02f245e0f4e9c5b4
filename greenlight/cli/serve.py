"""`review`, `mcp`, `metrics`: a sign-in link, and the servers for people, agents and monitoring."""

from __future__ import annotations

import os
import sys
from typing import Annotated

from greenlight.access.serving import serve
from greenlight.access.serving import serve as listen
from greenlight.access.tokens import token_id
from greenlight.cli.browser import open_pages
from greenlight.cli.options import (
    PRIVATE,
    AsOption,
    HostOption,
    JsonOption,
    PortOption,
    ProfileOption,
    argument,
    flag,
    option,
)
from greenlight.cli.session import open_desk, person
from greenlight.cli.show import print_json, remark, say
from greenlight.desk import Desk, Signature
from greenlight.errors import Forbidden, InvalidInput
from greenlight.mcp import callers
from greenlight.mcp.server import PATH, serve_http, serve_stdio
from greenlight.review.app import app_of
from greenlight.views.metrics import Metrics, create_app

REVIEW_PORT, MCP_PORT, METRICS_PORT = 4780, 4790, 4795


def review(
    production: Annotated[str, argument("[PRODUCTION]", "Go straight to it.")] = "",
    browse: Annotated[bool, flag("--open", "Open it in a browser here.")] = False,
    serve: Annotated[
        bool, flag("--serve", "Serve the room and the media route of a real profile.")
    ] = False,
    host: HostOption = PRIVATE,
    port: PortOption = REVIEW_PORT,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print a link that signs you in to the review room: good once, for half an hour.

    `greenlight up` serves the room and prints such a link too. Others come in with a token of
    `people token`, or with the link that `share` prints. --host and --port go with --serve.
    """
    if not serve and (host != PRIVATE or port != REVIEW_PORT):
        raise InvalidInput("--host and --port need --serve")
    desk = open_desk(profile)
    if production:
        desk.workspace(production)
    who = person(name)
    if serve:
        remark(f"the review room listens at {_origin(host, port)}; people reach it at")
        say(desk.profile.media_url, whole=True)
        listen(app_of(desk.profile), host, port)
        return
    link = sign_in_link(desk, who, production)
    if as_json:
        print_json({"link": link, "url": desk.profile.media_url})
        return
    remark("good once, for half an hour, in the first browser that opens it:")
    say(link, whole=True)
    if browse:
        open_pages(link)


def sign_in_link(desk: Desk, who: Signature, production: str = "") -> str:
    """A link that signs in the first browser that opens it; the part after # reaches no log."""
    return entrance(desk, desk.sessions.invite(who), production)


def entrance(desk: Desk, text: str, production: str = "") -> str:
    """The address that accepts a token, share link or invitation."""
    to = f"?next=/p/{production}" if production else ""
    return f"{desk.profile.media_url.rstrip('/')}/enter{to}#{text}"


def mcp(
    http: Annotated[
        bool, flag("--http", "Serve streamable HTTP; every request brings a token.")
    ] = False,
    host: HostOption = PRIVATE,
    port: PortOption = MCP_PORT,
    allow_host: Annotated[
        list[str] | None,
        option("NAME", "With --http: a host name under which clients reach it; can be repeated."),
    ] = None,
    profile: ProfileOption = "",
) -> None:
    """Serve agents over the Model Context Protocol: they look, comment and propose.

    Over standard input and output GREENLIGHT_TOKEN identifies the agent; without it, it acts for
    the person logged in and submits nothing. --host and --port go with --http.
    """
    if not http and (allow_host or host != PRIVATE or port != MCP_PORT):
        raise InvalidInput("--host, --port and --allow-host need --http")
    desk = open_desk(profile)
    if http:
        remark(f"MCP at {_origin(host, port)}{PATH} (streamable HTTP, with a token)")
        serve_http(desk, host, port, allow_host or [])
        return
    text = os.environ.get(callers.TOKEN_VARIABLE, "").strip()
    if not text:
        serve_stdio(desk, callers.local_agent)
        return
    caller = callers.by_token(desk, text)
    try:
        caller()
    except Forbidden as error:
        subject = token_id(text)
        desk.audit.write(callers.STRANGER, "enter", subject, "refused", str(error))
        raise
    serve_stdio(desk, caller)


def metrics(
    once: Annotated[bool, flag("--once", "Print the metrics and exit; serve nothing.")] = False,
    host: HostOption = PRIVATE,
    port: PortOption = METRICS_PORT,
    profile: ProfileOption = "",
) -> None:
    """Serve /metrics for Prometheus and /health, both without a token: they hold ids and figures.

    /health answers 200 while S3 and Prefect answer, and 503 naming the one that does not.
    """
    desk = open_desk(profile)
    simulated = desk.profile.simulated
    found = Metrics(desk.store, desk.runs, desk.standings, simulated=simulated)
    if once:
        sys.stdout.write(found.text().decode())
        return
    at = _origin(host, port)
    remark(f"metrics at {at}/metrics, health at {at}/health")
    serve(create_app(found), host, port)


def _origin(host: str, port: int) -> str:
    """The http origin of an address; IPv6 stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
