"""`make bench ARGS=…`: measures, prints every figure, and says which aims are met.

`wakes` (how soon work begins, against Prefect's own process worker), `load` (whole productions
against the providers' latencies and the media's CPU, re-runs, and LangGraph beside them),
`hundreds` (what many leave behind), `hosts` (whether separate hosts, one of them cut off for a
while, lose or pay anything), `room` (how soon pictures and clips are there, and a crowd); without a
stack `drawing` (the stand-in's pictures) and `bounds` (what hostile files take).

Run it on an idle machine. Figures are kept in a file so that runs can be compared.
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

_SIZES = {"load": (10, 8), "hundreds": (200, 6), "hosts": (4, 2), "room": (1, 40)}
"""How many productions and shots each measures, unless told otherwise."""

_BENCHES = ("wakes", *_SIZES, "drawing", "bounds")


def main() -> int:
    """Measures, prints, and says whether the aims are met: 0, or 1 where they are not."""
    options = _options()
    productions, shots = _SIZES.get(options.what, (0, 0))
    options.productions = options.productions or productions
    options.shots = options.shots or shots
    bench = importlib.import_module(f"tests.bench.{options.what}")
    with _folder(options.keep) as folder:
        found: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores",
            "python": platform.python_version(),
            **bench.measure(folder, options),
        }
    print()
    before = json.loads(options.compare.read_text()) if options.compare else {}
    _tell(found, before)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    aims: list[tuple[str, bool]] = bench.aims(found)
    for sentence, met in aims:
        print(f"{'met    ' if met else 'NOT met'}  {sentence}")
    if options.keep:
        print(f"kept: GREENLIGHT_HOME={options.keep.resolve() / options.what} greenlight up")
    return 0 if all(met for _, met in aims) else 1


def _tell(found: Any, before: Any, indent: str = "") -> None:
    """Prints figures line by line, each beside that of an earlier run where there is one."""
    rows = found.items() if isinstance(found, dict) else enumerate(found)
    for name, value in rows:
        old = before.get(str(name)) if isinstance(before, dict) else None
        if isinstance(value, dict) or (isinstance(value, list) and value):
            print(f"{indent}{name}:")
            _tell(value, old, f"{indent}  ")
        else:
            beside = f"  (before: {_rounded(old)})" if old is not None else ""
            print(f"{indent}{name}: {_rounded(value)}{beside}")


def _rounded(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) and abs(value) < 100 else str(value)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="greenlight-bench-") as folder:
            yield Path(folder)
    else:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("what", nargs="?", default="wakes", choices=_BENCHES)
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
