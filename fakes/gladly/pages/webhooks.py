"""Settings > Webhooks: the list with its toggles, the form, and the log of deliveries (vendor help, vendor sample code)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import falcon

from fakes.core.browsers.forms import Form
from fakes.core.pages.site import go
from fakes.gladly.pages.page import Errors, Page, by_field, done, note
from fakes.gladly.pages.site import WEBHOOKS_PATH, GladlyVisit
from fakes.gladly.rules.errors import InvalidError, RuleError
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.users.users import require_webhooks_page
from fakes.gladly.rules.webhooks import form as webhook_form
from fakes.gladly.rules.webhooks.webhooks import Webhook
from fakes.gladly.service.context import fake_of

NEW_PATH = f"{WEBHOOKS_PATH}/new"
SPARE_HEADERS = 3
"""How many empty rows the form has for further headers; after saving there are as many again."""

_FIELDS = {
    "name": "name",
    "url": "url",
    "events": "events",
    "credentials.username": "username",
    "credentials.password": "password",
}


def _groups() -> list[tuple[str, list[str]]]:
    """Return the events that can be chosen, by what they are about."""
    found: dict[str, list[str]] = {}
    for one in sorted(event_types.ALL):
        found.setdefault(event_types.entity_of(one), []).append(one)
    return list(found.items())


GROUPS = _groups()


def filled(form: Form) -> webhook_form.Filled:
    """Return the form as it was sent. Of two headers of one name the last one counts."""
    pairs = zip(form.all("header_name"), form.all("header_value"), strict=False)
    return webhook_form.Filled(
        form.text("name"),
        form.text("url"),
        tuple(dict.fromkeys(form.all("event"))),
        form.ticked("enabled"),
        form.text("username"),
        form.text("password"),
        form.text("realm"),
        {name.strip(): value for name, value in pairs if name.strip()},
    )


class WebhookList(Page):
    """The list; one that was deactivated carries a warning (vendor help)."""

    def on_get(self, request: falcon.Request, response: falcon.Response, webhook_id: str = "") -> None:
        """Show the list."""
        del webhook_id  # the address of what was refused shows the list too
        with self.reading(request) as visit:
            self._show(request, response, visit)

    def _show(
        self,
        request: falcon.Request,
        response: falcon.Response,
        visit: GladlyVisit,
        errors: Errors | None = None,
    ) -> None:
        self.show(
            response,
            "webhooks.html",
            visit,
            errors=errors,
            webhooks=visit.tenant.webhooks.rows(visit.user),
            delete=request.get_param("delete") or "",
            new_path=NEW_PATH,
        )


class WebhookToggle(WebhookList):
    """The toggle of a webhook: switched on, its address has to answer PING."""

    def on_post(self, request: falcon.Request, response: falcon.Response, webhook_id: str) -> None:
        """Switch and show the list, with what was wrong if it was refused."""
        with self.entered(request) as visit:
            enabled = self.site.form(request).text("active") == "true"
            webhook = visit.tenant.webhooks.get(webhook_id, visit.user)
            settings = replace(webhook.settings, enabled=enabled)
            try:
                fake_of(visit.request).set_up_webhook(visit.tenant, settings, webhook_id, by=visit.user)
            except InvalidError as error:
                text = " ".join(by_field(error, {}).values())
                self._show(request, response, visit, {"": f"{_called(webhook)} was not changed. {text}"})
                return
            turned = "on" if enabled else "off"
            note(visit, f"switched the webhook {settings.name} {turned}", url=settings.url)
            done(visit, f"{_called(webhook)} is {turned}.", WEBHOOKS_PATH)


class DeletedWebhook(WebhookList):
    """Deleting a webhook, for good; only when it is off."""

    def on_post(self, request: falcon.Request, response: falcon.Response, webhook_id: str) -> None:
        """Delete the webhook and show the list, or ask first."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            webhook = visit.tenant.webhooks.get(webhook_id, visit.user)
            if not form.ticked("confirmed"):
                go(f"{WEBHOOKS_PATH}?delete={webhook_id}")
            try:
                with fake_of(visit.request).acting(visit.tenant) as organization:
                    organization.webhooks.remove(webhook_id, visit.user)
            except InvalidError as error:
                self._show(request, response, visit, by_field(error, {}))
                return
            note(visit, f"deleted the webhook {webhook.settings.name}", url=webhook.settings.url)
            done(visit, f"{_called(webhook)} was deleted.", WEBHOOKS_PATH)


class WebhookForm(Page):
    """The form of a webhook, or of a new one."""

    def on_get(self, request: falcon.Request, response: falcon.Response, webhook_id: str = "") -> None:
        """Show the form, below it the log."""
        with self.reading(request) as visit:
            webhook = self._webhook(visit, webhook_id)
            self._show(response, visit, webhook, webhook_form.shown(webhook))

    def on_post(self, request: falcon.Request, response: falcon.Response, webhook_id: str = "") -> None:
        """Save and show the list; or show the form again with what was wrong, without the secrets."""
        with self.entered(request) as visit:
            sent = filled(self.site.form(request))
            webhook = self._webhook(visit, webhook_id)
            try:
                settings = sent.settings(webhook)
                saved = fake_of(visit.request).set_up_webhook(
                    visit.tenant, settings, webhook_id or None, by=visit.user
                )
            except InvalidError as error:
                again = webhook_form.shown(webhook) | _typed(sent)
                self._show(response, visit, webhook, again, _errors(error, sent))
                return
            note(visit, f"saved the webhook {settings.name}", url=settings.url)
            done(visit, f"{_called(saved)} was saved.", WEBHOOKS_PATH)

    def _webhook(self, visit: GladlyVisit, webhook_id: str) -> Webhook | None:
        require_webhooks_page(visit.user)
        return visit.tenant.webhooks.get(webhook_id, visit.user) if webhook_id else None

    def _show(
        self,
        response: falcon.Response,
        visit: GladlyVisit,
        webhook: Webhook | None,
        shown: Mapping[str, Any],
        errors: Errors | None = None,
    ) -> None:
        log = [] if webhook is None else webhook.rows(visit.tenant.clock.now())
        self.show(
            response,
            "webhook_form.html",
            visit,
            errors=errors,
            webhook=webhook,
            shown=shown,
            helps=webhook_form.HELPS,
            groups=GROUPS,
            header_names=[*shown["headers"], *[""] * SPARE_HEADERS],
            log=log[::-1],
            webhooks_path=WEBHOOKS_PATH,
        )


def _typed(sent: webhook_form.Filled) -> dict[str, Any]:
    """Return what of a refused form is shown again: no credentials and no header's value."""
    return {
        "name": sent.name,
        "url": sent.url,
        "events": list(sent.events),
        "enabled": sent.enabled,
        "headers": list(sent.headers),
    }


def _errors(error: RuleError, sent: webhook_form.Filled) -> dict[str, str]:
    """Return what is wrong by field; whatever is wrong with a header stands under all of them."""
    return by_field(error, _FIELDS | {f"headers.{name}": "headers" for name in sent.headers})


def _called(webhook: Webhook) -> str:
    return f"“{webhook.settings.name or webhook.settings.url}”"
