"""What a list may show of a key."""

import pytest

from steps.keys import is_hidden

SECRET = "0123456789abcdef" * 2 + "wx"
KEY = f"pk_{SECRET}"


@pytest.mark.parametrize(
    "shown", [f"pk_****{KEY[-4:]}", f"••••••{KEY[-4:]}", f" pk_{'*' * 30}{KEY[-4:]} ", "pk_********", "…"]
)
def test_hidden(shown: str) -> None:
    """The prefix, the last four characters and what stands for all others hide a key."""
    assert is_hidden(shown, KEY)


@pytest.mark.parametrize(
    "shown",
    [
        KEY,
        f"pk_*{SECRET[1:]}",
        f"pk_{SECRET[:14]}*{SECRET[15:]}",
        f"pk_{SECRET[0]}{'*' * 29}{KEY[-4:]}",
        f"pk_****{KEY[-5:]}",
        f"****{SECRET[10]}****{KEY[-4:]}",
        f"pk_****{KEY[:4]}",
        f"pk_{KEY[-4:]}",
        "",
    ],
)
def test_not_hidden(shown: str) -> None:
    """A mask over one character of thirty, one that leaves a fifth, one in the middle, and no mask at all hide nothing."""
    assert not is_hidden(shown, KEY)
