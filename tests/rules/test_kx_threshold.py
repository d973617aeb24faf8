"""KX: the amount of each year, the two buckets, amounts compared, and what KX is not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.asking import asked, ruled


@pytest.mark.parametrize(
    ("year", "amount"),
    [(2018, "2,010"), (2019, "2,040"), (2020, "2,080"), (2021, "2,110"), (2022, "2,150"), (2023, "2,230"),
     (2024, "2,330"), (2025, "2,410"), (2026, "2,480")],
)  # fmt: skip
def test_the_amount_of_the_year(year: int, amount: str) -> None:
    (made,) = ruled("kx_threshold", "value", when=date(year, 7, 1), kind="value")
    assert made.statement.startswith(f"${amount} in {year}") and made.facts


@pytest.mark.parametrize("year", [2016, 2027, 2031])
def test_a_year_without_a_row_is_refused(year: int) -> None:
    for form in ("value", "needed"):
        (made,) = ruled("kx_threshold", form, when=date(year, 7, 1), words="is kx needed?")
        assert made.missing and str(year) in made.missing and made.answer is None


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("2026, PT 2,300 plus SLP 150 so far, today's visit is 60. KX needed?", "yes"),
        ("2026, PT 2,300 plus SLP 100 so far, today's visit is 60. KX needed?", "no"),
        ("patient has used $2,000 of PT in 2026, visit is $90, do I need KX?", "no"),
        ("Medicare pt at $2,600 PT allowed in 2026, do we need KX on 97110", "yes"),
        ("OT is at 500 but PT is at 2,700 in 2026. KX on the OT lines?", "no"),
        ("is the KX threshold $2,410 in 2026?", "no"),
        ("kx is 2480 for 2026 right", "yes"),
        ("do PT and SLP share one KX threshold", "yes"),
        ("are PT and OT combined for the KX threshold?", "no"),
        ("does the deductible count toward the KX threshold amount", "yes"),
        ("should I put KX on every therapy claim from day 1", "no"),
        ("is KX a guarantee of payment", "no"),
        ("is the therapy cap still in effect", "no"),
    ],
)
def test_as_people_ask(question: str, want: str) -> None:
    assert asked(question)[0].answer == want


def test_the_threshold_itself_is_not_above_it() -> None:
    (made,) = asked("patient has used $2,480 of PT in 2026, do I need KX?")
    assert made.answer == "no"
    (over,) = asked("patient has used $2,481 of PT in 2026, do I need KX?")
    assert over.answer == "yes"


def test_an_amount_from_the_trade_press_says_so() -> None:
    assert "confirm it" in ruled("kx_threshold", "value", kind="value")[0].statement
    assert (
        "confirm it" not in ruled("kx_threshold", "value", when=date(2024, 7, 1), kind="value")[0].statement
    )


def test_medical_review_and_other_payers() -> None:
    assert ruled("kx_threshold", "review", kind="value")[0].statement.startswith("$3,000")
    other = ruled("kx_threshold", "needed", payer="Aetna", words="is kx needed?")[0]
    assert "its own rule" in other.statement


def test_liability_without_kx() -> None:
    (made,) = ruled(
        "kx_threshold", "needed", words="above the threshold without kx, can we bill the patient?"
    )
    assert made.answer == "no" and "liable" in made.statement
