"""The page: one self-contained file that needs no network and no script, and prints well."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from harness.live.reconcile.findings import KINDS, Findings
from harness.live.reconcile.moments import duration, shown
from harness.live.reconcile.plots import lags, losses
from harness.live.reconcile.saying import LABELS, LAG_IS, RESTS_ON, Shown, is_good, lag, verdict

MOST_ROWS = 5_000
"""How many problems the page has at the most: a browser has to show it."""

MOST_UNEXPLAINED, MOST_FORMS = 200, 12


def write_page(file: Path, findings: Findings, shown_as: Shown, place: str) -> None:
    """Write the page to ``file``, for its owner alone: it may hold addresses. Its folder is made too."""
    file.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as out:
        if file.is_file():  # and no terminal or pipe; one that was there may lie open
            file.chmod(0o600)
        out.writelines(page(findings, shown_as, place))


def page(findings: Findings, shown_as: Shown, place: str) -> Iterator[str]:
    """Yield the page in pieces. Every text in it is escaped."""
    templates = Environment(
        loader=PackageLoader("harness.live.reconcile"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    plan, buckets = findings.plan, list(findings.buckets())
    yield from templates.get_template("reconcile.html").stream(
        findings=findings,
        plan=plan,
        place=place,
        verdict=verdict(findings),
        is_good=is_good(findings),
        lag=lag(findings),
        lag_is=LAG_IS,
        rests_on=RESTS_ON,
        labels=LABELS,
        shown=shown,
        duration=duration,
        address=shown_as.address,
        buckets=[one for one in buckets if one.expected],
        width=duration(findings.width),
        losses=losses(buckets, findings.width, plan.upgraded),
        lags=lags(buckets, findings.width, plan.upgraded),
        forms=findings.senders.forms[:MOST_FORMS],
        total=sum(findings.counts[kind] for kind in KINDS),
        most=MOST_ROWS,
        problems=islice(findings.problems(), MOST_ROWS),
        most_unexplained=MOST_UNEXPLAINED,
        unexplained=islice(findings.unexplained(), MOST_UNEXPLAINED),
    )
