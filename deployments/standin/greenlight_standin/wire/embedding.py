"""Embeddings in which things that share words, or colours, are near."""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import JSONResponse

from greenlight_standin.faults import Fault
from greenlight_standin.wire.bodies import Prompt, content_prompt, field
from greenlight_standin.wire.call import Call
from greenlight_standin.wire.content import Answered
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.usage import prompt_details, used

SIZE = 768
LARGEST = 3072
# Words that are in everything tell nothing apart.
_COMMON = re.compile(r"(?:an?|and|are|as|at|be|by|for|from|in|is|it|of|on|or|that|the|to|with)")


async def single(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `:embedContent` of the enterprise platform."""
    vectors, prompt = await _vectors(standin, call, [call.body])
    return _answer(call, {"embedding": {"values": vectors[0]}}, prompt, fault)


async def batch(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `:batchEmbedContents` of the Developer API."""
    requests = call.body.get("requests")
    if not isinstance(requests, list) or not requests:
        raise WireError(400, "Invalid value at 'requests': a list of requests is wanted.")
    vectors, prompt = await _vectors(standin, call, requests)
    return _answer(call, {"embeddings": [{"values": v} for v in vectors]}, prompt, fault)


async def _vectors(
    standin: StandIn, call: Call, requests: Iterable[Mapping[str, Any]]
) -> tuple[list[list[float]], Prompt]:
    if standin.catalogue.method(call.model or "") != "embed":
        raise WireError(400, f"Model {call.model} does not support embedContent.")
    vectors: list[list[float]] = []
    texts: list[str] = []
    images: list[bytes] = []
    for request in requests:
        prompt = content_prompt({"contents": request.get("content")})
        size = field(request, "outputDimensionality") or SIZE
        if not isinstance(size, int) or not 1 <= size <= LARGEST:
            raise WireError(400, f"Unsupported outputDimensionality {size!r} (1 to {LARGEST}).")
        try:
            vectors.append(await standin.work(embed, prompt, size))
        except OSError as error:
            raise WireError(400, f"Unable to process input image: {error}") from error
        texts.append(prompt.text)
        images += prompt.images
    await standin.take_time("embedding", call.started)
    return vectors, Prompt("\n".join(texts), tuple(images))


def embed(prompt: Prompt, size: int = SIZE) -> list[float]:
    """A vector of length 1: words and their pieces count for texts, colours by place for pictures.

    Raises OSError for a picture that cannot be decoded.
    """
    weights: Counter[str] = Counter()
    for word in re.findall(r"[^\W_]+", prompt.text.casefold()):
        if _COMMON.fullmatch(word):
            continue
        weights[f"word {word}"] += 2
        # Pieces let "lamps" be near "lamp" and "lighting" near "light".
        for start in range(max(1, len(word) - 3)):
            weights[f"piece {word[start : start + 4]}"] += 1
    for picture in prompt.images:
        weights.update(_colours(picture))
    vector = [0.0] * size
    for name, weight in weights.items():
        digest = hashlib.sha256(name.encode()).digest()
        sign = 1 if digest[8] & 1 else -1
        vector[int.from_bytes(digest[:8]) % size] += sign * math.sqrt(weight)
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [round(value / length, 6) for value in vector]


def _colours(picture: bytes) -> Counter[str]:
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as given:
        small = given.convert("RGB").resize((8, 8), Image.Resampling.BOX)
    weights: Counter[str] = Counter()
    data = small.tobytes()
    for place in range(64):
        red, green, blue = (value // 48 for value in data[place * 3 : place * 3 + 3])
        weights[f"colour {red} {green} {blue}"] += 1
        weights[f"at {place} {(red + green + blue) // 3}"] += 1
    return weights


def _answer(call: Call, body: dict[str, Any], prompt: Prompt, fault: Fault | None) -> JSONResponse:
    details = prompt_details(prompt)
    count = sum(item["tokenCount"] for item in details)
    usage = {"promptTokenCount": count, "promptTokensDetails": details}
    told = fault.misreport(usage) if fault and fault.misreport else usage
    answer = {**body, **({} if told is None else {"usageMetadata": told})}
    return Answered(answer, "made", used(prompt, "TEXT", 0))
