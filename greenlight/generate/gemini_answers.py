"""Read the SDK's answers: which is a picture, which a refusal, and what was used."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from greenlight.generate.mime import sniff
from greenlight.generate.outcome import Answer, Failed, Refusal, Running, Usage
from greenlight.generate.request import GenerationRequest

if TYPE_CHECKING:
    from google.genai import types
    from google.genai.interactions import Interaction

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


def content_outcome(
    request: GenerationRequest, response: types.GenerateContentResponse
) -> Answer | Refusal:
    """Outcome of a generateContent call, for text and for stills."""
    usage = content_usage(response)
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason:
        return Refusal(
            reason=_words(feedback.block_reason, feedback.block_reason_message), usage=usage
        )
    if not response.candidates:
        return Refusal(reason="the service returned no candidate", usage=usage)
    candidate = response.candidates[0]
    finish = _name(candidate.finish_reason)
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
    # Models that think may send drafts: the last picture that is no thought is the result.
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


def content_usage(response: types.GenerateContentResponse) -> Usage | None:
    """What a generateContent call used; None where the service did not say."""
    said = response.usage_metadata
    if said is None:
        return None
    return Usage(
        input_tokens=said.prompt_token_count,
        output_tokens=said.candidates_token_count,
        output_tokens_by_modality=_by_modality(
            (entry.modality, entry.token_count) for entry in said.candidates_tokens_details or ()
        ),
        thoughts_tokens=said.thoughts_token_count,
    )


def interaction_state(interaction: Interaction) -> Running | Refusal | Failed | None:
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
        return Refusal(reason=reason, usage=interaction_usage(interaction, None))
    return Failed(reason=f"{status}: {said}" if said else str(status))


def interaction_usage(interaction: Interaction, seconds: int | None) -> Usage | None:
    """What a video job used; `seconds` is the length that was ordered and delivered."""
    said = interaction.usage
    if said is None:
        return None
    return Usage(
        input_tokens=said.total_input_tokens,
        output_tokens=said.total_output_tokens,
        output_tokens_by_modality=_by_modality(
            (entry.modality, entry.tokens) for entry in said.output_tokens_by_modality or ()
        ),
        thoughts_tokens=said.total_thought_tokens,
        seconds=None if seconds is None else Decimal(seconds),
    )


def inline_bytes(data: object) -> bytes:
    """Bytes of a media block that came inline, base64 on the wire."""
    return data if isinstance(data, bytes) else base64.b64decode(str(data))


def _by_modality(entries: Iterable[tuple[Any, int | None]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for modality, tokens in entries:
        if modality is not None and tokens is not None:
            name = _name(modality).upper()
            counts[name] = counts.get(name, 0) + tokens
    return counts


def _name(value: object) -> str:
    """Wire name of an SDK enum, or of the plain string that an unknown member becomes."""
    return str(getattr(value, "value", value) or "")


def _words(reason: object, said: str | None) -> str:
    """A reason code with the service's own words, either of which may be missing."""
    name = _name(reason)
    text = " ".join((said or "").split()) or REFUSING.get(name, "")
    if name in ("", "STOP"):
        return text or "the service sent nothing of what was asked"
    return f"{name}: {text}" if text else name
