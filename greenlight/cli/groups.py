"""Groups of commands of which one runs when none is named."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


def group(default: str, others: tuple[str, ...]) -> type[TyperGroup]:
    """A group that runs `default` unless the first word, "" for none, is one of `others`."""

    class DefaultGroup(TyperGroup):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            if (args[0] if args else "") not in others:
                args = [default, *args]
            return super().parse_args(ctx, args)

    return DefaultGroup
