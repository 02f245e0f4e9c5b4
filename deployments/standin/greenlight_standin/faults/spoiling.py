"""Pictures, clips, texts and usage figures that are wrong in a known way."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

Usage = Mapping[str, Any]

# More than any price list could mean, and still a number that a client can read.
_ABSURD = 1000


def black(data: bytes) -> bytes:
    """The same picture or clip with all light taken out of it."""
    if data[4:8] == b"ftyp":
        from greenlight_standin.drawing.encode import blacken_clip

        return blacken_clip(data)
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        out = io.BytesIO()
        Image.new("RGB", picture.size).save(out, "PNG")
    return out.getvalue()


def truncated(data: bytes) -> bytes:
    """The first two fifths of the bytes."""
    return data[: len(data) * 2 // 5]


def narrow(size: tuple[int, int]) -> tuple[int, int]:
    """Half the width at the same height: another shape, which no tolerance takes for the asked."""
    return size[0] // 4 * 2, size[1]


def worn(data: bytes, version: int) -> bytes:
    """The picture as after `version` - 1 rounds of loss: softer, paler, with more blocks."""
    if version <= 1:
        return data
    from PIL import Image, ImageEnhance

    rounds = version - 1
    with Image.open(io.BytesIO(data)) as picture:
        whole = picture.convert("RGB")
    kept = max(0.12, 0.72**rounds)
    small = (max(8, round(whole.width * kept)), max(8, round(whole.height * kept)))
    worse = whole.resize(small, Image.Resampling.BILINEAR).resize(
        whole.size, Image.Resampling.BILINEAR
    )
    worse = ImageEnhance.Color(worse).enhance(max(0.15, 0.85**rounds))
    worse = ImageEnhance.Contrast(worse).enhance(max(0.35, 0.9**rounds))
    blocks = io.BytesIO()
    worse.save(blocks, "JPEG", quality=max(6, 60 - 14 * rounds))
    out = io.BytesIO()
    with Image.open(blocks) as picture:
        picture.convert("RGB").save(out, "PNG")
    return out.getvalue()


def half(seconds: float) -> float:
    """Half of a length, which no rule on lengths can take for the whole."""
    return seconds / 2


def garbage(text: str) -> str:
    """A text that breaks off and goes on as nonsense."""
    return text[: max(12, len(text) * 3 // 5)] + '", oops: [}'


def wrong_schema(text: str) -> str:
    """The same answer with its first list renamed and every number turned into words."""
    value = json.loads(text)

    def spoil(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: spoil(item) for key, item in node.items()}
        if isinstance(node, list):
            return [spoil(item) for item in node]
        return f"about {node}" if isinstance(node, int | float) else node

    if not isinstance(value, dict) or not value:
        return json.dumps({"unexpected": value})
    spoilt = spoil(value)
    first = next((key for key, item in spoilt.items() if isinstance(item, list)), next(iter(value)))
    spoilt[f"{first}_list"] = spoilt.pop(first)
    return json.dumps(spoilt, ensure_ascii=False)


def no_usage(usage: Usage) -> Usage | None:
    """Nothing said about the usage."""
    return None


def absurd_usage(usage: Usage) -> Usage:
    """The same figures, each a thousand times what was used."""

    def swell(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: swell(item) for key, item in node.items()}
        if isinstance(node, list):
            return [swell(item) for item in node]
        return node * _ABSURD if isinstance(node, int) else node

    return {key: swell(item) for key, item in usage.items()}
