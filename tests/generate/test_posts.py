"""A paid POST leaves once, and every way it can go wrong is told apart."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import socket
import time
from contextlib import ExitStack
from typing import Any

import pytest

from greenlight.generate.errors import NotSent, Rejected, Uncertain
from greenlight.generate.gemini import GeminiModels, Timeouts
from greenlight.generate.gemini_wire import RepeatedPostError, http_client, one_paid_post
from greenlight.generate.outcome import Answer, Submitted
from greenlight.generate.request import Attachment, GenerationRequest

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"1" * 40


def attach(data: bytes, use: Any, mime: str = "image/png") -> Attachment:
    return Attachment(key="a.png", sha256=hashlib.sha256(data).hexdigest(), mime=mime, use=use)


def bytes_of(*datas: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(data).hexdigest(): data for data in datas}


TEXT = GenerationRequest(
    role="text",
    purpose="breakdown",
    model="gemini-3.8-flash",
    prompt="a hallway",
    system="you are a director",
    response_schema={"type": "object", "properties": {"shots": {"type": "array"}}},
    seed=7,
)
IMAGE = GenerationRequest(
    role="image",
    purpose="frame",
    model="gemini-nano-banana-2.1",
    prompt="a frame",
    aspect_ratio="16:9",
    image_size="1K",
    seed=0,
)
VIDEO = GenerationRequest(
    role="video",
    purpose="clip",
    model="gemini-omni-1.2-flash",
    prompt="a clip",
    aspect_ratio="16:9",
    resolution="720p",
    seconds=4,
    seed=9,
    attachments=(attach(PNG, "first_frame"),),
)
ROLES = pytest.mark.parametrize("request_", [TEXT, IMAGE, VIDEO], ids=lambda r: r.role)
PAID = r":generateContent|/interactions$"


def post(url: str, request: GenerationRequest, timeout: float = 5.0, **pictures: bytes) -> Any:
    async def go() -> Any:
        async with GeminiModels(url, "key") as service:
            return await service.post(request, bytes_of(PNG, *pictures.values()), timeout)

    return asyncio.run(go())


def error_body(status: int, message: str = "no", **more: Any) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "status": "X", **more}}


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


def test_text_asks_for_json_by_schema(wire: Any, reply: Any) -> None:
    wire.on("POST", PAID, reply({"candidates": [{"content": {"parts": [{"text": "{}"}]}}]}))
    request = TEXT.model_copy(update={"attachments": (attach(PNG, "take", "image/jpeg"),)})
    answer = post(wire.url, request)
    assert isinstance(answer, Answer)
    assert (answer.mime, answer.data) == ("application/json", b"{}")
    body = wire.seen[0].body
    assert wire.seen[0].path == "/v1/models/gemini-3.8-flash:generateContent"
    config = body["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseJsonSchema"] == TEXT.response_schema
    assert config["seed"] == 7
    assert config["maxOutputTokens"] == 16384
    assert body["systemInstruction"]["parts"] == [{"text": "you are a director"}]
    text, picture = body["contents"][0]["parts"]
    assert text == {"text": "a hallway"}
    assert "image/png" in picture["inlineData"].values(), "the bytes, not the record, say the type"
    assert base64.b64decode(picture["inlineData"]["data"]) == PNG


def test_a_still_asks_for_an_image_of_a_shape(wire: Any, reply: Any) -> None:
    data = {"mimeType": "image/png", "data": base64.b64encode(JPEG).decode()}
    wire.on("POST", PAID, reply({"candidates": [{"content": {"parts": [{"inlineData": data}]}}]}))
    answer = post(wire.url, IMAGE)
    assert isinstance(answer, Answer)
    assert (answer.mime, answer.data, answer.usage) == ("image/jpeg", JPEG, None)
    config = wire.seen[0].body["generationConfig"]
    assert config["responseModalities"] == ["IMAGE"]
    assert config["imageConfig"] == {"aspectRatio": "16:9", "imageSize": "1K"}
    assert config["seed"] == 0


def test_a_clip_starts_a_background_job_from_its_first_frame(wire: Any, reply: Any) -> None:
    wire.on("POST", PAID, reply({"id": "j1", "status": "in_progress", "steps": []}))
    attachments = (attach(JPEG, "reference"), attach(PNG, "first_frame"))
    request = VIDEO.model_copy(update={"attachments": attachments})
    assert post(wire.url, request, more=JPEG) == Submitted(remote_id="j1")
    body = wire.seen[0].body
    assert wire.seen[0].path == "/v1/interactions"
    assert body["background"] is True
    assert body["store"] is True
    assert body["generation_config"] == {"video_config": {"task": "image_to_video"}, "seed": 9}
    assert body["response_format"] == [
        {
            "type": "video",
            "aspect_ratio": "16:9",
            "resolution": "720p",
            "duration": "4s",
            "delivery": "uri",
        }
    ]
    blocks = body["input"][0]["content"] if "content" in body["input"][0] else body["input"]
    assert [block["type"] for block in blocks] == ["text", "image", "image"]
    assert "<FIRST_FRAME> is picture 1." in blocks[0]["text"]
    assert "<IMAGE_REF_1> is picture 2." in blocks[0]["text"]
    assert base64.b64decode(blocks[1]["data"]) == PNG
    assert blocks[2]["mime_type"] == "image/jpeg"


def test_a_prompt_that_marks_its_first_frame_is_sent_as_it_is(wire: Any, reply: Any) -> None:
    wire.on("POST", PAID, reply({"id": "j1", "status": "in_progress", "steps": []}))
    post(wire.url, VIDEO.model_copy(update={"prompt": "<FIRST_FRAME> then she turns"}))
    assert '"<FIRST_FRAME> then she turns"' in str(wire.seen[0].body).replace("'", '"')
