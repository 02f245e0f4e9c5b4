"""The cut: story order, exact frames, one raster, burn-ins, sound, and the same bytes each time."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from greenlight.media.assemble import CutClip, assemble_cut
from greenlight.media.decoding import probe_clip
from greenlight.media.errors import InvalidCut, UnreadableMedia


def cut(out, clips, **options):
    defaults = {"fps": 24, "width": 320, "height": 180, "title": "Hallway"}
    return assemble_cut(out, clips, **{**defaults, **options})


def shot(path, number, seconds, take="v001"):
    return CutClip(path=path, seconds=seconds, shot=f"sq010_sh{number:04d}", take=take)


def pictures(path):
    with av.open(str(path)) as movie:
        return [frame.to_ndarray(format="rgb24") for frame in movie.decode(video=0)]


def lumas(path):
    with av.open(str(path)) as movie:
        return [frame.to_ndarray()[: frame.height] for frame in movie.decode(video=0)]


def tone_of(path):
    """(2, samples) of decoded sound and its rate."""
    with av.open(str(path)) as movie:
        blocks = [frame.to_ndarray() for frame in movie.decode(audio=0)]
        return np.concatenate(blocks, axis=1), movie.streams.audio[0]


@pytest.fixture(scope="session")
def coloured(tmp_path_factory, encode):
    """Two-second clips of one colour each, by name."""
    folder = tmp_path_factory.mktemp("coloured")
    colours = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (50, 60, 200)}
    return {
        name: encode(
            folder / f"{name}.mp4", (np.full((180, 320, 3), rgb, dtype=np.uint8) for _ in range(48))
        )
        for name, rgb in colours.items()
    }


def test_shots_follow_in_story_order_and_last_as_long_as_asked(tmp_path, coloured):
    clips = [
        shot(coloured["red"], 10, 1.0),
        shot(coloured["green"], 20, 0.5),
        shot(coloured["blue"], 30, 1.75),
    ]
    info = cut(tmp_path / "cut.mp4", clips, burn_in=False)
    assert [(c.shot, c.start_frame, c.frames) for c in info.clips] == [
        ("sq010_sh0010", 1, 24),
        ("sq010_sh0020", 25, 12),
        ("sq010_sh0030", 37, 42),
    ]
    assert [c.timecode for c in info.clips] == ["01:00:00:00", "01:00:01:00", "01:00:01:12"]
    assert (info.slate_frames, info.frames, info.notes) == (1, 79, ())
    shown = pictures(tmp_path / "cut.mp4")
    assert len(shown) == 79
    for span, (channel, _) in zip(info.clips, enumerate("rgb"), strict=True):
        for frame in shown[span.start_frame : span.start_frame + span.frames]:
            assert int(frame[90, 160].argmax()) == channel


def test_the_movie_is_what_review_tools_expect(tmp_path, coloured):
    out = tmp_path / "cut.mp4"
    cut(out, [shot(coloured["red"], 10, 2)], start_timecode="01:00:00:00")
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(out)) as movie:
        video, audio = movie.streams.video[0], movie.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert context.color_range == 1
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48000, "stereo")
        assert movie.metadata["title"] == "Hallway"
        # the slate is one frame ahead of the story's first timecode
        assert video.metadata["timecode"] == "00:59:59:23"


@pytest.mark.parametrize(
    ("fps", "rate"), [(23.976, Fraction(24000, 1001)), (29.97, Fraction(30000, 1001)), (25, 25)]
)
def test_broadcast_rates_are_exact(tmp_path, coloured, fps, rate):
    clips = [shot(path, 10 * n, 0.7) for n, path in enumerate(coloured.values(), start=1)]
    info = cut(tmp_path / "cut.mp4", clips, fps=fps, slate=False)
    probed = probe_clip(tmp_path / "cut.mp4")
    assert probed.fps == info.fps == rate
    assert probed.frames == info.frames == int(Fraction(21, 10) * rate + Fraction(1, 2))


def test_rates_that_differ_show_the_clip_at_its_own_speed(tmp_path, encode):
    grey = (np.full((180, 320, 3), 40 + 3 * i, dtype=np.uint8) for i in range(60))
    path = encode(tmp_path / "c.mp4", grey, fps=Fraction(30))
    info = cut(tmp_path / "cut.mp4", [shot(path, 10, 2)], slate=False, burn_in=False, sound=False)
    assert info.notes == ()
    shown = [float(frame.mean()) for frame in pictures(tmp_path / "cut.mp4")]
    for index, level in enumerate(shown):
        assert abs(level - (40 + 3 * ((2 * index + 1) * 30 // 48))) < 4.5, index


def test_a_clip_shorter_than_its_shot_holds_its_last_picture_and_says_so(tmp_path, good_clip):
    out = tmp_path / "cut.mp4"
    info = cut(out, [shot(good_clip, 10, 3, "v002")], slate=False, burn_in=False)
    assert info.frames == 72
    assert info.notes == (
        "sq010_sh0010 v002 is 24 of 72 frames shorter than its shot: its last picture is held.",
    )
    shown = [frame.astype(int) for frame in pictures(out)]
    assert all(np.abs(frame - shown[47]).mean() < 1.5 for frame in shown[48:])
    assert np.abs(shown[20] - shown[47]).mean() > 3


def test_another_shape_is_letterboxed_and_not_stretched(tmp_path, encode):
    square = (np.full((240, 240, 3), 180, dtype=np.uint8) for _ in range(24))
    path = encode(tmp_path / "c.mp4", square)
    cut(tmp_path / "cut.mp4", [shot(path, 10, 1)], slate=False, burn_in=False)
    frame = pictures(tmp_path / "cut.mp4")[3]
    assert frame[:, :66].max() < 8
    assert frame[:, -66:].max() < 8
    assert frame[4:-4, 74:-74].min() > 160


def test_colours_survive_the_change_of_matrix(tmp_path, coloured):
    clips = [shot(path, 10 * n, 0.5) for n, path in enumerate(coloured.values(), start=1)]
    cut(tmp_path / "cut.mp4", clips, slate=False, burn_in=False)
    shown = pictures(tmp_path / "cut.mp4")
    for index, wanted in ((6, (200, 40, 40)), (18, (40, 180, 60)), (30, (50, 60, 200))):
        assert np.abs(shown[index][90, 160].astype(int) - wanted).max() <= 6


def test_burn_ins_change_with_every_frame_and_are_never_white(tmp_path, coloured):
    clips = [shot(coloured["blue"], 10, 1)]
    cut(tmp_path / "plain.mp4", clips, slate=False, burn_in=False)
    cut(tmp_path / "burnt.mp4", clips, slate=False)
    plain, burnt = lumas(tmp_path / "plain.mp4"), lumas(tmp_path / "burnt.mp4")
    label, clock = np.s_[2:30, 0:120], np.s_[2:30, 200:320]
    for before, after in zip(plain, burnt, strict=True):
        assert np.abs(before[40:].astype(int) - after[40:]).mean() < 1
        for corner in (label, clock):
            assert after[corner].max() > 140
        assert after.max() < 215
    still = np.abs(burnt[3][label].astype(int) - burnt[20][label]).mean()
    ticking = np.abs(burnt[3][clock].astype(int) - burnt[20][clock]).mean()
    assert ticking > 1
    assert ticking > 4 * still


def test_the_slate_is_one_frame_that_shows_what_is_known(tmp_path, coloured):
    clips = [shot(coloured["red"], 10, 1)]
    for name, lines in (("a", {"date": "2026-11-20"}), ("b", {"date": "2026-11-21"})):
        cut(tmp_path / f"{name}.mp4", clips, slate_lines=lines)
    a, b = pictures(tmp_path / "a.mp4"), pictures(tmp_path / "b.mp4")
    assert np.abs(a[0].astype(int) - b[0]).max() > 60
    assert a[0].mean() < 60
    assert int(a[1][90, 160].argmax()) == 0


def test_the_clip_s_own_sound_is_kept_in_time(tmp_path, good_clip, coloured):
    clips = [shot(coloured["red"], 10, 0.5), shot(good_clip, 20, 1), shot(good_clip, 30, 2.5)]
    info = cut(tmp_path / "cut.mp4", clips, slate=False)
    sound, stream = tone_of(tmp_path / "cut.mp4")
    assert stream.rate == 48000
    assert abs(sound.shape[1] / 48000 - info.seconds) < 0.03

    def level(start, end):
        return float(np.abs(sound[:, round(start * 48000) : round(end * 48000)]).mean())

    assert level(0.05, 0.45) < 0.001
    assert level(0.6, 1.4) > 0.1
    assert level(1.6, 3.4) > 0.1
    assert level(3.6, 3.95) < 0.001
    spectrum = np.abs(np.fft.rfft(sound[0, 48000 * 2 : 48000 * 3]))
    assert abs(int(spectrum.argmax()) - 440) <= 1


def test_sound_can_be_left_out_and_the_track_stays(tmp_path, good_clip):
    info = cut(tmp_path / "cut.mp4", [shot(good_clip, 10, 2)], sound=False)
    sound, _ = tone_of(tmp_path / "cut.mp4")
    assert np.abs(sound).max() < 0.001
    assert abs(sound.shape[1] / 48000 - info.seconds) < 0.03


def test_the_same_clips_make_the_same_bytes(tmp_path, good_clip, coloured):
    clips = [shot(good_clip, 10, 1.3), shot(coloured["green"], 20, 1)]
    for name in ("one.mp4", "two.mp4"):
        cut(tmp_path / name, clips, fps=23.976)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_every_shot_can_be_jumped_to(tmp_path, coloured):
    clips = [shot(path, 10 * n, 0.7) for n, path in enumerate(coloured.values(), start=1)]
    info = cut(tmp_path / "cut.mp4", clips)
    with av.open(str(tmp_path / "cut.mp4")) as movie:
        keys = {index for index, f in enumerate(movie.decode(video=0)) if f.key_frame}
    assert {span.start_frame for span in info.clips} <= keys


def test_a_broken_clip_is_named_and_leaves_no_movie_behind(tmp_path, coloured):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(coloured["green"].read_bytes()[:900])
    clips = [shot(coloured["red"], 10, 1), shot(broken, 20, 1, "v003")]
    with pytest.raises(UnreadableMedia, match="sq010_sh0020 v003"):
        cut(tmp_path / "out.mp4", clips)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.mp4"]


def test_a_failed_cut_leaves_the_earlier_movie_alone(tmp_path, coloured):
    out = tmp_path / "out.mp4"
    cut(out, [shot(coloured["red"], 10, 1)])
    before = out.read_bytes()
    with pytest.raises(FileNotFoundError):
        cut(out, [shot(tmp_path / "gone.mp4", 10, 1)])
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"width": 322}, "divisible by 4"),
        ({"height": 0}, "divisible by 4"),
        ({"fps": 13}, "supported"),
        ({"start_timecode": "1:00"}, "timecode"),
        ({"start_timecode": "01:00:00;00"}, "drop-frame"),
    ],
)
def test_what_cannot_be_delivered_is_refused_with_what_can(tmp_path, coloured, options, words):
    with pytest.raises(InvalidCut, match=words):
        cut(tmp_path / "out.mp4", [shot(coloured["red"], 10, 1)], **options)
    assert not list(tmp_path.iterdir())


def test_a_cut_of_nothing_is_refused(tmp_path):
    with pytest.raises(InvalidCut, match="at least 1"):
        cut(tmp_path / "out.mp4", [])
