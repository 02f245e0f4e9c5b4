"""Where Prefect keeps what stages returned: in the bucket, and with no credentials in Prefect.

Prefect hands the fields of a block to all its clients. This one has none: a process that runs a
stage reads and writes with the profile that it has anyway.
"""

from __future__ import annotations

import asyncio
from functools import cache

from prefect.filesystems import WritableFileSystem
from prefect.utilities.asyncutils import sync_compatible

from greenlight.settings import load_profile
from greenlight.store.objects import ObjectStore
from greenlight.workspace import patient_store

PREFIX = "results/"


class StageResults(WritableFileSystem):
    """Results below `results/` in the bucket of the process's own profile."""

    _block_type_name = "Greenlight results"
    _block_type_slug = "greenlight-results"
    _description = "Results of stages, in the bucket of the profile that a flow run has."

    @sync_compatible
    async def read_path(self, path: str) -> bytes:
        """The bytes of a result; raises NotFound."""
        return await asyncio.to_thread(_store().get, f"{PREFIX}{path}")

    @sync_compatible
    async def write_path(self, path: str, content: bytes) -> None:
        """Writes a result, over what is there."""
        await asyncio.to_thread(_store().overwrite, f"{PREFIX}{path}", content)


NAME = "stages"
STORAGE = f"{StageResults._block_type_slug}/{NAME}"
"""The saved block, as flows name it: Prefect takes none that it has not saved."""


@cache
def _store() -> ObjectStore:
    return patient_store(load_profile())
