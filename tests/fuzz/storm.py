"""The fuzz itself: so many requests of one seed against one side, and what must hold after each of them."""

import random
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import falcon
import pytest
from pydantic import BaseModel

from fakes.core.journal import Journal
from tests.fuzz.requests import Requests
from tests.fuzz.sides import SIDES, Side
from tests.fuzz.wire import SEE_OTHER, Answer, Raw, faults_of, send

UNSUPPORTED = b"unsupported by the fake"
UNSUPPORTED_STATUS, LEAST_ERROR, LEAST_FAILURE = 501, 300, 500
KEEP_EVERY, LOOK_EVERY = 40, 200
HANG_SECONDS = 60
REPLAYED_AT_MOST = 50_000
SHOWN, LONGEST_SHOWN = 5, 1_500


@dataclass
class Watch:
    """What goes on inside a fake while it answers: models read by, refusals as armed, errors journalled."""

    models: list[type[BaseModel]] = field(default_factory=list)
    parameters: set[str] = field(default_factory=set)
    refused: bool = False
    errors: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Forget the last request."""
        self.models.clear()
        self.parameters.clear()
        self.errors.clear()
        self.refused = False


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch the fakes until the block ends."""
    watch = Watch()
    write = Journal.write
    readers = {name: getattr(BaseModel, name).__func__ for name in ("model_validate", "model_validate_json")}

    def writing(journal: Journal, kind: Any, what: str, **details: Any) -> None:
        if kind == "fault" and details.get("fault") in {"status", "edge", "throttle"}:
            watch.refused = True
        if kind == "error":
            watch.errors.append(f"{what}\n{details.get('traceback', '')}")
        write(journal, kind, what, **details)

    def reading(reader: Any) -> Any:
        def read(model: type[BaseModel], *given: Any, **more: Any) -> Any:
            watch.models.append(model)
            return reader(model, *given, **more)

        return classmethod(read)

    def asking(getter: Any) -> Any:
        def get(request: falcon.Request, name: str, **more: Any) -> Any:
            watch.parameters.add(name)
            return getter(request, name, **more)

        return get

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "write", writing)
        for name, reader in readers.items():
            patch.setattr(BaseModel, name, reading(reader))
        for name in ("get_param", "get_param_as_list"):
            patch.setattr(falcon.Request, name, asking(getattr(falcon.Request, name)))
        yield watch


@dataclass(frozen=True)
class Failure:
    """What went wrong, and the steps that it took: requests, and None where something more was kept."""

    what: str
    steps: list[Raw | None]


def _hangs(*_: object) -> None:
    raise TimeoutError(f"no answer after {HANG_SECONDS} seconds")


def _is_meant(request: Raw, answer: Answer) -> bool:
    """Say whether an answer above 499 is the fake's own word for what it does not do."""
    return answer.status == UNSUPPORTED_STATUS and (
        UNSUPPORTED in answer.body.lower() or request.method == "HEAD"
    )


def _is_success(answer: Answer) -> bool:
    """Say whether what was asked was done: so it was, too, where a browser is sent on, but not to sign in."""
    sent_on = answer.status == SEE_OTHER and not answer.header("location").startswith("/login")
    return answer.status < LEAST_ERROR or sent_on


class Storm:
    """Requests of one seed against one side."""

    def __init__(self, name: str, seed: int) -> None:
        """Set the side up; a request that hangs will be a failure."""
        self.name, self.seed = name, seed
        self.side: Side = SIDES[name](seed)
        self.requests = Requests(source(f"{name} {seed}"), self.side)
        self.steps: list[Raw | None] = []
        self.statuses: Counter[int] = Counter()
        self.reached: set[str] = set()
        signal.signal(signal.SIGALRM, _hangs)

    def blow(self, count: int) -> Failure | None:
        """Send ``count`` requests; return the first failure, or None."""
        with watching() as watch:
            for number, (route, request) in enumerate(islice(self.requests, count), 1):
                if what := self._step(watch, route, request) or self._look(number):
                    return Failure(what, self.steps)
        return None

    def ask(self, request: Raw) -> str:
        """Send one request more, and say what went wrong, or nothing."""
        with watching() as watch:
            return self._step(watch, "", request)

    def replay(self, steps: Iterable[Raw | None]) -> str:
        """Take ``steps`` instead, look at what was kept, and say what went wrong, or nothing."""
        with watching() as watch:
            for step in steps:
                if step is None:
                    self.side.keep()
                elif what := self._step(watch, "", step):
                    return what
        return self.side.lost()

    def _look(self, number: int) -> str:
        if number % KEEP_EVERY == 0:
            self.steps.append(None)
            self.side.keep()
        return self.side.lost() if number % LOOK_EVERY == 0 else ""

    def _step(self, watch: Watch, route: str, request: Raw) -> str:
        watch.begin()
        self.steps.append(request)
        signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
        try:
            answer = send(self.side.app, request)
        except Exception as error:  # noqa: BLE001 - that anything gets out is what is looked for
            return f"{type(error).__name__} got out of the application: {error}"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if what := self._wrong_with(watch, request, answer):
            return what
        if answer is not None:
            self.statuses[answer.status] += 1
            self.reached |= {route} if _is_success(answer) else set()
            self.requests.learn(route, answer, watch.models[:1], watch.parameters)
        if self.side.is_gone():
            self.side.calm()
            self.requests.known.forget()
        return ""

    def _wrong_with(self, watch: Watch, request: Raw, answer: Answer | None) -> str:
        if watch.errors:
            return watch.errors[0]
        if answer is None:
            return ""
        if answer.status >= LEAST_FAILURE and not (watch.refused or _is_meant(request, answer)):
            return f"{answer.status}: {answer.body!r}"
        return faults_of(answer)


def shrunk(storm: Storm, failure: Failure) -> list[Raw | None]:
    """Return fewer steps that end in a failure too, if trying out a bounded number of them finds any."""
    steps, budget, chunk = failure.steps, REPLAYED_AT_MOST, len(failure.steps)
    while chunk and budget > 0:
        for start in range(0, len(steps) - 1, chunk):
            fewer = steps[:start] + steps[min(start + chunk, len(steps) - 1) :]
            budget -= len(fewer)
            if budget > 0 and Storm(storm.name, storm.seed).replay(fewer):
                steps = fewer
                break
        else:
            chunk //= 2
    return steps


def told(storm: Storm, failure: Failure) -> str:
    """Return all that is needed to see a failure again."""
    steps = shrunk(storm, failure)
    shown = "\n".join(
        "keep something more" if step is None else repr(step)[:LONGEST_SHOWN] for step in steps[-SHOWN:]
    )
    return (
        f"{failure.what}\n\nafter {len(failure.steps)} steps; {len(steps)} are enough, the last of them:\n{shown}\n"
        f"again: python -m tests.fuzz {storm.name} {storm.seed} {len(failure.steps)}"
    )


def source(seed: str) -> random.Random:
    """Return the source of chance of ``seed``."""
    return random.Random(seed)  # noqa: S311 - the same requests every time are the point
