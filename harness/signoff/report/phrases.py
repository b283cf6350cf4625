"""Numbers, times and long texts as people read them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from markupsafe import Markup

MINUTE, HOUR = 60, 3600
SHORT_DIGEST = 12
MANY = 3


def duration(seconds: float) -> str:
    """Return ``seconds`` in words: 30 ms, 1.4 s, 9 min 40 s, 1 h 5 min."""
    if seconds < 1:
        return f"{max(round(seconds * 1000), 1)} ms" if seconds > 0 else "0 ms"
    if seconds < MINUTE:
        return f"{f'{seconds:.1f}'.removesuffix('.0')} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004 - two digits are enough
    whole = round(seconds)
    large, small, of, then = (HOUR, MINUTE, "h", "min") if whole >= HOUR else (MINUTE, 1, "min", "s")
    rest = whole % large // small
    return f"{whole // large} {of}" + (f" {rest} {then}" if rest else "")


def moment(text: str) -> str:
    """Return an ISO time as day and UTC time; what is no time as it stands."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return cut(text, 40)
    at = at.astimezone(UTC) if at.tzinfo else at
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def span(began: str, ended: str) -> str:
    """Return two ISO times as one stretch of time."""
    first, last = moment(began), moment(ended)
    day, _, clock = last.partition(", ")
    return f"{first.removesuffix(' UTC')} to {clock}" if first.startswith(f"{day},") else f"{first} to {last}"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``1 clause``, ``2 clauses``."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def cut(text: str, length: int) -> str:
    """Return at most ``length`` characters of ``text``; three dots stand for the rest."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def listed(names: Sequence[str], most: int = 0) -> str:
    """Return names as a list in a sentence, with the number of those beyond ``most``."""
    if most and len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    if len(names) < 2:  # noqa: PLR2004 - one name stands alone
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def coded(text: str) -> Markup:
    """Return ``text`` with what stands between backticks set as code, as our documents write it, and all else escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its fellow
        return Markup.escape(text)
    return Markup().join(
        Markup("<code>{}</code>").format(one) if index % 2 else Markup.escape(one)
        for index, one in enumerate(parts)
    )


def link_to(path: str) -> str:
    """Return the relative address of a file of the pack; ``""`` for a path that does not stay in its evidence."""
    parts = path.split("/")
    inside = parts[0] == "evidence" and not {"", ".", ".."} & set(parts)
    return quote(path) if inside and "\\" not in path else ""
