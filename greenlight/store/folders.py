"""Files below a folder that a person named: nothing is written beside it or through a link.

Every step below the folder is opened by its parent's descriptor without following links, so that
a link which somebody else planted, or plants meanwhile, is refused.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from greenlight.errors import Refused

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Folder:
    """One folder; with `private`, what is made in it is its owner's alone, whatever the umask.

    Names are relative paths with `/`. Methods raise Refused for a name that leads out of the
    folder and for a link below it, and OSError naming the whole path.
    """

    def __init__(self, path: Path, *, private: bool = False) -> None:
        self.path = path
        self._private = private
        self._folder_mode, self._file_mode = (0o700, 0o600) if private else (0o777, 0o666)

    def write(self, name: str, data: bytes) -> Path:
        """Replaces a file whole or not at all; returns where it is."""
        with self.writing(name) as file:
            file.write(data)
        return self.path / name

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """A new file that takes the place of `name` when the block ends without an error."""
        with self._parent(name, make=True) as (parent, last):
            part = f".{last[:80]}.{secrets.token_hex(4)}.part"
            new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE
            descriptor = os.open(part, new, self._file_mode, dir_fd=parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                os.rename(part, last, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(part, dir_fd=parent)
                raise

    def append(self, name: str, data: bytes) -> None:
        """Adds to the end of a file, which is made if need be."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with self._open(name, flags, "ab", make=True) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def reading(self, name: str) -> IO[bytes]:
        """The file, open for reading; raises FileNotFoundError."""
        return self._open(name, os.O_RDONLY, "rb")

    def changing(self, name: str) -> IO[bytes]:
        """The file, open for reading and changing in place; raises FileNotFoundError."""
        return self._open(name, os.O_RDWR, "r+b")

    def size(self, name: str) -> int | None:
        """Bytes of a file, None where there is none."""
        try:
            with self.reading(name) as file:
                return os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return None

    def _open(self, name: str, flags: int, mode: str, *, make: bool = False) -> IO[bytes]:
        with self._parent(name, make=make) as (parent, last):
            descriptor = os.open(last, flags | _FILE, self._file_mode, dir_fd=parent)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise Refused(f"refused: {self.path / name} is not a plain file")
            if flags != os.O_RDONLY:
                self._tighten(descriptor)
            return os.fdopen(descriptor, mode)

    @contextlib.contextmanager
    def _parent(self, name: str, *, make: bool) -> Iterator[tuple[int, str]]:
        """The folder that `name` lies in, open, and its last part."""
        *folders, last = steps = name.split("/")
        if any(step in ("", ".", "..") or "\0" in step for step in steps):
            raise Refused(f"refused: {name!r} is not a place below {self.path}")
        try:
            if make:
                self.path.mkdir(mode=self._folder_mode, parents=True, exist_ok=True)
            # The folder itself may be a link: the person who named it chose where that leads.
            at = os.open(self.path, _FOLDER & ~os.O_NOFOLLOW)
            try:
                for step in folders:
                    inner = self._step(at, step, make=make)
                    os.close(at)
                    at = inner
                yield at, last
            finally:
                os.close(at)
        except OSError as error:
            if error.errno == errno.ELOOP or _is_link(error, self.path, steps):
                raise Refused(f"refused: {self.path / name} leads through a link") from error
            if error.errno is not None and not str(error.filename or "").startswith("/"):
                error.filename, error.filename2 = str(self.path / name), None
            raise

    def _step(self, at: int, step: str, *, make: bool) -> int:
        if make:
            with contextlib.suppress(FileExistsError):
                os.mkdir(step, self._folder_mode, dir_fd=at)
        inner = os.open(step, _FOLDER, dir_fd=at)
        if make:
            self._tighten(inner)
        return inner

    def _tighten(self, descriptor: int) -> None:
        """Takes away from others what an earlier release or a umask let them read."""
        found = os.fstat(descriptor)
        if self._private and found.st_mode & 0o077 and found.st_uid == os.geteuid():
            # A file system without modes (a memory card, some shares) keeps its own.
            with contextlib.suppress(PermissionError):
                os.fchmod(descriptor, stat.S_IMODE(found.st_mode) & 0o700)


def _is_link(error: OSError, root: Path, steps: list[str]) -> bool:
    """Whether a step is a link: with O_DIRECTORY, Linux reports a link as not a folder."""
    paths = (root.joinpath(*steps[: end + 1]) for end in range(len(steps)))
    return error.errno == errno.ENOTDIR and any(path.is_symlink() for path in paths)


def write_file(path: Path, data: bytes) -> None:
    """Replaces the one file that a person named; what is below /dev or a pipe is written to.

    Raises Refused for a link, whose other end somebody else may have chosen, and OSError.
    """
    is_link = path.is_symlink()
    if path.is_relative_to("/dev") or (path.exists() and not path.is_file() and not is_link):
        path.write_bytes(data)
        return
    if is_link:
        raise Refused(f"refused: {path} is a link (name the file itself)")
    Folder(path.parent).write(path.name, data)


def write_private(path: Path, text: str) -> None:
    """Replaces a file in one step, readable by its owner alone."""
    Folder(path.parent, private=True).write(path.name, text.encode())
