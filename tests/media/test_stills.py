"""Stills: whole pictures are read, large ones smaller, anything else is refused."""

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
from greenlight.media.jpegs import MOST_SCANS, outline
from greenlight.media.stills import MOST_DECODED, decode_still, read_still, thumbnail

FILM = b"\x00\x00\x00\x18ftypmp42" + np.random.default_rng(5).bytes(300_000)
"""As long as a real one, with each pair of bytes in it that means something to a JPEG."""


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, before: bytes = b"", rows: int = 0) -> bytes:
    """A grey PNG of one shade, whose bytes are few; with `rows`, it has no others."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes((width + 1) * (rows or height)))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + before + chunk(b"IDAT", body) + chunk(b"IEND")


def jpeg(width: int, height: int, **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG", **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("layout", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_each_accepted_format_is_read_with_its_facts(scene, as_bytes, layout, mime):
    info = read_still(as_bytes(scene(0), layout))
    assert (info.width, info.height, info.format, info.mime) == (320, 180, layout, mime)


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


@pytest.mark.parametrize("layout", ["GIF", "TIFF", "BMP"])
def test_formats_outside_the_list_are_refused(scene, as_bytes, layout):
    with pytest.raises(UnreadableMedia):
        read_still(as_bytes(scene(0), layout))


def test_a_thumbnail_has_the_asked_width_and_is_never_enlarged(scene, as_bytes):
    data = as_bytes(scene(0))
    assert Image.open(BytesIO(thumbnail(data, 160))).size == (160, 90)
    assert Image.open(BytesIO(thumbnail(data, 4000))).size == (320, 180)
    assert Image.open(BytesIO(thumbnail(jpeg(8160, 6120), 480))).size == (480, 360)


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


@pytest.mark.parametrize("layout", ["PNG", "JPEG", "WEBP"])
def test_what_is_appended_to_a_picture_is_not_looked_at(scene, as_bytes, layout):
    data = as_bytes(scene(0), layout)
    for more in (FILM, b"\xff\xda" * 50, b"\xff\xd8" + FILM, b"\0" * 9):
        assert read_still(data + more) == read_still(data)
        assert thumbnail(data + more, 90) == thumbnail(data, 90)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_a_cut_picture_stays_one_whatever_is_appended(scene, as_bytes, options, kept):
    data = as_bytes(scene(0), "JPEG", **options)
    cut = data[: int(len(data) * kept)]
    for more in (b"", b"\0" * 99, b"\x00\x00\x00\x18ftypmp42", b"\xff\xda\x00\x08" * 99):
        with pytest.raises(UnreadableMedia):
            read_still(cut + more)


def test_a_thumbnail_inside_a_picture_is_not_its_end(scene, as_bytes):
    exif = Image.Exif()
    exif[0x010E] = "a camera"
    inner = as_bytes(scene(1, 64, 36), "JPEG")
    data = as_bytes(scene(0), "JPEG", exif=exif.tobytes() + inner)
    assert outline(data).end == len(data)
    with pytest.raises(UnreadableMedia):
        read_still(data[: data.index(inner) + len(inner) + 400])


@pytest.mark.parametrize(
    ("width", "height", "options"),
    [
        (8160, 6120, {}),
        (6120, 8160, {"subsampling": 0}),
        (8160, 6120, {"progressive": True}),
        (4800, 4800, {"progressive": True, "subsampling": 0}),
    ],
)
def test_pictures_of_cameras_are_taken_and_decoded_smaller(width, height, options):
    info, picture = decode_still(jpeg(width, height, **options))
    assert (info.width, info.height) == (width, height)
    assert picture.width * picture.height <= MOST_DECODED
    assert abs(picture.width / picture.height - width / height) < 0.01
    assert picture.getpixel((9, 9)) == pytest.approx((0, 128, 128), abs=3)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (png(5001, 5001), "5001×5001 pixels are too many .at most 25 megapixels of PNG"),
        (png(12_000, 12_000, rows=1), "pixels are too many"),
        (jpeg(8300, 8300), "at most 67 megapixels of JPEG"),
        (jpeg(8000, 6120, progressive=True, subsampling=0), "for a progressive JPEG"),
        (png(64, 64, chunk(b"teXt") * 20_001), "over 20,000 chunks"),
    ],
    ids=["png", "bomb", "jpeg", "progressive", "chunks"],
)
def test_more_than_the_memory_holds_is_refused(data, said):
    for read in (read_still, decode_still, lambda d: thumbnail(d, 240)):
        with pytest.raises(UnreadableMedia, match=said):
            read(data)


def test_a_picture_that_is_gone_over_again_and_again_is_refused(scene, as_bytes):
    data = as_bytes(scene(0), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    with pytest.raises(UnreadableMedia, match=f"over {MOST_SCANS} scans"):
        read_still(data[:last] + data[last:-2] * MOST_SCANS + data[-2:])


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_large_picture_is_upright_however_it_was_held(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    sides = np.zeros((3200, 4800, 3), np.uint8)
    sides[:1600, :2400] = (255, 0, 0)
    out = BytesIO()
    Image.fromarray(sides).save(out, "JPEG", exif=exif)
    info, picture = decode_still(out.getvalue())
    assert (info.width, info.height) == ((3200, 4800) if turn >= 5 else (4800, 3200))
    assert picture.width * info.height == picture.height * info.width
    corners = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1)}
    right, low = corners.get(turn, (0, 1))
    place = (picture.width * (1 + 2 * right) // 4, picture.height * (1 + 2 * low) // 4)
    assert picture.getpixel(place)[0] > 200


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1"])
def test_strips_of_a_reduced_picture_join(mode):
    ramp = np.linspace(0, 255, 4400).astype(np.uint8)[:, None].repeat(4400, axis=1)
    out = BytesIO()
    Image.fromarray(ramp).convert(mode).save(out, "PNG", compress_level=1)
    _, picture = decode_still(out.getvalue())
    assert picture.size == (2200, 2200)
    rows = np.asarray(picture.convert("L"), dtype=int).mean(axis=1)
    smooth = np.convolve(rows, np.ones(64) / 64, "valid")
    assert np.all(np.diff(smooth) > -3)
    assert rows[:20].mean() < 20
    assert rows[-20:].mean() > 235
