"""Playwright's traces as they may be kept: every secret in them replaced, in every file of the archive."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote_plus

from harness.evidence.redaction import MASK, redact


def redact_trace(path: Path, secrets: Iterable[str]) -> None:
    """Rewrite the archive without ``secrets`` and without anything that looks like a key.

    A member that is no text is left out when it holds a secret: a trace lacks a picture rather than keep a key.
    """
    known = sorted(
        {form for secret in secrets if secret for form in (secret, quote_plus(secret))}, key=len, reverse=True
    )
    clean = path.with_suffix(".clean")
    with zipfile.ZipFile(path) as trace, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as kept:
        for member in trace.infolist():
            content = trace.read(member)
            if (written := _redacted(content, known)) is not None:
                kept.writestr(member, written)
    clean.replace(path)


def _redacted(content: bytes, secrets: list[str]) -> bytes | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None if any(secret.encode() in content for secret in secrets) else content
    return redact(text, secrets).encode()


def secrets_in(path: Path, secrets: Iterable[str]) -> list[str]:
    """Return the names of the members of an archive that hold one of ``secrets``; the mask is none."""
    known = [secret.encode() for secret in secrets if secret and secret != MASK]
    with zipfile.ZipFile(path) as archive:
        return [name for name in archive.namelist() if any(one in archive.read(name) for one in known)]
