"""``/api/v1/customer-profiles``: create, find, read, change, delete."""

import json
from typing import Annotated, Any, ClassVar

import falcon
from pydantic import AfterValidator

from fakes.gladly.api.bodies import Body, read
from fakes.gladly.api.resource import caller
from fakes.gladly.rules.customers.addresses import Email, Phone
from fakes.gladly.rules.customers.customers import Customer, Profile
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, RoleError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.context import acting, organization_of, user_of

_SEARCHES = ("email", "phoneNumber", "externalCustomerId")


def _writable(attributes: dict[str, Any]) -> dict[str, Any]:
    """Refuse what JSON cannot say again, such as ``NaN`` or a number beyond all bounds (inferred)."""
    json.dumps(attributes, allow_nan=False)
    return attributes


class EmailBody(Body):
    """An e-mail address as sent; ``normalized`` comes back with a customer as read (recorded response)."""

    known_to_be_ignored: ClassVar[frozenset[str]] = frozenset({"normalized"})

    original: str | None = None
    primary: bool | None = None


class PhoneBody(Body):
    """A phone number as sent; ``normalized`` comes back with a customer as read (recorded response)."""

    known_to_be_ignored: ClassVar[frozenset[str]] = frozenset({"normalized"})

    original: str | None = None
    extension: str | None = None
    region_code: str | None = None
    primary: bool | None = None
    sms_preference: str | None = None
    type: str | None = None


class ProfileBody(Body):
    """A customer's profile as sent; ``externalCustomerId`` cannot be set on newer organizations (Gladly OpenAPI).

    A customer as read can be sent back whole, with ``id`` and ``createdAt`` (recorded response of 2021). ``updatedAt``
    was not in that one and is in reads today, so that it goes the same way is inferred.
    """

    known_to_be_ignored: ClassVar[frozenset[str]] = frozenset({"id", "createdAt", "updatedAt"})

    name: str | None = None
    image: str | None = None
    address: str | None = None
    emails: list[EmailBody] | None = None
    phones: list[PhoneBody] | None = None
    custom_attributes: Annotated[dict[str, Any], AfterValidator(_writable)] | None = None

    def profile(self) -> Profile:
        """Return what is said, or raise ``InvalidError``."""
        return Profile(
            self.name,
            self.image,
            self.address,
            None if self.emails is None else tuple(_email(each) for each in self.emails),
            None if self.phones is None else tuple(_phone(each) for each in self.phones),
            self.custom_attributes,
        )


class NewProfileBody(ProfileBody):
    """A new customer's profile; the client may choose the id. What is only read is known to be passed over by PATCH alone."""

    known_to_be_ignored: ClassVar[frozenset[str]] = frozenset()
    id: str | None = None


class CustomerProfiles:
    """``POST`` creates, ``GET`` finds."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """201, empty, with ``Location``; 400; 409."""
        body = read(req, NewProfileBody)
        profile = body.profile()
        with acting(req) as organization:
            customer = organization.customers.create(profile, caller(req), body.id)
        resp.status = falcon.HTTP_201
        resp.set_header("Location", f"/api/v1/customer-profiles/{customer.id}")

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200 with an array, empty when nobody matches; 400."""
        organization = organization_of(req)
        with organization.lock:
            resp.media = [customer.as_json() for customer in _find(organization, req)]


class CustomerProfile:
    """``GET`` reads, ``PATCH`` changes, ``DELETE`` deletes one customer."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, customer_id: str) -> None:
        """200; 301 for a merged customer; 404."""
        organization = organization_of(req)
        with organization.lock:
            organization.customers.require_unmoved(customer_id)
            resp.media = organization.customers.get(customer_id).as_json()

    def on_patch(self, req: falcon.Request, resp: falcon.Response, customer_id: str) -> None:
        """204; 400; 404; 409."""
        organization = organization_of(req)
        organization.customers.get(customer_id)
        profile = read(req, ProfileBody).profile()
        with acting(req):
            organization.customers.update(customer_id, profile, caller(req))
        resp.status = falcon.HTTP_204

    def on_delete(self, req: falcon.Request, resp: falcon.Response, customer_id: str) -> None:
        """204; 400 while a conversation is not closed; 403 without Compliance Administrator; 404 (inferred)."""
        if not user_of(req).may_delete_customers():
            detail = "deleting customers needs the roles Compliance Administrator and API User"
            raise RoleError(ErrorDetail("forbidden", detail))
        with acting(req) as organization:
            organization.delete_customer(customer_id, caller(req))
        resp.status = falcon.HTTP_204


def _find(organization: Organization, request: falcon.Request) -> list[Customer]:
    """Find by the one parameter given (Gladly OpenAPI); none or several are refused (wording inferred)."""
    given = {name: value for name in _SEARCHES if (value := request.get_param(name))}
    if not given:
        detail = f"one of {', '.join(_SEARCHES)} must be present"
        raise InvalidError(ErrorDetail("blank", detail))
    if len(given) > 1:
        raise InvalidError(ErrorDetail("invalid", f"only one of {', '.join(_SEARCHES)} can be present"))
    if "email" in given:
        return organization.customers.find_by_email(given["email"])
    if "phoneNumber" in given:
        return organization.customers.find_by_phone(given["phoneNumber"])
    return []


def _email(body: EmailBody) -> Email:
    return Email.entered(body.original, primary=bool(body.primary))


def _phone(body: PhoneBody) -> Phone:
    return Phone.entered(
        body.original,
        region=body.region_code,
        kind=body.type,
        extension=body.extension,
        primary=bool(body.primary),
        sms_preference=body.sms_preference,
    )
