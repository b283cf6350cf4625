"""Signatures by a key that the user gives: OpenSSH's ``ssh-keygen -Y``, which is on most machines already."""

import shutil
import subprocess
from pathlib import Path

from harness.errors import CannotSign

NAMESPACE = "gladly-klaviyo-signoff"
"""What a signature is for: one made for something else does not count here."""
SUFFIX = ".sig"
PROGRAM = "ssh-keygen"


def sign(content: bytes, key: Path) -> bytes:
    """Return the signature of ``content`` by the private ``key`` (or a public one whose private one an agent holds)."""
    if not key.is_file():
        raise CannotSign(f"--key {key}: there is no such file")
    done = _run(["sign", "-n", NAMESPACE, "-f", str(key)], content)
    if done.returncode != 0 or not done.stdout:
        raise CannotSign(f"--key {key}: {PROGRAM} does not sign with it: {_last_line(done)}")
    return done.stdout


def why_not_by(name: str, content: bytes, signature: Path, signers: Path) -> str:
    """Return why ``signature`` is not ``name``'s for ``content``, by the file of allowed ``signers``; ``""`` if it is."""
    if not name:
        return "nobody of that file made it"
    words = ["verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, "-s", str(signature)]
    done = _run(words, content)
    return "" if done.returncode == 0 else _last_line(done)


def signer_of(signature: Path, signers: Path) -> str:
    """Return who of the allowed ``signers`` made ``signature``, ``""`` if nobody did."""
    done = _run(["find-principals", "-f", str(signers), "-s", str(signature)], b"")
    lines = done.stdout.decode(errors="replace").splitlines()
    return lines[0] if done.returncode == 0 and lines else ""


def _run(words: list[str], content: bytes) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which(PROGRAM)
    if program is None:
        raise CannotSign(f"{PROGRAM} is not on this machine: install OpenSSH's client (openssh-client)")
    # It asks for a passphrase at the terminal, not on standard input.
    return subprocess.run([program, "-Y", *words], input=content, capture_output=True, check=False)  # noqa: S603


def _last_line(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = [
        *done.stdout.decode(errors="replace").splitlines(),
        *done.stderr.decode(errors="replace").splitlines(),
    ]
    return next((one.strip() for one in reversed(lines) if one.strip()), "it does not say why")
