"""Settings > Account > API keys: create, copy once, clone, delete."""

import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.scopes import RESOURCES_2023, AccessLevel
from fakes.klaviyo.rules.users import Role
from tests.klaviyo.pages.browsing import Browser, user_of
from tests.klaviyo.pages.dom import Node
from tests.klaviyo.support import REVISION

KEYS, NEW = "/settings/account/api-keys", "/create-private-api-key"


def _form(page: Node, action: str) -> Node:
    return page.one("form", action=action)


def _create(browser: Browser, fields: dict[str, str] | None = None) -> str:
    """Create a key by the page and return it as it is shown."""
    form = _form(browser.open(NEW), NEW)
    page = browser.send(form, {"name": "Gladly App"} | (fields or {}))
    assert page.one("button", "Copy Key").attributes["data-copies"] == "private-key"
    return page.one("code", aria_label="Private API key").text


def _labels(page: Node) -> list[str]:
    return [row.all("th")[0].text for body in page.all("tbody") for row in body.all("tr")]


def test_creating_a_custom_key(browser: Browser, account: Account) -> None:
    """Custom Key with Full Access for Events makes a key with the scopes to read and write events."""
    secret = _create(browser, {"access": "custom", "scope-events": "Full Access"})
    [key] = account.keys.all(None)

    assert key.secret == secret
    assert sorted(key.scopes) == ["events:read", "events:write"]
    headers = {"Authorization": f"Klaviyo-API-Key {secret}", "revision": REVISION}
    browser.client.cookies.clear()
    assert browser.client.get("/api/events", headers=headers).status_code == 200


@pytest.mark.parametrize("level", ["Read Access", "Full Access"])
@pytest.mark.parametrize(("label", "resource"), RESOURCES_2023)
def test_every_level_of_every_scope(
    browser: Browser, account: Account, label: str, resource: str, level: str
) -> None:
    """The radio button that is called by a scope and a level gives the key this level of this scope and nothing else.

    The browser world walks through four of these rows only (``features/upgrade/access_levels.feature``).
    """
    form = _form(browser.open(NEW), NEW)
    choice = form.one("input", aria_label=f"{label}: {level}").attributes
    browser.send(form, {"name": "Probe", "access": "custom", str(choice["name"]): str(choice["value"])})

    verbs = {"Read Access": ["read"], "Full Access": ["read", "write"]}[level]
    [key] = account.keys.all(None)
    assert sorted(key.scopes) == [f"{resource}:{verb}" for verb in verbs]


def test_a_key_is_shown_once(browser: Browser, account: Account) -> None:
    """The key stands on the page after its creation and on no page, in no cookie and in no journal afterwards."""
    secret = _create(browser)
    browser.seen.clear()
    page = browser.open(f"{KEYS}/created")
    assert browser.path == KEYS
    for path in (KEYS, NEW, "/settings/account", "/analytics/metrics", "/"):
        browser.open(path)

    assert _labels(page) == ["Gladly App"]
    assert not any(secret in text for text in browser.seen)
    assert secret not in str(dict(browser.client.cookies))
    assert secret not in str(list(account.journal.entries()))


def test_list(browser: Browser, account: Account) -> None:
    """The list has label, masked key, access level and the day of creation in the account's time zone."""
    key = account.keys.create(None, "Development", AccessLevel.CUSTOM, ["events:write"])
    page = browser.open(KEYS)

    cells = [cell.text for cell in page.one("tbody").one("tr").all("td")][:3]
    assert cells == [f"pk_****{key.secret[-4:]}", "Customized Access", "11/23/2026"]
    assert page.one("code", id="public-key").text == account.public_key
    assert [head.text for head in page.one("thead").all("th")][:4] == [
        "Label",
        "Private API Key",
        "Access Level",
        "Created Date",
    ]


def test_empty_list(browser: Browser) -> None:
    """Without keys the page says so and leads to making one."""
    page = browser.open(KEYS)
    assert "No private API key has been created yet." in page.text
    browser.follow("Create Private API Key")
    assert browser.path == NEW
    browser.follow("Cancel")
    assert browser.path == KEYS


def test_error_beside_the_field(browser: Browser, account: Account) -> None:
    """A name that is too short is refused beside its field, the rest of the form stays as it was filled in."""
    form = _form(browser.open(NEW), NEW)
    page = browser.send(form, {"name": "x", "access": "custom", "scope-events": "Full Access"}, status=422)

    assert page.error_of("Private API Key Name") == "The name must have at least 3 characters."
    assert page.field("Private API Key Name").attributes["aria-invalid"] == "true"
    assert page.field("Private API Key Name").attributes["value"] == "x"
    assert _form(page, NEW).fields()["scope-events"] == "Full Access"
    assert _form(page, NEW).fields()["access"] == AccessLevel.CUSTOM.slug
    assert account.keys.all(None) == []


@pytest.mark.parametrize(
    "fields", [{"access": "everything"}, {"access": "custom", "scope-events": "Some Access"}]
)
def test_a_form_made_up(browser: Browser, account: Account, fields: dict[str, str]) -> None:
    """An access level or a scope's level that the page does not offer makes no key."""
    form = _form(browser.open(NEW), NEW)
    browser.send(form, {"name": "Gladly App"} | fields, status=422)
    assert account.keys.all(None) == []


@pytest.mark.parametrize(
    ("scopes", "levels"),
    [
        ("events:read,events:write", {"events": "Full Access"}),
        ("events:full", {"events": "Full Access"}),
        ("metrics:read,profiles:write", {"metrics": "Read Access", "profiles": "Full Access"}),
        ("nonsense,<script>", {}),
    ],
)
def test_preselection(browser: Browser, scopes: str, levels: dict[str, str]) -> None:
    """``?scopes=`` chooses Custom Key and the levels of the scopes; what nobody knows is passed over."""
    fields = _form(browser.open(f"{NEW}?scopes={scopes}"), NEW).fields()
    chosen = {name[6:]: level for name, level in fields.items() if name.startswith("scope-")}

    assert fields["access"] == AccessLevel.CUSTOM.slug
    assert {name: level for name, level in chosen.items() if level != "No Access"} == levels


def test_default_choice(browser: Browser) -> None:
    """Without preselection a key has full access."""
    assert _form(browser.open(NEW), NEW).fields()["access"] == AccessLevel.FULL.slug


def test_clone(browser: Browser, account: Account) -> None:
    """A clone has the name and scopes of the first, a value of its own, and is shown once."""
    first = account.keys.create(None, "Development", AccessLevel.CUSTOM, ["events:write"])
    page = browser.send(_form(browser.open(KEYS), f"{KEYS}/{first.id}/clone"))
    shown = page.one("code", aria_label="Private API key").text
    [_, clone] = account.keys.all(None)

    assert shown == clone.secret != first.secret
    assert (clone.name, clone.scopes) == (first.name, first.scopes)


def test_delete(browser: Browser, account: Account) -> None:
    """Delete asks, deletes, says so once, and the key works no more."""
    key = account.keys.create(None, "Development", AccessLevel.FULL)
    form = _form(browser.open(KEYS), f"{KEYS}/{key.id}/delete")
    assert browser.page.one("form", action=f"{KEYS}#delete-{key.id}").one("button").text == "Delete"
    buttons = browser.page.one("dialog", id=f"delete-{key.id}").all("button")
    assert [button.text for button in buttons] == ["Delete", "Cancel"]

    page = browser.send(form)
    assert page.one("p", role="status").text == "The private API key “Development” was deleted."
    assert browser.open(KEYS).all("p", role="status") == []
    assert account.keys.all(None) == []
    browser.send(form, status=404)


@pytest.mark.parametrize("role", list(Role))
def test_roles(stranger: Browser, account: Account, role: Role) -> None:
    """Who may not manage keys gets 403 from every page about them, and no link to it."""
    key = account.keys.create(None, "Development", AccessLevel.FULL)
    allowed = role in (Role.OWNER, Role.ADMIN, Role.MANAGER)
    stranger.sign_in(user_of(account, role))
    token = stranger.form_token()

    assert bool(stranger.open("/settings/account").all("a", "API keys")) == allowed
    for path in (KEYS, NEW):
        stranger.open(path, 200 if allowed else 403)
    if not allowed:
        for path in (NEW, f"{KEYS}/{key.id}/clone", f"{KEYS}/{key.id}/delete"):
            fields = {"form_token": token, "name": "Gladly App", "access": "full"}
            assert stranger.client.post(path, data=fields).status_code == 403
        assert account.keys.all(None) == [key]


@pytest.mark.parametrize("what", ["clone", "delete"])
def test_forms_of_others_are_refused(browser: Browser, account: Account, what: str) -> None:
    """Without the browser's form token neither a clone nor a deletion happens."""
    key = account.keys.create(None, "Development", AccessLevel.FULL)

    assert browser.client.post(f"{KEYS}/{key.id}/{what}").status_code == 403
    assert account.keys.all(None) == [key]


def test_what_was_done_stands_in_the_journal(browser: Browser, account: Account) -> None:
    """The journal tells who created which key."""
    _create(browser)
    actions = [entry for entry in account.journal.entries() if entry.kind == "action"]

    assert [entry.what for entry in actions] == ["created the private key Gladly App"]


def test_old_address(browser: Browser) -> None:
    """The address of years ago leads to the list."""
    browser.open("/account")
    assert browser.path == KEYS
