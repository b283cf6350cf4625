"""Settings > Users: who is there with which roles, inviting, changing roles, deactivating (columns: vendor help)."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn

import falcon

from fakes.core.browsers.forms import Form
from fakes.core.errors import PageError
from fakes.core.pages.site import go
from fakes.gladly.pages.page import Errors, Page, by_field, done
from fakes.gladly.pages.site import USERS_PATH, GladlyVisit
from fakes.gladly.rules.errors import InvalidError, TakenError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.settings.users import Invitation, UserSettings
from fakes.gladly.rules.users.users import Role, User, UserStatus, require_users_page, role_advice
from fakes.gladly.service.context import fake_of, state_of

NEW_PATH = f"{USERS_PATH}/new"
INVITATIONS_PATH = "/invitations"
_LINK, _WHOSE = "invitation", "invitation of"
_FIELDS = {"name": "name", "email": "email", "roles": "roles"}


@dataclass(frozen=True, slots=True)
class Draft:
    """The form of a user as it stands."""

    name: str = ""
    email: str = ""
    roles: frozenset[str] = frozenset()

    @classmethod
    def of_form(cls, form: Form) -> "Draft":
        """Return what was filled in."""
        return cls(form.text("name"), form.text("email"), frozenset(form.all("role")))

    def chosen(self) -> frozenset[Role]:
        """Return the roles; names that no role has are passed over."""
        return frozenset(role for role in Role if role.value in self.roles)


class UserPage(Page):
    """What the pages about users share."""

    def invited(self, visit: GladlyVisit, invitation: Invitation) -> NoReturn:
        """Go on to the list, where the link stands that Gladly would have sent by mail."""
        user = invitation.user
        visit.session.once |= {
            _LINK: f"{INVITATIONS_PATH}/{visit.tenant.id}/{invitation.code}",
            _WHOSE: user.email,
        }
        visit.session.notices.extend(f"{text}." for text in role_advice(user.roles))
        go(USERS_PATH)

    def fill(
        self,
        response: falcon.Response,
        visit: GladlyVisit,
        draft: Draft,
        *,
        user: User | None = None,
        errors: Errors | None = None,
    ) -> None:
        """Show the form of ``user``, or of a new one."""
        self.show(
            response,
            "user_form.html",
            visit,
            errors=errors,
            draft=draft,
            user=user,
            all_roles=list(Role),
            users_path=USERS_PATH,
        )


class UserList(UserPage):
    """The list."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show everybody, active or not; the link of an invitation just sent is there this once."""
        with self.reading(request) as visit:
            rows = UserSettings(visit.tenant).rows(visit.user)
            once = visit.session.once
            link = {"path": once.pop(_LINK, ""), "email": once.pop(_WHOSE, "")}
            self.show(
                response, "users.html", visit, rows=rows, link=link, statuses=UserStatus, new_path=NEW_PATH
            )


class NewUser(UserPage):
    """Add User."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the empty form."""
        with self.reading(request) as visit:
            require_users_page(visit.user)
            self.fill(response, visit, Draft())

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Invite the user; or show the form again with what was wrong."""
        with self.entered(request) as visit:
            draft = Draft.of_form(self.site.form(request))
            try:
                with fake_of(visit.request).acting(visit.tenant) as organization:
                    invitation = UserSettings(organization).invite(
                        draft.name, draft.email, draft.chosen(), visit.user
                    )
            except (InvalidError, TakenError) as error:
                self.fill(response, visit, draft, errors=by_field(error, _FIELDS))
                return
            self.invited(visit, invitation)


class EditUser(UserPage):
    """A user's roles."""

    def on_get(self, request: falcon.Request, response: falcon.Response, user_id: str) -> None:
        """Show the form."""
        with self.reading(request) as visit:
            require_users_page(visit.user)
            user = visit.tenant.users.get(user_id)
            self.fill(response, visit, _draft(user), user=user)

    def on_post(self, request: falcon.Request, response: falcon.Response, user_id: str) -> None:
        """Change the roles; or show the form again with what was wrong."""
        with self.entered(request) as visit:
            draft = Draft.of_form(self.site.form(request))
            try:
                with fake_of(visit.request).acting(visit.tenant) as organization:
                    user = UserSettings(organization).change_roles(user_id, draft.chosen(), visit.user)
            except InvalidError as error:
                user = visit.tenant.users.get(user_id)
                again = Draft(user.name, user.email, draft.roles)
                self.fill(response, visit, again, user=user, errors=by_field(error, _FIELDS))
                return
            visit.session.notices.extend(f"{text}." for text in role_advice(user.roles))
            done(visit, f"The roles of {user.email} were changed.", USERS_PATH)


class UserStanding(UserPage):
    """What else can be done with a user: ``deactivate``, ``reactivate`` or ``invite``."""

    def on_post(
        self, request: falcon.Request, response: falcon.Response, user_id: str, standing: str
    ) -> None:
        """Do it and show the list."""
        if standing not in {"deactivate", "reactivate", "invite"}:
            raise PageError(HTTPStatus.NOT_FOUND, "There is nothing of that name to do.")
        with self.entered(request) as visit:
            self.site.form(request)
            try:
                with fake_of(visit.request).acting(visit.tenant) as organization:
                    people, by = UserSettings(organization), visit.user
                    if standing == "invite":
                        invitation = people.invite_again(user_id, by)
                    else:
                        change = people.reactivate if standing == "reactivate" else people.deactivate
                        user = change(user_id, by)
            except InvalidError as error:
                user = visit.tenant.users.get(user_id)
                self.fill(response, visit, _draft(user), user=user, errors=by_field(error, _FIELDS))
                return
            if standing == "invite":
                self.invited(visit, invitation)
            if standing == "deactivate":
                fake_of(request).browsers.sessions.end_all(visit.tenant.id, user.email)
            done(visit, f"{user.email} was {standing}d.", USERS_PATH)


class InvitationPage(Page):
    """Where an invitation leads: whoever has it chooses a password, and is in."""

    def on_get(
        self, request: falcon.Request, response: falcon.Response, organization_id: str, code: str
    ) -> None:
        """Show the form to anybody; whether the code is good shows when it is used."""
        self._inviting(request, organization_id)
        self._ask(request, response, organization_id, code)

    def on_post(
        self, request: falcon.Request, response: falcon.Response, organization_id: str, code: str
    ) -> None:
        """Take the password and sign the user in; or show the form again with what was wrong."""
        found = self._inviting(request, organization_id)
        form = self.site.form(request)
        if found is None:
            self._ask(request, response, organization_id, code, {"": "The invitation does not exist."})
            return
        try:
            with fake_of(request).acting(found) as organization:
                user = UserSettings(organization).accept(code, form.text("password"))
        except InvalidError as error:
            errors = by_field(error, {"password": "password"})
            self._ask(request, response, organization_id, code, errors)
            return
        organization.journal.write("action", "accepted the invitation", user=user.email)
        self.site.sign_in(request, response, organization, user)
        response.status, response.location = falcon.HTTP_303, self.site.home(user)

    def _inviting(self, request: falcon.Request, organization_id: str) -> Organization | None:
        """Return who invites, or None. The request is theirs: only their journal knows the code for a secret."""
        found = next((one for one in self.site.tenants_at(request) if one.id == organization_id), None)
        state_of(request).tenant = found
        return found

    def _ask(
        self,
        request: falcon.Request,
        response: falcon.Response,
        organization_id: str,
        code: str,
        errors: Errors | None = None,
    ) -> None:
        status = falcon.HTTP_422 if errors else falcon.HTTP_200
        self.site.show_outside(
            request,
            response,
            "invitation.html",
            action=f"{INVITATIONS_PATH}/{organization_id}/{code}",
            errors=errors or {},
        )
        response.status = status


def _draft(user: User) -> Draft:
    return Draft(user.name, user.email, frozenset(role.value for role in user.roles))
