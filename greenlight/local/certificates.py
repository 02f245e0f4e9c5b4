"""Certificates by which the servers of one stack know each other, made again at each start."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import certifi

from greenlight.errors import StackError
from greenlight.store.folders import write_private

AUTHORITY, CERTIFICATE, KEY = "authority.pem", "stack.pem", "stack.key"
"""Names of the PEM files: what is trusted, and what each server and client shows."""

# Longer than any stack runs between two starts.
_LIFETIME = timedelta(days=3650)

# A clock that is set back while the stack runs must not make them invalid.
_BACKDATED = timedelta(days=365)

_HANDSHAKE_SECONDS = 2.0

_END = "-----END CERTIFICATE-----\n"


def write_certificates(folder: Path, address: str) -> None:
    """One certificate for servers at that address, and its authority, whose own key is not kept."""
    # Imported late: nothing but the start of a stack needs it.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    signer, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        for name in ("greenlight stack authority", "greenlight stack")
    )
    now = datetime.now(UTC)

    def signed(
        name: x509.Name, public: ec.EllipticCurvePublicKey, *extensions: x509.ExtensionType
    ) -> str:
        builder = (
            x509.CertificateBuilder(issuer, name, public, x509.random_serial_number())
            .not_valid_before(now - _BACKDATED)
            .not_valid_after(now + _LIFETIME)
        )
        for extension in extensions:
            critical = isinstance(extension, x509.BasicConstraints)
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    authority = signed(issuer, signer.public_key(), x509.BasicConstraints(ca=True, path_length=0))
    certificate = signed(
        subject,
        key.public_key(),
        x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for name, pem in ((AUTHORITY, authority), (CERTIFICATE, certificate), (KEY, private)):
        write_private(folder / name, pem)


def short_bundle(folder: Path) -> Path:
    """A PEM file in `folder` with one of certifi's two hundred authorities.

    Each client of Prefect reads the bundle, TLS or not, which takes 40 ms of a core; a flow run
    makes four. Prefect's API in the embedded stack is plain HTTP on loopback, so no trust is added.
    """
    path = folder / "authority.pem"
    if not path.exists():
        bundle = Path(certifi.where()).read_text()
        path.write_text(bundle[bundle.index("-----BEGIN") : bundle.index(_END) + len(_END)])
    return path


def shows_certificate(folder: Path, port: int) -> bool:
    """Whether a server of that loopback port shows the folder's certificate; False: not yet.

    Raises StackError for one that speaks without TLS, or with a certificate of another authority.
    """
    context = ssl.create_default_context(cafile=folder / AUTHORITY)
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=_HANDSHAKE_SECONDS) as connection,
            context.wrap_socket(connection, server_hostname="127.0.0.1"),
        ):
            return True
    except ssl.SSLEOFError:
        return False  # it was ended meanwhile
    except ssl.SSLError as error:
        raise StackError(
            f"the server at port {port} does not show this stack's certificate ({error.reason})"
        ) from error
    except OSError:
        return False
