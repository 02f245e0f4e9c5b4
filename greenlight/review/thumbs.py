"""Small JPEGs of stored pictures, made once and kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

WIDTHS = (240, 480, 960, 1600)
"""Pixels across: a strip, a card, a phone or a large view, a screen."""
KEPT_BYTES = 96 << 20


class Thumbs:
    """Makes and keeps thumbnails, the least recently shown giving way. Methods block.

    Safe to share between threads; how many are made at once is the caller's to say.
    """

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._most = kept_bytes
        self._held = 0
        self._known: OrderedDict[tuple[str, int, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, width: int, seen: str, fetch: Callable[[], bytes]) -> bytes:
        """The thumbnail of what lies under `key`; raises what `fetch` raises, and UnreadableMedia.

        `fetch` is called when it has to be made; with `seen` it gets frame lines at that ratio.
        """
        wanted = key, width, seen
        with self._lock:
            found = self._known.get(wanted)
            if found is not None:
                self._known.move_to_end(wanted)
                return found
        from greenlight.media.framing import framed_still
        from greenlight.media.stills import thumbnail

        data = fetch()
        found = thumbnail(framed_still(data, seen, width) if seen else data, width)
        with self._lock:
            self._held += len(found) - len(self._known.pop(wanted, b""))
            self._known[wanted] = found
            while self._held > self._most:
                self._held -= len(self._known.popitem(last=False)[1])
        return found
