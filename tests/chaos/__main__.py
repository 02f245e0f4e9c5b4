"""`make chaos`: kills everything, everywhere, and checks that nothing was paid twice or lost."""

from __future__ import annotations

import argparse
import queue
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos import report as report
from tests.chaos.cases import Case, at_random, planned
from tests.chaos.points import POINTS, missing_targets
from tests.chaos.rehearsal import missed
from tests.chaos.run import CASE_SECONDS, CaseRun, Result
from tests.chaos.stack import a_lane

LIMIT_MINUTES = 50.0
LANES = 3


class Matrix:
    """All cases of a run, shared out over the lanes."""

    def __init__(
        self, cases: Sequence[Case], *, detail: bool, deadline: float, limit: float
    ) -> None:
        self._cases = cases
        self._detail, self._deadline, self._limit = detail, deadline, limit
        self._todo: queue.SimpleQueue[Case] = queue.SimpleQueue()
        for case in cases:
            self._todo.put(case)
        self._said = threading.Lock()
        self.results: list[Result] = []
        self.failures: list[str] = []

    def work(self, home: Path) -> None:
        """One lane: a stack, and cases until there are none or time is up."""
        try:
            with a_lane(home) as lane:
                while time.monotonic() + self._limit / 4 < self._deadline:
                    try:
                        case = self._todo.get_nowait()
                    except queue.Empty:
                        return
                    self._report(CaseRun(lane, case, detail=self._detail, limit=self._limit).run())
        except BaseException as error:  # noqa: BLE001 - said at the end, and the run fails by it
            self.failures.append(f"{home.name}: {type(error).__name__}: {error}")

    def stop(self) -> None:
        """Lets no lane say anything or take another case; their stacks end with this process."""
        self._said.acquire()
        self._deadline = 0.0

    def _report(self, result: Result) -> None:
        with self._said:
            self.results.append(result)
            print(report.progress(result, len(self.results), len(self._cases)), flush=True)
            if self._detail or result.violations:
                print(report.show(result), flush=True)


def main() -> int:
    """Run the cases that were asked for; 1 when anything was violated or not run."""
    options = _options()
    problems = missing_targets()
    for problem in problems:
        print(f"chaos: {problem}", file=sys.stderr)
    if problems:
        return 1
    if options.random:
        cases = at_random(options.random, options.seed)
    else:
        cases = planned(options.detail or options.only)
    if not cases:
        print(f"chaos: no case is called {options.detail or options.only!r}", file=sys.stderr)
        return 2
    if options.rehearse:
        return rehearse(options.case_seconds)
    lanes = min(options.lanes, len(cases))
    print(report.announce(cases, lanes, options.case_seconds, options.minutes), flush=True)
    began = time.monotonic()
    deadline = began + options.minutes * 60
    limit = options.case_seconds
    matrix = Matrix(cases, detail=bool(options.detail), deadline=deadline, limit=limit)
    folder = Path(tempfile.mkdtemp(prefix="greenlight-chaos-"))
    threads = [
        threading.Thread(target=matrix.work, args=(folder / f"lane{n}",), daemon=True)
        for n in range(1, lanes + 1)
    ]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        matrix.stop()
        raise
    seconds = time.monotonic() - began
    print(f"\n{report.table(matrix.results)}\n\n{report.summary(matrix.results, cases, seconds)}")
    for failure in matrix.failures:
        print(f"chaos: {failure}", file=sys.stderr)
    if options.json:
        report.write_json(options.json, matrix.results, seconds)
    good = len(matrix.results) == len(cases) and not matrix.failures
    if good and not any(r.violations for r in matrix.results):
        shutil.rmtree(folder)
        return 0
    print(f"chaos: the stacks' data and logs are in {folder}", file=sys.stderr)
    return 1


def rehearse(limit: float) -> int:
    """Plays one production without a kill; 1 when it does not pass every point."""
    with (
        tempfile.TemporaryDirectory(prefix="greenlight-chaos-") as folder,
        a_lane(Path(folder, "rehearsal")) as lane,
    ):
        problems = missed(lane, limit)
    for problem in problems:
        print(f"chaos: {problem}", file=sys.stderr)
    print(f"{len(POINTS) - len(problems)} of {len(POINTS)} points are passed by a production")
    return 1 if problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--only", default="", metavar="POINT:VICTIM,…", help="some cases")
    parser.add_argument("--detail", default="", metavar="POINT:VICTIM", help="show a case")
    parser.add_argument("--rehearse", action="store_true", help="pass every point, kill nobody")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="N kills at any time")
    parser.add_argument("--seed", type=int, default=1, help="of the random kills (default: 1)")
    parser.add_argument("--lanes", type=int, default=LANES, help="stacks side by side")
    parser.add_argument("--minutes", type=float, default=LIMIT_MINUTES, help="limit for all cases")
    parser.add_argument(
        "--case-seconds", type=float, default=CASE_SECONDS, help="limit for one case"
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write all results there")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        # The stacks end themselves at the exit of this process.
        print("chaos: stopped", file=sys.stderr)
        sys.exit(130)
