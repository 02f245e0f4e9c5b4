"""What every adapter to a model service offers.

Google's, on both of its platforms, is `gemini.py`, with one file a family of models below
`families/`. Another vendor's would be a class of its own here, chosen in `workspace.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from greenlight.generate.outcome import Polled, Posted
from greenlight.generate.request import GenerationRequest, Platform


@runtime_checkable
class ModelService(Protocol):
    """A service that generates text, stills and video; used as an async context manager."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    async def post(
        self,
        request: GenerationRequest,
        pictures: Mapping[str, bytes],
        timeout: float,  # noqa: ASYNC109 - the adapter decides what a late answer means
    ) -> Posted:
        """Send the request in exactly one paid POST; `pictures` maps sha256 to bytes.

        Raises NotSent (may be posted again), Rejected (nothing billed, repeating is useless) or
        Uncertain (may have been billed, never post again).
        """
        ...

    async def poll(self, request: GenerationRequest, remote_id: str) -> Polled:
        """Look once at a submitted job, and fetch its bytes if it is done; free.

        Raises Unreachable.
        """
        ...

    async def cancel(self, request: GenerationRequest, remote_id: str) -> bool:
        """Ask the service to stop a job; True if it says that the job is cancelled. Free."""
        ...

    async def list_models(self, platform: Platform = "developer") -> list[str]:
        """Names of the models that the account sees on a platform; free."""
        ...

    async def check_key(self, platform: Platform = "developer") -> None:
        """Return if endpoint and key work; raises Rejected or Unreachable. Free."""
        ...
