"""The outline of a JPEG: where its picture ends, and the memory that decoding takes."""

from __future__ import annotations

import re
from typing import NamedTuple

from greenlight.media.errors import UnreadableMedia

MOST_SCANS = 64
"""Encoders write ten; each goes over the whole picture again."""
_MOST_SEGMENTS = 10_000

_SOI = b"\xff\xd8"
_EOI, _SOS, _DNL = 0xD9, 0xDA, 0xDC
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_ALONE = (0x01, *range(0xD0, 0xD8))
# Stuffed bytes, fill bytes and restarts stand inside a scan.
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


class Outline(NamedTuple):
    """The length of the picture in bytes, and what a decoder holds of all its scans at once."""

    end: int
    buffered: int


class _Frame(NamedTuple):
    """The start of the frame: samples are the bytes of all coefficients."""

    components: int
    samples: int
    progressive: bool


def outline(data: bytes) -> Outline:
    """The outline; raises UnreadableMedia for one that is damaged or does not reach its end.

    The bytes behind the end, such as a motion photo's film, are not looked at.
    """
    if not data.startswith(_SOI):
        raise UnreadableMedia("picture", "it does not begin as a JPEG")
    position, frame, scans, seen = 2, None, 0, 0
    for _ in range(_MOST_SEGMENTS):
        found = _NEXT.search(data, position)
        if found is None:
            break
        marker, position = data[found.end() - 1], found.end()
        if marker == _EOI:
            if not scans:
                break
            whole = frame is not None and (frame.progressive or scans > 1)
            return Outline(position, frame.samples if frame and whole else 0)
        if marker in _ALONE:
            continue
        if frame and not frame.progressive and seen >= frame.components and marker != _DNL:
            break  # nothing follows the last scan but the end
        length = int.from_bytes(data[position : position + 2], "big")
        segment = data[position + 2 : position + length]
        if marker in _FRAMES:
            frame = _frame(segment, marker)
        elif marker == _SOS and segment:
            scans, seen = scans + 1, seen + segment[0]
            if scans > MOST_SCANS:
                raise UnreadableMedia("picture", f"it has over {MOST_SCANS} scans")
        position += max(2, length)
    raise UnreadableMedia("picture", "the JPEG file ends too early")


def _frame(segment: bytes, marker: int) -> _Frame:
    if len(segment) < 6 or len(segment) < 6 + 3 * segment[5]:
        raise UnreadableMedia("picture", "its frame is damaged")
    height, width = int.from_bytes(segment[1:3], "big"), int.from_bytes(segment[3:5], "big")
    sampled = [divmod(segment[7 + 3 * n], 16) for n in range(segment[5])]
    most = max((h * v for h, v in sampled), default=0)
    if not most:
        raise UnreadableMedia("picture", "its frame is damaged")
    samples = sum(2 * width * height * h * v // most for h, v in sampled)
    return _Frame(segment[5], samples, marker in _PROGRESSIVE)
