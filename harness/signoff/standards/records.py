"""What all these forms take from a pack: scenarios with their titles and times."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from harness.signoff.inventory import CLAUSE_TAG
from harness.signoff.pack import names
from harness.signoff.pack.pack import Pack
from harness.signoff.pack.systems import FAKES, NOTHING, REAL, worlds_with

KINDS = {"": "not run", **names.KINDS}
"""What a record's kind means to people, and what stands for none."""


@dataclass(frozen=True)
class Timed:
    """A scenario's record in a world, as it stands in ``results.json``, with its times in seconds."""

    record: dict[str, Any]
    seconds: float
    steps: tuple[float, ...]

    @property
    def title(self) -> str:
        """Its name, with the row of an outline."""
        return names.title_of(self.record)

    @property
    def clauses(self) -> list[str]:
        """The ids of the clauses it shows."""
        return [tag for tag in self.record["tags"] if CLAUSE_TAG.fullmatch(tag)]

    @property
    def first_line(self) -> str:
        """The first line of why it failed or was not run."""
        lines: list[str] = self.record["reason"].strip().splitlines()
        return lines[0] if lines else KINDS[self.record["kind"]]


def timed(pack: Pack) -> list[Timed]:
    """Return every record in the order of the results; one of which no time is known took none."""
    known: dict[Any, list[Any]] = defaultdict(list)
    for one in pack.times.get("scenarios", ()):
        known[_key(one)].append(one)
    found = []
    for record in pack.results["scenarios"]:
        times = known[_key(record)].pop(0) if known[_key(record)] else {}
        found.append(Timed(record, times.get("seconds", 0.0), tuple(times.get("steps", ()))))
    return found


def by_suite(pack: Pack) -> Iterator[tuple[str, str, list[Timed]]]:
    """Yield each world and feature with its records, in the order of the worlds and of the features' names."""
    everything = timed(pack)
    features = sorted({one.record["feature"] for one in everything})
    for world in pack.results["worlds"]:
        for feature in features:
            found = [
                one for one in everything if (one.record["world"], one.record["feature"]) == (world, feature)
            ]
            if found:
                yield world, feature, found


def began(pack: Pack) -> datetime:
    """Return when the run began; a pack that does not say began with the epoch."""
    run = pack.attestation.get("predicate", {}).get("run", {})
    if not (text := run.get("began")):
        return datetime.fromtimestamp(0, UTC)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def against(pack: Pack) -> str:
    """Return in words which systems were tested against, with the worlds."""
    systems = {one: worlds for one in (FAKES, REAL) if (worlds := worlds_with(pack.results, one))}
    said = " and ".join(f"{system} ({', '.join(worlds)})" for system, worlds in systems.items())
    return f"{said} only" if list(systems) == [FAKES] else said or NOTHING


def speaks_against_it(pack: Pack) -> list[str]:
    """Return what speaks against the run besides failed scenarios: a verdict is never failed without a reason."""
    found = [*pack.results["findings"], *pack.results.get("discrepancies", ())]
    if not found and pack.results["verdict"] == "failed" and not pack.results["counts"]["failed"]:
        return ["no scenario passed"]
    return found


def _key(one: dict[str, Any]) -> tuple[str, str, tuple[str, ...], str, int]:
    return (one["feature"], one["name"], tuple(one["row"]), one["world"], one.get("origin", 0))


def media_type(file: str) -> str:
    """Return the media type of a picture, by its name."""
    return f"image/{file.rpartition('.')[2]}"
