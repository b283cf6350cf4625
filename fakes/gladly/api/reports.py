"""``POST /api/v1/reports``: a report as comma-separated values (Gladly OpenAPI)."""

from collections.abc import Iterable
from typing import Final

import falcon

from fakes.core.http.holding import hold_back
from fakes.core.http.unsupported import answer_unsupported
from fakes.gladly.api.bodies import Body, read
from fakes.gladly.rules.errors import ErrorDetail, RoleError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.reports import conversations, timestamps
from fakes.gladly.rules.reports.asking import CONVERSATION_EXPORT, NOT_SERVED, Asked, Asking, checked
from fakes.gladly.rules.reports.names import Names
from fakes.gladly.rules.reports.table import as_csv
from fakes.gladly.service.context import organization_of, user_of

CSV: Final = "text/csv"


class FiltersBody(Body):
    """The filters of a report. Null is as good as absent (third-party connector: Airbyte's sends it for the level)."""

    channel: str | None = None
    inboxes: list[str] | None = None
    teams: list[str] | None = None
    phone_number: str | None = None


class ReportBody(Body):
    """A request for a report.

    The level is checked and has no effect: neither report is aggregated, and the document's own example sends one with
    a report that has none.
    """

    metric_set: str | None = None
    timezone: str | None = None
    start_at: str | None = None
    end_at: str | None = None
    aggregation_level: str | None = None
    filters: FiltersBody | None = None

    def asking(self) -> Asking:
        """Return what is asked for, unchecked."""
        filters = self.filters or FiltersBody()
        return Asking(
            self.metric_set,
            self.timezone,
            self.start_at,
            self.end_at,
            self.aggregation_level,
            filters.channel,
            tuple(filters.inboxes or ()),
            tuple(filters.teams or ()),
            filters.phone_number,
        )


class Reports:
    """Two of Gladly's reports; the fake has not the others. The fake is never behind, where Gladly may be by hours."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200 with the file; 400; 403 without Administrator; 429; the fake's own 501 for other reports."""
        if not user_of(req).may_read_reports():
            detail = "reports need the roles Administrator and API User"
            raise RoleError(ErrorDetail("forbidden", detail))
        organization = organization_of(req)
        with organization.report_limits.one():
            asking = read(req, ReportBody).asking()
            if asking.report in NOT_SERVED:
                answer_unsupported(req, resp, f"metricSet {asking.report}")
                return
            asked, text = _made(organization, asking)
        resp.content_type, resp.text = CSV, text
        resp.set_header("Content-Disposition", f"attachment; filename={asked.filename}")
        hold_back(req.env, organization.clock, organization.switches.report_seconds)


def _made(organization: Organization, asking: Asking) -> tuple[Asked, str]:
    """Return what was asked for and the report. The lock is held only to take down what is there; rows take longer."""
    with organization.lock:
        inbox_ids = [inbox.id for inbox in organization.directory.inboxes()]
        asked = checked(asking, organization.timezone, inbox_ids)
        names = Names.of(organization.directory, organization.users)
        window, whole_lives = asked.window, asked.report == CONVERSATION_EXPORT
        happenings = organization.history.between(window.start, None if whole_lives else window.end)
    columns: tuple[str, ...] = timestamps.COLUMNS
    rows: Iterable[tuple[str, ...]] = timestamps.rows(happenings, window, names)
    if whole_lives:
        columns = conversations.COLUMNS
        rows = conversations.rows(happenings, asked, _now(organization, names))
    most = organization.switches.report_row_limit
    header = organization.switches.report_header_when_empty
    return asked, as_csv(columns, rows, most=most, header_when_empty=header)


def _now(organization: Organization, names: Names) -> conversations.Now:
    def topic_ids(conversation_id: str) -> tuple[str, ...]:
        conversation = organization.conversations.find(conversation_id)
        return () if conversation is None else tuple(conversation.topic_ids)

    def link(conversation_id: str) -> str:
        return f"{organization.home}/conversations/{conversation_id}"

    return conversations.Now(names, topic_ids, link)
