"""`greenlight screenplay`: the scenes of a file, without any service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "night.fountain"
    scene = "INT. ROOM {n} - NIGHT\n\nMARA waits.\n\nMARA\nYes.\n\n"
    path.write_text("Title: Night\n\n" + "".join(scene.format(n=n) for n in range(1, 31)))
    return str(path)


def test_scenes_are_listed_with_length_and_who_speaks(cli, script: str) -> None:
    done = cli("screenplay", script)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert (lines[0], lines[2].split()) == (
        "Night",
        ["1", "INT.", "ROOM", "1", "-", "NIGHT", "1/8", "Mara"],
    )
    assert "30 of 30 scenes · 3 6/8 pages" in done.stdout
    assert "choose with --scenes" in lines[-1]
    assert "one brief takes them all" in cli("screenplay", script, "--scenes", "3,5-7").stdout


def test_programs_read_scenes_characters_and_limits(cli, script: str) -> None:
    data = json.loads(cli("screenplay", script, "--scenes", "30", "--json").stdout)
    assert (data["title"], data["characters"], data["fits"]) == ("Night", {"Mara": 30}, True)
    assert data["limits"] == {"scenes": 20, "characters": 20_000}
    (scene,) = data["scenes"]
    assert (scene["number"], scene["place"], scene["time"], scene["eighths"]) == (
        "30",
        "room 30",
        "night",
        1,
    )


def test_bad_files_and_numbers_are_one_line(cli, script: str, tmp_path: Path) -> None:
    (tmp_path / "a.fdx").write_text("<FinalDraft><Content>")
    for words, said in (
        ((str(tmp_path / "a.fdx"),), "a.fdx, line 1, column"),
        ((str(tmp_path),), "is a folder"),
        ((script, "--scenes", "31"), "no scene '31'"),
    ):
        done = cli("screenplay", *words)
        assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")
        assert said in done.stderr
