"""A production without a kill that passes every point of the table, or says which it does not."""

from __future__ import annotations

import secrets
import time

from greenlight.errors import NotFound, ServiceUnavailable
from tests.chaos.person import Person, small_brief
from tests.chaos.points import POINTS
from tests.chaos.stack import Lane

_LOOK_SECONDS = 0.5


def missed(lane: Lane, seconds: float) -> list[str]:
    """One sentence for each point at which a kill could never happen.

    Raises TimeoutError when the production is not delivered within `seconds`.
    """
    lane.until_healthy()
    lane.rehearse(POINTS)
    key = f"rehearsal-{secrets.token_hex(4)}"
    person = Person(lane, small_brief("Rehearsal", key), key, asks=False)
    if code := person.submit_by_command():
        raise RuntimeError(f"the submit ended with exit code {code}")
    deadline = time.monotonic() + seconds
    while not _delivered(lane, person):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the rehearsal was not delivered within {seconds:.0f} s")
        time.sleep(_LOOK_SECONDS)
    return [
        f"{p.name}: {p.target} was passed {lane.hits(p)} times of {p.hit} ({p.match!r})"
        for p in POINTS
        if lane.hits(p) < p.hit
    ]


def _delivered(lane: Lane, person: Person) -> bool:
    try:
        facts, state = lane.desk.look(person.production)
        if state.delivered:
            runs = lane.runs(person.production)
            return all(run["state_type"] == "COMPLETED" for run in runs)
        if state.waiting and lane.desk.runs.look(facts.runs[max(facts.runs)].flow_run).suspended:
            person.decide(state, by_command=True)
    except (ServiceUnavailable, NotFound):
        return False
    return False
