"""Ids of the trade: sequences, shots and takes, and how they are written."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Literal, NamedTuple

from greenlight.errors import InvalidInput

Kind = Literal["shotlist", "sheet", "frame", "animatic", "clip", "cut"]

SHOT_PATTERN = r"sq\d{3,4}_sh\d{4,5}"
_SHOT = re.compile(rf"^{SHOT_PATTERN}$")
_TAKE = re.compile(
    rf"^(?:(?P<shot>{SHOT_PATTERN})/(?P<kind>frame|clip)|sheet/(?P<subject>[a-z0-9-]{{1,40}})"
    r"|(?P<whole>shotlist|animatic|cut))"
    r"/v(?P<version>\d{3,})(?:_c(?P<candidate>\d+))?$"
)
TAKE_FORM = (
    "sq010_sh0020/frame/v001_c2, sq010_sh0020/clip/v001, sheet/mara/v001_c1, shotlist/v001, "
    "animatic/v001 or cut/v001"
)


class TakeId(NamedTuple):
    """Names one take; `shot` is empty for what is of all shots, `candidate` 0 where there is one.

    A sheet belongs to no shot: there `shot` is the slug of its subject.
    """

    kind: Kind
    version: int
    shot: str = ""
    candidate: int = 0

    def __str__(self) -> str:
        return f"{self.subject}/{self.label}"

    @property
    def subject(self) -> str:
        """What the take is of, without its version: `sq010_sh0020/frame`, `sheet/mara`, `cut`."""
        if self.kind == "sheet":
            return f"sheet/{self.shot}"
        return f"{self.shot}/{self.kind}" if self.shot else self.kind

    @property
    def label(self) -> str:
        """The version token alone: `v001` or `v001_c2`."""
        candidate = f"_c{self.candidate}" if self.candidate else ""
        return f"v{self.version:03d}{candidate}"

    @property
    def place(self) -> str:
        """Where it is kept below its production's folder: path and name, without an extension."""
        if self.kind == "sheet":
            return f"cast/{self.shot}/{self.label}"
        below = f"shots/{self.shot}/" if self.shot else ""
        return f"{below}{self.kind}s/{self.label}"

    @property
    def attempt(self) -> TakeId:
        """The attempt that this take is a candidate of."""
        return self._replace(candidate=0)


def parse_take(text: str) -> TakeId:
    """The take that `text` names; raises InvalidInput naming the form."""
    found = _TAKE.match(text)
    if not found:
        raise InvalidInput(f"{text!r} is not a take (write {TAKE_FORM})")
    kind: Kind = found["kind"] or found["whole"] or "sheet"  # type: ignore[assignment]
    of = found["shot"] or found["subject"] or ""
    return TakeId(kind, int(found["version"]), of, int(found["candidate"] or 0))


def is_shot(text: str) -> bool:
    """Whether `text` has the form of a shot id such as sq010_sh0020."""
    return bool(_SHOT.match(text))


def shot_id(sequence: int, shot: int) -> str:
    """The id of the shot-th shot in the sequence-th sequence, counted in tens from 1."""
    return f"sq{sequence * 10:03d}_sh{shot * 10:04d}"


def slug(text: str, limit: int = 40) -> str:
    """Lower-case ASCII words joined by dashes, at most `limit` characters; may be empty."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:limit].strip("-")


def subject_slug(name: str) -> str:
    """The slug of a character, place or prop, told apart by a hash where the slug loses letters."""
    found = slug(name, 30)
    if found == "-".join(name.casefold().split()):
        return found
    mark = hashlib.sha256(" ".join(name.casefold().split()).encode()).hexdigest()[:6]
    return f"{found or 'subject'}-{mark}"


def story_order(take: TakeId) -> tuple[int, str, int, int, int]:
    """Sorts takes as the story goes: what belongs to no shot first, movies of all last."""
    order = {"shotlist": 0, "sheet": 1, "frame": 2, "clip": 3, "animatic": 4, "cut": 5}
    shot = "" if take.kind == "sheet" else take.shot
    last = {"animatic": 1, "cut": 2}.get(take.kind, 0)
    return last, shot, order[take.kind], take.version, take.candidate
