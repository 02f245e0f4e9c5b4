"""Sound that is plainly a stand-in's: bursts of a tone, one a syllable, and no words."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

SPEECH_RATE = 24_000
TRACK_RATE = 48_000
_SYLLABLE = 0.18
_PAUSE = 0.3


def spoken(text: str, voice: str) -> bytes:
    """16-bit mono samples at 24 kHz: a burst per syllable, a rest per comma or full stop.

    The pitch goes by the name of the voice, so that speakers can be told apart.
    """
    pitch = 110.0 + sum(voice.encode()) % 12 * 15
    parts: list[npt.NDArray[np.float64]] = []
    for word in re.findall(r"[^\W_]+|[,.;:!?…]", text) or ["…"]:
        if not word.isalnum():
            parts.append(np.zeros(round(SPEECH_RATE * _PAUSE)))
            continue
        for number in range(len(re.findall(r"[aeiouyäöüáéíóú]+", word.lower())) or 1):
            parts.append(_burst(pitch * (1.12 if number % 2 else 1.0), _SYLLABLE, SPEECH_RATE))
        parts.append(np.zeros(round(SPEECH_RATE * 0.06)))
    samples = np.concatenate(parts)
    return bytes((samples * 9000).astype("<i2").tobytes())


def with_tone(clip: bytes) -> bytes:
    """The clip with a quiet hum beside its pictures, which are not encoded again."""
    import av

    with tempfile.TemporaryDirectory(prefix="standin-sound-") as folder:
        path = Path(folder) / "clip.mp4"
        options = {"movflags": "+faststart"}
        with (
            av.open(io.BytesIO(clip), "r") as given,
            av.open(str(path), "w", format="mp4", options=options) as made,
        ):
            pictures = given.streams.video[0]
            kept = made.add_stream_from_template(pictures)
            track = made.add_stream("aac", rate=TRACK_RATE, layout="mono")
            seconds = float(pictures.frames / (pictures.average_rate or 24))
            for packet in given.demux(pictures):
                if packet.dts is not None:
                    packet.stream = kept
                    made.mux(packet)
            hum = (_burst(98.0, seconds, TRACK_RATE) * 0.06).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(hum[None, :], format="fltp", layout="mono")
            frame.sample_rate = TRACK_RATE
            frame.pts = 0
            made.mux(track.encode(frame))
            made.mux(track.encode(None))
        return path.read_bytes()


def _burst(pitch: float, seconds: float, rate: int) -> npt.NDArray[np.float64]:
    """A tone that swells and fades, so that it does not click."""
    count = max(1, round(seconds * rate))
    time = np.arange(count) / rate
    ramp = min(count // 2, rate // 50)
    swell = np.ones(count)
    if ramp:
        swell[:ramp] = np.linspace(0, 1, ramp)
        swell[-ramp:] = np.linspace(1, 0, ramp)
    wave: npt.NDArray[np.float64] = np.sin(2 * np.pi * pitch * time) * swell
    return wave
