"""Add-on codes: the CMS file decides, and which primaries it lists."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.domain import Verdict
from tests.rules.asking import ruled


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("97012", "no"),
        ("97810", "no"),
        ("97129", "no"),
        ("97130", "yes"),
        ("97598", "yes"),
        ("G2212", "yes"),
        ("99292", "yes"),
    ],
)
def test_is_it_one(code: str, verdict: Verdict) -> None:
    (made,) = ruled("add_on", "is", code)
    assert (made.verdict, made.answer) == (verdict, verdict)
    assert made.facts[0].subject == code


def test_the_file_decides_not_zzz() -> None:
    (made,) = ruled("add_on", "is", "G2212")
    assert "XXX, not ZZZ" in made.statement


def test_negated_and_value() -> None:
    assert ruled("add_on", "is", "97012", negated=True)[0].answer == "yes"
    assert ruled("add_on", "value", "97130", kind="value")[0].answer is None


def test_both_is_one_ruling() -> None:
    (made,) = ruled("add_on", "is", "97129 97130", words="are <C> and <C> both add-on codes?")
    assert made.answer == "no"
    assert len(ruled("add_on", "is", "97129 97130", words="are <C> and <C> add-on codes?")) == 2


@pytest.mark.parametrize(
    ("code", "primaries"),
    [
        ("97130", ["97129"]),
        ("97814", ["97810", "97813"]),
        ("G2212", ["99205", "99215"]),
        ("98981", ["98980"]),
    ],
)
def test_primaries(code: str, primaries: list[str]) -> None:
    (made,) = ruled("add_on", "primary", code)
    assert made.answer is None
    assert all(primary in made.statement for primary in primaries)


@pytest.mark.parametrize(
    ("codes", "when", "verdict"),
    [
        ("97597 97598", date(2026, 7, 15), "yes"),
        ("97130 97110", date(2026, 7, 15), "no"),
        ("99214 G2212", date(2026, 7, 15), "no"),
        ("99348 G2211", date(2026, 2, 2), "yes"),
        ("99348 G2211", date(2025, 11, 5), "no"),
        ("99213 G2211", date(2025, 11, 5), "yes"),
    ],
)
def test_pairs(codes: str, when: date, verdict: Verdict) -> None:
    (made,) = ruled("add_on", "primary", codes, when=when)
    assert (made.rule, made.answer) == ("add_on.primary", verdict)


@pytest.mark.parametrize(("code", "verdict"), [("97130", "no"), ("G2211", "no"), ("97110", "yes")])
def test_alone(code: str, verdict: Verdict) -> None:
    assert ruled("add_on", "alone", code)[0].answer == verdict


def test_without_its_primary_is_the_question() -> None:
    (made,) = ruled("add_on", "alone", "97546 97545", negated=True, words="<C> without <C>?")
    assert (made.answer, made.subjects) == ("no", ("97546",))
    (made,) = ruled("add_on", "alone", "97546", negated=True, words="<C> can't be billed alone, right")
    assert made.answer == "yes"


def test_outside_the_tables_it_says_what_to_load() -> None:
    (made,) = ruled("add_on", "primary", "22853")
    assert made.missing and "ingest.py tables" in made.missing


def test_verdicts_answer_the_canonical_question() -> None:
    words = "are <C> and <C> both add-on codes?"
    assert ruled("add_on", "is", "97130 97598", words=words)[0].verdict == "yes"
    assert ruled("add_on", "is", "97129 97130", words=words)[0].verdict == "no"
    assert [ruled("add_on", "alone", code)[0].verdict for code in ("97110", "97130")] == ["yes", "no"]
    (made,) = ruled("add_on", "primary", "97811", words="does <C> need a primary code?")
    assert (made.verdict, made.answer) == ("yes", "yes")


def test_a_row_that_ended() -> None:
    (made,) = ruled("add_on", "is", "0054T", when=date(2013, 3, 31))
    assert made.answer != "yes"
