"""The lives of conversations, gathered in one pass over what happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Assignee
from fakes.gladly.rules.events.history import Happening
from fakes.gladly.rules.reports.asking import Window


@dataclass(slots=True)
class Life:
    """What happened to one conversation since it was ``created``; lists are in order of time."""

    created: Happening
    assigned: Assignee | None
    inboxes: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    closings: list[Happening] = field(default_factory=list)
    contacts: list[Happening] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    is_closed: bool = False
    is_gone: bool = False
    reopened: int = 0
    notes: int = 0
    topics_added: int = 0
    topics_removed: int = 0
    unassigned_by_rule: int = 0

    @property
    def status(self) -> str:
        """``CLOSED``, ``OPEN`` (all that is not closed) or ``MERGED`` (vendor help)."""
        if self.is_gone:
            return "MERGED"
        return "CLOSED" if self.is_closed else "OPEN"

    def channels(self) -> list[str]:
        """Return the channels of the contacts, each once, in the order they were first used."""
        return list(dict.fromkeys(contact.channel for contact in self.contacts))

    def give_to(self, assignee: Assignee | None) -> None:
        """Let it be the assignee's."""
        self.assigned = assignee
        if assignee is not None and assignee.inbox_id not in self.inboxes:
            self.inboxes.append(assignee.inbox_id)
        if assignee is not None and assignee.agent_id and assignee.agent_id not in self.agents:
            self.agents.append(assignee.agent_id)


def lives(happenings: Iterable[Happening], window: Window) -> list[Life]:
    """Return the lives of the conversations that were created within ``window``, of all that happened since its start."""
    found: dict[str, Life] = {}
    for each in happenings:
        if each.type == event_types.CONVERSATION_CREATED:
            if each.at < window.end:
                life = found[each.conversation_id] = Life(each, None)
                life.give_to(each.assigned)
        elif each.type == event_types.CUSTOMER_MERGED:
            _merge(found, each)
        elif (known := found.get(each.conversation_id)) is not None:
            _TOLD[each.type](known, each)
    return list(found.values())


def _merge(found: dict[str, Life], happening: Happening) -> None:
    if (gone := found.get(happening.merged_conversation_id)) is not None:
        gone.is_gone = True
    stays = found.get(happening.conversation_id)
    if stays is not None and happening.merged_conversation_id:
        stays.merged.append(happening.merged_conversation_id)


def _closed(life: Life, happening: Happening) -> None:
    life.is_closed = True
    life.closings.append(happening)


def _reopened(life: Life, _happening: Happening) -> None:
    life.is_closed = False
    life.reopened += 1


def _assigned(life: Life, happening: Happening) -> None:
    had, has = life.assigned, happening.newly
    if happening.by.type == "AUTOMATION" and had is not None and had.agent_id and not (has and has.agent_id):
        life.unassigned_by_rule += 1
    life.give_to(has)


def _started(life: Life, happening: Happening) -> None:
    life.contacts.append(happening)


def _noted(life: Life, _happening: Happening) -> None:
    life.notes += 1


def _topic_added(life: Life, _happening: Happening) -> None:
    life.topics_added += 1


def _topic_removed(life: Life, _happening: Happening) -> None:
    life.topics_removed += 1


_TOLD: Final[dict[str, Callable[[Life, Happening], None]]] = {
    event_types.CONVERSATION_CLOSED: _closed,
    event_types.CONVERSATION_REOPENED: _reopened,
    event_types.ASSIGNEE_UPDATED: _assigned,
    event_types.CONTACT_STARTED: _started,
    event_types.NOTE_CREATED: _noted,
    event_types.TOPIC_ADDED: _topic_added,
    event_types.TOPIC_REMOVED: _topic_removed,
}
