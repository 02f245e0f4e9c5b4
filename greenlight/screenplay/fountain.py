"""Fountain, the plain-text screenplay format, as https://fountain.io/syntax describes it.

Of the libraries that read it, the best kept lose cues that are not plain ASCII ("ÉLODIE",
"MARA & JONAS"), and take time or depth without bound over comments that are never closed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenlight.screenplay.elements import Element, ElementKind, Script

_HEADING = re.compile(r"(?:INT\.?/EXT|EXT\.?/INT|INT|EXT|EST|I/E|E/I)(?:\.|\s)", re.IGNORECASE)
_FORCED_HEADING = re.compile(r"\.(?=\w)")
_NUMBER = re.compile(r"\s*#([^\s#]{1,40})#\s*$")
_TRANSITION = re.compile(r"[^a-z]*\bTO:|FADE (?:IN|OUT|UP|TO BLACK)[:.]?|CUT TO BLACK[:.]?")
_TITLE_KEY = re.compile(r"([A-Za-z][\w ]{0,40}?)\s*:\s*(.*)")
_END = re.compile(r"(?i)[\W_]*(?:the end|end|fin|ende)[\W_]*")
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_)(?=[^\s*_])([^*_]+)(?<=\S)(?<!\\)\1")
_LONGEST_STYLED = 4000


def read_fountain(text: str) -> Script:
    """Title and paragraphs of a Fountain text; sections, synopses and notes are left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    text = _without(_without(text, "/*", "*/"), "[[", "]]", within_paragraph=True)
    lines = text.split("\n")
    title, start = _title_page(lines)
    return Script(title, _Reader(lines[start:]).read())


def _without(text: str, opening: str, closing: str, *, within_paragraph: bool = False) -> str:
    """The text without what stands between the marks; one that is never closed is text."""
    kept: list[str] = []
    position = 0
    while (start := text.find(opening, position)) >= 0:
        blank = text.find("\n\n", start) if within_paragraph else -1
        limit = blank if blank >= 0 else len(text)
        end = text.find(closing, start + len(opening), limit)
        if end < 0:
            kept.append(text[position:limit])
            position = limit
            continue
        before = text[position:start]
        kept.append(before.rstrip(" \t") if within_paragraph else before)
        position = end + len(closing)
    return "".join((*kept, text[position:]))


def _title_page(lines: Sequence[str]) -> tuple[str, int]:
    """The title, and the line that the screenplay begins with."""
    start = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    values: dict[str, list[str]] = {}
    key, position = "", start
    while position < len(lines) and lines[position].strip():
        line = lines[position]
        found = _TITLE_KEY.fullmatch(line)
        if found and not line.startswith((" ", "\t")):
            indented = position + 1 < len(lines) and lines[position + 1].startswith((" ", "\t"))
            # "FADE IN:" opens a screenplay, not a title page.
            if not found[2] and not indented:
                break
            key = found[1].casefold()
            values[key] = [found[2]] if found[2] else []
        elif key and line.startswith((" ", "\t")):
            values[key].append(line.strip())
        else:
            break
        position += 1
    if not values:
        return "", start
    return _unstyled(" ".join(values.get("title", []))), position


class _Reader:
    """Reads line by line; `spoken` is whether what follows belongs to a character."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.elements: list[Element] = []
        self.pieces: list[str] = []
        self.spoken = False
        self.open = False

    def read(self) -> list[Element]:
        for position, line in enumerate(self.lines):
            if not line.strip():
                # Two spaces keep a pause inside a speech.
                self.spoken = self.spoken and line == "  "
                self.open = self.spoken
                continue
            self._line(line.strip(), self._blank(position - 1), self._blank(position + 1))
        self._close()
        return self.elements

    def _close(self) -> None:
        """Joins the lines of the paragraph that was begun last."""
        if len(self.pieces) > 1:
            self.elements[-1] = self.elements[-1]._replace(text=" ".join(self.pieces))
        self.pieces = []

    def _blank(self, position: int) -> bool:
        return not 0 <= position < len(self.lines) or not self.lines[position].strip()

    def _line(self, line: str, after_blank: bool, before_blank: bool) -> None:
        if re.match(r"#|=", line):  # sections, synopses and page breaks
            self.open = False
        elif line.startswith("!"):
            self._action(line[1:])
        elif _FORCED_HEADING.match(line):
            self._heading(line[1:])
        elif line.startswith("@"):
            self._cue(line[1:])
        elif line.startswith(">"):
            if line.endswith("<"):
                centred = line[1:-1].strip()
                self._add("transition" if _END.fullmatch(centred) else "action", centred)
            else:
                self._add("transition", line[1:])
        elif line.startswith("~"):
            self._spoken_or_action(line[1:].strip())
        elif after_blank and _HEADING.match(line):
            self._heading(line)
        elif after_blank and before_blank and _TRANSITION.fullmatch(line):
            self._add("transition", line)
        elif after_blank and not before_blank and is_cue(line):
            self._cue(line)
        else:
            self._spoken_or_action(line)

    def _spoken_or_action(self, line: str) -> None:
        if not self.spoken:
            self._action(line)
        elif line.startswith("(") and line.endswith(")"):
            self._add("manner", line[1:-1])
            self.open = False
        else:
            self._add("dialogue", line)

    def _heading(self, line: str) -> None:
        number = _NUMBER.search(line)
        text = line[: number.start()] if number else line
        self._close()
        self.elements.append(Element("heading", _unstyled(text), number[1] if number else ""))
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


def is_cue(line: str) -> bool:
    """Whether a line names a speaker: in capitals but for what stands in brackets."""
    name = re.sub(r"\([^)]*\)", "", line.rstrip("^ ")).strip()
    return any(c.isalpha() for c in name) and name == name.upper() and len(name) <= 60


def _unstyled(text: str) -> str:
    """The text without marks of emphasis and escapes."""
    text = " ".join(text.split())
    if len(text) <= _LONGEST_STYLED:
        for _ in range(3):
            text = _EMPHASIS.sub(r"\2", text)
    return re.sub(r"\\([*_\\])", r"\1", text)
