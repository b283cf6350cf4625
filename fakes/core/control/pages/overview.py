"""The control room's pages about the fake as a whole: the way in and out, all tenants, the clock, the reset."""

from http import HTTPStatus
from typing import Generic, Literal, TypeVar, get_args

import falcon
from pydantic import Field

from fakes.core.control.pages.site import (
    NOT_SURE,
    OVERVIEW,
    SURE,
    ControlSite,
    browsers_of,
    errors_of,
    home_of,
)
from fakes.core.control.plane import AdvanceAsk, Ask, advance, checked
from fakes.core.errors import ControlError
from fakes.core.pages.site import go
from fakes.core.paths import CONTROL_PAGES
from fakes.core.secrets import same
from fakes.core.service import fake_of
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)
Unit = Literal["seconds", "minutes", "hours", "days"]
SECONDS: dict[Unit, int] = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
TOKEN = "control_token"  # noqa: S105 - the name of a field


class MoveAsk(Ask):
    """How far to move the clock."""

    amount: float = Field(ge=0)
    unit: Unit


class ControlPage(Generic[T]):
    """A page of the room."""

    def __init__(self, room: ControlSite[T]) -> None:
        """Belong to ``room``."""
        self.control = room


class Overview(ControlPage[T]):
    """The first page: all tenants, and the way in."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the tenants."""
        tenants = list(fake_of(request).tenants)
        self.control.show(
            request,
            response,
            "core/control_overview.html",
            tenants=tenants,
            demo_tenants=fake_of(request).demo_tenants,
            now=fake_of(request).runtime.clock.now(),
        )

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Let in whoever knows the control token."""
        token = self.control.form(request).text(TOKEN)
        if not same(token, fake_of(request).control_token):
            self.control.ask_for_the_token(request, response, "That is not the control token of this fake.")
            return
        browsers_of(request).begin(request, response)
        go(OVERVIEW)


class ControlSignOut(ControlPage[T]):
    """The way out."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """End the session and ask for the token again."""
        self.control.form(request)
        browsers_of(request).end(request, response)
        go(OVERVIEW)


class NewTenant(ControlPage[T]):
    """Making a tenant."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the form."""
        self.control.show(request, response, "core/control_new_tenant.html", name="", errors={})

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Make it and go on to its page, which shows once what can be shown only once."""
        name = self.control.form(request).text("name").strip()
        try:
            opened = self.control.admin.open(fake_of(request), name)
        except ControlError as error:
            status, errors = HTTPStatus.UNPROCESSABLE_ENTITY, errors_of(error)
            self.control.show(
                request, response, "core/control_new_tenant.html", status=status, name=name, errors=errors
            )
            return
        if (session := browsers_of(request).session(request)) is not None:
            session.once |= opened.once
        go(home_of(opened.tenant.id))


class ClockPage(ControlPage[T]):
    """The one clock."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the time and the form that moves it."""
        self._show(request, response, amount="1", unit="hours")

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Move the clock forward."""
        form = self.control.form(request)
        amount, unit = form.text("amount"), form.text("unit")
        try:
            move = checked({"amount": amount, "unit": unit}, MoveAsk)
            advance(
                fake_of(request).runtime.clock,
                checked({"seconds": move.amount * SECONDS[move.unit]}, AdvanceAsk),
            )
        except ControlError as error:
            self._show(request, response, amount=amount, unit=unit, error=error)
            return
        self.control.notice(request, f"The clock was moved by {move.amount:.15g} {move.unit}.")
        go(f"{CONTROL_PAGES}/clock")

    def _show(
        self,
        request: falcon.Request,
        response: falcon.Response,
        *,
        amount: str,
        unit: str,
        error: ControlError | None = None,
    ) -> None:
        errors = {} if error is None else errors_of(error)
        if "seconds" in errors:
            errors = {"amount": f"In seconds: {errors['seconds']}"}
        self.control.show(
            request,
            response,
            "core/control_clock.html",
            status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
            now=fake_of(request).runtime.clock.now(),
            amount=amount,
            unit=unit,
            units=get_args(Unit),
            errors=errors,
        )


class ResetPage(ControlPage[T]):
    """Emptying the fake."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Ask whether it is meant."""
        self._show(request, response)

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Empty all tenants if the box was ticked."""
        if not self.control.form(request).ticked(SURE):
            self._show(request, response, NOT_SURE)
            return
        fake_of(request).reset()
        self.control.notice(request, "All is empty.")
        go(OVERVIEW)

    def _show(self, request: falcon.Request, response: falcon.Response, error: str = "") -> None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
        count = len(fake_of(request).tenants)
        self.control.show(
            request, response, "core/control_reset.html", status=status, count=count, error=error
        )
