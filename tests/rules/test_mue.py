"""MUE and MAI: values by file, units within and above, what each MAI allows, and what an MUE is not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.asking import asked, ruled


@pytest.mark.parametrize(
    ("code", "limit", "mai"),
    [
        ("97012", 1, 3),
        ("97110", 6, 3),
        ("97112", 4, 3),
        ("97161", 1, 2),
        ("98940", 1, 2),
        ("97010", 0, 3),
        ("97035", 2, 3),
    ],
)
def test_value_and_indicator_come_from_the_file(code: str, limit: int, mai: int) -> None:
    (made,) = ruled("mue", "value", code, kind="value")
    assert f"is {limit}, with MAI {mai} (MUE 2026 Q2)" in made.statement
    assert made.answer is None
    assert made.facts[0].citation.source_id == "cms-mue-2026q2"
    (indicator,) = ruled("mue", "mai", code, kind="value")
    assert indicator.statement.startswith(f"The MAI of {code} is {mai}")


@pytest.mark.parametrize(
    ("code", "units", "want"),
    [("97110", 6, "yes"), ("97110", 7, "depends"), ("97012", 1, "yes"), ("97012", 2, "no"),
     ("97161", 2, "no"),     ("97010", 1, "no"), ("97150", 3, "no"), ("98941", 2, "no")],
)  # fmt: skip
def test_units(code: str, units: int, want: str) -> None:
    assert ruled("mue", "allowed", code, units=units)[0].answer == want


@pytest.mark.parametrize(
    ("code", "units", "words", "want"),
    [
        ("97110", 7, "are 7 units over the mue", "yes"),
        ("97140", 6, "does 6 units exceed the mue?", "no"),
        ("97012", 2, "do 2 units exceed the mue?", "yes"),
        ("97035", 3, "3 units within mue?", "no"),
        ("97110", 4, "is 4 units within the mue?", "yes"),
        ("97110", 6, "does an mue of 6 mean medicare covers 6 units", "no"),
    ],
)
def test_over_and_within_are_opposite_questions(code: str, units: int, words: str, want: str) -> None:
    assert ruled("mue", "allowed", code, units=units, words=words)[0].answer == want


def test_a_stated_value_is_compared() -> None:
    assert asked("97012 has an MUE of 2, right?")[0].answer == "no"
    assert asked("is the mue for 97012 one")[0].answer == "yes"


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("can a mac override an mai 2 edit on appeal?", "no"),
        ("can units above a mai 3 mue ever be paid?", "yes"),
        ("do mai 3 edits add up units from all lines of the day", "yes"),
        ("mai 1 edit: can i split units on two lines with a modifier?", "yes"),
        ("mai 2: can i split units on two lines?", "no"),
        ("is mai 2 absolute?", "yes"),
        ("is mai 3 absolute?", "no"),
        ("mai 1: do all lines add up?", "no"),
    ],
)
def test_what_an_mai_allows(words: str, want: str) -> None:
    (made,) = ruled("mue", "mai", words=words)
    assert made.answer == want and made.facts


def test_the_excess_and_the_patient() -> None:
    assert ruled("mue", "mai", "97110", words="do they deny only the extra unit?")[0].answer == "no"
    (made,) = ruled("mue", "allowed", words="can an abn make the patient pay for an mue denial?")
    assert made.answer == "no" and "coding denial" in made.statement


def test_other_payers_and_settings_and_dates() -> None:
    assert "limits of its own" in ruled("mue", "value", "97110", payer="Aetna", kind="value")[0].statement
    hospital = ruled("mue", "value", "97110", kind="value", setting="outpatient_hospital")[0]
    assert "outpatient hospital" in hospital.facts[0].edition
    older = ruled("mue", "value", "97012", kind="value", when=date(2024, 8, 1))[0]
    assert "MUE 2024 Q3" in older.statement
    assert "2026-06-30" in ruled("mue", "value", "97012", kind="value")[0].warnings[0]


def test_a_code_outside_the_file_is_lacking() -> None:
    (made,) = ruled("mue", "value", "J1100", kind="value")
    assert made.missing and made.answer is None and not made.facts


def test_several_codes_get_a_ruling_each() -> None:
    assert len(ruled("mue", "value", "97012 97035", kind="value")) == 2
