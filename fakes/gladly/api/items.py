"""``/api/v1/conversation-items``: read, reply, redact, and activities put on a customer's timeline."""

from typing import Any, Literal

import falcon
from pydantic import Field

from fakes.gladly.api.bodies import Body, Moment, read
from fakes.gladly.api.resource import caller, created
from fakes.gladly.rules.conversations.replies import Reply
from fakes.gladly.rules.customers.customers import MOVED_ITEMS, Contactable
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.context import acting, organization_of, user_of


class LinkBody(Body):
    """A link of an activity."""

    url: str | None = None
    text: str | None = Field(default=None, max_length=50)


class ActivityBody(Body):
    """An activity: what a customer did outside of Gladly (limits: Gladly OpenAPI)."""

    type: Literal["CUSTOMER_ACTIVITY"]
    activity_type: Literal["EMAIL", "ISSUE", "SMS", "SURVEY"]
    title: str | None = Field(default=None, max_length=100)
    body: str | None = Field(default=None, max_length=25_000)
    source_name: str | None = Field(default=None, max_length=50)
    link: LinkBody | None = None
    expand_by_default: bool | None = None
    occurred_at: Moment | None = None

    def content(self) -> dict[str, Any]:
        """Return what was given, without the time."""
        return self.model_dump(by_alias=True, exclude_none=True, exclude={"occurred_at"})


class ItemBody(Body):
    """An item to put on a known customer's timeline."""

    id: str | None = None
    content: ActivityBody


class ContactableBody(Body):
    """A customer, named by one of the two."""

    email_address: str | None = None
    mobile_phone: str | None = None

    def contactable(self) -> Contactable:
        """Return who is named, or raise ``InvalidError``."""
        return Contactable.entered(self.email_address, self.mobile_phone)


class ItemWithCustomerBody(ItemBody):
    """An item to put on the timeline of a customer who may be unknown."""

    customer: ContactableBody


class OptionBody(Body):
    """A quick reply to choose."""

    id: str
    label: str


class OptionsBody(Body):
    """What a quick reply request comes with."""

    options: list[OptionBody]


class ReplyContentBody(Body):
    """What to reply; read later as ``content.content``, sent as ``content.body`` (Gladly OpenAPI)."""

    type: str | None = None
    message_type: Literal["TEXT", "QUICK_REPLY_REQUEST"] | None = None
    body: str | None = None
    body_plain: str | None = None
    message_data: OptionsBody | None = None


class ReplyBody(Body):
    """A reply."""

    content: ReplyContentBody

    def reply(self) -> Reply:
        """Return what is to be said; a quick reply request without options has none to choose from."""
        content, options = self.content, None
        if content.message_type == "QUICK_REPLY_REQUEST":
            given = content.message_data.options if content.message_data is not None else []
            options = [(each.id, each.label) for each in given]
        return Reply(content.type, content.body, content.body_plain, options)


class Items:
    """``POST /conversation-items`` and ``/conversation-items/{id}``."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200 with the item; 400; 409. A customer nobody knows is created."""
        body = read(req, ItemWithCustomerBody)
        whom, by = body.customer.contactable(), caller(req)
        with acting(req) as organization:
            organization.items.check_activity(body.id, body.content.occurred_at)
            customer_id = organization.customers.find_or_create(whom, by).id
            resp.media = _added(organization, customer_id, body, req)

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, item_id: str) -> None:
        """200; 400 for a kind of item that the API does not show; 404."""
        organization = organization_of(req)
        with organization.lock:
            resp.media = organization.read_item(item_id).as_json()

    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, item_id: str) -> None:
        """204; 404, also for anything but an activity."""
        with acting(req) as organization:
            organization.items.delete(item_id)
        resp.status = falcon.HTTP_204


class CustomerItems:
    """``POST /customers/{id}/conversation-items`` and ``DELETE …/{item}``."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, customer_id: str) -> None:
        """200 with the item; 301 for a merged customer; 400; 404; 409."""
        organization = organization_of(req)
        organization.customers.require_unmoved(customer_id, MOVED_ITEMS)
        organization.customers.get(customer_id)
        body = read(req, ItemBody)
        with acting(req):
            resp.media = _added(organization, customer_id, body, req)

    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, customer_id: str, item_id: str
    ) -> None:
        """204; 404, also for another customer's item."""
        with acting(req) as organization:
            organization.items.delete(item_id, customer_id)
        resp.status = falcon.HTTP_204


class ItemReply:
    """``POST /conversation-items/{id}/reply``."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, item_id: str) -> None:
        """201, empty, with the ``Location`` of the reply; 400; 404."""
        organization = organization_of(req)
        organization.items.get(item_id)
        reply = read(req, ReplyBody).reply()
        with acting(req):
            item = organization.reply(item_id, reply, user_of(req))
        created(resp, f"conversation-items/{item.id}")


class ItemRedaction:
    """``POST /conversation-items/{id}/redact``; the body is an object without fields (Gladly OpenAPI)."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, item_id: str) -> None:
        """201, empty, with the item's ``Location``; 400 for a type that cannot be (inferred); 404."""
        with acting(req) as organization:
            item = organization.items.redact(item_id)
        created(resp, f"conversation-items/{item.id}")


class ItemRecording:
    """``GET /conversation-items/{id}/media/recording``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, item_id: str) -> None:
        """200, ``audio/mpeg``; 404, also for an item without a recording."""
        organization = organization_of(req)
        with organization.lock:
            resp.data = organization.items.recording(item_id)
        resp.content_type = "audio/mpeg"


class ItemTranscript:
    """``GET /conversation-items/{id}/voice-transcript``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, item_id: str) -> None:
        """200; 404, also for an item without a recording."""
        organization = organization_of(req)
        with organization.lock:
            resp.media = organization.items.transcript(item_id)


def _added(
    organization: Organization, customer_id: str, body: ItemBody, request: falcon.Request
) -> dict[str, Any]:
    item = organization.items.add_activity(
        customer_id,
        body.content.content(),
        caller(request),
        item_id=body.id,
        occurred_at=body.content.occurred_at,
    )
    return item.as_json()
