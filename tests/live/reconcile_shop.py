"""A shop's conversations over three days, all told to Klaviyo but for what is planted: one of each thing that goes wrong."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.live.reconcile.findings import Findings
from tests.live.reconcile_scene import CLOSED, DAY, HOUR, STARTED, Scene

PLANTED = 10_000
"""The numbers of customers of what is planted are above."""

Named = tuple[str, str, str]
"""A kind of problem, the event of a conversation (``started`` or ``closed``), and the conversation."""


@dataclass
class Shop:
    """A scene with customers who write; ``planted`` is what must be named, and nothing else."""

    scene: Scene
    upgraded: datetime | None = None
    length: float = 600.0
    """How many seconds a conversation lasts, and how many lie between two."""

    planted: set[Named] = field(default_factory=set)

    def emails(self, number: int) -> list[str]:
        """Return a customer's addresses: every third has two, one in capitals; those of what is planted have one."""
        first = f"c{number}@shop.invalid"
        return [first, f"C{number}.Two@Shop.invalid"] if number % 3 == 0 and number < PLANTED else [first]

    def tell(self, metric: str, number: int) -> None:
        """Tell Klaviyo, by the API of the time, of what just happened to a customer."""
        for email in self.emails(number):
            if self.upgraded is None:
                self.scene.track_by_legacy(metric, email.lower())
            else:
                self.scene.track(metric, email.lower())

    def conversation(self, customer: str, number: int, *, started: bool = True, closed: bool = True) -> str:
        """Open a conversation and close it; leave out what is not to be told."""
        conversation = self.scene.open(customer)
        if started:
            self.tell(STARTED, number)
        self.scene.advance(self.length)
        self.scene.set_status(conversation, "CLOSED")
        if closed:
            self.tell(CLOSED, number)
        return conversation

    def live(self, count: int) -> None:
        """Let ``count`` conversations happen in three days, the upgrade after the first; plant in the last."""
        scene, self.length = self.scene, 3 * DAY / count / 2
        customers = [scene.customer(*self.emails(number)) for number in range(min(count, 50))]
        planted_from = count - len(PLANTS)
        for number in range(count):
            if number == count // 3:
                self.upgraded = scene.now
            if number < planted_from:
                self.conversation(customers[number % len(customers)], number % len(customers))
            else:
                PLANTS[number - planted_from](self, PLANTED + number)
            scene.advance(self.length)
        scene.advance(HOUR)

    def plant(self, kind: str, event: str, conversation: str) -> None:
        """Remember what must be named."""
        self.planted.add((kind, event, conversation))

    # What is planted, each with a customer of its own.

    def missing(self, number: int) -> None:
        """Leave out an event of a started conversation."""
        customer = self.scene.customer(*self.emails(number))
        self.plant("missing", "started", self.conversation(customer, number, started=False))

    def doubled(self, number: int) -> None:
        """Send the event of a closed conversation twice."""
        customer = self.scene.customer(*self.emails(number))
        conversation = self.conversation(customer, number)
        email = self.emails(number)[0]
        self.scene.track(CLOSED, email, name=f"again:{email}")
        self.plant("doubled", "closed", conversation)

    def late(self, number: int) -> None:
        """Send the event of a closed conversation with a time an hour later."""
        conversation = self.conversation(self.scene.customer(*self.emails(number)), number, closed=False)
        self.scene.advance(HOUR)
        self.tell(CLOSED, number)
        self.plant("late", "closed", conversation)

    def by_legacy(self, number: int) -> None:
        """Send the event of a started conversation by the legacy API, though the key is upgraded."""
        upgraded, self.upgraded = self.upgraded, None
        customer = self.scene.customer(*self.emails(number))
        conversation = self.scene.open(customer)
        self.tell(STARTED, number)
        self.upgraded = upgraded
        self.scene.advance(self.length)
        self.scene.set_status(conversation, "CLOSED")
        self.tell(CLOSED, number)
        self.plant("legacy", "started", conversation)

    def merged(self, number: int) -> None:
        """Merge the customer of a conversation into another."""
        source = self.scene.customer(*self.emails(number))
        conversation = self.conversation(source, number)
        self.scene.advance(60)
        self.scene.merge(source, into=self.scene.customer(f"other{number}@shop.invalid"))
        for event in ("started", "closed"):
            self.plant("undecided", event, conversation)

    def wrong_mark(self, number: int) -> None:
        """Leave a customer marked as in a conversation, though the newest has been closed."""
        conversation = self.conversation(self.scene.customer(*self.emails(number)), number)
        email = self.emails(number)[0].lower()
        self.scene.track(STARTED, email, self.scene.now - timedelta(days=300), mark=True)
        self.plant("mark", "closed", conversation)


PLANTS = (Shop.missing, Shop.doubled, Shop.late, Shop.by_legacy, Shop.merged, Shop.wrong_mark)


def named(findings: Findings) -> list[Named]:
    """Return what the findings name, in order."""
    return sorted((one.kind, one.metric.split()[0], one.conversation) for one in findings.problems())
