"""A store that is away is waited for, and a write whose answer is lost is known for one's own."""

from __future__ import annotations

import logging
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from greenlight.errors import ServiceUnavailable
from greenlight.settings import Profile
from greenlight.store.objects import PART_BYTES, ObjectStore, connect

pytestmark = pytest.mark.stack


class Wire:
    """A wire to the real store that loses answers and refuses connections when told to."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self.lose = 0
        self.lost: list[bytes] = []
        self.lose_those_to = b"PUT "
        self._listener: socket.socket | None = None
        self.port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        self._listener = None

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._target) as far:
            asked: list[bytes] = []

            def forth() -> None:
                try:
                    while data := near.recv(1 << 16):
                        if not asked or data[:4] in (b"PUT ", b"GET ", b"HEAD", b"POST"):
                            asked.append(data[:200])
                        far.sendall(data)
                except OSError:
                    return

            threading.Thread(target=forth, daemon=True).start()
            try:
                while data := far.recv(1 << 16):
                    if data.startswith(b"HTTP/1.1 100"):
                        near.sendall(data)
                        continue
                    if self.lose and asked[-1].startswith(self.lose_those_to):
                        self.lose -= 1
                        self.lost.append(asked[-1])
                        break  # the store has done it, and nobody hears of it
                    near.sendall(data)
                near.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


@pytest.fixture
def wire(profile: Profile) -> Iterator[Wire]:
    one = Wire(profile.s3.endpoint_url)
    yield one
    one.close()


@pytest.fixture
def key() -> str:
    return f"tests/{secrets.token_hex(6)}"


def over(wire: Wire, profile: Profile, patience: float = 20.0) -> ObjectStore:
    settings = profile.s3.model_copy(update={"endpoint_url": wire.url})
    return ObjectStore(connect(settings), profile.s3.bucket, patience)


def test_a_record_whose_answer_is_lost_is_known_for_ones_own(
    wire: Wire, profile: Profile, objects: ObjectStore, key: str
) -> None:
    wire.lose = 2
    assert over(wire, profile).put_once(key, b"mine")
    assert len(wire.lost) == 2
    assert objects.get(key) == b"mine"


def test_somebody_elses_record_of_the_same_bytes_is_not_taken_for_ones_own(
    wire: Wire, profile: Profile, objects: ObjectStore, key: str
) -> None:
    assert objects.put_once(key, b"the same bytes")
    wire.lose = 1
    assert not over(wire, profile).put_once(key, b"the same bytes")
    assert len(wire.lost) == 1


def test_a_swap_whose_answer_is_lost_is_known_for_ones_own(
    wire: Wire, profile: Profile, objects: ObjectStore, key: str
) -> None:
    objects.put_once(key, b"1")
    etag = objects.get_with_etag(key)[1]
    wire.lose = 1
    store = over(wire, profile)
    assert store.swap(key, b"2", etag)
    assert len(wire.lost) == 1
    assert not store.swap(key, b"3", etag)
    assert objects.get(key) == b"2"


def test_a_large_file_whose_last_answer_is_lost_is_there_once(
    wire: Wire, profile: Profile, objects: ObjectStore, key: str, tmp_path: Path
) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(secrets.token_bytes(1 << 20) * (PART_BYTES // (1 << 20) + 1))
    store = over(wire, profile)
    # Of a POST's two kinds, beginning and completing, the first comes alone: it is left in peace.
    began: Callable[..., Any] = store._s3.create_multipart_upload

    def then_lose(**wanted: Any) -> Any:
        answer = began(**wanted)
        wire.lose, wire.lose_those_to = 1, b"POST"
        return answer

    store._s3.create_multipart_upload = then_lose
    stored = store.put_file_once(key, path, "video/mp4")
    assert len(wire.lost) == 1
    assert objects.head(key) == stored


@contextmanager
def away(wire: Wire, seconds: float) -> Iterator[None]:
    """The store refuses connections for that long."""
    wire.close()
    timer = threading.Timer(seconds, wire.open)
    timer.start()
    yield
    timer.join()


def test_a_store_that_is_away_is_waited_for_and_said_so_once(
    wire: Wire, profile: Profile, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = over(wire, profile, patience=20)
    with caplog.at_level(logging.WARNING, "greenlight.store"), away(wire, 2.0):
        assert store.put_once(key, b"late")
        assert store.get(key) == b"late"
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert said[0].startswith("the object store does not answer: waiting (up to 20 s): ")
    assert said[1].startswith("the object store answers again after ")


def test_a_store_that_stays_away_is_told(wire: Wire, profile: Profile, key: str) -> None:
    wire.close()
    with pytest.raises(ServiceUnavailable, match=key):
        over(wire, profile, patience=3).get(key)


def test_what_the_store_plainly_refuses_is_not_repeated(profile: Profile, key: str) -> None:
    settings = profile.s3.model_copy(update={"secret_access_key": "wrong"})
    with pytest.raises(ServiceUnavailable, match="SignatureDoesNotMatch"):
        ObjectStore(connect(settings), profile.s3.bucket, 60).get(key)
