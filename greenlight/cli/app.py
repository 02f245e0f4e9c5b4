"""The tour: every command, grouped as one meets them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from greenlight.cli.agreement import agreement
from greenlight.cli.batch import batch
from greenlight.cli.board import takes
from greenlight.cli.cast import cast
from greenlight.cli.close import cancel, pull, recover, resume
from greenlight.cli.context import context
from greenlight.cli.corpus import corpus
from greenlight.cli.dashboard import dashboard
from greenlight.cli.decide import decide
from greenlight.cli.decisions import decisions
from greenlight.cli.demo.command import demo
from greenlight.cli.deploy import deploy
from greenlight.cli.keep import backup, gc, restore, verify
from greenlight.cli.ledger import ledger
from greenlight.cli.look import spend, status
from greenlight.cli.mcp import mcp
from greenlight.cli.metrics import metrics
from greenlight.cli.notify import notify
from greenlight.cli.people import audit, people, share
from greenlight.cli.profiles import profiles
from greenlight.cli.report import report
from greenlight.cli.retime import retime
from greenlight.cli.review import review
from greenlight.cli.screenplay import screenplay
from greenlight.cli.session import CHOSEN
from greenlight.cli.shots import shots
from greenlight.cli.stack import doctor, down, standin, up
from greenlight.cli.submit import submit
from greenlight.cli.terms import budget, models

FIRST = "Start here"
WORK = "A production, from brief to delivery"
PEOPLE = "Who may do what"
KEEP = "Keep what was made"
SERVICES = "Services"

EPILOG = """
[bold]A production in five commands[/bold]
  greenlight up --detach
  greenlight submit deployments/briefs/liminal-hallway.yaml
  greenlight status PRODUCTION --watch
  greenlight decide PRODUCTION --approve all
  greenlight pull PRODUCTION

[bold]A TAKE[/bold] is written sq010_sh0020/frame/v001_c2: shot, frame or clip, version and
candidate. Others belong to no shot: shotlist/v001, animatic/v001, cut/v001.

[bold]Exit codes[/bold]
    0  done
    1  unexpected error, or a file could not be read or written
    2  invalid input: brief, option, table, environment
    3  no such production, shot or take
    4  people have to decide, and nobody is here to answer
    5  refused as things stand
    6  a service does not answer
    7  the embedded stack could not be started, or doctor found something bad
    8  the production failed
    9  a record was written by a newer release
   10  stored bytes are not the bytes that were recorded
   11  held: the budget, or what was approved, is used up
   12  not allowed for whoever asks
  130  stopped by Ctrl-C
"""

app = typer.Typer(
    name="greenlight",
    help=(
        "Generative pre-visualisation: models draw, people decide, and nothing expensive runs "
        "until what comes before it has been signed off.\n\n"
        "`greenlight demo` shows all of it in five minutes, without an account."
    ),
    epilog=EPILOG,
    rich_markup_mode="rich",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"greenlight {version('greenlight-previs')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def tour(
    context: typer.Context,
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="NAME",
            show_default=False,
            help="Services to use; also GREENLIGHT_PROFILE. The default is the embedded stack.",
        ),
    ] = "",
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the release."),
    ] = False,
) -> None:
    """Set what all commands share, and show the tour where none was named."""
    CHOSEN.set(profile)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command(rich_help_panel=FIRST)(demo)
app.command(rich_help_panel=FIRST)(up)
app.command(rich_help_panel=FIRST)(down)
app.command(rich_help_panel=FIRST)(doctor)
app.command(rich_help_panel=WORK)(screenplay)
app.command(rich_help_panel=WORK)(submit)
app.add_typer(batch, name="batch", rich_help_panel=WORK)
app.command(rich_help_panel=WORK)(status)
app.add_typer(takes, name="takes", rich_help_panel=WORK)
app.command(rich_help_panel=WORK)(dashboard)
app.command(rich_help_panel=WORK)(review)
app.command(rich_help_panel=WORK)(decide)
app.command(rich_help_panel=WORK)(decisions)
app.command(rich_help_panel=WORK)(shots)
app.command(rich_help_panel=WORK)(retime)
app.command(rich_help_panel=WORK)(context)
app.command(rich_help_panel=WORK)(cast)
app.command(rich_help_panel=WORK)(agreement)
app.command(rich_help_panel=WORK)(spend)
app.command(rich_help_panel=WORK)(budget)
app.command(rich_help_panel=WORK)(models)
app.add_typer(ledger, name="ledger", rich_help_panel=WORK)
app.command(rich_help_panel=WORK)(report)
app.command(rich_help_panel=WORK)(corpus)
app.command(rich_help_panel=WORK)(pull)
app.command(rich_help_panel=WORK)(resume)
app.command(rich_help_panel=WORK)(cancel)
app.add_typer(people, name="people", rich_help_panel=PEOPLE)
app.command(rich_help_panel=PEOPLE)(share)
app.command(rich_help_panel=PEOPLE)(audit)
app.command(rich_help_panel=KEEP)(verify)
app.command(rich_help_panel=KEEP)(backup)
app.command(rich_help_panel=KEEP)(restore)
app.command(rich_help_panel=KEEP)(gc)
app.add_typer(notify, name="notify", rich_help_panel=SERVICES)
app.command(rich_help_panel=SERVICES)(deploy)
app.add_typer(profiles, name="profile", rich_help_panel=SERVICES)
app.command(
    rich_help_panel=SERVICES,
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(standin)
app.command(rich_help_panel=SERVICES)(mcp)
app.command(rich_help_panel=SERVICES)(metrics)
app.command(rich_help_panel=SERVICES)(recover)
