"""A fake behind a socket: parallel callers, kept connections, an end that leaves nothing behind."""

import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from fakes.core.faults import Fault
from fakes.core.http.server import Server
from tests.core.toy import DEADLINE, NAME_HEADER, SHOP, THING, ToyFake


def _local_end(answer: httpx.Response) -> object:
    return answer.extensions["network_stream"].get_extra_info("client_addr")


def test_two_callers_at_once_on_kept_connections(toy: ToyFake) -> None:
    """Two callers are served at the same time, each on one connection that is kept between requests."""
    with (
        Server(toy.app) as server,
        httpx.Client(base_url=server.url, timeout=DEADLINE) as one,
        httpx.Client(base_url=server.url, timeout=DEADLINE) as two,
        ThreadPoolExecutor(2) as pool,
    ):
        ends: dict[httpx.Client, set[object]] = {one: set(), two: set()}
        for _ in range(3):
            answers = list(pool.map(lambda client: client.get("/meeting"), (one, two)))
            assert sorted(answer.json()["seat"] for answer in answers) == [0, 1]
            ends[one].add(_local_end(answers[0]))
            ends[two].add(_local_end(answers[1]))
    assert [len(found) for found in ends.values()] == [1, 1]
    assert ends[one].isdisjoint(ends[two])


def test_url_before_and_after_binding(toy: ToyFake) -> None:
    """Port 0 becomes a free port of this machine on start, and the URL names it."""
    with Server(toy.app) as server:
        host, _, port = server.url.removeprefix("http://").partition(":")
        assert (host, port.isdecimal(), port != "0") == ("127.0.0.1", True, True)
        assert httpx.get(f"{server.url}/things").json() == THING


def _refusal(toy: ToyFake, port: int) -> str:
    with pytest.raises(OSError, match=str(port)) as refusal:
        Server(toy.app, port=port).start()
    return str(refusal.value)


def test_taken_port(toy: ToyFake) -> None:
    """A port that somebody else has is an ``OSError`` that names it, and no thread."""
    with Server(toy.app) as server:
        before = set(threading.enumerate())
        port = server.url.rpartition(":")[2]
        assert port in _refusal(toy, int(port))
        gc.collect()
        assert set(threading.enumerate()) <= before


def test_stop_leaves_nothing(toy: ToyFake) -> None:
    """After the stop the port refuses, and no thread is left, though a caller keeps its connection open."""
    before = set(threading.enumerate())
    with httpx.Client(timeout=DEADLINE) as client:
        with Server(toy.app) as server:
            client.get(f"{server.url}/things")
            during = set(threading.enumerate()) - before
        assert during
        assert [thread for thread in during if thread.is_alive()] == []
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{server.url}/things")


def test_stop_ends_an_armed_silence(toy: ToyFake) -> None:
    """The stop does not wait for a ``timeout`` fault of an hour, and its thread ends too."""
    before = set(threading.enumerate())
    began = time.monotonic()
    toy.shop.faults.arm(Fault("GET /things", "timeout", seconds=3_600))
    with Server(toy.app) as server, suppress(httpx.ReadTimeout):
        httpx.get(f"{server.url}/things", headers={NAME_HEADER: SHOP}, timeout=0.2)
    assert toy.shop.faults.armed() == []
    assert time.monotonic() - began < DEADLINE
    assert set(threading.enumerate()) <= before


def test_error_inside_does_not_end_the_server(toy: ToyFake) -> None:
    """After an error inside the fake the same connection is served on."""
    with Server(toy.app) as server, httpx.Client(base_url=server.url, timeout=DEADLINE) as client:
        assert client.get("/broken").status_code == 500
        assert client.get("/things").json() == THING
