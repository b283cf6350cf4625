"""A fake behind a socket: parallel callers, kept connections, an end that leaves nothing behind."""

import gc
import http.server
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import ClassVar

import httpx
import pytest

from fakes.core.faults import Fault
from fakes.core.http.server import Server
from tests.core.toy import DEADLINE, NAME_HEADER, SHOP, THING, ToyFake, application
from tests.serving import served

SOON = 5.0
"""Long for an end, short beside the server's patience with each client."""


def _local_end(answer: httpx.Response) -> object:
    return answer.extensions["network_stream"].get_extra_info("client_addr")


def test_two_callers_at_once_on_kept_connections(toy: ToyFake) -> None:
    """Two callers are served at the same time, each on one connection that is kept between requests."""
    with (
        Server(application(toy)) as server,
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
    with Server(application(toy)) as server:
        host, _, port = server.url.removeprefix("http://").partition(":")
        assert (host, port.isdecimal(), port != "0") == ("127.0.0.1", True, True)
        assert httpx.get(f"{server.url}/things").json() == THING


def _refusal(toy: ToyFake, port: int) -> str:
    with pytest.raises(OSError, match=str(port)) as refusal:
        Server(application(toy), port=port).start()
    return str(refusal.value)


def test_taken_port(toy: ToyFake) -> None:
    """A port that somebody else has is an ``OSError`` that names it, and no thread."""
    with Server(application(toy)) as server:
        before = set(threading.enumerate())
        port = server.url.rpartition(":")[2]
        assert port in _refusal(toy, int(port))
        gc.collect()
        assert set(threading.enumerate()) <= before


def test_stop_leaves_nothing(toy: ToyFake) -> None:
    """After the stop the port refuses, and no thread is left, though a caller keeps its connection open."""
    before = set(threading.enumerate())
    with httpx.Client(timeout=DEADLINE) as client:
        with Server(application(toy)) as server:
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
    with Server(application(toy)) as server, suppress(httpx.ReadTimeout):
        httpx.get(f"{server.url}/things", headers={NAME_HEADER: SHOP}, timeout=0.2)
    assert toy.shop.faults.armed() == []
    assert time.monotonic() - began < DEADLINE
    assert set(threading.enumerate()) <= before


def test_error_inside_does_not_end_the_server(toy: ToyFake) -> None:
    """After an error inside the fake the same connection is served on."""
    with Server(application(toy)) as server, httpx.Client(base_url=server.url, timeout=DEADLINE) as client:
        assert client.get("/broken").status_code == 500
        assert client.get("/things").json() == THING


def test_stop_closes_who_has_only_just_come(toy: ToyFake) -> None:
    """A connection that the server had no time to see before its stop is closed as well (an open one would be warned of)."""
    for _ in range(20):
        server = Server.of(application(toy))
        server.start()
        url = httpx.URL(server.url)
        with socket.create_connection((url.host, url.port or 0), timeout=DEADLINE) as connection:
            server.stop()
            assert _closed(connection)
    gc.collect()


def _closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_the_program_ends_whoever_is_connected() -> None:
    """SIGTERM ends ``python -m fakes`` at once with code 0, though idle and slow clients keep their connections open."""
    with served() as fakes, ExitStack() as crowd:
        for url in (httpx.URL(fakes.klaviyo_url), httpx.URL(fakes.about["gladly"]["url"])):
            for sent in [
                b"",
                b"GET /",
                b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
            ] * 15:
                place = (url.host, url.port or 0)
                crowd.enter_context(socket.create_connection(place, timeout=DEADLINE)).sendall(sent)
        fakes.control("GET", "/journal")
        fakes.process.send_signal(signal.SIGTERM)
        assert fakes.process.wait(timeout=SOON) == 0


class _Silent(http.server.BaseHTTPRequestHandler):
    """A receiver that answers a PING, and keeps silent about anything else."""

    heard: ClassVar[threading.Event]

    def do_POST(self) -> None:
        """Answer or keep silent until the test ends."""
        if b'"PING"' in self.rfile.read(int(self.headers["Content-Length"])):
            self.send_response(200)
            self.end_headers()
            return
        self.heard.set()
        self.rfile.read(1)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_program_ends_while_a_receiver_keeps_silent() -> None:
    """SIGTERM ends ``python -m fakes`` at once, though a delivery still waits for its answer."""
    _Silent.heard = threading.Event()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Silent) as receiver, served("--empty") as fakes:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        gladly = fakes.about["gladly"]
        auth = (gladly["api_user"]["email"], gladly["api_user"]["token"])
        with httpx.Client(base_url=gladly["url"], auth=auth, trust_env=False, timeout=DEADLINE) as api:
            hook = {"url": f"http://127.0.0.1:{receiver.server_port}/", "enabled": True}
            api.post(
                "/api/v1/webhooks", json=hook | {"events": ["CUSTOMER_PROFILE/CREATED"]}
            ).raise_for_status()
            api.post("/api/v1/customer-profiles", json={"name": "Ann"}).raise_for_status()
        assert _Silent.heard.wait(DEADLINE)
        fakes.process.send_signal(signal.SIGTERM)
        assert fakes.process.wait(timeout=SOON) == 0
        receiver.shutdown()


def test_the_program_answers_to_names_that_it_is_given() -> None:
    """``--allow-host``, given twice, names further hosts; a host that was not named is misdirected on both servers."""
    with served("--allow-host", "fakes.example", "--allow-host", "*.lan.example", "--empty") as fakes:
        for url in (fakes.klaviyo_url, fakes.about["gladly"]["url"]):
            found = {
                host: httpx.get(f"{url}/_fake/clock", headers={"Host": host}, trust_env=False).status_code
                for host in ("fakes.example", "box.lan.example", "localhost", "evil.example")
            }
            assert list(found.values()) == [403, 403, 403, 421]
