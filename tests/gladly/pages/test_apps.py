"""Settings > Apps and the form of the Klaviyo App, as the runbook walks through them."""

from fakes.gladly.rules import forms
from fakes.gladly.rules.apps import form as app_form
from fakes.gladly.rules.apps.apps import KlaviyoApp
from fakes.gladly.rules.organization.organization import Organization
from tests.gladly.conftest import Receiver
from tests.gladly.pages.conftest import actions
from tests.gladly.test_apps import KEY
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node

APPS, NEW = "/admin/apps", "/admin/apps/new/klaviyo"
OTHER_KEY = KEY[:-1] + "9"
KEPT = "A private key is saved. Leave the field blank to keep it."


def form(page: Node) -> Node:
    """Return the form that the page is for."""
    return page.one("main").one("form", novalidate="")


def add(browser: Browser, name: str = "Klaviyo", status: int = 200, **fields: str) -> Node:
    """Add an app by the pages."""
    browser.open(APPS)
    browser.follow("Add App")
    browser.follow("Klaviyo")
    return browser.send(form(browser.page), {"name": name, "private_key": KEY, **fields}, status=status)


def only(organization: Organization) -> KlaviyoApp:
    """Return the only app."""
    (app,) = organization.apps
    return app


def edit(browser: Browser, app: KlaviyoApp) -> Node:
    """Go to the app's form by the link in its row."""
    page = browser.open(APPS)
    return browser.open(page.one("a", aria_label=f"Edit {app.name}").attributes["href"])


def errors(page: Node) -> dict[str, str]:
    """Return the errors beside the fields by their ids."""
    found = {
        node.attributes["id"]: node.text for node in page if node.attributes.get("id", "").endswith("-error")
    }
    return {one.removesuffix("-error"): text for one, text in found.items()}


def test_empty_list(admin: Browser) -> None:
    """Without apps the page says so and leads to adding one."""
    page = admin.open(APPS)
    assert page.one("h1").text == "Apps"
    assert "No app has been added yet." in page.one("main").text
    admin.follow("Add App")
    types = admin.page.one("ul", aria_label="Types of app")
    assert [link.text for link in types.all("a")] == ["Klaviyo"]
    assert types.text.count("Not supported by the fake.") == 3


def test_adding_an_app(admin: Browser, organization: Organization) -> None:
    """A name and a key add an app that is on; the list has its toggle, its name and its type."""
    page = add(admin)
    toggle = page.one("button", role="switch")

    assert admin.path == APPS
    assert (toggle.attributes["aria-label"], toggle.attributes["aria-checked"]) == ("Klaviyo", "true")
    assert page.one("ul", aria_label="Installed apps").text.startswith("Klaviyo Klaviyo")
    assert page.one("p", role="status").text == "“Klaviyo” was added and is on."
    assert only(organization).key_fingerprint is not None
    assert actions(organization)[-1] == "added the app Klaviyo"


def test_what_is_missing_is_said_beside_its_field(admin: Browser, organization: Organization) -> None:
    """Name and key are both needed; what is wrong stands beside each, described by it, and in an alert."""
    page = add(admin, " ", 422, private_key="")

    assert errors(page) == {
        "name": "Name cannot be blank.",
        "private_key": "Klaviyo Private API Key cannot be blank.",
    }
    assert "private_key-error" in page.field("Klaviyo Private API Key").attributes["aria-describedby"]
    assert page.one("p", role="alert").text == "The app was not saved. Correct what is marked below."
    assert list(organization.apps) == []


def test_refused_form_keeps_all_but_the_key(admin: Browser, organization: Organization) -> None:
    """A name that another app has is refused: the setting stays ticked, the key is not written back."""
    add(admin)
    page = add(admin, "Klaviyo", 422, existing_only="true", private_key=OTHER_KEY)

    assert errors(page) == {"name": "Another app already has this name."}
    assert "checked" in page.field(app_form.EXISTING_LABEL).attributes
    assert page.field("Klaviyo Private API Key").attributes["value"] == ""
    assert OTHER_KEY not in "".join(admin.seen)
    assert OTHER_KEY not in str(organization.journal.entries())


def test_form_as_the_runbook_shows_it(admin: Browser, organization: Organization) -> None:
    """Edit shows heading, sentence and both fields with their helps; the key's field is empty, its text says a key is saved."""
    add(admin)
    page = edit(admin, only(organization))
    key = page.field("Klaviyo Private API Key")

    assert page.one("h1").text == "Edit Klaviyo App"
    assert app_form.DESCRIPTION in page.text
    assert page.error_of("Name") == forms.NAME_HELP
    assert page.error_of("Klaviyo Private API Key") == f"{app_form.KEY_HELP} {KEPT}"
    assert (key.attributes["type"], key.attributes["value"], key.attributes["autocomplete"]) == (
        "text",
        "",
        "off",
    )
    assert page.one("button", "Save App").attributes["type"] == "submit"


def test_app_without_a_key_does_not_say_that_one_is_saved(
    admin: Browser, organization: Organization, app_on: None
) -> None:
    """Before the upgrade the form says nothing of a saved key."""
    assert app_on is None
    assert KEPT not in edit(admin, only(organization)).text


def test_saving_a_key_upgrades_the_app(admin: Browser, organization: Organization, app_on: None) -> None:
    """The key that is pasted into the form is kept, and the list is shown with a notice."""
    assert app_on is None
    page = admin.send(form(edit(admin, only(organization))), {"private_key": f"  {KEY} "})

    assert (admin.path, page.one("p", role="status").text) == (APPS, "“Klaviyo” was saved.")
    assert only(organization).upgraded
    assert KEPT in edit(admin, only(organization)).text


def test_blank_key_keeps_the_saved_one(admin: Browser, organization: Organization) -> None:
    """Renaming with an empty key field keeps the key; the setting is saved with it."""
    add(admin)
    before = only(organization).key_fingerprint
    admin.send(form(edit(admin, only(organization))), {"name": "Klaviyo US", "existing_only": "true"})
    app = only(organization)

    assert (app.name, app.existing_only, app.key_fingerprint) == ("Klaviyo US", True, before)
    admin.send(_unticked(edit(admin, app)))
    assert not only(organization).existing_only


def _unticked(page: Node) -> Node:
    box = page.field(app_form.EXISTING_LABEL)
    del box.attributes["checked"]
    return form(page)


def test_key_stands_nowhere(admin: Browser, organization: Organization) -> None:
    """No page, cookie or journal ever shows a key that was entered."""
    add(admin)
    admin.send(form(edit(admin, only(organization))), {"private_key": OTHER_KEY})
    for path in (APPS, f"{APPS}/{only(organization).id}", "/customers", "/"):
        admin.open(path)
    written = "".join(admin.seen) + str(admin.client.cookies) + str(organization.journal.entries())

    assert KEY not in written
    assert OTHER_KEY not in written


def test_stale_form_is_refused_and_stays_usable(admin: Browser, organization: Organization) -> None:
    """Of two open tabs the one that saves last is told what changed, keeps what was typed but the key, and can save then."""
    add(admin)
    opened = form(edit(admin, only(organization)))
    admin.send(opened, {"name": "First", "private_key": OTHER_KEY})
    kept = only(organization).key_fingerprint
    page = admin.send(opened, {"name": "Second", "private_key": KEY, "existing_only": "true"}, status=409)
    alert = page.one("p", role="alert").text
    after = (only(organization).name, only(organization).key_fingerprint)

    assert after == ("First", kept)
    assert "nothing was saved" in alert
    assert "now called “First”" in alert
    assert "Enter the private key again." in alert
    assert page.field("Name").attributes["value"] == "Second"
    assert "checked" in page.field(app_form.EXISTING_LABEL).attributes
    assert page.field("Klaviyo Private API Key").attributes["value"] == ""
    admin.send(form(page), {"private_key": KEY})
    assert (only(organization).name, only(organization).existing_only) == ("Second", True)


def test_toggle_leaves_an_open_form_good(admin: Browser, organization: Organization) -> None:
    """The tab that the runbook tells to keep open can still be saved after the app was switched off and on elsewhere."""
    add(admin)
    opened = form(edit(admin, only(organization)))
    organization.apps.switch(only(organization), active=False)
    admin.send(opened, {"private_key": OTHER_KEY})

    assert admin.path == APPS
    assert not only(organization).active


def test_switching_off_asks_first(admin: Browser, organization: Organization) -> None:
    """The toggle asks before it switches off, with Deactivate and Cancel; switching on asks nothing."""
    page = add(admin)
    page = admin.send(_toggle(page))
    still = only(organization).active
    question = page.one("dialog", open="")
    admin.send(question.one("form"))
    off = only(organization).active

    assert (still, off) == (True, False)
    assert [button.text for button in question.all("button")] == ["Deactivate"]
    assert question.link("Cancel") == APPS
    assert admin.page.one("button", role="switch").attributes["aria-checked"] == "false"
    admin.send(_toggle(admin.page))
    assert only(organization).active


def _toggle(page: Node) -> Node:
    (found,) = [one for one in page.all("form") if one.all("button", role="switch")]
    return found


def test_every_toggle_that_is_on_has_its_question(admin: Browser) -> None:
    """A browser with script opens the question at once: the toggle names the dialog, which is on the page, closed."""
    page = add(admin)
    dialog = page.one("dialog")

    assert page.one("button", role="switch").attributes["data-opens"] == dialog.attributes["id"]
    assert "open" not in dialog.attributes
    assert [button.text for button in dialog.all("button")] == ["Deactivate", "Cancel"]


def test_app_that_is_off_can_be_deleted(admin: Browser, organization: Organization) -> None:
    """Only an app that is off can be deleted, which asks first."""
    page = add(admin)
    before = page.all("button", "Delete")
    organization.apps.switch(only(organization), active=False)
    page = admin.open(APPS)
    delete = f"{APPS}/{only(organization).id}/delete"
    page = admin.send(page.one("ul", aria_label="Installed apps").one("form", action=delete))
    still = len(list(organization.apps))
    admin.send(page.one("dialog", open="").one("form"))

    assert (before, still, list(organization.apps)) == ([], 1, [])
    assert admin.page.one("p", role="status").text == "“Klaviyo” was deleted."


def test_app_that_is_on_is_not_deleted(admin: Browser, organization: Organization) -> None:
    """A deletion sent for an app that is on is refused."""
    add(admin)
    token = admin.form_token()
    answer = admin.client.post(
        f"{APPS}/{only(organization).id}/delete", data={"form_token": token, "confirmed": "true"}
    )

    assert (answer.status_code, len(list(organization.apps))) == (409, 1)
    assert "switched off before it can be deleted" in answer.text


def test_app_that_is_gone(admin: Browser) -> None:
    """The form of an app that does not exist is not found."""
    assert "App does not exist." in admin.open(f"{APPS}/nobody", status=404).text


def test_agent_cannot_send_what_the_page_does_not_show(
    agent: Browser, organization: Organization, app_on: None, receiver: Receiver
) -> None:
    """An agent who makes the forms up is refused by the rules, and nothing changes."""
    assert app_on is None
    data = {"form_token": agent.form_token(), "active": "false", "confirmed": "true", "name": "Hacked"}
    path = f"{APPS}/{only(organization).id}"
    answers = [agent.client.post(one, data=data) for one in (path, f"{path}/active", f"{path}/delete", NEW)]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert (only(organization).name, only(organization).active, receiver.types) == ("Klaviyo", True, [])
