"""A paid POST leaves once, and every way it can go wrong is told apart."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import ExitStack
from typing import Any

import pytest

from greenlight.generate.errors import NotSent, Rejected, Uncertain
from greenlight.generate.gemini import GeminiModels, Timeouts
from greenlight.generate.outcome import Submitted
from greenlight.generate.request import GenerationRequest
from greenlight.generate.wire import RepeatedPostError, http_client, one_paid_post
from tests.generate.wire_requests import (
    JPEG,
    PAID,
    PNG,
    ROLES,
    TEXT,
    VIDEO,
    attach,
    bytes_of,
    error_body,
    post,
)


@ROLES
@pytest.mark.parametrize("trouble", ["drop", "hang", "cut"])
def test_an_answer_that_never_comes_whole_is_uncertain_and_posted_once(
    wire: Any, reply: Any, request_: GenerationRequest, trouble: str
) -> None:
    wire.on("POST", PAID, reply({"candidates": [], "id": "x" * 200}, trouble=trouble))
    with pytest.raises(Uncertain) as caught:
        post(wire.url, request_, timeout=0.6)
    assert wire.count("POST") == 1
    assert caught.value.model == request_.model
    assert request_.model in str(caught.value)


@ROLES
@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 409])
def test_a_server_error_is_uncertain_and_posted_once(
    wire: Any, reply: Any, request_: GenerationRequest, status: int
) -> None:
    wire.on("POST", PAID, reply(error_body(status, "overloaded"), status=status))
    with pytest.raises(Uncertain, match="overloaded"):
        post(wire.url, request_)
    assert wire.count("POST") == 1


@ROLES
def test_a_rate_limit_was_not_accepted_and_says_when_to_come_again(
    wire: Any, reply: Any, request_: GenerationRequest
) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7.5s"}
    wire.on("POST", PAID, reply(error_body(429, "slow down", details=[info]), status=429))
    with pytest.raises(NotSent, match="slow down") as caught:
        post(wire.url, request_)
    assert caught.value.retry_after == 7.5
    assert wire.count("POST") == 1


@ROLES
def test_a_rate_limit_without_a_body_uses_the_header(
    wire: Any, reply: Any, request_: GenerationRequest
) -> None:
    wire.on("POST", PAID, reply({}, status=429, headers={"retry-after": "3"}))
    with pytest.raises(NotSent) as caught:
        post(wire.url, request_)
    assert caught.value.retry_after == 3


@pytest.mark.parametrize(
    ("quota", "least"),
    [
        ("GenerateRequestsPerDayPerProjectPerModel-FreeTier", 3600),
        ("GenerateContentPaidTierInputTokensPerMonth", 3600),
        ("GenerateRequestsPerMinutePerProjectPerModel", 7.5),
    ],
)
@ROLES
def test_a_quota_of_a_day_is_not_asked_for_again_within_seconds(
    wire: Any, reply: Any, request_: GenerationRequest, quota: str, least: float
) -> None:
    violation = {"quotaMetric": "m", "quotaId": quota, "quotaValue": "20"}
    details = [
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7.5s"},
    ]
    wire.on("POST", PAID, reply(error_body(429, "used up", details=details), status=429))
    with pytest.raises(NotSent) as caught:
        post(wire.url, request_)
    assert caught.value.retry_after == least


@ROLES
def test_a_refused_connection_was_not_sent(request_: GenerationRequest, free_port: Any) -> None:
    with pytest.raises(NotSent):
        post(f"http://127.0.0.1:{free_port()}", request_)


@ROLES
@pytest.mark.parametrize(
    ("status", "message", "says"),
    [
        (400, "duration out of range", "duration out of range"),
        (400, "API key not valid. Please pass a valid API key.", "does not accept the key"),
        (403, "denied", "does not accept the key"),
        (404, "not found", "does not know the model"),
        (422, "odd", "odd"),
        (302, "elsewhere", "is the base URL right"),
    ],
)
def test_a_plain_no_is_rejected_and_names_the_model(
    wire: Any, reply: Any, request_: GenerationRequest, status: int, message: str, says: str
) -> None:
    wire.on("POST", PAID, reply(error_body(status, message), status=status))
    with pytest.raises(Rejected, match=says) as caught:
        post(wire.url, request_)
    assert request_.model in str(caught.value)
    assert wire.count("POST") == 1


@ROLES
def test_a_200_that_cannot_be_read_is_uncertain(
    wire: Any, reply: Any, request_: GenerationRequest
) -> None:
    html = {"content-type": "text/html"}
    wire.on("POST", PAID, reply(b"<html>proxy page</html>", headers=html))
    with pytest.raises(Uncertain):
        post(wire.url, request_)
    assert wire.count("POST") == 1


def test_a_job_without_an_id_is_uncertain(wire: Any, reply: Any) -> None:
    wire.on("POST", PAID, reply({"status": "in_progress", "steps": []}))
    with pytest.raises(Uncertain):
        post(wire.url, VIDEO)


@ROLES
def test_a_cancellation_passes_and_nothing_is_repeated(
    wire: Any, reply: Any, request_: GenerationRequest
) -> None:
    wire.on("POST", PAID, reply(trouble="hang"))

    async def go() -> None:
        async with GeminiModels(wire.url, "key") as service:
            task = asyncio.create_task(service.post(request_, bytes_of(PNG), 10))
            async with asyncio.timeout(5):
                while not wire.seen:
                    await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(go())
    assert wire.count("POST") == 1


def test_no_continuation_is_asked_for(wire: Any, reply: Any) -> None:
    part = {"content": {"parts": [{"text": "half"}]}, "finishReason": "CONTINUATION"}
    wire.on("POST", PAID, reply({"candidates": [{**part, "continuationToken": "dG9rZW4="}]}))
    post(wire.url, TEXT)
    assert wire.count("POST") == 1


def test_no_continuation_of_a_video_job_is_asked_for(wire: Any, reply: Any) -> None:
    job = {"id": "j1", "status": "requires_continuation", "continuation_token": "t", "steps": []}
    wire.on("POST", PAID, reply(job))
    assert post(wire.url, VIDEO) == Submitted(remote_id="j1")
    assert wire.count("POST") == 1


def test_a_repetition_by_any_layer_is_stopped_before_it_leaves(wire: Any, reply: Any) -> None:
    wire.on("POST", "/", reply({}))

    async def go() -> None:
        async with http_client(wire.url, 5) as client:
            with one_paid_post() as paid:
                await client.post(f"{wire.url}/a", json={})
                with pytest.raises(RepeatedPostError):
                    await client.post(f"{wire.url}/a", json={})
            assert paid.sent
            await client.post(f"{wire.url}/free", json={})

    asyncio.run(go())
    assert [seen.path for seen in wire.seen] == ["/a", "/free"]


def test_posts_at_the_same_time_do_not_hinder_each_other(wire: Any, reply: Any) -> None:
    wire.on("POST", PAID, reply({"id": "j", "status": "in_progress", "steps": []}))

    async def go() -> list[Any]:
        async with GeminiModels(wire.url, "key") as service:
            return await asyncio.gather(*(service.post(VIDEO, bytes_of(PNG), 10) for _ in range(6)))

    assert asyncio.run(go()) == [Submitted(remote_id="j")] * 6
    assert wire.count("POST") == 6


def test_no_post_goes_out_on_a_connection_that_may_be_closing(wire: Any, reply: Any) -> None:
    wire.on("POST", PAID, reply({"id": "j", "status": "in_progress", "steps": []}))

    async def go() -> None:
        async with GeminiModels(wire.url, "key") as service:
            for _ in range(2):
                await service.post(VIDEO, bytes_of(PNG), 10)

    asyncio.run(go())
    first, second = wire.seen
    assert first.port != second.port


def test_a_proxy_that_opens_no_tunnel_was_sent_nothing(
    wire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, wire.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NotSent):
        post("https://models.invalid", TEXT)


def test_a_dead_host_is_given_up_long_before_a_slow_answer_would_be() -> None:
    with socket.socket() as deaf, ExitStack() as crowd:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(8):  # a full queue of connections leaves further ones without an answer
            visitor = crowd.enter_context(socket.socket())
            visitor.setblocking(False)
            visitor.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"

        async def go() -> None:
            async with GeminiModels(url, "key", Timeouts(connect=0.2)) as service:
                await service.post(TEXT, {}, 60)

        started = time.monotonic()
        with pytest.raises(NotSent):
            asyncio.run(go())
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"aspect_ratio": "4:5"}, r"unsupported aspect ratio '4:5' .*\(supported: 16:9, 9:16\)"),
        ({"resolution": "8k"}, "unsupported resolution '8k'"),
        ({"seconds": 11}, "unsupported length 11 s"),
        ({"model": "gemini-omni-1.3-flash"}, "unknown video model"),
        ({"model": "veo-3.1-generate-001"}, "not on the developer platform"),
        ({"attachments": (attach(JPEG, "first_frame"),)}, "was not given"),
        ({"attachments": (attach(PNG, "first_frame"),) * 2}, "more than one first frame"),
    ],
)
def test_what_cannot_be_asked_is_rejected_before_anything_is_sent(
    wire: Any, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(Rejected, match=says):
        post(wire.url, VIDEO.model_copy(update=change))
    assert wire.seen == []


def test_an_altered_picture_is_not_sent(wire: Any) -> None:
    async def go() -> None:
        async with GeminiModels(wire.url, "key") as service:
            await service.post(VIDEO, {VIDEO.attachments[0].sha256: JPEG}, 5)

    with pytest.raises(Rejected, match="not the one that was recorded"):
        asyncio.run(go())
    assert wire.seen == []


def test_a_key_that_cannot_be_a_header_is_rejected(wire: Any) -> None:
    async def go() -> None:
        async with GeminiModels(wire.url, "käse\nx") as service:
            await service.post(TEXT, {}, 5)

    with pytest.raises(Rejected):
        asyncio.run(go())
    assert wire.seen == []


@pytest.mark.parametrize("url", ["127.0.0.1:80", "ftp://host", "http://"])
def test_a_base_url_without_scheme_or_host_is_rejected(url: str) -> None:
    with pytest.raises(Rejected, match="unusable base URL"):
        GeminiModels(url, "key")


def test_without_a_key_no_other_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "ambient")
    with pytest.raises(Rejected, match="no API key"):
        GeminiModels("http://127.0.0.1:1", "")


@ROLES
def test_ambient_variables_change_nothing(
    wire: Any, reply: Any, request_: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = "http://127.0.0.1:9"
    for name, value in {
        "GEMINI_API_KEY": "ambient",
        "GOOGLE_API_KEY": "ambient",
        "GOOGLE_GENAI_USE_ENTERPRISE": "1",
        "GOOGLE_GENAI_USE_VERTEXAI": "1",
        "GOOGLE_CLOUD_PROJECT": "ambient",
        "GOOGLE_CLOUD_LOCATION": "ambient",
        "GOOGLE_GEMINI_BASE_URL": dead,
        "GOOGLE_VERTEX_BASE_URL": dead,
        "GOOGLE_GENAI_API_VERSION": "v9",
        "GOOGLE_GENAI_HTTP_CLIENT": "httpx",
        "HTTP_PROXY": dead,
        "ALL_PROXY": dead,
    }.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.lower(), value)
    wire.on("POST", PAID, reply(error_body(400, "reached"), status=400))
    with pytest.raises(Rejected, match="reached"):
        post(wire.url, request_)
    video = request_.role == "video"
    path = "/v1/interactions" if video else f"/v1/models/{request_.model}:generateContent"
    assert wire.seen[0].path == path
    assert wire.seen[0].headers["x-goog-api-key"] == "key"
