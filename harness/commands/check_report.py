"""What ``python -m harness check`` says while it goes through the contract, and at its end."""

import re
import time
from collections import Counter
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness.evidence.record import Record
from harness.redaction import redact
from harness.signoff.clauses import Clause, load_all
from harness.signoff.stages import STAGES, stage_of
from harness.signoff.verdicts import ClauseResult, sign_off

FORMAT = 1
MOST_IN_FULL = 8
"""How many failures are told at length; of the others there is a line each, and everything is in the JSON."""
NOT_COVERED = "not covered: "
NEEDS = re.compile(r"it needs ([\w-]+)")
MARKS = {"passed": "[green]ok[/]  ", "failed": "[red]FAIL[/]", "not run": "[yellow]--[/]  "}


class Report:
    """Tells of each scenario as it ends, then of each clause."""

    def __init__(self, command: str) -> None:
        """Begin to tell of the integration that ``command`` starts."""
        self._out = Console(emoji=False, highlight=False, soft_wrap=True)
        self._command = redact(command)
        self._records: list[Record] = []
        self._passed_over: list[Record] = []
        self._total = self._stage = -1
        self._began = time.monotonic()
        self._stopped = self.is_interrupted = False
        self._out.print(f"The contract (docs/integration-contract.md), with {escape(self._command)}")

    @property
    def is_kept(self) -> bool:
        """Whether something was run and nothing failed."""
        outcomes = {record.outcome for record in self._records}
        return "passed" in outcomes and "failed" not in outcomes

    def expect(self, total: int) -> None:
        """Expect so many scenarios more."""
        self._total = len(self._records) + total

    def add(self, record: Record) -> None:
        """Tell of a scenario that has ended; one that this way of running cannot show is passed over."""
        if record.outcome == "not run" and not record.reason.startswith(NOT_COVERED):
            self._passed_over.append(record)
            self._total -= 1
            return
        self._records.append(record)
        self._head(record)
        row = f" [{' | '.join(record.row)}]" if record.row else ""
        why = f" ({record.reason})" if record.outcome == "not run" else ""
        place = f"{len(self._records):>4}/{self._total}"
        self._out.print(f"{place} {MARKS[record.outcome]} {escape(record.name + row + why)}")
        if record.outcome == "failed" and self._failed() <= MOST_IN_FULL:
            self._out.print("\n".join(f"       | {escape(line)}" for line in record.account[1:]))

    def stop(self) -> None:
        """Say that the rest was not run."""
        self._stopped = True
        self._out.print(
            "[red]Stopped here:[/] all that comes after needs this first, and would only fail too."
        )

    def interrupt(self) -> None:
        """Say that somebody has stopped it; what was seen so far is kept."""
        self._stopped = self.is_interrupted = True
        self._out.print("[red]Stopped[/] by Ctrl-C or SIGTERM: what follows is what was seen until then.")

    def conclude(self) -> None:
        """Tell of each clause, and of all."""
        table = Table(title="The clauses about the integration", title_justify="left")
        results = [one for one in self._results() if one.scenarios or not self._stopped]
        for heading in ("Clause", "What it says", "Verdict", "Scenarios"):
            table.add_column(heading, ratio=1 if heading == "What it says" else None, overflow="fold")
        for result in results:
            table.add_row(result.clause.id, escape(result.clause.says), *self._verdict(result.clause, result))
        Console(emoji=False, highlight=False).print(table)
        counts = Counter(record.outcome for record in self._records)
        if counts["failed"] > MOST_IN_FULL:
            self._out.print(
                f"{MOST_IN_FULL} of {counts['failed']} failures are told in full; --json FILE has them all."
            )
        self._out.print(
            f"{self._word()}: {counts['passed']} scenarios passed, {counts['failed']} failed, "
            f"{counts['not run']} not covered, in {time.monotonic() - self._began:.0f} s."
        )
        if self._passed_over:
            self._out.print(
                f"{len(self._passed_over)} more were not asked, for a process of its own cannot be asked them in a few minutes: "
                f"they need {', '.join(_needs(self._passed_over))}."
            )

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "format": FORMAT,
            "integration": self._command,
            "verdict": "passed" if self.is_kept else "failed",
            "stopped": self._stopped,
            "clauses": [
                {
                    "id": one.clause.id,
                    "says": one.clause.says,
                    "verdict": one.verdict,
                    "scenarios": list(one.scenarios),
                }
                for one in self._results()
            ],
            "scenarios": [record.as_result() | {"account": record.account} for record in self._records],
        }

    def _word(self) -> str:
        if self.is_interrupted:
            return "[yellow]It was not gone through to the end[/]"
        return (
            "[green]It keeps the contract, as far as it was asked[/]"
            if self.is_kept
            else "[red]It does not keep the contract[/]"
        )

    def _head(self, record: Record) -> None:
        """Say which stage begins, where one does."""
        stage = stage_of(record.feature, record.name)
        if stage > self._stage:
            self._stage = stage
            self._out.print(f"[bold]{STAGES[stage].title}[/]")

    def _failed(self) -> int:
        return sum(record.outcome == "failed" for record in self._records)

    def _results(self) -> list[ClauseResult]:
        worlds = sorted({record.world for record in self._records})
        whole = sign_off(load_all(), self._records, worlds, (), self._command)
        return [
            result
            for chapter in whole.chapters
            for result in chapter.results
            if result.clause.subject == "integration"
        ]

    def _verdict(self, clause: Clause, result: ClauseResult) -> tuple[str, str]:
        """Return how the clause stands, and of how many scenarios so many passed; why none was asked, if none was."""
        showing = [record for record in self._records if clause.id in record.tags]
        needs = _needs([record for record in self._passed_over if clause.id in record.tags])
        if not showing:
            return "[yellow]not asked[/]", f"needs {', '.join(needs)}" if needs else "none was run"
        passed = sum(record.outcome == "passed" for record in showing)
        colour = {"passed": "green", "failed": "red"}.get(result.verdict, "yellow")
        more = f"; others need {', '.join(needs)}" if needs else ""
        return f"[{colour}]{result.verdict}[/]", f"{passed} of {len(showing)}{more}"


def _needs(passed_over: list[Record]) -> list[str]:
    """Return what these scenarios need that is not there."""
    return sorted({match[1] for record in passed_over if (match := NEEDS.search(record.reason))})
