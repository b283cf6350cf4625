"""What the files of a pack have to say at the least for anything to rest on them. What else stands in them is let be."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Outcome = Literal["passed", "failed", "not run"]
Verdict = Literal["passed", "failed", "passed in part", "not tested"]
Meaning = Literal["approve", "conditional", "reject"]


def _moment(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a moment without a time zone")
    return text


Moment = Annotated[str, AfterValidator(_moment)]
"""A moment in ISO 8601, with its zone."""


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("no date such as 2026-03-02")
    return text


Day = Annotated[str, AfterValidator(_day)]
"""A day, as in 2026-03-02."""
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Shape(BaseModel):
    """A JSON object; its values are taken as they are, a number never for a text."""

    model_config = ConfigDict(strict=True, frozen=True)


class Step(Shape):
    """A step and what became of it."""

    keyword: str
    text: str
    outcome: Outcome


class Told(Shape):
    """What became of a scenario in one of the packs that were merged."""

    origin: int
    outcome: Outcome


class ScenarioResult(Shape):
    """A scenario in a world, as ``results.json`` has it. ``origins`` stand in a merged pack only."""

    feature: str
    name: str
    row: list[str]
    world: str
    tags: list[str]
    steps: list[Step]
    outcome: Outcome
    reason: str
    evidence: list[str]
    seen: list[str]
    kind: str = ""
    origin: int | None = None
    origins: list[Told] = []

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        """What tells it from all others."""
        return (self.feature, self.name, tuple(self.row), self.world)


class InWorld(Shape):
    """A clause's verdict in one world, and what it rests on."""

    verdict: Verdict
    scenarios: int
    not_run: int


class ClauseVerdict(Shape):
    """A clause with its verdicts."""

    id: str
    says: str
    subject: Literal["integration", "systems"]
    proof: Literal["calls", "answers"] = "calls"
    verdict: Verdict
    answer: Literal["yes", "no", "unverified"]
    worlds: dict[str, InWorld]
    scenarios: list[str]


class DocumentVerdicts(Shape):
    """A document's clauses."""

    title: str
    clauses: list[ClauseVerdict]


class Origin(Shape):
    """A pack that was merged."""

    name: str
    content: Digest


class Results(Shape):
    """``results.json``."""

    format: Literal[2]
    verdict: Literal["passed", "failed"]
    complete: bool
    integration: str
    worlds: list[str]
    systems: dict[str, str]
    counts: dict[Outcome, int]
    documents: list[DocumentVerdicts]
    scenarios: list[ScenarioResult]
    findings: list[str]
    lost: list[str] = []
    stale_clauses: dict[str, str] = {}
    origins: list[Origin] = []
    discrepancies: list[str] = []


class Picture(Shape):
    """A picture of a page."""

    file: str


class StepEvidence(Step):
    """A step with what it caused."""

    entries: list[dict[str, Any]]
    pictures: list[Picture] = []


class Evidence(Shape):
    """What was seen while a scenario ran."""

    format: Literal[1]
    feature: str
    name: str
    row: list[str]
    world: str
    outcome: Outcome
    steps: list[StepEvidence]
    after: list[dict[str, Any]] = []
    traces: list[str] = []

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        """Whose it is."""
        return (self.feature, self.name, tuple(self.row), self.world)

    @property
    def files(self) -> set[str]:
        """The pictures and traces that it names."""
        return {one.file for step in self.steps for one in step.pictures} | set(self.traces)


class ScenarioTimes(Shape):
    """How long a scenario took."""

    feature: str
    name: str
    row: list[str]
    world: str
    seconds: float


class Times(Shape):
    """``times.json``; all in seconds."""

    format: Literal[1]
    seconds: float
    worlds: dict[str, float]
    scenarios: list[ScenarioTimes]


class Sha256(Shape):
    """An in-toto digest set."""

    sha256: Digest


class Named(Shape):
    """An in-toto resource: a name and a digest."""

    name: str
    digest: Sha256


class Run(Shape):
    """When and by whom it was made, and with what."""

    began: Moment
    ended: Moment
    by: str
    environment: dict[str, Any] = {}
    seconds: float = 0.0
    systems: dict[str, str] = {}
    integration: dict[str, Any] = {}
    live: dict[str, Any] | None = None


class OriginRun(Run):
    """The run of a pack that was merged, with the pack's name."""

    name: str


class TestResult(Shape):
    """The predicate of an in-toto test result."""

    __test__ = False  # pytest takes it for one of its own

    result: Literal["PASSED", "FAILED", "WARNED"]
    configuration: list[Named]
    passedTests: list[str]  # noqa: N815 - in-toto's own name
    warnedTests: list[str]  # noqa: N815
    failedTests: list[str]  # noqa: N815
    run: Run
    origins: list[OriginRun] = []


class Attestation(Shape):
    """``attestation.json``."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type")
    subject: list[Named]
    predicateType: Literal["https://in-toto.io/attestation/test-result/v0.1"]  # noqa: N815
    predicate: TestResult


class Rendered(Shape):
    """For which day the views were rendered, and by which harness: ``""`` for one that cannot say which it is."""

    on: Day
    by: str


class Manifest(Shape):
    """``manifest.json``."""

    format: Literal[2]
    files: dict[str, Digest]
    features: dict[str, Digest]
    clauses: dict[str, Digest]
    digests: dict[str, Digest]
    rendered: Rendered


class Approval(Shape):
    """``approvals/N.json``."""

    format: Literal[1]
    number: int
    name: str
    role: str
    meaning: Meaning
    condition: str
    at: Moment
    of: dict[str, Digest]
    previous: str
