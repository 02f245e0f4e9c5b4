"""A cut's sound: 48 kHz stereo, exactly as many samples as its pictures last."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet
from numpy.typing import NDArray

from greenlight.media.decoding import open_clip

SAMPLE_RATE = 48_000
_BIT_RATE = 160_000
# Sound that starts or stops in the middle of a wave clicks.
_RAMP = SAMPLE_RATE // 200


def clip_sound(path: Path, samples: int) -> NDArray[np.float32]:
    """(2, samples) of the clip's own sound, trimmed or padded; silence where it has none.

    Raises UnreadableMedia.
    """
    sound = np.zeros((2, samples), dtype=np.float32)
    with open_clip(path) as container:
        if not container.streams.audio:
            return sound
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
        filled = 0
        for block in _blocks(container.decode(container.streams.audio[0]), resampler):
            taken = block[:, : samples - filled]
            sound[:, filled : filled + taken.shape[1]] = taken
            filled += taken.shape[1]
            if filled == samples:
                break
    ramp = min(_RAMP, filled)
    slope = np.linspace(0, 1, ramp, dtype=np.float32)
    sound[:, :ramp] *= slope
    sound[:, filled - ramp : filled] *= slope[::-1]
    return sound


def _blocks(
    frames: Iterator[AudioFrame], resampler: av.AudioResampler
) -> Iterator[NDArray[np.float32]]:
    for frame in frames:
        for ready in resampler.resample(frame):
            yield np.asarray(ready.to_ndarray(), dtype=np.float32)
    for ready in resampler.resample(None):
        yield np.asarray(ready.to_ndarray(), dtype=np.float32)


class SoundTrack:
    """Encodes sound piece by piece into AAC packets of whole coding frames."""

    def __init__(self, stream: AudioStream) -> None:
        self._stream = stream
        self._stream.bit_rate = _BIT_RATE
        self._rest = np.zeros((2, 0), dtype=np.float32)
        self._position = 0

    def add(self, sound: NDArray[np.float32]) -> Iterator[Packet[AudioStream]]:
        """Packets that are ready after (2, n) more samples."""
        size = self._stream.codec_context.frame_size or 1024
        pending = np.concatenate((self._rest, sound), axis=1)
        whole = pending.shape[1] - pending.shape[1] % size
        self._rest = pending[:, whole:]
        for start in range(0, whole, size):
            yield from self._encode(pending[:, start : start + size])

    def end(self) -> Iterator[Packet[AudioStream]]:
        """The last packets."""
        if self._rest.shape[1]:
            yield from self._encode(self._rest)
        yield from self._stream.encode(None)

    def _encode(self, piece: NDArray[np.float32]) -> Iterator[Packet[AudioStream]]:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._position
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._position += piece.shape[1]
        yield from self._stream.encode(frame)
