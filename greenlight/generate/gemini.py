"""The Gemini Developer API: text and stills by generateContent, video by interactions.

This is the only module that imports google-genai, which takes about 0.9 s (and the first
interaction another 0.7 s): import it where a call is made, not at the top of a flow.
"""

from __future__ import annotations

import io
import re
from asyncio import timeout as time_limit
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self, TypeVar

from google import genai
from google.genai import types
from google.genai.interactions import Interaction
from pydantic import BaseModel, ConfigDict

from greenlight.generate.errors import (
    Rejected,
    Unreachable,
    error_of_post,
    is_transport,
    rejected,
    status_of,
)
from greenlight.generate.gemini_answers import (
    content_outcome,
    inline_bytes,
    interaction_state,
    interaction_usage,
)
from greenlight.generate.gemini_requests import content_call, interaction_call, load_pictures
from greenlight.generate.gemini_wire import (
    http_client,
    idle_client,
    is_http_address,
    one_paid_post,
    trusted,
)
from greenlight.generate.mime import sniff
from greenlight.generate.outcome import Answer, Polled, Posted, Running, Submitted
from greenlight.generate.patience import with_patience
from greenlight.generate.request import GenerationRequest

BASE_URL = "https://generativelanguage.googleapis.com"
# What the SDK speaks by default; said here so that no environment variable can change it.
API_VERSION = "v1"

Result = TypeVar("Result")


class Timeouts(BaseModel):
    """Limits in seconds: for a connection, and for each kind of free call with its repetitions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect: float = 10.0
    free: float = 30.0
    free_attempt: float = 15.0
    download: float = 600.0
    download_attempt: float = 300.0


def read_ahead() -> None:
    """Read the authorities and build the SDK's models, which the first call would otherwise do."""
    trusted()
    for built in (types.GenerateContentConfig, types.GenerateContentResponse, types.Content):
        built.model_rebuild()


class GeminiModels:
    """Models of the Developer API, reached with a key; an async context manager."""

    def __init__(
        self, base_url: str | None, api_key: str, timeouts: Timeouts | None = None
    ) -> None:
        self._base_url = (base_url or BASE_URL).rstrip("/")
        if not is_http_address(self._base_url):
            msg = f"unusable base URL {base_url!r} (wanted: http://… or https://…)"
            raise Rejected(msg)
        if not api_key:
            # The SDK would look for a key in the environment instead.
            msg = "no API key given"
            raise Rejected(msg)
        self._api_key = api_key
        self._timeouts = timeouts or Timeouts()
        self._open = AsyncExitStack()
        self._opened: genai.Client | None = None

    async def __aenter__(self) -> Self:
        http = http_client(self._base_url, self._timeouts.connect)
        await self._open.enter_async_context(http)
        self._opened = genai.Client(
            enterprise=False,
            api_key=self._api_key,
            http_options=types.HttpOptions(
                base_url=self._base_url,
                api_version=API_VERSION,
                retry_options=types.HttpRetryOptions(attempts=1),
                httpx_client=self._open.enter_context(idle_client()),
                httpx_async_client=http,
            ),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened = None
        await self._open.aclose()

    @property
    def _client(self) -> genai.Client:
        if self._opened is None:
            msg = "GeminiModels is used outside of its `async with`"
            raise RuntimeError(msg)
        return self._opened

    async def post(
        self,
        request: GenerationRequest,
        pictures: Mapping[str, bytes],
        timeout: float,  # noqa: ASYNC109 - the adapter decides what a late answer means
    ) -> Posted:
        """Send the request in exactly one paid POST; `pictures` maps sha256 to bytes.

        `timeout` bounds the whole call in seconds. Raises NotSent (may be posted again), Rejected
        (nothing billed) or Uncertain (never post again). A cancellation passes as CancelledError
        and leaves the outcome as open as Uncertain does.
        """
        loaded = load_pictures(request, pictures)
        client = self._client
        with one_paid_post() as paid:
            try:
                async with time_limit(timeout):
                    if request.role == "video":
                        create: Any = client.aio.interactions.create
                        return _submitted(await create(**interaction_call(request, loaded)))
                    model, contents, config = content_call(request, loaded)
                    response = await client.aio.models.generate_content(
                        model=model, contents=contents, config=config
                    )
                    return content_outcome(request, response)
            except Exception as error:
                raise error_of_post(error, model=request.model, sent=paid.sent) from error

    async def poll(self, request: GenerationRequest, remote_id: str) -> Polled:
        """Look once at a video job, and fetch the clip if it is done; free.

        A job the service denies knowing is `Running(doubt=…)`. Raises Unreachable.
        """
        try:
            interaction = await self._get(remote_id)
        except Rejected as error:
            if error.status in (400, 404) and not error.bad_key:
                return Running(doubt=str(error))
            msg = f"could not look at job {remote_id!r}: {error}"
            raise Unreachable(msg) from error
        state = interaction_state(interaction)
        if state is not None:
            return state
        video = interaction.output_video
        assert video is not None, "interaction_state is None only when there is a video"
        data = inline_bytes(video.data) if video.data else await self._download(video.uri or "")
        return Answer(
            mime=sniff(data, str(video.mime_type or "video/mp4")),
            data=data,
            usage=interaction_usage(interaction, request.seconds),
        )

    async def cancel(self, remote_id: str) -> bool:
        """Ask the service to stop a job; True if it says that the job is cancelled. Free.

        Raises Unreachable, and Rejected for a job that cannot be cancelled (any more).
        """
        cancel: Any = self._client.aio.interactions.cancel
        interaction = await self._free(f"cancel job {remote_id!r}", lambda: cancel(id=remote_id))
        return bool(interaction.status == "cancelled")

    async def list_models(self) -> list[str]:
        """Names of the models that the key may use; raises Rejected or Unreachable. Free."""

        async def names() -> list[str]:
            pager = await self._client.aio.models.list()
            return [row.name.removeprefix("models/") async for row in pager if row.name]

        return await self._free("list the models", names)

    async def check_key(self) -> None:
        """Return if endpoint and key work; raises Rejected or Unreachable. Free."""

        async def first_page() -> None:
            await self._client.aio.models.list(config=types.ListModelsConfig(page_size=1))

        await self._free("check the key", first_page)

    async def _get(self, remote_id: str) -> Interaction:
        get: Any = self._client.aio.interactions.get
        found = await self._free(f"look at job {remote_id!r}", lambda: get(id=remote_id))
        assert isinstance(found, Interaction), "without stream=True the SDK returns the job"
        return found

    async def _download(self, uri: str) -> bytes:
        """Bytes of a produced file, streamed in pieces of 1 MB."""
        # The SDK reads ids off https addresses only, and truncates them at the first sign that is
        # not [a-z0-9]; a bare files/ID it takes as it is.
        found = re.search(r"files/([A-Za-z0-9_-]+)", uri)
        if found is None:
            msg = f"cannot fetch the clip from {uri!r} (known: files of the service)"
            raise Unreachable(msg)

        async def fetch() -> bytes:
            into = io.BytesIO()
            await self._client.aio.files.download(file=found[0], destination=into)
            return into.getvalue()

        limits = self._timeouts
        try:
            return await self._free(
                f"download {found[0]}", fetch, limits.download, limits.download_attempt
            )
        except Rejected as error:
            # The clip is made and billed, so this must not read as if nothing had been.
            raise Unreachable(str(error)) from error

    async def _free(
        self,
        what: str,
        call: Callable[[], Awaitable[Result]],
        within: float | None = None,
        attempt: float | None = None,
    ) -> Result:
        try:
            return await with_patience(
                call,
                what=what,
                within=within or self._timeouts.free,
                attempt=attempt or self._timeouts.free_attempt,
            )
        except Unreachable:
            raise
        except Exception as error:
            if status_of(error) is not None or not is_transport(error):
                raise rejected(error) from error
            msg = f"could not {what}: {error}"
            raise Unreachable(msg) from error


def _submitted(interaction: Interaction) -> Submitted:
    if not interaction.id:
        # Accepted and not to be found again: the caller makes this Uncertain.
        msg = "the service accepted the job and gave no id"
        raise ValueError(msg)
    return Submitted(remote_id=interaction.id)
