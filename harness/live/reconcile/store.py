"""What was gathered so far, in one SQLite file: a run that is killed goes on, and customers are remembered between runs.

Times are whole milliseconds since the epoch. The file holds addresses: only its owner can read it.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from harness.errors import BadSettings

STARTED: Final = 0
CLOSED: Final = 1
HERE, MERGED, GONE = "here", "merged", "gone"
BY_EXPORT, BY_LOOK_UP = "export", "look-up"
UNREAD = "unread"
"""The note that says why what lies before the window could not be read."""

LAYOUT = 1
"""The number of the schema; a file of another is left alone."""

_TABLES = """
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parts (
    name TEXT PRIMARY KEY, reached INTEGER NOT NULL, is_done INTEGER NOT NULL, about TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS happenings (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at INTEGER NOT NULL, conversation TEXT NOT NULL,
    customer TEXT NOT NULL, inside INTEGER NOT NULL, UNIQUE (conversation, kind, at));
CREATE TABLE IF NOT EXISTS seen (
    id TEXT PRIMARY KEY, kind INTEGER NOT NULL, address TEXT NOT NULL, at INTEGER NOT NULL, form INTEGER NOT NULL,
    mark INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS happenings_of_customer ON happenings (customer);
CREATE INDEX IF NOT EXISTS seen_of_address ON seen (address, kind, at);
CREATE TABLE IF NOT EXISTS forms (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS customers (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, updated INTEGER, moved_to TEXT NOT NULL DEFAULT '',
    read INTEGER NOT NULL, source TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS addresses (
    customer TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (customer, address)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (
    happening INTEGER NOT NULL, address TEXT NOT NULL, verdict TEXT NOT NULL, seen TEXT, doubles INTEGER NOT NULL DEFAULT 0,
    weak INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (happening, address)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS verdicts_of_address ON verdicts (address);
CREATE TABLE IF NOT EXISTS doubles (seen TEXT PRIMARY KEY, happening INTEGER NOT NULL, address TEXT NOT NULL)
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS doubles_of_happening ON doubles (happening);
CREATE TABLE IF NOT EXISTS marks (address TEXT PRIMARY KEY, happening INTEGER NOT NULL, mark INTEGER, verdict TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unexplained (seen TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_VIEWS = """
CREATE VIEW IF NOT EXISTS wanted_customers AS
    SELECT h.customer AS customer FROM happenings h LEFT JOIN customers c ON c.id = h.customer
    WHERE h.inside AND h.customer <> '' GROUP BY h.customer HAVING c.id IS NULL OR c.read < max(h.at);
CREATE VIEW IF NOT EXISTS doubted_customers AS
    SELECT DISTINCT h.customer AS customer FROM verdicts v JOIN happenings h ON h.id = v.happening
    JOIN customers c ON c.id = h.customer WHERE v.verdict = 'missing' AND c.source = 'export';
CREATE VIEW IF NOT EXISTS arrived AS
    SELECT v.happening, h.at, s.at / 1000 - h.at / 1000 AS lag
    FROM verdicts v JOIN happenings h ON h.id = v.happening JOIN seen s ON s.id = v.seen;
CREATE VIEW IF NOT EXISTS tied AS
    SELECT s.id, s.form, s.address, s.at AS seen_at, h.at AS at, h.id AS happening, h.kind, h.conversation
    FROM (SELECT seen, happening FROM verdicts WHERE seen IS NOT NULL UNION ALL SELECT seen, happening FROM doubles) t
    JOIN seen s ON s.id = t.seen JOIN happenings h ON h.id = t.happening;
"""
# wanted: not known, or only as they were before their newest event in the window. doubted: of whom something is missing
# by the word of an export, which does not say when a customer was changed last. arrived: the lag, in whole seconds.
# tied: events of Klaviyo with the conversation event that each belongs to.
_OF_A_RUN = ("parts", "happenings", "seen", "forms", "verdicts", "doubles", "marks", "unexplained")


class Store:
    """The file. One run at a time may have it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use an open file; ``open_store`` opens one."""
        self.db = db

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield what a query finds, row by row."""
        with closing(self.db.execute(query, values)) as found:
            yield from found

    def one(self, query: str, *values: Any) -> Any:
        """Return the first value of the first row, None without one."""
        return next((row[0] for row in self.rows(query, *values)), None)

    def note(self, name: str) -> str:
        """Return what was noted under ``name``, nothing without it."""
        return str(self.one("SELECT value FROM notes WHERE name = ?", name) or "")

    def set_note(self, name: str, value: str) -> None:
        """Note it for good."""
        with self.db:
            self.jot(name, value)

    def jot(self, name: str, value: str) -> None:
        """Note it; to be called in a transaction."""
        self.db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

    def note_gap(self, since: int, until: int) -> None:
        """Note that not all is known of what happened then; to be called in a transaction."""
        self.jot(f"gap {since}", f"{until}")

    def gaps(self) -> list[tuple[int, int]]:
        """Return the times of which not all is known, from and up to, the oldest first."""
        found = self.rows("SELECT name, value FROM notes WHERE name LIKE 'gap %'")
        return sorted((int(name.split()[1]), int(value)) for name, value in found)

    def part(self, name: str, start: int) -> tuple[int, bool, str]:
        """Return how far a part has come, from ``start``: the moment, whether it is done, and what was noted of it."""
        for reached, is_done, about in self.rows(
            "SELECT reached, is_done, about FROM parts WHERE name = ?", name
        ):
            return reached, bool(is_done), about
        return start, False, ""

    def advance(self, name: str, reached: int, *, is_done: bool = False, about: str = "") -> None:
        """Say how far a part has come; to be called in the transaction that writes what it brought."""
        self.db.execute("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?)", (name, reached, is_done, about))

    def begin(self, plan: str) -> None:
        """Forget what belongs to an earlier run, customers aside, and keep this run's plan."""
        with self.db:
            for table in _OF_A_RUN:
                self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
            self.db.execute("DELETE FROM notes WHERE name <> 'tenant'")
            self.db.execute("INSERT INTO notes VALUES ('plan', ?)", (plan,))

    def add_happenings(self, rows: Iterable[tuple[int, int, str, str, bool]]) -> None:
        """Add what happened: kind, time, conversation, customer, whether in the window. What is known stays once."""
        self.db.executemany(
            "INSERT OR IGNORE INTO happenings (kind, at, conversation, customer, inside) VALUES (?, ?, ?, ?, ?)",
            rows,
        )

    def add_seen(self, rows: Sequence[tuple[str, int, str, int, int, int | None]]) -> None:
        """Add events of Klaviyo: id, kind, address, time, form, mark."""
        self.db.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?)", rows)

    def form(self, text: str) -> int:
        """Return the number of a form."""
        self.db.execute("INSERT OR IGNORE INTO forms (text) VALUES (?)", (text,))
        return int(self.one("SELECT id FROM forms WHERE text = ?", text))

    def keep_customer(
        self, customer: str, state: str, addresses: Iterable[str], read: int, source: str, **more: Any
    ) -> None:
        """Remember what became of a customer as of ``read``; of one that is gone the addresses known before stay."""
        values = (customer, state, more.get("updated"), more.get("moved_to", ""), read, source)
        self.db.execute("INSERT OR REPLACE INTO customers VALUES (?, ?, ?, ?, ?, ?)", values)
        if state == HERE:
            self.db.execute("DELETE FROM addresses WHERE customer = ?", (customer,))
        own = {address_of(one) for one in addresses} - {""}
        self.db.executemany("INSERT OR IGNORE INTO addresses VALUES (?, ?)", [(customer, one) for one in own])


def address_of(entered: str) -> str:
    """Return an address as both sides are compared by: letter case and blanks around it do not count."""
    return entered.strip().lower()


@contextmanager
def open_store(path: Path, tenant: str) -> Iterator[Store]:
    """Yield the store at ``path``, made if it is not there, for this account and organization and nobody else's.

    Raises ``BadSettings`` when the file belongs to others, is used by another run, or is no store.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise BadSettings([f"--store: {path} cannot be written: {error.strerror}"]) from None
    with closing(sqlite3.connect(path, timeout=0.5)) as db:
        try:
            _prepare(db)
        except sqlite3.DatabaseError as error:
            why = "another run is using it" if "locked" in str(error) else f"it is no store ({error})"
            raise BadSettings([f"--store: {path} cannot be used: {why}; name another file"]) from None
        store = Store(db)
        owner = store.note("tenant")
        if owner not in {"", tenant}:
            raise BadSettings(
                [f"--store: {path} holds what was read of {owner}, not of {tenant}; name another file"]
            )
        store.set_note("tenant", tenant)
        yield store


def _prepare(db: sqlite3.Connection) -> None:
    """Take the file for this process alone and make what is missing in it."""
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN EXCLUSIVE")
    [[layout]] = db.execute("PRAGMA user_version").fetchall()
    if layout not in {0, LAYOUT}:
        raise sqlite3.DatabaseError(f"its layout is {layout}, and this harness writes {LAYOUT}")
    for statement in (_TABLES + _VIEWS).split(";"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {LAYOUT}")
    db.commit()
