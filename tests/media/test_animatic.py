"""The animatic's movie: stills with timing, what is said below them, and scratch sound."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from greenlight.media.animatic import Panel, assemble_animatic
from greenlight.media.errors import InvalidCut
from greenlight.media.scratch import scratch_sound, speaking_seconds, speeches
from greenlight.media.sound import SAMPLE_RATE

WIDE, HIGH = 320, 180


def panel(shot: int, colour: tuple[int, int, int], seconds: float, dialogue: str = "") -> Panel:
    data = BytesIO()
    Image.new("RGB", (WIDE, HIGH), colour).save(data, "PNG")
    return Panel(
        still=data.getvalue(),
        seconds=seconds,
        shot=f"sq010_sh{shot:04d}",
        take="v001_c1",
        dialogue=dialogue,
        caption="dolly in",
    )


def pictures(path: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    with av.open(str(path)) as movie:
        return [f.to_ndarray(format="rgb24") for f in movie.decode(video=0)]


def loudness(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """RMS of each tenth of a second."""
    with av.open(str(path)) as movie:
        sound = np.concatenate([f.to_ndarray()[0] for f in movie.decode(audio=0)])
    step = SAMPLE_RATE // 10
    whole = sound[: len(sound) // step * step].reshape(-1, step)
    return np.sqrt((whole.astype(np.float64) ** 2).mean(axis=1))


def test_each_still_stands_as_long_as_its_shot_lasts(tmp_path: Path) -> None:
    path = tmp_path / "animatic.mp4"
    panels = [panel(10, (180, 40, 40), 1.5), panel(20, (40, 40, 180), 2.0)]
    info = assemble_animatic(path, panels, fps=24, width=WIDE, height=HIGH, title="T")
    assert [(c.start_frame, c.frames) for c in info.clips] == [(1, 36), (37, 48)]
    assert info.seconds == pytest.approx(float(Fraction(85, 24)))
    seen = pictures(path)
    assert len(seen) == 85
    middle = [picture[60:90, 100:200].mean(axis=(0, 1)) for picture in seen[1:]]
    assert [bool(m[0] > m[2]) for m in middle] == [True] * 36 + [False] * 48


def test_who_speaks_is_heard_and_who_does_not_is_not(tmp_path: Path) -> None:
    path = tmp_path / "animatic.mp4"
    panels = [panel(10, (90, 90, 90), 2), panel(20, (90, 90, 90), 2, "MARA: Who left it open?")]
    assemble_animatic(path, panels, fps=24, width=WIDE, height=HIGH, title="T")
    found = loudness(path)
    assert found[24:38].mean() > 10 * found[2:18].mean() > 0


def test_a_shot_too_short_for_its_words_is_told(tmp_path: Path) -> None:
    path = tmp_path / "animatic.mp4"
    said = "TOM: I have told you that door was never to be opened by anybody, least of all you."
    panels = [panel(10, (9, 9, 9), 3, said), panel(20, (9, 9, 9), 3, "TOM: No.")]
    info = assemble_animatic(path, panels, fps=24, width=WIDE, height=HIGH, title="T")
    assert [note.split(":")[0] for note in info.notes] == ["sq010_sh0010"]
    assert f"{speaking_seconds(said):.1f} s" in info.notes[0]


def test_the_same_panels_give_the_same_bytes_and_none_are_refused(tmp_path: Path) -> None:
    paths = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    panels = [panel(10, (90, 90, 90), 1, "A: one / B: two")]
    for path in paths:
        assemble_animatic(path, panels, fps=25, width=WIDE, height=HIGH, title="T")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with pytest.raises(InvalidCut, match="at least 1 frame"):
        assemble_animatic(paths[0], [], fps=24, width=WIDE, height=HIGH, title="T")


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
def test_dialogue_is_read_by_speaker(dialogue: str, who: list[str]) -> None:
    assert [speech.speaker for speech in speeches(dialogue)] == who


def test_two_speakers_hum_at_different_pitches() -> None:
    def pitch(name: str) -> float:
        sound = scratch_sound(f"{name}: mmm", SAMPLE_RATE)[0][14_000:22_000]
        return float(np.argmax(np.abs(np.fft.rfft(sound))) * SAMPLE_RATE / len(sound))

    assert pitch("Mara") != pitch("Tom")
    assert all(100 <= pitch(name) <= 240 for name in ("Mara", "Tom", "Ümit", ""))
