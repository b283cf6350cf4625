"""What an observer sees at the real systems: by the API, and on Klaviyo's pages where somebody is signed in."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from harness.actors.browser.sessions import Sessions
from harness.errors import NotRunHere
from harness.live.gladly import ConversationState, GladlyApi
from harness.live.klaviyo import Account, KlaviyoApi
from harness.live.ledger import Ledger
from harness.live.people import LiveGladlyAdmin, LiveKlaviyoAdmin
from harness.pages.gladly.apps import EditKlaviyoApp
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.metric import Feed, Metric
from harness.pages.klaviyo.metrics import Metrics
from harness.values import AppForm, AppRow, Conversation, Customer, FeedRow, KeyRow

SEARCH = "gladly"
"""What the runbook searches the metrics for."""

SLACK = timedelta(minutes=5)
"""How far the clocks of this machine and of the systems may lie apart."""


class LiveKlaviyoApiView:
    """What the API shows of this run. Fulfils ``ports.KlaviyoView`` but for what only a page has."""

    def __init__(self, klaviyo: KlaviyoApi, ledger: Ledger, account: Account, kim: LiveKlaviyoAdmin) -> None:
        """Look from the run's beginning on, at what ``kim`` has made."""
        self._kim = kim
        self._klaviyo, self._ledger, self._account = klaviyo, ledger, account
        self.since = datetime.fromisoformat(ledger.header["began"]) - SLACK
        self._metric_ids: dict[str, str] = {}

    def key_list(self) -> list[KeyRow]:
        """Raise ``NotRunHere``: the list is a page."""
        raise NotRunHere("the list of keys is a page, and nobody is signed in at Klaviyo")

    def today(self) -> date:
        """Return today's date in the account's time zone."""
        return datetime.now(self.timezone()).date()

    def timezone(self) -> ZoneInfo:
        """Return the account's time zone."""
        return ZoneInfo(self._account.timezone)

    def search_metrics(self, text: str) -> list[str]:
        """Return the names that contain ``text``; the API has no search of its own."""
        self._metric_ids |= (found := self._klaviyo.metrics())
        return [name for name in found if text.lower() in name.lower()]

    def feed(
        self,
        metric: str,
        *,
        until: datetime | None = None,
        opened: bool = False,  # noqa: ARG002 - the API shows properties anyway
    ) -> list[FeedRow]:
        """Return this run's events of ``metric``, newest first: others' events are nobody's business here."""
        if metric not in self._metric_ids:
            self.search_metrics("")
        if metric not in self._metric_ids:
            return []
        events = self._klaviyo.events(self._metric_ids[metric], self.since, until, newest_first=True)
        return [
            FeedRow(one.email, metric, one.at, one.properties) for one in events if self.is_ours(one.email)
        ]

    def is_ours(self, address: str) -> bool:
        """Say whether an address is one of this run's."""
        return self._ledger.run.id in address

    def profile(self, email: str) -> Mapping[str, Any] | None:
        """Return the attributes of the profile of ``email``."""
        return self._klaviyo.profile(email)

    def everybody(self) -> list[str]:
        """Raise ``NotRunHere``: a real account is full of people."""
        raise NotRunHere("a real account is full of people who are nobody's business here")


class LiveKlaviyoView(LiveKlaviyoApiView):
    """As the API shows it, and as the pages do: an event counts when both show it."""

    def __init__(
        self,
        klaviyo: KlaviyoApi,
        ledger: Ledger,
        account: Account,
        kim: LiveKlaviyoAdmin,
        sessions: Sessions,
    ) -> None:
        """Look through ``sessions`` as well."""
        super().__init__(klaviyo, ledger, account, kim)
        self._sessions = sessions

    def key_list(self) -> list[KeyRow]:
        """Return this scenario's keys as the page lists them, by the features' names."""
        rows = ApiKeys(self._sessions.tab()).open().listed()
        return list(self._ours(rows))

    def search_metrics(self, text: str) -> list[str]:
        """Return what the page's search finds, once the API knows of anything of the kind."""
        found = super().search_metrics(text)
        if not found:
            return []
        metrics = Metrics(self._sessions.tab()).open()
        if text:
            metrics.search_for(text)
        return metrics.all_names()

    def feed(self, metric: str, *, until: datetime | None = None, opened: bool = False) -> list[FeedRow]:
        """Return this run's rows, when the API and the page have some; where they differ, the one that has more."""
        by_api = super().feed(metric, until=until, opened=opened)
        if not by_api:
            return []
        feed = self.open_feed(metric)
        if feed is None:
            return []
        if until is not None:
            feed.narrow(until=until, timezone=str(self.timezone()))
        by_page = self._rows(feed, opened=opened)
        return max(by_page, by_api, key=len) if by_page else []

    def open_feed(self, metric: str) -> Feed | None:
        """Search as the runbook says, click the metric and turn to its activity feed; None when it is not found."""
        tab = self._sessions.tab()
        metrics = Metrics(tab).open()
        metrics.search_for(SEARCH)
        return Metric(tab).show_feed() if metrics.open_metric(metric) else None

    def _rows(self, feed: Feed, *, opened: bool) -> list[FeedRow]:
        """Read as far back as the run reaches: a real feed has no end."""
        rows = takewhile(lambda row: row.at >= self.since, feed.rows_down(opened=opened))
        return [row for row in rows if self.is_ours(row.profile)]

    def _ours(self, rows: list[KeyRow]) -> Iterator[KeyRow]:
        for row in rows:
            name = self._kim.names.get(row.label)
            if name is not None:
                yield KeyRow(name, row.masked_key, row.access_level, row.created)


class LiveGladlyView:
    """What Gladly shows: conversations by the API, the app by Dana's pages. Fulfils ``ports.GladlyView``."""

    def __init__(self, gladly: GladlyApi, dana: LiveGladlyAdmin, sessions: Sessions) -> None:
        """Look at ``dana``'s app, in a second tab of hers."""
        self._gladly, self._dana, self._sessions = gladly, dana, sessions

    def apps(self) -> list[AppRow]:
        """Return the app under test, by the features' name for it."""
        return self._dana.apps()

    def app_form(self) -> AppForm:
        """Return its form as it is shown."""
        tab = self._sessions.second_tab()
        self._dana.open_list(tab).edit(self._dana.app_name)
        return EditKlaviyoApp(tab).read()

    def conversation(self, conversation: str) -> Conversation:
        """Return the conversation as it is now."""
        found = self._gladly.conversation(conversation)
        if found is None:
            raise LookupError(f"Gladly knows no conversation {conversation}")
        return _as_seen(found)

    def conversations_of(self, customer: Customer) -> list[Conversation]:
        """Return the customer's conversations, the oldest first."""
        return [_as_seen(one) for one in self._gladly.conversations_of(customer.id)]


def _as_seen(one: ConversationState) -> Conversation:
    return Conversation(one.id, one.status, one.began, one.closed)
