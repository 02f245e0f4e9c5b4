"""Any shape is delivered out of the few that models draw, and every way of writing it is one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from greenlight.errors import InvalidInput
from greenlight.production.brief import Brief
from greenlight.production.framing import Framing, canonical, ratio_of, source_for
from greenlight.production.records import ProductionRecord
from greenlight.production.shots import cut_hash, frame_hash
from greenlight.production.state import stale
from tests.production.world import World

DRAWN = ("16:9", "9:16")
RATIOS = st.fractions(Fraction(1, 3), Fraction(3), max_denominator=900)


@pytest.mark.parametrize(
    ("written", "means"),
    [
        *((name, name) for name in ("16:9", "9:16", "1:1", "4:3", "4:5", "21:9", "2.39:1", "2:1")),
        (1.85, "1.85:1"),
        ("1.85", "1.85:1"),
        ("1.850:1", "1.85:1"),
        ("37:20", "1.85:1"),
        (2.39, "2.39:1"),
        ("2,39:1", "2.39:1"),
        (" 2.39 : 1 ", "2.39:1"),
        ("2.40:1", "2.4:1"),
        ("1920x800", "2.4:1"),
        ("1280×536", "2.39:1"),
        ("4096/1716", "2.39:1"),
        ("1.78:1", "16:9"),
        ("1.77", "16:9"),
        ("1920x1080", "16:9"),
        ("1366x768", "16:9"),
        ("1.33", "4:3"),
        ("0.5625", "9:16"),
        ("0.56", "9:16"),
        ("1080X1350", "4:5"),
        ("7:3", "21:9"),
        ("2.33", "21:9"),
        (1, "1:1"),
        ("1:2.39", "1:2.39"),
        ("1.8", "1.8:1"),
        ("17:9", "17:9"),
    ],
)
def test_what_people_write_has_one_canonical_form(written: object, means: str) -> None:
    assert canonical(written) == means
    assert (
        Brief.model_validate({"title": "t", "vision": "v", "aspect_ratio": written}).aspect_ratio
        == means
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("scope", "did you mean '2.39:1'"),
        ("square", "did you mean '1:1'"),
        ("sqare", "did you mean '1:1'"),
        ("Widescreen", "did you mean '16:9'"),
        ("239:1", "did you mean '2.39:1'"),
        ("16.9", "did you mean '16:9'"),
        ("16;9", "did you mean '16:9'"),
        *((bad, "between 1:3 and 3:1") for bad in ("", "4:1", "1:4", "0:9", "16:0", "1:0", "-2")),
        *((bad, "between 1:3 and 3:1") for bad in ("nan", "inf:1", "16:9:4", "²:1", "9" * 400)),
        *((bad, "between 1:3 and 3:1") for bad in (True, None, 969, [16, 9], {}, b"16:9")),
    ],
)
def test_what_is_no_ratio_is_refused_with_what_is_and_a_guess(written: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        canonical(written)
    with pytest.raises(ValidationError):
        Brief.model_validate({"title": "t", "vision": "v", "aspect_ratio": written})


@given(RATIOS, st.booleans())
@example(Fraction(16, 9), False)
def test_the_canonical_form_is_its_own_and_means_the_same_shape(
    ratio: Fraction, as_number: bool
) -> None:
    width, height = ratio.as_integer_ratio()
    written = f"{float(ratio):.4f}" if as_number else f"{width}:{height}"
    try:
        name = canonical(written)
    except ValueError:
        assert as_number
        assert not Fraction(1, 3) <= Fraction(written) <= 3
        return
    assert canonical(name) == name
    assert abs(float(ratio_of(name) / ratio) - 1) < 0.011


@given(RATIOS)
def test_the_source_that_keeps_most_is_drawn_and_the_raster_fits_into_it(ratio: Fraction) -> None:
    delivery = canonical(f"{ratio.numerator}:{ratio.denominator}")
    framing = Framing(delivery, source_for(delivery, DRAWN))
    assert framing.kept == max(Framing(delivery, source).kept for source in DRAWN)
    assert framing.kept > 0.55
    width, height = framing.raster
    drawn_width, drawn_height = framing.drawn_raster
    assert width % 4 == height % 4 == 0
    assert (width == drawn_width or height == drawn_height) or not framing.cropped
    assert width <= drawn_width
    assert height <= drawn_height
    assert abs(width / height / float(ratio_of(delivery)) - 1) < 0.006


@pytest.mark.parametrize(
    ("delivery", "source", "raster"),
    [
        ("16:9", "16:9", (1280, 720)),
        ("9:16", "9:16", (720, 1280)),
        ("2.39:1", "16:9", (1280, 536)),
        ("1.85:1", "16:9", (1280, 692)),
        ("2.35:1", "16:9", (1280, 544)),
        ("21:9", "16:9", (1280, 548)),
        ("4:3", "16:9", (960, 720)),
        ("1:1", "16:9", (720, 720)),
        ("4:5", "9:16", (720, 900)),
    ],
)
def test_each_format_is_cropped_from_the_nearest_into_a_true_raster(
    delivery: str, source: str, raster: tuple[int, int]
) -> None:
    assert source_for(delivery, DRAWN) == source
    assert Framing(delivery, source).raster == raster


def test_a_shape_that_is_drawn_is_not_cropped() -> None:
    assert source_for("21:9", ("16:9", "21:9")) == "21:9"
    assert Framing("21:9", "21:9").sentence == "21:9"
    assert Framing("21:9", "21:9").safe_area == ""
    with pytest.raises(InvalidInput, match="no aspect ratio is drawn by both"):
        source_for("1:1", ())


def test_the_safe_area_is_stated_on_the_side_that_is_cropped() -> None:
    assert Framing("2.39:1", "16:9").safe_area == "the middle 74 % of the height"
    assert Framing("1:1", "16:9").safe_area == "the middle 56 % of the width"
    assert Framing("4:5", "9:16").safe_area == "the middle 70 % of the height"


def test_records_of_before_there_were_crops_read_and_hash_as_they_did() -> None:
    world = World()
    production = world.facts.production
    assert production is not None
    old = production.model_dump(mode="json", exclude={"source_ratio"}) | {"schema_version": 1}
    read = ProductionRecord.read("production.json", old)
    assert (read.schema_version, read.framing) == (1, Framing("16:9", "16:9"))
    shot = world.shots[0]
    # As release 0.1.0 made them.
    assert frame_hash(shot, "", read.framing.source, ()).startswith("d2b278e93a1c16fd")
    assert cut_hash([("a", "b", Decimal(4))], "24", "16:9").startswith("c0234de0c5627a80")


def test_another_delivery_of_the_same_source_voids_the_cut_alone() -> None:
    world = World(shots=1, candidates=1)
    while not (world.state.delivered or any(t.kind == "cut" for t in world.facts.takes)):
        world.run()
        world.approve_one_each()
    assert stale(world.facts, world.state) == set()
    before = world.facts.production
    assert before is not None
    brief = before.brief.model_copy(update={"aspect_ratio": "2.39:1"})
    world.facts.add([before.model_copy(update={"brief": brief, "source_ratio": "16:9"})])
    assert {take.kind for take in stale(world.facts, world.state)} == {"cut"}
    assert [w.kind for w in world.state.work] == ["cut"]
