"""Choosing: which scenes of a screenplay a brief takes, and who of its cast becomes a reference."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from greenlight.briefs.screenplay.elements import in_pages
from greenlight.briefs.screenplay.reading import Chapter, Screenplay, read_screenplay
from greenlight.errors import InvalidInput
from greenlight.production.brief import MOST_REFERENCES, Brief, Reference
from greenlight.production.scenes import (
    MOST_SCENES,
    NAME_LIMIT,
    SCENES_CHARACTERS,
    Excerpt,
    Scene,
    SceneAction,
    text_size,
)

_ARTICLE = re.compile(r"(?i)^(?:the|an?)\s+")
_DESCRIBES = re.compile(r"(?i)(?:\d|early|mid|late|teen|an?\b|the\b|in\b|with\b|wearing\b|his|her)")
_DESCRIPTION = 200


def take_scenes(brief: Brief, path: Path) -> Brief:
    """The brief with the scenes of a screenplay that it names, and their cast as references.

    Without `scenes` the first that fit are taken. `excerpt.left` says what was not. Raises
    InvalidInput for another kind of file, unknown scenes, and more than fit.
    """
    screenplay = read_screenplay(path)
    most = min(brief.shots or MOST_SCENES, MOST_SCENES)
    if brief.scenes:
        chosen = choose(screenplay, brief.scenes)
        _check(chosen, brief)
    else:
        chosen = _that_fit(screenplay, most)
    scenes = tuple(chapter.scene for chapter in chosen)
    references, unnamed = cast(screenplay, scenes, brief.references)
    left = [*_left(screenplay, chosen, chosen_by_name=bool(brief.scenes))]
    if unnamed:
        left.append(_bounded(f"without a reference: {', '.join(unnamed)}"))
    excerpt = Excerpt(
        source=path.name[:NAME_LIMIT],
        title=screenplay.title,
        of=len(screenplay.chapters),
        scenes=tuple(_as_referred(scene, references) for scene in scenes),
        left=tuple(left),
    )
    return brief.model_copy(
        update={"screenplay": excerpt.source, "excerpt": excerpt, "references": references}
    )


def choose(screenplay: Screenplay, wanted: str) -> list[Chapter]:
    """The scenes that a selection such as `3,5-7,12A` names, in the screenplay's order.

    A range takes everything between its ends. Raises InvalidInput for numbers there are not.
    """
    numbers = [chapter.scene.number.casefold() for chapter in screenplay.chapters]
    chosen: set[int] = set()
    for part in filter(None, (p.strip().casefold() for p in wanted.split(","))):
        if part in numbers:
            chosen |= {n for n, number in enumerate(numbers) if number == part}
            continue
        # A number may have a hyphen itself, so that any of them may be the range's.
        ends = [(part[:i].strip(), part[i + 1 :].strip()) for i, c in enumerate(part) if c in "-–"]
        known = next(((a, b) for a, b in ends if a in numbers and b in numbers), None)
        if known is None:
            _unknown(part, ends, numbers, screenplay)
        else:
            first = numbers.index(known[0])
            last = len(numbers) - 1 - numbers[::-1].index(known[1])
            if last < first:
                raise InvalidInput(f"scenes {part!r}: {known[0]} comes after {known[1]}")
            chosen |= set(range(first, last + 1))
    if not chosen:
        raise InvalidInput(f"invalid scenes {wanted!r} (write 3,5-7)")
    return [screenplay.chapters[n] for n in sorted(chosen)]


def _unknown(
    part: str, ends: Sequence[tuple[str, str]], numbers: Sequence[str], screenplay: Screenplay
) -> None:
    missing = next((e for pair in ends for e in pair if e and e not in numbers), part)
    if missing in (number.casefold() for number in screenplay.omitted):
        raise InvalidInput(f"scene {missing!r} is omitted in {screenplay.name}")
    near = difflib.get_close_matches(missing, numbers, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise InvalidInput(
        f"{screenplay.name} has no scene {missing!r} ({hint}it has {len(numbers)}, "
        f"{numbers[0]} to {numbers[-1]}: `greenlight screenplay FILE` lists them)"
    )


def _check(chosen: Sequence[Chapter], brief: Brief) -> None:
    size = text_size(chapter.scene for chapter in chosen)
    if len(chosen) > MOST_SCENES or size > SCENES_CHARACTERS:
        raise InvalidInput(
            f"scenes {brief.scenes!r} are {len(chosen)} with {size:,} characters (at most "
            f"{MOST_SCENES} with {SCENES_CHARACTERS:,}): name fewer, and submit the rest as "
            "another production of the same show"
        )
    if brief.shots is not None and brief.shots < len(chosen):
        raise InvalidInput(
            f"shots: {brief.shots} is less than the {len(chosen)} scenes of {brief.scenes!r}"
        )


def _that_fit(screenplay: Screenplay, most: int) -> list[Chapter]:
    chosen: list[Chapter] = []
    size = 0
    for chapter in screenplay.chapters[:most]:
        size += chapter.scene.size
        if size > SCENES_CHARACTERS:
            break
        chosen.append(chapter)
    if not chosen:
        first = screenplay.chapters[0].scene
        raise InvalidInput(
            f"scene {first.number} of {screenplay.name} alone has {first.size:,} characters (at "
            f"most {SCENES_CHARACTERS:,}): name other scenes, or give it a heading in the middle"
        )
    return chosen


def _left(screenplay: Screenplay, chosen: Sequence[Chapter], *, chosen_by_name: bool) -> list[str]:
    """What was not taken, in words."""
    said = []
    taken = {id(chapter) for chapter in chosen}
    left = [chapter for chapter in screenplay.chapters if id(chapter) not in taken]
    if left:
        length = in_pages(sum(chapter.eighths for chapter in left))
        what = f"{len(left)} of {len(screenplay.chapters)} scenes ({length})"
        hint = "" if chosen_by_name else "; --scenes names others"
        if chosen_by_name:
            said.append(f"left: {what}")
        else:
            first, last = left[0].scene.number, left[-1].scene.number
            said.append(f"left: {what}, {first} to {last}{hint}")
    if screenplay.omitted:
        said.append(f"left: {omitted_scenes(screenplay)}")
    if screenplay.before:
        number = screenplay.before
        said.append(f"left: {number} paragraph{'s' * (number > 1)} before the first scene")
    return [_bounded(text) for text in said]


def omitted_scenes(screenplay: Screenplay) -> str:
    """The scenes that the screenplay omits: `scenes 21, 24, omitted in the screenplay`."""
    count = len(screenplay.omitted)
    numbers = ", ".join(filter(None, screenplay.omitted))
    scenes = f"scene{'s' * (count > 1)}"
    named = f"{scenes} {numbers}" if numbers else f"{count} {scenes}"
    return f"{named}, omitted in the screenplay"


def cast(
    screenplay: Screenplay, scenes: Sequence[Scene], named: Sequence[Reference]
) -> tuple[tuple[Reference, ...], list[str]]:
    """The references with the characters seen speaking, as far as there is room; the rest by name.

    A character that the brief names already is left as the brief has it.
    """
    seen: dict[str, int] = {}
    for scene in scenes:
        for speech in scene.speeches:
            if not speech.unseen:
                seen[speech.character] = seen.get(speech.character, 0) + 1
    known = {_plain_name(r.name) for r in named}
    wanted = [name for name in seen if _plain_name(name) not in known]
    # The most frequent speakers matter most.
    kept = sorted(wanted, key=lambda name: -seen[name])[: max(0, MOST_REFERENCES - len(named))]
    added = tuple(
        Reference(name=name, kind="character", description=_described(screenplay, name))
        for name in wanted
        if name in kept
    )
    return (*named, *added), [name for name in wanted if name not in kept]


def _plain_name(name: str) -> str:
    return _ARTICLE.sub("", name.strip()).casefold()


def _as_referred(scene: Scene, references: Sequence[Reference]) -> Scene:
    """The scene with its characters called as the references are."""
    names = {_plain_name(r.name): r.name for r in references if r.kind == "character"}
    parts = tuple(
        part
        if isinstance(part, SceneAction)
        else part.model_copy(
            update={"character": names.get(_plain_name(part.character), part.character)}
        )
        for part in scene.parts
    )
    return scene.model_copy(update={"parts": parts})


def _described(screenplay: Screenplay, name: str) -> str:
    """How a character is introduced: `MARA (30s, red coat)`, or `MARA, 30s, soaked, waits`."""
    shouted = re.escape(name.upper())
    for chapter in screenplay.chapters:
        for part in chapter.scene.parts:
            if not isinstance(part, SceneAction):
                continue
            if name.upper() not in part.text:
                continue
            if found := re.search(rf"\b{shouted}\s*\(([^)]{{1,{_DESCRIPTION}}})\)", part.text):
                return found[1].strip()
            if found := re.search(rf"\b{shouted},\s+([^.!?]+)", part.text):
                pieces = [piece.strip() for piece in found[1].split(",")]
                kept = []
                # The last piece is what the sentence goes on to say.
                for piece in pieces[:-1]:
                    if not _DESCRIBES.match(piece) and len(piece.split()) > 3:
                        break
                    kept.append(piece)
                if kept:
                    return ", ".join(kept)[:_DESCRIPTION]
    return ""


def _bounded(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:299]}…"
