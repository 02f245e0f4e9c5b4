"""Pictures taken out of a clip: for the rubric, for sheets, for posters."""

from __future__ import annotations

from pathlib import Path

from av.video.frame import VideoFrame
from PIL import Image

from greenlight.media.decoding import decode_frames, frame_count, matrix_of, open_clip
from greenlight.media.errors import UnreadableMedia
from greenlight.media.stills import encode_jpeg, narrowed


def clip_stills(path: Path, n: int, *, width: int | None = None) -> list[bytes]:
    """`n` JPEGs evenly spread over a clip, first and last frame included.

    At most `width` pixels wide. A clip of fewer than `n` frames repeats some; a single still is
    the clip's middle. Raises UnreadableMedia.
    """
    last = frame_count(path) - 1
    wanted = [last // 2] if n == 1 else [round(k * last / (n - 1)) for k in range(n)]
    taken: dict[int, bytes] = {}
    with open_clip(path) as container:
        kept: VideoFrame | None = None
        index = -1
        for index, (_, frame) in enumerate(decode_frames(container)):
            kept = frame
            if index in wanted:
                taken[index] = _jpeg(frame, width)
            if len(taken) == len(set(wanted)):
                break
        if kept is None:
            raise UnreadableMedia("clip", "it has no frames")
        end = _jpeg(kept, width)
    # Edit lists hide packets: where fewer frames show than were counted, the last one stands in.
    return [taken.get(position, end) for position in wanted]


def _jpeg(frame: VideoFrame, width: int | None) -> bytes:
    rgb = frame.reformat(format="rgb24", src_colorspace=matrix_of(frame))
    picture = Image.fromarray(rgb.to_ndarray())
    return encode_jpeg(narrowed(picture, width or picture.width))
