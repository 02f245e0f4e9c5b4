"""The rubric: what a grader is asked of a take, and which of its scores flag it, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from greenlight.generate.json_answer import read_object
from greenlight.production.checks import Box, ScoreRow
from greenlight.production.model import Strict

Share = Annotated[float, Field(ge=0, le=1)]


class Criterion(Strict):
    """One question, as the grader reads it; a score below `least` flags the take."""

    asks: str
    least: Share


class Rubric(Strict):
    """The criteria for takes of one role, in the order in which they are asked."""

    role: str
    version: int
    criteria: Mapping[str, Criterion]

    @property
    def name(self) -> str:
        """What a check record keeps: role and version, such as "frame-2"."""
        return f"{self.role}-{self.version}"

    @property
    def thresholds(self) -> dict[str, float]:
        """The score by criterion below which a take is flagged."""
        return {name: criterion.least for name, criterion in self.criteria.items()}

    @property
    def questions(self) -> str:
        """The criteria as lines of a prompt."""
        return "\n".join(f"- {name}: {found.asks}" for name, found in self.criteria.items())

    def answer_schema(self) -> dict[str, Any]:
        """The JSON Schema of the answer: one score and reason for each criterion."""
        row = {
            "type": "object",
            "properties": {
                "criterion": {"type": "string", "enum": list(self.criteria)},
                "score": {"type": "number", "minimum": 0, "maximum": 1},
                "reason": {"type": "string"},
            },
            "required": ["criterion", "score", "reason"],
        }
        count = len(self.criteria)
        scores = {"type": "array", "items": row, "minItems": count, "maxItems": count}
        properties: dict[str, Any] = {"scores": scores, "summary": {"type": "string"}}
        if self.role == "frame":
            edge = {"type": "integer", "minimum": 0, "maximum": 1000}
            properties["subject_box"] = {
                "type": "array",
                "items": edge,
                "minItems": 4,
                "maxItems": 4,
                "description": "top, left, bottom, right of the subject in thousandths",
            }
        return {"type": "object", "properties": properties, "required": ["scores", "summary"]}

    def read(self, text: bytes) -> tuple[ScoreRow, ...]:
        """The scores of an answer in the rubric's order; raises ValueError for any other answer."""
        rows = {row.criterion: row for row in read_object(text, self._answer).scores}
        return tuple(rows[name] for name in self.criteria)

    def box(self, text: bytes) -> Box | None:
        """Where the answer says the subject is; None without a possible box, whatever the grade."""
        box = read_object(text, self._answer).subject_box
        if not isinstance(box, list) or len(box) != 4 or not all(type(n) is int for n in box):
            return None
        top, left, bottom, right = box
        inside = 0 <= top < bottom <= 1000 and 0 <= left < right <= 1000
        return (top, left, bottom, right) if inside else None

    def _answer(self, data: dict[str, Any]) -> _Answer:
        answer = _Answer.model_validate(data)
        given = [row.criterion for row in answer.scores]
        if sorted(given) != sorted(self.criteria):
            raise ValueError(f"{given} was scored, {list(self.criteria)} was asked for")
        return answer


class _Answer(BaseModel):
    scores: tuple[ScoreRow, ...]
    summary: str = ""
    subject_box: Any = None


@cache
def _rubrics() -> Mapping[str, Rubric]:
    path = Path(__file__).with_name("rubric.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    version = data.pop("version")
    return {
        role: Rubric(role=role, version=version, criteria=criteria)
        for role, criteria in data.items()
    }


def rubric_for(role: str) -> Rubric:
    """The newest rubric for takes of a role: "frame" or "clip"."""
    return _rubrics()[role]
