"""What machines watch: `/metrics` for Prometheus, in ids and figures alone, and `/health`."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from greenlight.briefs.batch_records import BatchStore, open_batches
from greenlight.errors import GreenlightError
from greenlight.money.show_budget import ShowBudget
from greenlight.runs import Runs
from greenlight.store.keys import OPEN
from greenlight.store.objects import ObjectStore
from greenlight.views.standings import Standing, Standings

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_RUN_STATES = ("Scheduled", "Late", "Pending", "Running", "Suspended")


class Metrics:
    """A collector of prometheus_client by its shape; safe to ask from several threads."""

    def __init__(
        self, store: ObjectStore, runs: Runs, standings: Standings, *, simulated: bool
    ) -> None:
        self._store, self._runs, self._standings = store, runs, standings
        self._money = "simulated" if simulated else "real"
        self._lock = threading.Lock()

    def health(self) -> dict[str, str]:
        """Each service that is needed with `ok` or what is wrong with it."""
        found = {}
        asked = (("store", lambda: self._store.exists(OPEN)), ("prefect", self._runs.answers))
        for name, ask in asked:
            try:
                ask()
                found[name] = "ok"
            except GreenlightError as error:
                found[name] = str(error)
        return found

    def collect(self) -> Iterator[Metric]:
        """Every metric as things stand; a service that is away is one of them."""
        with self._lock:
            yield from list(self._collected())

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def _collected(self) -> Iterator[Metric]:
        services = self.health()
        yield _gauge(
            "up",
            "Whether a service answers.",
            ["service"],
            (([name], said == "ok") for name, said in services.items()),
        )
        if services["store"] != "ok":
            return
        standings = self._standings.look().values()
        yield from _productions(standings)
        yield from self._shows({standing.status.show for standing in standings})
        yield self._batches()
        if services["prefect"] == "ok":
            yield _gauge(
                "runs",
                "Flow runs of productions by Prefect's state.",
                ["state"],
                (([state.lower()], self._runs.count(state)) for state in _RUN_STATES),
            )

    def _shows(self, shows: Iterable[str]) -> Iterator[Metric]:
        budgets = [ShowBudget(self._store, show) for show in sorted(shows)]
        labels = ["show", "money"]
        yield _gauge(
            "show_drawn_usd",
            "What a show's productions have spent and set aside, in USD.",
            labels,
            (([b.show, self._money], sum(b.draws().values(), Decimal(0))) for b in budgets),
        )
        limits = ((b.show, b.limit()) for b in budgets)
        yield _gauge(
            "show_limit_usd",
            "The limit of a show in USD.",
            labels,
            (([show, self._money], most) for show, most in limits if most is not None),
        )

    def _batches(self) -> Metric:
        rows: list[tuple[list[str], int]] = []
        for batch in open_batches(self._store):
            store = BatchStore(self._store, batch)
            editions, begun, ended = store.editions(), store.started(), store.ended()
            newest = editions[-1].rows if editions else ()
            rows.append(([batch, "held"], sum(key not in begun for key in newest)))
            rows.append(([batch, "under-way"], len(begun) - len(ended)))
            rows.append(([batch, "ended"], len(ended)))
        return _gauge("batch_rows", "Rows of open batches.", ["batch", "state"], rows)


def create_app(found: Metrics) -> Starlette:
    """The application that serves `/health` and `/metrics`."""
    from prometheus_client import CONTENT_TYPE_LATEST
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def show_health(_: Request) -> Response:
        services = await run_in_threadpool(found.health)
        well = all(said == "ok" for said in services.values())
        return JSONResponse(
            {"status": "ok" if well else "unwell", **services}, status_code=200 if well else 503
        )

    async def show_metrics(_: Request) -> Response:
        return Response(await run_in_threadpool(found.text), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/health", show_health, methods=["GET"]),
            Route("/metrics", show_metrics, methods=["GET"]),
        ]
    )


def _productions(standings: Collection[Standing]) -> Iterator[Metric]:
    found = [standing.status for standing in standings if not standing.has_ended]
    states = Counter({"working": 0, "waiting": 0, "stalled": 0})
    takes: Counter[tuple[str, str]] = Counter()
    unknown: Counter[str] = Counter()
    for status in found:
        states[status.state] += 1
        takes[status.show, status.gate or "takes"] += len(status.waiting_takes)
        unknown[status.show] += len(status.unknown)
    states["ended"] = len(standings) - len(found)
    yield _gauge(
        "productions",
        "Productions by where they stand.",
        ["state"],
        (([state], count) for state, count in states.items()),
    )
    yield _gauge(
        "waiting_takes",
        "Takes that wait for people.",
        ["show", "gate"],
        ((list(labels), count) for labels, count in sorted(takes.items())),
    )
    yield _gauge(
        "unknown_requests",
        "Paid requests of unknown outcome.",
        ["show"],
        (([show], count) for show, count in sorted(unknown.items())),
    )
    held = sum(status.held_by_money for status in found)
    yield _gauge(
        "held_by_money", "Productions that stand still for want of money.", [], [([], held)]
    )


def _gauge(
    name: str, meaning: str, labels: list[str], rows: Iterable[tuple[list[str], Decimal | int]]
) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    gauge = GaugeMetricFamily(f"greenlight_{name}", meaning, labels=labels)
    for values, value in rows:
        gauge.add_metric(values, float(value))
    return gauge
