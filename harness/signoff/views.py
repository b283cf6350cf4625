"""What is rendered from a pack for people and for other tools: the report, and the standards' own forms."""

from collections.abc import Callable
from datetime import date

from harness.signoff.pack.layout import ALLURE, JUNIT, MESSAGES, REPORT, SUMMARY
from harness.signoff.pack.pack import Pack
from harness.signoff.pack.rendering import Renderers
from harness.signoff.report import page
from harness.signoff.standards import allure, junit, messages, summary


def _with_content(render: Callable[[Pack, date, str], str]) -> Callable[[Pack, date], str]:
    """Return a view that is told the digest of what is signed, as the attestation has it: there may be no manifest yet."""

    def rendered(pack: Pack, today: date) -> str:
        known = {one["name"]: one["digest"] for one in pack.attestation["predicate"]["configuration"]}
        return render(pack, today, known["content"]["sha256"])

    return rendered


VIEWS: Renderers = {
    REPORT: _with_content(page.render),
    JUNIT: _with_content(junit.render),
    MESSAGES: _with_content(messages.render),
    SUMMARY: _with_content(summary.render),
    ALLURE: allure.files,
}
"""File or folder name → what renders it, for a day: live evidence ages."""
