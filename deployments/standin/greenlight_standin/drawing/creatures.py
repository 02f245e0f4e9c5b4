"""Four-legged animals as silhouettes, one unit tall, standing at the origin, facing right."""

from __future__ import annotations

from dataclasses import dataclass

from greenlight_standin.drawing.shapes import (
    Part,
    Rgb,
    curve,
    ellipse,
    limb,
    mix,
    polygon,
    scaled,
    smooth,
)


@dataclass(frozen=True)
class Build:
    """How a four-legged animal is built, in body heights."""

    colour: Rgb
    length: float = 1.2
    leg: float = 0.42
    trunk: float = 0.2
    neck: float = 0.16
    head: float = 0.13
    snout: float = 0.16
    ear: float = 0.12
    tail: float = 0.6
    bush: float = 0.05
    mane: bool = False
    antlers: bool = False
    nose: bool = False
    flat: bool = False


BUILDS: dict[str, Build] = {
    "dog": Build((150, 108, 70), tail=0.4, bush=0.03, ear=0.1),
    "cat": Build((112, 104, 100), 0.95, 0.3, 0.2, 0.08, 0.19, 0.02, 0.15, 0.8, 0.045, flat=True),
    "fox": Build((206, 104, 44), 1.25, 0.34, 0.17, 0.13, 0.15, 0.19, 0.17, 0.8, 0.12),
    "wolf": Build((110, 112, 120), 1.25, 0.44, 0.2, 0.16, 0.14, 0.2, 0.12, 0.6, 0.07),
    "horse": Build((118, 76, 50), 1.15, 0.46, 0.17, 0.34, 0.1, 0.2, 0.07, 0.5, 0.05, mane=True),
    "deer": Build((160, 116, 76), 1.0, 0.5, 0.15, 0.3, 0.09, 0.14, 0.09, 0.12, 0.04, antlers=True),
    "cow": Build((120, 86, 66), 1.45, 0.38, 0.26, 0.1, 0.15, 0.18, 0.08, 0.5, 0.02),
    "lion": Build((204, 158, 88), 1.4, 0.38, 0.22, 0.14, 0.17, 0.13, 0.07, 0.7, 0.03, mane=True),
    "bear": Build((88, 66, 52), 1.25, 0.34, 0.3, 0.12, 0.18, 0.14, 0.07, 0.06, 0.04),
    "elephant": Build(
        (128, 126, 128), 1.15, 0.36, 0.3, 0.06, 0.2, 0.1, 0.02, 0.3, 0.015, nose=True
    ),
    "rabbit": Build((168, 150, 130), 0.9, 0.2, 0.24, 0.08, 0.19, 0.08, 0.42, 0.1, 0.09),
    "sheep": Build((216, 208, 194), 1.15, 0.28, 0.3, 0.08, 0.14, 0.12, 0.08, 0.1, 0.05),
    "crocodile": Build((88, 104, 70), 2.5, 0.2, 0.3, 0.02, 0.16, 0.42, 0.01, 1.2, 0.1),
    "giraffe": Build((206, 164, 92), 0.62, 0.42, 0.1, 0.36, 0.06, 0.1, 0.05, 0.2, 0.02),
    "lizard": Build((92, 122, 70), 1.15, 0.26, 0.26, 0.36, 0.17, 0.24, 0.06, 1.1, 0.1),
}


def quadruped(name: str, pose: str, tint: Rgb | None) -> list[Part]:
    """A four-legged animal by its name."""
    build = BUILDS.get(name, BUILDS["dog"])
    coat = mix(build.colour, tint, 0.25) if tint else build.colour
    dark, pale = scaled(coat, 0.62), mix(coat, (244, 236, 222), 0.55)
    stride = {"run": 0.24, "jump": 0.3, "walk": 0.12, "dance": 0.16}.get(pose, 0.03)
    half, belly = build.length / 2, build.leg
    back = belly + build.trunk * 1.5
    top = 1.0 - build.ear * 0.7 - build.head
    down = pose in ("sit", "kneel", "lie")
    if down:
        belly, back = belly * 0.35, back * 0.62 + 0.1
    parts: list[Part] = []
    tail_root, tail_end = (-half, back - 0.06), (-half - build.tail * 0.7, back + build.tail * 0.25)
    middle = (-half - build.tail * 0.45, back - 0.12)
    parts.append(
        Part(curve([tail_root, middle, tail_end], [build.bush * 0.5, build.bush, 0.012]), coat)
    )
    if name == "fox":
        parts.append(Part(ellipse(tail_end[0] + 0.05, tail_end[1] - 0.03, 0.1, 0.06, -30), pale))
    width = build.trunk * 0.34
    for x, shift, tone in (
        (-half * 0.72, stride, dark),
        (half * 0.62, -stride, dark),
        (-half * 0.84, -stride, coat),
        (half * 0.74, stride, coat),
    ):
        knee = (x + shift * 0.5 + 0.02, belly * 0.52)
        foot = (x + shift, 0.02)
        parts.append(
            Part(limb((x, belly + build.trunk * 0.6), width * 1.5, knee, width * 0.8), tone)
        )
        parts.append(Part(limb(knee, width * 0.8, foot, width * 0.55), scaled(tone, 0.9)))
    trunk = [
        (-half, back - 0.05),
        (-half * 0.4, back),
        (half * 0.4, back - 0.02),
        (half, back),
        (half * 1.04, belly + 0.08),
        (half * 0.4, belly),
        (-half * 0.4, belly + 0.05),
        (-half * 0.98, belly + 0.08),
    ]
    parts.append(Part(smooth(trunk, 6), coat))
    head = (half + build.neck * 0.7, max(top, back + build.neck * 0.8) if not down else back + 0.2)
    if build.mane:
        parts.append(
            Part(limb((half * 0.72, back), 0.16, (head[0] - 0.1, head[1] + 0.05), 0.1), dark)
        )
    parts.append(
        Part(limb((half * 0.82, back - 0.08), build.trunk * 0.62, head, build.head * 0.72), coat)
    )
    if name == "lion":
        parts.append(Part(ellipse(head[0] - 0.03, head[1], 0.25, 0.26), dark))
    if build.antlers:
        for lean in (-0.16, 0.08):
            base, tip = (head[0], head[1] + 0.06), (head[0] + lean, head[1] + 0.36)
            fork = (head[0] + lean * 1.9, head[1] + 0.28)
            parts.append(Part(limb(base, 0.014, tip, 0.008), (120, 96, 70)))
            parts.append(
                Part(limb((base[0] + lean * 0.5, base[1] + 0.12), 0.01, fork, 0.006), (120, 96, 70))
            )
    for lean, tone in ((0.03, dark), (-0.06, coat)):
        ear = [
            (head[0] + lean - 0.05, head[1] + build.head * 0.6),
            (head[0] + lean - 0.01, head[1] + build.head * 0.8 + build.ear),
            (head[0] + lean + 0.07, head[1] + build.head * 0.7),
        ]
        parts.append(Part(polygon(ear), tone))
    parts.append(Part(ellipse(head[0], head[1], build.head * 1.05, build.head * 0.95), coat))
    if build.flat:
        return [*parts, *_cats_face(head, build, coat, pale)]
    muzzle = (head[0] + build.head * 0.6 + build.snout * 0.6, head[1] - build.head * 0.42)
    parts.append(
        Part(
            limb((head[0] + 0.02, head[1] - 0.03), build.head * 0.62, muzzle, build.head * 0.3),
            pale,
        )
    )
    if build.nose:
        trunk_path = [
            muzzle,
            (muzzle[0] + 0.12, 0.42),
            (muzzle[0] + 0.06, 0.14),
            (muzzle[0] + 0.16, 0.1),
        ]
        parts.append(Part(curve(trunk_path, [0.09, 0.06, 0.045, 0.03]), coat))
        parts.append(Part(ellipse(head[0] - 0.12, head[1] + 0.02, 0.17, 0.22), dark))
    else:
        parts.append(
            Part(
                ellipse(muzzle[0] + build.head * 0.2, muzzle[1] + 0.02, 0.028, 0.024), (24, 20, 20)
            )
        )
    parts.append(
        Part(
            ellipse(head[0] + build.head * 0.36, head[1] + build.head * 0.2, 0.022, 0.024),
            (18, 16, 16),
        )
    )
    return parts


def _cats_face(head: tuple[float, float], build: Build, coat: Rgb, pale: Rgb) -> list[Part]:
    """A short face turned half to the lens: two slit eyes, a small nose, whiskers."""
    (x, y), r = head, build.head
    parts = [
        Part(ellipse(x, y, r * 1.05, r * 0.92), coat),
        Part(ellipse(x + r * 0.42, y - r * 0.34, r * 0.46, r * 0.34), pale, line=False),
    ]
    for dx, wide in ((0.12, 0.2), (0.72, 0.16)):
        eye = (x + r * dx, y + r * 0.12)
        parts.append(Part(ellipse(*eye, r * wide, r * 0.17), (176, 190, 84), line=False))
        parts.append(Part(ellipse(*eye, r * 0.05, r * 0.16), (14, 14, 14), line=False))
        glint = (eye[0] + r * 0.04, eye[1] + r * 0.07)
        parts.append(Part(ellipse(*glint, r * 0.03, r * 0.03), (255, 255, 255), True, False))
    nose = [
        (x + r * 0.38, y - r * 0.16),
        (x + r * 0.56, y - r * 0.16),
        (x + r * 0.47, y - r * 0.27),
    ]
    parts.append(Part(polygon(nose), (196, 120, 112), line=False))
    lip, chin = (x + r * 0.47, y - r * 0.27), (x + r * 0.47, y - r * 0.4)
    parts.append(Part(limb(lip, r * 0.015, chin, r * 0.015), scaled(coat, 0.5), line=False))
    for rise in (-0.1, 0.0, 0.1):
        for side in (-1, 1):
            root = (x + r * (0.47 + side * 0.2), y - r * 0.32)
            tip = (root[0] + side * r * 0.75, root[1] + r * rise)
            parts.append(Part(limb(root, 0.004, tip, 0.002, 3), (236, 234, 230), line=False))
    return parts
