"""The API: the same rights and records as the pages, and what its OpenAPI promises holds."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from greenlight.desk import Desk, this_person
from greenlight.review.app import app_of
from greenlight.settings import Profile
from tests.review.room import Built, build
from tests.review.test_access import PROFILE as NOWHERE

ONE = "sq010_sh0010/frame/v001_c1"
FUZZED = settings(
    max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def fuzzed(room_desk: Desk) -> Built:
    """A production that anything may be done to."""
    return build(room_desk)


class _Room:
    """The room that is asked: one without services while its description is read."""

    def __init__(self) -> None:
        self.app: ASGIApp = app_of(NOWHERE, {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


ROOM = _Room()
ANYTHING, SENSIBLE = (schemathesis.openapi.from_asgi("/api/openapi.json", ROOM) for _ in "12")
SENSIBLE.config.generation.update(modes=[GenerationMode.POSITIVE])
SENSIBLE.config.phases.coverage.enabled = False


@ANYTHING.auth()
@SENSIBLE.auth()
class _Token:
    """Whoever asks is Petra; schemathesis also asks without her token, and has to be refused."""

    text = ""

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        return self.text

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@pytest.fixture(scope="module", autouse=True)
def _here(room_desk: Desk, room_profile: Profile) -> None:
    room_desk.people.add(this_person(), "petra", ("producer", "final"), display="Petra")
    _Token.text = room_desk.people.give_token(this_person(), "petra", 1)[1]
    ROOM.app = app_of(room_profile, {})


@ANYTHING.parametrize()
@FUZZED
def test_whatever_is_sent_is_answered_as_described(case: schemathesis.Case) -> None:
    # What a brief needs beyond its schema is told by intake, in one answer.
    briefs = case.method == "POST" and case.path in ("/quote", "/productions")
    case.call_and_validate(excluded_checks=[positive_data_acceptance] if briefs else [])


@SENSIBLE.parametrize()
@FUZZED
def test_what_is_well_formed_is_answered_of_a_production_that_is_there(
    case: schemathesis.Case, fuzzed: Built
) -> None:
    if "production" in case.path_parameters:
        case.path_parameters["production"] = fuzzed.name
    # Well-formed names of takes that are not there make no sense, and are told so.
    answer = case.call()
    if answer.status_code == 503 and "Prefect does not answer" in answer.text:
        return  # the one service that this room is without
    case.validate_response(answer, excluded_checks=[positive_data_acceptance])


def test_a_program_decides_as_a_page_does(
    room_desk: Desk, production: Built, nobody: TestClient
) -> None:
    at = f"/api/productions/{production.name}"
    nobody.headers["authorization"] = f"Bearer {_Token.text}"
    wall = nobody.get(f"{at}/wall").json()
    best = wall["cards"][0]["hero"]
    wish = {"target": best["take"], "sha256": best["sha256"], "seen": wall["watermark"]}
    line = {"ink": "blue", "points": [[0.2, 0.2], [0.4, 0.4]]}
    again = {"target": wall["cards"][1]["hero"]["take"], "verdict": "retake", "drawn": [line]}
    sending = {"wishes": [wish | {"verdict": "approve"}, again], "request": "r1"}
    foreseen = nobody.post(f"{at}/foresee", json=sending).json()
    sent = nobody.post(f"{at}/decisions", json=sending).json()
    assert (sent["sentences"], sent["total"]) == (foreseen["sentences"], foreseen["total"])
    assert nobody.post(f"{at}/decisions", json=sending).json()["repeated"]
    rows = nobody.get(f"{at}/decisions").json()
    assert [(r["said"], r["door"], r["drawn"]) for r in rows[-2:]] == [
        ("approve", "api", 0),
        ("retake", "api", 1),
    ]
    stale = nobody.post(f"{at}/decisions", json={"wishes": [wish | {"verdict": "omit"}]})
    assert stale.status_code == 409
    assert "Petra" in stale.json()["detail"]
