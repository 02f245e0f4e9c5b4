"""Free ports for stacks of tests and measurements."""

from __future__ import annotations

from collections.abc import Iterable

from greenlight.local.ports import default_ports, is_free


def free_block(bases: Iterable[int]) -> int:
    """The first of these bases from which on all ports of a stack are free."""
    return next(base for base in bases if all(map(is_free, default_ports(base).values())))
