"""Flows that show what a run sees, and that are in the middle of something when cut off."""

from __future__ import annotations

import os
import time
from pathlib import Path

from prefect import flow, task

from tasks.results import STORAGE


@task(persist_result=True, cache_key_fn=lambda context, parameters: "surroundings")
def surroundings() -> dict[str, str]:
    return {"cwd": str(Path.cwd()), **os.environ}


@flow(result_storage=STORAGE)
def look() -> None:
    surroundings()


@flow
def linger(note: str, seconds: float) -> None:
    """Write a line, then take its time, so that it can be interrupted."""
    with Path(note).open("a") as file:
        file.write("begun\n")
    time.sleep(seconds)
    with Path(note).open("a") as file:
        file.write("ended\n")
