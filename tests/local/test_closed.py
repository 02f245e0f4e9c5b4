"""What others on this machine, and web pages, find at the ports of a running stack."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from greenlight.errors import StackError
from greenlight.local import objectstore
from greenlight.local.certificates import AUTHORITY, CERTIFICATE, KEY, write_certificates
from greenlight.local.home import StackInfo, load_credentials
from greenlight.local.ports import default_ports
from greenlight.local.process import marked
from greenlight.local.stack import Stack
from greenlight.store.objects import connect
from tests.e2e.people import until

PUBLISHED = ("prefect", "s3", "models", "media")

PATHS = (
    f"/col/delete?collection={objectstore.BUCKET}",
    "/dir/status",
    "/dir/assign",
    "/vol/status",
    "/vol/vacuum",
    "/vol/grow?count=1",
    "/cluster/status",
    "/status",
    "/healthz",
    "/health",
    "/metrics",
    "/ui/index.html",
    "/debug/pprof/cmdline",
    "/api/config",
    f"/buckets/{objectstore.BUCKET}/",
    "/",
)
PAGE = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"


def asked(connection: socket.socket, request: bytes) -> bytes:
    """What a server answers, up to where it closes or falls silent."""
    answer = b""
    try:
        connection.settimeout(2)
        connection.sendall(request)
        while len(answer) < 100_000 and (more := connection.recv(65_536)):
            answer += more
    except OSError:
        pass  # closed on us, or nothing more to say
    return answer


def http(path: str, host: str, method: str = "GET") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{PAGE}Connection: close\r\n"
    return f"{head}Content-Length: 0\r\n\r\n".encode()


def is_good(answer: bytes) -> bool:
    """Whether an answer is that of an HTTP server which did as asked, or of a gRPC server."""
    status = answer.split(b" ", 2)
    served = answer.startswith(b"HTTP/1") and int(status[1]) < 400
    settings = len(answer) >= 9 and answer[3] == 4 and not answer.startswith(b"HTTP")
    return served or settings


def plainly(port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return asked(connection, request)
    except ConnectionRefusedError:  # a port of a flow run, which has ended meanwhile
        return b""


def by_tls(port: int, request: bytes, shown: Path | None, alpn: str) -> bytes:
    """What a server answers over TLS to a client with the certificate of a folder, or with none."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols([alpn])
    if shown is not None:
        context.load_cert_chain(shown / CERTIFICATE, shown / KEY)
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
            context.wrap_socket(connection, server_hostname="127.0.0.1") as wrapped,
        ):
            return asked(wrapped, request)
    except OSError:
        return b""


def s3(info: StackInfo) -> Any:
    return connect(info.profile.s3)


def processes(info: StackInfo) -> list[psutil.Process]:
    return marked(load_credentials(info.home).stack_id)


def listening(info: StackInfo) -> dict[int, str]:
    """Address by port of every TCP server among the stack's processes."""
    found: dict[int, str] = {}
    for process in processes(info):
        for one in process.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN:
                found[one.laddr.port] = one.laddr.ip
    return found


@pytest.fixture
def inner(stack: StackInfo) -> list[int]:
    """Every port of the shared stack that is not for people or programs of theirs."""
    found = listening(stack)
    assert set(found) >= set(stack.ports.values()), "the test sees all servers"
    return sorted(set(found) - {stack.ports[name] for name in PUBLISHED})


@pytest.fixture
def kept(stack: StackInfo) -> Iterator[None]:
    """An object that is there before the attack and after it."""
    s3(stack).put_object(Bucket=stack.profile.s3.bucket, Key="probes/kept", Body=b"kept" * 10_000)
    yield
    found = s3(stack).get_object(Bucket=stack.profile.s3.bucket, Key="probes/kept")
    assert found["Body"].read() == b"kept" * 10_000


def test_the_stack_listens_on_loopback_alone(stack: StackInfo) -> None:
    assert set(listening(stack).values()) == {"127.0.0.1"}


@pytest.mark.usefixtures("kept")
def test_no_web_page_and_no_other_program_is_served_behind_the_published_ports(
    inner: list[int],
) -> None:
    requests = {
        f"{method} {path} for {host}": http(path, host, method)
        for path in PATHS
        for host, method in (("evil.example", "GET"), ("127.0.0.1", "GET"), ("localhost", "POST"))
    }
    served = [
        (port, what)
        for port in inner
        for what, request in {**requests, "gRPC": HTTP2}.items()
        if is_good(plainly(port, request))
    ]
    assert served == []


@pytest.mark.usefixtures("kept")
def test_tls_alone_opens_nothing_and_the_stack_s_certificate_does(
    stack: StackInfo, inner: list[int], tmp_path: Path
) -> None:
    write_certificates(tmp_path, "127.0.0.1")
    requests = {"http/1.1": http("/", "127.0.0.1"), "h2": HTTP2}
    ours = stack.home / "s3"
    for port in inner:
        for shown in (None, tmp_path):
            for alpn, request in requests.items():
                assert by_tls(port, request, shown, alpn) == b"", (port, shown, alpn)
        if port in stack.ports.values():  # the worker's port for its flow runs speaks no TLS
            assert any(by_tls(port, r, ours, alpn) for alpn, r in requests.items()), port


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
def test_seaweedfs_own_shell_needs_the_certificate(stack: StackInfo, tmp_path: Path) -> None:
    weed, ports = objectstore.binary(), stack.ports
    command = [
        str(weed),
        "shell",
        f"-master=127.0.0.1:{ports['master']}.{ports['master_grpc']}",
        f"-filer=127.0.0.1:{ports['filer']}.{ports['filer_grpc']}",
    ]

    def said(folder: Path, seconds: float) -> str:
        shell = subprocess.Popen(
            command,
            cwd=folder,
            env={"HOME": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            return shell.communicate("fs.ls /buckets\n", timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            shell.kill()
            return shell.communicate()[0]

    assert stack.profile.s3.bucket in said(stack.home / "s3", 60).split()
    assert stack.profile.s3.bucket not in said(tmp_path, 5).split()


def test_a_unix_socket_of_the_stack_is_in_a_private_folder_or_needs_the_certificate(
    stack: StackInfo,
) -> None:
    paths = {
        Path(one.laddr)
        for process in processes(stack)
        for one in process.net_connections("unix")
        if one.laddr and one.laddr.startswith("/")
    }
    assert any(path.name == "filer.sock" for path in paths), "the test sees the sockets"
    for path in paths:
        folder = path.parent.stat()
        if folder.st_uid == os.geteuid() and not stat.S_IMODE(folder.st_mode) & 0o077:
            continue
        for request in (HTTP2, http("/", "localhost")):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(path))
                assert not is_good(asked(connection, request)), path


def test_no_process_shows_a_secret_in_its_arguments(stack: StackInfo) -> None:
    secrets = load_credentials(stack.home).model_dump(exclude={"stack_id"})
    secrets["admin_key"] = (stack.home / "models" / "admin.key").read_text()
    secrets["database_url"] = stack.database_url
    ours = {process.pid for process in processes(stack)}
    assert ours >= set(stack.pids.values())
    shown = [
        (name, process.pid)
        for process in psutil.process_iter(["cmdline"])
        for name, secret in secrets.items()
        if secret in " ".join(process.info["cmdline"] or ())
    ]
    assert shown == []


@pytest.mark.slow
def test_a_home_of_an_earlier_release_is_closed_with_its_data_and_stays_so_after_a_kill(
    home: Path, first_port: int, stores: Callable[..., Stack]
) -> None:
    with stores() as info:
        s3(info).put_object(Bucket=info.profile.s3.bucket, Key="shows/kept", Body=b"seven")
    for name in (AUTHORITY, CERTIFICATE, KEY, "security.toml"):
        (home / "s3" / name).unlink()
    taken = default_ports(first_port)["master_grpc"]
    with socket.create_server(("127.0.0.1", taken)), stores() as info:
        assert info.ports["master_grpc"] != taken

        def is_kept() -> bool:
            kept = {"Bucket": info.profile.s3.bucket, "Key": "shows/kept"}
            try:
                return s3(info).get_object(**kept)["Body"].read() == b"seven"
            except (BotoCoreError, ClientError):
                return False

        assert is_kept()
        os.kill(info.pids["s3"], signal.SIGKILL)
        until(is_kept)
        assert objectstore.sealed(home / "s3", info.ports)
        assert not is_good(plainly(info.ports["master"], http("/dir/status", "127.0.0.1")))


@pytest.mark.slow
def test_a_stack_whose_object_store_is_open_does_not_start(
    stores: Callable[..., Stack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objectstore, "_security", lambda: "[grpc]\nca = not toml\n")
    with pytest.raises(StackError, match=r"does not show this stack's certificate"):
        stores().start()
