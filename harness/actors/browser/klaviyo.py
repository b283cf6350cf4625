"""Kim and what Klaviyo shows, by its web pages: keys, metrics, feeds and profiles."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from harness.actors.api.klaviyo import OBSERVER, ApiKlaviyoAdmin, ApiKlaviyoView
from harness.actors.browser.metrics import OWNER
from harness.actors.browser.sessions import Sessions
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.metric import Feed, Metric
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.klaviyo.new_key import NewPrivateKey, PrivateKeyCreated
from harness.pages.klaviyo.profiles import Profile, Profiles
from harness.values import FeedRow, KeyRow


class PageKlaviyoAdmin:
    """Fulfils ``ports.KlaviyoAdmin`` by Klaviyo's settings."""

    def __init__(self, sessions: Sessions, api: ApiKlaviyoAdmin) -> None:
        """Work in ``sessions``; ``api`` answers what pages do not."""
        self._sessions = sessions
        self._api = api

    def take_role(self, role: str) -> None:
        """Act as the account's user with ``role`` from now on."""
        self._sessions.take(role)
        self._api.take_role(role)

    def create_key(self, name: str, access: str, scopes: Mapping[str, str]) -> str:
        """Create a key by the runbook's clicks and return what Copy Key put into the clipboard."""
        tab = self._sessions.tab()
        ApiKeys(tab).open().begin_new_key()
        form = NewPrivateKey(tab)
        form.fill(name, access, scopes)
        self._sessions.picture("the new key is filled in")
        form.submit()
        key = PrivateKeyCreated(tab).copied()
        self._sessions.picture("the new key is shown, this once")
        ApiKeys(tab).open()
        return key

    def delete_key(self, name: str) -> None:
        """Delete the private key with this label."""
        ApiKeys(self._sessions.tab()).open().delete(name)

    def public_key(self) -> str:
        """Return the account's public key, as the API tells it."""
        return self._api.public_key()


class PageKlaviyoView:
    """Fulfils ``ports.KlaviyoView`` as the Owner. What no page tells is asked of the API."""

    def __init__(self, sessions: Sessions, api: ApiKlaviyoView) -> None:
        """Look through ``sessions``; ``api`` answers what pages do not."""
        self._sessions = sessions
        self._api = api
        self._metric_pages: dict[str, str] = {}

    def key_list(self) -> list[KeyRow]:
        """Return the list of private keys as the Owner sees it, without the harness's own key."""
        return [row for row in ApiKeys(self._sessions.tab(OWNER)).open().listed() if row.label != OBSERVER]

    def today(self) -> date:
        """Return the date that it is in the account's time zone by the fake's clock."""
        return self._api.today()

    def search_metrics(self, text: str) -> list[str]:
        """Return the names that a search for ``text`` finds, on every page of the list."""
        metrics = Metrics(self._sessions.tab(OWNER)).open()
        if text:
            metrics.search_for(text)
        return metrics.all_names()

    def feed(self, metric: str, *, until: datetime | None = None, opened: bool = False) -> list[FeedRow]:
        """Return the activity feed, newest first; empty without such a metric."""
        feed = self.open_feed(metric)
        if feed is None:
            return []
        if until is not None:
            feed.narrow(until=until, timezone=str(self._api.timezone()))
        return feed.read(opened=opened)

    def open_feed(self, metric: str) -> Feed | None:
        """Search for the metric, click it and turn to its activity feed; None when it is not found."""
        tab = self._sessions.tab(OWNER)
        if metric in self._metric_pages:
            tab.page.goto(self._metric_pages[metric])
            return Metric(tab).show_feed()
        metrics = Metrics(tab).open()
        metrics.search_for(metric)
        if not metrics.open_metric(metric):
            return None
        feed = Metric(tab).show_feed()
        self._metric_pages[metric] = tab.page.url
        return feed

    def profile(self, email: str) -> Mapping[str, Any] | None:
        """Return what the profile of ``email`` says, or None."""
        tab = self._sessions.tab(OWNER)
        if not Profiles(tab).open().open_profile(email):
            return None
        return Profile(tab).read()

    def everybody(self) -> list[str]:
        """Return the addresses of all profiles, as the API tells them."""
        return self._api.everybody()
