"""What a stage works with: one production's records, ledger, budget, store and model service."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from greenlight.errors import NotFound
from greenlight.generate.protocol import ModelService
from greenlight.money.budget import Budget
from greenlight.money.ledger import Ledger
from greenlight.production.records import ProductionRecord
from greenlight.settings import Profile, load_profile
from greenlight.store.keys import Keys
from greenlight.store.objects import ObjectStore, connect
from greenlight.store.records import RecordStore, find_show


@dataclass(frozen=True)
class Studio:
    """The services and records of one production, opened once per process."""

    profile: Profile
    store: ObjectStore
    keys: Keys
    records: RecordStore
    production: ProductionRecord

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store, self.keys.ledger)

    @property
    def budget(self) -> Budget | None:
        limit = self.production.brief.budget_usd
        return Budget(self.store, self.keys.budget, limit) if limit is not None else None

    def models(self) -> ModelService:
        """A fresh client of the model service, to be used as an async context manager."""
        # The SDK costs about a second to import: a flow that only asks people never pays it.
        from greenlight.generate.gemini import GeminiModels

        settings = self.profile.models
        return GeminiModels(base_url=settings.base_url or None, api_key=settings.api_key)


def open_store(profile: Profile) -> ObjectStore:
    """The profile's bucket."""
    return ObjectStore(connect(profile.s3), profile.s3.bucket)


def open_studio(production: str, profile: Profile, store: ObjectStore | None = None) -> Studio:
    """The studio of a production; raises NotFound when there is no such production."""
    store = store or open_store(profile)
    keys = Keys(find_show(store, production), production)
    records = RecordStore(store, keys)
    record = records.facts().production
    if record is None:
        raise NotFound(f"production {production!r} was begun and never submitted: submit it again")
    return Studio(profile, store, keys, records, record)


@functools.lru_cache(maxsize=8)
def studio_of(production: str) -> Studio:
    """The studio of a production under this process's profile, opened once."""
    return open_studio(production, load_profile())
