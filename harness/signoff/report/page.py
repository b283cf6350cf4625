"""Renders the report: everything is worked out here and in the modules beside it, the templates only show it."""

from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from harness.signoff.pack.aging import DAYS
from harness.signoff.pack.approvals import digests_now
from harness.signoff.pack.pack import Pack
from harness.signoff.report.approvals import approvals_of
from harness.signoff.report.charts import chapters, lags, times
from harness.signoff.report.clauses import documents
from harness.signoff.report.criteria import criteria
from harness.signoff.report.discrepancies import discrepancies
from harness.signoff.report.evidence import evidence_by_feature
from harness.signoff.report.first_page import first_page
from harness.signoff.report.origins import origins, provenance
from harness.signoff.report.phrases import coded
from harness.signoff.report.reading import Reading
from harness.signoff.report.scenarios import Teller
from harness.signoff.report.untested import untested
from harness.worlds.registry import WORLDS


def render(pack: Pack, today: date, content: str = "", max_age_days: int = DAYS) -> str:
    """Return ``signoff.html`` as it reads on the day ``today``. Every text in it is escaped.

    ``content`` is the digest that approvals are bound to; without it that of the pack as its files are now. Live evidence older than
    ``max_age_days`` reads *stale*.
    """
    known = content or digests_now(pack)["content"]
    return _template().render(_shown(Reading(pack, today, known, max_age_days)))


def _shown(reading: Reading) -> dict[str, Any]:
    """Return everything that the templates show."""
    teller, approvals = Teller(reading), approvals_of(reading)
    parts = documents(reading, teller)
    return {
        "title": parts[0].title if parts else "no document",
        "first": first_page(reading, approvals),
        "criteria": criteria(reading),
        "documents": parts,
        "people": {world: WORLDS[world].people for world in reading.results["worlds"] if world in WORLDS},
        "chapters": chapters(reading),
        "untested": untested(reading),
        "discrepancies": discrepancies(reading, teller),
        "evidence": evidence_by_feature(reading, teller),
        "times": times(reading),
        "lags": lags(reading),
        "provenance": provenance(reading),
        "origins": origins(reading),
        "worlds": reading.results["worlds"],
        "approvals": approvals,
        "content": reading.content,
        "today": reading.today,
        "days": reading.days,
    }


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("harness.signoff.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["coded"] = coded
    return environment.get_template("page.html")
