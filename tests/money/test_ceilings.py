"""A ceiling bounds whatever one approval may set going, whatever the brief and its notes say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from greenlight.generate.models import beside_first
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.generate.requests import (
    breakdown_request,
    clip_request,
    rubric_request,
    still_request,
)
from greenlight.money import ceilings
from greenlight.money.ceilings import round_ceiling
from greenlight.money.quote import estimate
from greenlight.money.quoting import list_quote
from greenlight.production.brief import Brief, Reference
from greenlight.production.cast import shown
from greenlight.production.context import ContextPack, Neighbour, Turned, pack_of
from greenlight.production.drawover import DrawOver, Stroke
from greenlight.production.facts import Facts
from greenlight.production.folding import AUTOMATIC_RETAKES
from greenlight.production.names import Kind
from greenlight.production.records import REASONS, Attempt, ProductionRecord, ShotListRecord
from greenlight.production.shots import Shot
from greenlight.production.state import State
from greenlight.stages.asking import problem_of

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, tzinfo=UTC)
KINDS: tuple[Kind, ...] = ("frame", "clip")
FRAME = Attachment(key="shows/frame.png", sha256="a" * 64, mime="image/png", use="first_frame")

# Narrow, wide and JSON-hostile characters, and lengths that reach the limits of each field.
characters = st.sampled_from(["a", "é", "走", "🎬", '"', "\\", " ", "\n"])


def text(limit: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.builds(
        lambda c, n: ("x" + c * n)[: max(n, least)],
        characters,
        st.sampled_from([least, limit // 3, limit]),
    )


@st.composite
def references(draw: st.DrawFn) -> tuple[Reference, ...]:
    count = draw(st.sampled_from([0, 1, 5, 14]))
    return tuple(
        Reference(
            name=f"name {n}",
            kind=draw(st.sampled_from(["character", "place", "prop", "style"])),
            description=draw(text(4000)),
            image_sha256="a" * 64 if draw(st.booleans()) else None,
            image_mime="image/png",
        )
        for n in range(count)
    )


@st.composite
def productions(draw: st.DrawFn) -> ProductionRecord:
    brief = Brief(
        title=draw(text(120, 1)),
        vision=draw(text(20_000, 1)),
        look=draw(text(4000)),
        candidates=draw(st.integers(1, 4)),
        shots=draw(st.none() | st.integers(1, 60)),
        seconds=draw(st.none() | st.integers(1, 600).map(Decimal)),
        references=draw(references()),
    )
    return ProductionRecord(
        at=AT,
        production="p",
        show="show",
        brief=brief,
        text_model=draw(st.sampled_from(["gemini-3.8-flash", "gemini-3.5-flash-lite"])),
        image_model=draw(st.sampled_from(["gemini-nano-banana-2.1", "gemini-3-pro-image"])),
        video_model=draw(st.sampled_from(["gemini-omni-1.2-flash", "veo-3.1-generate-001"])),
        simulated=True,
        submitted_by="test",
        quote_usd=Decimal(0),
    )


@st.composite
def shots_of(draw: st.DrawFn, production: ProductionRecord) -> Shot:
    names = [r.name for r in production.brief.references]
    return Shot(
        id="sq010_sh0010",
        subject=draw(text(300, 1)),
        action=draw(text(600, 1)),
        setting=draw(text(300)),
        lighting=draw(text(300)),
        mood=draw(text(300)),
        palette=tuple(draw(st.lists(text(300), max_size=8))),
        style=draw(text(600)),
        dialogue=draw(text(600)),
        sound=draw(text(300)),
        seconds=draw(st.decimals(1, 8, places=2)),
        references=tuple(draw(st.lists(st.sampled_from(names), max_size=10)) if names else ()),
    )


def attempt(draw: st.DrawFn, shot: Shot, **fields: Any) -> Attempt:
    return Attempt(
        at=AT,
        version=draw(st.integers(1, 999)),
        shot=shot.id,
        cause="retake",
        reason=draw(st.none() | st.sampled_from(REASONS)),
        note=draw(text(ceilings.NOTE_LIMIT)),
        spec=shot,
        spec_hash="h",
        **fields,
    )


DRAWN = DrawOver(on="t", sha256="s", strokes=(Stroke(points=((0.5, 0.5),)),))
drawings = st.none() | st.just(DRAWN)


def pack(draw: st.DrawFn, production: ProductionRecord, made: Attempt) -> ContextPack:
    """What is known as the attempt begins, of a production with a long history."""
    shots = (made.spec,) if made.spec else ()
    listed = ShotListRecord(
        at=AT, version=1, logline=draw(text(500)), shots=shots, made_by="m", sha256="s"
    )
    beside = st.builds(
        Neighbour,
        shot=st.just("sq010_sh0020"),
        size=st.just("extreme close-up"),
        angle=st.just("over the shoulder"),
        subject=text(300),
        action=text(600),
        setting=text(300),
    )
    turned = st.builds(
        Turned, take=st.just("t"), reason=st.sampled_from(REASONS), note=text(ceilings.NOTE_LIMIT)
    )
    found = pack_of(production, Facts(), State(listed), made)
    return found.model_copy(
        update={
            "before": draw(st.none() | beside),
            "after": draw(st.none() | beside),
            "turned_down": tuple(draw(st.lists(turned, max_size=8))),
        }
    )


def pictures(found: ContextPack) -> tuple[Attachment, ...]:
    """Everything that is shown has a sheet, and the take before may have been drawn on."""
    sheet = Attachment(key="k", sha256="s", mime="image/png", use="reference")
    return (sheet,) * (len(found.references) + (found.drawn_over is not None))


def graded(production: ProductionRecord, kind: str, shot: Shot, note: str) -> GenerationRequest:
    """What `stages.checks` asks of a grader."""
    pictures = ceilings.CLIP_STILLS if kind == "clip" else 1
    still = Attachment(key="k", sha256="s", mime="image/jpeg", use="take")
    references = shown(shot, production.brief.references)
    return rubric_request(production, kind, shot, references, note, (still,) * pictures)


# Briefs of this length take minutes to shrink, and read well enough as they are.
quick = settings(
    deadline=None,
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@quick
@given(st.data())
def test_a_frame_round_never_asks_for_more_than_its_ceiling(data: st.DataObject) -> None:
    production = data.draw(productions())
    shot = data.draw(shots_of(production))
    numbers = tuple(range(1, production.brief.candidates + 1))
    asked = Decimal(0)
    typical = Decimal(0)
    for _ in range(1 + AUTOMATIC_RETAKES):
        drawn = data.draw(drawings)
        made = attempt(data.draw, shot, kind="frame", candidates=numbers, drawn_over=drawn)
        known = pack(data.draw, production, made)
        for candidate in numbers:
            request = still_request(production, known, candidate, len(numbers), pictures(known))
            assert ("\nDrawn over: the last picture" in request.prompt) == (drawn is not None)
            named = ", ".join(r.name for r in known.references if r.image_sha256)
            assert not named or f"what the references look like: {named}\n" in request.prompt
            still = estimate(request, DAY)
            check = estimate(graded(production, "frame", shot, made.note), DAY)
            asked += still + check * ceilings.RUBRIC_ASKS
            typical += still + check
    ceiling = round_ceiling(production, "frame", shot, on=DAY)
    assert asked <= ceiling <= typical * Decimal("2.5")


@quick
@given(st.data())
def test_a_sheet_round_never_asks_for_more_than_its_ceiling(data: st.DataObject) -> None:
    production = data.draw(productions())
    subject = Reference(name=data.draw(text(80, 1)), kind="prop", description=data.draw(text(4000)))
    numbers = tuple(range(1, production.brief.candidates + 1))
    asked = Decimal(0)
    for _ in range(1 + AUTOMATIC_RETAKES):
        made = Attempt(
            at=AT,
            kind="sheet",
            version=data.draw(st.integers(1, 999)),
            shot="subject",
            cause="retake",
            reason=data.draw(st.none() | st.sampled_from(REASONS)),
            note=data.draw(text(ceilings.NOTE_LIMIT)),
            sheet=subject,
            spec_hash="h",
            candidates=numbers,
            drawn_over=data.draw(drawings),
        )
        known = pack(data.draw, production, made)
        shown_too = pictures(known)
        asked += sum(
            estimate(still_request(production, known, n, len(numbers), shown_too), DAY)
            for n in numbers
        )
    ceiling = round_ceiling(production, "sheet", on=DAY, sheet=subject)
    assert asked <= ceiling <= asked * Decimal("2.5")


@quick
@given(st.data())
def test_a_clip_round_never_asks_for_more_than_its_ceiling(data: st.DataObject) -> None:
    production = data.draw(productions())
    shot = data.draw(shots_of(production))
    frame = attempt(data.draw, shot, kind="frame")
    asked = Decimal(0)
    typical = Decimal(0)
    for _ in range(1 + AUTOMATIC_RETAKES):
        made = attempt(data.draw, shot, kind="clip", frame_sha256="a" * 64)
        notes = "; ".join(n for n in (frame.note, made.note) if n)
        known = pack(data.draw, production, made)
        beside = pictures(known)[: beside_first(production.video_model)]
        shooting = estimate(clip_request(production, known, FRAME, beside), DAY)
        check = estimate(graded(production, "clip", shot, notes), DAY)
        asked += shooting + check * ceilings.RUBRIC_ASKS
        typical += shooting + check
    ceiling = round_ceiling(production, "clip", shot, on=DAY)
    assert asked <= ceiling <= typical * Decimal("2.5")


@quick
@given(st.data())
def test_a_breakdown_never_asks_for_more_than_its_ceiling(data: st.DataObject) -> None:
    production = data.draw(productions())
    count = data.draw(st.integers(0, 3))
    shots = tuple(data.draw(shots_of(production)) for _ in range(count))
    previous = ShotListRecord(at=AT, version=1, shots=shots, made_by="m", sha256="s")
    note = data.draw(text(ceilings.NOTE_LIMIT))
    asked = Decimal(0)
    for _ in range(ceilings.BREAKDOWN_ASKS):
        request = breakdown_request(production, note, previous, data.draw(text(300)))
        asked += estimate(request, DAY)
    ceiling = round_ceiling(production, "shotlist", previous=previous, on=DAY)
    assert asked <= ceiling <= asked * Decimal("1.5")


@quick
@given(st.data())
def test_a_quote_covers_every_ceiling_that_it_leads_to(data: st.DataObject) -> None:
    """So that a budget as large as the quote never holds what people approve at first sight."""
    production = data.draw(productions())
    shots = tuple(
        data.draw(shots_of(production)).model_copy(update={"id": f"sq010_sh{n:04d}"})
        for n in range(10, 10 + 10 * data.draw(st.integers(1, 3)), 10)
    )
    quote = list_quote(production, shots)
    released = round_ceiling(production, "shotlist")
    released += sum(round_ceiling(production, kind, s) for s in shots for kind in KINDS)
    assert quote.once < released <= quote.total


def test_a_problem_that_is_told_to_the_model_keeps_within_what_is_counted() -> None:
    assert len(problem_of(ValueError("x" * 9999))) == ceilings.PROBLEM_LIMIT


BRIEF = Brief(title="t", vision="v", candidates=2)
PLAIN = ProductionRecord(
    at=AT,
    production="p",
    show="show",
    brief=BRIEF,
    text_model="gemini-3.8-flash",
    image_model="gemini-nano-banana-2.1",
    video_model="veo-3.1-generate-001",
    simulated=True,
    submitted_by="test",
    quote_usd=Decimal(0),
)
SHOT = Shot(id="sq010_sh0010", subject="a door", action="opens", seconds=Decimal(5))


def test_what_is_released_shortly_before_a_price_rises_is_bounded_at_the_new_price() -> None:
    eve = date(2026, 12, 31)
    before = round_ceiling(PLAIN, "shotlist", on=eve - timedelta(days=30))
    assert round_ceiling(PLAIN, "shotlist", on=eve) > before * Decimal("1.9")
    assert round_ceiling(PLAIN, "shotlist", on=eve) == round_ceiling(
        PLAIN, "shotlist", on=eve + timedelta(days=1)
    )
