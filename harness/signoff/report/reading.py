"""A pack as it reads on a day: which verdicts still count, and what each one is called."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from harness.signoff.pack.aging import DAYS, stale_worlds
from harness.signoff.pack.pack import Pack
from harness.signoff.pack.systems import FAKES, REAL, worlds_with
from harness.worlds.registry import WORLDS

Json = dict[str, Any]
Key = tuple[str, str, tuple[str, ...]]

WORDS = {"passed": "yes", "failed": "no", "passed in part": "in part", "not tested": "not tested"}
"""How a clause's verdict in a world reads."""
MARKS = {
    "yes": "yes",
    "no": "no",
    "in part": "part",
    "unverified": "open",
    "not tested": "open",
    "stale": "stale",
    "passed": "yes",
    "failed": "no",
    "not run": "open",
}
"""The sign that stands before each word, never without it."""


@dataclass(frozen=True)
class Word:
    """A verdict as it is shown: the word, and the name of its sign."""

    text: str

    @property
    def mark(self) -> str:
        """The name of the sign."""
        return MARKS[self.text]


@dataclass(frozen=True)
class Reading:
    """A pack on a day. ``content`` is the digest that approvals are bound to, ``days`` how long live evidence counts."""

    pack: Pack
    today: date
    content: str
    days: int = DAYS

    @cached_property
    def stale(self) -> dict[str, str]:
        """World → why its evidence no longer counts."""
        return stale_worlds(self.pack, self.today, self.days)

    @cached_property
    def clauses(self) -> list[Json]:
        """All clauses of all documents, in their order."""
        return [clause for one in self.results["documents"] for clause in one["clauses"]]

    @cached_property
    def real(self) -> list[str]:
        """The worlds that were run at real systems."""
        return worlds_with(self.results, REAL)

    @cached_property
    def fakes(self) -> list[str]:
        """The worlds that were run against fakes, a rehearsal's among them."""
        return [one for one in worlds_with(self.results, FAKES) if one in self.ran]

    @cached_property
    def ran(self) -> list[str]:
        """The worlds in which something was run."""
        busy = {one["world"] for one in self.records if one["outcome"] != "not run"}
        return [world for world in self.results["worlds"] if world in busy]

    @cached_property
    def idle(self) -> list[str]:
        """Every world that there is in which nothing was run."""
        return [world for world in WORLDS if world not in self.ran]

    @property
    def results(self) -> Json:
        """What stands in ``results.json``."""
        return self.pack.results

    @property
    def records(self) -> list[Json]:
        """The scenarios."""
        found: list[Json] = self.results["scenarios"]
        return found

    @cached_property
    def shown_by(self) -> dict[str, dict[Key, list[Json]]]:
        """Id of a clause → its scenarios → their records in the worlds."""
        found: dict[str, dict[Key, list[Json]]] = {clause["id"]: {} for clause in self.clauses}
        for key, records in self.scenarios.items():
            for tag in records[0]["tags"]:
                if tag in found:
                    found[tag][key] = records
        return found

    @cached_property
    def scenarios(self) -> dict[Key, list[Json]]:
        """Each scenario with its records, in the order of the worlds."""
        worlds: list[str] = self.results["worlds"]
        found: dict[Key, list[Json]] = {}
        for record in sorted(self.records, key=lambda one: worlds.index(one["world"])):
            found.setdefault(key_of(record), []).append(record)
        return dict(sorted(found.items()))

    @cached_property
    def times(self) -> dict[tuple[Key, str], Json]:
        """How long each scenario took in each world."""
        return {(key_of(one), one["world"]): one for one in self.pack.times.get("scenarios", [])}

    def answer(self, clause: Json) -> Word:
        """Return what to read for a clause: yes, no, unverified, or stale, which is unverified too."""
        if clause["answer"] == "no":
            return Word("no")
        if clause["id"] in self.results["stale_clauses"]:
            return Word("stale")
        if clause["answer"] == "yes":
            proven = [world for world, one in clause["worlds"].items() if one["verdict"] == "passed"]
            return Word("stale" if proven and set(proven) <= self.stale.keys() else "yes")
        return Word("unverified")

    def answer_in(self, clause: Json, world: str) -> Word:
        """Return what to read for a clause in a world."""
        verdict = clause["worlds"].get(world, {"verdict": "not tested"})["verdict"]
        is_old = world in self.stale or clause["id"] in self.results["stale_clauses"]
        return Word("stale" if is_old and verdict in {"passed", "passed in part"} else WORDS[verdict])

    @property
    def contradictions(self) -> list[str]:
        """What merged packs say differently."""
        found: list[str] = self.results.get("discrepancies", [])
        return found

    @property
    def findings(self) -> list[str]:
        """What speaks against the run itself; what was lost and contradictions are told apart from it."""
        apart = {*self.contradictions, *self.results["lost"]}
        return [one for one in self.results["findings"] if one not in apart]

    @property
    def was_seen(self) -> bool:
        """Whether the integration was seen to call anybody in any scenario."""
        return any("calls" in one["seen"] for one in self.records)


def key_of(record: Json) -> Key:
    """Return what tells a scenario from all others."""
    return (record["feature"], record["name"], tuple(map(str, record["row"])))
