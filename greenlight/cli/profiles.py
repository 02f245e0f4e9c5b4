"""`profile`: real services by name; secrets are read without echo and never printed."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from greenlight.cli.consent import confirm
from greenlight.cli.doctor import probe, report
from greenlight.cli.hints import command
from greenlight.cli.options import JsonOption, YesOption, argument, flag, option
from greenlight.cli.show import at_terminal, facts, print_json, say, table
from greenlight.errors import InvalidInput, NotFound
from greenlight.settings import (
    EMBEDDED,
    ENVIRONMENT_VARIABLES,
    Profile,
    load_profile,
    profile_names,
    profile_path,
)
from greenlight.store.folders import write_private

profiles = typer.Typer(
    help="Add, list, show, remove and check profiles: sets of real services by name.",
    rich_markup_mode="rich",
    invoke_without_command=True,
)

_SECRET = ("ACCESS_KEY", "API_KEY", "SECRET", "AUTH")
_ASKED = ("PREFECT_API_URL", "S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
_ASKED_TOO = ("MODELS_API_KEY", "MEDIA_URL")
_LINE = re.compile(r"^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$")

Name = Annotated[str, argument("NAME", "Lower-case letters, digits, dashes.")]


@profiles.callback()
def group(context: typer.Context) -> None:
    """Show this group's commands where none was named."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@profiles.command()
def add(
    context: typer.Context,
    name: Name,
    prefect_api_url: Annotated[str, option("VALUE", "Prefect's API.")] = "",
    s3_endpoint_url: Annotated[str, option("VALUE", "S3 endpoint; default: AWS.")] = "",
    s3_bucket: Annotated[str, option("VALUE", "Bucket for all assets.")] = "",
    s3_region: Annotated[str, option("VALUE", "Its region; default: us-east-1.")] = "",
    s3_checksums: Annotated[
        str, option("VALUE", "when_required for stores that refuse boto3's checksums.")
    ] = "",
    media_url: Annotated[str, option("VALUE", "Where browsers reach the media route.")] = "",
    models_base_url: Annotated[
        str, option("VALUE", "Another model service; default: the real one.")
    ] = "",
    models_project: Annotated[str, option("VALUE", "Project of the enterprise platform.")] = "",
    models_location: Annotated[str, option("VALUE", "Its location; default: us-central1.")] = "",
    models_credentials: Annotated[
        str, option("VALUE", "Credentials file; default: application-default.")
    ] = "",
    models_storage: Annotated[
        str, option("VALUE", "gs:// folder for clips; default: within the answer.")
    ] = "",
    models_platform: Annotated[
        str, option("VALUE", "developer or enterprise, for models on both.")
    ] = "",
    simulated: Annotated[
        bool, flag("--simulated", "The model service is a stand-in: its amounts are not real.")
    ] = False,
    from_env_file: Annotated[
        Path | None, option("FILE", "Read GREENLIGHT_… lines, secrets too.")
    ] = None,
    replace: Annotated[bool, flag("--replace", "Replace one of that name.")] = False,
) -> None:
    """Save a profile where only you can read it.

    Secrets come from --from-env-file, from GREENLIGHT_… variables, or are asked
    for without echo. They have no options: those end up in shell histories.
    """
    if profile_path(name).exists() and not replace:
        raise InvalidInput(f"profile {name!r} exists already (--replace overwrites it)")
    if simulated and not models_base_url:
        raise InvalidInput("--simulated needs the stand-in's address: --models-base-url URL")
    typed = {f"GREENLIGHT_{k.upper()}": v for k, v in context.params.items() if v}
    values = {k: v for k, v in typed.items() if k in ENVIRONMENT_VARIABLES}
    known = {k: v for k, v in os.environ.items() if k.startswith("GREENLIGHT_")}
    filed = read_env_file(from_env_file) if from_env_file else {}
    complete = _ask_missing({**known, **filed, **values})
    profile = load_profile("env", complete).model_copy(
        update={"name": name, "simulated": simulated}
    )
    for url in (profile.prefect_api_url, profile.media_url, profile.s3.endpoint_url):
        if url and not url.startswith(("http://", "https://")):
            raise InvalidInput(f"invalid address {url!r} (http://… or https://…)")
    path = profile_path(name)
    write_private(path, profile.model_dump_json(indent=1))
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
    data = _public(load_profile(name))
    if as_json:
        print_json(data)
    else:
        facts((key, str(value)) for key, value in data.items())


def _public(profile: Profile) -> dict[str, object]:
    """The profile without its secrets: only fields listed here are shown."""

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
def remove(name: Name, yes: YesOption = False) -> None:
    """Forget a profile; the services it names are left alone."""
    path = profile_path(name)
    if not path.exists():
        raise NotFound(f"profile {name!r} not found")
    if not yes:
        again = command("profile", "remove", name, "--yes")
        confirm(
            f"Forget profile {name} and its secrets?",
            f"its secrets would be deleted: confirm with `{again}`",
            "not removed",
        )
    path.unlink()
    say(f"profile {name} is removed")


@profiles.command()
def check(name: Name, as_json: JsonOption = False) -> None:
    """Try a profile's services with calls that cost nothing.

    S3: a few probe objects, written and removed. Prefect: the deployment.
    Models: the list of models that the key may use.
    """
    report(probe(load_profile(name)), as_json=as_json)
