"""Which role somebody had who decided, by the principal in the record."""

from __future__ import annotations

from greenlight.access.people import People
from greenlight.reports.rows import ROBOT, RoleOf

LOGIN, FORM, GONE = "command line", "Prefect's form", "no longer known"


def role_finder(people: People) -> RoleOf:
    """Tells principals' roles as they are now; one with several has them all, as `final, producer`.

    Whoever has a profile's keys is "command line", Prefect's form, which knows nobody, is its own,
    and robots are "robot".
    """
    named = {one.name: ", ".join(one.roles) for one in people.principals()}
    linked = {one.id: f"{one.share.role} (link)" for one in people.shares()}

    def role_of(principal: str) -> str:
        kind, _, name = principal.partition(":")
        if kind == "robot":
            return ROBOT
        if kind == "login":
            return LOGIN
        if kind == "prefect":
            return FORM
        found = linked.get(name) if kind == "link" else named.get(name)
        return found or GONE

    return role_of
