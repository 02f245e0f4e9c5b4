"""What reference images give to a picture: colours to the scene, and to the subject its own."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from greenlight_standin.drawing.shapes import Rgb
from greenlight_standin.labels import SHEET_LABELS, first_line, read_labels

_LISTED = re.compile(r"([^();\n]+?)\s*\((character|place|prop|style)\b\s*:?([^)]*)\)")


def dominant_colours(data: bytes, count: int = 4) -> list[Rgb]:
    """The colours a picture is made of, most frequent first.

    Raises OSError for an image that cannot be decoded.
    """
    return _ranked(data, (0.0, 0.0, 1.0, 1.0), count)


@dataclass(frozen=True)
class Sheet:
    """What a reference says of a character, place or prop, and the colour that its image shows it
    in."""

    name: str
    kind: str
    about: str
    worn: Rgb | None = None

    def named_in(self, text: str) -> bool:
        """Whether a text speaks of it."""
        return re.search(rf"\b{re.escape(self.name.lower())}\b", text.lower()) is not None


def read_sheets(
    references: str, images: Sequence[bytes], pictures: str = ""
) -> tuple[tuple[Sheet, ...], list[Rgb]]:
    """The references that a prompt lists, and the colours that their images give to the scene.

    `pictures` says whose the images are, and ends with the names. Without it they belong to the
    listed references in their order; a style is often told in words alone. Where the numbers
    differ nobody can say which is whose, and all of them colour the scene.
    """
    listed = [
        Sheet(_bare(name), kind, (about or "").strip())
        for name, kind, about in _LISTED.findall(references)
    ]
    names = [_bare(name).lower() for name in pictures.rpartition(":")[2].split(",") if name.strip()]
    if names and len(names) == len(images):
        return _named(listed, dict(zip(names, images, strict=True)))
    shown = [sheet for sheet in listed if sheet.kind != "style"]
    if len(listed) != len(images) == len(shown):
        listed = shown
    if len(listed) != len(images):
        return tuple(listed), [colour for image in images for colour in dominant_colours(image)]
    return _coloured(listed, list(images))


def _named(
    listed: Sequence[Sheet], images: Mapping[str, bytes]
) -> tuple[tuple[Sheet, ...], list[Rgb]]:
    return _coloured(listed, [images.get(sheet.name.lower()) for sheet in listed])


def _coloured(
    listed: Sequence[Sheet], images: Sequence[bytes | None]
) -> tuple[tuple[Sheet, ...], list[Rgb]]:
    scene: list[Rgb] = []
    found = []
    for sheet, image in zip(listed, images, strict=True):
        if image is not None and sheet.kind in ("character", "prop"):
            sheet = replace(sheet, worn=_middle_colour(image))
        elif image is not None:
            scene += dominant_colours(image)
        found.append(sheet)
    return tuple(found), scene


def asked_sheet(text: str) -> Sheet | None:
    """Whose sheet a prompt that begins with "Reference sheet" asks for; None for other prompts."""
    if not text.startswith("Reference sheet"):
        return None
    lines = read_labels(text, SHEET_LABELS)
    about = " ".join(lines.get("description", "").split())
    return Sheet(_bare(first_line(lines, "subject")), first_line(lines, "kind").lower(), about)


def _bare(name: str) -> str:
    return re.sub(r"(?i)^[\s-]*(?:the|an?)\s+", "", name.strip()).strip()


def _middle_colour(data: bytes) -> Rgb:
    """What is worn in the middle of a sheet: a plain colour that is not the background's, lit."""
    ground = _counted(data, (0.0, 0.02, 0.03, 0.3), 1)[0][1]
    found = _counted(data, (0.36, 0.34, 0.64, 0.66), 8)
    there = [(n, colour) for n, colour in found if _away(colour, ground) > 60] or found

    def weight(item: tuple[int, Rgb]) -> float:
        colour = item[1]
        return item[0] * (0.35 + (max(colour) - min(colour)) / (max(colour) + 1))

    most = max(there, key=weight)
    lit = [(n, c) for n, c in there if n > 0.4 * most[0] and same_cloth(c, most[1])]
    return max(lit, key=lambda item: sum(item[1]))[1]


def _away(a: Rgb, b: Rgb) -> float:
    return sum(abs(x - y) for x, y in zip(a, b, strict=True))


def same_cloth(a: Rgb, b: Rgb) -> bool:
    """Whether two colours can be one cloth in more and in less light."""
    along = sum(x * y for x, y in zip(a, b, strict=True))
    light, dark = max(sum(a), sum(b)), min(sum(a), sum(b))
    return along > 0.985 * math.hypot(*a) * math.hypot(*b) and dark > 0.45 * light


def _ranked(data: bytes, part: tuple[float, float, float, float], count: int) -> list[Rgb]:
    return [colour for _, colour in _counted(data, part, count)]


def _counted(
    data: bytes, part: tuple[float, float, float, float], count: int
) -> list[tuple[int, Rgb]]:
    """The colours of a part of a picture and how often each is there, most frequent first."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        box = (part[0] * width, part[1] * height, part[2] * width, part[3] * height)
        small = picture.convert("RGB").resize((48, 48), Image.Resampling.BOX, box)
    reduced = small.quantize(count, method=Image.Quantize.MEDIANCUT).convert("RGB")
    found = reduced.getcolors(48 * 48) or []
    ranked = sorted(found, key=lambda item: -item[0])[:count]
    return [(n, (float(c[0]), float(c[1]), float(c[2]))) for n, c in ranked if isinstance(c, tuple)]
