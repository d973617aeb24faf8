"""25 and 57 by the global days of the procedure, by who gave the visit, and where they go."""

from __future__ import annotations

import pytest

from assistant.domain import Verdict
from tests.rules.asking import asked, ruled


@pytest.mark.parametrize(
    ("codes", "modifier", "verdict"),
    [
        ("99213 98940", "25", "depends"),  # 000
        ("99213 10060", "25", "depends"),  # 010
        ("99213 97012", "25", "depends"),  # XXX
        ("99213 27447", "25", "no"),  # 090
        ("99213 27447", "57", "depends"),
        ("99213 11042", "57", "no"),
        ("99213 97012", "57", "no"),
        ("97161 97110", "25", "no"),
        ("98940", "25", "no"),
        ("97164", "25", "no"),
    ],
)
def test_by_global_days(codes: str, modifier: str, verdict: Verdict) -> None:
    (made,) = ruled("modifier_25", "allowed", codes, modifier)
    assert (made.verdict, made.answer) == (verdict, verdict)
    assert all(places for _, places in made.sentences)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("full exam beyond the cmt assessment: <C>-<M25> with <C> ok?", "yes"),
        ("only the pre-manipulation check was done, can i bill <C>-<M25> with <C>", "no"),
        ("<C>-<M25> with <C> ok?", "depends"),
    ],
)
def test_what_the_record_shows(words: str, verdict: Verdict) -> None:
    (made,) = ruled("modifier_25", "allowed", "99203 98940", "25", payer="commercial", words=words)
    assert made.answer == verdict


def test_who_gave_the_visit() -> None:
    def answer(who: str | None, payer: str | None) -> Verdict | None:
        return ruled("modifier_25", "allowed", "99213 98940", "25", payer=payer, rendered_by=who)[0].answer

    assert answer("DC", "medicare") == "no"
    assert answer("DC", "commercial") == "depends"
    assert answer("MD", "medicare") == "depends"
    assert answer("PT", "commercial") == "no"
    (open_,) = ruled("modifier_25", "allowed", "99213 98940", "25")
    assert "chiropractor" in open_.statement  # said as a branch where nobody said who


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("does modifier 25 need a different diagnosis", "no"),
        ("25 goes on the E/M code, correct?", "yes"),
        ("is 25 appended to the procedure?", "no"),
        ("25 isn't for procedures, right?", "yes"),
        ("my boss says put 25 on every visit. right?", "no"),
        ("Is the decision to do a minor procedure billable as an E/M w/ 25?", "no"),
        ("57 with 29881, E/M day before, decision for surgery - allowed", "yes"),
    ],
)
def test_principles(text: str, verdict: Verdict) -> None:
    made = asked(text)
    assert {ruling.answer for ruling in made if ruling.topic == "modifier_25"} == {verdict}


@pytest.mark.parametrize(("code", "modifier"), [("27447", "57"), ("20610", "25"), ("97012", "25")])
def test_which(code: str, modifier: str) -> None:
    (made,) = ruled("modifier_25", "which", f"99213 {code}", kind="value")
    assert made.answer is None
    assert made.statement.startswith(modifier)


def test_a_code_without_a_row_says_what_to_load() -> None:
    (made,) = ruled("modifier_25", "allowed", "99213 23410", "25")
    assert made.missing and made.answer is None


def test_after_the_day_of_surgery_it_is_24() -> None:
    words = "45 days after 27447 for a cold, E/M 99213, 25 ok?"
    (made,) = ruled("modifier_25", "allowed", "99213 27447", "25", words=words)
    assert (made.rule, made.answer) == ("modifier_25.afterwards", "no")
    words = "seen 2 weeks after the injury, 99213-25 with 20610?"
    (made,) = ruled("modifier_25", "allowed", "99213 20610", "25", words=words)
    assert made.answer == "depends"


@pytest.mark.parametrize(
    ("form", "words", "verdict", "answer"),
    [
        ("needed", "does <M25> need a different diagnosis", "no", "no"),
        ("allowed", "can <M25> be used with the same diagnosis", "no", "yes"),
        ("allowed", "is <M25> allowed only with a different diagnosis", "no", "no"),
        ("allowed", "does a new patient automatically justify <M25>", "no", "no"),
        ("allowed", "<M25> goes on the e / m code", "yes", "yes"),
        ("needed", "is <M25> needed on the e / m", "yes", "depends"),
        ("needed", "does <M25> need a significant, separate visit", "yes", "yes"),
    ],
)
def test_principles_as_put(form: str, words: str, verdict: Verdict, answer: Verdict) -> None:
    (made,) = ruled("modifier_25", form, "", "25", words=words)
    assert (made.verdict, made.answer) == (verdict, answer)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("<M57> on the visit before a minor procedure", "no"),
        ("<M57> on the visit where major surgery was decided", "yes"),
        ("<M57> on a visit", "depends"),
    ],
)
def test_57_without_a_code(words: str, verdict: Verdict) -> None:
    assert ruled("modifier_25", "allowed", "", "57", words=words)[0].answer == verdict


@pytest.mark.parametrize(
    ("modifiers", "words", "verdict"),
    [
        ("25 57", "<M25> or <M57> for a major surgery", "yes"),
        ("25 57", "<M25> or <M57> for a minor procedure", "yes"),
        ("25", "which modifier line: does <M25> go on the procedure", "no"),
    ],
)
def test_the_choice_names_no_yes_or_no(modifiers: str, words: str, verdict: Verdict) -> None:
    (made,) = ruled("modifier_25", "which", "", modifiers, words=words)
    assert (made.verdict, made.answer) == (verdict, None)
    (code,) = ruled("modifier_25", "which", "99213 27447", words=words)
    assert (code.verdict, code.answer) == ("yes", None)


def test_an_unrelated_visit_in_the_global_period_is_24() -> None:
    (made,) = ruled(
        "modifier_25", "allowed", "", "25", words="<M25> for an unrelated visit in the global period"
    )
    assert (made.rule, made.answer) == ("modifier_25.afterwards", "no")
