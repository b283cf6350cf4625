"""Script in any name, address or property stays text, on every page."""

from urllib.parse import quote

import httpx
import pytest

from fakes.gladly.rules.conversations.timeline import Message
from fakes.gladly.rules.customers.addresses import Email, Phone
from fakes.gladly.rules.customers.customers import Profile
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.rules.webhooks.webhooks import Settings
from fakes.gladly.rules.workspace import Workspace
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK
from tests.gladly.test_apps import KEY
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import read

SCRIPT = """<script>alert(1)</script>"'&{{ 7 * 7 }}"""
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;{{ 7 * 7 }}"
ADDRESS = """"'&@shop.example"""
ECHOED = quote(SCRIPT)
PAGES = {
    "/": 1,
    f"/login?next={ECHOED}": 1,
    f"/customers?search={ECHOED}": 2,
    "/customers": 4,
    "/customers/new": 3,
    "/customers/{customer}": 9,
    "/customers/{customer}/compose?channel=EMAIL": 4,
    "/conversations/{conversation}": 9,
    "/admin/apps": 5,
    "/admin/apps?confirm={app}": 5,
    "/admin/apps/add": 3,
    "/admin/apps/{app}": 4,
    "/admin/users": 3,
    "/admin/users/{user}": 5,
    "/admin/conversation-workflow": 3,
    "/admin/webhooks": 4,
    "/admin/webhooks/{webhook}": 5,
    "/admin/api-tokens": 4,
    "/account": 4,
}
"""Pages, and how often at least something of that name stands on each."""


@pytest.fixture
def ids(fake: GladlyFake, organization: Organization) -> dict[str, str]:
    """Name everything that can be named so, and return the ids of what was made."""
    organization.name = SCRIPT
    fake.demo_tenants.append(organization.id)
    user = organization.add_user(
        SCRIPT, f"{SCRIPT}@shop.example", "pw-1-script", frozenset({Role.ADMINISTRATOR, Role.API_USER})
    )
    fake.issue_token(organization, user, SCRIPT)
    settings = Settings(f"{HOOK}/{SCRIPT}", ("CUSTOMER_PROFILE/CREATED",), SCRIPT, None, {"X-Key": "v"}, True)
    webhook = fake.set_up_webhook(organization, settings, by=user)
    app = organization.apps.add(SCRIPT, KEY, user)
    topic = organization.directory.topics.create(SCRIPT)
    with fake.acting(organization):
        customer = organization.customers.create(_profile(), Initiator.agent(user.id))
        conversation = organization.begin_as_customer(customer.id, Message("EMAIL", SCRIPT, SCRIPT))
        workspace = Workspace(organization, user)
        workspace.add_topics(conversation.id, [topic.id])
        workspace.note(conversation.id, SCRIPT)
    return {
        "user": user.id,
        "webhook": webhook.id,
        "app": app.id,
        "customer": customer.id,
        "conversation": conversation.id,
    }


def _profile() -> Profile:
    return Profile(
        name=SCRIPT,
        address=SCRIPT,
        emails=(Email(ADDRESS, ADDRESS),),
        phones=(Phone("+1 650 555 0142", "+16505550142"),),
        custom_attributes={SCRIPT: SCRIPT},
    )


@pytest.fixture
def scripted(stranger: Browser, organization: Organization, ids: dict[str, str]) -> Browser:
    """A browser in which the user whose name is a script is signed in, who may see every page."""
    stranger.sign_in(organization.users.get(ids["user"]))
    return stranger


@pytest.mark.parametrize("path", PAGES)
def test_script_stays_text(scripted: Browser, ids: dict[str, str], path: str) -> None:
    """A script in a name is shown as it was typed: it is no tag, and no template either."""
    response = scripted.client.get(path.format(**ids), follow_redirects=True)
    page = read(response.text)

    assert response.status_code == 200
    assert response.text.count(SHOWN) >= PAGES[path]
    assert "alert(1)</script>" not in response.text
    assert [script.attributes["src"].split("?")[0] for script in page.all("script")] == ["/static/pages.js"]
    assert [node for node in page if any(name.startswith("on") for name in node.attributes)] == []


def test_answer_in_the_log_stays_text(
    scripted: Browser, ids: dict[str, str], organization: Organization, fake: GladlyFake
) -> None:
    """What a webhook's address answers is shown as text."""
    fake.deliveries.close()
    fake.deliveries._client = httpx.Client(  # noqa: SLF001 - the other end has to say something
        transport=httpx.MockTransport(lambda _: httpx.Response(500, text=SCRIPT))
    )
    with fake.acting(organization):
        organization.customers.create(Profile(), Initiator.agent(ids["user"]))
    scripted.open(f"/admin/webhooks/{ids['webhook']}")

    assert f"500\n\n{SHOWN}" in scripted.response.text
    assert len(scripted.page.all("script")) == 1


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/customers/new", {"name": SCRIPT, "email1": SCRIPT, "phone": SCRIPT}),
        ("/admin/apps/new/klaviyo", {"name": SCRIPT, "private_key": ""}),
        ("/admin/users/new", {"name": SCRIPT, "email": SCRIPT}),
        ("/admin/webhooks/new", {"name": SCRIPT, "url": SCRIPT, "event": SCRIPT, "header_name": SCRIPT}),
        ("/admin/conversation-workflow", {"window": SCRIPT}),
        ("/customers/{customer}/compose?channel=EMAIL", {"subject": SCRIPT, "message": ""}),
        ("/conversations/{conversation}/reply", {"reply": SCRIPT * 1000}),
        ("/conversations/{conversation}/notes", {"note": SCRIPT * 1000}),
    ],
)
def test_refused_form_stays_text(
    scripted: Browser, ids: dict[str, str], path: str, fields: dict[str, str]
) -> None:
    """What was typed into a form that is refused is shown again as text."""
    data = fields | {"form_token": scripted.form_token(), "channel": "EMAIL"}
    answer = scripted.client.post(path.format(**ids), data=data)
    page = read(answer.text)

    assert answer.status_code == 422
    assert answer.text.count(SHOWN) >= 3
    assert len(page.all("script")) == 1
    assert [node for node in page if any(name.startswith("on") for name in node.attributes)] == []


def test_address_of_an_invitation_stays_text(stranger: Browser) -> None:
    """An invitation that leads nowhere is not written into the page as it is."""
    opening = quote("<script>\"'", safe="")
    page = stranger.open(f"/invitations/{opening}/{opening}")

    assert page.one("form").attributes["action"] == "/invitations/<script>\"'/<script>\"'"
    assert len(page.all("script")) == 1
