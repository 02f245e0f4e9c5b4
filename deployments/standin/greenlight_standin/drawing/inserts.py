"""Eyes, hands and feet: what an insert is made of, one unit tall, standing at the origin."""

from __future__ import annotations

from greenlight_standin.drawing.shapes import (
    Part,
    Rgb,
    curve,
    ellipse,
    limb,
    mix,
    moved,
    polygon,
    scaled,
    smooth,
)


def eyes_only(skin: Rgb, hair: Rgb) -> list[Part]:
    """A pair of eyes from brow to nose, 1 unit tall, standing at the origin."""
    field = [(-1.6, -0.6), (1.6, -0.6), (1.6, 1.6), (-1.6, 1.6)]
    parts = [Part(polygon(field), skin)]
    for x in (-0.62, 0.62):
        parts += [Part(moved(p.shape, x, 0.45), p.colour, p.glow) for p in _eye(skin, hair, 8.5)]
    bridge = [(-0.08, 0.75), (-0.11, 0.2), (-0.2, -0.25), (0.2, -0.25), (0.12, 0.2), (0.06, 0.75)]
    parts.append(Part(smooth(bridge, 6), mix(skin, (255, 236, 214), 0.1)))
    parts.append(
        Part(smooth([(-0.2, -0.25), (0.0, -0.33), (0.2, -0.25), (0, -0.2)]), scaled(skin, 0.62))
    )
    return parts


def hands_only(skin: Rgb, sleeve: Rgb, *, one: bool = False) -> list[Part]:
    """Two hands reaching in from below, or one; 1 unit tall, standing at the origin."""
    parts: list[Part] = []
    for side, lift in ((1, 0.06),) if one else ((-1, 0.0), (1, 0.06)):
        parts.append(
            Part(limb((side * 0.85, -0.45), 0.24, (side * 0.48, 0.16 + lift), 0.15), sleeve)
        )
        wrist = (side * 0.45, 0.22 + lift)
        palm = (side * 0.3, 0.44 + lift)
        parts.append(Part(limb(wrist, 0.12, palm, 0.15), skin))
        for index, (dx, dy) in enumerate(
            ((-0.24, 0.2), (-0.16, 0.36), (-0.05, 0.42), (0.07, 0.38))
        ):
            start = (palm[0] + side * (0.07 * index - 0.1), palm[1] + 0.07)
            end = (palm[0] + side * dx * -1 * -0.6, palm[1] + dy)
            tone = scaled(skin, 0.9 + 0.035 * index)
            parts.append(Part(limb(start, 0.052, end, 0.036), tone))
        thumb = (palm[0] - side * 0.24, palm[1] + 0.1)
        parts.append(Part(limb((palm[0] - side * 0.06, palm[1] - 0.06), 0.06, thumb, 0.042), skin))
    return parts


def feet_only(skin: Rgb, cloth: Rgb) -> list[Part]:
    """A pair of feet with trouser legs, 1 unit tall, standing at the origin."""
    shoe = mix((40, 34, 32), cloth, 0.15)
    parts: list[Part] = []
    for x, shade in ((0.22, 0.75), (-0.22, 1.0)):
        parts.append(Part(limb((x - 0.04, 0.2), 0.14, (x - 0.1, 1.1), 0.2), scaled(cloth, shade)))
        sole = [(x - 0.18, 0.0), (x - 0.2, 0.2), (x + 0.06, 0.22), (x + 0.36, 0.1), (x + 0.38, 0.0)]
        parts.append(Part(smooth(sole, 6), scaled(shoe, shade)))
    return parts


def _eye(skin: Rgb, hair: Rgb, scale: float) -> list[Part]:
    """One eye with its brow around the origin; about 0.2 wide at scale 1."""
    lid = [(-0.1, 0.0), (-0.05, 0.045), (0.02, 0.052), (0.1, 0.008), (0.03, -0.032), (-0.05, -0.03)]
    parts = [
        Part(smooth(lid, 6), (208, 202, 196)),
        Part(ellipse(0.01, 0.008, 0.042, 0.043), (74, 60, 48)),
        Part(ellipse(0.01, 0.008, 0.02, 0.021), (14, 12, 12)),
        Part(ellipse(0.024, 0.024, 0.009, 0.009), (255, 255, 255), True),
        Part(curve([(-0.106, -0.004), (-0.05, 0.05), (0.025, 0.058), (0.106, 0.006)],
                   [0.004, 0.009, 0.009, 0.003]), scaled(hair, 0.55)),
        Part(curve([(-0.09, -0.012), (-0.03, -0.04), (0.05, -0.038), (0.095, -0.004)],
                   [0.002, 0.003, 0.003, 0.002]), scaled(skin, 0.66)),
        Part(curve([(-0.12, 0.08), (-0.05, 0.118), (0.04, 0.118), (0.12, 0.085)],
                   [0.008, 0.014, 0.012, 0.005]), scaled(hair, 0.75)),
    ]  # fmt: skip
    return [Part(moved(p.shape, scale=scale), p.colour, p.glow) for p in parts]
