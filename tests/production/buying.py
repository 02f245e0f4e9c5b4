"""Buys answers of the stand-in for productions that have no run."""

from __future__ import annotations

import asyncio
import secrets
from decimal import Decimal

import httpx

from greenlight.access.rights import EVERYTHING
from greenlight.access.signature import Signature
from greenlight.briefs.intake import check_brief
from greenlight.desk.submit import draft, register
from greenlight.generate.request import GenerationRequest
from greenlight.money.budget import Release
from greenlight.money.ledger import Entry, Slot
from greenlight.money.purchase import Purchase, buy
from greenlight.money.spend import Spend, spend_of
from greenlight.settings import Profile
from greenlight.store.keys import open_key
from greenlight.store.objects import ObjectStore
from greenlight.workspace import Workspace, open_workspace

ADA = Signature("Ada", "login:ada", "cli", verified=True, rights=EVERYTHING)
SLOT = Slot(subject="sq010_sh0010", kind="frame", version=1, candidate=1)


def workspace_with(profile: Profile, objects: ObjectStore, **fields: object) -> Workspace:
    """A production that has no run: only its records and ledger are there."""
    word = secrets.token_hex(4)
    brief = check_brief({"title": word, "vision": "A fox.", "show": f"s{word}"} | fields, "test")
    register(objects, draft(profile, brief, word, "test").record)
    # Without its marker recovery leaves it alone: to recovery it looks like a submit that died.
    objects.delete(open_key(word))
    return open_workspace(word, profile, objects)


def request(prompt: str = "") -> GenerationRequest:
    return GenerationRequest(
        role="image",
        purpose="frame",
        model="gemini-nano-banana-2.1",
        prompt=f"Shot: {secrets.token_hex(4)}\nSubject: a fox\nSize: wide\n{prompt}",
        aspect_ratio="16:9",
        image_size="1K",
    )


def shot_of(wanted: GenerationRequest) -> str:
    return wanted.prompt.split("\n")[0].removeprefix("Shot: ")


def entry_of(workspace: Workspace, slot: Slot = SLOT) -> Entry:
    entry = workspace.ledger.entry(slot)
    assert entry is not None
    return entry


def spend(workspace: Workspace) -> Spend:
    return spend_of(workspace.production, workspace.ledger, workspace.records.facts())


def posts(faults: httpx.Client, wanted: GenerationRequest) -> int:
    """How often the stand-in was asked for this, by its own list."""
    rows = faults.get("requests", params={"paid": 1}).json()
    return sum(row["shot"] == shot_of(wanted) for row in rows)


def released(slot: Slot = SLOT, ceiling: str = "1") -> Release:
    """An approval that has room for whatever the tests ask."""
    return Release(f"test/{slot.path}", Decimal(ceiling))


def obtain(
    workspace: Workspace,
    wanted: GenerationRequest,
    slot: Slot = SLOT,
    release: Release | None = None,
) -> Purchase:
    key = f"{workspace.keys.root}test/{slot.path}"
    return asyncio.run(buy(workspace, slot, wanted, key, release or released(slot)))
