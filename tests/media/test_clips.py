"""Clips: every fault is named by its rule, a good clip passes them all; stills out of clips."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from greenlight.media.clip_rules import check_clip
from greenlight.media.decoding import frame_count
from greenlight.media.errors import UnreadableMedia
from greenlight.media.excerpts import clip_stills
from greenlight.media.sound import clip_sound
from greenlight.media.stills import read_still


def failed(results):
    return {result.name for result in results if not result.passed}


def check(path, **options):
    return check_clip(path, **{"aspect": "16:9", "seconds": 2, "fps": 24, **options})


def test_a_good_clip_passes_every_rule(good_clip, scene, as_bytes):
    results = check(good_clip, first_frame=as_bytes(scene(1)), must_move=True, min_width=320)
    assert failed(results) == set()
    assert " ".join(sorted(result.name.replace(" ", "-") for result in results)) == (
        "aspect decodes length moves not-blank not-noise size starts-on-its-frame"
    )
    assert all(any(c.isdigit() for c in result.detail) for result in results)


def test_a_clip_of_another_rate_is_measured_in_seconds(tmp_path, panning, encode):
    path = encode(tmp_path / "c.mp4", panning(1, 60), fps=Fraction(30000, 1001))
    assert failed(check(path, fps=23.976)) == set()


@pytest.mark.parametrize(("frames", "passes"), [(46, True), (45, False), (58, True), (96, False)])
def test_a_clip_may_be_two_frames_short_and_half_a_second_long(
    tmp_path, panning, encode, frames, passes
):
    results = check(encode(tmp_path / "c.mp4", panning(1, frames)))
    assert failed(results) == (set() if passes else {"length"})


def test_another_shape_or_too_few_pixels_fail_their_rule(tmp_path, panning, encode):
    path = encode(tmp_path / "c.mp4", panning(1, 48, 240, 240))
    assert failed(check(path, min_width=1280)) == {"aspect", "size"}


@pytest.mark.parametrize("tone", [0, 255])
def test_a_black_or_white_clip_is_blank(tmp_path, encode, tone):
    pictures = (np.full((180, 320, 3), tone, dtype=np.uint8) for _ in range(48))
    assert "not blank" in failed(check(encode(tmp_path / "c.mp4", pictures)))


def test_a_short_fade_from_black_is_not_blank_but_a_dead_second_half_is(tmp_path, panning, encode):
    fade = ((p * min(1, i / 10)).astype(np.uint8) for i, p in enumerate(panning(1, 48)))
    assert failed(check(encode(tmp_path / "fade.mp4", fade))) == set()
    dead = ((p * (i < 24)).astype(np.uint8) for i, p in enumerate(panning(1, 48)))
    assert "not blank" in failed(check(encode(tmp_path / "dead.mp4", dead)))


def test_a_clip_of_noise_is_no_picture(tmp_path, encode):
    random = np.random.default_rng(0)
    pictures = (random.integers(0, 256, (180, 320, 3), dtype=np.uint8) for _ in range(48))
    assert "not noise" in failed(check(encode(tmp_path / "c.mp4", pictures)))


def test_a_frozen_clip_fails_where_movement_was_asked_for(tmp_path, panning, encode):
    first = next(panning(1, 1))
    path = encode(tmp_path / "c.mp4", (first for _ in range(48)))
    assert failed(check(path)) == set()
    assert failed(check(path, must_move=True)) == {"moves"}


def test_a_clip_that_starts_on_another_frame_is_told(good_clip, scene, as_bytes):
    for seed in (2, 3, 4, 5, 6):
        results = check(good_clip, first_frame=as_bytes(scene(seed)))
        assert failed(results) == {"starts on its frame"}, seed


def test_a_larger_and_slightly_wider_still_is_still_its_first_frame(good_clip, scene, as_bytes):
    large = scene(1).resize((1344, 768), Image.Resampling.LANCZOS)
    results = check(good_clip, first_frame=as_bytes(large, "JPEG", quality=70))
    assert failed(results) == set()


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.02, 0.2, 0.5, 0.9, 0.99])
def test_a_clip_that_was_cut_off_does_not_pass(tmp_path, good_clip, kept):
    data = good_clip.read_bytes()
    path = tmp_path / "c.mp4"
    path.write_bytes(data[: round(len(data) * kept)])
    assert "decodes" in failed(check(path))


def test_damage_that_decoders_conceal_does_not_pass(tmp_path, good_clip):
    data = bytearray(good_clip.read_bytes())
    picture = data.index(b"mdat") + len(data) // 5
    data[picture : picture + 200] = bytes(200)
    path = tmp_path / "c.mp4"
    path.write_bytes(data)
    assert "decodes" in failed(check(path))


def test_a_playlist_that_names_other_files_is_not_followed(tmp_path, good_clip):
    text = f"#EXTM3U\n#EXTINF:2,\n{good_clip}\n#EXT-X-ENDLIST\n"
    for name, content in (("c.mp4", text), ("c.m3u8", text), ("c.txt", f"file '{good_clip}'\n")):
        path = tmp_path / name
        path.write_text(content)
        assert failed(check(path)) == {"decodes"}
        with pytest.raises(UnreadableMedia):
            frame_count(path)


def test_sound_alone_and_a_still_are_no_clips(tmp_path, scene, as_bytes):
    path = tmp_path / "c.mp4"
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("aac", rate=48000, layout="mono")
        quiet = np.zeros((1, 1024), dtype=np.float32)
        sound = av.AudioFrame.from_ndarray(quiet, format="fltp", layout="mono")
        sound.sample_rate, sound.pts = 48000, 0
        movie.mux(stream.encode(sound))
        movie.mux(stream.encode(None))
    with pytest.raises(UnreadableMedia, match="no pictures"):
        frame_count(path)
    path.write_bytes(as_bytes(scene(0)))
    with pytest.raises(UnreadableMedia):
        frame_count(path)


def test_frames_are_counted_and_not_taken_from_the_header(tmp_path, good_clip):
    data = good_clip.read_bytes()
    path: Path = tmp_path / "c.mp4"
    path.write_bytes(data[: len(data) * 6 // 10])
    assert 0 < frame_count(path) < frame_count(good_clip) == 48


@pytest.fixture(scope="session")
def containers(good_clip, tmp_path_factory, panning, encode):
    """The bytes of a short clip as MP4 and as Matroska."""
    folder = tmp_path_factory.mktemp("containers")
    short = encode(folder / "c.mp4", panning(1, 12), tone=440.0)
    matroska = encode(folder / "c.mkv", panning(1, 12))
    return short.read_bytes(), matroska.read_bytes()


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    which=st.integers(0, 1),
    start=st.one_of(st.integers(0, 3000), st.integers(0, 40_000)),
    patch=st.binary(min_size=1, max_size=48),
    kept=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_damaged_bytes_give_results_or_unreadable_media_and_nothing_else(
    tmp_path_factory, containers, which, start, patch, kept
):
    data = bytearray(containers[which])
    start %= len(data)
    data[start : start + len(patch)] = patch
    path = tmp_path_factory.getbasetemp() / "fuzzed.mp4"
    path.write_bytes(data[: round(len(data) * kept)])
    results = check(path, must_move=True)
    assert results[0].name == "decodes"
    for read in (frame_count, lambda p: clip_stills(p, 2), lambda p: clip_sound(p, 24_000)):
        with suppress(UnreadableMedia):
            read(path)


def test_pictures_coded_in_an_unknown_way_are_named_as_such(tmp_path, good_clip):
    path = tmp_path / "c.mp4"
    path.write_bytes(good_clip.read_bytes().replace(b"avc1", b"zzz9"))
    with pytest.raises(UnreadableMedia, match="unknown way"):
        frame_count(path)
    assert failed(check(path)) == {"decodes"}


def test_a_clip_that_is_not_there_is_a_missing_file_and_no_bad_clip(tmp_path):
    with pytest.raises(FileNotFoundError):
        check(tmp_path / "gone.mp4")


@pytest.fixture(scope="session")
def brightening(tmp_path_factory, encode):
    """25 frames whose grey is ten times their number."""
    path = tmp_path_factory.mktemp("excerpts") / "c.mp4"
    return encode(path, (np.full((90, 160, 3), 10 * i, dtype=np.uint8) for i in range(25)))


def levels(stills):
    return [round(float(np.asarray(Image.open(BytesIO(still))).mean()), -1) for still in stills]


@pytest.mark.parametrize(
    ("n", "wanted"),
    [(1, [120]), (2, [0, 240]), (3, [0, 120, 240]), (5, [0, 60, 120, 180, 240])],
)
def test_stills_are_spread_from_the_first_frame_to_the_last(brightening, n, wanted):
    assert levels(clip_stills(brightening, n)) == wanted


def test_more_stills_than_frames_repeat_some(brightening):
    stills = clip_stills(brightening, 40)
    assert len(stills) == 40
    assert levels(stills)[0] == 0
    assert levels(stills)[-1] == 240


def test_stills_are_jpegs_no_wider_than_asked(good_clip):
    for still in clip_stills(good_clip, 3, width=100):
        info = read_still(still)
        assert (info.format, info.width) == ("JPEG", 100)
    assert read_still(clip_stills(good_clip, 1, width=4000)[0]).width == 320


def test_the_first_still_looks_like_the_frame_it_started_from(good_clip, scene):
    first = np.asarray(Image.open(BytesIO(clip_stills(good_clip, 2)[0])), dtype=int)
    assert np.abs(first - np.asarray(scene(1))).mean() < 4
