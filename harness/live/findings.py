"""What ``doctor`` finds: each with an id that ``docs/live.md`` explains."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["fine", "note", "missing"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``todo`` says what to do, empty when there is nothing to do."""

    id: str
    verdict: Verdict
    about: str
    seen: str
    todo: str = ""


EXPLAINED: dict[str, str] = {
    "LD-01": "The variables",
    "LD-02": "Klaviyo answers",
    "LD-03": "Klaviyo takes the key",
    "LD-04": "It is the right account",
    "LD-05": "It is a test account",
    "LD-06": "The key may read what is needed",
    "LD-07": "The key may write no more than it must",
    "LD-10": "Gladly answers",
    "LD-11": "Gladly takes the token",
    "LD-12": "It is the right organization",
    "LD-13": "It is a sandbox",
    "LD-14": "Reports may be read",
    "LD-15": "Test customers can be deleted",
    "LD-20": "There is a Chromium",
    "LD-21": "Kim is signed in at Klaviyo",
    "LD-22": "Kim may manage API keys",
    "LD-23": "Dana is signed in at Gladly",
    "LD-24": "Dana may manage apps",
    "LD-25": "The Klaviyo App is there, on, and has a key",
    "LD-26": "Sam is signed in at Gladly",
    "LD-27": "Sam may work with customers",
    "LD-30": "The clocks agree",
    "LD-31": "Browser states are nobody else's",
    "LD-32": "Earlier runs have left nothing",
    "LD-33": "What may be changed",
}
