"""The README against the code: what it says is what runs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from greenlight_standin.faults import FAULTS

from greenlight import errors
from greenlight.batches.columns import COLUMNS
from greenlight.briefs.intake import read_brief
from greenlight.cli.app import app
from greenlight.production.brief import Brief
from greenlight.production.records import REASONS
from greenlight.settings import ENVIRONMENT_VARIABLES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
CODES = {
    error.exit_code
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.GreenlightError)
}


@pytest.mark.parametrize(
    "command", [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
)
def test_every_command_is_in_the_readme_and_has_help(command: str) -> None:
    assert re.search(rf"greenlight {command}\b", README), f"greenlight {command} is not documented"
    callback = next(
        c.callback
        for c in app.registered_commands
        if c.callback and command in (c.name, c.callback.__name__)
    )
    assert (callback.__doc__ or "").strip()


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_exit_code_is_in_the_readme(code: int) -> None:
    assert re.search(rf"^\| {code} \|", README, re.MULTILINE)


@pytest.mark.parametrize("variable", ENVIRONMENT_VARIABLES)
def test_every_variable_is_in_the_readme(variable: str) -> None:
    assert variable in README


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_in_the_readme(fault: str) -> None:
    assert f"| `{fault}` |" in README


@pytest.mark.parametrize("word", [*REASONS, *COLUMNS])
def test_every_reason_and_column_is_in_the_readme(word: str) -> None:
    assert word in README


def test_the_brief_in_the_readme_uses_only_fields_that_there_are() -> None:
    block = re.search(r"```yaml\n(title: .*?)```", README, re.DOTALL)
    assert block
    fields = yaml.safe_load(block[1])
    assert set(fields) <= set(Brief.model_fields)
    fields["fps"] = str(fields["fps"])
    Brief.model_validate(fields)


def test_every_brief_that_ships_is_valid() -> None:
    briefs = sorted((ROOT / "deployments/briefs").glob("*.yaml"))
    assert briefs
    for path in briefs:
        assert read_brief(path).title


def test_every_make_target_in_the_readme_exists() -> None:
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in set(re.findall(r"(?:`|\$ )make (\w+)", README)):
        assert re.search(rf"make {target}\b", listed), target


def test_pictures_in_the_readme_are_there_and_small() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    for name in pictures:
        assert (ROOT / name).stat().st_size < 400_000, name
