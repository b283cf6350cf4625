"""Approvals: who stands for a pack, as what, and in which state of it; each holds the one before by its digest."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

from harness.errors import BadApproval
from harness.signoff.pack.aging import stale_worlds
from harness.signoff.pack.documents import examine
from harness.signoff.pack.layout import APPROVALS, ATTESTATION
from harness.signoff.pack.manifest import digest_of, digests
from harness.signoff.pack.pack import Pack
from harness.signoff.pack.parts import APPROVAL
from harness.signoff.pack.shapes import Approval, Meaning
from harness.signoff.pack.signatures import SUFFIX
from harness.signoff.pack.tree import listing

FORMAT = 1
GROUPS = ("results", "evidence", "features", "clauses")
LONGEST_NAME, LONGEST_CONDITION = 200, 2_000
MOST_NAMED = 3
_TURNS_TEXT = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make a text read otherwise than it is written."""


@dataclass(frozen=True)
class Asked:
    """The approval that somebody wants to give."""

    name: str
    role: str
    meaning: str
    condition: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody could rely on later: ``BadApproval`` says what."""
        for option, text, longest in (
            ("--name", self.name, LONGEST_NAME),
            ("--role", self.role, LONGEST_NAME),
            ("--condition", self.condition, LONGEST_CONDITION),
        ):
            if any(
                unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} or one in _TURNS_TEXT for one in text
            ):
                raise BadApproval(
                    f"{option} holds characters that cannot be seen; write plain text in one line"
                )
            if len(text) > longest:
                raise BadApproval(f"{option} is {len(text)} characters long; write at most {longest}")
        for option, text in (("--name", self.name), ("--role", self.role)):
            if not any(one.isalnum() for one in text):
                raise BadApproval(f"{option} is empty; an approval says who stands for it, and as what")
        if self.meaning not in get_args(Meaning):
            raise BadApproval(f"--meaning {self.meaning}: one of {', '.join(get_args(Meaning))}")
        if self.meaning == "conditional" and not self.condition.strip():
            raise BadApproval("--meaning conditional: say by --condition what has to be done")
        if self.meaning != "conditional" and self.condition:
            raise BadApproval(f"--condition goes with --meaning conditional, not with {self.meaning}")

    def is_the_same_as(self, approval: Mapping[str, Any]) -> bool:
        """Say whether ``approval`` says the same, but for its time."""
        mine = (self.name, self.role, self.meaning, self.condition)
        return mine == tuple(approval[one] for one in ("name", "role", "meaning", "condition"))


def digests_now(pack: Pack) -> dict[str, str]:
    """Return the digest of each part that an approval is about, as the pack's files are now."""
    files = listing(pack.folder).files
    groups = digests(files, pack.manifest.get("features", {}), pack.manifest.get("clauses", {}))
    if not pack.manifest:  # it is being written, and the attestation knows already
        stated = pack.attestation["predicate"]["configuration"]
        groups |= {
            one["name"]: one["digest"]["sha256"] for one in stated if one["name"] in {"features", "clauses"}
        }
    parts = {name: groups[name] for name in GROUPS}
    return {**parts, "content": digest_of(parts), "attestation": files.get(ATTESTATION, "")}


def approval_of(pack: Pack, asked: Asked, at: datetime) -> dict[str, Any]:
    """Return the next approval of ``pack``, bound to what it is now and to the approval before it."""
    if asked.meaning == "approve" and (why := _why_not_enough(pack, at.astimezone(UTC).date())):
        raise BadApproval(
            f"{pack.folder}: {why}, and that cannot be approved; "
            "--meaning reject says no, --meaning conditional says on which condition it will do"
        )
    number = len(pack.approvals) + 1
    return {
        "format": FORMAT,
        "number": number,
        "name": asked.name,
        "role": asked.role,
        "meaning": asked.meaning,
        "condition": asked.condition,
        "at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "of": digests_now(pack),
        "previous": listing(pack.folder).files[path_of(number - 1)] if number > 1 else "",
    }


def _why_not_enough(pack: Pack, today: date) -> str:
    """Return why nobody can stand for the pack being enough as it is on that day; ``""`` if somebody can."""
    results = pack.results
    if results["verdict"] != "passed":
        return f"the verdict is {results['verdict']}"
    if not results["complete"]:
        clauses = (one for document in results["documents"] for one in document["clauses"])
        left = [one["id"] for one in clauses if one["verdict"] not in {"passed", "failed"}]
        more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
        return f"not everything was tested ({', '.join(left[:MOST_NAMED])}{more})"
    stale = [f"the {world} world is stale, {why}" for world, why in stale_worlds(pack, today).items()]
    return "; ".join(stale)


def path_of(number: int) -> str:
    """Return where an approval stands in a pack."""
    return f"{APPROVALS}/{number}.json"


def void_approvals(pack: Pack) -> list[tuple[dict[str, Any], str]]:
    """Return the approvals that do not stand any more, each with what has changed since it was given."""
    now = digests_now(pack)
    found = []
    for approval in pack.approvals:
        of = approval["of"]
        if of.get("content") == now["content"] and of.get("attestation") == now["attestation"]:
            continue
        changed = [name for name in (*GROUPS, "attestation") if of.get(name, now[name]) != now[name]]
        found.append((approval, f"changed since: {', '.join(changed or ['content'])}"))
    return found


def chain_faults(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the approvals among a pack's ``files`` (path → SHA-256): numbers, order, other files."""
    numbers = sorted(int(match[1]) for name in files if (match := APPROVAL.fullmatch(name)))
    expected = {path_of(number) for number in numbers}
    expected |= {name + SUFFIX for name in expected}
    lines = [
        f"{name}: no approval"
        for name in sorted(files)
        if name.startswith(f"{APPROVALS}/") and name not in expected
    ]
    gaps = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    lines += [f"{path_of(number)}: missing, there are later approvals" for number in gaps]
    for number in numbers:
        approval, faults = examine(folder, path_of(number), Approval)
        lines += faults
        if approval is None:
            continue
        if approval.number != number:
            lines.append(f"{path_of(number)}: it is approval {approval.number}")
        if approval.previous != files.get(path_of(number - 1), ""):
            lines.append(f"{path_of(number)}: the approval before it is not the one that it was given after")
    return lines
