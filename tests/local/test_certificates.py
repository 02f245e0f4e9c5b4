from __future__ import annotations

import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from greenlight.errors import StackError
from greenlight.local.certificates import (
    AUTHORITY,
    CERTIFICATE,
    KEY,
    shows_certificate,
    write_certificates,
)


@contextmanager
def serving(certificates: Path | None, greeting: bytes = b"") -> Iterator[int]:
    """A server with the certificates of that folder, or one that greets without TLS; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with suppress(OSError), connection:
                        if certificates is None:
                            connection.sendall(greeting)
                            connection.recv(1000)
                            continue
                        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                        context.load_cert_chain(certificates / CERTIFICATE, certificates / KEY)
                        with context.wrap_socket(connection, server_side=True) as wrapped:
                            wrapped.recv(1)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two stacks' certificates."""
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
        write_certificates(tmp_path / name, "127.0.0.1")
    return tmp_path / "ours", tmp_path / "theirs"


def test_a_server_with_the_stack_s_certificate_is_known(folders: tuple[Path, Path]) -> None:
    ours, _ = folders
    with serving(ours) as port:
        assert shows_certificate(ours, port)
    assert not shows_certificate(ours, port), "it is closed by now"


def test_a_server_of_another_authority_is_not_taken_for_one_of_the_stack(
    folders: tuple[Path, Path],
) -> None:
    ours, theirs = folders
    with serving(theirs) as port, pytest.raises(StackError, match=f"at port {port} does not show"):
        shows_certificate(ours, port)


@pytest.mark.parametrize("greeting", [b"\0\0\0\4\0\0\0\0\0", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_without_tls_is_named(folders: tuple[Path, Path], greeting: bytes) -> None:
    with serving(None, greeting) as port, pytest.raises(StackError, match=f"at port {port}"):
        shows_certificate(folders[0], port)


def test_certificates_outlive_the_stack_and_are_made_again_at_the_next_start(
    folders: tuple[Path, Path],
) -> None:
    ours, _ = folders
    before = (ours / CERTIFICATE).read_bytes()
    for name in (AUTHORITY, CERTIFICATE):
        found = x509.load_pem_x509_certificate((ours / name).read_bytes())
        assert found.not_valid_before_utc < datetime.now(UTC) - timedelta(days=300)
        assert found.not_valid_after_utc > datetime.now(UTC) + timedelta(days=3000)
    write_certificates(ours, "127.0.0.1")
    assert (ours / CERTIFICATE).read_bytes() != before


def test_certificates_are_their_owners_alone(folders: tuple[Path, Path]) -> None:
    for path in folders[0].iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
