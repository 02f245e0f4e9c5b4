"""Fitting a clip to a delivery: its raster, its colour matrix, its frame rate, its length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace

from greenlight.media.burnin import planes
from greenlight.media.decoding import decode_frames, matrix_of, open_clip, picture_rate
from greenlight.media.errors import InvalidCut, UnreadableMedia

_BLACK = (16, 128, 128)
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Raster:
    """The delivery's picture size in pixels, both divisible by 4.

    `drawn` is the size to which pictures are brought, and out of which the raster is the middle.
    """

    width: int
    height: int
    drawn: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.width % 4 or self.height % 4 or self.width < 128 or self.height < 64:
            raise InvalidCut(
                f"invalid raster {self.width}×{self.height} (divisible by 4, at least 128×64)"
            )
        wide, high = self.drawn or (self.width, self.height)
        if wide % 4 or high % 4 or wide < self.width or high < self.height:
            raise InvalidCut(
                f"invalid crop: {wide}×{high} to {self.width}×{self.height} "
                "(divisible by 4, no smaller)"
            )

    def fit(self, frame: VideoFrame, pixel_aspect: Fraction = Fraction(1)) -> VideoFrame:
        """A fresh yuv420p Rec. 709 frame of the raster's size.

        Nothing that belongs to `drawn` is lost but what lies outside the raster: a picture of
        another shape is letterboxed first.
        """
        if self.drawn is None or self.drawn == (self.width, self.height):
            return self._fit(frame, pixel_aspect)
        whole = Raster(*self.drawn)._fit(frame, pixel_aspect)
        seen = VideoFrame(self.width, self.height, "yuv420p")
        left, top = (self.drawn[0] - self.width) // 2, (self.drawn[1] - self.height) // 2
        for index, (target, source) in enumerate(zip(planes(seen), planes(whole), strict=True)):
            shift = 1 if index else 0
            y, x = top >> shift, left >> shift
            target[:] = source[y : y + target.shape[0], x : x + target.shape[1]]
        return seen

    def _fit(self, frame: VideoFrame, pixel_aspect: Fraction) -> VideoFrame:
        shape = frame.width * pixel_aspect / frame.height
        if abs(shape * self.height - self.width) <= 4:  # less than a visible bar on either side
            return _scaled(frame, self.width, self.height)
        wide = min(self.width, round(self.height * shape / 2) * 2)
        high = min(self.height, round(self.width / shape / 2) * 2)
        inner = _scaled(frame, max(2, wide), max(2, high))
        outer = VideoFrame(self.width, self.height, "yuv420p")
        left, top = (self.width - inner.width) // 4 * 2, (self.height - inner.height) // 4 * 2
        for index, (target, source) in enumerate(zip(planes(outer), planes(inner), strict=True)):
            shift = 1 if index else 0
            target[:] = _BLACK[index]
            y, x = top >> shift, left >> shift
            target[y : y + source.shape[0], x : x + source.shape[1]] = source
        return outer


@dataclass(frozen=True)
class Conformed:
    """One frame of the cut; `held` where the clip has ended and its last picture stays."""

    picture: VideoFrame
    held: bool


def conformed(path: Path, frames: int, rate: Fraction, raster: Raster) -> Iterator[Conformed]:
    """Exactly `frames` pictures of a clip at `rate` frames per second, from its first on.

    Each output frame shows what the clip shows in the middle of that frame's time, so equal rates
    map one to one and others drop or repeat single frames. Raises UnreadableMedia.
    """
    given = 0
    latest: VideoFrame | None = None
    with open_clip(path) as container:
        pixel_aspect = container.streams.video[0].sample_aspect_ratio or Fraction(1)
        length = 1 / picture_rate(container)
        end = Fraction(0)
        for time, frame in decode_frames(container):
            while latest is not None and given < frames and (given + _HALF) / rate < time:
                yield Conformed(raster.fit(latest, pixel_aspect), held=False)
                given += 1
            if given == frames:
                return
            latest, end = frame, time + length
        if latest is None:
            raise UnreadableMedia("clip", "it has no frames")
        while given < frames:
            held = (given + _HALF) / rate >= end
            yield Conformed(raster.fit(latest, pixel_aspect), held)
            given += 1


def _scaled(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    scaled = frame.reformat(
        width=width,
        height=height,
        format="yuv420p",
        src_colorspace=matrix_of(frame),
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation="BICUBIC",
    )
    if scaled is not frame:
        return scaled
    # Burn-ins are drawn in place, and a decoder still needs its picture for the next ones.
    own = VideoFrame(width, height, "yuv420p")
    for target, given in zip(planes(own), planes(frame), strict=True):
        target[:] = given
    return own
