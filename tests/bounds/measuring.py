"""Runs readers on hostile inputs, each in a process of its own under hard limits, and measures."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.bounds.hostile import Hostile

CPU_SECONDS = 60
ADDRESS_BYTES = 4 << 30
"""What stops a reader that has no bounds; the aims are far less (`make bench ARGS=bounds`)."""

ROOT = Path(__file__).parent.parent.parent


class Measured(NamedTuple):
    """What a reader said, and the CPU seconds and megabytes that it took."""

    said: str
    refused: bool
    cpu: float
    megabytes: float


def measure(work: Callable[[], object]) -> Measured:
    """Runs `work` in a forked process; whatever it raises but GreenlightError is a traceback."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            out.write(json.dumps(_run(work)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        text = answers.read()
    _, status, used = os.wait4(child, 0)
    cpu = used.ru_utime + used.ru_stime
    if not text:
        return Measured(f"ended by {status}", False, cpu, used.ru_maxrss / 1024)
    return Measured(*json.loads(text), cpu, used.ru_maxrss / 1024)


def _run(work: Callable[[], object]) -> tuple[str, bool]:
    from greenlight.errors import GreenlightError

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    try:
        return f"read: {work()}"[:400], False
    except GreenlightError as error:
        return str(error), True
    except BaseException:  # noqa: BLE001 - told to the test that started this process
        return traceback.format_exc(limit=-3), False


@contextmanager
def measuring(folder: Path) -> Iterator[Callable[[Hostile], Measured]]:
    """Hands files to doors in a process that has imported all of them."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bounds.measuring"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        sending, answers = process.stdin, process.stdout

        def once(case: Hostile) -> Measured:
            (folder / case.file).write_bytes(case.data())
            sending.write(f"{case.door}\t{folder / case.file}\n")
            sending.flush()
            return Measured(*json.loads(answers.readline()))

        yield once
        sending.close()


def main() -> None:
    """Answers each line that names a door and a file with a line of what was measured."""
    from tests.bounds import doors

    for line in sys.stdin:
        door, name = line.rstrip("\n").split("\t")
        work = partial(getattr(doors, door), Path(name))
        print(json.dumps(measure(work)), flush=True)


if __name__ == "__main__":
    main()
