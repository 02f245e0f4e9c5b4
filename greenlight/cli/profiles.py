"""`profile`: real services by name; secrets are read without echo and never printed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenlight.cli.hints import command
from greenlight.cli.session import JsonOption
from greenlight.cli.show import at_terminal, facts, print_json, say, table
from greenlight.errors import DecisionNeeded, GreenlightError, InvalidInput

if TYPE_CHECKING:
    from greenlight.local.finding import Finding
    from greenlight.settings import Profile

profiles = typer.Typer(
    help="Add, list, show, remove and check profiles: sets of real services by name.",
    rich_markup_mode="rich",
    invoke_without_command=True,
)

CHECK_SECONDS = 5.0
"""A service that does not answer a check within this time is said to be down."""

_SECRET = ("ACCESS_KEY", "API_KEY", "SECRET", "AUTH")
_ASKED = ("PREFECT_API_URL", "S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
_ASKED_TOO = ("MODELS_API_KEY", "MEDIA_URL")
_LINE = re.compile(r"^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Lower-case letters, digits, dashes.")]


def _text(name: str, about: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        name, metavar="VALUE", show_default=False, help=about
    )
    return option


@profiles.callback()
def group(context: typer.Context) -> None:
    """Show this group's commands where none was named."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@profiles.command()
def add(
    name: Name,
    prefect_api_url: Annotated[str, _text("--prefect-api-url", "Prefect's API.")] = "",
    s3_endpoint_url: Annotated[str, _text("--s3-endpoint-url", "S3 endpoint; none is AWS.")] = "",
    s3_bucket: Annotated[str, _text("--s3-bucket", "Bucket for all assets.")] = "",
    s3_region: Annotated[str, _text("--s3-region", "Its region; us-east-1.")] = "",
    s3_checksums: Annotated[
        str, _text("--s3-checksums", "when_required for stores that refuse boto3's checksums.")
    ] = "",
    media_url: Annotated[str, _text("--media-url", "Where browsers reach the media route.")] = "",
    models_base_url: Annotated[
        str, _text("--models-base-url", "Another model service; none is the real one.")
    ] = "",
    models_project: Annotated[
        str, _text("--models-project", "Project of the enterprise platform.")
    ] = "",
    models_location: Annotated[str, _text("--models-location", "Its location; us-central1.")] = "",
    models_credentials: Annotated[
        str, _text("--models-credentials", "Credentials file; none is application-default.")
    ] = "",
    models_storage: Annotated[
        str, _text("--models-storage", "gs:// folder for clips; none is in the answer.")
    ] = "",
    models_platform: Annotated[
        str, _text("--models-platform", "developer or enterprise, for models on both.")
    ] = "",
    simulated: Annotated[
        bool, typer.Option("--simulated", help="That model service is a stand-in: nobody pays.")
    ] = False,
    from_env_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default=False, help="Read GREENLIGHT_… lines, secrets too."
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace one of that name.")] = False,
) -> None:
    """Save a profile where only you can read it.

    Secrets come from --from-env-file, from GREENLIGHT_… variables, or are asked
    for without echo. They have no options: those end up in shell histories.
    """
    from greenlight.settings import load_profile, profile_path, save_profile

    if profile_path(name).exists() and not replace:
        raise InvalidInput(f"there is a profile {name!r} already (--replace writes it anew)")
    if simulated and not models_base_url:
        raise InvalidInput("--simulated needs the stand-in's address: --models-base-url URL")
    given = {
        "PREFECT_API_URL": prefect_api_url,
        "S3_ENDPOINT_URL": s3_endpoint_url,
        "S3_BUCKET": s3_bucket,
        "S3_REGION": s3_region,
        "S3_CHECKSUMS": s3_checksums,
        "MEDIA_URL": media_url,
        "MODELS_BASE_URL": models_base_url,
        "MODELS_PROJECT": models_project,
        "MODELS_LOCATION": models_location,
        "MODELS_CREDENTIALS": models_credentials,
        "MODELS_STORAGE": models_storage,
        "MODELS_PLATFORM": models_platform,
    }
    values = {f"GREENLIGHT_{k}": v for k, v in given.items() if v}
    known = {k: v for k, v in os.environ.items() if k.startswith("GREENLIGHT_")}
    filed = read_env_file(from_env_file) if from_env_file else {}
    complete = _ask_missing({**known, **filed, **values})
    profile = load_profile("env", complete).model_copy(
        update={"name": name, "simulated": simulated}
    )
    for url in (profile.prefect_api_url, profile.media_url, profile.s3.endpoint_url):
        if url and not url.startswith(("http://", "https://")):
            raise InvalidInput(f"{url!r} is not an address (write http://… or https://…)")
    path = save_profile(profile)
    say(f"profile {name} is saved in {path} (only you can read it)", whole=True)
    say(f"try it with `{command('profile', 'check', name)}`", whole=True)


def read_env_file(path: Path) -> dict[str, str]:
    """The NAME=VALUE lines of a file; quotes around a value are taken off."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
    values: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.match(line)
        if not found:
            raise InvalidInput(f"{path}, line {number}: not of the form NAME=VALUE")
        value = found[2]
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        values[found[1]] = value
    return values


def _ask_missing(values: Mapping[str, str]) -> dict[str, str]:
    """The values with what is missing asked for, if somebody is here; secrets without echo."""
    import secrets

    from greenlight.settings import ENVIRONMENT_VARIABLES

    complete = dict(values)
    complete.setdefault("GREENLIGHT_MEDIA_SECRET", secrets.token_hex(32))
    if at_terminal():
        for short in (*_ASKED, *_ASKED_TOO):
            variable = f"GREENLIGHT_{short}"
            if short == "MODELS_API_KEY" and complete.get("GREENLIGHT_MODELS_PROJECT"):
                continue
            if not complete.get(variable):
                hidden = any(part in variable for part in _SECRET)
                complete[variable] = typer.prompt(
                    ENVIRONMENT_VARIABLES[variable], hide_input=hidden, err=True
                )
    return complete


@profiles.command("list")
def list_profiles(as_json: JsonOption = False) -> None:
    """List the profiles that can be chosen."""
    from greenlight.settings import EMBEDDED, profile_names

    about = {EMBEDDED: "the stack on this machine (the default)", "env": "GREENLIGHT_… variables"}
    names = profile_names()
    chosen = os.environ.get("GREENLIGHT_PROFILE") or EMBEDDED
    if as_json:
        print_json([{"name": n, "chosen": n == chosen} for n in names])
        return
    rows = [(n, "✓" if n == chosen else "", about.get(n, "added by you")) for n in names]
    table(("profile", "chosen", "what it is"), rows)


@profiles.command()
def show(name: Name, as_json: JsonOption = False) -> None:
    """Show a profile's addresses and settings; secrets only as present or absent."""
    from greenlight.settings import load_profile

    data = _public(load_profile(name))
    if as_json:
        print_json(data)
    else:
        facts((key, str(value)) for key, value in data.items())


def _public(profile: Profile) -> dict[str, object]:
    """The profile without its secrets; whatever is not known to be public is left out."""

    def kept(value: str) -> str:
        return "set" if value else "not set"

    s3, models = profile.s3, profile.models
    return {
        "name": profile.name,
        "simulated": profile.simulated,
        "prefect_api_url": profile.prefect_api_url,
        "prefect_auth": kept(profile.prefect_auth),
        "s3_endpoint_url": s3.endpoint_url or "AWS",
        "s3_bucket": s3.bucket,
        "s3_region": s3.region,
        "s3_checksums": s3.checksums,
        "s3_access_key_id": kept(s3.access_key_id),
        "s3_secret_access_key": kept(s3.secret_access_key),
        "models_base_url": models.base_url or "the real service",
        "models_api_key": kept(models.api_key),
        "models_platform": models.platform,
        "models_project": models.project,
        "models_location": models.location,
        "models_credentials": models.credentials or "application-default",
        "models_storage": models.storage,
        "text": models.text,
        "image": models.image,
        "video": models.video,
        "media_url": profile.media_url,
        "media_secret": kept(profile.media_secret),
        "linger_seconds": profile.linger_seconds,
        "poll_seconds": profile.poll_seconds,
        "flag_below": profile.flag_below,
    }


@profiles.command()
def remove(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Forget a profile; the services it names are left alone."""
    from greenlight.errors import NotFound
    from greenlight.settings import profile_path

    path = profile_path(name)
    if not path.exists():
        raise NotFound(f"there is no profile {name!r}")
    if not yes:
        if not at_terminal():
            again = command("profile", "remove", name, "--yes")
            raise DecisionNeeded(f"its secrets would be gone: say so with `{again}`")
        typer.confirm(f"Forget profile {name} and its secrets?", abort=True)
    path.unlink()
    say(f"profile {name} is removed")


@profiles.command()
def check(name: Name, as_json: JsonOption = False) -> None:
    """Try a profile's services with calls that cost nothing.

    S3: a few probe objects, written and removed. Prefect: the deployment.
    Models: the list of models that the key may use.
    """
    from greenlight.cli.stack import report
    from greenlight.settings import load_profile

    report(probe(load_profile(name)), as_json=as_json)


def probe(profile: Profile) -> list[Finding]:
    """What a profile's services answer to free calls."""
    from greenlight.local.store_check import check_store

    return [check_store(profile.s3), _prefect(profile), _models(profile)]


def _prefect(profile: Profile) -> Finding:
    from greenlight.local.finding import Finding
    from greenlight.runs import DEPLOYMENT, Runs

    try:
        deployed = Runs(profile).deployed()
    except GreenlightError as error:
        mend = "check the address and authorization, and that the server is up"
        return Finding(name="prefect", verdict="bad", detail=str(error), mend=mend)
    if deployed:
        detail = f"{profile.dashboard_url}, deployment {DEPLOYMENT}"
        return Finding(name="prefect", verdict="ok", detail=detail)
    detail = f"{profile.dashboard_url} answers and has no deployment {DEPLOYMENT}"
    mend = f"greenlight --profile {profile.name} deploy"
    return Finding(name="prefect", verdict="bad", detail=detail, mend=mend)


def _models(profile: Profile) -> Finding:
    import asyncio

    from greenlight.generate.link import Timeouts
    from greenlight.generate.models import model, platform_for
    from greenlight.local.finding import Finding
    from greenlight.workspace import open_models

    settings = profile.models

    async def names() -> dict[str, list[str]]:
        async with open_models(profile, Timeouts(free=CHECK_SECONDS)) as service:
            return {p: await service.list_models(p) for p in settings.platforms}

    wanted = (settings.text, settings.image, settings.video)
    try:
        places = {name: platform_for(model(name), settings.platforms) for name in wanted}
        known = asyncio.run(names())
    except GreenlightError as error:
        mend = "check the key, or project and credentials, and the address of the model service"
        return Finding(name="models", verdict="bad", detail=str(error), mend=mend)
    missing = [n for n in wanted if n not in known[places[n]]]
    if missing:
        detail = f"this account may not use {', '.join(missing)}"
        mend = "choose other models in the brief, or another key"
        return Finding(name="models", verdict="bad", detail=detail, mend=mend)
    detail = ", ".join(f"{name} ({place})" for name, place in places.items())
    return Finding(name="models", verdict="ok", detail=detail)
