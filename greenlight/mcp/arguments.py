"""What the tools are asked with: types whose descriptions speak to the agent."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from greenlight.briefs.intake import without_files
from greenlight.mcp.meaning import read_json, without_nulls
from greenlight.production.brief import Brief
from greenlight.production.names import TAKE_FORM
from greenlight.production.records import Reason, VerdictKind


class _SchemaOfBrief:
    """Shows the schema of a brief, and lets intake check it, which says more of what is wrong."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(Brief.__pydantic_core_schema__)


BriefData = Annotated[
    dict[str, Any],
    _SchemaOfBrief(),
    Field(description="The brief; only title and vision are required. Name no pictures in it."),
]
_NOT_TEXTS = ("references", "models", "excerpt")
"""Fields of a brief that are not text: one that comes as text is its JSON."""
Production = Annotated[
    str, Field(description="The id of a production, as `productions` lists it.", max_length=120)
]
Take = Annotated[
    str, Field(description=f"A take, as `waiting_takes` lists it: {TAKE_FORM}.", max_length=60)
]
Shot = Annotated[str, Field(description="A shot, such as sq010_sh0020.", max_length=30)]
Subject = Annotated[
    str,
    Field(
        description="What it is about: a take, a shot such as sq010_sh0020, or nothing for the "
        "production as a whole.",
        max_length=60,
    ),
]
Request = Annotated[
    str,
    Field(
        description="Your own id of this request: sent again, it is put on record only once.",
        max_length=80,
    ),
]
Usd = Annotated[Decimal, Field(gt=0, le=1_000_000, max_digits=12, decimal_places=4)]
VerdictChoice = Annotated[
    VerdictKind, Field(description="approve, retake (with a reason) or omit the shot.")
]
ReasonChoice = Annotated[Reason | None, Field(description="Why it should be made again.")]


def brief_of(data: dict[str, Any]) -> Brief:
    """The brief in what an agent handed in, with texts and nulls read as meant."""
    meant = {
        name: read_json(value, name) if isinstance(value, str) and name in _NOT_TEXTS else value
        for name, value in without_nulls(data).items()
    }
    return without_files(without_nulls(meant))
