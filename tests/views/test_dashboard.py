"""Text from outside as Prefect's pages show it."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

from greenlight.production.readable import markdown, one_line

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LINK = re.compile(r"(https?|ftp)://|www\.|(?<!\\)@", re.IGNORECASE)
PIECES = (
    *("*", "**", "_", "__", "`", "```", "~~", "|", "\\", "\\*", "&lt;", "&amp;", "<b>"),
    *("#", "-", "+", "1.", "12)", ">", "---", "===", "***", "a_b", "a__b", "_a_", "é_é", "中_文"),
    *("[a](b)", "![a](b)", "[a]:", "http://a.b", "<http://a>", "www.a.b", "a@b.c"),
)

outside = st.one_of(
    st.text(),
    st.text("ab1 .-_*`#+=~|<>&;[]()!:/\\@\n"),
    st.lists(
        st.sampled_from(PIECES),
        max_size=6,
    ).flatmap(lambda words: st.sampled_from([" ".join(words), "".join(words), "\n".join(words)])),
).filter(lambda text: "\0" not in text)


def shown(text: str) -> str:
    return escapeHtml(one_line(text))


@given(outside)
def test_text_from_outside_is_shown_as_it_is_and_never_acts(text: str) -> None:
    escaped = markdown(text, 10_000)
    said = shown(text)
    assert MARKDOWN.render(escaped) == (f"<p>{said}</p>\n" if said else "")
    assert (
        MARKDOWN.render(f"**Price:** {escaped}")
        == f"<p>{f'<strong>Price:</strong> {said}'.strip()}</p>\n"
    )
    assert f"<td>{said}</td>" in MARKDOWN.render(f"| a | b |\n|---|---|\n| {escaped} | x |")
    assert not LINK.search(escaped)


@pytest.mark.parametrize(
    "name", ["sq010_sh0010/clip/v001_c2", "red-kite-32087c07", "v001_c1", "sheet/the-hallway/v001"]
)
def test_names_are_left_as_they_are(name: str) -> None:
    assert markdown(name) == name


def test_a_long_text_is_cut() -> None:
    assert markdown("word " * 100, 20) == f"{'word ' * 3}word…"


def test_a_name_is_escaped_where_the_board_says_who_looks_different(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows import board

    said: list[str] = []

    async def write(**fields: Any) -> None:
        said.append(str(fields["description"]))

    for name in ("acreate_image_artifact", "acreate_table_artifact"):
        monkeypatch.setattr(board, name, write)
    for name in ("link_to", "shot_rows", "spend_rows"):
        monkeypatch.setattr(board, name, lambda *_: [])
    workspace: Any = SimpleNamespace(keys=SimpleNamespace(production="red-kite-1"))
    drift = ("http://127.0.0.1/picture", "[Ada](http://evil.example) <b> in sq010_sh0010")
    nothing: Any = None
    asyncio.run(board._artifacts(workspace, nothing, nothing, (), "sheet", drift))
    (one,) = [text for text in said if "Ada" in text]
    assert shown("[Ada](http://evil.example) <b> in sq010_sh0010") in MARKDOWN.render(one)
    assert not LINK.search(one)
