"""Scenes of a screenplay as a prompt lists them: what is seen, and who says what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from greenlight_standin.writing import scene as words
from greenlight_standin.writing.beats import Beat, Told, read_beats
from greenlight_standin.writing.coverage import Setup
from greenlight_standin.writing.phrases import under_a_roof

WORDS_PER_SHOT = 17
"""What can be said in eight seconds, with a breath at either end."""

_SCENE = re.compile(r"^Sequence (?P<number>\d+): (?P<heading>.*)$")
_SPEECH = re.compile(r"^- (?P<who>[^:(]{1,80}?)\s*(?:\((?P<how>[^)]*)\))?\s*: (?P<said>.*)$")
_HEADING = re.compile(
    r"(?i)^(?P<side>INT\.?/EXT|EXT\.?/INT|I/E|E/I|INT|EXT|EST)?[.\s]*(?P<place>.*?)"
    r"(?:\s+[-–—]+\s+(?P<time>[^-–—()]+?))?\s*(?:\((?P<goes>[^)]*)\))?$"
)

_WHERE = (
    r"(?i:behind|beside|beyond|across|above|below|near|opposite|inside|outside|in|at|on|from)"
    r"\b [^.,!?]{0,30}?,? ?"
)


@dataclass
class ScriptScene:
    """One scene: where and when it plays, and its beats in order."""

    number: int
    place: str
    time: str
    beats: list[Beat] = field(default_factory=list)


def read_scenes(text: str) -> list[ScriptScene]:
    """The scenes of the prompt's lines; empty where there are none."""
    found: list[ScriptScene] = []
    speakers = {m["who"].strip() for m in map(_SPEECH.match, text.splitlines()) if m}
    told = Told()
    for line in text.splitlines():
        if head := _SCENE.match(line):
            found.append(_scene(int(head["number"]), head["heading"]))
            told = Told()
        elif not found:
            continue
        elif line.startswith("* "):
            found[-1].beats += _seen(_named(line[2:], speakers), told)
        elif speech := _SPEECH.match(line):
            who = speech["who"].strip()
            told.note(who)
            found[-1].beats += _spoken(who, speech["how"] or "", speech["said"], found[-1].beats)
    for item in found:
        item.beats = [
            replace(beat, place=item.place, time=item.time or beat.time)
            for beat in item.beats or [_empty(item)]
        ]
    return found


def _scene(number: int, heading: str) -> ScriptScene:
    read = _HEADING.match(heading.strip())
    place = (read["place"] if read else heading).strip(" .-") or heading
    stated = (read["time"] or "") if read else ""
    time = (read["goes"] if read and read["goes"] else stated).lower()
    calm = place.lower() if place.isupper() else place
    calm = _on_its_side(calm, (read["side"] or "").upper() if read else "")
    return ScriptScene(number, calm, words.time_of_day(time) or time)


def _on_its_side(place: str, side: str) -> str:
    """A place that says of itself on which side of its walls it is seen."""
    indoors = under_a_roof(place)
    named = place if re.match(r"(?i)(?:the|an?|his|her|their)\b", place) else f"the {place}"
    if side == "INT" and not indoors:
        return f"inside {named}"
    if side in ("EXT", "EST") and indoors:
        return f"outside {named}"
    return place


def _named(text: str, speakers: set[str]) -> str:
    """Names as prose has them, without the age and clothes that introduce somebody."""
    for who in speakers:
        shouted = re.escape(who.upper())
        text = re.sub(rf"\b{shouted}\b\s*\([^)]*\)", who, text)
        # "Behind it Jonas looks up" begins with where, which is no subject.
        text = re.sub(rf"(?:^|(?<=[.!?] )){_WHERE}(?={shouted}\b)", "", text)
        text = re.sub(rf"\b{shouted}\b(?:, (?:\d\ds?|[^,.]{{1,24}}(?=,)))*,?", who, text)
    return text


def _seen(text: str, told: Told) -> list[Beat]:
    beats = read_beats(text, told)
    # Capitals draw the eye to props and sounds in a screenplay; in a shot they only shout.
    return [replace(b, dialogue="") for b in beats]


def _spoken(who: str, how: str, said: str, before: Sequence[Beat]) -> list[Beat]:
    """A speech in shots of the speaker, each no longer than can be said in it."""
    pieces = _breaths(said.split())
    if "unseen" in how:
        # A voice is heard over what is seen already.
        last = before[-1] if before else None
        subject, action = (last.subject, last.action) if last else (who, "is heard")
        return [
            Beat(subject, action or "listens", "", "", said, " ".join(piece)) for piece in pieces
        ]
    other = next((b.subject for b in reversed(before) if b.dialogue and b.subject != who), "")
    action = f"speaks to {other}" if other else "speaks"
    action += f", {how.split(';')[0].strip()}" if how else ""
    return [Beat(who, action, "", "", said, " ".join(piece)) for piece in pieces]


def _breaths(spoken: list[str]) -> list[list[str]]:
    """A speech in pieces that fit a shot, broken where the speaker would draw breath."""
    pieces: list[list[str]] = []
    while len(spoken) > WORDS_PER_SHOT:
        ends = [n for n in range(4, WORDS_PER_SHOT + 1) if spoken[n - 1][-1] in ".,;:!?…–—"]
        cut = ends[-1] if ends else WORDS_PER_SHOT
        pieces.append(spoken[:cut])
        spoken = spoken[cut:]
    return [*pieces, spoken]


def _empty(scene: ScriptScene) -> Beat:
    """A scene of which nothing is told is shown."""
    return Beat(scene.place, "", scene.place, scene.time, scene.place, still=True)


def shared(scenes: Sequence[ScriptScene], wanted: int) -> list[int]:
    """How many of the `wanted` shots each scene gets: at least one, the rest by what happens."""
    counts = [1] * len(scenes)
    while sum(counts) < wanted:
        needs = [len(s.beats) / n for s, n in zip(scenes, counts, strict=True)]
        counts[needs.index(max(needs))] += 1
    return counts


def exchanged(setups: Sequence[Setup]) -> list[Setup]:
    """Dialogue as it is covered: over the shoulder and close, by turns, the camera at rest."""
    speakers = {s.subject for s in setups if s.beat.dialogue and s.kind == "beat"}
    out: list[Setup] = []
    turns = 0
    for setup in setups:
        if setup.beat.dialogue and setup.kind == "beat" and len(speakers) > 1:
            over = turns % 2 == 0
            setup = replace(
                setup,
                size="medium close-up" if over else "close-up",
                angle="over the shoulder" if over else "eye level",
                movement="static",
            )
            turns += 1
        out.append(setup)
    return out
