"""The report ``ConversationExportReport``: a row for each conversation, by the day it was created (vendor help).

The columns are those of a third-party reader's schema (tap-gladly). What a row says is as things are now: a conversation
that closes later has another row then (third-party reader: PostHog's reads thirty days again).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.events.history import Happening
from fakes.gladly.rules.reports.asking import Asked
from fakes.gladly.rules.reports.lives import Life, lives
from fakes.gladly.rules.reports.names import Names

COLUMNS: Final = (
    "Timezone Filter",
    "Inboxes Filter",
    "Created At",
    "Conversation ID",
    "Customer ID",
    "Conversation Link",
    "Status",
    "Assigned Agent ID - Current",
    "Assigned Agent Name - Current",
    "Inbox ID - Current",
    "Inbox Name - Current",
    "First Closed At",
    "Last Closed At",
    "Initiator Type - Created",
    "Initiator Agent ID - Created",
    "Initiator Agent Name - Created",
    "Inbox ID - Created",
    "Inbox Name - Created",
    "Assigned Agent ID - Created",
    "Assigned Agent Name - Created",
    "Initiator Type - Last Closed",
    "Initiator Agent ID - Last Closed",
    "Initiator Agent Name - Last Closed",
    "Initiator Rule ID - Last Closed",
    "Inbox ID - Last Closed",
    "Inbox Name - Last Closed",
    "Assigned Agent ID - Last Closed",
    "Assigned Agent Name - Last Closed",
    "Topics",
    "Topics with Hierarchy",
    "First Contact ID",
    "First Channel",
    "Second Channel",
    "Third Channel",
    "Last Channel",
    "Created-to-First Closed Time in seconds",
    "Created-to-Last Closed Time in seconds",
    "Conversation Handle Time in seconds",
    "Is FCR Eligible",
    "Is FCR Success",
    "Merged Conversations",
    "Count of Contacts",
    "Count of Channels",
    "Count of Notes",
    "Count of Agents Assigned",
    "Count of Inboxes Assigned",
    "Times Agent Unassigned by Rule",
    "Times Closed",
    "Times Reopened",
    "Times Topic Added",
    "Times Topic Removed",
    "Payment Requests - Completed",
    "Payment Requests - Declined",
    "Payment Amount - Completed USD",
    "Payment Amount - Declined USD",
)
_BETWEEN: Final = ", "
_UNKNOWN: Final = ("", "", "")
"""Handle time and first contact resolution, of which the fake knows nothing."""

_NO_PAYMENTS: Final = ("0", "0", "0", "0")


@dataclass(frozen=True, slots=True)
class Now:
    """What a row says of the present: ``topic_ids`` finds a conversation's topics, ``link`` its page."""

    names: Names
    topic_ids: Callable[[str], Iterable[str]]
    link: Callable[[str], str]


def rows(happenings: Iterable[Happening], asked: Asked, now: Now) -> Iterator[tuple[str, ...]]:
    """Yield a row for each conversation of the days asked for, of all that ``happenings`` since then tell.

    A filter by inboxes is one by the inbox that has the conversation now (inferred).
    """
    head = (asked.window.zone.key, _BETWEEN.join(asked.inbox_ids))
    for life in lives(happenings, asked.window):
        inbox_id = life.assigned.inbox_id if life.assigned is not None else ""
        if asked.inbox_ids and inbox_id not in asked.inbox_ids:
            continue
        yield (
            *head,
            *_identity(life, asked, now),
            *_ends(life, now.names),
            *_matters(life, now),
            *_counts(life),
        )


def _identity(life: Life, asked: Asked, now: Now) -> Iterator[str]:
    """Yield the columns from ``Created At`` to ``Last Closed At``; the customer is who it was then (inferred)."""
    created, stamp = life.created, asked.window.stamp
    yield stamp(created.at)
    yield created.conversation_id
    yield created.customer_id
    yield now.link(created.conversation_id)
    yield life.status
    yield from _agent_first(now.names.of_assignee(life.assigned))
    yield stamp(life.closings[0].at) if life.closings else ""
    yield stamp(life.closings[-1].at) if life.closings else ""


def _ends(life: Life, names: Names) -> Iterator[str]:
    """Yield the columns about who created it and who closed it last."""
    yield _kind(life.created.by)
    yield from names.of_agent(life.created.by)
    yield from names.of_assignee(life.created.assigned)
    if not life.closings:
        yield from ("",) * 8
        return
    closing = life.closings[-1]
    yield _kind(closing.by)
    yield from names.of_agent(closing.by)
    yield closing.by.id if closing.by.type == "AUTOMATION" else ""
    yield from names.of_assignee(closing.assigned)


def _matters(life: Life, now: Now) -> Iterator[str]:
    """Yield the columns from ``Topics`` to ``Merged Conversations``. What stands between several is inferred."""
    topic_ids = list(now.topic_ids(life.created.conversation_id))
    yield _joined(topic_ids, now.names.topics)
    yield _joined(topic_ids, now.names.paths)
    channels = life.channels()
    yield life.contacts[0].contact_id if life.contacts else ""
    yield from (*channels, "", "", "")[:3]
    yield life.contacts[-1].channel if life.contacts else ""
    for closing in (life.closings[:1], life.closings[-1:]):
        yield str(int((closing[0].at - life.created.at).total_seconds())) if closing else ""
    yield from _UNKNOWN
    yield _BETWEEN.join(life.merged)


def _counts(life: Life) -> Iterator[str]:
    counts = (
        len(life.contacts),
        len(life.channels()),
        life.notes,
        len(life.agents),
        len(life.inboxes),
        life.unassigned_by_rule,
        len(life.closings),
        life.reopened,
        life.topics_added,
        life.topics_removed,
    )
    yield from map(str, counts)
    yield from _NO_PAYMENTS


def _agent_first(assignee: tuple[str, str, str, str]) -> tuple[str, ...]:
    return (*assignee[2:], *assignee[:2])


def _kind(by: Initiator) -> str:
    """Return who it was as vendor help spells it for this report: ``Agent``, ``Application``, ``Customer``, ``System``."""
    return by.type.capitalize()


def _joined(topic_ids: Iterable[str], names: Mapping[str, str]) -> str:
    return _BETWEEN.join(names.get(one, "") for one in topic_ids)
