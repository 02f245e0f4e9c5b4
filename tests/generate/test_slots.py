"""The list of slots, which the stand-in reads prompts by."""

from __future__ import annotations

import tomllib
from importlib import resources

from greenlight_standin.labels import BRIEF_LABELS

from greenlight.generate.prompts import SLOTS, breakdown_prompt
from greenlight.production.brief import Brief


def test_the_stand_in_reads_by_the_same_list() -> None:
    copy = resources.files("greenlight_standin").joinpath("slots.toml").read_text()
    assert tomllib.loads(copy) == SLOTS


def test_a_note_and_a_problem_are_slots_of_a_breakdown() -> None:
    brief = Brief(title="Pier", vision="A gull waits.")
    lines = breakdown_prompt(brief, "wider", None, "no shots").splitlines()
    labels = {line.partition(":")[0] for line in lines if ":" in line[:40]}
    assert {"Title", "Vision", "Note from the director", "Your last answer was not valid"} <= labels
    assert labels - {"Break this brief down into a shot list for pre-visualisation"} <= {
        *BRIEF_LABELS
    }
