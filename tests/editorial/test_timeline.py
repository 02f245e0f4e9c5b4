"""Timeline, movie and EDL say the same, frame by frame."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import av
import numpy as np
import opentimelineio as otio
import pytest

from greenlight.editorial.edl import write_edl
from greenlight.editorial.timeline import TimelineClip, build_timeline
from greenlight.media.cut import CutClip, add_clip
from greenlight.media.decoding import frame_count
from greenlight.media.errors import InvalidCut
from greenlight.media.movie import write_movie

SECONDS = (1.3, 0.7, 2.05)


def clips(seconds=SECONDS, available=2.0):
    return [
        TimelineClip(
            shot=f"sq010_sh{10 * (n + 1):04d}",
            take=f"v00{n + 1}",
            media_url=f"s3://assets/shows/demo/hall/shots/{n}/clips/v001.mp4",
            seconds=length,
            available_seconds=available,
            sha256="ab" * 32,
            model="gemini-omni-1.2-flash",
            prompt_digest="cd" * 32,
            cost=Decimal("0.4000"),
            simulated=True,
            extra={"gate": "7"},
        )
        for n, length in enumerate(seconds)
    ]


def read(text):
    return otio.adapters.read_from_string(text, "otio_json")


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """A two-second clip at 24 frames per second."""
    path = tmp_path_factory.mktemp("editorial") / "clip.mp4"
    random = np.random.default_rng(0)
    base = np.kron(random.integers(0, 255, (9, 16, 3)), np.ones((10, 10, 1))).astype(np.uint8)
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for index in range(48):
            frame = av.VideoFrame.from_ndarray(np.roll(base, index, axis=1), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 24)
            movie.mux(stream.encode(frame))
        movie.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("fps", [23.976, 24, 25, 29.97, 30])
def test_timeline_movie_and_edl_agree_frame_by_frame(tmp_path, media, fps):
    planned = clips()
    cut = write_movie(
        tmp_path / "cut.mp4",
        [CutClip(path=media, seconds=c.seconds, shot=c.shot, take=c.take) for c in planned],
        add_clip,
        fps=fps,
        width=160,
        height=88,
        title="Hall",
    )
    text = build_timeline("Hall", planned, fps=fps)
    timeline = read(text)
    on_track = list(timeline.find_clips())
    assert [(c.name, int(c.source_range.duration.value)) for c in on_track] == [
        (span.shot, span.frames) for span in cut.clips
    ]
    track = timeline.video_tracks()[0]
    starts = [int(track.range_of_child(c).start_time.value) for c in on_track]
    assert starts == [span.start_frame - cut.slate_frames for span in cut.clips]
    assert timeline.duration().value == cut.frames - cut.slate_frames
    assert timeline.duration().value == frame_count(tmp_path / "cut.mp4") - 1
    events = [line.split() for line in write_edl(text).splitlines() if line[:1].isdigit()]
    assert [event[6] for event in events] == [span.timecode for span in cut.clips]


def test_held_pictures_are_marked_as_long_as_the_cut_holds_them(tmp_path, media):
    planned = clips((1.0, 2.5), available=frame_count(media) / 24)
    cut = write_movie(
        tmp_path / "cut.mp4",
        [CutClip(path=media, seconds=c.seconds, shot=c.shot, take=c.take) for c in planned],
        add_clip,
        fps=23.976,
        width=160,
        height=88,
        title="Hall",
    )
    one, other = read(build_timeline("Hall", planned, fps=23.976)).find_clips()
    assert list(one.markers) == []
    (marker,) = other.markers
    held = int(marker.marked_range.duration.value)
    assert marker.name == f"hold {held} frames"
    assert f"is {held} of" in cut.notes[0]


def test_what_is_over_is_a_handle():
    one, *_ = read(build_timeline("Hall", clips((1.0,)), fps=24)).find_clips()
    assert one.source_range.start_time.value == 0
    assert one.available_range().duration.value - one.source_range.duration.value == 24


def test_a_clip_carries_where_it_came_from_and_money_as_text():
    one, *_ = read(build_timeline("Hall", clips(), fps=24)).find_clips()
    details = one.metadata["greenlight"]
    assert dict(details) == {
        "shot": "sq010_sh0010",
        "take": "v001",
        "sha256": "ab" * 32,
        "model": "gemini-omni-1.2-flash",
        "prompt_digest": "cd" * 32,
        "cost_usd": "0.4000",
        "simulated": True,
        "gate": "7",
    }
    assert one.media_reference.target_url.startswith("s3://")


def test_the_story_begins_at_its_timecode():
    timeline = read(build_timeline("Hall", clips(), fps=25, start_timecode="10:00:00:00"))
    assert timeline.global_start_time.value == 10 * 3600 * 25
    assert timeline.global_start_time.rate == 25


def test_the_same_cut_is_the_same_text_and_survives_a_round_trip():
    text = build_timeline("Hall", clips(), fps=23.976)
    assert text == build_timeline("Hall", clips(), fps=23.976)
    assert otio.adapters.write_to_string(read(text), "otio_json") == text


def test_an_edl_counts_records_from_the_start_timecode_and_names_every_reel_differently():
    planned = clips((1.0,) * 12)
    edl = write_edl(build_timeline("Hall", planned, fps=29.97, start_timecode="01:00:00;00"))
    assert "FCM: DROP FRAME" in edl
    events = [line.split() for line in edl.splitlines() if line[:1].isdigit()]
    assert events[0][4:] == ["00:00:00;00", "00:00:01;00", "01:00:00;00", "01:00:01;00"]
    reels = [event[1] for event in events]
    assert len(set(reels)) == 12
    assert all(len(reel) <= 8 and reel.isalnum() for reel in reels)
    assert "FCM: NON-DROP FRAME" in write_edl(build_timeline("Hall", planned, fps=29.97))


def test_shots_whose_ids_end_alike_have_reels_of_their_own():
    alike = [c.model_copy(update={"shot": f"{c.take}_same_long_ending"}) for c in clips()]
    edl = write_edl(build_timeline("Hall", alike, fps=24))
    assert len({line.split()[1] for line in edl.splitlines() if line[:1].isdigit()}) == 3


def test_a_title_with_line_breaks_adds_no_event():
    hostile = "Hall\n002  X  V  C  00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\u2028"
    edl = write_edl(build_timeline(hostile, clips((1.0,)), fps=24))
    assert len([line for line in edl.splitlines() if line[:1].isdigit()]) == 1


def test_what_does_not_fit_is_refused():
    with pytest.raises(InvalidCut, match="at least 1"):
        build_timeline("Hall", [], fps=24)
    with pytest.raises(InvalidCut, match="999"):
        write_edl(build_timeline("Hall", clips((1.0,) * 1000), fps=24))


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("16:9", "* FORMAT: 2.39:1 1280x536, CROPPED FROM 16:9"),
        ("2.39:1", "* FORMAT: 2.39:1 1280x536"),
    ],
)
def test_timeline_and_edl_say_what_is_cropped(source, line):
    shape = {"aspect_ratio": "2.39:1", "source_ratio": source, "raster": "1280x536"}
    text = build_timeline("Cut", clips(), fps=24, metadata=shape)
    timeline = read(text)
    assert shape.items() <= dict(timeline.metadata["greenlight"]).items()
    lines = write_edl(text).splitlines()
    assert lines[2] == line
    assert lines[3] == ""
    assert "FORMAT" not in write_edl(build_timeline("Cut", clips(), fps=24))
