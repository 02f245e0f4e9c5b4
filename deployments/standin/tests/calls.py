"""The calls that several test modules make, through the unmodified SDK."""

from __future__ import annotations

import base64
import time
from typing import Any

from google.genai import types

from deployments.standin.tests.prompts import shot_prompt
from deployments.standin.tests.running import Running

IMAGE_MODEL = "gemini-nano-banana-2.1"
TEXT_MODEL = "gemini-3.8-flash"
VIDEO_MODEL = "gemini-omni-1.2-flash"


def image_config(
    aspect: str = "16:9", size: str = "1K", seed: int = 0
) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        response_modalities=["IMAGE"],
        image_config=types.ImageConfig(aspect_ratio=aspect, image_size=size),
        seed=seed,
    )


def ask_for_video(running: Running, frame: bytes, **changes: Any) -> Any:
    video = {
        "type": "video",
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "duration": "2s",
        "delivery": "uri",
        **changes.pop("video", {}),
    }
    picture = {"type": "image", "data": base64.b64encode(frame).decode(), "mime_type": "image/png"}
    return running.client().interactions.create(
        **{
            "model": VIDEO_MODEL,
            "background": True,
            "store": True,
            "input": [{"type": "text", "text": shot_prompt("fox", "sq010_sh0030")}, picture],
            "response_format": [video],
            "generation_config": {"video_config": {"task": "image_to_video"}, "seed": 7},
            **changes,
        }
    )


def finished(running: Running, ident: str) -> Any:
    client = running.client()
    deadline = time.monotonic() + 60
    while (job := client.interactions.get(ident)).status == "in_progress":
        assert time.monotonic() < deadline, "the clip was not finished"
        time.sleep(0.1)
    return job
