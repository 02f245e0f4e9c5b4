"""Run PostgreSQL although we are root: it refuses to, and containers often know only root.

Two ways, tried in this order. A user namespace in which root is called `nobody`: file ownership
stays as it is. Where that is forbidden (Docker's default seccomp profile): become `nobody` and keep
the one capability that lets it reach a data folder below folders of root's.
"""

from __future__ import annotations

import ctypes
import os
import pwd
from pathlib import Path

CHOICE = "GREENLIGHT_ROOT_BY"
"""Environment variable; `capability` skips the user namespace."""

_CLONE_NEWUSER = 0x10000000
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


def leave_root(folders: list[Path]) -> str:
    """Make this process something other than root that still owns `folders`; say how."""
    nobody = pwd.getpwnam("nobody")
    if os.environ.get(CHOICE) != "capability" and _enter_namespace(nobody.pw_uid, folders):
        return "user namespace"
    _own(folders, nobody.pw_uid, nobody.pw_gid)
    _drop_to(nobody.pw_uid, nobody.pw_gid)
    return "process of the user nobody"


def _own(folders: list[Path], uid: int, gid: int) -> None:
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_uid != uid:
                os.chown(path, uid, gid, follow_symlinks=False)


def _enter_namespace(uid: int, folders: list[Path]) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    real_uid, real_gid = os.geteuid(), os.getegid()
    # Before, because afterwards what belongs to others cannot even be given away.
    _own(folders, real_uid, real_gid)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {real_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{uid} {real_gid} 1")
    return True


def _drop_to(uid: int, gid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)

    def must(result: int, what: str) -> None:
        if result != 0:
            raise OSError(ctypes.get_errno(), f"{what} failed while leaving root")

    must(libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl(PR_SET_KEEPCAPS)")
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    bit = 1 << _CAP_DAC_OVERRIDE
    # Effective, permitted and inheritable sets, low words then high words.
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    must(libc.capset(header, sets), "capset")
    raised = libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
    must(raised, "prctl(PR_CAP_AMBIENT_RAISE)")
