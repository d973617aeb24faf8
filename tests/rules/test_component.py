"""26 and TC by the PC/TC indicator."""

from __future__ import annotations

import pytest

from assistant.domain import Verdict
from tests.rules.asking import ruled


@pytest.mark.parametrize(
    ("code", "modifier", "verdict"),
    [
        ("97012", "26", "no"),
        ("97110", "TC", "no"),
        ("98940", "26", "no"),
        ("20610", "26", "no"),
        ("71046", "26", "yes"),
        ("93306", "TC", "yes"),
        ("93010", "26", "no"),
        ("93000", "26", "no"),
        ("93005", "TC", "no"),
    ],
)
def test_by_indicator(code: str, modifier: str, verdict: Verdict) -> None:
    (made,) = ruled("component", "allowed", code, modifier)
    assert (made.verdict, made.answer) == (verdict, verdict)
    assert ruled("component", "allowed", code, modifier, negated=True)[0].answer != verdict


def test_needed_is_open_where_it_splits_and_no_elsewhere() -> None:
    assert ruled("component", "needed", "71046", "26")[0].answer == "depends"
    assert ruled("component", "needed", "97012", "26")[0].answer == "no"


def test_who_gives_both_parts_bills_neither() -> None:
    words = "we own the machine and read the film, <C>. do we append <M26> or <MTC>?"
    (made,) = ruled("component", "needed", "71046", "26 TC", words=words)
    assert made.answer is None and "without 26 and TC" in made.statement


def test_indicator_value() -> None:
    (made,) = ruled("component", "value", "97012", "TC", kind="value", words="pc/<MTC> indicator of <C>")
    assert made.answer is None and "indicator 7" in made.statement


def test_meanings_without_a_code() -> None:
    assert "therapy" in ruled("component", "value", words="what does pc/tc indicator 7 mean")[0].statement
    assert "interpretation" in ruled("component", "which", "", "26", words="is <M26> for what")[0].statement
    assert "TC" in ruled("component", "which", words="which modifier is the technical component")[0].statement
    assert ruled("component", "which", words="which modifier") == ()


def test_a_code_without_a_row_says_what_to_load() -> None:
    (made,) = ruled("component", "allowed", "23410", "26")
    assert made.missing and "ingest.py tables" in made.missing


def test_the_choice_between_the_two() -> None:
    words = "hospital read: <C> <M26> or <MTC>"
    (made,) = ruled("component", "allowed", "70450", "26 TC", words=words)
    assert (made.verdict, made.answer) == ("yes", None) and made.statement.startswith("26 goes on")
    words = "we own the machine and read the film, <C>: <M26>?"
    assert ruled("component", "allowed", "71046", "26", words=words)[0].verdict == "no"
