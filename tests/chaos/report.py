"""Says what is going to be done, what came of it, and what was wrong."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.chaos.cases import VICTIMS, Case
from tests.chaos.evidence import side_by_side
from tests.chaos.run import Result

LETTERS = {
    "delivered": "·",
    "delivered, spend unknown": "u",
    "held, then delivered": "h",
    "VIOLATION": "X",
}


def announce(cases: Sequence[Case], lanes: int, limit: float, minutes: float) -> str:
    """The number of cases and the time limits, before anything starts."""
    victims = Counter(case.victim for case in cases)
    each = ", ".join(f"{v} {victims[v]}" for v in VICTIMS if victims[v])
    points = len({case.point.name for case in cases if case.point})
    where = f"at {points} points" if points else "at random times"
    return (
        f"{len(cases)} cases {where} ({each}) on {lanes} stacks; at most {limit:.0f} s a "
        f"case and {minutes:g} min in all"
    )


def progress(result: Result, done: int, of: int) -> str:
    """One line a case, as it ends."""
    line = f"{done:>3}/{of} {result.case.name:<34} {result.outcome:<23} {result.seconds:5.1f} s"
    if result.back_seconds:
        line += f", {result.back_seconds:4.1f} s after the kill, {result.runs} runs"
    return line + "".join(f"\n        {v}" for v in result.violations)


def table(results: Sequence[Result]) -> str:
    """Points by victims, one letter a case, with sums."""
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for result in results:
        point = result.case.point.name if result.case.point else "random times"
        cells[point][result.case.victim] = (
            cells[point].get(result.case.victim, "") + LETTERS[result.outcome]
        )
    victims = [v for v in VICTIMS if any(v in row for row in cells.values())]
    lines = [f"{'point':<26}" + "".join(f"{v:>10}" for v in victims)]
    for point, row in cells.items():
        lines.append(f"{point:<26}" + "".join(f"{row.get(v, ''):>10}" for v in victims))
    for name, letter in LETTERS.items():
        sums = Counter(r.case.victim for r in results if r.outcome == name)
        lines.append(f"{letter + ' ' + name:<26}" + "".join(f"{sums[v]:>10}" for v in victims))
    mean = {
        v: [r.seconds for r in results if r.case.victim == v and not r.violations] for v in victims
    }
    lines.append(
        f"{'seconds a case, mean':<26}"
        + "".join(f"{sum(s) / len(s):>10.1f}" if s else f"{'':>10}" for s in mean.values())
    )
    return "\n".join(lines)


def summary(results: Sequence[Result], cases: Sequence[Case], seconds: float) -> str:
    """The counts of a run in one sentence."""
    outcomes = Counter(r.outcome for r in results)
    said = ", ".join(f"{outcomes[name]} {name}" for name in LETTERS if outcomes[name])
    left = len(cases) - len(results)
    not_run = f"; {left} not run in time" if left else ""
    return f"{len(results)} of {len(cases)} cases in {seconds / 60:.1f} min: {said}{not_run}"


def show(result: Result) -> str:
    """Everything about one case: ledger, stand-in and Prefect side by side, moment by moment."""
    lines = [f"── {result.case.name} ({result.production}): {result.outcome}"]
    lines += [f"   violated: {v}" for v in result.violations]
    lines += [f"   held for a person: {h}" for h in result.held]
    lines += [f"   unknown: {u}" for u in result.unknown]
    lines += [f"   recovery: {w}" for w in _runs_of_equal(result.woken)]
    lines.append(f"   killed: {result.case.victim}, {len(result.killed_pids)} processes")
    for moment, evidence in result.evidence.items():
        lines += ["", f"   {moment}"]
        lines += [f"   {line}" for line in side_by_side(evidence)]
    return "\n".join(lines)


def _runs_of_equal(said: Iterable[str]) -> list[str]:
    return [f"{s} ({n} times)" if n > 1 else s for s, n in Counter(said).items()]


def write_json(path: Path, results: Sequence[Result], seconds: float) -> None:
    """All results for programs."""
    rows = [
        {
            "case": r.case.name,
            "point": r.case.point.name if r.case.point else "",
            "after_seconds": r.case.after,
            "victim": r.case.victim,
            "outcome": r.outcome,
            "seconds": round(r.seconds, 1),
            "seconds_after_kill": round(r.back_seconds, 1),
            "runs": r.runs,
            "held": r.held,
            "unknown": r.unknown,
            "recovery": r.woken,
            "violations": r.violations,
        }
        for r in results
    ]
    path.write_text(json.dumps({"seconds": round(seconds), "cases": rows}, indent=1) + "\n")
