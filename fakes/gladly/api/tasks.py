"""``/api/v1/tasks``: tasks and their comments. Here the status is a plain string, unlike a conversation's."""

from typing import cast

import falcon

from fakes.gladly.api.bodies import Body, Moment, read
from fakes.gladly.api.items import ContactableBody
from fakes.gladly.api.resource import caller, created, limited
from fakes.gladly.rules.errors import ErrorDetail, InvalidError
from fakes.gladly.rules.events.events import Assignee
from fakes.gladly.rules.tasks.tasks import Change, TaskStatus
from fakes.gladly.service.context import acting, organization_of

MOST_TASKS = 2000
MOST_COMMENTS = 1000


class TaskAssigneeBody(Body):
    """Whose a task is; the inbox is needed (Gladly OpenAPI)."""

    inbox_id: str
    agent_id: str | None = None

    def assignee(self) -> Assignee:
        """Return whose the task is; an empty agent means none."""
        return Assignee(self.inbox_id, self.agent_id or None)


class NewTaskBody(Body):
    """A task to add for a known customer; the client may choose the id."""

    id: str | None = None
    assignee: TaskAssigneeBody
    body: str
    due_at: Moment

    def wanted(self) -> Change:
        """Return what the task is to be."""
        return Change(self.body, self.due_at, self.assignee.assignee())


class NewTaskWithCustomerBody(NewTaskBody):
    """A task to add for a customer who may be unknown."""

    customer: ContactableBody


class TaskBody(Body):
    """What to change about a task."""

    status: TaskStatus | None = None
    body: str | None = None
    due_at: Moment | None = None
    assignee: TaskAssigneeBody | None = None

    def change(self) -> Change:
        """Return what is asked for."""
        assignee = None if self.assignee is None else self.assignee.assignee()
        return Change(self.body, self.due_at, assignee, self.status)


class CommentBody(Body):
    """A comment; the Gladly OpenAPI requires ``message`` and describes ``comment``, and both will do."""

    id: str | None = None
    agent_id: str
    comment: str | None = None
    message: str | None = None


class Tasks:
    """``/api/v1/tasks`` and ``/tasks/{id}``."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """201, empty, with ``Location``; 400; 409. A customer nobody knows is created."""
        body = read(req, NewTaskWithCustomerBody)
        whom, by = body.customer.contactable(), caller(req)
        with acting(req) as organization:
            organization.check_task(body.wanted(), body.id)
            customer = organization.customers.find_or_create(whom, by)
            task = organization.tasks.create(customer.id, body.wanted(), by, body.id)
        created(resp, f"tasks/{task.id}")

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, task_id: str) -> None:
        """200; 404."""
        organization = organization_of(req)
        with organization.lock:
            resp.media = organization.tasks.get(task_id).as_json()

    def on_patch_one(self, req: falcon.Request, resp: falcon.Response, task_id: str) -> None:
        """204; 400; 404."""
        organization = organization_of(req)
        organization.tasks.get(task_id)
        change = read(req, TaskBody).change()
        with acting(req):
            organization.tasks.change(task_id, change, caller(req))
        resp.status = falcon.HTTP_204


class CustomerTasks:
    """``/api/v1/customers/{id}/tasks``."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, customer_id: str) -> None:
        """201, empty, with ``Location``; 400; 404; 409."""
        organization = organization_of(req)
        organization.customers.get(customer_id)
        body = read(req, NewTaskBody)
        with acting(req):
            organization.check_task(body.wanted(), body.id)
            task = organization.tasks.create(customer_id, body.wanted(), caller(req), body.id)
        created(resp, f"tasks/{task.id}")

    def on_get(self, req: falcon.Request, resp: falcon.Response, customer_id: str) -> None:
        """200, the latest first, at most 2000, of one status if asked; 400; 404."""
        organization = organization_of(req)
        with organization.lock:
            organization.customers.get(customer_id)
            status = req.get_param("status")
            if status not in {None, "OPEN", "CLOSED"}:
                raise InvalidError(ErrorDetail("invalid", "status must be one of OPEN, CLOSED", "status"))
            found = organization.tasks.of_customer(customer_id, cast("TaskStatus | None", status))
            limited(resp, [task.as_json() for task in found], MOST_TASKS)


class Comments:
    """``/api/v1/tasks/{id}/comments`` and ``/comments/{comment}``."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, task_id: str) -> None:
        """201, empty, with ``Location``; 400, also on a closed task; 404; 409 (inferred)."""
        organization = organization_of(req)
        organization.tasks.get(task_id)
        body = read(req, CommentBody)
        text = body.comment or body.message or ""
        with acting(req):
            comment = organization.tasks.comment(task_id, body.agent_id, text, caller(req), body.id)
        created(resp, f"tasks/{task_id}/comments/{comment.id}")

    def on_get(self, req: falcon.Request, resp: falcon.Response, task_id: str) -> None:
        """200, the oldest first, at most 1000; 404."""
        organization = organization_of(req)
        with organization.lock:
            comments = organization.tasks.get(task_id).comments
            limited(resp, [comment.as_json() for comment in comments], MOST_COMMENTS)

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, task_id: str, comment_id: str) -> None:
        """200; 404."""
        organization = organization_of(req)
        with organization.lock:
            resp.media = organization.tasks.one_comment(task_id, comment_id).as_json()
