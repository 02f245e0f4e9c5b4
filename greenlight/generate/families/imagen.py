"""Imagen on the enterprise platform: stills by `generate_images`, from words alone.

It is billed by the still and tells no usage. The SDK announces the end of `generate_images` for
2027; a model's retirement is in `models.toml`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from google.genai import types

from greenlight.generate.families import Picture, sniff
from greenlight.generate.link import Link
from greenlight.generate.outcome import Answer, Posted, Refusal, Usage
from greenlight.generate.request import GenerationRequest


async def post(link: Link, request: GenerationRequest, pictures: Sequence[Picture]) -> Posted:
    """The still, in the reply; nothing that was filtered is billed."""
    config = types.GenerateImagesConfig(
        number_of_images=1,
        aspect_ratio=request.aspect_ratio or None,
        image_size=request.image_size or None,
        seed=request.seed,
        # A seed is refused beside a watermark; what is delivered is signed by us instead.
        add_watermark=False,
        include_rai_reason=True,
        output_mime_type="image/png",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        response = await link.client.aio.models.generate_images(
            model=request.model, prompt=request.whole_prompt, config=config
        )
    made = response.generated_images or []
    for one in made:
        if one.image is not None and one.image.image_bytes:
            data = one.image.image_bytes
            return Answer(
                mime=sniff(data, one.image.mime_type or "image/png"), data=data, usage=Usage()
            )
    reasons = "; ".join(one.rai_filtered_reason for one in made if one.rai_filtered_reason)
    return Refusal(reason=reasons or "the service returned no picture and no reason")
