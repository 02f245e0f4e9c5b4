"""Where notices, subscribers and the record of what was sent lie: `notify/` in the bucket.

Beside the shows and outside verify and backup: subscribers hold secrets, and no record rests on a
notice.
"""

from __future__ import annotations

from datetime import datetime

SUBSCRIBERS = "notify/subscribers/"
PENDING = "notify/pending/"
LOG = "notify/log/"


def subscriber_key(subscriber: str) -> str:
    """Who is told what, and with which secret; changed by compare-and-swap."""
    return f"{SUBSCRIBERS}{subscriber}.json"


def notice_key(message: str) -> str:
    """The notice itself, written once."""
    return f"notify/told/{message}.json"


def delivery_key(message: str, subscriber: str) -> str:
    """What became of telling one subscriber; changed by compare-and-swap."""
    return f"notify/told/{message}/{subscriber}.json"


def pending_key(message: str) -> str:
    """There as long as somebody has still to be told."""
    return f"{PENDING}{message}.json"


def log_key(at: datetime, message: str) -> str:
    """Puts notices in the order of time."""
    return f"{LOG}{at:%Y%m%dT%H%M%S.%f}-{message}.json"
