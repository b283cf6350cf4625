"""``python -m harness conform``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from referencing.exceptions import Unresolvable
from rich.console import Console

from fakes.conform import accepted_deviations, gladly, klaviyo
from fakes.conform.document import BadDocument, Document
from fakes.conform.exchanges import Driver
from fakes.conform.report import Report, reported, show
from fakes.conform.rules import Rule

_UNUSABLE = 2
VENDORS: dict[str, tuple[Callable[[], Driver], tuple[Rule, ...]]] = {
    "Klaviyo": (klaviyo.driven, accepted_deviations.KLAVIYO),
    "Gladly": (gladly.driven, accepted_deviations.GLADLY),
}
"""What drives each vendor's fake, and the deviations on purpose."""


def check(vendor: str, path: Path) -> Report:
    """Hold the fake of ``vendor`` against the document at ``path``; raises ``BadDocument``."""
    document = Document.load(path)
    drive, rules = VENDORS[vendor]
    driver = drive()
    try:
        report = reported(vendor, document, driver, rules)
    except (Unresolvable, LookupError, RecursionError) as error:
        raise BadDocument(f"{path} has a broken reference: {error}; give the document as published") from None
    if not report.verdicts:
        raise BadDocument(
            f"{path} has no call that the fake of {vendor} serves; give {vendor}'s own document"
        )
    return report


def _reports(given: dict[str, Path]) -> list[Report]:
    if not given:
        raise BadDocument("nothing to hold the fakes against; give --klaviyo PATH, --gladly PATH or both")
    return [check(vendor, path) for vendor, path in given.items()]


def conform(
    klaviyo: Annotated[Path | None, typer.Option(help="Klaviyo's OpenAPI document, in JSON.")] = None,
    gladly: Annotated[Path | None, typer.Option(help="Gladly's OpenAPI document, in JSON.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Leave the report here as data.")] = None,
) -> None:
    """Hold every call of the fakes against the vendors' documents; exit code 1 for anything unexplained, 2 for bad input."""
    given = {"Klaviyo": klaviyo, "Gladly": gladly}
    out, err = Console(emoji=False), Console(stderr=True, emoji=False)
    try:
        reports = _reports({vendor: path for vendor, path in given.items() if path is not None})
        if json_file is not None:
            text = json.dumps([one.as_json() for one in reports], indent=2, ensure_ascii=False)
            json_file.write_text(f"{text}\n", encoding="utf-8")
    except BadDocument as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(_UNUSABLE) from None
    except OSError as error:
        err.print(f"cannot write {json_file}: {error}", style="red", markup=False)
        raise typer.Exit(_UNUSABLE) from None
    for report in reports:
        show(report, out)
    if any(report.failed for report in reports):
        raise typer.Exit(1)
