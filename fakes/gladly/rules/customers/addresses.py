"""A customer's e-mail addresses and phone numbers, as entered and as Gladly compares them."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final

from fakes.gladly.rules.errors import ErrorDetail, InvalidError

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)*")
_CALLING_CODES: Final = {
    "US": "1", "CA": "1", "GB": "44", "IE": "353", "FR": "33", "DE": "49", "ES": "34", "IT": "39", "NL": "31",
    "AU": "61", "NZ": "64", "IN": "91", "JP": "81", "BR": "55", "MX": "52",
}  # fmt: skip
_PHONE_TYPES = frozenset({"", "HOME", "MOBILE", "OFFICE"})
_SMS_PREFERENCES = frozenset({"ON", "OFF", "FORBIDDEN"})
_PHONE = re.compile(
    r"(?:tel:)?\s*(?P<plus>\+)?(?P<number>[\d\s().\-/]+?)(?:\s*(?:;ext=|ext\.?|x)\s*(?P<extension>\d{1,7}))?",
    re.IGNORECASE | re.ASCII,
)
_SHORTEST_PHONE, _LONGEST_PHONE, _NORTH_AMERICAN = 7, 15, 11


def normal_email(entered: str) -> str | None:
    """Return the address as Gladly compares it, or None if it is none: lower-cased (inferred), no display name."""
    address = addr_spec(entered)
    return address.lower() if _EMAIL.fullmatch(address) else None


def addr_spec(entered: str) -> str:
    """Return the bare address of what was entered, its case kept (Gladly OpenAPI: only the addr-spec is retained)."""
    return parseaddr(entered)[1] if "<" in entered else entered.strip()


def normal_phone(entered: str, region: str = "US") -> str | None:
    """Return the number in E.164, or None if it is none; an extension behind it is left out.

    Without ``+`` it is read as a national number of ``region`` (Gladly OpenAPI), or as an international one behind
    the region's prefix. The fake knows the calling codes of a few regions, and of national numbering plans only
    that those of North America have ten digits.
    """
    if (match := _PHONE.fullmatch(entered.strip())) is None:
        return None
    digits = re.sub(r"\D", "", match["number"])
    if not match["plus"]:
        digits = _international(digits, region)
    if not _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE or digits.startswith("0"):
        return None
    return f"+{digits}" if digits[0] != "1" or len(digits) == _NORTH_AMERICAN else None


def _international(digits: str, region: str) -> str:
    """Return a number entered without ``+`` with its calling code in front; nothing for a region not known."""
    if (code := _CALLING_CODES.get(region)) is None:
        return ""
    abroad, trunk = ("011", "1") if code == "1" else ("00", "0")
    return digits.removeprefix(abroad) if digits.startswith(abroad) else code + digits.removeprefix(trunk)


def phone_extension(entered: str) -> str:
    """Return the extension behind a number, such as ``12`` of ``650 555 0142 x12``, or nothing (inferred)."""
    match = _PHONE.fullmatch(entered.strip())
    return (match["extension"] or "") if match is not None else ""


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
            raise InvalidError(ErrorDetail("blank", "original cannot be blank", "emails"))
        normalized = normal_email(str(original))
        if normalized is None:
            raise InvalidError(ErrorDetail("invalid", "invalid email address", "emails"))
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
            raise InvalidError(ErrorDetail("blank", "original cannot be blank", "phones"))
        if (kind or "") not in _PHONE_TYPES:
            raise InvalidError(
                ErrorDetail("invalid", "type must be one of HOME, MOBILE, OFFICE", "phones.type")
            )
        if sms_preference and sms_preference not in _SMS_PREFERENCES:
            detail = "smsPreference must be one of ON, OFF, FORBIDDEN"
            raise InvalidError(ErrorDetail("invalid", detail, "phones.smsPreference"))
        region = region or "US"
        normalized = normal_phone(str(original), region)
        if normalized is None:
            raise InvalidError(ErrorDetail("invalid", "invalid phone number", "phones"))
        extension = extension or phone_extension(str(original))
        return cls(str(original), normalized, region, kind or "", extension, primary, sms_preference or "")

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
