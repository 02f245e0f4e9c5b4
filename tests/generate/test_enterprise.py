"""The adapter on the enterprise platform, against the stand-in on a real socket."""

from __future__ import annotations

import asyncio
import hashlib
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import av
import pytest
from PIL import Image

from greenlight.generate.access import EnterpriseAccess
from greenlight.generate.errors import NotSent, Rejected, Uncertain, Unreachable
from greenlight.generate.gemini import GeminiModels, Timeouts
from greenlight.generate.outcome import Answer, Failed, Refusal, Running, Submitted
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.money.prices import price_of
from greenlight.money.quote import actual
from tests.generate.standin_service import StandIn

SHOT = "Shot: sq010_sh0010\nSize: medium\nSubject: an old keeper\nSetting: lighthouse\nTime: night"


def _png(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1280, 720), colour).save(out, "PNG")
    return out.getvalue()


FIRST, LAST = _png((40, 60, 90)), _png((170, 40, 40))
PICTURES = {hashlib.sha256(data).hexdigest(): data for data in (FIRST, LAST)}


def attached(data: bytes, use: Any) -> Attachment:
    digest = hashlib.sha256(data).hexdigest()
    return Attachment(key=f"{use}.png", sha256=digest, mime="image/png", use=use)


def request(**fields: Any) -> GenerationRequest:
    return GenerationRequest.model_validate(
        {"prompt": SHOT, "platform": "enterprise", "seed": 3, **fields}
    )


TEXT = request(role="text", purpose="breakdown", model="gemini-3.8-flash", prompt="a lamp")
STILL = request(
    role="image",
    purpose="frame",
    model="gemini-nano-banana-2.1",
    aspect_ratio="16:9",
    image_size="1K",
)
IMAGEN = STILL.model_copy(update={"model": "imagen-4.0-generate-001"})
VEO = request(
    role="video",
    purpose="clip",
    model="veo-3.1-generate-001",
    aspect_ratio="16:9",
    resolution="720p",
    seconds=4,
    attachments=(attached(FIRST, "first_frame"),),
)
OMNI = VEO.model_copy(update={"model": "gemini-omni-1.2-flash"})
ALL = [TEXT, STILL, IMAGEN, VEO, OMNI]


def each(*requests: GenerationRequest) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("asked", requests, ids=lambda r: r.model)


def models(standin: StandIn, storage: str = "", **account: Any) -> GeminiModels:
    access = EnterpriseAccess(
        project="standin",
        credentials=str(account.get("credentials", standin.data / "service-account.json")),
        storage=storage,
    )
    return GeminiModels(standin.url, "", Timeouts(free=5), enterprise=access)


def post(standin: StandIn, asked: GenerationRequest, timeout: float = 30, **account: Any) -> Any:
    async def go() -> Any:
        async with models(standin, **account) as service:
            return await service.post(asked, PICTURES, timeout)

    return asyncio.run(go())


def finish(standin: StandIn, asked: GenerationRequest, remote_id: str, storage: str = "") -> Any:
    async def go() -> Any:
        async with models(standin, storage) as service:
            for _ in range(200):
                polled = await service.poll(asked, remote_id)
                if not isinstance(polled, Running) or polled.doubt:
                    return polled
                await asyncio.sleep(0.1)
        raise AssertionError("the clip was not finished")

    return asyncio.run(go())


def cost(asked: GenerationRequest, answer: Answer) -> Decimal | None:
    return actual(asked, answer.usage, price_of(asked.model, datetime.now(UTC).date()))


def test_text_goes_to_the_project_and_comes_back(standin: StandIn) -> None:
    answer = post(standin, TEXT)
    assert isinstance(answer, Answer)
    assert answer.data
    path = standin.admin("GET", "requests?paid=1")[-1]["path"]
    assert path.startswith("/v1beta1/projects/standin/locations/us-central1/publishers/google/")


@each(STILL, IMAGEN)
def test_a_still_comes_in_its_shape_at_a_known_cost(
    standin: StandIn, asked: GenerationRequest
) -> None:
    answer = post(standin, asked)
    assert isinstance(answer, Answer)
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.size == (1280, 720)
    assert round(cost(asked, answer) or Decimal(0), 2) in (Decimal("0.03"), Decimal("0.04"))


@pytest.mark.parametrize(
    ("asked", "storage"),
    [
        (OMNI, ""),
        (VEO, "gs://studio/dailies"),
        pytest.param(VEO, "", marks=pytest.mark.slow),
        pytest.param(OMNI, "gs://studio/dailies", marks=pytest.mark.slow),
    ],
    ids=lambda it: it if isinstance(it, str) else it.model,
)
def test_a_clip_is_found_again_by_another_process_and_paid_once(
    standin: StandIn, asked: GenerationRequest, storage: str
) -> None:
    before = standin.paid()
    submitted = post(standin, asked, storage=storage)
    assert isinstance(submitted, Submitted)
    answer = finish(standin, asked, submitted.remote_id, storage)
    assert isinstance(answer, Answer)
    with av.open(io.BytesIO(answer.data)) as clip:
        assert clip.streams.video[0].frames == 96
    assert standin.paid() == before + 1
    assert cost(asked, answer) is not None
    fetched = standin.admin("GET", "requests")[-1]["path"]
    assert ("/storage/v1/b/studio/" in fetched) is bool(storage)


def test_a_clip_of_veo_ends_on_its_last_frame(standin: StandIn) -> None:
    frames = (attached(FIRST, "first_frame"), attached(LAST, "last_frame"))
    asked = VEO.model_copy(update={"attachments": frames})
    answer = finish(standin, asked, post(standin, asked).remote_id)
    with av.open(io.BytesIO(answer.data)) as clip:
        last = [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)][-1]
    assert last[..., 0].mean() > 130 > 80 > last[..., 2].mean()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("drop", Uncertain),
        ("hang", Uncertain),
        ("accept-then-drop", Uncertain),
        ("accept-then-hang", Uncertain),
        ("slow-trickle", Uncertain),
        ("error-500", Uncertain),
        ("error-503", Uncertain),
        ("rate-limit", NotSent),
    ],
)
def test_each_model_gets_one_paid_post_under_every_fault(
    standin: StandIn, fault: str, error: type[Exception]
) -> None:
    async def all_at_once() -> list[Any]:
        async with models(standin) as service:
            posts = (service.post(asked, PICTURES, 4) for asked in ALL)
            return await asyncio.gather(*posts, return_exceptions=True)

    for asked in ALL:
        standin.admin("POST", "faults", {"fault": fault, "role": asked.role, "seconds": 60})
    before = standin.paid()
    assert [type(said) for said in asyncio.run(all_at_once())] == [error] * len(ALL)
    assert standin.paid() == before + len(ALL)


def test_an_answer_that_trickles_in_is_taken_whole_if_there_is_time(standin: StandIn) -> None:
    standin.admin("POST", "faults", {"fault": "slow-trickle", "role": "image", "seconds": 1})
    answer = post(standin, IMAGEN)
    with Image.open(io.BytesIO(answer.data)) as picture:
        picture.load()


def test_a_quota_that_is_used_up_says_when_to_come_back(standin: StandIn) -> None:
    standin.admin("PUT", "quotas", {"imagen-4.0-generate-001": 1})
    assert isinstance(post(standin, IMAGEN), Answer)
    with pytest.raises(NotSent) as held:
        post(standin, IMAGEN)
    assert 0 < (held.value.retry_after or 0) <= 60
    assert isinstance(post(standin, STILL), Answer), "another model has a quota of its own"


@each(TEXT, STILL, IMAGEN)
def test_a_refusal_in_the_reply(standin: StandIn, asked: GenerationRequest) -> None:
    standin.admin("POST", "faults", {"fault": "refusal", "role": asked.role})
    refused = post(standin, asked)
    assert isinstance(refused, Refusal)
    assert refused.reason


@each(VEO, OMNI)
@pytest.mark.parametrize(("fault", "kind"), [("refusal", Refusal), ("operation-failed", Failed)])
def test_a_job_that_ends_without_a_clip(
    standin: StandIn, asked: GenerationRequest, fault: str, kind: type[Refusal | Failed]
) -> None:
    standin.admin("POST", "faults", {"fault": fault, "role": "video"})
    ended = finish(standin, asked, post(standin, asked).remote_id)
    assert isinstance(ended, kind)
    assert ended.reason


@each(VEO, OMNI)
@pytest.mark.parametrize("fault", ["lost-operation", "spurious-400"])
def test_a_job_that_is_denied_is_doubted_and_not_given_up(
    standin: StandIn, asked: GenerationRequest, fault: str
) -> None:
    submitted = post(standin, asked)
    standin.admin("POST", "faults", {"fault": fault, "times": 1})
    doubted = finish(standin, asked, submitted.remote_id)
    assert isinstance(doubted, Running)
    assert doubted.doubt
    again = finish(standin, asked, submitted.remote_id)
    assert isinstance(again, Answer if fault == "spurious-400" else Running)


def test_a_clip_that_is_gone_from_its_bucket_is_unreachable_and_not_free(standin: StandIn) -> None:
    storage = "gs://studio/dailies"
    submitted = post(standin, VEO, storage=storage)
    standin.admin("POST", "faults", {"fault": "expired-file", "times": 1})
    with pytest.raises(Unreachable, match="No such object"):
        finish(standin, VEO, submitted.remote_id, storage)


def test_credentials_that_are_not_there_send_nothing(standin: StandIn) -> None:
    before = standin.paid()
    with pytest.raises(Rejected, match="nowhere"):
        post(standin, TEXT, credentials=standin.data / "nowhere.json")
    assert standin.paid() == before


def test_a_request_for_a_platform_that_is_not_open_sends_nothing(standin: StandIn) -> None:
    developer = TEXT.model_copy(update={"platform": "developer"})
    with pytest.raises(Rejected, match="there is no API key"):
        post(standin, developer)


def test_a_token_that_nobody_gives_out_leaves_the_post_unsent(standin: StandIn) -> None:
    import json

    account = json.loads((standin.data / "service-account.json").read_text())
    account["token_uri"] = "http://127.0.0.1:9/token"
    path = standin.data / "elsewhere.json"
    path.write_text(json.dumps(account))
    before = standin.paid()
    with pytest.raises(NotSent):
        post(standin, TEXT, credentials=path)
    assert standin.paid() == before


def test_models_of_both_platforms_are_listed(standin: StandIn) -> None:
    async def go() -> tuple[list[str], list[str]]:
        access = EnterpriseAccess(
            project="standin", credentials=str(standin.data / "service-account.json")
        )
        async with GeminiModels(standin.url, "key", enterprise=access) as service:
            return await service.list_models(), await service.list_models("enterprise")

    developer, enterprise = asyncio.run(go())
    assert {VEO.model, IMAGEN.model} <= set(enterprise) - set(developer)
