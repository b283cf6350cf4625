"""What a run found, for readers and for programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fakes.conform.document import Document, normal
from fakes.conform.exchanges import Driver
from fakes.conform.rules import Rule
from fakes.conform.verdicts import Verdict, Word, judge

_COLOURS: dict[Word, str] = {
    "conforms": "green",
    "deviates on purpose": "yellow",
    "deviates": "red",
    "not driven": "red",
}


@dataclass(frozen=True)
class Report:
    """One fake held against one document.

    ``unsupported`` are operations that the fake answers 501, ``lost`` those that it neither serves nor answers so,
    ``gone`` what the script drives and the fake serves no longer, ``undocumented`` the calls that it serves and the
    document does not have.
    """

    vendor: str
    document: str
    verdicts: tuple[Verdict, ...]
    unsupported: tuple[str, ...]
    lost: tuple[str, ...]
    gone: tuple[str, ...]
    undocumented: tuple[str, ...]
    idle: tuple[Rule, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many operations got each verdict."""
        found = Counter(one.word for one in self.verdicts)
        return {word: found[word] for word in _COLOURS}

    @property
    def purposes(self) -> dict[str, int]:
        """The rows of the ledger that explain findings, with how many each explains."""
        rules = (explained.rule for verdict in self.verdicts for explained in verdict.findings)
        return dict(Counter(rule.row for rule in rules if rule is not None))

    @property
    def failed(self) -> bool:
        """Whether anything is unexplained."""
        return bool(self.lost or self.gone) or any(
            one.word in {"deviates", "not driven"} for one in self.verdicts
        )

    def as_json(self) -> dict[str, Any]:
        """Return all of it as data."""
        return {
            "vendor": self.vendor,
            "document": self.document,
            "counts": self.counts,
            "operations": [asdict(one) for one in self.verdicts],
            "unsupported": list(self.unsupported),
            "lost": list(self.lost),
            "gone": list(self.gone),
            "undocumented": list(self.undocumented),
            "idle_rules": [asdict(rule) for rule in self.idle],
        }


def reported(vendor: str, document: Document, driver: Driver, rules: Sequence[Rule]) -> Report:
    """Judge what ``driver`` has driven, and ask for everything else that ``document`` has."""
    verdicts = judge(document, driver, rules)
    served = {normal(route) for route in (*driver.routes(), *driver.calls)}
    others = [one.name for one in document.operations if one.key not in served]
    unsupported = [name for name in others if driver.is_unsupported(name)]
    gone = dict.fromkeys(one.operation for one in driver.exchanges if one.key not in served)
    documented = {one.key for one in document.operations}
    used = {id(one.rule) for verdict in verdicts for one in verdict.findings}
    return Report(
        vendor,
        f"{document.title} {document.version}",
        tuple(verdicts),
        tuple(unsupported),
        tuple(name for name in others if name not in unsupported),
        tuple(gone),
        tuple(_undocumented(driver, documented)),
        tuple(rule for rule in rules if id(rule) not in used),
    )


def _undocumented(driver: Driver, documented: set[str]) -> Iterator[str]:
    """Yield what is served and not documented; ``HEAD`` goes with a documented ``GET``."""
    for route in driver.routes():
        key = normal(route)
        if key not in documented and key.replace("HEAD ", "GET ", 1) not in documented:
            yield route


def show(report: Report, out: Console) -> None:
    """Print the report."""
    table = Table(title=f"{report.vendor}: {report.document}", title_justify="left")
    for column in ("Operation", "Answers", "As documented", "Verdict", "Purposes"):
        table.add_column(column, overflow="fold")
    rows = report.purposes
    for one in report.verdicts:
        statuses = " ".join(map(str, one.statuses))
        verdict = f"[{_COLOURS[one.word]}]{one.word}"
        cited = {explained.rule.row for explained in one.findings if explained.rule is not None}
        numbers = " ".join(str(number) for number, row in enumerate(rows, 1) if row in cited)
        table.add_row(escape(one.operation), statuses, f"{one.clean} of {one.exchanges}", verdict, numbers)
    out.print(table)
    purposes = [f"{number}. {row} ({count} times)" for number, (row, count) in enumerate(rows.items(), 1)]
    _list(out, "Purposes of deviations, each a row of docs/differences.md", purposes)
    _list(
        out,
        "Deviates, unexplained",
        [*_unexplained(report), *(f"{name}: neither served nor answered 501" for name in report.lost)],
    )
    _list(out, "Not supported by the fake (501)", report.unsupported)
    _list(out, "Served by the fake, not in the document", report.undocumented)
    _list(out, "Rules that explained nothing", [f"{one.row} ({one.kind})" for one in report.idle])
    counts = ", ".join(f"{count} {word}" for word, count in report.counts.items())
    clean, asked = (sum(getattr(one, name) for one in report.verdicts) for name in ("clean", "exchanges"))
    out.print(
        f"{report.vendor}: {counts}, {len(report.unsupported)} not supported;"
        f" {clean} of {asked} exchanges are as documented."
    )


def _list(out: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        out.print(f"\n[bold]{title}: {len(lines)}")
        for line in lines:
            out.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def _unexplained(report: Report) -> list[str]:
    lines = [f"{one.operation}: not driven" for one in report.verdicts if one.word == "not driven"]
    lines += [f"{name}: neither served nor answered 501" for name in report.lost]
    lines += [f"{name}: driven, and not served" for name in report.gone]
    for verdict in report.verdicts:
        for finding in (one.finding for one in verdict.findings if one.rule is None):
            where = " ".join(filter(None, (finding.kind, finding.place)))
            asked = f" ({finding.purpose}: {finding.status})" if finding.purpose else ""
            lines.append(
                f"{finding.operation}{asked}: {where}: {finding.text}, got {finding.value or 'nothing'}"
            )
    return lines
