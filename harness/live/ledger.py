"""The ledger of a run: what it is about to make stands on the disk before it is made, so that it can be removed after a crash.

A file of JSON lines below ``LIVE_FOLDER/runs``, mode 0600, without any key or password.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal

from harness.errors import BadLedger
from harness.live.runs import Run

Kind = Literal["customer", "conversation", "key", "app name", "app switch", "app key"]
State = Literal["planned", "made", "undone", "kept"]
PRIVATE = 0o600


@dataclass
class Entry:
    """Something made or changed: ``about`` says enough to find it again."""

    number: int
    kind: Kind
    about: dict[str, str]
    state: State = "planned"

    @property
    def is_open(self) -> bool:
        """Whether it may still be there."""
        return self.state in {"planned", "made"}


@dataclass
class Ledger:
    """The entries of one run, in order."""

    run: Run
    path: Path
    header: Mapping[str, str]
    entries: list[Entry] = field(default_factory=list)
    _file: IO[str] | None = None

    @classmethod
    def begin(cls, folder: Path, run: Run, header: Mapping[str, str]) -> "Ledger":
        """Start a ledger; ``header`` says what run it is: purpose, hosts, account, organization, by whom."""
        path = _path(folder, run)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, PRIVATE)
        ledger = cls(
            run, path, {**header, "began": _now()}, _file=os.fdopen(descriptor, "a", encoding="utf-8")
        )
        ledger._lock()
        ledger._write({"run": run.id, **ledger.header})
        return ledger

    @classmethod
    def resume(cls, folder: Path, run: Run) -> "Ledger":
        """Open the ledger of a run that has ended, to remove what is left. Raises ``BadLedger``, also while it is at work."""
        ledger = read(folder, run)
        ledger._file = ledger.path.open("a", encoding="utf-8")  # noqa: SLF001 - its own class
        ledger._lock()  # noqa: SLF001 - as above
        if not ledger.path.read_bytes().endswith(b"\n"):
            ledger._file.write("\n")  # noqa: SLF001 - a line that a crash cut short ends here
        return ledger

    def plan(self, kind: Kind, **about: str) -> Entry:
        """Note that something is about to be made; it is on the disk when this returns."""
        entry = Entry(len(self.entries) + 1, kind, about)
        self.entries.append(entry)
        self._write({"number": entry.number, "kind": kind, "about": about, "state": "planned"})
        return entry

    def note(self, entry: Entry, state: State, **about: str) -> None:
        """Note what became of an entry, with what is known of it now."""
        entry.state = state
        entry.about |= about
        self._write({"number": entry.number, "state": state, "about": about})

    def open_entries(self, *kinds: Kind) -> list[Entry]:
        """Return what may still be there, the newest first: things are removed in the opposite order."""
        return [one for one in reversed(self.entries) if one.is_open and (not kinds or one.kind in kinds)]

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file is None:
            raise BadLedger(f"{self.path} is closed; nothing can be made without it")
        self._file.write(json.dumps({**line, "at": _now()}) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _lock(self) -> None:
        if self._file is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise BadLedger(f"{self.run.id} is still at work: {self.path} is in use") from None


def read(folder: Path, run: Run) -> Ledger:
    """Return the ledger of a run as it stands on the disk. Raises ``BadLedger`` when there is none that can be read."""
    path = _path(folder, run)
    if not path.is_file():
        raise BadLedger(
            f"there is no ledger of {run.id} in {path.parent}; `live cleanup --list` shows those there are"
        )
    lines = list(_lines(path))
    if not lines or lines[0].get("run") != run.id:
        raise BadLedger(f"{path} does not begin with {run.id}")
    header = {name: str(value) for name, value in lines[0].items() if name not in {"run", "at"}}
    ledger = Ledger(run, path, header)
    for line in lines[1:]:
        _replay(ledger, line)
    return ledger


def runs(folder: Path) -> list[Ledger]:
    """Return the ledgers there are, the newest last; what cannot be read is left out."""
    found = []
    for path in sorted((folder / "runs").glob("run-*.jsonl")):
        try:
            found.append(read(folder, Run.named(path.stem)))
        except BadLedger:
            continue
    return sorted(found, key=lambda one: one.header.get("began", ""))


def _replay(ledger: Ledger, line: Mapping[str, Any]) -> None:
    number = line["number"]
    if number > len(ledger.entries):
        ledger.entries.append(Entry(number, line["kind"], dict(line["about"])))
        return
    entry = ledger.entries[number - 1]
    entry.state = line["state"]
    entry.about |= line["about"]


def _lines(path: Path) -> Iterator[Any]:
    """Yield the whole lines; what a line that a crash cut short was to say had not begun."""
    for text in path.read_text(encoding="utf-8").splitlines():
        with contextlib.suppress(ValueError):
            yield json.loads(text)


def _path(folder: Path, run: Run) -> Path:
    return folder / "runs" / f"{run.id}.jsonl"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
