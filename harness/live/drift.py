"""Drift: what a system answers otherwise than the fakes do, found by a fixed script of harmless calls and by all facts."""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import httpx

from harness.errors import NotSafe, Undecided
from harness.evidence.scan import LOOKS_LIKE_A_KEY
from harness.live.differences import differences, more_headers
from harness.live.facts.asker import Asker
from harness.live.facts.call import System
from harness.live.facts.every import every_call, every_fact
from harness.live.facts.fact import Finding, ask
from harness.live.kinds import plain_path
from harness.live.recording import WHOLE, read
from harness.live.shapes import AnswerShape, answer_from_json, merged_answers, shape_of_answer
from harness.live.words import E_MAIL

BASELINE: Final = Path(__file__).parent / "baseline"
SYSTEMS: Final[tuple[System, ...]] = ("Klaviyo", "Gladly")
KIND, VERSION = "drift", 1
FEW, PRIVATE = 3, 0o600
PHONE: Final = re.compile(r"\+\d[\d ().-]{6,}\d")
CallVerdict = Literal["the same", "differs", "cannot tell"]


@dataclass(frozen=True)
class Compared:
    """What became of one call of the script."""

    system: str
    name: str
    kind: str
    verdict: CallVerdict
    texts: tuple[str, ...] = ()
    """What differs, or why nothing can be said."""


@dataclass(frozen=True)
class Difference:
    """The same difference wherever it was met."""

    system: str
    text: str
    kinds: tuple[str, ...]
    """Method and path of the calls."""

    def __str__(self) -> str:
        """Return it as a sentence."""
        shown = ", ".join(self.kinds[:FEW])
        more = f" and {len(self.kinds) - FEW} more" if len(self.kinds) > FEW else ""
        return f"{self.system} {shown}{more}: {self.text}"


@dataclass(frozen=True)
class Report:
    """What a run found."""

    at: datetime
    compared: tuple[Compared, ...]
    findings: tuple[Finding, ...] = ()
    extra_headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """System → headers that the fakes never send; most are of an edge, and no drift."""

    @property
    def differences(self) -> list[Difference]:
        """What differs, once for all calls in which it does."""
        found: dict[tuple[str, str], list[str]] = {}
        for one in self.compared:
            for text in one.texts if one.verdict == "differs" else ():
                found.setdefault((one.system, text), []).append(one.kind)
        return [
            Difference(system, text, tuple(dict.fromkeys(kinds))) for (system, text), kinds in found.items()
        ]

    @property
    def untrue(self) -> list[Finding]:
        """The facts that are not so."""
        return [one for one in self.findings if one.verdict == "disagrees"]

    @property
    def has_drift(self) -> bool:
        """Whether anything is otherwise."""
        return bool(self.differences or self.untrue)


@cache
def baseline() -> dict[str, dict[str, AnswerShape]]:
    """Return system → name of a call → the shape of the fakes' answer, as committed."""
    found: dict[str, dict[str, AnswerShape]] = {}
    for system in SYSTEMS:
        data = json.loads((BASELINE / f"{system.lower()}.json").read_text(encoding="utf-8"))
        found[system] = {name: answer_from_json(one) for name, one in data.items()}
    return found


def look(asker: Asker) -> Report:
    """Ask the calls of the script and all facts. Raises ``Unreachable`` when the systems stay silent."""
    compared: list[Compared] = []
    extra: dict[str, set[str]] = {system: set() for system in SYSTEMS}
    for call in every_call():
        fake = baseline()[call.system].get(call.name)
        try:
            seen = shape_of_answer(asker.answer(call).response, call.orders)
        except Undecided as reason:
            compared.append(Compared(call.system, call.name, call.kind, "cannot tell", (str(reason),)))
            continue
        if fake is None:
            compared.append(Compared(call.system, call.name, call.kind, "cannot tell", ("no baseline",)))
            continue
        texts = tuple(differences(call.system, fake, seen))
        compared.append(
            Compared(call.system, call.name, call.kind, "differs" if texts else "the same", texts)
        )
        extra[call.system] |= more_headers(fake, seen)
    findings = tuple(ask(one, asker.answer) for one in every_fact())
    shown = {system: tuple(sorted(names)) for system, names in extra.items()}
    return Report(asker.now(), tuple(compared), findings, shown)


def look_at(folder: Path, at: datetime) -> Report:
    """Compare what a recording holds with the baseline, without calling anybody. Raises ``BadEvidence``."""
    mine = _baseline_by_kind()
    compared: list[Compared] = []
    extra: dict[str, set[str]] = {system: set() for system in SYSTEMS}
    for kind in read(folder):
        for (status, asked), seen in sorted(kind.answers.items()):
            name = f"{kind.name} ({status}{'' if asked == WHOLE else f', {asked}'})"
            fake = mine.get((kind.system, kind.name, status))
            if fake is None:
                reason = f"the baseline has no answer {status} to {kind.name}"
                compared.append(Compared(kind.system, name, kind.name, "cannot tell", (reason,)))
                continue
            texts = tuple(differences(kind.system, fake, seen, whole=asked == WHOLE))
            compared.append(Compared(kind.system, name, kind.name, "differs" if texts else "the same", texts))
            extra[kind.system] |= more_headers(fake, seen)
    return Report(at, tuple(compared), (), {system: tuple(sorted(names)) for system, names in extra.items()})


def _baseline_by_kind() -> dict[tuple[str, str, int], AnswerShape]:
    """Return the baseline by system, kind of call and status; answers with some fields only tell nothing here."""
    found: dict[tuple[str, str, int], AnswerShape] = {}
    for call in every_call():
        shape = baseline()[call.system].get(call.name)
        is_sparse = any(name.startswith("fields[") for name, _ in call.query)
        if shape is None or (is_sparse and shape.status < httpx.codes.BAD_REQUEST):
            continue
        key = (call.system, f"{call.method} {plain_path(call.path)}", shape.status)
        found[key] = merged_answers(found[key], shape) if key in found else shape
    return found


@dataclass(frozen=True)
class Where:
    """Which systems were looked at."""

    klaviyo: str
    account: str
    is_test: bool
    gladly: str
    organization: str
    is_loopback: bool


def evidence(report: Report, where: Where) -> dict[str, Any]:
    """Return what a run found as data, without anything secret or personal."""
    return {
        "kind": KIND,
        "version": VERSION,
        "at": report.at.astimezone(UTC).isoformat(timespec="seconds"),
        "real": not where.is_loopback,
        "klaviyo": {"host": where.klaviyo, "account": where.account, "test_account": where.is_test},
        "gladly": {"host": where.gladly, "organization": where.organization},
        "drift": report.has_drift,
        "differences": [str(one) for one in report.differences],
        "facts": [
            {"id": one.fact.id, "says": one.fact.says, "verdict": one.verdict, "text": one.text}
            for one in report.findings
        ],
        "calls": [
            {"system": one.system, "call": one.name, "verdict": one.verdict, "texts": list(one.texts)}
            for one in report.compared
        ],
        "headers_the_fakes_do_not_send": {
            system: list(names) for system, names in report.extra_headers.items()
        },
    }


def write_evidence(data: Mapping[str, Any], path: Path, secrets: Iterable[str]) -> None:
    """Write evidence for its owner only. Raises ``NotSafe``, and writes nothing, if something in it must not be kept."""
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    refuse_unsafe(text, secrets)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, PRIVATE)
        file.write(text)


def refuse_unsafe(text: str, secrets: Iterable[str] = ()) -> None:
    """Raise ``NotSafe`` if ``text`` holds one of ``secrets``, what looks like a key, an e-mail address or a phone number."""
    if LOOKS_LIKE_A_KEY.search(text.encode()) or any(one in text for one in secrets if one):
        raise NotSafe("what was to be written holds a key or a password; nothing was written")
    if E_MAIL.search(text) or PHONE.search(text):
        raise NotSafe("what was to be written holds an e-mail address or a phone number; nothing was written")


def lines_of(report: Report) -> Sequence[str]:
    """Return what a run found in plain words: what differs, facts that are not so, and what cannot be told."""
    found = [str(one) for one in report.differences]
    found += [
        f"{one.fact.system}, {one.fact.id}: {one.fact.says} Not so: {one.text}" for one in report.untrue
    ]
    reasons: dict[str, int] = {}
    for compared in report.compared:
        if compared.verdict == "cannot tell":
            reasons[compared.texts[0]] = reasons.get(compared.texts[0], 0) + 1
    for finding in report.findings:
        if finding.verdict == "cannot tell":
            reasons[finding.text] = reasons.get(finding.text, 0) + 1
    found += [f"cannot tell ({count}): {reason}" for reason, count in reasons.items()]
    found += [
        f"{system} sends headers that the fakes do not, which is no drift: {', '.join(names)}"
        for system, names in report.extra_headers.items()
        if names
    ]
    return found


def summary(report: Report) -> str:
    """Return a run in one line."""
    told = [one for one in report.compared if one.verdict != "cannot tell"]
    if not report.findings:
        word = "Drift" if report.has_drift else "No drift"
        return f"{word}: {len(told)} of {len(report.compared)} kinds of answers compared, {len(report.differences)} differences."
    facts = f"{sum(one.verdict == 'agrees' for one in report.findings)} of {len(report.findings)} facts hold"
    unsure = sum(one.verdict == "cannot tell" for one in report.findings)
    about = f", {unsure} cannot be told here" if unsure else ""
    word = "Drift" if report.has_drift else "No drift"
    return f"{word}: {len(told)} of {len(report.compared)} calls compared, {len(report.differences)} differences; {facts}{about}."
