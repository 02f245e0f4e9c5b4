"""Schedules: those of `prefect.yaml` are checked before any is made, and told when they fire.

`python -m deployments.schedules` prints the next firings; the `build` step of `prefect.yaml` lets
plain `prefect deploy` refuse what cannot be meant too.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from greenlight.errors import GreenlightError, InvalidInput

if TYPE_CHECKING:
    from prefect.server.schemas.schedules import SCHEDULE_TYPES

_DAY = 86_400
_SHOWN = 3


class Planned(NamedTuple):
    """A schedule of `prefect.yaml` and when it fires next, by its own clock."""

    deployment: str
    when: str
    timezone: str
    active: bool
    parameters: dict[str, Any]
    next: tuple[datetime, ...]


def manifest_in(root: Path) -> Path:
    """The `prefect.yaml` of a project folder; a wheel brings it along beside this module."""
    at_top = root / "prefect.yaml"
    return at_top if at_top.is_file() else Path(__file__).with_name("prefect.yaml")


def deployments(manifest: Path) -> dict[str, dict[str, Any]]:
    """Every deployment of a `prefect.yaml` by name; raises InvalidInput for an invalid file."""
    try:
        content = yaml.safe_load(manifest.read_text()) or {}
        return {one["name"]: one for one in content.get("deployments") or []}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(f"invalid {manifest}: {error}") from error


def schedules(manifest: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schedule with its deployment's name."""
    for name, deployment in deployments(manifest).items():
        for schedule in deployment.get("schedules") or []:
            yield name, schedule


def check_schedules(manifest: Path) -> None:
    """Raises InvalidInput for a schedule whose time is ambiguous, such as one without time zone."""
    for name, schedule in schedules(manifest):
        try:
            _parsed(schedule)
        except ValueError as error:
            said = str(error).splitlines()[-1 if "\n" in str(error) else 0]
            raise InvalidInput(
                f"{manifest.name}: the schedule {_when(schedule)} of {name!r}: {said}"
            ) from error


def step() -> dict[str, str]:
    """The check as a build step of `prefect deploy`, in the folder that it deploys from."""
    check_schedules(manifest_in(Path.cwd()))
    return {}


def planned(manifest: Path, start: datetime | None = None, count: int = _SHOWN) -> list[Planned]:
    """Every schedule with its next firings from `start` on, now if not given."""
    check_schedules(manifest)
    found = []
    for name, schedule in schedules(manifest):
        zone = str(schedule.get("timezone") or "UTC")
        begin = (start or datetime.now(UTC)).astimezone(zoneinfo.ZoneInfo(zone))
        dates = asyncio.run(_parsed(schedule).get_dates(count, begin))
        found.append(
            Planned(
                deployment=name,
                when=_when(schedule),
                timezone=zone,
                active=bool(schedule.get("active", True)),
                parameters=schedule.get("parameters") or {},
                next=tuple(d.astimezone(zoneinfo.ZoneInfo(zone)) for d in dates),
            )
        )
    return found


def _when(schedule: dict[str, Any]) -> str:
    for kind in ("cron", "rrule"):
        if schedule.get(kind):
            return str(schedule[kind])
    return f"every {schedule.get('interval', '?')} s"


def _parsed(schedule: dict[str, Any]) -> SCHEDULE_TYPES:
    from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

    zone = schedule.get("timezone")
    interval = schedule.get("interval")
    # A day is not always 24 hours long: what goes by the clock needs to know whose.
    if not zone and (interval is None or float(interval) >= _DAY):
        raise ValueError("missing timezone (such as Europe/Berlin)")
    if zone and zone not in zoneinfo.available_timezones():
        near = difflib.get_close_matches(str(zone), zoneinfo.available_timezones(), n=1)
        hint = f" (did you mean {near[0]}?)" if near else " (such as Europe/Berlin, or UTC)"
        raise ValueError(f"invalid time zone {zone!r}{hint}")
    if schedule.get("cron"):
        try:
            return CronSchedule(cron=schedule["cron"], timezone=zone)
        except ValueError as error:
            raise ValueError(
                f"invalid cron string {schedule['cron']!r} (minute hour day month weekday)"
            ) from error
    if schedule.get("rrule"):
        return RRuleSchedule(rrule=schedule["rrule"], timezone=zone)
    if interval is None:
        raise ValueError("missing cron, interval or rrule")
    begin = {"timezone": zone} if zone else {}
    return IntervalSchedule(interval=timedelta(seconds=float(interval)), **begin)


def main() -> None:
    """Print the next firings of the `prefect.yaml` in the current folder, or of the shipped one."""
    parser = argparse.ArgumentParser(prog="python -m deployments.schedules", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    options = parser.parse_args()
    try:
        found = planned(manifest_in(Path.cwd()))
    except GreenlightError as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(error.exit_code)
    if options.json:
        rows = [p._asdict() | {"next": [d.isoformat() for d in p.next]} for p in found]
        print(json.dumps(rows, indent=2))
        return
    for one in found:
        state = "on" if one.active else "off"
        dates = ", ".join(f"{d:%a %Y-%m-%d %H:%M %Z}" for d in one.next)
        print(f"{one.deployment:<10} {state:<4} {one.when} ({one.timezone}): {dates}")


if __name__ == "__main__":
    main()
