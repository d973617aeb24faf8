"""What a modifier means, in our own words."""

from __future__ import annotations

import pytest

from tests.rules.asking import ruled

WORDS = {
    "51": "multiple", "59": "distinct", "25": "separate", "57": "surgery", "XS": "structure", "XE": "encounter", "XP": "practitioner", "XU": "overlap", "GP": "physical", "GO": "occupational",
    "GN": "speech", "KX": "threshold", "CQ": "assistant", "CO": "assistant", "AT": "active", "GA": "ABN", "GY": "exclu", "50": "bilateral", "76": "repeat", "78": "operating",
}  # fmt: skip


@pytest.mark.parametrize(("modifier", "word"), WORDS.items())
def test_the_meaning(modifier: str, word: str) -> None:
    (made,) = ruled("modifier_info", "value", "", modifier, kind="value")
    assert made.statement.startswith(f"Modifier {modifier}: ") and word.lower() in made.statement.lower()
    assert made.facts and made.answer is None


def test_several_and_unknown() -> None:
    (two,) = ruled("modifier_info", "value", "", "GP GO", kind="value")
    assert "Modifier GP:" in two.statement and "Modifier GO:" in two.statement
    (unknown,) = ruled("modifier_info", "value", "", "QZ9", kind="value")
    assert unknown.missing
    assert ruled("modifier_info", "value") == ()
