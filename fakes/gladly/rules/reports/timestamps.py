"""The report ``ConversationTimestampsReport``: a row for each event of a conversation (vendor help).

The columns are those of a third-party reader's schema (tap-gladly), whose names and meaning vendor help confirms.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.history import Happening
from fakes.gladly.rules.reports.asking import Window
from fakes.gladly.rules.reports.names import Names

COLUMNS: Final = (
    "Timezone Filter",
    "Timestamp",
    "Event Type",
    "Conversation ID",
    "Customer ID",
    "Initiator Type",
    "Initiator ID",
    "Initiator Agent Name",
    "Assigned Inbox ID",
    "Assigned Inbox Name",
    "Assigned Agent ID",
    "Assigned Agent Name",
    "Topic ID",
    "Topic Name",
    "Newly Assigned Inbox ID",
    "Newly Assigned Inbox Name",
    "Newly Assigned Agent ID",
    "Newly Assigned Agent Name",
    "Assignment Update Reason",
    "Merged Customer ID",
    "Merged Conversation ID",
)
CALLED: Final = {
    event_types.CONVERSATION_CREATED: event_types.CONVERSATION_CREATED,
    event_types.CONVERSATION_CLOSED: event_types.CONVERSATION_CLOSED,
    event_types.CONVERSATION_REOPENED: event_types.CONVERSATION_REOPENED,
    event_types.TOPIC_ADDED: event_types.TOPIC_ADDED,
    event_types.TOPIC_REMOVED: event_types.TOPIC_REMOVED,
    event_types.ASSIGNEE_UPDATED: event_types.ASSIGNEE_UPDATED,
    event_types.NOTE_CREATED: "NOTE/CREATED",
    event_types.CUSTOMER_MERGED: event_types.CUSTOMER_MERGED,
}
"""What the report calls the events that it tells of: vendor help lists these eight, a note by another name than the Events API."""


def rows(happenings: Iterable[Happening], window: Window, names: Names) -> Iterator[tuple[str, ...]]:
    """Yield a row for each of ``happenings`` that the report tells of, in their order.

    The ids stay those of the time, also of who has been merged since (vendor docs say so of another report). A merge
    has the ids of who stays under Customer ID (vendor help), and so under Conversation ID (inferred).
    """
    for each in happenings:
        if each.type not in CALLED:
            continue
        yield (
            window.zone.key,
            window.stamp(each.at),
            CALLED[each.type],
            each.conversation_id,
            each.customer_id,
            each.by.type,
            each.by.id,
            names.of_agent(each.by)[1],
            *names.of_assignee(each.assigned),
            each.topic_id,
            names.topics.get(each.topic_id, ""),
            *names.of_assignee(each.newly),
            each.reason,
            each.merged_customer_id,
            each.merged_conversation_id,
        )
