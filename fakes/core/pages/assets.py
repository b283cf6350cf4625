"""Stylesheets, scripts and icons: read once, served with their own address for each content, so they may be kept."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files

import falcon

from fakes.core.request import state_of

MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
A_YEAR = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: what it is, what is in it, and a digest that its address carries."""

    media_type: str
    content: bytes
    digest: str


class Assets:
    """The files in the ``static`` folders of some packages, by name; a later package's file replaces an earlier one's."""

    def __init__(self, prefix: str, *packages: str) -> None:
        """Serve below ``prefix``, such as ``/static/``."""
        self._prefix = prefix
        self._by_name = {name: asset for package in packages for name, asset in _read(package)}

    def url(self, name: str) -> str:
        """Return the address of the file called ``name``; ``KeyError`` if there is none."""
        return f"{self._prefix}{name}?v={self._by_name[name].digest}"

    def on_get(self, request: falcon.Request, response: falcon.Response, name: str) -> None:
        """Answer the file, or 404."""
        state_of(request).recorded = False
        if (asset := self._by_name.get(name)) is None:
            response.status, response.text = falcon.HTTP_404, "no such file"
            response.content_type = falcon.MEDIA_TEXT
            return
        response.content_type, response.data = asset.media_type, asset.content
        response.set_header("Cache-Control", f"public, max-age={A_YEAR}, immutable")
        response.set_header("X-Content-Type-Options", "nosniff")


def _read(package: str) -> list[tuple[str, Asset]]:
    found = []
    for entry in files(package).joinpath("static").iterdir():
        ending = entry.name.rpartition(".")[2]
        if ending in MEDIA_TYPES:
            content = entry.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            found.append((entry.name, Asset(MEDIA_TYPES[ending], content, digest)))
    return found
