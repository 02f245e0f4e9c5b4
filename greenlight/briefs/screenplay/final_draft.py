"""Final Draft's .fdx: XML whose paragraphs say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import TreeBuilder

from greenlight.briefs.screenplay.elements import (
    OMITTED,
    Element,
    ElementKind,
    Script,
    is_omitted,
    unmarked,
)
from greenlight.errors import InvalidInput

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element as Node

MOST_NODES = 200_000
"""Elements and attributes; a long feature with revisions and notes has about 60,000."""
LEVELS = 30
_KINDS: dict[str, ElementKind] = {
    "scene heading": "heading",
    "character": "cue",
    "parenthetical": "manner",
    "dialogue": "dialogue",
    "singing": "dialogue",
    "lyrics": "dialogue",
    "transition": "transition",
    "new act": "transition",
    "end of act": "transition",
    "cast list": "transition",
}
_LENGTH = re.compile(r"(?:(\d{1,4})(?!\s*/))? ?(?:(\d{1,4}) ?/ ?8)?")
_LONGEST_LENGTH = 20


def read_fdx(data: bytes, name: str) -> Script:
    """Title and paragraphs of a Final Draft file; notes and revision marks are left out.

    Raises InvalidInput naming the line for what is not well-formed, for document types, which
    .fdx files do not have and entity bombs need, and for more than any screenplay holds.
    """
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    parser = ElementTree.XMLParser(target=_Bounded(name), forbid_dtd=True)
    try:
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException as error:
        raise InvalidInput(
            f"{name} declares a document type or entities, which Final Draft never does"
        ) from error
    except ElementTree.ParseError as error:
        line, column = error.position
        raise InvalidInput(
            f"{name}, line {line}, column {column + 1}: not well-formed XML "
            f"({str(error).split(':')[0]}): save it from Final Draft again"
        ) from error
    except (ValueError, LookupError) as error:
        raise InvalidInput(f"{name} cannot be read as XML: {str(error)[:100]}") from error
    content = root.find("Content")
    if root.tag != "FinalDraft" or content is None:
        raise InvalidInput(f"{name} is XML, but not a Final Draft screenplay")
    front = root.find("TitlePage/Content")
    titles = [_text(p) for p in front.iter("Paragraph")] if front is not None else []
    return Script(next((t for t in titles if t), ""), [*_elements(content)])


class _Bounded(TreeBuilder):
    """Builds the tree as far as a screenplay reaches."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.count = 0
        self.level = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Node:
        """Begins an element; raises InvalidInput for one too many or too deep."""
        self.count += 1 + len(attrs)
        self.level += 1
        if self.count > MOST_NODES:
            raise InvalidInput(f"{self.name} has over {MOST_NODES:,} elements: split it")
        if self.level > LEVELS:
            raise InvalidInput(f"{self.name} is nested over {LEVELS} levels deep")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Node:
        """Ends an element."""
        self.level -= 1
        return super().end(tag)


def _elements(content: Node) -> Iterator[Element]:
    for paragraph in _paragraphs(content):
        text = _text(paragraph)
        kind = _KINDS.get(paragraph.get("Type", "").strip().casefold(), "action")
        card = paragraph if paragraph.tag == "OmittedScene" else paragraph.find("OmittedScene")
        if card is not None:
            yield _omitted(paragraph, card)
        if not text or card is not None:
            continue
        if kind == "manner":
            text = text.removeprefix("(").removesuffix(")").strip()
        number = _number(paragraph) if kind == "heading" else ""
        yield Element(kind, text, number, _eighths(paragraph))


def _omitted(paragraph: Node, card: Node) -> Element:
    """The cut scene: whole inside its card, or the card alone inside its heading."""
    inner = [text for p in card.iter("Paragraph") if (text := _text(p))]
    whole = any(not is_omitted(text) for text in inner)
    number = _number(paragraph) or _number(card.find("Paragraph"))
    # Paragraphs after a card are of the scene before it, and after a heading of the cut scene.
    return Element("omitted" if whole else "heading", OMITTED, number)


def _paragraphs(content: Node) -> Iterator[Node]:
    """All paragraphs in order, and scenes that were cut; two that speak at once lie inside one."""
    for paragraph in content:
        both = paragraph.find("DualDialogue")
        if paragraph.tag == "Paragraph" and both is not None:
            yield from both.findall("Paragraph")
        elif paragraph.tag in ("Paragraph", "OmittedScene"):
            yield paragraph


def _number(paragraph: Node | None) -> str:
    return paragraph.get("Number", "").strip() if paragraph is not None else ""


def _text(paragraph: Node) -> str:
    """The paragraph's own text: notes in it have paragraphs of their own."""
    text = "".join("".join(t.itertext()) for t in paragraph.findall("Text"))
    return unmarked(" ".join(text.split()))


def _eighths(paragraph: Node) -> int:
    """The length that Final Draft has worked out, such as "1 3/8" pages, in eighths."""
    properties = paragraph.find("SceneProperties")
    length = properties.get("Length", "") if properties is not None else ""
    if len(length) > _LONGEST_LENGTH:
        return 0
    found = _LENGTH.fullmatch(" ".join(length.split()))
    return int(found[1] or 0) * 8 + int(found[2] or 0) if found else 0
