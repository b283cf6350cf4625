"""The outbox's tables and how they are opened: in an SQLite file, or on PostgreSQL by a URL."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

BUSY_SECONDS = 10.0  # less than the 15 s in which a webhook must be answered
_CREATING = 4_711  # any number: the advisory lock under which tables are made
_TEXT, _TIME = sa.Text, sa.Double
metadata = sa.MetaData()


def _columns_of_work() -> list[sa.Column[Any]]:
    """Return what webhooks and events have in common.

    ``number`` is the order of arrival. ``due`` is when to try next; while ``holder`` has claimed the row, it is when the
    claim ends.
    """
    return [
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", _TEXT, nullable=False, unique=True),
        sa.Column("started", sa.Boolean, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due", _TIME, nullable=False, server_default="0"),
        sa.Column("holder", _TEXT, nullable=False, server_default=""),
        sa.Column("outcome", _TEXT),
        sa.Column("done_at", _TIME),
    ]


webhooks = sa.Table(
    "webhooks",
    metadata,
    *_columns_of_work(),
    sa.Column("customer_id", _TEXT, nullable=False),
    sa.Column("conversation_id", _TEXT, nullable=False, server_default=""),
)
events = sa.Table(
    "events",
    metadata,
    *_columns_of_work(),
    sa.Column("webhook_id", _TEXT, nullable=False),
    sa.Column("email", _TEXT, nullable=False),
    sa.Column("address", _TEXT, nullable=False),
)
marks = sa.Table(
    "marks",
    metadata,
    sa.Column("address", _TEXT, primary_key=True),
    sa.Column("at", _TIME, nullable=False),
    sa.Column("started", sa.Boolean, nullable=False),
    sa.Column("conversation_id", _TEXT, nullable=False),
)
moments = sa.Table(
    "moments",
    metadata,
    sa.Column("name", _TEXT, primary_key=True),
    sa.Column("at", _TIME, nullable=False),
)
for _table, _order in (
    (webhooks, ("at", "number")),
    (webhooks, ("due",)),
    (events, ("at", "number")),
    (events, ("due",)),
    (events, ("address", "at")),
):
    _owed = _table.c.outcome.is_(None)
    sa.Index(
        f"{_table.name}_by_{_order[0]}",
        *(_table.c[name] for name in _order),
        sqlite_where=_owed,
        postgresql_where=_owed,
    )


class BadState(Exception):
    """The outbox cannot be used. The text says in one line which one and what to do; nothing was changed in it."""


def opened(where: Path | str) -> sa.Engine:
    """Return an engine for the SQLite file or the PostgreSQL URL, with tables that can be written to, or raise ``BadState``."""
    engine = None
    try:
        engine = _file(where) if isinstance(where, Path) else _server(where)
        _prepare(engine)
    except OSError as error:
        raise BadState(f"the folder of {where} cannot be made ({error.strerror})") from None
    except (SQLAlchemyError, sqlite3.Error) as error:
        if engine is not None:
            engine.dispose()
        raise BadState(_advice(where, error)) from None
    return engine


def _file(path: Path) -> sa.Engine:
    path.parent.mkdir(parents=True, exist_ok=True)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level="IMMEDIATE", check_same_thread=False
        )
        try:
            for setting in ("journal_mode = WAL", "synchronous = FULL"):
                connection.execute(f"PRAGMA {setting}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    # One connection for all threads, which take turns: SQLite has one writer anyway, and waits for it without a queue.
    engine = sa.create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)
    # Whoever reads before it writes must not have to wait in between, where SQLite would give up.
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _server(address: str) -> sa.Engine:
    url = sa.make_url(address)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    limits = {"connect_timeout": 5, "options": f"-c statement_timeout={BUSY_SECONDS:.0f}s"}
    return sa.create_engine(
        url, connect_args=limits, hide_parameters=True, pool_pre_ping=True, pool_size=8, max_overflow=16
    )


def _prepare(engine: sa.Engine) -> None:
    """Make what is missing, and see that all columns are there and can be written."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            [found] = connection.exec_driver_sql("PRAGMA quick_check(1)").scalars()
            if found != "ok":
                raise sqlite3.DatabaseError("damaged")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CREATING)))
        metadata.create_all(connection)
        for table in metadata.sorted_tables:
            connection.execute(sa.select(table).limit(0))
        connection.execute(sa.delete(moments).where(moments.c.name == "opened"))
        connection.execute(sa.insert(moments).values(name="opened", at=0.0))


def _advice(where: Path | str, error: Exception) -> str:
    if not isinstance(where, Path):
        what = f"the database that DATABASE_URL names cannot be used ({type(error).__name__})"
        return f"{what}: see that it runs, and that the user may make tables and write to them"
    cause = error.orig if isinstance(error, DBAPIError) else error
    kind = getattr(cause, "sqlite_errorname", "") or "damaged"
    if kind.startswith(("damaged", "SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return (
            f"{where} is damaged: move it away, keep it (it may hold events that are owed), and start again"
        )
    if kind == "SQLITE_ERROR":
        return f"{where} is not of this version: move it away, keep it, and start again"
    return f"{where} cannot be written ({kind}): see that the disk has room, and that the file and its folder are writable"
