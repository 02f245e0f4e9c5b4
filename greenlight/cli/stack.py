"""`up`, `down`, `doctor`, `standin`: the services on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from greenlight.cli.hints import command
from greenlight.cli.services import (
    ServiceLines,
    ending_gracefully,
    project_root,
    say_ignored,
    say_where,
    uninterrupted,
)
from greenlight.cli.session import CHOSEN, JsonOption, ProfileOption
from greenlight.cli.show import dump, out, print_json, say, table
from greenlight.errors import StackError

if TYPE_CHECKING:
    from greenlight.local.finding import Finding


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Leave it running in the background.")
    ] = False,
) -> None:
    """Start the embedded stack: database, S3, Prefect, stand-in models, media, worker.

    Everything listens on this machine only; the data are in GREENLIGHT_HOME
    (.greenlight in this folder if it is not set).
    """
    from greenlight import local

    home = local.default_home()
    say_ignored()
    found = local.running(home)
    if found is not None:
        say(f"the stack is up already (since {found.started_at:%Y-%m-%d %H:%M} UTC)")
        say_where(found)
        return
    root = project_root()
    lines = ServiceLines()
    if detach:
        with lines:
            info = local.detach(home, root, lines)
        say(f"up in {lines.seconds:.1f} s; stop it with `{command('down')}`")
        say_where(info)
        return
    stack = local.Stack(home, root, lines)
    with ending_gracefully():
        try:
            with lines:
                info = stack.start()
            say(f"up in {lines.seconds:.1f} s; Ctrl-C stops it")
            say_where(info)
            while not stack.wait(0.5):
                pass
        except KeyboardInterrupt:
            say("stopping …")
        finally:
            with uninterrupted():
                stack.stop()
    stack.raise_failure()
    say(f"everything is stopped; the data are in {home}", whole=True)


def down() -> None:
    """Stop the embedded stack; its data stay."""
    from greenlight import local

    home = local.default_home()
    with out().status("stopping …"):
        was_up = local.down(home)
    ending = f"the data are in {home}" if was_up else f"nothing was running in {home}"
    say(f"stopped; {ending}" if was_up else ending, whole=True)


def doctor(
    profile: ProfileOption = "",
    models: Annotated[
        bool,
        typer.Option("--models", help="The models the account sees, their end and their price."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Look at machine, packages, services and S3, and name the command that mends what is wrong.

    With --models: which models the account sees, which retire soon, and what the
    price list lacks; free calls only. Exits with 7 when something is bad.
    """
    from greenlight.settings import EMBEDDED

    chosen = profile or CHOSEN.get()
    if models:
        _show_models(chosen, as_json=as_json)
        return
    if chosen and chosen != EMBEDDED:
        from greenlight.cli.profiles import probe
        from greenlight.cli.session import open_profile

        findings = probe(open_profile(chosen))
    else:
        from greenlight import local

        findings = local.examine(local.default_home())
    report(findings, as_json=as_json)


def _show_models(profile: str, *, as_json: bool) -> None:
    """Prints the roster; exits with StackError's code when a model that is used cannot be."""
    from greenlight.cli.session import open_profile
    from greenlight.views.availability import look

    found = look(open_profile(profile))
    if as_json:
        print_json(dump(found))
    else:
        marks = {"ok": "✓", "warn": "!", "bad": "✗"}
        rows = [
            (
                marks[row.verdict],
                f"{row.name}\n{row.role}{', used' if row.used else ''}",
                ", ".join(row.seen) or "–",
                row.price or "none",
                "\n".join(row.says) or "stable",
            )
            for row in found.models
        ]
        table(("", "model", "seen on", "price", "found"), rows)
        if found.unlisted:
            say(f"seen and not known here: {', '.join(found.unlisted)}", whole=True)
    if any(row.verdict == "bad" for row in found.models):
        raise typer.Exit(StackError.exit_code)


def report(findings: list[Finding], *, as_json: bool) -> None:
    """Prints findings; exits with StackError's code when one is bad."""
    if as_json:
        print_json([dump(f) for f in findings])
    else:
        marks = {"ok": "✓", "warn": "!", "bad": "✗"}
        rows = [
            (marks[f.verdict], f.name, f"{f.detail}\n→ {f.mend}" if f.mend else f.detail)
            for f in findings
        ]
        table(("", "what", "found"), rows)
    if any(f.verdict == "bad" for f in findings):
        raise typer.Exit(StackError.exit_code)


def standin(context: typer.Context) -> None:
    """Run the stand-in for the model service alone; its options follow (`standin --help`)."""
    import os
    import sys

    from greenlight.local.standin import MISSING, command_of, is_installed

    if not is_installed():
        raise StackError(MISSING)
    sys.stdout.flush()
    run = command_of(context.args)
    os.execv(run[0], run)  # noqa: S606  # a list, no shell
