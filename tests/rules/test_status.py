"""Status letters, replacement codes, bundled and non-covered codes, and what a letter does not mean."""

from __future__ import annotations

import pytest

from tests.rules.asking import asked, ruled


@pytest.mark.parametrize(
    ("code", "letter", "payable"),
    [("97012", "A", "yes"), ("97010", "B", "no"), ("97014", "I", "no"), ("97026", "R", "depends"), ("98943", "N", "no"),
     ("97039", "C", "depends"), ("85025", "X", "depends"), ("G0283", "A", "yes"), ("S9090", "I", "no"), ("97037", "N", "no")],
)  # fmt: skip
def test_the_letter_and_what_it_pays(code: str, letter: str, payable: str) -> None:
    (value,) = ruled("status", "value", code, kind="value", payer="medicare")
    assert value.statement.startswith(f"{letter} is Medicare's status")
    (made,) = ruled("status", "payable", code, payer="medicare")
    assert made.answer == payable and made.rule == f"status.{letter}"
    assert made.facts[0].citation.source_id == "cms-pprrvu-2026-07"


def test_97014_is_replaced_for_medicare_only() -> None:
    (made,) = ruled("status", "replacement", "97014", payer="medicare", kind="value")
    assert made.statement.startswith("G0283 is what Medicare uses")
    assert ruled("status", "valid", "97014", payer="medicare")[0].answer == "no"
    assert ruled("status", "valid", "97014", payer="Aetna")[0].answer == "depends"
    either = ruled("status", "replacement", "97014 G0283", payer="medicare", kind="value")[0]
    assert either.statement.startswith("G0283")
    assert (
        "no replacement"
        in ruled("status", "replacement", "S9090", payer="medicare", kind="value")[0].statement
    )


def test_bundled() -> None:
    assert ruled("status", "bundled", "97010", payer="medicare")[0].answer == "yes"
    assert ruled("status", "bundled", "97012", payer="medicare")[0].answer == "no"


def test_another_payer_decides_itself() -> None:
    assert ruled("status", "payable", "97010", payer="Cigna")[0].answer == "depends"
    assert ruled("status", "payable", "97010")[0].answer == "depends"


def test_a_chiropractor_under_medicare() -> None:
    assert ruled("status", "payable", "97012", payer="medicare", rendered_by="DC")[0].answer == "no"
    assert ruled("status", "payable", "98941", payer="medicare", rendered_by="DC")[0].answer == "yes"


def test_the_patient_is_not_billed_for_a_bundled_code() -> None:
    (made,) = ruled("status", "payable", "97010", payer="medicare", words="can i bill the patient for 97010")
    assert made.answer == "no"


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("Does status A mean Medicare covers it?", "no"),
        ("does status X mean Medicare never pays", "no"),
        ("does status N mean Medicare never pays", "yes"),
        ("does status B mean it is never paid separately", "yes"),
        ("does status E mean never covered", "no"),
    ],
)
def test_what_a_letter_means(question: str, want: str) -> None:
    assert asked(question)[0].answer == want


def test_infrared_has_a_national_determination() -> None:
    assert "neuropathy" in ruled("status", "payable", "97026", payer="medicare")[0].statement


def test_all_indicators() -> None:
    statement = ruled("status", "indicators", "97012", kind="value")[0].statement
    assert "PC/TC 7" in statement and "MULT PROC 5" in statement and "global days XXX" in statement


def test_an_unknown_code_is_lacking() -> None:
    assert ruled("status", "payable", "55555", payer="medicare")[0].missing
