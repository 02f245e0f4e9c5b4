"""Final Draft's .fdx: XML whose paragraphs say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from greenlight.errors import InvalidInput
from greenlight.screenplay.elements import Element, ElementKind, Script

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element as Node

_KINDS: dict[str, ElementKind] = {
    "scene heading": "heading",
    "character": "cue",
    "parenthetical": "manner",
    "dialogue": "dialogue",
    "singing": "dialogue",
    "transition": "transition",
    "new act": "transition",
    "end of act": "transition",
    "cast list": "transition",
}


def read_fdx(data: bytes, name: str) -> Script:
    """Title and paragraphs of a Final Draft file; notes and revision marks are left out.

    Raises InvalidInput naming the line for what is not well-formed, and for document types, which
    .fdx files do not have and entity bombs need.
    """
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
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
        raise InvalidInput(f"{name} cannot be read as XML: {error}") from error
    content = root.find("Content")
    if root.tag != "FinalDraft" or content is None:
        raise InvalidInput(f"{name} is XML, but no Final Draft screenplay")
    front = root.find("TitlePage/Content")
    titles = [_text(p) for p in front.iter("Paragraph")] if front is not None else []
    return Script(next((t for t in titles if t), ""), [*_elements(content)])


def _elements(content: Node) -> Iterator[Element]:
    for paragraph in _paragraphs(content):
        text = _text(paragraph)
        kind = _KINDS.get(paragraph.get("Type", "").strip().casefold(), "action")
        if not text:
            continue
        if kind == "manner":
            text = text.removeprefix("(").removesuffix(")").strip()
        number = paragraph.get("Number", "").strip() if kind == "heading" else ""
        yield Element(kind, text, number, _eighths(paragraph))


def _paragraphs(content: Node) -> Iterator[Node]:
    """All paragraphs in order; two that speak at once lie inside a third."""
    for paragraph in content.findall("Paragraph"):
        both = paragraph.find("DualDialogue")
        if both is None:
            yield paragraph
        else:
            yield from both.findall("Paragraph")


def _text(paragraph: Node) -> str:
    """The paragraph's own text: notes in it have paragraphs of their own."""
    return " ".join("".join("".join(t.itertext()) for t in paragraph.findall("Text")).split())


def _eighths(paragraph: Node) -> int:
    """The length that Final Draft has worked out, such as "1 3/8" pages, in eighths."""
    properties = paragraph.find("SceneProperties")
    length = properties.get("Length", "") if properties is not None else ""
    found = re.fullmatch(r"\s*(?:(\d+)(?!\s*/))?\s*(?:(\d+)\s*/\s*8)?\s*", length)
    return int(found[1] or 0) * 8 + int(found[2] or 0) if found else 0
