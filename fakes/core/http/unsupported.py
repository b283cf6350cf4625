"""What a fake answers to what it does not know: never a vendor-looking error."""

import difflib
from collections.abc import Callable

import falcon

from fakes.core.errors import UnsupportedRequest
from fakes.core.journal import LONGEST_WHAT
from fakes.core.paths import CALLS, CONTROL_PREFIX, is_control, is_control_page
from fakes.core.request import tenant_of
from fakes.core.service import fake_of

_NO_PAGES = (*CALLS, CONTROL_PREFIX)
_LONGEST_COMPARED = 300


def answer_unsupported(
    req: falcon.Request,
    resp: falcon.Response,
    remark: str,
    show: Callable[[falcon.Request, falcon.Response, str], None] | None = None,
) -> None:
    """Answer that the fake does not know this request, or a part of it that ``remark`` names: 501, or 404 for a control call.

    ``show`` is what a browser is shown. Raises ``UnsupportedRequest`` instead when the fake is strict.
    """
    fake = fake_of(req)
    message = f"unsupported by the fake: {req.method} {req.path} ({remark})"
    if is_control_page(req.path) and show is not None:
        show(req, resp, message)
        return
    if is_control(req.path):
        resp.status, resp.media = falcon.HTTP_404, {"error": message}
        return
    journal = fake.journal_of(tenant_of(req))
    path = journal.redact(req.path)[:LONGEST_WHAT]
    journal.write("unsupported", message, method=req.method, path=path)
    if fake.strict:
        raise UnsupportedRequest(f"{fake.name}: {message}")
    if show is not None and _asks_for_a_page(req):
        show(req, resp, message)
        return
    resp.status, resp.media = falcon.HTTP_501, {"error": message}


def _asks_for_a_page(req: falcon.Request) -> bool:
    return "text/html" in req.accept and not req.path.startswith(_NO_PAGES)


def nearest_to(asked: str, known: list[str]) -> str:
    """Return which of ``known`` looks most like ``asked``, or ``""`` when there is none."""
    return next(iter(difflib.get_close_matches(asked[:_LONGEST_COMPARED], known, n=1, cutoff=0)), "")
