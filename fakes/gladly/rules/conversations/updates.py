"""Changing a conversation's status and assignee at once: all that is wrong is said together, then all is done."""

from dataclasses import dataclass

from fakes.gladly.rules.conversations.conversation import Conversation, Status
from fakes.gladly.rules.conversations.conversations import Conversations
from fakes.gladly.rules.errors import ErrorDetail, raise_invalid
from fakes.gladly.rules.events.events import Assignee, Initiator
from fakes.gladly.rules.teams.directory import Directory


@dataclass(frozen=True, slots=True)
class Update:
    """What to change; None leaves it. ``force`` closes although the customer waits for an answer."""

    status: Status | None = None
    force: bool = False
    assignee: Assignee | None = None


def update(
    conversation: Conversation,
    wanted: Update,
    by: Initiator,
    *,
    conversations: Conversations,
    directory: Directory,
) -> None:
    """Carry out ``wanted``, or raise ``InvalidError`` with every error (Gladly OpenAPI) and change nothing.

    The assignment happens while the conversation is open: after a reopening, before a closing (inferred).
    """
    raise_invalid(
        [
            *_assignment_errors(conversation, wanted, directory),
            *_status_errors(conversation, wanted, conversations),
        ]
    )
    if wanted.status is Status.OPEN:
        conversations.reopen(conversation, by)
    if wanted.assignee is not None:
        conversations.assign(conversation, wanted.assignee, by)
    if wanted.status is Status.CLOSED:
        conversations.close(conversation, by, force=wanted.force)


def _assignment_errors(conversation: Conversation, wanted: Update, directory: Directory) -> list[ErrorDetail]:
    if wanted.assignee is None:
        return []
    errors = directory.assignment_errors(wanted.assignee.inbox_id, wanted.assignee.agent_id)
    if conversation.is_closed and wanted.status is not Status.OPEN:
        errors.append(ErrorDetail("invalid_state", "closed conversation cannot be reassigned"))
    return errors


def _status_errors(
    conversation: Conversation, wanted: Update, conversations: Conversations
) -> list[ErrorDetail]:
    if wanted.status is Status.CLOSED and not conversation.is_closed:
        return conversations.closing_errors(conversation, force=wanted.force)
    if wanted.status is Status.OPEN and conversation.is_closed:
        return conversations.reopening_errors(conversation)
    return []
