"""Errors of media: unreadable files, and cuts that cannot be made."""

from __future__ import annotations

from greenlight.errors import InvalidInput


class UnreadableMedia(InvalidInput):
    """Bytes that should be a picture or a clip are not one, or not a whole one."""

    def __init__(self, what: str, reason: str) -> None:
        self.what = what
        self.reason = reason
        super().__init__(f"{what} cannot be read: {reason}")


class InvalidCut(InvalidInput):
    """A cut was asked for that cannot be made: no clips, raster, frame rate or timecode."""
