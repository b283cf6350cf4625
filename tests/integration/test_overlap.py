"""Several processes on one outbox, killed again and again: nothing is lost, nothing shows twice, every mark is right."""

import contextlib
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes import serving
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.events.events import EventDraft
from fakes.klaviyo.rules.profiles import ProfileChange
from harness.actors.api.gladly import ApiAgent
from harness.worlds.tenants import WEBHOOK, Tenants
from harness.worlds.waiting import InRealTime
from integration.webhook import PATH
from tests.bench.measure import say
from tests.integration.bench import CLOSED, CREATED, event
from tests.integration.process import Process, free_port, running
from tests.length import LONG, sized

CONVERSATIONS = sized(short=60, long=1_500)
KILLS = sized(short=4, long=60)
ADDRESSES_EACH = 2
SEED = 20_261_128


@dataclass
class Fleet:
    """Processes with the same settings but the port, each of which is started anew when it was killed."""

    folder: Path
    env: dict[str, str]
    stack: contextlib.ExitStack
    processes: list[Process] = field(default_factory=list)

    def start(self, port: int) -> Process:
        """Start one on ``port``."""
        log = self.stack.enter_context((self.folder / f"{uuid.uuid4()}.log").open("w"))
        env = self.env | {"PORT": str(port)}
        return self.stack.enter_context(running(Path(env["STATE_DIR"]), env, stderr=log))

    def kill(self, number: int) -> None:
        """Send SIGKILL to one and start it again, without waiting until it is there."""
        victim = self.processes[number]
        victim.popen.kill()
        victim.popen.wait()
        self.processes[number] = self.start(victim.port)


@dataclass
class Shop:
    """Both fakes, an account and an organization of theirs, and what was taken of the account."""

    tenants: Tenants
    env: dict[str, str]
    taken: list[tuple[str, str, bool]] = field(default_factory=list)
    client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=15))

    def customers(self, count: int) -> dict[str, list[str]]:
        """Make customers and return their addresses by id."""
        sam = ApiAgent(self.tenants.gladly)
        found = {}
        for number in range(count):
            emails = [f"c{number}-{letter}@overlap.test.shop" for letter in "ab"[:ADDRESSES_EACH]]
            found[sam.add_customer(name=f"C {number}", emails=emails).id] = emails
        return found


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop of its own, which writes down each event that is taken: unique id, address, mark."""
    with contextlib.ExitStack() as stack:
        served = stack.enter_context(serving.serve())
        klaviyo, gladly = (
            stack.enter_context(httpx.Client(base_url=url, trust_env=False))
            for url in (served.klaviyo_url, served.gladly_url)
        )
        tenants = Tenants.create(klaviyo, gladly, served.control_token)
        body = {"name": "Overlap", "access": "custom", "scopes": ["events:write"]}
        key = tenants.klaviyo.call("POST", "/keys", body)["private_key"]
        about = tenants.app_environment(served.klaviyo_url, served.gladly_url, tmp_path / "state")
        shop = Shop(tenants, about.environment(0, key))
        stack.enter_context(shop.client)
        real = Account.submit

        def submit(self: Account, change: ProfileChange, draft: EventDraft, *more: Any) -> Any:
            mark = change.properties["In Gladly Conversation"]
            shop.taken.append((str(draft.unique_id), str(change.email), mark))
            return real(self, change, draft, *more)

        monkeypatch.setattr(Account, "submit", submit)
        yield shop


def webhooks(customers: dict[str, list[str]], rng: random.Random) -> list[dict[str, Any]]:
    """Return a start and an end for each customer, in no order."""
    found = []
    for number, customer in enumerate(customers):
        for kind, second in ((CREATED, 0), (CLOSED, 30)):
            moment = f"2026-11-23T{number % 20:02}:{number // 20 % 60:02}:{second:02}.000Z"
            one = event(kind, f"{kind[13:]}-{number}", moment, customer)
            one["content"]["conversationId"] = f"talk-{number}"
            found.append(one)
    rng.shuffle(found)
    return found


def tell(shop: Shop, fleet: Fleet, body: dict[str, Any], rng: random.Random) -> None:
    """Post a webhook to any of the processes until one takes it, as Gladly repeats what was not taken."""
    for _ in range(10):
        for process in rng.sample(fleet.processes, len(fleet.processes)):
            with contextlib.suppress(httpx.TransportError):
                auth = (WEBHOOK.username, WEBHOOK.password)
                if shop.client.post(process.url + PATH, json=body, auth=auth).is_success:
                    return
        with contextlib.suppress(httpx.TransportError):
            rng.choice(fleet.processes).health()  # waits until it is there
    pytest.fail("nobody takes a webhook")


def left(fleet: Fleet) -> int:
    """Return how much is to be done, by whichever process answers."""
    for process in fleet.processes:
        with contextlib.suppress(httpx.TransportError):
            health = process.health()
            return int(health["webhooks_waiting"] + health["events_owed"])
    return -1


def storm(shop: Shop, tmp_path: Path, env: dict[str, str], processes: int) -> tuple[int, Counter[str]]:
    """Tell all, kill on the way, and wait for the end. Return how many events were due and how often each was taken."""
    rng = random.Random(SEED)  # noqa: S311 - the same storm each time
    customers = shop.customers(CONVERSATIONS)
    bodies = webhooks(customers, rng)
    with contextlib.ExitStack() as stack:
        fleet = Fleet(tmp_path, shop.env | env, stack)
        fleet.processes = [fleet.start(free_port()) for _ in range(processes)]
        for process in fleet.processes:
            process.health()
        for number, body in enumerate(bodies, 1):
            tell(shop, fleet, body, rng)
            if number % (len(bodies) // KILLS) == 0:
                fleet.kill(rng.randrange(processes))
        in_time = InRealTime(lambda: None, deadline=120, calm=0).until(lambda: left(fleet), lambda n: n == 0)
        assert in_time.in_time, in_time
    due = {f"{body['id']}:{email}" for body in bodies for email in customers[body["content"]["customerId"]]}
    counts = Counter(unique_id for unique_id, _, _ in shop.taken)
    assert set(counts) == due
    marks = {email: mark for _, email, mark in shop.taken}
    assert set(marks.values()) == {False}
    return len(due), counts


def shown(shop: Shop) -> Counter[str]:
    """Return how often each unique id shows at Klaviyo."""
    key = shop.tenants.klaviyo.call("POST", "/keys", {"name": "Reader", "access": "full"})["private_key"]
    headers = {"Authorization": f"Klaviyo-API-Key {key}", "revision": "2026-07-15"}
    url, found = f"{shop.env['KLAVIYO_BASE_URL']}/api/events?page[size]=200", Counter[str]()
    while url:
        page = shop.client.get(url, headers=headers).raise_for_status().json()
        found.update(each["attributes"]["event_properties"]["$event_id"] for each in page["data"])
        url = page["links"]["next"]
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the processes are told of their store."""
    on_file = request.param == "sqlite"
    return {} if on_file else {"DATABASE_URL": request.getfixturevalue("database_url")}


def test_killed_again_and_again(
    store: dict[str, str], shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Processes on one outbox, of which one is killed again and again, lose nothing and show nothing twice."""
    due, counts = storm(shop, tmp_path, store, processes=3 if store else 2)
    repeated = sum(counts.values()) - len(counts)
    assert repeated <= KILLS  # calls whose answer the killed one did not live to write down
    found = shown(shop)
    assert (set(found), max(found.values())) == (set(counts), 1)
    if LONG:
        with capsys.disabled():
            kind = "postgresql" if store else "sqlite"
            say(
                f"\n{kind}: {due} events, {KILLS} kills, 0 lost, 0 twice, {repeated} sent again with the same id"
            )
