"""Families of models: one file each for how they are asked and what they answer.

A further family is one new file here with `post` (and `poll` where it works in jobs),
and rows in `models.toml` that name it in `family`, with a price in `money/prices.toml`. Nothing
else changes: `family` is the name of the file, `post` gets the stored request with its pictures
checked and loaded, and what it does not raise as one of ours is put into words by `errors.py`. It
makes a single POST and leaves repeating, timeouts and tokens to `gemini.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from greenlight.errors import InvalidInput
from greenlight.generate.errors import Rejected
from greenlight.generate.link import Link
from greenlight.generate.models import check_request
from greenlight.generate.outcome import Polled, Posted
from greenlight.generate.request import GenerationRequest

_HEADS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
)
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"qt  ": "video/quicktime",
}


def sniff(data: bytes, declared: str) -> str:
    """Mime type by the leading bytes; `declared` where they say nothing.

    Services were seen to declare PNG and send JPEG, so what they declare is only the fallback.
    """
    for head, mime in _HEADS:
        if data.startswith(head):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    return declared


@dataclass(frozen=True)
class Picture:
    """An attachment with its bytes, and the mime type that the bytes really have."""

    use: str
    mime: str
    data: bytes


def load_pictures(request: GenerationRequest, pictures: Mapping[str, bytes]) -> tuple[Picture, ...]:
    """Pictures of a request in its order; raises Rejected for anything that cannot be sent."""
    try:
        check_request(request)
    except InvalidInput as error:
        raise Rejected(str(error)) from error
    loaded = []
    for attachment in request.attachments:
        data = pictures.get(attachment.sha256)
        if data is None:
            raise Rejected(f"picture {attachment.key!r} was not given for {request.model!r}")
        if hashlib.sha256(data).hexdigest() != attachment.sha256:
            raise Rejected(f"picture {attachment.key!r} is not the one that was recorded")
        loaded.append(Picture(attachment.use, sniff(data, attachment.mime), data))
    return tuple(loaded)


class Family(Protocol):
    """What each file offers; one that answers at once has no `poll`."""

    def post(
        self, link: Link, request: GenerationRequest, pictures: Sequence[Picture]
    ) -> Awaitable[Posted]:
        """Send the request in one paid POST."""
        ...

    def poll(self, link: Link, request: GenerationRequest, remote_id: str) -> Awaitable[Polled]:
        """Look once at a job, and fetch its bytes if it is done; free.

        Raises Rejected where the service denies knowing the job, and Unreachable.
        """
        ...


@cache
def family(name: str) -> Family:
    """The family of that name."""
    return cast("Family", import_module(f"{__name__}.{name}"))
