"""What a whole production is quoted for: before its shot list an estimate, with it a bound."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from greenlight.generate.fitting import fittings, models_of
from greenlight.money.amounts import usd
from greenlight.money.ceilings import (
    BREAKDOWN_ASKS,
    HORIZON,
    RUBRIC_ASKS,
    ceiling_of,
    round_ceiling,
    round_items,
)
from greenlight.money.quote import Item, Quote, dearest, quote_of, today
from greenlight.production.brief import Reference
from greenlight.production.cast import sheets_wanted, shown
from greenlight.production.folding import AUTOMATIC_RETAKES
from greenlight.production.names import Kind
from greenlight.production.records import ProductionRecord
from greenlight.production.shots import LONGEST_SECONDS, SHORTEST_SECONDS, Shot

TYPICAL_SHOT_SECONDS = Decimal(4)
TYPICAL_SHOTS = 6
"""What a brief is quoted for that names no number: the stand-in's and most briefs' middle."""

MOST_SHOTS = 60
_SHOT_ROUNDS: tuple[Kind, ...] = ("frame", "clip")


def brief_quote(production: ProductionRecord, on: date | None = None) -> Quote:
    """What a whole production may cost, before there is a shot list."""
    brief = production.brief
    wanted = math.ceil((brief.seconds or Decimal(0)) / TYPICAL_SHOT_SECONDS) or TYPICAL_SHOTS
    if brief.excerpt is not None and not brief.seconds:
        wanted = brief.excerpt.likely_shots
    count = brief.shots or min(wanted, MOST_SHOTS)
    each = brief.seconds / count if brief.seconds else TYPICAL_SHOT_SECONDS
    seconds = min(max(each, SHORTEST_SECONDS), LONGEST_SECONDS)
    named = [r.name for r in brief.references if r.kind != "style"][:3]
    said = f"{count} shots of {seconds.quantize(Decimal('0.1')).normalize():f} s each"
    typical = [_typical(seconds, named)] * count
    quote = _quote(production, typical, on, f"about {said}", brief.references)
    update = {
        "estimated": True,
        "assumptions": (
            "estimated: the shot list is priced before it is approved",
            *quote.assumptions,
        ),
        "cautions": tuple(_cautions(production, count, quote)),
    }
    return quote.model_copy(update=update)


def _cautions(production: ProductionRecord, count: int, quote: Quote) -> Iterator[str]:
    """What a brief's budget and length do not allow."""
    brief = production.brief
    if brief.seconds:
        least, longest = count * SHORTEST_SECONDS, count * LONGEST_SECONDS
        if brief.seconds < least:
            yield (
                f"seconds: {brief.seconds.normalize():f} is less than {count} shots can last "
                f"(at least {SHORTEST_SECONDS} s each, {least} s in all)"
            )
        elif brief.seconds > longest:
            yield (
                f"seconds: {brief.seconds.normalize():f} is more than {count} shots can last "
                f"(at most {LONGEST_SECONDS} s each, {longest} s in all)"
            )
    budget = brief.budget_usd
    if budget is None or budget >= quote.total:
        return
    listed, framed = round_ceiling(production, "shotlist"), first_frame_price(production)
    given = f"budget_usd: {usd(budget)}"
    if budget < listed:
        yield f"{given} is less than the {usd(listed)} that its shot list may cost"
    elif budget < framed:
        yield f"{given} is less than the {usd(framed)} that list and first frame may cost"
    else:
        yield f"{given} is less than the {usd(quote.total)} that is quoted: it will hold some shots"


def first_frame_price(production: ProductionRecord) -> Decimal:
    """The least budget in USD under which a production comes to the first frame of a shot."""
    breakdown = round_items(production, "shotlist")
    once = sum((dearest(i.request, today(), HORIZON) for i in breakdown if not i.spare), Decimal(0))
    frames = round_ceiling(production, "frame", _typical(TYPICAL_SHOT_SECONDS, ()))
    return max(round_ceiling(production, "shotlist"), once + frames)


def list_quote(
    production: ProductionRecord,
    shots: Sequence[Shot],
    on: date | None = None,
    subjects: Sequence[Reference] = (),
) -> Quote:
    """What a whole production may cost with this shot list; `subjects` are those it found."""
    cast = (*production.brief.references, *subjects)
    return _quote(production, shots, on, f"{len(shots)} shots", cast)


def _quote(
    production: ProductionRecord,
    shots: Sequence[Shot],
    on: date | None,
    said: str,
    cast: Sequence[Reference],
) -> Quote:
    day = on or today()

    def priced(items: list[Item]) -> tuple[list[Item], Decimal]:
        return items, ceiling_of(items, day)

    rounds = [priced(round_items(production, "shotlist"))]
    for sheet in sheets_wanted(production.brief, cast, shots).values():
        rounds.append(priced(round_items(production, "sheet", sheet=sheet)))
    made: dict[Shot, list[tuple[list[Item], Decimal]]] = {}
    for shot in shots:
        if shot not in made:
            made[shot] = [
                priced(round_items(production, kind, shot, references=shown(shot, cast)))
                for kind in _SHOT_ROUNDS
            ]
        rounds += made[shot]
    framing = production.framing
    retakes = "one automatic retake" if AUTOMATIC_RETAKES == 1 else f"{AUTOMATIC_RETAKES} retakes"
    pictures = max((len(shown(shot, cast)) for shot in shots), default=0)
    return quote_of(
        (item for items, _ in rounds for item in items),
        simulated=production.simulated,
        on=day,
        horizon=HORIZON,
        approvals=sum((ceiling for _, ceiling in rounds), Decimal(0)),
        assumptions=(
            f"{said}, {production.brief.candidates} candidates per frame and sheet",
            *([f"delivered in {framing.sentence}"] if framing.cropped else []),
            f"at most counts {retakes} of every frame and clip, and text answers that have to be "
            f"asked for again: shot lists {BREAKDOWN_ASKS} times, gradings {RUBRIC_ASKS} times",
            "retakes that people ask for are priced when they ask",
            *fittings(models_of(*production.models), pictures),
        ),
    )


def _typical(seconds: Decimal, references: Sequence[str]) -> Shot:
    """A shot that says as much as a thorough one does."""
    return Shot(
        id="sq010_sh0010",
        subject="x" * 100,
        action="x" * 250,
        setting="x" * 150,
        time_of_day="x" * 20,
        lighting="x" * 100,
        mood="x" * 40,
        palette=("#rrggbb",) * 6,
        style="x" * 150,
        dialogue="x" * 100,
        sound="x" * 100,
        seconds=seconds,
        references=tuple(references),
    )
