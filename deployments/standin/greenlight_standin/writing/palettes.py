"""A shot's palette: from look, place, hour, weather and mood; never from what somebody wears."""

from __future__ import annotations

import re

from greenlight_standin.drawing.colour import COLOURS, hex_of
from greenlight_standin.drawing.place_words import cued_place, named_place
from greenlight_standin.writing import scene
from greenlight_standin.writing.phrases import is_place

_PLACES = {
    "cockpit": "#5a6878", "corridor": "#8a8878", "harbour": "#6a7c88", "rooftop": "#8c8088",
    "bridge": "#6c7684", "market": "#c08a50", "church": "#a89878", "stadium": "#5f8f58",
    "interior": "#b09070", "underwater": "#2a7f8c", "space": "#1c2450", "forest": "#5c7048",
    "street": "#7c7a80", "sea": "#5a8aa0", "desert": "#c8a070", "mountain": "#90a0b0",
    "field": "#8aa060", "sky": "#8ab0d0",
}  # fmt: skip
_HOURS = {
    "night": ("#3a5080", "#0e1424"),
    "dusk": ("#b07080", "#2a2c4c"),
    "evening": ("#d09a60", "#3a2c34"),
    "golden hour": ("#f0b060", "#6a4a3c"),
    "dawn": ("#f0b898", "#5c6480"),
    "morning": ("#f0e0c0", "#708890"),
    "noon": ("#f4ecd8", "#6c7880"),
    "afternoon": ("#f0d8a8", "#7c6c58"),
    "day": ("#d8e0e0", "#5c6870"),
}
_WEATHERS = {"rain": "#566472", "snow": "#dce4ec", "fog": "#b0b8bc"}
_MOODS = {
    "uneasy": "#6e6838",
    "tense": "#1b2a3c",
    "melancholic": "#5a6e82",
    "joyful": "#f2b84b",
    "sensual": "#d8a878",
    "awe": "#6a8ec8",
    "curious": "#2a7f8c",
    "tender": "#e8c8a8",
    "triumphant": "#3f8f4f",
    "calm": "#8aa4b4",
}
_WARM = ("#e8b878", "#a86a48", "#4a2e28")
_COLD = ("#a8c0d0", "#5c7890", "#1c2834")


def palette(look: str, setting: str, time: str, weather: str, mood: str) -> list[str]:
    """Three to five colours as #rrggbb; colours that the look names come first."""
    named = [_hex(word) for word in dict.fromkeys([*scene.colours(look), *_of_place(setting)])][:5]
    if len(named) >= 3:
        return named
    low = look.lower()
    tones = _WARM if "warm" in low else _COLD if re.search(r"\bcold|clinical|icy", low) else ()
    light, dark = _HOURS.get(time, _HOURS["day"])
    place = _PLACES.get(named_place(setting) or cued_place(setting), "")
    night = time in ("night", "dusk", "evening")
    wanted = [
        *named,
        *tones[: 1 if night else 2],
        _WEATHERS.get(weather, ""),
        light,
        place,
        _MOODS.get(mood, ""),
        dark,
    ]
    found = [colour for colour in dict.fromkeys(wanted) if colour]
    return [*found[: max(3, min(4, len(found) - 1))], dark] if dark in found else found[:5]


def story_colours(text: str) -> list[str]:
    """Colours that a story gives to places and light, not to things, people and clothes."""
    names = "|".join(sorted(COLOURS, key=len, reverse=True))
    found = []
    # A red lantern is a thing; red light is everywhere.
    lit = (
        r"(?:lights?|glow|neon|fluorescents?|sunlight|moonlight|daylight|shadows?|sky|walls?|haze|"
        r"fog|mist|clouds?|air|sunset|sunrise)"
    )
    for match in re.finditer(rf"(?i)\b({names})\s+((?:[\w-]+\s+)?)([\w-]+)\b", text):
        around = re.fullmatch(lit, match[3].lower()) or re.fullmatch(lit, match[2].strip().lower())
        if around or is_place(match[3]):
            found.append(match[1].lower())
    return list(dict.fromkeys(found))


def _of_place(setting: str) -> list[str]:
    return story_colours(setting)


def _hex(word: str) -> str:
    return word if word.startswith("#") else hex_of(word)
