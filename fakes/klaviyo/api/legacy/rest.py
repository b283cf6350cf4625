"""The REST calls of the retired generations v1 and v2, as far as clients probe an old key with them.

Live, a probe that lists metrics or lists is answered; everything else there was is not served. Retired, every path
is gone.
"""

from typing import Any

import falcon

from fakes.core.http.app import App
from fakes.klaviyo.api.jsonapi.errors import Unsupported
from fakes.klaviyo.api.legacy.track import RETIRED
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.metrics import Metric
from fakes.klaviyo.service.requests import LEGACY_GENERATIONS, account_of, key_of, state_of

PROBES = ("/api/v1/metrics", "/api/v2/lists")
NO_KEY = "You must specify an API key to make requests."
BAD_KEY = "The API key specified is invalid."
LARGEST_PAGE = 100
_DEFAULT_PAGE = 50


class _OldRest:
    """Every path of a generation."""

    def on_get(self, request: falcon.Request, response: falcon.Response, rest: str = "") -> None:
        """Answer: 410 once retired (recorded), 403 for a bad key (other projects' test data), else the probes.

        Which scopes a call needed is not known, so none is asked for.
        """
        del rest
        account = account_of(request)
        key = state_of(request).key
        if account is not None and account.switches.legacy_api == "retired":
            response.status, response.media = falcon.HTTP_410, RETIRED
        elif account is None or key is None or not key.works:
            text = NO_KEY if key_of(request) is None else BAD_KEY
            response.status, response.media = falcon.HTTP_403, {"status": 403, "message": text}
        elif request.method != "GET" or request.path not in PROBES:
            raise Unsupported(f"of the generations v1 and v2 only {' and '.join(PROBES)} are answered")
        else:
            key.last_used = account.clock.now()
            response.media = _metrics(request, account) if request.path == PROBES[0] else []

    on_post = on_put = on_patch = on_delete = on_get


def _metrics(request: falcon.Request, account: Account) -> dict[str, Any]:
    """Return a page of metrics as v1 showed them (vendor's own SDK tests); ``page`` counts from 0."""
    size = _whole(request, "count", _DEFAULT_PAGE, LARGEST_PAGE) or _DEFAULT_PAGE
    page = _whole(request, "page", 0, 10**6)
    with account.lock:
        rows, integration = account.metrics.all(), account.metrics.integration_id
    start = page * size
    shown = rows[start : start + size]
    return {
        "end": start + len(shown) - 1,
        "object": "$list",
        "page_size": size,
        "start": start,
        "total": len(rows),
        "data": [_metric(row, integration) for row in shown],
        "page": page,
    }


def _metric(row: Metric, integration: str) -> dict[str, Any]:
    return {
        "updated": f"{row.updated:%Y-%m-%d %H:%M:%S}",
        "name": row.name,
        "created": f"{row.created:%Y-%m-%d %H:%M:%S}",
        "object": "metric",
        "id": row.id,
        "integration": {"category": "API", "object": "integration", "id": integration, "name": "API"},
    }


def _whole(request: falcon.Request, name: str, default: int, most: int) -> int:
    """Return a parameter as a whole number up to ``most``, ``default`` for anything else (inferred)."""
    text = request.get_param(name) or ""
    return min(int(text[:9]), most) if text.isascii() and text.isdigit() else default


def add_legacy_rest(app: App) -> None:
    """Add every path of both generations to ``app``, the probes by name, so that faults can be armed for them."""
    for path in (*PROBES, *(f"{generation}{{rest:path}}" for generation in LEGACY_GENERATIONS)):
        app.add_route(path, _OldRest())
