"""A still, drawn and remembered, whichever wire it was ordered by."""

from __future__ import annotations

from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import drawn_frame
from greenlight_standin.drawing.shot import ShotRequest
from greenlight_standin.faults import Fault
from greenlight_standin.seeing.drawings import Drawing, drawing_of
from greenlight_standin.wire.context import StandIn


async def draw_still(
    standin: StandIn, shot: ShotRequest, size: tuple[int, int], fault: Fault | None
) -> bytes:
    """The PNG of a shot, as a fault leaves it."""

    def draw() -> tuple[bytes, Drawing]:
        asked = fault.redraw(shot) if fault and fault.redraw else shot
        made = drawn_frame(asked, fault.resize(size) if fault and fault.resize else size)
        data = png_bytes(made.image)
        if fault and fault.worsen:
            data = fault.worsen(data, shot.version)
        data = fault.spoil(data) if fault and fault.spoil else data
        return data, drawing_of(asked, made)

    data, drawing = await standin.work(draw)
    await standin.remember(data, drawing)
    return data
