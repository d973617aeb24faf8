"""The order of modifiers, and what does not share a line."""

from __future__ import annotations

import pytest

from tests.rules.asking import ruled


@pytest.mark.parametrize(
    ("modifiers", "want"),
    [
        ("GP 59 CQ", "59-GP-CQ"),
        ("59 GP", "59-GP"),
        ("CQ GP KX", "GP-CQ-KX"),
        ("GP KX 59", "59-GP-KX"),
        ("59 GO CO", "59-GO-CO"),
        ("KX GP 25", "25-GP-KX"),
    ],
)
def test_the_common_order(modifiers: str, want: str) -> None:
    (made,) = ruled("modifier_order", "which", "97140", modifiers, kind="value")
    assert made.statement.startswith(f"97140-{want}:") and made.answer is None
    assert "last word" in made.statement


def test_four_fit() -> None:
    assert ruled("modifier_order", "which", kind="value", words="how many modifiers fit?")[
        0
    ].statement.startswith("4 modifiers fit")
    assert (
        "5 are more than a line holds"
        in ruled("modifier_order", "which", "97140", "59 GP CQ KX GA", kind="value")[0].statement
    )


def test_what_does_not_share_a_line() -> None:
    assert (
        "do not share a line" in ruled("modifier_order", "which", "97140", "GP GO", kind="value")[0].statement
    )
    assert (
        "59 and an X modifier"
        in ruled("modifier_order", "which", "97140", "59 XS GP", kind="value")[0].statement
    )
    assert "CQ goes with GP" in ruled("modifier_order", "which", "97140", "CQ GO", kind="value")[0].statement
