"""Where a story plays when it does not say so, and the weather there."""

from __future__ import annotations

import re

from greenlight_standin.drawing.place_words import named_place
from greenlight_standin.drawing.weather import SHELTERED
from greenlight_standin.writing import scene

# Words that belong to one place, the surest first.
_SIGNS = (
    (r"dockworker|docker\b|stevedore|tugboat|trawler", "the harbour"),
    (r"blackboard|\bpupils?\b|\bteacher|lesson|classmate", "a classroom"),
    (r"\bsurgeon|\bnurses?\b|\bpatients?\b|\bambulance crew", "a hospital ward"),
    (r"\bpriest|\bpews?\b|\baltar|\bmourners?\b|choir", "a church"),
    (r"\bchef|\bstove|\bdough|frying pan|recipe", "a kitchen"),
    (r"goalkeeper|striker|penalty|\breferee|floodlights", "a stadium"),
    (r"\bboxers?\b|ringside|knockout", "an arena"),
    (r"\bscientist|microscope|test tube|experiment", "a laboratory"),
    (r"spaceship|starship|space suit|\borbit|zero gravity", "a space station"),
    (r"\bastronaut|\bmoon rover|\bcrater", "the moon"),
    (r"\bjudge|\bjury|\blawyer|\bverdict", "a courtroom"),
    (r"\bwaitress|\bwaiter|\bmenu|milkshake", "a diner"),
    (r"\bbarista|\bcoffee|espresso", "a cafe"),
    (r"\bpianist|\bconductor|orchestra|\bactors?\b|\bspotlight", "a stage"),
    (r"\bcowboy|\bsheriff|tumbleweed", "a dusty street"),
    (r"\bsailor|\bwaves?\b|\bsail\b|\bboat\b|lifeboat", "the open sea"),
    (r"\bdiver\b|octopus|\bshark|\bjellyfish", "the seabed"),
    (r"traffic|\bpoliceman|\bcourier|\bcars?\b|\btaxi|motorbike", "a city street"),
    (r"\bhunter|\bdeer\b|\bwolf\b|\bwolves\b|campfire", "a forest"),
    (r"\bfarmer|\bcows?\b|\bsheep|\btractor|scarecrow", "a field"),
    (r"\bsofa|\bbed\b|\bcurtain|\bdesk\b|\bphone rings|\btable\b|\blamp\b|\bwindow", "a room"),
    (r"\bgrass|\bsky\b|\bwind\b|\bhorses?\b|\bkite", "open country"),
)  # fmt: skip
_WEATHERS = (
    ("rain", r"\brain(?:s|y|ing|fall|storm|drops?)?\b|\bstorm|downpour|drizzl|\bregen|pluie"),
    ("snow", r"\bsnow(?:s|y|ing|fall|flakes|storm)?\b|blizzard|schnee|neige"),
    ("fog", r"\bfogg?y?\b|\bmisty?\b|\bhaze\b|brume|nebel"),
)
_NO_TITLE_PLACES = ("ring", "court", "feld", "lift", "lighthouse", "tower", "house", "snow", "ice")


def guessed_place(title: str, everything: str) -> str:
    """The place that a title names, or that the words of a story belong to."""
    words = re.findall(r"[^\W\d_][\w'-]*", title)
    for word in words:
        if scene.is_place(word.lower()) and word.lower() not in _NO_TITLE_PLACES:
            return f"the {word.lower()}"
    low = everything.lower()
    return next((place for pattern, place in _SIGNS if re.search(pattern, low)), "")


def weather_in(text: str) -> str:
    """The weather a text speaks of: rain, snow, fog or nothing."""
    low = text.lower()
    return next((name for name, pattern in _WEATHERS if re.search(pattern, low)), "")


def under_a_roof(setting: str) -> bool:
    """Whether no weather falls there."""
    return named_place(setting) in SHELTERED
