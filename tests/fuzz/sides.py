"""What the fuzz plays against: a fake, a tenant under fire, one that nobody may touch, and things that must stay."""

import base64
import json
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from fakes.core.http.app import Application
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.service import Fake
from fakes.core.tenants import Runtime
from fakes.gladly import app as gladly_app
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.settings.users import UserSettings
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.scopes import AccessLevel
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.fuzz.crowd import Crowd
from tests.fuzz.wire import Answer, Headers, Raw, send

START: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
TOKEN: Final = "control-token-of-the-fuzz"
Reading = tuple[int, bytes]


class Side(ABC):
    """One fake under fire. ``stranger`` is the tenant that no request may touch, ``kept`` what must read the same."""

    def __init__(self, seed: int) -> None:
        """Set up both tenants and what the stranger has."""
        self.chance = random.Random(seed)  # noqa: S311 - the same every time
        self.runtime = Runtime.in_process(START, seed)
        self.hidden: set[str] = set()
        self.kept: dict[Raw, Reading] = {}
        self.theirs: dict[Raw, Reading] = {}
        self.count = 0
        self.crowd: Crowd

    @property
    @abstractmethod
    def fake(self) -> Fake[Any]:
        """The fake."""

    @property
    @abstractmethod
    def app(self) -> Application:
        """Its application."""

    @abstractmethod
    def authorization(self) -> Headers:
        """Return good credentials of the tenant under fire, with what else every good request has."""

    @property
    @abstractmethod
    def tenant_id(self) -> str:
        """The tenant under fire."""

    @abstractmethod
    def renew(self) -> None:
        """Open another tenant to fire at."""

    @abstractmethod
    def make(self, number: int) -> list[Raw]:
        """Put something new into the tenant under fire and return the requests that read it."""

    def is_gone(self) -> bool:
        """Say whether the tenant under fire was deleted."""
        return self.tenant_id not in {one.id for one in self.fake.tenants}

    def calm(self) -> None:
        """Open a new tenant if the last was deleted, disarm its faults and turn its switches back."""
        if self.is_gone():
            self.kept.clear()
            self.renew()
        tenant = self.fake.tenants.get(self.tenant_id)
        tenant.faults.clear()
        tenant.switches = type(tenant.switches)(rate_limits=False)
        self.greet()

    @abstractmethod
    def greet(self) -> None:
        """See that the users of the tenant under fire are what they were, and signed in."""

    def keep(self) -> None:
        """Make one more thing that must stay."""
        self.calm()
        self.count += 1
        for request in self.make(self.count):
            self.kept[request] = self.read(request)

    def lost(self) -> str:
        """Say what does not read as it did, nothing if all is there."""
        self.calm()
        for where, known in (("the tenant's own", self.kept), ("a stranger's", self.theirs)):
            for request, before in known.items():
                if (now := self.read(request)) != before:
                    return f"{where} {request.path} changed from {before!r} to {now!r}"
        return ""

    def read(self, request: Raw) -> Reading:
        """Return the answer that is to stay."""
        answer = send(self.app, request)
        assert answer is not None
        return answer.status, answer.body

    def hide(self, *ids: str) -> None:
        """Let no generated request name these ids."""
        self.hidden |= set(ids)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Make a control call that works and return its JSON."""
        return self.call(method, f"/_fake/{path}", body, ((CONTROL_HEADER, self.fake.control_token),)).json

    def call(self, method: str, path: str, body: Any, headers: Headers) -> Answer:
        """Make a call that works."""
        typed = (*headers, ("Content-Type", "application/json"))
        raw = b"" if body is None else json.dumps(body).encode()
        answer = send(self.app, Raw(method, path, headers=typed, body=raw))
        assert answer is not None
        assert answer.status < 300, answer
        return answer


class KlaviyoSide(Side):
    """Accounts."""

    def __init__(self, seed: int) -> None:
        """Open both accounts."""
        super().__init__(seed)
        self._fake = KlaviyoFake(self.runtime, control_token=TOKEN)
        self._app = klaviyo_app.application(self._fake)
        self.crowd = Crowd(self._fake, self._app, self.chance)
        stranger = self._fake.create_account()
        stranger.switches.rate_limits = False
        headers = self._key_of(stranger, AccessLevel.FULL)
        self._track(headers, "nobody")
        for path in ("events", "metrics", "profiles", "segments", "accounts"):
            request = Raw("GET", f"/api/{path}", headers=headers)
            self.theirs[request] = self.read(request)
        self.hide(stranger.id)
        self.renew()

    @property
    def fake(self) -> KlaviyoFake:
        """The fake."""
        return self._fake

    @property
    def app(self) -> Application:
        """Its application."""
        return self._app

    @property
    def tenant_id(self) -> str:
        """The account under fire."""
        return self._account.id

    def renew(self) -> None:
        """Open another account."""
        self._account = self._fake.create_account()
        self._account.switches.rate_limits = False
        self._renew_keys()
        self._own = self._key_of(self._account, AccessLevel.FULL)
        self.hide(next(key.id for key in self._account.keys.all(None) if key.secret in self._own[0][1]))
        self.greet()

    def greet(self) -> None:
        """Sign everybody in, first of all the Owner."""
        self.crowd.sign_in(self._account.id, [(one.email, one.password) for one in self._account.users])

    def calm(self) -> None:
        """See that there are keys, too: some may have been deleted."""
        super().calm()
        self._renew_keys()

    def _renew_keys(self) -> None:
        self._keys = [self._key_of(self._account, AccessLevel.FULL) for _ in range(2)]
        self._keys.append(self._key_of(self._account, AccessLevel.READ_ONLY))

    def authorization(self) -> Headers:
        """Return a key, mostly one that may do everything."""
        headers = self.chance.choices(self._keys, weights=(6, 2, 1))[0]
        revision = self.chance.choices(("2026-07-15", "2026-07-15.pre", "2024-10-15"), weights=(16, 2, 1))[0]
        return (headers[0], ("revision", revision))

    def make(self, number: int) -> list[Raw]:
        """Track an event of its own metric and person; it, and they, read the same for ever."""
        found = self._track(self._own, f"kept {number}")
        self.hide(*found.values())
        paths = (f"/api/{kind}s/{one}" for kind, one in found.items())
        return [Raw("GET", path, headers=self._own) for path in paths]

    def _track(self, headers: Headers, name: str) -> dict[str, str]:
        email = f"{name.replace(' ', '-')}@shop.example"
        event = {
            "properties": {"deep": [{"a": 1.5}], "text": name},
            "unique_id": name,
            "time": "2026-11-23T09:00:00Z",
            "metric": {"data": {"type": "metric", "attributes": {"name": name}}},
            "profile": {"data": {"type": "profile", "attributes": {"email": email}}},
        }
        body = {"data": {"type": "event", "attributes": event}}
        self.call("POST", "/api/events", body, headers)
        asked = Raw("GET", "/api/profiles", f'filter=equals(email,"{email}")', headers)
        answer = send(self.app, asked)
        assert answer is not None
        profile = answer.json["data"][0]["id"]
        asked = Raw("GET", "/api/events", f'filter=equals(profile_id,"{profile}")', headers)
        answer = send(self.app, asked)
        assert answer is not None
        [row] = answer.json["data"]
        metric = row["relationships"]["metric"]["data"]["id"]
        return {"event": row["id"], "profile": profile, "metric": metric}

    @staticmethod
    def _key_of(account: Account, level: AccessLevel) -> Headers:
        secret = account.keys.create(None, "Fuzz", level, ()).secret
        return (("Authorization", f"Klaviyo-API-Key {secret}"), ("revision", "2026-07-15"))


class GladlySide(Side):
    """Organizations; whatever their webhooks send is answered at random."""

    def __init__(self, seed: int) -> None:
        """Found both organizations."""
        super().__init__(seed)
        self._fake = GladlyFake(
            self.runtime, control_token=TOKEN, transport=httpx.MockTransport(self._receive)
        )
        self._app = gladly_app.application(self._fake)
        self.crowd = Crowd(self._fake, self._app, self.chance)
        self._stranger = self._fake.create_organization("Stranger")
        self._stranger.organization.switches.rate_limits = False
        self._founded = self._stranger
        for request in self.make(0):
            self.theirs[request] = self.read(request)
        for path in ("organization", "agents", "topics", "webhooks", "inboxes"):
            request = Raw("GET", f"/api/v1/{path}", headers=self._basic(self._stranger))
            self.theirs[request] = self.read(request)
        self.hide(self._stranger.organization.id)
        self.renew()

    @property
    def fake(self) -> GladlyFake:
        """The fake."""
        return self._fake

    @property
    def app(self) -> Application:
        """Its application."""
        return self._app

    @property
    def tenant_id(self) -> str:
        """The organization under fire."""
        return self._founded.organization.id

    def renew(self) -> None:
        """Found another one."""
        self._founded = self._fake.create_organization("Under Fire")
        organization = self._founded.organization
        organization.switches.rate_limits = False
        self.hide(*(token.id for token in organization.tokens.all()))
        roles = frozenset({Role.ADMINISTRATOR, Role.API_USER, Role.AGENT})
        organization.add_user("Every Thing", f"everything@{organization.login_domain}", "everything", roles)
        self._roles = {user.email: user.roles for user in organization.users}
        self.greet()

    def greet(self) -> None:
        """Give everybody their roles back and sign them in, first of all who may do everything."""
        organization = self._founded.organization
        users = [organization.users.by_email(email) for email in self._roles]
        staff = [user for user in users if user is not None]
        for user in staff:
            user.roles, user.deactivated = self._roles[user.email], False
            organization.place(user)
        self.crowd.sign_in(organization.id, [(one.email, one.password) for one in reversed(staff)])

    def authorization(self) -> Headers:
        """Return the token of the API user, or of who may delete customers."""
        return self._basic(self._founded, compliance=self.chance.random() < 0.3)

    def make(self, number: int) -> list[Raw]:
        """Make a customer with a conversation that has an item and a note, and a task; and others who may be touched."""
        headers, here = self._basic(self._founded), f"organizations/{self.tenant_id}"
        customer, task = f"kept-{number}", f"kept-task-{number}"
        person = {"id": customer, "name": "Kept", "emails": [{"original": f"kept-{number}@shop.example"}]}
        self.call("POST", "/api/v1/customer-profiles", person, headers)
        people = UserSettings(self._founded.organization)
        guest = people.invite("Guest", f"guest-{number}@shop.example", frozenset({Role.AGENT}))
        self.crowd.invitation = guest.code
        game = {"id": f"game-{number}", "emails": [{"original": f"game-{number}@shop.example"}]}
        self.call("POST", "/api/v1/customer-profiles", game, headers)
        self.control("POST", f"{here}/conversations", {"customer_id": game["id"]})
        one = self.control("POST", f"{here}/conversations", {"customer_id": customer})["id"]
        topics = [
            topic.id for topic in self._founded.organization.directory.topics.all() if not topic.disabled
        ]
        if topics:
            self.call("POST", f"/api/v1/conversations/{one}/topics", {"topicIds": topics[:1]}, headers)
        self.hide(customer, task, one)
        inbox = self._founded.organization.directory.inboxes()[0].id
        assignee = {"assignee": {"inboxId": inbox}, "dueAt": "9000-01-01T00:00:00Z", "body": "Kept"}
        path = f"/api/v1/customers/{customer}/tasks"
        self.call("POST", path, {"id": task, **assignee}, headers)
        paths = (
            f"customer-profiles/{customer}",
            f"conversations/{one}",
            f"conversations/{one}/items",
            f"tasks/{task}",
        )
        return [Raw("GET", f"/api/v1/{path}", headers=headers) for path in paths]

    def _receive(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(self.chance.choice((200, 200, 204, 302, 400, 503)), text="ok\ud7ff")

    @staticmethod
    def _basic(provisioned: ProvisionedOrganization, *, compliance: bool = False) -> Headers:
        user = provisioned.compliance_user if compliance else provisioned.api_user
        token = provisioned.compliance_token if compliance else provisioned.token
        return (("Authorization", "Basic " + base64.b64encode(f"{user.email}:{token}".encode()).decode()),)


SIDES: Final[Mapping[str, Callable[[int], Side]]] = {"klaviyo": KlaviyoSide, "gladly": GladlySide}
