"""`greenlight demo --yes` on the running stack: from the brief to the movie, nobody asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenlight.local.home import StackInfo

pytestmark = pytest.mark.stack

BRIEF = """
title: A Cat Leaves
show: demo-test
vision: A red door opens in a dark hallway. A cat walks out slowly.
shots: 2
seconds: 4
candidates: 2
"""


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_a_brief_comes_back_as_a_movie(stack: StackInfo, tmp_path: Path) -> None:
    path = tmp_path / "cat.yaml"
    path.write_text(BRIEF)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GREENLIGHT_")}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from greenlight.cli import main; main()",
            "demo",
            str(path),
            "--yes",
        ],
        env={**kept, "GREENLIGHT_HOME": str(stack.home), "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=stack.root,
        timeout=270,
    )
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    for words in (
        "a fault that this demo has switched on",
        "demo (a robot, because of --yes) answers",
        "⚑ ",
        "never made (simulated)",
        "brief to delivery in",
        "run it again",
    ):
        assert words in said
    folder = next((stack.home / "demo").glob("a-cat-leaves-*"))
    movie = next(folder.glob("*.mp4"))
    assert str(movie) in said
    manifest = json.loads((folder / "manifest.json").read_text())
    assert "demo" in json.dumps(manifest)
