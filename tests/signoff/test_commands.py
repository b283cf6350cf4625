"""What the commands say, and what they end with."""

import getpass
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.__main__ import app
from harness.commands import packs, signoff
from tests.signoff.conftest import SCENARIOS
from tests.signoff.packs import Making, Shown, change, load, make, put, seal, yardstick

ON_A_LINE = {"COLUMNS": "400", "NO_COLOR": "1"}


@pytest.fixture(autouse=True)
def _of_a_checkout_with_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the harness not know its version, wherever it is tested: what views show is asked in ``test_views.py``."""
    monkeypatch.setattr(packs, "version", lambda: "")


def run(*words: object) -> Result:
    """Run a command of the harness."""
    return CliRunner().invoke(app, [str(one) for one in words], env=ON_A_LINE, catch_exceptions=False)


def approve(folder: Path, *more: object, name: str = "Jane Doe", meaning: str = "approve") -> Result:
    """Approve a pack on the command line."""
    return run("approve", folder, "--name", name, "--role", "QA lead", "--meaning", meaning, *more)


def test_a_whole_pack_is_told_in_one_line(pack: Path) -> None:
    """The first line says that it is whole and what of; code 0."""
    (pack / "signoff.html").unlink()
    seal(pack)
    done = run("verify", pack)
    digest = load(pack, "manifest.json")["digests"]["content"]
    files = len(load(pack, "manifest.json")["files"])
    assert (done.exit_code, done.stdout) == (
        0,
        f"whole and unaltered: {pack}, verdict passed, 5 scenarios, {files} files, 0 approvals, content {digest}\n",
    )


def test_a_changed_pack_is_told_in_one_line_and_why_below(pack: Path) -> None:
    """The first line says that it is not, each further one what is wrong; code 1."""
    assert approve(pack).exit_code == 0
    put(pack, SCENARIOS[0].path, b"{}\n")
    done = run("verify", pack)
    first, *lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert first.startswith(f"NOT as it was signed: {pack}, ")
    assert f"  {SCENARIOS[0].path}: altered" in lines
    [approval] = [one for one in lines if "approvals/1.json" in one]
    assert approval.startswith("  approvals/1.json: approved by Jane Doe, QA lead, ")
    assert approval.endswith(": VOID, changed since: evidence")


def test_an_approval_that_cannot_be_read_hides_no_other(pack: Path) -> None:
    """Which of the others stand is told all the same."""
    assert approve(pack).exit_code == 0
    put(pack, "approvals/2.json", b"{")
    seal(pack)
    done = run("verify", pack)
    assert (done.exit_code, "approvals/1.json: approved by Jane Doe" in done.stdout) == (1, True)
    assert "approvals/2.json: no JSON that can be read" in done.stdout


def test_void_approvals_alone_are_not_as_it_was_signed(pack: Path) -> None:
    """A pack that is whole and was changed after its approval says whose is void; code 1."""
    approve(pack)
    approve(pack, "--condition", "Confirm it live.", name="Ann Lee", meaning="conditional")
    assert "approved on a condition by Ann Lee" in run("verify", pack).stdout
    predicate = load(pack, "attestation.json")["predicate"]
    change(pack, "attestation.json", predicate={**predicate, "run": {**predicate["run"], "by": "another"}})
    seal(pack)
    done = run("verify", pack)
    assert (done.exit_code, done.stdout.count("VOID, changed since: attestation")) == (1, 2)
    assert done.stdout.startswith(f"NOT as it was signed: {pack}, 2 things are wrong\n")


def test_where_there_is_no_pack_it_says_how_to_make_one(tmp_path: Path) -> None:
    """A folder without a pack is neither whole nor altered; code 2."""
    for words in (
        ("verify", tmp_path),
        ("signoff", "diff", tmp_path, tmp_path),
    ):
        done = run(*words)
        assert done.exit_code == 2
        assert "there is no sign-off pack here" in done.stdout + done.stderr
    assert approve(tmp_path / "none").exit_code == 2


def test_live_evidence_and_sentences_that_are_stale_are_told(tmp_path: Path) -> None:
    """What no longer counts is said beside, by the age that is asked for; the pack is whole all the same."""
    live = Shown("A page says so", tag="UPG-02", world="live")
    made = Making(real=["live"], stale={"UPG-02": "the sentence changed"})
    folder = make(tmp_path / "pack", live, SCENARIOS[0], making=made)
    done = run("verify", folder, "--max-age", 1)
    assert done.exit_code == 0
    assert "  stale: live: this evidence is of 2026-03-02" in done.stdout
    assert "  stale: UPG-02: the sentence changed" in done.stdout
    assert "stale: live" not in run("verify", folder, "--max-age", 100_000).stdout


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--condition", "x"], "--condition goes with --meaning conditional"),
        (["--key", "no-such-key"], "--key no-such-key: there is no such file"),
    ],
)
def test_an_approval_that_cannot_be_given_says_why(pack: Path, more: list[str], said: str) -> None:
    """Nothing is written, and one sentence says what to do; code 2."""
    done = approve(pack, *more)
    assert (done.exit_code, said in done.stderr) == (2, True)
    assert not (pack / "approvals").exists()


def test_a_changed_pack_cannot_be_approved(pack: Path) -> None:
    """It says what is wrong instead; code 1."""
    put(pack, "notes.txt", b"")
    done = approve(pack)
    assert (done.exit_code, "notes.txt: added" in done.stderr) == (1, True)


def test_a_machine_without_ssh_keygen_is_told_what_to_install(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without OpenSSH's client nothing is signed, and it says which package has it."""
    (tmp_path / "key").write_text("a key")
    monkeypatch.setenv("PATH", str(tmp_path))
    done = approve(pack, "--key", tmp_path / "key")
    assert done.exit_code == 2
    assert "ssh-keygen is not on this machine: install OpenSSH's client" in done.stderr
    assert not (pack / "approvals").exists()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a key of Jane's, with the file that allows her beside it."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not on this machine")
    path = tmp_path / "jane"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)  # noqa: S603, S607
    public = path.with_suffix(".pub").read_text().strip()
    (tmp_path / "signers").write_text(f'"Jane Doe" namespaces="gladly-klaviyo-signoff" {public}\n')
    return path


def test_a_signed_approval_is_checked_against_its_name(pack: Path, key: Path) -> None:
    """It is checked only where signers are given; then it holds for the name that the approval has, and no other."""
    signers = key.with_name("signers")
    assert ", signed: " in approve(pack, "--key", key).stdout
    assert "approvals/1.json: signed, not checked" in run("verify", pack).stdout
    done = run("verify", pack, "--allowed-signers", signers)
    assert (done.exit_code, "  approvals/1.json: signed by Jane Doe" in done.stdout) == (0, True)
    approve(pack, "--key", key, name="Ann Lee")
    done = run("verify", pack, "--allowed-signers", signers)
    assert (done.exit_code, "approvals/2.json: the signature is not that of Ann Lee: " in done.stdout) == (
        1,
        True,
    )


def test_a_signature_does_not_hold_for_anything_else(pack: Path, key: Path) -> None:
    """An approval that was changed after it was signed, however consistently, is found where signers are given."""
    approve(pack, "--key", key)
    change(pack, "approvals/1.json", role="Director")
    seal(pack)
    change(
        pack,
        "approvals/1.json",
        of={**load(pack, "manifest.json")["digests"], "attestation": _attestation(pack)},
    )
    seal(pack)
    assert run("verify", pack).exit_code == 0, "nothing but the signature can tell"
    done = run("verify", pack, "--allowed-signers", key.with_name("signers"))
    assert (done.exit_code, "approvals/1.json: the signature is not that of Jane Doe" in done.stdout) == (
        1,
        True,
    )


def _attestation(pack: Path) -> str:
    return str(load(pack, "manifest.json")["files"]["attestation.json"])


def test_an_approval_without_a_signature_is_none_where_signers_are_given(pack: Path, key: Path) -> None:
    """Whoever names signers wants signatures: one that was taken away is missed."""
    approve(pack)
    done = run("verify", pack, "--allowed-signers", key.with_name("signers"))
    assert (done.exit_code, "not signed, so nothing shows that Jane Doe gave it" in done.stdout) == (1, True)
    assert run("verify", pack, "--allowed-signers", pack / "none").exit_code == 2


def test_the_attestation_can_be_signed(pack: Path, key: Path, tmp_path: Path) -> None:
    """Its signature lies beside it, is part of the pack, and is checked where signers are given."""
    signers = key.with_name("signers")
    assert run("signoff", "sign", pack, "--key", key).exit_code == 0
    assert run("verify", pack).exit_code == 0
    done = run("verify", pack, "--allowed-signers", signers)
    assert (done.exit_code, "  attestation.json: signed by Jane Doe" in done.stdout) == (0, True)
    (tmp_path / "nobody").write_text("")
    done = run("verify", pack, "--allowed-signers", tmp_path / "nobody")
    assert (done.exit_code, "the signature is not that of an allowed signer" in done.stdout) == (1, True)


def test_a_key_that_signs_nothing_says_so(pack: Path, key: Path) -> None:
    """A file that is no key leaves the pack as it was."""
    done = approve(pack, "--key", key.with_name("signers"))
    assert (done.exit_code, "ssh-keygen does not sign with it" in done.stderr) == (2, True)
    assert run("verify", pack).stdout.count("approvals/") == 0


def test_packs_are_merged_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says the verdict and the discrepancies; code 0 for passed, 1 for failed, 2 where packs do not go together."""
    known = yardstick(*SCENARIOS[:3])
    monkeypatch.setattr(signoff, "of_this_harness", lambda: known)
    one, two = make(tmp_path / "one", *SCENARIOS[:2]), make(tmp_path / "two", SCENARIOS[2])
    done = run("signoff", "merge", tmp_path / "out", one, two, "--by", "Jane")
    assert (done.exit_code, done.stdout) == (
        0,
        f"{tmp_path / 'out'}: passed, 3 passed, 0 failed, 0 not run, from 2 packs, 0 discrepancies\n",
    )
    run_ = load(tmp_path / "out", "attestation.json")["predicate"]["run"]
    assert (run_["by"], run_["command"]) == ("Jane", "python -m harness signoff merge out one two")
    assert run("verify", tmp_path / "out").exit_code == 0
    bad = make(tmp_path / "bad", replace(SCENARIOS[0], outcome="failed", reason="no"))
    done = run("signoff", "merge", tmp_path / "other", one, two, bad)
    assert (done.exit_code, "  discrepancy: upgrade/keys.feature: A key is made" in done.stdout) == (1, True)
    done = run("signoff", "merge", one, one, two)
    assert (done.exit_code, "would take the place of" in done.stderr) == (2, True)


def test_an_account_without_a_name_can_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine has no name for who is signed in, the pack says so, and is made."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(getpass, "getuser", nobody)
    monkeypatch.setattr(signoff, "of_this_harness", lambda: yardstick(*SCENARIOS))
    one, two = make(tmp_path / "one", *SCENARIOS[:2]), make(tmp_path / "two", *SCENARIOS[2:])
    run("signoff", "merge", tmp_path / "out", one, two)
    assert load(tmp_path / "out", "attestation.json")["predicate"]["run"]["by"] == "unknown"


def test_packs_of_this_harness_s_own_features_only(tmp_path: Path) -> None:
    """On the command line, packs are held against the features and clauses that this harness has."""
    one, two = make(tmp_path / "one", *SCENARIOS[:2]), make(tmp_path / "two", SCENARIOS[2])
    done = run("signoff", "merge", tmp_path / "out", one, two)
    assert (done.exit_code, "made of other features than this harness has" in done.stderr) == (2, True)


def test_packs_are_compared_on_the_command_line(tmp_path: Path) -> None:
    """Code 0 when nothing differs, 1 with what differs by group, 2 for a pack that was changed; --json has all of it."""
    one = make(tmp_path / "one", *SCENARIOS)
    two = make(tmp_path / "two", replace(SCENARIOS[0], outcome="failed", reason="no"), *SCENARIOS[1:])
    done = run("signoff", "diff", one, one)
    assert (done.exit_code, done.stdout) == (0, f"nothing differs between {one} and {one}\n")
    done = run("signoff", "diff", one, two)
    assert done.exit_code == 1
    assert "\nThe verdict, for the worse\n  verdict: passed → failed\n" in done.stdout
    data = json.loads(run("signoff", "diff", one, two, "--json").stdout)
    assert data["same"] is False
    assert data["differences"][0] == {
        "group": "verdict",
        "what": "verdict",
        "before": "passed",
        "after": "failed",
        "is_worse": True,
    }
    put(two, "notes.txt", b"")
    assert run("signoff", "diff", one, two).exit_code == 2


def test_a_folder_that_is_not_there_is_told_as_that(tmp_path: Path) -> None:
    """A mistyped name is no pack that was altered; code 2."""
    done = run("verify", tmp_path / "nowhere")
    assert (done.exit_code, "there is no such folder" in done.output) == (2, True)
