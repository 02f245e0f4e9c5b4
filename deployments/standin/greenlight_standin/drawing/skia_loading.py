"""Skia, also where the system lacks the desktop's libraries: everything that draws takes it here.

On Linux, skia-python's wheel is linked against libEGL, libGL and libexpat, which a server without
a desktop lacks; its pointers to their functions must be filled before the first line of Skia runs.
Drawing into memory calls none of them: they are for drawing on a graphics card and for reading
the system's font settings. So where one of the three is missing, an empty one of the same name is
loaded before Skia, and the loader is content: it takes a library that is already loaded for one
that it was to look for. Where the system has them, they are used and nothing of this happens.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import platform
import sys
import tempfile
from pathlib import Path

from greenlight_standin.drawing.elf import MACHINES, hollow_library, undefined_symbols

# The libraries that may be missing and how the names of their functions begin.
_OPTIONAL = {
    "libEGL.so.1": ("egl",),
    "libGL.so.1": ("gl",),
    "libexpat.so.1": ("XML_",),
}


def load_hollow_libraries(sonames: list[str]) -> None:
    """Load an empty library for each of these names, with the functions that Skia asks for.

    OSError where nothing may be loaded from memory or the temporary folder, ValueError where
    Skia's wheel is none that is understood.
    """
    wanted = _wanted_symbols()
    # All stay open till the last is loaded: the loader knows files by path, and paths by number.
    with contextlib.ExitStack() as opened:
        for soname in sonames:
            names = {name for name in wanted if name.startswith(_OPTIONAL[soname])}
            _load(opened, soname, hollow_library(soname, names, platform.machine()))


def missing_libraries() -> list[str]:
    """Those of the libraries that Skia is linked against which this system cannot load."""
    return [soname for soname in _OPTIONAL if not _loads(soname)]


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _wanted_symbols() -> frozenset[str]:
    spec = importlib.util.find_spec("skia")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("skia-python is not installed", name="skia")
    extension = Path(spec.origin)
    parts = [extension, *sorted((extension.parent / "skia_python.libs").glob("*.so*"))]
    return frozenset().union(*map(undefined_symbols, parts))


def _load(opened: contextlib.ExitStack, soname: str, library: bytes) -> None:
    """Load a library from memory or, where the system forbids that, from a temporary file."""
    try:
        handle = os.memfd_create(soname)
        opened.callback(os.close, handle)
        os.write(handle, library)
        ctypes.CDLL(f"/proc/self/fd/{handle}")
    except OSError:
        with tempfile.NamedTemporaryFile(suffix=".so") as file:
            file.write(library)
            file.flush()
            ctypes.CDLL(file.name)


try:
    import skia
except ImportError:
    lacking = missing_libraries() if sys.platform == "linux" else []
    if not lacking or platform.machine() not in MACHINES:
        raise
    load_hollow_libraries(lacking)
    import skia

__all__ = ["load_hollow_libraries", "missing_libraries", "skia"]
