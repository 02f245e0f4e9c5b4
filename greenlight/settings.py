"""Which services are meant: the embedded stack, or real ones by an explicit profile.

Nothing here is guessed. Without a profile everything talks to the embedded stack, whatever the
ambient `GEMINI_API_KEY`, `GOOGLE_*`, `AWS_*` or `PREFECT_API_URL` say. A real profile is a file
written by `greenlight profile add`, or the `GREENLIGHT_*` variables with `GREENLIGHT_PROFILE=env`.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from greenlight.errors import InvalidInput, ServiceUnavailable
from greenlight.production.model import Strict
from greenlight.production.problems import sentences

Platform = Literal["developer", "enterprise"]

EMBEDDED = "embedded"
ENVIRONMENT = "env"
AMBIENT = re.compile(r"^(GEMINI_|GOOGLE_|GENAI_|AWS_|S3_|PREFECT_)")
"""Variables of real services that the embedded profile ignores."""

EMBEDDED_POST_SECONDS = 25.0
"""The stand-in answers within seconds, and Prefect's runner kills 30 s after it told to end."""

_SECONDS = ("linger_seconds", "poll_seconds", "post_seconds")

PROFILE_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,30}$")


class S3Settings(Strict):
    """An S3 bucket and how to reach it; an empty endpoint is AWS itself."""

    endpoint_url: str = ""
    bucket: str
    region: str = "us-east-1"
    access_key_id: str
    secret_access_key: Annotated[str, Field(repr=False)]
    addressing_style: Literal["path", "virtual", "auto"] = "path"
    checksums: Literal["when_supported", "when_required"] = "when_supported"
    """`when_required` is for stores that refuse or keep the checksums that boto3 sends along."""


class ModelSettings(Strict):
    """The model service and the default model of each role; an empty base URL is the real one.

    A key opens the developer platform, a project the enterprise platform; with both, `platform` is
    where models go that are on both. `credentials` is a file of google-auth's, or empty for
    application-default credentials; `storage` a gs:// folder for clips, or empty for none.
    """

    base_url: str = ""
    api_key: Annotated[str, Field(repr=False)] = ""
    platform: Platform = "developer"
    project: str = ""
    location: str = "us-central1"
    credentials: Annotated[str, Field(repr=False)] = ""
    storage: Annotated[str, Field(pattern=r"^(gs://[^/].*)?$")] = ""
    admin_key: Annotated[str, Field(repr=False)] = ""
    """Opens the stand-in's admin interface; empty where it is another's, or no stand-in."""
    text: str = "gemini-3.8-flash"
    image: str = "gemini-nano-banana-2.1"
    video: str = "gemini-omni-1.2-flash"

    @model_validator(mode="after")
    def _opened(self) -> Self:
        if not self.platforms:
            raise ValueError("neither a key nor a project of the model service is given")
        if self.platform not in self.platforms:
            need = "a key" if self.platform == "developer" else "a project"
            raise ValueError(f"platform {self.platform!r} needs {need} of the model service")
        return self

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """The platforms that the account opens, the preferred one first."""
        opened: dict[Platform, str] = {"developer": self.api_key, "enterprise": self.project}
        return tuple(
            sorted((p for p, by in opened.items() if by), key=lambda p: p != self.platform)
        )


MEDIA_SECRET_BYTES = 32


def long_enough(secret: str) -> str:
    """The media secret, which signs links and share links; raises ValueError for a short one."""
    size = len(secret.encode())
    if size < MEDIA_SECRET_BYTES:
        raise ValueError(
            f"invalid media secret: {size} bytes, and at least {MEDIA_SECRET_BYTES} are needed "
            "(make one with `openssl rand -hex 32`; links signed with the old one end)"
        )
    return secret


class Profile(Strict):
    """One set of services; `simulated` dollars are those of the stand-in."""

    name: str
    simulated: bool = False
    prefect_api_url: str
    prefect_auth: Annotated[str, Field(repr=False)] = ""
    """The auth string of Prefect's server or a whole Authorization header; empty for neither."""
    s3: S3Settings
    models: ModelSettings
    media_url: str
    media_secret: Annotated[str, AfterValidator(long_enough), Field(repr=False)]
    linger_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0
    poll_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    post_seconds: Annotated[float, Field(gt=0, le=900)] = 300.0
    """No POST is waited for longer; one that was cut off by a crash is unknown after this time."""
    flag_below: Annotated[float, Field(ge=0, le=1)] | None = None
    """One score below which every criterion flags a take; without it, the rubric's own."""

    @property
    def dashboard_url(self) -> str:
        return self.prefect_api_url.removesuffix("/").removesuffix("/api")

    @property
    def prefect_headers(self) -> dict[str, str]:
        return prefect_headers(self.prefect_auth)


def prefect_headers(auth: str) -> dict[str, str]:
    """The Authorization header that Prefect's API asks for.

    `auth` is the server's auth string (`user:password`), or a header ("Bearer …"), known by its
    blank; empty for a server that asks for none.
    """
    if not auth:
        return {}
    header = auth if " " in auth else f"Basic {b64encode(auth.encode()).decode()}"
    return {"Authorization": header}


def prefect_auth_string(auth: str) -> str:
    """The auth string that `auth` holds, which Prefect's own clients ask for; empty for none."""
    scheme, _, rest = auth.partition(" ")
    if not rest:
        return auth
    try:
        return b64decode(rest, validate=True).decode() if scheme == "Basic" else ""
    except ValueError as error:
        raise InvalidInput("the Authorization header of Prefect is invalid Basic") from error


def home(environ: Mapping[str, str] | None = None) -> Path:
    """The data folder: GREENLIGHT_HOME, or `.greenlight` in the current folder."""
    chosen = (environ or os.environ).get("GREENLIGHT_HOME", "").strip()
    return Path(chosen).expanduser().resolve() if chosen else Path.cwd() / ".greenlight"


def ambient(environ: Mapping[str, str] | None = None) -> list[str]:
    """Names of real-service variables in the environment, which the embedded profile ignores."""
    return sorted(n for n in (environ or os.environ) if AMBIENT.match(n))


def load_profile(name: str = "", environ: Mapping[str, str] | None = None) -> Profile:
    """The profile of that name, of GREENLIGHT_PROFILE, or the embedded one."""
    environ = os.environ if environ is None else environ
    name = name or environ.get("GREENLIGHT_PROFILE", "") or EMBEDDED
    if name == EMBEDDED:
        return _embedded(environ)
    if name == ENVIRONMENT:
        return _from_environment(environ)
    path = profile_path(name, environ)
    if not path.exists():
        raise InvalidInput(
            f"profile {name!r} not found (known: {', '.join(profile_names(environ))}); "
            f"add one with `greenlight profile add {name} …`"
        )
    try:
        return Profile.model_validate(json.loads(path.read_text()))
    except (ValidationError, ValueError) as error:
        raise InvalidInput(f"profile {path} cannot be used: {_said(error)}") from error


def profile_path(name: str, environ: Mapping[str, str] | None = None) -> Path:
    """Where the profile of that name is kept; raises InvalidInput for an invalid name."""
    if not PROFILE_NAME.match(name) or name in (EMBEDDED, ENVIRONMENT):
        raise InvalidInput(
            f"{name!r} cannot name a profile (lower-case letters, digits, dashes; "
            f"{EMBEDDED!r} and {ENVIRONMENT!r} are built in)"
        )
    return home(environ) / "profiles" / f"{name}.json"


def profile_names(environ: Mapping[str, str] | None = None) -> list[str]:
    """All profiles that can be chosen."""
    folder = home(environ) / "profiles"
    return [EMBEDDED, ENVIRONMENT, *sorted(p.stem for p in folder.glob("*.json"))]


def _embedded(environ: Mapping[str, str]) -> Profile:
    path = home(environ) / "stack.json"
    try:
        stack = json.loads(path.read_text())
    except FileNotFoundError:
        raise ServiceUnavailable(
            f"the embedded stack is not up (looked for {path}): start it with `greenlight up`, "
            "or choose real services with --profile"
        ) from None
    if "profile" not in stack:
        raise ServiceUnavailable(
            "another release started the embedded stack: `greenlight down`, then `greenlight up`"
        )
    profile = Profile.model_validate(stack["profile"])
    admin_key = home(environ) / "models" / "admin.key"
    key = admin_key.read_text().strip() if admin_key.exists() else ""
    chosen = {name: environ.get(f"GREENLIGHT_{name.upper()}", "") for name in _SECONDS}
    return Profile.model_validate(
        profile.model_dump()
        | {"models": profile.models.model_copy(update={"admin_key": key})}
        | {name: float(value) for name, value in chosen.items() if value}
    )


ENVIRONMENT_VARIABLES = {
    "GREENLIGHT_PREFECT_API_URL": "Prefect's API, such as http://prefect:4200/api",
    "GREENLIGHT_PREFECT_AUTH": "its auth string or Authorization header; empty for none",
    "GREENLIGHT_S3_ENDPOINT_URL": "the S3 endpoint; empty for AWS",
    "GREENLIGHT_S3_BUCKET": "the bucket for all assets",
    "GREENLIGHT_S3_REGION": "its region (us-east-1)",
    "GREENLIGHT_S3_CHECKSUMS": "when_supported, or when_required for stores that refuse them",
    "GREENLIGHT_S3_ACCESS_KEY_ID": "S3 access key",
    "GREENLIGHT_S3_SECRET_ACCESS_KEY": "S3 secret key",
    "GREENLIGHT_MODELS_API_KEY": "key of the model service; empty with a project",
    "GREENLIGHT_MODELS_BASE_URL": "another address of the model service; empty for the real one",
    "GREENLIGHT_MODELS_PLATFORM": "developer or enterprise: where models go that are on both",
    "GREENLIGHT_MODELS_PROJECT": "project of the enterprise platform; empty for none",
    "GREENLIGHT_MODELS_LOCATION": "its location (us-central1)",
    "GREENLIGHT_MODELS_CREDENTIALS": "a credentials file; empty for application-default ones",
    "GREENLIGHT_MODELS_STORAGE": "a gs:// folder for clips; empty to get them in the answer",
    "GREENLIGHT_MEDIA_URL": "where people's browsers reach the review room and its media",
    "GREENLIGHT_MEDIA_SECRET": "signs media links; keep it when you move",
    "GREENLIGHT_LINGER_SECONDS": "how long a run waits for people before it suspends (60)",
    "GREENLIGHT_POLL_SECONDS": "how often a video job is asked for (5)",
    "GREENLIGHT_POST_SECONDS": "no POST is waited for longer (300)",
}


_PROJECT = "GREENLIGHT_MODELS_PROJECT"
_NEEDED = tuple(
    f"GREENLIGHT_{name}"
    for name in (
        *("PREFECT_API_URL", "S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"),
        *("MODELS_API_KEY", "MEDIA_URL", "MEDIA_SECRET"),
    )
)


def _from_environment(environ: Mapping[str, str]) -> Profile:
    """The profile of the variables: GREENLIGHT_S3_BUCKET is `s3.bucket`, and so on."""
    fields: dict[str, Any] = {"name": ENVIRONMENT, "s3": {}, "models": {}}
    for name in ENVIRONMENT_VARIABLES:
        field = name.removeprefix("GREENLIGHT_").lower()
        group, _, inner = field.partition("_")
        if value := environ.get(name, "").strip():
            if group in ("s3", "models"):
                fields[group][inner] = value
            else:
                fields[field] = value
        elif name in _NEEDED and not (inner == "api_key" and environ.get(_PROJECT, "").strip()):
            raise InvalidInput(
                f"{name} is not set ({ENVIRONMENT_VARIABLES[name]}); profile 'env' needs it"
            )
    if "api_key" not in fields["models"]:
        fields["models"].setdefault("platform", "enterprise")
    try:
        return Profile.model_validate(fields)
    except ValueError as error:
        raise InvalidInput(f"a GREENLIGHT_* variable cannot be used: {_said(error)}") from error


def _said(error: Exception) -> str:
    """All problems, without the values, which may be secrets."""
    if isinstance(error, ValidationError):
        return sentences(error, Profile, echo=False)
    return str(error)
