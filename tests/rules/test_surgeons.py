"""80, 81, 82, AS, 62 and 66 by the fee schedule's indicators, and what they pay."""

from __future__ import annotations

import pytest

from assistant.domain import Verdict
from tests.rules.asking import ruled


@pytest.mark.parametrize(
    ("code", "modifier", "verdict"),
    [
        ("27447", "80", "yes"),
        ("27447", "AS", "yes"),
        ("29881", "80", "depends"),
        ("20610", "80", "no"),
        ("11042", "AS", "no"),
        ("29881", "62", "no"),
        ("27447", "62", "depends"),
        ("22551", "62", "yes"),
        ("27447", "66", "no"),
        ("97012", "62", "no"),
        ("97012", "66", "no"),
    ],
)
def test_by_indicator(code: str, modifier: str, verdict: Verdict) -> None:
    (made,) = ruled("surgeons", "allowed", code, modifier)
    assert (made.verdict, made.answer) == (verdict, verdict)
    assert all(places for _, places in made.sentences)


def test_another_payer_has_its_own_rule() -> None:
    assert ruled("surgeons", "allowed", "27447", "80", payer="Aetna")[0].answer == "depends"
    assert ruled("surgeons", "allowed", "20610", "80", payer="Aetna")[0].answer == "no"


@pytest.mark.parametrize(
    ("modifier", "percent", "paid"),
    [("80", "16%", "160.00"), ("AS", "13.6%", "136.00"), ("62", "62.5%", "625.00")],
)
def test_what_it_pays(modifier: str, percent: str, paid: str) -> None:
    words = f"fee 1000, {modifier}, what is paid"
    (made,) = ruled("surgeons", "value", "", modifier, kind="value", words=words)
    assert percent in made.statement and f"${paid}" in made.statement and made.answer is None


def test_which() -> None:
    words = "80 or as for a pa assisting"
    (made,) = ruled("surgeons", "which", "", "80 AS", rendered_by="PA", kind="value", words=words)
    assert made.subjects == ("AS",)
    (made,) = ruled(
        "surgeons", "which", words="no qualified resident available, which modifier", kind="value"
    )
    assert made.subjects == ("82",)


def test_indicator_meaning() -> None:
    (made,) = ruled("surgeons", "value", words="asst surg indicator 2 means?")
    assert "may be paid" in made.statement


def test_a_code_without_a_row_says_what_to_load() -> None:
    assert ruled("surgeons", "allowed", "23412", "80")[0].missing


def test_needed_and_words() -> None:
    assert ruled("surgeons", "needed", "27447", "80")[0].answer == "depends"
    assert ruled("surgeons", "needed", "20610", "80")[0].answer == "no"
    assert "may pay" in ruled("surgeons", "allowed", "27447", "80")[0].statement
    assert "only if" in ruled("surgeons", "allowed", "29881", "80")[0].statement
    assert "16%" in ruled("surgeons", "allowed", "27447", "80")[0].statement
    assert "16%" not in ruled("surgeons", "allowed", "20610", "80")[0].statement
