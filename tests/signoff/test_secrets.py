"""The secrets of a run: all that a scenario knew, from every worker, and what is said of a worker that crashed."""

import os
import subprocess
import sys
from pathlib import Path

from harness.actors.api.tenant import Tenant
from harness.worlds import memory
from harness.worlds.tenants import WEBHOOK
from harness.worlds.world import World

ROOT = Path(__file__).parents[2]
TESTS = {
    "test_it.py": """
import pytest
from harness.plugin.secrets import SECRETS

@pytest.mark.parametrize("secret", ["secret-one", "secret-two", "secret-three"])
def test_it(secret, request):
    request.config.stash[SECRETS].add(secret)
""",
    "test_crash.py": """
import os
from pathlib import Path

def test_crash():
    if not Path("has-crashed").exists():
        Path("has-crashed").touch()
        os._exit(3)
""",
    "conftest.py": r"""
import pytest
from harness.plugin.secrets import secrets_of_run, unknown_secrets

@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        print("\nknown", sorted(secrets_of_run(session.config)))
        print("unknown", unknown_secrets(session.config))
""",
}


def test_workers_send_their_secrets_but_not_when_they_crash(tmp_path: Path) -> None:
    """The process that started the workers knows their secrets, and names the one that died with its own; no file holds them."""
    for name, text in TESTS.items():
        (tmp_path / name).write_text(text)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    options = "-s -p xdist -p no:cacheprovider -p harness.plugin.secrets -n 2 --dist loadfile"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "pytest", *options.split()],
        cwd=tmp_path,
        env=kept | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    known, unknown = (line for line in done.stdout.splitlines() if line.startswith(("known", "unknown")))
    assert known == "known ['secret-one', 'secret-three', 'secret-two']"
    assert unknown.startswith("unknown ['the secrets of a crashed worker are not known: gw")
    assert unknown.count("gw") == 1
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}]
    assert not [path for path in written if b"secret-one" in path.read_bytes()]


def everything_secret(world: World) -> set[str]:
    """Do in ``world`` whatever makes a secret, and return what was made."""
    klaviyo: Tenant = world.setup._klaviyo  # type: ignore[attr-defined]  # noqa: SLF001 - no step sees them
    gladly: Tenant = world.setup._gladly  # type: ignore[attr-defined]  # noqa: SLF001
    key = world.kim.create_key("To be deleted", "Full Access Key", {})
    world.kim.delete_key("To be deleted")
    world.app.start(world.setup.make_key("A key"))
    made = {key, world.app.key, world.control.key_of_another_account(), world.control.new_token().password}
    made |= {user["password"] for tenant in (klaviyo, gladly) for user in tenant.about["users"]}
    made |= {gladly.about[one]["token"] for one in ("api_user", "compliance_user")}
    return {str(one) for one in made | {klaviyo.token, gladly.token, WEBHOOK.password}}


def test_a_world_knows_all_that_was_secret_in_it(tmp_path: Path) -> None:
    """Keys, deleted ones and those of other accounts too, tokens, passwords and the control token: also when all is over."""
    with memory.compose(tmp_path) as world:
        made = everything_secret(world)
        known = set(world.secrets())
        assert made - known == set()
    assert set(world.secrets()) == known
    assert len({one for one in known if one.startswith("pk_")}) >= 3
