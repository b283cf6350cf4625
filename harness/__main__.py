"""``python -m harness``: an integration checked, packs verified and approved, clauses, conformance, page objects."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fakes.conform.command import conform
from harness.commands.approve import approve
from harness.commands.browser import browser
from harness.commands.check import check
from harness.commands.demo import demo
from harness.commands.drift import drift
from harness.commands.ending import end
from harness.commands.live import app as live
from harness.commands.pages import pages
from harness.commands.signoff import app as signoff
from harness.commands.verify import verify
from harness.errors import BadClauses
from harness.signoff.clauses import Document, changes_of_the_runbook, load_all
from harness.signoff.inventory import Scenario, declared

app = typer.Typer(
    pretty_exceptions_show_locals=False,  # they may hold a key
    add_completion=False,
    no_args_is_help=True,
    help="Check an integration; verify, approve, join and compare packs; clauses, conformance, the browser, page objects.",
)
out = Console(emoji=False)
err = Console(stderr=True, emoji=False)


app.command()(check)
app.command()(conform)
app.command()(browser)
app.command()(pages)
app.command()(demo)
app.command()(drift)
app.command()(verify)
app.command()(approve)
app.add_typer(signoff, name="signoff")
app.add_typer(live, name="live")


@app.command()
def clauses(
    source: Annotated[
        Path | None, typer.Option(help="The runbook's own document, to check the clauses against.")
    ] = None,
) -> None:
    """List every clause with the scenarios that show it; exit code 1 if one has none or the source has changed."""
    try:
        documents = load_all()
    except BadClauses as error:
        end(str(error), 1)
    scenarios = declared()
    uncovered = [
        clause.id for one in documents for clause in one.clauses if not _showing(clause.id, scenarios)
    ]
    for document in documents:
        out.print(_table(document, scenarios))
    total = sum(len(document.clauses) for document in documents)
    out.print(
        f"{total - len(uncovered)} of {total} clauses have a scenario; {len(scenarios)} scenarios declared."
    )
    problems = [f"no scenario shows {clause}" for clause in uncovered]
    problems += _changes(source) if source else []
    if problems:
        end("\n".join(problems), 1)


def _table(document: Document, scenarios: tuple[Scenario, ...]) -> Table:
    table = Table(title=document.title, title_justify="left", show_lines=True)
    table.add_column("Clause", no_wrap=True)
    table.add_column("What it says", ratio=1)
    table.add_column("Scenarios", ratio=1)
    for clause in document.clauses:
        table.add_row(clause.id, clause.says, "\n".join(_showing(clause.id, scenarios)) or "[red]none")
    return table


def _showing(clause: str, scenarios: tuple[Scenario, ...]) -> list[str]:
    """Return the names of the scenarios that show ``clause``, with the number of rows of an outline."""
    names = [one.name for one in scenarios if clause in one.clauses]
    return [
        f"{name} ({count} rows)" if (count := names.count(name)) > 1 else name
        for name in dict.fromkeys(names)
    ]


def _changes(source: Path) -> list[str]:
    try:
        return changes_of_the_runbook(source)
    except (OSError, UnicodeDecodeError) as error:
        return [f"cannot read {source}: {error}"]


if __name__ == "__main__":
    app()
