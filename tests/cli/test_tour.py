"""`greenlight --help` is a tour, and every error is one line with an exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from greenlight import errors
from greenlight.cli.app import COMMANDS as TOUR
from greenlight.cli.app import EPILOG, Entry, LazyCommand, app

COMMANDS = [
    *("demo", "up", "down", "doctor"),
    *("submit", "status", "takes", "decide", "shots", "spend", "pull", "cancel"),
    *("profile", "recover"),
]
HEAVY = ("prefect", "pandas", "av", "PIL", "numpy", "boto3", "httpx", "google.genai")


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert [entry.name for entry in TOUR if f" {entry.name} " not in shown] == []


@pytest.mark.parametrize("command", [*COMMANDS, *(f"profile {c}" for c in ("add", "list", "show"))])
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "usage" in result.output.lower()
    assert len(result.output.splitlines()) > 5


@pytest.mark.parametrize("entry", TOUR, ids=lambda entry: entry.name)
def test_every_command_of_the_tour_can_be_loaded(entry: Entry) -> None:
    command = LazyCommand(entry).load()
    assert command.help
    assert "install_completion" not in [option.name for option in command.params]


def test_help_lists_the_exit_code_of_every_error() -> None:
    codes = {
        cls.exit_code
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, errors.GreenlightError)
    }
    listed = {line.split()[0] for line in EPILOG.splitlines() if line.strip()}
    assert {str(code) for code in codes} <= listed


@pytest.mark.parametrize(("module", "also"), [("app", ("pydantic",)), ("status", ())])
def test_help_and_status_never_import_slow_libraries(module: str, also: tuple[str, ...]) -> None:
    code = f"import sys, greenlight.cli.{module}; "
    code += "print(*(m for m in sys.argv[1:] if m in sys.modules))"
    heavy = [*HEAVY, *also]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True)
    assert done.stdout.split() == []


def test_without_a_stack_the_line_says_how_to_start_one(cli) -> None:
    done = cli("status")
    assert done.returncode == errors.ServiceUnavailable.exit_code
    assert done.stderr.count("\n") == 1
    assert "greenlight up" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("stats",), 2, "status"),
        (("decide",), 2, "PRODUCTION"),
        (("status", "--colour"), 2, "--colour"),
        (("submit",), 2, "name the brief"),
        (("submit", "no/such.yaml"), 2, "no/such.yaml"),
        (("--profile", "nowhere", "status"), 2, "nowhere"),
        (("status", "--profile", "Bad Name"), 2, "Bad Name"),
        (("profile", "remove", "nowhere", "--yes"), 3, "nowhere"),
    ],
)
def test_errors_are_one_line_with_their_code(cli, words, code: int, said: str) -> None:
    done = cli(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("greenlight: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: A\n", "vision"),
        ("title: A\nvision: B\nlok: C\n", "look"),
        ("title: A\nvision: ''\n", "vision"),
        ("title: A\nvision: B\naspect_ratio: '5:1'\n", "16:9"),
        ("title: A\nvision: B\nfps: 12\n", "23.976"),
        ("title: [\n", "line"),
        ("- A\n", "mapping"),
        ("title: A\nvision: " + "x" * 2_000_000, "bytes"),
    ],
)
def test_a_bad_brief_is_one_line_that_names_what_is_allowed(
    cli, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(text)
    done = cli("submit", str(path), "--dry-run")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert str(path) in done.stderr


def test_what_nobody_expected_leaves_its_traceback_in_a_file(cli, home: Path) -> None:
    (home / "logs").mkdir(parents=True)
    (home / "stack.json").write_text("7")
    done = cli("status")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "TypeError" in next((home / "logs").glob("*.traceback")).read_text()


def test_a_reader_that_has_seen_enough_is_no_error(home: Path) -> None:
    command = f"{sys.executable} -c 'from greenlight.cli import main; main()' submit --schema"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1"], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == ("{", "")


def test_the_schema_of_a_brief_needs_no_stack(cli) -> None:
    done = cli("submit", "--schema")
    assert done.returncode == 0
    assert '"vision"' in done.stdout
