"""What was learned from answers: ids, by the word of the collection they were met in."""

import random
import re
from collections import deque
from typing import Any

from tests.fuzz.sides import Side
from tests.fuzz.wire import Answer

PARAMETER = re.compile(r"\{(\w+)\}")
"""A parameter of a path template."""


NOTHING = "none"
"""What stands in an address for want of anything known."""


class Known:
    """Ids by the word of the collection they were met in, the newest most likely."""

    def __init__(self, chance: random.Random, side: Side) -> None:
        """Know nothing yet."""
        self._chance = chance
        self._side = side
        self._by_word: dict[str, deque[str]] = {}

    def learn(self, route: str, answer: Answer) -> None:
        """Remember the ids in an answer of ``route``, but none that is to be left alone."""
        word = PARAMETER.sub("", route).rstrip("/").rpartition("/")[2]
        if location := answer.header("location"):
            self._add(word, location.rstrip("/").rpartition("/")[2])
        if answer.status < 300 and "json" in answer.header("content-type") and len(answer.body) < 30_000:
            try:
                self._search(word, answer.json, 0)
            except ValueError:
                return

    def one(self, name: str) -> str | None:
        """Return an id that may stand under ``name`` (``event_id``, ``customerId``, ``topicIds``), or None."""
        stem = re.sub(r"_?ids?$", "", name, flags=re.IGNORECASE).lower()
        if not stem or (stem == name.lower() and stem != "tenant"):
            return None
        exact = [word for word in (stem, f"{stem}s", f"{stem}es") if word in self._by_word]
        words = [word for word in self._by_word if stem in word]
        if exact and self._chance.random() < 0.8:
            words = exact
        if not words:
            return None
        return self._newest(self._by_word[self._chance.choice(words)])

    def _newest(self, found: deque[str]) -> str:
        return found[-1 - int(len(found) * self._chance.random() ** 3)]

    def exactly(self, name: str) -> str | None:
        """Return what was met under this name itself (``code``, ``slug``), or None."""
        found = self._by_word.get(name)
        return self._newest(found) if found else None

    def meet(self, name: str, one: str) -> None:
        """Remember what stood in an address under ``name``, a parameter of its template."""
        self._add(re.sub(r"_?ids?$", "", name), one)

    def forget(self) -> None:
        """Forget all: the tenant is gone."""
        self._by_word.clear()

    def _search(self, word: str, value: Any, depth: int) -> None:
        if isinstance(value, list):
            for item in value[-5:]:
                self._search(word, item, depth + 1)
        elif isinstance(value, dict) and depth < 5:
            kind = value.get("type")
            if isinstance(one := value.get("id"), str):
                self._add(kind if isinstance(kind, str) and kind.islower() else word, one)
            for name, inner in value.items():
                if isinstance(inner, str) and name.lower().endswith(("_id", "id")) and name != "id":
                    self._add(re.sub(r"_?id$", "", name, flags=re.IGNORECASE).lower(), inner)
                elif isinstance(inner, dict | list):
                    self._search(
                        name if isinstance(inner, list) and name != "data" else word, inner, depth + 1
                    )

    def _add(self, word: str, one: str) -> None:
        if one not in self._side.hidden and one != NOTHING:
            self._by_word.setdefault(word, deque(maxlen=30)).append(one)
