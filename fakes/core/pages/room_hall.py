"""The control room's pages about the fake as a whole: the way in and out, all tenants, the clock, the reset."""

from http import HTTPStatus
from typing import Generic, Literal, TypeVar, get_args

import falcon
from pydantic import Field

from fakes.core.control import AdvanceAsk, Ask, ControlError, advance, checked
from fakes.core.pages.room import HALL, NOT_SURE, SURE, Room, errors_of, home_of
from fakes.core.pages.site import go
from fakes.core.secrets import same
from fakes.core.tenants import Tenant
from fakes.core.web import ROOM

T = TypeVar("T", bound=Tenant)
Unit = Literal["seconds", "minutes", "hours", "days"]
SECONDS: dict[Unit, int] = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
TOKEN = "control_token"  # noqa: S105 - the name of a field


class MoveAsk(Ask):
    """How far to move the clock."""

    amount: float = Field(ge=0)
    unit: Unit


class RoomPage(Generic[T]):
    """A page of the room."""

    def __init__(self, room: Room[T]) -> None:
        """Belong to ``room``."""
        self.room = room


class Hall(RoomPage[T]):
    """The first page: all tenants, and the way in."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the tenants."""
        tenants = list(self.room.fake.tenants)
        self.room.show(
            request,
            response,
            "core/room_hall.html",
            tenants=tenants,
            at_the_door=self.room.fake.shown_at_the_door,
            now=self.room.fake.runtime.clock.now(),
        )

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Let in whoever knows the control token."""
        token = self.room.form(request).text(TOKEN)
        if not same(token, self.room.fake.control_token):
            self.room.ask_for_the_token(request, response, "That is not the control token of this fake.")
            return
        self.room.browsers.begin(request, response)
        go(HALL)


class Leave(RoomPage[T]):
    """The way out."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """End the session and ask for the token again."""
        self.room.form(request)
        self.room.browsers.end(request, response)
        go(HALL)


class NewTenant(RoomPage[T]):
    """Making a tenant."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the form."""
        self.room.show(request, response, "core/room_new_tenant.html", name="", errors={})

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Make it and go on to its page, which shows once what can be shown only once."""
        name = self.room.form(request).text("name").strip()
        try:
            opened = self.room.backstage.open(name)
        except ControlError as error:
            status, errors = HTTPStatus.UNPROCESSABLE_ENTITY, errors_of(error)
            self.room.show(
                request, response, "core/room_new_tenant.html", status=status, name=name, errors=errors
            )
            return
        if (session := self.room.browsers.session(request)) is not None:
            session.once |= opened.once
        go(home_of(opened.tenant.id))


class ClockPage(RoomPage[T]):
    """The one clock."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the time and the form that moves it."""
        self._show(request, response, amount="1", unit="hours")

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Move the clock forward."""
        form = self.room.form(request)
        amount, unit = form.text("amount"), form.text("unit")
        try:
            move = checked({"amount": amount, "unit": unit}, MoveAsk)
            advance(
                self.room.fake.runtime.clock,
                checked({"seconds": move.amount * SECONDS[move.unit]}, AdvanceAsk),
            )
        except ControlError as error:
            self._show(request, response, amount=amount, unit=unit, error=error)
            return
        self.room.notice(request, f"The clock was moved by {move.amount:.15g} {move.unit}.")
        go(f"{ROOM}/clock")

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
        self.room.show(
            request,
            response,
            "core/room_clock.html",
            status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
            now=self.room.fake.runtime.clock.now(),
            amount=amount,
            unit=unit,
            units=get_args(Unit),
            errors=errors,
        )


class ResetPage(RoomPage[T]):
    """Emptying the fake."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Ask whether it is meant."""
        self._show(request, response)

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Empty all tenants if the box was ticked."""
        if not self.room.form(request).ticked(SURE):
            self._show(request, response, NOT_SURE)
            return
        self.room.fake.reset()
        self.room.notice(request, "All is empty.")
        go(HALL)

    def _show(self, request: falcon.Request, response: falcon.Response, error: str = "") -> None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
        count = len(self.room.fake.tenants)
        self.room.show(request, response, "core/room_reset.html", status=status, count=count, error=error)
