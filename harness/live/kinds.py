"""What kind of thing a text is, by its look and the name of the field it stands in; nothing of what it says is kept."""

import base64
import email.utils
import json
import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from harness.live.words import E_MAIL, MOMENT, UUID, is_field_name, is_the_vendors_own, is_worded, worded

FREE_MAPS: Final = frozenset(
    {"eventproperties", "properties", "customattributes", "externalcustomerids", "patchproperties", "headers"}
)
"""Objects whose keys are people's own, by name without ``_`` and in lower case."""

OWN_WORDS: Final = frozenset(
    {"type", "status", "scopes", "object", "channel", "smsPreference", "messageType"}
)
"""Fields that hold one of a set of values that the vendor has."""

OF_ERRORS: Final = frozenset({"code", "title", "detail", "attr", "pointer", "parameter"})
FREE_TEXTS: Final = frozenset(
    {
        "name", "title", "description", "body", "content", "subject", "address", "original", "normalized", "organization",
        "organization_name", "website_url", "image", "default_sender_name", "default_sender_email", "first_name",
        "last_name", "loginDomain", "external_id", "property", "value", "industry", "timezone", "locale", "zip", "city",
        "address1", "address2", "region", "country", "phone_number", "id_of_adaptor", "category", "key",
    }
)  # fmt: skip
"""Fields in which people write what they like: of whatever look it is, it is a text."""

LINKS: Final = frozenset({"self", "next", "prev", "related", "Location"})
_ID_NAME: Final = re.compile(r"(?:.*(?:_id|Id|Ids|_ids)|id|old|new)")
_MEDIA: Final = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}")
_NUMBERS: Final = re.compile(r"[\dw\s,;=.]*\d[\dw\s,;=.]*")
_HEADER_NAME: Final = re.compile(r"[A-Za-z]{1,20}(?:-[A-Za-z]{1,20}){0,6}")
_HEADER_DIGITS: Final = 2
MILLISECONDS, MICROSECONDS = 3, 6
UNNAMED = "{name}"


def plain_name(name: str) -> str:
    """Return a field's name if it looks like one, and no more than that there is one if not."""
    return name if is_field_name(name) else UNNAMED


def discriminator(value: dict[str, Any]) -> str:
    """Return the type by which an object is told from others beside it; empty without one."""
    content = value.get("content")
    inner = content.get("type") if isinstance(content, dict) else None
    found = value.get("type", inner)
    return found if isinstance(found, str) and is_the_vendors_own(found) else ""


def kept_value(path: tuple[str, ...], text: str) -> str:
    """Return what is kept of a text that is the vendor's own; empty for any other text."""
    if not path:
        return ""
    if path[0] == "errors" and path[-1] in OF_ERRORS:
        return worded(text) or "(empty)"
    return text if path[-1] in OWN_WORDS and is_the_vendors_own(text) else ""


def kind_of_text(path: tuple[str, ...], text: str) -> str:
    """Return the kind of a text."""
    name = path[-1] if path else ""
    if name in LINKS and (text.startswith("/") or urlsplit(text).scheme in {"http", "https"}):
        return link(text)
    if name in FREE_TEXTS:
        return "text"
    if not text:
        return "empty text"
    if UUID.fullmatch(text):
        return "uuid"
    if _ID_NAME.fullmatch(name):
        return "id" if re.fullmatch(r"\S{1,100}", text) else "text"
    return moment(text) or _other(text)


def _other(text: str) -> str:
    if E_MAIL.fullmatch(text):
        return "e-mail"
    if re.fullmatch(r"https?://\S+", text):
        return "url"
    return "digits" if text.isdigit() else "text"


def moment(text: str) -> str:
    """Return the format of a time, ``moment YYYY-MM-DDThh:mm:ss.mmmZ`` or so; empty for what is none."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return "date YYYY-MM-DD"
    match = MOMENT.fullmatch(text)
    if match is None:
        return ""
    digits = len(match["fraction"] or "") - 1
    zone = match["zone"] or ""
    seconds = ":ss" if text.removesuffix(zone).count(":") > 1 else ""
    return f"moment YYYY-MM-DD{text[10]}hh:mm{seconds}{_fraction(digits)}{_zone(zone)}"


def _fraction(digits: int) -> str:
    if digits < 1:
        return ""
    return ".mmm" if digits <= MILLISECONDS else ".micro" if digits <= MICROSECONDS else ".nano"


def _zone(zone: str) -> str:
    if zone in {"", "Z"}:
        return zone
    return "+hh:mm" if ":" in zone else "+hhmm"


def link(text: str) -> str:
    """Return the kind of a link: its path without ids, and the look of its cursor."""
    parts = urlsplit(text)
    query = parse_qs(parts.query)
    cursor = query.get("page[cursor]")
    return f"link {plain_path(parts.path)}" + (f"?page[cursor]={cursor_look(cursor[0])}" if cursor else "")


def plain_path(path: str) -> str:
    """Return a path with ``{id}`` for every part that is no word of the list."""
    return "/".join(
        one if not one or (is_worded(one) and one.islower()) else "{id}" for one in path.split("/")
    )


def cursor_look(cursor: str) -> str:
    """Return how a cursor is made."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), validate=True).decode()
    except ValueError:
        return "opaque"
    try:
        value = json.loads(text)
    except ValueError:
        parts = text.split("::")
        shown = "::".join(one if is_worded(one) and one.islower() else "{id}" for one in parts)
        return f"base64 of {shown}" if len(parts) > 1 else "opaque"
    names = {int: "integer", float: "number", str: "text", bool: "boolean", list: "list", dict: "object"}
    if isinstance(value, list):
        return f"base64 of [{', '.join(names.get(type(one), 'null') for one in value)}]"
    return f"base64 of {names.get(type(value), 'null')}"


def media_type(text: str) -> str:
    """Return a media type without parameters; empty for what is none."""
    found = text.partition(";")[0].strip().lower()
    return found if _MEDIA.fullmatch(found) and is_worded(re.sub(r"\W", "-", found)) else ""


def header_name(name: str) -> str:
    """Return a header's name if it looks like one."""
    letters = re.sub(r"\d", "", name)
    is_name = _HEADER_NAME.fullmatch(letters) and len(name) - len(letters) <= _HEADER_DIGITS
    return name if is_name else UNNAMED


def header_kind(name: str, value: str) -> str:
    """Return the kind of a header's value; the value itself of those that hold the vendor's own words."""
    lower = name.lower()
    if lower in {"content-type", "accept"}:
        return media_type(value) or "text"
    if lower == "allow":
        methods = {one.strip() for one in value.split(",")}
        return ", ".join(sorted(methods & {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}))
    if lower == "location":
        return link(value)
    if lower == "www-authenticate":
        return value.partition(" ")[0] if value.startswith(("Basic", "Bearer")) else "text"
    return _plain_kind(value)


def _plain_kind(value: str) -> str:
    if value.isdigit():
        return "number"
    if _NUMBERS.fullmatch(value):
        return re.sub(r"[\d.]+", "N", value)
    if value in {"true", "false"}:
        return "true or false"
    if found := moment(value):
        return found
    if UUID.fullmatch(value):
        return "uuid"
    return "date" if re.match(r"[A-Z][a-z]{2}, \d", value) and email.utils.parsedate(value) else "text"
