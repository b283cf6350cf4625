"""Asks the calls of the script, each once, and fills in what earlier answers and the clock say."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import httpx

from harness.errors import Disagrees, Undecided, Unreachable
from harness.live.caller import Caller, Recorder, open_client
from harness.live.facts.answer import Answer
from harness.live.facts.call import Call, System
from harness.live.facts.finding import FINDERS
from harness.live.klaviyo import BETA_REVISION, REVISION
from harness.live.pace import Limit, Pace
from harness.live.settings import ALLOWED, LiveSettings
from harness.live.systems import Systems

MADE_UP_KEY = f"pk_{'0' * 34}"
"""Looks like a private key, and is nobody's."""

ANY_STATUS = tuple(range(300, 500))
TIERS = {"XS": (1, 15), "S": (3, 60), "M": (10, 150), "L": (75, 750), "XL": (350, 3_500)}
"""Klaviyo's limits, a second and a minute (Klaviyo OpenAPI)."""

MOMENTS = {
    "now": timedelta(0),
    "a_moment_ago": timedelta(seconds=1),
    "an_hour_ago": timedelta(hours=1),
    "a_day_ago": timedelta(hours=23, minutes=50),
    "yesterday": timedelta(days=1),
    "two_days_ago": timedelta(days=2),
    "next_year": timedelta(days=-300),
}
DAYS = {"day": timedelta(0), "day_before": timedelta(days=1)}
OFTEN_DOWN = 3
"""After how many calls without an answer, one after the other, the whole is given up."""


def paces() -> dict[str, Pace]:
    """Return a pace for each tier, and one for Gladly."""
    made = {name: Pace(Limit(burst, 1.0), Limit(steady, 60.0)) for name, (burst, steady) in TIERS.items()}
    return made | {"Gladly": Pace(Limit(10, 1.0)), "reports": Pace(Limit(10, 60.0), room=0.8)}


@dataclass
class Asker:
    """Asks as ``settings`` say, but for calls that have to be made without or with made-up credentials.

    ``stranger`` is a caller of Gladly whose client has no credentials.
    """

    systems: Systems
    stranger: Caller
    settings: LiveSettings
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    paces: dict[str, Pace] = field(default_factory=paces)
    _kept: dict[str, Answer | Undecided] = field(default_factory=dict)
    _down: int = 0

    def __post_init__(self) -> None:
        """Fix the moment that the calls speak of, and count the look at the account by which one made sure."""
        self._moment = self.now()
        self.paces["XS"].take()

    def answer(self, call: Call) -> Answer:
        """Return the answer to a call, asked at most once. Raises ``Undecided`` where it cannot be asked here."""
        if call.name not in self._kept:
            try:
                self._kept[call.name] = self._asked(call)
            except Undecided as reason:
                self._kept[call.name] = reason
        kept = self._kept[call.name]
        if isinstance(kept, Undecided):
            raise kept
        return kept

    def _asked(self, call: Call) -> Answer:
        if ALLOWED.index(call.allow) > ALLOWED.index(self.settings.allow):
            raise Undecided(f"LIVE_ALLOW={call.allow} is needed for {call.name}")
        if call.credential == "writing" and not self.settings.app_key:
            raise Undecided("LIVE_GLADLY_APP_KEY, a key that writes events, is not set")
        answer = Answer(call, self._sent(call))
        if answer.status == httpx.codes.FORBIDDEN != call.status:
            who = f"the key lacks {call.scope}" if call.scope else "the credentials lack a right"
            raise Undecided(f"{who}: {call.name} is answered 403")
        return answer

    def _sent(self, call: Call) -> httpx.Response:
        caller, pace, headers = self._way(call)
        try:
            response = caller.send(
                call.method,
                self._filled(call.path),
                pace,
                params=[(name, self._filled(value)) for name, value in call.query],
                json=self._filled_in(call.body),
                headers=headers,
                fine=ANY_STATUS,
            )
        except Unreachable as error:
            self._down += 1
            if self._down >= OFTEN_DOWN:
                raise
            raise Undecided(f"no answer of use to {call.name}: {error}") from None
        self._down = 0
        return response

    def _way(self, call: Call) -> tuple[Caller, Pace, dict[str, str]]:
        extra = {name: self._filled(value) for name, value in call.headers.items()}
        if call.system == "Gladly":
            known = call.credential == "own"
            if call.credential == "unknown":
                extra["Authorization"] = "Basic bm9ib2R5QHNob3AuaW52YWxpZDpub25l"
            return self.systems.gladly.caller if known else self.stranger, self.paces[_tier(call)], extra
        headers = {"Accept": "application/vnd.api+json", "revision": REVISION} | self._authorization(call)
        headers = {name: value for name, value in headers.items() if name not in call.without} | extra
        return self.systems.klaviyo.caller, self.paces[call.tier], headers

    def _authorization(self, call: Call) -> dict[str, str]:
        key = {"own": self.settings.klaviyo_key, "writing": self.settings.app_key}.get(call.credential)
        if call.credential == "public":
            key = self.settings.account_id
        said = {
            "none": "",
            "bare": MADE_UP_KEY,
            "bearer": f"Bearer {MADE_UP_KEY}",
            "unknown": f"Klaviyo-API-Key {MADE_UP_KEY}",
        }.get(call.credential, f"Klaviyo-API-Key {key}")
        return {"Authorization": said} if said else {}

    def _filled_in(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._filled(value)
        if isinstance(value, dict):
            return {name: self._filled_in(one) for name, one in value.items()}
        return [self._filled_in(one) for one in value] if isinstance(value, list) else value

    def _filled(self, text: str) -> str:
        for _, name, _, _ in Formatter().parse(text) if "{" in text else ():
            if name:
                text = text.replace(f"{{{name}}}", self._value(name))
        return text

    def _value(self, name: str) -> str:
        if name in MOMENTS:
            return (self._moment - MOMENTS[name]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if name in DAYS:
            return (self._moment - DAYS[name]).astimezone(UTC).date().isoformat()
        fixed = {"beta": BETA_REVISION, "made_up_key": MADE_UP_KEY}
        if name in fixed:
            return fixed[name]
        try:
            return FINDERS[name](self.answer)
        except (Disagrees, KeyError, TypeError, AttributeError):
            raise Undecided(f"the answers before it name no {name}") from None


def _tier(call: Call) -> str:
    return "reports" if call.path.endswith("/reports") else "Gladly"


@contextlib.contextmanager
def open_stranger(settings: LiveSettings, record: Recorder | None, patience: float) -> Iterator[Caller]:
    """Yield a caller of Gladly that has no credentials."""
    system: System = "Gladly"
    with open_client(settings.gladly) as client:
        yield Caller(system, client, tuple(settings.secrets()), patience, record)
