"""The stand-in's pictures, measured: sizes, movements, moods, likeness, life and speed.

The prompts are not those of the tests. A still's seconds are of the processor, so that others on
the machine do not count; clips are drawn as a running stand-in draws them, and on an idle machine.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from greenlight_standin.drawing.clip import draw_clip
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import compose, draw_frame
from greenlight_standin.drawing.shot import MOVEMENTS, SIZES, read_shot
from greenlight_standin.wire.films import drawn
from greenlight_standin.wire.rendering import Film

from deployments.standin.tests.measures import (
    HEIGHTS,
    Grey,
    apart,
    colours_in,
    greys,
    head_height,
    height_of,
    mean_colour,
    shift,
)
from tests.bench.stack import at_most

STILL_SECONDS, FRAMES_A_SECOND = 0.3, 60
_SMALL, _CLIP, _FULL = (640, 360), (480, 270), (1280, 720)
_SECONDS, _CORES = 6, 2
_PEOPLE = (
    "a ferryman",
    "a sculptor in a grey smock",
    "an old tailor",
    "a violinist in a red dress",
)
_PLACES = ("a railway bridge", "a greenhouse in a park", "a fish market", "a mountain hut")
_MOODS = ("dread", "joyful", "melancholy", "romantic", "epic", "mysterious", "furious", "calm")
_STILL = "Size: {}\nSubject: {}\nAction: {}\nSetting: {}\nTime: {}\nLighting: {}"
_SCENES = (
    ("wide", "two dockworkers", "fight beside a crane", "a container harbour", "night", "rain"),
    ("medium", "a mother and her son", "shout at each other", "a kitchen", "morning", "warm"),
    ("wide", "a red convertible", "races along the road", "a desert road", "noon", "hard sun"),
    ("medium wide", "a boy", "stamps through the snow", "a village street", "dusk", "snow"),
    ("close-up", "the captain", "says: “Fire”", "the bridge of a spaceship", "night", "red alarm"),
    ("medium wide", "a girl", "slips through the crowd", "a crowded market", "noon", "sun"),
    ("extreme wide", "a rider", "gallops away", "a canyon", "golden hour", "low sun"),
    ("extreme close-up", "a hand", "turns a key", "a corridor", "night", "flickering lamp"),
)
# Which way the picture goes (right and down are positive), and how far in frame heights a second:
# across, down, apart.
_WAYS: dict[str, tuple[int, int, int]] = {
    "static": (0, 0, 0), "pan left": (1, 0, 0), "pan right": (-1, 0, 0), "tilt up": (0, 1, 0),
    "tilt down": (0, -1, 0), "truck left": (1, 0, 0), "truck right": (-1, 0, 0),
    "dolly in": (0, 0, 1), "dolly out": (0, 0, -1), "zoom in": (0, 0, 1), "zoom out": (0, 0, -1),
    # Of the lead; what is far goes the other way, as a crane that rises turns down.
    "crane up": (0, 1, 0), "crane down": (0, -1, 0),
}  # fmt: skip
_SIDES = ((20, 30, 180, 190), (300, 30, 460, 190))
_NEAR = (190, 60, 290, 240)


def measure(folder: Path, options: Namespace) -> dict[str, Any]:
    """All figures."""
    return {
        "sizes": dict(_sizes()),
        "movements": dict(_movements()),
        "moods": _moods(),
        "likeness": _likeness(),
        "alive": dict(_alive()),
        "speed": _speed(),
    }


def _sizes() -> Iterator[tuple[str, dict[str, list[float]]]]:
    for size in SIZES:
        bodies, heads = [], []
        for person, place in zip(_PEOPLE, _PLACES, strict=True):
            words = _STILL.format(size, person, "stands", place, "day", "soft")
            mask = compose(read_shot(words), _SMALL).subject.crop((0, 0, _SMALL[0], 338))
            bodies.append(height_of(mask) * 338 / 360)
            heads.append(head_height(mask) * 338 / 360)
        yield size, {"body": bodies, "head": heads}


def _movements() -> Iterator[tuple[str, dict[str, float]]]:
    for movement in MOVEMENTS:
        ways = [_way(movement, place) for place in _PLACES[:3]]
        yield movement, {name: statistics.median(w[name] for w in ways) for name in ways[0]}


def _way(movement: str, place: str) -> dict[str, float]:
    words = _STILL.format("medium wide", "a ferryman", "waits", place, "day", "soft")
    request = read_shot(f"{words}\nMovement: {movement}").staged(1)
    frames = greys(draw_clip(request, _CLIP, 1, first_frame=png_bytes(draw_frame(request, _CLIP))))
    left, right = (_flow(frames, box) for box in _SIDES)
    near = _flow(frames, _NEAR)
    steps = np.diff([shift(frames[0], frame, _SIDES[1])[0] for frame in frames[::4]])
    return {
        "across": (left[0] + right[0]) / 2,
        "down": near[1] if "crane" in movement else (left[1] + right[1]) / 2,
        "apart": right[0] - left[0],
        "lead": near[0],
        "shake": float(np.abs(steps).mean()),
    }


def _flow(frames: tuple[Grey, ...], box: tuple[int, int, int, int]) -> tuple[float, float]:
    picked = [*range(0, len(frames) - 1, 3), len(frames) - 1]
    steps = [shift(frames[i], frames[j], box) for i, j in itertools.pairwise(picked)]
    x, y = np.sum(steps, axis=0) / _CLIP[1]
    return float(x), float(y)


def _moods() -> dict[str, float]:
    seen: dict[str, list[Grey]] = {}
    for mood in _MOODS:
        words = _STILL.format("wide", "a ferryman", "waits", _PLACES[0], "day", "soft")
        request = read_shot(f"{words}\nMood: {mood}")
        seen[mood] = [mean_colour(draw_frame(request.staged(v), (160, 90))) for v in (0, 4, 8)]
    between, within = apart(seen)
    return {"between": statistics.median(between), "least": min(between),
            "within": statistics.median(within)}  # fmt: skip


def _likeness() -> dict[str, float]:
    shots = (("medium", _PLACES[0]), ("medium close-up", _PLACES[1]), ("medium wide", _PLACES[3]))
    seen: dict[str, list[Grey]] = {}
    for person in _PEOPLE:
        pictures = [
            compose(read_shot(_STILL.format(size, person, "waits", place, "day", "")), (320, 180))
            for size, place in shots
        ]
        seen[person] = [colours_in(p.image, p.subject) for p in pictures]
    same, others, nearer = [], [], []
    for person in _PEOPLE:
        for i, j in itertools.permutations(range(len(shots)), 2):
            own = float(np.abs(seen[person][i] - seen[person][j]).sum())
            away = [
                float(np.abs(seen[person][i] - seen[o][j]).sum()) for o in _PEOPLE if o != person
            ]
            same.append(own)
            others += away
            nearer.append(own < min(away))
    return {"same": statistics.median(same), "other": statistics.median(others),
            "nearest": sum(nearer) / len(nearer)}  # fmt: skip


def _alive() -> Iterator[tuple[str, float]]:
    for scene in _SCENES:
        request = read_shot(_STILL.format(*scene))
        frames = greys(draw_clip(request, _CLIP, 1.5))[12:]
        strongest = [np.percentile(np.abs(b - a), 99) for a, b in itertools.pairwise(frames)]
        yield f"{scene[1]} {scene[2]}", float(statistics.mean(strongest))


def _speed() -> dict[str, float]:
    stills = []
    films = []
    for scene in _SCENES:
        request = read_shot(_STILL.format(*scene))
        draw_frame(request, _FULL)
        began = time.process_time()
        still = png_bytes(draw_frame(request, _FULL))
        stills.append(time.process_time() - began)
        films.append(Film(request, _FULL, _SECONDS, still, None, sound=False))

    async def all_of(films: Sequence[Film]) -> None:
        await asyncio.gather(*(drawn(film, _CORES) for film in films))

    # Each process has its libraries by then, as after the first clip of a day.
    asyncio.run(all_of([replace(films[0], seconds=1)] * _CORES))
    began = time.monotonic()
    asyncio.run(all_of(films))
    took = time.monotonic() - began
    return {"still": statistics.median(stills), "slowest": max(stills),
            "frames": len(films) * _SECONDS * 24 / took, "clips": len(films) / took}  # fmt: skip


def aims(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """Sizes as they are meant, movements the right way, and all else as plain as it has to be."""
    moods, like, speed = found["moods"], found["likeness"], found["speed"]
    return [
        *((f"size {size}", _is_size(size, row)) for size, row in found["sizes"].items()),
        *(
            (f"movement {name}", _is_movement(name, row))
            for name, row in found["movements"].items()
        ),
        *((f"alive: {scene}", value > 1.0) for scene, value in found["alive"].items()),
        ("colour between two moods: twice that within one", moods["between"] > 2 * moods["within"]),
        ("nearest to oneself in four of five", like["nearest"] >= 0.8),
        at_most("CPU s of a still of 1280×720", speed["still"], STILL_SECONDS),
        at_most("seconds of a second of clip", 24 / speed["frames"], 24 / FRAMES_A_SECOND),
    ]


def _is_size(size: str, row: dict[str, list[float]]) -> bool:
    return all(
        aim is None or all(aim[0] <= v <= aim[1] for v in row[part])
        for part, aim in zip(("body", "head"), HEIGHTS[size], strict=True)
    )


def _is_movement(movement: str, row: dict[str, float]) -> bool:
    way = _WAYS.get(movement)
    if way is None:
        # Handheld shakes; an orbit keeps its subject while the place turns.
        return row["shake"] > 0.5 if movement == "handheld" else abs(row["lead"]) < 0.12
    sizes = (row["across"], row["down"], row["apart"])
    still = movement != "static" or max(map(abs, sizes)) < 0.03
    return still and all(v * w > 0.04 if w else True for v, w in zip(sizes, way, strict=True))
