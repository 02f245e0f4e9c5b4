"""The SDK's documented calls, sync and async, on both platforms; and recorded requests."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import types
from pydantic import BaseModel

from tests.standin.enterprise import IMAGEN, VEO, done, enterprise
from tests.standin.prompts import shot_prompt
from tests.standin.running import Running

RECORDED = json.loads(
    (Path(__file__).parent / "data/recorded_requests.json").read_text(encoding="utf-8")
)
TEXT, STILL, OMNI = "gemini-3.8-flash", "gemini-nano-banana-2.1", "gemini-omni-1.2-flash"

Call = Callable[..., Any]


class Shots(BaseModel):
    title: str
    shots: list[str]


@pytest.fixture(params=["developer", "enterprise"])
def client(request: pytest.FixtureRequest, standin: Running) -> genai.Client:
    return standin.client() if request.param == "developer" else enterprise(standin)


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Makes one call of a client by its dotted name, in either manner."""

    def found(root: Any, name: str) -> Any:
        for part in name.split("."):
            root = getattr(root, part)
        return root

    def make(client: genai.Client, name: str, /, **arguments: Any) -> Any:
        if request.param == "sync":
            return found(client, name)(**arguments)

        async def go() -> Any:
            answer = await found(client.aio, name)(**arguments)
            if hasattr(answer, "__aiter__") and not isinstance(answer, bytes):
                return [item async for item in answer]
            return answer

        return asyncio.run(go())

    return make


def test_text_and_structured_output(client: genai.Client, call: Call) -> None:
    answer = call(client, "models.generate_content", model=TEXT, contents="A lamp is lit.")
    assert "lamp" in answer.text
    assert answer.usage_metadata.candidates_token_count > 0
    config = types.GenerateContentConfig(
        response_mime_type="application/json", response_schema=Shots
    )
    parsed = call(
        client, "models.generate_content", model=TEXT, contents="A lamp.", config=config
    ).parsed
    assert isinstance(parsed, Shots)


def test_a_stream_and_a_count(client: genai.Client, call: Call) -> None:
    parts = call(client, "models.generate_content_stream", model=TEXT, contents="A lamp is lit.")
    assert "lamp" in "".join(part.text for part in parts)
    assert call(client, "models.count_tokens", model=TEXT, contents="A lamp.").total_tokens >= 2


def test_a_still_with_a_reference(client: genai.Client, call: Call, first_frame: bytes) -> None:
    answer = call(
        client,
        "models.generate_content",
        model=STILL,
        contents=[
            types.Part.from_bytes(data=first_frame, mime_type="image/png"),
            shot_prompt("fox"),
        ],
        config=types.GenerateContentConfig(
            response_modalities=["IMAGE"],
            image_config=types.ImageConfig(aspect_ratio="16:9", image_size="1K"),
        ),
    )
    assert answer.candidates[0].content.parts[0].inline_data.data.startswith(b"\x89PNG")


def test_speech_is_24_khz_of_plain_tone(client: genai.Client, call: Call) -> None:
    voice = types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name="Kore"))
    answer = call(
        client,
        "models.generate_content",
        model="gemini-3.8-flash-tts",
        contents="The lamp, the ship, the sea.",
        config=types.GenerateContentConfig(
            response_modalities=["AUDIO"], speech_config=types.SpeechConfig(voice_config=voice)
        ),
    )
    sound = answer.candidates[0].content.parts[0].inline_data
    assert "rate=24000" in sound.mime_type
    assert 0.5 < len(sound.data) / 2 / 24_000 < 6


def test_embeddings_of_near_things_are_near(client: genai.Client, call: Call) -> None:
    def vector(text: str) -> list[float]:
        answer = call(client, "models.embed_content", model="gemini-embedding-001", contents=text)
        return list(answer.embeddings[0].values)

    def near(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    lamp = vector("a keeper lights the lamp in the lighthouse")
    assert near(lamp, vector("lighthouse lamp, lit by its keeper")) > 0.5
    assert near(lamp, vector("a fox runs through deep snow")) < 0.2


def test_models_are_listed_and_described(client: genai.Client, call: Call) -> None:
    assert TEXT in {model.name.rpartition("/")[2] for model in call(client, "models.list")}
    assert call(client, "models.get", model=TEXT).name.endswith(TEXT)


def test_a_clip_by_interaction(client: genai.Client, call: Call, first_frame: bytes) -> None:
    picture = base64.b64encode(first_frame).decode()
    job = call(
        client,
        "interactions.create",
        model=OMNI,
        background=True,
        store=True,
        input=[
            {"type": "text", "text": shot_prompt("fox")},
            {"type": "image", "data": picture, "mime_type": "image/png"},
        ],
        response_format=[{"type": "video", "duration": "2s", "delivery": "inline"}],
        generation_config={"video_config": {"task": "image_to_video"}, "seed": 7},
    )
    deadline = time.monotonic() + 60
    while job.status == "in_progress":
        assert time.monotonic() < deadline
        time.sleep(0.1)
        job = call(client, "interactions.get", id=job.id)
    assert base64.b64decode(job.output_video.data)[4:8] == b"ftyp"


def test_imagen_makes_edits_and_enlarges(standin: Running, call: Call, first_frame: bytes) -> None:
    client = enterprise(standin)
    made = call(client, "models.generate_images", model=IMAGEN, prompt=shot_prompt("fox"))
    assert made.generated_images[0].image.image_bytes.startswith(b"\x89PNG")
    given = types.Image(image_bytes=first_frame, mime_type="image/png")
    edited = call(
        client,
        "models.edit_image",
        model="imagen-3.0-capability-001",
        prompt=shot_prompt("fox"),
        reference_images=[types.RawReferenceImage(reference_id=1, reference_image=given)],
        config=types.EditImageConfig(edit_mode=types.EditMode.EDIT_MODE_INPAINT_INSERTION),
    )
    assert edited.generated_images
    larger = call(
        client,
        "models.upscale_image",
        model="imagen-4.0-upscale-preview",
        image=given,
        upscale_factor="x2",
    )
    assert larger.generated_images[0].image.image_bytes.startswith(b"\x89PNG")


def test_veo_from_a_source(standin: Running, call: Call, first_frame: bytes) -> None:
    client = enterprise(standin)
    operation = call(
        client,
        "models.generate_videos",
        model=VEO,
        source=types.GenerateVideosSource(
            prompt=shot_prompt("fox"),
            image=types.Image(image_bytes=first_frame, mime_type="image/png"),
        ),
        config=types.GenerateVideosConfig(duration_seconds=4, number_of_videos=1),
    )
    ended = call(client, "operations.get", operation=done(client, operation))
    assert ended.response.generated_videos[0].video.video_bytes[4:8] == b"ftyp"


def test_files_and_caches(standin: Running, call: Call, tmp_path: Path) -> None:
    client = standin.client()
    path = tmp_path / "frame.png"
    path.write_bytes(b"\x89PNG" + bytes(2_000))
    file = call(client, "files.upload", file=str(path))
    assert (file.mime_type, file.size_bytes) == ("image/png", 2_004)
    assert call(client, "files.get", name=file.name).uri == file.uri
    cache = call(
        client,
        "caches.create",
        model=TEXT,
        config=types.CreateCachedContentConfig(contents=["the bible " * 40], ttl="300s"),
    )
    assert cache.usage_metadata.total_token_count > 50


@pytest.mark.slow
def test_every_recorded_request_is_taken(
    start_standin: Callable[..., Running], first_frame: bytes
) -> None:
    """Sent again as they were, with whole pictures and with ids that this server gave out."""
    running = start_standin()
    picture = base64.b64encode(first_frame).decode()
    jobs: dict[str, str] = {}
    uploads: list[str] = []
    refused = []

    def send(method: str, path: str, data: bytes | None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urllib.request.Request(running.url + path, data, named, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def upload(path: str) -> tuple[int, bytes]:
        if "upload_id" not in path:
            kind = {"x_goog_upload_header_content_type": "image/png"}
            status, headers, said = send("POST", path, b"{}", x_goog_upload_command="start", **kind)
            uploads.append(headers["X-Goog-Upload-URL"].removeprefix(running.url))
            return status, said
        end = {"x_goog_upload_command": "upload, finalize", "x_goog_upload_offset": "0"}
        status, _, said = send("POST", uploads.pop(), first_frame, **end)
        return status, said

    upload("/upload/v1/files")
    stored = json.loads(upload("/upload/v1/files?upload_id=x")[1])["file"]["name"]
    for row in RECORDED:
        # Pictures were cut short when the requests were written down, and two names stand for any.
        text = re.sub(r'"iVBOR[^"]*"', f'"{picture}"', json.dumps(row["body"]))
        image = '"IMAGE"' in text
        path = re.sub(r"/models/[xg]:", f"/models/{STILL if image else TEXT}:", row["path"])
        text = text.replace('"model": "g"', f'"model": "{TEXT}"')
        where = path.split("/interactions")[0].split("/publishers")[0]
        if path.startswith("/upload"):
            status, said = upload(path)
        else:
            path = re.sub(r"interactions/int-\d+", f"interactions/{jobs.get(where)}", path)
            path = re.sub(r"files/v\d+", stored, path)
            text = re.sub(r'"[^"]*/operations/op-\d+"', f'"{jobs.get(f"{where}:op")}"', text)
            data = None if row["method"] == "GET" else text.encode()
            status, _, said = send(row["method"], path, data, content_type="application/json")
        if status == 200 and path.endswith("/interactions"):
            jobs[where] = json.loads(said)["id"]
        if status == 200 and path.endswith(":predictLongRunning"):
            jobs[f"{where}:op"] = json.loads(said)["name"]
        if status != (400 if "/nope" in path else 200):
            refused.append((row["method"], row["path"], status, said[:200]))
    assert refused == []
    assert len(RECORDED) > 60
