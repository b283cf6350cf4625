"""Somebody who uses the live commands and knows nothing of the fakes: an environment, a terminal, and what is read there."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 1_200


@dataclass(frozen=True)
class Read:
    """What a command ended with and said."""

    code: int
    text: str


@dataclass
class Stranger:
    """Runs commands with the given variables over a clean environment; each is written to the transcript."""

    env: dict[str, str] = field(repr=False)
    transcript: Path

    def __post_init__(self) -> None:
        """Begin a new transcript."""
        self.transcript.parent.mkdir(parents=True, exist_ok=True)
        self.transcript.write_text("", encoding="utf-8")

    def harness(self, *words: str, **changes: str | None) -> Read:
        """Run ``python -m harness WORDS``; ``changes`` set variables, or take away those that are None."""
        return self._run(["-m", "harness", *words], changes)

    def pytest(self, *words: str, **changes: str | None) -> Read:
        """Run ``pytest WORDS``."""
        return self._run(["-m", "pytest", "-p", "no:cacheprovider", *words], changes)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start ``python WORDS`` in the background, its output in a pipe."""
        return subprocess.Popen(  # noqa: S603 - the harness's own commands
            [sys.executable, *words],
            cwd=ROOT,
            env=self._environment({}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def sign_in(self) -> None:
        """Sign everybody in."""
        for person in ("klaviyo-admin", "gladly-admin", "gladly-agent"):
            read = self.harness("live", "sign-in", person)
            assert read.code == 0, read.text

    def note(self, words: list[str], read: Read) -> None:
        """Write down what was run and read."""
        with self.transcript.open("a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(words)}\n{read.text}\n[exit code {read.code}]\n\n")

    def _run(self, words: list[str], changes: Mapping[str, str | None]) -> Read:
        done = subprocess.run(  # noqa: S603 - the harness's own commands
            [sys.executable, *words],
            cwd=ROOT,
            env=self._environment(changes),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        read = Read(done.returncode, done.stdout + done.stderr)
        self.note(["python", *words], read)
        return read

    def _environment(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LIVE_")}
        wanted = {**inherited, **self.env, **changes, "COLUMNS": "160"}
        return {name: value for name, value in wanted.items() if value is not None}
