"""50, LT and RT by the bilateral indicator."""

from __future__ import annotations

import pytest

from assistant.domain import Verdict
from tests.rules.asking import ruled


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("97012", "no"),
        ("97140", "no"),
        ("98940", "no"),
        ("11042", "no"),
        ("69210", "no"),
        ("77067", "no"),
        ("20610", "yes"),
        ("29881", "yes"),
        ("73030", "yes"),
    ],
)
def test_by_indicator(code: str, verdict: Verdict) -> None:
    (made,) = ruled("bilateral", "allowed", code, "50")
    assert (made.verdict, made.answer) == (verdict, verdict)
    assert ruled("bilateral", "allowed", code, "50", negated=True)[0].answer != verdict


def test_never_beside_a_side() -> None:
    assert ruled("bilateral", "allowed", "20610", "50 LT")[0].answer == "no"
    assert ruled("bilateral", "allowed", "", "50 RT")[0].answer == "no"


@pytest.mark.parametrize(("code", "verdict"), [("20610", "yes"), ("97140", "depends"), ("69210", "no")])
def test_one_side(code: str, verdict: Verdict) -> None:
    assert ruled("bilateral", "allowed", code, "LT")[0].answer == verdict


def test_medicare_is_told_nothing_of_two_lines() -> None:
    assert "two lines" in ruled("bilateral", "allowed", "20610", "50")[0].statement
    assert "two lines" not in ruled("bilateral", "allowed", "20610", "50", payer="medicare")[0].statement


@pytest.mark.parametrize(("indicator", "paid"), [("0", "400.00"), ("1", "600.00"), ("3", "800.00")])
def test_worked_on_a_fee(indicator: str, paid: str) -> None:
    words = f"fee 400, indicator {indicator}, with 50 how much"
    assert f"${paid}" in ruled("bilateral", "value", "", "50", kind="value", words=words)[0].statement


def test_a_code_without_a_row_says_what_to_load() -> None:
    (made,) = ruled("bilateral", "allowed", "26055", "50")
    assert made.missing and made.answer is None


def test_needed_and_verdicts() -> None:
    assert ruled("bilateral", "needed", "20610", "50")[0].answer == "depends"
    assert ruled("bilateral", "needed", "97012", "50")[0].answer == "no"
    (both,) = ruled("bilateral", "needed", "20610", "50 LT")
    assert (both.verdict, both.answer) == ("no", "no")
    assert ruled("bilateral", "allowed", "20610", "LT RT", payer="medicare")[0].answer == "no"
    assert ruled("bilateral", "allowed", "20610", "LT RT", payer="Aetna")[0].answer == "depends"
