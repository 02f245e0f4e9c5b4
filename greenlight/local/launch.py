"""Start a service so that it cannot outlive the process that started it.

Run as `python -m greenlight.local.launch --parent PID --signal N -- COMMAND …`: it binds itself to
the parent and then becomes the command, keeping its process id. Standard library only: this is the
first thing that every service executes.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, signal_number: int) -> None:
    """Ask the kernel for `signal_number` when the thread that started this process ends.

    Linux only; elsewhere the watchdog alone does it. The kernel forgets the wish when the process
    changes its user, so privileges are dropped first.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        # The parent died before the wish was registered: the signal would never come.
        sys.exit(1)


def main(argv: Sequence[str]) -> None:
    """Bind to the parent and become the command after `--`."""
    split = argv.index("--")
    options = dict(zip(argv[:split:2], argv[1:split:2], strict=True))
    command = list(argv[split + 1 :])
    die_with_parent(int(options["--parent"]), int(options["--signal"]))
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
