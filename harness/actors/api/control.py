"""What is done to the systems beside what people do there, through the fakes' control plane and the vendors' APIs."""

from harness.actors.api.gladly import call_gladly
from harness.actors.api.klaviyo import KlaviyoReader
from harness.actors.api.tenant import Tenant
from harness.values import Credentials, Customer, Secret


class Control:
    """Fulfils ``ports.Control`` at one account and one organization."""

    def __init__(self, klaviyo: Tenant, gladly: Tenant, webhook: Credentials) -> None:
        """Have Gladly call the app with the credentials ``webhook``."""
        self._klaviyo, self._gladly, self._webhook = klaviyo, gladly, webhook
        self.others: list[Tenant] = []
        """Other accounts at Klaviyo that were made."""

    def point_app_at(self, url: str) -> None:
        """Have Gladly call the app at ``url`` from now on."""
        body = {"webhook_url": url, "username": self._webhook.username, "password": self._webhook.password}
        [app] = self._gladly.call("GET", "/apps")
        self._gladly.call("PUT", f"/apps/{app['id']}/connector", body)

    def keep_limits(self, *, on: bool) -> None:
        """Let Klaviyo keep its published limits, or not."""
        self._klaviyo.call("PATCH", "", {"rate_limits": on})

    def key_of_another_account(self) -> Secret:
        """Make a private key of an account that is not the one the app reports to, and return it."""
        other = Tenant.create(self._klaviyo.client, self._klaviyo.token, "accounts", "account_id")
        self.others.append(other)
        body = {"name": "Key of another account", "access": "full"}
        return Secret(other.call("POST", "/keys", body)["private_key"])

    def knows_elsewhere(self, email: str) -> bool:
        """Say whether another account knows a profile with this address."""
        return any(KlaviyoReader(other).profile(email) for other in self.others)

    def merge_customers(self, one: Customer, into: Customer) -> None:
        """Merge a customer into another."""
        self._gladly.call("POST", f"/customers/{one.id}/merge", {"into": into.id})

    def delete_customer(self, customer: Customer) -> None:
        """Delete a customer, as the law may want it."""
        user = self._gladly.about["compliance_user"]
        call_gladly(self._gladly, "DELETE", f"/api/v1/customer-profiles/{customer.id}", user=user)

    def retire_legacy_api(self) -> None:
        """Let Klaviyo's legacy API answer that it is gone."""
        self._klaviyo.call("PATCH", "", {"legacy_api": "retired"})

    def new_token(self) -> Credentials:
        """Return the API user's address and a token that is new."""
        email = self._gladly.about["api_user"]["email"]
        made = self._gladly.call("POST", "/tokens", {"name": "Another token"}, user=email)
        return Credentials(email, made["token"])

    def change_address(self, customer: Customer, email: str) -> Customer:
        """Give the customer the one address ``email`` and return the customer as changed."""
        body = {"emails": [{"original": email}]}
        call_gladly(self._gladly, "PATCH", f"/api/v1/customer-profiles/{customer.id}", body)
        return Customer(customer.id, (email,))
