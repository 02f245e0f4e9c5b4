from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable

import av
import httpx2
import numpy as np
import pytest
from google.genai import errors, types
from google.genai._gaos.lib import compat_errors
from greenlight_standin.faults import FAULTS
from greenlight_standin.schema import normalise, problems
from PIL import Image

from deployments.standin.tests.calls import (
    IMAGE_MODEL,
    TEXT_MODEL,
    ask_for_video,
    finished,
    image_config,
)
from deployments.standin.tests.prompts import HALLWAY, SHOT_LIST_SCHEMA, shot_prompt
from deployments.standin.tests.running import Running, until


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


def clip_of(running: Running, first_frame: bytes) -> bytes:
    job = finished(running, ask_for_video(running, first_frame).id)
    data: bytes = running.client().files.download(file=job.steps[0].content[0].uri)
    return data


def test_a_black_clip_keeps_its_length(standin: Running, first_frame: bytes) -> None:
    standin.fault("black", role="video")
    with av.open(io.BytesIO(clip_of(standin, first_frame))) as clip:
        frames = [frame.to_ndarray(format="gray") for frame in clip.decode(video=0)]
    assert len(frames) == 48
    assert max(int(frame.max()) for frame in frames) <= 18


def test_a_truncated_clip_does_not_decode(standin: Running, first_frame: bytes) -> None:
    standin.fault("truncated", role="video")
    decoded = 0
    with (
        contextlib.suppress(av.error.FFmpegError),
        av.open(io.BytesIO(clip_of(standin, first_frame))) as clip,
    ):
        for _ in clip.decode(video=0):
            decoded += 1
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
    rows = {row["role"]: row for row in standin.served("?paid=1")[-3:]}
    assert rows["breakdown"]["outcome"] == rows["image"]["outcome"] == "refused"
    assert {row["result"] for row in rows.values()} == {"refused"}
    assert not any(row["billed"] for row in rows.values())


@pytest.mark.parametrize(("fault", "code"), [("error-500", 500), ("error-503", 503)])
def test_server_errors_come_in_the_service_s_schema(
    standin: Running, fault: str, code: int
) -> None:
    standin.fault(fault, role="breakdown")
    with pytest.raises(errors.ServerError) as caught:
        write(standin)
    assert caught.value.code == code
    row = standin.served()[-1]
    assert (row["outcome"], row["billed"], row["fault"]) == (f"error {code}", False, fault)


def test_a_rate_limit_says_when_to_come_back(standin: Running) -> None:
    standin.fault("rate-limit", seconds=7)
    with pytest.raises(errors.ClientError) as caught:
        write(standin)
    assert caught.value.code == 429
    assert caught.value.details["error"]["details"][0]["retryDelay"] == "7s"


@pytest.mark.parametrize(
    ("fault", "outcome", "billed"),
    [
        ("drop", "dropped", False),
        ("hang", "hung", False),
        ("accept-then-drop", "dropped", True),
        ("accept-then-hang", "hung", True),
    ],
)
def test_no_answer_comes_and_the_list_says_whether_the_work_was_billed(
    standin: Running, fault: str, outcome: str, billed: bool
) -> None:
    standin.fault(fault, times=1)
    before = len(standin.served("?paid=1"))
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadTimeout)):
        write(standin, timeout_s=1.5)
    until(lambda: standin.served("?paid=1")[before]["outcome"] != "open")
    (row,) = standin.served("?paid=1")[before:]
    assert (row["outcome"], row["billed"], row["fault"]) == (outcome, billed, fault)
    assert (row["result"], row["usage"] is not None) == ("made" if billed else None, billed)
    assert write(standin).parsed["shots"], "the next one is served, though one may be kept waiting"


@pytest.mark.parametrize("fault", ["accept-then-drop", "accept-then-hang"])
def test_a_job_whose_answer_is_lost_is_in_the_list_with_its_id_and_goes_on(
    standin: Running, first_frame: bytes, fault: str
) -> None:
    standin.fault(fault, role="video", times=1)
    before = len(standin.served("?role=video"))
    with pytest.raises(compat_errors.APIConnectionError):
        ask_for_video(standin, first_frame, timeout=2.0)
    until(lambda: standin.served("?role=video")[before]["billed"])
    row = standin.served("?role=video")[before]
    assert row["billed"]
    assert finished(standin, row["remote_id"]).status == "completed"
    row = standin.served("?role=video")[-1]
    assert (row["result"], row["billed"], row["fault"]) == ("made", True, fault)
    assert row["usage"]["seconds"] == 2
    assert row["usage"]["output_tokens"] == 2 * 5792


def test_a_cancellation_can_be_done_and_not_told(standin: Running, first_frame: bytes) -> None:
    standin.call("PUT", "/_standin/latency", {"video": 30})
    job = ask_for_video(standin, first_frame)
    standin.fault("accept-then-drop", role="cancel", times=1)
    with pytest.raises(OSError, match=r"closed|reset"):
        standin.call("POST", f"/v1/interactions/{job.id}/cancel")
    assert standin.client().interactions.get(job.id).status == "cancelled"
    row = standin.served("?role=video")[-1]
    assert (row["remote_id"], row["result"], row["billed"]) == (job.id, "cancelled", False)


def test_garbage_json_does_not_parse(standin: Running) -> None:
    standin.fault("garbage-json")
    with pytest.raises(json.JSONDecodeError):
        json.loads(write(standin).text)


def test_wrong_schema_parses_and_does_not_fit(standin: Running) -> None:
    standin.fault("wrong-schema")
    value = json.loads(write(standin).text)
    assert problems(value, normalise(SHOT_LIST_SCHEMA))


def test_a_failed_operation_ends_as_failed_and_is_not_billed(
    standin: Running, first_frame: bytes
) -> None:
    standin.fault("operation-failed")
    job = finished(standin, ask_for_video(standin, first_frame).id)
    assert job.status == "failed"
    assert "failed" in job.errors[0].message
    row = standin.served("?role=video")[-1]
    assert (row["result"], row["billed"]) == ("failed", False)


def test_a_clip_of_the_wrong_length_is_half_as_long(standin: Running, first_frame: bytes) -> None:
    standin.fault("wrong-length")
    job = finished(standin, ask_for_video(standin, first_frame).id)
    data = standin.client().files.download(file=job.steps[0].content[0].uri)
    with av.open(io.BytesIO(data)) as clip:
        assert clip.streams.video[0].frames == 24
    assert job.usage.output_tokens_by_modality[0].tokens == 2 * 5792


def test_a_download_can_be_cut_short_and_be_whole_the_next_time(
    standin: Running, first_frame: bytes
) -> None:
    job = finished(standin, ask_for_video(standin, first_frame).id)
    uri = job.steps[0].content[0].uri
    standin.fault("truncated", role="download", times=1)
    cut, whole = (standin.client().files.download(file=uri) for _ in range(2))
    assert cut == whole[: len(whole) * 2 // 5]


def test_an_expired_file_is_gone_for_good_and_the_job_is_not(
    standin: Running, first_frame: bytes
) -> None:
    job = finished(standin, ask_for_video(standin, first_frame).id)
    ident = job.steps[0].content[0].uri.rsplit("/", 1)[-1].partition(":")[0]
    standin.fault("expired-file", times=1)
    for _ in range(2):
        status, body = standin.call("GET", f"/v1/files/{ident}:download?alt=media")
        assert status == 403
        assert "may not exist" in body["error"]["message"]
    assert standin.client().interactions.get(job.id).status == "completed"
    assert standin.served("?role=video")[-1]["billed"]


def test_a_spurious_400_passes_and_a_lost_operation_does_not(
    standin: Running, first_frame: bytes
) -> None:
    job = finished(standin, ask_for_video(standin, first_frame).id)
    path = f"/v1/interactions/{job.id}"
    standin.fault("spurious-400", times=1, match="sh0030")
    assert [standin.call("GET", path)[0] for _ in range(2)] == [400, 200]
    standin.fault("lost-operation", times=1)
    for _ in range(3):
        status, body = standin.call("GET", path)
        assert status == 400
        assert body["error"]["message"] == "Invalid interaction name."
    row = standin.served("?role=video")[-1]
    assert (row["remote_id"], row["result"], row["billed"]) == (job.id, "made", True)


def test_usage_is_left_out_or_absurd_and_the_list_keeps_the_truth(
    standin: Running, first_frame: bytes
) -> None:
    true = draw(standin).usage_metadata
    standin.fault("no-usage", role="image", times=1)
    standin.fault("wrong-usage", times=2)
    assert draw(standin).usage_metadata is None
    absurd = draw(standin).usage_metadata
    assert absurd.total_token_count == 1000 * true.total_token_count
    details = absurd.candidates_tokens_details[0]
    assert (details.modality, details.token_count) == (types.MediaModality.IMAGE, 1_120_000)
    job = finished(standin, ask_for_video(standin, first_frame).id)
    assert job.usage.total_output_tokens == 1000 * 2 * 5792
    tokens = [row["usage"]["output_tokens"] for row in standin.served("?billed=1")[-4:]]
    assert tokens == [1120] * 3 + [2 * 5792]


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
