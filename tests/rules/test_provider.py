"""Who may bill what: only what the manuals and the tables support, else silence."""

from __future__ import annotations

import pytest

from assistant.domain import Verdict
from tests.rules.asking import ruled


@pytest.mark.parametrize(
    ("who", "code", "verdict"),
    [
        ("PT", "99213", "no"),
        ("OT", "99203", "no"),
        ("SLP", "99213", "no"),
        ("PTA", "99213", "no"),
        ("MD", "99213", "yes"),
        ("NP", "99214", "yes"),
        ("PT", "97161", "yes"),
        ("OT", "97161", "no"),
        ("PT", "97165", "no"),
        ("OT", "97168", "yes"),
        ("SLP", "97164", "no"),
        ("PTA", "97161", "no"),
        ("OTA", "97165", "no"),
        ("PT", "97110", "yes"),
        ("PT", "97012", "yes"),
        ("PT", "97010", "no"),  # status B
        ("PTA", "97110", "depends"),
        ("DC", "98940", "yes"),
        ("DC", "98943", "no"),
        ("DC", "97012", "no"),
        ("DC", "99213", "no"),
    ],
)
def test_under_medicare(who: str, code: str, verdict: Verdict) -> None:
    (made,) = ruled("provider", "allowed", code, payer="medicare", rendered_by=who)
    assert (made.verdict, made.answer) == (verdict, verdict)
    assert all(places for _, places in made.sentences)
    assert ruled("provider", "allowed", code, payer="medicare", rendered_by=who, negated=True)[0].answer != (
        None if verdict == "depends" else verdict
    )


def test_an_assistant_treats_and_the_therapist_bills() -> None:
    (made,) = ruled("provider", "allowed", "97110", rendered_by="PTA", words="can a pta do <C>")
    assert made.answer == "yes" and "supervising PT" in made.statement


def test_another_payer_decides_on_chiropractors() -> None:
    assert ruled("provider", "allowed", "97012", payer="Aetna", rendered_by="DC")[0].answer == "depends"
    assert ruled("provider", "allowed", "97012", rendered_by="DC")[0].answer == "depends"


@pytest.mark.parametrize("who", ["aide", "student", "massage therapist", "tech"])
def test_helpers(who: str) -> None:
    words = f"can we bill {who} time for <C>"
    assert ruled("provider", "allowed", "97110", payer="medicare", words=words)[0].answer == "no"
    assert ruled("provider", "allowed", "97110", payer="Aetna", words=words)[0].answer == "depends"


@pytest.mark.parametrize("who", ["PTA", "OTA"])
def test_incident_to(who: str) -> None:
    words = "can it be billed incident - to the md?"
    assert ruled("provider", "allowed", "97110", rendered_by=who, words=words)[0].answer == "no"


def test_who() -> None:
    (made,) = ruled("provider", "who", "97161", kind="value")
    assert made.answer is None and "physical therapist" in made.statement
    assert "therapists do not" in ruled("provider", "who", "99213", kind="value")[0].statement


def test_silent_where_the_sources_are() -> None:
    assert ruled("provider", "allowed", "97110") == ()
    assert ruled("provider", "allowed", "98940", rendered_by="PT") == ()
    assert ruled("provider", "allowed", "71046", rendered_by="PT") == ()
    assert ruled("provider", "allowed", "97161", rendered_by="MD") == ()


def test_helpers_and_evaluations_of_one_day() -> None:
    words = "can we bill aide time for <C>"
    assert ruled("provider", "allowed", "97110", words=words)[0].answer == "no"
    both = ruled("provider", "allowed", words="can a pt eval and an ot eval be billed the same day")
    twice = ruled("provider", "allowed", words="can one pt bill two evals the same day")
    assert [made.verdict for made in both] == ["yes"]
    assert [made.verdict for made in twice] == ["no"]
