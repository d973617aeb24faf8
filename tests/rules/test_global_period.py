"""The global period: its length, what lies inside, and 24, 58, 78, 79."""

from __future__ import annotations

import pytest

from assistant.domain import Verdict
from tests.rules.asking import asked, ruled


def _answer(text: str) -> Verdict | None:
    (made,) = [ruling for ruling in asked(text) if ruling.topic == "global_period"]
    return made.answer


@pytest.mark.parametrize(
    ("code", "days"),
    [("98940", "000"), ("97012", "XXX"), ("10060", "010"), ("27447", "090"), ("97598", "ZZZ")],
)
def test_days_of_a_code(code: str, days: str) -> None:
    (made,) = ruled("global_period", "value", code, kind="value")
    assert made.answer is None and f"global days {days}" in made.statement


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("is 98940 a 90 day global?", "no"),
        ("is 27447 a 90 day global?", "yes"),
        ("is 20610 a 10 day global", "no"),
        ("97012 global days?", None),
    ],
)
def test_is_it_that_long(text: str, verdict: Verdict | None) -> None:
    assert _answer(text) == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("29881 done 6/1/2026. is 8/15/2026 inside the global?", "yes"),
        ("29881 done 6/1/2026. is 8/30/2026 inside the global?", "yes"),  # day 90
        ("29881 done 6/1/2026. is 8/31/2026 inside the global?", "no"),  # day 91
        ("visit 5/31/2026, 29881 performed 6/1/2026, inside the global?", "yes"),  # the day before
        ("visit 5/30/2026, 29881 performed 6/1/2026, inside the global?", "no"),
        ("10060 on 5/1/2026, recheck 5/11/2026 within global?", "yes"),
        ("10060 on 5/1/2026, recheck 5/12/2026 within global?", "no"),
        ("20610 on 5/1/2026, visit 5/2/2026 still in global?", "no"),
        ("97012 on 5/1/2026, visit 5/2/2026 inside the global?", "no"),
        ("visit 100 days after 29881, in the global?", "no"),
        ("visit 6 weeks after 29881, in the global?", "yes"),
        ("is an E/M on the day before 27447 included in the global?", "yes"),
        ("99213 for a post-op check 20 days after 29881, billable?", "no"),
        ("does 97140 have a global period?", "no"),
        ("does 27447 have a global period?", "yes"),
        ("is 9/15/2026 outside the global of 29881 done 6/1/2026?", "yes"),
    ],
)
def test_inside(text: str, verdict: Verdict) -> None:
    assert _answer(text) == verdict


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("unrelated E/M in the global period, same surgeon: modifier?", "24"),
        ("which modifier for return to OR for a complication in global", "78"),
        ("58 78 or 79 for planned second stage?", "58"),
        ("unrelated procedure in postop period same doc mod?", "79"),
    ],
)
def test_which(text: str, modifier: str) -> None:
    (made,) = asked(text)
    assert made.answer is None and made.statement.startswith(f"{modifier} is the modifier")


@pytest.mark.parametrize(("modifier", "verdict"), [("58", "yes"), ("79", "yes"), ("78", "no"), ("24", "no")])
def test_new_global(modifier: str, verdict: Verdict) -> None:
    words = f"does <M{modifier}> start a new global period"
    (made,) = ruled("global_period", "allowed", "", modifier, words=words)
    assert (made.verdict, made.answer) == (verdict, verdict)


@pytest.mark.parametrize(("modifier", "verdict"), [("58", "yes"), ("79", "yes"), ("78", "no")])
def test_full_fee(modifier: str, verdict: Verdict) -> None:
    words = f"is <M{modifier}> paid at full fee?"
    assert ruled("global_period", "full_payment", "", modifier, words=words)[0].answer == verdict


def test_where_they_go() -> None:
    assert ruled("global_period", "allowed", "20610", "24")[0].answer == "no"
    assert ruled("global_period", "allowed", "99213", "24")[0].answer == "depends"
    assert ruled("global_period", "allowed", "99213", "79")[0].answer == "no"
    assert ruled("global_period", "allowed", "29881", "79")[0].answer == "depends"
    (made,) = ruled("global_period", "allowed", "29881", "78", words="<M78> on <C> staged")
    assert made.answer == "no" and "58 is for" in made.statement


def test_meaning_and_days_in_all() -> None:
    assert "92 days in all" in asked("how many total days is a 90 day global")[0].statement
    assert "11 days in all" in asked("How many days in total does a 010 global cover?")[0].statement


def test_a_code_without_a_row_says_what_to_load() -> None:
    (made,) = ruled("global_period", "value", "23410", kind="value")
    assert made.missing and "ingest.py tables" in made.missing


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("unrelated visit 20 days after 29881, billable?", "yes"),
        ("post-op visit 20 days after 29881, billable?", "no"),
        ("visit 20 days after 29881, billable?", "depends"),
        ("visit 100 days after 29881, billable?", "yes"),
    ],
)
def test_billing(words: str, verdict: Verdict) -> None:
    assert ruled("global_period", "allowed", "29881", words=words)[0].answer == verdict


def test_outside() -> None:
    assert _answer("is 7/15/2026 outside the global of 29881 done 6/1/2026?") == "no"


def test_the_words_agree_with_the_verdict() -> None:
    (inside,) = asked("29881 done 6/1/2026. is 8/15/2026 inside the global?")
    (outside,) = asked("29881 done 6/1/2026. is 9/15/2026 inside the global?")
    assert " is inside " in inside.statement and "takes 24" in inside.statement
    assert " is outside " in outside.statement and "takes 24" not in outside.statement
    for modifier, words in (("58", "a new global"), ("78", "no new global"), ("79", "a new global")):
        (made,) = ruled("global_period", "allowed", "29881", modifier, words=f"<M{modifier}> on <C>")
        assert f", and {words} period starts" in made.statement


def test_a_typed_modifier_against_the_case_told() -> None:
    def answer(typed: str, words: str) -> Verdict | None:
        return ruled("global_period", "allowed", "99213", "", words=words.format(typed))[0].answer

    words = "same surgeon, unrelated visit 99213 during the global: {} ok?"
    assert (answer("24", words), answer("79", words)) == ("yes", "no")
    (made,) = ruled("global_period", "allowed", "29881", "58", words="<M58> on <C> staged")
    assert (made.verdict, made.answer) == ("yes", "yes")
