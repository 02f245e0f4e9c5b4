"""A file becomes a screenplay: scenes with number, heading, what happens and who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from greenlight.briefs.files import read_bytes, read_text
from greenlight.briefs.screenplay.elements import Element, Script, eighths_of, is_omitted
from greenlight.briefs.screenplay.final_draft import read_fdx
from greenlight.briefs.screenplay.fountain import read_fountain
from greenlight.briefs.screenplay.headings import read_heading
from greenlight.errors import InvalidInput
from greenlight.production.readable import PARAGRAPH_LIMIT, kept
from greenlight.production.scenes import (
    NAME_LIMIT,
    NUMBER_LIMIT,
    Scene,
    SceneAction,
    ScenePart,
    SceneSpeech,
)

FOUNTAIN = (".fountain", ".spmd", ".txt")
_OTHERS = (".pdf", ".fdr", ".doc", ".docx", ".celtx", ".rtf", ".html", ".highland")
_UNSEEN = re.compile(r"(?i)\b(?:v\.?\s*o|o\.?\s*s|o\.?\s*c)\b\.?|voice|off[- ]?screen|on phone")
_LINE = 300
MOST_BYTES = 5_000_000
MOST_CHAPTERS = 5_000


class Chapter(NamedTuple):
    """One scene of a screenplay and its length in eighths of a page."""

    scene: Scene
    eighths: int


class Screenplay(NamedTuple):
    """A screenplay as far as shots are made of it; `before` counts paragraphs ahead of scene 1.

    `omitted` are the numbers of scenes whose place alone is kept, empty where they have none.
    """

    name: str
    title: str
    chapters: tuple[Chapter, ...]
    before: int = 0
    omitted: tuple[str, ...] = ()

    @property
    def eighths(self) -> int:
        return sum(chapter.eighths for chapter in self.chapters)

    @property
    def characters(self) -> dict[str, int]:
        """Who speaks, and how often."""
        found: dict[str, int] = {}
        for chapter in self.chapters:
            for speech in chapter.scene.speeches:
                found[speech.character] = found.get(speech.character, 0) + 1
        return found


def read_screenplay(path: Path) -> Screenplay:
    """The screenplay in a Fountain or Final Draft file; raises InvalidInput for anything else."""
    suffix = path.suffix.casefold()
    if suffix in _OTHERS and path.is_file():
        raise InvalidInput(
            f"{path}: screenplays are read as Fountain ({', '.join(FOUNTAIN)}) or Final Draft "
            "(.fdx): export it as one of these"
        )
    data = read_bytes(path, MOST_BYTES)
    name = str(path)
    if not data.strip():
        raise InvalidInput(f"{name} is empty")
    head = data[:400].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"")
    if suffix == ".fdx" or head.startswith((b"<?xml", b"<FinalDraft")):
        return assemble(read_fdx(data, name), path.name)
    text = read_text(data, name)
    if "\0" in text:
        raise InvalidInput(f"{name} is not text: export the screenplay as Fountain or .fdx")
    return assemble(read_fountain(text, name), path.name)


def assemble(script: Script, name: str) -> Screenplay:
    """Scenes from paragraphs; raises InvalidInput where no heading begins one."""
    groups: list[list[Element]] = []
    omitted: list[str] = []
    before = 0
    cut = False
    for element in script.elements:
        if _keeps_a_place(element):
            omitted.append(element.number[:NUMBER_LIMIT])
            cut = cut or element.kind == "heading"
        elif element.kind == "heading":
            groups.append([element])
            cut = False
        elif cut:
            continue
        elif groups:
            groups[-1].append(element)
        else:
            before += element.kind != "transition"
    if len(groups) > MOST_CHAPTERS:
        raise InvalidInput(f"{name} has over {MOST_CHAPTERS:,} scenes: split it")
    if not groups:
        raise InvalidInput(
            f"{name} has no scene: begin one with a heading such as INT. HOTEL LOBBY - NIGHT"
        )
    numbers = _numbers([group[0].number for group in groups])
    chapters: list[Chapter] = []
    time = ""
    for group, number in zip(groups, numbers, strict=True):
        heading = read_heading(group[0].text, time)
        time = heading.time or time
        scene = Scene(
            number=number,
            heading=kept(group[0].text)[:_LINE] or "untitled scene",
            inside=heading.inside,
            place=heading.place[:_LINE],
            time=heading.time[:_LINE],
            parts=tuple(_parts(group[1:])),
        )
        chapters.append(Chapter(scene, group[0].eighths or eighths_of(group)))
    title = kept(script.title)[:_LINE]
    return Screenplay(name, title, tuple(chapters), before, tuple(omitted))


def _keeps_a_place(element: Element) -> bool:
    """Whether it stands for a scene that was cut."""
    at_its_place = element.kind in ("heading", "omitted")
    return (at_its_place or (element.kind == "action" and element.text.isupper())) and is_omitted(
        element.text
    )


def _numbers(given: list[str]) -> list[str]:
    """The screenplay's own numbers; scenes that have none are counted, marked beside others."""
    mark = "#" if any(given) else ""
    return [
        number[:NUMBER_LIMIT] or f"{mark}{position}" for position, number in enumerate(given, 1)
    ]


def _parts(elements: Iterable[Element]) -> Iterator[ScenePart]:
    speaker, manners, said = "", [""], [""]

    def speech() -> Iterator[SceneSpeech]:
        text = " ".join(filter(None, said))
        unseen = bool(_UNSEEN.search(" ".join(re.findall(r"\(([^)]*)\)", speaker))))
        manner = "; ".join(filter(None, manners))[:_LINE]
        for piece in _pieces(text) if speaker else ():
            yield SceneSpeech(
                character=character_name(speaker), manner=manner, unseen=unseen, text=piece
            )
        manners.clear()
        said.clear()

    for element in elements:
        if element.kind == "cue":
            yield from speech()
            speaker = element.text[:_LINE]
        elif element.kind == "manner" and speaker:
            manners.append(element.text)
        elif element.kind == "dialogue" and speaker:
            said.append(element.text)
        elif element.kind != "transition":
            yield from speech()
            speaker = ""
            yield from (SceneAction(text=piece) for piece in _pieces(element.text))
    yield from speech()


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that a paragraph can hold, between words."""
    text = kept(text)
    start = 0
    while len(text) - start > PARAGRAPH_LIMIT:
        cut = text.rfind(" ", start + 1, start + PARAGRAPH_LIMIT)
        cut = cut if cut > 0 else start + PARAGRAPH_LIMIT
        if piece := text[start:cut].strip():
            yield piece
        start = cut
    if piece := text[start:].strip():
        yield piece


def character_name(cue: str) -> str:
    """Who a cue means, as prose has it: `MARA (V.O.)` is Mara."""
    name = " ".join(kept(re.sub(r"\([^)]*\)?", " ", cue)).replace(":", " ").split())
    name = name.title() if name.isupper() else name
    return re.sub(r"(?<=[’'])S\b", "s", name)[:NAME_LIMIT].strip() or "Somebody"
