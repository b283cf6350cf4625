"""Workers and calls: what dies comes back or is owned up to, and no call takes longer than it may."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from integration import calls as calls_module
from integration import workers
from integration.answers import RetryLater
from integration.calls import Calls
from integration.workers import MOST_LIVES, Worker
from tests.integration.bench import Bench, event
from tests.integration.process import hanging

SOON = 0.3
PATIENCE = 10.0


class Killed(BaseException):
    """What no worker expects."""


def health(bench: Bench) -> httpx.Response:
    """Ask for the health."""
    with httpx.Client(transport=httpx.WSGITransport(bench.service.app), base_url="http://app") as client:
        return client.get("/health")


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let threads die without a word."""
    monkeypatch.setattr(threading, "excepthook", lambda _args: None)


@pytest.fixture
def started(bench: Bench) -> Iterator[Bench]:
    """A workbench whose service has begun to work, in threads that find nothing to do."""
    bench.service.start()
    yield bench
    bench.service.stop()


def gone(worker: Worker) -> None:
    """Wait until the worker's thread has ended."""
    assert worker.has_ended(PATIENCE)


@pytest.mark.usefixtures("quiet")
def test_dead_worker_comes_back(started: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that died unseen is brought back by the next webhook, a few times; then webhooks get 503, and so does health."""

    def die() -> float | None:
        raise Killed

    worker = started.service.workers[1]
    monkeypatch.setattr(worker, "_step", die)
    for _ in range(MOST_LIVES - 1):
        worker.wake()
        gone(worker)
        assert started.post(event()).status_code == 200
    worker.wake()
    gone(worker)
    assert (health(started).status_code, started.post(event()).status_code) == (503, 503)
    assert started.post({"type": "PING"}).status_code == 503


@pytest.mark.usefixtures("quiet")
def test_no_more_threads(started: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be had for a dead worker, webhooks get 503, and 200 when one can be had again."""

    def die() -> float | None:
        monkeypatch.setattr(worker, "_step", lambda: None)
        raise Killed

    def none(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    worker = started.service.workers[0]
    monkeypatch.setattr(worker, "_step", die)
    worker.wake()
    gone(worker)
    with monkeypatch.context() as scarce:
        scarce.setattr(threading.Thread, "start", none)
        assert started.post(event()).status_code == 503
    assert started.post(event()).status_code == 200


def test_worker_goes_on_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in its work is no end: it tries again a little later."""
    monkeypatch.setattr(workers, "AFTER_A_FAILURE", 0.01)
    done = threading.Event()
    steps: list[Callable[[], float | None]] = [lambda: 1 / 0, lambda: float("x"), time.time, done.set]
    worker = Worker("w", lambda: steps.pop(0)() if steps else None)
    assert worker.is_at_work()
    assert done.wait(PATIENCE)
    worker.stop()
    assert worker.has_ended(PATIENCE)
    assert not worker.is_at_work()


def test_health_counts(bench: Bench) -> None:
    """Health says how much waits, is owed and is parked, until when there is a pause, and when something last got through."""
    bench.hear(event())
    bench.events.respond(401)
    bench.profile.respond(429, headers={"Retry-After": "30"})
    bench.post(event(event_id="event-two"))
    bench.service.work()
    assert health(bench).json() == {
        "healthy": True,
        "webhooks_waiting": 1,
        "events_owed": 0,
        "parked": {"gladly": 0, "klaviyo": 0},
        "paused_until": {"gladly": bench.now + 30},
        "oldest_owed_seconds": None,
        "last_success": bench.now,
    }
    bench.now += 30
    bench.has_emails("a@shop.test")
    bench.service.work()
    found = health(bench).json()
    assert (found["parked"]["klaviyo"], found["events_owed"], found["oldest_owed_seconds"]) == (1, 1, 32)
    assert "shop.test" not in str(found)


def test_health_without_an_outbox(bench: Bench) -> None:
    """Where the outbox cannot be read, health says no more than that all is not well."""
    bench.service.close()
    (bench.folder / "outbox.db").unlink()
    (bench.folder / "outbox.db").mkdir()
    answer = health(bench)
    assert (answer.status_code, answer.json()) == (503, {"healthy": False})
    (bench.folder / "outbox.db").rmdir()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """Calls that are given up soon."""
    monkeypatch.setattr(calls_module, "TIMEOUT", SOON)
    calls = Calls()
    yield calls
    calls.close()


def drip(server: socket.socket, ended: threading.Event) -> None:
    """Take a connection and answer with one byte after the other."""
    connection, _ = server.accept()
    with connection:
        for byte in b"HTTP/1.1 200 OK\r\nX-Drip: " + b"x" * 1_000:
            if ended.wait(SOON / 6):
                return
            connection.send(bytes([byte]))


def test_dripping_answer_is_given_up(calls: Calls) -> None:
    """An answer that comes byte by byte, each in good time, is given up when the time of the whole call is over."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server, ended))
        thread.start()
        begun = time.monotonic()
        with pytest.raises(RetryLater, match="no answer within"):
            calls.ask("GET", f"http://127.0.0.1:{server.getsockname()[1]}/")
        assert SOON <= time.monotonic() - begun < PATIENCE
        ended.set()
        thread.join()


def test_hanging_up_ends_what_is_under_way() -> None:
    """Hanging up ends a call that is waited for at once, and every later one."""
    calls, problems = Calls(), []

    def ask(url: str) -> None:
        try:
            calls.ask("GET", url)
        except RetryLater as later:
            problems.append(str(later))

    with hanging() as url:
        thread = threading.Thread(target=ask, args=(url,))
        thread.start()
        begun = time.monotonic()
        calls.hang_up()
        thread.join()
        ask(url)
    assert time.monotonic() - begun < PATIENCE / 2
    assert problems == ["hung up"] * 2
    calls.close()


def test_no_redirect_is_followed(bench: Bench) -> None:
    """Where Klaviyo points is not called: a key goes to the host it is for alone."""
    elsewhere = bench.router.route(host="elsewhere.test").respond(202)
    bench.events.respond(307, headers={"Location": "https://elsewhere.test/api/events"})
    assert bench.hear(event()) == bench.now + 0.5
    assert not elsewhere.calls
