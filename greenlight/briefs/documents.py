"""Documents: a YAML or JSON text becomes plain data that means what its author wrote.

YAML 1.1 would read `012` as ten, `1:30` as ninety and `Off` as false. Here a word or number that
stands without quotes is text, and the field it is for says what it may be. Only `null`, `~` and
nothing at all are None.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from greenlight.errors import InvalidInput
from greenlight.production.problems import shown

if TYPE_CHECKING:
    import yaml

MOST_VALUES = 20_000
"""A brief with twenty scenes has under two thousand."""
LEVELS = 20
_NOTHING = ("", "~", "null", "Null", "NULL")
_PLAIN_TAGS = (None, "!", "tag:yaml.org,2002:str")


def read_document(text: str, name: str) -> Any:
    """The data in a YAML or JSON text; `name` says in messages where it came from.

    Raises InvalidInput for what is neither, and for aliases, keys that are given twice, and more
    than 20 levels or 20,000 values: a few lines of each can stand for gigabytes.
    """
    try:
        return _within_limits(_json(text, name), name)
    except json.JSONDecodeError:
        return _Builder(name).build(text)


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=unique_keys, parse_int=str, parse_float=str, parse_constant=str
        )
    except RecursionError:
        raise _too_deep(name) from None
    except RepeatedKey as error:
        raise InvalidInput(f"{name}: {shown(error.key)} is given twice: keep one of them") from None


class RepeatedKey(ValueError):
    """A JSON object has a key twice."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"{shown(key)} is given twice")


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, for `json.loads`; raises RepeatedKey."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKey(key)
        found[key] = value
    return found


def levels_and_values(data: Any, levels: int, values: int) -> tuple[int, int]:
    """How deep plain data is nested and how many values it has, counted just beyond the limits.

    It goes level by level: the nesting is what is not trusted.
    """
    level, depth, count = [data], 0, 0
    while level and depth <= levels and count <= values:
        depth += 1
        count += len(level)
        below: list[Any] = []
        for value in level:
            below += value.values() if isinstance(value, dict) else ()
            below += value if isinstance(value, list) else ()
        level = below
    return depth, count


def _within_limits(data: Any, name: str) -> Any:
    depth, count = levels_and_values(data, LEVELS, MOST_VALUES)
    if count > MOST_VALUES:
        raise _too_much(name)
    if depth > LEVELS:
        raise _too_deep(name)
    return data


class _Builder:
    """Builds plain data from YAML's events, which come one by one and are counted."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0
        self.open: list[_Open] = []
        self.done: list[Any] = []

    def build(self, text: str) -> Any:
        """The one document in the text."""
        import yaml

        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        try:
            for event in yaml.parse(text, Loader=loader):
                self._take(event)
        except yaml.reader.ReaderError as error:
            before = text[: error.position] if isinstance(error.position, int) else ""
            raise self._invalid(
                f"the character U+{_code(error.character):04X} is not allowed",
                before.count("\n"),
            ) from error
        except UnicodeEncodeError as error:
            raise self._invalid("an unpaired surrogate", text[: error.start].count("\n")) from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            said = str(getattr(error, "problem", None) or "not readable")[:200]
            line = mark.line if mark else 0
            if said.startswith("mapping values"):
                said = "a text with a colon in it: put quotes around it"
            elif mark and _tabbed(text.split("\n")[line : line + 1]):
                said = "a tab indents the line: use spaces"
            raise self._invalid(said, line) from error
        return self.done[0] if self.done else None

    def _take(self, event: yaml.Event) -> None:
        import yaml

        match event:
            case yaml.AliasEvent():
                raise self._refused("an alias (*name): write out what it stands for", event)
            case yaml.ScalarEvent():
                self._count(event)
                if event.tag not in _PLAIN_TAGS:
                    raise self._invalid(f"unknown tag {event.tag[:60]!r}", _line(event))
                nothing = event.implicit[0] and event.value in _NOTHING
                self._place(None if nothing else event.value, event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._count(event)
                if event.tag is not None:
                    raise self._invalid(f"unknown tag {event.tag[:60]!r}", _line(event))
                if len(self.open) == LEVELS:
                    raise _too_deep(self.name)
                self.open.append(_Open(isinstance(event, yaml.MappingStartEvent)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._place(self.open.pop().value, event)
            case yaml.DocumentStartEvent() if self.done:
                raise self._refused("a second document (---)", event)

    def _count(self, event: yaml.Event) -> None:
        self.count += 1
        if self.count > MOST_VALUES:
            raise _too_much(self.name)

    def _place(self, value: Any, event: yaml.Event) -> None:
        if not self.open:
            self.done.append(value)
            return
        around = self.open[-1]
        if isinstance(around.value, list):
            around.value.append(value)
        elif around.key is not None:
            around.value[around.key], around.key = value, None
        elif not isinstance(value, str):
            raise self._refused("a key that is not text", event)
        elif value == "<<":
            raise self._refused("a merge key (<<): write out what it brings", event)
        elif value in around.lines:
            raise InvalidInput(
                f"{self.name}, line {_line(event) + 1}: {shown(value)} is given twice (first in "
                f"line {around.lines[value] + 1}): keep one of them"
            )
        else:
            around.key = value
            around.lines[value] = _line(event)

    def _refused(self, what: str, event: yaml.Event) -> InvalidInput:
        return InvalidInput(f"{self.name}, line {_line(event) + 1}: refused: {what}")

    def _invalid(self, said: str, line: int) -> InvalidInput:
        return InvalidInput(f"{self.name}, line {line + 1}: not valid YAML or JSON: {said}")


class _Open:
    """A mapping or list that has begun, and the lines of its keys."""

    def __init__(self, mapping: bool) -> None:
        self.value: Any = {} if mapping else []
        self.key: str | None = None
        self.lines: dict[str, int] = {}


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


def _code(character: Any) -> int:
    return ord(character) if isinstance(character, str) else int(character)


def _tabbed(lines: list[str]) -> bool:
    return any("\t" in line[: len(line) - len(line.lstrip())] for line in lines)


def _too_deep(name: str) -> InvalidInput:
    return InvalidInput(f"{name}: nested too deep (at most {LEVELS} levels)")


def _too_much(name: str) -> InvalidInput:
    return InvalidInput(f"{name}: too many values (at most {MOST_VALUES:,})")
