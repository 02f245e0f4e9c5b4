"""The part of JSON Schema that structured output uses: read it, fit an answer to it, check it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

_SNAKE = {
    "any_of": "anyOf",
    "one_of": "oneOf",
    "min_items": "minItems",
    "max_items": "maxItems",
    "min_length": "minLength",
    "max_length": "maxLength",
    "property_ordering": "propertyOrdering",
    "additional_properties": "additionalProperties",
    "prefix_items": "prefixItems",
}
_MAX_DEPTH = 24


def normalise(schema: Mapping[str, Any]) -> dict[str, Any]:
    """One spelling for both dialects: lower-case types, camelCase keywords, references inlined."""
    defs = {**schema.get("definitions", {}), **schema.get("$defs", {}), **schema.get("defs", {})}
    return _normalise(schema, defs, 0)


def _normalise(schema: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if depth > _MAX_DEPTH:
        return {}
    reference = schema.get("$ref") or schema.get("ref")
    if isinstance(reference, str):
        target = defs.get(reference.rsplit("/", 1)[-1], {})
        return _normalise(target, defs, depth + 1)
    out: dict[str, Any] = {_SNAKE.get(key, key): value for key, value in schema.items()}
    kind = out.get("type")
    if isinstance(kind, list):
        kinds = [str(item).lower() for item in kind]
        out["nullable"] = "null" in kinds
        kind = next((item for item in kinds if item != "null"), "null")
    if isinstance(kind, str):
        out["type"] = kind.lower()
    for name in ("anyOf", "oneOf", "allOf"):
        options = out.pop(name, None)
        if isinstance(options, list) and options:
            read = [_normalise(option, defs, depth + 1) for option in options]
            real = [option for option in read if option.get("type") != "null"]
            out["nullable"] = out.get("nullable", False) or len(real) < len(read)
            merged: dict[str, Any] = {}
            for option in real if name == "allOf" else real[:1]:
                merged = {**merged, **option}
            out = {**merged, **out}
    properties = out.get("properties")
    if isinstance(properties, dict):
        out["type"] = out.get("type", "object")
        out["properties"] = {
            name: _normalise(item, defs, depth + 1) for name, item in properties.items()
        }
    if isinstance(out.get("items"), dict):
        out["items"] = _normalise(out["items"], defs, depth + 1)
    if "const" in out:
        out["enum"] = [out["const"]]
    return out


def nearest(word: str, allowed: list[Any]) -> Any:
    """The member of `allowed` closest in spelling to `word`; the first if none is close."""
    by_name = {str(item).casefold().replace("_", " "): item for item in allowed}
    wanted = word.casefold().replace("_", " ").strip()
    if wanted in by_name:
        return by_name[wanted]
    close = difflib.get_close_matches(wanted, by_name, n=1, cutoff=0.5)
    return by_name[close[0]] if close else allowed[0]


def fit(value: Any, schema: Mapping[str, Any], filler: str = "") -> Any:
    """`value` made to follow the normalised `schema`; what is missing is filled with `filler`."""
    if value is None and schema.get("nullable"):
        return None
    if schema.get("enum"):
        return nearest(str(value if value is not None else ""), schema["enum"])
    kind = schema.get("type")
    if kind == "object" or (kind is None and isinstance(value, dict)):
        return _fit_object(value if isinstance(value, dict) else {}, schema, filler)
    if kind == "array":
        return _fit_list(value, schema, filler)
    if kind in ("integer", "number"):
        return _fit_number(value, schema)
    if kind == "boolean":
        return bool(value)
    if kind == "string" or kind is None:
        if isinstance(value, dict | list):
            return value if kind is None else filler
        return _fit_text(value, schema, filler)
    return None


def _fit_object(value: dict[str, Any], schema: Mapping[str, Any], filler: str) -> dict[str, Any]:
    properties = schema.get("properties")
    if not properties:
        return value
    order = [name for name in schema.get("propertyOrdering") or [] if name in properties]
    names = [*order, *(name for name in properties if name not in order)]
    required = set(schema.get("required", []))
    out: dict[str, Any] = {}
    for name in names:
        if name in value or name in required:
            out[name] = fit(value.get(name), properties[name], filler)
    return out


def _fit_list(value: Any, schema: Mapping[str, Any], filler: str) -> list[Any]:
    items = list(value) if isinstance(value, list | tuple) else []
    if "maxItems" in schema:
        items = items[: int(schema["maxItems"])]
    while len(items) < int(schema.get("minItems", 0)):
        items.append(None)
    inner = schema.get("items") or {}
    return [fit(item, inner, filler) for item in items]


def _fit_number(value: Any, schema: Mapping[str, Any]) -> float | int:
    number = float(value) if isinstance(value, int | float) else 0.0
    if "exclusiveMinimum" in schema:
        low = float(schema["exclusiveMinimum"])
        number = number if number > low else low + 1
    number = max(number, float(schema.get("minimum", number)))
    number = min(number, float(schema.get("maximum", number)))
    return round(number) if schema.get("type") == "integer" else round(number, 3)


def _fit_text(value: Any, schema: Mapping[str, Any], filler: str) -> str:
    text = filler if value is None else str(value)
    if len(text) < int(schema.get("minLength", 0)):
        text = filler or "unspecified"
    if "maxLength" in schema:
        text = text[: int(schema["maxLength"])]
    return text


def problems(value: Any, schema: Mapping[str, Any], where: str = "$") -> list[str]:
    """What is wrong with `value` under the normalised `schema`, one sentence each."""
    if value is None:
        return [] if schema.get("nullable") else [f"{where} is null"]
    if schema.get("enum") and value not in schema["enum"]:
        return [f"{where} is {value!r}, not one of {schema['enum']}"]
    kind = schema.get("type")
    types: dict[str, tuple[type, ...]] = {
        "object": (dict,),
        "array": (list,),
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
    }
    wrong_bool = isinstance(value, bool) and kind in ("integer", "number")
    if kind in types and (not isinstance(value, types[kind]) or wrong_bool):
        return [f"{where} is {type(value).__name__}, not {kind}"]
    found: list[str] = []
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{where}.{n} is missing" for n in schema.get("required", []) if n not in value]
        for name, item in value.items():
            if name in properties:
                found += problems(item, properties[name], f"{where}.{name}")
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += problems(item, schema.get("items") or {}, f"{where}[{index}]")
        if len(value) < int(schema.get("minItems", 0)):
            found.append(f"{where} has {len(value)} items, fewer than {schema['minItems']}")
    return found
