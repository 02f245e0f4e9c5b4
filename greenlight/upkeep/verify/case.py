"""The input of all checks: the snapshot, its records in their places, and a list of findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from greenlight.errors import GreenlightError, UnknownSchema
from greenlight.money.ledger import Entry
from greenlight.production.facts import Facts
from greenlight.production.state import State, fold
from greenlight.store.keys import Keys
from greenlight.upkeep.retention import Removed, RetentionRecord
from greenlight.upkeep.verify.findings import Finding, Severity
from greenlight.upkeep.verify.snapshot import Seen, Snapshot


@dataclass
class Case:
    """One production under examination; the checks fill it from left to right."""

    snapshot: Snapshot
    facts: Facts = field(default_factory=Facts)
    entries: dict[str, Entry] = field(default_factory=dict)
    retention: list[RetentionRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    records: int = 0
    steps: int = 0

    @property
    def keys(self) -> Keys:
        return self.snapshot.keys

    def say(self, severity: Severity, key: str, message: str) -> None:
        self.findings.append(Finding(severity=severity, key=key, message=message))

    def error(self, key: str, message: str) -> None:
        self.say("error", key, message)

    def warning(self, key: str, message: str) -> None:
        self.say("warning", key, message)

    def removed(self) -> dict[str, tuple[Removed, RetentionRecord]]:
        """Objects that were removed on purpose, by key."""
        return {item.key: (item, record) for record in self.retention for item in record.removed}

    def holds(self, key: str, sha256: str, who: str, size: int | None = None) -> bool:
        """Whether the bytes that `who` names are there, reporting it when they are not."""
        seen = self.snapshot.objects.get(key)
        if seen is None:
            if key in self.removed():
                return True
            self.error(key, f"is missing: {who} says that it holds sha256 {sha256[:12]}…")
            return False
        if seen.sha256 != sha256:
            self.error(
                key, f"has sha256 {seen.sha256[:12]}…, where {who} says {sha256[:12]}…: other bytes"
            )
            return False
        if size is not None and seen.size != size:
            self.error(key, f"has {seen.size} bytes, where {who} says {size}")
            return False
        return True

    def missing(self, key: str, why: str) -> None:
        """Reports a record that must have been there; one that cannot be read was reported."""
        if key not in self.snapshot.objects:
            self.error(key, f"is missing: {why}")

    def state(self) -> State | None:
        """Where the production stands; None, and reported, when its records make no sense."""
        try:
            return fold(self.facts)
        except (KeyError, ValueError, AssertionError, GreenlightError) as error:
            what = f"{type(error).__name__} {error}"
            self.error(self.keys.root, f"its records do not fold to a state: {what}")
            return None

    def unreadable(self, seen: Seen, error: Exception) -> None:
        """Reports an object that is not what its key says."""
        if isinstance(error, UnknownSchema):
            self.error(seen.key, str(error))
        else:
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            self.error(seen.key, f"cannot be read as what it should be: {first}")
