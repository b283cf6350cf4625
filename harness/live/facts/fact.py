"""A fact: one sentence about a vendor, where it is known from, and a check of it by the answers to a call or two."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from harness.errors import Disagrees, SystemFailed, Undecided
from harness.live.facts.answer import Answer, said
from harness.live.facts.call import Call, System
from harness.live.settings import ALLOWED, Allowed

Source = Literal[
    "recorded response", "Klaviyo OpenAPI", "Gladly OpenAPI", "vendor docs", "vendor sample code", "public reports",
    "a guess of the fakes",
]  # fmt: skip
Verdict = Literal["agrees", "disagrees", "cannot tell"]
Check = Callable[..., None]
_FACTS: Final[dict[str, "Fact"]] = {}


@dataclass(frozen=True)
class Fact:
    """What is said to be so. ``row`` is the first cell of the row of ``docs/differences.md`` that it belongs to."""

    id: str
    says: str
    system: System
    source: Source
    calls: tuple[Call, ...]
    row: str
    check: Check

    @property
    def needs(self) -> Allowed:
        """What ``LIVE_ALLOW`` must say before it can be asked."""
        return max((one.allow for one in self.calls), key=ALLOWED.index)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What Klaviyo's key must be allowed to do."""
        return tuple(sorted({one.scope for one in self.calls if one.scope}))


@dataclass(frozen=True)
class Finding:
    """What became of asking for a fact; ``text`` is what was seen instead, or why nothing can be said."""

    fact: Fact
    verdict: Verdict
    text: str = ""


def fact(source: Source, *calls: Call, row: str = "") -> Callable[[Check], Check]:
    """Declare a function as a fact: its name is the id, its docstring what it says, it gets the answers to ``calls``."""

    def declare(check: Check) -> Check:
        system = calls[0].system
        name = f"{system.lower()}-{check.__name__.replace('_', '-')}"
        if name in _FACTS:
            raise ValueError(f"there are two facts {name}")
        says = (check.__doc__ or "").strip().splitlines()[0]
        _FACTS[name] = Fact(name, says, system, source, calls, row, check)
        return check

    return declare


def declared() -> tuple[Fact, ...]:
    """Return the facts declared so far; ``every_fact`` declares all of them first."""
    return tuple(_FACTS[name] for name in sorted(_FACTS))


def ask(one: Fact, answer: Callable[[Call], Answer]) -> Finding:
    """Return what a system says to a fact."""
    try:
        one.check(*[answer(call) for call in one.calls])
    except Disagrees as seen:
        return Finding(one, "disagrees", str(seen))
    except Undecided as reason:
        return Finding(one, "cannot tell", str(reason))
    except SystemFailed:
        raise
    except KeyError as name:
        return Finding(one, "disagrees", f"there is no field {said(str(name.args[0]))}")
    except (TypeError, IndexError, AttributeError, ValueError) as error:
        return Finding(one, "disagrees", f"the answer has another shape ({type(error).__name__})")
    return Finding(one, "agrees")
