"""AT, Medicare's coverage of a chiropractor's services, P-A-R-T, and regions."""

from __future__ import annotations

import pytest

from assistant.domain import Verdict
from tests.rules.asking import ruled


def _answer(
    form: str, codes: str, modifiers: str, words: str, payer: str | None = "medicare"
) -> Verdict | None:
    (made,) = ruled("chiropractic", form, codes, modifiers, payer=payer, rendered_by="DC", words=words)
    assert all(places for _, places in made.sentences)
    return made.answer


@pytest.mark.parametrize(
    ("words", "codes", "payer", "verdict"),
    [
        ("does <C> need <MAT>", "98941", "medicare", "depends"),
        ("active treatment: does <C> need <MAT>", "98941", "medicare", "yes"),
        ("maintenance: can i use <MAT>", "98941", "medicare", "no"),
        ("<MAT> goes on every adjustment", "98941", "medicare", "no"),
        ("does <C> need <MAT>", "98943", "medicare", "no"),
        ("does <C> need <MAT>", "97012", "medicare", "no"),
        ("does <C> need <MAT>", "98941", "commercial", "depends"),
        ("can i use <MAT> on <C>", "98941", "commercial", "depends"),
        ("does <MAT> guarantee payment", "", "medicare", "no"),
    ],
)
def test_at(words: str, codes: str, payer: str, verdict: Verdict) -> None:
    assert _answer("at", codes, "AT", words, payer) == verdict


def test_at_and_ga_are_rejected() -> None:
    assert _answer("at", "98941", "AT GA", "<C> - <MAT> - <MGA> valid") == "no"


def test_which_modifier() -> None:
    words = "which modifier for {} <C> medicare"
    (active,) = ruled("chiropractic", "at_value", "98941", words=words.format("active"), payer="medicare")
    (maintenance,) = ruled(
        "chiropractic", "at_value", "98941", words=words.format("maintenance"), payer="medicare"
    )
    assert "AT" in active.statement and maintenance.statement.startswith("GA")


@pytest.mark.parametrize(
    ("code", "words", "verdict"),
    [
        ("98940", "is <C> covered by medicare", "depends"),
        ("98940", "can a dc bill <C> to medicare", "yes"),
        ("98943", "is <C> covered by medicare", "no"),
        ("97012", "is <C> covered by medicare", "no"),
        ("99213", "can a dc bill <C> to medicare", "no"),
    ],
)
def test_coverage(code: str, words: str, verdict: Verdict) -> None:
    assert _answer("covered", code, "", words) == verdict


def test_another_payer_decides_for_itself() -> None:
    assert _answer("covered", "97012", "", "is <C> covered", None) == "depends"
    assert ruled("chiropractic", "covered", "97012", payer="commercial", words="is <C> covered") == ()


@pytest.mark.parametrize(
    ("form", "words", "verdict"),
    [
        ("maintenance", "is chiropractic maintenance covered by medicare", "no"),
        ("per_day", "two adjustments in one day medicare ok", "no"),
        ("xray", "is x - ray required", "no"),
        ("xray", "does medicare cover an x - ray ordered by a dc", "no"),
        ("part", "is P and T enough for PART?", "no"),
        ("part", "is P and A enough for PART?", "yes"),
        ("part", "are A and R enough for PART", "yes"),
        ("at", "must subluxation be the primary diagnosis", "yes"),
        ("vertebrae", "does the number of vertebrae matter", "no"),
    ],
)
def test_limits(form: str, words: str, verdict: Verdict) -> None:
    assert _answer(form, "", "", words) == verdict


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("cervical and lumbar adjusted, which code", "98940"),
        ("neck, mid back and low back adjusted", "98941"),
        ("C5, C6 and C7 adjusted", "98940"),
        ("cervical, thoracic, lumbar, sacral and pelvic", "98942"),
        ("what code for 3 spinal regions", "98941"),
        ("four regions", "98941"),
        ("5 regions", "98942"),
        ("shoulder adjusted", "98943"),
    ],
)
def test_code_for_regions(words: str, code: str) -> None:
    (made,) = ruled("chiropractic", "regions", words=words, kind="value")
    assert made.statement.startswith(code) and made.answer is None


@pytest.mark.parametrize(
    ("code", "count", "verdict"),
    [("98940", 2, "yes"), ("98940", 3, "no"), ("98941", 3, "yes"), ("98941", 5, "no"), ("98942", 5, "yes")],
)
def test_does_the_code_fit(code: str, count: int, verdict: Verdict) -> None:
    (made,) = ruled("chiropractic", "regions", code, words=f"can i bill {code} for {count} regions")
    assert made.answer == verdict


@pytest.mark.parametrize("negated", [True, False])
def test_without_at(negated: bool) -> None:
    words = "will <C> without <MAT> be paid"
    (made,) = ruled("chiropractic", "at", "98940", "AT", payer="medicare", words=words, negated=negated)
    assert (made.verdict, made.answer) == ("no", "no")


@pytest.mark.parametrize(
    ("form", "words", "verdict"),
    [
        ("covered", "are exams covered", "no"),
        ("covered", "does medicare cover chiropractic", "depends"),
        ("xray", "is an exam enough instead of an x - ray", "yes"),
        ("xray", "is an x - ray required", "no"),
    ],
)
def test_more_limits(form: str, words: str, verdict: Verdict) -> None:
    assert _answer(form, "", "", words) == verdict
