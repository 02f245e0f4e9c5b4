"""The cut and the animatic: exact frames, one raster, burn-ins, sound, the same bytes each time."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO

import av
import numpy as np
import pytest
from PIL import Image

from greenlight.media.animatic import Panel, add_panel
from greenlight.media.cut import CutClip, add_clip
from greenlight.media.errors import InvalidCut, UnreadableMedia
from greenlight.media.movie import write_movie
from greenlight.media.scratch import scratch_sound, speaking_seconds, speeches
from greenlight.media.sound import SAMPLE_RATE

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (50, 60, 200)}
BELOW = np.s_[40:]
"""What lies below the burn-ins."""


def cut(out, clips, **options):
    defaults = {"fps": 24, "width": 320, "height": 180, "title": "Hallway"}
    return write_movie(out, clips, add_clip, **{**defaults, **options})


def animatic(out, panels, **options):
    defaults = {"fps": 24, "width": 320, "height": 180, "title": "Hallway"}
    return write_movie(out, panels, add_panel, **{**defaults, **options})


def shot(path, number, seconds, take="v001"):
    return CutClip(path=path, seconds=seconds, shot=f"sq010_sh{number:04d}", take=take)


def panel(number, colour, seconds, dialogue=""):
    data = BytesIO()
    Image.new("RGB", (320, 180), colour).save(data, "PNG")
    return Panel(
        still=data.getvalue(),
        seconds=seconds,
        shot=f"sq010_sh{number:04d}",
        take="v001_c1",
        dialogue=dialogue,
        caption="dolly in",
    )


def pictures(path, layout="rgb24"):
    with av.open(str(path)) as movie:
        return [frame.to_ndarray(format=layout).astype(int) for frame in movie.decode(video=0)]


def sound_of(path):
    """(2, samples) of decoded sound."""
    with av.open(str(path)) as movie:
        return np.concatenate([frame.to_ndarray() for frame in movie.decode(audio=0)], axis=1)


def level(sound, start, end):
    return float(np.abs(sound[:, round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]).mean())


@pytest.fixture(scope="session")
def coloured(tmp_path_factory, encode):
    """Two-second clips of one colour each, by name."""
    folder = tmp_path_factory.mktemp("coloured")
    return {
        name: encode(folder / f"{name}.mp4", iter([np.full((180, 320, 3), rgb, np.uint8)] * 48))
        for name, rgb in COLOURS.items()
    }


@pytest.fixture(scope="session")
def story(tmp_path_factory, coloured):
    """A cut of three shots: its file and what was said of it."""
    path = tmp_path_factory.mktemp("story") / "cut.mp4"
    lengths = zip(coloured.values(), (1.0, 0.5, 1.75), strict=True)
    clips = [shot(clip, 10 * n, seconds) for n, (clip, seconds) in enumerate(lengths, start=1)]
    return path, cut(path, clips, slate_lines={"date": "2026-11-20"})


def test_shots_follow_in_story_order_in_their_own_colours_as_long_as_asked(story):
    path, info = story
    assert [(c.shot, c.start_frame, c.frames) for c in info.clips] == [
        ("sq010_sh0010", 1, 24),
        ("sq010_sh0020", 25, 12),
        ("sq010_sh0030", 37, 42),
    ]
    assert [c.timecode for c in info.clips] == ["01:00:00:00", "01:00:01:00", "01:00:01:12"]
    assert (info.slate_frames, info.frames, info.notes) == (1, 79, ())
    shown = pictures(path)
    assert len(shown) == 79
    for span, colour in zip(info.clips, COLOURS.values(), strict=True):
        for frame in shown[span.start_frame : span.start_frame + span.frames]:
            assert np.abs(frame[90, 160] - colour).max() <= 6


def test_the_movie_is_what_review_tools_expect_and_every_shot_can_be_jumped_to(story):
    path, info = story
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(path)) as movie:
        video, audio = movie.streams.video[0], movie.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert context.color_range == 1
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48000, "stereo")
        assert movie.metadata["title"] == "Hallway"
        # the slate is one frame ahead of the story's first timecode
        assert video.metadata["timecode"] == "00:59:59:23"
        keys = {index for index, f in enumerate(movie.decode(video=0)) if f.key_frame}
    assert {span.start_frame for span in info.clips} <= keys


def test_burn_ins_stand_at_the_top_tick_with_every_frame_and_are_never_white(story):
    path, info = story
    first = info.clips[2].start_frame
    burnt = pictures(path, "gray")[first : first + 42]
    plain = np.median(burnt[0][BELOW])
    label, clock = np.s_[2:30, 0:120], np.s_[2:30, 200:320]
    for frame in burnt:
        assert np.abs(frame[BELOW] - plain).mean() < 1
        assert frame.max() < 235
        for corner in (label, clock):
            assert np.abs(frame[corner] - plain).max() > 60
    still = np.abs(burnt[3][label] - burnt[20][label]).mean()
    ticking = np.abs(burnt[3][clock] - burnt[20][clock]).mean()
    assert ticking > max(1, 4 * still)


def test_the_slate_is_one_frame_that_shows_what_is_known(tmp_path, story, coloured):
    other = tmp_path / "cut.mp4"
    cut(other, [shot(coloured["red"], 10, 1)], slate_lines={"date": "2026-11-21"})
    a, b = pictures(story[0]), pictures(other)
    assert np.abs(a[0] - b[0]).max() > 60
    assert a[0].mean() < 60
    assert int(b[1][90, 160].argmax()) == 0


@pytest.mark.parametrize(
    ("fps", "rate"), [(23.976, Fraction(24000, 1001)), (29.97, Fraction(30000, 1001)), (25, 25)]
)
def test_broadcast_rates_are_exact(tmp_path, coloured, fps, rate):
    clips = [shot(path, 10 * n, 0.7) for n, path in enumerate(coloured.values(), start=1)]
    info = cut(tmp_path / "cut.mp4", clips, fps=fps)
    assert info.frames == 1 + int(Fraction(21, 10) * rate + Fraction(1, 2))
    with av.open(str(tmp_path / "cut.mp4")) as movie:
        assert movie.streams.video[0].average_rate == info.fps == rate
        assert movie.streams.video[0].frames == info.frames


def test_rates_that_differ_show_the_clip_at_its_own_speed(tmp_path, encode):
    grey = (np.full((180, 320, 3), 40 + 3 * i, dtype=np.uint8) for i in range(60))
    path = encode(tmp_path / "c.mp4", grey, fps=Fraction(30))
    info = cut(tmp_path / "cut.mp4", [shot(path, 10, 2)])
    assert info.notes == ()
    shown = [float(frame[BELOW].mean()) for frame in pictures(tmp_path / "cut.mp4")[1:]]
    for index, tone in enumerate(shown):
        assert abs(tone - (40 + 3 * ((2 * index + 1) * 30 // 48))) < 4.5, index


def test_a_clip_shorter_than_its_shot_holds_its_last_picture_and_says_so(tmp_path, good_clip):
    info = cut(tmp_path / "cut.mp4", [shot(good_clip, 10, 3, "v002")])
    assert info.notes == (
        "sq010_sh0010 v002 is 24 of 72 frames shorter than its shot: its last picture is held.",
    )
    shown = [frame[BELOW] for frame in pictures(tmp_path / "cut.mp4")[1:]]
    assert len(shown) == 72
    assert all(np.abs(frame - shown[47]).mean() < 1.5 for frame in shown[48:])
    assert np.abs(shown[20] - shown[47]).mean() > 3


def test_another_shape_is_letterboxed_and_not_stretched(tmp_path, encode):
    path = encode(tmp_path / "c.mp4", iter([np.full((240, 240, 3), 180, np.uint8)] * 24))
    cut(tmp_path / "cut.mp4", [shot(path, 10, 1)])
    frame = pictures(tmp_path / "cut.mp4")[3][BELOW]
    assert frame[:, :66].max() < 8
    assert frame[:, -66:].max() < 8
    assert frame[:-4, 74:-74].min() > 160


def test_the_clip_s_own_sound_is_kept_in_time(tmp_path, good_clip, coloured):
    clips = [shot(coloured["red"], 10, 0.5), shot(good_clip, 20, 1), shot(good_clip, 30, 2.5)]
    info = cut(tmp_path / "cut.mp4", clips)
    sound = sound_of(tmp_path / "cut.mp4")
    assert abs(sound.shape[1] / SAMPLE_RATE - info.seconds) < 0.03
    sound = sound[:, SAMPLE_RATE // 24 :]
    assert level(sound, 0.05, 0.45) < 0.001
    assert level(sound, 0.6, 1.4) > 0.1
    assert level(sound, 1.6, 3.4) > 0.1
    assert level(sound, 3.6, 3.95) < 0.001
    spectrum = np.abs(np.fft.rfft(sound[0, 2 * SAMPLE_RATE : 3 * SAMPLE_RATE]))
    assert abs(int(spectrum.argmax()) - 440) <= 1


def test_the_same_shots_make_the_same_bytes(tmp_path, good_clip, coloured):
    clips = [shot(good_clip, 10, 1.3), shot(coloured["green"], 20, 1)]
    panels = [panel(10, (90, 90, 90), 1, "A: one / B: two")]
    for number in "12":
        cut(tmp_path / f"cut{number}.mp4", clips, fps=23.976)
        animatic(tmp_path / f"animatic{number}.mp4", panels, fps=25)
    for name in ("cut", "animatic"):
        one, two = (tmp_path / f"{name}{number}.mp4" for number in "12")
        assert one.read_bytes() == two.read_bytes()


def test_a_broken_clip_is_named_and_leaves_no_movie_behind(tmp_path, coloured):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(coloured["green"].read_bytes()[:900])
    clips = [shot(coloured["red"], 10, 1), shot(broken, 20, 1, "v003")]
    with pytest.raises(UnreadableMedia, match="sq010_sh0020 v003"):
        cut(tmp_path / "out.mp4", clips)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.mp4"]


def test_a_failed_cut_leaves_the_earlier_movie_alone(tmp_path, coloured):
    out = tmp_path / "out.mp4"
    out.write_bytes(b"the earlier movie")
    with pytest.raises(FileNotFoundError):
        cut(out, [shot(coloured["red"], 10, 1), shot(tmp_path / "gone.mp4", 10, 1)])
    assert out.read_bytes() == b"the earlier movie"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"width": 322}, "divisible by 4"),
        ({"height": 0}, "divisible by 4"),
        ({"fps": 13}, "supported"),
        ({"clips": []}, "at least 1"),
        ({"height": 136, "drawn": (300, 180)}, "to 320×136"),
        ({"height": 136, "drawn": (320, 100)}, "to 320×136"),
        ({"height": 136, "drawn": (322, 182)}, "to 320×136"),
    ],
)
def test_what_cannot_be_delivered_is_refused_with_what_can(tmp_path, coloured, options, words):
    clips = options.pop("clips", [shot(coloured["red"], 10, 1)])
    with pytest.raises(InvalidCut, match=words):
        cut(tmp_path / "out.mp4", clips, **options)
    assert not list(tmp_path.iterdir())


def test_each_still_of_an_animatic_stands_as_long_as_its_shot_lasts(tmp_path):
    path = tmp_path / "animatic.mp4"
    info = animatic(path, [panel(10, (180, 40, 40), 1.5), panel(20, (40, 40, 180), 2.0)])
    assert [(c.start_frame, c.frames) for c in info.clips] == [(1, 36), (37, 48)]
    assert info.seconds == pytest.approx(85 / 24)
    middle = [picture[60:90, 100:200].mean(axis=(0, 1)) for picture in pictures(path)[1:]]
    assert [bool(m[0] > m[2]) for m in middle] == [True] * 36 + [False] * 48


def test_dialogue_is_heard_in_its_shot_alone(tmp_path):
    path = tmp_path / "animatic.mp4"
    panels = [panel(10, (90, 90, 90), 2), panel(20, (90, 90, 90), 2, "MARA: Who left it open?")]
    animatic(path, panels)
    sound = sound_of(path)
    assert level(sound, 2.4, 3.8) > 10 * level(sound, 0.2, 1.8) > 0


def test_a_shot_too_short_for_its_dialogue_is_noted(tmp_path):
    said = "TOM: I have told you that door was never to be opened by anybody, least of all you."
    panels = [panel(10, (9, 9, 9), 3, said), panel(20, (9, 9, 9), 3, "TOM: No.")]
    info = animatic(tmp_path / "animatic.mp4", panels)
    assert [note.split(":")[0] for note in info.notes] == ["sq010_sh0010"]
    assert f"{speaking_seconds(said):.1f} s" in info.notes[0]


@pytest.mark.parametrize(
    ("dialogue", "who"),
    [
        ("MARA: Where? / TOM: There.", ["MARA", "TOM"]),
        ('Mara: "At 9:30, then." Tom: "Fine."', ["Mara", "Tom"]),
        ("It is late.", [""]),
        ("…", []),
        ("", []),
    ],
)
def test_dialogue_is_read_by_speaker(dialogue, who):
    assert [speech.speaker for speech in speeches(dialogue)] == who


def test_speakers_hum_at_different_pitches():
    def pitch(name: str) -> float:
        sound = scratch_sound(f"{name}: mmm", SAMPLE_RATE)[0][14_000:22_000]
        return float(np.argmax(np.abs(np.fft.rfft(sound))) * SAMPLE_RATE / len(sound))

    assert pitch("Mara") != pitch("Tom")
    assert all(100 <= pitch(name) <= 240 for name in ("Mara", "Tom", "Ümit", ""))
