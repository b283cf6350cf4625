"""The profiles with most events of a metric, kept up to date with each event: asking costs nothing that grows."""

from collections import Counter

MOST_RANKED = 25
"""How many are ranked (inferred: the vendor's number is unknown)."""


class MostActive:
    """Who has most events. Counts only ever grow, so whoever falls out of the ranking comes back by an event."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._counts: Counter[str] = Counter()
        self._ranked: set[str] = set()
        self._least = 0

    def see(self, profile_id: str) -> None:
        """Count an event of this profile."""
        self._counts[profile_id] += 1
        if len(self._ranked) < MOST_RANKED:
            self._ranked.add(profile_id)
        elif profile_id not in self._ranked:
            if self._counts[profile_id] <= self._least:
                return
            self._ranked.remove(min(self._ranked, key=self._order))
            self._ranked.add(profile_id)
        elif self._counts[profile_id] > self._least + 1:
            return
        self._least = min(self._counts[each] for each in self._ranked)

    def ranked(self) -> list[tuple[str, int]]:
        """Return ids and counts, most first, equal ones by id."""
        return sorted(
            ((each, self._counts[each]) for each in self._ranked), key=lambda row: (-row[1], row[0])
        )

    def _order(self, profile_id: str) -> tuple[int, str]:
        return self._counts[profile_id], profile_id
