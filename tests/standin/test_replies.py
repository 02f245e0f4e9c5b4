"""Text that is neither breakdown nor rubric: summaries, softer wordings, placeholders."""

from __future__ import annotations

import pytest
from greenlight_standin.schema import normalise
from greenlight_standin.writing.reply import write_json, write_reply

STORY = "A widow lights a beacon. The ship sees the beacon and turns. A gull cries. It is dawn."


def test_a_summary_keeps_what_the_rest_speaks_of_and_the_length_that_is_asked() -> None:
    one = write_reply(f"Summarise in one sentence: {STORY}")
    assert one == "The ship sees the beacon and turns."
    assert len(write_reply(f"Sum up in 5 words\n{STORY}").split()) == 6


def test_a_softer_wording_changes_what_a_filter_stumbles_over_and_nothing_else() -> None:
    asked = 'Reword this so that the filter does not refuse it: "{}"'
    text = "A man stabs the guard with a knife, blood on the floor. The guard falls."
    softer = write_reply(asked.format(text))
    assert softer.startswith("A man threatens the guard with a tool")
    assert softer.endswith("on the floor. The guard falls.")
    assert not {"stabs", "knife", "blood"} & set(softer.split())


@pytest.mark.parametrize("language", ["German", "fr", "pt-BR"])
def test_a_translation_is_a_placeholder_and_says_so(language: str) -> None:
    assert write_reply(f"Translate into {language}:\nHalt!") == f"[{language} placeholder] Halt!"


def test_a_schema_is_filled_with_what_was_asked_for() -> None:
    properties = {"summary": {"type": "string"}, "shots": {"type": "integer"}}
    schema = normalise({"type": "object", "properties": properties, "required": ["summary"]})
    answer = write_json(f"Summarise in one sentence: {STORY}", schema)
    assert answer["summary"] == "The ship sees the beacon and turns."
