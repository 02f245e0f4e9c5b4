"""A shot as the stand-in understands it: read from labelled lines, changed by a retake's note."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from greenlight.standin.drawing.notes import NO_CHANGE, Change, read_note
from greenlight.standin.drawing.shapes import Rgb
from greenlight.standin.labels import SHOT_LABELS, first_line, read_labels

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
_OTHER_SIZES = {
    "extreme long": "extreme wide",
    "long": "wide",
    "full": "medium wide",
    "cowboy": "medium wide",
    "macro": "extreme close-up",
    "insert": "extreme close-up",
    "close up": "close-up",
    "closeup": "close-up",
    "establishing": "extreme wide",
}


@dataclass(frozen=True)
class ShotRequest:
    """What is to be drawn; `palette` holds the words, `tints` colours seen in reference images.

    `dress` is what the references say of the subject; `variant` one of VARIANTS stagings.
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
    dress: str = ""
    candidate: int = 1
    version: int = 1
    seed: int = 0
    tints: tuple[Rgb, ...] = ()
    change: Change = NO_CHANGE
    variant: int = 0
    caption: bool = True

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
    """Read a shot from labelled lines, or from free text when there are none.

    Raises OSError for an image that cannot be decoded.
    """
    lines = read_labels(text, SHOT_LABELS)
    free = lines.get("", "")
    labelled = any(lines.get(name) for name in ("subject", "action", "setting", "size"))
    everything = text if not labelled else " ".join(first_line(lines, name) for name in ("size",))
    size = first_line(lines, "size") or ("" if labelled else everything)
    lens = re.search(r"\d+(?:\.\d+)?", first_line(lines, "lens"))
    candidate = re.search(r"\d+", first_line(lines, "candidate"))
    version = re.search(r"\d+", first_line(lines, "version"))
    note = " ".join(lines.get("note", "").split())
    change = read_note(note)
    request = ShotRequest(
        shot=first_line(lines, "shot"),
        size=choose(size, SIZES, "medium", _OTHER_SIZES),
        angle=choose(first_line(lines, "angle") or ("" if labelled else free), ANGLES, "eye level"),
        movement=choose(
            first_line(lines, "movement") or ("" if labelled else free), MOVEMENTS, "static"
        ),
        lens_mm=min(300.0, max(8.0, float(lens[0]))) if lens else 35.0,
        subject=first_line(lines, "subject") or ("" if labelled else _sentence(free)),
        action=first_line(lines, "action"),
        setting=first_line(lines, "setting") or ("" if labelled else free),
        time=first_line(lines, "time", "time of day") or ("" if labelled else free),
        lighting=first_line(lines, "lighting"),
        mood=first_line(lines, "mood"),
        palette=first_line(lines, "palette") or ("" if labelled else free),
        style=first_line(lines, "style", "look"),
        constraints=first_line(lines, "constraints"),
        note=note,
        dialogue=first_line(lines, "dialogue"),
        dress=_described(lines.get("references", ""), first_line(lines, "subject")),
        candidate=int(candidate[0]) if candidate else 1,
        version=int(version[0]) if version else 1,
        seed=seed,
        tints=tuple(colour for image in images for colour in dominant_colours(image)),
        change=change,
    )
    size = SIZES[min(6, max(0, SIZES.index(request.size) + change.closer))]
    angle = change.angle or request.angle
    return replace(request, size=size, angle=angle, variant=_variant(request))


def choose(
    text: str, options: Sequence[str], default: str, others: dict[str, str] | None = None
) -> str:
    """The option that `text` names, the longest first; `default` if it names none."""
    plain = re.sub(r"[-_\s]+", " ", text.lower())
    for option in sorted([*options, *(others or {})], key=len, reverse=True):
        if re.search(rf"\b{re.escape(option.replace('-', ' '))}\b", plain):
            return (others or {}).get(option, option)
    return default


def dominant_colours(data: bytes, count: int = 4) -> list[Rgb]:
    """The colours a picture is made of, most frequent first."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        small = picture.convert("RGB").resize((48, 48))
    reduced = small.quantize(count, method=Image.Quantize.MEDIANCUT).convert("RGB")
    found = reduced.getcolors(48 * 48) or []
    ranked = sorted(found, key=lambda item: -item[0])[:count]
    return [(float(c[0]), float(c[1]), float(c[2])) for _, c in ranked if isinstance(c, tuple)]


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
        note="",
        change=NO_CHANGE,
    )


def stable_hash(*values: object) -> int:
    """The same number for the same values in every process."""
    text = "\x1f".join(str(value) for value in values)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _variant(request: ShotRequest) -> int:
    start = stable_hash(
        request.shot, request.subject, request.action, request.setting, request.note, request.seed
    )
    # A new version begins at another staging than the one before, beyond its candidates.
    return (start + request.candidate - 1 + 5 * (request.version - 1)) % VARIANTS


def _described(references: str, subject: str) -> str:
    """What the references say of whom the subject names ("the janitor (character: grey suit)")."""
    low = subject.lower()
    for name, about in re.findall(
        r"([^();\n]+?)\s*\((?:character|prop)\s*:\s*([^)]*)\)", references
    ):
        words = re.sub(r"(?i)^[\s-]*(?:the|an?)\s+", "", name).strip().lower()
        if words and re.search(rf"\b{re.escape(words)}\b", low):
            return str(about)
    return ""


def _sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", " ".join(text.split()))[0][:300]
