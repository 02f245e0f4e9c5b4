"""What must be true of a production after a kill; each finding is one sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from greenlight.errors import GreenlightError
from greenlight.production.facts import Facts
from greenlight.production.state import State
from greenlight.store.objects import sha256_of
from greenlight.workspace import Workspace
from tests.chaos.evidence import Evidence, Step
from tests.chaos.stack import Lane

ENDED = ("COMPLETED", "CRASHED", "FAILED", "CANCELLED")
_ROLE_OF = {
    "breakdown": "breakdown",
    "frame": "image",
    "frame-rubric": "rubric",
    "clip": "video",
    "clip-rubric": "rubric",
}
_ORDER = ("reserved", "sending", "submitted", "parked", "stored", "closed", "resolved")


def violations(lane: Lane, production: str, evidence: Evidence, *, may_lose: bool) -> Iterator[str]:
    """Everything that is wrong with a production that should be delivered and whole."""
    workspace = lane.desk.workspace(production)
    facts, state = lane.desk.look(production)
    yield from _posts(evidence)
    yield from _jobs(lane, evidence)
    for path, steps in evidence.slots.items():
        yield from _steps(path, steps)
        if not may_lose and (what := unknown(steps)):
            yield f"{path} is of unknown {what}, and no POST can have been lost here"
    yield from _takes(workspace, facts, evidence)
    yield from _objects(workspace)
    yield from _delivery(workspace, facts, state)
    yield from _budget(evidence, workspace.production.brief.budget_usd)
    yield from _prefect(lane, evidence)


def last(steps: list[Step], name: str) -> Step | None:
    """The newest step of that name."""
    return next((s for s in reversed(steps) if s.name == name), None)


def count(steps: list[Step], name: str) -> int:
    return sum(s.name == name for s in steps)


def unknown(steps: list[Step]) -> str:
    """What nobody knew of a slot when it was closed: its outcome, its cost, or nothing."""
    closed = last(steps, "closed")
    if closed is None or closed.body["cost_usd"] is not None:
        return ""
    return "outcome" if closed.body["outcome"] == "unknown" else "cost"


def _posts(evidence: Evidence) -> Iterator[str]:
    """The stand-in's own list against the ledger: none twice, none unheard of, none made up."""
    allowed: Counter[tuple[str, str]] = Counter()
    sent: Counter[tuple[str, str]] = Counter()
    sure: Counter[tuple[str, str]] = Counter()
    for path, steps in evidence.slots.items():
        subject, kind = path.split("/")[:2]
        who = (_ROLE_OF[kind], "" if subject == "production" else subject)
        resolved = last(steps, "resolved")
        allowed[who] += resolved is not None and resolved.body["again"]
        sent[who] += count(steps, "sending") - count(steps, "not-sent")
        sure[who] += last(steps, "stored") is not None or last(steps, "submitted") is not None
    got = Counter((row["role"], row["shot"] or "") for row in evidence.paid)
    repeats: Counter[tuple[str, str]] = Counter()
    for digest, times in Counter(row["digest"] for row in evidence.paid).items():
        rows = [row for row in evidence.paid if row["digest"] == digest]
        who = (rows[0]["role"], rows[0]["shot"] or "")
        repeats[who] += times - 1
        if repeats[who] > allowed[who]:
            numbers = [row["n"] for row in rows]
            yield (
                f"the same request was paid {times} times, and a person allowed {allowed[who]} "
                f"more: the stand-in's rows {numbers}"
            )
    for who in sorted(sent.keys() | got.keys()):
        role, shot = who
        name = f"{role} {shot}".strip()
        if got[who] > sent[who]:
            yield f"{name}: the stand-in was paid {got[who]} times, the ledger knows {sent[who]}"
        if got[who] < sure[who]:
            yield f"{name}: the ledger has {sure[who]} answers, the stand-in served {got[who]}"


def _jobs(lane: Lane, evidence: Evidence) -> Iterator[str]:
    ids = [
        s.body["remote_id"] for steps in evidence.slots.values() if (s := last(steps, "submitted"))
    ]
    for remote_id, times in Counter(ids).items():
        if times > 1:
            yield f"job {remote_id} stands in {times} slots"
        if lane.job(remote_id) is None:
            yield f"job {remote_id} of the ledger is not known to the stand-in"
    made = {row["remote_id"] for row in evidence.paid if row["remote_id"]}
    lost = [
        p
        for p, steps in evidence.slots.items()
        if p.split("/")[1] == "clip" and unknown(steps) == "outcome"
    ]
    if len(made - set(ids)) > len(lost):
        yield f"the stand-in made jobs {sorted(made - set(ids))}, of which the ledger knows nothing"


def _steps(path: str, steps: list[Step]) -> Iterator[str]:
    """One slot's steps among themselves."""
    names = [s.name for s in steps]
    unknown_names = set(names) - set(_ORDER) - {"not-sent"}
    if unknown_names:
        yield f"{path} has steps that this check does not know: {', '.join(sorted(unknown_names))}"
    if "reserved" not in names:
        yield f"{path} has no intent"
        return
    for name in ("sending", "not-sent"):
        numbers = [s.number for s in steps if s.name == name]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{path} has {name} steps {numbers}"
    open_posts = count(steps, "sending") - count(steps, "not-sent")
    if open_posts not in (0, 1):
        yield f"{path} has {open_posts} POSTs that may have been accepted"
    for name in ("submitted", "stored"):
        if name in names and open_posts != 1:
            yield f"{path} is {name} without a POST"
    closed = last(steps, "closed")
    if closed is None:
        yield f"{path} was never closed"
        return
    outcome, cost = closed.body["outcome"], closed.body["cost_usd"]
    if (outcome == "settled") != ("stored" in names):
        yield f"{path} was closed as {outcome} and is {'' if 'stored' in names else 'not '}stored"
    if outcome == "unknown" and cost is not None:
        yield f"{path} is of unknown outcome, and costs ${cost}"
    stored = last(steps, "stored")
    if cost is None and outcome != "unknown" and (stored is None or stored.body["usage"]):
        yield f"{path} was closed as {outcome} without a cost, and its usage is known"
    times = [s.at for name in _ORDER for s in steps if s.name == name]
    if times != sorted(times):
        yield f"{path} has steps out of order: {', '.join(names)}"


def _takes(workspace: Workspace, facts: Facts, evidence: Evidence) -> Iterator[str]:
    """Every answer that was stored is a take with these bytes, and every take has its slot."""
    stored = {}
    for path, steps in evidence.slots.items():
        kind, step = path.split("/")[1], last(steps, "stored")
        if step is not None and kind in ("frame", "clip"):
            stored[step.body["key"]] = (path, step.body["sha256"])
    takes = {t.key: t.sha256 for t in facts.takes.values() if t.id.kind in ("frame", "clip")}
    for key, (path, sha256) in stored.items():
        if key not in takes:
            yield f"{path} was paid and stored, and there is no take of it"
        elif takes[key] != sha256:
            yield f"{key}: the take has sha256 {takes[key][:8]}…, the ledger {sha256[:8]}…"
    for key in takes.keys() - stored.keys():
        yield f"{key} is a take that the ledger does not know"
    for take in facts.takes.values():
        try:
            data = workspace.store.get_exactly(take.key, take.sha256)
        except GreenlightError as error:
            yield f"{take.take}: {error}"
            continue
        if len(data) != take.size:
            yield f"{take.take} has {len(data)} bytes, its record says {take.size}"


def _objects(workspace: Workspace) -> Iterator[str]:
    """No object is half-written, and no upload was left open."""
    for prefix in (workspace.keys.root, workspace.keys.ledger):
        for key in workspace.store.keys(prefix):
            head = workspace.store.head(key)
            if not head.sha256:
                yield f"{key} carries no sha256"
            try:
                data = workspace.store.get(key)
            except GreenlightError as error:
                yield str(error)
                continue
            if len(data) != head.size:
                yield f"{key} has {len(data)} bytes and says {head.size}"
    s3 = workspace.store._s3
    for upload in s3.list_multipart_uploads(Bucket=workspace.store.bucket).get("Uploads", []):
        yield f"an upload of {upload['Key']} was left open"


def _delivery(workspace: Workspace, facts: Facts, state: State) -> Iterator[str]:
    if not state.delivered:
        yield "the production is not delivered"
        return
    for record in facts.deliveries.values():
        data: dict[str, bytes] = {}
        for key, sha256 in record.files.items():
            try:
                data[key.rsplit("/", 1)[1]] = workspace.store.get_exactly(key, sha256)
            except GreenlightError as error:
                yield f"delivery v{record.version:03d}: {error}"
        manifest = json.loads(data.get("manifest.json", b"{}"))
        listed = {entry["name"]: entry["sha256"] for entry in manifest.get("files", [])}
        if set(listed) != set(data) - {"manifest.json"}:
            yield f"the manifest lists {sorted(listed)}, delivered is {sorted(data)}"
        for name in sorted(set(listed) & set(data)):
            if listed[name] != sha256_of(data[name]):
                yield f"{name} is delivered with other bytes than the manifest says"


def _budget(evidence: Evidence, limit: Decimal | None) -> Iterator[str]:
    """What the budget counts is what the ledger counts, and no more than allowed."""
    if evidence.budget is None:
        yield "the production has a limit, and no budget was kept"
        return
    counted = dict(_draws(evidence.budget))
    for path, steps in evidence.slots.items():
        if path not in counted:
            yield f"{path} was reserved and not drawn from the budget"
        elif counted[path] != _counts(steps):
            ledger, budget = _counts(steps), counted[path]
            yield f"{path} counts ${ledger} in the ledger and ${budget} in the budget"
    for path in counted.keys() - evidence.slots.keys():
        yield f"{path} is drawn from the budget and not in the ledger"
    total = sum(counted.values(), Decimal(0))
    if limit is not None and total > limit:
        yield f"${total} is drawn from a budget of ${limit}"
    for name, row in evidence.budget.get("releases", {}).items():
        if row["open"]:
            yield f"release {name} is still open after the delivery"
        drawn = sum((Decimal(usd) for usd in row["slots"].values()), Decimal(0))
        if Decimal(evidence.show_budget.get(name, 0)) != drawn:
            of_show = evidence.show_budget.get(name, 0)
            yield f"release {name} drew ${drawn}, and its show counts ${of_show} of it"
    for name in evidence.show_budget.keys() - evidence.budget.get("releases", {}).keys():
        yield f"release {name} is drawn from the show alone"


def _draws(budget: dict[str, Any]) -> Iterator[tuple[str, Decimal]]:
    yield from ((path, Decimal(usd)) for path, usd in budget.get("draws", {}).items())
    for row in budget.get("releases", {}).values():
        yield from ((path, Decimal(usd)) for path, usd in row["slots"].items())


def _counts(steps: list[Step]) -> Decimal:
    """What a slot counts at: the known cost, else the most that it can have been."""
    for name in ("resolved", "closed"):
        step = last(steps, name)
        if step is not None and step.body.get("cost_usd") is not None:
            return Decimal(step.body["cost_usd"])
    return Decimal(steps[0].body["estimate_usd"])


def _prefect(lane: Lane, evidence: Evidence) -> Iterator[str]:
    for number, run in enumerate(evidence.runs, start=1):
        if run["state_type"] not in ENDED:
            yield f"run {number} of {len(evidence.runs)} is still {run['state_name']} at Prefect"
    for process in lane.flow_processes({run["id"] for run in evidence.runs}):
        yield f"process {process.pid} of a flow run still lives"
