"""Schedules: certain times only, and what daylight saving makes of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from deployments.schedules import check_schedules, planned
from greenlight.errors import InvalidInput

ROOT = Path(__file__).parents[2]
BERLIN = ZoneInfo("Europe/Berlin")


def manifest(folder: Path, **schedule: object) -> Path:
    path = folder / "prefect.yaml"
    content = {"deployments": [{"name": "batch", "schedules": [schedule]}]}
    path.write_text(yaml.safe_dump(content))
    return path


def firings(folder: Path, cron: str, start: datetime, count: int = 3) -> list[str]:
    path = manifest(folder, cron=cron, timezone="Europe/Berlin")
    (found,) = planned(path, start, count)
    return [f"{date:%d %H:%M}" for date in found.next]


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ({"cron": "0 20 * * *"}, r"the schedule 0 20 \* \* \* of 'batch': missing timezone"),
        ({"cron": "0 20 * * *", "timezone": ""}, "missing timezone"),
        ({"rrule": "FREQ=DAILY"}, "missing timezone"),
        ({"interval": 86400}, "missing timezone"),
        ({"cron": "0 20 * * *", "timezone": "Europe/Berln"}, "did you mean Europe/Berlin"),
        ({"cron": "0 25 * * *", "timezone": "UTC"}, "invalid cron string '0 25 "),
        ({"timezone": "UTC"}, "missing cron, interval or rrule"),
    ],
)
def test_a_schedule_whose_time_is_not_certain_is_refused(
    schedule: dict[str, object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=said):
        check_schedules(manifest(tmp_path, **schedule))


@pytest.mark.parametrize(
    "schedule",
    [
        {"cron": "0 20 * * *", "timezone": "Europe/Berlin"},
        {"rrule": "FREQ=DAILY", "timezone": "UTC"},
        {"interval": 60},
        {"interval": 86400, "timezone": "UTC"},
    ],
)
def test_a_schedule_whose_time_is_certain_is_taken(
    schedule: dict[str, object], tmp_path: Path
) -> None:
    check_schedules(manifest(tmp_path, **schedule))


def test_eight_in_the_evening_stays_eight_in_the_evening_over_both_changes(tmp_path: Path) -> None:
    spring = datetime(2027, 3, 26, 21, tzinfo=BERLIN)
    autumn = datetime(2027, 10, 29, 21, tzinfo=BERLIN)
    assert firings(tmp_path, "0 20 * * *", spring) == ["27 20:00", "28 20:00", "29 20:00"]
    assert firings(tmp_path, "0 20 * * *", autumn) == ["30 20:00", "31 20:00", "01 20:00"]


def test_an_hour_that_comes_twice_fires_once_the_first_time(tmp_path: Path) -> None:
    start = datetime(2027, 10, 30, 12, tzinfo=BERLIN)
    path = manifest(tmp_path, cron="30 2 * * *", timezone="Europe/Berlin")
    (found,) = planned(path, start)
    assert [f"{d.astimezone(UTC):%d %H:%M}" for d in found.next] == [
        "31 00:30",
        "01 01:30",
        "02 01:30",
    ]


def test_an_hour_that_is_left_out_fires_once_that_day_an_hour_late(tmp_path: Path) -> None:
    start = datetime(2027, 3, 27, 12, tzinfo=BERLIN)
    assert firings(tmp_path, "30 2 * * *", start) == ["28 03:30", "29 02:30", "30 02:30"]


def test_what_ships_is_certain_and_its_batch_is_switched_off() -> None:
    found = {one.deployment: one for one in planned(ROOT / "prefect.yaml")}
    assert not found["batch"].active
    assert found["batch"].parameters["budget_usd"]
    assert found["reconcile"].active
