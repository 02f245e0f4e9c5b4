"""Prompts and schemas as the pipeline sends them."""

from __future__ import annotations

from typing import Any

SIZES = [
    "extreme wide",
    "wide",
    "medium wide",
    "medium",
    "medium close-up",
    "close-up",
    "extreme close-up",
]
ANGLES = [
    "eye level",
    "low",
    "high",
    "overhead",
    "dutch",
    "over the shoulder",
    "point of view",
]
MOVEMENTS = [
    "static",
    "pan left",
    "pan right",
    "tilt up",
    "tilt down",
    "dolly in",
    "dolly out",
    "truck left",
    "truck right",
    "crane up",
    "crane down",
    "zoom in",
    "zoom out",
    "handheld",
    "orbit",
]
_TEXTS = "subject action setting time_of_day lighting mood style dialogue sound"
SHOT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "sequence": {"type": "integer", "minimum": 1},
        **{name: {"type": "string"} for name in _TEXTS.split()},
        "palette": {"type": "array", "items": {"type": "string"}},
        "size": {"type": "string", "enum": SIZES},
        "angle": {"type": "string", "enum": ANGLES},
        "movement": {"type": "string", "enum": MOVEMENTS},
        "lens_mm": {"type": "integer"},
        "seconds": {"type": "number"},
        "references": {"type": "array", "items": {"type": "string"}},
    },
    "required": [
        "sequence",
        "subject",
        "action",
        "setting",
        "size",
        "angle",
        "movement",
        "seconds",
    ],
}
SHOT_LIST_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "logline": {"type": "string"},
        "shots": {"type": "array", "items": SHOT_SCHEMA, "minItems": 1},
    },
    "required": ["logline", "shots"],
}
CRITERIA = ["adherence", "composition", "continuity", "identity", "artefacts"]
RUBRIC_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "scores": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "criterion": {"type": "string", "enum": CRITERIA},
                    "score": {"type": "number", "minimum": 0, "maximum": 1},
                    "reason": {"type": "string"},
                },
                "required": ["criterion", "score", "reason"],
            },
        },
        "summary": {"type": "string"},
    },
    "required": ["scores", "summary"],
}

HALLWAY = """Title: The Hallway
Vision: An endless yellow hallway, fluorescent lights humming. A lone woman in a red coat walks
slowly forward, trailing her hand along the wall. The lights flicker. Behind her, a door opens by
itself. She stops and turns around. Nothing is there. She runs.
Shots wanted: 6
Seconds wanted: 24"""

SHOTS = {
    "hallway": "Size: wide\nAngle: eye level\nMovement: dolly in\nSubject: a lone woman in a "
    "red coat"
    "\nAction: walks away\nSetting: an endless yellow hallway\nTime: night"
    "\nLighting: flickering fluorescent light\nMood: uneasy\nPalette: #d8c060, #5a5030, #202018",
    "fox": "Size: medium\nAngle: low\nMovement: pan left\nSubject: an orange fox"
    "\nAction: runs through the snow\nSetting: a forest in winter\nTime: dawn",
    "astronaut": "Size: close-up\nAngle: eye level\nMovement: static\nSubject: an astronaut"
    "\nAction: looks back\nSetting: the bridge of a spaceship\nTime: night\nPalette: teal, orange",
    "car": "Size: wide\nAngle: high\nMovement: truck right\nSubject: a black car"
    "\nAction: races through the rain\nSetting: a wet street\nTime: night\nPalette: navy, amber",
    "bottle": "Size: close-up\nAngle: eye level\nMovement: orbit\nSubject: a perfume bottle"
    "\nAction: catches the light\nSetting: a marble table\nPalette: gold, cream, black",
    "children": "Size: medium wide\nAngle: eye level\nMovement: handheld\nSubject: two children"
    "\nAction: run\nSetting: a wheat field\nTime: golden hour",
}


def shot_prompt(name: str, shot: str = "sq010_sh0020", *more: str) -> str:
    return "\n".join([f"Shot: {shot}", SHOTS[name], *more])
