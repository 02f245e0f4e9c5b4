"""Skia draws the same on a machine without the desktop's libraries and without fonts."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from greenlight_standin.drawing.elf import MACHINES, hollow_library, undefined_symbols
from greenlight_standin.drawing.frame import draw_frame
from greenlight_standin.drawing.shot import read_shot

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux's wheel needs them")
PROMPT = "Size: medium\nSubject: a nurse\nAction: waits\nSetting: a ward\nTime: night"


def drawn_elsewhere(environment: dict[str, str], before: str = "") -> str:
    code = f"""{before}
import hashlib
from greenlight_standin.drawing.frame import draw_frame
from greenlight_standin.drawing.shot import read_shot
print(hashlib.sha256(draw_frame(read_shot({PROMPT!r}), (320, 180)).tobytes()).hexdigest())
print([name for name in ("libGLdispatch", "libEGL", "libexpat.so.1") if name in
       "".join(line for line in open("/proc/self/maps") if "memfd" not in line)])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def without_a_desktop(tmp_path: Path) -> dict[str, str]:
    """An environment in which the loader finds unusable files instead of the three libraries."""
    for name in ("libEGL.so.1", "libGL.so.1", "libexpat.so.1"):
        (tmp_path / name).touch()
    return {"LD_LIBRARY_PATH": str(tmp_path)}


@linux
@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="from memory"),
        pytest.param(
            "import os\ndef refuse(name): raise PermissionError(name)\nos.memfd_create = refuse",
            id="from a file",
        ),
    ],
)
def test_the_same_picture_is_drawn_without_the_desktops_libraries(
    without_a_desktop: dict[str, str], before: str
) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(
            [sys.executable, "-c", "import skia"],
            env={**os.environ, **without_a_desktop},
            capture_output=True,
            check=True,
        )
    here = hashlib.sha256(draw_frame(read_shot(PROMPT), (320, 180)).tobytes()).hexdigest()
    assert drawn_elsewhere(without_a_desktop, before) == f"{here}\n[]\n"


def test_no_font_of_the_system_is_drawn_with(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig/>")
    none = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "XDG_DATA_HOME": str(tmp_path)}
    assert drawn_elsewhere(none).split()[0] == drawn_elsewhere({}).split()[0]


@linux
def test_a_hollow_library_has_just_the_functions_that_were_named(tmp_path: Path) -> None:
    file = tmp_path / "any.so"
    file.write_bytes(hollow_library("libany.so.9", ["one", "another"], platform.machine()))
    library = ctypes.CDLL(str(file))
    assert library.one() == library.another() == 0
    assert not hasattr(library, "a_third")
    assert undefined_symbols(file) == set()


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_a_hollow_library_asks_for_no_stack_that_can_be_executed(machine: str) -> None:
    library = hollow_library("libany.so.9", ["one"], machine)
    headers = [library[64 + i * 56 : 120 + i * 56] for i in range(4)]
    rights = {int.from_bytes(h[:4], "little"): int.from_bytes(h[4:8], "little") for h in headers}
    assert rights[0x6474E551] == 6


def test_what_is_no_library_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "picture.so").write_bytes(b"\x89PNG" + bytes(60))
    with pytest.raises(ValueError, match=r"picture\.so is no 64 bit"):
        undefined_symbols(tmp_path / "picture.so")
