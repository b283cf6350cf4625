"""A workbench for each test, and a database server for those that ask for one."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration import postgres
from tests.integration.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workbench in a folder of its own."""
    bench = Bench(tmp_path / "state")
    yield bench
    bench.service.close()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    if postgres.programs() is None:
        pytest.skip(postgres.WHY_NOT)
    with postgres.serving() as url:
        yield url


@pytest.fixture
def database_url(server: str) -> str:
    """The URL of an empty database on it."""
    name = f"t{uuid.uuid4().hex}"
    url = sa.make_url(server)
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return url.set(database=name).render_as_string(hide_password=False)
