"""What two threads do to one fake at once: each rule holds as if they had come one after the other."""

import json
import sys
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest

from fakes.core.secrets import Secrets
from fakes.core.tenants import Runtime
from fakes.gladly.rules.customers.customers import Profile
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.webhooks.webhooks import Settings
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK, START

DEADLINE = 30
THREADS = 8


@pytest.fixture(autouse=True)
def eager_threads() -> Iterator[None]:
    """Let threads take turns as often as can be, so that what can go wrong between two lines does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(action: Callable[[int], None], count: int = THREADS) -> None:
    """Do ``action`` on several threads that begin together; what one of them raises is raised here."""
    start, errors = threading.Barrier(count), list[BaseException]()

    def run(number: int) -> None:
        start.wait(DEADLINE)
        try:
            action(number)
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for the threads
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert errors == []


def test_organizations_made_at_once_have_subdomains_of_their_own() -> None:
    """However many organizations of one name are founded at the same moment, each has its own host."""
    runtime = Runtime.serving()
    fake = GladlyFake(runtime)
    made: list[Organization] = []
    try:
        at_once(lambda _: made.extend(fake.create_organization("Same Name").organization for _ in range(25)))
    finally:
        fake.close()
        runtime.close()
    assert len({one.subdomain for one in made}) == THREADS * 25


def test_what_was_raised_first_leaves_first() -> None:
    """Events that several threads raise and publish reach a webhook in the order in which they were raised."""
    heard: list[str] = []

    def receive(request: httpx.Request) -> httpx.Response:
        event = json.loads(request.content)
        if event["type"] != "PING":
            heard.append(event["id"])
        return httpx.Response(200)

    runtime = Runtime.serving()
    fake = GladlyFake(runtime, transport=httpx.MockTransport(receive))
    try:
        made = fake.create_organization()
        organization = made.organization
        settings = Settings(HOOK, ("CUSTOMER_PROFILE/CREATED",), enabled=True)
        fake.set_up_webhook(organization, settings, by=made.api_user)

        by = Initiator.api(made.api_user.id)

        def work(number: int) -> None:
            for count in range(25):
                with fake.acting(organization):
                    organization.customers.create(Profile(name=f"{number}-{count}"), by)

        at_once(work)
        raised = [event.id for event in organization.events.log() if event.type == "CUSTOMER_PROFILE/CREATED"]
        done = threading.Event()
        runtime.tasks.submit(next(iter(organization.webhooks)).id, done.set)
        assert done.wait(DEADLINE)
    finally:
        fake.close()
        runtime.close()
    assert heard == raised


def test_secrets_added_at_once_are_all_known() -> None:
    """However many secrets several threads add at the same moment, none of them is lost to redaction."""
    secrets = Secrets()

    def add(number: int) -> None:
        for count in range(40):
            secrets.add(f"secret-{number}-{count}-end")

    at_once(add)
    said = " ".join(f"secret-{number}-{count}-end" for number in range(THREADS) for count in range(40))
    assert "-end" not in secrets.redact(said)


def test_a_receiver_may_change_something_before_it_answers() -> None:
    """In process, a receiver that has another thread change something at Gladly, and waits for that, is no deadlock."""
    made: list[ProvisionedOrganization] = []
    changed = threading.Event()

    def receive(request: httpx.Request) -> httpx.Response:
        if b'"PING"' not in request.content and not changed.is_set():
            changed.set()
            thread = threading.Thread(target=change, daemon=True)
            thread.start()
            thread.join(DEADLINE)
            assert not thread.is_alive(), "what the receiver waits for waits for the receiver"
        return httpx.Response(200)

    runtime = Runtime.in_process(START)
    fake = GladlyFake(runtime, strict=True, transport=httpx.MockTransport(receive))

    def change() -> None:
        with fake.acting(made[0].organization) as organization:
            organization.customers.create(Profile(name="Ben"), Initiator.api(made[0].api_user.id))

    try:
        made.append(fake.create_organization())
        organization, user = made[0].organization, made[0].api_user
        settings = Settings(HOOK, ("CUSTOMER_PROFILE/CREATED",), enabled=True)
        fake.set_up_webhook(organization, settings, by=user)
        with fake.acting(organization):
            organization.customers.create(Profile(name="Ann"), Initiator.api(user.id))
    finally:
        fake.close()
        runtime.close()
    assert changed.is_set()
