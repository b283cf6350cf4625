"""Background work: in order for each key, on the caller's stack or on threads."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from fakes.core.tasks import InlineTaskQueue, ThreadedTaskQueue
from tests.core.toy import DEADLINE


@pytest.fixture
def threaded() -> Iterator[ThreadedTaskQueue]:
    """Work on threads, closed afterwards."""
    work = ThreadedTaskQueue()
    yield work
    work.close()


def _fail() -> None:
    raise ZeroDivisionError("a job")


def test_inline_runs_at_once_on_the_callers_stack() -> None:
    """An inline job is done when ``submit`` returns, on the thread that submitted it."""
    done: list[threading.Thread] = []
    InlineTaskQueue().submit("key", lambda: done.append(threading.current_thread()))
    assert done == [threading.current_thread()]


def test_inline_job_of_the_same_key_waits_its_turn() -> None:
    """A job submitted from inside a job of its key runs after that one; one of another key runs inside of it."""
    work, done = InlineTaskQueue(), list[str]()

    def outer() -> None:
        work.submit("key", lambda: done.append("same key"))
        work.submit("other", lambda: done.append("other key"))
        done.append("outer")

    work.submit("key", outer)
    assert done == ["other key", "outer", "same key"]


def test_inline_error_passes_to_the_caller_and_the_key_goes_on() -> None:
    """An inline job's error reaches whoever submitted it, and the key takes jobs afterwards."""
    work, done = InlineTaskQueue(), list[str]()
    with pytest.raises(ZeroDivisionError):
        work.submit("key", _fail)
    work.submit("key", lambda: done.append("next"))
    work.close()
    assert done == ["next"]


def test_threaded_keeps_order_within_a_key(threaded: ThreadedTaskQueue) -> None:
    """Jobs of one key run one after the other in the order they were submitted."""
    numbers: list[int] = []
    running, done = threading.Semaphore(1), threading.Event()

    def job(number: int) -> Callable[[], None]:
        def note() -> None:
            assert running.acquire(blocking=False), "two jobs of one key ran at once"
            numbers.append(number)
            running.release()

        return note

    for number in range(200):
        threaded.submit("key", job(number))
    threaded.submit("key", done.set)
    assert done.wait(DEADLINE)
    assert numbers == list(range(200))


def test_threaded_keys_do_not_wait_for_each_other(threaded: ThreadedTaskQueue) -> None:
    """A job that waits for a job of another key gets its wish."""
    freed, done = threading.Event(), threading.Event()

    def wait() -> None:
        if freed.wait(DEADLINE):
            done.set()

    threaded.submit("slow", wait)
    threaded.submit("quick", freed.set)
    assert done.wait(DEADLINE)


def test_threaded_does_not_make_the_caller_wait(threaded: ThreadedTaskQueue) -> None:
    """``submit`` returns while the job is still running."""
    freed, done = threading.Event(), threading.Event()

    def wait() -> None:
        if freed.wait(DEADLINE):
            done.set()

    threaded.submit("key", wait)
    freed.set()
    assert done.wait(DEADLINE)


def test_threaded_key_goes_on_after_an_error(
    threaded: ThreadedTaskQueue, caplog: pytest.LogCaptureFixture
) -> None:
    """A job that fails is logged, and neither the jobs behind it nor later ones of its key are stuck."""
    freed, behind, later = threading.Event(), threading.Event(), threading.Event()

    def fail_when_freed() -> None:
        freed.wait(DEADLINE)
        _fail()

    with caplog.at_level(logging.ERROR, logger="fakes.core.tasks"):
        threaded.submit("key", fail_when_freed)
        threaded.submit("key", behind.set)
        freed.set()
        assert behind.wait(DEADLINE)
        threaded.submit("key", later.set)
        assert later.wait(DEADLINE)
    assert "ZeroDivisionError: a job" in caplog.text


def test_threaded_takes_no_job_once_closed() -> None:
    """After ``close`` queued jobs are dropped, new ones are not taken, and the running one ends in peace."""
    before = set(threading.enumerate())
    work, done = ThreadedTaskQueue(), list[str]()
    started, freed, ended = threading.Event(), threading.Event(), threading.Event()

    def running() -> None:
        started.set()
        freed.wait(DEADLINE)
        ended.set()

    work.submit("key", running)
    work.submit("key", lambda: done.append("queued"))
    assert started.wait(DEADLINE)
    work.close()
    work.submit("key", lambda: done.append("late"))
    work.submit("other", lambda: done.append("late"))
    freed.set()
    assert ended.wait(DEADLINE)
    for thread in set(threading.enumerate()) - before:
        thread.join(DEADLINE)
    assert done == []
