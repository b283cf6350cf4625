"""Canaries: secrets made up anew in each run and planted before the scan, which has to find each of them.

A scan that sees nothing looks like a pack without leaks. What is planted is never written anywhere.
"""

import base64
import gzip
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import quote

from harness.evidence.scan.look import find_in_text

KINDS: Mapping[str, Callable[[], str]] = {
    "a key": lambda: f"pk_{secrets.token_hex(17)}",
    "a token": lambda: secrets.token_urlsafe(24),
    "a password": lambda: f"canary-password-{secrets.token_hex(4)}",
}
FORMS: Mapping[str, Callable[[str], bytes]] = {
    "as it is": lambda secret: f"it says {secret}".encode(),
    "in Base64": lambda secret: base64.b64encode(f"somebody:{secret}".encode()),
    "percent-encoded": lambda secret: quote("".join(f"%{ord(one):02x}" for one in secret)).encode(),
    "as JSON escapes": lambda secret: "".join(f"\\u{ord(one):04x}" for one in secret).encode(),
    "compressed": lambda secret: gzip.compress(secret.encode()),
    "in UTF-16": lambda secret: secret.encode("utf-16-le"),
}


def blind_spots() -> list[str]:
    """Return a finding for each kind of canary, in each form, that the scan does not find; none when it sees all."""
    planted = {kind: make() for kind, make in KINDS.items()}
    return [
        f"the scan for secrets is blind: it did not find {kind} that was planted {form}, so no pack can be trusted"
        for kind, secret in planted.items()
        for form, write in FORMS.items()
        if not find_in_text("canary", write(secret), planted.values())
    ]
