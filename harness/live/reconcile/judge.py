"""Deciding what became of every expected event, by what the store holds. Streams sorted rows; keeps one address at a time.

Verdicts of an address: ``once``, ``late``, ``doubled``, ``missing``, ``pending`` (too young to be missing), ``undecided``.
Verdicts of a whole conversation event stand under no address: ``no address``, or ``undecided`` for a customer who is not
there any more as they were.
"""

from collections.abc import Iterator, Sequence

from harness.live.reconcile.match import Expected, Matched, Seen, Verdict, match_all
from harness.live.reconcile.moments import milliseconds
from harness.live.reconcile.plan import Plan
from harness.live.reconcile.store import STARTED, UNREAD, Store
from harness.live.settings import DROPPED_DOMAINS

Subject = tuple[str, int]
"""An address and a kind of event."""

CHANGED, DROPPED, WAS_MERGED, IS_GONE, UNKNOWN = "changed", "dropped", "merged", "gone", "unknown"
"""Why something is not to be decided."""

_OWED = """
SELECT address, kind, at, id, max(weak) FROM (
    SELECT a.address, h.kind, h.at, h.id,
        c.state <> 'here' OR coalesce(c.updated, 0) > h.at + :slack OR c.read < h.at AS weak
    FROM happenings h JOIN customers c ON c.id = h.customer JOIN addresses a ON a.customer = c.id
    UNION ALL
    SELECT a.address, h.kind, h.at, h.id, 1
    FROM happenings h JOIN customers c ON c.id = h.customer JOIN addresses a ON a.customer = c.moved_to
    WHERE c.moved_to <> ''
) GROUP BY address, kind, at, id ORDER BY address, kind, at, id
"""
"""What is owed, of merged customers to whatever addresses those have whom they were merged into."""

_REFINE = (
    "DELETE FROM verdicts WHERE happening IN (SELECT id FROM happenings WHERE NOT inside)",
    "DELETE FROM doubles WHERE happening IN (SELECT id FROM happenings WHERE NOT inside)",
    """DELETE FROM verdicts WHERE verdict = 'missing' AND happening IN (
        SELECT h.id FROM happenings h JOIN customers c ON c.id = h.customer WHERE c.state <> 'here')""",
    # An address was nobody else's as long as events of a customer arrived there who brought it along in a merge.
    """DELETE FROM verdicts WHERE verdict = 'missing' AND weak AND EXISTS (
        SELECT 1 FROM verdicts v JOIN happenings h ON h.id = v.happening JOIN customers c ON c.id = h.customer
        JOIN happenings mine ON mine.id = verdicts.happening
        WHERE v.address = verdicts.address AND v.seen IS NOT NULL AND c.moved_to = mine.customer AND h.at >= mine.at)""",
    """UPDATE verdicts SET verdict = 'pending' WHERE verdict = 'missing'
        AND happening IN (SELECT id FROM happenings WHERE at > :due)""",
    "UPDATE verdicts SET verdict = 'undecided', reason = :dropped WHERE verdict = 'missing' AND is_dropped(address)",
    "UPDATE verdicts SET verdict = 'undecided', reason = :changed WHERE verdict = 'missing' AND weak",
    """INSERT INTO verdicts (happening, address, verdict, reason) SELECT h.id, '', 'undecided',
            CASE c.state WHEN 'merged' THEN :merged WHEN 'gone' THEN :gone ELSE :unknown END
        FROM happenings h LEFT JOIN customers c ON c.id = h.customer
        WHERE h.inside AND coalesce(c.state, '') <> 'here'""",
    """INSERT INTO verdicts (happening, address, verdict, reason)
        SELECT h.id, '', 'no address', CASE WHEN c.updated > h.at + :slack THEN :changed ELSE '' END
        FROM happenings h JOIN customers c ON c.id = h.customer
        WHERE h.inside AND c.state = 'here' AND c.id NOT IN (SELECT customer FROM addresses)""",
    "DELETE FROM unexplained WHERE seen NOT IN (SELECT id FROM seen WHERE at >= :since AND at < :until)",
)

_MARKS = """
INSERT INTO marks SELECT address, happening, mark, verdict FROM (
    SELECT v.address, v.happening, v.verdict, h.kind, max(2 * h.at + h.kind),
        (SELECT mark FROM seen s WHERE s.address = v.address ORDER BY s.kind DESC, s.at DESC LIMIT 1) AS mark
    FROM verdicts v JOIN happenings h ON h.id = v.happening WHERE v.address <> '' GROUP BY v.address) newest
WHERE verdict NOT IN ('pending', 'undecided') AND mark IS NOT (kind = :started)
    AND EXISTS (SELECT 1 FROM seen s WHERE s.address = newest.address)
    AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.address = newest.address AND s.at > :settled AND s.id NOT IN (
        SELECT v.seen FROM verdicts v WHERE v.address = newest.address AND v.seen IS NOT NULL
        UNION SELECT d.seen FROM doubles d WHERE d.happening = newest.happening))
"""
"""Addresses whose mark is not what the newest event says, unless Klaviyo has news of them that Gladly has not told yet.

Those without any event in Klaviyo have no mark to look at.
"""

FOREVER = 10**15
"""Later than everything, in milliseconds: what is younger than the grace may be of conversations yet to be told of."""

SETTLED = 30_000
"""Gladly's Events API may be 15 s behind (Gladly OpenAPI): what Klaviyo has of the last 30 s may be news. Milliseconds."""


def judge(store: Store, plan: Plan) -> None:
    """Write every verdict anew."""
    now, slack = milliseconds(plan.now), int(plan.words.tolerance * 1_000)
    due = now - int(plan.grace * 1_000)
    values = {
        "since": milliseconds(plan.since),
        "until": milliseconds(plan.until),
        "due": due,
        "settled": now - SETTLED,
        "slack": slack,
        "started": STARTED,
    }
    reasons = {name: name for name in (CHANGED, DROPPED, WAS_MERGED, IS_GONE, UNKNOWN)}
    store.db.create_function("is_dropped", 1, is_dropped, deterministic=True)
    unknown = [
        (since // 1_000, until // 1_000)
        for since, until in [*store.gaps(), (due, FOREVER), *_before(store, plan)]
    ]
    with store.db:
        for table in ("verdicts", "doubles", "unexplained", "marks"):
            store.db.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
        for (address, _), matched in match_all(_owed(store, slack), _seen(store), plan.reach):
            _pass_over(matched, unknown, plan.reach.tolerance)
            _write(store, address, matched)
        for statement in _REFINE:
            store.db.execute(statement, values | reasons)
        if plan.reaches_now:
            store.db.execute(_MARKS, values)


def _before(store: Store, plan: Plan) -> list[tuple[int, int]]:
    """Return the time in which late events of conversations before the window may turn up, if those could not be read."""
    late = int(plan.words.late * 1_000)
    return [(milliseconds(plan.reads_since), milliseconds(plan.since) + late)] if store.note(UNREAD) else []


def is_dropped(address: str) -> bool:
    """Say whether Klaviyo takes events for ``address`` and never shows them."""
    domain = address.rpartition("@")[2]
    return any(domain == one or domain.endswith(f".{one}") for one in DROPPED_DOMAINS)


def _owed(store: Store, slack: int) -> Iterator[tuple[Subject, Expected]]:
    """Yield what is owed, to the second: Klaviyo cuts the rest of an event's time off."""
    for address, kind, at, happening, weak in store.db.execute(_OWED, {"slack": slack}):
        yield (address, kind), Expected(str(happening), at // 1_000, bool(weak))


def _seen(store: Store) -> Iterator[tuple[Subject, Seen]]:
    for address, kind, at, event in store.rows(
        "SELECT address, kind, at, id FROM seen ORDER BY address, kind, at, id"
    ):
        yield (address, kind), Seen(event, at // 1_000)


def _pass_over(matched: Matched, unknown: Sequence[tuple[int, int]], tolerance: float) -> None:
    """Leave out what belongs to nothing known, of times of which not all is known: it may be of other conversations."""

    def is_known(at: float) -> bool:
        return not any(since <= at <= until for since, until in unknown)

    for one in matched.verdicts:
        one.doubles = [each for each in one.doubles if is_known(each.at) or _is_at_once(one, each, tolerance)]
    matched.unexplained[:] = [one for one in matched.unexplained if is_known(one.at)]


def _write(store: Store, address: str, matched: Matched) -> None:
    store.db.executemany(
        "INSERT INTO verdicts (happening, address, verdict, seen, doubles, weak) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                int(one.expected.key),
                address,
                one.kind,
                one.seen.key if one.seen else None,
                len(one.doubles),
                one.expected.weak,
            )
            for one in matched.verdicts
        ],
    )
    store.db.executemany(
        "INSERT INTO doubles VALUES (?, ?, ?)",
        [(each.key, int(one.expected.key), address) for one in matched.verdicts for each in one.doubles],
    )
    store.db.executemany("INSERT INTO unexplained VALUES (?)", [(one.key,) for one in matched.unexplained])


def _is_at_once(verdict: Verdict, double: Seen, tolerance: float) -> bool:
    return verdict.seen is not None and abs(double.at - verdict.seen.at) <= tolerance
