"""`greenlight notify`: subscribe, test, look back; the secret is printed once."""

from __future__ import annotations

import json

import pytest

from greenlight.local.home import StackInfo
from tests.e2e.receiver import receiving

pytestmark = pytest.mark.stack


@pytest.fixture
def here(stack: StackInfo) -> dict[str, str]:
    return {"GREENLIGHT_HOME": str(stack.home)}


def test_a_webhook_is_added_tested_listed_and_removed(cli, here: dict[str, str]) -> None:
    with receiving() as receiver:
        done = cli("notify", "add", f"{receiver.url}?key=hidden", "--as", "Ada", "--json", **here)
        assert done.returncode == 0, done.stderr
        added = json.loads(done.stdout)
        assert added["secret"].startswith("whsec_")
        assert len(added["events"]) == 6

        sent = cli("notify", "test", added["id"], "--json", **here)
        assert sent.returncode == 0, sent.stderr
        said = json.loads(sent.stdout)
        (got,) = receiver.got
        assert (said["state"], said["status"], said["answer"]) == ("sent", 200, "thanks")
        assert said["message"] == got.id
        assert got.signed_with(added["secret"])
        assert got.event == "test"

        receiver.plan = [500]
        failed = cli("notify", "test", added["id"], **here)
        assert failed.returncode == 6
        assert "again 500" in failed.stdout

        listed = [
            cli("notify", "list", **here),
            cli("notify", "list", "--json", **here),
            cli("notify", "log", **here),
            cli("notify", "log", "--json", "--count", "5", **here),
        ]
        for page in listed:
            assert page.returncode == 0, page.stderr
            assert added["id"] in page.stdout
            assert added["secret"] not in page.stdout
            assert "hidden" not in page.stdout
        rows = json.loads(listed[1].stdout)
        assert {"added_by": "Ada", "stopped": ""}.items() <= rows[-1].items()

        gone = cli("notify", "remove", added["id"], "--json", **here)
        assert json.loads(gone.stdout) == {"removed": added["id"]}
        assert cli("notify", "test", added["id"], **here).returncode == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ftp://example.com/x"], "supported: http, https"),
        (["https://ada:geheim@example.com"], "no user name or password"),
        (["https://example.invalid/"], "cannot be found"),
        (["nothing"], "neither a webhook"),
        (["http://127.0.0.1:9/", "--events", "gate"], "unknown event 'gate'"),
        (["http://127.0.0.1:9/", "--overdue", "0"], "overdue after 0 hours"),
        (["http://127.0.0.1:9/", "--show", "No Show"], "is an invalid show"),
    ],
)
def test_what_cannot_be_told_is_refused_in_a_line(
    cli, here: dict[str, str], words: list[str], said: str
) -> None:
    before = cli("notify", "list", "--json", **here).stdout
    done = cli("notify", "add", *words, **here)
    assert done.returncode == 2
    assert said in done.stderr
    assert "geheim" not in done.stderr
    assert cli("notify", "list", "--json", **here).stdout == before


def test_a_block_that_prefect_does_not_have_is_not_found(cli, here: dict[str, str]) -> None:
    done = cli("notify", "add", "slack-webhook/nowhere", **here)
    assert done.returncode == 3
    assert "no notification block slack-webhook/nowhere" in done.stderr


def test_a_private_receiver_is_refused_outside_the_embedded_stack(
    cli, stack: StackInfo, here: dict[str, str]
) -> None:
    real = {
        **here,
        "GREENLIGHT_PROFILE": "env",
        "GREENLIGHT_PREFECT_API_URL": stack.profile.prefect_api_url,
        "GREENLIGHT_PREFECT_AUTH": stack.profile.prefect_auth,
        "GREENLIGHT_S3_ENDPOINT_URL": stack.profile.s3.endpoint_url,
        "GREENLIGHT_S3_BUCKET": stack.profile.s3.bucket,
        "GREENLIGHT_S3_ACCESS_KEY_ID": stack.profile.s3.access_key_id,
        "GREENLIGHT_S3_SECRET_ACCESS_KEY": stack.profile.s3.secret_access_key,
        "GREENLIGHT_MODELS_API_KEY": "none",
        "GREENLIGHT_MEDIA_URL": stack.profile.media_url,
        "GREENLIGHT_MEDIA_SECRET": "none" * 8,
    }
    for url in (
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/",
    ):
        done = cli("notify", "add", url, **real)
        assert done.returncode == 5, done.stderr
        assert "--private" in done.stderr
    done = cli("notify", "add", "http://127.0.0.1:9/", "--private", "--json", **real)
    assert done.returncode == 0, done.stderr
    assert cli("notify", "remove", json.loads(done.stdout)["id"], **real).returncode == 0
