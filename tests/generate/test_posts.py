"""A paid POST leaves once, and every way it can go wrong is told apart."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack
from typing import Any

import pytest

from greenlight.generate.errors import NotSent, Rejected, Uncertain
from greenlight.generate.link import Timeouts
from greenlight.generate.outcome import Submitted
from greenlight.generate.wire import RepeatedPostError, http_client, one_paid_post
from tests.generate.wire_requests import (
    JPEG,
    PAID,
    PNG,
    ROLES,
    TEXT,
    VIDEO,
    at,
    attach,
    bytes_of,
    error_body,
    post,
)


@ROLES
@pytest.mark.parametrize("trouble", ["drop", "hang", "cut"])
def test_an_answer_that_never_comes_whole_is_uncertain_and_posted_once(
    wire, reply, asked, trouble
) -> None:
    wire.on("POST", PAID, reply({"candidates": [], "id": "x" * 200}, trouble=trouble))
    with pytest.raises(Uncertain) as caught:
        post(wire.url, asked, timeout=0.6)
    assert wire.count("POST") == 1
    assert asked.model in str(caught.value)


@ROLES
@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 409])
def test_a_server_error_is_uncertain_and_posted_once(wire, reply, asked, status) -> None:
    wire.on("POST", PAID, reply(error_body(status, "overloaded"), status=status))
    with pytest.raises(Uncertain, match="overloaded"):
        post(wire.url, asked)
    assert wire.count("POST") == 1


@pytest.mark.parametrize(
    ("quota", "least"),
    [
        ("GenerateRequestsPerDayPerProjectPerModel-FreeTier", 3600),
        ("GenerateContentPaidTierInputTokensPerMonth", 3600),
        ("GenerateRequestsPerMinutePerProjectPerModel", 7.5),
        ("", 3),
    ],
)
@ROLES
def test_a_rate_limit_was_not_accepted_and_says_when_to_come_again(
    wire, reply, asked, quota, least
) -> None:
    violation = {"quotaMetric": "m", "quotaId": quota, "quotaValue": "20"}
    details = [
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7.5s"},
    ]
    body = error_body(429, "used up", details=details) if quota else {}
    wire.on("POST", PAID, reply(body, status=429, headers={"retry-after": "3"}))
    with pytest.raises(NotSent, match="rate limit") as caught:
        post(wire.url, asked)
    assert caught.value.retry_after == least
    assert wire.count("POST") == 1


@ROLES
def test_a_refused_connection_was_not_sent(asked, free_port) -> None:
    with pytest.raises(NotSent):
        post(f"http://127.0.0.1:{free_port()}", asked)


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
    wire, reply, asked, status, message, says
) -> None:
    wire.on("POST", PAID, reply(error_body(status, message), status=status))
    with pytest.raises(Rejected, match=says) as caught:
        post(wire.url, asked)
    assert asked.model in str(caught.value)
    assert wire.count("POST") == 1


@ROLES
def test_a_200_that_cannot_be_read_is_uncertain(wire, reply, asked) -> None:
    without_an_id = {"status": "in_progress", "steps": []} if asked is VIDEO else {}
    html = reply(b"<html>proxy page</html>", headers={"content-type": "text/html"})
    wire.on("POST", PAID, html, reply(without_an_id))
    for number in (1, 2) if asked is VIDEO else (1,):
        with pytest.raises(Uncertain):
            post(wire.url, asked)
        assert wire.count("POST") == number


@ROLES
def test_a_cancellation_passes_and_nothing_is_repeated(wire, reply, asked) -> None:
    wire.on("POST", PAID, reply(trouble="hang"))

    async def go() -> None:
        async with at(wire.url) as service:
            task = asyncio.create_task(service.post(asked, bytes_of(PNG), 10))
            async with asyncio.timeout(5):
                while not wire.seen:
                    await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(go())
    assert wire.count("POST") == 1


def test_no_continuation_is_asked_for(wire, reply) -> None:
    part = {"content": {"parts": [{"text": "half"}]}, "finishReason": "CONTINUATION"}
    job = {"id": "j1", "status": "requires_continuation", "continuation_token": "t", "steps": []}
    half = {"candidates": [{**part, "continuationToken": "dG9rZW4="}]}
    wire.on("POST", PAID, reply(half), reply(job))
    post(wire.url, TEXT)
    assert post(wire.url, VIDEO) == Submitted(remote_id="j1")
    assert wire.count("POST") == 2


def test_a_repetition_by_any_layer_is_stopped_before_it_leaves(wire, reply) -> None:
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


def test_posts_at_the_same_time_go_out_on_connections_of_their_own(wire, reply) -> None:
    wire.on("POST", PAID, reply({"id": "j", "status": "in_progress", "steps": []}))

    async def go() -> list[Any]:
        async with at(wire.url) as service:
            await service.post(VIDEO, bytes_of(PNG), 10)
            return await asyncio.gather(*(service.post(VIDEO, bytes_of(PNG), 10) for _ in range(6)))

    assert asyncio.run(go()) == [Submitted(remote_id="j")] * 6
    assert len({seen.port for seen in wire.seen}) == 7, "a kept one may be closing"


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
            async with at(url, Timeouts(connect=0.2)) as service:
                await service.post(TEXT, {}, 60)

        with pytest.raises(NotSent):
            asyncio.run(go())


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


@pytest.mark.parametrize(
    ("key", "pictures", "says"),
    [
        ("key", {VIDEO.attachments[0].sha256: JPEG}, "not the one that was recorded"),
        ("käse\nx", bytes_of(PNG), "could not be sent"),
    ],
    ids=["an altered picture", "a key that cannot be a header"],
)
def test_what_cannot_be_sent_is_rejected(wire, key, pictures, says) -> None:
    async def go() -> None:
        async with at(wire.url, key=key) as service:
            await service.post(VIDEO, pictures, 5)

    with pytest.raises(Rejected, match=says):
        asyncio.run(go())
    assert wire.seen == []


@pytest.mark.parametrize("url", ["127.0.0.1:80", "ftp://host", "http://"])
def test_a_base_url_without_scheme_or_host_is_rejected(url: str) -> None:
    with pytest.raises(Rejected, match="unusable base URL"):
        at(url)


@ROLES
def test_ambient_variables_change_nothing(
    wire, reply, asked, monkeypatch: pytest.MonkeyPatch
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
        post(wire.url, asked)
    video = asked.role == "video"
    path = "/v1/interactions" if video else f"/v1/models/{asked.model}:generateContent"
    assert wire.seen[0].path == path
    assert wire.seen[0].headers["x-goog-api-key"] == "key"
