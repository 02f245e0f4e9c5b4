"""Texts of people and models as they go on record: bounded, and as people see them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from greenlight.production.readable import kept

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(kept)
]
PARAGRAPH_LIMIT = 4000
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=PARAGRAPH_LIMIT),
    AfterValidator(kept),
]
