"""Which tests a run takes: fast or long, and those that need the one stack on one worker."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent

_ALL_SLOW = re.compile(r"^pytestmark = .*mark\.slow", re.MULTILINE)
_SERVERS = {"stack": 0, "models": 1}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="only the long proofs (make slow)")
    parser.addoption("--real-s3", action="store_true", help="buckets on the real S3 server")
    parser.addoption("--tiers", action="store_true", help="count the tests per tier; with -n0")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves modules unread that hold none of the wanted tests: importing all takes seconds."""
    if _takes_all(config) or not collection_path.name.startswith("test_"):
        return None
    text = collection_path.read_text()
    if config.getoption("--slow"):
        return True if "mark.slow" not in text else None
    return True if _ALL_SLOW.search(text) else None


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Chooses fast or long tests, and lets one worker have the stack: there is one in a run."""
    chosen: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        wanted = _takes_all(config) or _is_slow(item) == config.getoption("--slow")
        (chosen if wanted else left).append(item)
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    config.hook.pytest_deselected(items=left)
    # What needs servers begins first, on one worker; the other goes through the rest meanwhile.
    items[:] = sorted(chosen, key=lambda item: _SERVERS.get(_group(item), len(_SERVERS)))


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.getoption("--tiers"):
        return
    tiers = Counter(
        ("make slow" if _is_slow(item) else "make test", _group(item)) for item in session.items
    )
    for run in ("make test", "make slow"):
        found = {name: tiers[run, name] for name in _SERVERS}
        found["in memory"] = sum(tiers[key] for key in tiers if key[0] == run) - sum(found.values())
        print(f"{run}: {', '.join(f'{number} {name}' for name, number in found.items())}")
    pytest.exit("counted", returncode=0)


def _takes_all(config: pytest.Config) -> bool:
    """Whether every test below what the command line names is run."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    return named or bool(config.getoption("--tiers"))


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


def _group(item: pytest.Item) -> str:
    used = getattr(item, "fixturenames", ())
    for server in _SERVERS:
        if server in used or item.get_closest_marker(server):
            return server
    return str(item.path.relative_to(PROJECT))
