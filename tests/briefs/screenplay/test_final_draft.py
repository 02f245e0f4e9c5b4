"""Final Draft's XML: what its paragraphs say, and files that are damaged or mean harm."""

from __future__ import annotations

import pytest

from greenlight.briefs.screenplay.final_draft import read_fdx
from greenlight.errors import InvalidInput

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n'


def fdx(paragraphs: str, title: str = "") -> bytes:
    return (
        f'{HEAD}<FinalDraft DocumentType="Script" Template="No" Version="5"><Content>{paragraphs}'
        f"</Content><TitlePage><Content>{title}</Content></TitlePage></FinalDraft>"
    ).encode()


def p(kind: str, text: str, more: str = "") -> str:
    return f'<Paragraph Type="{kind}"{more}><Text>{text}</Text></Paragraph>'


def kinds(data: bytes) -> list[tuple[str, str]]:
    return [(e.kind, e.text) for e in read_fdx(data, "a.fdx").elements]


def test_paragraphs_are_what_their_types_say() -> None:
    data = fdx(
        p("Scene Heading", "INT. LOBBY - NIGHT")
        + p("Action", "Rain &amp; thunder.")
        + p("Character", "MARA (V.O.)")
        + p("Parenthetical", "(quietly)")
        + p("Dialogue", "You’re late.")
        + p("Transition", "CUT TO:")
        + p("Shot", "CLOSE ON the key")
        + p("Action", "")
    )
    assert kinds(data) == [
        ("heading", "INT. LOBBY - NIGHT"),
        ("action", "Rain & thunder."),
        ("cue", "MARA (V.O.)"),
        ("manner", "quietly"),
        ("dialogue", "You’re late."),
        ("transition", "CUT TO:"),
        ("action", "CLOSE ON the key"),
    ]


def test_numbers_and_lengths_are_the_file_s_own() -> None:
    scene = (
        '<Paragraph Number="12A" Type="Scene Heading"><SceneProperties Length="1 3/8" Page="4"/>'
        "<Text>INT. LOBBY</Text></Paragraph>"
    )
    (heading,) = read_fdx(fdx(scene), "a.fdx").elements
    assert (heading.number, heading.eighths) == ("12A", 11)


def test_styled_runs_are_one_text_and_notes_are_none() -> None:
    data = fdx(
        '<Paragraph Type="Action"><Text>She </Text><Text Style="Bold">runs</Text><Text>.</Text>'
        "<ScriptNote><Paragraph><Text>too fast?</Text></Paragraph></ScriptNote></Paragraph>"
    )
    assert kinds(data) == [("action", "She runs.")]


def test_two_who_speak_at_once_speak_one_after_the_other() -> None:
    both = p("Character", "MARA") + p("Dialogue", "Left.") + p("Character", "JONAS")
    data = fdx(
        f"<Paragraph><DualDialogue>{both}{p('Dialogue', 'Right.')}</DualDialogue></Paragraph>"
    )
    assert [text for _, text in kinds(data)] == ["MARA", "Left.", "JONAS", "Right."]


def test_the_title_is_the_first_line_of_the_title_page() -> None:
    data = fdx(p("Action", "x"), p("", "") + p("", "The Night Desk") + p("", "by A. Writer"))
    assert read_fdx(data, "a.fdx").title == "The Night Desk"


def test_a_declared_encoding_is_heard() -> None:
    text = fdx(p("Action", "Café")).decode().replace("UTF-8", "ISO-8859-1")
    assert kinds(text.encode("latin-1")) == [("action", "Café")]
    assert kinds(text.replace("ISO-8859-1", "UTF-16").encode("utf-16")) == [("action", "Café")]


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (fdx(p("Action", "x"))[:-20], r"a\.fdx, line 2, column \d+: not well-formed"),
        (fdx("<Paragraph>"), "not well-formed"),
        (b"just words", "line 1, column 1: not well-formed"),
        (b"<html><body/></html>", "not a Final Draft screenplay"),
        (b"<FinalDraft/>", "not a Final Draft screenplay"),
        (f"<!DOCTYPE x [{BOMB}]><FinalDraft>&a9;</FinalDraft>".encode(), "document type"),
        (
            b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><FinalDraft>&f;</FinalDraft>',
            "document type",
        ),
        (HEAD.replace("UTF-8", "klingon").encode() + b"<FinalDraft/>", "a.fdx"),
        (fdx(p("Action", "x")).replace(b">x<", b">\xff<"), "not well-formed"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_fdx(data, "a.fdx")
