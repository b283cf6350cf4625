"""How an armed fault that refuses a call looks, in the style of the call's generation."""

import http.client
from math import ceil
from typing import Any

import falcon

from fakes.core.faults import Fault
from fakes.core.service import Fake
from fakes.klaviyo.api.jsonapi.documents import fill
from fakes.klaviyo.api.jsonapi.errors import Throttled, of_status
from fakes.klaviyo.api.legacy import track

_FIRST_ERROR = 400


def refuse(fake: Fake[Any], response: falcon.Response, fault: Fault) -> None:
    """Answer a ``throttle`` fault with 429 and its wait, a ``status`` fault with that status.

    A fault armed for a retired path by its name looks as that generation's errors do.
    """
    if track.is_meant(fault.route) and (fault.kind == "throttle" or fault.status >= _FIRST_ERROR):
        _refuse_as_legacy(response, fault)
    elif fault.kind == "throttle":
        fill(response, Throttled(ceil(fault.seconds)), fake.ids.uuid4())
    elif fault.status < _FIRST_ERROR:
        response.status = fault.status
    else:
        fill(response, of_status(fault.status, _phrase(fault.status)), fake.ids.uuid4())


def _refuse_as_legacy(response: falcon.Response, fault: Fault) -> None:
    if fault.kind == "throttle":
        wait = ceil(fault.seconds)
        detail = f"Request was throttled. Expected available in {wait:.1f} seconds."
        track.refuse(response, Throttled.status, detail, wait)
    else:
        track.refuse(response, fault.status, f"{_phrase(fault.status)}.")


def _phrase(status: int) -> str:
    """Return HTTP's name for a status, or a plain one where HTTP has none."""
    return http.client.responses.get(status, f"Error {status}")
