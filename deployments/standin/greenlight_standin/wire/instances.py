"""Bodies of `:predict` and `:predictLongRunning`: one instance with pictures, and parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from greenlight_standin.state import State
from greenlight_standin.wire.bodies import Prompt, decode_base64, field
from greenlight_standin.wire.errors import WireError


def instance_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one instance of a body; anything else is a 400."""
    instances = body.get("instances")
    if not isinstance(instances, list) or not instances or not isinstance(instances[0], dict):
        raise WireError(400, "Invalid value at 'instances': a list of one instance is wanted.")
    if len(instances) > 1:
        raise WireError(400, f"{len(instances)} instances were given (supported: 1).")
    instance: Mapping[str, Any] = instances[0]
    return instance


def parameters_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of a body, empty when it has none."""
    parameters = body.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def prompt_of(body: Mapping[str, Any]) -> Prompt:
    """The words of a body; its pictures are read where they are used."""
    prompt = instance_of(body).get("prompt")
    return Prompt(prompt if isinstance(prompt, str) else "", ())


def picture_of(given: Any, where: str, state: State) -> bytes:
    """Bytes of a picture that came inline or lies in a bucket of the stand-in."""
    if isinstance(given, dict):
        inline, uri = field(given, "bytesBase64Encoded"), field(given, "gcsUri")
        if inline is not None:
            return decode_base64(inline, f"{where}.bytesBase64Encoded")
        if uri is not None:
            bucket, name = bucket_and_name(uri, where)
            found = state.object(bucket, name)
            if found is None:
                raise WireError(400, f"{where}: there is no object {uri}.")
            return state.read_file(found.id)
    raise WireError(400, f"Invalid value at '{where}': bytesBase64Encoded or gcsUri is wanted.")


def references_of(instance: Mapping[str, Any], state: State) -> tuple[bytes, ...]:
    """Pictures of an instance's references; Imagen and Veo spell their field differently."""
    given = field(instance, "referenceImages") or []
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise WireError(400, "Invalid value at 'instances.referenceImages': a list is wanted.")
    return tuple(
        picture_of(
            field(item, "image") or field(item, "referenceImage"),
            "instances.referenceImages.image",
            state,
        )
        for item in given
    )


def whole_number(
    parameters: Mapping[str, Any], name: str, default: int, allowed: range | tuple[int, ...]
) -> int:
    """A parameter that is one of the numbers allowed; else a 400 naming them."""
    given = field(parameters, name, default)
    if isinstance(given, bool) or not isinstance(given, int) or given not in allowed:
        raise WireError(400, f"Unsupported {name} {given!r} (supported: {_listed(allowed)}).")
    return given


def bucket_and_name(uri: Any, where: str) -> tuple[str, str]:
    """Bucket and object name of `gs://bucket/name`; the name may be empty."""
    found = re.fullmatch(r"gs://([^/]+)(?:/(.*))?", uri) if isinstance(uri, str) else None
    if found is None:
        raise WireError(400, f"Invalid value at '{where}': {uri!r} is not like gs://bucket/folder.")
    return found[1], (found[2] or "").strip("/")


def _listed(allowed: range | tuple[int, ...]) -> str:
    if isinstance(allowed, range):
        return f"{allowed[0]} to {allowed[-1]}"
    return ", ".join(str(number) for number in allowed)
