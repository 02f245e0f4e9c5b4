"""A brief becomes a shot list: the answer to a breakdown prompt, shaped by its schema."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from greenlight_standin.drawing.nouns import known_word
from greenlight_standin.drawing.shot import stable_hash
from greenlight_standin.schema import fit, problems
from greenlight_standin.writing import phrases, scene
from greenlight_standin.writing.beats import Beat, read_beats
from greenlight_standin.writing.clean import plain
from greenlight_standin.writing.coverage import Setup, plan
from greenlight_standin.writing.director_note import Wish, read_note, wanted_shots
from greenlight_standin.writing.palettes import palette, story_colours
from greenlight_standin.writing.references import Reference, matching, read_references
from greenlight_standin.writing.screenplay import ScriptScene, exchanged, read_scenes, shared

SHORTEST, LONGEST = 2.0, 8.0
_LENSES = {
    "extreme wide": 18,
    "wide": 24,
    "medium wide": 35,
    "medium": 40,
    "medium close-up": 50,
    "close-up": 75,
    "extreme close-up": 100,
}
_SECONDS = {
    "extreme wide": 5.0,
    "wide": 4.5,
    "medium wide": 4.0,
    "medium": 4.0,
    "medium close-up": 3.5,
    "close-up": 3.0,
    "extreme close-up": 2.5,
}
_DEFAULT_LIGHT = {
    "night": "practical lights against the dark",
    "dusk": "last blue light of the day",
    "dawn": "first soft light, long shadows",
    "golden hour": "low golden sunlight",
    "evening": "warm lamplight",
    "morning": "clear morning light",
    "noon": "hard sunlight from above",
    "afternoon": "slanting daylight",
    "day": "soft daylight",
}


def write_breakdown(lines: Mapping[str, str], schema: Mapping[str, Any], seed: int) -> Any:
    """The shot list for the labelled lines of a brief; `schema` is normalised.

    The answer follows the schema: its property names, enumerations and limits.
    """
    title = plain(lines.get("title", ""))
    vision, look = lines.get("vision", ""), plain(lines.get("look", ""))
    note = lines.get("note from the director", "")
    wish = read_note(plain(note))
    if scenes := read_scenes(lines.get("scenes", "")):
        return _answer(title, *_of_scenes(scenes, lines, wish, seed), schema)
    beats = read_beats(vision) or _from_title(title, vision)
    if wish.rest:
        beats = _with_note(beats, wish.rest)
    wanted = _count(lines, beats, vision, wish, note)
    setups = plan(beats, wanted, wish, stable_hash(seed, title, vision, note))
    everything = f"{title}. {plain(vision)}. {look}"
    references = read_references(lines.get("references", ""))
    subjects = found_subjects([s.subject for s in setups], references)
    references = [*references, *subjects]
    seconds = _lengths(setups, _number(lines, "seconds wanted"), wish.pace)
    shots = _shots(setups, seconds, title, everything, look, references, wish)
    return _answer(title, _logline(title, beats), subjects, shots, schema)


def _answer(
    title: str,
    logline: str,
    subjects: list[Reference],
    shots: list[dict[str, Any]],
    schema: Mapping[str, Any],
) -> Any:
    answer = {
        "logline": logline,
        "title": title,
        "subjects": [{"name": s.name, "kind": s.kind, "description": s.about} for s in subjects],
        "shots": shots,
    }
    fitted = fit(_renamed(answer, schema), schema, filler="unspecified")
    wrong = problems(fitted, schema)
    assert not wrong, wrong
    return fitted


def _of_scenes(
    scenes: list[ScriptScene], lines: Mapping[str, str], wish: Wish, seed: int
) -> tuple[str, list[Reference], list[dict[str, Any]]]:
    """Logline, subjects and shots of a screenplay: a sequence each scene, dialogue as written."""
    title, look = plain(lines.get("title", "")), plain(lines.get("look", ""))
    note = lines.get("note from the director", "")
    if wish.rest:
        scenes[-1].beats = _with_note(scenes[-1].beats, wish.rest)
    asked = wanted_shots(note) or int(_number(lines, "shots wanted") or 0)
    wanted = (asked or sum(len(scene.beats) for scene in scenes)) + wish.shots
    counts = shared(scenes, max(len(scenes), min(60, wanted)))
    planned = []
    for place, (item, count) in enumerate(zip(scenes, counts, strict=True)):
        last = place == len(scenes) - 1
        here = replace(
            wish,
            opening="" if place else wish.opening,
            ending=wish.ending if last else "",
        )
        setups = plan(item.beats, count, here, stable_hash(seed, title, place, note))
        planned.append(exchanged(setups))
    seconds = _lengths(
        [s for setups in planned for s in setups], _number(lines, "seconds wanted"), wish.pace
    )
    references = read_references(lines.get("references", ""))
    subjects = found_subjects([s.subject for setups in planned for s in setups], references)
    references = [*references, *subjects]
    shots: list[dict[str, Any]] = []
    for item, setups in zip(scenes, planned, strict=True):
        everything = " ".join([item.place, *(beat.source for beat in item.beats)])
        own = seconds[len(shots) : len(shots) + len(setups)]
        for shot in _shots(setups, own, title, everything, look, references, wish):
            time = item.time or shot["time_of_day"]
            told = {"sequence": item.number, "setting": item.place, "time_of_day": time}
            shots.append({**shot, **told})
    return _logline(title, [beat for item in scenes for beat in item.beats]), subjects, shots


def found_subjects(subjects: Sequence[str], references: Sequence[Reference]) -> list[Reference]:
    """Characters and props that several shots share and no reference names."""
    told: dict[str, list[str]] = {}
    for phrase in subjects:
        noun = phrases.head_noun(phrase)
        drawn = known_word(noun) is not None or phrases.is_person(phrase)
        named = matching([r for r in references if r.kind != "style"], phrase)
        if drawn and not named and not phrases.is_plural(phrase) and not phrases.is_place(phrase):
            told.setdefault(noun, []).append(phrase)
    shared = [(noun, max(said, key=len)) for noun, said in told.items() if len(said) > 1]
    return [
        Reference(f"the {noun}", "character" if phrases.is_alive(about) else "prop", about)
        for noun, about in shared[:4]
    ]


def _count(lines: Mapping[str, str], beats: list[Beat], vision: str, wish: Wish, note: str) -> int:
    asked = wanted_shots(note) or int(_number(lines, "shots wanted") or 0)
    if not asked:
        by_words = 4 + len(vision.split()) // 40
        asked = max(4, min(8, max(by_words, min(len(beats), 8))))
    return max(1, min(60, asked + wish.shots))


def _number(lines: Mapping[str, str], label: str) -> float:
    match = re.search(r"\d+(?:[.,]\d+)?", lines.get(label, ""))
    return float(match[0].replace(",", ".")) if match else 0.0


def _from_title(title: str, vision: str) -> list[Beat]:
    """Something to film when the vision has no sentence: the title, or the bare words."""
    words = " ".join(re.findall(r"[^\W_][\w'-]*", plain(vision)))[:80]
    subject = words or title or "an empty frame"
    return [Beat(subject, "", "", "", subject, still=True)]


def _with_note(beats: list[Beat], rest: str) -> list[Beat]:
    """A note that is no instruction about coverage is something to show."""
    added = read_beats(rest)
    if not added:
        return beats
    first = replace(
        added[0],
        place=added[0].place or beats[-1].place,
        time=added[0].time or beats[-1].time,
        asked=True,
    )
    middle = max(1, len(beats) * 2 // 3)
    return [*beats[:middle], first, *beats[middle:]]


def _shots(
    setups: list[Setup],
    seconds: list[float],
    title: str,
    everything: str,
    look: str,
    references: list[Reference],
    wish: Wish,
) -> list[dict[str, Any]]:
    mood = wish.mood or scene.mood(everything) or "calm"
    fallback = next(iter([*phrases.places(everything), *phrases.places(title)]), "open country")
    told = [*scene.colours(look), *story_colours(everything)]
    tones = f"{look} {' '.join(told)}"
    weather = scene.weather(title)
    # What a story says late is no rule for its beginning.
    early = " ".join(setup.beat.source for setup in setups[:2])
    time_all = wish.time or scene.time_of_day(f"{title}. {look}") or scene.time_of_day(early)
    light_all = scene.light(look) or scene.light(setups[0].beat.source if setups else "")
    sequence, last = 0, None
    introduced: dict[str, str] = {}
    out: list[dict[str, Any]] = []
    for setup, length in zip(setups, seconds, strict=True):
        beat = setup.beat
        setting = beat.place or fallback
        key = phrases.place_key(setting)
        if key != last:
            sequence, last = sequence + 1, key
        time = wish.time or beat.time or time_all or "day"
        light = scene.light(beat.source) or light_all or _light(time, setting)
        weather = scene.weather(f"{setting} {beat.source}") or weather
        falls = "" if phrases.under_a_roof(setting) else weather
        if falls and falls not in light:
            light = f"{light}, {falls}"
        own = f"{setup.subject} {setup.action} {beat.source}"
        spoken = "" if wish.silent or setup.kind != "beat" else beat.dialogue
        out.append(
            {
                "sequence": sequence,
                "subject": _told_again(setup.subject, introduced, references),
                "action": setup.action,
                "setting": setting,
                "time_of_day": time,
                "lighting": light,
                "mood": mood,
                "palette": palette(tones, setting, time, falls, mood),
                "style": _style(look),
                "size": setup.size,
                "angle": setup.angle,
                "movement": setup.movement,
                "lens_mm": _LENSES[setup.size],
                "dialogue": spoken,
                "sound": ", ".join(scene.sounds(f"{own} {setting}")) or "room tone",
                "seconds": length,
                "references": matching(references, f"{own} {setting}"),
            }
        )
    return out


def _told_again(subject: str, introduced: dict[str, str], references: list[Reference]) -> str:
    """A subject with what was said of it at first ("Ida, a girl of ten"): each shot is drawn alone.

    Whom a reference describes is described by it.
    """
    name, comma, about = subject.partition(", ")
    if comma and re.match(r"(?:an?|the|his|her|their)\s", about):
        introduced.setdefault(name, subject)
    told = re.match(r"(?i)an?\s+(?:[\w-]+\s+)*?(?P<who>[\w-]+)\s+(?:with|in|wearing)\s", subject)
    if told:
        introduced.setdefault(f"the {told['who']}", subject)
    if any(reference.name.lower() == name.lower() for reference in references):
        return subject
    return introduced.get(subject, subject)


def _light(time: str, setting: str) -> str:
    indoors = re.search(
        r"(?i)room|hall|corridor|kitchen|club|bar\b|office|shop|basement|cellar|"
        r"station|church|"
        r"theat|lab|cockpit|bridge of|hotel|house|flat|studio|tunnel",
        setting,
    )
    if indoors and time == "day":
        return "soft interior light"
    return _DEFAULT_LIGHT.get(time, "soft daylight")


def _lengths(setups: list[Setup], total: float, pace: float) -> list[float]:
    """Seconds per shot in half seconds; with a total they add up to it wherever that can be."""
    raw = []
    for setup in setups:
        spoken = len(setup.beat.dialogue.split()) / 2.6 if setup.kind == "beat" else 0.0
        raw.append(min(LONGEST, max(_SECONDS[setup.size] * pace, spoken + 1.0, SHORTEST)))
    if not total:
        return [round(value * 2) / 2 for value in raw]
    target = min(max(total, SHORTEST * len(raw)), LONGEST * len(raw))
    factor = target / sum(raw)
    out = [min(LONGEST, max(SHORTEST, math.floor(value * factor * 2) / 2)) for value in raw]
    for _ in range(1000):
        short = target - sum(out)
        if abs(short) < 0.25:
            break
        step = 0.5 if short > 0 else -0.5
        free = [i for i, v in enumerate(out) if SHORTEST <= v + step <= LONGEST]
        if not free:
            break
        best = max(free, key=lambda i: (raw[i] * factor - out[i]) * (1 if step > 0 else -1))
        out[best] += step
    return out


def _style(look: str) -> str:
    first = re.split(r"(?<=[.!?])\s", look)[0].strip(" .")
    return first[:160] or "cinematic pre-visualisation"


def _logline(title: str, beats: list[Beat]) -> str:
    acting = [beat for beat in beats if beat.action] or beats
    first, last = acting[0], acting[-1]

    def tell(beat: Beat) -> str:
        shown = "come into view" if phrases.is_plural(beat.subject) else "comes into view"
        return f"{beat.subject} {beat.action or shown}"

    told = tell(first) if first is last else f"{tell(first)}; in the end {tell(last)}"
    told = told[0].upper() + told[1:] + "."
    return f"{title}: {told}" if title else told


def _renamed(answer: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Put the shots where the schema wants its list of objects, whatever it calls it."""
    properties = schema.get("properties", {})
    if "shots" in properties or not properties:
        return answer
    name = next((n for n, item in properties.items() if item.get("type") == "array"), None)
    return {**answer, name: answer["shots"]} if name else answer
