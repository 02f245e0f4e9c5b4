"""Metrics: what Prometheus reads is what stands in the records."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from greenlight.desk import Desk
from greenlight.views import standings
from greenlight.views.metrics import Metrics, create_app
from tests.e2e import people

pytestmark = pytest.mark.stack

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: bytes) -> Samples:
    return {
        (s.name, frozenset(s.labels.items())): s.value
        for family in text_string_to_metric_families(text.decode())
        for s in family.samples
    }


def one(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def metrics_of(desk: Desk) -> Metrics:
    return Metrics(desk.store, desk.runs, desk.standings, simulated=True)


def test_what_waits_and_what_it_has_cost_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standings, "FRESH_SECONDS", 0.0)
    production = people.submit(desk, shots=1, seconds=3, show="metered")
    people.until_waiting(desk, production, "shotlist", suspended=True)
    with TestClient(create_app(metrics_of(desk))) as client:
        assert client.get("/health").json() == {"status": "ok", "store": "ok", "prefect": "ok"}
        answer = client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        found = samples(answer.content)
        assert one(found, "greenlight_up", service="prefect") == 1
        assert one(found, "greenlight_productions", state="waiting") >= 1
        assert one(found, "greenlight_waiting_takes", show="metered", gate="shotlist") == 1
        assert one(found, "greenlight_show_drawn_usd", show="metered", money="simulated") > 0
        assert one(found, "greenlight_runs", state="suspended") >= 1
        desk.cancel(production, people.ADA)
        later = samples(client.get("/metrics").content)
    assert (
        "greenlight_waiting_takes",
        frozenset({("show", "metered"), ("gate", "shotlist")}),
    ) not in later


def test_a_service_that_is_away_is_named_and_the_others_are_told(desk: Desk) -> None:
    production = people.submit(desk, shots=1, seconds=3, show="metered-away")
    people.until_waiting(desk, production, "shotlist")
    away = Desk(desk.profile.model_copy(update={"prefect_api_url": "http://127.0.0.1:9/api"}))
    assert "does not answer" in metrics_of(away).health()["prefect"]
    assert TestClient(create_app(metrics_of(away))).get("/health").status_code == 503
    found = samples(metrics_of(away).text())
    assert one(found, "greenlight_up", service="prefect") == 0
    assert one(found, "greenlight_up", service="store") == 1
    assert one(found, "greenlight_waiting_takes", show="metered-away", gate="shotlist") == 1
    desk.cancel(production, people.ADA)
