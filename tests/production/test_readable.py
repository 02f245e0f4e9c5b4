"""Text as people see it: what they do not see is gone, at every door the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from greenlight.generate.prompts import short
from greenlight.mcp.texts import bounded
from greenlight.media.lettering import clean
from greenlight.notify.notice import one_line as noticed
from greenlight.production.brief import Brief
from greenlight.production.readable import IGNORABLE, cut, markdown, one_line, plain

IGNORED = regex.compile(r"\p{Default_Ignorable_Code_Point}")
# What an attack used, what it did not, and what is as blank without the property.
HIDDEN = (
    *("\ufe00", "\ufe01", "\ufe0e", "\ufe0f", "\u034f", "\u3164", "\u115f", "\u1160", "\uffa0"),
    *("\u2800", "\u17b4", "\u17b5", "\u180b", "\u180e", "\u180f", "\U0001d173", "\U0001d17a"),
    *("\u200b", "\u200c", "\u200d", "\u2060", "\u2064", "\ufeff", "\xad", "\u061c", "\u200e"),
    *("\u202e", "\u2066", "\u2069", "\U000e0001", "\U000e0041", "\U000e007f", "\U000e0100"),
    *("\U000e01ef", "\U000e0fff", "\ufff0", "\ufff9", "\U0001bca0", "\x00", "\x1b", "\x9b"),
    *("\ufdd0", "\ufffe", "\uffff"),
)
# What scripts and emoji need, and must come through as it is.
NEEDED = (
    "می‌خواهم",  # Persian, zero-width non-joiner
    "क्‍ष and श्री‌मान",  # Devanagari, both joiners
    "ශ්‍රී",  # Sinhala
    "র‍্য",  # Bengali
    "👩‍🚀 ❤️‍🔥 🏳️‍🌈 👨‍👩‍👧 🧑🏽‍🚀 1️⃣ ©️ ☕️",
    "日本語 한국어 Ünïcode naïve",
    "שלום עולם",
    "a\tb\nc",
)


def test_the_table_is_unicodes() -> None:
    ours = regex.compile(f"[{IGNORABLE}]")
    both = [(bool(ours.match(chr(c))), bool(IGNORED.match(chr(c)))) for c in range(0x110000)]
    assert [hex(c) for c, (one, other) in enumerate(both) if one != other] == []


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda c: f"{ord(c):X}")
def test_what_nobody_sees_is_gone(hidden: str) -> None:
    for text in ("Looks good.", "Ruta waters orchids", "好的"):
        for many in (1, 2, 76):
            assert plain(f"{hidden * many}{text}{hidden * many}") == text
            middle = f"{text[:2]}{hidden * many}{text[2:]}"
            assert plain(middle) == text


@pytest.mark.parametrize("text", NEEDED)
def test_what_script_and_emoji_need_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("carrier", "left"), [("👍{}", "👍\ufe0f"), ("می{}خواهم", "می\u200cخواهم"), ("1{}", "1")]
)
def test_a_run_leaves_no_more_than_one_that_is_needed(carrier: str, left: str) -> None:
    run = "\u200c\ufe0f\ufe00\U000e0041\u200d" * 20
    assert plain(carrier.format(run)) == left


def test_line_breaks_of_any_kind_are_line_breaks() -> None:
    assert plain("a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch") == "a\nb\nc\nd\ne\nf\ng\nh"
    assert one_line("a\r\n b\u2028c\t d ") == "a b c d"


def test_a_long_line_ends_in_an_ellipsis() -> None:
    assert (one_line("a" * 9, 5), one_line("a" * 5, 5), cut("abc", 0)) == ("aaaa…", "aaaaa", "abc")


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_cleaning_is_final_and_leaves_nothing_unseen_but_joiners_in_place(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    for place, character in enumerate(once):
        assert unicodedata.category(character) not in ("Cc", "Cs") or character in "\t\n"
        if IGNORED.match(character):
            assert character in "\u200c\u200d\ufe0f"
            assert place > 0
            assert once[place - 1] != character


@pytest.mark.parametrize(
    "door",
    [
        plain,
        one_line,
        markdown,
        short,
        clean,
        noticed,
        lambda text: bounded(text, 300),
        lambda text: Brief(title=text, vision="x").title,
        lambda text: Brief(title="x", vision=text).vision,
        lambda text: Brief(title="x", vision="x", look=text).look,
    ],
    ids=["plain", "line", "dashboard", "prompt", "picture", "notice", "agent", "t", "v", "look"],
)
def test_every_door_has_the_same_policy(door: Callable[[str], str]) -> None:
    said = "Looks good"
    for hidden in HIDDEN:
        assert door(f"Looks{hidden * 3} good{hidden}") == said, hex(ord(hidden))
