"""Text drawn into pictures: it is data, so it is cleaned, elided and wrapped before it is drawn."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal

from PIL import ImageFont

from greenlight.production.readable import one_line

Weight = Literal["light", "regular", "semibold", "bold", "italic"]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_FACES: dict[Weight, str] = {
    "light": "SourceSansProLight",
    "regular": "SourceSansPro",
    "semibold": "SourceSansProSemibold",
    "bold": "SourceSansProBold",
    "italic": "SourceSansProIt",
}
# Asked for by name, wherever the system keeps them, for scripts that the packaged face lacks.
_SYSTEM_FACES = (
    "DejaVuSans.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSans-Regular.ttf",
    "Arial Unicode.ttf",
)
# Unicode promises that this is no character, so a face draws its "missing" box for it.
_NO_CHARACTER = "\uffff"
# No label needs more; measuring megabytes of text glyph by glyph would take minutes.
_LONGEST = 2000


@lru_cache(maxsize=64)
def font(size: int, weight: Weight = "regular") -> Font:
    """Source Sans Pro at `size` pixels, or Pillow's own face where the font package is missing."""
    try:
        from font_source_sans_pro import font_files_ttf
    except ImportError:
        return ImageFont.load_default(size)
    # Basic layout: the same pixels whether or not the machine has the shaping library.
    return ImageFont.truetype(
        font_files_ttf[_FACES[weight]], size, layout_engine=ImageFont.Layout.BASIC
    )


def face_for(text: str, size: int, weight: Weight = "regular") -> Font:
    """The first of: this weight, the regular one, a system face, that has all glyphs of `text`.

    Where none has, the regular one draws boxes: the reader sees that something is missing.
    """
    characters = frozenset(clean(text)) - {" "}
    for candidate in (font(size, weight), font(size)):
        if _covers(candidate, characters):
            return candidate
    for name in _SYSTEM_FACES:
        system = _system_font(name, size)
        if system is not None and _covers(system, characters):
            return system
    return font(size)


@lru_cache(maxsize=64)
def _system_font(name: str, size: int) -> Font | None:
    try:
        return ImageFont.truetype(name, size, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return None


def _covers(face: Font, characters: frozenset[str]) -> bool:
    box = bytes(face.getmask(_NO_CHARACTER))
    return all(bytes(face.getmask(c)) != box for c in characters if ord(c) > 127)


def clean(text: str) -> str:
    """One line of what a font can draw: joiners, private and unassigned characters are gone too.

    Accents are composed, because the basic layout does not place combining marks.
    """
    composed = unicodedata.normalize("NFC", one_line(text[: _LONGEST * 2]))
    drawn = "".join(c for c in composed if unicodedata.category(c)[0] != "C")
    return " ".join(drawn.split())[:_LONGEST]


def elide(text: str, face: Font, width: int) -> str:
    """Cleaned `text`, shortened with … until it is at most `width` pixels wide."""
    line = clean(text)
    if face.getlength(line) <= width:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if face.getlength(line[:middle].rstrip() + "…") <= width:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + "…" if low else ""


def wrap(text: str, face: Font, width: int, lines: int) -> tuple[str, ...]:
    """At most `lines` lines of cleaned `text`, each at most `width` pixels, the last one elided."""
    words = clean(text).split(" ")
    wrapped: list[str] = []
    while words and words != [""]:
        if len(wrapped) == lines - 1:
            wrapped.append(elide(" ".join(words), face, width))
            break
        line = words.pop(0)
        while words and face.getlength(f"{line} {words[0]}") <= width:
            line = f"{line} {words.pop(0)}"
        wrapped.append(elide(line, face, width))
    return tuple(wrapped)
