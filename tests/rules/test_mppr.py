"""The therapy MPPR: scope, ranking by practice expense, amounts, and what it is not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.asking import asked, ruled


@pytest.mark.parametrize("code", ["97012", "97110", "97140", "97161", "G0283", "97530"])
def test_in_scope(code: str) -> None:
    (made,) = ruled("mppr", "reduced", code, payer="medicare", words="does mppr apply?")
    assert made.answer == "yes" and made.facts[0].value == "5"


@pytest.mark.parametrize("code", ["98940", "20560", "95992", "97129", "97597", "99213"])
def test_not_in_scope(code: str) -> None:
    (made,) = ruled("mppr", "reduced", code, payer="medicare", words="does mppr apply?")
    assert made.answer == "no" and "not 5" in made.statement


@pytest.mark.parametrize(
    ("codes", "want"),
    [
        ("97012 97110", "yes"),
        ("97110 97012", "no"),
        ("97530 97110", "no"),
        ("97140 97110", "yes"),
        ("97012 97018", "no"),
    ],
)
def test_the_highest_practice_expense_is_paid_in_full(codes: str, want: str) -> None:
    assert ruled("mppr", "reduced", codes, payer="medicare")[0].answer == want


def test_alone_second_always() -> None:
    for words, want in (
        ("it is the only therapy service", "no"),
        ("is the second unit reduced", "yes"),
        ("always reduced?", "no"),
        ("", "depends"),
    ):
        assert ruled("mppr", "reduced", "97012", payer="medicare", words=words)[0].answer == want
    assert ruled("mppr", "full_payment", "97012", payer="medicare")[0].answer == "depends"
    assert (
        ruled("mppr", "full_payment", "97012", payer="medicare", words="as the only service")[0].answer
        == "yes"
    )


def test_the_worked_amounts_of_2026() -> None:
    (made,) = ruled(
        "mppr",
        "value",
        "97110 97012",
        payer="medicare",
        kind="value",
        by_code="97110=2,97012=1",
        words="total allowed?",
    )
    assert made.statement.startswith("$62.63 is the national allowed amount")
    assert "97110 $29.06 + $22.21; 97012 $11.36" in made.statement and "unreduced $72.48" in made.statement


def test_a_year_without_values_ranks_nothing() -> None:
    (made,) = ruled("mppr", "reduced", "97012 97110", payer="medicare", when=date(2027, 3, 1))
    assert made.rule == "mppr.unranked" and made.answer == "depends" and "$" not in made.statement


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("does the mppr reduce the work rvu?", "no"),
        ("is malpractice cut under mppr", "no"),
        ("is the practice expense cut under mppr", "yes"),
        ("does mppr apply across pt and ot on the same day", "yes"),
        ("does mppr apply to all therapy codes", "no"),
    ],
)
def test_questions_about_the_rule(words: str, want: str) -> None:
    assert ruled("mppr", "reduced", payer="medicare", words=words)[0].answer == want


def test_a_stated_percentage() -> None:
    assert asked("is the MPPR 20% in an office now?", payer="medicare")[0].answer == "no"
    assert asked("is the MPPR 50%?", payer="medicare")[0].answer == "yes"


def test_not_modifier_51_and_another_payer() -> None:
    assert ruled("mppr", "same_as_51")[0].answer == "no"
    assert ruled("mppr", "reduced", "97012", payer="Aetna", words="does mppr apply?")[0].answer == "depends"


def test_the_indicator() -> None:
    (made,) = ruled("mppr", "value", "97140", kind="value", words="mult proc indicator?")
    assert made.statement.startswith("The MULT PROC indicator of 97140 is 5")
    (meaning,) = ruled("mppr", "value", kind="value", words="what does mult proc 5 mean")
    assert "practice expense" in meaning.statement


def test_an_unknown_code_is_lacking() -> None:
    assert ruled("mppr", "reduced", "55555", payer="medicare")[0].missing
