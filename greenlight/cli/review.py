"""`review`: a sign-in link to the review room, or the room itself on services of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from greenlight.cli.browser import open_pages
from greenlight.cli.serving import origin
from greenlight.cli.session import AsOption, ProfileOption, open_desk
from greenlight.cli.show import print_json, remark, say
from greenlight.errors import InvalidInput

if TYPE_CHECKING:
    from greenlight.desk import Desk, Signature

PORT = 4780


def review(
    production: Annotated[
        str, typer.Argument(metavar="[PRODUCTION]", show_default=False, help="Go straight to it.")
    ] = "",
    browse: Annotated[bool, typer.Option("--open", help="Open it in a browser here.")] = False,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Serve the room and the media route of a real profile."),
    ] = False,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="With --serve: the address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", help="With --serve: the port.", min=1, max=65535)
    ] = PORT,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Print a link that signs you in to the review room: good once, for half an hour.

    `greenlight up` serves the room and prints such a link too. Others come in with a token of
    `people token`, or with the link that `share` prints.
    """
    from greenlight.desk import this_person

    if not serve and (host != "127.0.0.1" or port != PORT):
        raise InvalidInput("--host and --port need --serve")
    desk = open_desk(profile)
    if production:
        desk.workspace(production)
    who = this_person(name)
    if serve:
        _serve(desk, host, port)
        return
    link = sign_in_link(desk, who, production)
    if as_json:
        print_json({"link": link, "url": desk.profile.media_url})
        return
    remark("good once, for half an hour, on whichever browser opens it first:")
    say(link, whole=True)
    if browse:
        open_pages(link)


def sign_in_link(desk: Desk, who: Signature, production: str = "") -> str:
    """A link that signs in whoever opens it first; what is behind the # reaches no log."""
    return entrance(desk, desk.sessions.invite(who), production)


def entrance(desk: Desk, text: str, production: str = "") -> str:
    """Where a token, share link or invitation is taken in."""
    to = f"?next=/p/{production}" if production else ""
    return f"{desk.profile.media_url.rstrip('/')}/enter{to}#{text}"


def _serve(desk: Desk, host: str, port: int) -> None:
    from greenlight.access.serving import serve
    from greenlight.review.app import app_of

    remark(f"the review room listens at {origin(host, port)}; people reach it at")
    say(desk.profile.media_url, whole=True)
    serve(app_of(desk.profile), host, port)
