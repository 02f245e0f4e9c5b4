"""The only client of Prefect's API: start, look at, resume, stop and bury flow runs.

Plain REST by httpx: importing Prefect itself costs seconds, which a command line should not.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import httpx

from greenlight.errors import NotFound, ServiceUnavailable
from greenlight.settings import Profile
from greenlight.store.patience import Patience

DEPLOYMENT = "previs/previs"
NOTIFY = "notify/notify"
BATCH = "batch/batch"
_PAGE = 200
"""The most that Prefect lists at once."""

_RESUME_TRIES = 8
_REQUEST_SECONDS = 10.0
_PAUSE_SECONDS = 1.0
# Prefect answers 500 while its database is away.
AWAY = (408, 429, 500, 502, 503, 504)


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities that are believed: to read them takes 30 ms, once a process."""
    return httpx.create_ssl_context(trust_env=False)


def read_ahead() -> None:
    """Reads the authorities, so that a fork of this process need not."""
    _authorities()


class FlowRun(NamedTuple):
    """A flow run as Prefect sees it; `type` is RUNNING, PAUSED, CRASHED …, `state` its name."""

    id: str
    name: str
    type: str
    state: str
    message: str
    since: datetime | None
    pause_key: str = ""
    """The key that a run was suspended under, which is its gate's where it suspended itself."""
    deployment: str = ""
    """The id of its deployment, which may be gone by now."""

    @property
    def seconds_in_state(self) -> float:
        return (datetime.now(UTC) - self.since).total_seconds() if self.since else 0.0

    @property
    def suspended(self) -> bool:
        return self.type == "PAUSED"

    @property
    def ended(self) -> bool:
        return self.type in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

    @property
    def late(self) -> bool:
        return (self.type, self.state) == ("SCHEDULED", "Late")


class PrefectAway(ServiceUnavailable):
    """Prefect may answer if it is asked again."""


class Runs:
    """Flow runs of one Prefect server; methods block.

    A server that does not answer is asked again for `patience` seconds before ServiceUnavailable:
    all requests made here may be repeated.
    """

    def __init__(self, profile: Profile, patience: float = 0.0) -> None:
        self._profile = profile
        self._url = profile.prefect_api_url.rstrip("/")
        self._patience = Patience(
            patience, lambda e: isinstance(e, PrefectAway), "Prefect", pauses=(_PAUSE_SECONDS,) * 2
        )
        # trust_env off: a proxy or credentials of the environment were not meant for this server.
        self._http = httpx.Client(
            timeout=_REQUEST_SECONDS,
            headers=profile.prefect_headers,
            trust_env=False,
            verify=_authorities(),
        )

    def patiently(self, seconds: float) -> Runs:
        """A client of the same server that asks again for so long."""
        return Runs(self._profile, seconds)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self._patience.ask(lambda: self._ask(method, path, body))

    def _ask(self, method: str, path: str, body: Any) -> Any:
        try:
            answer = self._http.request(method, f"{self._url}{path}", json=body)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            if status == 404:
                raise NotFound(f"Prefect knows no {path.lstrip('/')}") from error
            kind = PrefectAway if status in AWAY else ServiceUnavailable
            said = error.response.text[:200]
            raise kind(f"Prefect answered {status} to {path}: {said}") from error
        except httpx.HTTPError as error:
            raise PrefectAway(
                f"Prefect does not answer at {self._url} ({error}): is the stack up?"
            ) from error
        return answer.json() if answer.content else None

    def answers(self) -> None:
        """Returns once Prefect and its database answer; raises ServiceUnavailable otherwise."""
        self._call("POST", "/flow_runs/count", {})

    def start(self, production: str, key: str, tags: list[str], queue: str = "") -> FlowRun:
        """A run of the previs deployment for a production; the same `key` is the same run.

        `queue` is the work queue of the deployment's pool that it waits in, its own by default.
        """
        return self._create(DEPLOYMENT, production, {"production": production}, key, tags, queue)

    def page(self, batch: str, key: str) -> FlowRun:
        """A run that goes on with a batch and shows it; the same `key` is the same run."""
        return self._create(BATCH, batch, {"batch": batch}, key, [f"batch:{batch}"])

    def notify(self, message: str) -> FlowRun:
        """A run that sends a message to those who have not had it yet."""
        return self._create(NOTIFY, "notify", {"message": message}, f"greenlight-{message}", [])

    def _create(
        self,
        name: str,
        run: str,
        parameters: dict[str, Any],
        key: str,
        tags: list[str],
        queue: str = "",
    ) -> FlowRun:
        try:
            deployment = self._call("GET", f"/deployments/name/{name}")
        except NotFound:
            raise ServiceUnavailable(
                f"deployment {name} is not on this Prefect server: run `prefect deploy --all`"
            ) from None
        body = {"name": run, "parameters": parameters, "idempotency_key": key, "tags": tags}
        if queue:
            body["work_queue_name"] = queue
        return _read(self._call("POST", f"/deployments/{deployment['id']}/create_flow_run", body))

    def shape_queue(
        self, name: str, *, limit: int | None, priority: int, paused: bool, about: str
    ) -> None:
        """Makes a work queue of the pool of productions, or changes it to this.

        At most `limit` of its runs are handed out at once, a lower `priority` goes first; both are
        set where `about`, its description, is another than before.
        """
        deployment = self._call("GET", f"/deployments/name/{DEPLOYMENT}")
        path = f"/work_pools/{deployment['work_pool_name']}/queues"
        wanted = {"description": about, "concurrency_limit": limit, "is_paused": paused}
        try:
            found = self._call("GET", f"{path}/{name}")
        except NotFound:
            self._call("POST", path, {"name": name, "priority": priority, **wanted})
            return
        if found["description"] != about:
            wanted["priority"] = priority
        if any(found[field] != value for field, value in wanted.items() if field != "priority"):
            self._call("PATCH", f"{path}/{name}", wanted)

    def look_at(self, flow_runs: Sequence[str]) -> dict[str, FlowRun]:
        """Those of these runs that Prefect knows, by id."""
        found: dict[str, FlowRun] = {}
        for begin in range(0, len(flow_runs), _PAGE):
            wanted = {"id": {"any_": list(flow_runs[begin : begin + _PAGE])}}
            page = self._call("POST", "/flow_runs/filter", {"flow_runs": wanted, "limit": _PAGE})
            found |= {run.id: run for run in map(_read, page)}
        return found

    def count(self, state: str) -> int:
        """How many runs of productions are in a state of that name."""
        wanted = {
            "deployments": {"name": {"any_": [DEPLOYMENT.split("/")[1]]}},
            "flow_runs": {"state": {"name": {"any_": [state]}}},
        }
        return int(self._call("POST", "/flow_runs/count", wanted))

    def notifies(self, kind: str, name: str) -> bool:
        """Whether there is a block of that type and name, and it can send notifications."""
        path = f"/block_types/slug/{kind}/block_documents/name/{name}"
        try:
            block = self._call("GET", path)
        except NotFound:
            return False
        return "notify" in ((block.get("block_schema") or {}).get("capabilities") or [])

    def deployed(self) -> str:
        """The id of the previs deployment, empty where the server has none; a free look."""
        try:
            return str(self._call("GET", f"/deployments/name/{DEPLOYMENT}")["id"])
        except NotFound:
            return ""

    def look(self, flow_run: str) -> FlowRun:
        """The run as it stands; raises NotFound when Prefect has forgotten it."""
        return _read(self._call("GET", f"/flow_runs/{flow_run}"))

    def resume(self, flow_run: str) -> bool:
        """Wakes a suspended run without deciding anything; False when it was not suspended.

        HTTP 200 can carry a refusal. In the first instant after a suspend the form is not stored
        yet: that passes.
        """
        for attempt in range(_RESUME_TRIES):
            answer = self._call("POST", f"/flow_runs/{flow_run}/resume", {"run_input": {}})
            if answer["status"] == "ACCEPT":
                return True
            reason = str((answer.get("details") or {}).get("reason", ""))
            if "schema" not in reason.lower():
                return False
            time.sleep(0.25 * (attempt + 1))
        return False

    def answer(self, flow_run: str, gate_key: str) -> dict[str, Any] | None:
        """What was put into Prefect's form for a gate; None when it was not answered."""
        try:
            raw = self._call("GET", f"/flow_runs/{flow_run}/input/suspended-{gate_key}-response")
        except NotFound:
            return None
        value = json.loads(raw) if isinstance(raw, str) else raw
        return value if isinstance(value, dict) else {"value": value}

    def cancel(self, flow_run: str) -> None:
        """Asks Prefect to stop the run, whatever it is doing."""
        run = self.look(flow_run)
        if run.ended:
            return
        kind = "CANCELLED" if run.suspended or run.type == "SCHEDULED" else "CANCELLING"
        state = {"type": kind, "name": kind.capitalize(), "message": "cancelled by greenlight"}
        self._call("POST", f"/flow_runs/{flow_run}/set_state", {"state": state, "force": False})

    def bury(self, flow_run: str, why: str, kind: str = "CRASHED") -> None:
        """Marks a run as crashed, or as cancelled, whose process is gone."""
        state = {"type": kind, "name": kind.capitalize(), "message": why}
        self._call("POST", f"/flow_runs/{flow_run}/set_state", {"state": state, "force": True})


def _read(data: dict[str, Any]) -> FlowRun:
    state = data.get("state") or {}
    return FlowRun(
        id=str(data["id"]),
        name=str(data.get("name") or ""),
        type=str(state.get("type") or data.get("state_type") or "PENDING"),
        state=str(state.get("name") or data.get("state_name") or "Pending"),
        message=str(state.get("message") or ""),
        since=datetime.fromisoformat(state["timestamp"]) if state.get("timestamp") else None,
        pause_key=str((state.get("state_details") or {}).get("pause_key") or ""),
        deployment=str(data.get("deployment_id") or ""),
    )
