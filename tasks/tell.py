"""tell: one message to one subscriber, tried a few times in a quarter of a minute."""

from __future__ import annotations

import asyncio
import functools
import inspect
from typing import Any

import httpx
from prefect import task
from prefect.blocks.core import Block
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run
from prefect.tasks import Task

from greenlight.errors import NotFound
from greenlight.notify.outbox import notice_of
from greenlight.notify.sending import Answer, TryLater, deliver
from greenlight.notify.subscribers import subscriber_of
from greenlight.settings import Profile, load_profile
from greenlight.store.objects import ObjectStore
from greenlight.workspace import patient_store

DELAYS = [1.0, 4.0, 10.0]
"""Seconds between tries; after the last the message is put aside for a later round."""


@functools.lru_cache(maxsize=1)
def services() -> tuple[Profile, ObjectStore]:
    """The profile and its patient store, opened once per process."""
    profile = load_profile()
    return profile, patient_store(profile)


def worth_it(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether the receiver may take it if it is asked again."""
    return isinstance(state.data, TryLater)


@task(
    name="tell",
    task_run_name="tell {subscriber}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=len(DELAYS),
    retry_delay_seconds=DELAYS,
    retry_jitter_factor=0.3,
    retry_condition_fn=worth_it,
)
async def tell(message: str, subscriber: str) -> str:
    """Tells one subscriber and returns how that ended; addresses and secrets are not parameters."""
    return await asyncio.to_thread(_tell, message, subscriber, flow_run.id)


def _tell(message: str, name: str, by: str) -> str:
    profile, store = services()
    try:
        subscriber = subscriber_of(store, name)
    except NotFound:
        return "removed"
    return deliver(store, profile, notice_of(store, message), subscriber, by, send_block).state


def send_block(name: str, subject: str, text: str) -> Answer:
    """Sends through the Prefect notification block of that type and name.

    What went wrong is said by its kind alone: messages of such errors hold addresses and tokens.
    """
    try:
        block: Any = asyncio.run(_load(name))
    except ValueError:
        return Answer("refused", None, f"Prefect has no block {name}")
    if not hasattr(block, "notify"):
        return Answer("refused", None, f"the block {name} cannot notify")
    try:
        with block.raise_on_failure():
            asyncio.run(_notify(block, subject, text))
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        return Answer("again" if status >= 500 or status == 429 else "refused", status, "")
    except Exception as error:  # noqa: BLE001 - recorded in the delivery, where people look
        return Answer("again", None, type(error).__name__)
    return Answer("sent", None, "")


async def _load(name: str) -> Any:
    return await Block.aload(name)


async def _notify(block: Any, subject: str, text: str) -> None:
    begun = block.notify(text, subject)
    if inspect.isawaitable(begun):
        await begun
