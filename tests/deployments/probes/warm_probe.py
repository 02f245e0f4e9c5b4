"""Preloaded into a warm process under test: its runs do what their environment says, not Prefect.

Everything around them (sockets, forks, ends) is the real thing.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import deployments.warm.run


def execute(flow_run: str) -> None:
    says = Path(os.environ["PROBE_SAYS"])
    facts = {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "folder": str(Path.cwd()),
        "environment": dict(os.environ),
        "signals": [signal.getsignal(signal.SIGTERM) is signal.SIG_DFL],
        "descriptors": sorted(int(n.name) for n in Path("/proc/self/fd").iterdir()),
        "name": Path("/proc/self/comm").read_text().strip(),
    }
    says.with_suffix(".part").write_text(json.dumps(facts))
    says.with_suffix(".part").rename(says)
    match os.environ.get("PROBE_DOES", "").split(":"):
        case ["exit", code]:
            sys.exit(int(code))
        case ["die", number]:
            os.kill(os.getpid(), int(number))
        case ["sleep", seconds]:
            time.sleep(float(seconds))
        case ["raise"]:
            raise RuntimeError("as asked")
    Path(os.environ["PROBE_SAYS"] + ".end").touch()
    sys.exit(0)


deployments.warm.run.execute = execute
