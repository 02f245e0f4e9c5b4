"""How Google's two platforms are reached: by a key, or by a project with OAuth credentials."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from greenlight.generate.errors import Rejected
from greenlight.settings import ModelSettings

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
STORAGE_URL = "https://storage.googleapis.com"
TOKEN_SECONDS = 20.0
"""A token that is not given out within this time counts as no connection."""

_LARGE_REGIONS = ("us", "eu")


def address_of(location: str) -> str:
    """The enterprise platform's address for a location."""
    if location == "global":
        return "https://aiplatform.googleapis.com"
    if location in _LARGE_REGIONS:
        return f"https://aiplatform.{location}.rep.googleapis.com"
    return f"https://{location}-aiplatform.googleapis.com"


def load_credentials(access: ModelSettings) -> Credentials:
    """The project's credentials, without a token yet; raises Rejected when there are none."""
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    try:
        load: Any = google.auth.default
        if access.credentials:
            load = partial(_from_file, Path(access.credentials))
        found, _ = load(scopes=[SCOPE])
    except (DefaultCredentialsError, OSError, ValueError) as error:
        where = access.credentials or "application-default credentials"
        msg = f"{where} cannot be used for project {access.project!r}: {error}"
        raise Rejected(msg, bad_key=True) from error
    return cast("Credentials", found)


def _from_file(path: Path, scopes: list[str]) -> tuple[Any, str | None]:
    """Credentials of the kind that the file itself says it holds."""
    from google.auth import load_credentials_from_dict
    from google.oauth2 import service_account

    account = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(account, dict) and account.get("type") == "service_account":
        load: Any = service_account.Credentials.from_service_account_info
        return load(account, scopes=scopes), None
    load = load_credentials_from_dict
    found: tuple[Any, str | None] = load(account, scopes=scopes)
    return found


def refresh(credentials: Any, *, trust_env: bool) -> None:
    """Get a token unless the last one is still good; blocks, free.

    Raises google-auth's TransportError without an answer, RefreshError when the account is
    refused. Proxies of the environment count unless `trust_env` says no.
    """
    if credentials.token and not credentials.expired:
        return
    import requests
    from google.auth.transport.requests import Request

    with requests.Session() as session:
        session.trust_env = trust_env
        credentials.refresh(partial(Request(session), timeout=TOKEN_SECONDS))
