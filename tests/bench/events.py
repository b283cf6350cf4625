"""What a read and a post cost with 1,000 events in a metric and with 1,000,000: ``python -m tests.bench.events [COUNT]``."""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count as numbers
from typing import Any

from fakes.klaviyo.app import application
from fakes.klaviyo.rules.events.events import EventDraft
from fakes.klaviyo.rules.profiles import ProfileChange
from tests.bench.measure import compared, frozen, resident, row, say
from tests.fuzz.sides import START, KlaviyoSide
from tests.fuzz.wire import Raw, send

FEW, PEOPLE = 1_000, 1_000
METRIC, EVERY = "started conversation in Gladly", timedelta(seconds=7)


class Shop(KlaviyoSide):
    """An account with so many events in one metric, of a thousand people."""

    def __init__(self, count: int) -> None:
        """Fill it by its rules, not by HTTP; say what an event weighs."""
        super().__init__(1)
        self.headers = self.authorization()
        account = self.fake.tenants.get(self.tenant_id)
        self.account = account
        before = resident()
        for number in range(count):
            change = ProfileChange(email=f"p{number % PEOPLE}@shop.example")
            properties = {"conversationId": f"6537a1b2c3{number}"}
            time = START - timedelta(days=90) + EVERY * number
            account.submit(change, EventDraft(METRIC, properties, time=time, unique_id=str(number)))
        say(
            f"{count} events of {PEOPLE} people weigh {(resident() - before) / count:.0f} bytes each, people included"
        )
        self.numbers = numbers(count)
        event = self.ask("/api/events")["data"][0]["relationships"]
        self.metric, self.profile = (event[one]["data"]["id"] for one in ("metric", "profile"))

    def ask(self, path: str, query: str = "") -> Any:
        """Read and return the document."""
        answer = send(application(self.fake), Raw("GET", path, query, self.headers))
        assert answer is not None
        assert answer.status == 200, answer
        return answer.json

    def post(self) -> None:
        """Post one more event, later than all."""
        number = next(self.numbers)
        event = {
            "properties": {"conversationId": f"6537a1b2c3{number}"},
            "unique_id": f"posted {number}",
            "metric": {"data": {"type": "metric", "attributes": {"name": METRIC}}},
            "profile": {
                "data": {"type": "profile", "attributes": {"email": f"p{number % PEOPLE}@shop.example"}}
            },
        }
        body = json.dumps({"data": {"type": "event", "attributes": event}}).encode()
        typed = (*self.headers, ("Content-Type", "application/json"))
        answer = send(application(self.fake), Raw("POST", "/api/events", headers=typed, body=body))
        assert answer is not None
        assert answer.status == 202, answer

    def calls(self) -> dict[str, Callable[[], object]]:
        """Return what is measured."""
        of_metric = f'filter=equals(metric_id,"{self.metric}")'
        of_profile = f'filter=equals(profile_id,"{self.profile}")'
        since = f"{of_metric},greater-than(datetime,{(START - timedelta(days=89.99)).isoformat()[:19]})"
        return {
            "read a page by metric": lambda: self.ask("/api/events", of_metric),
            "read a page by metric and time": lambda: self.ask("/api/events", since),
            "read a page by profile, 1 event": lambda: self.ask("/api/events", f"{of_profile}&page[size]=1"),
            "read the metric": lambda: self.ask(f"/api/metrics/{self.metric}"),
            "post": self.post,
        }


def main(count: int) -> None:
    """Compare a small and a large account."""
    small, large = Shop(FEW), Shop(count)
    say(f"{'median of a call':<44} {FEW:>12} {count:>12}")
    few, many = small.calls(), large.calls()
    with frozen():
        for what in few:
            row(what, *compared(few[what], many[what]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
