"""The READMEs against the code: commands, options, links, variables and files that they name."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from greenlight_standin.faults import FAULTS

from greenlight import errors
from greenlight.batches.columns import COLUMNS
from greenlight.briefs.intake import read_brief
from greenlight.cli.app import LazyCommand, app
from greenlight.production.brief import Brief
from greenlight.production.records import REASONS
from greenlight.settings import ENVIRONMENT_VARIABLES

ROOT = Path(__file__).parent.parent


def listed(*patterns: str) -> list[str]:
    """Tracked and new files that match, ignored ones left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in names.splitlines() if (ROOT / name).exists()]


PAGES = {
    name: (ROOT / name).read_text() for name in listed("*README.md", ".github/CONTRIBUTING.md")
}
README = PAGES["README.md"]
EVERYTHING = "\n".join(PAGES.values())
CLI: Any = typer.main.get_command(app)
DEFAULTS = {"batch": "start", "takes": "list", "shots": "show"}
"""The command that a group runs where its first word names none."""
CODES = {
    error.exit_code
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.GreenlightError)
}
SOURCES = "\n".join(
    (ROOT / name).read_text() for name in listed("*.py", "*.yaml", "Makefile", ".ci/*")
)


def commands(page: str) -> Iterator[list[str]]:
    """The words after `greenlight` of each command in a page's console blocks."""
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for line in re.sub(r"\\\n", " ", block).splitlines():
            for part in re.split(r"&&|;|\|", line.removeprefix("$ ")):
                words = shlex.split(part, comments=True)
                if words[:1] == ["greenlight"]:
                    yield words[1:]


def unknown(words: list[str]) -> list[str]:
    """What the command line lacks of these words: a command, or options of a command."""
    command, options = CLI, {o for p in CLI.params for o in p.opts}
    missing = []
    previous = ""
    for word in words:
        below = getattr(command, "commands", {})
        if word.startswith("--"):
            missing += [word] if word.partition("=")[0] not in options else []
        elif below and previous != "--profile":
            command = below.get(word) or below.get(DEFAULTS.get(previous, ""))
            if command is None:
                return [word]
            command = command.load() if isinstance(command, LazyCommand) else command
            options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
        previous = word
    return missing


@pytest.mark.parametrize("name", PAGES)
def test_commands_and_options_of_a_page_exist(name: str) -> None:
    wrong = {" ".join(words): unknown(words) for words in commands(PAGES[name]) if unknown(words)}
    assert wrong == {}


@pytest.mark.parametrize("name", CLI.commands)
def test_every_command_is_documented_and_has_help(name: str) -> None:
    assert re.search(rf"greenlight {name}\b", EVERYTHING), f"greenlight {name} is not documented"
    assert CLI.commands[name].load().help.strip()


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_exit_code_is_documented(code: int) -> None:
    assert re.search(rf"^\| {code} \|", README, re.MULTILINE)


@pytest.mark.parametrize("word", [*ENVIRONMENT_VARIABLES, *REASONS, *COLUMNS])
def test_every_variable_reason_and_column_is_documented(word: str) -> None:
    assert word in EVERYTHING


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_documented(fault: str) -> None:
    assert f"| `{fault}` |" in EVERYTHING


def test_variables_that_the_pages_name_are_read_somewhere() -> None:
    named = set(re.findall(r"\bGREENLIGHT_[A-Z_0-9]+\b", EVERYTHING))
    assert sorted(v for v in named if v not in SOURCES) == []


def anchors(page: str) -> set[str]:
    """The anchors that git hosts give a page's headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_of_a_page_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", PAGES[name]):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text()), link


@pytest.mark.parametrize("name", PAGES)
def test_pictures_of_a_page_are_small(name: str) -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGES[name]):
        assert ((ROOT / name).parent / picture).stat().st_size < 400_000, picture


@pytest.mark.parametrize("name", PAGES)
def test_files_that_a_page_names_exist(name: str) -> None:
    named = re.findall(r"`((?:greenlight|flows|tasks|deployments|tests)/[\w./-]+)`", PAGES[name])
    here = {path for path in named if not (ROOT / path).exists()}
    assert here == set()


def test_the_brief_in_the_readme_is_valid() -> None:
    block = re.search(r"```yaml\n(title: .*?)```", README, re.DOTALL)
    assert block
    fields = yaml.safe_load(block[1])
    fields["fps"] = str(fields["fps"])
    Brief.model_validate(fields)


def test_every_brief_that_ships_is_valid() -> None:
    briefs = sorted((ROOT / "deployments/briefs").glob("*.yaml"))
    assert briefs
    for path in briefs:
        assert read_brief(path).title


def test_make_targets_of_the_pages_exist() -> None:
    targets = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in set(re.findall(r"(?:`|\$ )make (\w+)", EVERYTHING)):
        assert re.search(rf"make {target}\b", targets), target
