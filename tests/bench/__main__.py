"""`make bench`: how soon work begins, against Prefect's own process worker in the same run.

`make bench ARGS=load` measures whole productions against the providers' latencies and the media's
CPU, re-runs, and LangGraph beside them; `make bench ARGS=hundreds` what many leave behind; `make
bench ARGS=hosts` whether separate hosts, one of them cut off for a while, lose or pay anything;
`make bench ARGS=room` how soon pictures and clips are there in the review room, and a crowd in it;
`make bench ARGS=drawing` the stand-in's pictures and `make bench ARGS=bounds` what hostile files
take, both without a stack.

Every figure that is judged is a ratio of two measurements of one run on one machine; seconds are
printed beside it for people, and kept in a file so that runs can be compared.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import hosts, hundreds, pipeline, room
from tests.bench.stack import house
from tests.bench.wakes import AT_ONCE, at_once, awake, imports, resumes, summary

POOLS = ("greenlight-warm", "process")
AIM_SECONDS = 1.5
_ROWS = (
    ("resume", "resume → first paid request"),
    ("at_once", f"the same, {AT_ONCE} at once: the last of them"),
    ("awake", "decision → paid request while the flow works"),
)


_LOADS = {
    "load": (pipeline, 10, 8),
    "hundreds": (hundreds, 200, 6),
    "hosts": (hosts, 4, 2),
    "room": (room, 1, 40),
}
"""What measures it, and of how many productions and shots."""


_ALONE = ("drawing", "bounds")
"""What needs no stack, nor productions."""


def main() -> int:
    """Measures, prints, and says whether the aims are met: 0, or 1 where they are not."""
    options = _options()
    if options.what in _ALONE:
        return _alone(options)
    return _wakes(options) if options.what == "wakes" else _loads(options)


def _loads(options: argparse.Namespace) -> int:
    bench: Any
    bench, productions, shots = _LOADS[options.what]
    if options.what == "hosts" and (lacking := hosts.missing()):
        print(f"hosts: {'; '.join(lacking)}", file=sys.stderr)
        return 2
    options.productions = options.productions or productions
    options.shots = options.shots or shots
    with _folder(options.keep) as folder:
        found = {**_machine(), **bench.measure(folder, options)}
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    print(f"\n{found['machine']}, Python {found['python']}", end="")
    met = bench.show(found)
    if options.keep:
        print(f"kept: GREENLIGHT_HOME={options.keep.resolve() / options.what} greenlight up")
    return 0 if met else 1


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="greenlight-bench-") as folder:
            yield Path(folder)
    else:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept


def _alone(options: argparse.Namespace) -> int:
    bench: Any = importlib.import_module(f"tests.bench.{options.what}")
    found = {**_machine(), **bench.measure()}
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    print(f"\n{found['machine']}, Python {found['python']}", end="")
    return 0 if bench.show(found) else 1


def _machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }


def _wakes(options: argparse.Namespace) -> int:
    found: dict[str, Any] = {
        **_machine(),
        "samples": options.samples,
        "imports": imports(),
        "pools": {},
    }
    with tempfile.TemporaryDirectory(prefix="greenlight-bench-") as folder:
        for pool in POOLS:
            found["pools"][pool] = _measure(Path(folder) / pool, pool, options.samples)
    _print(found)
    if options.compare:
        _compare(json.loads(options.compare.read_text()), found)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
        print(f"written to {options.json}")
    met = found["pools"]["greenlight-warm"]["resume"]["median"] < AIM_SECONDS
    print(f"aim: a resume's median under {AIM_SECONDS} s on an idle machine: {_yes(met)}")
    return 0 if met else 1


def _measure(home: Path, pool: str, samples: int) -> dict[str, Any]:
    print(f"{pool}: starting a stack …", flush=True)
    with house(home, pool) as found:
        result: dict[str, Any] = {}
        for name, work in (("resume", resumes), ("awake", awake)):
            result[name] = summary(work(found, samples))
            print(f"  {name}: {result[name]['median']:.2f} s", flush=True)
        result["at_once"] = summary(at_once(found))
        print(f"  at once: {result['at_once']['most']:.2f} s", flush=True)
        result["memory"] = found.memory()
        return result


def _print(found: dict[str, Any]) -> None:
    warm, process = (found["pools"][pool] for pool in POOLS)
    print(f"\n{found['machine']}, Python {found['python']}, {found['samples']} samples each")
    print(f"{'':<48}{POOLS[0]:>16}{POOLS[1]:>10}{'ratio':>8}")
    for name, words in _ROWS:
        which = "most" if name == "at_once" else "median"
        mine, theirs = warm[name][which], process[name][which]
        print(f"{words:<48}{mine:>14.2f} s{theirs:>8.2f} s{theirs / mine:>7.1f}x")
    cold = found["imports"]
    print(
        f"a new process: {cold['python']:.2f} s bare, {cold['prefect']:.2f} s with Prefect's "
        f"engine, {cold['flow']:.2f} s with the flow"
    )
    for pool in POOLS:
        memory = found["pools"][pool]["memory"]
        print(f"{pool}: " + ", ".join(f"{k} {v:.0f}" for k, v in memory.items()))


def _compare(before: dict[str, Any], now: dict[str, Any]) -> None:
    print(f"\nagainst {before['at']} ({before['machine']}):")
    for pool in POOLS:
        for name, words in _ROWS:
            old, new = (f["pools"][pool][name]["median"] for f in (before, now))
            print(f"  {pool:<16} {words:<48}{old:>6.2f} → {new:.2f} s ({new / old:.2f}x)")


def _yes(met: bool) -> str:
    return "met" if met else "NOT met"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    choices = ("wakes", *_ALONE, *_LOADS)
    parser.add_argument("what", nargs="?", default="wakes", choices=choices)
    parser.add_argument("--productions", type=int, help="10 for load, 200 hundreds, 4 hosts")
    parser.add_argument("--shots", type=int, help="of each: load 8, hundreds 6, hosts 2, room 40")
    parser.add_argument("--cut", type=float, default=120, help="seconds that a host is cut off")
    parser.add_argument(
        "--latency",
        type=float,
        nargs=3,
        default=(0.5, 5.0, 20.0),
        metavar=("TEXT", "IMAGE", "VIDEO"),
        help="seconds of an answer (default: 0.5 5 20)",
    )
    parser.add_argument("--places", type=int, default=0, help="of each role at once (deployed: 4)")
    parser.add_argument("--patience", type=float, default=7200, help="seconds until work is lost")
    parser.add_argument("--peer", default=sys.executable, help="a Python that has LangGraph")
    parser.add_argument("--samples", type=int, default=7, help="of each kind (default: 7)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave what was made there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="a file of an earlier run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
