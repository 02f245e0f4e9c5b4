"""Pixel sizes by aspect ratio and resolution."""

from __future__ import annotations

FRAME_1K = {
    "16:9": (1280, 720),
    "9:16": (720, 1280),
    "1:1": (1024, 1024),
    "4:3": (1152, 864),
    "3:4": (864, 1152),
    "3:2": (1216, 816),
    "2:3": (816, 1216),
    "5:4": (1120, 896),
    "4:5": (896, 1120),
    "21:9": (1536, 656),
    "4:1": (2048, 512),
    "1:4": (512, 2048),
    "8:1": (2880, 360),
    "1:8": (360, 2880),
}
_FRAME_SCALE = {"1K": 1, "2K": 2, "4K": 4}
_CLIP_LINES = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}


def frame_size(aspect: str, resolution: str) -> tuple[int, int]:
    """Width and height in pixels of a still; ValueError names what is supported."""
    if aspect not in FRAME_1K:
        raise ValueError(f"Unsupported aspect ratio '{aspect}' (supported: {', '.join(FRAME_1K)}).")
    if resolution not in _FRAME_SCALE:
        supported = ", ".join(_FRAME_SCALE)
        raise ValueError(f"Unsupported image size '{resolution}' (supported: {supported}).")
    scale = _FRAME_SCALE[resolution]
    width, height = FRAME_1K[aspect]
    return width * scale, height * scale


def clip_size(aspect: str, resolution: str) -> tuple[int, int]:
    """Width and height in pixels of a clip: the short side has the lines the resolution names."""
    if aspect not in FRAME_1K:
        raise ValueError(f"Unsupported aspect ratio '{aspect}' (supported: {', '.join(FRAME_1K)}).")
    if resolution not in _CLIP_LINES:
        supported = ", ".join(_CLIP_LINES)
        raise ValueError(f"Unsupported resolution '{resolution}' (supported: {supported}).")
    short = _CLIP_LINES[resolution]
    wide, high = (int(part) for part in aspect.split(":"))
    long = round(short * max(wide, high) / min(wide, high) / 2) * 2
    return (long, short) if wide >= high else (short, long)
