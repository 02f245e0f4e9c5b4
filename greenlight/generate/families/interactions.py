"""Gemini Omni by interactions, on both platforms: clips as jobs in the background.

Enterprise interactions deliver by address only into a bucket; without one, in the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from google.genai.interactions import Interaction

from greenlight.generate.gemini_answers import inline_bytes, interaction_state, interaction_usage
from greenlight.generate.gemini_requests import Picture, interaction_call
from greenlight.generate.link import Link
from greenlight.generate.mime import sniff
from greenlight.generate.outcome import Answer, Polled, Posted, Submitted
from greenlight.generate.request import GenerationRequest


async def post(link: Link, request: GenerationRequest, pictures: Sequence[Picture]) -> Posted:
    """The job's id."""
    create = await _call(link, "create")
    interaction = await create(**interaction_call(request, pictures, link.storage))
    if not interaction.id:
        # Accepted and not to be found again: the caller makes this Uncertain.
        msg = "the service accepted the job and gave no id"
        raise ValueError(msg)
    return Submitted(remote_id=interaction.id)


async def poll(link: Link, request: GenerationRequest, remote_id: str) -> Polled:
    """The state of the job, and the clip once it is there."""
    get = await _call(link, "get")
    inline = link.platform == "enterprise" and not link.storage
    found = await link.free(f"look at job {remote_id!r}", lambda: get(id=remote_id), long=inline)
    assert isinstance(found, Interaction), "without stream=True the SDK returns the job"
    state = interaction_state(found)
    if state is not None:
        return state
    video = found.output_video
    assert video is not None, "interaction_state is None only when there is a video"
    data = inline_bytes(video.data) if video.data else await link.fetch(video.uri or "")
    return Answer(
        mime=sniff(data, str(video.mime_type or "video/mp4")),
        data=data,
        usage=interaction_usage(found, request.seconds),
    )


async def cancel(link: Link, remote_id: str) -> bool:
    """Whether the service says that the job is cancelled."""
    ask = await _call(link, "cancel")
    interaction = await link.free(f"cancel job {remote_id!r}", lambda: ask(id=remote_id))
    return bool(interaction.status == "cancelled")


async def _call(link: Link, name: str) -> Any:
    """A call of the SDK, which it imports and builds at the first look at its interactions.

    On a full machine that takes ten seconds and more: on the event loop it would keep answers that
    have been paid for from being read in time.
    """
    return await asyncio.to_thread(lambda: getattr(link.client.aio.interactions, name))
