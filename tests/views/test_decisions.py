"""Every decision as a row, and as a spreadsheet that runs nothing."""

from __future__ import annotations

import csv
import io

from greenlight.views.decisions import as_csv, history
from tests.production.world import World


def test_every_verdict_is_a_row_bound_to_its_bytes() -> None:
    world = World(shots=2, candidates=1)
    world.run()
    world.approve_list()
    world.run()
    world.say("approve", "sq010_sh0010/frame/v001_c1")
    world.say("retake", "sq010_sh0020/frame/v001_c1", reason="axis", note="=HYPERLINK(0)")
    rows = history("night-porter", world.facts)
    assert [(r.number, r.said, r.subject) for r in rows] == [
        (1, "approve", "shotlist/v001"),
        (2, "approve", "sq010_sh0010/frame/v001_c1"),
        (3, "retake", "sq010_sh0020/frame/v001_c1"),
    ]
    shown = world.facts.takes[next(t for t in world.facts.takes if t.shot == "sq010_sh0010")]
    assert rows[1].sha256 == shown.sha256
    read = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert [r["said"] for r in read] == ["approve", "approve", "retake"]
    assert read[2]["note"] == "'=HYPERLINK(0)"
    assert read[1]["sha256"] == shown.sha256
