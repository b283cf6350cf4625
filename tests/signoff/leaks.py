"""Secrets as they may leak: in every kind of file, and under every encoding."""

import base64
import binascii
import gzip
import io
import json
import quopri
import random
import string
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote

_CHANCE = random.Random(12)  # noqa: S311 - the same secrets in each run
_LETTERS = string.ascii_letters + string.digits


def made_up(length: int, letters: str = _LETTERS) -> str:
    """Return a secret of ``length`` letters."""
    return "".join(_CHANCE.choices(letters, k=length))


KEY = "pk_" + made_up(34, "0123456789abcdef")
TOKEN = made_up(32)
COOKIE = "Zq-" + made_up(29) + "_-8Kx"
WORDS = "canary-webhook-password-4f1b9c"
SECRETS = (KEY, TOKEN, COOKIE, WORDS)


def percent(text: str) -> str:
    """Return ``text`` with every character percent-encoded, in lower case."""
    return "".join(f"%{one:02x}" for one in text.encode())


def wrapped(text: str, before: str = "") -> str:
    """Return the Base64 of ``text`` behind other bytes, in lines of 16."""
    letters = base64.b64encode((before + text).encode()).decode()
    return "\n".join(letters[at : at + 16] for at in range(0, len(letters), 16))


ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent": percent,
    "percent, upper case": lambda text: percent(text).upper(),
    "percent, one character": lambda text: f"{text[:5]}%{ord(text[5]):02X}{text[6:]}",
    "percent twice": lambda text: quote(percent(text)),
    "decimal entities": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "hexadecimal entities": lambda text: "".join(f"&#X{ord(one):x};" for one in text),
    "a named entity": lambda text: text.replace("_", "&lowbar;").replace("-", "&#45;"),
    "JSON escapes": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "JSON escapes in JSON": lambda text: json.dumps("".join(f"\\u{ord(one):04X}" for one in text))[1:-1],
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 without padding": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
    "base64 behind one byte": lambda text: base64.b64encode(f"a{text}".encode()).decode(),
    "base64 behind two bytes": lambda text: base64.b64encode(f"ab{text}bc".encode()).decode(),
    "base64url in a path": lambda text: f"abc/{base64.urlsafe_b64encode(text.encode()).decode()}",
    "base64 in lines": wrapped,
    "base64 in lines, as JSON": lambda text: json.dumps(wrapped(text, "xy"))[1:-1],
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(f"see {text}".encode())).decode(),
    "credentials": lambda text: "Basic " + base64.b64encode(f"gladly-webhooks:{text}".encode()).decode(),
    "base64 of JSON escapes": lambda text: base64.b64encode(
        "".join(f"\\u{ord(one):04x}" for one in text).encode()
    ).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex, upper case": lambda text: f"a{text.encode().hex().upper()}",
    "hex in pairs": lambda text: text.encode().hex(" "),
    "quoted-printable": lambda text: quopri.encodestring(f"{'ö' * 20}{text}".encode()).decode(),
    "a gzip in base64": lambda text: base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode(),
}
"""How a secret may be written, by name: each returns letters that go into any text."""


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def picture(*chunks: bytes, behind: bytes = b"") -> bytes:
    """Return a PNG of noise with these chunks."""
    noise = zlib.compress(random.Random(5).randbytes(3000))  # noqa: S311 - a picture
    header = chunk(b"IHDR", bytes.fromhex("00000010000000100802000000"))
    parts = [header, *chunks, chunk(b"IDAT", noise), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + behind


def archive(name: str, content: bytes, *, comment: bytes = b"") -> bytes:
    """Return a ZIP archive with one compressed file, beside another."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("other", "nothing")
        zipped.writestr(name, content)
        zipped.comment = comment
    return memory.getvalue()


def _in_text(template: str) -> Callable[[str], bytes]:
    return lambda leak: template.replace("LEAK", leak).encode()


FILES: dict[str, Callable[[str], bytes]] = {
    "results.json": lambda leak: json.dumps({"reason": f"it said {leak}!"}, indent=2).encode(),
    "signoff.html": _in_text("<p title='a'>The key is <code>LEAK</code>, and 100&nbsp;% so</p>"),
    "summary.md": _in_text("# All\n\n| a | LEAK |\n"),
    "notes.txt": _in_text("LEAK"),
    "junit.xml": _in_text('<testcase name="a"><failure message="LEAK"/></testcase>'),
    "messages.ndjson": _in_text('{"a": 1}\n{"b": "LEAK"}\n'),
    "wide.txt": lambda leak: f"it is {leak}, is it".encode("utf-16"),
    "wide-be.txt": lambda leak: f"it is {leak}".encode("utf-16-be"),
    "wider.txt": lambda leak: f"it is {leak}".encode("utf-32"),
    "tEXt.png": lambda leak: picture(chunk(b"tEXt", b"Comment\0" + leak.encode())),
    "zTXt.png": lambda leak: picture(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(leak.encode()))),
    "iTXt.png": lambda leak: picture(chunk(b"iTXt", b"Comment\0\1\0en\0\0" + zlib.compress(leak.encode()))),
    "plain-iTXt.png": lambda leak: picture(chunk(b"iTXt", b"Comment\0\0\0en\0\0" + leak.encode())),
    "eXIf.png": lambda leak: picture(chunk(b"eXIf", b"II*\0" + leak.encode())),
    "behind.png": lambda leak: picture(behind=leak.encode()),
    "trace-1.zip": lambda leak: archive("trace.network", f'{{"a": "{leak}"}}'.encode()),
    "nested.zip": lambda leak: archive("inner.zip", archive("deep/inner.zip", archive("a", leak.encode()))),
    "comment.zip": lambda leak: archive("a", b"b", comment=leak.encode()),
    "gz-in.zip": lambda leak: archive("a.gz", gzip.compress(f"it is {leak}".encode(), mtime=0)),
    "log.gz": lambda leak: gzip.compress(b"first", mtime=0) + gzip.compress(leak.encode(), mtime=0),
    "stream.bin": lambda leak: zlib.compress(f"it is {leak}".encode()),
    "noise.bin": lambda leak: b"\xff\x00\x80" + leak.encode() + b"\xff\xfe",
}
"""What a file may look like that a leak stands in, by its name."""


def hidden(binary: bytes) -> str:
    """Return bytes as text of a JSON file, as a picture may be kept in one."""
    return json.dumps({"png": "data:image/png;base64," + binascii.b2a_base64(binary, newline=False).decode()})
