"""The record of one scenario in one world: made before it runs, filled in as it runs, never from a reporter.

It travels as JSON in ``report.user_properties``, which survives xdist, skips and failures.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

StepOutcome = Literal["passed", "failed", "not run"]
Outcome = Literal["passed", "failed", "not run"]
PROPERTY = "scenario-record"


@dataclass
class StepRecord:
    """A step and what became of it."""

    keyword: str
    text: str
    outcome: StepOutcome = "not run"


@dataclass
class Times:
    """Seconds: of the whole scenario, of each step that was begun, and from each webhook to the event it led to."""

    seconds: float = 0.0
    steps: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)


NO_RESULTS = frozenset({"account", "times", "agents"})
"""What differs between runs that have the same results."""


@dataclass
class Record:
    """A scenario in a world. ``reason`` says why it failed or was not run, ``evidence`` which files show what was seen.

    ``seen`` is what was seen of the integration: that it gave ``answers`` to its webhook, that it made ``calls``.
    ``account`` tells of a failure at length, with times: it differs from run to run, and is no part of the results.
    """

    feature: str
    rule: str
    name: str
    row: tuple[str, ...]
    world: str
    tags: tuple[str, ...]
    steps: list[StepRecord] = field(default_factory=list)
    outcome: Outcome = "not run"
    reason: str = "it was never started"
    evidence: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    account: list[str] = field(default_factory=list)
    times: Times = field(default_factory=Times)
    """How long it took: no part of the results either."""
    agents: list[str] = field(default_factory=list)
    """What the integration called itself in its calls, as their ``User-Agent``."""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What it is reconciled with the inventory by."""
        return (self.feature, self.name, self.row)

    def step_done(self, outcome: StepOutcome) -> None:
        """Note what became of the first step that has not run yet."""
        for step in self.steps:
            if step.outcome == "not run":
                step.outcome = outcome
                return

    def end(self, outcome: Outcome, reason: str = "") -> None:
        """Note how it ended; once failed it stays failed."""
        if self.outcome != "failed":
            self.outcome, self.reason = outcome, reason

    def as_result(self) -> dict[str, Any]:
        """Return what is the same in equal runs."""
        return {name: value for name, value in asdict(self).items() if name not in NO_RESULTS}

    def to_json(self) -> str:
        """Return the record as JSON text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Record":
        """Return the record that ``to_json`` wrote."""
        data = json.loads(text)
        data["steps"] = [StepRecord(**step) for step in data["steps"]]
        data["times"] = Times(**data["times"])
        return cls(**{**data, "row": tuple(data["row"]), "tags": tuple(data["tags"])})
