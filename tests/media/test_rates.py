"""Frame arithmetic: no drift over a cut, timecode that agrees with OpenTimelineIO."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.media.errors import InvalidCut
from greenlight.media.rates import exact_rate, format_timecode, frame_spans, parse_timecode

RATES = (23.976, 24, 25, 29.97, 30, 48, 50, 59.94, 60)


def test_decimal_rates_stand_for_the_exact_ones():
    assert exact_rate(23.976) == Fraction(24000, 1001)
    assert exact_rate(Decimal("29.97")) == Fraction(30000, 1001)
    assert exact_rate(59.94) == Fraction(60000, 1001)
    assert exact_rate(Fraction(24000, 1001)) == Fraction(24000, 1001)
    assert exact_rate(25) == 25


@pytest.mark.parametrize("fps", [0, -24, 12, 23.9, 120, float("nan")])
def test_a_rate_that_is_not_in_use_is_refused_with_those_that_are(fps):
    with pytest.raises(InvalidCut, match=r"supported: 23\.976"):
        exact_rate(fps)


@given(
    seconds=st.lists(st.decimals("0.1", "20", places=2), min_size=1, max_size=200),
    fps=st.sampled_from(RATES),
)
def test_a_cut_never_drifts_from_the_sum_of_its_seconds(seconds, fps):
    spans = frame_spans(seconds, fps)
    ends = [first + frames for first, frames in spans]
    assert [first for first, _ in spans] == [0, *ends[:-1]]
    elapsed = Fraction(0)
    for length, end in zip(seconds, ends, strict=True):
        elapsed += Fraction(length)
        assert abs(end - elapsed * exact_rate(fps)) <= Fraction(1, 2)


def test_every_shot_has_a_frame_and_none_may_have_no_length():
    assert frame_spans([0.001, 0.001], 24) == ((0, 1), (1, 1))
    with pytest.raises(InvalidCut, match="more than 0"):
        frame_spans([2, 0], 24)


@given(frame=st.integers(0, 2_000_000), fps=st.sampled_from(RATES[:7]), drop=st.booleans())
def test_timecode_agrees_with_opentimelineio_and_reads_back(frame, fps, drop):
    drop = drop and fps == 29.97
    rate = float(exact_rate(fps))
    text = format_timecode(frame, fps, drop=drop)
    time = otio.opentime.RationalTime(frame, rate)
    if frame < 86_400 * int(rate):
        assert text == otio.opentime.to_timecode(time, rate, drop)
        assert parse_timecode(text, fps) == (frame, drop)


def test_drop_frame_leaves_out_two_numbers_a_minute_but_not_every_tenth():
    assert format_timecode(1799, 29.97, drop=True) == "00:00:59;29"
    assert format_timecode(1800, 29.97, drop=True) == "00:01:00;02"
    assert format_timecode(17982, 29.97, drop=True) == "00:10:00;00"
    with pytest.raises(InvalidCut, match="leaves out"):
        parse_timecode("00:01:00;01", 29.97)
    with pytest.raises(InvalidCut, match=r"29\.97"):
        parse_timecode("01:00:00;00", 24)


@pytest.mark.parametrize("text", ["", "1:0:0:0", "01:00:00", "01:60:00:00", "01:00:00:24", "x"])
def test_what_is_no_timecode_is_refused(text):
    with pytest.raises(InvalidCut, match="timecode"):
        parse_timecode(text, 24)


def test_timecode_before_midnight_wraps():
    assert format_timecode(-1, 24) == "23:59:59:23"
