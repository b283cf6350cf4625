"""Settings > Account > API keys: the list, a new key, the key shown once, clone and delete (vendor help, runbook)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import falcon

from fakes.core.browsers.forms import Form
from fakes.core.errors import PageError
from fakes.core.pages.site import go
from fakes.klaviyo.pages.site import KEYS_PATH, NEW_KEY_PATH, KlaviyoSite, KlaviyoVisit
from fakes.klaviyo.rules.errors import InvalidKey, RoleRefused, UnknownKey
from fakes.klaviyo.rules.keys.keys import PrivateKey
from fakes.klaviyo.rules.keys.scopes import (
    READ_ONLY_RESOURCES,
    RESOURCES,
    RESOURCES_2023,
    AccessLevel,
    ScopeLevel,
)

SHOWN_ONCE = "new private key"
DESCRIPTIONS = {
    AccessLevel.CUSTOM: "Customize the level of access applications will have for each API scope.",
    AccessLevel.READ_ONLY: "Limit applications to read-only access for every API scope.",
    AccessLevel.FULL: "Grant applications full access for every API scope.",
}
"""What stands under each kind of key (runbook)."""


def _rows() -> tuple[tuple[str, str], ...]:
    """Return label and resource of every row of the scopes table: the runbook's eleven first, then today's others."""
    first = {resource for _, resource in RESOURCES_2023}
    others = [one for one in (*RESOURCES, *READ_ONLY_RESOURCES) if one not in first]
    return (*RESOURCES_2023, *((one.replace("-", " ").title(), one) for one in others))


ROWS = _rows()


@dataclass
class Draft:
    """The form of a new key as it stands: the name, the kind of key, and each resource's level."""

    name: str = ""
    access: str = AccessLevel.FULL.slug
    levels: Mapping[str, str] = field(default_factory=dict)

    def scopes(self) -> set[str]:
        """Return the scopes of a custom key; the levels say nothing for the other kinds.

        Raises ``ValueError`` for a level that no row has.
        """
        if self.access != AccessLevel.CUSTOM.slug:
            return set()
        return {scope for one, level in self.levels.items() for scope in ScopeLevel(level).scopes(one)}

    @classmethod
    def of_form(cls, form: Form) -> "Draft":
        """Return what was filled in."""
        levels = {one: form.text(f"scope-{one}") or ScopeLevel.NO.value for _, one in ROWS}
        return cls(form.text("name"), form.text("access"), levels)

    @classmethod
    def of_link(cls, scopes: str) -> "Draft":
        """Return a form preselected by ``?scopes=events:read,events:write`` (vendor help); what is unknown is passed over."""
        wanted = {one.strip() for one in scopes.split(",")} - {""}
        if not wanted:
            return cls()
        levels = {one: _level(one, wanted) for _, one in ROWS}
        return cls(access=AccessLevel.CUSTOM.slug, levels=levels)


def _level(resource: str, wanted: set[str]) -> str:
    """Return the level that gives ``wanted``; write alone is full access, as ``:full`` is (vendor help spells both)."""
    if wanted & {f"{resource}:write", f"{resource}:full"}:
        return ScopeLevel.FULL.value
    return ScopeLevel.READ.value if f"{resource}:read" in wanted else ScopeLevel.NO.value


class KeyPage:
    """What the pages about keys share: a site, and the rules' refusals as pages."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self.site = site

    @contextmanager
    def visit(self, request: falcon.Request) -> Iterator[KlaviyoVisit]:
        """Enter, hold the account, and turn the rules' refusals into pages."""
        visit = self.site.enter(request)
        try:
            with visit.tenant.lock:
                visit.tenant.keys.all(visit.user)
                yield visit
        except RoleRefused:
            text = f"The role {visit.user.role} may not manage API keys. Ask an Owner or an Admin of this account."
            raise PageError(HTTPStatus.FORBIDDEN, text) from None
        except UnknownKey:
            raise PageError(HTTPStatus.NOT_FOUND, "This private API key does not exist any more.") from None


class KeyList(KeyPage):
    """The page of API keys."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the public key and the list of private keys."""
        with self.visit(request) as visit:
            keys = visit.tenant.keys.all(visit.user)
            self.site.show(response, "api_keys.html", visit, keys=keys, new_key_path=NEW_KEY_PATH)


class NewKey(KeyPage):
    """The page on which a private key is made: a page of its own, not a dialog."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the form, with scopes chosen by ``?scopes=`` if there are any."""
        with self.visit(request) as visit:
            self._show(response, visit, Draft.of_link(",".join(request.get_param_as_list("scopes") or [])))

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Make the key and go on to the page that shows it; or show the form again with what was wrong."""
        with self.visit(request) as visit:
            draft = Draft.of_form(self.site.form(request))
            try:
                key = visit.tenant.keys.create(
                    visit.user, draft.name, AccessLevel.of(draft.access), draft.scopes()
                )
            except InvalidKey as error:
                sentence = f"{error.text[:1].upper()}{error.text[1:]}."
                self._show(response, visit, draft, {error.field: sentence})
                return
            except (KeyError, ValueError):
                self._show(response, visit, draft, {"access": "Select an access level."})
                return
            _note(visit, f"created the private key {key.name}")
            _show_once(visit, key)

    def _show(
        self,
        response: falcon.Response,
        visit: KlaviyoVisit,
        draft: Draft,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        self.site.show(
            response,
            "new_private_key.html",
            visit,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
            draft=draft,
            errors=errors or {},
            access_levels=[(level, DESCRIPTIONS[level]) for level in AccessLevel],
            rows=ROWS,
            scope_levels=list(ScopeLevel),
            read_only=READ_ONLY_RESOURCES,
            keys_path=KEYS_PATH,
            new_key_path=NEW_KEY_PATH,
        )


class CreatedKey(KeyPage):
    """The page that shows a new key, once."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the key that this browser has just made; to look again is to be sent to the list."""
        with self.visit(request) as visit:
            secret, name = visit.session.once.pop(SHOWN_ONCE, ""), visit.session.once.pop("name", "")
            if not secret:
                go(KEYS_PATH)
            self.site.show(
                response, "private_key_created.html", visit, secret=secret, name=name, keys_path=KEYS_PATH
            )


class ClonedKey(KeyPage):
    """Clone: a new value with the same name, access level and scopes."""

    def on_post(self, request: falcon.Request, _response: falcon.Response, key_id: str) -> None:
        """Make the clone and go on to the page that shows it."""
        with self.visit(request) as visit:
            self.site.form(request)
            key = visit.tenant.keys.clone(visit.user, key_id)
            _note(visit, f"cloned the private key {key.name}")
            _show_once(visit, key)


class DeletedKey(KeyPage):
    """Delete: for good."""

    def on_post(self, request: falcon.Request, _response: falcon.Response, key_id: str) -> None:
        """Delete the key and show the list."""
        with self.visit(request) as visit:
            self.site.form(request)
            name = visit.tenant.keys.get(visit.user, key_id).name
            visit.tenant.keys.delete(visit.user, key_id)
            _note(visit, f"deleted the private key {name}")
            visit.session.notices.append(f"The private API key “{name}” was deleted.")
            go(KEYS_PATH)


def _show_once(visit: KlaviyoVisit, key: PrivateKey) -> None:
    visit.session.once |= {SHOWN_ONCE: key.secret, "name": key.name}
    go(f"{KEYS_PATH}/created")


def _note(visit: KlaviyoVisit, what: str) -> None:
    visit.tenant.journal.write("action", what, user=visit.user.email)
