"""What the tests of conformance share: a made-up document, and the command run on it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from harness.__main__ import app

Json = dict[str, Any]
ACCOUNTS = "/api/accounts"
MEDIA_TYPE = "application/vnd.api+json"
ONE_ACCOUNT = "/api/accounts/{id}"
ANYTHING: Json = {"type": "object"}
LINKS: Json = {"type": "object", "properties": {"self": {"type": "string"}, "next": {"type": "string"}}}


def answers(schema: Json = ANYTHING, media_type: str = MEDIA_TYPE, others: Json | None = None) -> Json:
    """Return an operation that answers 200 by ``schema`` and errors by anything; ``others`` are more statuses."""
    content = {media_type: {"schema": schema}}
    errors = {"description": "", "content": {MEDIA_TYPE: {"schema": ANYTHING}}}
    return {
        "parameters": [{"in": "query", "name": "fields[account]"}],
        "responses": {"200": {"description": "", "content": content}, "4XX": errors} | (others or {}),
    }


def document(paths: Json, **more: Any) -> Json:
    """Return an OpenAPI document with ``paths``."""
    return {"openapi": "3.0.2", "info": {"title": "Made up", "version": "1"}, "paths": paths} | more


@dataclass(frozen=True)
class Run:
    """A finished run of the command: exit code, what it printed without line breaks, and its data."""

    code: int
    out: str
    data: list[Json]

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdicts by operation."""
        return {one["operation"]: one["word"] for report in self.data for one in report["operations"]}

    @property
    def unexplained(self) -> list[tuple[str, str, str]]:
        """Operation, kind and place of every finding without a rule."""
        found = [
            explained["finding"]
            for report in self.data
            for one in report["operations"]
            for explained in one["findings"]
            if explained["rule"] is None
        ]
        return [(one["operation"], one["kind"], one["place"]) for one in found]


def run(*options: str | Path, data: Path | None = None) -> Run:
    """Run ``python -m harness conform`` in this process; ``data`` is where its data go."""
    more = [] if data is None else ["--json", str(data)]
    result = CliRunner().invoke(app, ["conform", *map(str, options), *more])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    out = " ".join(result.output.split())
    found = json.loads(data.read_text()) if data is not None and data.exists() else []
    return Run(result.exit_code, out, found)


def klaviyo(folder: Path, paths: Json, **more: Any) -> Run:
    """Hold the Klaviyo fake against a made-up document with ``paths``."""
    path = folder / "klaviyo.json"
    path.write_text(json.dumps(document(paths, **more)))
    return run("--klaviyo", path, data=folder / "report.json")
