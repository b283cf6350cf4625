"""Reports: who may have them, how many at a time, and what they cost."""

from datetime import timedelta

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.errors import LimitError
from fakes.gladly.rules.events.events import Event, Initiator
from fakes.gladly.rules.events.history import History
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.reports import timestamps
from fakes.gladly.rules.reports.asking import CONVERSATION_TIMESTAMPS, Asking, checked
from fakes.gladly.rules.reports.names import Names
from fakes.gladly.rules.users.users import Role
from tests.gladly.conftest import START, error
from tests.gladly.test_reports import REPORTS, TODAY
from tests.work import calls_of


def test_reports_need_an_administrator(
    api: httpx.Client, compliance_api: httpx.Client, provisioned: ProvisionedOrganization
) -> None:
    """A new organization's API user may have reports; an API user who is no Administrator may not, by 403."""
    refused = compliance_api.post(REPORTS, json=TODAY)
    allowed = api.post(REPORTS, json=TODAY).status_code

    assert (allowed, refused.status_code, error(refused)["code"]) == (200, 403, "forbidden")
    provisioned.api_user.roles -= {Role.ADMINISTRATOR}
    assert api.post(REPORTS, json=TODAY).status_code == 403


def test_eleventh_report_of_a_minute_429(
    api: httpx.Client, organization: Organization, runtime: Runtime
) -> None:
    """Ten reports a minute are made for an organization, whatever else it calls; the next minute has ten of its own."""
    organization.switches.rate_limits = True
    codes = []
    for _ in range(11):
        codes.append(api.post(REPORTS, json=TODAY).status_code)
        runtime.clock.advance(1)
    others = api.get("/api/v1/agents").status_code
    refused = api.post(REPORTS, json=TODAY)
    runtime.clock.advance(60)

    assert (codes, others) == ([200] * 10 + [429], 200)
    assert (error(refused)["code"], refused.headers["Ratelimit-Limit-Second"]) == ("rate_limit", "10")
    assert api.post(REPORTS, json=TODAY).status_code == 200


def test_third_report_at_once_429(api: httpx.Client, organization: Organization) -> None:
    """While two reports are made a third one is refused, and after them made."""
    organization.switches.rate_limits = True
    with organization.report_limits.one(), organization.report_limits.one():
        during = api.post(REPORTS, json=TODAY)

    assert (during.status_code, error(during)["code"]) == (429, "rate_limit")
    assert api.post(REPORTS, json=TODAY).status_code == 200


def test_limits_of_reports_can_be_off(api: httpx.Client, organization: Organization) -> None:
    """With the switch off neither bound holds."""
    with organization.report_limits.one(), organization.report_limits.one():
        assert {api.post(REPORTS, json=TODAY).status_code for _ in range(12)} == {200}


def test_report_takes_its_time(api: httpx.Client, organization: Organization, runtime: Runtime) -> None:
    """A report can be made to take seconds of the clock, and holds its place as long."""
    organization.switches.report_seconds = 30
    api.post(REPORTS, json=TODAY)
    assert runtime.clock.now() - START == timedelta(seconds=30)

    organization.switches.rate_limits = True
    for _ in range(2):
        with organization.report_limits.one():
            pass
    with pytest.raises(LimitError), organization.report_limits.one():
        pass
    runtime.clock.advance(30)
    with organization.report_limits.one():
        pass


def _history(count: int) -> History:
    """Return the history of so many conversations that were begun."""
    history, by = History(), Initiator.customer("c")
    for number in range(count):
        content = {
            "customerId": "c",
            "conversationId": str(number),
            "context": {"assignee": {"inboxId": "i"}},
        }
        history.add(Event("e", "CONVERSATION/CREATED", START, by, content))
    return history


def _work(organization: Organization, count: int) -> int:
    """Return how many calls the rows of so many events take."""
    window = checked(Asking(CONVERSATION_TIMESTAMPS, "UTC", "2026-03-02", "2026-03-02"), "UTC", ()).window
    names, history = Names.of(organization.directory, organization.users), _history(count)
    found: list[tuple[str, ...]] = []
    calls = calls_of(
        lambda: found.extend(timestamps.rows(history.between(window.start, window.end), window, names))
    )
    assert len(found) == count == len(history)
    return calls


def test_rows_cost_the_same_however_many(organization: Organization) -> None:
    """Eight times as many rows take no more than nine times as many calls."""
    assert 1_000 < _work(organization, 2_000) < _work(organization, 16_000) < 9 * _work(organization, 2_000)
