"""`shots`: the shot list in people's hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greenlight.cli.hints import command
from greenlight.cli.session import AsOption, JsonOption, Production, ProfileOption, open_desk
from greenlight.cli.show import price, print_json, say, table
from greenlight.errors import InvalidInput

if TYPE_CHECKING:
    from greenlight.desk import Change, Desk, Signature
    from greenlight.production.records import ShotListRecord


def shots(
    production: Production,
    fields: Annotated[
        list[str],
        typer.Argument(
            metavar="[FIELD=VALUE]...",
            default_factory=list,
            help="Fields of the shot that --add-after adds.",
        ),
    ],
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="SHOT.FIELD=VALUE",
            default_factory=list,
            show_default=False,
            help="Change a field, as in sq010_sh0020.size=wide; can be repeated.",
        ),
    ],
    drop: Annotated[
        list[str],
        typer.Option(
            "--drop",
            metavar="SHOT",
            default_factory=list,
            show_default=False,
            help="Take a shot out; can be repeated.",
        ),
    ],
    add_after: Annotated[
        str, typer.Option(metavar="SHOT", show_default=False, help="Add a shot after this one.")
    ] = "",
    order: Annotated[
        str, typer.Option(metavar="A,B,C", show_default=False, help="The new story order.")
    ] = "",
    edit: Annotated[bool, typer.Option("--edit", help="Edit the list as YAML in $EDITOR.")] = False,
    from_file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", show_default=False, help="Take the list from YAML."),
    ] = None,
    breakdown: Annotated[
        str,
        typer.Option(metavar="NOTE", show_default=False, help="Ask for a new breakdown instead."),
    ] = "",
    note: Annotated[
        str, typer.Option(metavar="NOTE", show_default=False, help="Why it was changed.")
    ] = "",
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the shot list, or change it: every change is a new version that waits for approval.

    --add-after SHOT action="…" adds a shot; what is not given (subject, place,
    light, style) is as in the shot before it.
    """
    from greenlight.desk import this_person

    desk, who = open_desk(profile), this_person(name)
    changed = bool(changes or add_after or drop or order or fields)
    ways = sum([changed, edit, from_file is not None, bool(breakdown)])
    if ways > 1:
        raise InvalidInput(
            "one at a time: changes by option, --edit, --from FILE, or --breakdown NOTE"
        )
    if breakdown:
        ask_breakdown(desk, production, breakdown, who)
        say("a new breakdown is being made; it comes as the next version of the shot list")
        return
    record: ShotListRecord | None
    if changed:
        change = read_change(changes, add_after, fields, drop, order)
        record = desk.change_shots(production, change, who, note)
    elif edit:
        from greenlight.cli.editing import edit_shots

        record = edit_shots(desk, production, who, note)
    elif from_file is not None:
        from greenlight.cli.editing import read_rows

        rows = read_rows(_text_of(from_file), str(from_file))
        record = desk.replace_shots(production, rows, who, note)
    else:
        record = None
    show_list(desk, production, record or desk.shot_list(production), as_json=as_json)
    if record is not None and not as_json:
        answer = command("decide", production, "--approve", str(record.take), profile=desk.profile)
        say(f"{record.take} waits for approval: `{answer}`", style="yellow", whole=True)


def ask_breakdown(desk: Desk, production: str, note: str, who: Signature) -> None:
    """Asks for a new breakdown of the brief with this note."""
    from greenlight.desk import Wish

    newest = desk.shot_list(production).take
    wish = Wish(target=str(newest), verdict="retake", reason="story", note=note)
    desk.decide(production, [wish], who)


def read_change(
    changes: Sequence[str],
    add_after: str = "",
    fields: Sequence[str] = (),
    drop: Sequence[str] = (),
    order: str = "",
) -> Change:
    """The change that the options ask for; raises InvalidInput naming the form."""
    from greenlight.desk import Change

    if fields and not add_after:
        raise InvalidInput(f"{fields[0]!r} belongs to no shot: add one with --add-after SHOT")
    wanted: dict[str, dict[str, str]] = {}
    for text in changes:
        target, equals, value = text.partition("=")
        shot, dot, field = target.partition(".")
        if not equals or not dot or not shot or not field:
            raise InvalidInput(f"{text!r} is not of the form SHOT.FIELD=VALUE")
        wanted.setdefault(shot, {})[field] = value
    added: dict[str, str] = {}
    for text in fields:
        field, equals, value = text.partition("=")
        if not equals or not field:
            raise InvalidInput(f"{text!r} is not of the form FIELD=VALUE")
        added[field] = value
    return Change(
        fields=wanted,
        add_after={add_after: added} if add_after else {},
        drop=tuple(drop),
        order=tuple(part.strip() for part in order.split(",") if part.strip()),
    )


def show_list(desk: Desk, production: str, record: ShotListRecord, *, as_json: bool) -> None:
    """Prints a shot list with what it is expected to cost."""
    quote = desk.list_quote(production, record)
    if as_json:
        print_json(_data(production, record, quote.total, simulated=quote.simulated))
        return
    if record.logline:
        say(record.logline, style="italic")
    rows = [
        (
            shot.id,
            f"{shot.size}, {shot.angle}\n{shot.movement}, {shot.lens_mm} mm",
            f"{shot.subject}: {shot.action}"
            + (f"\n“{shot.dialogue}”" if shot.dialogue else "")
            + (f"\n{shot.setting}" if shot.setting else ""),
            f"{shot.seconds.normalize():f} s",
        )
        for shot in record.shots
    ]
    table(("shot", "camera", "what happens", "length"), rows, ("length",))
    total = sum((s.seconds for s in record.shots), start=type(quote.total)(0))
    amount = price(quote.total, simulated=quote.simulated)
    say(
        f"{record.take} · {len(record.shots)} shots · {total.normalize():f} s · "
        f"all of it at most {amount}",
        style="bold",
    )


def _data(
    production: str, record: ShotListRecord, quote: object, *, simulated: bool
) -> Mapping[str, Any]:
    return {
        "production": production,
        "take": str(record.take),
        "logline": record.logline,
        "made_by": record.made_by,
        "note": record.note,
        "shots": [s.model_dump() for s in record.shots],
        "quote_usd": quote,
        "simulated": simulated,
    }


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
