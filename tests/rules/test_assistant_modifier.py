"""CQ and CO: pairing, payment by both labels, the minutes of CMS's own examples, supervision by date."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.rules.assistant_minutes import Split, split
from tests.rules.asking import asked, ruled


@pytest.mark.parametrize(
    ("modifiers", "want"),
    [("CQ GP", "yes"), ("GO CQ", "no"), ("CO GO", "yes"), ("CO GP", "no"), ("CQ GN", "no")],
)
def test_pairing(modifiers: str, want: str) -> None:
    assert ruled("assistant_modifier", "allowed", "97110", modifiers, payer="medicare")[0].answer == want


def test_a_code_tied_to_another_discipline() -> None:
    assert ruled("assistant_modifier", "allowed", "97165", "CQ GP", payer="medicare")[0].answer == "no"


@pytest.mark.parametrize(
    ("assistant", "therapist", "units", "want"),
    [
        (10, 5, 1, Split(1, 0, "de_minimis_percent")),
        (7, 8, 1, Split(0, 1, "therapist_minutes")),
        (23, 13, 2, Split(1, 1, "therapist_minutes")),
        (12, 12, 2, Split(1, 1, "two_units")),
        (15, 15, 2, Split(1, 1, "full")),
        (30, 0, 2, Split(2, 0, "full")),
        (0, 30, 2, Split(0, 2, "full")),
        (1, 7, 1, Split(1, 0, "de_minimis_percent")),
        (20, 0, 1, Split(1, 0, "full")),
    ],
)
def test_the_split_of_units(assistant: int, therapist: int, units: int, want: Split) -> None:
    assert split(assistant, therapist, units, 8, 10) == want


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("PTA 10 min and PT 5 min of 97110, 1 unit. CQ needed?", "yes"),
        ("97110: PT 8 min, PTA 7 min. do I need CQ?", "no"),
        ("group 97150: PTA 10 of 30 min. CQ needed?", "yes"),
        ("97012 is untimed, PTA did 2 of 20 minutes. CQ needed?", "no"),
        ("two units left, PT 12 min and PTA 12 min same code. both CQ?", "no"),
        ("PT and PTA together (cotreat) for the full 97110, CQ?", "no"),
        ("is CQ required when PTA does less than 10% of the service", "no"),
        ("does a PTA need the CQ modifier under Medicare", "yes"),
    ],
)
def test_minutes_as_people_give_them(question: str, want: str) -> None:
    assert asked(question, payer="medicare")[-1].answer == want


def test_cms_first_example_line_by_line() -> None:
    (made,) = asked(
        "PTA 23 min and PT 13 min of 97110, PT 30 min 97140: which lines get CQ?", payer="medicare"
    )
    assert "97110 (therapeutic exercise): 1 unit with CQ and 1 unit without" in made.statement
    assert "97140 (manual therapy): 2 units without" in made.statement


def test_85_and_88_are_both_right_with_their_labels() -> None:
    (made,) = ruled(
        "assistant_modifier",
        "value",
        "",
        "CQ",
        payer="medicare",
        kind="value",
        words="what is paid on cq lines",
    )
    assert made.statement.startswith("85% of Medicare's payment") and "88%" in made.statement
    (before,) = ruled(
        "assistant_modifier",
        "value",
        "",
        "CQ",
        payer="medicare",
        kind="value",
        words="what is paid on cq lines",
        when=date(2021, 5, 1),
    )
    assert "No reduction" in before.statement


@pytest.mark.parametrize(("percent", "want"), [("85", "yes"), ("15", "yes"), ("50", "no")])
def test_a_stated_percentage(percent: str, want: str) -> None:
    words = f"is the cq cut {percent}%?"
    assert (
        ruled("assistant_modifier", "allowed", "", "CQ", payer="medicare", words=words, percent=percent)[
            0
        ].answer
        == want
    )


@pytest.mark.parametrize(
    ("year", "words", "want"),
    [
        (2026, "general supervision", "yes"),
        (2026, "direct supervision", "no"),
        (2024, "direct supervision", "yes"),
        (2024, "general supervision", "no"),
    ],
)
def test_supervision_changed_in_2025(year: int, words: str, want: str) -> None:
    (made,) = ruled(
        "assistant_modifier", "supervision", words=words, rendered_by="PTA", when=date(year, 3, 1)
    )
    assert made.answer == want


def test_the_right_modifier_for_the_right_assistant() -> None:
    assert (
        ruled("assistant_modifier", "allowed", "97110", "CO", payer="medicare", rendered_by="PTA")[0].answer
        == "no"
    )
    assert (
        ruled("assistant_modifier", "needed", "97530", "CO", payer="medicare", rendered_by="OTA")[0].answer
        == "yes"
    )
    assert (
        ruled("assistant_modifier", "needed", "97110", "CQ", payer="medicare", rendered_by="PT")[0].answer
        == "no"
    )
    assert (
        ruled("assistant_modifier", "needed", "97110", "CQ", payer="Aetna", rendered_by="PTA")[0].answer
        == "depends"
    )


def test_since_when_and_after_the_mppr() -> None:
    (since,) = ruled(
        "assistant_modifier", "value", "", "CQ CO", kind="value", words="when did cq/co become required"
    )
    assert "2020-01-01" in since.statement
    assert ruled("assistant_modifier", "after_mppr", "", "CQ")[0].answer == "yes"


def test_88_needs_its_label() -> None:
    (made,) = ruled("assistant_modifier", "value_check", words="is it 88%?", percent="88", payer="medicare")
    assert made.answer == "depends"
    (labelled,) = ruled(
        "assistant_modifier",
        "value_check",
        words="88% of the allowed amount?",
        percent="88",
        payer="medicare",
    )
    assert labelled.answer == "yes"
