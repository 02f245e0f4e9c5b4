"""Fountain, the plain-text screenplay format, as https://fountain.io/syntax describes it.

Of the libraries that read it, the best kept lose cues that are not plain ASCII ("ÉLODIE",
"MARA & JONAS"), and take time or depth without bound over comments that are never closed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from greenlight.briefs.screenplay.elements import Element, ElementKind, Script, unmarked
from greenlight.briefs.screenplay.headings import is_heading
from greenlight.errors import InvalidInput

MOST_LINES = 100_000
"""Over 1,500 pages."""

_CUT = "\0"
"""Stands where a comment or note was, until its line is known to hold anything else."""

_FORCED_HEADING = re.compile(r"\.(?=\w)")
_CALIBRE = re.compile(r"\.\d+(?!\w)")
_TRANSITION = re.compile(r"[^a-z]*\bTO:|FADE (?:IN|OUT|UP|TO BLACK)[:.]?|CUT TO BLACK[:.]?")
_TITLE_KEY = re.compile(r"([^\W\d_][\w ]{0,40}?) {0,5}[:：] {0,5}(.*)")
_END = re.compile(r"(?i)[\W_]{0,40}(?:the end|end|fin|ende)[\W_]{0,40}")
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_)(?=[^\s*_])([^*_]+)(?<=\S)(?<!\\)\1")
_BREAKS = str.maketrans({"\x0b": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n\n", _CUT: None})
_LONGEST_STYLED = 4000
_LONGEST_CUE = 200
_LONGEST_NAME = 60
_LONGEST_NUMBER = 40


def read_fountain(text: str, name: str = "the screenplay") -> Script:
    """Title and paragraphs of a Fountain text; sections, synopses and notes are left out.

    Raises InvalidInput for over 100,000 lines.
    """
    text = unmarked(text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS))
    if text.count("\n") > MOST_LINES:
        raise InvalidInput(f"{name} has over {MOST_LINES:,} lines: split it")
    text = _without(_without(text, "/*", "*/"), "[[", "]]", within_paragraph=True)
    lines = text.split("\n")
    title, start = _title_page(lines)
    return Script(title, _Reader([*_uncut(lines[start:])]).read())


def _without(text: str, opening: str, closing: str, *, within_paragraph: bool = False) -> str:
    """The text with a mark for what stands between the two; one that is never closed is text."""
    kept: list[str] = []
    position, blank = 0, -1
    while (start := text.find(opening, position)) >= 0:
        if within_paragraph and blank < start:
            blank = text.find("\n\n", start)
            blank = blank if blank >= 0 else len(text)
        limit = blank if within_paragraph else len(text)
        end = text.find(closing, start + len(opening), limit)
        if end < 0:
            kept.append(text[position:limit])
            position = limit
            continue
        kept += (text[position:start], _CUT)
        position = end + len(closing)
    return "".join((*kept, text[position:]))


class _Line(NamedTuple):
    """A line; `below_note` is whether lines of notes or comments stood directly above it."""

    text: str
    below_note: bool = False


def _uncut(lines: Sequence[str]) -> Iterator[_Line]:
    """The lines without those of which nothing is left, which separate no paragraphs."""
    below_note = False
    for line in lines:
        kept = _joined(line.split(_CUT)) if _CUT in line else line
        if not kept and _CUT in line:
            below_note = True
        else:
            yield _Line(kept, below_note)
            below_note = False


def _joined(pieces: Sequence[str]) -> str:
    """What stands round comments, with one blank where there was any between two words."""
    kept: list[str] = []
    spaced = False
    for piece in pieces:
        bare = piece.strip()
        spaced = spaced or piece[:1].isspace()
        if bare:
            if kept and spaced and bare[0] not in ".,;:!?)…":
                kept.append(" ")
            kept.append(bare)
            spaced = False
        spaced = spaced or piece[-1:].isspace()
    return "".join(kept)


def _title_page(lines: Sequence[str]) -> tuple[str, int]:
    """The title, and the line that the screenplay begins with."""
    start = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    values: dict[str, list[str]] = {}
    key, position = "", start
    while position < len(lines) and lines[position].strip():
        line = lines[position]
        indented = line.startswith((" ", "\t"))
        found = None if indented or is_heading(line) else _TITLE_KEY.fullmatch(line)
        if found:
            more = position + 1 < len(lines) and lines[position + 1].startswith((" ", "\t"))
            # "FADE IN:" opens a screenplay, not a title page.
            if not found[2] and not more:
                break
            key = found[1].casefold()
            values[key] = [found[2]] if found[2] else []
        elif key and indented:
            values[key].append(line.strip())
        else:
            break
        position += 1
    if not values:
        return "", start
    return _unstyled(" ".join(values.get("title", []))), position


class _Reader:
    """Reads line by line; `spoken` is whether what follows belongs to a character.

    `open` is whether the last paragraph goes on, and `apart` whether the line above is of none:
    a section, synopsis, page break or transition, below which a blank line is often left out.
    """

    def __init__(self, lines: Sequence[_Line]) -> None:
        self.lines = lines
        self.elements: list[Element] = []
        self.pieces: list[str] = []
        self.spoken = False
        self.open = False
        self.apart = False

    def read(self) -> list[Element]:
        for position, (line, below_note) in enumerate(self.lines):
            if line.strip():
                begins = self.apart or self._at(position - 1) == ""
                self.apart = False
                self._line(line.strip(), begins, below_note, self._at(position + 1))
            else:
                # Two spaces keep a pause inside a speech.
                self.spoken = self.spoken and line == "  "
                self.open, self.apart = self.spoken, False
        self._close()
        return self.elements

    def _close(self) -> None:
        """Joins the lines of the paragraph that was begun last."""
        if len(self.pieces) > 1:
            self.elements[-1] = self.elements[-1]._replace(text=" ".join(self.pieces))
        self.pieces = []

    def _at(self, position: int) -> str:
        """A line without surrounding blanks, or an empty text."""
        return self.lines[position].text.strip() if 0 <= position < len(self.lines) else ""

    def _line(self, line: str, begins: bool, below_note: bool, following: str) -> None:
        if _is_aside(line, begins):
            self.open, self.apart = False, True
        elif line.startswith("!"):
            self._action(line.removeprefix("!").removeprefix("!"))
        elif begins and _forces_heading(line):
            self._heading(line[1:])
        elif begins and line.startswith("@"):
            self._cue(line[1:])
        elif line.startswith(">"):
            if line.endswith("<"):
                centred = line[1:-1].strip()
                self._add("transition" if _END.fullmatch(centred) else "action", centred)
            else:
                self._add("transition", line[1:])
        elif line.startswith("~"):
            self._spoken_or_action(line[1:].strip())
        elif (begins or below_note) and is_heading(line):
            self._heading(line)
        elif begins and self._leads_on(line, following):
            self._add("transition", line)
            self.apart = True
        elif begins and following and is_cue(line):
            self._cue(line)
        else:
            self._spoken_or_action(line)

    @staticmethod
    def _leads_on(line: str, following: str) -> bool:
        """Whether it is a transition: alone, or straight above a heading."""
        return (not following or is_heading(following)) and bool(_TRANSITION.fullmatch(line))

    def _spoken_or_action(self, line: str) -> None:
        if not self.spoken:
            self._action(line)
        elif line.startswith("(") and line.endswith(")"):
            self._add("manner", line[1:-1])
            self.open = False
        else:
            self._add("dialogue", line)

    def _heading(self, line: str) -> None:
        text, number = _numbered(line)
        self._close()
        self.elements.append(Element("heading", _unstyled(text), number))
        self.spoken = self.open = False

    def _cue(self, line: str) -> None:
        self._add("cue", line.rstrip("^ "))
        self.spoken, self.open = True, False

    def _action(self, line: str) -> None:
        self.spoken = False
        self._add("action", line)

    def _add(self, kind: ElementKind, line: str) -> None:
        text = _unstyled(line)
        if self.open and self.elements and self.elements[-1].kind == kind:
            self.pieces.append(text)
        elif text:
            self._close()
            self.elements.append(Element(kind, text))
            self.pieces = [text]
        self.open = True


def _is_aside(line: str, begins: bool) -> bool:
    """Whether it is a section, a synopsis or a page break, unlike `#1` inside a speech."""
    if line.startswith("="):
        return True
    marks = len(line) - len(line.lstrip("#"))
    return marks > 0 and (begins or not line[marks : marks + 1].isdecimal())


def _forces_heading(line: str) -> bool:
    """Whether a dot makes it a heading; `.38 revolver` has a dot of its own."""
    if not _FORCED_HEADING.match(line):
        return False
    return not _CALIBRE.match(line) or line == line.upper()


def _numbered(line: str) -> tuple[str, str]:
    """A heading's text and the number that it ends with, `#12A#`."""
    bare = line.rstrip()
    start = bare.rfind("#", 0, -1)
    number = bare[start + 1 : -1].strip()
    if start < 0 or not bare.endswith("#") or not 0 < len(number) <= _LONGEST_NUMBER:
        return line, ""
    if any(c.isspace() for c in number):
        return line, ""
    return bare[:start].rstrip(), number


def is_cue(line: str) -> bool:
    """Whether a line names a speaker: in capitals but for what stands in brackets.

    Names in scripts without capitals need an @, or any line of them would be one.
    """
    if len(line) > _LONGEST_CUE:
        return False
    name = re.sub(r"\([^)]*\)", "", line.rstrip("^ ")).strip()
    letters = [c for c in name if c.isalpha()]
    capitals = all(c.isupper() or c == "ß" or unicodedata.category(c) == "Lm" for c in letters)
    return bool(letters) and capitals and len(name) <= _LONGEST_NAME


def _unstyled(text: str) -> str:
    """The text without marks of emphasis and escapes."""
    text = " ".join(text.split())
    if len(text) <= _LONGEST_STYLED:
        for _ in range(3):
            text = _EMPHASIS.sub(r"\2", text)
    return re.sub(r"\\([*_\\])", r"\1", text)
