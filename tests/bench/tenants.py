"""What a request costs on a fake with one tenant and with ten thousand: ``python -m tests.bench.tenants [COUNT]``."""

import sys
from collections.abc import Callable

from tests.bench.measure import compared, resident, row, say
from tests.fuzz.sides import SIDES, Side
from tests.fuzz.wire import Raw, send

CALLS: dict[str, dict[str, Raw]] = {
    "klaviyo": {"read events": Raw("GET", "/api/events"), "read the account": Raw("GET", "/api/accounts")},
    "gladly": {
        "read the organization": Raw("GET", "/api/v1/organization"),
        "find a customer": Raw("GET", "/api/v1/customer-profiles", "email=kept-1@shop.example"),
    },
}


def asking(side: Side, request: Raw) -> Callable[[], object]:
    """Return a call that asks with good credentials and is answered 200."""
    signed = Raw(request.method, request.path, request.query, side.authorization())

    def ask() -> None:
        answer = send(side.app, signed)
        assert answer is not None
        assert answer.status == 200

    return ask


def crowded(name: str, count: int) -> Side:
    """Return a side among ``count`` tenants more, and say what they weigh."""
    side, before = SIDES[name](1), resident()
    path = "accounts" if name == "klaviyo" else "organizations"
    for _ in range(count):
        side.control("POST", path, {})
    say(f"{name}: {count} tenants weigh {(resident() - before) / count / 1024:.1f} KiB each")
    return side


def main(count: int) -> None:
    """Compare both fakes alone and in a crowd."""
    for name in SIDES:
        alone, among = SIDES[name](1), crowded(name, count)
        for side in (alone, among):
            side.keep()
        say(f"{'median of a call':<44} {'alone':>12} {'in a crowd':>12}")
        calls = {what: (asking(alone, one), asking(among, one)) for what, one in CALLS[name].items()}
        calls["open a tenant and sign its people in"] = (alone.renew, among.renew)
        for what, (few, many) in calls.items():
            row(f"{name}: {what}", *compared(few, many))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
