"""Clips from outside: opened safely, probed, and decoded one frame at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace

from greenlight.media.errors import UnreadableMedia

# Playlist formats (hls, concat, …) name other files and hosts, so only real containers are probed
# and only the file itself is read.
_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm",
    "protocol_whitelist": "file",
}
_UNSPECIFIED = 2
_MOST_PIXELS = 8192 * 4320
_MOST_FRAMES = 36_000  # ten minutes at 60 frames per second


class TimedFrame(NamedTuple):
    """A decoded frame and its time in seconds from the clip's first frame."""

    time: Fraction
    picture: VideoFrame


@contextmanager
def open_clip(path: Path) -> Iterator[InputContainer]:
    """The opened container, which has at least one picture stream; raises UnreadableMedia.

    Errors of the decoder inside the block on damaged data become UnreadableMedia, even what
    it calls a PermissionError; a missing file is found out before and stays an OSError.
    """
    with path.open("rb"):
        pass
    try:
        with av.open(str(path), options=_OPTIONS, metadata_errors="replace") as container:
            if not container.streams.video:
                raise UnreadableMedia("clip", "it has no pictures")
            for stream in (*container.streams.video, *container.streams.audio):
                # PyAV's types do not say that there is no context where no decoder is known
                if getattr(stream, "codec_context", None) is None:
                    raise UnreadableMedia("clip", f"its {stream.type} is coded in an unknown way")
            context = container.streams.video[0].codec_context
            if not 0 < context.width * context.height <= _MOST_PIXELS:
                raise UnreadableMedia(
                    "clip",
                    f"{context.width}×{context.height} is not between 1 and {_MOST_PIXELS} pixels",
                )
            yield container
    except av.FFmpegError as error:
        raise UnreadableMedia("clip", f"{type(error).__name__}: {error.strerror}") from error


def frame_count(path: Path) -> int:
    """Frames of the first picture stream; raises UnreadableMedia.

    Packets are counted: a file that was cut off still claims all its frames in its header.
    """
    with open_clip(path) as container:
        packets = container.demux(container.streams.video[0])
        frames = sum(1 for packet in packets if packet.size)
    if not frames:
        raise UnreadableMedia("clip", "it has no frames")
    return frames


def picture_rate(container: InputContainer) -> Fraction:
    """Frames per second of the first picture stream; raises UnreadableMedia where there is none."""
    stream = container.streams.video[0]
    rate = stream.average_rate or stream.guessed_rate
    if not rate:
        raise UnreadableMedia("clip", "it has no frame rate")
    return rate


def decode_frames(container: InputContainer, *, strict: bool = False) -> Iterator[TimedFrame]:
    """Every frame in display order; `strict` stops at damage that decoders otherwise conceal."""
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    if strict:
        stream.codec_context.options = {"err_detect": "explode"}
    rate = picture_rate(container)
    origin: Fraction | None = None
    for index, frame in enumerate(container.decode(stream)):
        if index >= _MOST_FRAMES:
            raise UnreadableMedia("clip", f"it has more than {_MOST_FRAMES} frames")
        if frame.pts is None or frame.time_base is None:
            time = index / rate
        else:
            stamp = frame.pts * frame.time_base
            origin = stamp if origin is None else origin
            time = stamp - origin
        yield TimedFrame(time, frame)


def matrix_of(frame: VideoFrame) -> Colorspace | None:
    """The colour matrix to convert a frame by: None where the frame says so itself.

    One that does not say has that of its size, as players assume; a wrong guess shifts the greens.
    """
    if frame.colorspace != _UNSPECIFIED:
        return None
    return Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601


def require_whole(path: Path) -> None:
    """Raise UnreadableMedia where an MP4's last box is cut off."""
    with path.open("rb") as file:
        kind = broken_box(file)
    if kind:
        raise UnreadableMedia("clip", f"the file ends too early, in its box {kind!r}")


def broken_box(file: BinaryIO) -> str:
    """The kind of the box in which an MP4 ends too early, or ``""``; other files have none.

    Decoding all pictures does not tell: the missing end may be sound, or lie between packets.
    """
    size = file.seek(0, io.SEEK_END)
    start = 0
    while start < size:
        file.seek(start)
        head = file.read(16)
        if start == 0 and head[4:8] != b"ftyp":
            return ""
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:16])
        if length == 0:  # "up to the end of the file"
            return ""
        if length < 8 or len(head) < 8 or start + length > size:
            return head[4:8].decode("ascii", "replace") or "?"
        start += length
    return ""
