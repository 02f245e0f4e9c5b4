"""Request bodies, read as the service reads them: camelCase or snake_case, mixed at will."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenlight_standin.labels import BRIEF_LABELS, SHOT_LABELS, first_line, read_labels
from greenlight_standin.wire.errors import WireError


def field(mapping: Mapping[str, Any], name: str, default: Any = None) -> Any:
    """The value under camelCase `name` or its snake_case form."""
    if name in mapping:
        return mapping[name]
    return mapping.get(re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower(), default)


@dataclass(frozen=True)
class Prompt:
    """What a request says: its text and the pictures it brought."""

    text: str
    images: tuple[bytes, ...]

    @property
    def shot_lines(self) -> dict[str, str]:
        """The labelled lines of a shot prompt."""
        return read_labels(self.text, SHOT_LABELS)

    @property
    def brief_lines(self) -> dict[str, str]:
        """The labelled lines of a breakdown prompt."""
        return read_labels(self.text, BRIEF_LABELS)

    @property
    def shot(self) -> str | None:
        """The shot id the prompt names, if any."""
        return first_line(self.shot_lines, "shot") or None


def parse_json(raw: bytes) -> dict[str, Any]:
    """The body as an object; anything else is a 400 with a sentence."""
    try:
        body = json.loads(raw)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise WireError(400, f"Invalid JSON payload received. {error}") from error
    if not isinstance(body, dict):
        raise WireError(400, f"Invalid JSON payload: an object is wanted, not {_kind(body)}.")
    return body


def digest(body: Mapping[str, Any]) -> str:
    """sha256 of the canonical JSON of a body."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def content_prompt(body: Mapping[str, Any]) -> Prompt:
    """The prompt of a generateContent body (system instruction first)."""
    contents = body.get("contents")
    if isinstance(contents, dict):
        contents = [contents]
    if not isinstance(contents, list) or not contents:
        raise WireError(400, "* GenerateContentRequest.contents: contents is not specified")
    system = field(body, "systemInstruction")
    texts: list[str] = []
    images: list[bytes] = []
    for content in [*([system] if isinstance(system, dict) else []), *contents]:
        parts = content.get("parts") if isinstance(content, dict) else None
        if not isinstance(parts, list):
            raise WireError(400, "Invalid value at 'contents': each content needs a list of parts.")
        for part in parts:
            if not isinstance(part, dict):
                raise WireError(400, f"Invalid value at 'contents.parts': {_kind(part)}.")
            if isinstance(part.get("text"), str):
                texts.append(part["text"])
            inline = field(part, "inlineData")
            if isinstance(inline, dict):
                images.append(decode_base64(inline.get("data"), "contents.parts.inline_data.data"))
    return Prompt("\n".join(texts), tuple(images))


def interaction_prompt(body: Mapping[str, Any]) -> Prompt:
    """The prompt of an interaction: text, contents or steps of contents."""
    given = body.get("input")
    if given in (None, "", []):
        raise WireError(400, "Missing required parameter: input.")
    texts: list[str] = []
    images: list[bytes] = []
    stack: list[Any] = [given]
    while stack:
        item = stack.pop(0)
        if isinstance(item, str):
            texts.append(item)
        elif isinstance(item, list):
            stack = item + stack
        elif not isinstance(item, dict):
            raise WireError(400, f"Invalid value at 'input': {_kind(item)}.")
        elif item.get("type") == "text" and isinstance(item.get("text"), str):
            texts.append(item["text"])
        elif item.get("type") == "image":
            if item.get("data"):
                images.append(decode_base64(item["data"], "input.image.data"))
        elif isinstance(item.get("content"), list | str):
            stack = [item["content"], *stack]
        else:
            raise WireError(400, f"Unsupported input of type {item.get('type')!r}.")
    return Prompt("\n".join(texts), tuple(images))


def decode_base64(data: Any, where: str) -> bytes:
    """Bytes of a base64 field, in either alphabet; anything else is a 400 naming the field."""
    if not isinstance(data, str):
        raise WireError(400, f"Invalid value at '{where}': base64 text is wanted.")
    try:
        # The SDK writes the URL-safe alphabet in some calls and the plain one in others.
        return base64.b64decode(data.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError(400, f"Invalid value at '{where}': base64 decoding failed.") from error


def _kind(value: Any) -> str:
    names = {
        list: "a list",
        str: "a text",
        bool: "a boolean",
        type(None): "null",
        dict: "an object",
    }
    return names.get(type(value), "a number")
