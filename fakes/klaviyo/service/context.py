"""What a route works with: the fake that was asked."""

import falcon

from fakes.core.service import FAKE
from fakes.klaviyo.service.fake import KlaviyoFake


def fake_of(request: falcon.Request) -> KlaviyoFake:
    """Return the fake that the request was sent to."""
    fake: KlaviyoFake = request.env[FAKE]
    return fake
