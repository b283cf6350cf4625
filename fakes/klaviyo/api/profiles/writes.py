"""Create, update and import profiles: unlike events, these show at once and answer with what was written."""

from collections.abc import Iterator
from contextlib import contextmanager

import falcon

from fakes.klaviyo.api.jsonapi import bodies, documents
from fakes.klaviyo.api.jsonapi.compression import content
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import Conflict, InvalidInput, NotFound
from fakes.klaviyo.api.jsonapi.query import Reads
from fakes.klaviyo.api.profiles import bodies as profile_bodies
from fakes.klaviyo.api.profiles.bodies import CreateBody, ImportBody, UpdateBody
from fakes.klaviyo.api.profiles.extras import ADDITIONAL, PROFILE_FIELDS, extras
from fakes.klaviyo.rules.errors import DuplicateProfile, InvalidEvent, UnknownProfile
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.rules.payload import LARGEST_PROFILE
from fakes.klaviyo.rules.profiles import Profile

SCOPE = "profiles:write"
WRITES = Reads("profile", fields={"profile": PROFILE_FIELDS}, additional_fields=ADDITIONAL)


@endpoint("create_profile", SCOPE, tier=Tier.L, reads=WRITES)
def create(_resource: object, call: Call, response: falcon.Response) -> None:
    """Create a profile: 201, or 409 when an identifier is taken (recorded response)."""
    said = bodies.read(call.request, CreateBody).data
    with call.account.lock, _refusals(call):
        change = profile_bodies.change(said.attributes).checked(strict_phone=True)
        row = call.account.profiles.create(change, call.account.clock.now())
        _send(call, response, row, falcon.HTTP_201)


@endpoint("update_profile", SCOPE, tier=Tier.L, reads=WRITES)
def update(_resource: object, call: Call, response: falcon.Response, profile_id: str) -> None:
    """Change a profile: 200. An id in the body that is not the path's is refused (inferred)."""
    said = bodies.read(call.request, UpdateBody).data
    if said.id != profile_id:
        bodies.refuse_field("data", "id")
    with call.account.lock, _refusals(call):
        change = profile_bodies.change(said.attributes, profile_id, said.meta).checked(strict_phone=True)
        row = call.account.profiles.update(profile_id, change, call.account.clock.now())
        _send(call, response, row, falcon.HTTP_200)


class ProfileImport(Resource):
    """``/api/profile-import``."""

    @endpoint("create_or_update_profile", SCOPE, tier=Tier.L, reads=WRITES)
    def on_post(self, call: Call, response: falcon.Response) -> None:
        """Change the profile that the identifiers name, or create one: 200 or 201 (Klaviyo OpenAPI)."""
        said = bodies.read(call.request, ImportBody).data
        with call.account.lock, _refusals(call):
            change = profile_bodies.change(said.attributes, said.id, said.meta).checked(strict_phone=True)
            row, made = call.account.profiles.import_(change, call.account.clock.now())
            _send(call, response, row, falcon.HTTP_201 if made else falcon.HTTP_200)


def _send(call: Call, response: falcon.Response, row: Profile, status: str) -> None:
    fields = call.query.fields("profile", WRITES)
    extra = extras(call.query.additional("profile", WRITES), fields)
    response.status = status
    documents.send(response, call.single(documents.written_profile(row, call.base, fields, extra)))


@contextmanager
def _refusals(call: Call) -> Iterator[None]:
    """Refuse a profile over 100 KB (vendor docs; status and text inferred) and say what the rules refused."""
    if len(content(call.request)) > LARGEST_PROFILE:
        bodies.refuse_field("data", "attributes")
    try:
        yield
    except InvalidEvent as error:
        field = error.field.removeprefix("profile").strip(".")
        pointer = f"/data/attributes/{field}" if field else "/data/attributes"
        raise InvalidInput(error.text, pointer=pointer) from None
    except UnknownProfile as error:
        raise NotFound(f"A profile with id {error.text} does not exist.") from None
    except DuplicateProfile as error:
        raise Conflict(error.text, error.profile_id) from None
