"""Metrics: where all productions stand, in Prometheus' words; ids and figures, nobody's words.

What is asked for more often than every `FRESH_SECONDS` is answered from the last look.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

from greenlight.briefs.batch_records import BatchStore, open_batches
from greenlight.desk import Desk
from greenlight.errors import GreenlightError, NotFound
from greenlight.money.show_budget import ShowBudget
from greenlight.store.keys import OPEN
from greenlight.views.status import Status

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

FRESH_SECONDS = 15.0
STATES = ("Scheduled", "Late", "Pending", "Running", "Suspended")
_LOOKERS = 8


class Metrics:
    """A collector of prometheus_client by its shape; safe to ask from several threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._at = float("-inf")
        self._found: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        """Every metric as of the last look; a service that is away is one of them."""
        with self._lock:
            if time.monotonic() - self._at > FRESH_SECONDS:
                self._found = list(_look(self._desk))
                self._at = time.monotonic()
            yield from self._found

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)


def health(desk: Desk) -> dict[str, str]:
    """Each service that is needed with `ok` or what is wrong with it."""
    found = {}
    for name, ask in (("store", lambda: desk.store.exists(OPEN)), ("prefect", desk.runs.answers)):
        try:
            ask()
            found[name] = "ok"
        except GreenlightError as error:
            found[name] = str(error)
    return found


def _look(desk: Desk) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    up = GaugeMetricFamily("greenlight_up", "Whether a service answers.", labels=["service"])
    services = health(desk)
    for name, said in services.items():
        up.add_metric([name], float(said == "ok"))
    yield up
    if services["store"] != "ok":
        return
    yield from _productions(desk)
    yield from _shows(desk)
    yield from _batches(desk)
    if services["prefect"] == "ok":
        runs = GaugeMetricFamily(
            "greenlight_runs", "Flow runs of productions by Prefect's state.", labels=["state"]
        )
        for state in STATES:
            runs.add_metric([state.lower()], desk.runs.count(state))
        yield runs


def _productions(desk: Desk) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    names = [k[len(OPEN) : -len(".json")] for k in desk.store.keys(OPEN)]
    with ThreadPoolExecutor(_LOOKERS) as pool:
        found = [s for s in pool.map(lambda name: _status(desk, name), names) if s is not None]
    states = Counter(status.state for status in found)
    productions = GaugeMetricFamily(
        "greenlight_productions", "Productions by where they stand.", labels=["state"]
    )
    for state in ("working", "waiting", "stalled"):
        productions.add_metric([state], states[state])
    productions.add_metric(["ended"], len(desk.productions()) - len(names))
    yield productions
    waiting = GaugeMetricFamily(
        "greenlight_waiting_takes", "Takes that wait for people.", labels=["show", "gate"]
    )
    unknown = GaugeMetricFamily(
        "greenlight_unknown_requests", "Paid requests of unknown outcome.", labels=["show"]
    )
    takes: Counter[tuple[str, str]] = Counter()
    lost: Counter[str] = Counter()
    held = 0
    for status in found:
        takes[status.show, status.gate or "takes"] += len(status.waiting_takes)
        lost[status.show] += len(status.unknown)
        held += status.held_by_money
    for (show, gate), count in sorted(takes.items()):
        waiting.add_metric([show, gate], count)
    for show, count in sorted(lost.items()):
        unknown.add_metric([show], count)
    yield waiting
    yield unknown
    yield GaugeMetricFamily(
        "greenlight_held_by_money", "Productions that stand still for want of money.", value=held
    )


def _status(desk: Desk, production: str) -> Status | None:
    try:
        return desk.standing(production)
    except NotFound:
        return None  # half submitted: recovery's


def _shows(desk: Desk) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    money = "simulated" if desk.profile.simulated else "real"
    drawn = GaugeMetricFamily(
        "greenlight_show_drawn_usd",
        "What a show's productions have spent and set aside, in USD.",
        labels=["show", "money"],
    )
    limit = GaugeMetricFamily(
        "greenlight_show_limit_usd", "The limit of a show in USD.", labels=["show", "money"]
    )
    for show in sorted({desk.show_of(name) for name in desk.productions()}):
        budget = ShowBudget(desk.store, show)
        drawn.add_metric([show, money], float(sum(budget.draws().values(), Decimal(0))))
        most = budget.limit()
        if most is not None:
            limit.add_metric([show, money], float(most))
    yield drawn
    yield limit


def _batches(desk: Desk) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    rows = GaugeMetricFamily(
        "greenlight_batch_rows", "Rows of open batches.", labels=["batch", "state"]
    )
    for batch in open_batches(desk.store):
        store = BatchStore(desk.store, batch)
        editions, begun, ended = store.editions(), store.started(), store.ended()
        newest = editions[-1].rows if editions else ()
        rows.add_metric([batch, "held"], sum(key not in begun for key in newest))
        rows.add_metric([batch, "under-way"], len(begun) - len(ended))
        rows.add_metric([batch, "ended"], len(ended))
    yield rows
