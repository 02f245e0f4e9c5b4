"""Verbs: methods of the desk that demand a right, leave refusals on the audit record, and wake."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from greenlight.access.rights import Right

if TYPE_CHECKING:
    from greenlight.desk import Desk

P = ParamSpec("P")
T = TypeVar("T")


def verb(
    name: str, right: Right | None = None, *, wakes: bool = False
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Makes a method of the desk a verb: `who` needs `right` for its production, show or brief.

    Without a right the method demands what it takes itself. A Forbidden is put on the audit record
    under `name`. With `wakes` the production's run hears afterwards of what was done.
    """

    def made(method: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(method)

        @functools.wraps(method)
        def act(*args: P.args, **kwargs: P.kwargs) -> T:
            given = signature.bind(*args, **kwargs).arguments
            desk: Desk = given["self"]
            subject, where = _where(desk, given)
            with desk.audit.refusals(given["who"], name, subject):
                if right is not None:
                    given["who"].demand(right, **where)
                done = method(*args, **kwargs)
            if wakes:
                desk.wake(given["production"])
            return done

        return act

    return made


def _where(desk: Desk, given: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """What a verb is about, as the audit record names it, and where its right has to hold."""
    if "production" in given:
        name = given["production"]
        return name, {"production": name, "show": desk.workspace(name).keys.show}
    if "brief" in given:
        return given["brief"].title, {"show": given["brief"].show}
    return given["show"], {"show": given["show"]}
