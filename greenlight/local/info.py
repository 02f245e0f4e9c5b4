"""Events of a starting stack, and its addresses, credentials and processes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from greenlight.errors import StackError
from greenlight.local.home import lock_holder
from greenlight.settings import S3Settings
from greenlight.store.folders import write_private

State = Literal["starting", "up", "failed", "restarting", "stopped", "note"]


class ServiceEvent(BaseModel):
    """One thing that happened to a service; `seconds` counts from that service's start."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: State
    seconds: float = 0.0
    detail: str = ""


class StackInfo(BaseModel):
    """Addresses, credentials and processes of a running stack (kept in `stack.json`, 0600)."""

    model_config = ConfigDict(frozen=True)

    state: Literal["starting", "up", "stopping"]
    version: str
    home: Path
    root: Path
    supervisor_pid: int
    started_at: datetime
    prefect_api_url: str
    prefect_auth: str = ""
    """Prefect's auth string; empty in a stack that an earlier release started."""
    dashboard_url: str
    s3_endpoint_url: str
    s3_bucket: str
    s3_region: str
    s3_access_key_id: str
    s3_secret_access_key: str
    models_base_url: str
    models_api_key: str
    media_url: str
    media_secret: str
    database_url: str
    ports: dict[str, int]
    pids: dict[str, int]

    @property
    def s3(self) -> S3Settings:
        """The stack's bucket, as its owner reaches it."""
        return S3Settings(
            endpoint_url=self.s3_endpoint_url,
            bucket=self.s3_bucket,
            region=self.s3_region,
            access_key_id=self.s3_access_key_id,
            secret_access_key=self.s3_secret_access_key,
        )

    def environment(self) -> dict[str, str]:
        """Variables that point a process at this stack."""
        return {
            "GREENLIGHT_PROFILE": "embedded",
            "GREENLIGHT_HOME": str(self.home),
            "GREENLIGHT_S3_ENDPOINT_URL": self.s3_endpoint_url,
            "GREENLIGHT_S3_BUCKET": self.s3_bucket,
            "GREENLIGHT_S3_REGION": self.s3_region,
            "GREENLIGHT_S3_ACCESS_KEY_ID": self.s3_access_key_id,
            "GREENLIGHT_S3_SECRET_ACCESS_KEY": self.s3_secret_access_key,
            "GREENLIGHT_MODELS_BASE_URL": self.models_base_url,
            "GREENLIGHT_MODELS_API_KEY": self.models_api_key,
            "GREENLIGHT_MEDIA_URL": self.media_url,
            "GREENLIGHT_MEDIA_SECRET": self.media_secret,
        }


def write_stack(info: StackInfo) -> None:
    """Save where everything is, for other processes of the same owner."""
    write_private(info.home / "stack.json", info.model_dump_json(indent=1))


def read_stack(home: Path) -> StackInfo | None:
    """The record of the last stack of that home, whether it still runs or not."""
    path = home / "stack.json"
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    try:
        return StackInfo.model_validate_json(text)
    except ValidationError as error:
        raise StackError(
            f"{path} was not written by this release (stop that stack, then remove the file)"
        ) from error


def running(home: Path) -> StackInfo | None:
    """The stack that runs (or starts) in that home now, or None; one that is stopping is none.

    The supervisor's lock is what counts: the kernel drops it with the process, so neither a stale
    file nor a process id that was given to somebody else can be mistaken for a running stack.
    """
    holder = lock_holder(home)
    if holder is None:
        return None
    info = read_stack(home)
    if info is None or info.supervisor_pid != holder or info.state == "stopping":
        return None
    return info
