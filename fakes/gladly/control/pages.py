"""Gladly's part of the control room: organizations, their switches, and what was delivered."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from fakes.core.control.pages.vendor import Opened, Sending, Switch, TenantAdmin
from fakes.core.control.plane import checked
from fakes.gladly.control.organizations import OrganizationAsk, SwitchesAsk, turn
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.webhooks.webhooks import LogRow
from fakes.gladly.service.fake import GladlyFake

HELP = {
    "reopen_window_hours": "How long a customer's message reopens a closed conversation; 0 never does.",
    "topic_required_to_close": "Whether a conversation without a topic can be closed.",
    "rate_limits": "Whether the 11th call of a second and the 11th report of a minute are refused.",
    "rate_limit_per_method": "Whether each HTTP method has ten calls a second of its own.",
    "merge_custom_attributes": "Whether a change of a customer leaves the attributes it does not name.",
    "report_row_limit": "After how many rows a report is cut off without a word.",
    "report_header_when_empty": "Whether a report without rows has its header, instead of nothing at all.",
    "report_seconds": "How many seconds of the fake's clock a report takes.",
    "retry_offsets": "Seconds from the first try of a delivery to each retry, with commas between them.",
}


class GladlyTenantAdmin(TenantAdmin[GladlyFake, Organization]):
    """Shows and changes the organizations of a fake."""

    tenants: ClassVar[str] = "organizations"
    tenant: ClassVar[str] = "organization"
    sends: ClassVar[bool] = True

    def open(self, fake: GladlyFake, name: str) -> Opened[Organization]:
        """Found an organization; its two API tokens are shown only now."""
        provisioned = fake.create_organization(checked({"name": name or None}, OrganizationAsk).name)
        once = {
            f"API token of {provisioned.api_user.email}": provisioned.token,
            f"API token of {provisioned.compliance_user.email}": provisioned.compliance_token,
        }
        return Opened(provisioned.organization, once)

    def switches(self, tenant: Organization) -> list[Switch]:
        """Return the organization's switches."""
        return [Switch(name, value, HELP[name]) for name, value in asdict(tenant.switches).items()]

    def turn(self, fake: GladlyFake, tenant: Organization, values: Mapping[str, Any]) -> None:
        """Set switches as the control plane does."""
        ask = checked(values, SwitchesAsk)
        with fake.acting(tenant):
            turn(tenant, ask)

    def deliveries(self, tenant: Organization) -> list[Sending]:
        """Return the logs of all webhooks and apps as one, the latest first."""
        with tenant.lock:
            listeners = [*tenant.webhooks, *(app.connector for app in tenant.apps)]
            rows = [row for one in listeners for row in one.rows(tenant.clock.now())]
        rows.sort(key=lambda row: row.occurred_at, reverse=True)
        return [_sending(row, tenant) for row in rows]


def _sending(row: LogRow, organization: Organization) -> Sending:
    redact = organization.secrets.redact
    request, response = row.request, row.response or {}
    details = {
        "event id": row.event_id,
        "request": redact(str(request["body"])),
        "answer": str(response.get("body", "")),
    }
    outcome = f"{row.status}, try {row.attempt}: {response.get('status', row.error)}"
    return Sending(
        row.occurred_at,
        row.event_type,
        redact(str(request["url"])),
        outcome,
        row.status == "Success",
        details,
    )
