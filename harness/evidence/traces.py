"""Playwright's traces as they may be kept: every secret in them replaced, in every file of the archive."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote_plus

from harness.redaction import redact


def redact_trace(raw: Path, path: Path, secrets: Iterable[str]) -> None:
    """Write the archive ``raw`` to ``path`` without ``secrets`` and without anything that looks like a key.

    A member that is no text is left out when it holds a secret: a trace lacks a picture rather than keep a key.
    """
    known = sorted(
        {form for secret in secrets if secret for form in (secret, quote_plus(secret))}, key=len, reverse=True
    )
    with zipfile.ZipFile(raw) as trace, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept:
        for member in trace.infolist():
            content = trace.read(member)
            if (written := _redacted(content, known)) is not None:
                kept.writestr(member, written)


def _redacted(content: bytes, secrets: list[str]) -> bytes | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None if any(secret.encode() in content for secret in secrets) else content
    return redact(text, secrets).encode()
