"""Files that are handed in: their bytes within a limit, and the text in them."""

from __future__ import annotations

from pathlib import Path

from greenlight.briefs.grid import FILE_BYTES
from greenlight.errors import InvalidInput


def read_bytes(path: Path, most: int = FILE_BYTES) -> bytes:
    """The bytes of a file; raises InvalidInput for an unreadable or too large file."""
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder: name the file in it")
        # Devices and growing files have more to read than they say.
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from error
    if len(data) > most:
        raise InvalidInput(f"{path} has over {most:,} bytes")
    return data


def read_text(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, or UTF-16 with its mark; raises InvalidInput naming the line."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            raise InvalidInput(f"{name}: invalid UTF-16: save it as UTF-8 text") from error
        line = data[: error.start].count(b"\n") + 1
        raise InvalidInput(
            f"{name}, line {line}: not UTF-8{_guess(data, error.start)}: save it as UTF-8 text "
            "(in Excel: CSV UTF-8)"
        ) from error


def _guess(data: bytes, place: int) -> str:
    """The encoding that the byte at a place is probably in, with what it means there."""
    byte = data[place]
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return f" (byte 0x{byte:02X})"
    shown = bytes([byte]).decode("cp1252")
    return f" but probably Windows-1252 (byte 0x{byte:02X}, there {shown!r})"
