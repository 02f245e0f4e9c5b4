"""The rules for clips: one pass over every frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from greenlight.media.decoding import decode_frames, open_clip, picture_rate, require_whole
from greenlight.media.errors import UnreadableMedia
from greenlight.media.measures import (
    Grid,
    changed,
    colour_grid,
    difference,
    frame_colour_grid,
    frame_luma_grid,
    likeness,
    neighbour_likeness,
    picture_share,
)
from greenlight.media.rates import Rate, Seconds, exact_rate, exact_seconds
from greenlight.media.rules import (
    LEAST_PICTURE,
    check_aspect,
    check_width,
    not_noise,
    parse_aspect,
    rule,
)
from greenlight.media.stills import decode_still, middle_box
from greenlight.production.checks import RuleRow

# A clip that was cut off between two packets decodes without complaint, only fewer frames.
_FRAMES_MISSING = 2
_FRAMES_SHORT = 2
# The cut trims what is over; more than this is another length than the one that was ordered.
_SECONDS_OVER = 0.5
_MOST_BLANK = 0.25
_MOST_STANDSTILL = 0.5
# Coding noise moves a cell by less than 1 of 255.
_STILL_CELL = 2.0
_START_MEAN = 24.0
_START_LIKENESS = 0.75
_NOISE_SAMPLES = 3


@dataclass
class _Seen:
    """What one pass over the frames has gathered."""

    width: int
    height: int
    fps: float
    declared: int
    frames: int = 0
    blank: int = 0
    standstill: int = 0
    first: Grid | None = None
    noise: list[float] = field(default_factory=list)


def check_clip(
    path: Path,
    *,
    aspect: str,
    seconds: Seconds,
    fps: Rate,
    first_frame: bytes | None = None,
    min_width: int = 0,
    must_move: bool = False,
) -> tuple[RuleRow, ...]:
    """Rules for a clip that was asked for with `seconds`, starting on the still `first_frame`.

    `fps` (frames per second) is the production's, the unit in which a clip may be too short; the
    clip may run at another rate, the cut converts it. `must_move` adds the rule that it is not
    frozen. Raises UnreadableMedia for an unreadable `first_frame`.
    """
    wanted = parse_aspect(aspect)
    still = decode_still(first_frame)[1] if first_frame is not None else None
    try:
        seen = _watch(path)
    except UnreadableMedia as error:
        return (rule("decodes", False, f"The {error}."),)
    results = [_decodes(seen), check_aspect(seen.width, seen.height, aspect, wanted)]
    if min_width:
        results.append(check_width(seen.width, min_width))
    results.append(_length(seen, float(exact_seconds(seconds)), float(exact_rate(fps))))
    results += [_not_blank(seen), not_noise(median(seen.noise))]
    if still is not None:
        results.append(_starts_on(still, seen))
    if must_move:
        results.append(_moves(seen))
    return tuple(results)


def _watch(path: Path) -> _Seen:
    require_whole(path)
    with open_clip(path) as container:
        stream = container.streams.video[0]
        seen = _Seen(
            width=stream.codec_context.width,
            height=stream.codec_context.height,
            fps=float(picture_rate(container)),
            declared=stream.frames,
        )
        anchor: Grid | None = None
        run = 0
        step = max(1, seen.declared // _NOISE_SAMPLES)
        for _, frame in decode_frames(container, strict=True):
            lumas = frame_luma_grid(frame)
            if seen.first is None:
                seen.first = frame_colour_grid(frame)
            if seen.frames % step == 0 and len(seen.noise) < _NOISE_SAMPLES:
                seen.noise.append(neighbour_likeness(_middle_lumas(frame)))
            seen.frames += 1
            seen.blank += picture_share(lumas) < LEAST_PICTURE
            if anchor is None or changed(anchor, lumas) > _STILL_CELL:
                anchor, run = lumas, 0
            run += 1
            seen.standstill = max(seen.standstill, run)
    if not seen.frames:
        raise UnreadableMedia("clip", "it has no frames")
    return seen


def _middle_lumas(frame: VideoFrame) -> NDArray[np.uint8]:
    """A window of at most 1024 × 1024 whole pixels, because scaling would smooth noise away."""
    lumas = np.asarray(frame.reformat(format="gray").to_ndarray(), dtype=np.uint8)
    top, left = max(0, lumas.shape[0] - 1024) // 2, max(0, lumas.shape[1] - 1024) // 2
    return lumas[top : top + 1024, left : left + 1024]


def _decodes(seen: _Seen) -> RuleRow:
    facts = f"{seen.frames} frames, {seen.width}×{seen.height}, {seen.fps:.3f} fps"
    missing = seen.declared - seen.frames
    if missing > _FRAMES_MISSING:
        detail = f"{missing} of {seen.declared} declared frames are missing (at most 2)."
        return rule("decodes", False, detail)
    return rule("decodes", True, f"All of it decodes ({facts}).")


def _length(seen: _Seen, asked: float, fps: float) -> RuleRow:
    seconds = seen.frames / seen.fps
    least, most = asked - _FRAMES_SHORT / fps, asked + _SECONDS_OVER
    return rule(
        "length",
        least - 1e-3 <= seconds <= most + 1e-3,
        f"{seconds:.2f} s long where {asked:g} s were asked for ({least:.2f} to {most:.2f} s).",
    )


def _not_blank(seen: _Seen) -> RuleRow:
    share = seen.blank / seen.frames
    return rule(
        "not blank",
        share <= _MOST_BLANK,
        f"{seen.blank} of {seen.frames} frames are blank, {share:.0%} (at most {_MOST_BLANK:.0%}).",
    )


def _starts_on(still: Image.Image, seen: _Seen) -> RuleRow:
    """Compared over the part of the still that the clip's shape shows."""
    assert seen.first is not None
    wide = min(still.width, max(1, round(still.height * seen.width / seen.height)))
    high = min(still.height, max(1, round(still.width * seen.height / seen.width)))
    shown = colour_grid(still.crop(middle_box(still.size, (wide, high))))
    mean, _ = difference(shown, seen.first)
    alike = likeness(shown, seen.first)
    return rule(
        "starts on its frame",
        mean <= _START_MEAN and alike >= _START_LIKENESS,
        f"The first picture is {mean:.1f} of 255 away from its frame "
        f"(at most {_START_MEAN:.0f}) and correlates by {alike:.2f} "
        f"(at least {_START_LIKENESS}).",
    )


def _moves(seen: _Seen) -> RuleRow:
    share = seen.standstill / seen.frames
    return rule(
        "moves",
        share <= _MOST_STANDSTILL,
        f"The longest standstill is {seen.standstill / seen.fps:.2f} s, {share:.0%} of "
        f"the clip (at most {_MOST_STANDSTILL:.0%}).",
    )
