"""Veo on the enterprise platform: clips by `generate_videos`, found again by operation name.

It is billed by the second that was ordered and tells no usage. What was filtered is not billed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from google.genai import types

from greenlight.generate.families import Picture, sniff
from greenlight.generate.link import Link
from greenlight.generate.models import model
from greenlight.generate.outcome import (
    Answer,
    Failed,
    Polled,
    Posted,
    Refusal,
    Running,
    Submitted,
    Usage,
)
from greenlight.generate.request import GenerationRequest

# The service ends some refused jobs as errors, told apart by their words alone.
_REFUSING = re.compile(r"usage guideline|violat|responsible ai|safety filter", re.IGNORECASE)


async def post(link: Link, request: GenerationRequest, pictures: Sequence[Picture]) -> Posted:
    """The operation's name."""
    images = {picture.use: _image(picture) for picture in pictures}
    others = [p for p in pictures if p.use not in ("first_frame", "last_frame")]
    config = types.GenerateVideosConfig(
        number_of_videos=1,
        duration_seconds=request.seconds,
        aspect_ratio=request.aspect_ratio or None,
        resolution=request.resolution or None,
        seed=request.seed,
        # The price is that of a clip with sound, where the model makes any.
        generate_audio=model(request.model).sound or None,
        last_frame=images.get("last_frame"),
        reference_images=[
            types.VideoGenerationReferenceImage(
                image=_image(picture), reference_type=types.VideoGenerationReferenceType.ASSET
            )
            for picture in others
        ]
        or None,
        output_gcs_uri=link.storage or None,
    )
    operation = await link.client.aio.models.generate_videos(
        model=request.model,
        source=types.GenerateVideosSource(
            prompt=request.whole_prompt, image=images.get("first_frame")
        ),
        config=config,
    )
    if not operation.name:
        # Accepted and not to be found again: the caller makes this Uncertain.
        raise ValueError("the service accepted the job and gave no name")
    return Submitted(remote_id=operation.name)


async def poll(link: Link, request: GenerationRequest, remote_id: str) -> Polled:
    """The state of the operation, and the clip once it is there."""
    named = types.GenerateVideosOperation()
    named.name = remote_id
    operation = await link.free(
        f"look at job {remote_id!r}",
        lambda: link.client.aio.operations.get(named),
        long=not link.storage,
    )
    if operation.error:
        said = f"{operation.error.get('code', '')}: {operation.error.get('message', '')}"
        return Refusal(reason=said) if _REFUSING.search(said) else Failed(reason=said)
    if not operation.done:
        return Running()
    response = operation.response or types.GenerateVideosResponse()
    for one in response.generated_videos or []:
        video = one.video
        if video is None or not (video.video_bytes or video.uri):
            continue
        data = video.video_bytes or await link.fetch(video.uri or "")
        return Answer(
            mime=sniff(data, video.mime_type or "video/mp4"),
            data=data,
            usage=Usage(seconds=Decimal(request.seconds)),
        )
    reasons = "; ".join(response.rai_media_filtered_reasons or [])
    return Refusal(reason=reasons or "the service ended the job without a video and without a word")


def _image(picture: Picture) -> types.Image:
    return types.Image(image_bytes=picture.data, mime_type=picture.mime)
