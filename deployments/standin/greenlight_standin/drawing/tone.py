"""Sound that is plainly a stand-in's: a quiet hum."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

TRACK_RATE = 48_000


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
