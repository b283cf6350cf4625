"""Changing a conversation's status and assignee at once: all that is wrong is said together, then all is done."""

from dataclasses import dataclass

from fakes.gladly.rules.conversation import Conversation, Status
from fakes.gladly.rules.conversations import Conversations
from fakes.gladly.rules.directory import Directory
from fakes.gladly.rules.events import Assignee, Initiator
from fakes.gladly.rules.problems import Problem, raise_invalid


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
    """Carry out ``wanted``, or raise ``InvalidError`` with every problem (Gladly OpenAPI) and change nothing.

    The assignment happens while the conversation is open: after a reopening, before a closing (inferred).
    """
    raise_invalid(
        [
            *_assignment_problems(conversation, wanted, directory),
            *_status_problems(conversation, wanted, conversations),
        ]
    )
    if wanted.status is Status.OPEN:
        conversations.reopen(conversation, by)
    if wanted.assignee is not None:
        conversations.assign(conversation, wanted.assignee, by)
    if wanted.status is Status.CLOSED:
        conversations.close(conversation, by, force=wanted.force)


def _assignment_problems(conversation: Conversation, wanted: Update, directory: Directory) -> list[Problem]:
    if wanted.assignee is None:
        return []
    problems = directory.assignment_problems(wanted.assignee.inbox_id, wanted.assignee.agent_id)
    if conversation.is_closed and wanted.status is not Status.OPEN:
        problems.append(Problem("invalid_state", "closed conversation cannot be reassigned"))
    return problems


def _status_problems(
    conversation: Conversation, wanted: Update, conversations: Conversations
) -> list[Problem]:
    if wanted.status is Status.CLOSED and not conversation.is_closed:
        return conversations.closing_problems(conversation, force=wanted.force)
    if wanted.status is Status.OPEN and conversation.is_closed:
        return conversations.reopening_problems(conversation)
    return []
