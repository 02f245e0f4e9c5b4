"""The tour: every command, grouped as one meets them, each imported when it is called."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from greenlight.cli.options import option

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
    3  production, shot or take not found
    4  waiting for a decision, and no terminal to ask at
    5  refused in the present state
    6  a service does not answer
    7  the embedded stack did not start, or doctor found a problem
    8  the production failed
    9  a record was written by a newer release
   10  stored bytes differ from what was recorded
   11  held: the budget, or an approved ceiling, is used up
   12  not allowed for this person
  130  stopped by Ctrl-C
"""


class Entry(NamedTuple):
    """A command in the tour: where it is defined, and its line in `greenlight --help`."""

    name: str
    panel: str
    target: str
    about: str


COMMANDS = (
    Entry("demo", FIRST, "demo.command:demo", "Take a brief to a signed-off cut on this machine."),
    Entry("up", FIRST, "stack:up", "Start the embedded stack of services."),
    Entry("down", FIRST, "stack:down", "Stop the embedded stack; its data stay."),
    Entry("doctor", FIRST, "doctor:doctor", "Check machine, packages, services and storage."),
    Entry("screenplay", WORK, "screenplay:screenplay", "List the scenes of a screenplay."),
    Entry("submit", WORK, "submit:submit", "Check a brief, show its quote, start the production."),
    Entry("batch", WORK, "batch:batch", "Start a production for each row of a table of briefs."),
    Entry("status", WORK, "status:status", "Show where productions stand and what to type next."),
    Entry("takes", WORK, "takes:takes", "List all takes; `takes add` adds a picture of your own."),
    Entry("dashboard", WORK, "dashboard:dashboard", "Print links into Prefect's dashboard."),
    Entry("review", WORK, "serve:review", "Print a link that signs you in to the review room."),
    Entry("decide", WORK, "decide:decide", "Approve, retake or omit what waits for a decision."),
    Entry(
        "decisions", WORK, "decisions:decisions", "List every decision: who, when, on which bytes."
    ),
    Entry("shots", WORK, "shots:shots", "Show the shot list, or change it."),
    Entry("retime", WORK, "shots:retime", "Change how long shots are."),
    Entry("context", WORK, "context:context", "Show what a model knew when it drew a take."),
    Entry("cast", WORK, "cast:cast", "Compare characters and props across shots."),
    Entry("agreement", WORK, "decisions:agreement", "Compare the checks' flags with decisions."),
    Entry("spend", WORK, "money:spend", "Show what a production has cost."),
    Entry("budget", WORK, "money:budget", "Show or set the budget of a production or a show."),
    Entry("models", WORK, "money:models", "Show or change the models of a production."),
    Entry("ledger", WORK, "ledger:ledger", "Show every paid request; resolve unknown outcomes."),
    Entry("report", WORK, "report:report", "Show spend, yield, reliability and waiting times."),
    Entry("corpus", WORK, "report:corpus", "Export rejected takes as data to learn from."),
    Entry("pull", WORK, "close:pull", "Fetch the newest delivery, checked by sha256."),
    Entry("resume", WORK, "close:resume", "Resume a stalled production at once."),
    Entry("cancel", WORK, "close:cancel", "Stop a production for good."),
    Entry("people", PEOPLE, "people:people", "Manage people, their roles and their tokens."),
    Entry("share", PEOPLE, "people:share", "Print a review link for a guest."),
    Entry("audit", PEOPLE, "people:audit", "Show requests, who made them, and the outcome."),
    Entry("verify", KEEP, "keep:verify", "Report missing, altered or inconsistent data."),
    Entry("backup", KEEP, "keep:backup", "Copy new objects to a folder or another bucket."),
    Entry("restore", KEEP, "keep:restore", "Put back objects that the bucket lacks."),
    Entry("gc", KEEP, "keep:gc", "Show, and with --yes remove, what is no longer needed."),
    Entry("notify", SERVICES, "notify:notify", "Manage notifications by webhook or Prefect block."),
    Entry("deploy", SERVICES, "deploy:deploy", "Deploy `prefect.yaml` to a Prefect server."),
    Entry("profile", SERVICES, "profiles:profiles", "Manage profiles: real services by name."),
    Entry("standin", SERVICES, "stack:standin", "Run the stand-in for the model service alone."),
    Entry("mcp", SERVICES, "serve:mcp", "Serve agents over the Model Context Protocol."),
    Entry("metrics", SERVICES, "serve:metrics", "Serve /metrics for Prometheus, and /health."),
    Entry("recover", SERVICES, "close:recover", "Wake productions that a crash left asleep."),
)
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


class LazyCommand(TyperCommand):
    """Stands for a command until it is called."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.name, help=entry.about, rich_help_panel=entry.panel)
        self._entry = entry

    def load(self) -> Any:
        """The command itself."""
        module, _, attribute = self._entry.target.partition(":")
        found = getattr(import_module(f"greenlight.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            return typer.main.get_group(found)
        single = typer.Typer(add_completion=False, rich_markup_mode="rich")
        passed_on = self.name == "standin"
        single.command(
            self.name,
            add_help_option=not passed_on,
            context_settings=_PASSED_ON if passed_on else None,
        )(found)
        return typer.main.get_command(single)

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """Parses with the command itself."""
        return self.load().make_context(*arguments, **more)


class _Tour(TyperGroup):
    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for entry in COMMANDS:
            self.add_command(LazyCommand(entry))


app = typer.Typer(
    cls=_Tour,
    name="greenlight",
    help=(
        "Generative pre-visualisation: models draw, people decide, and nothing expensive runs "
        "until the step before it has been approved.\n\n"
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
        option(
            "NAME",
            "Services to use; also GREENLIGHT_PROFILE. The default is the embedded stack.",
            "--profile",
        ),
    ] = "",
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the release."),
    ] = False,
) -> None:
    """Set what all commands share; without a command, print the tour."""
    from greenlight.cli.session import CHOSEN

    CHOSEN.set(profile)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
