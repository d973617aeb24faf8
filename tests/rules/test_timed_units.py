"""Timed units: the cases of the domain notes by both methods, ties, untimed codes, payers, and questions
about the rule."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.domain import Ruling
from tests.rules.asking import asked, ruled

Minutes = Sequence[tuple[str, int]]


def units(minutes: Minutes, form: str = "value", **more: object) -> Ruling:
    more.setdefault("kind", "value" if form == "value" else "yes_no")
    (made,) = ruled("timed_units", form, " ".join(code for code, _ in minutes), minutes=minutes, **more)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("minutes", "medicare", "cpt"),
    [
        ([("97112", 24), ("97110", 23)], "3 units (97112 x 2, 97110 x 1)", "4 units (97112 x 2, 97110 x 2)"),
        ([("97110", 33), ("97140", 7)], "3 units (97110 x 2, 97140 x 1)", "2 units (97110 x 2)"),
        (
            [("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8)],
            "3 units (97110 x 1, 97140 x 1, 97116 x 1)",
            "4 units",
        ),
        ([("97112", 7), ("97110", 7), ("97140", 7)], "1 unit", "No unit"),
    ],
)
def test_both_methods_when_the_payer_is_unknown(minutes: Minutes, medicare: str, cpt: str) -> None:
    made = units(minutes)
    assert f"{medicare} by Medicare's total time" in made.statement or f"{medicare} (" in made.statement
    assert cpt in made.statement
    alone = units(minutes, payer="medicare")
    assert "total time" in alone.statement and "midpoint" not in alone.statement


def test_a_tie_is_said_as_a_tie() -> None:
    made = units([("97112", 20), ("97110", 20)], payer="medicare")
    assert "either 97112 or 97110" in made.statement


def test_documented_minutes_without_a_unit_are_named() -> None:
    made = units([("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8)], payer="medicare")
    assert "97035: its 8 minutes are documented" in made.statement
    assert "total treatment minutes" in made.statement


def test_untimed_minutes_do_not_count() -> None:
    made = units([("97110", 15), ("97012", 20)])
    assert made.statement.startswith("1 unit (97110 x 1)")
    assert "97012 (mechanical traction) is untimed: 1 unit an encounter" in made.statement


@pytest.mark.parametrize(
    ("minutes", "asked_units", "payer", "want"),
    [
        ([("97110", 20)], 2, None, "no"),
        ([("97110", 38)], 3, None, "yes"),
        ([("97110", 38)], 2, None, "yes"),
        ([("97140", 7)], None, None, "no"),
        ([("97110", 8)], 1, None, "yes"),
        ([("97112", 24), ("97110", 23)], 4, None, "depends"),
        ([("97112", 24), ("97110", 23)], 4, "medicare", "no"),
        ([("97112", 20), ("97110", 20)], 3, "medicare", "yes"),
        ([("97012", 30)], 2, None, "no"),
        ([("97161", 45)], 3, None, "no"),
        ([("97012", 30)], 1, None, "yes"),
    ],
)
def test_may_so_many_units_be_billed(
    minutes: Minutes, asked_units: int | None, payer: str | None, want: str
) -> None:
    made = units(minutes, "allowed", units=asked_units, payer=payer)
    assert made.answer == want


def test_units_by_code_are_held_against_the_allocation() -> None:
    made = asked("Medicare: 97112 24 min and 97110 23 min, can I bill 97112 x2 and 97110 x1?")
    assert made[0].answer == "yes"


@pytest.mark.parametrize(
    ("payer", "word"), [("tricare", "total time"), ("Aetna", "the midpoint"), ("va", "contract")]
)
def test_another_payer_decides_by_contract(payer: str, word: str) -> None:
    made = units([("97112", 24), ("97110", 23)], payer=payer)
    assert "contract" in made.statement and word in made.statement


def test_the_words_choose_the_method() -> None:
    made = units([("97112", 24), ("97110", 23)], words="by the CPT midpoint rule")
    assert made.statement.startswith("4 units") and "Medicare" not in made.statement


def test_a_total_without_codes() -> None:
    (made,) = ruled("timed_units", "value", minutes=[("", 61)], kind="value", payer="medicare")
    assert made.statement.startswith("4 units") and "53 to 67 minutes" in made.statement


@pytest.mark.parametrize(
    ("form", "codes", "words", "want"),
    [
        ("counts", "97012", "do 97012 minutes count in the total", "no"),
        ("counts", "97140", "does 97140 time count toward total timed minutes", "yes"),
        ("rule_applies", "97012", "does the 8 minute rule apply to 97012", "no"),
        ("method", "", "does medicare use total time across all timed codes?", "yes"),
        ("method", "", "is the ama rule total time across codes", "no"),
        ("method", "", "do i have to document total treatment minutes too", "yes"),
    ],
)
def test_questions_about_the_rule(form: str, codes: str, words: str, want: str) -> None:
    (made,) = ruled("timed_units", form, codes, words=words)
    assert made.answer == want and made.facts


def test_the_band_of_a_number_of_units() -> None:
    (made,) = ruled("timed_units", "range", units=3, words="how many minutes for 3 units", kind="value")
    assert made.statement.startswith("38 to 52 timed minutes make 3 units")


def test_what_the_rule_is() -> None:
    (made,) = ruled("timed_units", "method", words="what is the 8 minute rule", kind="value")
    assert "8-22 minutes is 1 unit" in made.statement


def test_impossible_minutes_are_not_counted() -> None:
    (made,) = ruled("timed_units", "value", "97110", minutes=[("97110", 2000)], kind="value")
    assert made.missing


def test_a_code_of_its_own_unit_is_not_counted() -> None:
    made = units([("97129", 30)])
    assert "97129" in made.statement and made.answer is None
