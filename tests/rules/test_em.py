"""Office visits by time and by medical decision making, new or established, prolonged."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.domain import Ruling, Verdict
from tests.rules.asking import asked, ruled


def _one(text: str) -> Ruling:
    (made,) = [ruling for ruling in asked(text) if ruling.topic == "em"]
    return made


@pytest.mark.parametrize(
    ("kind", "minutes", "code"),
    [
        ("new", 15, "99202"), ("new", 29, "99202"), ("new", 30, "99203"), ("new", 44, "99203"),
        ("new", 45, "99204"), ("new", 59, "99204"), ("new", 60, "99205"),
        ("established", 10, "99212"), ("established", 19, "99212"), ("established", 20, "99213"),
        ("established", 29, "99213"), ("established", 30, "99214"), ("established", 39, "99214"),
        ("established", 40, "99215"),
    ],
)  # fmt: skip
def test_level_by_time(kind: str, minutes: int, code: str) -> None:
    (made,) = ruled("em", "level_by_time", minutes=[("", minutes)], words=f"{kind} patient {minutes} min")
    assert made.subjects == (code,) and made.statement.startswith(code) and made.answer is None


@pytest.mark.parametrize(("kind", "minutes"), [("new", 14), ("established", 9)])
def test_below_the_lowest(kind: str, minutes: int) -> None:
    (made,) = ruled("em", "level_by_time", minutes=[("", minutes)], words=f"{kind} patient {minutes} min")
    assert "no code by time" in made.statement


def test_both_branches_when_nobody_said_which() -> None:
    (made,) = ruled("em", "level_by_time", minutes=[("", 35)], words="35 minutes, which level")
    assert made.subjects == ("99203", "99214")


def test_prolonged_minutes() -> None:
    words = "established patient 70 min"
    medicare = ruled("em", "level_by_time", minutes=[("", 70)], words=words, payer="medicare")[0].statement
    other = ruled("em", "level_by_time", minutes=[("", 70)], words=words, payer="commercial")[0].statement
    assert "G2212" in medicare and "99417" not in medicare
    assert "99417" in other and "G2212" not in other


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("is 28 minutes enough for 99214 by time", "no"),
        ("35 min established, can I bill 99214 on time?", "yes"),
        ("45 min established, can I bill 99214 on time?", "yes"),
        ("new patient 35 min, can I bill 99214 on time?", "no"),
        ("is 15 minutes enough for 99211?", "no"),
        ("does 99211 have a time", "no"),
        ("does nurse time count toward total time for E/M?", "no"),
        ("patient last seen 4 yrs ago by our group same specialty. new patient?", "yes"),
    ],
)
def test_yes_or_no(text: str, verdict: Verdict) -> None:
    assert _one(text).answer == verdict


@pytest.mark.parametrize(
    ("code", "minutes"),
    [("99202", "15"), ("99205", "60"), ("99212", "10"), ("99213", "20"), ("99214", "30"), ("99215", "40")],
)
def test_minutes_of_a_code(code: str, minutes: str) -> None:
    made = _one(f"how many minutes for {code}?")
    assert made.answer is None and f"at least {minutes} minutes" in made.statement


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("straightforward MDM new patient", "99202"),
        ("low MDM new pt", "99203"),
        ("moderate MDM established patient code?", "99214"),
        ("high mdm est patient which level", "99215"),
    ],
)
def test_level_by_decision(text: str, code: str) -> None:
    made = _one(text)
    assert made.subjects == (code,) and made.answer is None and "two of these" in made.statement


def test_decision_of_a_code() -> None:
    (made,) = ruled("em", "mdm", "99214", words="is <C> moderate mdm")
    assert made.answer == "yes"
    assert ruled("em", "mdm", "99214", words="is low mdm enough for <C>")[0].answer == "no"


def test_low_back_pain_is_no_level() -> None:
    (made,) = ruled("em", "time", "99213", words="low back pain, <C> minutes?")
    assert made.rule == "em.time"


def test_staff_minutes_are_left_out() -> None:
    made = _one("established patient, 25 minutes by me and 15 minutes by the nurse, which E/M level")
    assert made.subjects == ("99213",)


def test_three_years() -> None:
    text = "seen by same group same specialty {} years ago, new or established?"
    assert _one(text.format(2)).statement.startswith("Established")
    assert _one(text.format(4)).statement.startswith("New")
    assert _one(text.format(3)).statement.startswith("It turns on the day")


def test_before_2021_other_rules_held() -> None:
    (made,) = ruled("em", "level_by_time", minutes=[("", 30)], words="new patient", when=date(2020, 5, 1))
    assert made.missing and made.answer is None


def test_verdicts_and_words_agree() -> None:
    enough, short = (
        _one("is 35 minutes enough for 99214 by time"),
        _one("is 25 minutes enough for 99214 by time"),
    )
    assert (enough.verdict, short.verdict) == ("yes", "no")
    assert "are enough" in enough.statement and "may still carry it" not in enough.statement
    assert "are not enough" in short.statement and "may still carry it" in short.statement
    assert _one("new patient 35 min, can I bill 99214 on time?").verdict == "no"
    assert _one("is 15 minutes enough for 99211?").verdict == "no"
    assert (_one("does 99211 have a time").verdict, _one("does 99213 have a time").answer) == ("no", "yes")


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("does nurse time count toward total time", "no"),
        ("does charting on the same day count toward the time", "yes"),
        ("does charting the next day count toward the time", "no"),
        ("do history and exam count toward the level", "no"),
    ],
)
def test_what_counts(words: str, verdict: Verdict) -> None:
    (made,) = ruled("em", "time", words=words)
    assert (made.verdict, made.answer) == (verdict, verdict)


@pytest.mark.parametrize(
    ("words", "verdict", "answer"),
    [
        ("seen 2 years ago same specialty, is it a new patient?", "no", "no"),
        ("seen 4 years ago same specialty, is it a new patient?", "yes", "yes"),
        ("seen 3 years ago same specialty, is it a new patient?", "depends", "depends"),
        ("seen 2 years ago same specialty, is the patient established?", "no", "yes"),
        ("seen 4 years ago same specialty, is the patient established?", "yes", "no"),
    ],
)
def test_new_patient(words: str, verdict: Verdict, answer: Verdict) -> None:
    (made,) = ruled("em", "new_or_established", words=words)
    assert (made.verdict, made.answer) == (verdict, answer)


@pytest.mark.parametrize(
    ("codes", "words"), [("99213", "prolonged with 99213?"), ("99417", "prolonged 99417 for medicare?")]
)
def test_prolonged_where_it_does_not_go(codes: str, words: str) -> None:
    (made,) = ruled("em", "prolonged", codes, payer="medicare", words=words)
    assert (made.verdict, made.answer) == ("no", "no")
