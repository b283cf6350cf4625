"""Scenarios run from a test: one process has collected the features, and forks for each run (``fork_each.py``)."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.evidence.record import Record
from harness.worlds.registry import why_no_browser

ROOT = Path(__file__).parents[2]
OPTIONS = (
    *("features", "-p", "tests.meta.fork_each", "-n", "0", "-q", "-s"),
    *("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:randomly"),
)
LONGEST_ANSWER = 150
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
    ) -> Run:
        """Run the scenarios of these names in ``world``; ``name[words]`` is the rows that have these words.

        ``first_row`` leaves the other rows out. With a ``mutant`` the run ends with the first red one.
        """
        request = {
            "scenarios": scenarios,
            "first_row": first_row,
            "mutant": mutant,
            "world": world,
            "integration": integration,
            "deadline": deadline,
        }
        self._lines.write(json.dumps(request) + "\n")
        self._lines.flush()
        answer = json.loads(self._lines.readline() or '{"ended": "the whole process"}')
        if "ended" in answer:
            raise AssertionError(f"ended: {answer['ended']}; {self._output.read_text()[-3_000:]}")
        records = tuple(Record.from_json(json.dumps(one)) for one in answer["records"])
        return Run(records, "\n".join(answer["tracebacks"]))


@contextlib.contextmanager
def forked_features() -> Iterator[ForkedFeatures]:
    """Start the process in all local worlds that there are here, and end it by closing the connection."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    worlds = ("memory", "http", *(() if why_no_browser() else ("browser",)))
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryDirectory() as aside, ours, theirs:
        ours.settimeout(LONGEST_ANSWER)
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
            process.wait(LONGEST_ANSWER)
