"""Whom the lead deals with: who is met, struck or held, where the frame is wide enough for both."""

from __future__ import annotations

import re
from dataclasses import replace

from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.attire import marks_of
from greenlight_standin.drawing.nouns import known_word
from greenlight_standin.drawing.shot import ShotRequest

_BY_THE_SLEEVE = re.compile(r"\b(\w+)['’]s (?:sleeve|hand|arm|shoulder|face|hair|collar|back)\b")
_OTHER_ONE = re.compile(
    r"\b(?:the|an?|each) (older|elder|younger|other|second|taller|smaller|bigger) "
    r"(one|man|woman|boy|girl|brother|sister|guard|soldier|worker)\b"
)


def _stricken(action: str) -> str:
    """The pose of whom an action is done to."""
    struck = re.search(r"\bpunch|\bhits?\b|\bslap|\bstab|\bkick|\bstrik|\bshoot", action.lower())
    return "reel" if struck else "stand"


def met(request: ShotRequest, found: list[Actor], others: list[Actor], action: str) -> list[Actor]:
    """Somebody the lead deals with, where the frame is wide enough for both."""
    if not found or request.size in ("close-up", "extreme close-up"):
        return []
    names = {actor.name for actor in found}
    if held := _BY_THE_SLEEVE.search(action.lower()):
        whose = known_word(held[1])
        if whose is not None and whose[0] == "person" and whose[2] not in names:
            others = [Actor("person", whose[2], 1, whose[1], wear=marks_of(whose[2])), *others]
    if rival := _OTHER_ONE.search(action.lower()):
        # "The younger one punches the older one."
        words = f"{rival[1]} {rival[2]}"
        other = Actor("person", words, wear=marks_of(words), pose=_stricken(request.action))
        others = [other, *others] if words not in request.subject.lower() else others
    for other in others:
        alive = other.kind == "person" or other.kind.startswith("quadruped")
        if other.name in ("crowd", "throng", "people") and alive:
            continue  # they are behind the lead already
        owned = re.search(
            rf"{re.escape(other.name)}s?(?:'s|’s|s') (?!sleeve|hand|arm|shoulder|face|hair|collar)",
            action.lower(),
        )
        pronoun = other.name in ("he", "she", "they", "them", "herself", "himself")
        if alive and not pronoun and other.name not in names and not owned:
            if any(ridden(other, actor) for actor in found):
                continue
            pose = _stricken(request.action) if other.human else "stand"
            return [replace(other, pose=pose, count=min(other.count, 3))]
    return []


def ridden(prop: Actor, by: Actor) -> bool:
    """Whether a thing is what somebody rides."""
    return by.mount is not None and by.mount.kind == prop.kind
