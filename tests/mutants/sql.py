"""The store of the reference integration, for mistakes that show in what it keeps."""

from typing import Any

OWED = "outcome IS NULL"


def run_sql(outbox: Any, statement: str, *values: Any) -> list[Any]:
    """Run a statement in a transaction of its own, and return its rows."""
    with outbox._transaction() as connection:  # noqa: SLF001 - a mutant may
        result = connection.exec_driver_sql(statement, values)
        return list(result) if result.returns_rows else []
