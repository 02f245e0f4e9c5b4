"""Stills: whole pictures are read, everything else is refused with UnreadableMedia."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from greenlight.errors import GreenlightError
from greenlight.media.errors import UnreadableMedia
from greenlight.media.stills import read_still, thumbnail


@pytest.mark.parametrize(
    ("layout", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_each_accepted_format_is_read_with_its_facts(scene, as_bytes, layout, mime):
    info = read_still(as_bytes(scene(0), layout))
    assert (info.width, info.height, info.format, info.mime) == (320, 180, layout, mime)
    assert info.mode == "RGB"


def test_size_is_that_of_the_upright_picture(scene, as_bytes):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    data = as_bytes(scene(0), "JPEG", exif=exif)
    info = read_still(data)
    assert (info.width, info.height) == (180, 320)
    assert Image.open(BytesIO(thumbnail(data, 90))).size == (90, 160)


@pytest.mark.parametrize("layout", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("kept", [0.0, 0.001, 0.1, 0.5, 0.9, 0.99, -1, -2, -8])
def test_a_file_that_was_cut_off_is_refused(scene, as_bytes, layout, kept):
    data = as_bytes(scene(0), layout)
    size = round(len(data) * kept) if kept >= 0 else len(data) + kept
    with pytest.raises(UnreadableMedia) as caught:
        read_still(data[: int(size)])
    assert "cannot be read" in str(caught.value)
    assert isinstance(caught.value, GreenlightError)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4\n", b"\x00" * 4096],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(UnreadableMedia):
        read_still(data)


def test_formats_outside_the_list_are_refused(scene, as_bytes):
    for layout in ("GIF", "TIFF", "BMP"):
        with pytest.raises(UnreadableMedia):
            read_still(as_bytes(scene(0), layout))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused_before_it_is_decoded():
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", 12_000, 12_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 1000)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)
    with pytest.raises(UnreadableMedia, match="pixels"):
        read_still(data + chunk(b"IEND", b""))


def test_a_thumbnail_has_the_asked_width_and_is_never_enlarged(scene, as_bytes):
    data = as_bytes(scene(0))
    assert Image.open(BytesIO(thumbnail(data, 160))).size == (160, 90)
    assert Image.open(BytesIO(thumbnail(data, 4000))).size == (320, 180)


def test_transparency_is_laid_over_black(as_bytes):
    clear = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    small = Image.open(BytesIO(thumbnail(as_bytes(clear), 64)))
    assert np.asarray(small).max() < 4


def test_sixteen_bit_greys_are_scaled_and_not_clipped(as_bytes):
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16)[None, :].repeat(16, axis=0)
    data = as_bytes(Image.fromarray(ramp))
    greys = np.asarray(Image.open(BytesIO(thumbnail(data, 256))).convert("L"))
    assert abs(int(greys[8, 128]) - 128) < 6


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    layout=st.sampled_from(["PNG", "JPEG", "WEBP"]),
    where=st.floats(0, 1),
    patch=st.binary(min_size=1, max_size=64),
)
def test_damaged_bytes_are_read_or_refused_and_nothing_else(scene, as_bytes, layout, where, patch):
    data = bytearray(as_bytes(scene(0, 64, 36), layout))
    start = int(where * (len(data) - 1))
    data[start : start + len(patch)] = patch
    try:
        info = read_still(bytes(data))
    except UnreadableMedia:
        return
    assert info.width > 0
    assert info.height > 0
