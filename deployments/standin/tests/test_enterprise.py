"""Imagen and Veo on the enterprise wire, with application-default credentials."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import google.auth
import numpy as np
import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.genai import errors, types
from google.oauth2 import credentials as oauth
from google.oauth2 import service_account
from PIL import Image

from deployments.standin.tests.enterprise import IMAGEN, SCOPES, VEO, credentials, done, enterprise
from deployments.standin.tests.prompts import shot_prompt
from deployments.standin.tests.running import Running


def picture(data: bytes, mime: str = "image/png") -> types.Image:
    return types.Image(image_bytes=data, mime_type=mime)


def frames_of(data: bytes) -> list[np.ndarray[Any, Any]]:
    with av.open(io.BytesIO(data)) as clip:
        return [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]


def test_a_service_account_gets_a_token_and_a_forged_one_does_not(standin: Running) -> None:
    account = credentials(standin)
    account.refresh(Request())
    assert account.valid
    _, given = standin.call("GET", "/_standin/credentials")
    forged = {**given, "client_email": "nobody@standin.iam.gserviceaccount.com"}
    other = service_account.Credentials.from_service_account_info(forged, scopes=SCOPES)
    with pytest.raises(RefreshError, match="account not found"):
        other.refresh(Request())


def test_application_default_credentials_reach_the_stand_in(
    standin: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "account.json"
    path.write_text(json.dumps(standin.call("GET", "/_standin/credentials")[1]))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    found, project = google.auth.default(scopes=SCOPES)
    assert project == "standin"
    answer = enterprise(standin, credentials=found).models.generate_content(
        model="gemini-3.8-flash", contents="a lamp"
    )
    assert answer.text.startswith("(stand-in)")


def test_a_token_that_nobody_gave_out_is_refused(start_standin: Callable[..., Running]) -> None:
    guarded = start_standin(api_key="secret")
    client = enterprise(guarded, credentials=oauth.Credentials(token="ya29.made-up"))
    with pytest.raises(errors.ClientError) as refused:
        client.models.generate_content(model="gemini-3.8-flash", contents="x")
    assert (refused.value.code, refused.value.status) == (401, "UNAUTHENTICATED")
    assert enterprise(guarded).models.generate_content(model="gemini-3.8-flash", contents="x").text


def test_imagen_makes_as_many_pictures_as_asked_at_the_asked_size(standin: Running) -> None:
    answer = enterprise(standin).models.generate_images(
        model=IMAGEN,
        prompt=shot_prompt("fox"),
        config=types.GenerateImagesConfig(
            number_of_images=2, aspect_ratio="16:9", image_size="2K", include_rai_reason=True
        ),
    )
    drawn = [Image.open(io.BytesIO(one.image.image_bytes)) for one in answer.generated_images]
    assert [one.size for one in drawn] == [(2560, 1440)] * 2
    first, second = (np.asarray(one.convert("L"), float) for one in drawn)
    assert np.abs(first - second).mean() > 1, "candidates are not the same picture"


def test_imagen_takes_a_seed_only_without_a_watermark(standin: Running) -> None:
    ask = enterprise(standin).models.generate_images
    with pytest.raises(errors.ClientError, match="watermark"):
        ask(model=IMAGEN, prompt="a fox", config=types.GenerateImagesConfig(seed=3))
    config = types.GenerateImagesConfig(seed=3, add_watermark=False)
    made = [ask(model=IMAGEN, prompt="a fox", config=config) for _ in range(2)]
    assert len({one.generated_images[0].image.image_bytes for one in made}) == 1


def test_a_picture_that_was_filtered_says_why_if_asked(standin: Running) -> None:
    standin.fault("refusal", role="image", times=1)
    answer = enterprise(standin).models.generate_images(
        model=IMAGEN,
        prompt="a fox",
        config=types.GenerateImagesConfig(include_rai_reason=True),
    )
    assert "violated usage guidelines" in answer.generated_images[0].rai_filtered_reason


def test_veo_goes_from_its_first_frame_to_its_last(standin: Running, first_frame: bytes) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1280, 720), (180, 30, 30)).save(out, "PNG")
    client = enterprise(standin)
    operation = client.models.generate_videos(
        model=VEO,
        prompt=shot_prompt("fox"),
        image=picture(first_frame),
        config=types.GenerateVideosConfig(
            duration_seconds=4, resolution="720p", seed=7, last_frame=picture(out.getvalue())
        ),
    )
    assert not operation.done
    ended = done(client, operation)
    video = ended.response.generated_videos[0].video
    frames = frames_of(video.video_bytes)
    assert len(frames) == 96
    with Image.open(io.BytesIO(first_frame)) as given:
        wanted = np.asarray(given.convert("RGB"), float)
    assert np.abs(frames[0] - wanted).mean() < 8
    assert np.abs(frames[-1] - np.array([180, 30, 30])).mean() < 8


def test_veo_delivers_into_a_bucket_from_which_it_can_be_fetched(standin: Running) -> None:
    client = enterprise(standin)
    operation = client.models.generate_videos(
        model=VEO,
        prompt=shot_prompt("fox"),
        config=types.GenerateVideosConfig(
            duration_seconds=4, output_gcs_uri="gs://studio/dailies", generate_audio=True
        ),
    )
    video = done(client, operation).response.generated_videos[0].video
    assert video.video_bytes is None
    bucket, _, name = video.uri.removeprefix("gs://").partition("/")
    assert (bucket, name.split("/")[0]) == ("studio", "dailies")
    account = credentials(standin)
    account.refresh(Request())
    import urllib.request
    from urllib.parse import quote

    url = f"{standin.url}/storage/v1/b/{bucket}/o/{quote(name, safe='')}?alt=media"
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {account.token}"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        data = answer.read()
    with av.open(io.BytesIO(data)) as clip:
        assert clip.streams.video[0].frames == 96
        assert len(clip.streams.audio) == 1


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"duration_seconds": 5}, "supported: 4, 6, 8"),
        ({"resolution": "1080p", "duration_seconds": 4}, "supported: 8"),
        ({"aspect_ratio": "1:1"}, "supported: 16:9, 9:16"),
        ({"resolution": "480p"}, "supported: 720p, 1080p, 4k"),
        ({"last_frame": picture(b"x")}, "lastFrame needs a first frame"),
        (
            {
                "duration_seconds": 4,
                "reference_images": [
                    types.VideoGenerationReferenceImage(image=picture(b"x"), reference_type="asset")
                ],
            },
            "with reference images",
        ),
    ],
)
def test_what_veo_cannot_make_is_refused_with_what_it_can(
    standin: Running, config: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(errors.ClientError, match=sentence):
        enterprise(standin).models.generate_videos(
            model=VEO, prompt="a fox", config=types.GenerateVideosConfig(**config)
        )
    assert standin.served("?paid=1")[-1]["billed"] is False


def test_an_operation_outlives_a_restart(start_standin: Callable[..., Running]) -> None:
    first = start_standin(latency={"video": 2})
    operation = enterprise(first).models.generate_videos(
        model=VEO,
        prompt=shot_prompt("fox"),
        config=types.GenerateVideosConfig(duration_seconds=4),
    )
    first.stop()
    again = start_standin(latency={"video": 2})
    ended = done(enterprise(again), types.GenerateVideosOperation(name=operation.name))
    assert ended.response.generated_videos
    assert [row["result"] for row in again.served("?paid=1")] == ["made"]


def test_an_operation_of_another_model_is_not_found(standin: Running) -> None:
    name = f"projects/standin/locations/us-central1/publishers/google/models/{VEO}/operations/x"
    with pytest.raises(errors.ClientError) as refused:
        enterprise(standin).operations.get(types.GenerateVideosOperation(name=name))
    assert refused.value.code == 404


def test_models_of_the_enterprise_platform_are_listed_and_not_at_the_other(
    standin: Running,
) -> None:
    listed = {model.name.rpartition("/")[2] for model in enterprise(standin).models.list()}
    assert {IMAGEN, VEO, "gemini-3.8-flash"} <= listed
    here = {model.name.removeprefix("models/") for model in standin.client().models.list()}
    assert not {IMAGEN, VEO} & here
    with pytest.raises(errors.ClientError, match="not found"):
        standin.client().models.generate_content(model=VEO, contents="x")
