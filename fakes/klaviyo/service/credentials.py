"""Which account a credential belongs to: one look-up, however many accounts there are.

Only digests are kept and compared, so the time of a look-up says nothing about any credential.
"""

import hashlib
import threading

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import PrivateKey


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode("utf-8", "replace")).digest()


class Credentials:
    """Accounts by public key, and accounts with their keys by private key, deleted ones included.

    A deleted key still leads to its account, so that the refusal stands in that account's journal.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._public: dict[bytes, Account] = {}
        self._private: dict[bytes, tuple[Account, PrivateKey]] = {}
        self._of_account: dict[str, list[bytes]] = {}
        self._lock = threading.Lock()

    def add_account(self, account: Account) -> None:
        """Remember the account's public key."""
        with self._lock:
            self._public[_digest(account.public_key)] = account

    def add_key(self, account: Account, key: PrivateKey) -> None:
        """Remember a private key of the account."""
        digest = _digest(key.secret)
        with self._lock:
            self._private[digest] = (account, key)
            self._of_account.setdefault(account.id, []).append(digest)

    def forget(self, account: Account) -> None:
        """Drop everything that leads to ``account``."""
        with self._lock:
            self._public.pop(_digest(account.public_key), None)
            for digest in self._of_account.pop(account.id, []):
                self._private.pop(digest, None)

    def by_public(self, value: str) -> Account | None:
        """Return the account with this public key, or None."""
        return self._public.get(_digest(value))

    def by_private(self, value: str) -> tuple[Account, PrivateKey] | None:
        """Return the account and key with this secret, or None."""
        return self._private.get(_digest(value))
