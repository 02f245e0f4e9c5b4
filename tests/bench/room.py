"""The review room: what a page weighs, when its first picture and a clip are there, and a crowd.

One browser opens a production of many shots; then twenty reviewers look, decide and ask for
pictures at once. No models and no Prefect run: what is measured is the room alone.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

from greenlight.desk import Desk, this_person
from greenlight.local.stack import Stack
from greenlight.production.records import TakeRecord
from greenlight.review.identity import CSRF_HEADER, csrf_of
from greenlight.settings import load_profile
from greenlight.store.objects import sha256_of
from greenlight.store.records import now
from tests.bench.stack import at_most
from tests.review.room import Built, build

CROWD, SECONDS = 20, 30.0
_SEEN = "[...document.querySelectorAll('.still')].filter(p => p.naturalWidth).length"
_PAGES = ("", "/shotlist", "/cut", "/money")


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All figures; seconds and bytes."""
    without = ("prefect", "worker", "models", "postgres")
    with Stack(folder / "home", folder, without=without) as info:
        desk = Desk(load_profile(environ={"GREENLIGHT_HOME": str(info.home)}))
        built = build(desk, shots=options.shots)
        clip = _clip(built, folder)
        found: dict[str, Any] = {"shots": options.shots, "clip_bytes": clip.size}
        print("  one browser …", flush=True)
        found |= _browse(desk, built, clip)
        print(f"  {CROWD} reviewers …", flush=True)
        found["crowd"] = _crowd(desk, built)
    return found


def _clip(built: Built, folder: Path) -> TakeRecord:
    """A clip of ten seconds."""
    import av
    import numpy as np

    path = folder / "clip.mp4"
    across, down = np.meshgrid(np.arange(1280), np.arange(720))
    ground = np.stack([across % 256, down % 256, (across * down // 97) % 256], axis=2)
    ground = ground.astype(np.uint8)
    # A file: to put the index first, the muxer opens it once more.
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as movie:
        stream = movie.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for n in range(240):
            frame = av.VideoFrame.from_ndarray(np.roll(ground, n * 4, axis=1), format="rgb24")
            movie.mux(stream.encode(frame))
        movie.mux(stream.encode(None))
    workspace, data = built.workspace, path.read_bytes()
    take = next(t for t in workspace.records.facts().takes).attempt._replace(kind="clip")
    key = workspace.keys.media(take, "video/mp4")
    workspace.store.put_once(key, data, "video/mp4")
    return TakeRecord(
        at=now(),
        take=str(take),
        key=key,
        sha256=sha256_of(data),
        size=len(data),
        mime="video/mp4",
        model="bench",
        spec_hash="",
        cost_usd=None,
        simulated=True,
    )


def _browse(desk: Desk, built: Built, clip: TakeRecord) -> dict[str, Any]:
    base = desk.profile.media_url
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if chromium is None:
        return {"browser": "no chromium on this machine"}
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = running.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{base}/enter#{desk.sessions.invite(this_person())}")
        page.wait_for_url(lambda url: "/enter" not in url)
        found: dict[str, Any] = {"first_picture_cold": _first(page, f"{base}{built.at}")}
        found["first_picture"] = statistics.median(
            _first(page, f"{base}{built.at}") for _ in range(5)
        )
        found["clip"] = statistics.median(_starts(page, built, clip, base) for _ in range(5))
        at = f"{base}{built.at}"
        found["pages"] = {p or "wall": _weighs(running, page, at + p) for p in _PAGES}
        running.close()
    return found


def _first(page: Page, url: str) -> float:
    """Seconds from the click to the first picture."""
    page.goto("about:blank")
    began = time.monotonic()
    page.goto(url, wait_until="commit")
    page.locator(".still").first.wait_for()
    while not page.evaluate(_SEEN):
        time.sleep(0.005)
    return time.monotonic() - began


def _starts(page: Page, built: Built, clip: TakeRecord, base: str) -> float:
    """Seconds until a clip's first frame can be seen; each time under an address of its own."""
    from greenlight.access.links import media_url

    link = media_url("", built.desk.profile.media_secret, clip.key) + f"?n={time.monotonic_ns()}"
    page.goto(f"{base}{built.at}")
    script = """(src) => new Promise((done, fail) => {
        const began = performance.now();
        const video = Object.assign(document.createElement('video'), { muted: true, src });
        video.onerror = () => fail(video.error?.message);
        video.requestVideoFrameCallback(() => done((performance.now() - began) / 1000));
        document.body.append(video);
        video.play();
    })"""
    return float(page.evaluate(script, link))


def _weighs(running: Any, page: Page, url: str) -> dict[str, float]:
    """What a page loads when nothing is in the cache: requests, KB and seconds."""
    context = running.new_context(
        viewport={"width": 1440, "height": 900}, storage_state=page.context.storage_state()
    )
    fresh = context.new_page()
    done: list[Any] = []
    fresh.on("requestfinished", lambda request: done.append(request))
    began = time.monotonic()
    fresh.goto(url, wait_until="load")
    seconds = time.monotonic() - began
    sizes = [sum(_bytes(request)) for request in tuple(done)]
    context.close()
    return {"requests": len(sizes), "kb": round(sum(sizes) / 1000, 1), "seconds": seconds}


def _bytes(request: Any) -> tuple[int, int]:
    found = request.sizes()
    return found["responseBodySize"], found["responseHeadersSize"]


def _crowd(desk: Desk, built: Built) -> dict[str, Any]:
    """What twenty reviewers met who look, ask what it would release and comment for a while."""
    times: list[float] = []
    statuses: dict[str, int] = {}
    lock = threading.Lock()
    everybody = threading.Barrier(CROWD)
    wish = {"target": built.waiting()[0], "verdict": "approve"}
    keys = [take.poster for card in desk.wall(built.name).cards for take in card.offered]
    secret = desk.profile.media_secret

    def reviewer(number: int) -> None:
        from greenlight.access.links import media_url

        with httpx.Client(base_url=desk.profile.media_url, trust_env=False, timeout=60) as http:
            http.post("/enter", data={"token": desk.sessions.invite(this_person())})
            cookie = next(iter(http.cookies.values()))
            http.headers[CSRF_HEADER] = csrf_of(desk, cookie)
            round_ = 0
            everybody.wait()
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                asks = [("GET", built.at, None), ("GET", f"{built.api}/pulse", None)]
                shown = [keys[(number * 7 + round_ * 6 + n) % len(keys)] for n in range(6)]
                asks += [("GET", f"{media_url('', secret, key)}?width=480", None) for key in shown]
                asks.append(("POST", f"{built.api}/foresee", {"wishes": [wish]}))
                if round_ % 5 == 0:
                    said = {"text": f"reviewer {number}, round {round_}"}
                    asks.append(("POST", f"{built.api}/remarks", said))
                round_ += 1
                for method, path, body in asks:
                    began = time.monotonic()
                    try:
                        status = str(http.request(method, path, json=body).status_code)
                    except httpx.HTTPError as error:
                        status = type(error).__name__
                    with lock:
                        times.append(time.monotonic() - began)
                        statuses[status] = statuses.get(status, 0) + 1

    threads = [threading.Thread(target=reviewer, args=(n,)) for n in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return {
        "reviewers": CROWD,
        "requests": len(times),
        "a_second": len(times) / SECONDS,
        "median": statistics.median(times),
        "nine_in_ten": times[int(len(times) * 0.9)],
        "refused": sum(n for status, n in statuses.items() if status != "200"),
        "statuses": statuses,
    }


def aims(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """How soon pictures and clips are there, and that nobody is refused."""
    rows = [at_most("requests of reviewers that were refused", found["crowd"]["refused"], 0)]
    if "clip" in found:
        rows.append(at_most("seconds to the first picture", found["first_picture"], 1.0))
        rows.append(at_most("seconds until a clip starts", found["clip"], 0.5))
    return rows
