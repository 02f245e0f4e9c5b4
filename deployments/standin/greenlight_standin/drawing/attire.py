"""What a description says of somebody's clothes, hair and build, as marks."""

from __future__ import annotations

import re


def marks_of(text: str) -> frozenset[str]:
    """The marks that a description in small letters gives."""
    found = {name for name, pattern in _MARKS.items() if pattern.search(text)}
    if "beard" in found and re.search(r"\b(?:wom[ae]n|girl|she|her|lady|fisherwoman)\b", text):
        # A captain or a skipper has one by default; she has none.
        found -= set() if "beard" in text else {"beard"}
    return frozenset(found)


_MARKS = {
    name: re.compile(pattern)
    for name, pattern in {
        "helmet": r"astronaut|cosmonaut|space ?suit|helmet|diver\b",
        "armour": r"knight|armou?r|samurai|robot|android|cyborg|mech",
        "dress": r"dress|gown|skirt|bride|queen|princess|ballerina|robe\b",
        "coat": r"coat|detective|cloak|cape|wizard|witch|monk|priest|jacket|parka|stranger|"
        r"oilskin|slicker|anorak|mackintosh",
        "apron": r"apron|baker|chef|cook\b|butcher|barista|blacksmith|potter",
        "hat": r"\bhat\b|cowboy|gunslinger|sheriff|detective|fedora|chef|witch|captain",
        "robot": r"robot|android|cyborg|\bmech\b",
        "long": r"wom[ae]n|girl|mother|sister|daughter|wife|queen|princess|lady|actress|"
        r"\bshe\b|\bher\b|bride|waitress|grandmother|witch|heroine|nurse|actress|ballerina|dancer",
        "beard": r"beard|bearded|fisherman|wizard|captain|santa|lumberjack|viking",
        "hood": r"\bhood(?:ed|s)?\b|\bhoodie|cloaked|hijab|headscarf|\bnuns?\b",
        "cap": r"\bcaps?\b|policem[ae]n|police officer|conductor|sailor|skipper|baseball",
        "bun": r"\bbun\b|ballerina|grandmother|old woman|teacher|librarian",
        "bald": r"\bbald|shave[dn] head|monk|alien|mannequin|ghost",
        "kit": r"player|striker|goalkeeper|keeper|footballer|runner|team|boxer",
        "old": r"\bold(?:er|est)?\b|elder|grand(?:mother|father)|aged|of (?:sixty|seventy|eighty)",
        "heavy": r"\bheavy|\bfat\b|\bstout|\bburly|\bbulky|plump|broad-shouldered|\bhuge man",
        "thin": r"\bthin\b|\bslim\b|\bgaunt|\blanky|\bskinny|\blean\b",
        "pale": r"\bpale (?:man|woman|girl|boy|face|skin)|fair-skinned",
        "dark-skinned": r"dark-skinned|dark skin|african|nigerian|kenyan|ghanaian|senegalese|"
        r"jamaican|black (?:man|woman|girl|boy)\b",
        "curly": r"\bcurl(?:s|y)\b|frizzy",
        "afro": r"\bafro\b",
        "braids": r"\bbraid(?:s|ed)?\b|\bplaits?\b|pigtails|dreadlocks",
        "ponytail": r"pony ?tail",
        "bob": r"\bbob\b|chin-length",
        "fringe": r"\bfringe\b|\bbangs\b",
        "wavy": r"\bwavy\b",
        "cropped": r"crew cut|cropped|buzz ?cut",
        "shorthair": r"\bshort (?:\w+ )?hair",
        "longhair": r"\blong (?:\w+ )?hair",
        "blond": r"\bblonde?\b|fair-haired|golden hair",
        "ginger": r"\bredhead|red-haired|\bred (?:\w+ )?(?:hair|braids?|curls|beard|plaits)|ginger|"
        r"auburn",
        "raven": r"\b(?:black|dark) (?:\w+ )?(?:hair|braids?|curls|beard|bob)\b|black-haired|"
        r"dark-haired",
        "brunette": r"brown (?:\w+ )?(?:hair|braids?|curls|beard|bob)\b|brunette",
        "greyhair": r"(?:gr[ea]y|white|silver) (?:\w+ )?(?:hair|braids?|curls|beard|bun|bob)\b|"
        r"gr[ea]y-haired|white-haired",
    }.items()
}
