"""Reports: what can be asked for, and what their rows say."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from fakes.core.errors import UnsupportedRequest
from fakes.core.tenants import Runtime
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.reports import conversations, timestamps
from fakes.gladly.rules.reports.asking import CONVERSATION_TIMESTAMPS, Asking, checked
from fakes.gladly.rules.users.users import Role
from tests.gladly.conftest import Begin, error
from tests.gladly.test_conversations import FORCE, OPEN, at

REPORTS = "/api/v1/reports"
TODAY = {
    "metricSet": CONVERSATION_TIMESTAMPS,
    "timezone": "UTC",
    "startAt": "2026-03-02",
    "endAt": "2026-03-02",
}
EXPORT = TODAY | {"metricSet": "ConversationExportReport"}
Row = dict[str, str]


def rows(api: httpx.Client, ask: dict[str, Any] = TODAY, **more: Any) -> list[Row]:
    """Return the rows of a report."""
    answer = api.post(REPORTS, json=ask | more)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def told(row: Row) -> Row:
    """Return what a row says, without its empty cells."""
    return {name: value for name, value in row.items() if value}


def test_report_is_a_csv_file_with_the_columns(api: httpx.Client, begin: Begin) -> None:
    """A report is text/csv, has a file name with its days, and the columns that readers know."""
    begin()
    answer = api.post(REPORTS, json=TODAY)

    assert answer.headers["Content-Type"] == "text/csv"
    assert (
        answer.headers["Content-Disposition"]
        == "attachment; filename=ConversationTimestampsReport-20260302-20260302.csv"
    )
    assert answer.text.splitlines()[0].split(",") == list(timestamps.COLUMNS)
    assert api.post(REPORTS, json=EXPORT).text.splitlines()[0].split(",") == list(conversations.COLUMNS)


def test_rows_tell_a_conversations_life(
    api: httpx.Client, organization: Organization, begin: Begin, runtime: Runtime
) -> None:
    """Each event is a row, ascending by time, with whose the conversation was before; a note is NOTE/CREATED."""
    conversation = begin()
    general, second = organization.directory.inboxes()
    agent = organization.users.with_role(Role.AGENT)[0]
    topic = organization.directory.topics.all()[0]
    steps: list[Callable[[], httpx.Response]] = [
        lambda: api.patch(at(conversation), json={"assignee": {"inboxId": second.id, "agentId": agent.id}}),
        lambda: api.post(f"{at(conversation)}/topics", json={"topicIds": [topic.id]}),
        lambda: api.post(f"{at(conversation)}/notes", json={"content": {"body": "x"}}),
        lambda: api.delete(f"{at(conversation)}/topics/{topic.id}"),
        lambda: api.patch(at(conversation), json=FORCE),
        lambda: api.patch(at(conversation), json=OPEN),
    ]
    for step in steps:
        runtime.clock.advance(1)
        assert step().is_success
    found = [told(row) for row in rows(api)]

    user = organization.users.with_role(Role.API_USER)[0]
    about = {"Timezone Filter": "UTC", "Conversation ID": conversation.id}
    about |= {"Customer ID": conversation.customer_id}
    by = {"Initiator Type": "APPLICATION", "Initiator ID": user.id}
    before = {"Assigned Inbox ID": general.id, "Assigned Inbox Name": "General"}
    after = {"Inbox ID": second.id, "Inbox Name": second.name, "Agent ID": agent.id, "Agent Name": agent.name}
    newly = {f"Newly Assigned {name}": value for name, value in after.items()}
    assigned = {f"Assigned {name}": value for name, value in after.items()}
    of_topic = {"Topic ID": topic.id, "Topic Name": topic.name}
    customer = {"Initiator Type": "CUSTOMER", "Initiator ID": conversation.customer_id}
    expected = [
        ("CONVERSATION/CREATED", customer | before),
        ("CONVERSATION_ASSIGNEE/UPDATED", by | before | newly | {"Assignment Update Reason": "MANUAL"}),
        ("CONVERSATION/TOPIC_ADDED", by | assigned | of_topic),
        ("NOTE/CREATED", by | assigned),
        ("CONVERSATION/TOPIC_REMOVED", by | assigned | of_topic),
        ("CONVERSATION/CLOSED", by | assigned),
        ("CONVERSATION/REOPENED", by | assigned),
    ]
    assert found == [
        about | {"Event Type": kind, "Timestamp": f"2026-03-02T17:22:{40 + number}.105Z"} | more
        for number, (kind, more) in enumerate(expected)
    ]


def test_agent_has_a_name(api: httpx.Client, organization: Organization, begin: Begin) -> None:
    """What an agent did has the agent's name."""
    begin(by_agent=True)
    agent = organization.users.with_role(Role.AGENT)[0]
    (row,) = rows(api)

    assert (row["Initiator Type"], row["Initiator ID"]) == ("AGENT", agent.id)
    assert (row["Initiator Agent Name"], row["Assigned Agent Name"]) == (agent.name, agent.name)


def test_merge_has_the_ids_of_both(
    api: httpx.Client, control: httpx.Client, here: str, organization: Organization
) -> None:
    """A merge is a row with the ids of who stays, and those that vanished; older rows keep the old ids."""
    for one in ("gone", "stays"):
        api.post("/api/v1/customer-profiles", json={"id": one})
    gone, stays = (organization.begin_as_customer(one).id for one in ("gone", "stays"))
    control.post(f"{here}/customers/gone/merge", json={"into": "stays"})
    first, _, merge = rows(api)

    assert (first["Customer ID"], first["Conversation ID"]) == ("gone", gone)
    assert merge["Event Type"] == "CUSTOMER/MERGED"
    assert (merge["Customer ID"], merge["Conversation ID"]) == ("stays", stays)
    assert (merge["Merged Customer ID"], merge["Merged Conversation ID"]) == ("gone", gone)
    assert merge["Assigned Inbox Name"] == "General"


def test_days_are_those_of_the_time_zone(api: httpx.Client, begin: Begin, runtime: Runtime) -> None:
    """A day runs from midnight to midnight where the report is for, and times are told there; endAt's day is in it."""
    conversation = begin()
    runtime.clock.advance(14 * 3600)  # 23:22 in Los Angeles, and the next day in Denver and in UTC
    api.patch(at(conversation), json=FORCE)

    def times(zone: str | None, first: int, last: int) -> list[str]:
        days = {"startAt": f"2026-03-0{first}", "endAt": f"2026-03-0{last}"}
        return [row["Timestamp"] for row in rows(api, TODAY | days, timezone=zone)]

    assert times("UTC", 2, 2) == ["2026-03-02T17:22:40.105Z"]
    assert times("UTC", 2, 3) == ["2026-03-02T17:22:40.105Z", "2026-03-03T07:22:40.105Z"]
    denver = ["2026-03-02T10:22:40.105-07:00", "2026-03-03T00:22:40.105-07:00"]
    assert times("America/Denver", 2, 3) == denver
    assert times("America/Denver", 3, 3) == denver[1:]
    los_angeles = ["2026-03-02T09:22:40.105-08:00", "2026-03-02T23:22:40.105-08:00"]
    assert times(None, 2, 2) == los_angeles


def test_day_of_a_changing_clock_has_its_own_length() -> None:
    """The day on which summer time ends has twenty-five hours."""
    ask = Asking(CONVERSATION_TIMESTAMPS, "America/New_York", "2026-11-01", "2026-11-01")
    window = checked(ask, "UTC", ()).window

    assert window.end - window.start == timedelta(hours=25)


def test_reports_forget_nothing(api: httpx.Client, begin: Begin, runtime: Runtime) -> None:
    """A day is told of long after the stream of events has forgotten it."""
    begin()
    runtime.clock.advance(400 * 86_400)

    assert [row["Event Type"] for row in rows(api)] == ["CONVERSATION/CREATED"]


def test_empty_report(api: httpx.Client, organization: Organization) -> None:
    """A report without rows is empty; the switch gives it its header."""
    bodies = []
    for switch in (False, True):
        organization.switches.report_header_when_empty = switch
        bodies += [api.post(REPORTS, json=ask).text for ask in (TODAY, EXPORT)]

    header = [",".join(columns) + "\n" for columns in (timestamps.COLUMNS, conversations.COLUMNS)]
    assert bodies == ["", "", *header]


def test_long_report_is_cut_off_without_a_word(
    api: httpx.Client, organization: Organization, begin: Begin
) -> None:
    """A report has no more rows than the limit, the earliest ones, and does not say so."""
    assert organization.switches.report_row_limit == 100_000
    conversation = begin()
    for change in (FORCE, OPEN, FORCE):
        api.patch(at(conversation), json=change)
    organization.switches.report_row_limit = 2

    assert [row["Event Type"] for row in rows(api)] == ["CONVERSATION/CREATED", "CONVERSATION/CLOSED"]


def test_export_has_a_row_for_each_conversation(
    api: httpx.Client, organization: Organization, begin: Begin, runtime: Runtime
) -> None:
    """A conversation's row says how it stands now, who created and closed it, and how often what happened."""
    conversation = begin()
    topics = organization.directory.topics.all()[:2]
    api.post(f"{at(conversation)}/topics", json={"topicIds": [topic.id for topic in topics]})
    for topic in topics:
        api.delete(f"{at(conversation)}/topics/{topic.id}")
    api.post(f"{at(conversation)}/topics", json={"topicIds": [topic.id for topic in topics]})
    for change in (FORCE, OPEN, FORCE):
        runtime.clock.advance(60)
        api.patch(at(conversation), json=change)
    (row,) = rows(api, EXPORT)

    inbox = organization.directory.inboxes()[0]
    expected = {
        "Timezone Filter": "UTC",
        "Created At": "2026-03-02T17:22:40.105Z",
        "Conversation ID": conversation.id,
        "Customer ID": conversation.customer_id,
        "Conversation Link": f"{organization.home}/conversations/{conversation.id}",
        "Status": "CLOSED",
        "First Closed At": "2026-03-02T17:23:40.105Z",
        "Last Closed At": "2026-03-02T17:25:40.105Z",
        "Initiator Type - Created": "Customer",
        "Initiator Type - Last Closed": "Application",
        "Topics": "Orders, Where is my order",
        "Topics with Hierarchy": "Orders, Orders > Where is my order",
        "First Channel": "EMAIL",
        "Last Channel": "EMAIL",
        "First Contact ID": row["First Contact ID"],
        "Created-to-First Closed Time in seconds": "60",
        "Created-to-Last Closed Time in seconds": "180",
    }
    for when in ("Current", "Created", "Last Closed"):
        expected |= {f"Inbox ID - {when}": inbox.id, f"Inbox Name - {when}": inbox.name}
    counted = {"Count of Contacts": 1, "Count of Channels": 1, "Count of Notes": 0}
    counted |= {"Count of Agents Assigned": 0, "Count of Inboxes Assigned": 1}
    counted |= {"Times Agent Unassigned by Rule": 0, "Times Closed": 2, "Times Reopened": 1}
    counted |= {"Times Topic Added": 4, "Times Topic Removed": 2}
    counted |= dict.fromkeys(("Payment Requests - Completed", "Payment Requests - Declined"), 0)
    counted |= dict.fromkeys(("Payment Amount - Completed USD", "Payment Amount - Declined USD"), 0)
    assert told(row) == expected | {name: str(value) for name, value in counted.items()}


def test_export_goes_by_the_day_of_creation(api: httpx.Client, begin: Begin, runtime: Runtime) -> None:
    """What happens to a conversation on later days changes the row of the day it was created on, and has none there."""
    conversation = begin()
    (before,) = rows(api, EXPORT)
    runtime.clock.advance(86_400)
    api.patch(at(conversation), json=FORCE)
    (after,) = rows(api, EXPORT)
    day = {"startAt": "2026-03-03", "endAt": "2026-03-03"}

    assert [before["Status"], after["Status"]] == ["OPEN", "CLOSED"]
    assert rows(api, EXPORT | day) == []


def test_merged_conversation_stays_in_the_export(
    api: httpx.Client, control: httpx.Client, here: str, organization: Organization
) -> None:
    """A conversation that vanished into another is MERGED, and the other one names it."""
    for one in ("gone", "stays"):
        api.post("/api/v1/customer-profiles", json={"id": one})
    gone, _ = (organization.begin_as_customer(one).id for one in ("gone", "stays"))
    control.post(f"{here}/customers/gone/merge", json={"into": "stays"})
    found = {row["Customer ID"]: (row["Status"], row["Merged Conversations"]) for row in rows(api, EXPORT)}

    assert found == {"gone": ("MERGED", ""), "stays": ("OPEN", gone)}


def test_export_by_inbox(
    api: httpx.Client, control: httpx.Client, here: str, organization: Organization, begin: Begin
) -> None:
    """Filtered by inboxes, a report has the conversations that are theirs now; what a Rule takes from an agent is counted."""
    conversation = begin(by_agent=True)
    first, second = organization.directory.inboxes()
    control.post(f"{here}/conversations/{conversation.id}/route", json={"inbox_id": second.id})
    found = [
        [
            (row["Inboxes Filter"], row["Times Agent Unassigned by Rule"])
            for row in rows(api, EXPORT, filters=which)
        ]
        for which in ({"inboxes": [first.id]}, {"inboxes": [second.id]})
    ]

    assert found == [[], [(second.id, "1")]]


@pytest.mark.parametrize(
    ("more", "attr", "code", "detail"),
    [
        ({"metricSet": None}, "metricSet", "blank", "metricSet must be specified"),
        ({"metricSet": "X"}, "metricSet", "invalid", "the specified value is not a valid metricSet"),
        ({"metricSet": 1}, "metricSet", "invalid", "metricSet is invalid"),
        ({"startAt": None}, "startAt", "blank", "startAt must be specified"),
        ({"endAt": ""}, "endAt", "blank", "endAt must be specified"),
        ({"startAt": "20260302"}, "startAt", "invalid", "startAt must be a date in the format YYYY-mm-dd"),
        ({"endAt": "2026-02-30"}, "endAt", "invalid", "endAt must be a date in the format YYYY-mm-dd"),
        ({"startAt": "2026-03-03"}, "startAt", "invalid", "endAt must not occur before startAt"),
        ({"endAt": "9999-12-31"}, "startAt", "invalid", "startAt or endAt is out of range"),
        ({"timezone": "Mars/Base"}, "timezone", "invalid", "the specified value is not a valid timezone"),
        (
            {"aggregationLevel": "hourly"},
            "aggregationLevel",
            "invalid",
            "the specified value is not a valid aggregation level",
        ),
        (
            {"filters": {"phoneNumber": "+15555555555"}},
            "filters.phoneNumber",
            "invalid",
            "the phoneNumber filter cannot be applied to the ConversationTimestampsReport metricSet",
        ),
        (
            {"filters": {"inboxes": ["nobody"]}},
            "filters.inboxes",
            "invalid",
            "the inboxes filter cannot be applied to the ConversationTimestampsReport metricSet",
        ),
        (
            EXPORT | {"filters": {"inboxes": ["nobody"]}},
            "filters.inboxes",
            "present",
            "the requested inbox does not exist",
        ),
    ],
)
def test_what_cannot_be_asked(
    api: httpx.Client, more: dict[str, Any], attr: str, code: str, detail: str
) -> None:
    """Missing and unreadable values, days in the wrong order, and filters of other reports are refused."""
    refused = api.post(REPORTS, json=TODAY | more)

    assert refused.status_code == 400
    assert error(refused) == {"attr": attr, "code": code, "detail": detail}


def test_what_says_nothing_is_taken(api: httpx.Client, begin: Begin) -> None:
    """A level, filters that equal their defaults, nulls, and a name that begins with a small letter change nothing."""
    begin()
    harmless: dict[str, Any] = {"channel": "allChannels", "inboxes": [], "teams": [], "phoneNumber": None}
    plain = rows(api)

    assert rows(api, aggregationLevel="daily", filters=harmless) == plain
    assert rows(api, aggregationLevel=None, filters=None, metricSet="conversationTimestampsReport") == plain


def test_other_reports_are_said_to_be_ours(api: httpx.Client) -> None:
    """A report that Gladly has and the fake has not is the fake's own refusal, not a vendor-looking one."""
    with pytest.raises(UnsupportedRequest, match="metricSet TaskExportReport"):
        api.post(REPORTS, json=TODAY | {"metricSet": "TaskExportReport"})
