"""The animatic: the frames of all shots with the shot list's timing, dialogue and scratch sound."""

from __future__ import annotations

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw, ImageOps

from greenlight.media.conform import Raster
from greenlight.media.lettering import face_for, wrap
from greenlight.media.movie import Placed, Reel
from greenlight.media.scratch import scratch_sound, speaking_seconds
from greenlight.media.stills import decode_still, middle_box

_PAPER = (236, 234, 228)
_SHADE = (0, 0, 0, 150)


class Panel(Placed):
    """One shot of the animatic: its frame's bytes and how long it stands.

    `caption` is shown below what is said: what moves, which a still cannot show.
    """

    still: bytes
    dialogue: str = ""
    caption: str = ""


def add_panel(reel: Reel, panel: Panel, frames: int) -> str:
    """Add a still to a movie; the note says where its shot is too short for its dialogue."""
    still = np.asarray(_lettered(panel, reel.raster))
    raster = Raster(reel.raster.width, reel.raster.height)
    for index in range(frames):
        picture = raster.fit(VideoFrame.from_ndarray(still, format="rgb24"))
        reel.add_shot_picture(picture, panel, opens=index == 0)
    reel.add_sound(scratch_sound(panel.dialogue, reel.missing))
    spoken = speaking_seconds(panel.dialogue)
    if spoken <= float(panel.seconds) + 0.25:
        return ""
    lasts = f"and the shot lasts {float(panel.seconds):g} s."
    return f"{panel.shot}: the dialogue takes about {spoken:.1f} s, {lasts}"


def _lettered(panel: Panel, raster: Raster) -> Image.Image:
    """The still as it is seen in the delivery, with what is said and what moves below."""
    whole = raster.drawn or (raster.width, raster.height)
    picture = ImageOps.pad(decode_still(panel.still)[1].convert("RGB"), whole, color=(16, 16, 16))
    picture = picture.crop(middle_box(whole, (raster.width, raster.height)))
    size = max(14, min(raster.width, raster.height) // 22)
    room = round(raster.width * 0.8)
    lines: list[tuple[str, int]] = []
    for words, points, most in ((panel.dialogue, size, 2), (panel.caption, round(size * 0.7), 1)):
        lines += [(line, points) for line in wrap(words, face_for(words, points), room, most)]
    if not lines:
        return picture
    high = sum(round(points * 1.4) for _, points in lines)
    y = raster.height - round(raster.height * 0.05) - high
    plate = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    box = (0, y - size // 2, raster.width, y + high + size // 2)
    ImageDraw.Draw(plate).rectangle(box, fill=_SHADE)
    picture = Image.alpha_composite(picture.convert("RGBA"), plate).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for text, points in lines:
        face = face_for(text, points)
        draw.text((raster.width / 2, y), text, font=face, fill=_PAPER, anchor="ma")
        y += round(points * 1.4)
    return picture
