"""The house's rules: who may import whom, and what may be committed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("greenlight", "flows", "tasks", "deployments")
STANDIN = ROOT / "deployments/standin/greenlight_standin"
MODULES = sorted(
    p for package in PACKAGES for p in (ROOT / package).rglob("*.py") if "tests" not in p.parts
)
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.splitlines()


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, except for type checking alone."""
    found: set[str] = set()
    tree = ast.parse(path.read_text())
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def importers(package: str, *, of: str) -> list[str]:
    """Files of a package that import a given top-level or dotted name."""
    return [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / package).rglob("*.py"))
        if any(name == of or name.startswith(f"{of}.") for name in imports(path))
    ]


@pytest.mark.parametrize("room", ["flows", "tasks", "deployments"])
def test_the_trade_knows_nothing_of_flows_tasks_and_deployments(room: str) -> None:
    allowed = {"greenlight/local/launch.py"} if room == "deployments" else set()
    assert set(importers("greenlight", of=room)) <= allowed


def test_tasks_know_nothing_of_flows() -> None:
    assert importers("tasks", of="flows") == []


def test_prefect_is_imported_where_it_is_orchestrated_and_nowhere_else() -> None:
    found = [p for p in importers("greenlight", of="prefect") if "greenlight/local/" not in p]
    assert found == []


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_imports_the_stand_in(package: str) -> None:
    """It is a distribution of its own, which the embedded stack starts as a process."""
    found = importers(package, of="greenlight_standin")
    assert [p for p in found if not p.startswith("deployments/standin/")] == []


def test_the_stand_in_imports_nothing_of_the_product() -> None:
    names = {name for path in STANDIN.rglob("*.py") for name in imports(path)}
    assert {name for name in names if name.split(".")[0] in PACKAGES} == set()


def test_the_pure_core_imports_the_standard_library_and_pydantic_alone() -> None:
    allowed = {*sys.stdlib_module_names, "pydantic"}
    for path in (ROOT / "greenlight/production").glob("*.py"):
        for name in imports(path):
            own = name.startswith(("greenlight.production", "greenlight.errors"))
            assert own or name.split(".")[0] in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("google", ["greenlight/generate/"]),
        ("av", ["greenlight/media/", "deployments/standin/"]),
        ("PIL", ["greenlight/media/", "deployments/standin/"]),
        ("skia", ["deployments/standin/greenlight_standin/drawing/skia_loading.py"]),
        ("opentimelineio", ["greenlight/editorial/"]),
        ("pandas", ["greenlight/reports/"]),
        ("pyarrow", ["greenlight/briefs/parquet.py", "greenlight/reports/"]),
        ("openpyxl", ["greenlight/briefs/"]),
        ("jinja2", ["greenlight/reports/", "greenlight/review/"]),
        ("fastmcp", ["greenlight/mcp/"]),
        ("mcp", ["greenlight/mcp/"]),
        ("mcp_types", ["greenlight/mcp/"]),
        ("boto3", ["greenlight/store/", "greenlight/local/", "greenlight/review/"]),
    ],
)
def test_each_heavy_library_has_one_room(library: str, rooms: list[str]) -> None:
    for path in MODULES:
        place = str(path.relative_to(ROOT))
        if any(name.split(".")[0] == library for name in imports(path)):
            assert any(place.startswith(room) for room in rooms), f"{place} imports {library}"


def test_the_cold_start_of_a_flow_loads_no_heavy_library() -> None:
    code = (
        "import sys, flows.previs\n"
        "heavy = {'pandas', 'av', 'PIL', 'numpy', 'skia', 'opentimelineio', 'google.genai'}\n"
        "heavy |= {'fastmcp', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_modules_are_named_for_what_is_in_them() -> None:
    assert {p.stem for p in MODULES} & {"utils", "helpers", "common"} == set()


LAYERS = (
    *("errors", "logs", "tracing", "production", "settings", "store", "runs", "media", "generate"),
    *("money", "access", "editorial", "briefs", "workspace", "stages", "reports", "upkeep"),
    *("views", "notify", "desk", "batches", "local", "review", "mcp", "cli"),
)
"""The rooms from the lowest to the highest: each imports lower ones alone."""


def test_rooms_import_lower_rooms_alone() -> None:
    known = {str(p.relative_to(ROOT).with_suffix("")).replace("/", ".") for p in MODULES}
    found = set()
    for path in (p for p in MODULES if p.is_relative_to(ROOT / "greenlight")):
        room = path.relative_to(ROOT / "greenlight").with_suffix("").parts[0]
        if room == "__init__":
            continue
        for name in imports(path):
            other = name.split(".")[1] if name.startswith("greenlight.") else room
            is_module = name in known or f"{name}.__init__" in known
            if is_module and other in LAYERS and LAYERS.index(other) > LAYERS.index(room):
                found.add((room, other))
    assert found == set()


def test_no_module_lies_loose_but_those_that_every_room_needs() -> None:
    loose = {p.stem for p in (ROOT / "greenlight").glob("*.py")} - {"__init__"}
    assert loose == {"settings", "errors", "logs", "tracing", "runs", "workspace"}


def test_no_exception_is_caught_and_forgotten() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler):
                quiet = all(isinstance(statement, ast.Pass) for statement in node.body)
                assert not quiet, f"{path.relative_to(ROOT)}:{node.lineno} swallows an exception"


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    agreed = {
        *PACKAGES,
        "tests",
        "pyproject.toml",
        "prefect.yaml",
        "README.md",
        "constraints.txt",
        "Makefile",
        "LICENSE",
    }
    found = {name.split("/")[0] for name in TRACKED}
    assert {name for name in found if not name.startswith(".")} <= agreed


def test_no_registry_host_machine_path_or_lock_file_is_committed() -> None:
    hosts = re.compile(
        r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|/(?:root|work|home/\w+)/"
    )
    for name in TRACKED:
        path = ROOT / name
        if not path.is_file() or path.suffix in {".png", ".jpg", ".gif", ".webp"}:
            continue
        assert not re.search(r"(uv|poetry|pdm)\.lock$|package-lock\.json$", name)
        if path == Path(__file__):
            continue
        found = hosts.search(path.read_text(errors="replace"))
        assert not found, f"{name} contains {found and found[0]!r}"
