"""The picture in ``docs/architecture.md`` is drawn from the imports, and is what they are now."""

import pytest

from scripts.architecture import PICTURE, depths, drawing, imports, reduced


def test_the_picture_is_current() -> None:
    """The picture is the one that the imports give; ``make architecture`` draws it anew."""
    assert PICTURE.read_text(encoding="utf-8") == drawing(imports())


def test_a_circle_is_no_picture() -> None:
    """Folders that import each other cannot be drawn: the circle is named."""
    with pytest.raises(ValueError, match="a circle of imports: a <- b <- a"):
        depths({"a": frozenset("b"), "b": frozenset("a")})


def test_what_other_arrows_imply_is_left_out() -> None:
    """Of a way with and one without a stop only the one with it is drawn."""
    arrows = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset[str]()}
    assert reduced(arrows) == {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset()}
