"""``/api/v1/conversations`` and a customer's conversations: read, change status and assignee, timeline.

There is no public call that creates a conversation (Gladly OpenAPI).
"""

import falcon

from fakes.gladly.api.bodies import Body, read
from fakes.gladly.api.resource import caller, limited
from fakes.gladly.rules.conversations.conversation import Status
from fakes.gladly.rules.conversations.updates import Update
from fakes.gladly.rules.errors import ErrorDetail, raise_invalid
from fakes.gladly.rules.events.events import Assignee
from fakes.gladly.service.context import acting, organization_of

MOST_CONVERSATIONS = 100
MOST_ITEMS = 1000


class AssigneeBody(Body):
    """Whom to assign; an absent, null or empty agent means none (recorded response)."""

    inbox_id: str | None = None
    agent_id: str | None = None


class StatusBody(Body):
    """The status to change to."""

    value: str | None = None
    force: bool | None = None


class ConversationBody(Body):
    """What to change about a conversation."""

    assignee: AssigneeBody | None = None
    status: StatusBody | None = None

    def update(self) -> Update:
        """Return what is asked for, or raise ``InvalidError`` with every blank at once (Gladly OpenAPI)."""
        raise_invalid(_errors(self))
        assignee, status = self.assignee, self.status
        return Update(
            Status(status.value) if status is not None and status.value else None,
            force=bool(status is not None and status.force),
            assignee=Assignee(assignee.inbox_id, assignee.agent_id or None)
            if assignee is not None and assignee.inbox_id
            else None,
        )


def _errors(body: ConversationBody) -> list[ErrorDetail]:
    errors = []
    if body.assignee is not None and not body.assignee.inbox_id:
        detail = "'inboxId' cannot be blank when updating assignee"
        errors.append(ErrorDetail("blank", detail, "assignee.inboxId"))
    if body.status is not None and not body.status.value:
        errors.append(ErrorDetail("blank", "'value' cannot be blank when updating status", "status.value"))
    elif body.status is not None and body.status.value not in {Status.OPEN, Status.CLOSED}:
        errors.append(ErrorDetail("invalid", "'value' must be one of CLOSED, OPEN", "status.value"))
    return errors


class OneConversation:
    """``GET`` reads, ``PATCH`` changes one conversation."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, conversation_id: str) -> None:
        """200; 404 (its body inferred)."""
        organization = organization_of(req)
        with organization.lock:
            resp.media = organization.conversations.get(conversation_id).as_json()

    def on_patch(self, req: falcon.Request, resp: falcon.Response, conversation_id: str) -> None:
        """204; 400; 404."""
        organization = organization_of(req)
        organization.conversations.get(conversation_id)
        wanted = read(req, ConversationBody).update()
        with acting(req):
            organization.update_conversation(conversation_id, wanted, caller(req))
        resp.status = falcon.HTTP_204


class CustomerConversations:
    """``GET`` lists a customer's conversations, the oldest first."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, customer_id: str) -> None:
        """200, at most 100; 404 for an unknown customer (inferred)."""
        organization = organization_of(req)
        with organization.lock:
            organization.customers.get(customer_id)
            found = organization.conversations.of_customer(customer_id)
            limited(resp, [each.as_json() for each in found], MOST_CONVERSATIONS)


class ConversationItems:
    """``GET`` lists a conversation's timeline, the oldest line first."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, conversation_id: str) -> None:
        """200, at most 1000; 404."""
        organization = organization_of(req)
        with organization.lock:
            items = organization.conversations.get(conversation_id).items
            limited(resp, [item.as_json() for item in items], MOST_ITEMS)
