"""Intake: briefs and reference pictures come in here and are validated before anything else."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from greenlight.briefs.places import Reach, shown
from greenlight.errors import InvalidInput, ServiceUnavailable
from greenlight.production.brief import Brief, Reference
from greenlight.settings import Profile
from greenlight.store.objects import sha256_of

BRIEF_BYTES = 1_000_000
PICTURE_BYTES = 20_000_000
_MIMES = ("image/png", "image/jpeg", "image/webp")


class Intake(NamedTuple):
    """A valid brief and the bytes of its reference pictures by sha256."""

    brief: Brief
    pictures: Mapping[str, tuple[bytes, str]]


def read_brief(path: Path, screenplay: Path | None = None, scenes: str = "") -> Brief:
    """The brief in a YAML or JSON file with the scenes of its screenplay; raises InvalidInput.

    `screenplay` and `scenes` replace what the brief names.
    """
    try:
        if path.stat().st_size > BRIEF_BYTES:
            raise InvalidInput(
                f"{path} has {path.stat().st_size:,} bytes (a brief has at most {BRIEF_BYTES:,})"
            )
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidInput(f"there is no brief at {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
    brief = parse_brief(text, str(path))
    update: dict[str, Any] = {"scenes": scenes} if scenes else {}
    if screenplay is not None:
        # Scenes are those of another screenplay.
        update = {"screenplay": str(screenplay.absolute()), "scenes": scenes, "excerpt": None}
    return with_scenes(brief.model_copy(update=update), path.parent)


def with_scenes(brief: Brief, folder: Path) -> Brief:
    """The brief with the scenes of its screenplay, unless they are there or it names none."""
    from greenlight.screenplay.choosing import take_scenes

    if brief.screenplay is None:
        if brief.scenes and brief.excerpt is None:
            raise InvalidInput(f"scenes {brief.scenes!r} are of no screenplay: name one")
        return brief
    if brief.excerpt is not None:
        return brief
    return take_scenes(brief, (folder / brief.screenplay).expanduser())


def parse_brief(text: str, name: str) -> Brief:
    """The brief in a YAML or JSON text; `name` says in messages where it came from."""
    import yaml

    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not readable"
        raise InvalidInput(f"{name}{where}: not valid YAML or JSON: {problem}") from error
    return check_brief(data, name)


def check_brief(data: Any, name: str) -> Brief:
    """The brief in plain data; raises InvalidInput with the first problem in one line."""
    if not isinstance(data, dict):
        raise InvalidInput(f"{name}: a brief is a mapping with title and vision, not {_kind(data)}")
    # YAML reads 24 and 29.97 as numbers, which is how people write a frame rate.
    if isinstance(data.get("fps"), (int, float)) and not isinstance(data["fps"], bool):
        data = {**data, "fps": f"{data['fps']:g}"}
    if isinstance(data.get("aspect_ratio"), int) and data["aspect_ratio"] > 3:
        raise InvalidInput(
            f"{name}: put quotes around aspect_ratio: YAML reads {_as_time(data['aspect_ratio'])}"
        )
    try:
        brief = Brief.model_validate(data)
    except ValidationError as error:
        raise InvalidInput(f"{name}: {first_problem(error, Brief)}") from error
    if problem := _named_twice(brief.references):
        raise InvalidInput(f"{name}: {problem}")
    return brief


def _named_twice(references: Sequence[Reference]) -> str:
    """What is wrong with references of one name, however it is written; empty if nothing is.

    Shots show a reference by its name: of two, one would be lost without a word.
    """
    first: dict[str, Reference] = {}
    for reference in references:
        other = first.setdefault(" ".join(reference.name.split()).casefold(), reference)
        if other is not reference:
            told = " and ".join(f"{r.kind} {_short(r.description)!r}" for r in (other, reference))
            return f"references: {reference.name!r} is named twice ({told}): keep one of them"
    return ""


def first_problem(error: ValidationError, model: type[BaseModel]) -> str:
    """One line for the first of pydantic's problems, with the nearest known field name."""
    problems = error.errors()
    # A misspelt name explains why the right one is missing, not the other way round.
    problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    location = [str(part) for part in problem["loc"]]
    where = ".".join(location)
    if problem["type"] == "extra_forbidden":
        owner: type[BaseModel] = Reference if "references" in location[:-1] else model
        known = list(owner.model_fields)
        near = difflib.get_close_matches(location[-1], known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        return f"unknown field {where!r} ({hint})"
    if problem["type"] == "missing":
        return f"{where!r} is missing"
    given = repr(problem["input"])
    given = given if len(given) <= 60 else f"{given[:57]}…"
    said = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {said} (given: {given})"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _as_time(read: int) -> str:
    """How a ratio was written that YAML took for minutes and seconds."""
    minutes, seconds = divmod(read, 60)
    return f"{minutes}:{seconds} as a time"


def gather(brief: Brief, folder: Path, profile: Profile, reach: Reach | None = None) -> Intake:
    """Fetches and checks the brief's reference pictures, and binds them to it by sha256.

    `reach` is what its author may name; without it, what a person at this machine may.
    """
    from greenlight.media.stills import read_still

    reach = reach or Reach(profile)
    if brief.screenplay and brief.excerpt is None and not reach.local:
        raise InvalidInput("a screenplay is read from this machine only: submit it there")
    brief = with_scenes(brief, folder)
    if problem := _named_twice(brief.references):
        raise InvalidInput(problem)
    pictures: dict[str, tuple[bytes, str]] = {}
    references = []
    for reference in brief.references:
        if reference.image is None:
            references.append(reference)
            continue
        data = _fetch(reference, folder, reach)
        try:
            info = read_still(data)
        except InvalidInput as error:
            raise InvalidInput(
                f"reference {reference.name!r} ({shown(reference.image)}): {error}"
            ) from error
        if info.mime not in _MIMES:
            raise InvalidInput(
                f"reference {reference.name!r}: {info.mime} (allowed: {', '.join(_MIMES)})"
            )
        digest = sha256_of(data)
        pictures[digest] = (data, info.mime)
        update = {"image_sha256": digest, "image_mime": info.mime}
        references.append(reference.model_copy(update=update))
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
