"""Asking before something that cannot be taken back."""

from __future__ import annotations

import typer

from greenlight.cli.show import at_terminal
from greenlight.errors import DecisionNeeded, Refused


def agree_for_good(question: str, again: str) -> None:
    """Ask at a terminal; elsewhere say which command (`again`) means it without being asked."""
    if not at_terminal():
        raise DecisionNeeded(f"cancelling is for good: say so with `{again}`")
    if not typer.confirm(question):
        raise Refused("not cancelled")
