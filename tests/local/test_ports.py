from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from greenlight.errors import InvalidInput
from greenlight.local.ports import assign_ports, default_ports, port_base


@contextmanager
def occupied(port: int) -> Iterator[None]:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        yield


def test_free_ports_are_the_documented_ones(tmp_path: Path, first_port: int) -> None:
    assert assign_ports(tmp_path, first_port) == default_ports(first_port)


def test_only_the_taken_port_moves_and_it_is_remembered_while_it_is_free(
    tmp_path: Path, first_port: int
) -> None:
    with occupied(first_port):
        ports = assign_ports(tmp_path, first_port)
    moved = ports["prefect"]
    assert moved != first_port
    assert ports == default_ports(first_port) | {"prefect": moved}
    assert assign_ports(tmp_path, first_port)["prefect"] == moved
    with occupied(moved):
        assert assign_ports(tmp_path, first_port)["prefect"] == first_port


def test_a_port_moves_away_from_a_socket_that_another_user_left(
    tmp_path: Path, first_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = default_ports(first_port)["filer_grpc"]
    monkeypatch.setattr("greenlight.local.ports._SIDE_SOCKETS", tmp_path)
    (tmp_path / f"seaweedfs-filer-grpc-{default}.sock").touch()
    assert assign_ports(tmp_path, first_port)["filer_grpc"] == default
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    assert assign_ports(tmp_path, first_port)["filer_grpc"] != default


def test_no_port_is_given_out_twice(tmp_path: Path, first_port: int) -> None:
    with occupied(first_port), occupied(first_port + 1), occupied(first_port + 50):
        ports = assign_ports(tmp_path, first_port)
    assert len(set(ports.values())) == len(ports)
    assert not {first_port, first_port + 1, first_port + 50} & set(ports.values())


@pytest.mark.parametrize("text", ["80", "x", "99999", "-1", "１２３４５"])
def test_a_port_base_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("GREENLIGHT_PORT_BASE", text)
    with pytest.raises(InvalidInput, match="allowed: a number from 1024 to 65000"):
        port_base()
