"""Who and what is in the picture, from the words for subject and action."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from greenlight.standin.drawing.colour import own_colour
from greenlight.standin.drawing.place_words import named_place
from greenlight.standin.drawing.shapes import Rgb
from greenlight.standin.drawing.shot import ShotRequest

# word: kind, real height in metres
_PEOPLE = (
    "man woman person figure girl boy child kid children people men women astronaut cosmonaut "
    "detective driver runner player goalkeeper striker referee keeper chef cook waiter waitress "
    "mother father sister brother daughter son grandmother grandfather wife husband couple friend "
    "soldier guard knight king queen prince princess wizard witch warrior hero heroine villain "
    "doctor nurse teacher student pupil dancer singer musician pianist violinist drummer boxer "
    "fighter thief spy agent cop police officer pilot captain sailor fisherman farmer hunter "
    "worker engineer scientist painter writer poet model bride groom baby stranger ghost shadow "
    "silhouette crowd crew team family lovers twins neighbour neighbor tourist traveller wanderer "
    "hiker climber surfer swimmer diver cyclist biker rider monk nun priest clown magician robot "
    "android cyborg alien zombie mannequin skeleton samurai ninja cowboy girlfriend boyfriend "
    "actor actress director barista customer passenger hitchhiker janitor nurse commander rebel "
    "mann frau kind mädchen junge kinder leute homme femme fille garçon enfant enfants gens "
    "he she they someone somebody nobody lady gentleman elder teenager youth herself himself "
    "fan fans supporter spectator viewer villager townspeople townsfolk guest visitor pedestrian "
    "shopper merchant vendor sheriff outlaw bartender saxophonist clockmaker baker widow "
    "blacksmith "
    "butcher gardener carpenter mechanic technician operator commander lieutenant sergeant them "
    "astronomer librarian archaeologist ballerina violin-maker mayor judge lawyer everyone "
    "old-timer hands hand eyes eye face fingers feet"
)
_OTHERS: dict[str, tuple[str, float]] = {}
for _line in (
    "quadruped:dog .6 dog puppy hund chien terrier retriever",
    "quadruped:cat .35 cat kitten katze chat tomcat",
    "quadruped:fox .45 fox vixen fuchs renard cub",
    "quadruped:wolf .8 wolf wolves coyote loup",
    "quadruped:horse 1.9 horse pony stallion mare pferd cheval unicorn",
    "quadruped:deer 1.5 deer stag doe elk moose hirsch cerf antelope",
    "quadruped:cow 1.5 cow bull ox buffalo kuh vache",
    "quadruped:lion 1.2 lion lioness tiger leopard panther jaguar cheetah löwe",
    "quadruped:bear 1.4 bear bär ours panda",
    "quadruped:elephant 3 elephant elefant mammoth rhino hippo",
    "quadruped:rabbit .3 rabbit hare bunny mouse rat squirrel hedgehog hase lapin badger raccoon",
    "quadruped:sheep .9 sheep lamb goat pig schaf mouton",
    "quadruped:lizard .5 lizard crocodile turtle tortoise salamander",
    "frog .2 frog toad frosch grenouille",
    "crab .2 crab lobster scorpion krabbe",
    "quadruped:lizard 2.2 dragon dinosaur",
    "octopus .8 octopus squid jellyfish krake pieuvre cuttlefish",
    "fish .5 fish shark whale dolphin salmon koi fisch poisson eel ray",
    "bird .4 bird crow raven eagle gull seagull owl sparrow hawk dove pigeon vogel oiseau swan "
    "duck "
    "robin heron penguin parrot",
    "butterfly .15 butterfly moth bee dragonfly insect beetle spider",
    "car 1.4 car taxi cab sedan auto voiture coupe convertible limousine cruiser mustang getaway "
    "vehicle jeep",
    "truck 3 truck lorry van bus ambulance tram camion",
    "bike 1.2 bicycle bike motorcycle motorbike scooter fahrrad vélo",
    "spaceship 5 spaceship ship-space starship spacecraft shuttle rocket freighter raumschiff "
    "vaisseau probe satellite fighter-ship cruiser-space frigate",
    "boat 2.5 boat ship sailboat yacht canoe raft ferry boot bateau vessel",
    "train 3.5 train locomotive subway-train zug wagon",
    "plane 3 plane airplane aircraft jet helicopter drone flugzeug avion",
    "ball .22 ball football basketball balloon orb sphere ballon",
    "bottle .25 bottle perfume flacon vial flask flasche bouteille phial potion",
    "cup .12 cup mug glass tea coffee teacup tasse kettle teapot bowl pot",
    "phone .15 phone telephone smartphone mobile radio camera recorder remote",
    "book .25 book diary notebook journal letter envelope note photograph photo map paper ticket "
    "buch livre newspaper",
    "door 2.1 door gate doorway tür porte entrance exit hatch airlock",
    "chair .9 chair armchair throne stool sofa couch bench stuhl chaise",
    "table .8 table desk counter tisch",
    "lamp 1.5 lamp lantern streetlamp streetlight candle torch lampe kerze bougie beacon",
    "tree 6 tree oak pine palm baum arbre willow trees",
    "house 6 house cabin cottage hut castle church lighthouse tower haus maison building barn "
    "station temple",
    "flower .4 flower rose tulip bouquet petal petals blume fleur plant orchid jasmine",
    "sword 1 sword blade knife dagger spear axe gun pistol rifle weapon schwert",
    "box .4 box suitcase briefcase crate chest package trunk parcel bag backpack koffer",
    "key .1 key ring coin watch necklace jewel locket pendant clock",
    "ribbon .5 ribbon scarf veil cloth flag sheet dress",
    "curtain 2.3 curtain drape vorhang rideau",
    "screen .6 screen television monitor tv laptop computer console mirror window hologram",
    "cone .7 cone cones duckling",
    "wave 2 wave waves surf",
):
    _kind, _metres, *_words = _line.split()
    _OTHERS.update({word: (_kind, float(_metres)) for word in _words})

_COUNTS = {
    "two": 2, "both": 2, "pair": 2, "couple": 2, "twins": 2, "lovers": 2, "zwei": 2, "deux": 2,
    "three": 3, "trio": 3, "drei": 3, "trois": 3, "four": 4, "vier": 4, "quatre": 4, "five": 5,
    "six": 6, "seven": 7, "several": 4, "few": 3, "some": 3, "many": 7, "group": 5, "family": 4,
    "team": 5, "crew": 4, "crowd": 9, "dozens": 9, "hundreds": 9, "herd": 7, "flock": 7, "pack": 5,
    "swarm": 9, "army": 9,
}  # fmt: skip
_PLURALS = {"children": 3, "people": 4, "men": 3, "women": 3, "kinder": 3, "leute": 4, "gens": 4,
            "enfants": 3, "wolves": 3, "hands": 1, "eyes": 1, "fingers": 1, "feet": 1, "trees": 5,
            "petals": 1, "waves": 1}  # fmt: skip
# What is in the air is drawn by weather and light, not by a figure.
_AIR = re.compile(
    r"\b(?:light|lights|sunlight|moonlight|rain|snow|smoke|fog|mist|wind|darkness|silence|music|melody|"
    r"power|sun|moon|moons|sky|stars|shadows?|storm|dawn|dusk|night|sound|alarms?|title|floodlights|"
    r"thunder|lightning|dust|steam|frost|licht|pluie|regen|surroundings|frame)\b"
)
_CHILD = re.compile(r"\b(child|children|kid|girl|boy|baby|kind|kinder|enfants?|cub|toddler)s?\b")
_BODY = {"hands": "hands", "hand": "hands", "fingers": "hands", "eyes": "eyes", "eye": "eyes",
         "face": "face", "feet": "feet"}  # fmt: skip
_POSES = {
    "lie": r"\bl(?:ie|ies|ying|ay)\b|sleep|asleep|collapse|unconscious",
    "fly": r"\bfl(?:y|ies|ying|oat|oats|oating)\b|\bdrift|weightless|hover|soar|swim|dive",
    "jump": r"\bjump|\bleap|\bdive[sd]? for|save",
    "run": r"\brun|\bsprint|\bchas|\bflee|\bdash|\brac(?:e|es|ing)\b|bolt|charge|gallop|hurr",
    "sit": r"\bsit|\bsat\b|\bseated|\bdriv|\bsteer|perch",
    "kneel": r"\bkneel|\bknelt|crouch|\bsquat|bends? down|stoop|pick(?:s|ing)? up",
    "dance": r"\bdanc|twirl|\bspin|pirouette|celebrat|\bcheer",
    "point": r"\bpoint(?:s|ing)? |\baim|gestur",
    "wave": r"\bwav(?:e|es|ing)\b(?! of)|greet|hail|raise[sd]? (?:a|his|her|their) (?:hand|arm)",
    "kick": r"\bkick|\bshoot|\bstrik(?:e|es|ing)\b|volley",
    "reach": r"\breach|\bgrab|\bopen|\btouch|\bpush|\bpull|\bpress|\bhand(?:s|ing)? |\bgive|\btake|"
    r"\bhold|\blift|\bpour|\bturn(?:s|ing)? (?:a|the) |knock|unlock|cut|chop|stir|\bcatch|carry",
    "look_up": r"looks? up|gaze[sd]? (?:up|at the (?:sky|stars))|stares? up|head tilts",
    "walk": r"\bwalk|\bstep|\bstroll|\bcross|\bapproach|\benter|\bleav|\bwander|\bcreep|\bmarch|"
    r"\bmov(?:e|es|ing)|\bcome|\bgo(?:es|ing)?\b|\bfollow|\bpace|\btrudg|\bstagger|geht|marche|"
    r"läuft|\breturn|\bpass",
}


@dataclass(frozen=True)
class Actor:
    """One kind of thing in the picture, `count` times; `metres` is its real height."""

    kind: str
    name: str
    count: int = 1
    metres: float = 1.7
    pose: str = "stand"
    wear: frozenset[str] = field(default_factory=frozenset)
    tint: Rgb | None = None

    @property
    def human(self) -> bool:
        """Whether it is drawn as a person or a part of one."""
        return self.kind in ("person", "hands", "eyes", "face", "feet")


def pose_of(text: str) -> str:
    """The pose that the words of an action ask for."""
    first = re.split(r"[,:;]|\bas\b|\bwhile\b", text.lower())[0]
    return next((p for p, pattern in _POSES.items() if re.search(pattern, first)), "stand")


def cast_of(request: ShotRequest) -> list[Actor]:
    """The actors of a shot, the leading one first; none if the shot is of a place or of the air."""
    found = _find(request.subject, request.action, limit=3)
    if not found:
        found = _unknown(request)
    props = [
        actor
        for actor in _find(request.action, request.action, limit=4)
        if not actor.human
        and all(actor.kind != known.kind for known in found)
        and actor.kind not in ("door", "table", "tree", "house", "wave", "screen", "lamp")
    ]
    extra = [
        a
        for a in _find(request.note, request.action, limit=2)
        if a.kind not in {known.kind for known in found} and a.name not in request.change.away
    ]
    people_asked = request.change.count
    if people_asked is not None and found:
        lead, *rest = found
        if people_asked == 0:
            found = [a for a in found if not a.human]
        else:
            found = [_with(lead, count=people_asked), *(a for a in rest if not a.human)]
    found = [a for a in found if a.name not in request.change.away]
    if request.size == "extreme close-up" and found and not found[0].human:
        return found[:1]
    return [*found[:3], *(a for a in extra if not a.human), *props[:1]]


def _find(text: str, action: str, limit: int) -> list[Actor]:
    words = re.findall(r"[^\W\d_][\w'-]*|\d+", text.lower())
    found: list[Actor] = []
    for index, word in enumerate(words):
        named = known_word(word)
        if named is None or (index + 1 < len(words) and _compound(word, words[index + 1])):
            continue
        kind, metres, singular = named
        count = _count(words, index, plural=singular != word)
        if kind == "person" and word in _BODY:
            kind = _BODY[word]
            if any(actor.human for actor in found) and kind != "hands":
                continue
            if kind == "hands" and any(actor.kind == "person" for actor in found):
                continue
            # "hands of a woman", "her eyes": the part is the picture, not its owner.
            found = [actor for actor in found if not actor.human]
            count = 1
        elif kind == "person" and any(a.kind in ("hands", "eyes", "face", "feet") for a in found):
            continue
        if kind == "person" and any(a.kind == "person" and a.name == singular for a in found):
            continue
        found.append(
            Actor(
                kind,
                singular,
                count,
                metres,
                pose_of(action),
                _wear(text.lower(), word),
                own_colour(text, word, kind == "person"),
            )
        )
    # "a driver grips the wheel of a car": who acts comes before what is acted on.
    return found[:limit]


def known_word(word: str) -> tuple[str, float, str] | None:
    """Kind, real height in metres and singular of a word that can be drawn."""
    forms = [word]
    if word.endswith("'s"):
        return None
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s"):
        forms.append(word[:-1])
    for form in forms:
        if form in _OTHERS:
            kind, metres = _OTHERS[form]
            return kind, metres, form
        if form in _PERSON_WORDS:
            small = _CHILD.search(form) is not None
            return "person", 1.2 if small else 1.7, form
    return None


def _count(words: list[str], index: int, *, plural: bool) -> int:
    word = words[index]
    if word in _PLURALS:
        base = _PLURALS[word]
    elif word in _COUNTS:
        base = _COUNTS[word]
    else:
        base = 3 if plural else 1
    for before in reversed(words[max(0, index - 4) : index]):
        if before in _COUNTS:
            return _COUNTS[before]
        if before.isdigit() and before in words[max(0, index - 2) : index]:
            return max(1, min(9, int(before)))
        if before in ("a", "an", "one", "lone", "single", "ein", "eine", "un", "une"):
            return 1 if word not in _COUNTS else base
        if before in ("and", "with", "of", "und", "et"):
            break
    return base


def _compound(word: str, following: str) -> bool:
    """Whether `word` only describes the next one ("car door", "coffee cup", "tree house")."""
    if word in _COUNTS or (word in _PERSON_WORDS and word not in ("police", "baby")):
        return False
    return known_word(following) is not None


def _wear(text: str, word: str) -> frozenset[str]:
    marks = {
        "helmet": r"astronaut|cosmonaut|space ?suit|helmet|diver\b",
        "armour": r"knight|armou?r|samurai|robot|android|cyborg|mech",
        "dress": r"dress|gown|skirt|bride|queen|princess|ballerina|kleid|robe\b",
        "coat": r"coat|detective|cloak|cape|wizard|witch|monk|priest|jacket|stranger",
        "hat": r"\bhat\b|cowboy|detective|fedora|cap\b|chef|witch|captain|hood",
        "robot": r"robot|android|cyborg|\bmech\b|roboter",
        "long": r"woman|girl|mother|sister|daughter|wife|queen|princess|lady|actress|frau|femme|"
        r"\bshe\b|\bher\b|bride|waitress|grandmother|witch|heroine|mädchen|fille",
        "bald": r"bald|monk|alien|mannequin|ghost",
        "kit": r"player|striker|goalkeeper|keeper|footballer|runner|team|boxer",
        "old": r"\bold\b|elder|grand(?:mother|father)|aged",
    }
    return frozenset(name for name, pattern in marks.items() if re.search(pattern, text))


def _unknown(request: ShotRequest) -> list[Actor]:
    """An actor for a subject in words that are not known: a name is a person, else a thing."""
    text = request.subject.strip()
    pose = pose_of(request.action)
    if not text:
        return [Actor("person", "figure", pose=pose)]
    words = re.findall(r"[^\W\d_][\w'-]*", text)
    article = re.match(
        r"(?i)(an?|the|some|one|two|three|ein|eine|der|die|das|un|une|le|la)\b", text
    )
    looks_human = (
        re.search(
            r"(?i)\w(?:man|woman|men|women|ist|ess|girl|boy|ian|eer|maker|keeper|smith|people|folk)s?\b",
            text,
        )
        is not None
    )
    if named_place(text) or _AIR.search(text.lower()):
        return []
    named = not article and words and words[0][:1].isupper() and len(words) <= 3
    if named or looks_human:
        both = len(re.findall(r"(?i)\b(?:and|und|et|&)\b", text))
        return [Actor("person", text, 1 + both, 1.7, pose, _wear(text.lower(), ""))]
    return [Actor("thing", " ".join(words[-2:]) if words else text, 1, 0.8, pose)]


def _with(actor: Actor, *, count: int) -> Actor:
    return replace(actor, count=count)


_PERSON_WORDS = frozenset(_PEOPLE.split())
