from __future__ import annotations

import io
import json
from collections.abc import Callable

import httpx2
import numpy as np
import pytest
from google.genai import errors, types
from PIL import Image
from standin_calls import IMAGE_MODEL, TEXT_MODEL, ask_for_video, finished, image_config
from standin_prompts import HALLWAY, SHOT_LIST_SCHEMA, shot_prompt
from standin_running import Running

from greenlight.standin.faults import FAULTS
from greenlight.standin.schema import normalise, problems


def draw(running: Running) -> types.GenerateContentResponse:
    return running.client().models.generate_content(
        model=IMAGE_MODEL, contents=shot_prompt("car"), config=image_config()
    )


def bytes_of(answer: types.GenerateContentResponse) -> bytes:
    data: bytes = answer.candidates[0].content.parts[0].inline_data.data
    return data


def write(running: Running, timeout_s: float = 60) -> types.GenerateContentResponse:
    return running.client(timeout_s=timeout_s).models.generate_content(
        model=TEXT_MODEL,
        contents=HALLWAY,
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=SHOT_LIST_SCHEMA
        ),
    )


def test_wrong_subject_is_another_picture_and_strikes_as_often_as_asked(standin: Running) -> None:
    good = bytes_of(draw(standin))
    standin.fault("wrong-subject", role="image", times=1)
    bad = bytes_of(draw(standin))
    with Image.open(io.BytesIO(good)) as a, Image.open(io.BytesIO(bad)) as b:
        away = np.abs(np.asarray(a, float) - np.asarray(b, float)).mean()
    assert away > 40
    assert bytes_of(draw(standin)) == good


def test_a_black_image_has_no_light(standin: Running) -> None:
    standin.fault("black", role="image")
    with Image.open(io.BytesIO(bytes_of(draw(standin)))) as picture:
        assert picture.size == (1280, 720)
        assert picture.getextrema() == ((0, 0), (0, 0), (0, 0))


def test_a_truncated_image_does_not_decode(standin: Running) -> None:
    standin.fault("truncated", role="image")
    with (
        Image.open(io.BytesIO(bytes_of(draw(standin)))) as picture,
        pytest.raises(OSError, match="truncated"),
    ):
        picture.load()


def test_a_black_clip_keeps_its_length(standin: Running, first_frame: bytes) -> None:
    import av

    standin.fault("black", role="video")
    job = finished(standin, ask_for_video(standin, first_frame).id)
    data = standin.client().files.download(file=job.steps[0].content[0].uri)
    with av.open(io.BytesIO(data)) as clip:
        frames = [frame.to_ndarray(format="gray") for frame in clip.decode(video=0)]
    assert len(frames) == 48
    assert max(int(frame.max()) for frame in frames) <= 18


def test_a_truncated_clip_does_not_decode(standin: Running, first_frame: bytes) -> None:
    import av

    standin.fault("truncated", role="video")
    job = finished(standin, ask_for_video(standin, first_frame).id)
    data = standin.client().files.download(file=job.steps[0].content[0].uri)
    decoded = 0
    try:
        with av.open(io.BytesIO(data)) as clip:
            for _ in clip.decode(video=0):
                decoded += 1
    except av.error.FFmpegError:
        pass
    assert decoded < 48


def test_a_refusal_has_the_form_of_its_role(standin: Running, first_frame: bytes) -> None:
    standin.fault("refusal")
    text = write(standin)
    assert text.candidates is None
    assert text.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT
    image = draw(standin)
    assert image.candidates[0].finish_reason == types.FinishReason.IMAGE_SAFETY
    assert image.candidates[0].content is None
    video = finished(standin, ask_for_video(standin, first_frame).id)
    assert video.status == "completed"
    assert [part.type for step in video.steps for part in step.content] == ["text"]
    outcomes = {row["role"]: row["outcome"] for row in standin.served("?paid=1")[-3:]}
    assert outcomes["breakdown"] == outcomes["image"] == "refused"


@pytest.mark.parametrize(("fault", "code"), [("error-500", 500), ("error-503", 503)])
def test_server_errors_come_in_the_service_s_schema(
    standin: Running, fault: str, code: int
) -> None:
    standin.fault(fault, role="breakdown")
    with pytest.raises(errors.ServerError) as caught:
        write(standin)
    assert caught.value.code == code
    assert standin.served()[-1]["outcome"] == f"error {code}"


def test_a_rate_limit_says_when_to_come_back(standin: Running) -> None:
    standin.fault("rate-limit", seconds=7)
    with pytest.raises(errors.ClientError) as caught:
        write(standin)
    assert caught.value.code == 429
    assert caught.value.details["error"]["details"][0]["retryDelay"] == "7s"


def test_a_drop_closes_the_connection_without_an_answer(standin: Running) -> None:
    standin.fault("drop", times=1)
    before = len(standin.served("?paid=1"))
    with pytest.raises(httpx2.RemoteProtocolError):
        write(standin)
    assert [row["outcome"] for row in standin.served("?paid=1")[before:]] == ["dropped"]
    assert write(standin).parsed["shots"]


def test_a_hang_never_answers_and_does_not_hold_up_others(standin: Running) -> None:
    standin.fault("hang", times=1)
    with pytest.raises(httpx2.ReadTimeout):
        write(standin, timeout_s=0.5)
    assert write(standin).parsed["shots"]


def test_garbage_json_does_not_parse(standin: Running) -> None:
    standin.fault("garbage-json")
    with pytest.raises(json.JSONDecodeError):
        json.loads(write(standin).text)


def test_wrong_schema_parses_and_does_not_fit(standin: Running) -> None:
    standin.fault("wrong-schema")
    value = json.loads(write(standin).text)
    assert problems(value, normalise(SHOT_LIST_SCHEMA))


def test_a_failed_operation_ends_as_failed(standin: Running, first_frame: bytes) -> None:
    standin.fault("operation-failed")
    job = finished(standin, ask_for_video(standin, first_frame).id)
    assert job.status == "failed"
    assert "failed" in job.errors[0].message


def test_a_rule_matches_by_prompt_and_role(standin: Running) -> None:
    standin.fault("error-500", role="image", match=r"sh00[34]0")
    assert draw(standin)
    with pytest.raises(errors.ServerError):
        standin.client().models.generate_content(
            model=IMAGE_MODEL, contents=shot_prompt("car", "sq010_sh0040"), config=image_config()
        )


def test_polls_can_be_struck(standin: Running, first_frame: bytes) -> None:
    job = ask_for_video(standin, first_frame)
    standin.fault("error-503", role="poll", times=1)
    status, _ = standin.call("GET", f"/v1/interactions/{job.id}")
    assert status == 503
    assert finished(standin, job.id).status == "completed"


def test_an_unknown_fault_names_the_known_ones(standin: Running) -> None:
    status, body = standin.call("POST", "/_standin/faults", {"fault": "gremlin"})
    assert status == 400
    assert all(name in body["error"]["message"] for name in FAULTS)
    status, body = standin.call("POST", "/_standin/faults", {"fault": "drop", "when": "now"})
    assert status == 400
    assert "when" in body["error"]["message"]


def test_rules_are_listed_with_their_strikes_and_removed(
    start_standin: Callable[..., Running],
) -> None:
    running = start_standin()
    running.fault("error-500", times=2)
    with pytest.raises(errors.ServerError):
        write(running)
    _, answer = running.call("GET", "/_standin/faults")
    (rule,) = answer["rules"]
    assert (rule["fault"], rule["times"], rule["struck"]) == ("error-500", 2, 1)
    assert set(answer["known"]) == set(FAULTS)
    running.call("DELETE", f"/_standin/faults/{rule['id']}")
    assert write(running).parsed["shots"]
