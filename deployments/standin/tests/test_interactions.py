from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import av
import pytest
from google.genai._gaos.lib import compat_errors

from deployments.standin.tests.calls import ask_for_video, finished
from deployments.standin.tests.running import Running


def test_a_video_is_created_polled_and_downloaded(standin: Running, first_frame: bytes) -> None:
    job = ask_for_video(standin, first_frame)
    assert job.status == "in_progress"
    job = finished(standin, job.id)
    assert job.status == "completed"
    content = job.steps[0].content[0]
    assert content.mime_type == "video/mp4"
    data = standin.client().files.download(file=content.uri)
    with av.open(io.BytesIO(data)) as clip:
        stream = clip.streams.video[0]
        assert (stream.width, stream.height, stream.frames) == (1280, 720, 48)
        assert stream.average_rate == 24
    assert job.usage.output_tokens_by_modality[0].modality == "video"
    assert job.usage.output_tokens_by_modality[0].tokens == 2 * 5792
    roles = [row["role"] for row in standin.served("?shot=sq010_sh0030")]
    assert roles[0] == "video"
    assert roles[-1] == "download"


def test_without_background_the_post_waits_and_can_deliver_inline(
    standin: Running, first_frame: bytes
) -> None:
    job = ask_for_video(standin, first_frame, background=False, video={"delivery": "inline"})
    assert job.status == "completed"
    assert base64.b64decode(job.steps[0].content[0].data)[4:8] == b"ftyp"


def test_a_cancelled_job_stays_cancelled(standin: Running, first_frame: bytes) -> None:
    standin.call("PUT", "/_standin/latency", {"video": 30})
    job = ask_for_video(standin, first_frame)
    assert standin.client().interactions.cancel(job.id).status == "cancelled"
    assert standin.client().interactions.get(job.id).status == "cancelled"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"video": {"duration": "8"}}, "seconds are written like '8s'"),
        ({"video": {"duration": "90s"}}, "Unsupported duration"),
        ({"video": {"aspect_ratio": "7:1"}}, "Unsupported aspect ratio"),
        ({"video": {"resolution": "99p"}}, "Unsupported resolution"),
        ({"store": False}, "store=true"),
        ({"model": "gemini-3.8-flash"}, "does not generate video"),
    ],
)
def test_a_video_that_cannot_be_made_is_400(
    standin: Running, first_frame: bytes, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(compat_errors.BadRequestError) as caught:
        ask_for_video(standin, first_frame, **changes)
    assert sentence in caught.value.body["error"]["message"]


def test_an_unknown_interaction_is_400(standin: Running) -> None:
    with pytest.raises(compat_errors.BadRequestError) as caught:
        standin.client().interactions.get("nope")
    assert caught.value.body["error"]["code"] == "invalid_request"


def test_an_unknown_file_is_403(standin: Running) -> None:
    status, body = standin.call("GET", "/v1/files/abc123:download?alt=media")
    assert status == 403
    assert "may not exist" in body["error"]["message"]


def test_a_restart_knows_its_jobs_and_files_and_finishes_what_was_open(
    start_standin: Callable[..., Running], first_frame: bytes
) -> None:
    before = start_standin()
    done = finished(before, ask_for_video(before, first_frame).id)
    before.call("PUT", "/_standin/latency", {"video": 60})
    cut_short = ask_for_video(before, first_frame)
    before.stop()

    after = start_standin()
    assert after.client().interactions.get(done.id).status == "completed"
    assert after.client().files.download(file=done.steps[0].content[0].uri)[4:8] == b"ftyp"
    assert finished(after, cut_short.id).status == "completed"
    assert [row["paid"] for row in after.served("?role=video")] == [True, True]
