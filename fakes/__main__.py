"""``python -m fakes``: serve both fakes on loopback until interrupted."""

import argparse
import json
import re
import sys
from typing import Any

from fakes.core.signals import ended_by_signals
from fakes.core.tenants import DEFAULT_SEED
from fakes.demo import furnish
from fakes.klaviyo.control.accounts import described
from fakes.serving import Fakes, serve

HIGHEST_PORT = 65_535


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line; a mistake ends the program with a word on what is allowed."""
    parser = argparse.ArgumentParser(
        prog="python -m fakes", description="Serve stateful fakes of Klaviyo and Gladly until interrupted."
    )
    parser.add_argument(
        "--klaviyo-port", type=_port, default=4010, metavar="PORT", help="default 4010; 0: any"
    )
    parser.add_argument(
        "--gladly-port", type=_port, default=4020, metavar="PORT", help="default 4020; 0: any"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; default 127.0.0.1")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        type=_host_name,
        metavar="NAME",
        help="one more host name to answer to, beside this machine's own, the vendors' and --host; *.example.com is"
        " every name below; repeatable",
    )
    parser.add_argument(
        "--control-token", metavar="TOKEN", help="token of the control plane; default: made up"
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON line when ready, and nothing else"
    )
    parser.add_argument("--empty", action="store_true", help="no demo data")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="seed of ids and keys")
    return parser.parse_args(words)


def main() -> int:
    """Serve until SIGINT or SIGTERM; return the exit code."""
    args = arguments(sys.argv[1:])
    ports = {"klaviyo_port": args.klaviyo_port, "gladly_port": args.gladly_port}
    try:
        with (
            ended_by_signals() as wait,
            serve(
                args.host,
                **ports,
                hosts=args.allow_host,
                control_token=args.control_token,
                seed=args.seed,
            ) as fakes,
        ):
            about = _open_for_business(fakes, demo=not args.empty)
            print(json.dumps(about) if args.json else _welcome(about), flush=True)  # noqa: T201 - the command's output
            wait()
    except OSError as error:
        print(f"python -m fakes: cannot listen on {args.host}: {error}", file=sys.stderr)  # noqa: T201 - as above
        return 1
    return 0


def _open_for_business(fakes: Fakes, *, demo: bool) -> dict[str, Any]:
    account, provisioned = fakes.klaviyo.create_account(), fakes.gladly.create_organization()
    fakes.klaviyo.demo_tenants.append(account.id)
    fakes.gladly.demo_tenants.append(provisioned.organization.id)
    if demo:
        furnish(fakes.klaviyo, account, fakes.gladly, provisioned)
    return {
        "klaviyo": described(account, fakes.klaviyo_url),
        "gladly": provisioned.as_json(fakes.gladly_url),
        "control_token": fakes.control_token,
    }


def _welcome(about: dict[str, Any]) -> str:
    klaviyo, gladly, token = about["klaviyo"], about["gladly"], about["control_token"]
    owner, admin = klaviyo["users"][0], gladly["users"][0]
    return f"""These are fakes: nothing here reaches Klaviyo or Gladly.

Klaviyo  {klaviyo["url"]}/
  control room            {klaviyo["url"]}/_fake/
  account and public key  {klaviyo["account_id"]}
  {owner["role"]:<22}  {owner["email"]}  password {owner["password"]}
Gladly   {gladly["url"]}/
  control room            {gladly["url"]}/_fake/
  organization            {gladly["organization_id"]}
  API user                {gladly["api_user"]["email"]}  token {gladly["api_user"]["token"]}
  {admin["role"]:<22}  {admin["email"]}  password {admin["password"]}
Open these addresses in a browser to sign in as anybody with a click. The control rooms ask for the control token.

Control token  {token}
  /_fake/ on both takes it as the header X-Fake-Control

A private key to begin with:
  curl -X POST -H 'X-Fake-Control: {token}' \\
    -d '{{"name": "Gladly App", "access": "custom", "scopes": ["events:read", "events:write"]}}' \\
    {klaviyo["url"]}/_fake/accounts/{klaviyo["account_id"]}/keys

Ctrl-C stops them."""


def _host_name(text: str) -> str:
    if not re.fullmatch(r"(\*\.)?[A-Za-z0-9_.-]+|\[?[0-9A-Fa-f:]+\]?", text):
        raise argparse.ArgumentTypeError(
            f"a host name, such as fakes.example.com or *.example.com, without scheme, port or path, not {text!r}"
        )
    return text


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {HIGHEST_PORT}, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
