"""The last look at a pack: a secret is found wherever it stands, and nothing else is."""

import base64
import io
import random
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from harness.evidence.scan import Leak, find, find_in_text
from tests.signoff.leaks import (
    COOKIE,
    ENCODINGS,
    FILES,
    KEY,
    SECRETS,
    TOKEN,
    WORDS,
    archive,
    chunk,
    hidden,
    made_up,
    picture,
)

SECRET, PART = "a secret of the run", "a part of a secret of the run"


@pytest.mark.parametrize("secret", SECRETS, ids=["key", "token", "cookie", "words"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_is_found_in_each_kind_of_file(encoding: str, secret: str) -> None:
    """In every kind of file, under every encoding, each secret is found, and the leak does not repeat it."""
    for name, made in FILES.items():
        leaks = find_in_text(name, made(ENCODINGS[encoding](secret)), SECRETS)
        assert SECRET in {one.what for one in leaks}, name
        assert not any(secret in str(one) or ENCODINGS[encoding](secret) in str(one) for one in leaks)


@pytest.mark.parametrize("name", FILES)
def test_another_word_in_its_place_is_none(name: str) -> None:
    """The same files with something else in the secret's place hold no leak, whatever the encoding."""
    for encoding in ENCODINGS.values():
        for harmless in ("secret:1f0c9a4e", "pk_****0a0a"):
            if encoding is not ENCODINGS["credentials"]:
                assert find_in_text(name, FILES[name](encoding(harmless)), SECRETS) == []


def test_leaks_say_where_they_stand(tmp_path: Path) -> None:
    """A leak names file and place: the member, the encoding, the chunk."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.html").write_text(f"<code>{KEY}</code>")
    (tmp_path / "fine.html").write_text(f"<code>pk_****{KEY[-4:]}</code>")
    (tmp_path / "a.zip").write_bytes(archive("trace.network", ENCODINGS["base64"](TOKEN).encode()))
    (tmp_path / "b.png").write_bytes(picture(chunk(b"tEXt", b"Comment\0" + TOKEN.encode())))
    assert find(tmp_path, SECRETS) == [
        Leak("a.zip", "member trace.network: decoded base64", SECRET),
        Leak("b.png", "the picture's chunk tEXt", SECRET),
        Leak("deep/page.html", "", SECRET),
        Leak("deep/page.html", "", "what looks like a private key"),
    ]
    assert str(find(tmp_path, SECRETS)[1]) == f"b.png: the picture's chunk tEXt: {SECRET}"


@pytest.mark.parametrize("encoding", ["as it is", "base64url in a path", "percent", "hex"])
def test_names_are_looked_at_and_not_repeated(tmp_path: Path, encoding: str) -> None:
    """The name of a file, a folder or a member may hold a secret: the leak counts it instead of naming it."""
    name = ENCODINGS[encoding](TOKEN).replace("/", "-")
    (tmp_path / name).mkdir()
    (tmp_path / name / "a.txt").write_text(TOKEN)
    (tmp_path / "z.zip").write_bytes(archive(name, b"nothing"))
    leaks = find(tmp_path, SECRETS)
    assert [(one.file, one.where) for one in leaks] == [
        ("file 1 of the pack", "its name"),
        ("z.zip", "the name of member 2"),
        ("…/a.txt", ""),
    ]
    assert not any(name in str(one) for one in leaks)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (KEY[:11], "what looks like a private key"),
        ("key=pk_abcdef", "what looks like a private key"),
        (KEY[8:20], PART),
        (TOKEN[:12], PART),
        (f"x{TOKEN[11:23]}y", PART),
        (COOKIE[-12:], PART),
        (base64.b64encode(TOKEN[:20].encode()).decode(), PART),
        (
            "Authorization: Basic " + base64.b64encode(b"somebody:unheard-of").decode(),
            "what looks like credentials",
        ),
        ("authorization: bearer eyJhbGciOi.J9", "what looks like credentials"),
    ],
)
def test_half_secrets_and_unknown_ones(text: str, what: str) -> None:
    """Twelve characters of a key, token or cookie are a leak, and so is whatever looks like a key or credentials."""
    assert [one.what for one in find_in_text("a", f"it says {text}.", [KEY, TOKEN, COOKIE])] == [what]


@pytest.mark.parametrize(
    "text",
    [
        f"pk_****{KEY[-4:]}",
        f"pk_••••{KEY[-4:]}",
        TOKEN[:11],
        "Authorization: Basic [redacted]",
        "Basic secret:1f0c9a4e and Bearer secret:1f0c9a4e",
        "Basic authentication is what bearer credentials are not",
        "the canary-webhook-password of gladly-webhooks",
        "gladly-webhooks:",
        base64.b64encode(b"gladly-webhooks:").decode(),
        "id=xxpk_AbCdEf01",
        "ab",
    ],
)
def test_masks_marks_and_words_are_no_secrets(text: str) -> None:
    """What pages show of a key, what a redaction leaves, and words are no leak; nor is a secret of five characters."""
    login = base64.b64encode(f"gladly-webhooks:{WORDS}".encode()).decode()
    assert find_in_text("a", f"it says {text} and no more", [*SECRETS, login, "says", ""]) == []


def test_what_cannot_be_looked_into_is_a_leak(tmp_path: Path) -> None:
    """An archive that holds too much, one too deep, and one that is broken are told of, and do not hang."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as bomb:
        for number in range(9):
            bomb.writestr(f"{number}", bytes(70_000_000) if number == 0 else bytes(1000))
    deep = b"nothing"
    for _ in range(12):
        deep = archive("a.zip", deep)
    (tmp_path / "bomb.zip").write_bytes(archive("inner.zip", memory.getvalue()))
    (tmp_path / "broken.zip").write_bytes(archive("a", bytes(1000))[:-30])
    (tmp_path / "deep.zip").write_bytes(deep)
    assert [(one.file, one.what) for one in find(tmp_path, [])] == [
        ("bomb.zip", "too large to be looked into"),
        ("broken.zip", "packed in a way that cannot be looked into"),
        ("deep.zip", "packed too deep to be looked into"),
    ]


def test_a_picture_within_a_text() -> None:
    """The chunks of a picture that stands in a text in Base64 are looked at as well."""
    leaking = picture(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(TOKEN.encode())))
    [leak] = find_in_text("a.json", hidden(leaking), SECRETS)
    assert leak.where == "decoded base64: the picture's chunk zTXt"
    assert find_in_text("a.json", hidden(picture()), SECRETS) == []


def test_a_whole_pack_in_seconds() -> None:
    """Ten megabytes, as a pack has them, are looked through for two thousand secrets in seconds (about two)."""
    chance = random.Random(7)  # noqa: S311 - the same pack in each run
    secrets = [made_up(length) for length in (16, 32) for _ in range(1000)]
    words = [made_up(chance.randrange(3, 12)) for _ in range(3000)]
    text = " ".join(chance.choice(words) for _ in range(400_000))
    began = time.process_time()
    assert find_in_text("results.json", text, secrets) == []
    assert find_in_text("a.png", chance.randbytes(7_000_000), secrets) == []
    assert time.process_time() - began < 10
