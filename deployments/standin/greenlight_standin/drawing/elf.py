"""Linux shared objects: what one leaves undefined is read, and one that only defines is written.

64 bit, little endian: x86_64 and aarch64, which is what wheels are built for. The layout is that of
the System V ABI, chapters 4 and 5 (https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html).
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterable
from pathlib import Path

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_WORDS = struct.Struct("<QQ")
_IDENT = b"\x7fELF\x02\x01\x01" + bytes(9)
_DYNAMIC_SYMBOLS = 11
# The largest pages that either machine has: segments of different rights must not share one.
_PAGE = 0x10000
# `return 0` and the number of the machine, by its name in `platform.machine()`.
_RETURN_ZERO = {
    "x86_64": (62, bytes.fromhex("31c0c3")),
    "aarch64": (183, bytes.fromhex("000080d2c0035fd6")),
}
MACHINES = frozenset(_RETURN_ZERO)


def undefined_symbols(path: Path) -> set[str]:
    """Names that a shared object expects from others; ValueError if it is none of 64 bit."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:6] != _IDENT[:6]:
            raise ValueError(f"{path.name} is no 64 bit, little endian ELF file")
        header = _HEADER.unpack_from(data)
        start, size, count = header[6], header[11], header[12]
        sections = [_SECTION.unpack_from(data, start + i * size) for i in range(count)]
        found = set()
        for section in sections:
            if section[1] != _DYNAMIC_SYMBOLS:
                continue
            strings = sections[section[6]][4]
            table = data[section[4] : section[4] + section[5]]
            for name, _, _, defined_in, _, _ in _SYMBOL.iter_unpack(table):
                if name and not defined_in:
                    first = strings + name
                    found.add(data[first : data.find(b"\0", first)].decode())
        return found


def hollow_library(soname: str, symbols: Iterable[str], machine: str) -> bytes:
    """A shared object of that name whose every symbol is a function that returns 0.

    Raises KeyError for a machine not in MACHINES.
    """
    number, code = _RETURN_ZERO[machine]
    names = sorted(symbols)
    strings = bytearray(b"\0")

    def lettered(text: str) -> int:
        at = len(strings)
        strings.extend(text.encode() + b"\0")
        return at

    own_name = lettered(soname)
    offsets = [lettered(name) for name in names]

    read_only = bytearray(bytes(_HEADER.size + 4 * _SEGMENT.size))

    def laid(block: bytes) -> int:
        read_only.extend(bytes(-len(read_only) % 16))
        at = len(read_only)
        read_only.extend(block)
        return at

    # One bucket, and each symbol leads to the next: looked up a hundred times, once a process.
    chain = [0, *range(2, len(names) + 1), 0] if names else [0]
    first = 1 if names else 0
    hashes = laid(struct.pack(f"<{3 + len(chain)}I", 1, len(chain), first, *chain))
    text_at = laid(code)
    # A global function (0x12) of the section that is not there but is not "undefined" either (1).
    table = _SYMBOL.pack(0, 0, 0, 0, 0, 0) + b"".join(
        _SYMBOL.pack(offset, 0x12, 0, 1, text_at, len(code)) for offset in offsets
    )
    symbols_at = laid(table)
    strings_at = laid(bytes(strings))
    laid(b"")

    tags = [(14, own_name), (4, hashes), (5, strings_at), (10, len(strings))]
    tags += [(6, symbols_at), (11, _SYMBOL.size), (0, 0)]
    dynamic = b"".join(_WORDS.pack(*tag) for tag in tags)
    end, writable = len(read_only), len(read_only) + _PAGE
    segments = (
        (1, 5, 0, 0, 0, end, end, _PAGE),
        (1, 6, end, writable, writable, len(dynamic), len(dynamic), _PAGE),
        (2, 6, end, writable, writable, len(dynamic), len(dynamic), 8),
        # Without this one the loader asks for a stack that can be executed.
        (0x6474E551, 6, 0, 0, 0, 0, 0, 16),
    )
    header = _HEADER.pack(
        _IDENT, 3, number, 1, 0, _HEADER.size, 0, 0, 64, _SEGMENT.size, len(segments), 64, 0, 0
    )
    packed = header + b"".join(_SEGMENT.pack(*segment) for segment in segments)
    read_only[: len(packed)] = packed
    return bytes(read_only) + dynamic
