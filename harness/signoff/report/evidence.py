"""The index of the evidence: every scenario that was run, with the files that show it."""

from dataclasses import dataclass

from harness.signoff.report.reading import Reading
from harness.signoff.report.scenarios import Teller, Telling


@dataclass(frozen=True)
class FeatureEvidence:
    """The scenarios of a feature that were run in some world."""

    feature: str
    scenarios: list[Telling]


def evidence_by_feature(reading: Reading, teller: Teller) -> list[FeatureEvidence]:
    """Return the index, by feature."""
    found: dict[str, list[Telling]] = {}
    for (feature, _, _), records in reading.scenarios.items():
        if any(one["outcome"] != "not run" for one in records):
            found.setdefault(feature, []).append(teller.tell(records))
    return [FeatureEvidence(feature, told) for feature, told in found.items()]
