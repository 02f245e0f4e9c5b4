"""A shot as the stand-in understands it: read from labelled lines, changed by a retake's note."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from greenlight_standin.drawing.marked import wanted_side
from greenlight_standin.drawing.notes import NO_CHANGE, Change, read_note
from greenlight_standin.drawing.shapes import Rgb
from greenlight_standin.drawing.sheets import Sheet, asked_sheet, read_sheets
from greenlight_standin.labels import SHEET_LABELS, SHOT_LABELS, first_line, read_labels

SIZES = (
    "extreme wide",
    "wide",
    "medium wide",
    "medium",
    "medium close-up",
    "close-up",
    "extreme close-up",
)
ANGLES = (
    "eye level",
    "low",
    "high",
    "overhead",
    "dutch",
    "over the shoulder",
    "point of view",
)
MOVEMENTS = (
    "static",
    "pan left",
    "pan right",
    "tilt up",
    "tilt down",
    "dolly in",
    "dolly out",
    "truck left",
    "truck right",
    "crane up",
    "crane down",
    "zoom in",
    "zoom out",
    "handheld",
    "orbit",
)
# Stagings of a shot: thirds of the frame, sides of the light, two places for the camera.
VARIANTS = 12


@dataclass(frozen=True)
class ShotRequest:
    """What is to be drawn; `palette` holds the words, `tints` colours seen in reference images.

    `sheets` are its references, `sheet_of` is whom a reference sheet is asked of; `variant` is one
    of VARIANTS stagings. `across` and `down` are the shares of width and height that will be seen.
    """

    shot: str = ""
    size: str = "medium"
    angle: str = "eye level"
    movement: str = "static"
    lens_mm: float = 35.0
    subject: str = ""
    action: str = ""
    setting: str = ""
    time: str = ""
    lighting: str = ""
    mood: str = ""
    palette: str = ""
    style: str = ""
    constraints: str = ""
    note: str = ""
    dialogue: str = ""
    candidate: int = 1
    version: int = 1
    seed: int = 0
    tints: tuple[Rgb, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    sheet_of: Sheet | None = None
    change: Change = NO_CHANGE
    variant: int = 0
    caption: bool = True
    across: float = 1.0
    down: float = 1.0

    def said_of(self, text: str) -> str:
        """What the references say of those whom a text names ("the janitor (character: …)")."""
        bodies = (s for s in self.sheets if s.kind in ("character", "prop"))
        return next((s.about for s in bodies if s.about and s.named_in(text)), "")

    @property
    def scene_words(self) -> str:
        """All that says where we are."""
        return f"{self.setting} {self.note}"

    @property
    def light_words(self) -> str:
        """All that says how it is lit."""
        return f"{self.time} {self.lighting} {self.mood} {self.note}"

    def staged(self, variant: int) -> ShotRequest:
        """The same shot in another of its stagings."""
        return replace(self, variant=variant)


def read_shot(text: str, *, images: Sequence[bytes] = (), seed: int = 0) -> ShotRequest:
    """Read a shot from labelled lines; without any, the first words are the subject.

    Raises OSError for an image that cannot be decoded.
    """
    if sheet := asked_sheet(text):
        return _read_sheet(text, sheet, images, seed)
    lines = read_labels(text, SHOT_LABELS)
    lens = re.search(r"\d+(?:\.\d+)?", first_line(lines, "lens"))
    candidate = re.search(r"\d+", first_line(lines, "candidate"))
    version = re.search(r"\d+", first_line(lines, "version"))
    note = " ".join(lines.get("note", "").split())
    change = read_note(note)
    if images and first_line(lines, "drawn over"):
        *images, marked = images
        change = replace(change, side=wanted_side(marked) if change.side is None else change.side)
    sheets, tints = read_sheets(lines.get("references", ""), images, lines.get("pictures", ""))
    request = ShotRequest(
        shot=first_line(lines, "shot"),
        size=choose(first_line(lines, "size"), SIZES, "medium"),
        angle=choose(first_line(lines, "angle"), ANGLES, "eye level"),
        movement=choose(first_line(lines, "movement"), MOVEMENTS, "static"),
        lens_mm=min(300.0, max(8.0, float(lens[0]))) if lens else 35.0,
        subject=first_line(lines, "subject", "")[:300],
        action=first_line(lines, "action"),
        setting=first_line(lines, "setting"),
        time=first_line(lines, "time"),
        lighting=first_line(lines, "lighting"),
        mood=first_line(lines, "mood"),
        palette=first_line(lines, "palette"),
        style=first_line(lines, "style"),
        constraints=first_line(lines, "constraints"),
        note=note,
        dialogue=_spoken(first_line(lines, "dialogue")),
        candidate=int(candidate[0]) if candidate else 1,
        version=int(version[0]) if version else 1,
        seed=seed,
        tints=tuple(tints),
        sheets=sheets,
        change=change,
    )
    across, down = _seen(first_line(lines, "framing"))
    request = replace(request, across=across, down=down)
    size = SIZES[min(6, max(0, SIZES.index(request.size) + change.closer))]
    angle = change.angle or request.angle
    variant = _variant(request, numbered=candidate is not None)
    return replace(request, size=size, angle=angle, variant=variant)


def _read_sheet(text: str, sheet: Sheet, images: Sequence[bytes], seed: int) -> ShotRequest:
    """What a prompt for a reference sheet asks for; a note adds to the description."""
    lines = read_labels(text, SHEET_LABELS)
    if images and first_line(lines, "drawn over"):
        images = images[:-1]
    note = " ".join(lines.get("note", "").split())
    sheet = replace(sheet, about=f"{sheet.about} {note}".strip())
    listed = f"{sheet.name} ({sheet.kind}: {re.sub('[()]', '', sheet.about)})"
    sheets, tints = read_sheets(listed, images)
    numbers = [re.search(r"\d+", first_line(lines, name)) for name in ("candidate", "version")]
    candidate, version = (int(n[0]) if n else 1 for n in numbers)
    request = ShotRequest(
        size="medium wide",
        subject=sheet.name,
        time=first_line(lines, "time"),
        palette=first_line(lines, "palette"),
        style=first_line(lines, "style"),
        candidate=candidate,
        version=version,
        seed=seed,
        tints=tuple(tints),
        sheets=sheets,
        sheet_of=sheet,
    )
    return replace(request, variant=_variant(request, numbered=numbers[0] is not None))


def choose(text: str, options: Sequence[str], default: str) -> str:
    """The option that a slot names; `default` if it names none of them."""
    plain = " ".join(text.lower().split())
    return plain if plain in options else default


def wrong_subject(request: ShotRequest) -> ShotRequest:
    """A shot that shows something nobody asked for, at the wrong size and in the wrong place."""
    far = SIZES.index(request.size) >= 3
    words = f"{request.subject} {request.action}".lower()
    other = "a traffic cone" if "cone" not in words else "a rubber duck"
    inside = re.search(r"desert|dune|sand", request.setting.lower())
    return replace(
        request,
        subject=other,
        action="stands there",
        size="wide" if far else "extreme close-up",
        angle="eye level",
        setting="an open green meadow" if not inside else "a snow field",
        time="noon",
        lighting="flat white daylight",
        mood="cheerful",
        palette="white, pink, lime",
        tints=(),
        sheets=(),
        note="",
        change=NO_CHANGE,
    )


def stable_hash(*values: object) -> int:
    """The same number for the same values in every process."""
    text = "\x1f".join(str(value) for value in values)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _variant(request: ShotRequest, *, numbered: bool) -> int:
    """Where candidates are numbered, their number alone tells them apart: no two are alike."""
    seed = 0 if numbered else request.seed
    start = stable_hash(
        request.shot, request.subject, request.action, request.setting, request.note, seed
    )
    # A new version begins at another staging than the one before, beyond its candidates.
    return (start + request.candidate - 1 + 5 * (request.version - 1)) % VARIANTS


def _spoken(dialogue: str) -> str:
    """What is said; nobody says "no dialogue"."""
    silent = re.fullmatch(r"(?:no dialogue|none|silent|-)\W*", dialogue.strip().lower())
    return "" if silent else dialogue


def _seen(framing: str) -> tuple[float, float]:
    """Shares of width and height that will be seen ("only the middle 74 % of the height")."""
    found = re.search(r"middle (\d+) ?% of the (height|width)", framing)
    share = min(1.0, max(0.3, int(found[1]) / 100)) if found else 1.0
    upright = found is not None and found[2] == "width"
    return (share, 1.0) if upright else (1.0, share)
