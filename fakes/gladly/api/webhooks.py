"""``/api/v1/webhooks``: the webhook management API."""

from dataclasses import replace
from typing import Any, ClassVar

import falcon

from fakes.gladly.api.bodies import Body, read
from fakes.gladly.rules.errors import InvalidError
from fakes.gladly.rules.events.types import DEPRECATED_SUFFIX
from fakes.gladly.rules.webhooks.webhooks import Credentials, Settings
from fakes.gladly.service.context import acting, fake_of, organization_of, state_of, user_of


class CredentialsBody(Body):
    """Basic credentials for deliveries."""

    username: str
    password: str
    realm: str | None = None


class WebhookBody(Body):
    """What to set about a webhook; what is absent stays as it is, or gets its default on a new one.

    What a webhook shows besides may be sent back: the body's own schema has it, read-only (Gladly OpenAPI).
    """

    known_to_be_ignored: ClassVar[frozenset[str]] = frozenset(
        {"id", "createdAt", "updatedAt", "hasCredentials", "headerKeys", "disabledAtDueToRetryLimit"}
    )

    name: str | None = None
    url: str | None = None
    events: list[str] | None = None
    credentials: CredentialsBody | None = None
    headers: dict[str, str] | None = None
    enabled: bool | None = None

    def onto(self, settings: Settings) -> Settings:
        """Return ``settings`` with what is given."""
        given: dict[str, Any] = self.model_dump(
            exclude_none=True, include={"name", "url", "headers", "enabled"}
        )
        if self.events is not None:
            given["events"] = tuple(event.removesuffix(DEPRECATED_SUFFIX) for event in self.events)
        if (basic := self.credentials) is not None:
            given["credentials"] = Credentials(basic.username, basic.password, basic.realm or "")
        return replace(settings, **given)


class Webhooks:
    """``/api/v1/webhooks`` and ``/webhooks/{id}``. The Klaviyo App's connector is not among them."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        organization = organization_of(req)
        resp.media = [webhook.as_json() for webhook in organization.webhooks]

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """201, empty, with ``Location``; 400, also when the address does not answer PING with 200."""
        organization = organization_of(req)
        settings = _read(req).onto(Settings(url="", events=()))
        webhook = fake_of(req).set_up_webhook(organization, settings, by=user_of(req))
        resp.status = falcon.HTTP_201
        resp.set_header("Location", f"/api/v1/webhooks/{webhook.id}")

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, webhook_id: str) -> None:
        """200; 404."""
        organization = organization_of(req)
        resp.media = organization.webhooks.get(webhook_id).as_json()

    def on_patch_one(self, req: falcon.Request, resp: falcon.Response, webhook_id: str) -> None:
        """204; 400, also when the address does not answer PING with 200; 404."""
        organization = organization_of(req)
        settings = _read(req).onto(organization.webhooks.get(webhook_id).settings)
        fake_of(req).set_up_webhook(organization, settings, webhook_id, by=user_of(req))
        resp.status = falcon.HTTP_204

    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, webhook_id: str) -> None:
        """204; 400 while it is enabled; 404."""
        with acting(req) as organization:
            organization.webhooks.remove(webhook_id)
        resp.status = falcon.HTTP_204


def _read(request: falcon.Request) -> WebhookBody:
    try:
        return read(request, WebhookBody)
    except InvalidError:
        # A password in what cannot be read cannot be told apart, so none of it goes into the journal.
        state_of(request).body = b"(not shown)"
        raise
