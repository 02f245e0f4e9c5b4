"""The cut: clips in story order, trimmed, fitted to one raster, with their own sound."""

from __future__ import annotations

from pathlib import Path

from greenlight.media.conform import conformed
from greenlight.media.errors import UnreadableMedia
from greenlight.media.movie import Placed, Reel
from greenlight.media.sound import clip_sound


class CutClip(Placed):
    """One shot of the cut: its clip's file and the seconds that it lasts in the story."""

    path: Path


def add_clip(reel: Reel, clip: CutClip, frames: int) -> str:
    """Add a clip to a movie; one shorter than its shot holds its last picture, and is noted."""
    held = 0
    try:
        for index, shown in enumerate(conformed(clip.path, frames, reel.rate, reel.raster)):
            held += shown.held
            reel.add_shot_picture(shown.picture, clip, opens=index == 0)
    except UnreadableMedia as error:
        raise UnreadableMedia(f"the clip of {clip.shot} {clip.take}", error.reason) from error
    reel.add_sound(clip_sound(clip.path, reel.missing))
    if not held:
        return ""
    short = f"{clip.shot} {clip.take} is {held} of {frames} frames shorter than its shot"
    return f"{short}: its last picture is held."
