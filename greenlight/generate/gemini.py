"""Google's models on both platforms, by the families that `models.toml` names.

This and the families are the only modules that import google-genai, which takes about 0.9 s (and
the first interaction another 0.7 s): import it where a call is made, not at the top of a flow.
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from google import genai
from google.genai import types

from greenlight.generate.access import STORAGE_URL, address_of, load_credentials
from greenlight.generate.errors import Rejected, Unreachable, error_of_post
from greenlight.generate.families import Family, family, load_pictures
from greenlight.generate.link import Link, Timeouts, answered_within
from greenlight.generate.models import model
from greenlight.generate.outcome import Polled, Posted, Running
from greenlight.generate.request import GenerationRequest
from greenlight.generate.wire import (
    http_client,
    idle_client,
    is_http_address,
    is_loopback,
    one_paid_post,
    trusted,
)
from greenlight.settings import ModelSettings, Platform

if TYPE_CHECKING:
    import httpx2

BASE_URL = "https://generativelanguage.googleapis.com"
# What the SDK speaks by default; said here so that no environment variable can change it.
API_VERSIONS: Mapping[Platform, str] = {"developer": "v1", "enterprise": "v1beta1"}


def read_ahead() -> None:
    """Read the authorities and build the SDK's models, which the first call would otherwise do."""
    trusted()
    for built in (types.GenerateContentConfig, types.GenerateContentResponse, types.Content):
        built.model_rebuild()


class GeminiModels:
    """Models of the platforms that an account opens; an async context manager.

    A request names its platform. A base URL takes the place of every address of the service, that
    of Cloud Storage included.
    """

    def __init__(self, account: ModelSettings, timeouts: Timeouts | None = None) -> None:
        self._base_url = account.base_url.rstrip("/")
        if self._base_url and not is_http_address(self._base_url):
            raise Rejected(f"unusable base URL {account.base_url!r} (http://… or https://…)")
        self._account = account
        self._timeouts = timeouts or Timeouts()
        self._open = AsyncExitStack()
        self._links: dict[Platform, Link] | None = None

    async def __aenter__(self) -> Self:
        self._links = {}
        if self._account.api_key:
            await self._link("developer")  # costs nothing and waits for nothing
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._links = None
        await self._open.aclose()

    async def _link(self, platform: Platform) -> Link:
        """The connection to a platform; raises Rejected where this account does not open it."""
        if self._links is None:
            raise RuntimeError("GeminiModels is used outside of its `async with`")
        if platform not in self._links:
            opened = self._developer if platform == "developer" else self._project
            self._links[platform] = await opened()
        return self._links[platform]

    async def _developer(self) -> Link:
        if not self._account.api_key:
            # The SDK would look for a key in the environment instead.
            msg = "missing API key: the request is for the developer platform"
            raise Rejected(msg, bad_key=True)
        base_url = self._base_url or BASE_URL
        http = await self._open.enter_async_context(http_client(base_url, self._timeouts.connect))
        client = genai.Client(
            enterprise=False,
            api_key=self._account.api_key,
            http_options=self._options("developer", base_url, http),
        )
        return Link("developer", client, http, self._timeouts)

    async def _project(self) -> Link:
        access = self._account
        if not access.project:
            msg = "missing project: the request is for the enterprise platform"
            raise Rejected(msg, bad_key=True)
        base_url = self._base_url or address_of(access.location)
        credentials = await to_thread(load_credentials, access)
        http = await self._open.enter_async_context(http_client(base_url, self._timeouts.connect))
        client = genai.Client(
            enterprise=True,
            project=access.project,
            location=access.location,
            credentials=credentials,
            http_options=self._options("enterprise", base_url, http),
        )
        return Link(
            "enterprise",
            client,
            http,
            self._timeouts,
            credentials=credentials,
            storage=access.storage,
            storage_url=self._base_url or STORAGE_URL,
            trust_env=not is_loopback(base_url),
        )

    def _options(
        self, platform: Platform, base_url: str, http: httpx2.AsyncClient
    ) -> types.HttpOptions:
        return types.HttpOptions(
            base_url=base_url,
            api_version=API_VERSIONS[platform],
            retry_options=types.HttpRetryOptions(attempts=1),
            httpx_client=self._open.enter_context(idle_client()),
            httpx_async_client=http,
            # For connections that nothing here opens; without it, each client reads them again.
            async_client_args={"ssl": trusted()},
        )

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
        link = await self._link(request.platform)
        ask = await _family(request)
        with one_paid_post() as paid:
            try:
                async with answered_within(timeout):
                    # A token is fetched before, and by other means: the SDK then sends one request.
                    await link.authorise()
                    return await ask.post(link, request, loaded)
            except Exception as error:
                raise error_of_post(error, model=request.model, sent=paid.sent) from error

    async def poll(self, request: GenerationRequest, remote_id: str) -> Polled:
        """Look once at a video job, and fetch the clip if it is done; free.

        A job the service denies knowing is `Running(doubt=…)`. Raises Unreachable.
        """
        try:
            link = await self._link(request.platform)
            return await (await _family(request)).poll(link, request, remote_id)
        except Rejected as error:
            if error.status in (400, 404) and not error.bad_key:
                return Running(doubt=str(error))
            raise Unreachable(f"could not look at job {remote_id!r}: {error}") from error

    async def list_models(self, platform: Platform) -> list[str]:
        """Names of the models that the account sees; raises Rejected or Unreachable. Free."""
        link = await self._link(platform)

        async def names() -> list[str]:
            pager = await link.client.aio.models.list()
            return [row.name.rpartition("/")[2] async for row in pager if row.name]

        return await link.free("list the models", names)


async def _family(request: GenerationRequest) -> Family:
    """How the request's model is asked; importing it takes a while, and never the event loop's."""
    return await to_thread(family, model(request.model).family)
