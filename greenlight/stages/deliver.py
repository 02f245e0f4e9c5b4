"""Delivery: the signed-off cut with timeline, contact sheet, storyboard and a manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from greenlight.media.lane import on_lane
from greenlight.money.spend import spend_of
from greenlight.production.facts import Facts
from greenlight.production.names import slug
from greenlight.production.records import DeliveryRecord, TakeRecord
from greenlight.production.state import State, fold
from greenlight.stages.assignment import Assignment
from greenlight.stages.sheet import contact_sheet, sheet_shots
from greenlight.store.objects import sha256_of
from greenlight.store.records import now
from greenlight.workspace import Workspace


async def deliver(given: Assignment) -> DeliveryRecord:
    """Stores the delivery of a cut and returns its record, not yet filed."""
    return await on_lane(_deliver, given)


def _deliver(given: Assignment) -> DeliveryRecord:
    from greenlight.editorial.edl import write_edl
    from greenlight.editorial.manifest import manifest_json
    from greenlight.media.storyboard import storyboard_pdf

    workspace, facts, cut = given.workspace, given.facts, given.facts.takes[given.take]
    state = fold(facts)
    brief, framing = workspace.production.brief, workspace.production.framing
    name = slug(brief.title) or "cut"
    version = cut.id.version
    timeline = _timeline(workspace, facts, state, cut)
    shots = sheet_shots(workspace, facts, state)
    movie = workspace.store.get_exactly(cut.key, cut.sha256)
    contents: dict[str, tuple[str, bytes, str]] = {
        f"{name}_{cut.id.label}.mp4": ("cut", movie, "video/mp4"),
        f"{name}_{cut.id.label}.otio": ("timeline", timeline.encode(), "application/json"),
        f"{name}_{cut.id.label}.edl": ("timeline", write_edl(timeline).encode(), "text/plain"),
        "contact-sheet.jpg": (
            "contact-sheet",
            workspace.store.get(contact_sheet(workspace, facts, state)),
            "image/jpeg",
        ),
        "storyboard.pdf": (
            "storyboard",
            storyboard_pdf(brief.title, shots, aspect=framing.delivery, drawn=framing.source),
            "application/pdf",
        ),
    }
    for file, (role, data, mime) in contents.items():
        contents[file] = (role, _put(workspace, version, file, data, mime), mime)
    manifest = manifest_json(_manifest(workspace, facts, state, cut, contents))
    listed = _put(workspace, version, "manifest.json", manifest, "application/json")
    contents["manifest.json"] = ("manifest", listed, "application/json")
    files = {
        workspace.keys.delivery(version, file): sha256_of(data)
        for file, (_, data, _) in contents.items()
    }
    return DeliveryRecord(
        at=now(),
        version=version,
        cut=cut.take,
        cut_sha256=cut.sha256,
        files=files,
        seconds=float(cut.details.get("seconds", 0)),
    )


def _put(workspace: Workspace, version: int, file: str, data: bytes, mime: str) -> bytes:
    """Puts a file of the delivery; a crash may have left one of an earlier try, which counts."""
    key = workspace.keys.delivery(version, file)
    return data if workspace.store.put_once(key, data, mime) else workspace.store.get(key)


def _timeline(workspace: Workspace, facts: Facts, state: State, cut: TakeRecord) -> str:
    from greenlight.editorial.timeline import TimelineClip, build_timeline
    from greenlight.generate.models import billed_seconds

    production = workspace.production
    clips = []
    for shot in state.shots:
        clip = shot.clip
        if clip is None:
            continue
        clips.append(
            TimelineClip(
                shot=shot.shot.id,
                take=clip.id.label,
                media_url=f"s3://{workspace.store.bucket}/{clip.key}",
                seconds=shot.shot.seconds,
                available_seconds=billed_seconds(clip.model, shot.shot.seconds),
                sha256=clip.sha256,
                model=clip.model,
                prompt_digest=clip.fingerprint,
                cost=clip.cost_usd,
                simulated=clip.simulated,
                extra={"frame": shot.frame.take if shot.frame else ""},
            )
        )
    framing = production.framing
    metadata = {
        "show": production.show,
        "production": production.production,
        "cut": cut.take,
        "aspect_ratio": framing.delivery,
        "source_ratio": framing.source,
        "raster": f"{cut.details['width']}x{cut.details['height']}",
    }
    return build_timeline(
        production.brief.title, clips, fps=Decimal(production.brief.fps), metadata=metadata
    )


def _manifest(
    workspace: Workspace,
    facts: Facts,
    state: State,
    cut: TakeRecord,
    contents: Mapping[str, tuple[str, bytes, str]],
) -> dict[str, Any]:
    from greenlight.editorial import manifest as m

    production, spend = (
        workspace.production,
        spend_of(workspace.production, workspace.ledger, facts),
    )
    chosen = {t.take for s in state.shots for t in (s.frame, s.clip) if t} | {cut.take}
    spans = {row["shot"]: row for row in cut.details.get("clips", [])}
    takes = [
        m.ManifestTake(
            shot=t.id.shot,
            take=t.id.label,
            kind=t.id.kind,
            sha256=t.sha256,
            state="approved" if t.take in chosen else "rejected",
            model=t.model,
            prompt_digest=t.fingerprint,
            cost=t.cost_usd,
            simulated=t.simulated,
            reused_from=t.reused_from or "",
        )
        for t in facts.takes.values()
    ]
    decisions = [
        m.ManifestDecision(
            ordinal=d.number,
            subject=v.take,
            verdict=v.verdict,
            by=d.who,
            door=d.door,
            at=d.at,
            sha256=v.sha256,
            reason=v.reason or "",
            note=v.note,
        )
        for d in facts.decisions.values()
        for v in d.verdicts
    ]
    shots = [
        m.ManifestShot(
            shot=s.shot.id,
            seconds=float(s.shot.seconds),
            start_frame=spans[s.shot.id]["start_frame"],
            frames=spans[s.shot.id]["frames"],
            frame_take=s.frame.id.label if s.frame else "",
            clip_take=s.clip.id.label if s.clip else "",
        )
        for s in state.shots
        if s.shot.id in spans
    ]
    files = [
        m.DeliveredFile(
            name=name,
            role=role,
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            media_type=mime,
        )
        for name, (role, data, mime) in contents.items()
    ]
    picture = {k: v for k, v in cut.details.items() if isinstance(v, (str, int, float))} | {
        "fps": production.brief.fps
    }
    return m.build_manifest(
        show=production.show,
        production=production.production,
        title=production.brief.title,
        delivered_at=now(),
        picture=picture,
        files=files,
        shots=shots,
        takes=takes,
        decisions=decisions,
        costs=m.ManifestCosts(
            spent=spend.spent_usd, unknown=spend.unknown_usd, avoided=spend.avoided_usd
        ),
    )
