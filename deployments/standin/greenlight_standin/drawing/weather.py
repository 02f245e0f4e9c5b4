"""Rain, snow and fog over a picture, and where they do not fall."""

from __future__ import annotations

import math
import random
import re

from greenlight_standin.drawing.canvas import Canvas
from greenlight_standin.drawing.colour import Scheme
from greenlight_standin.drawing.shapes import limb, scaled
from greenlight_standin.drawing.shot import ShotRequest
from greenlight_standin.drawing.staging import Staging

SHELTERED = frozenset(
    {"corridor", "interior", "church", "cockpit", "underwater", "space", "stairs"}
)
_RAIN = r"\brain(?:s|y|ing|fall|storm|drops?)?\b|storm|downpour|drizzl"
_SNOW = r"\bsnow(?:s|y|ing|fall|flakes|storm)?\b|blizzard"
_FOG = r"\bfog|\bmist(?:y|s)?\b|\bhaz[ey]"
_SMOKE = r"smoke|steam|\bdust|explo[ds]"


def weather_of(request: ShotRequest, place: str) -> frozenset[str]:
    """Which of rain, snow and fog are to be seen; under a roof only a note brings water."""
    words = " ".join(
        (request.subject, request.setting, request.action, request.lighting, request.mood)
    ).lower()
    note = request.note.lower()
    open_air = "" if place in SHELTERED else words
    found = {
        name
        for name, pattern in (("rain", _RAIN), ("snow", _SNOW), ("fog", _FOG))
        if re.search(pattern, f"{open_air} {note}")
    }
    if re.search(_SMOKE, f"{words} {note}"):
        found.add("fog")
    return frozenset(found)


def paint_weather(
    canvas: Canvas, weather: frozenset[str], staging: Staging, scheme: Scheme
) -> None:
    """Lay the weather over what is drawn."""
    rng = staging.rng("weather")
    if "rain" in weather:
        _streaks(canvas, rng, 260)
    if "snow" in weather:
        for _ in range(240):
            x, y = rng.uniform(0, canvas.aspect), rng.random()
            r = rng.uniform(0.0012, 0.006)
            canvas.paint(limb((x, y), r, (x + r, y + r), r, 5), (240, 244, 250), 0.8)
    if "fog" in weather:
        draw_fog(canvas, staging, scheme)


def draw_fog(canvas: Canvas, staging: Staging, scheme: Scheme) -> None:
    """A bank of fog along the horizon."""
    fog = scaled(scheme.fog, 0.4 + 0.6 * scheme.exposure)
    middle = min(0.8, max(0.3, staging.camera.horizon))
    bank = [(fog, 0.42 * math.exp(-((step * 0.07) ** 2) / 0.05)) for step in range(-8, 9)]
    canvas.veil([(middle + 0.07 * (i - 8), *stop) for i, stop in enumerate(bank)])


def _streaks(canvas: Canvas, rng: random.Random, count: int) -> None:
    streaks = []
    for _ in range(count):
        x, y, length = (
            rng.uniform(-0.1, canvas.aspect),
            rng.uniform(-0.1, 1),
            rng.uniform(0.03, 0.11),
        )
        streaks += limb((x, y), 0.0007, (x + length * 0.16, y + length), 0.0013, 3)
    canvas.paint(streaks, (206, 216, 228), 0.38)
