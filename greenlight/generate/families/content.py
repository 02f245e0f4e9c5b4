"""Gemini by generateContent, on both platforms: text, JSON by schema, graders, stills."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from greenlight.generate.families import Picture, sniff
from greenlight.generate.link import Link
from greenlight.generate.models import model
from greenlight.generate.outcome import Answer, Posted, Refusal, Usage, count_modalities, word_of
from greenlight.generate.request import GenerationRequest

if TYPE_CHECKING:
    from google.genai import types

# Finish reasons by which the service withholds what was asked for, even if some text came along.
# The Developer API's own sentence (finishMessage) is lost in google-genai 3.4, so they have ours.
REFUSING = {
    "SAFETY": "withheld for safety",
    "RECITATION": "withheld because it repeats known material",
    "LANGUAGE": "the language is not supported",
    "BLOCKLIST": "it holds a blocked word",
    "PROHIBITED_CONTENT": "it asks for prohibited content",
    "SPII": "it holds personal data",
    "MODEL_ARMOR": "blocked by the project's own filter",
    "IMAGE_SAFETY": "the picture was withheld for safety",
    "IMAGE_PROHIBITED_CONTENT": "the picture shows prohibited content",
    "IMAGE_RECITATION": "the picture repeats known material",
    "IMAGE_OTHER": "the picture was withheld without a reason",
    "NO_IMAGE": "the model made no picture",
}
# A text answer that was cut off is billed and is an answer; that it does not parse is for the
# caller to see.
CUT_OFF = "MAX_TOKENS"


async def post(link: Link, request: GenerationRequest, pictures: Sequence[Picture]) -> Posted:
    """The text or the still, in the reply."""
    name, contents, config = _call(request, pictures)
    response = await link.client.aio.models.generate_content(
        model=name, contents=contents, config=config
    )
    return _outcome(request, response)


def _call(
    request: GenerationRequest, pictures: Sequence[Picture]
) -> tuple[str, list[types.ContentUnionDict], types.GenerateContentConfigDict]:
    """Model, contents and configuration of a generateContent call, for text and for stills."""
    parts: list[Any] = [{"text": request.prompt}]
    parts += [{"inline_data": {"data": shot.data, "mime_type": shot.mime}} for shot in pictures]
    config: types.GenerateContentConfigDict = {
        "seed": request.seed,
        # Both would send further paid POSTs by themselves.
        "automatic_continuation": False,
        "automatic_function_calling": {"disable": True},
    }
    if request.system:
        config["system_instruction"] = request.system
    if request.role == "image":
        config["response_modalities"] = ["IMAGE"]
        config["image_config"] = {
            "aspect_ratio": request.aspect_ratio or None,
            "image_size": request.image_size or None,
        }
        return request.model, [{"role": "user", "parts": parts}], config
    limit = model(request.model).output_limit.get(request.purpose)
    if limit is not None:
        config["max_output_tokens"] = limit
    if request.response_schema is not None:
        config["response_mime_type"] = "application/json"
        config["response_json_schema"] = request.response_schema
    return request.model, [{"role": "user", "parts": parts}], config


def _outcome(
    request: GenerationRequest, response: types.GenerateContentResponse
) -> Answer | Refusal:
    """Outcome of a generateContent call, for text and for stills."""
    usage = _usage(response)
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason:
        return Refusal(
            reason=_words(feedback.block_reason, feedback.block_reason_message), usage=usage
        )
    if not response.candidates:
        return Refusal(reason="the service returned no candidate", usage=usage)
    candidate = response.candidates[0]
    finish = word_of(candidate.finish_reason)
    parts = (candidate.content.parts if candidate.content else None) or []
    # What is marked as thought is used where nothing else came: it was billed like the rest.
    results = [part for part in parts if not part.thought]
    text = _text(results)
    if finish in REFUSING:
        return Refusal(reason=_words(finish, candidate.finish_message or text), usage=usage)
    if request.role == "text":
        text = text or _text(parts)
        if not text and finish != CUT_OFF:
            return Refusal(reason=_words(finish, candidate.finish_message), usage=usage)
        mime = "text/plain" if request.response_schema is None else "application/json"
        return Answer(mime=mime, data=text.encode(), usage=usage)
    # Models that think may send drafts: the last picture not marked as a thought is the result.
    pictures = _pictures(results) or _pictures(parts)
    if not pictures:
        return Refusal(reason=_words(finish, candidate.finish_message or text), usage=usage)
    data = pictures[-1].data or b""
    return Answer(mime=sniff(data, pictures[-1].mime_type or "image/png"), data=data, usage=usage)


def _text(parts: Iterable[types.Part]) -> str:
    return "".join(part.text for part in parts if part.text)


def _pictures(parts: Iterable[types.Part]) -> list[types.Blob]:
    blobs = [part.inline_data for part in parts if part.inline_data is not None]
    return [blob for blob in blobs if blob.data]


def _usage(response: types.GenerateContentResponse) -> Usage | None:
    """What a generateContent call used; None where the service did not say."""
    said = response.usage_metadata
    if said is None:
        return None
    return Usage(
        input_tokens=said.prompt_token_count,
        output_tokens=said.candidates_token_count,
        output_tokens_by_modality=count_modalities(
            (entry.modality, entry.token_count) for entry in said.candidates_tokens_details or ()
        ),
        thoughts_tokens=said.thoughts_token_count,
    )


def _words(reason: object, said: str | None) -> str:
    """A reason code with the service's own words, either of which may be missing."""
    name = word_of(reason)
    text = " ".join((said or "").split()) or REFUSING.get(name, "")
    if name in ("", "STOP"):
        return text or "the service sent nothing of what was asked"
    return f"{name}: {text}" if text else name
