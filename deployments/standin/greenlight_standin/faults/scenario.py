"""A scenario: a list of rules, written as YAML or JSON."""

from __future__ import annotations

from pathlib import Path

from greenlight_standin.faults.rules import FaultRule, read_rule


def read_scenario(path: Path) -> tuple[FaultRule, ...]:
    """The rules of a file; ValueError names file, entry, value and what is allowed."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ValueError(f"scenario {path} cannot be read: {error.strerror}") from error
    return parse_scenario(raw, str(path))


def parse_scenario(raw: bytes, name: str) -> tuple[FaultRule, ...]:
    """The rules of a text that is called `name` in the sentence of a ValueError."""
    import yaml

    try:
        given = yaml.safe_load(raw)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = " ".join(str(error).split())
        raise ValueError(f"{name} is neither YAML nor JSON: {line}") from error
    if not isinstance(given, list):
        held = {dict: "a mapping", type(None): "nothing"}.get(type(given), "one value")
        raise ValueError(f"{name} holds {held} (allowed: a list of rules)")
    rules = []
    for number, entry in enumerate(given, 1):
        try:
            rules.append(read_rule(entry))
        except ValueError as error:
            raise ValueError(f"{name}, rule {number}: {error}") from error
    return tuple(rules)
