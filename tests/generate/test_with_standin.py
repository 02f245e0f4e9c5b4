"""The adapter on both platforms, against the stand-in on a real socket."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import av
import pytest
from PIL import Image

from greenlight.generate.errors import NotSent, Rejected, Uncertain, Unreachable
from greenlight.generate.gemini import GeminiModels
from greenlight.generate.link import Timeouts
from greenlight.generate.outcome import Answer, Failed, Refusal, Running, Submitted
from greenlight.generate.request import GenerationRequest
from greenlight.media.decoding import broken_box
from greenlight.money.prices import price_of
from greenlight.money.quote import actual, estimate
from tests.generate.wire_requests import attach

pytestmark = pytest.mark.models

SHOT = (
    "Shot: sq010_sh0010\nSize: medium\nAngle: eye level\nMovement: dolly in\n"
    "Subject: an old keeper\nAction: climbs the stairs\nSetting: lighthouse\nTime: night"
)
BRIEF = (
    "Title: Lamp\nVision: An old keeper climbs the stairs. She lights the lamp.\nShots wanted: 3"
)
BUCKET = "gs://studio/dailies"


def png(colour):
    out = io.BytesIO()
    Image.new("RGB", (1280, 720), colour).save(out, "PNG")
    return out.getvalue()


FIRST, LAST = png((40, 60, 90)), png((170, 40, 40))
PICTURES = {hashlib.sha256(data).hexdigest(): data for data in (FIRST, LAST)}


def request(role, purpose, model, **fields):
    asked = {"prompt": SHOT, "seed": 3, "role": role, "purpose": purpose, "model": model}
    return GenerationRequest.model_validate({**asked, **fields})


def enterprise(asked, **changes):
    return asked.model_copy(update={"platform": "enterprise", **changes})


_SHOTS = {"type": "object", "properties": {"shots": {"type": "array", "items": {"type": "object"}}}}
TEXT = request("text", "breakdown", "gemini-3.8-flash", prompt=BRIEF, response_schema=_SHOTS)
STILL = request("image", "frame", "gemini-nano-banana-2.1", aspect_ratio="16:9", image_size="1K")
OMNI = request(
    "video",
    "clip",
    "gemini-omni-1.2-flash",
    aspect_ratio="16:9",
    resolution="720p",
    seconds=4,
    attachments=(attach(FIRST, "first_frame"),),
)
IMAGEN = enterprise(STILL, model="imagen-4.0-generate-001")
VEO = enterprise(OMNI, model="veo-3.1-generate-001")
STILLS = [STILL, enterprise(STILL), IMAGEN]
REPLIES = [TEXT, enterprise(TEXT), *STILLS]
JOBS = [OMNI, enterprise(OMNI), VEO]


def each(*requests):
    return pytest.mark.parametrize("asked", requests, ids=lambda r: f"{r.model}-{r.platform}")


class Service:
    """The adapter on the stand-in's account, and the stand-in's own list of requests."""

    def __init__(self, account, admin):
        self.account, self.admin = account, admin

    def __call__(self, ask, **changes):
        account = self.account.model_copy(update=changes)

        async def go():
            async with GeminiModels(account, Timeouts(free=5)) as service:
                return await ask(service)

        return asyncio.run(go())

    def post(self, asked, timeout=30, **changes):
        return self(lambda service: service.post(asked, PICTURES, timeout), **changes)

    def finish(self, asked, remote_id, **changes):
        async def poll(service):
            async with asyncio.timeout(30):
                while True:
                    polled = await service.poll(asked, remote_id)
                    if not isinstance(polled, Running) or polled.doubt:
                        return polled
                    await asyncio.sleep(0.1)

        return self(poll, **changes)

    def fault(self, name, **more):
        self.admin.post("faults", json={"fault": name, **more}).raise_for_status()

    @property
    def paid(self):
        return self.admin.get("requests?paid=1").json()


@pytest.fixture
def service(profile, faults):
    yield Service(profile.models, faults)
    faults.put("quotas", json={})


def cost(asked, answer):
    spent = actual(asked, answer.usage, price_of(asked.model, datetime.now(UTC).date()))
    assert spent is not None
    assert 0 < spent <= estimate(asked)
    return round(spent, 2)


@each(TEXT, enterprise(TEXT))
def test_a_breakdown_comes_as_json_at_a_known_cost(service, asked):
    before = len(service.paid)
    answer = service.post(asked)
    assert answer.mime == "application/json"
    assert len(json.loads(answer.data)["shots"]) == 3
    cost(asked, answer)
    assert len(service.paid) == before + 1
    project = "/v1beta1/projects/standin/locations/us-central1/publishers/google/"
    assert service.paid[-1]["path"].startswith(project) is (asked.platform == "enterprise")


@each(*STILLS)
def test_a_still_comes_in_its_shape_at_a_known_cost(service, asked):
    answer = service.post(asked)
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert Image.MIME[picture.format or ""] == answer.mime
        assert picture.size == (1280, 720)
    assert cost(asked, answer) in (Decimal("0.03"), Decimal("0.04"))


@pytest.mark.parametrize(
    ("asked", "storage"),
    [
        (OMNI, ""),
        (enterprise(OMNI), ""),
        (VEO, BUCKET),
        pytest.param(VEO, "", marks=pytest.mark.slow),
        pytest.param(enterprise(OMNI), BUCKET, marks=pytest.mark.slow),
    ],
)
def test_a_clip_is_found_again_by_another_process_and_paid_once(service, asked, storage):
    before = len(service.paid)
    submitted = service.post(asked, storage=storage)
    assert isinstance(submitted, Submitted)
    answer = service.finish(asked, submitted.remote_id, storage=storage)
    assert answer.mime == "video/mp4"
    with av.open(io.BytesIO(answer.data)) as clip:
        assert clip.streams.video[0].frames == 96
    assert len(service.paid) == before + 1
    cost(asked, answer)
    fetched = service.admin.get("requests").json()[-1]["path"]
    assert ("/storage/v1/b/studio/" in fetched) is bool(storage)


@pytest.mark.parametrize("times", [1, 9])
def test_a_clip_that_came_in_part_is_fetched_again_and_never_bought_again(service, times):
    before = len(service.paid)
    submitted = service.post(OMNI)
    service.fault("truncated", role="download", times=times)
    answer = service.finish(OMNI, submitted.remote_id)
    assert bool(broken_box(io.BytesIO(answer.data))) == (times == 9)
    assert len(service.paid) == before + 1


def test_a_clip_of_veo_ends_on_its_last_frame(service):
    frames = (attach(FIRST, "first_frame"), attach(LAST, "last_frame"))
    asked = VEO.model_copy(update={"attachments": frames})
    answer = service.finish(asked, service.post(asked).remote_id)
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
def test_each_model_gets_one_paid_post_under_every_fault(service, fault, error):
    everything = [*REPLIES, *JOBS]

    async def all_at_once(adapter):
        posts = (adapter.post(asked, PICTURES, 4) for asked in everything)
        return await asyncio.gather(*posts, return_exceptions=True)

    for asked in everything:
        service.fault(fault, role=asked.role, seconds=60)
    before = len(service.paid)
    assert [type(said) for said in service(all_at_once)] == [error] * len(everything)
    assert len(service.paid) == before + len(everything)


def test_an_answer_that_trickles_in_is_taken_whole_if_there_is_time(service):
    service.fault("slow-trickle", role="image", seconds=1)
    with Image.open(io.BytesIO(service.post(IMAGEN).data)) as picture:
        picture.load()


def test_a_quota_that_is_used_up_says_when_to_come_back(service):
    service.admin.put("quotas", json={IMAGEN.model: 1})
    assert isinstance(service.post(IMAGEN), Answer)
    with pytest.raises(NotSent) as held:
        service.post(IMAGEN)
    assert 0 < (held.value.retry_after or 0) <= 60
    assert isinstance(service.post(STILL), Answer), "another model has a quota of its own"


@each(*REPLIES)
def test_a_refusal_in_the_reply(service, asked):
    service.fault("refusal", role=asked.role)
    refused = service.post(asked)
    assert isinstance(refused, Refusal)
    assert refused.reason


@each(*JOBS)
@pytest.mark.parametrize(("fault", "kind"), [("refusal", Refusal), ("operation-failed", Failed)])
def test_a_job_that_ends_without_a_clip(service, asked, fault, kind):
    service.fault(fault, role="video")
    ended = service.finish(asked, service.post(asked).remote_id)
    assert isinstance(ended, kind)
    assert ended.reason


@each(*JOBS)
@pytest.mark.parametrize("fault", ["lost-operation", "spurious-400"])
def test_a_job_that_is_denied_is_doubted_and_not_given_up(service, asked, fault):
    submitted = service.post(asked)
    service.fault(fault, times=1)
    doubted = service.finish(asked, submitted.remote_id)
    assert isinstance(doubted, Running)
    assert doubted.doubt
    again = service.finish(asked, submitted.remote_id)
    assert isinstance(again, Answer if fault == "spurious-400" else Running)


def test_a_clip_that_is_gone_from_its_bucket_is_unreachable_and_not_free(service):
    submitted = service.post(VEO, storage=BUCKET)
    service.fault("expired-file", times=1)
    with pytest.raises(Unreachable, match="No such object"):
        service.finish(VEO, submitted.remote_id, storage=BUCKET)


@pytest.mark.parametrize(
    ("asked", "changes", "error", "says"),
    [
        (enterprise(TEXT), {"credentials": "nowhere.json"}, Rejected, "nowhere"),
        (enterprise(TEXT), {"project": ""}, Rejected, "missing project"),
        (TEXT, {"api_key": ""}, Rejected, "missing API key"),
        (TEXT.model_copy(update={"model": "gemini-9-flash"}), {}, Rejected, "unknown text model"),
        (enterprise(TEXT), {"token_uri": "http://127.0.0.1:9/token"}, NotSent, ""),
    ],
)
def test_what_cannot_be_asked_sends_nothing(
    service, tmp_path, monkeypatch, asked, changes, error, says
):
    monkeypatch.setenv("GEMINI_API_KEY", "ambient")
    if token_uri := changes.pop("token_uri", ""):
        key = json.loads(Path(service.account.credentials).read_text()) | {"token_uri": token_uri}
        changes = {"credentials": str(tmp_path / "key.json")}
        (tmp_path / "key.json").write_text(json.dumps(key))
    before = len(service.paid)
    with pytest.raises(error, match=says):
        service.post(asked, **changes)
    assert len(service.paid) == before


def test_models_of_both_platforms_are_listed(service):
    developer = service(lambda adapter: adapter.list_models("developer"))
    both = service(lambda adapter: adapter.list_models("enterprise"))
    assert {TEXT.model, STILL.model, OMNI.model} <= set(developer)
    assert {VEO.model, IMAGEN.model} <= set(both) - set(developer)
