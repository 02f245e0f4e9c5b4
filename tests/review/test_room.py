"""The room in a real browser, in front of the real store; Prefect is away throughout."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from greenlight.desk import Desk, Saying, Wish, this_person
from tests.review.browser import browser, current, enter, keys, needs_browser, send
from tests.review.room import Built, approve, assemble_frames, build, draw

pytestmark = [needs_browser, pytest.mark.usefixtures("served")]
ONE = "sq010_sh0010/frame/v001_c1"


def test_a_director_decides_on_everything_by_keyboard(
    page: Page, room_desk: Desk, production: Built
) -> None:
    expect(page.locator("#count")).to_have_text("3 to review")
    keys(page, "2", "a", "ArrowRight", "a", "ArrowRight", "r")
    page.keyboard.type("closer, and warmer")
    keys(page, "Control+Enter")
    expect(page.locator("#count")).to_have_text("2 approved, 1 retake, not sent")
    keys(page, "s")
    expect(page.locator("#send .releases")).to_contain_text("Approving these 2 frames makes")
    expect(page.locator("#send .releases .total")).to_contain_text("In all: up to $")
    send(page, opened=True)
    expect(page.locator("#count")).to_have_text("Nothing to review here")
    rows = {r.subject: r for r in room_desk.history(production.name)}
    assert rows["sq010_sh0010/frame/v001_c2"].said == "approve"
    assert rows["sq010_sh0020/frame/v001_c1"].said == "approve"
    assert rows["sq010_sh0030/frame/v001_c1"].note == "closer, and warmer"
    assert rows["sq010_sh0010/frame/v001_c2"].door == "review"
    assert rows["sq010_sh0010/frame/v001_c2"].sha256


def test_the_best_unflagged_take_is_chosen_in_bulk_and_flagged_ones_are_left(
    page: Page, room_desk: Desk, production: Built
) -> None:
    keys(page, "b", "s")
    expect(page.locator("#send .wishes li")).to_have_count(3)
    expect(page.locator("#send .wishes")).not_to_contain_text("c2")


def test_a_draft_survives_a_reload_with_every_word_of_a_note(
    page: Page, room_desk: Desk, production: Built
) -> None:
    keys(page, "2", "a", "ArrowRight", "r")
    page.keyboard.type("half a sent")
    page.reload()
    expect(page.locator("#count")).to_have_text("1 approved, not sent")
    keys(page, "ArrowRight", "r")
    expect(page.locator("#note")).to_have_value("half a sent")
    page.keyboard.press("Escape")
    keys(page, "u")
    expect(page.locator("#count")).to_have_text("3 to review")
    assert production.waiting()


def test_of_two_reviewers_the_second_is_told_what_the_first_said(
    page: Page, room_desk: Desk, production: Built
) -> None:
    page.route("**/pulse", lambda route: route.abort())  # as if it had not been noticed yet
    keys(page, "a", "ArrowRight", "r")
    page.keyboard.type("a note that must not get lost")
    keys(page, "Control+Enter")
    approve(production, "sq010_sh0010/frame/v001_c2")
    keys(page, "s")
    said = page.locator("#send .problem")
    expect(said).to_contain_text("Ada approved sq010_sh0010/frame/v001_c2 meanwhile")
    expect(said).to_contain_text("nothing of yours was recorded")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#send .wishes li.gone")).to_contain_text("no longer waiting")
    expect(page.locator("#send .wishes")).to_contain_text("a note that must not get lost")
    expect(page.locator("#send-go")).to_be_enabled()
    keys(page, "Enter")
    expect(page.locator("#toast")).to_contain_text("Sent.")
    rows = [r for r in room_desk.history(production.name) if r.who != "Ada"]
    assert [r.subject for r in rows][-1] == "sq010_sh0020/frame/v001_c1"


@pytest.mark.slow
def test_a_take_of_an_older_spec_is_not_approved(
    page: Page, room_desk: Desk, production: Built
) -> None:
    from greenlight.desk import Change

    page.route("**/pulse", lambda route: route.abort())
    keys(page, "a")
    change = Change(fields={"sq010_sh0010": {"size": "close-up"}})
    room_desk.change_shots(production.name, change, this_person("Ada"))
    approve(production, "shotlist/v002")
    keys(page, "s")
    expect(page.locator("#send .problem")).to_contain_text("has changed since")
    expect(page.locator("#send-go")).to_have_text("Try again")


def test_new_takes_appear_by_themselves_and_leave_everybody_where_they_are(
    page: Page, room_desk: Desk, production: Built
) -> None:
    keys(page, "ArrowRight", "a")
    wish = Wish(target="sq010_sh0030/frame/v001_c1", verdict="retake", reason="story")
    room_desk.decide(production.name, [wish], this_person("Ada"))
    expect(page.locator("#card-sq010_sh0030")).to_have_attribute("data-stage", "drawing")
    draw(production)
    expect(page.locator("#card-sq010_sh0030 .cand").first).to_have_attribute(
        "data-take", "sq010_sh0030/frame/v002_c1"
    )
    expect(page.locator("#card-sq010_sh0020")).to_be_focused()
    expect(page.locator("#card-sq010_sh0020")).to_have_attribute("data-verdict", "approve")
    page.reload()
    expect(page.locator("#card-sq010_sh0020 .fresh")).to_be_hidden()


@pytest.mark.slow
def test_what_is_new_since_the_last_visit_is_marked(
    page: Page, room_desk: Desk, production: Built
) -> None:
    page.goto(f"{room_desk.profile.media_url}/")
    wish = Wish(target="sq010_sh0030/frame/v001_c1", verdict="retake", reason="story")
    room_desk.decide(production.name, [wish], this_person("Ada"))
    draw(production)
    page.goto(f"{room_desk.profile.media_url}{production.at}")
    expect(page.locator("#card-sq010_sh0030 .fresh")).to_be_visible()
    expect(page.locator("#card-sq010_sh0010 .fresh")).to_be_hidden()


def test_nothing_typed_is_lost_while_the_room_is_away(
    page: Page, room_desk: Desk, production: Built
) -> None:
    keys(page, "a")
    page.context.set_offline(True)
    keys(page, "s")
    expect(page.locator("#send .problem")).to_contain_text("does not answer")
    expect(page.locator("#send .releases")).to_contain_text("cannot be sent")
    page.context.set_offline(False)
    # What it costs was never seen: the button asks for that first, and sends nothing.
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#send .total")).to_contain_text("In all: up to $")
    expect(page.locator("#send-go")).to_have_text("Send")
    assert len(room_desk.history(production.name)) == 1
    keys(page, "Enter")
    expect(page.locator("#toast")).to_contain_text("Sent.")


def test_a_send_whose_answer_was_lost_is_recorded_once(
    page: Page, room_desk: Desk, production: Built
) -> None:
    lost = []

    def lose(route: object) -> None:
        if lost:
            route.continue_()  # type: ignore[attr-defined]
            return
        lost.append(route.fetch().status)  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/decisions", lose)
    keys(page, "a", "s")
    expect(page.locator("#send-go")).to_be_enabled()
    keys(page, "Enter")
    expect(page.locator("#send .problem")).to_contain_text("does not answer")
    page.locator("#send-go").click()
    expect(page.locator("#toast")).to_contain_text("Sent.")
    said = [r for r in room_desk.history(production.name) if r.subject == ONE]
    assert lost == [200]
    assert len(said) == 1


@pytest.mark.slow
def test_large_shows_earlier_takes_and_two_side_by_side(
    page: Page, room_desk: Desk, production: Built
) -> None:
    wish = Wish(target="sq010_sh0010/frame/v001_c1", verdict="retake", reason="lens", note="wider")
    room_desk.decide(production.name, [wish], this_person("Ada"))
    draw(production)
    expect(page.locator("#card-sq010_sh0010 .earlier [data-take]")).to_have_count(2)
    keys(page, "Enter")
    expect(page.locator("#large .takes button")).to_have_count(4)
    expect(page.locator("#large .said")).to_contain_text("wider")
    keys(page, "c")
    expect(page.locator("#large figure")).to_have_count(2)
    keys(page, "ArrowRight")
    expect(page.locator("#large h2")).to_have_text("Shot 0020")
    keys(page, "2", "Escape")
    expect(page.locator("#card-sq010_sh0020 .cand").nth(1)).to_have_attribute(
        "aria-pressed", "true"
    )


@pytest.mark.slow
def test_what_is_drawn_on_a_frame_survives_a_reload_and_is_sent_with_the_note(
    page: Page, room_desk: Desk, production: Built
) -> None:
    keys(page, "2", "r")
    page.locator("#drawing img").evaluate("image => image.decode()")
    box = page.locator("#drawing .lines").bounding_box()
    assert box is not None
    for x, y in ((0.2, 0.2), (0.6, 0.2)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.7 * box["height"], steps=5)
        page.mouse.up()
    page.reload()
    keys(page, "2", "r")
    expect(page.locator("#drawing polyline")).to_have_count(2)
    page.get_by_role("button", name="Undo line").click()
    page.locator("#note").fill("here")
    keys(page, "Control+Enter")
    expect(page.locator("#card-sq010_sh0010 .pic polyline")).to_have_count(1)
    keys(page, "s")
    expect(page.locator("#send .wishes")).to_contain_text("with a drawing")
    send(page, opened=True)
    keys(page, "Enter")
    expect(page.locator("#large .said polyline")).to_have_count(1)
    _, state = room_desk.look(production.name)
    opening = next(w.opening for w in state.work if w.take.shot == "sq010_sh0010")
    assert opening is not None
    assert opening.drawn_over is not None
    assert opening.drawn_over.on == "sq010_sh0010/frame/v001_c2"
    (stroke,) = opening.drawn_over.strokes
    assert stroke.points[0][0] == pytest.approx(0.2, abs=0.01)
    assert stroke.points[0][1] == pytest.approx(0.2, abs=0.01)


def test_the_shot_list_is_edited_told_what_it_voids_and_approved(
    room_desk: Desk, production: Built
) -> None:
    approve(production, ONE)
    with browser() as page:
        enter(page, room_desk, path=f"{production.at}/shotlist")
        keys(page, "e")
        page.locator(".shotrow").first.locator("[name=size]").select_option("close-up")
        page.reload()
        expect(page.locator("#count")).to_have_text("Unsaved changes")
        rows = page.locator(".shotrow")
        rows.nth(2).get_by_role("button", name="Drop").click()
        rows.nth(1).get_by_role("button", name="Split").click()
        page.get_by_role("button", name="Save as version 2").click()
        expect(page.locator("#plan .releases")).to_contain_text("Voids ")
        expect(page.locator("#plan .releases")).to_contain_text("Drops sq010_sh0030")
        page.locator("#plan [value=write]").click()
        expect(page.locator("#count")).to_have_text("Waits for approval")
        keys(page, "a")
        expect(page.locator("#send-go")).to_be_enabled()
        keys(page, "Enter")
        page.wait_for_url(lambda url: url.endswith(production.at))
    _, state = room_desk.look(production.name)
    assert state.shot_list is not None
    assert [s.id for s in state.shot_list.shots] == [
        "sq010_sh0010",
        "sq010_sh0020",
        "sq010_sh0040",
    ]
    assert state.shot_list.shots[0].size == "close-up"


@pytest.mark.slow
def test_a_new_breakdown_is_asked_for_with_a_note(room_desk: Desk) -> None:
    built = build(room_desk, listed=False)
    with browser() as page:
        enter(page, room_desk, path=f"{built.at}/shotlist")
        keys(page, "r")
        page.keyboard.type("fewer wides")
        keys(page, "Control+Enter")
        expect(page.locator("#send .releases")).to_contain_text("a new breakdown")
        keys(page, "Enter")
        expect(page.locator("#toast")).to_contain_text("Sent.")
    (row,) = room_desk.history(built.name)
    assert (row.subject, row.said, row.note) == ("shotlist/v001", "retake", "fewer wides")


@pytest.mark.slow
def test_an_animatic_is_retimed_and_releases_the_clips(room_desk: Desk) -> None:
    built = build(room_desk, shots=2, candidates=1, release="animatic")
    approve(built, *built.waiting())
    assemble_frames(built)
    with browser() as page:
        enter(page, room_desk)
        assert "Review the animatic" in page.content()
        page.goto(f"{room_desk.profile.media_url}{built.at}/cut")
        expect(page.locator(".marks button")).to_have_count(2)
        expect(page.locator(".marks button").nth(1)).to_have_attribute("data-at", "4.042")
        expect(page.locator("#lasts")).to_have_value("4.00")
        edge = page.locator(".edge").nth(1)
        box = edge.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 7, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 7 - 60, box["y"] + 20, steps=4)
        page.mouse.up()
        assert float(edge.get_attribute("aria-valuenow") or 9) < 4
        keys(page, "Shift+ArrowRight", "ArrowRight")
        page.reload()
        expect(page.locator(".part").nth(1)).to_have_class("part changed")
        page.get_by_role("button", name="Reset").click()
        page.locator("#lasts").fill("2.5")
        page.get_by_role("button", name="Change …").click()
        expect(page.locator("#plan .releases")).to_contain_text("0010 lasts 2.5 s")
        keys(page, "Enter")
        page.wait_for_url(f"**{built.at}")
        assemble_frames(built)
        page.goto(f"{room_desk.profile.media_url}{built.at}/cut")
        waits = "The animatic waits for sign-off"
        expect(page.locator("#count")).to_have_text(waits, timeout=20_000)
        current(page)
        keys(page, "a", "s")
        expect(page.locator("#send .releases")).to_contain_text("2 clips, 7 s in all")
        send(page, opened=True)
    _, state = room_desk.look(built.name)
    assert [s.stage for s in state.shots] == ["shooting", "shooting"]
    assert str(state.shots[0].shot.seconds) == "2.50"


@pytest.mark.slow
def test_what_was_decided_on_the_wall_is_not_sent_from_the_final_review(room_desk: Desk) -> None:
    built = build(room_desk, shots=2, candidates=1, release="animatic")
    approve(built, *built.waiting())
    assemble_frames(built)
    with browser() as page:
        enter(page, room_desk, path=built.at)
        keys(page, "o")
        expect(page.locator("#count")).to_have_text("1 omitted, not sent")
        page.goto(f"{room_desk.profile.media_url}{built.at}/cut")
        expect(page.locator("#count")).to_have_text("1 decided on the wall, not sent")
        keys(page, "s")
        expect(page.locator("#send .wishes li")).to_contain_text("send it there")
        expect(page.locator("#send-go")).to_be_disabled()
        keys(page, "Escape", "u")
        expect(page.locator("#count")).to_have_text("The animatic waits for sign-off")


@pytest.mark.slow
def test_a_proposal_is_taken_over_and_sent_by_a_person(
    page: Page, room_desk: Desk, production: Built
) -> None:
    saying = Saying(subject=ONE, text="softer light", proposes="retake", reason="story")
    room_desk.people.add(this_person(), "rex", ("agent",))
    _, text = room_desk.people.give_token(this_person(), "rex", 1, most_usd=Decimal(1))
    room_desk.remark(production.name, room_desk.people.enter(text, "mcp"), saying)
    page.reload()
    expect(page.locator(".proposal")).to_contain_text("rex proposes: retake")
    page.get_by_role("button", name="Take it over").click()
    expect(page.locator("#card-sq010_sh0010")).to_have_attribute("data-verdict", "retake")
    send(page)
    (row,) = [r for r in room_desk.history(production.name) if r.subject == ONE]
    assert (row.said, row.note) == ("retake", "softer light")
    assert not row.principal.startswith("agent")
