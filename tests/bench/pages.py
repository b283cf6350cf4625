"""Pages with 1,000,000 events in one metric, against the same with 1,000: ``python -m tests.bench.pages``.

In-process, without a socket. Prints the median processor time of each page at both sizes and their ratio; the promise is
that the metrics page, the feed and the chart stay within twice.
"""

import sys
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time

import httpx

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.events.events import EventDraft
from fakes.klaviyo.rules.profiles import ProfileChange
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.support import STARTED

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
FEW, MANY = 1_000, 1_000_000
PEOPLE = 40
ROUNDS = 51
SPAN = timedelta(days=60)
PAGES = {
    "metrics": "/analytics/metrics",
    "chart": "{metric}?tab=chart",
    "chart, 90 days": "{metric}?tab=chart&days=90",
    "feed": "{metric}?tab=activity-feed",
    "feed, on or before": "{metric}?tab=activity-feed&before=2026-11-01T12:00:00",
    "feed, frequent value": "{metric}?tab=activity-feed&property=channel&value=EMAIL",
    "feed, value nobody has": "{metric}?tab=activity-feed&property=channel&value=FAX",
    "best people": "{metric}?tab=best-people",
    "cohorts": "{metric}?tab=cohorts",
    "activity map": "{metric}?tab=activity-map",
    "profile": "{profile}",
}


def filled(count: int) -> tuple[Browser, dict[str, str]]:
    """Return a browser signed in to an account with ``count`` events of one metric, and the addresses to fill in."""
    fake = KlaviyoFake(Runtime.in_process(START))
    account = fake.create_account()
    for number in range(count):
        _submit(account, number, START - SPAN * (1 - number / count))
    browser = Browser(httpx.Client(transport=InProcess(application(fake)), base_url="http://localhost"))
    browser.sign_in(next(iter(account.users)))
    [metric], person = account.metrics.all(), account.profiles.all()[0]
    browser.open(f"/metric/{metric.id}")
    return browser, {"metric": browser.path, "profile": f"/profile/{person.id}"}


def _submit(account: Account, number: int, time: datetime) -> None:
    person = ProfileChange(email=f"person{number % PEOPLE}@klaviyo-demo.com", location={"country": "US"})
    properties = {"conversationId": f"c{number}", "channel": "EMAIL" if number % 2 else "CHAT"}
    account.submit(person, EventDraft(STARTED, properties, time, unique_id=str(number)))


def seconds(*visits: tuple[Browser, str]) -> list[float]:
    """Return the median time of each page; they take turns, so that what else the machine does hits all alike."""
    spans: list[list[float]] = [[] for _ in visits]
    for _ in range(ROUNDS):
        for (browser, path), taken in zip(visits, spans, strict=True):
            begin = process_time()
            browser.client.get(path).raise_for_status()
            taken.append(process_time() - begin)
    return [median(taken) for taken in spans]


def main() -> int:
    """Measure and print."""
    (few, at_few), (many, at_many) = filled(FEW), filled(MANY)
    sys.stdout.write(f"{'page':<24}{FEW:>12,}{MANY:>12,}   ratio\n")
    for name, path in PAGES.items():
        first, second = seconds((few, path.format(**at_few)), (many, path.format(**at_many)))
        sys.stdout.write(f"{name:<24}{first * 1e3:>9.2f} ms{second * 1e3:>9.2f} ms{second / first:>8.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
