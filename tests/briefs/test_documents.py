"""YAML and JSON mean what their authors wrote, and no few lines of them stand for gigabytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.briefs.documents import read_document
from greenlight.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 012", {"a": "012"}),
        ("a: 12.10", {"a": "12.10"}),
        ("a: 1:30", {"a": "1:30"}),
        ("a: 16:9", {"a": "16:9"}),
        ("a: Off", {"a": "Off"}),
        ("a: {b: No, c: yes}", {"a": {"b": "No", "c": "yes"}}),
        ("a: 1917", {"a": "1917"}),
        ("a: 2024-01-01", {"a": "2024-01-01"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: 1e3", {"a": "1e3"}),
        ("no: a", {"no": "a"}),
        ("1: a", {"1": "a"}),
        ("a:\nb: ~\nc: null\nd: 'null'\ne: ''", {"a": None, "b": None, "c": None, "d": "null"}),
        ("a: &x [1]", {"a": ["1"]}),
        ("a: >\n  b\n  # c\n", {"a": "b # c\n"}),
        ('{"a": 29.970, "b": 1, "c": null, "d": NaN}', {"a": "29.970", "b": "1", "d": "NaN"}),
        ('{\n\t"a": "\\ud83d\\ude00"\n}', {"a": "😀"}),
        ("{a: [b, c,]}", {"a": ["b", "c"]}),
        ("just words", "just words"),
        ("", None),
        ("# nothing", None),
    ],
)
def test_what_stands_there_is_what_is_meant(text: str, data: Any) -> None:
    found = read_document(text, "x")
    if isinstance(data, dict):
        assert {k: found[k] for k in data} == data
    else:
        assert found == data


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3", r"x, line 3: 'a' is given twice \(first in line 1\)"),
        ("a:\n  - b: {c: 1, d: 1,\n     c: 2}", r"line 3: 'c' is given twice"),
        ('{"a": {"b": 1, "b": 2}}', "'b' is given twice"),
        ("a: &x [1]\nb: *x", "line 2: refused: an alias"),
        ("a: &x\n  - *x", "line 2: refused: an alias"),
        ("a: &x {b: 1}\nc:\n  <<: *x", "line 3: refused: a merge key"),
        ("<<: [{a: 1}, {b: 2}]", "refused: a merge key"),
        ("? [a]\n: b", "a key that is not text"),
        ("? {a: 1}\n: b", "a key that is not text"),
        ("a: !!python/object/apply:os.system ['x']", "unknown tag"),
        ("a: !!set {x, y}", "unknown tag"),
        ("a: !!int 3", "unknown tag"),
        ("a: 1\n---\nb: 2", "line 2: refused: a second document"),
        ("a:\n\tb", "line 2: .*a tab indents the line"),
        ("a: b: c", "line 1: .*a colon in it: put quotes"),
        ("a: [", "not valid YAML or JSON"),
        ("a: 1\nb: \0", r"line 2: .*U\+0000"),
        ("a: 1\nb: \ud800", "line 2: .*surrogate"),
        ("[" * 100_000, "too deep"),
        ('{"a":' * 100_000, "too deep"),
        ('{"a":' * 500 + "1" + "}" * 500, "too deep"),
        ("- " * 400 + "a", "too deep"),
        ("[" + "1," * 200_000 + "1]", "too many values"),
        ("[" + "a," * 200_000 + "a]", "too many values"),
        ("\n".join(f"k{n}: v" for n in range(50_000)), "too many values"),
    ],
    ids=lambda value: value[:30].replace("\0", "NUL").encode("ascii", "replace").decode(),
)
def test_what_could_mean_two_things_or_too_much_is_named(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        read_document(text, "x")
    assert len(str(caught.value)) < 300


@given(st.text(max_size=200))
def test_any_text_is_data_or_a_sentence(text: str) -> None:
    try:
        read_document(text, "x")
    except InvalidInput as error:
        message = str(error)
        assert message.startswith("x")
