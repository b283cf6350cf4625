"""All facts and all calls, whichever module declares them."""

from functools import cache
from typing import Final

from harness.live.facts import (
    gladly_calls,
    gladly_reports,
    gladly_requests,
    gladly_resources,
    klaviyo_calls,
    klaviyo_credentials,
    klaviyo_requests,
    klaviyo_resources,
)
from harness.live.facts.call import Call
from harness.live.facts.fact import Fact, declared

MODULES: Final = (
    gladly_reports,
    gladly_requests,
    gladly_resources,
    klaviyo_credentials,
    klaviyo_requests,
    klaviyo_resources,
)
"""Importing them declares their facts."""


@cache
def every_fact() -> tuple[Fact, ...]:
    """Return all facts by their ids."""
    return declared()


@cache
def every_call() -> tuple[Call, ...]:
    """Return the calls of the script in the order in which they are asked."""
    return tuple(
        one
        for module in (klaviyo_calls, gladly_calls)
        for one in vars(module).values()
        if isinstance(one, Call)
    )
