"""A customer's e-mail addresses and phone numbers, as entered and as Gladly compares them."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final

from fakes.gladly.rules.problems import InvalidError, Problem

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)*")
_CALLING_CODES: Final = {
    "US": "1", "CA": "1", "GB": "44", "IE": "353", "FR": "33", "DE": "49", "ES": "34", "IT": "39", "NL": "31",
    "AU": "61", "NZ": "64", "IN": "91", "JP": "81", "BR": "55", "MX": "52",
}  # fmt: skip
_PHONE_TYPES = frozenset({"", "HOME", "MOBILE", "OFFICE"})
_SMS_PREFERENCES = frozenset({"ON", "OFF", "FORBIDDEN"})
_SHORTEST_PHONE, _LONGEST_PHONE = 7, 15


def normal_email(entered: str) -> str | None:
    """Return the address as Gladly compares it, or None if it is none: lower-cased (inferred), no display name."""
    address = addr_spec(entered)
    return address.lower() if _EMAIL.fullmatch(address) else None


def addr_spec(entered: str) -> str:
    """Return the bare address of what was entered, its case kept (Gladly OpenAPI: only the addr-spec is retained)."""
    return parseaddr(entered)[1] if "<" in entered else entered.strip()


def normal_phone(entered: str, region: str = "US") -> str | None:
    """Return the number in E.164, or None if it is none.

    Without ``+`` it is read as a national number of ``region`` (Gladly OpenAPI). The fake knows the calling codes
    of a few regions and does not know national numbering plans.
    """
    digits = re.sub(r"\D", "", entered)
    if not entered.strip().startswith("+"):
        code = _CALLING_CODES.get(region)
        if code is None:
            return None
        national = digits.removeprefix("1") if code == "1" else digits.removeprefix("0")
        digits = code + national
    return f"+{digits}" if _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE else None


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address of a customer."""

    original: str
    normalized: str
    primary: bool = False

    @classmethod
    def entered(cls, original: str | None, *, primary: bool = False) -> "Email":
        """Return the address as it is kept, or raise ``InvalidError`` (wording inferred from the search's error)."""
        if not (original or "").strip():
            raise InvalidError(Problem("blank", "original cannot be blank", "emails"))
        normalized = normal_email(str(original))
        if normalized is None:
            raise InvalidError(Problem("invalid", "invalid email address", "emails"))
        return cls(addr_spec(str(original)), normalized, primary)

    def as_json(self) -> dict[str, Any]:
        """Return ``{"original", "normalized", "primary"?}``; ``primary`` only when true (recorded response)."""
        head: dict[str, Any] = {"original": self.original, "normalized": self.normalized}
        return head | ({"primary": True} if self.primary else {})


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number of a customer. ``type`` is empty for a number of no known kind."""

    original: str
    normalized: str
    region: str = "US"
    type: str = ""
    extension: str = ""
    primary: bool = False
    sms_preference: str = ""

    @classmethod
    def entered(
        cls,
        original: str | None,
        *,
        region: str | None = None,
        kind: str | None = None,
        extension: str | None = None,
        primary: bool = False,
        sms_preference: str | None = None,
    ) -> "Phone":
        """Return the number as it is kept, or raise ``InvalidError`` (wording inferred)."""
        if not (original or "").strip():
            raise InvalidError(Problem("blank", "original cannot be blank", "phones"))
        if (kind or "") not in _PHONE_TYPES:
            raise InvalidError(Problem("invalid", "type must be one of HOME, MOBILE, OFFICE", "phones.type"))
        if sms_preference and sms_preference not in _SMS_PREFERENCES:
            detail = "smsPreference must be one of ON, OFF, FORBIDDEN"
            raise InvalidError(Problem("invalid", detail, "phones.smsPreference"))
        region = region or "US"
        normalized = normal_phone(str(original), region)
        if normalized is None:
            raise InvalidError(Problem("invalid", "invalid phone number", "phones"))
        return cls(
            str(original), normalized, region, kind or "", extension or "", primary, sms_preference or ""
        )

    @property
    def is_mobile(self) -> bool:
        """Say whether it may belong to one customer only."""
        return self.type == "MOBILE"

    def as_json(self) -> dict[str, Any]:
        """Return the number as read: ``type`` is there even when empty (recorded response), the rest when set."""
        head: dict[str, Any] = {"original": self.original, "normalized": self.normalized}
        if self.extension:
            head["extension"] = self.extension
        head |= {"regionCode": self.region, "type": self.type}
        if self.primary:
            head["primary"] = True
        if self.sms_preference:
            head["smsPreference"] = self.sms_preference
        return head
