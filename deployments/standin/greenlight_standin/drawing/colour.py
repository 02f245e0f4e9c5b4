"""Colours of a scene, from the words for time, light, mood and palette."""

from __future__ import annotations

import re
from dataclasses import dataclass

from greenlight_standin.drawing.shapes import Rgb, mix, scaled
from greenlight_standin.drawing.shot import ShotRequest

_CODES = """
black:101014 white:f2f0ea grey:8a8c90 gray:8a8c90 silver:b8bcc4 charcoal:33363c slate:5a6672
red:c0302c crimson:a3142e scarlet:d02a20 maroon:6a1a24
rust:a8502c rusty:a8502c rusted:a8502c orange:e08030 amber:e6a23c
gold:d8a838 golden:e0b050 yellow:e6cf4a mustard:c8a030 ochre:c08a3a cream:efe4c8 ivory:f0ead6
beige:d8c8a8 sand:d6bc8a tan:c8a478 brown:6e4a30 umber:5c4030 sepia:8a6a48 copper:b87040
bronze:9a7038 green:3f8f4f lime:a4d048 olive:7a7a3a emerald:1f8a60 moss:5f7040 sage:9aaa88
mint:a8d8c0 teal:1f7f84 cyan:38b8c8 turquoise:3ab8a8 aqua:60c8c8 blue:3060b0 navy:1a2a54
saffron:f0b030 terracotta:b8603c khaki:a89868
cobalt:2048a8 azure:4a90d8 indigo:3a2f78 violet:6a48a8 purple:6a3a90 lilac:b8a0d0 lavender:b4a8d8
magenta:c03090 pink:e890b0 rose:d87890 coral:e87860 peach:f0b890 salmon:e89080 burgundy:6a1830
"""


def _rgb(code: str) -> Rgb:
    return float(int(code[0:2], 16)), float(int(code[2:4], 16)), float(int(code[4:6], 16))


COLOURS: dict[str, Rgb] = {
    name: _rgb(code) for name, _, code in (item.partition(":") for item in _CODES.split())
}


@dataclass(frozen=True)
class Scheme:
    """Colours and light of one scene; `exposure` multiplies.

    `pull` is how far the palette draws all colours to it, `sun` how high (frame heights) sun or
    moon stand above the horizon.
    """

    sky_top: Rgb
    sky_low: Rgb
    ground: Rgb
    wall: Rgb
    fog: Rgb
    key: Rgb
    ambient: Rgb
    accent: Rgb
    exposure: float
    haze: float
    vignette: float
    dark: bool
    grade: tuple[Rgb, ...]
    pull: float = 0.34
    sun: float = 0.16


# time: sky top, sky low, key light, ambient light, exposure
_TIMES: dict[str, tuple[Rgb, Rgb, Rgb, Rgb, float]] = {
    "dawn": ((78, 96, 150), (250, 186, 150), (255, 205, 170), (96, 92, 116), 0.88),
    "day": ((104, 150, 204), (206, 222, 230), (255, 246, 228), (104, 108, 116), 1.0),
    "golden": ((104, 112, 158), (255, 178, 104), (255, 198, 128), (104, 86, 88), 0.95),
    "dusk": ((34, 42, 88), (206, 118, 112), (236, 150, 140), (70, 66, 104), 0.78),
    "night": ((8, 13, 32), (34, 48, 84), (164, 188, 236), (46, 54, 84), 0.72),
}
_TIME_WORDS = {
    "night": r"night|midnight|moonl|starl|\b[02-4] ?a\.?m\b",
    "dusk": r"dusk|twilight|evening|blue hour",
    "golden": r"golden|sunset|late afternoon",
    "dawn": r"dawn|sunrise|first light|early morning",
}
# What a mood looks like where no palette is given.
_MOODS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"dread|horror|eerie|sinister|menac|uneas|ominous|creep|paranoi",
     ("1a2420", "43574a", "8a9a72")),
    (r"joy|cheer|playful|happy|fun\b|comic|whims|celebrat|light-hearted",
     ("f2b84a", "e8846a", "9ad0e6")),
    (r"melanchol|sad|grief|mourn|lonel|lone\b|wistful|sombre|somber|bleak",
     ("243448", "56708a", "9fb2c2")),
    (r"romant|tender|intimate|love|sensual|dream", ("7a3a52", "d98a94", "f4cda8")),
    (r"epic|heroic|triumph|majest|grand|awe|adventur", ("143c4a", "c8742e", "f2d08a")),
    (r"myster|magic|occult|surreal|uncanny|secret", ("1c1840", "57489a", "a89ad8")),
    (r"calm|serene|peace|quiet|still|gentle|tranquil", ("5e7a72", "a9c0b2", "e4e8da")),
    (r"ang(?:er|ry)|furi|violen|rage|brutal|tense|tension|suspense",
     ("2a0e10", "8e2a22", "c8644a")),
    (r"nostalg|memor|vintage|old-time|homely|cosy|cozy|warm", ("5a3c22", "b0793e", "ecd2a0")),
    (r"cold|clinical|steril|detach|alien|lifeless", ("1e3440", "6f98a6", "d4e4e8")),
)  # fmt: skip
_DARK = r"dark|dim|horror|dread|eerie|uneas|ominous|shadow|noir|gloom|menac|tens|lone|sinister|fear"
_BRIGHT = r"bright|cheer|joy|playful|fresh|airy|hopeful|sunny|warm|happy|light-hearted"
_HAZE = r"fog|mist|haz|smok|dust|steam|snow|rain|sandstorm|murky"


def palette_colours(text: str) -> list[Rgb]:
    """Hex codes and colour words in the order they are written."""
    found: list[tuple[int, Rgb]] = []
    for match in re.finditer(r"#([0-9a-fA-F]{6})\b", text):
        found.append((match.start(), _rgb(match[1])))
    for match in re.finditer(r"[^\W\d_]+", text.lower()):
        if match[0] in COLOURS:
            before = text[max(0, match.start() - 12) : match.start()].lower()
            colour = COLOURS[match[0]]
            if re.search(r"(dark|deep)\W+$", before):
                colour = scaled(colour, 0.55)
            elif re.search(r"(pale|light|soft|washed)\W+$", before):
                colour = mix(colour, (240, 240, 236), 0.5)
            found.append((match.start(), colour))
    return [colour for _, colour in sorted(found, key=lambda item: item[0])][:8]


def hex_of(word: str) -> str:
    """A colour word as #rrggbb."""
    return "#" + "".join(f"{round(part):02x}" for part in COLOURS[word.lower()])


def own_colour(text: str, noun: str, dressed: bool) -> Rgb | None:
    """The colour a text gives to `noun` ("a black car"), or to what a person wears."""
    names = "|".join(sorted(COLOURS, key=len, reverse=True))
    low = text.lower()
    shade = r"(?:(dark|deep|pale|light|faded|washed-out)[\s-]+)?"
    direct = noun and re.search(
        rf"\b{shade}({names})\s+(?:[\w-]+\s+)?{re.escape(noun.lower())}\b", low
    )
    worn = re.search(rf"\b{shade}({names})\s+(?:[\w-]+\s+)?{GARMENTS}", low) if dressed else None
    found = worn or (direct if not dressed else None)
    if not found:
        return None
    colour = COLOURS[found[2]]
    if found[1] in ("dark", "deep"):
        return scaled(colour, 0.55)
    return mix(colour, (240, 240, 236), 0.5) if found[1] else colour


GARMENTS = (
    r"(?:coat|jacket|dress|shirt|gown|cloak|cape|hoodie|sweater|uniform|robe|raincoat|kit|jersey|"
    r"oilskins?|slicker|anorak|trench ?coat|mackintosh|windbreaker|"
    r"overalls|scarf|armou?r|parka|blazer|kimono|pyjamas|pajamas|apron|tracksuit|"
    r"pullover|cardigan|jumper|blouse|vest|waistcoat|tunic|sari|poncho|shawl|"
    r"(?:space ?)?suit)s?"
)
# Words that are more often things than colours outside a palette.
_THINGS_TOO = """
coral salmon rose olive peach mint sand copper bronze silver gold tan slate moss amber cream orange
charcoal rust rusty rusted ivory emerald mustard
"""
_AMBIGUOUS = frozenset(_THINGS_TOO.split())


def luminance(colour: Rgb) -> float:
    """Perceived lightness, 0 to 255."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def saturation(colour: Rgb) -> float:
    """0 (grey) to 1."""
    return (max(colour) - min(colour)) / (max(colour) + 1)


_SUNS = {"dawn": 0.1, "golden": 0.13, "dusk": 0.03, "day": 0.4, "night": 0.3}


def _sun_of(request: ShotRequest) -> float:
    text = f"{request.note} {request.time} {request.lighting}".lower()
    if re.search(r"\bnoon|midday|from above|overhead sun", text):
        return 0.66
    return _SUNS[time_of(request)]


def time_of(request: ShotRequest) -> str:
    """Which of the five kinds of light the words mean."""
    for text in (f"{request.note} {request.time}", f"{request.lighting} {request.setting}"):
        for name, pattern in _TIME_WORDS.items():
            if re.search(pattern, text.lower()):
                return name
        if re.search(r"\bday|noon|midday|morning|afternoon", text.lower()):
            return "day"
    return "day"


def scheme_of(request: ShotRequest, *, sheltered: bool = False) -> Scheme:
    """The colours a request asks for; weather changes them unless the place is `sheltered`."""
    sky_top, sky_low, key, ambient, exposure = _TIMES[time_of(request)]
    words = f"{request.light_words} {request.style}".lower()
    named = palette_colours(f"{request.note} {request.palette}")
    if not named:
        named = palette_colours(
            _plain_colours(f"{request.lighting} {request.setting} {request.style}")
        )
    colours = [*request.tints[:4], *named] if len(named) < 2 else [*named, *request.tints[:3]]
    if re.search(_DARK, words):
        exposure *= 0.86
    if re.search(_BRIGHT, words):
        exposure *= 1.1
    if re.search(r"neon", words):
        key = mix(key, (255, 90, 190), 0.5)
        ambient = mix(ambient, (40, 90, 140), 0.5)
    moonlit = re.search(r"moon", f"{request.time} {request.lighting}".lower()) is not None
    warm = r"candle|fire|torch|lantern|lamp|tungsten|warm"
    if re.search(warm, request.light_words.lower() if moonlit else words):
        key = mix(key, (255, 176, 96), 0.55)
    if re.search(r"fluorescent|sodium|strip light", words):
        key = mix(key, (232, 240, 190), 0.5)
        exposure = max(exposure, 0.8)
    if re.search(r"cold|moon|cool|icy|steel", words):
        key = mix(key, (170, 200, 245), 0.45)
    if sheltered and time_of(request) in ("night", "dusk") and not moonlit:
        # Where people are awake inside at night, a lamp is on.
        lit = not re.search(r"\bunlit|power cut|pitch|darkness|candle|torch", words)
        key = mix(key, (255, 218, 168), 0.55 if lit else 0.2)
        ambient = mix(ambient, (104, 94, 88), 0.6 if lit else 0.2)
        exposure = max(exposure, 0.8 if re.search(_DARK, words) else 0.92) if lit else exposure
    felt = () if colours else _mood_colours(request.mood)
    exposure *= 2.0 ** (request.change.stops * 0.75)
    own = palette_colours(_plain_colours(request.setting))
    worn = own_colour(request.subject, "", dressed=True)
    # What somebody wears is no colour of the place.
    around = [colour for colour in colours if colour != worn] or colours
    wall = own[0] if own else around[0] if around else (148.0, 140.0, 128.0)
    wall = mix(wall, (150, 146, 140), 0.25)
    ground = min(around, key=lambda c: abs(luminance(c) - 95)) if around else (122.0, 112.0, 98.0)
    ground = mix(ground, (118, 110, 98), 0.45)
    accent = _accent(colours)
    if moonlit:
        exposure *= 0.86
        wall = mix(wall, (70, 92, 150), 0.4)
        ground = mix(ground, (52, 70, 118), 0.4)
    if felt:
        ambient, key = mix(ambient, felt[1], 0.3), mix(key, felt[2], 0.3)
        wall, ground = mix(wall, felt[1], 0.3), mix(ground, felt[1], 0.3)
    if sky := around or list(felt):
        low = max(sky, key=luminance)
        deep = min(sky, key=luminance)
        sky_low = mix(sky_low, low, 0.4)
        sky_top = mix(sky_top, deep, 0.35)
    outside = "" if sheltered else f"{words} {request.setting} {request.action}".lower()
    if re.search(r"\bfog|\bmist", outside):
        sky_top = mix(sky_top, sky_low, 0.6)
    if re.search(r"\brain|storm|downpour", outside):
        grey = mix(sky_low, sky_top, 0.6)
        sky_low, sky_top = mix(sky_low, scaled(grey, 0.8), 0.6), scaled(sky_top, 0.72)
        exposure *= 0.9
    if re.search(r"\bsnow|blizzard", outside):
        ground = mix(ground, (236, 240, 246), 0.7)
    close = f"{words} {request.setting} {request.action}".lower()
    hazy = re.search(_HAZE, outside) or re.search(r"smok|dust|steam", close)
    haze = 0.55 if hazy else 0.22
    return Scheme(
        sky_top=sky_top,
        sky_low=sky_low,
        ground=ground,
        wall=wall,
        fog=mix(sky_low, sky_top, 0.3),
        key=key,
        ambient=ambient,
        accent=accent,
        exposure=exposure,
        haze=haze,
        vignette=0.5 if re.search(_DARK, words) else 0.32,
        dark=luminance(key) * exposure < 150,
        grade=tuple(sorted(around or felt, key=luminance)),
        sun=_sun_of(request),
    )


def _mood_colours(mood: str) -> tuple[Rgb, ...]:
    for pattern, codes in _MOODS:
        if re.search(pattern, mood.lower()):
            return tuple(_rgb(code) for code in codes)
    return ()


def _plain_colours(text: str) -> str:
    return " ".join(word for word in text.split() if word.lower().strip(",.;") not in _AMBIGUOUS)


def _accent(colours: list[Rgb]) -> Rgb:
    if len(colours) >= 2:
        return sorted(colours, key=saturation)[-2]
    if colours:
        base = colours[0]
        return (255 - base[0] * 0.7, 255 - base[1] * 0.7, 255 - base[2] * 0.7)
    return (176.0, 84.0, 62.0)
