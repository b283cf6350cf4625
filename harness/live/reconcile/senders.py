"""By which API events arrived, as far as their forms let one guess. See ``forms`` for what that rests on."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from harness.live.reconcile.moments import from_milliseconds, milliseconds, shown
from harness.live.reconcile.store import Store

MOST_MISPLACED = 0.1
"""Which share of the rarer form's events may lie on the wrong side of a moment that is still said to part two forms."""


@dataclass(frozen=True)
class Form:
    """A form, how many events have it, and between which conversations' times."""

    number: int
    text: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Senders:
    """The forms there are, the commonest first, what can be said of them, and which one is the new API's, if that is known.

    ``change`` is where one form gives way to another, when nobody said when the upgrade was.
    """

    forms: tuple[Form, ...]
    says: str
    new: int | None = None
    change: datetime | None = None


def senders(store: Store, upgraded: datetime | None) -> Senders:
    """Return what the forms of the events say."""
    forms = tuple(_forms(store))
    if not forms:
        return Senders((), "No event arrived that could be looked at.")
    if upgraded is not None:
        return _around(store, forms, upgraded)
    if len(forms) == 1:
        return Senders(forms, "All events have one form: by which API they came cannot be told from them.")
    change = _change(store, forms[0].number, forms[1].number)
    says = f"The events have {len(forms)} forms."
    if change is None:
        says += " They are mixed over time, so no moment parts them."
    else:
        says += (
            f" The two commonest part at {shown(change)}: if that is when the key was upgraded, give it as --upgraded-at,"
            " and whatever does not fit is named."
        )
    return Senders(forms, says, change=change)


def _around(store: Store, forms: tuple[Form, ...], upgraded: datetime) -> Senders:
    at = milliseconds(upgraded)
    before = store.one("SELECT form FROM tied WHERE at < ? GROUP BY form ORDER BY count(*) DESC, form", at)
    after = store.one("SELECT form FROM tied WHERE at >= ? GROUP BY form ORDER BY count(*) DESC, form", at)
    if after is None:
        return Senders(
            forms, "No event arrived of a conversation after the upgrade, so the new API's form is not known."
        )
    if before is None:
        says = (
            "Nothing lies before the upgrade, so the legacy API's form is not known: the commonest form after it is taken"
            " for the new API's."
        )
        return Senders(forms, says, after)
    if before == after:
        says = "Events before and after the upgrade have the same form: by which API an event came cannot be told from it."
        return Senders(forms, says)
    says = "The commonest form before the upgrade is taken for the legacy API's, the commonest after it for the new one's."
    return Senders(forms, says, after)


def _forms(store: Store) -> Iterator[Form]:
    query = """SELECT form, text, count(*), min(at), max(at) FROM tied JOIN forms ON forms.id = form
        GROUP BY form ORDER BY count(*) DESC, form"""
    for number, text, count, first, last in store.rows(query):
        yield Form(number, text, count, from_milliseconds(first), from_milliseconds(last))


def _change(store: Store, one: int, other: int) -> datetime | None:
    """Return the moment that parts the events of two forms best, None when many are on the wrong side even then."""
    lead = count = 0
    best, worst, highest, lowest = -math.inf, math.inf, 0, 0
    query = "SELECT form, at FROM tied WHERE form IN (?, ?) ORDER BY at, id"
    for count, (form, at) in enumerate(store.rows(query, one, other), 1):
        if count > 1 and lead > best:
            best, highest = lead, at
        if count > 1 and lead < worst:
            worst, lowest = lead, at
        lead += 1 if form == one else -1
    of_one, of_other = (count + lead) / 2, (count - lead) / 2
    # How many are on the right side when ``one`` comes first, and when it comes second.
    first, second = of_other + best, of_one - worst
    wrong = count - max(first, second)
    if wrong > MOST_MISPLACED * min(of_one, of_other):
        return None
    return from_milliseconds(highest if first >= second else lowest)
