"""Reading files of screens: the two that are shipped, and those that change single parts of them."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.errors import BadScreens
from harness.pages.screens.entries import Part, Screen, placeholders_in
from harness.pages.screens.words import nearest

SYSTEMS = ("klaviyo", "gladly")
ADDRESS = "address"
_TYPES = {
    "string_type": "has to be a text in quotation marks",
    "bool_type": "is either true or false, without quotation marks",
    "literal_error": 'is one of "contains", "exact", "regex"',
}

Screens = Mapping[str, Mapping[str, Screen]]
"""System → page object → its page."""


@dataclass(frozen=True)
class _Place:
    """Where something stands in a file, to say so."""

    file: str
    table: str = ""

    def inside(self, name: str) -> "_Place":
        return _Place(self.file, f"{self.table}.{name}" if self.table else name)

    def bad(self, what: str, key: str = "") -> BadScreens:
        where = f" [{self.table}]" if self.table else ""
        return BadScreens(f"{self.file}:{where}{f' {key}' if key else ''} {what}")


def shipped() -> Screens:
    """Return what the files say that come with the harness."""
    read: dict[str, dict[str, Screen]] = {}
    for system in SYSTEMS:
        file = files(__package__).joinpath(f"{system}.toml")
        place = _Place(file.name)
        pages = _table(place, _read(place, file), (system,)).get(system)
        if not isinstance(pages, dict):
            raise place.bad(f"has no tables [{system}.…]")
        read[system] = {name: _screen(place.inside(f"{system}.{name}"), page) for name, page in pages.items()}
        _check_containers(file.name, {system: read[system]})
    return read


def changed(screens: Screens, overrides: Sequence[Path]) -> Screens:
    """Return ``screens`` with what the files ``overrides`` say, the later over the earlier. Raises ``BadScreens``."""
    for file in overrides:
        place = _Place(str(file))
        table = _table(place, _read(place, file), screens)
        merged = {
            system: dict(pages) | dict(_changed_pages(place.inside(system), pages, table[system]))
            if system in table
            else pages
            for system, pages in screens.items()
        }
        _check_containers(str(file), merged)
        screens = merged
    return screens


def _read(place: _Place, file: Traversable) -> Any:
    try:
        # Editors on Windows put a mark before the first letter.
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise place.bad(f"cannot be read: {error.strerror or error}; name a file that is there") from None
    except UnicodeDecodeError:
        raise place.bad("is no text in UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise place.bad(
            f'is not TOML: {error}; a table begins as [klaviyo.Metrics.search], a line in it reads key = "text"'
        ) from None


def _table(place: _Place, table: Any, known: Any) -> dict[str, Any]:
    for name in table:
        if name not in known:
            raise place.bad(f"there is no system {name!r}{nearest(name, known)}", f"[{name}]")
    return dict(table)


def _changed_pages(place: _Place, pages: Mapping[str, Screen], table: Any) -> Iterator[tuple[str, Screen]]:
    for name, page in _items(place, table, "page objects, such as [klaviyo.Metrics.search]"):
        inside = place.inside(name)
        if name not in pages:
            raise inside.bad(f"there is no page object {name!r}{nearest(name, pages)}")
        yield name, _changed_page(inside, pages[name], page)


def _changed_page(place: _Place, was: Screen, table: Any) -> Screen:
    """Return the page ``was`` with what ``table`` says; names, and what entries leave open, have to be known."""
    for key, _ in _items(place, table, "an address or parts"):
        if key != ADDRESS and key not in was.parts:
            raise place.bad(f"there is no part {key!r}{nearest(key, was.parts)}")
    now = _screen(place, table)
    if now.address:
        if not was.address:
            raise place.bad("is reached by clicks, not by an address; leave the address out", ADDRESS)
        _check_placeholders(place, ADDRESS, placeholders_in(was.address), placeholders_in(now.address))
    for name, part in now.parts.items():
        _check_placeholders(place.inside(name), "", was.parts[name].placeholders, part.placeholders)
    kept = {
        name: part.model_copy(update={"secret": part.secret or was.parts[name].secret})
        for name, part in now.parts.items()
    }
    return Screen(now.address or was.address, {**was.parts, **kept})


def _check_placeholders(place: _Place, key: str, known: set[str], given: set[str]) -> None:
    """Refuse an entry that leaves open what nothing is filled into, or no longer says which one of several it is."""
    if unknown := given - known:
        may = f"may use {_braced(known)}" if known else "leaves nothing open"
        raise place.bad(f"uses {_braced(unknown)}, but {may}; write what stands on the page", key)
    if missing := known - given:
        raise place.bad(f"has to say where {_braced(missing)} stands", key)


def _braced(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _screen(place: _Place, table: Any) -> Screen:
    entries = dict(_items(place, table, "an address or parts"))
    address = entries.pop(ADDRESS, "")
    if ADDRESS in table and not (isinstance(address, str) and address.startswith("/")):
        raise place.bad('has to be a path in quotation marks, such as "/customers/{id}"', ADDRESS)
    return Screen(address, {name: _part(place.inside(name), entry) for name, entry in entries.items()})


def _items(place: _Place, table: Any, of: str) -> Sequence[tuple[str, Any]]:
    if not isinstance(table, dict):
        raise place.bad(f"has to be a table of {of}")
    return list(table.items())


def _part(place: _Place, entry: Any) -> Part:
    if not isinstance(entry, dict):
        raise place.bad('is no key here; a part is a table with keys such as role = "button"')
    try:
        return Part.model_validate(entry)
    except ValidationError as error:
        problems = [_problem(one) for one in error.errors() if not _is_of_the_other_kind(one, entry)]
        key, what = problems[0]
        raise place.bad(what, key) from None


def _is_of_the_other_kind(problem: Any, entry: Any) -> bool:
    """Say whether it is that ``within`` is no name though it is a table, or no table though it is a name."""
    keys, kinds = problem["loc"][::2], problem["loc"][1::2]
    for key, kind in zip(keys, kinds, strict=False):
        entry = entry[key]
        if (kind == "str") is isinstance(entry, dict):
            return True
    return False


def _problem(problem: Any) -> tuple[str, str]:
    """Return the key that is wrong, and what is wrong with it."""
    key = ".".join(map(str, problem["loc"][::2]))
    kind = problem["type"]
    if kind == "extra_forbidden":
        return key, f"is no key of a part{nearest(str(problem['loc'][-1]), Part.model_fields)}"
    if kind in _TYPES:
        return key, f"{_TYPES[kind]}, not {problem['input']!r}"
    return key, str(problem["msg"]).removeprefix("Value error, ")


def _check_containers(file: str, screens: Screens) -> None:
    """Refuse a part that is within a part that there is not, or at last within itself."""
    for system, pages in screens.items():
        for page, screen in pages.items():
            for name, part in screen.parts.items():
                _check_container(_Place(file, f"{system}.{page}.{name}"), name, part, screen.parts)


def _check_container(place: _Place, name: str, part: Part, parts: Mapping[str, Part]) -> None:
    met = {name}
    while part.within:
        if isinstance(part.within, Part):
            part = part.within
            continue
        if part.within not in parts:
            raise place.bad(
                f"there is no part {part.within!r} on this page{nearest(part.within, parts)}", "within"
            )
        if part.within in met:
            raise place.bad("is within itself, by way of what it is within", "within")
        met.add(part.within)
        part = parts[part.within]
