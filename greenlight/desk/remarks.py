"""Remarks: comments and proposed verdicts, which a person can make into decisions."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from greenlight.access.rights import Right
from greenlight.access.signature import Signature
from greenlight.desk.signing import write_signed
from greenlight.errors import InvalidInput, NotFound, Refused
from greenlight.production.facts import Facts
from greenlight.production.names import is_shot, parse_take
from greenlight.production.records import TEXT_LIMIT, Reason, RemarkRecord, VerdictKind
from greenlight.production.state import fold
from greenlight.views.status import proposals
from greenlight.views.wishes import Wish
from greenlight.workspace import Workspace


class Saying(BaseModel):
    """What somebody wants to say of a take, a shot or the whole production.

    With `proposes` it is a verdict that a person may confirm. `asks` is what holds the work that a
    producer is asked to free.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = ""
    text: str = ""
    proposes: VerdictKind | None = None
    reason: Reason | None = None
    asks: str = ""


def remark(workspace: Workspace, who: Signature, saying: Saying, request: str = "") -> RemarkRecord:
    """Records a comment or proposal; the same `request` once.

    Raises NotFound for a subject that is not there, and Refused for a proposal about what does not
    wait for a verdict.
    """
    right: Right = "propose" if saying.proposes else "comment"
    who.demand(right, workspace.keys.production, workspace.keys.show)
    text = saying.text.strip()
    if len(text) > TEXT_LIMIT:
        raise InvalidInput(f"the text has {len(text)} characters (at most {TEXT_LIMIT})")
    if not text and not saying.proposes:
        raise InvalidInput("the comment is empty")
    if saying.proposes == "retake" and saying.reason is None:
        raise InvalidInput("a retake needs a reason")

    def content(facts: Facts) -> Mapping[str, object]:
        shown = _shown(facts, saying.subject, saying.proposes)
        return {**saying.model_dump(), "text": text, "sha256": shown}

    made, _ = write_signed(
        workspace, who, request, RemarkRecord, lambda facts: facts.remarks, content
    )
    return made


def confirmed(facts: Facts, number: int) -> Wish:
    """The wish that a proposal comes to; raises NotFound, or Refused when it is out of date."""
    found = facts.remarks.get(number)
    if found is None or not found.proposes:
        open_ = ", ".join(str(p.number) for p in proposals(facts)) or "none"
        raise NotFound(f"proposal {number} not found (open: {open_})")
    if found not in proposals(facts):
        raise Refused(f"proposal {number} is about {found.subject} as it was: look again")
    return Wish(
        target=found.subject,
        verdict=found.proposes,
        reason=found.reason,
        note=found.text,
        sha256=found.sha256,
    )


def _shown(facts: Facts, subject: str, proposes: VerdictKind | None) -> str:
    """The sha256 of what the remark is about, empty where that has none."""
    if proposes:
        waiting = {w.take: w.sha256 for w in fold(facts).waiting}
        if subject not in waiting:
            names = ", ".join(waiting) or "nothing"
            raise Refused(f"{subject!r} does not wait for a verdict (waiting: {names})")
        return waiting[subject]
    if not subject:
        return ""
    if is_shot(subject):
        newest = max(facts.shot_lists, default=0)
        if not newest or facts.shot_lists[newest].shot(subject) is None:
            raise NotFound(f"shot {subject} not found")
        return ""
    take = parse_take(subject)
    if take.kind == "shotlist" and take.version in facts.shot_lists:
        return facts.shot_lists[take.version].sha256
    if take not in facts.takes:
        raise NotFound(f"take {subject} not found")
    return facts.takes[take].sha256
