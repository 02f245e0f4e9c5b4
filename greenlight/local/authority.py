"""A short list of certificate authorities for processes that speak to loopback only."""

from __future__ import annotations

from pathlib import Path

import certifi

_END = "-----END CERTIFICATE-----\n"


def short_bundle(folder: Path) -> Path:
    """A PEM file in `folder` with one authority of certifi's two hundred.

    Each client of Prefect reads the bundle, TLS or not, which takes 40 ms of a core; a flow run
    makes four. Nothing in the embedded stack speaks TLS, so nothing is trusted that was not.
    """
    path = folder / "authority.pem"
    if not path.exists():
        bundle = Path(certifi.where()).read_text()
        path.write_text(bundle[bundle.index("-----BEGIN") : bundle.index(_END) + len(_END)])
    return path
