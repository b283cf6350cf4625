"""Scenarios run from a test: one process has collected the features, and forks for each run (``fork_each.py``)."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.evidence.record import Record
from harness.worlds.registry import why_no_browser

ROOT = Path(__file__).parents[2]
OPTIONS = (
    *("features", "-p", "tests.meta.fork_each", "-n", "0", "-q", "-s"),
    *("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:randomly"),
)
LONGEST_RUN, LONGER = 120, 30
"""Seconds after which a fork that hangs is ended by its alarm; how much longer its answer is waited for."""
DEADLINE = 30.0
SHORT_DEADLINE = 4.0
"""For runs that are to go red: what a broken thing never does is waited for no longer."""


@dataclass(frozen=True)
class Run:
    """What became of the scenarios of a run. ``text`` holds the tracebacks of what failed."""

    records: tuple[Record, ...]
    text: str

    @property
    def outcomes(self) -> list[str]:
        """How each scenario ended."""
        return [record.outcome for record in self.records]


class ForkedFeatures:
    """Runs scenarios by the names of their tests, with one rule broken or none."""

    def __init__(self, connection: socket.socket, output: Path) -> None:
        """Ask over ``connection``; ``output`` is the file of what the process prints."""
        self._connection = connection
        self._lines = connection.makefile("rw")
        self._output = output

    def run(
        self,
        *scenarios: str,
        first_row: bool = False,
        mutant: str | None = None,
        world: str = "memory",
        integration: str | None = None,
        deadline: float = DEADLINE,
        extra: Collection[str] = (),
        until_red: bool | None = None,
        longest: int = LONGEST_RUN,
        seed: int = 0,
    ) -> Run:
        """Run the scenarios of these names in ``world``; ``name[words]`` is the rows that have these words.

        ``first_row`` leaves the other rows out. ``extra`` is what an ``integration`` does beyond version 1 of the contract.
        With a ``mutant`` the run ends with the first red one, unless ``until_red`` says otherwise; it is ended after
        ``longest`` seconds. ``seed`` is the harness's own option.
        """
        request = {
            "scenarios": scenarios,
            "first_row": first_row,
            "mutant": mutant,
            "world": world,
            "integration": integration,
            "deadline": deadline,
            "extra": list(extra),
            "until_red": bool(mutant) if until_red is None else until_red,
            "longest": longest,
            "seed": seed,
        }
        self._connection.settimeout(longest + LONGER)
        answer = self._answer(request)
        records = tuple(Record.from_json(json.dumps(one)) for one in answer["records"])
        return Run(records, "\n".join(answer["tracebacks"]))

    def rows(self) -> list[tuple[str, str, Record]]:
        """Return of each scenario in each world the name of its test, the id of its row, and its record before it is run."""
        return [(test, row, Record.from_json(text)) for test, row, text in self._answer({})]

    def _answer(self, request: dict[str, Any]) -> Any:
        self._lines.write(json.dumps(request) + "\n")
        self._lines.flush()
        answer = json.loads(self._lines.readline() or '{"ended": "the whole process"}')
        if "ended" in answer:
            raise AssertionError(f"ended: {answer['ended']}; {self._output.read_text()[-3_000:]}")
        return answer


@contextlib.contextmanager
def forked_features(*worlds: str, **more_env: str) -> Iterator[ForkedFeatures]:
    """Start the process in these worlds, else in all local ones that there are here; end it by closing the connection."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | more_env
    worlds = worlds or ("memory", "http", *(() if why_no_browser() else ("browser",)))
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryDirectory() as aside, ours, theirs:
        ours.settimeout(LONGEST_RUN + LONGER)
        output = Path(aside) / "output"
        own = ("--basetemp", f"{aside}/temp", "--evidence", aside, "--requests", str(theirs.fileno()))
        with output.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [
                    *(sys.executable, "-m", "pytest", *OPTIONS, *own),
                    *(word for world in worlds for word in ("--world", world)),
                ],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
            )
        theirs.close()
        try:
            yield ForkedFeatures(ours, output)
        finally:
            ours.shutdown(socket.SHUT_RDWR)
            process.wait(LONGEST_RUN + LONGER)
