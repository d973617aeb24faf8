"""GA, GX, GY, GZ by the case told, and where an ABN does not help."""

from __future__ import annotations

import pytest

from assistant.domain import Verdict
from tests.rules.asking import ruled


@pytest.mark.parametrize(
    ("words", "modifier"),
    [
        ("which modifier for a required abn on file?", "GA"),
        ("no abn on file but denial expected as not necessary: which modifier?", "GZ"),
        ("statutorily excluded service modifier", "GY"),
        ("voluntary abn which modifier", "GX"),
        ("chiropractic maintenance, abn signed, which modifier", "GA"),
        ("e / m by a dc, which modifier for a denial", "GY"),
    ],
)
def test_which(words: str, modifier: str) -> None:
    (made,) = ruled("abn", "which", kind="value", words=words, payer="medicare")
    assert made.answer is None and made.statement.startswith(f"{modifier} is the modifier")
    assert all(places for _, places in made.sentences)


def test_by_a_chiropractor() -> None:
    def which(code: str) -> str:
        words = "<C> not necessary, abn signed: <MGA> or <MGY>?"
        return ruled("abn", "which", code, "GA GY", rendered_by="DC", words=words)[0].subjects[-1]

    assert (which("97012"), which("98940")) == ("GY", "GA")


@pytest.mark.parametrize(
    ("modifier", "words", "verdict"),
    [
        ("GA", "maintenance, abn signed. <MGA> ok?", "yes"),
        ("GY", "maintenance, abn signed. <MGY> ok?", "no"),
        ("GA", "no abn, not necessary. <MGA> ok?", "no"),
        ("GZ", "no abn, not necessary. <MGZ> ok?", "yes"),
        ("GA", "can i use <MGA>", "depends"),
        ("GZ", "is <MGZ> auto denied", "yes"),
        ("GZ", "does <MGZ> make the patient liable?", "no"),
        ("GZ", "does <MGZ> make the provider liable?", "yes"),
        ("GA", "does <MGA> make the patient liable?", "yes"),
    ],
)
def test_one_modifier(modifier: str, words: str, verdict: Verdict) -> None:
    assert ruled("abn", "allowed", "", modifier, words=words, payer="medicare")[0].answer == verdict


def test_two_on_a_line() -> None:
    assert ruled("abn", "allowed", "", "GX GY", words="can <MGX> be used with <MGY>")[0].answer == "yes"
    assert ruled("abn", "allowed", "98940", "GA AT", words="<MGA> on <C> w <MAT>")[0].answer == "no"


@pytest.mark.parametrize("payer", ["medicare advantage", "Aetna", "medicaid"])
def test_original_medicare_only(payer: str) -> None:
    assert ruled("abn", "allowed", payer=payer, words="can i use an abn")[0].answer == "no"


@pytest.mark.parametrize("words", ["does an abn work for ncci denials", "abn for an mue denial ok?"])
def test_a_coding_denial_stays_with_the_provider(words: str) -> None:
    (made,) = ruled("abn", "allowed", words=words)
    assert (made.rule, made.answer) == ("abn.coding_denial", "no")


def test_is_a_notice_needed() -> None:
    def answer(code: str, words: str) -> Verdict | None:
        made = ruled("abn", "needed", code, payer="medicare", rendered_by="DC", words=words)[0]
        assert made.verdict == made.answer
        return made.answer

    assert answer("97012", "is an abn needed for <C>") == "no"
    assert answer("98940", "is an abn needed for maintenance <C>") == "yes"
    assert answer("98940", "is an abn needed for <C>") == "depends"
