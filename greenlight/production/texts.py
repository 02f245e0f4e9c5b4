"""Text of people and models as it is kept: stripped, bounded, nothing in it that misleads."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Without control characters and direction overrides, which only ever mislead a reader."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(plain)
]
PARAGRAPH_LIMIT = 4000
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=PARAGRAPH_LIMIT),
    AfterValidator(plain),
]
