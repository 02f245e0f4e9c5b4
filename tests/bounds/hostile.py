"""Files that ask for more than they look like, by the doors through which they come in."""

from __future__ import annotations

import itertools
import json
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from tests.bounds.tables import CELLS, TABLES

GOOD = "title: Fox\nvision: A fox.\n"


def nested(field: str) -> str:
    rows = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    names = "abcdefghi"
    for below, name in itertools.pairwise(names):
        rows.append(f"{name}: &{name} [{','.join([f'*{below}'] * 9)}]")
    return "\n".join((*rows, f"{field}: *i", GOOD if field != "title" else "vision: x"))


YAML = {
    "aliases in look": nested("look"),
    "aliases in title": nested("title"),
    "aliases in a reference": f"{nested('x')}\nreferences: [{{name: *i}}]",
    "merge list": GOOD + "m: &m {a: 1}\nn: &n\n  <<: [" + "*m," * 20_000 + "*m]\n",
    "nested merges": GOOD
    + "a: &a {k: 1}\n"
    + "".join(f"{n}: &{n} {{<<: [{','.join([f'*{p}'] * 9)}]}}\n" for p, n in ("ab", "bc", "cd")),
    "alias to itself": f"{GOOD}a: &a\n  - *a\n",
    "deep brackets": "[" * 500_000,
    "deep braces": "{a: " * 200_000,
    "deep dashes": "- " * 400_000,
    "deep blocks": "\n".join(" " * n + "a:" for n in range(1400)),
    "many values": GOOD + "references: [" + "x," * 400_000 + "]",
    "many keys": "".join(f"key{n}: x\n" for n in range(80_000)),
    "many unknown keys": GOOD + "".join(f"key{n}: x\n" for n in range(9_000)),
    "one key many times": "a: 1\n" * 200_000,
    "a long number": f"{GOOD}shots: {'9' * 900_000}",
    "a long number of scenes": f"{GOOD}scenes: [{'9' * 900_000}]",
    "a long key": f"{GOOD}{'k' * 900_000}: x",
    "a long text": f"{GOOD}look: {'word ' * 180_000}",
    "a long ratio": f"{GOOD}aspect_ratio: '{'1' * 900_000}'",
    "a long rate": f"{GOOD}fps: {'0' * 900_000}",
    "quotes": f"{GOOD}look: {chr(34)}" + "\\u0041" * 160_000,
    "comments": "#\n" * 490_000,
    "anchors": GOOD + "".join(f"a{n}: &a{n} x\n" for n in range(60_000)),
    "tags": GOOD + "a: !" + "x" * 900_000 + " b",
    "directives": "%TAG ! tag:" + "x" * 900_000 + "\n---\na: 1",
    "question marks": "? " * 400_000,
}
JSON = {
    "deep brackets": "[" * 500_000,
    "deep objects": '{"a":' * 150_000 + "1" + "}" * 150_000,
    "many values": json.dumps({"title": "F", "vision": "x", "look": ["x"] * 190_000}),
    "one key many times": '{"a":1' + ',"b":1' * 150_000 + "}",
    "a long number": f'{{"title": {"9" * 900_000}}}',
    "a long exponent": '{"title": "F", "vision": "x", "seconds": 1e999999999999}',
}
DASHES = f"INT. {'- ' * 20_000}X\n\nA."
FOUNTAIN = {
    "days": "INT. ROOM - " + "day" * 40 + "x\n\nA.",
    "long days": "INT. ROOM - " + "day" * 100_000 + "x\n\nA.",
    "brackets in a cue": f"INT. X\n\n{'(' * 40_000}\nA.",
    "cues of brackets": "INT. X\n\n" + f"A{'(' * 190}\nA.\n\n" * 20_000,
    "blanks": f"INT. X{' ' * 400_000}Y\n\nA.",
    "blanks and a number": f"INT. X{' ' * 400_000}#\n\nA.",
    "blanks and a dash": f"INT. X{' ' * 400_000}-Y\n\nA.",
    "dashes": DASHES,
    "short headings of dashes": f"INT. {'- ' * 140}X\n\nA.\n\n" * 15_000,
    "a long title": f"Title{' ' * 900_000}x",
    "title keys": "a: b\n" * 90_000,
    "notes": f"INT. X\n\n{'[[a]] ' * 700_000}",
    "open notes": f"INT. X\n\n{'[[' * 2_000_000}",
    "open notes and blanks": "INT. X\n\n" + "[[a\n\n" * 40_000,
    "comments": f"INT. X\n\n{'/* a */ ' * 600_000}",
    "open comments": f"INT. X\n\n{'/*' * 2_000_000}",
    "comments on lines": "INT. X\n\n" + "/* a */\n" * 99_000,
    "emphasis": f"INT. X\n\n{('*a _b ' * 600 + chr(10) * 2) * 1000}",
    "stars": f"INT. X\n\n{'*' * 3_000_000}",
    "escapes": "INT. X\n\n" + "\\*" * 2_000_000,
    "a long line": f"INT. X\n\n{'word ' * 990_000}",
    "a long word": f"INT. X\n\n{'w' * 4_900_000}",
    "many lines": "INT. X\n\n" + "a\n" * 99_000,
    "too many lines": "a\n" * 2_400_000,
    "many scenes": "INT. X\n\n" * 4_900,
    "too many scenes": "INT. X\n\n" * 49_000,
    "many speeches": "INT. X\n\n" + "MARA\nA.\n\n" * 33_000,
    "many names": "INT. X\n\n" + "".join(f"A{n}\nA.\n\n" for n in range(33_000)),
    "many turns": "INT. X\n\nMARA\n" + "(a)\nb\n" * 49_000,
    "names in action": "INT. X\n\nA\nB.\n\n" + f"{'A(' * 1900}\n\n" * 1000,
    "sections": "INT. X\n\n" + "# a\n" * 99_000,
    "transitions": "INT. X\n\n" + f"{'A ' * 2000}TO\n\n" * 1000,
    "centred": "INT. X\n\n" + f"> {'_' * 4000} <\n\n" * 1000,
    "marks": "INT. X\n\n" + "\u202e\u200b\ufeff" * 500_000,
    "other blanks": "INT. X\n\n" + "\u3000\u2028" * 40_000,
}


def fdx(inside: str) -> str:
    return f"<FinalDraft><Content>{inside}</Content></FinalDraft>"


def heading(more: str) -> str:
    return f'<Paragraph Type="Scene Heading"{more}<Text>INT. X</Text></Paragraph>'


FDX = {
    "a length of digits": fdx(heading(f'><SceneProperties Length="{"1" * 40_000}x"/>')),
    "a length of many digits": fdx(heading(f'><SceneProperties Length="{"1" * 5000}"/>')),
    "a length of blanks": fdx(heading(f'><SceneProperties Length="{" " * 400_000}x"/>')),
    "a number of digits": fdx(heading(f' Number="{"1" * 900_000}">')),
    "levels": fdx("<a>" * 400_000),
    "elements": fdx("<a/>" * 1_000_000),
    "paragraphs": fdx(heading(">") + "<Paragraph><Text>a</Text></Paragraph>" * 64_000),
    "attributes": fdx("<a " + " ".join(f'a{n}=""' for n in range(400_000)) + "/>"),
    "references": fdx(f"{heading('>')}<Paragraph><Text>{'&amp;' * 900_000}</Text></Paragraph>"),
    "a cue of brackets": fdx(
        f'{heading(">")}<Paragraph Type="Character"><Text>{"(" * 400_000}</Text></Paragraph>'
        '<Paragraph Type="Dialogue"><Text>A.</Text></Paragraph>'
    ),
    "headings of dashes": fdx(heading(">").replace("INT. X", "- " * 140) * 4_900),
    "a long heading": fdx(heading(">").replace("INT. X", f"INT. {' - ' * 900_000}")),
    "a long omitted": fdx(heading(">").replace("INT. X", f"{'1 ' * 900_000}OMITTED")),
    "entities": "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + fdx(heading(">")),
    "a long name of an encoding": f'<?xml version="1.0" encoding="{"k" * 900_000}"?>{fdx("")}',
}


def png(width: int, height: int, colour: int, before: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes = b"") -> bytes:
        sum_ = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + sum_

    bytes_per_pixel = {0: 1, 2: 3, 6: 4}[colour]
    packer = zlib.compressobj(1)
    rows = [packer.compress(b"\0" * (width * bytes_per_pixel + 1)) for _ in range(height)]
    body = b"".join((*rows, packer.flush()))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", body) + chunk(b"IEND")


def saved(layout: str, width: int, height: int, **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, layout, **options)
    return out.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {
    "8192 RGBA": lambda: png(8192, 8192, 6),
    "5000 RGBA": lambda: png(5000, 5000, 6),
    "6000 RGB": lambda: png(6000, 4000, 2),
    "a strip": lambda: png(1_000_000, 20, 2),
    "chunks": lambda: png(64, 64, 0, (b"\0\0\0\0teXt" + b"\x5f\x8e\xbb\xea") * 600_000),
    "camera": lambda: saved("JPEG", 8160, 6120, quality=85),
    "progressive": lambda: saved("JPEG", 8160, 6120, progressive=True),
    "large": lambda: saved("JPEG", 8190, 8190),
    "scans": lambda: _scans(saved("JPEG", 4000, 3000, progressive=True), 400),
    "markers": lambda: saved("JPEG", 64, 64)[:2] + b"\xff\xfe\0\x02" * 4_000_000,
    "fill": lambda: saved("JPEG", 64, 64)[:-2] + b"\xff" * 19_000_000,
    "webp": lambda: saved("WEBP", 4032, 3024),
    "large webp": lambda: saved("WEBP", 9000, 9000, method=0),
}


def _scans(data: bytes, times: int) -> bytes:
    last = data.rfind(b"\xff\xda")
    return data[:last] + data[last:-2] * times + data[-2:]


AGENT = {
    "keys": {"title": "F", "vision": "x", **{f"k{n}": 1 for n in range(30_000)}},
    "texts": {"title": "x" * 190_000, "vision": ["x"] * 90_000},
    "references": {"title": "F", "vision": "x", "references": [{}] * 90_000},
    "scenes": {"title": "F", "vision": "x", "excerpt": {"scenes": [{"parts": [{}] * 9_000}] * 9}},
}


class Hostile(NamedTuple):
    """A file for a door."""

    door: str
    kind: str
    name: str
    file: str
    data: Callable[[], bytes]


def hostile() -> Iterator[Hostile]:
    """All of them."""
    texts: tuple[tuple[str, str, tuple[str, ...], Mapping[str, str]], ...] = (
        ("YAML", "b.yaml", ("brief", "batch", "shots"), YAML),
        ("JSON", "b.json", ("brief", "batch", "shots"), JSON),
        ("JSON", "b.json", ("agent",), {name: json.dumps(data) for name, data in AGENT.items()}),
        ("Fountain", "s.fountain", ("screenplay", "scenes"), FOUNTAIN),
        ("FDX", "s.fdx", ("screenplay", "scenes"), FDX),
        ("CSV", "list.csv", ("cells",), {name: text for name, (text, _) in CELLS.items()}),
    )
    for kind, file, doors, cases in texts:
        for door, (name, text) in itertools.product(doors, cases.items()):
            yield Hostile(door, kind, name, file, text.encode)
    for name, (file, make, _) in TABLES.items():
        yield Hostile("table", "table", name, file, make)
    for door, (name, make) in itertools.product(
        ("reference", "take", "small", "drawn"), PICTURES.items()
    ):
        yield Hostile(door, "picture", name, "p.png", make)
