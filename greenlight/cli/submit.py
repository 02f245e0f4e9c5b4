"""`submit`: a brief becomes a production."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from greenlight.access.dashboard import link, run_path
from greenlight.access.links import room_url
from greenlight.briefs.intake import brief_schema, check_brief, gather, read_brief
from greenlight.cli.consent import confirm_spending
from greenlight.cli.follow import wait_for_people
from greenlight.cli.hints import command
from greenlight.cli.options import AsOption, JsonOption, ProfileOption, argument, flag, option
from greenlight.cli.services import shipped
from greenlight.cli.session import open_desk, person
from greenlight.cli.show import dump, err, facts, out, print_json, say, table
from greenlight.errors import InvalidInput
from greenlight.money.amounts import rate, usd, usd_rows
from greenlight.money.quote import Quote
from greenlight.production.brief import Brief
from greenlight.production.scenes import Excerpt


def submit(
    brief: Annotated[Path | None, argument("BRIEF", "A brief in YAML or JSON.")] = None,
    show: Annotated[str, option("SHOW", "Put it into this show instead.")] = "",
    screenplay: Annotated[
        Path | None,
        option("FILE", "Shoot scenes of this screenplay: Fountain or Final Draft (.fdx)."),
    ] = None,
    scenes: Annotated[str, option("3,5-7", "Its scenes; otherwise the first that fit.")] = "",
    wait: Annotated[
        bool, flag("--wait", "Follow it until it is delivered or needs people.")
    ] = False,
    key: Annotated[str, option("KEY", "The same key again is the same production.")] = "",
    dry_run: Annotated[bool, flag("--dry-run", "Check the brief and show the quote only.")] = False,
    yes: Annotated[bool, flag("--yes", "Ask nothing; refused where money is real.")] = False,
    schema: Annotated[bool, flag("--schema", "Print the JSON Schema of a brief and end.")] = False,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check a brief, show its quote and start the production.

    With a screenplay, each chosen scene becomes a sequence, its dialogue goes into the
    shots, and its characters become references; `greenlight screenplay FILE` lists scenes.

    --wait exits with 0 when it is delivered, 4 when people have to decide, 8 when it failed.
    """
    if schema:
        out().file.write(brief_schema())
        return
    if brief is None:
        raise InvalidInput("name the brief to submit, such as deployments/briefs/NAME.yaml")
    brief = shipped(brief)
    wanted = read_brief(brief, screenplay, scenes)
    if show:
        wanted = _in_show(wanted, show)
    desk = open_desk(profile)
    again = command("submit", str(brief), profile=desk.profile)

    def confirm(quote: Quote) -> None:
        if not as_json:
            show_quote(wanted, quote)
        if not desk.profile.simulated:
            confirm_spending(desk.profile, quote.total, quote.most, again, yes=yes)

    if dry_run:
        quote = desk.quote(wanted)
        if not as_json:
            show_quote(wanted, quote)
        gather(wanted, brief.parent, desk.profile)
        if as_json:
            print_json(_summary(wanted, quote))
        return
    submitted = desk.submit(wanted, brief.parent, person(name), key, confirm=confirm)
    production, quote = submitted.production, submitted.quote
    if as_json:
        room = room_url(desk.profile.media_url, production)
        ids = {"production": production, "review": room, "flow_run": submitted.flow_run}
        print_json(ids | _summary(wanted, quote))
    else:
        say(f"submitted: {production}", style="bold green", whole=True)
        facts(
            [
                ("review", room_url(desk.profile.media_url, production)),
                ("sign in", command("review", production, profile=desk.profile)),
                ("dashboard", link(desk.profile, run_path(submitted.flow_run))),
                ("watch", command("status", production, "--watch", profile=desk.profile)),
            ]
        )
    if wait:
        wait_for_people(desk, production, err() if as_json else out())


def _in_show(brief: Brief, show: str) -> Brief:
    return check_brief({**brief.model_dump(mode="json"), "show": show}, "--show")


def _summary(brief: Brief, quote: Quote) -> dict[str, Any]:
    return {
        "title": brief.title,
        "show": brief.show,
        **({"screenplay": _excerpt_data(brief, brief.excerpt)} if brief.excerpt else {}),
        "quote_usd": quote.total,
        "once_usd": quote.once,
        "quote": [dump(line) for line in quote.lines],
        "assumptions": quote.assumptions,
        "warnings": quote.warnings,
        "cautions": quote.cautions,
        "estimated": quote.estimated,
        "simulated": quote.simulated,
    }


def show_quote(brief: Brief, quote: Quote) -> None:
    """Prints what a brief may cost, and why."""
    say(brief.title, style="bold")
    if brief.excerpt is not None:
        _say_excerpt(brief.excerpt)
    amounts = usd_rows([*(line.total for line in quote.lines), quote.rounding])
    rows = [
        (line.what, line.model, str(line.count), line.unit, rate(line.unit_price), amount)
        for line, amount in zip(quote.lines, amounts, strict=False)
    ]
    if quote.rounding:
        rows.append(("approvals in whole cents", "", "", "", "", amounts[-1]))
    table(("what", "model", "count", "unit", "each", "up to"), rows, ("count", "each", "up to"))
    say(
        f"quote: {usd(quote.once)} with {quote.video_seconds} s of video when nothing is made "
        f"again, {quote.most}",
        style="bold",
    )
    for caution in quote.cautions:
        say(f"  ! {caution}", style="yellow")
    for assumption in quote.assumptions:
        say(f"  · {assumption}", style="dim")
    for warning in quote.warnings:
        say(f"  ! {warning}", style="yellow")


def _say_excerpt(excerpt: Excerpt) -> None:
    numbers = ", ".join(scene.number for scene in excerpt.scenes)
    say(f"{excerpt.source}: {len(excerpt.scenes)} of {excerpt.of} scenes ({numbers})")
    for left in excerpt.left:
        say(f"  · {left}", style="yellow")


def _excerpt_data(brief: Brief, excerpt: Excerpt) -> dict[str, Any]:
    return {
        "source": excerpt.source,
        "title": excerpt.title,
        "scenes": [
            {"sequence": f"sq{n * 10:03d}", "number": scene.number, "heading": scene.heading}
            for n, scene in enumerate(excerpt.scenes, 1)
        ],
        "of": excerpt.of,
        "left": excerpt.left,
        "references": [r.name for r in brief.references],
    }
