"""Heads, faces, eyes and hands: what a close-up is made of."""

from __future__ import annotations

from greenlight.standin.drawing.shapes import (
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

# Body height on screen (in frame heights) from which features are worth drawing.
FEATURES_FROM = 1.3


def head(skin: Rgb, hair: Rgb, wear: frozenset[str], detail: float) -> list[Part]:
    """A head around the origin in units of body height (0.14 tall), turned a little right."""
    if "helmet" in wear:
        return _helmet()
    if "robot" in wear:
        return _robot()
    jaw = [(-0.043, 0.02), (-0.04, -0.018), (-0.026, -0.05), (0.004, -0.068), (0.03, -0.06),
           (0.044, -0.03), (0.048, 0.0), (0.047, 0.034), (0.03, 0.062), (0.0, 0.071),
           (-0.03, 0.06)]  # fmt: skip
    parts: list[Part] = []
    parts.append(Part(smooth(jaw, 6), skin))
    if detail >= FEATURES_FROM:
        parts += _features(skin, hair)
    elif detail > 0.4:
        for x in (-0.008, 0.028):
            parts.append(Part(ellipse(x, 0.004, 0.006, 0.008, n=10), scaled(skin, 0.3)))
        parts.append(Part(ellipse(0.013, -0.042, 0.013, 0.0035, n=10), scaled(skin, 0.55)))
    if "bald" not in wear:
        cap = [(-0.05, 0.0), (-0.052, 0.034), (-0.034, 0.072), (0.004, 0.083), (0.04, 0.07),
               (0.05, 0.046), (0.026, 0.05), (-0.006, 0.05), (-0.024, 0.034), (-0.03, 0.01),
               (-0.034, -0.014)]  # fmt: skip
        parts.append(Part(smooth(cap, 6), hair))
    if "hat" in wear:
        parts.append(Part(ellipse(0.004, 0.048, 0.084, 0.014, -4), (44, 40, 40)))
        crown = [(-0.046, 0.05), (-0.044, 0.1), (0.0, 0.112), (0.044, 0.1), (0.05, 0.05)]
        parts.append(Part(smooth(crown, 5), (54, 48, 46)))
    return parts


def long_hair(hair: Rgb) -> list[Part]:
    """Hair that falls behind the neck, around the origin of a head."""
    outline = [(-0.056, 0.03), (-0.03, 0.078), (0.02, 0.08), (0.052, 0.05), (0.056, -0.02),
               (0.05, -0.09), (0.01, -0.11), (-0.05, -0.125), (-0.066, -0.05)]  # fmt: skip
    return [Part(smooth(outline, 6), scaled(hair, 0.66))]


def face_only(skin: Rgb, hair: Rgb, wear: frozenset[str]) -> list[Part]:
    """A face with its neck, 1 unit tall, standing at the origin."""
    parts = long_hair(hair) if "long" in wear else []
    parts.append(Part(limb((0, -0.11), 0.04, (0, -0.04), 0.034), scaled(skin, 0.86)))
    parts += head(skin, hair, wear, 9.0)
    return [Part(moved(p.shape, 0, 0.5, scale=5.4), p.colour, p.glow) for p in parts]


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


def hands_only(skin: Rgb, sleeve: Rgb) -> list[Part]:
    """Two hands reaching in from below, 1 unit tall, standing at the origin."""
    parts: list[Part] = []
    for side, lift in ((-1, 0.0), (1, 0.06)):
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


def _features(skin: Rgb, hair: Rgb) -> list[Part]:
    shade, deep = scaled(skin, 0.84), scaled(skin, 0.62)
    cheek = [(-0.043, 0.015), (-0.04, -0.018), (-0.026, -0.05), (-0.004, -0.066), (-0.016, -0.03),
             (-0.026, 0.0)]  # fmt: skip
    parts = [
        Part(smooth(cheek, 5), scaled(skin, 0.9)),
        Part(ellipse(-0.041, -0.004, 0.009, 0.016, 10), scaled(skin, 0.82)),
    ]
    for x, size in ((-0.010, 1.0), (0.029, 0.86)):
        socket = ellipse(x, 0.006, 0.0135 * size, 0.010)
        parts.append(Part(socket, shade))
        parts += [
            Part(moved(p.shape, x, 0.004, scale=size), p.colour) for p in _eye(skin, hair, 0.115)
        ]
    nose = [(0.012, 0.012), (0.016, -0.006), (0.024, -0.02), (0.016, -0.026), (0.006, -0.024)]
    parts.append(Part(smooth(nose, 5), mix(skin, shade, 0.65)))
    parts.append(Part(ellipse(0.014, -0.0262, 0.0085, 0.0022), deep))
    lips = mix(skin, (168, 70, 66), 0.42)
    mouth = [(-0.008, -0.042), (0.006, -0.0385), (0.013, -0.04), (0.02, -0.0385), (0.03, -0.042),
             (0.014, -0.0485)]  # fmt: skip
    parts.append(Part(smooth(mouth, 5), lips))
    parts.append(
        Part(
            curve([(-0.008, -0.042), (0.013, -0.0418), (0.03, -0.042)], [0.0004, 0.001, 0.0004]),
            deep,
        )
    )
    parts.append(Part(ellipse(0.013, -0.055, 0.011, 0.0025), shade))
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


def _robot() -> list[Part]:
    steel: Rgb = (150, 156, 164)
    skull = [(-0.052, -0.05), (-0.056, 0.05), (-0.03, 0.076), (0.03, 0.076), (0.056, 0.05),
             (0.052, -0.05), (0.03, -0.066), (-0.03, -0.066)]  # fmt: skip
    return [
        Part(limb((0, 0.07), 0.004, (0, 0.11), 0.003), scaled(steel, 0.7)),
        Part(ellipse(0, 0.114, 0.008, 0.008, n=12), (240, 90, 70), True),
        Part(polygon(skull), steel),
        Part(smooth([(-0.04, 0.0), (-0.04, 0.03), (0.05, 0.03), (0.05, 0.0)], 3), (36, 38, 44)),
        Part(ellipse(-0.012, 0.015, 0.009, 0.009, n=16), (130, 230, 255), True),
        Part(ellipse(0.028, 0.015, 0.009, 0.009, n=16), (130, 230, 255), True),
        Part(
            polygon([(-0.02, -0.04), (0.036, -0.04), (0.036, -0.034), (-0.02, -0.034)]),
            (60, 62, 68),
        ),
    ]


def _helmet() -> list[Part]:
    return [
        Part(ellipse(0, 0.01, 0.084, 0.088), (226, 226, 224)),
        Part(ellipse(0.022, 0.01, 0.058, 0.056), (34, 40, 56)),
        Part(
            smooth([(-0.006, 0.036), (0.024, 0.052), (0.052, 0.044), (0.03, 0.036)]),
            (120, 140, 170),
        ),
        Part(ellipse(0, -0.08, 0.06, 0.018), (190, 190, 190)),
        Part(ellipse(-0.05, 0.05, 0.012, 0.012), (255, 240, 200), True),
    ]
