"""The robot of `--yes`, which answers the gates of simulated productions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from greenlight.desk import Wish
from greenlight.errors import ProductionFailed
from greenlight.production.names import parse_take
from greenlight.production.records import WaitingTake

Asked = Counter[tuple[str, str]]
"""How often a retake of (kind, shot) has been asked for so far."""


def answers(
    waiting: Sequence[WaitingTake], asked: Asked, subjects: Mapping[str, str], spoiled: str = ""
) -> list[Wish]:
    """One verdict for everything that waits; `asked` is kept up to date.

    The shot that was `spoiled` on purpose, or whose takes are all flagged, is made again once, with
    a note; after that the best take is approved. `subjects` maps shot → what it shows. Raises
    ProductionFailed for what is still held after it was tried again.
    """
    groups: dict[tuple[str, str], list[WaitingTake]] = {}
    for item in waiting:
        take = parse_take(item.take)
        groups.setdefault((take.kind, take.shot), []).append(item)
    wishes = []
    for group, items in groups.items():
        wish = _answer(group, items, asked, subjects, spoiled)
        if wish.verdict == "retake":
            asked[group] += 1
        wishes.append(wish)
    return wishes


def _answer(
    group: tuple[str, str],
    items: Sequence[WaitingTake],
    asked: Asked,
    subjects: Mapping[str, str],
    spoiled: str,
) -> Wish:
    kind, shot = group
    held = [w for w in items if w.held]
    if held:
        if asked[group]:
            raise ProductionFailed(f"{held[0].take} is held: {held[0].held}")
        return Wish(target=held[0].take, verdict="retake", reason="other", note="once more, please")
    flagged = [w for w in items if w.flagged]
    worth_it = len(flagged) == len(items) or (kind == "frame" and shot == spoiled)
    if flagged and worth_it and not asked[group]:
        worst = min(flagged, key=lambda w: w.score if w.score is not None else 0.0)
        note = suggestion(kind, subjects.get(shot, ""))
        return Wish(target=worst.take, verdict="retake", reason="story", note=note)
    best = max(items, key=lambda w: (not w.flagged, w.score if w.score is not None else -1.0))
    return Wish(target=best.take, verdict="approve", sha256=best.sha256)


def suggestion(kind: str, subject: str) -> str:
    """A note that says what is wanted and where, which a retake's picture can be seen to follow."""
    if kind == "clip":
        return "keep the framing of the approved frame"
    wanted = subject.rstrip(".") or "what the shot list says"
    return f"show {wanted}, screen left and darker"
