"""The whole of it: gather, look up, decide; and again for what an export alone cannot say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from harness.errors import BadSettings
from harness.live.reconcile.customers import DOUBTED, WANTED, from_export, look_up
from harness.live.reconcile.findings import Findings
from harness.live.reconcile.gather import gather_gladly, gather_klaviyo
from harness.live.reconcile.judge import judge
from harness.live.reconcile.moments import moment, shown
from harness.live.reconcile.plan import GRACE, Plan, Words
from harness.live.reconcile.progress import Step, Told, nobody
from harness.live.reconcile.store import Store, open_store
from harness.live.reconcile.work import Work, utc_now
from harness.live.systems import Systems

GOES_ON_WITHIN = timedelta(hours=24)
"""How old a run that was stopped may be to be gone on with."""


@dataclass(frozen=True)
class Asked:
    """What one wants to know, as written, and where to keep what is read. ``grace`` is seconds."""

    words: Words
    store: Path
    grace: float = GRACE
    upgraded_at: str = ""
    export: str = "auto"
    afresh: bool = False


@contextmanager
def reconciled(
    systems: Systems,
    tenant: str,
    asked: Asked,
    *,
    told: Told = nobody,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[Findings]:
    """Yield what was found, to be read while the store is open. ``tenant`` names account and organization.

    Raises ``BadSettings`` for what cannot be asked, and what the two APIs raise.
    """
    fresh = make_plan(asked, clock())
    with open_store(asked.store, tenant) as store:
        plan = _begun(store, asked, fresh, told)
        work = Work(systems, plan, store, told, clock)
        notes = _gather(work, asked.export)
        told(Step("matching", 0, 0))
        judge(store, plan)
        if look_up(work, DOUBTED, "customers again of whom something is missing"):
            judge(store, plan)
        store.set_note("finished", "yes")
        calls = {one.system: one.calls for one in (systems.gladly.caller, systems.klaviyo.caller)}
        yield Findings(store, plan, tuple(notes), calls)


def make_plan(asked: Asked, now: datetime) -> Plan:
    """Return the plan for what was asked at ``now``. Raises ``BadSettings``.

    An end that is yet to come is taken for the present: a system's clock may be ahead of this machine's.
    """
    words = asked.words
    until = moment(words.until, "--until", now) if words.until else now
    now = max(now, until)
    since = moment(words.since, "--since", now)
    upgraded = moment(asked.upgraded_at, "--upgraded-at", now) if asked.upgraded_at else None
    problems = []
    if since >= until:
        problems.append(f"--since ({shown(since)}) has to lie before --until ({shown(until)})")
    if words.tolerance < 0 or words.late < words.tolerance:
        problems.append("--tolerance must not be negative, and --late not shorter than it")
    if asked.export not in {"auto", "never"} and not Path(asked.export).is_file():
        problems.append(f"--export: {asked.export} is neither auto, nor never, nor a file")
    if problems:
        raise BadSettings(problems)
    return Plan(words, since, until, now, token_hex(8), asked.grace, upgraded)


def _begun(store: Store, asked: Asked, fresh: Plan, told: Told) -> Plan:
    """Return the plan to follow: that of a run of the same words that was stopped, else the fresh one."""
    kept = store.note("plan")
    if kept and not store.note("finished") and not asked.afresh:
        plan = Plan.of_text(kept, asked.grace, fresh.upgraded)
        if plan.words == asked.words and fresh.now - plan.now < GOES_ON_WITHIN:
            told(Step(f"going on with the run begun at {shown(plan.now)}", 0, 0))
            return plan
    store.begin(fresh.as_text())
    return fresh


def _gather(work: Work, export: str) -> list[str]:
    """Read everything and return what has to be said about it."""
    gather_gladly(work)
    notes = [
        f"Klaviyo has no metric {name!r}: it comes with the first event, so none has ever arrived."
        for name in gather_klaviyo(work)
    ]
    said = from_export(work, export)
    look_up(work, WANTED, "customers")
    return notes + ([said] if said else [])
