"""Sheets and context packs through a whole production: nothing that was meant gets lost."""

from __future__ import annotations

import pytest

from greenlight.desk import Desk, Wish
from greenlight.production.names import parse_take
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]

LOOK, WEARS = "chiaroscurissimo", "vermilionquill"
KEEPER = {
    "name": "the keeper",
    "kind": "character",
    "description": f"an old woman in a {WEARS} coat",
}


def test_words_of_the_brief_reach_the_last_prompt_and_sheets_every_frame(desk: Desk) -> None:
    production = people.submit(
        desk,
        vision="The keeper climbs the spiral stairs. The keeper lights the lamp.",
        look=f"ink wash, {LOOK}",
        references=[KEEPER],
        sheets="recurring",
        candidates=2,
    )
    people.until_waiting(desk, production, "shotlist")
    people.approve_all(desk, production)
    waiting = people.until_waiting(desk, production, "sheet").waiting_takes
    assert all(take.startswith("sheet/the-keeper/v") for take in waiting)
    chosen, *others = waiting
    decided = desk.decide(production, [Wish(target=chosen, verdict="approve")], people.ADA)
    [verdict] = decided.verdicts
    assert set(verdict.shares) == {f"{s.shot.id}/frame" for s in desk.look(production)[1].shots}
    people.until_waiting(desk, production, "frame")
    retake = Wish(
        target="sq010_sh0010/frame/v001_c1", verdict="retake", reason="lens", note="much wider"
    )
    desk.decide(production, [retake], people.ADA)
    people.until_waiting(desk, production, "sq010_sh0010/frame/v002")
    people.finish(desk, production)

    facts, _ = desk.look(production)
    sheet = next(t for t in facts.takes.values() if t.take == chosen)
    made = [t for t in facts.takes.values() if t.id.kind in ("sheet", "frame", "clip")]
    assert {t.id.kind for t in made} == {"sheet", "frame", "clip"}
    for take in made:
        known = desk.known(production, take.take)
        assert (known.pack.digest, take.context) == (take.context, known.context)
        assert LOOK in known.prompt
        assert WEARS in known.prompt
    for entry in desk.workspace(production).ledger.entries():
        pictures = [a.sha256 for a in entry.reserved.request.attachments]
        if entry.slot.kind == "frame":
            assert pictures == [sheet.sha256]
        if entry.slot.kind == "clip":  # the frame that it starts on, and who is in it
            assert pictures[1:] == [sheet.sha256]
    again = desk.known(production, "sq010_sh0010/frame/v002_c1")
    assert "Camera note: much wider" in again.prompt
    later = desk.known(production, "sq010_sh0010/clip/v001")
    assert "heed, said of an earlier take (lens): much wider" in later.prompt
    changed = {c.what for c in desk.knew_else(production, "sq010_sh0010/frame/v001_c1", again.take)}
    assert {"note", "reason", "turned_down[1].note"} <= changed

    [keeper] = desk.cast(production).kept
    assert (keeper.sheet, len(keeper.shots)) == (chosen, 2)
    assert all(one.identity and one.box and one.approved for one in keeper.shots)
    assert keeper.shots[1].apart is not None
    graded = [e for e in desk.workspace(production).ledger.entries() if "frame-r" in e.slot.kind]
    assert graded
    for entry in graded:
        assert [a.sha256 for a in entry.reserved.request.attachments[1:]] == [sheet.sha256]
    assert (desk.comparison(production, everyone=True) or b"")[:3] == b"\xff\xd8\xff"

    other = Wish(target=others[0], verdict="approve")
    voided = desk.decide(production, [other], people.ADA).consequences.voided
    assert {parse_take(take).kind for take in voided} == {"frame", "clip", "cut"}
