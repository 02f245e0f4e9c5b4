"""Intake: briefs and reference pictures come in here and are validated before anything else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from greenlight.briefs.documents import read_document
from greenlight.briefs.files import read_bytes, read_text
from greenlight.briefs.places import Reach
from greenlight.briefs.places import shown as shown_place
from greenlight.errors import InvalidInput, ServiceUnavailable
from greenlight.production.brief import MOST_REFERENCES, Brief, Reference
from greenlight.production.problems import Problem, problems, shown
from greenlight.settings import Profile
from greenlight.store.objects import sha256_of

BRIEF_BYTES = 1_000_000
PICTURE_BYTES = 20_000_000
PICTURES_BYTES = 100_000_000


class Intake(NamedTuple):
    """A valid brief and the bytes of its reference pictures by sha256."""

    brief: Brief
    pictures: Mapping[str, tuple[bytes, str]]


def read_brief(path: Path, screenplay: Path | None = None, scenes: str = "") -> Brief:
    """The brief in a YAML or JSON file with the scenes of its screenplay; raises InvalidInput.

    `screenplay` and `scenes` replace what the brief names.
    """
    if not path.exists():
        raise InvalidInput(f"brief not found: {path}")
    brief = parse_brief(read_text(read_bytes(path, BRIEF_BYTES), str(path)), str(path))
    update: dict[str, Any] = {"scenes": scenes} if scenes else {}
    if screenplay is not None:
        # Scenes are those of another screenplay.
        update = {"screenplay": str(screenplay.absolute()), "scenes": scenes, "excerpt": None}
    return with_scenes(brief.model_copy(update=update), path.parent)


def with_scenes(brief: Brief, folder: Path) -> Brief:
    """The brief with the scenes of its screenplay, unless they are there or it names none."""
    from greenlight.briefs.screenplay.choosing import take_scenes

    if brief.screenplay is None:
        if brief.scenes and brief.excerpt is None:
            raise InvalidInput(f"scenes {brief.scenes!r} need a screenplay")
        return brief
    if brief.excerpt is not None:
        return brief
    brief = take_scenes(brief, (folder / brief.screenplay).expanduser())
    if twice := _named_twice([r.model_dump() for r in brief.references]):
        raise InvalidInput("; ".join(map(str, twice)))
    return brief


class InvalidBrief(InvalidInput):
    """A brief whose fields are not what is allowed; names each of them."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{name}: {'; '.join(map(str, problems))}")


def parse_brief(text: str, name: str) -> Brief:
    """The brief in a YAML or JSON text; `name` says in messages where it came from."""
    return check_brief(read_document(text, name), name)


def check_brief(data: Any, name: str) -> Brief:
    """The brief in plain data, in which null is not given; raises InvalidBrief."""
    if not isinstance(data, dict):
        raise InvalidInput(f"{name}: a brief is a mapping with title and vision, not {_kind(data)}")
    data = _given(data)
    references = data.get("references")
    if isinstance(references, list):
        references = [_given(r) if isinstance(r, dict) else r for r in references]
        data["references"] = references
    try:
        brief = Brief.model_validate(data)
    except ValidationError as error:
        found = problems(error.errors(include_url=False), Brief)
        rows = references if isinstance(references, list) else []
        raise InvalidBrief(name, [*found, *_named_twice(rows)]) from error
    if twice := _named_twice([r.model_dump() for r in brief.references]):
        raise InvalidBrief(name, twice)
    return brief


def without_files(data: Any) -> Brief:
    """The brief in plain data that somebody sent; raises InvalidInput where it names a file.

    Files would be fetched by this server, which reaches more than the sender does.
    """
    brief = check_brief(data, "brief")
    if brief.screenplay is not None or (brief.scenes and brief.excerpt is None):
        raise InvalidInput(
            f"screenplay {brief.screenplay or brief.scenes!r} names a file, which cannot be read "
            "here: give its scenes as `excerpt`, or let a person submit the brief"
        )
    for reference in brief.references:
        if reference.image or reference.image_sha256 or reference.image_mime:
            raise InvalidInput(
                f"reference {reference.name!r} names a picture, which cannot be fetched here: "
                "describe it, or let a person submit the brief with `greenlight submit`"
            )
    return brief


def _given(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}


def _named_twice(references: Sequence[Any]) -> list[Problem]:
    """References of one name, however it is written.

    Shots show a reference by its name: of two, one would be lost without a word.
    """
    first: dict[str, dict[str, Any]] = {}
    found = []
    for reference in references[:MOST_REFERENCES]:
        if not isinstance(reference, dict) or not isinstance(reference.get("name"), str):
            continue
        other = first.setdefault(" ".join(reference["name"].split()).casefold(), reference)
        if other is not reference:
            told = " and ".join(
                f"{r.get('kind', 'character')} {shown(r.get('description', ''))}"
                for r in (other, reference)
            )
            said = f"{shown(reference['name'])} is named twice ({told}): keep one of them"
            found.append(Problem(("references",), ("references",), "", said))
    return found


def gather(brief: Brief, folder: Path, profile: Profile, reach: Reach | None = None) -> Intake:
    """Fetches and checks the brief's reference pictures, and binds them to it by sha256.

    `reach` is what its author may name; without it, what a person at this machine may.
    """
    from greenlight.media.errors import UnreadableMedia
    from greenlight.media.stills import read_still

    reach = reach or Reach(profile)
    if brief.screenplay and brief.excerpt is None and not reach.local:
        raise InvalidInput("a screenplay is read from this machine only: submit it there")
    brief = with_scenes(brief, folder)
    pictures: dict[str, tuple[bytes, str]] = {}
    references: list[Reference] = []
    told: list[str] = []
    for reference in brief.references:
        if reference.image is None:
            references.append(reference)
            continue
        try:
            data = _fetch(reference, folder, reach)
            info = read_still(data)
        except UnreadableMedia as error:
            told.append(f"reference {reference.name!r} ({shown_place(reference.image)}): {error}")
            continue
        except InvalidInput as error:
            told.append(str(error))
            continue
        digest = sha256_of(data)
        pictures[digest] = (data, info.mime)
        if sum(len(kept) for kept, _ in pictures.values()) > PICTURES_BYTES:
            raise InvalidInput(
                f"the reference pictures have over {PICTURES_BYTES:,} bytes together: make them "
                "smaller, or leave some out"
            )
        update = {"image_sha256": digest, "image_mime": info.mime}
        references.append(reference.model_copy(update=update))
    if told:
        raise InvalidInput("; ".join(told))
    return Intake(brief.model_copy(update={"references": tuple(references)}), pictures)


def _fetch(reference: Reference, folder: Path, reach: Reach) -> bytes:
    named = reference.image or ""
    try:
        place = named if "://" in named else str((folder / named).expanduser())
        return reach.read(place, PICTURE_BYTES)
    except ServiceUnavailable as error:
        if named.casefold().startswith("s3:"):
            raise  # whether it is there is not known
        raise InvalidInput(f"reference {reference.name!r}: {error}") from error
    except (InvalidInput, RuntimeError) as error:
        raise InvalidInput(f"reference {reference.name!r}: {error}") from error


def _kind(data: Any) -> str:
    return {type(None): "nothing", list: "a list", str: "a text"}.get(type(data), "that")


def brief_schema() -> str:
    """The JSON Schema of a brief, for editors that complete and check YAML."""
    return json.dumps(Brief.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
