"""Text as people paste it, made plain: no markup, no emoji, sentences apart, speech lifted out."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

_SPEECH = re.compile(r"[\"“„«»](?P<said>[^\"“”„«»\n]{1,400})[\"”“»«]")
_ABBREVIATIONS = re.compile(
    r"\b(Mr|Mrs|Ms|Dr|St|Prof|vs|etc|e\.g|i\.e|INT|EXT|Nr|No)\.", re.IGNORECASE
)
_SLUG = re.compile(
    r"^\s*(?:INT|EXT|INT/EXT|I/E)\.?[\s/]+(?P<place>[^\n–—-]+?)"
    r"(?:\s*[–—-]+\s*(?P<time>[^\n]+?))?\s*$",
    re.IGNORECASE,
)


# A script whose lines were joined: "INT. KITCHEN - NIGHT Mara sits".
_INLINE_SLUG = re.compile(
    r"\b((?:INT|EXT)\.?\s+[A-Z][A-Z' ]*[A-Z](?:\s*[-–—]\s*[A-Z]+)?)\s+(?=[A-Z][a-z])"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence without its speech; a slug line of a script only names place and time."""

    text: str
    speech: tuple[str, ...] = ()
    slug_place: str = ""
    slug_time: str = ""


def plain(text: str) -> str:
    """`text` without HTML, markdown marks, headings, links and emoji."""
    text = html.unescape(text)
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    text = re.sub(r"<(h\d)\b[^>]*>.*?</\1>", "\n", text, flags=re.DOTALL | re.IGNORECASE)
    text = re.sub(r"</?(?:p|div|br|li|ul|ol|h\d|tr|td)\b[^>]*>", "\n", text, flags=re.IGNORECASE)
    text = re.sub(r"<[^>\n]{1,300}>", " ", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"https?://\S+", " ", text)
    # A list's item is a sentence, whether it ends like one or not.
    text = re.sub(r"^\s*(?:[-*+•]|\d+[.)])\s+(.*?)[.]?\s*$", r"\1.", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*#{1,6}\s+.+$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*>+\s?", "", text, flags=re.MULTILINE)
    text = re.sub(r"(\*\*|__|~~|`+|\*)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"^\s*[-=_*]{3,}\s*$", "", text, flags=re.MULTILINE)
    text = text.replace("’", "'").replace("‘", "'").replace("\u00a0", " ")
    kept = [c for c in text if unicodedata.category(c) not in ("So", "Cs", "Co", "Cn", "Sk", "Cf")]
    text = "".join(" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in kept)
    text = _INLINE_SLUG.sub(r"\n\1\n", text)
    text = re.sub(r"(?<=\s)#{1,6}\s+", "", text)
    return re.sub(r"[ \t]+", " ", text).strip()


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text that `plain` has made plain."""
    found: list[Sentence] = []
    for line in _unwrapped(text):
        slug = _SLUG.match(line)
        if slug:
            place, time = slug["place"].strip(" ."), (slug["time"] or "").strip(" .")
            found.append(Sentence("", (), _sentence_case(place), time.lower()))
            continue
        found += _of_line(line)
    return found


def _unwrapped(text: str) -> list[str]:
    """Lines, where a line that only wraps is joined to the one before."""
    out: list[str] = []
    open_end = False
    for line in text.split("\n"):
        words = line.strip()
        wraps = open_end and words and (words[0].islower() or len(out[-1]) >= 50)
        if wraps and not _SLUG.match(words):
            out[-1] = f"{out[-1]} {words}"
        elif words:
            out.append(words)
        open_end = bool(words) and words[-1] not in '.!?…:;"”' and not _SLUG.match(words)
    return out


# Who says what was just said: "“…”, says Mara" and "“…” Mara says", and nobody who says more.
_TOLD = re.compile(
    r"\s*(?:[^\W\d_A-ZÄÖÜ]|(?:(?!and |then )[\w']+ ){1,4}"
    r"(?:says|asks|whispers|shouts|replies)\b(?!,?\s*[“\"„«]))"
)


def _of_line(line: str) -> list[Sentence]:
    said: list[str] = []

    def lift(match: re.Match[str]) -> str:
        said.append(match["said"].strip().rstrip(",;:").strip())
        after = match.string[match.end() :]
        told = _TOLD.match(after)
        end = "." if re.search(r"[.!?…]$", match["said"].strip()) and not told else ""
        return f" \x00{len(said) - 1}\x00{end} "

    line = _SPEECH.sub(lift, line)
    line = _ABBREVIATIONS.sub(lambda m: m[0][:-1] + "\x01", line)
    out: list[Sentence] = []
    for piece in re.split(
        r"(?<=[.!?…])[\"'”)\]]*\s+|\s*;\s*|\s+[-–—]\s+|(?<=[.!?])(?=[A-ZÄÖÜ])", line
    ):
        speech = tuple(said[int(n)] for n in re.findall(r"\x00(\d+)\x00", piece))
        text = re.sub(r"\x00\d+\x00", " ", piece).replace("\x01", ".")
        text = re.sub(r"\s+([,.!?])", r"\1", " ".join(text.split()))
        text = re.sub(r"[,:]*[.!?…]+$|[,:]+$", "", text).strip(" ,:.")
        if out and speech and len(text.split()) == 0:
            last = out.pop()
            out.append(Sentence(last.text, last.speech + speech))
        elif text or speech:
            out.append(Sentence(text, speech))
    return out


def _sentence_case(text: str) -> str:
    return text.lower() if text.isupper() else text
