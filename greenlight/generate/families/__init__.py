"""Families of models: one file each for how they are asked and what they answer.

A further family is one new file here with `post` (and `poll` and `cancel` where it works in jobs),
and rows in `models.toml` that name it in `family`, with a price in `money/prices.toml`. Nothing
else changes: `family` is the name of the file, `post` gets the stored request with its pictures
checked and loaded, and what it does not raise as one of ours is put into words by `errors.py`. It
makes a single POST and leaves repeating, timeouts and tokens to `gemini.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from greenlight.generate.gemini_requests import Picture
from greenlight.generate.link import Link
from greenlight.generate.outcome import Polled, Posted
from greenlight.generate.request import GenerationRequest


class Family(Protocol):
    """What each file offers; one that answers at once has neither `poll` nor `cancel`."""

    def post(
        self, link: Link, request: GenerationRequest, pictures: Sequence[Picture]
    ) -> Awaitable[Posted]:
        """Send the request in one paid POST."""
        ...

    def poll(self, link: Link, request: GenerationRequest, remote_id: str) -> Awaitable[Polled]:
        """Look once at a job, and fetch its bytes if it is done; free.

        Raises Rejected where the service denies knowing the job, and Unreachable.
        """
        ...

    def cancel(self, link: Link, remote_id: str) -> Awaitable[bool]:
        """Ask the service to stop a job; True if it says that it did. Free."""
        ...


@cache
def family(name: str) -> Family:
    """The family of that name."""
    return cast("Family", import_module(f"{__name__}.{name}"))
