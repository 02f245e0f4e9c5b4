"""The media route over a real socket, in front of the real store."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from greenlight.access.links import media_url, signature
from greenlight.local.home import StackInfo
from greenlight.review.app import app_of
from greenlight.store.objects import connect

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4096
KEY = "shows/demo/p1/shots/sq010_sh0020/frames/v001_c2.png"


@pytest.fixture(scope="module")
def info(stack: StackInfo) -> StackInfo:
    put(stack, KEY, PICTURE, "image/png")
    return stack


def put(info: StackInfo, key: str, body: bytes, content_type: str) -> None:
    connect(info.profile.s3).put_object(
        Bucket=info.profile.s3.bucket, Key=key, Body=body, ContentType=content_type
    )


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, parts.path, headers=named)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def link(info: StackInfo, key: str = KEY) -> str:
    return media_url(info.profile.media_url, info.profile.media_secret, key)


def test_a_signed_link_shows_the_stored_picture_which_may_not_run_scripts(info: StackInfo) -> None:
    response, body = fetch(link(info))
    assert response.status == 200
    assert body == PICTURE
    headers = response.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Length"] == str(len(PICTURE))
    assert headers["Content-Disposition"].startswith('inline; filename="v001_c2.png"')
    assert "immutable" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_a_player_can_ask_for_a_part(info: StackInfo) -> None:
    response, body = fetch(link(info), Range="bytes=100-199")
    assert response.status == 206
    assert body == PICTURE[100:200]
    assert response.headers["Content-Range"] == f"bytes 100-199/{len(PICTURE)}"
    assert fetch(link(info), Range="bytes=-10")[1] == PICTURE[-10:]
    assert fetch(link(info), Range="bytes=99999999-")[0].status == 416


def test_head_tells_everything_but_the_bytes_which_are_not_sent_again(info: StackInfo) -> None:
    response, body = fetch(link(info), "HEAD")
    assert (response.status, body) == (200, b"")
    assert response.headers["Content-Length"] == str(len(PICTURE))
    assert response.headers["Accept-Ranges"] == "bytes"
    response, body = fetch(link(info), If_None_Match=response.headers["ETag"])
    assert (response.status, body) == (304, b"")


@pytest.mark.parametrize(
    "key",
    [
        "results/secret",
        "shows/../results/secret",
        "shows/demo/../../results/secret",
        "shows//demo",
        "shows/./demo",
        "shows/demo/",
        "/shows/demo",
        "shows",
        "",
    ],
)
def test_nothing_outside_shows_is_reachable_even_with_a_signature(
    info: StackInfo, key: str
) -> None:
    put(info, "results/secret", b"secret", "text/plain")
    response, body = fetch(link(info, key))
    assert response.status in (403, 404)
    assert b"secret" not in body


@pytest.mark.parametrize(
    "forged",
    ["0" * 32, "", "é" * 32, "%00", signature("another secret", KEY), signature("x", "y")[:31]],
)
def test_a_link_that_was_not_signed_here_is_refused(info: StackInfo, forged: str) -> None:
    from urllib.parse import quote

    response, body = fetch(f"{info.profile.media_url}/media/{quote(forged)}/{KEY}")
    assert response.status in (403, 404)
    assert b"PNG" not in body


def test_a_signature_fits_one_key_only(info: StackInfo) -> None:
    put(info, "shows/other/p2/cut.mp4", b"other", "video/mp4")
    url = link(info).replace("demo/p1", "other/p2").replace(KEY.split("/", 3)[3], "cut.mp4")
    assert fetch(url)[0].status == 403


def test_an_unknown_key_is_a_sentence(info: StackInfo) -> None:
    response, body = fetch(link(info, "shows/demo/p1/none.png"))
    assert response.status == 404
    assert body == b"Not found: nothing is stored under this link.\n"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_page_that_got_stored_is_a_download_and_never_a_page(info: StackInfo) -> None:
    key = 'shows/demo/p1/a"b;é.html'
    put(info, key, b"<script>alert(1)</script>", "text/html")
    headers = fetch(link(info, key))[0].headers
    disposition = headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="a_b__.html"')
    assert headers["Content-Security-Policy"].startswith("sandbox")


def test_a_store_that_is_away_is_a_503_with_a_sentence(info: StackInfo) -> None:
    from starlette.testclient import TestClient

    s3 = info.profile.s3.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    away = info.profile.model_copy(update={"s3": s3, "media_secret": "s" * 32})
    with TestClient(app_of(away, {})) as http:
        response = http.get(media_url("", "s" * 32, KEY))
        assert response.status_code == 503
        assert response.text == "The storage does not answer at the moment.\n"
        assert http.get("/health").json() == {"status": "ok"}
