"""Calls of a real system: paced, repeated when the way or the system is in trouble, recorded if wanted, never with a key in an error."""

import contextlib
import email.utils
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import httpx
import tenacity

from harness.errors import NotAllowed, SystemFailed, Unreachable
from harness.live.pace import Pace, nap
from harness.redaction import redact

PATIENCE = 180.0
"""How many seconds a call is repeated while the way is down: more than a minute without a network."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 20.0
ASKED_WITHOUT_A_TIME = 2.0
"""How many seconds to wait after a 429 that names none, as Gladly's never does (third-party client)."""

BEGINNING = 65_536
"""How many bytes of a long answer are kept beside what was written to a file."""

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
REFUSED = {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
Recorder = Callable[[str, httpx.Response], None]


class _Again(Exception):
    """The call is worth repeating; ``after`` is the seconds that the system asked for."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


@dataclass
class Caller:
    """One system behind its base URL. ``calls`` counts what was sent, ``waited`` the seconds spent on keeping to limits."""

    system: str
    client: httpx.Client
    secrets: tuple[str, ...] = field(default=(), repr=False)
    patience: float = PATIENCE
    record: Recorder | None = None
    told: Callable[[str], None] = lambda _text: None
    sleep: Callable[[float], None] = nap
    calls: int = 0
    throttled: int = 0
    waited: float = 0.0

    def send(
        self,
        method: str,
        path: str,
        pace: Pace,
        *,
        params: Mapping[str, str] | list[tuple[str, str | int | float | bool | None]] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (),
        into: IO[bytes] | None = None,
        authorize: Callable[[httpx.Request], None] = lambda _request: None,
    ) -> httpx.Response:
        """Send it and return the answer, if it is a success or one of the statuses ``fine``.

        ``authorize`` puts credentials on the request that the client has not got. ``into`` gets the body of a success, which may be longer than memory is large; the answer then has its beginning.
        Raises ``NotAllowed`` for 401 and 403, ``Unreachable`` when trouble lasts, ``SystemFailed`` for anything else.
        """
        request = self.client.build_request(method, path, params=params, json=json, headers=headers)
        authorize(request)
        what = f"{method} {request.url.path}"
        response = self._until_answered(request, pace, what, into)
        if response.is_success or response.status_code in fine:
            return response
        said = redact(_told(response), self.secrets)
        text = f"{self.system} answered {response.status_code} to {what}: {said}"
        if response.status_code in REFUSED:
            raise NotAllowed(text, response.status_code)
        raise SystemFailed(text)

    def _until_answered(
        self, request: httpx.Request, pace: Pace, what: str, into: IO[bytes] | None
    ) -> httpx.Response:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Again),
            stop=tenacity.stop_after_delay(self.patience),
            wait=_pause,
            sleep=self.sleep,
            before_sleep=self._tell,
        )
        try:
            response: httpx.Response = retrying(self._once, request, pace, what, into)
        except tenacity.RetryError as error:
            last = error.last_attempt.exception()
            raise Unreachable(
                f"{self.system} could not be reached for {self.patience:.0f} s: {last}; look at the network, at the"
                f" address {self.client.base_url.netloc.decode()}, and at the system's status page"
            ) from None
        return response

    def _once(self, request: httpx.Request, pace: Pace, what: str, into: IO[bytes] | None) -> httpx.Response:
        self.waited += pace.take()
        self.calls += 1
        try:
            response = self.client.send(request) if into is None else self._saved(request, into)
        except httpx.TransportError as error:
            raise _Again(f"{what}: {type(error).__name__}") from None
        if self.record is not None:
            self.record(self.system, response)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self.throttled += 1
            asked = seconds_asked(response.headers.get("Retry-After"))
            after = ASKED_WITHOUT_A_TIME if asked is None else asked
            pace.hold(after)
            raise _Again(f"{what}: asked to wait for {after:g} s", after)
        if response.is_server_error or _is_of_the_edge(response):
            raise _Again(f"{what}: {response.status_code}")
        return response

    def _saved(self, request: httpx.Request, into: IO[bytes]) -> httpx.Response:
        """Send it and write the body of a success to ``into``, from its start; the answer has the first part of it."""
        into.seek(0)
        into.truncate()
        response = self.client.send(request, stream=True)
        try:
            if not response.is_success:
                response.read()
                return response
            beginning = b""
            for chunk in response.iter_bytes():
                beginning = beginning or chunk[:BEGINNING]
                into.write(chunk)
        finally:
            response.close()
        coded = {"content-encoding", "content-length", "transfer-encoding"}
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in coded]
        return httpx.Response(response.status_code, headers=headers, content=beginning, request=request)

    def _tell(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        since = state.seconds_since_start or 0.0
        self.told(f"{self.system}: {error}; trying again ({since:.0f} s of {self.patience:.0f} s)")


@contextlib.contextmanager
def understood(system: str, what: str) -> Iterator[None]:
    """Raise ``SystemFailed`` for an answer that is not what ``what`` would be: the address may name something else."""
    try:
        yield
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise SystemFailed(
            f"what answered as {system} gave no {what} ({type(error).__name__}): the address may name something else"
        ) from None


def seconds_asked(value: str | None) -> float | None:
    """Return what a ``Retry-After`` asks for in seconds, from a number or a date; None when it says nothing of use."""
    if not value:
        return None
    with contextlib.suppress(ValueError):
        return max(0.0, float(value))
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    return None


def _told(response: httpx.Response) -> str:
    """Return what an answer says against a call: the details of its errors, else its beginning."""
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        return "; ".join(str(one["detail"]) for one in response.json()["errors"])
    return response.text[:400].strip()


def _pause(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Again) and error.after is not None:
        return error.after
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (state.attempt_number - 1)))


def _is_of_the_edge(response: httpx.Response) -> bool:
    """Say whether something in front of the system turned the call away: a page instead of the API's own refusal."""
    is_page = response.headers.get("content-type", "").startswith("text/html")
    return response.status_code in REFUSED and is_page


@contextlib.contextmanager
def open_client(base_url: str, auth: httpx.Auth | None = None) -> Iterator[httpx.Client]:
    """Yield a client for a system's API that follows no redirect: credentials go to the host they are for, and nowhere else."""
    with httpx.Client(base_url=base_url, auth=auth, timeout=TIMEOUT, follow_redirects=False) as client:
        yield client
