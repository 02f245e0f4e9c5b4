"""Kinds of place, and the words that mean them."""

from __future__ import annotations

import re

# The first twelve outrank the others: a street seen from a cockpit is a cockpit.
PLACES: dict[str, str] = {
    "cockpit": (
        r"cockpit|bridge of|spaceship|space ?station|airlock|command deck|on board|"
        r"starship|control room|hangar|capsule"
    ),
    "vehicle": (
        r"(?:inside|interior of|in) (?:a|an|the|his|her|their) (?:\w+ )?"
        r"(?:car|taxi|cab|van|truck|limousine|bus)\b|(?:car|taxi|van) interior|back ?seat|"
        r"front seat|"
        r"passenger seat|driver's seat|behind the wheel|dashboard|windscreen|windshield"
    ),
    "stairs": (
        r"stairwell|stair ?case|\bstairs\b|\bsteps (?:of|up|down|to)\b|stone steps|fire escape|"
        r"treppe|escalier"
    ),
    "corridor": (
        r"corridor|hall ?way|passage|tunnel|aisle|liminal|"
        r"flur|couloir|backrooms|subway|underground|metro|pipe|sewer|vault"
    ),
    "harbour": (
        r"harbou?r|\bdocks?(?:yard|side)?\b|\bquays?(?:side)?\b|\bpiers?\b|wharf|jetty|marina|\bhafen"
    ),
    "rooftop": (r"roof ?tops?|\broofs?\b|\btoits?\b"),
    "bridge": (r"overpass|flyover|viaduct|\bbridge\b|brücke|\bpont\b"),
    "market": (r"(?<!super)market|bazaar|marché|markt|fairground|carnival"),
    "church": (r"church|cathedral|chapel|monastery|temple\b|cloister|kirche|église|mosque|abbey"),
    "stadium": (
        r"stadium|football|soccer|pitch|arena|goal\b|penalty|tribune|court\b|"
        r"match"
    ),
    "interior": (
        r"kitchen|room\b|bedroom|apartment|flat\b|office|bar\b|caf[eé]|restaurant|"
        r"diner|shop|store|library|classroom|school|studio|attic|cellar|basement|"
        r"lobby|hotel|kitchen table|at the table|inside|interior|house\b|home|"
        r"küche|zimmer|cuisine|chambre|salon|theat|hospital|\bwards?\b|clinic|surgery|"
        r"court ?room|lab\b|"
        r"laborator|garage|workshop|bath|elevator|living|museum|gallery|palace|"
        r"castle|cabin|prison|cell\b|station|supermarket|bakery|auditorium|\bhall\b|gym\b|wohn|ballroom|stage\b|"
        r"balcony|salle|büro|\bgalley\b|wheelhouse|stateroom|pantry|parlou?r"
    ),
    "underwater": (
        r"underwater|under water|under the sea|reef|seabed|sea floor|ocean floor|"
        r"coral|seaweed|kelp|deep sea|beneath the (?:waves|surface)|tide ?pool|"
        r"aquarium|depths"
    ),
    "space": (
        r"outer space|deep space|\bspace\b|orbit|asteroid|nebula|galax|cosmos|"
        r"stars\b|void of"
    ),
    "forest": (
        r"forest|wood(?:s|land)\b|jungle|trees|grove|wald|forêt|orchard|swamp|"
        r"park\b|thicket"
    ),
    "street": (
        r"street|alley|city|town|road\b|highway|avenue|boulevard|downtown|"
        r"sidewalk|crossing|straße|strasse|stadt|\brue\b|ville|intersection|"
        r"motorway|traffic|square|plaza|neighbou?rhood|village|pavement|kerb|lane\b|"
        r"car park|parking|gas station|junction|suburb|tokyo|paris|"
        r"berlin|london|new york"
    ),
    "sea": (
        r"\bsea\b|ocean|beach|shore|coast|lake|river|pond\b|stream\b|creek|waves?\b|meer|"
        r"\bmer\b|plage|strand|island|bay\b|lagoon|surf"
    ),
    "desert": (
        r"desert|dunes?|sand|mars\b|martian|wasteland|canyon|wüste|savann|"
        r"badlands|crater|lunar|moon\b|planet"
    ),
    "mountain": (
        r"mountain|peak|cliff|summit|alps?\b|hills?\b|valley|glacier|"
        r"arctic|tundra|berg|montagne|ridge|volcano"
    ),
    "field": (
        r"field|meadow|grass|farm|garden|prairie|lawn|countryside|plain\b|wiese|"
        r"champ|jardin|vineyard|yard|playground|cemetery|graveyard"
    ),
    "sky": (r"\bsky\b|clouds?|himmel|\bciel\b|aerial|air\b"),
}
INDOORS = frozenset({"interior", "corridor", "cockpit", "church", "stairs", "vehicle"})
_STRONG = tuple(PLACES)[:12]
# A thing that is said to be there tells roughly where we are.
_CUES = (
    ("harbour", r"\bdockers?\b|dockworkers?|tugboat|trawler|gangway"),
    ("interior", r"indoors|\btable|\bdesk|\bbed\b|\bwalls?\b|\bceiling|\bcurtain|\bsofa|\bstove|"
     r"\boven|\bshelf|\bshelves|\blamp\b|window|interior light|blackboard|\bdoor\b|chair|mirror"),
    ("street", r"\bcars?\b|traffic|\bbus\b|taxi|pavement|street ?lamp|headlights|siren"),
    ("field", r"outdoors|\bwind\b|\brain|\bsky\b|\bsun\b|\bgrass|\btrees?\b|\bfog|moonlight|"
     r"sunlight|\bclouds?|stars"),
)  # fmt: skip


_OUTSIDE = re.compile(
    r"\boutside (?:of )?(?:the|an?|his|her|their) [\w' -]+?"
    r"(?= (?:on|in|at|by|near|beside|under|above)\b|[^\w' -]|$)"
)


def cued_place(text: str) -> str:
    """The kind of place that things in a text suggest, or ``""``."""
    low = text.lower()
    return next((name for name, words in _CUES if re.search(words, low)), "")


def named_place(text: str) -> str:
    """The kind of place a text names, or ``""``; outside of a house it is the open."""
    low = text.lower()
    outside = _OUTSIDE.search(low)
    if outside:
        low = low.replace(outside[0], "")
        return named_place(low) or "field"
    found = {name: m.start() for name, words in PLACES.items() if (m := re.search(words, low))}
    if not found and re.search(r"\bsnow|\bice\b", low):
        return "mountain"
    return min(found, key=lambda name: (name not in _STRONG, found[name])) if found else ""
