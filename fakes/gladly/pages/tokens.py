"""Settings > API Tokens: the tokens of whoever is signed in, each value shown until the page is left (vendor docs)."""

import falcon

from fakes.core.pages.site import go
from fakes.gladly.pages.page import Errors, Page, by_field, done, note
from fakes.gladly.pages.site import TOKENS_PATH, GladlyVisit
from fakes.gladly.rules.errors import InvalidError
from fakes.gladly.service.context import fake_of

_VALUE, _ID = "api token", "api token id"


class TokenList(Page):
    """The list, and Create Token."""

    def on_get(self, request: falcon.Request, response: falcon.Response, token_id: str = "") -> None:
        """Show the tokens; the value of one just made is there this once."""
        del token_id  # the address of a renaming shows the list too
        with self.reading(request) as visit:
            self._show(response, visit)

    def on_post(self, request: falcon.Request, response: falcon.Response, token_id: str = "") -> None:
        """Make a token and show it in the list."""
        del response, token_id
        with self.entered(request) as visit:
            self.site.form(request)
            token, secret = fake_of(visit.request).create_token(visit.tenant, visit.user)
            note(visit, f"created the API token {token.name}")
            visit.session.once |= {_VALUE: secret, _ID: token.id}
            go(TOKENS_PATH)

    def _show(
        self,
        response: falcon.Response,
        visit: GladlyVisit,
        errors: Errors | None = None,
        renaming: str = "",
    ) -> None:
        tokens = visit.tenant.tokens.of(visit.user)
        once = visit.session.once
        made = {"id": once.pop(_ID, ""), "value": once.pop(_VALUE, "")}
        self.show(
            response,
            "api_tokens.html",
            visit,
            errors=errors,
            tokens=tokens,
            made=made,
            renaming=renaming,
            delete=visit.request.get_param("delete") or "",
        )


class RenamedToken(TokenList):
    """A token's new name."""

    def on_post(self, request: falcon.Request, response: falcon.Response, token_id: str = "") -> None:
        """Rename the token and show the list, with what was wrong if it was refused."""
        with self.entered(request) as visit:
            name = self.site.form(request).text("name")
            try:
                with visit.tenant.lock:
                    token = visit.tenant.tokens.rename(token_id, name, visit.user)
            except InvalidError as error:
                self._show(response, visit, by_field(error, {"name": "name"}), token_id)
                return
            note(visit, f"renamed an API token to {token.name}")
            done(visit, f"The token is called “{token.name}” now.", TOKENS_PATH)


class DeletedToken(Page):
    """Deleting a token: whatever uses it is refused from then on."""

    def on_post(self, request: falcon.Request, _response: falcon.Response, token_id: str) -> None:
        """Delete the token and show the list, or ask first."""
        with self.entered(request) as visit:
            if not self.site.form(request).ticked("confirmed"):
                go(f"{TOKENS_PATH}?delete={token_id}")
            token = fake_of(visit.request).delete_token(visit.tenant, token_id, visit.user)
            note(visit, f"deleted the API token {token.name}")
            done(visit, f"The token “{token.name}” was deleted.", TOKENS_PATH)
