"""``/client/events``: what a shop's pages call, with the public key in the query and no private one."""

from dataclasses import replace

import falcon

from fakes.klaviyo.api.events.bodies import EventBody
from fakes.klaviyo.api.events.drafts import change, draft, refusals
from fakes.klaviyo.api.jsonapi import bodies
from fakes.klaviyo.api.jsonapi.compression import content
from fakes.klaviyo.api.jsonapi.endpoint import Resource, admit
from fakes.klaviyo.api.jsonapi.errors import InvalidInput
from fakes.klaviyo.api.jsonapi.query import Query
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.service.requests import account_of, state_of

COMPANY = "company_id"


class ClientEvents(Resource):
    """``/client/events``."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Accept an event: 202 with nothing in it (Klaviyo OpenAPI).

        Without ``company_id`` it is 400 (required by the OpenAPI; the text is inferred). What a company nobody has
        gets is not known; here it is what legacy tokens nobody has get: accepted, and nothing shows (inferred).
        """
        if not Query.of(request.query_string).get(COMPANY):
            raise InvalidInput(
                f"'{COMPANY}' is a required field for the resource 'event'.", parameter=COMPANY
            )
        state_of(request).parameters_read.add(COMPANY)
        account = account_of(request)
        revision = admit(request, response, account, [("create_client_event", Tier.XL)])
        said = bodies.read(request, EventBody).data.attributes
        with refusals():
            person = change(said.profile.data, len(content(request)))
            person, happening = replace(person, keeps_identifiers=True).checked(), draft(said, revision)
            if account is not None:
                account.submit(person, happening)
        response.status = falcon.HTTP_202
