"""What differs between the shape of an answer of the fakes and that of another system, in words for people.

What can come from the data of an account is no difference: no items, fields that the vendor's document calls optional,
null where it allows null, values that it lists and the fakes' data have not.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Final

from harness.live.shapes import AnswerShape, Shape

KNOWN = Path(__file__).parent / "baseline" / "known.json"
OF_THE_WAY: Final = frozenset(
    {
        "accept-ch", "accept-ranges", "age", "alt-svc", "cache-control", "connection", "content-encoding",
        "content-language", "content-length", "critical-ch", "date", "etag", "expires", "keep-alive", "nel", "pragma",
        "referrer-policy", "report-to", "server", "server-timing", "set-cookie", "transfer-encoding", "vary", "via",
    }
)  # fmt: skip
"""Headers of what is between: what a fake sends of them says nothing of a vendor."""

NO_TEXTS: Final = frozenset({"null", "boolean", "integer", "number", "object", "list", "map"})
ANY_TEXT: Final = frozenset({"text", "empty text", "word"})
"""Kinds that say nothing of a text's look: any other text may stand in their place."""

OTHER_KINDS: Final = {
    "digits": frozenset({"text", "id"}),
    "integer": frozenset({"number"}),
    "number": frozenset({"integer"}),
}
"""What may stand in place of a kind without being another one."""

OF_ERRORS: Final = "errors"
SIMILAR, MANY = 0.6, 3


@dataclass(frozen=True)
class Known:
    """What a vendor's document says beyond what the fakes' data show."""

    optional: frozenset[str]
    nullable: frozenset[str]
    values: frozenset[str]


@cache
def known_of(system: str) -> Known:
    """Return what is known of a vendor."""
    found = json.loads(KNOWN.read_text(encoding="utf-8"))[system]
    return Known(*(frozenset(found[name]) for name in ("optional", "nullable", "values")))


def differences(system: str, fake: AnswerShape, seen: AnswerShape, *, whole: bool = True) -> list[str]:
    """Return what is otherwise in ``seen``, a sentence each; none when nothing is.

    Unless ``whole`` was asked for, fields that are not there tell nothing.
    """
    found = [*_of_headers(fake.headers, seen.headers)]
    if fake.status != seen.status:
        found.insert(0, f"answers {seen.status}, where the fakes answer {fake.status}")
        if min(fake.status, seen.status) < 400:  # noqa: PLR2004 - HTTP's border between answers and errors
            return found[:1]
    if fake.form != seen.form:
        empty = "empty" in {fake.form, seen.form} and {fake.form, seen.form} & {"JSON lines", "a table"}
        return found if empty else [*found, f"the body is {seen.form}, where the fakes send {fake.form}"]
    if fake.columns != seen.columns and fake.form == "a table":
        found += _of_columns(fake.columns, seen.columns)
    return list(
        dict.fromkeys([*found, *_Comparison(known_of(system), whole=whole).of(fake.body, seen.body, ())])
    )


def more_headers(fake: AnswerShape, seen: AnswerShape) -> set[str]:
    """Return the headers that the fakes do not send; those of what is between are no news."""
    mine = {name.lower() for name in fake.headers}
    return {name for name in seen.headers if name.lower() not in mine | OF_THE_WAY}


def _of_headers(fake: Mapping[str, str], seen: Mapping[str, str]) -> Iterator[str]:
    names = {name.lower(): name for name in seen}
    for name, kind in fake.items():
        found = names.get(name.lower())
        if name.lower() in OF_THE_WAY:
            continue
        if found is None:
            yield f"header {name} is gone"
            continue
        if found != name:
            yield f"header {name} is written {found}"
        if name.lower() == "content-type" and seen[found] != kind:
            yield f"the media type is {seen[found]}, where the fakes send {kind}"
        elif seen[found] != kind and name.lower() != "allow" and not seen[found] == kind == "text":
            yield f"header {name} is {_a(seen[found])}, where the fakes send {_a(kind)}"


def _of_columns(fake: tuple[str, ...], seen: tuple[str, ...]) -> Iterator[str]:
    yield from (f"column {name} is gone" for name in fake if name not in seen)
    yield from (f"there is a column {name}, which the fakes do not send" for name in seen if name not in fake)
    if set(fake) == set(seen):
        yield "the columns are in another order"


class _Comparison:
    """Compares two shapes of one vendor."""

    def __init__(self, known: Known, *, whole: bool) -> None:
        self._known, self._whole = known, whole

    def of(self, fake: Shape, seen: Shape, path: tuple[str, ...]) -> Iterator[str]:
        yield from self._of_kinds(fake, seen, path)
        yield from self._of_values(fake, seen, path)
        yield from self._of_orders(fake, seen)
        if fake.items and seen.items:
            yield from self.of(fake.items, seen.items, path)
        yield from self._of_variants(fake, seen)
        if fake.has_fields and seen.has_fields:
            yield from self._of_fields(fake, seen, path)

    def _of_kinds(self, fake: Shape, seen: Shape, path: tuple[str, ...]) -> Iterator[str]:
        if fake.kinds == {"null"} or not fake.kinds:
            return
        allowed = fake.kinds.union(*(OTHER_KINDS.get(one, ()) for one in fake.kinds))
        if fake.kinds & ANY_TEXT:
            allowed |= seen.kinds - NO_TEXTS
        if path and path[-1] in self._known.nullable:
            allowed |= {"null"}
        for kind in sorted(seen.kinds - allowed):
            usual = " or ".join(_a(one) for one in sorted(fake.kinds))
            yield f"{_name(path)} is {_a(kind)}, where the fakes send {usual}"

    def _of_values(self, fake: Shape, seen: Shape, path: tuple[str, ...]) -> Iterator[str]:
        new = seen.values - fake.values
        is_error = path[:1] == (OF_ERRORS,)
        if is_error and new and fake.values:
            mine, other = (_some(values) for values in (fake.values, new))
            yield f"{_name(path)} says {other}, where the fakes say {mine}"
            return
        for value in sorted(new - self._known.values) if fake.values and not is_error else ():
            yield f"{_name(path)} has `{value}`, which the fakes never send"

    def _of_orders(self, fake: Shape, seen: Shape) -> Iterator[str]:
        for key, order in fake.orders.items():
            other = seen.orders.get(key, "undecided")
            if "undecided" not in {order, other} and order != other:
                how = "in no order" if other == "neither" else other
                yield f"the items are {how} by {key}, where those of the fakes are {order}"

    def _of_variants(self, fake: Shape, seen: Shape) -> Iterator[str]:
        for kind, shape in seen.variants.items():
            if kind in fake.variants:
                yield from self.of(fake.variants[kind], shape, ())
            elif fake.variants and kind not in self._known.values:
                yield f"there are items of type `{kind}`, which the fakes never send"

    def _of_fields(self, fake: Shape, seen: Shape, path: tuple[str, ...]) -> Iterator[str]:
        gone = [one for one in fake.fields if one not in seen.fields]
        new = [one for one in seen.fields if one not in fake.fields]
        for old, name in _renamed(fake, seen, gone, new):
            gone.remove(old)
            new.remove(name)
            yield f"{_name((*path, old))} is called {name}"
        optional = self._known.optional
        for one in gone:
            if self._whole and one not in fake.sometimes and one not in optional:
                sent = " or ".join(_a(kind) for kind in sorted(fake.fields[one].kinds))
                yield f"{_name((*path, one))} is absent, where the fakes send {sent}"
        for one in new:
            if one not in optional:
                yield f"there is {_name((*path, one))}, which the fakes do not send"
        for one in sorted(fake.fields.keys() & seen.fields.keys()):
            if self._whole and one in seen.sometimes - fake.sometimes - optional:
                yield f"{_name((*path, one))} is absent in some, where the fakes send it always"
            yield from self.of(fake.fields[one], seen.fields[one], (*path, one))


def _renamed(fake: Shape, seen: Shape, gone: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Return pairs of an old and a new name of the same shape that are alike, or the only ones."""
    pairs = [
        (SequenceMatcher(None, _plain(old), _plain(name)).ratio(), old, name)
        for old in gone
        for name in new
        if _is_alike(fake.fields[old], seen.fields[name])
    ]
    found: list[tuple[str, str]] = []
    for ratio, old, name in sorted(pairs, reverse=True):
        alone = len(gone) == len(new) == 1 and old not in fake.sometimes
        taken = {one for pair in found for one in pair}
        if (ratio >= SIMILAR or alone) and not {old, name} & taken:
            found.append((old, name))
    return found


def _is_alike(one: Shape, other: Shape) -> bool:
    return one.kinds == other.kinds and one.fields.keys() == other.fields.keys()


def _some(values: frozenset[str]) -> str:
    shown = sorted(values)[:MANY]
    return " or ".join(f"`{one}`" for one in shown) + (" or others" if len(values) > MANY else "")


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _name(path: tuple[str, ...]) -> str:
    return ".".join(one for one in path if one not in {"data", "included"}) or "the body"


def _a(kind: str) -> str:
    if kind in {"null", "true or false", "text", "digits"} or kind[:1].isupper() or " " in kind:
        return kind
    return f"an {kind}" if kind[0] in "aeio" and not kind.startswith("uu") else f"a {kind}"
