"""The observer: what a Then looks at, and how long it has to look before "nothing came" is more than "nothing came yet"."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.actors.api.traffic import Traffic
from harness.app_ports import Remains
from harness.errors import NotInThisWorld
from harness.ports import GladlyView, KlaviyoView, MetricsView, PagesView, Setup
from harness.worlds.expect import Expect
from harness.worlds.ledger import Ledger

STARTED, CLOSED = "started conversation in Gladly", "closed conversation in Gladly"
MAIL_DOMAIN = "mail.sandbox.gladly.qa"
SIGN_OF_LIFE = "Seen by Kim"
NO_TOLERANCE = timedelta()


@dataclass
class Observer:
    """Looks at Klaviyo and Gladly by the route that the world is about; ``traffic`` is what both have seen of the app.

    ``tolerance`` is how far two times of one
    moment may lie apart, ``under_way`` how many seconds a call may be on its way. ``ledger`` holds what Gladly says happened
    against what Klaviyo has.
    """

    klaviyo: KlaviyoView
    gladly: GladlyView
    traffic: Traffic
    cheapest: KlaviyoView = field(repr=False)
    tolerance: timedelta
    bystanders: set[str] = field(default_factory=set)
    ledger: Ledger = field(kw_only=True, repr=False)
    under_way: float = field(default=0.0, kw_only=True)
    app: Remains = field(kw_only=True, repr=False)
    """What the app leaves to look at."""
    is_known_elsewhere: Callable[[str], bool] = field(kw_only=True, repr=False)
    """Says whether another account at Klaviyo knows an address."""
    metrics: MetricsView = field(kw_only=True)
    web_pages: PagesView | None = field(default=None, kw_only=True)
    sees_nothing_of_app: bool = field(default=False, kw_only=True)
    """Whether only what the app has brought about can be seen, nothing of itself."""
    _expect: Expect = field(kw_only=True, repr=False)
    _setup: Setup = field(kw_only=True, repr=False)

    @property
    def pages(self) -> PagesView:
        """What is shown on web pages, or ``NotInThisWorld``."""
        if self.web_pages is None:
            raise NotInThisWorld("this world has no pages; tag the scenario @needs-pages")
        return self.web_pages

    def is_same_moment(self, one: datetime, other: datetime) -> bool:
        """Say whether the two are one moment, as far as this world can tell."""
        return abs(one - other) <= self.tolerance

    def settle(self) -> None:
        """Wait until nothing more can come of what was done: faults are overcome, a later conversation is reported, all is quiet.

        The later conversation, of a bystander, is what makes "nothing came" more than "nothing came yet"; that it is seen
        the way Kim looks shows that something would be seen. Where the app cannot be expected to report anything, another
        system's event shows that.
        """
        self._expect.soon("the app calls Klaviyo again after the last fault", self.traffic.faults_overcome)
        if self._setup.dana.apps()[0].active and not self.traffic.is_refused():
            self._see_a_bystander()
        else:
            self._setup.send_foreign_event(SIGN_OF_LIFE, {}, f"shopper@{MAIL_DOMAIN}")
            self._expect.soon(
                f"Klaviyo shows the metric {SIGN_OF_LIFE!r} of another system",
                lambda: self.klaviyo.search_metrics(""),
                lambda names: SIGN_OF_LIFE in names,
            )
        self._expect.quiet()

    def _see_a_bystander(self) -> None:
        email = f"bystander-{len(self.bystanders) + 1}@{MAIL_DOMAIN}"
        self.bystanders.add(email)
        bystander = self._setup.sam.add_customer(name="Bystander", emails=[email])
        self._setup.sam.open_conversation(bystander)
        for view in (self.cheapest, self.klaviyo):
            self._expect.soon(
                f"Klaviyo shows {STARTED!r} for a bystander who came later, {email}",
                lambda view=view: [row.profile for row in view.feed(STARTED)],  # type: ignore[misc]
                lambda profiles: email in profiles,
            )
