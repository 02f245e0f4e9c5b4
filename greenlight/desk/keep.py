"""Keeping what was made: verify it, remove what is not needed, back it up and restore it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from greenlight.desk import Desk, Signature
from greenlight.settings import Profile
from greenlight.store.objects import open_bucket
from greenlight.store.patience import FLOW_SECONDS
from greenlight.store.records import find_show
from greenlight.upkeep.backup import Restored, Saved, Scope, back_up, open_volume, restore
from greenlight.upkeep.backup.scope import show_in
from greenlight.upkeep.retention import Plan, RetentionRecord, carry_out, finished, plan
from greenlight.upkeep.verify import Report, places, verify
from greenlight.workspace import patient_store

Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Reports no progress."""


class Keeping:
    """The verbs that keep what was made whole, on one desk's services; methods block."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._bulk = open_bucket(desk.profile.s3, FLOW_SECONDS)

    def verify(self, productions: Sequence[str] = ()) -> Iterator[Report]:
        """Reads these productions, or all, whole, and says of each what is wrong with it."""
        for place in places(self._bulk, self._desk.store, productions):
            yield verify(self._bulk, place)

    def plan_removal(self, target: str) -> tuple[list[Plan], list[str]]:
        """What finished productions of a show, or one production, no longer need; nothing goes.

        With it the productions of the show that are not finished. Raises NotFound, and Refused for
        a single production that is not finished.
        """
        names = [
            p for p in self._bulk.folders(f"shows/{target}/") if p in set(self._desk.productions())
        ]
        if not names:
            return [plan(self._desk.workspace(target), self._bulk)], []
        done = [name for name in names if finished(self._desk.workspace(name).records.facts())]
        left = [name for name in names if name not in done]
        return [plan(self._desk.workspace(name), self._bulk) for name in done], left

    def remove(self, wanted: Plan, who: Signature) -> RetentionRecord | None:
        """Removes what a plan names; returns the record that says so, if there was anything."""
        return carry_out(self._desk.workspace(wanted.production), self._bulk, wanted, who.who)

    def backup(
        self,
        where: str,
        keeper: Profile,
        show: str = "",
        production: str = "",
        *,
        deep: bool = False,
        progress: Progress = _silent,
    ) -> Saved:
        """Copies what is new to a folder or to a bucket of the keeper's; see `back_up`."""
        volume = open_volume(where, self._desk.profile, keeper)
        scope = Scope(find_show(self._desk.store, production) if production else show, production)
        store = patient_store(self._desk.profile)
        return back_up(self._bulk, store, volume, scope, deep=deep, progress=progress)

    def restore(
        self,
        where: str,
        keeper: Profile,
        show: str = "",
        production: str = "",
        *,
        mend: bool = False,
        progress: Progress = _silent,
    ) -> Restored:
        """Puts back what a backup holds and the bucket lacks; see `restore`."""
        volume = open_volume(where, self._desk.profile, keeper)
        scope = Scope(show_in(volume.index(), production) if production else show, production)
        store, bulk = patient_store(self._desk.profile), self._bulk if mend else None
        return restore(volume, store, scope, mend=bulk, progress=progress)
