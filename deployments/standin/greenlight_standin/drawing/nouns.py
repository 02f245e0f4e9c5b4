"""What the nouns of a shot mean: people, animals and things that can be drawn."""

from __future__ import annotations

import re

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
    "he she they someone somebody lady gentleman elder teenager youth herself himself "
    "fan fans supporter spectator viewer villager townspeople townsfolk guest visitor pedestrian "
    "shopper merchant vendor sheriff outlaw bartender saxophonist clockmaker baker widow "
    "blacksmith "
    "butcher gardener carpenter mechanic technician operator commander lieutenant sergeant them "
    "astronomer librarian archaeologist ballerina violin-maker mayor judge lawyer everyone "
    "patient client resident president pickpocket orphan recruit cadet sentry clerk chief boss "
    "host "
    "thug bandit suspect victim witness inmate nomad pilgrim tenant assistant accountant servant "
    "infant teen captive refugee employee trainee rookie scout champion rival coach goalie veteran "
    "aunt uncle niece nephew cousin grandma grandpa mum mom dad granny medic paramedic surgeon vet "
    "hermit shaman jockey valet maid chauffeur kids lad lass cyclist busker narrator opponent "
    "ranger sentinel archer trooper raider mercenary bandit sentry leader assassin sniper "
    "scavenger survivor messenger herald peasant elf dwarf orc goblin giant golem mech cyclops "
    "monster demon angel fairy mermaid pirate viking gladiator centurion lord duke duchess count "
    "squire jester bard sorcerer sorceress druid patrol squad platoon troop band gang posse mob "
    "procession parade audience jury choir orchestra throng queue firefighter astronauts "
    "old-timer gunslinger biker rider dockworker seller customer hands hand eyes eye face fingers "
    "feet foot boots boot shoes"
)
_OTHERS: dict[str, tuple[str, float]] = {}
for _line in (
    "quadruped:dog .6 dog puppy hund chien terrier retriever",
    "quadruped:cat .35 cat kitten katze chat tomcat",
    "quadruped:fox .45 fox vixen fuchs renard cub",
    "quadruped:wolf .8 wolf wolves coyote loup",
    "quadruped:horse 1.9 horse pony stallion mare pferd cheval unicorn",
    "quadruped:cow .9 calf boar warthog",
    "quadruped:horse 1.9 zebra camel llama donkey mule giraffe",
    "quadruped:dog .8 hyena jackal animal creature beast",
    "quadruped:bear 1.5 gorilla ape monkey chimpanzee",
    "quadruped:deer 1.5 gazelle impala fawn deer stag doe elk moose hirsch cerf antelope",
    "quadruped:cow 1.5 cow bull ox buffalo kuh vache wildebeest bison yak gnu herd cattle",
    "quadruped:lion 1.2 lion lioness tiger leopard panther jaguar cheetah löwe",
    "plush .35 teddy teddybear plush toy doll",
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
    "convertible 1.3 convertible roadster cabriolet",
    "car 1.4 car taxi cab sedan auto voiture coupe limousine cruiser mustang getaway vehicle jeep",
    "truck 3 excavator bulldozer tank digger forklift harvester",
    "truck 3 truck lorry van bus ambulance tram camion",
    "bike 1.2 bicycle bike fahrrad vélo",
    "motorbike 1.2 motorcycle motorbike scooter moped motorrad moto",
    "spaceship 5 spaceship ship-space starship spacecraft shuttle rocket freighter raumschiff "
    "vaisseau probe satellite fighter-ship cruiser-space frigate",
    "boat 2.5 boat sailboat yacht canoe raft boot bateau dinghy",
    "steamer 6 ship tugboat ferry trawler barge tanker steamer liner vessel tug",
    "train 3.5 train locomotive subway-train zug wagon",
    "plane 3 plane airplane aircraft jet helicopter flugzeug avion",
    "drone 1.4 drone quadcopter uav",
    "crane 14 crane",
    "kite .9 kite",
    "ball .22 ball football basketball balloon orb sphere ballon",
    "bottle .28 bottle flask flasche bouteille thermos",
    "flacon .15 perfume flacon vial phial potion",
    "glass .14 glass lemonade juice beer soda cola cocktail champagne drink whisky",
    "cup .12 cup mug",
    "cup .12 tea coffee teacup tasse teapot bowl pot",
    "phone .15 phone telephone smartphone mobile radio camera recorder remote",
    "book .25 book diary notebook journal letter envelope note photograph photo map paper ticket "
    "buch livre newspaper",
    "door 2.1 door gate doorway tür porte entrance exit hatch airlock",
    "chair .9 chair armchair throne stool sofa couch bench stuhl chaise",
    "table .8 table desk counter tisch",
    "lamp 1.5 lamp streetlamp streetlight lampe beacon",
    "lantern .35 lantern torch candle kerze bougie",
    "flashlight .22 flashlight torchlight headlamp",
    "wheelchair 1 wheelchair pram stroller pushchair",
    "cactus 2.6 cactus saguaro",
    "fruit .12 orange apple lemon fruit pear peach tomato melon egg",
    "snowball .1 snowball",
    "appliance .25 toaster kettle oven microwave fridge stove",
    "bag .45 bag backpack satchel rucksack handbag schoolbag holdall tote",
    "container 2.6 container containers skip",
    "tree 6 tree oak pine palm baum arbre willow trees",
    "house 6 house cabin cottage hut castle fortress church haus maison building barn station",
    "house 6 temple ruin ruins",
    "tower 16 lighthouse tower skyscraper minaret chimney obelisk windmill",
    "statue 2.4 statue sculpture monument bust idol effigy",
    "flower .4 flower rose tulip bouquet petal petals blume fleur plant orchid jasmine",
    "bow .95 bow longbow crossbow",
    "sword 1 arrow staff wand baton stick club spear axe lance",
    "gun .28 gun pistol revolver handgun",
    "rifle 1 rifle shotgun musket carbine",
    "sword 1 sword blade knife dagger weapon schwert",
    "box .4 box suitcase briefcase crate chest package trunk parcel case",
    "trolley 1 trolley gurney cart stretcher",
    "key .1 key",
    "handle .3 handle doorknob doorhandle knob",
    "jewel .12 necklace jewel locket pendant amulet medallion ring diamond coin watch clock",
    "jewel .12 gem medal",
    "ribbon .5 ribbon scarf veil cloth flag sheet dress",
    "curtain 2.3 curtain drape vorhang rideau",
    "screen .6 screen television monitor tv laptop computer console mirror window hologram",
    "cone .7 cone cones duckling",
    "wave 2 wave waves surf",
):
    _kind, _metres, *_words = _line.split()
    _OTHERS.update({word: (_kind, float(_metres)) for word in _words})
_CHILD = re.compile(r"\b(child|children|kid|girl|boy|baby|kind|kinder|enfants?|cub|toddler)s?\b")
_TALL = {"mech": 7.0, "giant": 5.0, "golem": 4.0, "cyclops": 4.5}
_PERSON_WORDS = frozenset(_PEOPLE.split())
# End like a person's trade, and are none.
_NO_AGENTS = frozenset(
    """
alligator amber anchor banner border bucket burner butter canister cellar center centre chamber
charger cinder
clover cluster color colour computer container copper corner counter cover crater creature cylinder
dagger dinner door drawer elevator engine error escalator ever feather fever fiber fibre filter
finger flavour floor flower folder freighter glacier grist hammer harbor heater helicopter hunger
ladder lantern laser leather letter lever lighter list locker lumber manner marker matter mercedes
meteor meter mirror mist moister monster motor mower never number other oven over paper pepper
pillar planter platter poster powder power printer projector propeller radiator reactor receiver
river rotor rubber scooter sensor server shelter shoulder shower shutter silver skyscraper spider
sticker
sugar summer supper sweater tester theater thunder tiger timber timer tower tractor trailer tumor
twist under vapor velvet water weather whisper winter wrist fist mirrors thermometer plaster
character disaster gutter
litter liter litre quarter order boulder cider liquor saucer blender mixer toaster washer dryer
cooker boiler crawler bulldozer digger elder-tree mist
""".split()  # noqa: SIM905
)
_AGENT = re.compile(
    r"(?:man|woman|men|women|worker|maker|keeper|smith|folk|people|girl|boy|"
    r"[a-z]{2,}(?:ist|ian|eer|ess)|[a-z]{3,}(?:er|or))$"
)
# Only people do these.
_HUMAN_VERBS = re.compile(
    r"(?:argu|speak|said\b|says?\b|whisper|talk|teach|laugh|smil|frown|sigh|nod|shrug|ask|answer|repl|"
    r"shout|yell|mutter|murmur|sing|pray|hug|kiss|greet|salut|wave[sd]?\b|waving|writ|read|cook|bake|"
    r"knead|"
    r"walk|tiptoe|kneel|stroll|hesitat|glanc|stare|gaz|look|watch|wonder|remember|weep|sob|cry|cries|"
    r"march|patrol|sneak|creep|climb|lower|lift|fight|attack|hunt|chas|flee|escap|search|hid(?:e|es|ing)|"
    r"sit\b|sits|grab|steps?\b|enters?\b|leaves?\b|draws?\b|runs?\b|charg|gallop|passes?\b|crosses|"
    r"danc|clap|applaud|wink|gasp|steal|juggl|knock|paint|sketch|type[sd]?\b|dial|practi[sc])",
    re.IGNORECASE,
)

_VESSEL = re.compile(
    r"(?!friend|hard|relation|member|scholar|star|space|owner|leader|champion)[a-z]{3,}(?:boat|ship)"
)


def is_child(text: str) -> bool:
    """Whether a description in small letters is of a child."""
    return _CHILD.search(text) is not None and not is_teenager(text)


def is_teenager(text: str) -> bool:
    """Whether a description in small letters is of somebody half grown, but tall."""
    return (
        re.search(r"\bteen|\b1[4-9]\b|\b(?:four|fif|six|seven|eigh|nine)teen\b", text) is not None
    )


def singular_of(word: str) -> str:
    """A noun without the s of its plural, as far as the ending tells."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ves") and f"{word[:-3]}f" in _PERSON_WORDS | _OTHERS.keys():
        return word[:-3] + "f"
    if re.search(r"(?:sses|shes|ches|xes)$", word):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def acts_like_a_person(noun: str, action: str = "") -> bool:
    """Whether a noun that is in no list means a person, by its ending or by what it does."""
    single = singular_of(noun)
    if single in _NO_AGENTS or noun in _NO_AGENTS or known_word(noun) is not None:
        return False
    return _AGENT.search(single) is not None or _HUMAN_VERBS.match(action.strip()) is not None


def known_word(word: str) -> tuple[str, float, str] | None:
    """Kind, real height in metres and singular of a word that can be drawn."""
    forms = [word]
    if word.endswith("'s"):
        return None
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if re.search(r"(?:[sxzo]|ch|sh)es$", word):
        forms.append(word[:-2])
    if word.endswith("ves"):
        forms += [word[:-3] + "f", word[:-3] + "fe"]
    if word.endswith("s"):
        forms.append(word[:-1])
    for form in forms:
        if form in _OTHERS:
            kind, metres = _OTHERS[form]
            return kind, metres, form
        if form in _PERSON_WORDS:
            small = _CHILD.search(form) is not None
            return "person", _TALL.get(form, 1.2 if small else 1.7), form
    by_end = _VESSEL.fullmatch(singular_of(word))
    return ("steamer", 6.0, singular_of(word)) if by_end else None
