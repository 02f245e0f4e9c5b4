"""Webhook addresses: what may be one, and which machines a message may be sent to.

A name is looked up again when a message is sent, and the connection goes to the very address that
was checked: a name that leads elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from greenlight.errors import InvalidInput, Refused, ServiceUnavailable

URL_LIMIT = 1000
_PLAIN = re.compile(r"^[\x21-\x7e]+$")
_BLOCK = re.compile(r"^[a-z0-9][a-z0-9-]{0,60}/[a-z0-9][a-z0-9-]{0,100}$")

_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("2002::/16"))
"""IPv6 addresses that carry an IPv4 one, at which a gateway would deliver."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Place(NamedTuple):
    """A webhook's address taken apart."""

    scheme: str
    host: str
    port: int


def check_url(url: str) -> Place:
    """The parts of a webhook's address; raises InvalidInput for what cannot be one."""
    if not _PLAIN.match(url) or len(url) > URL_LIMIT:
        raise InvalidInput(
            f"a webhook's address has 1 to {URL_LIMIT} characters of ASCII and no blanks"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidInput(f"a webhook's address cannot be read: {error}") from error
    if parts.scheme not in ("http", "https"):
        raise InvalidInput(f"unsupported scheme {parts.scheme!r} (supported: http, https)")
    # Credentials would lie in listings and logs; what proves the sender is the signature.
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise InvalidInput("a webhook's address holds no user name or password")
    if not parts.hostname:
        raise InvalidInput("a webhook's address names no machine (write https://HOST/PATH)")
    if port == 0:
        raise InvalidInput("port 0 is no port (1 to 65535)")
    return Place(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80))


def check_block(name: str) -> tuple[str, str]:
    """Type and name of a Prefect block, such as slack-webhook/dailies; raises InvalidInput."""
    if not _BLOCK.match(name):
        raise InvalidInput(
            f"{name!r} is neither a webhook (https://…) nor a Prefect block (TYPE/NAME, such as "
            "slack-webhook/dailies)"
        )
    kind, _, own = name.partition("/")
    return kind, own


def shown(url: str) -> str:
    """The address as it may be listed: paths and queries often are somebody's secret."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    rest = "/…" if parts.path.strip("/") or parts.query else "/"
    return f"{parts.scheme}://{host}{port}{rest}"


def look_up(place: Place, *, private: bool) -> tuple[str, ...]:
    """The IP addresses to connect to, as they are now, in the order to try them in.

    Raises Refused where any address of the name is not public and `private` is not allowed, and
    ServiceUnavailable for a name that cannot be found at the moment.
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ServiceUnavailable(f"{place.host} cannot be found: {error}") from error
    addresses = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    for address in addresses:
        if not private and not is_public(address):
            raise Refused(
                f"{place.host} is {address}, which is not a public address (a receiver in your own "
                "network has to be added with --private)"
            )
    return tuple(dict.fromkeys(str(a) for a in addresses))


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also by what it translates to."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address in _TRANSLATED[0]:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address in _TRANSLATED[1]:
            return is_public(ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast
