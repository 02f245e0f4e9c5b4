"""Addresses on the web: what may be one, and which machines may be reached.

A name is looked up when it is used, and the connection goes to the very address that was checked: a
name that leads elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from greenlight.errors import InvalidInput, Refused, ServiceUnavailable

URL_LIMIT = 1000
_PLAIN = re.compile(r"[\x21-\x7e]+\Z")

_NOT_PUBLIC_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"),
            *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
"""IANA's special ranges, named here because what Python knows of them differs by its release."""

_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48"))
)
"""Of those: protocols' own (Teredo among them), documentation, and the sink for private names."""

_CARRYING = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
)
"""IPv6 addresses that carry an IPv4 one, at which a gateway delivers, and its place in them."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Place(NamedTuple):
    """An address taken apart."""

    scheme: str
    host: str
    port: int


def check_url(url: str, most: int = URL_LIMIT) -> Place:
    """The parts of an http or https address; raises InvalidInput for what cannot be one."""
    if not _PLAIN.match(url) or len(url) > most:
        raise InvalidInput(f"invalid address (1 to {most} characters of ASCII and no blanks)")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidInput(f"invalid address: it cannot be read: {error}") from error
    if parts.scheme not in ("http", "https"):
        raise InvalidInput(f"unsupported scheme {parts.scheme!r} (supported: http, https)")
    # Credentials would lie in listings and logs.
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise InvalidInput("invalid address: it may hold no user name or password")
    if not parts.hostname:
        raise InvalidInput("invalid address: it names no machine (write https://HOST/PATH)")
    if port == 0:
        raise InvalidInput("invalid port 0 (1 to 65535)")
    return Place(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80))


def shown(url: str) -> str:
    """The address as it may be listed: paths and queries often are somebody's secret."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    rest = "/…" if parts.path.strip("/") or parts.query else "/"
    return f"{parts.scheme}://{host}{port}{rest}"


def look_up(place: Place, *, private: bool, hint: str = "") -> tuple[str, ...]:
    """The IP addresses to connect to, as they are now, in the order to try them in.

    Raises Refused, with a `hint`, where any address of the name is not public and `private` is not
    allowed, and ServiceUnavailable for a name that cannot be found at the moment.
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ServiceUnavailable(f"{place.host} cannot be found: {error}") from error
    addresses = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    for address in addresses:
        if not private and not is_public(address):
            more = f" ({hint})" if hint else ""
            raise Refused(f"{place.host} is {address}, which is not a public address{more}")
    return tuple(dict.fromkeys(str(a) for a in addresses))


def is_loopback(host: str) -> bool:
    """Whether a host, as it is written, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also by what it translates to."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    for network, shift in _CARRYING:
        if address in network:
            return is_public(ipaddress.IPv4Address(int(address) >> shift & 0xFFFFFFFF))
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)
