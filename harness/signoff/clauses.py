"""The clauses of the runbook and of the integration contract."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from harness.errors import BadClauses
from harness.signoff.source import read_digests

DOCS = Path(__file__).parents[2] / "docs"
RUNBOOK = DOCS / "runbook.toml"
CONTRACT = DOCS / "contract.toml"


Subject = Literal["integration", "systems"]
Proof = Literal["calls", "answers"]


@dataclass(frozen=True)
class Clause:
    """One thing that a document says: its id, place, actor, system, our wording, and the digests it rests on.

    ``subject`` is whom it is about: the ``integration``, or the ``systems``, whose pages and rules are our model of the
    vendors' in the local worlds. ``proof`` is what has to be seen of the integration when it is about it: its ``calls``, or
    only its ``answers``.
    """

    id: str
    where: str
    actor: str
    system: str
    subject: Subject
    says: str
    rests_on: tuple[str, ...] = ()
    proof: Proof = "calls"

    def is_proven_by(self, seen: Iterable[str]) -> bool:
        """Say whether what was ``seen`` of the integration in a scenario that passed is enough to prove the clause."""
        return is_proven(self.subject, self.proof, seen)


def is_proven(subject: Subject, proof: Proof, seen: Iterable[str]) -> bool:
    """Say whether what was ``seen`` in a scenario that passed is enough: of the vendors nothing of the integration has to be."""
    return subject == "systems" or proof in seen


@dataclass(frozen=True)
class Document:
    """A document's clauses in its own order, and the digests of its headings."""

    title: str
    clauses: tuple[Clause, ...]
    headings: tuple[str, ...] = ()

    @property
    def claimed(self) -> frozenset[str]:
        """The digests of all sentences and headings that it knows."""
        return frozenset(self.headings).union(*(clause.rests_on for clause in self.clauses))

    def gone(self, source: Mapping[str, str]) -> dict[str, list[str]]:
        """Return clause id → those digests that it rests on and the source document (digest → sentence) no longer has.

        Headings that are gone stand under ``""``.
        """
        resting = {"": self.headings, **{clause.id: clause.rests_on for clause in self.clauses}}
        missing = {name: [one for one in digests if one not in source] for name, digests in resting.items()}
        return {name: digests for name, digests in missing.items() if digests}

    def unclaimed(self, source: Mapping[str, str]) -> list[str]:
        """Return the sentences and headings of the source document (digest → sentence) that nothing here speaks of."""
        return [text for digest, text in source.items() if digest not in self.claimed]

    def differences(self, source: Mapping[str, str]) -> list[str]:
        """Return where the source document (digest → sentence) and the clauses no longer agree."""
        gone = [
            f"{name} rests on a sentence that the document no longer has" if name else "a heading is gone"
            for name in self.gone(source)
        ]
        return gone + [f"no clause speaks of: {text}" for text in self.unclaimed(source)]


def load(path: Path) -> Document:
    """Read a clause file, or raise ``BadClauses``."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        clauses = tuple(_clause(entry) for entry in table["clause"])
        document = Document(table["title"], clauses, tuple(table.get("headings", ())))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadClauses(f"{path}: {type(error).__name__}: {error}") from None
    ids = [clause.id for clause in clauses]
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise BadClauses(f"{path}: declared more than once: {', '.join(sorted(twice))}")
    return document


def _clause(entry: dict[str, Any]) -> Clause:
    if entry.get("subject") not in get_args(Subject):
        raise TypeError(f"{entry.get('id')}: subject is to be one of {', '.join(get_args(Subject))}")
    return Clause(**{**entry, "rests_on": tuple(entry.get("rests_on", ()))})


def load_all() -> list[Document]:
    """Return the runbook and the contract."""
    return [load(RUNBOOK), load(CONTRACT)]


def every(documents: Iterable[Document]) -> dict[str, Clause]:
    """Return id → clause over all documents."""
    return {clause.id: clause for document in documents for clause in document.clauses}


def changes_of_the_runbook(source: Path) -> list[str]:
    """Return where the runbook at ``source`` differs from its clauses. Raises ``OSError`` when it cannot be read."""
    runbook = load(RUNBOOK)
    return runbook.differences(read_digests(source, runbook.claimed))
