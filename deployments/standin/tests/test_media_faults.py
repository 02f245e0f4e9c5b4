"""Media that are wrong in shape, quality or pace, on both wires."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import av
import numpy as np
import pytest
from google.genai import errors, types
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.quota import Quotas
from PIL import Image

from deployments.standin.tests.calls import (
    IMAGE_MODEL,
    TEXT_MODEL,
    ask_for_video,
    finished,
    image_config,
)
from deployments.standin.tests.enterprise import IMAGEN, VEO, done, enterprise
from deployments.standin.tests.prompts import shot_prompt
from deployments.standin.tests.running import Running

Draw = Callable[[Running, int], bytes]


def by_gemini(running: Running, version: int = 1) -> bytes:
    answer = running.client().models.generate_content(
        model=IMAGE_MODEL,
        contents=f"{shot_prompt('car')}\nVersion: {version}",
        config=image_config(),
    )
    data: bytes = answer.candidates[0].content.parts[0].inline_data.data
    return data


def by_imagen(running: Running, version: int = 1) -> bytes:
    answer = enterprise(running).models.generate_images(
        model=IMAGEN,
        prompt=f"{shot_prompt('car')}\nVersion: {version}",
        config=types.GenerateImagesConfig(aspect_ratio="16:9"),
    )
    data: bytes = answer.generated_images[0].image.image_bytes
    return data


both = pytest.mark.parametrize("draw", [by_gemini, by_imagen])


def sharpness(data: bytes) -> float:
    with Image.open(io.BytesIO(data)) as picture:
        grey = np.asarray(picture.convert("L"), float)
    return float(np.abs(np.diff(grey, axis=1)).mean())


@both
def test_a_picture_of_the_wrong_size_has_another_shape(standin: Running, draw: Draw) -> None:
    standin.fault("wrong-size", role="image", times=1)
    with Image.open(io.BytesIO(draw(standin, 1))) as picture:
        assert picture.size == (640, 720)
    with Image.open(io.BytesIO(draw(standin, 1))) as picture:
        assert picture.size == (1280, 720)


@both
def test_pictures_get_worse_with_each_version_and_the_first_is_whole(
    standin: Running, draw: Draw
) -> None:
    whole = [draw(standin, version) for version in (1, 2, 4)]
    standin.fault("quality-loss", role="image")
    worn = [draw(standin, version) for version in (1, 2, 4)]
    assert worn[0] == whole[0]
    kept = [sharpness(w) / sharpness(v) for w, v in zip(worn, whole, strict=True)]
    assert 1 == kept[0] > kept[1] > kept[2]


def test_clips_of_the_wrong_size_on_both_wires(standin: Running, first_frame: bytes) -> None:
    standin.fault("wrong-size", role="video")
    job = finished(standin, ask_for_video(standin, first_frame).id)
    client = enterprise(standin)
    operation = client.models.generate_videos(
        model=VEO,
        source=types.GenerateVideosSource(prompt=shot_prompt("fox")),
        config=types.GenerateVideosConfig(duration_seconds=4),
    )
    made = [
        standin.client().files.download(file=job.steps[0].content[0].uri),
        done(client, operation).response.generated_videos[0].video.video_bytes,
    ]
    for data in made:
        with av.open(io.BytesIO(data)) as clip:
            assert (clip.streams.video[0].width, clip.streams.video[0].height) == (640, 720)


@both
def test_a_slow_answer_is_right_and_billed_whoever_waits_for_it(
    standin: Running, draw: Draw
) -> None:
    quick = draw(standin, 1)
    standin.fault("slow-trickle", role="image", seconds=1.5, times=1)
    started = time.monotonic()
    assert draw(standin, 1) == quick
    assert time.monotonic() - started >= 1.4
    row = standin.served("?paid=1")[-1]
    assert (row["fault"], row["billed"], row["outcome"]) == ("slow-trickle", True, "ok")


def test_a_slow_poll_is_a_poll(standin: Running, first_frame: bytes) -> None:
    standin.fault("slow-trickle", role="poll", seconds=0.5, times=1)
    job = ask_for_video(standin, first_frame)
    assert finished(standin, job.id).status == "completed"


def test_a_quota_counts_paid_requests_of_a_model_in_a_minute() -> None:
    moment = 100.0
    quotas = Quotas({"a": 2, "*": 1}, lambda: moment)
    quotas.take("a")
    moment = 130.0
    quotas.take("a")
    with pytest.raises(WireError, match=r"retry in 30\.000s"):
        quotas.take("a")
    quotas.take("b")
    with pytest.raises(WireError, match="limit: 1, model: b"):
        quotas.take("b")
    moment = 160.1
    quotas.take("a")


def test_above_a_quota_the_service_says_when_to_come_back(standin: Running) -> None:
    assert standin.call("PUT", "/_standin/quotas", {"*": 1}) == (200, {"*": 1})
    try:
        client = standin.client()
        client.models.generate_content(model=TEXT_MODEL, contents="x")
        with pytest.raises(errors.ClientError) as refused:
            client.models.generate_content(model=TEXT_MODEL, contents="x")
        details = refused.value.details["error"]["details"]
        assert refused.value.code == 429
        assert details[0]["violations"][0]["quotaDimensions"]["model"] == TEXT_MODEL
        assert 0 < float(details[1]["retryDelay"].removesuffix("s")) <= 60
        assert standin.served("?paid=1")[-1]["billed"] is False
        client.models.get(model=TEXT_MODEL)  # free calls have no quota
    finally:
        standin.call("PUT", "/_standin/quotas", {})
    assert standin.call("PUT", "/_standin/quotas", {"*": 0})[0] == 400
