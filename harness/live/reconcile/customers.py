"""Whose addresses they are: from an export where there is one, else one look-up a customer, remembered between runs.

What is remembered is good for every event up to the moment it was read: a customer who has not changed since the event
had these very addresses then.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from harness.errors import BadSettings, SystemFailed, Unreachable
from harness.live.gladly import CustomerState, GladlyApi
from harness.live.reconcile.moments import milliseconds
from harness.live.reconcile.progress import Step
from harness.live.reconcile.store import BY_EXPORT, BY_LOOK_UP, GONE, HERE, MERGED, Store
from harness.live.reconcile.work import Work

CUSTOMERS = "customers.jsonl"
AT_ONCE = 4
"""How many look-ups are under way at once: the pace decides how many a second, not the way there and back."""

BATCH, PAGE = 40, 1_000
LONGEST_CHAIN = 5
"""How many merges, one into the next, are followed."""

WANTED, DOUBTED = "wanted_customers", "doubted_customers"
"""The views of the store of those who have to be looked up: at first, and again after the first verdicts."""


def from_export(work: Work, choice: str) -> str:
    """Take in the customers of an export, by ``choice`` ``auto``, ``never`` or a file's name; return what there is to say."""
    if choice == "never" or not _is_anybody_wanted(work.store):
        return ""
    if choice != "auto":
        return _from_file(work, Path(choice))
    api = work.systems.gladly
    try:
        jobs = [one for one in api.export_jobs() if CUSTOMERS in (one.get("files") or ())]
        for job in sorted(jobs, key=lambda one: str(one["updatedAt"]), reverse=True):
            as_of = datetime.fromisoformat(job["updatedAt"])
            if as_of >= work.plan.since and _is_anybody_wanted(work.store):
                _take_in(work, f"export {job['id']}", api.export_file(job["id"], CUSTOMERS), as_of)
    except Unreachable:
        raise
    except SystemFailed as error:
        return f"No export could be read, so customers were looked up one by one: {error}"
    return ""


def _is_anybody_wanted(store: Store) -> bool:
    return bool(store.one("SELECT 1 FROM wanted_customers LIMIT 1"))


def _from_file(work: Work, file: Path) -> str:
    try:
        as_of = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        with file.open(encoding="utf-8") as lines:
            rows = (json.loads(line) for line in lines if line.strip())
            _take_in(work, f"export {file} {as_of}", rows, as_of)
    except (OSError, ValueError) as error:
        raise BadSettings([f"--export: {file} cannot be read as an export's {CUSTOMERS}: {error}"]) from None
    return ""


def _take_in(work: Work, part: str, rows: Iterable[Any], as_of: datetime) -> None:
    """Remember those customers of an export who matter here and are not known as of later."""
    store = work.store
    _, is_done, _ = store.part(part, 0)
    read, rows, count = milliseconds(as_of), iter(rows), 0
    while not is_done and (page := list(islice(rows, PAGE))):
        with store.db:
            for one in page:
                if _matters(store, one["id"], read):
                    store.keep_customer(one["id"], HERE, _addresses(one), read, BY_EXPORT)
        count += len(page)
        work.told(Step("reading customers of an export", count))
    with store.db:
        store.advance(part, read, is_done=True)


def _matters(store: Store, customer: str, read: int) -> bool:
    known = store.one("SELECT read FROM customers WHERE id = ?", customer)
    if known is not None and known >= read:
        return False
    return bool(store.one("SELECT 1 FROM happenings WHERE customer = ? LIMIT 1", customer))


def _addresses(row: Any) -> list[str]:
    """Return the addresses of an export's line, which names them otherwise than the API (Gladly OpenAPI)."""
    found = row.get("emailAddresses") or row.get("emails") or []
    return [one if isinstance(one, str) else str(one.get("original") or "") for one in found]


def look_up(work: Work, view: str, what: str) -> int:
    """Look up the customers of a view of the store and return how many there were; each batch is kept at once."""
    api, store = work.systems.gladly, work.store
    with store.db:
        store.db.execute("DROP TABLE IF EXISTS temp.wanted")
        store.db.execute(f"CREATE TEMP TABLE wanted AS SELECT customer FROM {view}")  # noqa: S608 - a view of ours
    total, done = store.one("SELECT count(*) FROM wanted"), 0
    with ThreadPoolExecutor(AT_ONCE) as crew:
        for batch in _batches(store):
            # Whatever this machine's clock says, all that is known has happened before.
            read = milliseconds(max(work.clock(), work.plan.now))
            found = list(crew.map(partial(_chain, api), batch))
            with store.db:
                for chain in found:
                    _keep(store, chain, read)
            done += len(batch)
            work.told(Step(f"looking up {what}", done, total, (total - done) / api.calls_per_second))
    return done


def _batches(store: Store) -> Iterator[list[str]]:
    last = 0
    query = "SELECT rowid, customer FROM wanted WHERE rowid > ? ORDER BY rowid LIMIT ?"
    while rows := list(store.rows(query, last, BATCH)):
        last = rows[-1][0]
        yield [customer for _, customer in rows]


def _chain(api: GladlyApi, customer: str) -> Sequence[CustomerState]:
    """Return what became of a customer, and of whom they were merged into."""
    chain = [api.customer(customer)]
    while chain[-1].merged_into and len(chain) <= LONGEST_CHAIN:
        chain.append(api.customer(chain[-1].merged_into))
    return chain


def _keep(store: Store, chain: Sequence[CustomerState], read: int) -> None:
    last = chain[-1]
    for one in chain:
        state = GONE if one.is_gone else MERGED if one.merged_into else HERE
        updated = milliseconds(one.updated) if one.updated else None
        moved_to = last.id if one is not last else one.merged_into
        store.keep_customer(one.id, state, one.emails, read, BY_LOOK_UP, updated=updated, moved_to=moved_to)
