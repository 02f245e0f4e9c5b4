"""Gemini Omni by interactions, on both platforms: clips as jobs in the background.

Enterprise interactions deliver by address only into a bucket; without one, in the answer.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from google.genai.interactions import Interaction

from greenlight.generate.families import Picture, sniff
from greenlight.generate.link import Link
from greenlight.generate.outcome import (
    Answer,
    Failed,
    Polled,
    Posted,
    Refusal,
    Running,
    Submitted,
    Usage,
    count_modalities,
)
from greenlight.generate.request import GenerationRequest

FIRST_FRAME = "<FIRST_FRAME>"
LAST_FRAME = "<LAST_FRAME>"


async def post(link: Link, request: GenerationRequest, pictures: Sequence[Picture]) -> Posted:
    """The job's id."""
    create = await _call(link, "create")
    interaction = await create(**_request(request, pictures, link.storage))
    if not interaction.id:
        # Accepted and not to be found again: the caller makes this Uncertain.
        raise ValueError("the service accepted the job and gave no id")
    return Submitted(remote_id=interaction.id)


async def poll(link: Link, request: GenerationRequest, remote_id: str) -> Polled:
    """The state of the job, and the clip once it is there."""
    get = await _call(link, "get")
    inline = link.platform == "enterprise" and not link.storage
    found = await link.free(f"look at job {remote_id!r}", lambda: get(id=remote_id), long=inline)
    assert isinstance(found, Interaction), "without stream=True the SDK returns the job"
    state = _state(found)
    if state is not None:
        return state
    video = found.output_video
    assert video is not None, "the state is None only when there is a video"
    data = _inline_bytes(video.data) if video.data else await link.fetch(video.uri or "")
    return Answer(
        mime=sniff(data, str(video.mime_type or "video/mp4")),
        data=data,
        usage=_usage(found, request.seconds),
    )


async def _call(link: Link, name: str) -> Any:
    """A call of the SDK, which it imports and builds at the first look at its interactions.

    On a full machine that takes ten seconds and more: on the event loop it would keep answers that
    have been paid for from being read in time.
    """
    return await asyncio.to_thread(lambda: getattr(link.client.aio.interactions, name))


def _request(
    request: GenerationRequest, pictures: Sequence[Picture], storage: str = ""
) -> dict[str, Any]:
    """Keywords of the interactions.create that submits a video job.

    `storage` is a gs:// folder for the clip; the enterprise platform has no other address for it.
    """
    first = [picture for picture in pictures if picture.use == "first_frame"]
    last = [picture for picture in pictures if picture.use == "last_frame"]
    others = [p for p in pictures if p.use not in ("first_frame", "last_frame")]
    by_address = request.platform == "developer" or bool(storage)
    marks = [FIRST_FRAME] * len(first) + [LAST_FRAME] * len(last)
    marks += [f"<IMAGE_REF_{n}>" for n in range(1, len(others) + 1)]
    blocks: list[dict[str, Any]] = [{"type": "text", "text": _marked(request, marks)}]
    blocks += [
        {
            "type": "image",
            "data": base64.b64encode(picture.data).decode(),
            "mime_type": picture.mime,
        }
        for picture in (*first, *last, *others)
    ]
    wanted = {
        "type": "video",
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        # A bare number is answered with 400.
        "duration": f"{request.seconds}s",
        "delivery": "uri" if by_address else "inline",
        "gcs_uri": storage,
    }
    call: dict[str, Any] = {
        "model": request.model,
        "input": blocks,
        # In the background the service continues long decodes by itself; the SDK sends nothing more
        # (and refuses automatic_continuation=False beside it).
        "background": True,
        "store": True,
        "response_format": [{name: value for name, value in wanted.items() if value}],
        "generation_config": {
            "video_config": {"task": _task(first, others)},
            "seed": request.seed,
        },
    }
    if request.system:
        call["system_instruction"] = request.system
    return call


def _task(first: Sequence[Picture], others: Sequence[Picture]) -> str:
    if first:
        return "image_to_video"
    return "reference_to_video" if others else "text_to_video"


def _marked(request: GenerationRequest, marks: Sequence[str]) -> str:
    """The prompt, saying which picture is which; interactions have no field for that."""
    missing = [
        f"{mark} is picture {number}."
        for number, mark in enumerate(marks, start=1)
        if mark not in request.prompt
    ]
    return "\n".join([request.prompt, *missing])


def _state(interaction: Interaction) -> Running | Refusal | Failed | None:
    """State of a video job; None when it has ended and holds a video."""
    status = interaction.status
    if status in ("in_progress", "queued"):
        return Running()
    if interaction.output_video is not None and status in ("completed", "incomplete"):
        return None
    said = interaction.output_text or "; ".join(
        error.message or error.code or "" for error in interaction.errors or ()
    )
    if status == "completed":
        reason = said or "the service ended the job without a video and without a word"
        return Refusal(reason=reason, usage=_usage(interaction, None))
    return Failed(reason=f"{status}: {said}" if said else str(status))


def _usage(interaction: Interaction, seconds: int | None) -> Usage | None:
    """What a video job used; `seconds` is the length that was ordered and delivered."""
    said = interaction.usage
    if said is None:
        return None
    return Usage(
        input_tokens=said.total_input_tokens,
        output_tokens=said.total_output_tokens,
        output_tokens_by_modality=count_modalities(
            (entry.modality, entry.tokens) for entry in said.output_tokens_by_modality or ()
        ),
        thoughts_tokens=said.total_thought_tokens,
        seconds=None if seconds is None else Decimal(seconds),
    )


def _inline_bytes(data: object) -> bytes:
    """Bytes of a media block that came inline, base64 on the wire."""
    return data if isinstance(data, bytes) else base64.b64decode(str(data))
