"""A scenario as the report tells it: its steps in all worlds side by side, and what happened in one of them."""

from dataclasses import dataclass, field

from harness.errors import NoPack
from harness.signoff.pack.names import KINDS, title_of
from harness.signoff.report.phrases import SHORT_DIGEST, cut, duration, link_to
from harness.signoff.report.reading import Json, Key, Reading, Word, key_of

BODY, WHAT, ABOUT, SAID = 160, 300, 60, 4_000
LONGEST_TIMELINE = 16
REFUSED = 400


@dataclass(frozen=True)
class StepInWorld:
    """What became of a step in a world."""

    world: str
    word: Word
    took: str


@dataclass(frozen=True)
class Step:
    """A step, side by side in the worlds."""

    keyword: str
    text: str
    worlds: list[StepInWorld]

    @property
    def word(self) -> Word:
        """What became of it over all worlds, the worst first."""
        words = {one.word.text for one in self.worlds}
        return Word(next((one for one in ("failed", "not run", "passed") if one in words), "not run"))

    @property
    def is_alike(self) -> bool:
        """Whether the same became of it in all worlds."""
        return len({one.word.text for one in self.worlds}) <= 1


@dataclass(frozen=True)
class Picture:
    """A picture: the address of its file, and what is on it."""

    file: str
    alt: str


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    kind: str
    what: str
    times: int
    call: str
    fault: str
    request: str
    answer: str
    besides: list[str]
    """The system, who acted or called, what it is about, and how long after the first entry by the systems' clock."""


@dataclass(frozen=True)
class Moment:
    """What happened at a step, and what the screens showed then."""

    step: str
    entries: list[Entry]
    pictures: list[Picture]


@dataclass(frozen=True)
class Outcome:
    """How a scenario ended in a world."""

    world: str
    word: Word
    took: str
    kind: str
    reason: str
    said: list[str]
    files: list[tuple[str, str]]
    """Name and address of each file that shows it."""
    origin: str


@dataclass(frozen=True)
class Telling:
    """A scenario with everything that is told of it."""

    title: str
    feature: str
    rule: str
    outcomes: list[Outcome]
    steps: list[Step]
    world: str = ""
    """The world whose timeline is told: one in which it failed, else the one nearest to real people and systems."""
    moments: list[Moment] = field(default_factory=list)
    left_out: int = 0
    missing: str = ""

    @property
    def word(self) -> Word:
        """How it ended over all worlds."""
        words = [one.word.text for one in self.outcomes]
        return Word(next((one for one in ("failed", "passed") if one in words), "not run"))


class Teller:
    """Tells the scenarios of a pack, each once however often it is asked for."""

    def __init__(self, reading: Reading) -> None:
        """Tell those of the pack that is read."""
        self._reading = reading
        self._told: dict[Key, Telling] = {}
        self._origins = _labels(reading.results.get("origins", []))

    def tell(self, records: list[Json]) -> Telling:
        """Return the telling of one scenario, of which ``records`` are those in all the worlds."""
        key = key_of(records[0])
        if key not in self._told:
            self._told[key] = self._tell(records)
        return self._told[key]

    def _tell(self, records: list[Json]) -> Telling:
        first, ran = records[0], [one for one in records if one["outcome"] != "not run"]
        failed = [one for one in ran if one["outcome"] == "failed"]
        chosen = (failed or ran)[-1] if ran else None
        evidence = {id(one): self._evidence(one) for one in ran}
        happened = evidence[id(chosen)] if chosen else {}
        moments, left_out = _moments(happened, list(evidence.values()))
        return Telling(
            title=title_of(first),
            feature=first["feature"],
            rule=first["rule"],
            outcomes=[self._outcome(one, evidence.get(id(one), {})) for one in records],
            steps=self._steps(records),
            world=chosen["world"] if chosen else "",
            moments=moments,
            left_out=left_out,
            missing=happened.get("missing", ""),
        )

    def _evidence(self, record: Json) -> Json:
        """Return the evidence of a record; what cannot be read says so under ``missing``."""
        if not record["evidence"]:
            return {"missing": "no evidence was kept"}
        try:
            return self._reading.pack.evidence(record["evidence"][0])
        except NoPack:
            return {"missing": f"the evidence cannot be read: {record['evidence'][0]}"}

    def _outcome(self, record: Json, evidence: Json) -> Outcome:
        time = self._reading.times.get((key_of(record), record["world"]))
        failure = evidence.get("failure") or {}
        said = failure.get("said", []) if record["outcome"] == "failed" else []
        paths = [*record["evidence"], *evidence.get("traces", [])]
        return Outcome(
            world=record["world"],
            word=Word(record["outcome"]),
            took=duration(time["seconds"]) if time else "",
            kind=KINDS.get(str(record.get("kind", "")), str(record.get("kind", ""))),
            reason=record["reason"],
            said=[cut("\n".join(said) or record["reason"], SAID)] if record["outcome"] == "failed" else [],
            files=[(_called(path), link_to(path)) for path in paths],
            origin=self._origin(record),
        )

    def _origin(self, record: Json) -> str:
        """Return which pack said it, and what others said where they said something else; ``""`` in a pack of one run."""
        told = {one["origin"]: one["outcome"] for one in record.get("origins", [])}
        apart = len(set(told.values())) > 1
        told = told or ({record["origin"]: record["outcome"]} if self._origins else {})
        return ", ".join(
            f"{self._origins[origin]}: {outcome}" if apart else self._origins[origin]
            for origin, outcome in told.items()
        )

    def _steps(self, records: list[Json]) -> list[Step]:
        longest = max(records, key=lambda one: len(one["steps"]))
        ran = [one for one in records if one["outcome"] != "not run"]
        return [
            Step(
                step["keyword"],
                step["text"],
                [self._step_in(one, index) for one in ran if index < len(one["steps"])],
            )
            for index, step in enumerate(longest["steps"])
        ]

    def _step_in(self, record: Json, index: int) -> StepInWorld:
        time = self._reading.times.get((key_of(record), record["world"]), {"steps": []})
        outcome = record["steps"][index]["outcome"]
        known = index < len(time["steps"]) and outcome != "not run"
        return StepInWorld(record["world"], Word(outcome), duration(time["steps"][index]) if known else "")


def _labels(origins: list[Json]) -> list[str]:
    """Return what each origin is called: its name, with the beginning of its digest where others have the same one."""
    names = [str(one["name"]) for one in origins]
    return [
        name if names.count(name) == 1 else f"{name} {one['content'][:SHORT_DIGEST]}"
        for name, one in zip(names, origins, strict=True)
    ]


def _called(path: str) -> str:
    name = path.rpartition("/")[2]
    return "evidence (JSON)" if name.endswith(".json") else name


def _moments(happened: Json, every: list[Json]) -> tuple[list[Moment], int]:
    """Return what happened step by step, and how many entries are left out of it; equal pictures stand once."""
    shown: set[str] = set()
    moments, told, whole = [], 0, 0
    for index, step in enumerate([*happened.get("steps", []), {"entries": happened.get("after", [])}]):
        entries = step.get("entries", [])
        kept = [
            _entry(one, in_full=bool(happened.get("failure"))) for one in entries[: LONGEST_TIMELINE - told]
        ]
        sentence = f"{step['keyword']} {step['text']}" if "text" in step else "After the last step"
        pictures = _pictures(index, step.get("text", ""), every, shown)
        if kept or pictures:
            moments.append(Moment(sentence, kept, pictures))
        told, whole = told + len(kept), whole + len(entries)
    return moments, whole - told


def _pictures(index: int, step: str, every: list[Json], shown: set[str]) -> list[Picture]:
    """Return the pictures of a step in all worlds that were not shown before."""
    found = []
    for evidence in every:
        steps = evidence.get("steps", [])
        for one in steps[index].get("pictures", []) if index < len(steps) else []:
            if one["file"] not in shown and (file := link_to(one["file"])):
                shown.add(one["file"])
                found.append(Picture(file, f"{cut(one['page'], WHAT)}, after “{cut(step, WHAT)}”"))
    return found


def _entry(entry: Json, *, in_full: bool) -> Entry:
    """Return a line of the timeline; what was answered is of interest where something went wrong."""
    status, what = entry.get("status") or 0, entry["what"]
    answer = (entry.get("answer") or "") if in_full or status >= REFUSED else ""
    path = entry.get("path", "")
    call = f"{entry.get('method', '')} {path}".strip() if path and path not in what else ""
    ended = f"→ {status}" if status and str(status) not in what else ""
    at, who = entry.get("at", 0), entry.get("who", "")
    return Entry(
        kind=entry["kind"],
        what=cut(what, WHAT),
        times=entry.get("times", 1),
        call=f"{cut(call, WHAT)} {ended}".strip(),
        fault=cut(entry.get("fault") or "", WHAT),
        request=cut(entry.get("request") or "", BODY),
        answer=cut(answer, BODY),
        besides=[
            *dict.fromkeys((entry["system"], cut(who, WHAT) or entry["system"])),
            *(
                [f"about {', '.join(cut(one, ABOUT) for one in entry['about'])}"]
                if entry.get("about")
                else []
            ),
            *([f"+{duration(at)}"] if at else []),
        ],
    )
