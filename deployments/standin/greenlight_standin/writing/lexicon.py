"""What the breakdown knows of language: word lists (words.toml) and the shapes words take."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

_TEXT = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
_WORDS = {name: frozenset(words.split()) for name, words in tomllib.loads(_TEXT).items()}

DETERMINERS = _WORDS["determiners"]
POSSESSIVES = _WORDS["possessives"]
PREPOSITIONS = _WORDS["prepositions"]
SPATIAL = _WORDS["spatial"]
SUBJECT_PRONOUNS = _WORDS["subject_pronouns"]
OTHER_PRONOUNS = _WORDS["other_pronouns"]
CONJUNCTIONS = _WORDS["conjunctions"]
RELATIVE = _WORDS["relative"]
AUXILIARIES = _WORDS["auxiliaries"]
ADVERBS = _WORDS["adverbs"]
MOSTLY_NOUNS = _WORDS["mostly_nouns"]
PLURALS = _WORDS["plurals"]
LOCALES = _WORDS["locales"]
VESSELS = _WORDS["vessels"]
UNCOUNTED = _WORDS["uncounted"]
FEMALE = _WORDS["female"]
MALE = _WORDS["male"]
NOT_PLACES = _WORDS["not_places"]
NO_AGENTS = _WORDS["no_agents"]
FOREIGN = _WORDS["foreign_verbs"]


def _third(verb: str) -> str:
    if re.search(r"(s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def _participle(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if re.search(r"[^eoy]e$", verb):
        return verb[:-1] + "ing"
    if re.search(r"^[^aeiou]*[aeiou][bdgklmnprt]$", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    if re.search(r"^[^aeiou]*[aeiou][bdgklmnprt]$", verb):
        return verb + verb[-1] + "ed"
    return verb + "ed"


BASE = _WORDS["verbs"]
THIRD = frozenset(_third(verb) for verb in BASE) | {"has", "does"}
ING = frozenset(_participle(verb) for verb in BASE)
PAST = frozenset(_past(verb) for verb in BASE) | _WORDS["pasts"]


def is_adjective(word: str) -> bool:
    """Whether a word reads as an adjective."""
    return (
        word in _WORDS["adjectives"]
        or re.search(r"(?:ous|ful|less|ish|able|ible|ical|ent|ant|ive)$", word) is not None
    )


TIMES = {
    "dawn": r"\bdawn|sunrise|first light|daybreak|morgengrauen|sonnenaufgang|\baube\b",
    "morning": r"\bmorning|breakfast|\bmorgen\b|\bmatin\b",
    "noon": r"\bnoon|midday|mittag|\bmidi\b",
    "afternoon": r"\bafternoon|nachmittag|après-midi",
    "golden hour": r"golden hour|sunset|setting sun|late sun|sonnenuntergang|coucher de soleil",
    "dusk": r"\bdusk|twilight|nightfall|blue hour|dämmerung|crépuscule",
    "evening": r"\bevening|\babend|\bsoir",
    "night": r"\bnight|midnight|moonlight|moonlit|starlight|starlit|\bnacht|\bnuit|\b[1-4] "
    r"?a\.?m\b|\b(?:one|two|three|four|[1-4])(?: o'clock)? in the morning|"
    r"under the stars",
    "day": r"\bday\b|daylight|\btag\b|\bjour\b|sunlight|sunlit|sunny",
}
MOODS = {
    "uneasy": r"horror|eerie|creep|dread|uneas|liminal|sinister|haunt|ominous|unsettl|wrong|"
    r"whisper|"
    r"flicker|scream|stalk|unheimlich|angoiss",
    "tense": r"tens|chas|race|racing|danger|threat|pursu|escape|bomb|gun|fight|attack|urgent|"
    r"sirens?\b|"
    r"deadline|panic|argu|last minute|penalt",
    "melancholic": r"lonel|lone\b|sad|grief|loss|lost|memor|\brain\b|farewell|goodbye|alone|tear|"
    r"autumn|"
    r"traurig|mélancol|mourn",
    "joyful": r"joy|laugh|play|cheer|celebrat|happy|birthday|party|dance|funny|silly|children|"
    r"cartoon|"
    r"bounce|giggl|fröhlich|heureu",
    "sensual": r"perfume|silk|skin|velvet|caress|kiss|elegan|luxur|allure|parfum|seduc",
    "awe": r"vast|cosmic|majest|cathedral|planet|galax|wonder|epic|immense|infinite|colossal|"
    r"towering",
    "curious": r"curious|explor|discover|octopus|examin|investigat|peek|peer|sniff",
    "tender": r"tender|gentle|mother|baby|hold(?:s|ing)? hands|love|soft|quiet|warm",
    "triumphant": r"win\b|wins|victor|triumph|goal|score|roar",
}
LIGHT_NOUNS = (
    r"light|lights|lamp|lamps|lantern|lanterns|sun|sunlight|moonlight|neon|headlights|candle|candles|"
    r"candlelight|firelight|fire|glow|shadow|shadows|fluorescents|fluorescent|floodlights|torch|bulb|"
    r"beam|beams|streetlight|streetlights|spotlight|starlight|sunrise|sunset|glare|licht|lumière|rays|"
    r"strobe|tubes|daylight|lightning|fireflies"
)
SOUNDS = {
    "hum": r"\bhum|buzz|fluoresc|neon",
    "rain": r"\brain(?:s|y|ing|fall|storm|drops?)?\b|downpour|storm|regen|pluie",
    "thunder": r"thunder|lightning",
    "wind": r"\bwind|breeze|gust|dune|desert|mountain",
    "engines": r"\bengine|\bcars?\b|motor|chase|race|truck|traffic",
    "footsteps": r"footstep|"
    r"walks?|"
    r"steps?\b|hallway|corridor|runs?\b",
    "crowd": r"crowd|stadium|cheer|audience|fans\b",
    "waves": r"\bwaves?|ocean|\bsea\b|beach|shore",
    "birdsong": r"\bbird|forest|meadow|garden|"
    r"morning",
    "bubbles": r"underwater|octopus|reef|bubble|diver",
    "laughter": r"laugh|giggl|play",
    "kettle and cutlery": r"kitchen|kettle|dinner|breakfast|cook",
    "sirens": r"siren|police",
    "low drone": r"space|ship|planet|orbit|airlock",
    "phone": r"phone|telephone",
    "clock": r"clock|tick",
    "music": r"music|piano|violin|song|sing|dance",
    "fire crackling": r"\bfire|candle|flame|torch",
}
META = re.compile(
    r"^(?:this|the|our|an?|it|style|mood|tone|look|genre)\b[^.]{0,40}?\b(?:film|spot|advert|advertisement|"
    r"commercial|trailer|teaser|cinematic|campaign|brand|brief|episode|style|mood|tone|look|soundtrack|"
    r"genre|logo|tagline|music)\b\s*(?:is\b|are\b|should\b|must\b|will\b|feels?\b|for\b|about\b)|"
    r"\b(?:advert|advertisement|commercial|teaser|trailer)\b|"
    r"should (?:feel|look|be)\b|\bfeels? like an? (?:film|dream|memory)|inspired by|in the vein of|"
    r"seconds? long|aspect ratio|target (?:audience|group)|voice-?over|title card|deliverable|"
    r"^think of\b|"
    r"^(?:style|mood|tone|look|genre|music)\s*[:=]",
    re.IGNORECASE,
)
