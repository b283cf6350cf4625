"""Looking at pages where customers are real: the app that is meant, no message begun, nobody's name kept."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Request, Route

from harness.chromium.session import BrowserSession
from harness.pages import check
from harness.pages.check import check_gladly_admin, check_gladly_agent
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.rehearsal import furnished_fakes
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab
from harness.values import Login

ANOTHER_APP = """<li><button role="switch" aria-checked="true" aria-label="Another"></button>
    <a href="/admin/nowhere" aria-label="Edit Another">Edit</a></li>"""
CUSTOMERS = ("Ann Lee", "Ben Ortiz", "Chidi Obi", "Dora Fuchs")


@pytest.fixture
def logins(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Login]]:
    """Serve the fakes with somebody on every page; nothing is waited for long."""
    monkeypatch.setattr(check, "WAIT_MS", 500)
    with furnished_fakes() as served:
        yield served


@pytest.fixture
def context(session: BrowserSession, logins: dict[str, Login]) -> Iterator[BrowserContext]:
    """Yield a context at Gladly in which what is not there is not waited for long."""
    opened = session.open_context(logins["GLADLY_ADMIN"].url)
    opened.set_default_timeout(3_000)
    yield opened
    opened.close()


def signed_in(context: BrowserContext, login: Login) -> Tab:
    """Return a tab of somebody who is signed in."""
    tab = Tab(context.new_page())
    SignIn(tab, "gladly").sign_in(login.email, login.password)
    return tab


def test_the_form_of_the_app_that_is_meant_is_opened(
    context: BrowserContext, logins: dict[str, Login]
) -> None:
    """With a name it is that app's form, whichever stands first; a name that no app has is said."""

    def put_another_first(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=re.sub("(<ul [^>]*apps[^>]*>)", rf"\1{ANOTHER_APP}", answer.text())
        )

    tab = signed_in(context, logins["GLADLY_ADMIN"])
    [name] = [row.name for row in Apps(tab).open().listed()]
    context.route("**/admin/apps", put_another_first)
    assert [one.fits for one in check_gladly_admin(tab, app=name)] == [True, True]
    assert [one.fits for one in check_gladly_admin(tab)] == [True, False]
    assert list(check_gladly_admin(tab, app="Elsewhere"))[1].not_reached == (
        "there is no app called 'Elsewhere' whose form could be looked at"
    )


def test_no_message_is_begun_when_that_is_not_wanted(
    context: BrowserContext, logins: dict[str, Login]
) -> None:
    """Without composing the composer is named as left out, its page is not asked for, and all others are looked at."""
    tab, asked = signed_in(context, logins["GLADLY_AGENT"]), list[str]()
    context.on("request", lambda request: asked.append(request.url))
    found = {one.page_object: one for one in check_gladly_agent(tab, composing=False)}
    assert [name for name, one in found.items() if one.left_out] == ["gladly.Composer"]
    assert all(one.fits for one in found.values())
    assert found["gladly.Conversation"].parts
    assert not [url for url in asked if "compose" in url]


def test_nobodys_name_is_in_what_is_kept(
    context: BrowserContext, logins: dict[str, Login], tmp_path: Path
) -> None:
    """Of pages about people that do not fit, and of whatever is shown instead of one, no customer's name is kept."""

    def rename(route: Route) -> None:
        answer = route.fetch()
        text = answer.text().replace("Search customers", "Find people").replace("Timeline", "History")
        route.fulfill(response=answer, body=text.replace("Start a contact", "Write"))

    tab = signed_in(context, logins["GLADLY_AGENT"])
    context.route(re.compile("/c(ustomers|onversations)"), rename)
    found = {one.page_object: one for one in check_gladly_agent(tab, report=tmp_path)}
    kept = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.txt")}
    assert sorted(kept) == [
        f"gladly.{name}" for name in ("Composer", "Conversation", "Customer", "Customers")
    ]
    assert found["gladly.Composer"].not_reached
    assert not [(name, page) for page, text in kept.items() for name in CUSTOMERS if name in text]
    assert "order" not in kept["gladly.Conversation"]
    assert 'heading "My Customers"' in kept["gladly.Customers"]
    assert 'searchbox "[text]"' in kept["gladly.Customers"]


def test_a_form_without_a_key_leaves_the_keys_field_alone(
    context: BrowserContext, logins: dict[str, Login]
) -> None:
    """Saving a name sends the field of the key as the page has it, whatever stands there."""
    tab, sent = signed_in(context, logins["GLADLY_ADMIN"]), list[str]()

    def note(request: Request) -> None:
        sent.append(request.post_data or "")

    Apps(tab).open().edit_first()
    form = EditKlaviyoApp(tab)
    form.private_key.evaluate("(field, text) => { field.value = text }", "pk_" + "0a" * 17)
    context.on("request", note)
    form.submit("Renamed", "")
    assert "pk_" + "0a" * 17 in sent[0]
    assert [row.name for row in Apps(tab).listed()] == ["Renamed"]
