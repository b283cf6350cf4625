"""The control room's pages about one tenant: its users, its removal, what was sent, faults, switches."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import falcon

from fakes.core.control.pages.overview import ControlPage
from fakes.core.control.pages.site import NOT_SURE, OVERVIEW, SURE, browsers_of, errors_of, home_of, laid_out
from fakes.core.control.plane import FaultAsk, arm, checked, fault_routes
from fakes.core.errors import ControlError, PageError
from fakes.core.faults import RETRY_AFTER
from fakes.core.pages.site import Guest, go
from fakes.core.service import fake_of
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)
NEW_FAULT = {
    "route": "",
    "kind": "status",
    "times": "1",
    "status": "",
    "seconds": "1",
    "after": "0",
    "retry_after": "seconds",
    "location": "",
}


class UsersPage(ControlPage[T]):
    """A tenant's first page: who can sign in, whether they stand on the start page, and its removal."""

    def on_get(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Show the people, with passwords: they open nothing but this fake."""
        self._show(request, response, tenant_id)

    def on_post_sign_in(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Sign in to the vendor's pages as the user whose button was pressed."""
        email, tenant = self.control.form(request).text("email"), self.control.tenant(request, tenant_id)
        user = self.control.site.find_user(tenant, email)
        if user is None:
            raise PageError(HTTPStatus.NOT_FOUND, "There is no such user here.")
        self.control.site.sign_in(request, response, tenant, user)
        go(self.control.site.home(user))

    def on_post_start_page(self, request: falcon.Request, _response: falcon.Response, tenant_id: str) -> None:
        """Put the tenant's users on the start page, or take them from there."""
        wanted, tenant = self.control.form(request).ticked("shown"), self.control.tenant(request, tenant_id)
        shown = [one for one in fake_of(request).demo_tenants if one != tenant.id]
        fake_of(request).demo_tenants = [*shown, tenant.id] if wanted else shown
        go(home_of(tenant.id))

    def on_post_remove(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Take the tenant away if the box was ticked."""
        sure, tenant = self.control.form(request).ticked(SURE), self.control.tenant(request, tenant_id)
        if not sure:
            self._show(request, response, tenant_id, NOT_SURE)
            return
        fake_of(request).tenants.remove(tenant.id)
        self.control.notice(request, f"The {self.control.admin.tenant} {tenant.id} was removed.")
        go(OVERVIEW)

    def _users(self, tenant: T) -> list[tuple[Guest, str]]:
        site = self.control.site
        found = [(one, site.find_user(tenant, one.email)) for one in site.people(tenant)]
        return [(one, user.password) for one, user in found if user is not None]

    def _show(
        self, request: falcon.Request, response: falcon.Response, tenant_id: str, error: str = ""
    ) -> None:
        tenant, session = self.control.tenant(request, tenant_id), browsers_of(request).session(request)
        once = {} if session is None else dict(session.once)
        if session is not None:
            session.once.clear()
        self.control.show(
            request,
            response,
            "core/control_people.html",
            tenant=tenant,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
            people=self._users(tenant),
            is_shown=tenant.id in fake_of(request).demo_tenants,
            once=once,
            error=error,
        )


class DeliveriesPage(ControlPage[T]):
    """What the vendor sent to webhooks."""

    def on_get(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Show it, the latest first."""
        tenant = self.control.tenant(request, tenant_id)
        sent = [(one, laid_out(one.details)) for one in self.control.admin.deliveries(tenant)]
        self.control.show(request, response, "core/control_deliveries.html", tenant=tenant, sent=sent)


class FaultsPage(ControlPage[T]):
    """What misbehaves next."""

    def on_get(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Show what is armed, and the form that arms one more."""
        self._show(request, response, self.control.tenant(request, tenant_id), NEW_FAULT)

    def on_post(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Arm a fault by the rules of the control plane; a field left empty has the default there."""
        form, tenant = self.control.form(request), self.control.tenant(request, tenant_id)
        draft = {name: form.text(name).strip() for name in NEW_FAULT}
        try:
            arm(
                self.control.app,
                fake_of(request),
                tenant,
                checked({k: v for k, v in draft.items() if v}, FaultAsk),
            )
        except ControlError as error:
            self._show(request, response, tenant, draft, errors_of(error))
            return
        self.control.notice(request, f"Armed: {draft['kind']} on {draft['route']}.")
        go(f"{home_of(tenant.id)}/faults")

    def on_post_disarm(self, request: falcon.Request, _response: falcon.Response, tenant_id: str) -> None:
        """Disarm all."""
        self.control.form(request)
        tenant = self.control.tenant(request, tenant_id)
        tenant.faults.clear()
        self.control.notice(request, "All faults were disarmed.")
        go(f"{home_of(tenant.id)}/faults")

    def _show(
        self,
        request: falcon.Request,
        response: falcon.Response,
        tenant: T,
        draft: Mapping[str, str],
        errors: Mapping[str, str] | None = None,
    ) -> None:
        self.control.show(
            request,
            response,
            "core/control_faults.html",
            tenant=tenant,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
            armed=tenant.faults.armed(),
            draft=draft,
            errors=errors or {},
            kinds=sorted(fake_of(request).fault_kinds),
            ways=RETRY_AFTER,
            routes=fault_routes(self.control.app, fake_of(request)),
        )


class SwitchesPage(ControlPage[T]):
    """What a tenant can have set differently."""

    def on_get(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Show the switches as they stand."""
        self._show(request, response, self.control.tenant(request, tenant_id))

    def on_post(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Set all switches by the vendor's rules, or none and say which was wrong."""
        form, tenant = self.control.form(request), self.control.tenant(request, tenant_id)
        wanted = {one.name: one.asked(form) for one in self.control.admin.switches(tenant)}
        try:
            self.control.admin.turn(fake_of(request), tenant, wanted)
        except ControlError as error:
            entered = {name: form.text(name) for name in wanted}
            self._show(request, response, tenant, entered, errors_of(error))
            return
        self.control.notice(request, "The switches were saved.")
        go(f"{home_of(tenant.id)}/switches")

    def _show(
        self,
        request: falcon.Request,
        response: falcon.Response,
        tenant: T,
        entered: Mapping[str, Any] | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        self.control.show(
            request,
            response,
            "core/control_switches.html",
            tenant=tenant,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
            switches=self.control.admin.switches(tenant),
            entered=entered or {},
            errors=errors or {},
        )
