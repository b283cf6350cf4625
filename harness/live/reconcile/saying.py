"""What was found, for people at a terminal and for programs. Addresses are shown only as asked for."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Table

from harness.live.pseudonyms import Pseudonyms
from harness.live.reconcile.findings import KINDS, Findings, Problem
from harness.live.reconcile.moments import duration, iso, shown
from harness.live.reconcile.plan import Plan
from harness.live.systems import Identity

LAG_IS = "Lag: how much later an event's own time in Klaviyo is than Gladly's. Klaviyo does not tell when an event arrived."
RESTS_ON = (
    "Klaviyo's API does not say by which of its APIs an event came. An event's form is the names of its properties and"
    " the look of its id: alike where one sender sent both, and no proof of more."
)
MOST_IN_A_TABLE = 40
LABELS = {
    "once": "arrived once",
    "late": "arrived late",
    "doubled": "doubled",
    "missing": "missing",
    "undecided": "not to be decided",
    "no address": "of no address",
    "pending": "not yet due",
    "legacy": "by the legacy API, or another sender",
    "mark": "marks that contradict the newest state",
    "unexplained": "in Klaviyo, of no conversation",
}
STYLES = {
    "missing": "bold red",
    "doubled": "bold red",
    "late": "yellow",
    "legacy": "yellow",
    "mark": "yellow",
}


@dataclass(frozen=True)
class Shown:
    """How a problem is shown: which address, by its name or by one that is this run's own."""

    who: Callable[[str], str]

    @classmethod
    def of(cls, plan: Plan, *, addresses: bool) -> "Shown":
        """Return addresses as they are, if asked for, else a name for each."""
        return cls(str if addresses else Pseudonyms(bytes.fromhex(plan.salt)).of)

    def address(self, problem: Problem) -> str:
        """Return whose problem it is; of a whole conversation event nobody's."""
        return self.who(problem.address) if problem.address else ""


def where(identity: Identity) -> str:
    """Return which systems were looked at."""
    account, organization = identity.account, identity.organization
    return (
        f"Klaviyo account {account.id} ({account.name or 'without a name'}) and"
        f" Gladly organization {organization.id} ({organization.name})"
    )


def verdict(findings: Findings) -> str:
    """Return the result in a sentence."""
    due = findings.counts["pending"]
    waiting = f" {due:,} not yet due: ask again in {duration(findings.plan.grace)}." if due else ""
    if findings.unsure:
        return f"No verdict: {findings.unsure}."
    if not findings.sizes["conversations"]:
        return _nothing_happened(findings.counts["unexplained"])
    if findings.is_fine:
        return f"Nothing is missing, and nothing came more than once.{waiting}"
    missing, doubled = findings.counts["missing"], findings.counts["doubled"]
    return f"{missing:,} missing, {doubled:,} doubled.{waiting}"


def _nothing_happened(unexplained: int) -> str:
    said = "Nothing happened: Gladly tells of no conversation that was created or closed in this time."
    events = "event" if unexplained == 1 else "events"
    return f"{said} Klaviyo has {unexplained:,} {events} of that time." if unexplained else said


def is_good(findings: Findings) -> bool:
    """Return whether there is a verdict, and a good one."""
    return findings.is_fine and not findings.unsure


def lag(findings: Findings) -> str:
    """Return the lag in a sentence."""
    if findings.lag is None:
        return "No lag: nothing arrived."
    one = findings.lag
    return (
        f"Lag: median {duration(one.p50)}, 99th percentile {duration(one.p99)}, longest {duration(one.most)}."
    )


def print_table(console: Console, findings: Findings, shown_as: Shown, place: str) -> None:
    """Print numbers and problems as tables."""
    plan = findings.plan
    console.print(f"{place}\n{shown(plan.since)} to {shown(plan.until)}", markup=False)
    console.print(", ".join(f"{count:,} {name}" for name, count in findings.sizes.items()), markup=False)
    numbers = Table(title="Events of conversations, by address", title_justify="left")
    numbers.add_column("Verdict")
    numbers.add_column("Number", justify="right")
    for name, label in LABELS.items():
        count = findings.counts[name]
        numbers.add_row(label, f"{count:,}", style=STYLES.get(name, "") if count else "")
    console.print(numbers)
    for line in (lag(findings), findings.senders.says, *findings.notes):
        console.print(line, markup=False)
    _print_problems(console, findings, shown_as)
    console.print(verdict(findings), style="green" if is_good(findings) else "bold red")


def _print_problems(console: Console, findings: Findings, shown_as: Shown) -> None:
    total = sum(findings.counts[kind] for kind in KINDS)
    if not total:
        return
    table = Table(title="Problems", title_justify="left")
    for heading in ("What", "When (UTC)", "Event", "Conversation", "Whose", "What was found"):
        table.add_column(heading, overflow="fold")
    for one in islice(findings.problems(), MOST_IN_A_TABLE):
        when = f"{one.at:%Y-%m-%d %H:%M:%S}"
        event = one.metric.split()[0]
        table.add_row(one.kind, when, event, one.conversation, shown_as.address(one), one.says)
    console.print(table)
    if total > MOST_IN_A_TABLE:
        console.print(f"and {total - MOST_IN_A_TABLE:,} more: --json has them all", markup=False)


def json_pieces(findings: Findings, shown_as: Shown, identity: Identity) -> Iterator[str]:
    """Yield one JSON document in pieces: the lists may be longer than memory is large."""
    head = json.dumps(_head(findings, identity), ensure_ascii=False, indent=1)
    yield head.removesuffix("\n}")
    for name, problems in (("problems", findings.problems()), ("unexplained", findings.unexplained())):
        yield f',\n "{name}": ['
        for number, one in enumerate(problems):
            row = asdict(one) | {"at": iso(one.at), "address": shown_as.address(one)}
            yield (",\n  " if number else "\n  ") + json.dumps(row, ensure_ascii=False)
        yield "]"
    yield "\n}\n"


def _head(findings: Findings, identity: Identity) -> dict[str, Any]:
    plan, senders = findings.plan, findings.senders
    return {
        "klaviyo_account": identity.account.id,
        "gladly_organization": identity.organization.id,
        "since": iso(plan.since),
        "until": iso(plan.until),
        "upgraded_at": iso(plan.upgraded) if plan.upgraded else None,
        "tolerance_seconds": plan.words.tolerance,
        "late_seconds": plan.words.late,
        "grace_seconds": plan.grace,
        "fine": is_good(findings),
        "no_verdict": findings.unsure or None,
        "counts": {name.replace(" ", "_"): count for name, count in findings.counts.items()},
        "sizes": {name.replace(" ", "_"): count for name, count in findings.sizes.items()},
        "lag_seconds": asdict(findings.lag) if findings.lag else None,
        "forms": [
            {"form": one.text, "events": one.count, "first": iso(one.first), "last": iso(one.last)}
            for one in senders.forms
        ],
        "forms_say": senders.says,
        "forms_change_at": iso(senders.change) if senders.change else None,
        "marks_checked": plan.reaches_now,
        "notes": list(findings.notes),
        "calls": dict(findings.calls),
    }
