"""Text of people and models: kept and shown as people see it, with nothing in it that they do not.

One policy for every door, prompt, record and file. Taken out are

- control characters but line breaks and tabs, and halves of a surrogate pair;
- all that Unicode calls default-ignorable: bidi marks and overrides, variation selectors, tags,
  fillers, zero-width spaces; and the two that are as blank without being called so (U+2800, and
  the interlinear annotations);
- except, where script and emoji need them, one zero-width (non-)joiner between letters of a script
  that joins, and one U+FE0F or joiner in an emoji.

Line separators of any kind become `\\n`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

IGNORABLE = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
"""Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt (17 and later), as the inside
of a character class; `unicodedata` does not know the property, and a test compares the two."""

_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2800\ufff9-\ufffb"
    r"\ufdd0-\ufdef\ufffe\uffff"  # noncharacters: XML, and so Excel, refuses some of them
    rf"{IGNORABLE}]+"
)
_JOINING = re.compile(
    "[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc"  # Arabic, Syriac, N'Ko, Mandaic
    "\u0900-\u0fff\u1000-\u109f\u1780-\u17ff\u1800-\u18af"  # India to Tibet, Burma, Khmer, Mongol
    "\u1a20-\u1aaf\u1b00-\u1bbf\ua840-\ua87f\ua8e0-\ua8ff\ua980-\ua9df\U00010a00-\U00011fff]"
)
_JOINERS = "\u200c\u200d"
_KEYCAP, _AS_EMOJI = "\u20e3", "\ufe0f"


def plain(text: str) -> str:
    """The text as a person sees it, by the policy above."""
    return _UNSEEN.sub(_needed, _BREAK.sub("\n", text))


def one_line(text: str, limit: int = 0) -> str:
    """The same on one line, its end cut off with … where it is longer than `limit` (0: never)."""
    return cut(" ".join(plain(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and …, in at most `limit` characters (0: as it is)."""
    return text if not limit or len(text) <= limit else f"{text[: limit - 1]}…"


def _needed(found: re.Match[str]) -> str:
    """What a run of unseen characters may keep between the two that it stands between."""
    run, begin, end = found[0], found.start(), found.end()
    before = found.string[begin - 1] if begin else ""
    after = found.string[end : end + 1]
    if _is_letter(before) and _is_letter(after):
        return next((c for c in run if c in _JOINERS), "")
    kept = ""
    keycap = after == _KEYCAP and before in "0123456789#*"
    if _AS_EMOJI in run and (keycap or _is_symbol(before)):
        kept = _AS_EMOJI
    if "\u200d" in run and _is_symbol(before) and _is_symbol(after):
        kept += "\u200d"
    return kept


def _is_letter(character: str) -> bool:
    """Whether it is a letter or sign of a script whose letters join."""
    is_joining = bool(_JOINING.fullmatch(character))
    return is_joining and unicodedata.category(character)[0] in "LM"


def _is_symbol(character: str) -> bool:
    """Whether it is a symbol that may be an emoji; of new ones `unicodedata` knows no category."""
    if not character:
        return False
    if character in "©®‼⁉〰〽" or "\U0001f000" <= character <= "\U0001faff":
        return True
    return character >= "\u2100" and unicodedata.category(character) in ("So", "Sm")


def kept(text: str) -> str:
    """The text as it goes on record: plain, and without blanks around it."""
    return plain(text).strip()


_MARKUP = re.compile(
    r"""
    [\\`*\[\]|~@]                      # markup wherever they stand
    | (?<![^\W_])_ | _(?![^\W_])        # emphasis, unless within a word
    | ^ [#+=-]                          # a heading, a list or a rule
    | (?<=\A\d)[.)] | (?<=\A\d\d)[.)] | (?<=\A\d{3})[.)] | (?<=\A\d{4})[.)]
    | : (?=//) | (?<=www)\.             # what would become a link by itself
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HTML = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;"})


def markdown(text: str, limit: int = 300) -> str:
    """The text as markdown that shows exactly it: no HTML, links, pictures or line breaks.

    All text from outside goes through here into an artifact or a form. Only what markdown would act
    upon is escaped: Prefect shows the backslashes of a link's text, and ids have none.
    """
    return _MARKUP.sub(r"\\\g<0>", one_line(text, limit)).translate(_HTML)


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(kept)
]
PARAGRAPH_LIMIT = 4000
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=PARAGRAPH_LIMIT),
    AfterValidator(kept),
]
