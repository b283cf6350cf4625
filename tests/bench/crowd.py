"""What idle and slow connections cost the others, and the end: ``python -m tests.bench.crowd [IDLE] [SLOW]``.

Serves ``python -m fakes``, on its own process, and asks it on a kept connection before and while 1,000 connections send
nothing and 200 send half a head, half a body, or do not read. Then it is told to end, with all of them open.
"""

import contextlib
import signal
import socket
import sys
import time

import httpx

from tests.bench.measure import compared, row, say
from tests.serving import served

IDLE, SLOW = 1_000, 200
HALVES = (
    b"GET /_fake/clo",
    b"GET /_fake/clock HTTP/1.1\r\nHost: localhost\r\nX-Half",
    b"POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{",
    b"GET /static/base.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200,
)


def main(idle: int, slow: int) -> None:
    """Measure, and say it."""
    with served() as fakes, contextlib.ExitStack() as crowd:
        url = httpx.URL(fakes.klaviyo_url)
        control = {"X-Fake-Control": fakes.about["control_token"]}
        ask = httpx.Client(base_url=url, headers=control, trust_env=False)
        crowd.enter_context(ask)

        def clock() -> object:
            return ask.get("/_fake/clock").raise_for_status()

        def newcomer() -> object:
            return httpx.get(f"{url}/_fake/clock", headers=control, trust_env=False).raise_for_status()

        alone = compared(clock, newcomer)
        begun = time.perf_counter()
        for number in range(idle + slow):
            connection = crowd.enter_context(socket.create_connection((url.host, url.port or 0), timeout=30))
            if number >= idle:
                connection.sendall(HALVES[number % len(HALVES)])
        newcomer()
        say(
            f"{idle} idle and {slow} slow ones connected, and the next answered, in {time.perf_counter() - begun:.2f} s"
        )
        crowded = compared(clock, newcomer)
        row("a call on a kept connection", alone[0], crowded[0])
        row("a call on a new connection", alone[1], crowded[1])
        begun = time.perf_counter()
        fakes.process.send_signal(signal.SIGTERM)
        code = fakes.process.wait(timeout=60)
        say(f"SIGTERM with all of them open: exit code {code} after {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3])) if len(sys.argv) > 2 else main(IDLE, SLOW)
