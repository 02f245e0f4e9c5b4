"""How people look: build, skin, hair and clothes, from what is said of them or by their name."""

from __future__ import annotations

import random
from dataclasses import dataclass

from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.shapes import Rgb, mix, scaled

SKINS: tuple[Rgb, ...] = (
    (238, 198, 170), (228, 182, 148), (212, 162, 126), (184, 132, 98), (150, 104, 76),
    (122, 84, 62),
)  # fmt: skip
_BLACK, _DARK, _BROWN, _CHESTNUT, _BLOND = (
    (42.0, 36.0, 38.0), (66.0, 46.0, 36.0), (98.0, 66.0, 44.0), (126.0, 74.0, 46.0),
    (202.0, 164.0, 98.0),
)  # fmt: skip
_GREY: Rgb = (186, 186, 188)
_SAID_HAIR: dict[str, Rgb] = {
    "blond": _BLOND, "ginger": (184, 84, 40), "raven": (34, 30, 34), "brunette": _BROWN,
    "greyhair": _GREY, "old": _GREY,
}  # fmt: skip
_SAID_CUTS = {"bald": "bald", "afro": "afro", "curly": "curly", "braids": "braids", "bob": "bob",
              "ponytail": "ponytail", "bun": "bun", "fringe": "fringe", "wavy": "wavy",
              "cropped": "buzz", "shorthair": "short", "longhair": "long"}  # fmt: skip
_HERS = ("long", "bob", "bun", "ponytail", "wavy", "fringe", "long")
_HIS = ("short", "parted", "short", "curly", "buzz", "parted")

CLOTHES: tuple[Rgb, ...] = (
    (132, 54, 62), (70, 98, 124), (198, 172, 74), (88, 118, 88), (112, 82, 124), (176, 174, 168),
    (84, 82, 88),
)  # fmt: skip
# What some trades wear.
TRADES: dict[str, Rgb] = {
    "nurse": (196, 222, 222), "doctor": (232, 234, 234), "surgeon": (120, 178, 168),
    "patient": (206, 216, 224), "baker": (222, 214, 200), "chef": (232, 230, 226),
    "scientist": (230, 232, 234), "priest": (38, 36, 40), "monk": (104, 76, 54),
    "policeman": (48, 62, 96), "policewoman": (48, 62, 96), "police": (48, 62, 96),
    "officer": (48, 62, 96), "dockworker": (196, 108, 48), "worker": (196, 108, 48),
    "firefighter": (176, 132, 52), "mourner": (44, 42, 46), "widow": (40, 38, 44),
    "bride": (240, 236, 230), "fisherman": (206, 168, 62), "ranger": (88, 96, 66),
    "guard": (58, 66, 84), "nun": (40, 38, 44), "thief": (40, 40, 46),
}  # fmt: skip


def clothes_of(name: str, accent: Rgb, rng: random.Random) -> Rgb:
    """What somebody wears whose clothes nobody described."""
    return TRADES.get(name) or mix(CLOTHES[rng.randrange(len(CLOTHES))], accent, 0.2)


@dataclass(frozen=True)
class Look:
    """Colours and build of one person; `cut` is that of the hair."""

    skin: Rgb
    hair: Rgb
    top: Rgb
    bottom: Rgb
    wear: frozenset[str]
    child: bool
    bulk: float
    cut: str = "short"
    headgear: Rgb | None = None


def look_of(actor: Actor, accent: Rgb, index: int, rng: random.Random) -> Look:
    """How the `index`-th of these people looks; the first wears the accent colour."""
    wear = actor.wear
    tone_of_skin, chance = rng.randrange(len(SKINS)), rng.random()
    if "pale" in wear or {"ginger", "blond"} & wear:
        tone_of_skin = min(tone_of_skin, 1)
    if "dark-skinned" in wear:
        tone_of_skin = max(4, tone_of_skin)
    natural = (_BLACK, _DARK, _BROWN, _CHESTNUT, _BLOND) if tone_of_skin < 2 else (
        (_BLACK, _DARK, _BROWN) if tone_of_skin < 4 else (_BLACK, _BLACK, _DARK)
    )  # fmt: skip
    hair = natural[int(chance * len(natural))]
    said = next((name for name in _SAID_HAIR if name in wear), "")
    hair = _SAID_HAIR.get(said, hair)
    cuts = _HERS if "long" in wear else _HIS
    cut = cuts[rng.randrange(len(cuts))]
    if "old" in wear and "long" not in wear:
        cut = ("receding", "parted")[rng.randrange(2)]
    # An old waitress with her hair in a bun wears it up, whatever else hangs.
    cut = next((_SAID_CUTS[name] for name in _SAID_CUTS if name in wear), cut)
    tone = (
        accent if index == 0 else mix(accent, CLOTHES[rng.randrange(7)], 0.35 + 0.1 * (index % 3))
    )
    top = mix(tone, (190, 188, 182), 0.12 * (index % 2))
    bottom = mix(scaled(top, 0.45), (52, 56, 70), 0.5)
    bulk = 1.2 if "heavy" in wear else 0.9 if "thin" in wear else 1.0
    if "helmet" in wear:
        top = bottom = mix((222, 222, 220), accent, 0.72 if actor.tint else 0.12)
        bulk = 1.42
    if "armour" in wear:
        top = bottom = mix((146, 152, 162), accent, 0.7 if actor.tint else 0.12)
        bulk = 1.2
    if "kit" in wear:
        bottom = mix(top, (240, 240, 240), 0.7)
    if "coat" in wear:
        bulk *= 1.1
    child = actor.metres < 1.5
    skin = SKINS[tone_of_skin]
    return Look(skin, hair, top, bottom, wear, child, bulk, cut, actor.headgear)
