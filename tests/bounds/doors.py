"""The ways by which a brief, a screenplay or a picture comes in; imported before anything forks."""

from __future__ import annotations

import contextlib
import io
import json
from decimal import Decimal
from pathlib import Path

import boto3  # noqa: F401 - what a process that submits holds anyway
import httpx  # noqa: F401
import PIL.JpegImagePlugin
import PIL.PngImagePlugin
import PIL.WebPImagePlugin  # noqa: F401

from greenlight.batches.columns import fields_of, read_briefs
from greenlight.batches.rows import plan_rows
from greenlight.batches.sources import open_source
from greenlight.briefs.files import read_bytes, read_text
from greenlight.briefs.intake import gather, read_brief
from greenlight.briefs.listing import read_listing
from greenlight.briefs.screenplay.choosing import take_scenes
from greenlight.cli.screenplay import screenplay as list_scenes
from greenlight.cli.shot_list import read_rows
from greenlight.desk import this_person
from greenlight.errors import InvalidInput
from greenlight.mcp.arguments import brief_of
from greenlight.mcp.meaning import within_limits
from greenlight.media.drawover import drawn_over
from greenlight.media.framing import board, framed_still
from greenlight.media.stills import thumbnail
from greenlight.production.brief import Brief, Reference
from greenlight.production.drawover import Stroke
from greenlight.settings import ModelSettings, Profile, S3Settings

PROFILE = Profile(
    name="embedded",
    simulated=True,
    prefect_api_url="http://127.0.0.1:9/api",
    s3=S3Settings(
        endpoint_url="http://127.0.0.1:9", bucket="b", access_key_id="a", secret_access_key="s"
    ),
    models=ModelSettings(base_url="http://127.0.0.1:9", api_key="k"),
    media_url="http://127.0.0.1:9",
    media_secret="s" * 40,
)
BRIEF = Brief(title="Fox", vision="A fox.")


def brief(path: Path) -> object:
    """`greenlight submit FILE`."""
    return read_brief(path)


def shots(path: Path) -> object:
    """`greenlight shots PRODUCTION --import FILE`."""
    return read_rows(read_text(read_bytes(path), path.name), path.name)


def batch(path: Path) -> object:
    """A row that names the brief."""
    table = path.with_suffix(".csv")
    table.write_text(f"id,brief\na,{path.name}\n")
    source = open_source(str(table), PROFILE)
    who = this_person("ada")
    plan = plan_rows(source, read_briefs(source.data, source.name), "b", who, PROFILE)
    return plan.rejects


def agent(path: Path) -> object:
    """The tool that checks a brief."""
    data = json.loads(path.read_text())
    within_limits({"brief": data})
    return brief_of(data)


def screenplay(path: Path) -> object:
    """`greenlight screenplay FILE`."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        list_scenes(path)
    return len(out.getvalue())


def scenes(path: Path) -> object:
    """`greenlight submit BRIEF --screenplay FILE`."""
    return take_scenes(BRIEF, path)


def reference(path: Path) -> object:
    """A picture that a brief names."""
    named = Reference(name="fox", image=path.name)
    wanted = BRIEF.model_copy(update={"references": (named,)})
    return gather(wanted, path.parent, PROFILE).brief


def take(path: Path) -> object:
    """`greenlight takes add`."""
    return len(board(path.read_bytes(), "16:9", "crop", 64)[0])


def small(path: Path) -> object:
    """A thumbnail in the review room, with and without frame lines."""
    data = path.read_bytes()
    return len(thumbnail(data, 480)), len(thumbnail(framed_still(data, "2.39:1", 480), 480))


def drawn(path: Path) -> object:
    """A picture that somebody drew on."""
    return len(drawn_over(path.read_bytes(), [Stroke(points=((0.1, 0.1), (0.9, 0.9)))]))


def table(path: Path) -> str:
    """A table of briefs: the number of rows and the first two reasons, or why it is refused."""
    try:
        found = read_briefs(path.read_bytes(), path.name)
        rows, rejects = fields_of(found, path.name)
    except InvalidInput as error:
        return str(error)
    return "; ".join((f"rows {len(rows)}", *(reject.reason for reject in rejects[:2])))


def cells(path: Path) -> str:
    """A shot list."""
    try:
        return f"shots {len(read_listing(path, [], [], Decimal(24), leave=True).rows)}"
    except InvalidInput as error:
        return str(error)
