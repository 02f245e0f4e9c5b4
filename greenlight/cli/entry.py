"""Runs the command line and turns every error into one line and an exit code."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from greenlight.errors import GreenlightError, InvalidInput

INTERRUPTED = 130


def main() -> None:
    """The `greenlight` command."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; errors are a line on standard error."""
    from greenlight.cli.app import app

    try:
        code = app(args=list(arguments), prog_name="greenlight", standalone_mode=False)
        sys.stdout.flush()
    except GreenlightError as error:
        _say(str(error))
        return error.exit_code
    except typer.TyperException as error:
        if (
            message := error.format_message()
        ):  # none where a group was called bare: its help says it
            _say(f"{message}{_help_hint(error)}")
        return InvalidInput.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _say("stopped")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has closed it; without this Python complains at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror or error}")
        return 1
    except Exception as error:  # noqa: BLE001 - the last line of defence: report, and exit with 1
        _say(f"unexpected {type(error).__name__}: {error} (traceback: {_keep_traceback()})")
        return 1
    return code if isinstance(code, int) else 0


def _say(message: str) -> None:
    from greenlight.production.readable import plain

    # One line: a program that reads standard error line by line must find the whole message there.
    print(f"greenlight: {' '.join(plain(message).split())}", file=sys.stderr, flush=True)


def _help_hint(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f" (see `{context.command_path} --help`)" if context is not None else ""


def _keep_traceback() -> Path:
    import tempfile

    from greenlight.settings import home
    from greenlight.store.folders import write_private

    logs = home() / "logs"
    folder = logs if logs.is_dir() else Path(tempfile.gettempdir())
    path = folder / f"greenlight-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.traceback"
    try:
        write_private(path, traceback.format_exc())
    except OSError:
        traceback.print_exc()
    return path
