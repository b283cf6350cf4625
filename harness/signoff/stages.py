"""The contract in order of need: what has to hold before anything else is worth looking at comes first."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Stage:
    """A part of the contract: ``scenarios`` are patterns of feature files, with the scenario's name behind a colon where one is meant.

    Where it ``is_needed``, nothing after it means anything once it has failed.
    """

    title: str
    scenarios: tuple[str, ...]
    is_needed: bool = False

    def has(self, feature: str, name: str) -> bool:
        """Say whether a scenario of a feature belongs to it."""
        return any(fnmatchcase(f"{feature}: {name}", f"{one}*") for one in self.scenarios)


STAGES = (
    Stage(
        "It starts and turns strangers away",
        ("promises/only_gladly_is_listened_to.feature: A stranger reports a conversation",),
    ),
    Stage(
        "Its first event",
        ("testing/opening_and_closing.feature: An agent opens a conversation",),
        is_needed=True,
    ),
    Stage("What Klaviyo is told", ("testing/", "promises/privacy.feature")),
    Stage(
        "What Gladly may say",
        ("promises/only_gladly_is_listened_to.feature", "trouble/webhooks.feature"),
    ),
    Stage(
        "The upgrade and its keys",
        (
            "promises/before_the_upgrade.feature",
            "upgrade/",
            "trouble/keys_held_back.feature",
            "trouble/upgrade_under_traffic.feature",
        ),
    ),
    Stage("What goes wrong", ("promises/nothing_lost_nothing_twice.feature", "trouble/")),
)
FIRST = 2
"""How many stages are gone through one scenario after the other, before the rest is worth its time."""


def stage_of(feature: str, name: str) -> int:
    """Return the index of the stage that a scenario belongs to; ``LookupError`` when none has it."""
    for index, stage in enumerate(STAGES):
        if stage.has(feature, name):
            return index
    raise LookupError(f"features/{feature} belongs to no stage of {__name__}")
