"""HTTP clients that share one TLS context: making a context costs 30 ms, and a scenario needs half a dozen clients."""

import ssl
from functools import cache

import httpx

from harness.values import HARNESS


@cache
def tls() -> ssl.SSLContext:
    """Return the context, made once a process."""
    return ssl.create_default_context()


def open_client(base_url: str = "") -> httpx.Client:
    """Return a client that takes nothing from the environment; close it.

    Towards a system, whose ``base_url`` is given, it says who it is: its calls are not the app's.
    """
    headers = {"User-Agent": HARNESS} if base_url else {}
    return httpx.Client(base_url=base_url, headers=headers, verify=tls(), trust_env=False)


def open_transport() -> httpx.HTTPTransport:
    """Return a transport for a client that somebody else makes."""
    return httpx.HTTPTransport(verify=tls(), trust_env=False)
