"""Remarks: comments and proposed verdicts, which a person can make into decisions."""

from __future__ import annotations

import secrets

from greenlight.access.signature import Signature
from greenlight.desk.wishes import Wish
from greenlight.errors import InvalidInput, NotFound, Refused
from greenlight.production.facts import Facts
from greenlight.production.names import is_shot, parse_take
from greenlight.production.records import Reason, VerdictKind
from greenlight.production.remarks import TEXT_LIMIT, RemarkRecord
from greenlight.production.state import fold
from greenlight.store.records import now
from greenlight.studio import Studio

_TRIES = 20


def remark(
    studio: Studio,
    who: Signature,
    subject: str,
    text: str,
    proposes: VerdictKind | None = None,
    reason: Reason | None = None,
    request: str = "",
) -> RemarkRecord:
    """Records a comment, or a proposal where `proposes` is given; the same `request` once.

    Raises NotFound for a subject that is not there, and Refused for a proposal about what does not
    wait for a verdict.
    """
    who.demand("propose" if proposes else "comment", studio.keys.production, studio.keys.show)
    text = text.strip()
    if len(text) > TEXT_LIMIT:
        raise InvalidInput(f"the text has {len(text)} characters (at most {TEXT_LIMIT})")
    if not text and not proposes:
        raise InvalidInput("the comment is empty")
    if proposes == "retake" and reason is None:
        raise InvalidInput("a retake needs a reason")
    request = request or secrets.token_hex(8)
    for _ in range(_TRIES):
        facts = studio.records.facts()
        for known in facts.remarks.values():
            if known.request == request:
                return known
        record = RemarkRecord(
            at=now(),
            number=max(facts.remarks, default=0) + 1,
            request=request,
            who=who.who,
            principal=who.principal,
            verified=who.verified,
            door=who.door,
            subject=subject,
            text=text,
            proposes=proposes,
            reason=reason,
            sha256=_shown(facts, subject, proposes),
        )
        if studio.records.write_new(record):
            return record
    raise Refused("others are writing about this production at this very moment: try again")


def proposals(facts: Facts) -> list[RemarkRecord]:
    """Proposals about what still waits, exactly as it was when they were made; oldest first."""
    waiting = {w.take: w.sha256 for w in fold(facts).waiting}
    return [
        r
        for _, r in sorted(facts.remarks.items())
        if r.proposes and waiting.get(r.subject) == r.sha256
    ]


def confirmed(facts: Facts, number: int) -> Wish:
    """The wish that a proposal comes to; raises NotFound, or Refused when it is out of date."""
    found = facts.remarks.get(number)
    if found is None or not found.proposes:
        open_ = ", ".join(str(p.number) for p in proposals(facts)) or "none"
        raise NotFound(f"there is no proposal {number} (open: {open_})")
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
            raise NotFound(f"there is no shot {subject}")
        return ""
    take = parse_take(subject)
    if take.kind == "shotlist" and take.version in facts.shot_lists:
        return facts.shot_lists[take.version].sha256
    if take not in facts.takes:
        raise NotFound(f"there is no take {subject}")
    return facts.takes[take].sha256
