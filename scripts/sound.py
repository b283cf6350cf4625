"""Runs the features around every sound integration of this project: ``python -m scripts.sound [--runs N] [NAME …]``.

Each run is in a random order of its own. Prints a line a run, then what failed; a row that failed in some runs and not in
all is called unsteady. The exit code is 1 when anything failed, and where ``CI`` is set also when anything was not run.
What pytest said is kept in ``build/sound``.
"""

import argparse
import os
import random
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "sound"
PYTHON = ".venv/bin/python"
"""How documents call Python; what runs is the Python that runs this."""

LONGEST = 3_600
ROW = "{:<12}{:>5}{:>9}{:>9}{:>8}{:>9}  {}"
HEAD = ("integration", "run", "passed", "skipped", "failed", "seconds", "")


@dataclass(frozen=True)
class Sound:
    """A sound integration: its command (none: the reference one), the extras it has, what builds it, and what it needs."""

    name: str
    command: str = ""
    extras: tuple[str, ...] = ()
    build: str = ""
    needs: tuple[str, ...] = ()

    def options(self) -> list[str]:
        """Return the options of pytest that put it under test, as the README beside it gives them."""
        chosen = ["--integration", self.command] if self.command else []
        return [*chosen, *(word for extra in self.extras for word in ("--with", extra))]

    def missing(self) -> list[str]:
        """Return what it needs and this machine has not."""
        return [tool for tool in self.needs if shutil.which(tool) is None]


ALL = (
    Sound("reference"),
    Sound("sdk", f"{PYTHON} examples/sdk/sdk_integration.py", ("names-rejected", "overlap")),
    Sound("batch", f"{PYTHON} examples/batch/batching.py", ("names-rejected", "overlap")),
    Sound("go", "examples/go/build/integration", ("names-rejected",), "make -C examples/go", ("go", "make")),
    Sound(
        "node",
        "node examples/node/integration.js",
        ("names-rejected",),
        "npm ci --prefix examples/node",
        ("node", "npm"),
    ),
)


@dataclass
class Outcome:
    """What came of a run: how many rows passed and were skipped, the ids of those that failed, and how long it took."""

    passed: int = 0
    skipped: int = 0
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    remark: str = ""
    """Why it was not run, or did not end."""

    @property
    def is_sound(self) -> bool:
        """Whether rows were run, and none failed."""
        return bool(self.passed) and not self.failed and not self.remark


def read(junit: Path) -> Outcome:
    """Return what a file of pytest's ``--junit-xml`` tells."""
    outcome = Outcome()
    for case in ET.parse(junit).getroot().iter("testcase"):  # noqa: S314 - pytest has just written it
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            if case.get("name") not in outcome.failed:  # what fails may also fail when it is cleared away
                outcome.failed.append(str(case.get("name")))
        elif "skipped" in kinds:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    return outcome


def unsteady(runs: Iterable[Sequence[str]]) -> dict[str, int]:
    """Return which rows failed in some runs and not in all, with the number of runs in which they did."""
    failed = [set(names) for names in runs]
    counts = {name: sum(name in names for names in failed) for name in set().union(*failed)}
    return {name: count for name, count in sorted(counts.items()) if count < len(failed)}


def run(sound: Sound, number: int, workers: int) -> Outcome:
    """Run the features once, in a random order."""
    seed = random.randrange(2**31)  # noqa: S311 - an order of rows, no secret
    stem = KEPT / f"{sound.name}-{number}"
    junit = stem.with_suffix(".xml")
    junit.unlink(missing_ok=True)
    options = [word.replace(PYTHON, shlex.quote(sys.executable)) for word in sound.options()]
    command = [sys.executable, "-m", "pytest", "features", "-q", "--world", "http", *options]
    command += ["-n", str(workers), "--dist", "worksteal", "-p", "no:cacheprovider"]
    command += ["--randomly-seed", str(seed), "--junit-xml", str(junit)]
    begun = time.monotonic()
    with stem.with_suffix(".log").open("w") as log:
        code = _ended(command, log.fileno())
    outcome = read(junit) if junit.exists() else Outcome()
    outcome.seconds = time.monotonic() - begun
    if code not in {0, 1}:
        outcome.remark = f"pytest ended with {code}" if code is not None else f"did not end in {LONGEST} s"
    elif outcome.failed:
        outcome.remark = f"order {seed}"
    return outcome


def _ended(command: Sequence[str], output: int) -> int | None:
    """Run a command to its end and return its exit code; None when it has to be stopped."""
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def ready(sound: Sound) -> str:
    """Build what has to be built; return why it cannot be run, an empty text when it can."""
    if missing := sound.missing():
        return f"not run: no {' and no '.join(missing)} on this machine"
    log = KEPT / f"{sound.name}-build.log"
    with log.open("w") as output:
        if sound.build and _ended(shlex.split(sound.build), output.fileno()) != 0:
            return f"not run: `{sound.build}` failed, see {os.path.relpath(log, ROOT)}"
    return ""


def _say(text: str = "") -> None:
    print(text, flush=True)  # noqa: T201 - the command's output


def _tell(sound: Sound, number: int, outcome: Outcome) -> None:
    counts = (outcome.passed, outcome.skipped, len(outcome.failed), f"{outcome.seconds:.0f}")
    _say(ROW.format(sound.name, number, *counts, outcome.remark).rstrip())


def _failures(sound: Sound, outcomes: Sequence[Outcome]) -> None:
    """Say which rows failed, and which of them not always."""
    shaky = unsteady([outcome.failed for outcome in outcomes])
    for name in sorted({name for outcome in outcomes for name in outcome.failed}):
        often = f"unsteady, {shaky[name]} of {len(outcomes)} runs" if name in shaky else "each time"
        _say(f"{sound.name}: {name} failed ({often})")


def _chosen(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.sound", description=__doc__.partition("\n")[0])
    names = [sound.name for sound in ALL]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones; default: {' '.join(names)}")
    parser.add_argument("--runs", type=int, default=1, help="how often each is run; default: 1")
    parser.add_argument("--workers", type=int, default=2, help="how many rows at a time; default: 2")
    chosen = parser.parse_args(words)
    if unknown := sorted(set(chosen.names) - set(names)):
        parser.error(f"there is no {', no '.join(unknown)}; there are {', '.join(names)}")
    return chosen


def main(words: Sequence[str]) -> int:
    """Run them, print the table, return the exit code."""
    chosen = _chosen(words)
    KEPT.mkdir(parents=True, exist_ok=True)
    _say(ROW.format(*HEAD).rstrip())
    all_is_well = True
    came: list[tuple[Sound, list[Outcome]]] = []
    for sound in ALL:
        if chosen.names and sound.name not in chosen.names:
            continue
        if why := ready(sound):
            _say(f"{sound.name:<12}  {why}")
            all_is_well = all_is_well and not os.environ.get("CI") and bool(sound.missing())
            continue
        outcomes = []
        for number in range(1, chosen.runs + 1):
            outcomes.append(run(sound, number, chosen.workers))
            _tell(sound, number, outcomes[-1])
        came.append((sound, outcomes))
    for sound, outcomes in came:
        _failures(sound, outcomes)
        all_is_well = all_is_well and all(outcome.is_sound for outcome in outcomes)
    return 0 if all_is_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
