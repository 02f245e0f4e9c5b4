"""What a stage works with: one production's records, ledger, budget, store and model service."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenlight.errors import InvalidInput, NotFound
from greenlight.generate.models import model, platform_for
from greenlight.money.backoff import Backoff
from greenlight.money.budget import Budget
from greenlight.money.ledger import Ledger
from greenlight.money.show_budget import ShowBudget
from greenlight.production.brief import Brief
from greenlight.production.records import ProductionRecord
from greenlight.runs import Runs
from greenlight.settings import Platform, Profile, load_profile
from greenlight.store.keys import Keys
from greenlight.store.objects import ObjectStore, open_bucket
from greenlight.store.patience import FLOW_SECONDS
from greenlight.store.records import Clock, RecordStore, find_show, now

if TYPE_CHECKING:
    from greenlight.generate.gemini import GeminiModels
    from greenlight.generate.link import Timeouts


@dataclass(frozen=True)
class Workspace:
    """The services and records of one production, opened once per process."""

    profile: Profile
    store: ObjectStore
    keys: Keys
    records: RecordStore
    submitted: ProductionRecord
    clock: Clock = field(default=now, kw_only=True)

    @property
    def production(self) -> ProductionRecord:
        """The production under its terms as they were when its records were last read."""
        return self.submitted.under(self.records.terms)

    @functools.cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.store, self.keys.ledger)

    @property
    def budget(self) -> Budget:
        """The production's account, under its limit and its show's as they are now."""
        return Budget(
            self.store,
            self.keys.budget,
            self.production.brief.budget_usd,
            production=self.keys.production,
            show=self.show_budget,
        )

    @property
    def show_budget(self) -> ShowBudget:
        """The account of the show that the production belongs to."""
        return ShowBudget(self.store, self.keys.show)

    def runs(self) -> Runs:
        """Prefect's API, as patient as this workspace's store."""
        return Runs(self.profile, self.store.patience)

    def backoff(self, name: str) -> Backoff:
        """The pause that a model's rate limit, or its absence, has set for everybody."""
        return Backoff(self.store, name)

    def models(self) -> GeminiModels:
        """A fresh client of the model service, to be used as an async context manager."""
        return open_models(self.profile)

    def platform_of(self, name: str) -> Platform:
        """The platform that a model is asked on; raises InvalidInput where none is open to us."""
        return platform_of(self.profile, self.production.brief, name)


def platform_of(profile: Profile, brief: Brief, name: str) -> Platform:
    """The platform that a brief's model is asked on: the brief's wish first, then the profile's.

    Raises InvalidInput for a model that is on none that the profile's account opens.
    """
    opened = profile.models.platforms
    wanted = brief.models.platform
    if wanted and wanted not in opened:
        raise InvalidInput(
            f"the brief wants the {wanted} platform, and profile {profile.name!r} opens "
            f"{' and '.join(opened)}"
        )
    return platform_for(model(name), sorted(opened, key=lambda p: p != wanted))


def open_models(profile: Profile, timeouts: Timeouts | None = None) -> GeminiModels:
    """A client of a profile's model service, on every platform that its account opens."""
    # The SDK costs about a second to import: a flow that only asks people never pays it.
    from greenlight.generate.gemini import GeminiModels

    return GeminiModels(profile.models, timeouts)


def open_store(profile: Profile) -> ObjectStore:
    """The profile's bucket, for a door: one that is away is said to be so within seconds."""
    return open_bucket(profile.s3)


def patient_store(profile: Profile) -> ObjectStore:
    """The profile's bucket, for a flow: one that is away is waited for."""
    return open_bucket(profile.s3, FLOW_SECONDS)


def open_workspace(
    production: str, profile: Profile, store: ObjectStore | None = None, clock: Clock = now
) -> Workspace:
    """The workspace of a production; raises NotFound for an unknown one."""
    store = store or open_store(profile)
    keys = Keys(find_show(store, production), production)
    records = RecordStore(store, keys)
    record = records.facts().production
    if record is None:
        raise NotFound(f"production {production!r} was begun and never submitted: submit it again")
    return Workspace(profile, store, keys, records, record, clock=clock)


@functools.lru_cache(maxsize=8)
def workspace_of(production: str) -> Workspace:
    """The workspace of a production for this flow process: opened once, and patient."""
    profile = load_profile()
    return open_workspace(production, profile, patient_store(profile))
