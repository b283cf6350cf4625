"""When and where each fact was last seen true: ``docs/facts.toml``, and a section of ``docs/differences.md`` made of it."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from harness.errors import BadEvidence
from harness.live.facts.fact import Fact

DOCS: Final = Path(__file__).parents[3] / "docs"
FACTS, LEDGER = DOCS / "facts.toml", DOCS / "differences.md"
FAKES, NOT = "fakes", "not at "
STALE_AFTER = timedelta(days=90)
State = Literal["unverified", "stale", "seen", "denied"]

HEAD = """\
# When and where each fact about a vendor was last seen true. `python -m harness drift --list` shows them;
# `python -m harness drift --keep FILE` writes here what a run against real systems has shown.
# at = "fakes": the fakes do so, and no real system has been asked; read it as unverified. "not at …": it was not so there.
"""
TITLE = "## Seen at the real systems"
INTRODUCTION = """\
Which rows have been looked at, kept by `python -m harness drift --keep FILE` from a run against real systems and held by a
test. *Unverified*: the fakes do so, and nobody has asked a real system. After 90 days a date is stale: `python -m harness
drift --list` says which are, and names what has no row.
"""


@dataclass(frozen=True)
class Seen:
    """The day a fact was last asked and where: ``fakes``, or a host and the digest of an account, after ``not at`` if untrue."""

    on: date
    at: str

    def state(self, today: date) -> State:
        """Return how far it may be relied on."""
        if self.at == FAKES:
            return "unverified"
        if self.at.startswith(NOT):
            return "denied"
        return "stale" if today - self.on > STALE_AFTER else "seen"


def known(path: Path = FACTS) -> dict[str, Seen]:
    """Return the id of a fact → when and where it was seen; nothing without a file."""
    if not path.is_file():
        return {}
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Seen(one["on"], one["at"]) for name, one in found.items()}


def text_of(seen: Mapping[str, Seen]) -> str:
    """Return the file that holds ``seen``."""
    entries = [
        f'\n[{name}]\non = {one.on.isoformat()}\nat = "{one.at}"\n' for name, one in sorted(seen.items())
    ]
    return HEAD + "".join(entries)


def write(seen: Mapping[str, Seen], facts: Iterable[Fact], today: date) -> None:
    """Write what was seen of ``facts``, new ones as seen at the fakes only, and the section of the ledger."""
    facts = tuple(facts)
    kept = {one.id: seen.get(one.id, Seen(today, FAKES)) for one in facts}
    FACTS.write_text(text_of(kept), encoding="utf-8")
    LEDGER.write_text(with_section(LEDGER.read_text(encoding="utf-8"), facts, kept), encoding="utf-8")


def with_section(ledger: str, facts: Iterable[Fact], seen: Mapping[str, Seen]) -> str:
    """Return the ledger with the section about what was seen as its last one."""
    before = ledger.partition(f"\n{TITLE}\n")[0].rstrip("\n")
    return f"{before}\n\n{TITLE}\n\n{INTRODUCTION}\n{section(facts, seen)}\n"


def section(facts: Iterable[Fact], seen: Mapping[str, Seen]) -> str:
    """Return a line for each row that a fact belongs to: when and where it was last seen so, by which of them."""
    rows: dict[tuple[str, str], list[Fact]] = {}
    for one in facts:
        if one.row:
            rows.setdefault((one.system, one.row), []).append(one)
    lines = [
        f"- {system}, {_since([seen[one.id] for one in found])}: {row} ({', '.join(f'`{one.id}`' for one in found)})"
        for (system, row), found in sorted(rows.items())
    ]
    return "\n".join(lines)


def _since(seen: Iterable[Seen]) -> str:
    """Return the oldest date, for a row is as true as its oldest evidence; what was denied or is unverified comes first."""
    oldest = min(seen, key=lambda one: (not one.at.startswith(NOT), one.at != FAKES, one.on))
    if oldest.at == FAKES:
        return "unverified"
    how = f"not so at {oldest.at.removeprefix(NOT)}" if oldest.at.startswith(NOT) else f"seen at {oldest.at}"
    return f"{oldest.on.isoformat()} {how}"


def learned(seen: Mapping[str, Seen], path: Path) -> dict[str, Seen]:
    """Return ``seen`` with what the evidence at ``path`` shows. Raises ``BadEvidence``, also for a run at this machine."""
    data = _evidence(path)
    if not data["real"]:
        raise BadEvidence(f"{path} is of systems on this machine: a rehearsal tells nothing of the real ones")
    day = datetime.fromisoformat(data["at"]).date()
    places = {
        "klaviyo": f"{data['klaviyo']['host']}, account {digest(data['klaviyo']['account'])}",
        "gladly": f"{data['gladly']['host']}, organization {digest(data['gladly']['organization'])}",
    }
    found = dict(seen)
    for one in data["facts"]:
        name, verdict = one["id"], one["verdict"]
        place = places[name.partition("-")[0]]
        if verdict != "cannot tell" and (name not in seen or seen[name].at == FAKES or seen[name].on <= day):
            found[name] = Seen(day, place if verdict == "agrees" else NOT + place)
    return found


def _evidence(path: Path) -> Any:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        is_drift = data["kind"] == "drift" and {"at", "real", "klaviyo", "gladly", "facts"} <= data.keys()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadEvidence(f"{path} cannot be read as evidence of `drift`: {error}") from None
    if not is_drift:
        raise BadEvidence(f"{path} is no evidence of `drift`")
    return data


def digest(account: str) -> str:
    """Return what tells accounts apart without naming one."""
    return hashlib.sha256(account.encode()).hexdigest()[:12]


def rows_of(ledger: str) -> set[tuple[str, str]]:
    """Return the section and first cell of each row of the ledger."""
    section_name, found = "", set()
    for line in ledger.splitlines():
        if line.startswith("## "):
            section_name = line.removeprefix("## ")
        elif match := re.match(r"\| (?P<cell>.+?) \| ", line):
            found.add((section_name, match["cell"]))
    return found
