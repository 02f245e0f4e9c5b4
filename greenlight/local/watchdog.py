"""Ends a stack's processes when its supervisor is gone, however it went.

Run as `python -m greenlight.local.watchdog MARK` with a pipe from the supervisor as standard input:
the kernel closes the pipe when the supervisor dies, kill -9 included. Before an orderly end the
supervisor says so by writing a byte.
"""

from __future__ import annotations

import os
import select
import signal
import sys

from greenlight.local.process import end, marked

GRACE_SECONDS = 4.0


def main(mark: str) -> None:
    """Wait for the supervisor's end, then end what carries the mark."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The terminal's Ctrl-C and a logout are for the supervisor, which then ends this process.
        signal.signal(number, signal.SIG_IGN)
    supervisor = os.getppid()
    while os.getppid() == supervisor:
        readable, _, _ = select.select([0], [], [], 1.0)
        if readable:
            if os.read(0, 1):
                return
            break
    # Twice: a worker that is told to end may have started a flow run in the same instant.
    for _ in range(2):
        end(marked(mark), GRACE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
