"""Settings > Apps: the list with its toggles, Add App, and the form of the Klaviyo App (vendor help, runbook)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import falcon

from fakes.core.browsers.forms import Form
from fakes.core.pages.site import go
from fakes.gladly.pages.page import Errors, Page, by_field, done
from fakes.gladly.pages.site import APPS_PATH, GladlyVisit
from fakes.gladly.rules.apps import form as app_form
from fakes.gladly.rules.apps.apps import KlaviyoApp
from fakes.gladly.rules.errors import InvalidError, OutdatedError
from fakes.gladly.service.context import fake_of

ADD_PATH = f"{APPS_PATH}/add"
NEW_PATH = f"{APPS_PATH}/new/klaviyo"
OTHER_TYPES = ("Custom", "Optimizely", "Segment")
"""Types of app that Gladly has and this fake has not."""

_FIELDS = {"name": "name", "private_key": "private_key"}


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it was sent, without the key: whatever is wrong, that is not shown again."""

    name: str
    existing_only: bool

    @classmethod
    def of_form(cls, form: Form) -> "Draft":
        """Return what was filled in."""
        return cls(form.text("name"), form.ticked("existing_only"))


class AppList(Page):
    """All apps, active and inactive, each with its toggle."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the list; ``?confirm=`` names the app whose question stands open (a browser without script)."""
        with self.reading(request) as visit:
            apps = visit.tenant.apps.rows(visit.user)
            asked = {"off": request.get_param("confirm") or "", "delete": request.get_param("delete") or ""}
            self.show(response, "apps.html", visit, apps=apps, asked=asked, add_path=ADD_PATH)


class Toggle(Page):
    """The toggle beside an app; to switch off is confirmed first (vendor help)."""

    def on_post(self, request: falcon.Request, _response: falcon.Response, app_id: str) -> None:
        """Switch the app on or off and show the list, or ask first."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            active = form.text("active") == "true"
            with fake_of(visit.request).acting(visit.tenant) as organization:
                app = organization.apps.get(app_id, visit.user)
                if not active and not form.ticked("confirmed"):
                    go(f"{APPS_PATH}?confirm={app_id}")
                organization.apps.switch(app, active=active, by=visit.user)
            done(visit, f"“{app.name}” is {'on' if active else 'off'}.", APPS_PATH)


class DeletedApp(Page):
    """Deleting an app, for good; only when it is off."""

    def on_post(self, request: falcon.Request, _response: falcon.Response, app_id: str) -> None:
        """Delete the app and show the list, or ask first."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            with fake_of(visit.request).acting(visit.tenant) as organization:
                app = organization.apps.get(app_id, visit.user)
                if not form.ticked("confirmed"):
                    go(f"{APPS_PATH}?delete={app_id}")
                organization.apps.delete(app, visit.user)
            done(visit, f"“{app.name}” was deleted.", APPS_PATH)


class AppPicker(Page):
    """Add App: which type of app."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the types; those that this fake has not are said to be so."""
        with self.reading(request) as visit:
            visit.tenant.apps.rows(visit.user)
            self.show(
                response, "app_types.html", visit, kind=app_form.TYPE, new_path=NEW_PATH, others=OTHER_TYPES
            )


class AppForm(Page):
    """What the forms to add and to edit have in common."""

    def _show(
        self,
        response: falcon.Response,
        visit: GladlyVisit,
        shown: Mapping[str, Any],
        draft: Draft,
        *,
        errors: Errors | None = None,
        status: HTTPStatus | None = None,
    ) -> None:
        name, key = shown["fields"]
        self.show(
            response,
            "app_form.html",
            visit,
            errors=errors,
            status=status,
            shown=shown,
            name=name,
            key=key,
            existing_only=shown["settings"][0],
            draft=draft,
            apps_path=APPS_PATH,
        )


class NewApp(AppForm):
    """Add New Klaviyo App."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the empty form."""
        with self.reading(request) as visit:
            self._show(response, visit, visit.tenant.apps.form(visit.user), Draft("", existing_only=False))

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Add the app and show the list; or show the form again with what was wrong."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            draft, shown = Draft.of_form(form), visit.tenant.apps.form(visit.user)
            try:
                with fake_of(visit.request).acting(visit.tenant) as organization:
                    app = organization.apps.add(
                        draft.name, form.text("private_key"), visit.user, existing_only=draft.existing_only
                    )
            except InvalidError as error:
                self._show(response, visit, shown, draft, errors=by_field(error, _FIELDS))
                return
            done(visit, f"“{app.name}” was added and is on.", APPS_PATH)


class EditApp(AppForm):
    """Edit Klaviyo App."""

    def on_get(self, request: falcon.Request, response: falcon.Response, app_id: str) -> None:
        """Show the form. The key is never in it."""
        with self.reading(request) as visit:
            app = visit.tenant.apps.get(app_id, visit.user)
            self._show(response, visit, app.form(), Draft(app.name, app.existing_only))

    def on_post(self, request: falcon.Request, response: falcon.Response, app_id: str) -> None:
        """Save and show the list; or show the form again with what was wrong, ready to be saved again."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            draft, key = Draft.of_form(form), form.text("private_key")
            try:
                with fake_of(visit.request).acting(visit.tenant) as organization:
                    app = organization.apps.get(app_id, visit.user)
                    organization.apps.save(
                        app,
                        draft.name,
                        key,
                        visit.user,
                        existing_only=draft.existing_only,
                        version=_version(form),
                    )
            except InvalidError as error:
                self._show(response, visit, app.form(), draft, errors=by_field(error, _FIELDS))
                return
            except OutdatedError:
                self._show(
                    response,
                    visit,
                    app.form(),
                    draft,
                    errors={"": _stale(app, key)},
                    status=HTTPStatus.CONFLICT,
                )
                return
            done(visit, f"“{app.name}” was saved.", APPS_PATH)


def _version(form: Form) -> int:
    """Return the version that the form was opened with; a form that has none is as stale as can be."""
    text = form.text("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - no more saves


def _stale(app: KlaviyoApp, key: str) -> str:
    setting = "on" if app.existing_only else "off"
    again = " Enter the private key again." if key.strip() else ""
    return (
        "This app was changed after you opened the form, so nothing was saved."
        f" It is now called “{app.name}”, and “{app_form.EXISTING_LABEL}” is {setting}."
        f" What you entered is still below: check it and save again.{again}"
    )
