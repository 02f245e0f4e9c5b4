"""The requests that tests of the wire send, one a role, and what sends them."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from greenlight.generate.gemini import GeminiModels
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.settings import ModelSettings

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"1" * 40


def attach(data: bytes, use: Any, mime: str = "image/png") -> Attachment:
    return Attachment(key="a.png", sha256=hashlib.sha256(data).hexdigest(), mime=mime, use=use)


def bytes_of(*datas: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(data).hexdigest(): data for data in datas}


TEXT = GenerationRequest(
    role="text",
    purpose="breakdown",
    model="gemini-3.8-flash",
    prompt="a hallway",
    system="you are a director",
    response_schema={"type": "object", "properties": {"shots": {"type": "array"}}},
    seed=7,
)
IMAGE = GenerationRequest(
    role="image",
    purpose="frame",
    model="gemini-nano-banana-2.1",
    prompt="a frame",
    aspect_ratio="16:9",
    image_size="1K",
    seed=0,
)
VIDEO = GenerationRequest(
    role="video",
    purpose="clip",
    model="gemini-omni-1.2-flash",
    prompt="a clip",
    aspect_ratio="16:9",
    resolution="720p",
    seconds=4,
    seed=9,
    attachments=(attach(PNG, "first_frame"),),
)
ROLES = pytest.mark.parametrize("asked", [TEXT, IMAGE, VIDEO], ids=lambda r: r.role)
PAID = r":generateContent|/interactions$"


def at(url: str, *limits: Any, key: str = "key") -> GeminiModels:
    """The developer platform at an address."""
    return GeminiModels(ModelSettings(base_url=url, api_key=key), *limits)


def post(url: str, request: GenerationRequest, timeout: float = 5.0, more: bytes = b"") -> Any:
    async def go() -> Any:
        async with at(url) as service:
            return await service.post(request, bytes_of(PNG, more), timeout)

    return asyncio.run(go())


def error_body(status: int, message: str = "no", **more: Any) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "status": "X", **more}}
