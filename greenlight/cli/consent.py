"""Asks a person before anything that costs money or cannot be undone."""

from __future__ import annotations

from decimal import Decimal

import typer

from greenlight.cli.show import at_terminal
from greenlight.errors import DecisionNeeded, Refused
from greenlight.money.amounts import usd
from greenlight.production.readable import plain
from greenlight.settings import Profile


def confirm(question: str, unattended: str, declined: str, *, default: bool = False) -> None:
    """Asks at a terminal; raises DecisionNeeded without one, and Refused on a no."""
    if not at_terminal():
        raise DecisionNeeded(unattended)
    if not typer.confirm(question, default=default, err=True):
        raise Refused(declined)


def confirm_cancel(question: str, again: str) -> None:
    """Asks before a cancellation; `again` is the command that means it without being asked."""
    confirm(question, f"cancelling cannot be undone: confirm it with `{again}`", "not cancelled")


def confirm_spending(
    profile: Profile, total: Decimal, about: str, again: str, *, yes: bool
) -> None:
    """Asks before real money is spent; `--yes` does not confirm it."""
    if yes:
        raise Refused(
            f"--yes does not confirm real money (profile {profile.name!r}): a person confirms the "
            f"quote of {usd(total)} at a terminal"
        )
    confirm(
        f"Profile {plain(profile.name)} spends real money: {about}. Start?",
        f"profile {profile.name!r} spends real money, {about}: confirm it at a terminal with "
        f"`{again}`",
        "not submitted: the quote was declined",
    )
