"""`screenplay`: the scenes of a file, so that one can choose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from greenlight.briefs.screenplay.choosing import choose, omitted_scenes
from greenlight.briefs.screenplay.elements import in_pages, pages
from greenlight.briefs.screenplay.reading import Chapter, Screenplay, read_screenplay
from greenlight.cli.options import JsonOption, argument, option
from greenlight.cli.show import print_json, say, table
from greenlight.production.scenes import MOST_SCENES, SCENES_CHARACTERS, text_size


def screenplay(
    file: Annotated[Path, argument("FILE", "A screenplay: Fountain or Final Draft (.fdx).")],
    scenes: Annotated[str, option("3,5-7", "Only these, and whether they fit.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the scenes of a screenplay with their length and characters; nothing is submitted.

    Lengths are in pages and eighths, Final Draft's own where the file has them. A brief takes
    scenes with `greenlight submit BRIEF --screenplay FILE --scenes 3,5-7`.
    """
    found = read_screenplay(file)
    chosen = choose(found, scenes) if scenes else list(found.chapters)
    size = text_size(chapter.scene for chapter in chosen)
    fits = len(chosen) <= MOST_SCENES and size <= SCENES_CHARACTERS
    if as_json:
        limits = {"scenes": MOST_SCENES, "characters": SCENES_CHARACTERS}
        print_json({**_data(found, chosen), "fits": fits, "limits": limits})
        return
    say(found.title or found.name, style="bold")
    rows = [
        (
            chapter.scene.number,
            chapter.scene.heading,
            pages(chapter.eighths),
            ", ".join(chapter.scene.characters),
        )
        for chapter in chosen
    ]
    table(("scene", "heading", "pages", "who speaks"), rows, ("pages",))
    say(
        f"{len(chosen)} of {len(found.chapters)} scenes · "
        f"{in_pages(sum(chapter.eighths for chapter in chosen))} · {size:,} characters",
        style="bold",
    )
    if found.omitted:
        say(f"left out: {omitted_scenes(found)}")
    room = f"at most {MOST_SCENES} scenes with {SCENES_CHARACTERS:,} characters"
    if fits:
        say(f"one brief takes them all ({room})", style="green")
    else:
        say(f"more than one brief takes ({room}): choose with --scenes", style="yellow")


def _data(found: Screenplay, chosen: list[Chapter]) -> dict[str, Any]:
    return {
        "title": found.title,
        "file": found.name,
        "pages": found.eighths / 8,
        "characters": found.characters,
        "omitted": found.omitted,
        "scenes": [
            {
                "number": chapter.scene.number,
                "heading": chapter.scene.heading,
                "inside": chapter.scene.inside,
                "place": chapter.scene.place,
                "time": chapter.scene.time,
                "eighths": chapter.eighths,
                "size": chapter.scene.size,
                "characters": chapter.scene.characters,
            }
            for chapter in chosen
        ],
    }
