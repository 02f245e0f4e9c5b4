"""What the commands that serve over HTTP share: the address and port they listen on."""

from __future__ import annotations


def origin(host: str, port: int) -> str:
    """The http origin of an address; IPv6 stands in brackets."""
    address = f"[{host}]" if ":" in host else host
    return f"http://{address}:{port}"
