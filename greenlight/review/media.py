"""`/media/{signature}/{key}`: stored pictures and clips for holders of a signed link.

Presigned S3 links expire within a week and gates wait longer. These links do not expire, and end
when the media secret is changed; they sign one key each, reach only what lies below `shows/`, and
nothing that is served may run scripts. The room's own pages show pictures by `pictures` instead.
"""

from __future__ import annotations

import posixpath
import re
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from greenlight.access.links import PREFIX, REPORTS, signature_fits
from greenlight.errors import GreenlightError
from greenlight.settings import Profile
from greenlight.store.objects import FLOW_READ_SECONDS, connect

WIDTHS = (240, 480, 960, 1600)
"""Pixels across: a strip, a card, a phone or a large view, a screen."""
KEPT_BYTES = 96 << 20


class Thumbs:
    """Makes and keeps thumbnails, the least recently shown giving way. Methods block.

    Safe to share between threads; how many are made at once is the caller's to say.
    """

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._most = kept_bytes
        self._held = 0
        self._known: OrderedDict[tuple[str, int, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, width: int, seen: str, fetch: Callable[[], bytes]) -> bytes:
        """The thumbnail of what lies under `key`; raises what `fetch` raises, and UnreadableMedia.

        `fetch` is called when it has to be made; with `seen` it gets frame lines at that ratio.
        """
        wanted = key, width, seen
        with self._lock:
            found = self._known.get(wanted)
            if found is not None:
                self._known.move_to_end(wanted)
                return found
        from greenlight.media.framing import framed_still
        from greenlight.media.stills import thumbnail

        data = fetch()
        found = thumbnail(framed_still(data, seen, width) if seen else data, width)
        with self._lock:
            self._held += len(found) - len(self._known.pop(wanted, b""))
            self._known[wanted] = found
            while self._held > self._most:
                self._held -= len(self._known.popitem(last=False)[1])
        return found


_CHUNK_BYTES = 256 << 10
_RANGE = re.compile(r"^bytes=(\d+-\d*|-\d+)$")
_SAFE_NAME = re.compile(r"[^A-Za-z0-9._-]")

# Formats that show themselves in a page. Anything else, whatever its record claims, is a download.
_SHOWN = ("image/png", "image/jpeg", "image/webp", "image/gif", "video/mp4", "video/webm")

# What Greenlight wrote itself; the guards below keep scripts out of these too.
_OWN = ("text/html", "image/svg+xml")
_READERS = 16
"""Threads that read from the storage, beside those that answer pages."""
_MAKERS = 2
"""Making a thumbnail takes a core; the pages themselves need one too."""
_MOST_WANTED = 200
AWAY = "The storage does not answer at the moment."

_GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class MediaRoute:
    """Answers GET and HEAD for signed keys, ranges included."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._client: Any = None
        self._thumbs = Thumbs()
        self._reading, self._making = CapacityLimiter(_READERS), CapacityLimiter(_MAKERS)
        self._wanted = 0

    async def serve(self, request: Request) -> Response:
        """Stream one object, or say in a sentence why not."""
        key = request.path_params["key"]
        if not signature_fits(self._profile.media_secret, key, request.path_params["signature"]):
            return _sentence(403, "This link is not signed for what it asks for.")
        if not key.startswith(PREFIX) or posixpath.normpath(key) != key:
            return _sentence(403, "Only what lies below shows/ is served here.")
        return await self.answer(request, key)

    async def answer(self, request: Request, key: str, seen: str = "") -> Response:
        """The object for an authorised reader, or a JPEG of it in one of the WIDTHS.

        With `seen` that has frame lines at this aspect ratio.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        width = request.query_params.get("width", "")
        try:
            if width in map(str, WIDTHS):
                return await self._small(request, key, int(width), seen)
            return await self._whole(request, key)
        except ClientError as error:
            return _refusal(error)
        except BotoCoreError:
            return _sentence(503, AWAY, {"Retry-After": "5"})

    async def _small(self, request: Request, key: str, width: int, seen: str) -> Response:
        etag = f'"{width}-{seen}-{posixpath.basename(key)}"'
        headers = _headers({"ContentType": "image/jpeg", "ContentLength": 0, "ETag": etag}, key)
        del headers["Content-Length"], headers["Accept-Ranges"]
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=_GUARDS)

        def fetch() -> bytes:
            return bytes(self._open("GET", key, {})["Body"].read())

        if self._wanted >= _MOST_WANTED:
            return _sentence(503, "Too many pictures are being made.", {"Retry-After": "5"})
        self._wanted += 1
        try:
            make = partial(self._thumbs.get, key, width, seen, fetch)
            data = await run_sync(make, limiter=self._making)
        except GreenlightError:
            return _sentence(404, "No small picture of this can be made.")
        finally:
            self._wanted -= 1
        return Response(data, headers=headers)

    async def _whole(self, request: Request, key: str) -> Response:
        # A range that is not understood is ignored, as HTTP allows; S3 judges the others.
        asked = request.headers.get("range", "")
        extra = {"Range": asked} if _RANGE.match(asked) else {}
        if "if-none-match" in request.headers:
            extra["IfNoneMatch"] = request.headers["if-none-match"]
        ask = partial(self._open, request.method, key, extra)
        found = await run_sync(ask, limiter=self._reading)
        headers = _headers(found, key)
        status = 206 if "ContentRange" in found else 200
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers)
        chunks = _chunks(found["Body"], self._reading)
        return StreamingResponse(chunks, status_code=status, headers=headers)

    def _open(self, method: str, key: str, extra: dict[str, str]) -> dict[str, Any]:
        if self._client is None:
            self._client = connect(self._profile.s3, FLOW_READ_SECONDS)
        operation = self._client.head_object if method == "HEAD" else self._client.get_object
        return dict(operation(Bucket=self._profile.s3.bucket, Key=key, **extra))


def _headers(found: dict[str, Any], key: str) -> dict[str, str]:
    content_type = found.get("ContentType", "application/octet-stream")
    kind = content_type.split(";")[0].strip().lower()
    shown = kind in _SHOWN or (key.startswith(REPORTS) and kind in _OWN)
    name = posixpath.basename(key)
    disposition = (
        f'{"inline" if shown else "attachment"}; filename="{_SAFE_NAME.sub("_", name)}"; '
        f"filename*=UTF-8''{quote(name, safe='')}"
    )
    headers = {
        **_GUARDS,
        "Content-Type": content_type,
        "Content-Length": str(found["ContentLength"]),
        "Content-Disposition": disposition,
        "ETag": found["ETag"],
        "Accept-Ranges": "bytes",
        # Stored once under a versioned key, never changed: a browser need not ask again.
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    if "ContentRange" in found:
        headers["Content-Range"] = found["ContentRange"]
    return headers


async def _chunks(body: Any, limiter: CapacityLimiter) -> AsyncIterator[bytes]:
    try:
        while chunk := await run_sync(partial(body.read, _CHUNK_BYTES), limiter=limiter):
            yield chunk
    finally:
        body.close()


def _refusal(error: Any) -> Response:
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 500)
    if status == 304:
        return Response(status_code=304, headers=_GUARDS)
    if status == 404:
        return _sentence(404, "Not found: nothing is stored under this link.")
    if status == 416:
        return _sentence(416, "The file is shorter than the range that was asked for.")
    return _sentence(503, "The storage cannot serve this at the moment.", {"Retry-After": "5"})


def _sentence(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(
        f"{sentence}\n",
        status_code=status,
        headers={**_GUARDS, "Cache-Control": "no-store", **(headers or {})},
    )
