"""Lookups of a flow run before its first paid request, made once, before any fork.

What is kept is data that never changes while a process lives: parsed service models, lists of
authorities and of plug-ins. Nothing here opens a connection or starts a thread.
"""

from __future__ import annotations

from prefect.plugins import load_prefect_collections

from greenlight import runs
from greenlight.generate import gemini
from greenlight.media.lettering import face_for
from greenlight.store import objects


def before_fork() -> None:
    """Fill the caches: a quarter of a second of a core that no run spends again."""
    load_prefect_collections()
    objects.read_ahead()
    gemini.read_ahead()
    runs.read_ahead()
    face_for("Ag", 16)
