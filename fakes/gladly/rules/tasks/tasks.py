"""Tasks: what someone has to do for a customer by a time, with comments; they need no conversation (vendor help).

Events, in this order when one change raises several (order inferred; names and contents Gladly OpenAPI):
``TASK/CREATED``; ``TASK/ASSIGNEE_UPDATED``, ``TASK/CONTENT_UPDATED``, ``TASK/DUE_DATE_UPDATED``, ``TASK/CLOSED`` or
``TASK/REOPENED``; ``TASK/COMMENT_ADDED``. ``context`` is the task just before the event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, NotExistError, TakenError, raise_invalid
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Assignee, Events, Initiator
from fakes.gladly.rules.teams.directory import Directory, id_error
from fakes.gladly.rules.times import stamp

LONGEST_TEXT: Final = 10_000
TaskStatus = Literal["OPEN", "CLOSED"]


@dataclass(frozen=True, slots=True)
class Comment:
    """What an agent says about a task."""

    id: str
    task_id: str
    agent_id: str
    comment: str
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "agentId", "comment", "taskId", "createdAt"}`` (Gladly OpenAPI)."""
        head = {"id": self.id, "agentId": self.agent_id, "comment": self.comment, "taskId": self.task_id}
        return head | {"createdAt": stamp(self.created_at)}


@dataclass(slots=True, eq=False)
class Task:
    """A task on a customer's timeline."""

    id: str
    customer_id: str
    timestamp: datetime
    created_by: Initiator
    assignee: Assignee
    body: str
    due_at: datetime
    status: TaskStatus = "OPEN"
    comments: list[Comment] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the task as read (Gladly OpenAPI)."""
        return {
            "id": self.id,
            "customerId": self.customer_id,
            "timestamp": stamp(self.timestamp),
            "createdBy": self.created_by.of_item(),
            "assignee": self.assignee.as_json(),
            "body": self.body,
            "dueAt": stamp(self.due_at),
            "status": self.status,
        }

    def about(self) -> dict[str, Any]:
        """Return what every event about the task carries, as the task is at this moment."""
        context = {
            "assignee": self.assignee.as_json(),
            "dueAt": stamp(self.due_at),
            "createdAt": stamp(self.timestamp),
        }
        return {"customerId": self.customer_id, "taskId": self.id, "context": context}


@dataclass(frozen=True, slots=True)
class Change:
    """What to change about a task; None leaves it."""

    body: str | None = None
    due_at: datetime | None = None
    assignee: Assignee | None = None
    status: TaskStatus | None = None


class Tasks:
    """The tasks of one organization."""

    def __init__(self, clock: Clock, ids: Ids, events: Events, directory: Directory) -> None:
        """Start with none."""
        self._clock = clock
        self._ids = ids
        self._events = events
        self._directory = directory
        self._by_id: dict[str, Task] = {}
        self._by_customer: dict[str, list[Task]] = {}

    def __contains__(self, task_id: str) -> bool:
        """Say whether there is such a task."""
        return task_id in self._by_id

    def get(self, task_id: str) -> Task:
        """Return the task, or raise ``NotExistError`` (404 Gladly OpenAPI; text inferred)."""
        if (task := self._by_id.get(task_id)) is None:
            raise NotExistError(ErrorDetail("not_exist", "task does not exist"))
        return task

    def of_customer(self, customer_id: str, status: TaskStatus | None = None) -> list[Task]:
        """Return the customer's tasks, the latest first (Gladly OpenAPI), of one status if it is given."""
        tasks = reversed(self._by_customer.get(customer_id, ()))
        return [task for task in tasks if status in {None, task.status}]

    def check(self, wanted: Change, task_id: str | None = None) -> None:
        """Raise ``InvalidError`` or ``TakenError`` unless a task could be made so (text for a taken id Gladly OpenAPI)."""
        errors = [bad] if task_id and (bad := id_error(task_id)) else []
        raise_invalid([*errors, *self._errors(wanted)])
        if task_id in self._by_id:
            raise TakenError(ErrorDetail("taken", "task already exists", "newConversationItems"))

    def create(self, customer_id: str, wanted: Change, by: Initiator, task_id: str | None = None) -> Task:
        """Add a task with all that ``wanted`` says, or raise as ``check`` does, or for what is missing."""
        self.check(wanted, task_id)
        if wanted.assignee is None or wanted.body is None or wanted.due_at is None:
            raise InvalidError(ErrorDetail("blank", "assignee, body and dueAt cannot be blank"))
        now = self._clock.now()
        new_id = task_id or self._ids.slugid()
        task = Task(new_id, customer_id, now, by, wanted.assignee, wanted.body, wanted.due_at)
        self._by_id[task.id] = task
        self._by_customer.setdefault(customer_id, []).append(task)
        self._events.raise_(event_types.TASK_CREATED, by, task.about())
        return task

    def change(self, task_id: str, wanted: Change, by: Initiator) -> None:
        """Change a task, closed or not (inferred). Raises ``NotExistError`` or ``InvalidError``.

        What is already so raises no event (inferred).
        """
        task = self.get(task_id)
        raise_invalid(self._errors(wanted))
        if wanted.assignee is not None and wanted.assignee != task.assignee:
            before, task.assignee = task.about(), wanted.assignee
            self._tell(event_types.TASK_ASSIGNEE_UPDATED, by, before, assignee=wanted.assignee.as_json())
        if wanted.body is not None and wanted.body != task.body:
            before, task.body = task.about(), wanted.body
            self._tell(event_types.TASK_CONTENT_UPDATED, by, before, dueAt=stamp(task.due_at))
        if wanted.due_at is not None and wanted.due_at != task.due_at:
            before, task.due_at = task.about(), wanted.due_at
            self._tell(event_types.TASK_DUE_DATE_UPDATED, by, before, dueAt=stamp(wanted.due_at))
        if wanted.status is not None and wanted.status != task.status:
            task.status = wanted.status
            closed = wanted.status == "CLOSED"
            kind = event_types.TASK_CLOSED if closed else event_types.TASK_REOPENED
            self._tell(kind, by, task.about())

    def comment(
        self, task_id: str, agent_id: str, text: str, by: Initiator, comment_id: str | None = None
    ) -> Comment:
        """Add an agent's comment. Raises ``NotExistError``, ``InvalidError`` or ``TakenError`` (texts inferred).

        A closed task takes none (Gladly OpenAPI).
        """
        task = self.get(task_id)
        raise_invalid(self._comment_errors(task, agent_id, text, comment_id))
        if any(each.id == comment_id for each in task.comments):
            raise TakenError(ErrorDetail("taken", "task comment already exists", "id"))
        comment = Comment(comment_id or self._ids.slugid(), task.id, agent_id, text, self._clock.now())
        task.comments.append(comment)
        self._tell(event_types.TASK_COMMENT_ADDED, by, task.about(), commentId=comment.id)
        return comment

    def one_comment(self, task_id: str, comment_id: str) -> Comment:
        """Return the comment, or raise ``NotExistError`` (text inferred)."""
        for comment in self.get(task_id).comments:
            if comment.id == comment_id:
                return comment
        raise NotExistError(ErrorDetail("not_exist", "task comment does not exist"))

    def forget_customer(self, customer_id: str) -> None:
        """Drop the tasks of a customer who is deleted (inferred)."""
        for task in self._by_customer.pop(customer_id, ()):
            del self._by_id[task.id]

    def move_customer(self, source_id: str, into_id: str) -> None:
        """Give the tasks of one customer to another."""
        moved = self._by_customer.pop(source_id, [])
        for task in moved:
            task.customer_id = into_id
        if moved:
            all_of_them = [*self._by_customer.get(into_id, ()), *moved]
            self._by_customer[into_id] = sorted(all_of_them, key=lambda task: task.timestamp)

    def _tell(self, kind: str, by: Initiator, before: Mapping[str, Any], **more: Any) -> None:
        self._events.raise_(kind, by, {**before, **more})

    def _errors(self, wanted: Change) -> list[ErrorDetail]:
        errors = []
        if wanted.assignee is not None:
            errors += self._directory.assignment_errors(wanted.assignee.inbox_id, wanted.assignee.agent_id)
        errors += _text_errors(wanted.body, "body")
        if wanted.due_at is not None and wanted.due_at <= self._clock.now():
            errors.append(ErrorDetail("invalid", "dueAt must be in the future", "dueAt"))
        return errors

    def _comment_errors(
        self, task: Task, agent_id: str, text: str, comment_id: str | None
    ) -> list[ErrorDetail]:
        errors = [bad] if comment_id and (bad := id_error(comment_id)) else []
        if not any(agent.id == agent_id for agent in self._directory.agents()):
            errors.append(ErrorDetail("invalid", "agent does not exist", "agentId"))
        errors += _text_errors(text, "comment")
        if task.status == "CLOSED":
            errors.append(ErrorDetail("invalid_state", "cannot comment on a closed task"))
        return errors


def _text_errors(text: str | None, attr: str) -> list[ErrorDetail]:
    if text is not None and not text.strip():
        return [ErrorDetail("blank", f"{attr} cannot be blank", attr)]
    if text is not None and len(text) > LONGEST_TEXT:
        return [ErrorDetail("too_long", f"{attr} cannot be larger than {LONGEST_TEXT} characters", attr)]
    return []
