"""``attestation.json``: when, where, how long and by whom a pack was made, as an in-toto statement on a test's result.

The forms are https://in-toto.io/Statement/v1 and https://in-toto.io/attestation/test-result/v0.1; ``run`` and ``origins`` are
fields of our own beside theirs, which their readers pass over.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.signoff.pack.names import full_name

STATEMENT = "https://in-toto.io/Statement/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"


def statement(
    results: Mapping[str, Any],
    results_digest: str,
    digests: Mapping[str, str],
    run: Mapping[str, Any],
    origins: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the statement about ``results``, whose file has ``results_digest``; ``digests`` are the manifest's groups.

    ``run`` says when, where and by whom; ``origins`` are the runs that a merged pack was made of.
    """
    told = {outcome: _titles(results, outcome) for outcome in ("passed", "not run", "failed")}
    return {
        "_type": STATEMENT,
        "subject": [_resource("results.json", results_digest), *_integration(run)],
        "predicateType": TEST_RESULT,
        "predicate": {
            "result": result_of(results),
            "configuration": [_resource(name, digest) for name, digest in sorted(digests.items())],
            "passedTests": told["passed"],
            "warnedTests": told["not run"],
            "failedTests": told["failed"],
            "run": dict(run),
            "origins": [dict(one) for one in origins],
        },
    }


def result_of(results: Mapping[str, Any]) -> str:
    """Return the result by the predicate's words: ``WARNED`` is passed, but not everything was tested."""
    if results["verdict"] != "passed":
        return "FAILED"
    return "PASSED" if results["complete"] else "WARNED"


def _titles(results: Mapping[str, Any], outcome: str) -> list[str]:
    return [full_name(one) for one in results["scenarios"] if one["outcome"] == outcome]


def _resource(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}


def _integration(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    about = run["integration"]
    return [_resource(about["command"], about["digest"])] if about["digest"] else []
