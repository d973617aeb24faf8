"""Medicare's national amount, relative values, the factor of the year, and its share."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.domain import Ask, Question
from assistant.rules import medicare_fee
from tests.rules.asking import asked, facts, ruled


@pytest.mark.parametrize(("code", "amount"), [("97012", "14.36"), ("97110", "29.06"), ("97140", "27.72")])
def test_national_amount(code: str, amount: str) -> None:
    (made,) = ruled("fee", "value", code, payer="medicare", kind="value")
    assert f"${amount}" in made.statement and made.answer is None
    assert "GPCI" in made.statement and "80%" in made.statement
    assert all(places for _, places in made.sentences)


def test_worked_example_of_a_visit() -> None:
    details = {"kind": "value", "text": "", "units": "97110=2,97012=1"}
    ask = Ask("fee", "value", ("97110", "97012"), details=details)
    question = Question("", "", date(2026, 7, 15), True, "medicare", "practitioner", None, (ask,), ask.codes)
    (made,) = medicare_fee.rule(ask, question, facts(), {})
    assert "$62.63" in made.statement and "$72.48" in made.statement
    assert "$29.06 and $22.21" in made.statement and "$11.36" in made.statement


@pytest.mark.parametrize("code", ["97010", "97014", "98943"])
def test_what_medicare_does_not_price(code: str) -> None:
    (made,) = ruled("fee", "value", code, payer="medicare", kind="value")
    assert made.rule == "fee.not_priced" and "$" not in made.statement


@pytest.mark.parametrize(
    ("words", "value"), [("work rvu of <C>", "0.24"), ("pe rvu <C>", "0.18"), ("total rvu for <C>", "0.43")]
)
def test_relative_values(words: str, value: str) -> None:
    (made,) = ruled("fee", "rvu", "97012", kind="value", words=words)
    assert value in made.sentences[0][0]


def test_the_factor_of_the_year_and_of_no_other() -> None:
    assert "33.4009" in ruled("fee", "conversion_factor", when=date(2026, 3, 1))[0].statement
    assert "32.3465" in ruled("fee", "conversion_factor", when=date(2025, 3, 1))[0].statement
    assert ruled("fee", "conversion_factor", when=date(2027, 1, 1))[0].missing
    assert ruled("fee", "value", "97012", payer="medicare", when=date(2027, 1, 1))[0].missing


def test_share() -> None:
    words = "does medicare pay <pct> of the <C> fee schedule amount"
    (made,) = ruled("fee", "share", "97012", payer="medicare", words=words)
    assert "80%" in made.statement
    for percent, verdict in (("80", "yes"), ("100", "no")):
        text = f"does medicare pay {percent}% of the 97012 fee schedule amount"
        fees = [one for one in asked(text) if one.topic == "fee"]
        assert [one.answer for one in fees] == [verdict]


def test_another_payer_has_a_contract() -> None:
    (made,) = ruled("fee", "value", "97012", payer="Aetna", kind="value")
    assert made.missing and "Aetna" in made.missing
    assert "contract" in ruled("fee", "value", "97012", kind="value")[0].statement
