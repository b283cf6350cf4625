"""What the fakes answer today to the calls of the script: ``python -m tests.live.drift_baseline`` commits it to the baseline.

It also adds facts that are new to ``docs/facts.toml`` and brings the section of ``docs/differences.md`` up to date.
"""

import json
from datetime import UTC, datetime
from typing import Any

from harness.live.drift import BASELINE, SYSTEMS
from harness.live.facts.every import every_call, every_fact
from harness.live.facts.memory import FACTS, known, write
from harness.live.shapes import answer_as_json, shape_of_answer
from tests.live.drift_world import world


def answers() -> dict[str, dict[str, Any]]:
    """Return system → name of a call → the shape of the fakes' answer."""
    asker = world().asker()
    found: dict[str, dict[str, Any]] = {system: {} for system in SYSTEMS}
    for call in every_call():
        shape = shape_of_answer(asker.answer(call).response, call.orders)
        found[call.system][call.name] = answer_as_json(shape)
    return found


def text_of(shapes: dict[str, Any]) -> str:
    """Return a baseline as text, a call a line."""
    lines = (f" {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in shapes.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write the baseline, and the facts that were not known."""
    for system, shapes in answers().items():
        (BASELINE / f"{system.lower()}.json").write_text(text_of(shapes), encoding="utf-8")
    today = datetime.now(UTC).date()
    write(known(FACTS), every_fact(), today)


if __name__ == "__main__":
    main()
