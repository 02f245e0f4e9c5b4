"""The verbs on a real stack: what programs read, and what people are told.

The production is registered without its flow run, so that it waits exactly where a test wants it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from greenlight.briefs.intake import parse_brief
from greenlight.desk import Desk, this_person
from greenlight.desk.submit import draft, free_id, register
from greenlight.local.home import StackInfo
from greenlight.money.prices import stale
from greenlight.money.quote import today
from greenlight.production.records import MissRecord, ShotListRecord
from greenlight.production.shots import Shot
from greenlight.settings import load_profile
from greenlight.stages.breakdown import shot_list_hash
from greenlight.store.keys import open_key
from greenlight.store.records import now

pytestmark = pytest.mark.stack

LIST_RELEASES = (
    "approving this shot list makes one frame each for 2 shots (with checks and 1 automatic retake "
    "each)"
)
BRIEF = "title: Two shots\nvision: A door opens. A cat leaves.\nshow: cli-tests\ncandidates: 1\n"


@pytest.fixture
def home(stack: StackInfo) -> Path:
    return stack.home


@pytest.fixture
def desk(stack: StackInfo) -> Desk:
    return Desk(load_profile(environ={"GREENLIGHT_HOME": str(stack.home)}))


@pytest.fixture
def production(desk: Desk) -> Iterator[str]:
    """A production with a shot list that waits for approval, and no run that would go on."""
    brief = parse_brief(BRIEF, "test")
    name = free_id(desk.store, brief)
    register(desk.store, draft(desk.profile, brief, name, "test").record)
    # Out of recovery's sight, which would start the missing run.
    desk.store.delete(open_key(name))
    shots = [
        Shot(id="sq010_sh0010", subject="a door", action="opens"),
        Shot(id="sq010_sh0020", subject="a cat", action="leaves"),
    ]
    record = ShotListRecord(
        at=now(), version=1, shots=tuple(shots), made_by="test", sha256=shot_list_hash(shots)
    )
    desk.workspace(name).records.claim(record)
    yield name
    if not desk.look(name)[1].cancelled:
        desk.cancel(name, this_person("test"))


def test_status_of_one_is_an_object_and_of_all_a_list(cli, production: str) -> None:
    one = json.loads(cli("status", production, "--json").stdout)
    assert (one["production"], one["title"], one["gate"]) == (production, "Two shots", "shotlist")
    assert one["state"] in ("working", "waiting")
    assert (one["waiting_takes"], one["simulated"]) == (["shotlist/v001"], True)
    assert f"decide {production} --approve all" in one["answer"]
    released, total, budget = one["releases"]
    assert released.split(":")[0] == LIST_RELEASES
    assert total.startswith("in all: up to $")
    assert budget == "no budget limits this production"
    assert one["review"].endswith(f"/p/{production}/shotlist")
    assert one["yield"]["usable"] == 0
    every = json.loads(cli("status", "--json").stdout)
    assert production in [s["production"] for s in every]


def test_status_tells_people_the_command_that_answers(cli, production: str) -> None:
    assert f"decide {production} --approve all" in cli("status", production).stdout


def test_a_production_that_does_not_exist_is_named_with_its_neighbours(cli, production) -> None:
    done = cli("status", production[:-1])
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert production in done.stderr


def test_approving_all_prints_what_was_approved_and_what_it_releases(cli, production) -> None:
    done = cli("decide", production, "--approve", "all", "--as", "Ada")
    assert done.returncode == 0, done.stderr
    assert "approved  shotlist/v001" in done.stdout
    assert re.search(
        rf"^{re.escape(LIST_RELEASES)}: up to \$0\.\d\d \(simulated\)$", done.stdout, re.M
    )
    again = cli("decide", production, "--approve", "all")
    assert (again.returncode, again.stdout) == (5, "")
    assert "nothing" in again.stderr


def test_a_decision_is_signed_and_read_by_programs(cli, desk: Desk, production: str) -> None:
    words = ("--retake", "shotlist/v001:story:a dog, not a cat", "--as", "Ada", "--json")
    data = json.loads(cli("decide", production, *words).stdout)
    assert data["verdicts"] == [
        {
            "take": "shotlist/v001",
            "verdict": "retake",
            "reason": "story",
            "note": "a dog, not a cat",
        }
    ]
    record = desk.look(production)[0].decisions[data["decision"]]
    assert (record.who, record.door) == ("Ada", "cli")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--approve", "shotlist/v007"), 5, "shotlist/v007"),
        (("--approve", "the first"), 2, "sq010_sh0020/frame/v001_c2"),
        (("--retake", "shotlist/v001:ugly"), 2, "continuity"),
        (("--later", "shotlist/v001", "--approve", "all"), 5, "nothing"),
        (("--approve", "shotlist/v001", "--retake", "shotlist/v001:story"), 2, "one verdict"),
        ((), 2, "--approve"),
    ],
)
def test_verdicts_that_cannot_stand_record_nothing(
    cli, desk: Desk, production: str, words, code: int, said: str
) -> None:
    done = cli("decide", production, *words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert desk.look(production)[0].decisions == {}


def test_the_shot_list_is_shown_edited_added_to_and_reordered(cli, production: str) -> None:
    shown = json.loads(cli("shots", production, "--json").stdout)
    assert [s["id"] for s in shown["shots"]] == ["sq010_sh0010", "sq010_sh0020"]
    done = cli("shots", production, "--set", "sq010_sh0020.size=wide")
    assert "--approve shotlist/v002" in done.stdout
    cli("shots", production, "--add-after", "sq010_sh0010", "action=creaks", "size=close-up")
    cli("shots", production, "--order", "sq010_sh0020,sq010_sh0010,sq010_sh0015")
    last = json.loads(cli("shots", production, "--drop", "sq010_sh0010", "--json").stdout)
    assert last["take"] == "shotlist/v005"
    assert [(s["id"], s["size"]) for s in last["shots"]] == [
        ("sq010_sh0020", "wide"),
        ("sq010_sh0015", "close-up"),
    ]


def test_a_change_that_is_not_allowed_names_what_is(cli, production: str) -> None:
    done = cli("shots", production, "--set", "sq010_sh0020.size=huge")
    assert (done.returncode, "extreme close-up" in done.stderr) == (2, True)
    assert cli("shots", production, "--drop", "sq010_sh0090").returncode == 2
    assert cli("shots", production, "--edit", "--drop", "sq010_sh0010").returncode == 2


def test_a_shot_is_split_and_moved(cli, production: str) -> None:
    words = ("--split", "sq010_sh0010", "--at", "1.5", "--move", "sq010_sh0020:first", "size=wide")
    data = json.loads(cli("shots", production, *words, "--json").stdout)
    assert [(s["id"], s["seconds"], s["size"]) for s in data["shots"]] == [
        ("sq010_sh0020", 4, "medium"),
        ("sq010_sh0010", 1.5, "medium"),
        ("sq010_sh0030", 2.5, "wide"),
    ]
    assert data["written"] is True
    assert data["impact"]["new"] == ["sq010_sh0030"]
    assert data["impact"]["consequences"]["voided"] == []


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_an_export_comes_back_as_no_change_and_edited_as_one(
    cli, production: str, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"list{ending}"
    assert "2 shots" in cli("shots", production, "--export", str(path)).stdout
    same = cli("shots", production, "--import", str(path))
    assert (same.returncode, "nothing was changed" in same.stderr) == (2, True)
    other = tmp_path / "other.csv"
    other.write_text("Shot,Size,Description\nsq010_sh0020,ECU,leaves\n,WS,A dog enters\n")
    data = json.loads(cli("shots", production, "--import", str(other), "--json").stdout)
    assert [(s["id"], s["size"]) for s in data["shots"]] == [
        ("sq010_sh0020", "extreme close-up"),
        ("sq010_sh0030", "wide"),
    ]
    assert data["impact"]["dropped"] == ["sq010_sh0010"]


def test_bad_cells_are_all_listed_and_nothing_is_written(
    cli, desk: Desk, production: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Shot,Size,Length\nsq010_sh0010,huge,4\nsq010_sh0020,CU,1:30\n")
    done = cli("shots", production, "--import", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(r"row 2, Size: invalid size 'huge'.*allowed: extreme wide", done.stderr)
    assert "row 3, Length: invalid length 1:30 (a shot has 1 to 8 seconds)" in done.stderr
    data = json.loads(cli("shots", production, "--import", str(path), "--json").stdout)
    assert [(p["row"], p["column"]) for p in data["problems"]] == [(2, "Size"), (3, "Length")]
    assert max(desk.look(production)[0].shot_lists) == 1


def test_a_change_to_what_is_being_made_says_so_and_is_asked_about(
    cli, desk: Desk, production: str
) -> None:
    cli("decide", production, "--approve", "all")
    for work in desk.look(production)[1].work:
        assert work.opening is not None
        desk.workspace(production).records.claim(work.opening.model_copy(update={"at": now()}))
    words = ("shots", production, "--set", "sq010_sh0020.size=wide")
    said = "sq010_sh0020/frame/v001 is being made right now: it is paid for once and kept"
    looked = cli(*words, "--dry-run")
    assert (looked.returncode, said in looked.stderr) == (0, True)
    asked = cli(*words)
    assert (asked.returncode, said in asked.stderr) == (4, True)
    assert max(desk.look(production)[0].shot_lists) == 1
    done = json.loads(cli(*words, "--yes", "--json").stdout)
    assert done["impact"]["consequences"]["under_way"] == ["sq010_sh0020/frame/v001"]
    assert cli("decide", production, "--approve", done["take"]).returncode == 0
    opened = [str(w.take) for w in desk.look(production)[1].work]
    assert opened == ["sq010_sh0010/frame/v001_c1", "sq010_sh0020/frame/v002_c1"]


def test_an_editor_is_opened_again_until_the_list_can_stand(
    cli, production: str, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    # First a mistake; when the problem is on top, the mend.
    editor.write_text(
        "#!/bin/sh\n"
        "if grep -q '^# NOT SAVED YET.*extreme close-up' \"$1\"\n"
        "then sed -i.bak 's/size: huge/size: wide/' \"$1\"\n"
        "else sed -i.bak 's/size: medium/size: huge/' \"$1\"; fi\n"
    )
    editor.chmod(0o700)
    done = cli("shots", production, "--edit", "--json", EDITOR=str(editor), VISUAL="")
    assert done.returncode == 0, done.stderr
    assert [s["size"] for s in json.loads(done.stdout)["shots"]] == ["wide", "wide"]


def test_a_list_that_was_left_alone_is_no_new_version(cli, production: str) -> None:
    done = cli("shots", production, "--edit", EDITOR="true", VISUAL="")
    assert (done.returncode, "not changed" in done.stderr) == (5, True)


def test_spend_is_numbers_marked_as_simulated(cli, production: str) -> None:
    data = json.loads(cli("spend", production, "--json").stdout)
    money = ("spent_usd", "reserved_usd", "unknown_usd", "avoided_usd")
    assert [data[name] for name in money] == [0, 0, 0, 0]
    assert data["simulated"] is True
    assert cli("spend", production).stdout.count("(simulated)") == 4


def test_what_approving_releases_stands_at_the_gate_before_anybody_approves(
    cli, production: str
) -> None:
    for words in (("status", production), ("takes", production, "--waiting")):
        assert f"{LIST_RELEASES}: up to $" in cli(*words).stdout
    again = ("--retake", "shotlist/v001:story:a dog", "--json")
    (said,) = json.loads(cli("decide", production, *again).stdout)["releases"]
    assert said.startswith("retaking this shot list makes a new breakdown")


def test_a_refused_shot_is_shown_with_the_models_words_and_the_way_on(
    cli, desk: Desk, production: str
) -> None:
    assert cli("decide", production, "--approve", "all").returncode == 0
    records = desk.workspace(production).records
    for work in desk.look(production)[1].work:
        assert work.opening is not None
        records.claim(work.opening.model_copy(update={"at": now()}))
        refused = work.take.shot == "sq010_sh0010"
        record = MissRecord(
            at=now(),
            take=str(work.take),
            outcome="refused" if refused else "failed",
            reason="the model refused: SAFETY: no knives" if refused else "the job failed",
            cost_usd=Decimal(0),
        )
        records.claim(record)
    shown = cli("status", production).stdout
    assert "1 frame is held: the model refused it (SAFETY: no knives)" in shown
    assert f"decide {production} --retake sq010_sh0010/frame/v001:policy:NOTE" in shown
    assert f"decide {production} --omit sq010_sh0010" in shown
    assert "0 of 2 takes usable; 1 refused, 1 failed" in shown
    waiting = json.loads(cli("takes", production, "--waiting", "--json").stdout)
    assert [(r["take"], r["state"]) for r in waiting] == [
        ("sq010_sh0010/frame/v001_c1", "refused"),
        ("sq010_sh0020/frame/v001_c1", "failed"),
    ]
    counted = json.loads(cli("spend", production, "--json").stdout)["yield"]
    assert (counted["usable"], counted["refused"], counted["failed"]) == (0, 1, 1)
    note = "sq010_sh0010/frame/v001:policy:a butter knife"
    (said,) = json.loads(cli("decide", production, "--retake", note, "--json").stdout)["releases"]
    assert said.startswith("retaking this frame makes one frame (with checks and")


def test_takes_lists_what_waits(cli, production: str) -> None:
    rows = json.loads(cli("takes", production, "--waiting", "--json").stdout)
    assert [(r["take"], r["state"]) for r in rows] == [("shotlist/v001", "waiting")]


def test_nothing_to_pull_yet_is_a_refusal(cli, production: str, tmp_path: Path) -> None:
    done = cli("pull", production, str(tmp_path / "pulled"))
    assert (done.returncode, "--takes" in done.stderr) == (5, True)


def test_cancelling_asks_and_is_for_good(cli, production: str) -> None:
    asked = cli("cancel", production)
    assert (asked.returncode, "--yes" in asked.stderr) == (4, True)
    assert cli("cancel", production, "--yes", "--as", "Ada").returncode == 0
    assert json.loads(cli("status", production, "--json").stdout)["state"] == "cancelled"
    assert cli("cancel", production, "--yes").returncode == 5


def test_a_submit_prints_its_ids_and_its_key_makes_it_repeatable(
    cli, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF)
    words = ("submit", str(path), "--key", f"row-{tmp_path.name}", "--json")
    first = json.loads(cli(*words).stdout)
    again = json.loads(cli(*words).stdout)
    try:
        assert {"production", "flow_run"} <= set(first)
        assert again["production"] == first["production"]
        assert again["flow_run"] == first["flow_run"]
    finally:
        desk.cancel(first["production"], this_person("test"))


def test_a_dry_run_makes_no_production(cli, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF)
    before = desk.productions()
    data = json.loads(cli("submit", str(path), "--show", "other", "--dry-run", "--json").stdout)
    assert (data["show"], data["simulated"], data["quote_usd"] > 0) == ("other", True, True)
    assert data["quote_usd"] > data["once_usd"] > 0
    assert {line["role"] for line in data["quote"]} == {"text", "image", "video"}
    assert data["warnings"] == list(stale([line["model"] for line in data["quote"]], today()))
    assert "(simulated)" in cli("submit", str(path), "--dry-run").stdout
    assert desk.productions() == before


def test_a_screenplay_is_quoted_with_its_scenes_and_what_is_left(cli, tmp_path: Path) -> None:
    (tmp_path / "brief.yaml").write_text(BRIEF)
    script = tmp_path / "night.fountain"
    rooms = (
        f"INT. ROOM {n} - NIGHT\n\nMARA, 30s, waits.\n\nMARA\nYes {n}.\n\n" for n in range(1, 31)
    )
    script.write_text("Title: Night\n\n" + "".join(rooms))
    words = ("submit", str(tmp_path / "brief.yaml"), "--dry-run", "--screenplay", str(script))
    data = json.loads(cli(*words, "--scenes", "3,5-6", "--json").stdout)["screenplay"]
    assert [(s["sequence"], s["number"]) for s in data["scenes"]] == [
        ("sq010", "3"),
        ("sq020", "5"),
        ("sq030", "6"),
    ]
    assert (data["of"], data["references"]) == (30, ["Mara"])
    shown = cli(*words).stdout
    assert "night.fountain: 20 of 30 scenes" in shown
    assert "left: 10 of 30 scenes" in shown
    bad = cli(*words, "--scenes", "99")
    assert (bad.returncode, "no scene '99'" in bad.stderr) == (2, True)


def test_the_doctor_finds_a_running_stack_well(cli) -> None:
    done = cli("doctor", "--json")
    findings = json.loads(done.stdout)
    assert {"stack", "prefect", "prices", "s3"} <= {f["name"] for f in findings}
    assert (done.returncode, [f for f in findings if f["verdict"] == "bad"]) == (0, [])


def test_a_second_up_finds_the_first(cli, stack: StackInfo) -> None:
    done = cli("up")
    assert done.returncode == 0
    assert stack.profile.dashboard_url in done.stdout
