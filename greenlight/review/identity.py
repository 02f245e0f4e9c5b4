"""Who comes: the principal behind a cookie, a bearer token, or a trusted proxy's header.

All three give the same signature; what browsers send by themselves needs a CSRF token beside it.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import Request

from greenlight.access.signature import Signature
from greenlight.access.tokens import token_id
from greenlight.desk import Desk
from greenlight.errors import Forbidden, InvalidInput, NotFound

CSRF_HEADER = "x-greenlight-csrf"
MOST = 10
"""Failures of one address within WINDOW_SECONDS; a person mistypes less, a program tries more."""
WINDOW_SECONDS = 300.0
_ADDRESSES = 10_000
_UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


class SignInNeeded(Forbidden):
    """The caller is unknown: signing in would help, which for other refusals it does not."""


class Proxy(NamedTuple):
    """A proxy that signs people in: the header that names a principal, and its own addresses."""

    header: str
    addresses: tuple[str, ...]

    def trusts(self, request: Request) -> bool:
        """Whether this request comes from the proxy itself."""
        return request.client is not None and request.client.host in self.addresses


class Caller(NamedTuple):
    """Who calls. `csrf` is what a changing request must bring; a bearer token needs none."""

    who: Signature
    csrf: str = ""
    cookie: str = ""


def proxy_of(environment: Mapping[str, str]) -> Proxy | None:
    """The proxy that the settings trust; raises InvalidInput for a header without addresses."""
    header = environment.get("GREENLIGHT_REVIEW_PROXY_HEADER", "").strip()
    listed = environment.get("GREENLIGHT_REVIEW_PROXY_ADDRESSES", "")
    addresses = tuple(a.strip() for a in listed.split(",") if a.strip())
    if not header:
        return None
    if not addresses:
        raise InvalidInput(
            f"missing GREENLIGHT_REVIEW_PROXY_ADDRESSES: the proxies that may set {header}, "
            "such as 10.0.0.7,10.0.0.8"
        )
    return Proxy(header, addresses)


def cookie_name(base_url: str) -> str:
    """The cookie of this address: cookies know hosts, and one machine runs several stacks."""
    parts = urlsplit(base_url)
    return "__Host-greenlight" if parts.scheme == "https" else f"greenlight-{parts.port or 80}"


def address_of(request: Request, proxy: Proxy | None) -> str:
    """The address that a request comes from, as a trusted proxy says it or as it is."""
    if proxy is not None and proxy.trusts(request):
        # The proxy adds its own at the end; what stands before it was sent by the client.
        forwarded = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.client.host if request.client else "nowhere"


def caller_of(desk: Desk, request: Request, proxy: Proxy | None) -> Caller:
    """Who calls, looked up for each request; raises SignInNeeded, saying why. Blocks."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() == "bearer":
            return Caller(desk.people.enter(text.strip(), "api"))
        if proxy is not None and proxy.trusts(request) and proxy.header in request.headers:
            named = request.headers.getlist(proxy.header)
            if len(named) > 1:
                raise Forbidden(
                    f"refused: the header {proxy.header} came {len(named)} times: the proxy must "
                    "set it in place of whatever a client sends"
                )
            who = desk.people.by_name(named[0].strip(), "review")
            return Caller(who, csrf_of(desk, who.principal))
        cookie = request.cookies.get(cookie_name(desk.profile.media_url), "")
        if not cookie:
            raise Forbidden("sign in first")
        return Caller(desk.sessions.who(cookie, "review"), csrf_of(desk, cookie), cookie)
    except (Forbidden, NotFound, InvalidInput) as error:
        raise SignInNeeded(str(error)) from error


def csrf_of(desk: Desk, secret: str) -> str:
    """The token that a page of this browser carries, and no other site's page can know."""
    key = desk.profile.media_secret.encode()
    return hmac.new(key, f"csrf v1 {secret}".encode(), "sha256").hexdigest()[:40]


def demand_own_page(
    request: Request, public: str, caller: Caller | None = None, given: str = ""
) -> None:
    """Raises Forbidden unless a changing request comes from a page of ours.

    `public` is the address that the profile gives the room: behind a proxy that does not pass Host
    on, pages come from there.
    """
    if request.method not in _UNSAFE:
        return
    if caller is not None and not caller.csrf:
        return
    foreign = Forbidden("refused: this came from another site than the review room: reload it")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise foreign
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    if origin and urlsplit(origin).netloc != host and origin != origin_of(public):
        raise Forbidden(
            f"refused: this came from a page at {origin[:200]!r}, and the review room is at "
            f"{origin_of(public)} (and was asked as {host[:200]!r}). If the first is the room's "
            "public address, give it to the profile as media_url, or let the proxy pass Host on"
        )
    if caller is None:
        return
    token = request.headers.get(CSRF_HEADER, "") or given
    if not hmac.compare_digest(token.encode(), caller.csrf.encode()):
        raise foreign


def origin_of(address: str) -> str:
    """The origin of an address as browsers write it: lower case, without a default port."""
    parts = urlsplit(address)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port not in (None, default) else ""
    return f"{parts.scheme}://{host}{port}"


def named(request: Request) -> str:
    """What may be put on record of credentials that were not good."""
    _, _, text = request.headers.get("authorization", "").partition(" ")
    return token_id(text.strip()) if text else "a cookie"


class Attempts:
    """Lately failed sign-ins by address, in this process's memory."""

    def __init__(self, most: int = MOST, window: float = WINDOW_SECONDS) -> None:
        self._most, self._window = most, window
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until that address may try again, 0 for now."""
        with self._lock:
            times = self._recent(address)
            if len(times) < self._most:
                return 0
            return max(1, round(times[0] + self._window - time.monotonic()))

    def failed(self, address: str) -> None:
        """Counts a failure."""
        with self._lock:
            times = self._recent(address)
            times.append(time.monotonic())
            self._failed[address] = times
            self._failed.move_to_end(address)
            while len(self._failed) > _ADDRESSES:
                self._failed.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        times = self._failed.get(address, deque())
        while times and times[0] < time.monotonic() - self._window:
            times.popleft()
        return times
