"""What an edge in front of a vendor answers by itself: a challenge, or a page about a failure behind it.

Headers of the challenge are those of a logged answer (public report of 2025); that failures come with the general ones
of them, and all pages' texts, are inferred. Nothing of the vendor's is in such an answer, for its application never
saw the request.
"""

from typing import Final

import falcon

from fakes.core.faults import CHALLENGE
from fakes.core.ids import Ids

_ALWAYS: Final = {
    "Cache-Control": "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
    "Expires": "Thu, 01 Jan 1970 00:00:01 GMT",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Server": "cloudflare",
}
_HINTS: Final = ", ".join(
    f"{prefix}UA{part}"
    for prefix in ("Sec-CH-", "")
    for part in (
        "-Bitness",
        "-Arch",
        "-Full-Version",
        "-Mobile",
        "-Model",
        "-Platform-Version",
        "-Platform",
        "",
    )
)
_CHALLENGE: Final = {
    "accept-ch": _HINTS,
    "cf-mitigated": "challenge",
    "critical-ch": _HINTS,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
}
HEADER_NAMES: Final = (*(name for name in _CHALLENGE), "CF-Ray")
"""Names that an edge does not simply begin with capitals (the same report; of the ray, a report of replies)."""

_WHY: Final = {
    200: "We will be back soon",
    502: "Bad gateway",
    503: "Service temporarily unavailable",
    520: "Web server is returning an unknown error",
    521: "Web server is down",
    522: "Connection timed out",
    523: "Origin is unreachable",
    524: "A timeout occurred",
}
_PAGE: Final = """<!DOCTYPE html>
<html lang="en-US">
<head><title>{title}</title><meta name="robots" content="noindex,nofollow"></head>
<body><h1>{title}</h1><p>{text}</p><p>Ray ID: {ray}</p></body>
</html>
"""


def answer_at_the_edge(response: falcon.Response, status: int, ids: Ids) -> None:
    """Fill ``response`` with the edge's own page for ``status``: the challenge for 403, a failure for all others."""
    ray = ids.uuid4().replace("-", "")[:16]
    if status == CHALLENGE:
        title, text = "Just a moment...", "Enable JavaScript and cookies to continue"
        response.set_headers(_CHALLENGE)
    else:
        title, text = (
            f"{status}: {_WHY[status]}",
            "The server behind this address did not answer as it should.",
        )
    response.status = falcon.code_to_http_status(status)
    response.set_headers(_ALWAYS | {"CF-Ray": f"{ray}-IAD"})
    response.content_type = "text/html; charset=UTF-8"
    response.text = _PAGE.format(title=title, text=text, ray=ray)
