"""The adapter against the stand-in, a real server on a real socket, by its public commands."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from greenlight.generate.errors import NotSent, Rejected, Uncertain
from greenlight.generate.gemini import GeminiModels
from greenlight.generate.outcome import Answer, Failed, Refusal, Running, Submitted
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.media.decoding import broken_box
from greenlight.money.prices import price_of
from greenlight.money.quote import actual, estimate
from tests.generate.standin_service import StandIn

SCHEMA = {
    "type": "object",
    "properties": {
        "logline": {"type": "string"},
        "shots": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "subject": {"type": "string"},
                    "action": {"type": "string"},
                    "seconds": {"type": "number"},
                },
                "required": ["subject", "action", "seconds"],
            },
        },
    },
    "required": ["logline", "shots"],
}
TEXT = GenerationRequest(
    role="text",
    purpose="breakdown",
    model="gemini-3.8-flash",
    prompt="Title: Lamp\nVision: An old keeper climbs the lighthouse stairs. She lights the lamp.\n"
    "Shots wanted: 3",
    response_schema=SCHEMA,
)
SHOT = (
    "Shot: sq010_sh0010\nSize: medium\nAngle: eye level\nMovement: dolly in\n"
    "Subject: an old keeper\nAction: climbs the stairs\nSetting: lighthouse\nTime: night"
)
IMAGE = GenerationRequest(
    role="image",
    purpose="frame",
    model="gemini-nano-banana-2.1",
    prompt=SHOT,
    aspect_ratio="16:9",
    image_size="1K",
    seed=3,
)


def clip_from(png: bytes) -> GenerationRequest:
    digest = hashlib.sha256(png).hexdigest()
    return GenerationRequest(
        role="video",
        purpose="clip",
        model="gemini-omni-1.2-flash",
        prompt=f"{SHOT}\nSeconds: 3",
        aspect_ratio="16:9",
        resolution="720p",
        seconds=3,
        attachments=(
            Attachment(key="frame.png", sha256=digest, mime="image/png", use="first_frame"),
        ),
    )


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1280, 720), (40, 60, 90)).save(out, "PNG")
    return out.getvalue()


PNG = _png()
VIDEO = clip_from(PNG)
ROLES = pytest.mark.parametrize("request_", [TEXT, IMAGE, VIDEO], ids=lambda r: r.role)


def post(standin: StandIn, request: GenerationRequest, timeout: float = 20.0) -> Any:
    async def go() -> Any:
        async with GeminiModels(standin.url, "key") as service:
            return await service.post(request, {hashlib.sha256(PNG).hexdigest(): PNG}, timeout)

    return asyncio.run(go())


def finish(standin: StandIn, remote_id: str) -> Any:
    async def go() -> Any:
        async with GeminiModels(standin.url, "key") as service, asyncio.timeout(30):
            while isinstance(outcome := await service.poll(VIDEO, remote_id), Running):
                assert outcome.doubt is None
                await asyncio.sleep(0.1)
            return outcome

    return asyncio.run(go())


def cost(request: GenerationRequest, answer: Answer) -> Decimal:
    spent = actual(request, answer.usage, price_of(request.model, datetime.now(UTC).date()))
    assert spent is not None
    assert 0 < spent <= estimate(request)
    return spent


def test_a_breakdown_comes_as_json_at_a_known_cost(standin: StandIn) -> None:
    before = standin.paid()
    answer = post(standin, TEXT)
    assert isinstance(answer, Answer)
    assert answer.mime == "application/json"
    assert len(json.loads(answer.data)["shots"]) == 3
    assert standin.paid() == before + 1
    cost(TEXT, answer)


def test_a_still_comes_in_its_shape_at_a_known_cost(standin: StandIn) -> None:
    answer = post(standin, IMAGE)
    assert isinstance(answer, Answer)
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert Image.MIME[picture.format or ""] == answer.mime
        assert abs(picture.width / picture.height - 16 / 9) < 0.02
    assert round(cost(IMAGE, answer), 2) == Decimal("0.03")


def test_a_clip_is_submitted_polled_and_downloaded_with_one_paid_post(standin: StandIn) -> None:
    before = standin.paid()
    submitted = post(standin, VIDEO)
    assert isinstance(submitted, Submitted)
    answer = finish(standin, submitted.remote_id)
    assert isinstance(answer, Answer)
    assert answer.mime == "video/mp4"
    assert answer.data[4:8] == b"ftyp"
    assert standin.paid() == before + 1
    assert round(cost(VIDEO, answer), 2) == Decimal("0.21")


@pytest.mark.parametrize("times", [1, 9])
def test_a_clip_that_came_in_part_is_fetched_again_and_never_bought_again(
    standin: StandIn, times: int
) -> None:
    before = standin.paid()
    submitted = post(standin, VIDEO)
    assert isinstance(submitted, Submitted)
    standin.admin("POST", "faults", {"fault": "truncated", "role": "download", "times": times})
    answer = finish(standin, submitted.remote_id)
    standin.admin("DELETE", "faults")
    assert isinstance(answer, Answer)
    assert bool(broken_box(io.BytesIO(answer.data))) == (times == 9)
    assert standin.paid() == before + 1


@ROLES
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("drop", Uncertain),
        ("hang", Uncertain),
        ("accept-then-drop", Uncertain),
        ("accept-then-hang", Uncertain),
        ("error-500", Uncertain),
        ("error-503", Uncertain),
        ("rate-limit", NotSent),
    ],
)
def test_one_paid_post_under_every_fault(
    standin: StandIn, request_: GenerationRequest, fault: str, error: type[Exception]
) -> None:
    standin.admin("POST", "faults", {"fault": fault, "role": request_.role})
    before = standin.paid()
    with pytest.raises(error):
        post(standin, request_, timeout=3)
    assert standin.paid() == before + 1


@pytest.mark.parametrize("request_", [TEXT, IMAGE], ids=lambda r: r.role)
def test_a_refusal_in_the_reply(standin: StandIn, request_: GenerationRequest) -> None:
    standin.admin("POST", "faults", {"fault": "refusal", "role": request_.role})
    assert isinstance(post(standin, request_), Refusal)


@pytest.mark.parametrize(("fault", "kind"), [("refusal", Refusal), ("operation-failed", Failed)])
def test_a_job_that_ends_without_a_clip(
    standin: StandIn, fault: str, kind: type[Refusal | Failed]
) -> None:
    standin.admin("POST", "faults", {"fault": fault, "role": "video"})
    submitted = post(standin, VIDEO)
    assert isinstance(submitted, Submitted)
    ended = finish(standin, submitted.remote_id)
    assert isinstance(ended, kind)
    assert ended.reason


def test_a_model_that_the_service_does_not_have_is_rejected(standin: StandIn) -> None:
    with pytest.raises(Rejected, match="unknown text model"):
        post(standin, TEXT.model_copy(update={"model": "gemini-9-flash"}))


def test_an_unknown_job_is_doubted_and_not_given_up(standin: StandIn) -> None:
    async def go() -> Any:
        async with GeminiModels(standin.url, "key") as service:
            return await service.poll(VIDEO, "nosuchjob")

    outcome = asyncio.run(go())
    assert isinstance(outcome, Running)
    assert outcome.doubt


def test_the_models_of_the_stand_in_include_the_defaults(standin: StandIn) -> None:
    async def go() -> list[str]:
        async with GeminiModels(standin.url, "key") as service:
            return await service.list_models()

    names = asyncio.run(go())
    assert {TEXT.model, IMAGE.model, VIDEO.model} <= set(names)
