"""`mcp`: the door for agents."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from greenlight.cli.serving import origin
from greenlight.cli.session import ProfileOption, open_desk
from greenlight.cli.show import remark
from greenlight.errors import Forbidden, InvalidInput

PORT = 4790


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP, to whoever brings a token.")
    ] = False,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="With --http: the address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", help="With --http: the port.", min=1, max=65535)
    ] = PORT,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="With --http: a host name under which clients reach it; repeat for several.",
        ),
    ] = None,
    profile: ProfileOption = "",
) -> None:
    """Serve agents over the Model Context Protocol: they look, comment and propose.

    Over standard input and output GREENLIGHT_TOKEN says who it is; without it, it is an agent of
    whoever is logged in, which submits nothing. Over HTTP every request brings its own token.
    """
    if not http and (allow_host or host != "127.0.0.1" or port != PORT):
        raise InvalidInput("--host, --port and --allow-host need --http")
    desk = open_desk(profile)
    from greenlight.access.tokens import token_id
    from greenlight.mcp import callers
    from greenlight.mcp.server import PATH, serve_http, serve_stdio

    if http:
        remark(f"MCP at {origin(host, port)}{PATH} (streamable HTTP, with a token)")
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
