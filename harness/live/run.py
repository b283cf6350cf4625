"""A live run from its first look to its last removal: made sure of, in a ledger, undone at the end."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import BrowserContext

from harness.chromium.session import BrowserSession
from harness.live.caller import Recorder
from harness.live.ledger import Ledger
from harness.live.progress import LiveWaiting, Show
from harness.live.runs import Run
from harness.live.sessions import LiveSessions
from harness.live.settings import LiveSettings
from harness.live.systems import Identity, Mode, Systems, open_systems, permitted
from harness.live.undo import Undo

ROLES = {"klaviyo-admin": "", "gladly-admin": "Administrator", "gladly-agent": "Agent"}
"""What the people who are signed in are known to be; Kim may be an Owner, an Admin or a Manager."""


def nobody(_question: str) -> bool:
    """Answer for a terminal where nobody sits."""
    return False


@dataclass
class LiveRun:
    """What all scenarios of one run share. ``tell`` hears what goes on; ``ask`` asks whoever sits at the terminal."""

    mode: Mode
    settings: LiveSettings
    systems: Systems
    identity: Identity
    ledger: Ledger
    browser: Callable[[], BrowserSession]
    tell: Callable[[str], None]
    waiting: LiveWaiting
    ask: Callable[[str], bool] = nobody
    ended: str = ""
    left: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def sessions(
        self, person: str, watch: Callable[[BrowserContext], None] = lambda _context: None
    ) -> LiveSessions:
        """Return the sessions of one of the people; ``watch`` is shown each browser context that is opened."""
        return sessions_of(person, self.settings, self.browser, self.ask, watch)

    def origin(self) -> dict[str, object]:
        """Return where, when and by whom the run was made, for the sign-off pack."""
        account, organization = self.identity.account, self.identity.organization
        return {
            "run": self.ledger.run.id,
            "mode": self.mode,
            "app": self.settings.app_name,
            "by": self.settings.operator,
            "began": self.ledger.header["began"],
            "ended": self.ended,
            "rehearsal": self.settings.is_loopback,
            "klaviyo": {
                "api": self.settings.klaviyo_api,
                "web": self.settings.klaviyo_web,
                "account_id": account.id,
                "test_account": account.is_test,
            },
            "gladly": {
                "url": self.settings.gladly,
                "organization_id": organization.id,
                "organization": organization.name,
            },
            "left": list(self.left),
            "kept": list(self.kept),
        }

    def finish(self) -> None:
        """Undo what was made and say what could not be."""
        undo = undo_all(self.ledger, self.settings, self.systems, self.browser, self.ask)
        self.left, self.kept = undo.left, undo.kept
        self.ended = datetime.now(UTC).isoformat(timespec="seconds")
        for line in undo.left:
            self.tell(f"LEFT BEHIND: {line}")
        for line in undo.kept:
            self.tell(f"kept: {line}")
        if undo.left:
            self.tell(f"python -m harness live cleanup {self.ledger.run.id} tries again")


def sessions_of(
    person: str,
    settings: LiveSettings,
    browser: Callable[[], BrowserSession],
    ask: Callable[[str], bool],
    watch: Callable[[BrowserContext], None] = lambda _context: None,
) -> LiveSessions:
    """Return the sessions of one of the people, in a browser that is started when it is needed."""
    url = settings.klaviyo_web if person.startswith("klaviyo") else settings.gladly

    def open_context(base_url: str, state: Path) -> BrowserContext:
        context = browser().open_context(base_url, state=state)
        watch(context)
        return context

    return LiveSessions(
        settings.people[person], url, open_context, ROLES[person], ask, account_id=settings.account_id
    )


def undo_all(
    ledger: Ledger,
    settings: LiveSettings,
    systems: Systems,
    browser: Callable[[], BrowserSession],
    ask: Callable[[str], bool],
) -> Undo:
    """Undo what a ledger has open, and return what could not be undone and what was kept."""
    contexts: list[BrowserContext] = []
    people: dict[str, LiveSessions] = {}

    def session(person: str) -> LiveSessions:
        if person not in people:
            people[person] = sessions_of(person, settings, browser, ask, contexts.append)
        return people[person]

    undo = Undo(ledger, settings, systems, lambda: session("gladly-admin"), lambda: session("klaviyo-admin"))
    try:
        undo.run()
    finally:
        for context in contexts:
            context.close()
    return undo


@contextlib.contextmanager
def open_run(
    settings: LiveSettings,
    mode: Mode,
    *,
    browser: Callable[[], BrowserSession],
    tell: Callable[[str], None],
    show: Show,
    ask: Callable[[str], bool] = nobody,
    record: Recorder | None = None,
    identity: Identity | None = None,
) -> Iterator[LiveRun]:
    """Begin a ledger and undo at the end; the systems are made sure of, as by ``permitted``, unless ``identity`` is what came of it."""
    with open_systems(settings, record=record, told=tell) as systems:
        identity = identity or permitted(systems, settings, mode)
        header = {
            "mode": mode,
            "app": settings.app_name,
            "by": settings.operator,
            "account": identity.account.id,
            "organization": identity.organization.id,
            "klaviyo": settings.klaviyo_api,
            "gladly": settings.gladly,
        }
        ledger = Ledger.begin(settings.folder, Run.begin(), header)
        waiting = LiveWaiting(deadline=settings.deadline, settle=settings.settle, show=show)
        run = LiveRun(mode, settings, systems, identity, ledger, browser, tell, waiting, ask)
        where = f"the account {identity.account.id} and the organization {identity.organization.id}"
        tell(f"{ledger.run.id}: --live {mode} at {where}")
        try:
            yield run
        finally:
            try:
                run.finish()
            finally:
                ledger.close()
