"""`context`: what a model knew, what the next one would know, and two takes compared."""

from __future__ import annotations

import json
from typing import Annotated

from greenlight.cli.options import JsonOption, ProductionArgument, ProfileOption, argument, option
from greenlight.cli.session import open_desk
from greenlight.cli.show import facts, print_json, say, table
from greenlight.desk import Desk
from greenlight.errors import InvalidInput
from greenlight.production.names import is_shot


def context(
    production: ProductionArgument,
    what: Annotated[
        str,
        argument(
            "SHOT|TAKE", "A shot for all that is known of it now, a take for what its model knew."
        ),
    ],
    diff: Annotated[str, option("TAKE", "Compare with this take.", "--diff")] = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say what the model knew that drew a take, and how that differs from another's.

    The context pack is the one thing that prompts are composed from: spec, look, sheets, the shots
    beside it, notes, and what was turned down before and why.
    """
    desk = open_desk(profile)
    if is_shot(what):
        if diff:
            raise InvalidInput(f"--diff compares two takes, and {what} is a shot")
        _show_shot(desk, production, what, as_json=as_json)
    elif diff:
        _show_diff(desk, production, what, diff, as_json=as_json)
    else:
        _show_take(desk, production, what, as_json=as_json)


def _show_shot(desk: Desk, production: str, shot: str, *, as_json: bool) -> None:
    found = desk.context(production, shot)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    facts(
        [
            ("shot", f"{found.shot.id}  {found.stage}"),
            ("subject", found.shot.subject),
            ("action", found.shot.action),
            ("setting", found.shot.setting),
            ("look", found.look),
            *(("shows", f"{r.name} ({r.kind}): {r.description}") for r in found.references),
            ("before", found.before),
            ("after", found.after),
            ("frame", found.frame),
            ("clip", found.clip),
        ]
    )
    said = [
        (
            f"{s.at:%m-%d %H:%M}",
            s.who,
            s.verdict or "",
            s.about,
            f"{s.reason}: {s.text}".strip(": "),
        )
        for s in found.said
    ]
    if said:
        table(("when (UTC)", "who", "said", "about", "why"), said)


def _show_take(desk: Desk, production: str, take: str, *, as_json: bool) -> None:
    found = desk.known(production, take)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    facts([("take", found.take), ("model", found.model), ("context", found.context)])
    say()
    say(
        json.dumps(
            found.pack.model_dump(mode="json", exclude_defaults=True), indent=2, ensure_ascii=False
        ),
        whole=True,
    )
    if found.prompt:
        say("\nThe prompt that was sent", style="bold")
        say(found.prompt, whole=True)


def _show_diff(desk: Desk, production: str, one: str, other: str, *, as_json: bool) -> None:
    rows = desk.knew_else(production, one, other)
    if as_json:
        print_json([row.model_dump(mode="json") for row in rows])
    elif rows:
        table(("what", one, other), [(r.what, r.one, r.other) for r in rows])
    else:
        say("both were made from the same context")
