"""Who is who: names, what is added to them after a comma, and the references that speak of them."""

from __future__ import annotations

import re
from dataclasses import replace

from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.attire import marks_of
from greenlight_standin.drawing.colour import own_colour
from greenlight_standin.drawing.nouns import is_child, is_teenager, known_word
from greenlight_standin.drawing.sheets import Sheet
from greenlight_standin.drawing.shot import ShotRequest

_APPOSED = re.compile(r"(?P<who>[^,]{2,40}),\s+(?:an?|the|his|her|their|our)\s")


_SHOULDER = re.compile(
    r"(?i),?\s*(?:seen )?over (?:the shoulder of (?P<of>[^,.;]+)|"
    r"(?P<whose>(?:the )?[\w -]+)['’]s? shoulder)"
)


def shouldered(request: ShotRequest) -> tuple[ShotRequest, str]:
    """A shot without the words for whose shoulder is in it, and that person."""
    found = _SHOULDER.search(request.action)
    if not found or request.angle != "over the shoulder":
        return request, ""
    action = request.action[: found.start()] + request.action[found.end() :]
    return replace(request, action=action.strip(" ,")), found["of"] or found["whose"]


def listener_of(request: ShotRequest) -> Actor:
    """Whom the subject of a shot speaks to, seen from behind: another of its characters."""
    _, whose = shouldered(request)
    if whose:
        sheet = next((s for s in request.sheets if s.named_in(whose)), None)
        name = re.sub(r"(?i)^(?:the|an?)\s+", "", whose).lower()
        low = f"{name} {sheet.about if sheet else ''}".lower()
        someone = Actor("person", name, wear=marks_of(low), tint=own_colour(low, "", dressed=True))
        return _as_listed(someone, sheet) if sheet else someone
    for sheet in request.sheets:
        if sheet.kind == "character" and not sheet.named_in(request.subject):
            return _as_listed(Actor("person", "listener"), sheet)
    return Actor("person", "listener")


def heard(request: ShotRequest) -> ShotRequest:
    """A voice belongs to the character that the shot refers to."""
    people = [sheet.name for sheet in request.sheets if sheet.kind == "character"]
    voice = r"(?i)(?:(?:an?|the|his|her) )?voice|someone|somebody"
    if people and re.fullmatch(voice, request.subject):
        return replace(request, subject=people[0])
    return request


def listed(request: ShotRequest, action: str) -> list[Actor]:
    """The characters that an action names and the subject does not."""
    return [
        _as_listed(_body_of(sheet), sheet)
        for sheet in request.sheets
        if sheet.kind == "character"
        and sheet.named_in(action)
        and not sheet.named_in(request.subject)
    ]


def _body_of(sheet: Sheet) -> Actor:
    """What a character of the references is: an animal where its name says so, else a person."""
    named = known_word(sheet.name.lower().split()[-1])
    if named is not None and named[0].partition(":")[0] in ("quadruped", "bird", "fish", "frog"):
        return Actor(named[0], sheet.name.lower(), metres=named[1])
    return Actor("person", sheet.name.lower())


def _as_listed(actor: Actor, sheet: Sheet) -> Actor:
    """An actor as the references describe it, by the name they give it."""
    about = sheet.about.lower()
    young = actor.kind == "person" and is_child(about)
    if actor.kind == "person" and actor.metres < 1.5 and is_teenager(about):
        actor = replace(actor, metres=1.62)
    return replace(
        actor,
        name=sheet.name.lower(),
        metres=min(actor.metres, 1.2) if young else actor.metres,
        wear=actor.wear | marks_of(about),
        tint=own_colour(about, "", actor.human) or actor.tint,
        worn=sheet.worn,
        headgear=own_colour(about, "hat", dressed=False)
        or own_colour(about, "cap", dressed=False)
        or actor.headgear,
    )


def identified(request: ShotRequest, found: list[Actor]) -> list[Actor]:
    """One body for one name: "Mara, an old waitress" is nobody else than "Mara"."""
    text = request.subject
    apposed = _APPOSED.match(text)
    sheet = next((s for s in request.sheets if s.kind == "character" and s.named_in(text)), None)
    humans = [actor for actor in found if actor.human]
    if not humans or not (apposed or sheet):
        own = next((s for s in request.sheets if s.kind == "prop" and s.named_in(text)), None)
        return [_as_listed(found[0], own), *found[1:]] if own and found else found
    lead = humans[0]
    if apposed:
        lead = replace(lead, name=re.sub(r"(?i)^(?:the|an?)\s+", "", apposed["who"]).lower())
        lead = replace(lead, metres=min(h.metres for h in humans if h.kind == lead.kind))
    if sheet:
        lead = _as_listed(lead, sheet)
    return [lead, *(actor for actor in found if not actor.human)]
