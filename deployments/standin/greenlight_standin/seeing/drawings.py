"""The stand-in remembers what it drew: thumbnails of each picture, and what it shows.

Thumbnails, not bytes, tell one picture from another: a still that was taken out of a clip, scaled
or encoded again is still known.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from greenlight_standin.drawing.frame import Composition, plan
from greenlight_standin.drawing.shot import ShotRequest
from greenlight_standin.seeing.measure import Floats, Picture, decode, of_image

Thumbnails = npt.NDArray[np.uint8]
_SHAPE = (32, 18)
_EACH = 3
"""Every third frame of a clip is kept: between two of them hardly anything moves."""
_ALIKE = 6.0
"""Mean difference of two thumbnails, of 255: coding stays under 2, two stagings are over 12."""
_WHOLE = (0, 0, 1000, 1000)


@dataclass(frozen=True)
class Drawing:
    """What a picture shows: `cast` are kinds of bodies, `box` is in thousandths."""

    size: str
    angle: str
    movement: str
    cast: tuple[str, ...]
    place: str
    time: str
    box: tuple[int, ...] = _WHOLE
    detail: float = 0.0

    def to_json(self) -> str:
        """The drawing as the database keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def of_json(cls, text: str) -> Drawing:
        """A drawing as the database kept it."""
        kept = json.loads(text)
        return cls(**{**kept, "cast": tuple(kept["cast"]), "box": tuple(kept["box"])})


def drawing_of(request: ShotRequest, made: Composition | None = None) -> Drawing:
    """What the picture of a request shows; `made` tells where, and how sharp it is."""
    scene, cast = plan(request, 16 / 9)
    return Drawing(
        size=request.size,
        angle=request.angle,
        movement=request.movement,
        cast=tuple(actor.kind for actor in cast for _ in range(min(actor.count, 2))),
        place=scene.place,
        time=request.time,
        box=_box(made.subject) if made else _WHOLE,
        detail=round(of_image(made.image).detail, 3) if made else 0.0,
    )


def thumbnails(data: bytes) -> Thumbnails | None:
    """Thumbnails of a still or a clip, one a row; None if it cannot be decoded."""
    try:
        if data[4:8] == b"ftyp":
            import av

            with av.open(io.BytesIO(data), "r") as film:
                frames = enumerate(film.decode(video=0))
                rows = [
                    _thumbnail(Image.fromarray(f.to_ndarray(format="gray")))
                    for n, f in frames
                    if n % _EACH == 0
                ]
        else:
            with Image.open(io.BytesIO(data)) as picture:
                rows = [_thumbnail(picture)]
    except (OSError, SyntaxError, ValueError):
        return None
    return np.stack(rows) if rows else None


class Drawings:
    """All that was drawn, the newest last; `kept` is what the database holds of earlier runs."""

    def __init__(self, kept: Sequence[tuple[bytes, str]] = ()) -> None:
        self._all: list[tuple[Thumbnails, Drawing]] = [
            (np.frombuffer(raw, np.uint8).reshape(-1, _SHAPE[0] * _SHAPE[1]), Drawing.of_json(text))
            for raw, text in kept
        ]

    def add(self, shown: Thumbnails, drawing: Drawing) -> None:
        """Remember a picture."""
        self._all.append((shown, drawing))

    def find(self, data: bytes) -> tuple[Picture, Drawing | None]:
        """The decoded picture and what it shows; OSError if it is broken, None if unknown."""
        picture = decode(data)
        with Image.open(io.BytesIO(data)) as image:
            seen = _thumbnail(image).astype(np.int16)
        best, found = _ALIKE, None
        for shown, drawing in tuple(self._all):
            apart = float(np.abs(shown.astype(np.int16) - seen).mean(axis=1).min())
            if apart < best:
                best, found = apart, drawing
        return picture, found


def _thumbnail(image: Image.Image) -> Thumbnails:
    small = image.convert("L").resize(_SHAPE, Image.Resampling.BOX)
    return np.asarray(small, np.uint8).ravel()


def _box(subject: Image.Image) -> tuple[int, ...]:
    """Top, left, bottom and right of what a mask covers, in thousandths."""
    there: Floats = np.asarray(subject.resize((200, 200)), np.float32)
    rows, columns = np.flatnonzero(there.max(axis=1) > 64), np.flatnonzero(there.max(axis=0) > 64)
    if not rows.size:
        return _WHOLE
    edges = (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1)
    return tuple(int(edge) * 5 for edge in edges)
