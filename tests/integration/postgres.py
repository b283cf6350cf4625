"""A PostgreSQL server of our own, where its programs are on this machine: in a temporary folder, on a socket in it."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

USERS = ("postgres", "nobody")  # PostgreSQL refuses to run as root
WHY_NOT = "no PostgreSQL on this machine (initdb and pg_ctl in PATH or under /usr/lib/postgresql)"


def programs() -> Path | None:
    """Return the folder with PostgreSQL's programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    candidates = [*found, *([Path(on_path).resolve()] if on_path else [])]
    return next((each.parent for each in candidates if (each.parent / "pg_ctl").exists()), None)


@contextlib.contextmanager
def serving(*, safe: bool = False) -> Iterator[str]:
    """Serve until the block ends; yield a URL. ``safe`` has it sync to the disk, as the benches need."""
    where = programs()
    assert where is not None, WHY_NOT
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        user = _user(Path(folder))
        data = f"{folder}/data"

        def run(program: str, *options: str) -> None:
            subprocess.run(  # noqa: S603 - PostgreSQL's own programs
                [where / program, "-D", data, *options],
                check=True,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **user,
            )

        run("initdb", "-A", "trust", "-U", "harness", "--no-sync", "-E", "UTF8")
        settings = (
            f"-c listen_addresses='' -k {folder} -c fsync={'on' if safe else 'off'} -c max_connections=200"
        )
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", settings, "start")
        try:
            yield f"postgresql://harness@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


def _user(folder: Path) -> dict[str, Any]:
    """Return as whom to run; root gives ``folder`` to one who may."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in USERS if name in known)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
