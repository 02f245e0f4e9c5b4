"""Whether an MP4 goes on to its end: told by its boxes, without decoding anything."""

from __future__ import annotations

import io
from typing import BinaryIO


def broken_box(file: BinaryIO) -> str:
    """The kind of the box in which an MP4 ends too early, or ``""``; other files have none.

    Decoding all pictures does not tell: the missing end may be sound, or lie between packets.
    """
    size = file.seek(0, io.SEEK_END)
    start = 0
    while start < size:
        file.seek(start)
        head = file.read(16)
        if start == 0 and head[4:8] != b"ftyp":
            return ""
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:16])
        if length == 0:  # "up to the end of the file"
            return ""
        if length < 8 or len(head) < 8 or start + length > size:
            return head[4:8].decode("ascii", "replace") or "?"
        start += length
    return ""
