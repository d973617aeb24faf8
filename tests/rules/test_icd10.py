"""Diagnosis codes: billable or header, successors, Excludes1; with the installed package's list and without."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.domain import Ask, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules import icd10
from assistant.sources import Sources
from assistant.tables import Store
from tests.rules.asking import ROOT, facts

WHEN = date(2026, 7, 15)


@pytest.fixture(scope="module")
def with_list(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts with the tabular list of the installed package behind them."""
    sources = Sources.load(ROOT / "corpus" / "sources.yaml")
    store = Store.open(tmp_path_factory.mktemp("tables"))
    return Facts.load(ROOT / "corpus", sources, store=store)


def _asked(
    held: Facts, form: str, codes: str, words: str = "", when: date = WHEN, kind: str = "yes_no"
) -> Ruling:
    details = {"kind": kind, "text": words}
    ask = Ask("icd10", form, diagnoses=tuple(codes.split()), details=details)
    question = Question(words, words, when, True, None, "practitioner", None, (ask,))
    (made,) = icd10.rule(ask, question, held, {})
    return made


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("M54.50", "yes"),
        ("M54.12", "yes"),
        ("M99.01", "yes"),
        ("S13.4XXA", "yes"),
        ("M54.5", "no"),
        ("M54.1", "no"),
        ("S13.4", "no"),
        ("M25.51", "no"),
        ("M54.99", "no"),
    ],
)
def test_billable(with_list: Facts, code: str, verdict: Verdict) -> None:
    made = _asked(with_list, "billable", code)
    assert (made.verdict, made.answer) == (verdict, verdict)
    assert all(places for _, places in made.sentences)


def test_deleted_asks_the_opposite(with_list: Facts) -> None:
    assert _asked(with_list, "billable", "M54.5", "was <dx> deleted").answer == "yes"
    assert _asked(with_list, "billable", "M54.2", "is <dx> invalid").answer == "no"


def test_a_header_names_what_lies_below(with_list: Facts) -> None:
    assert "M25.511, M25.512 and M25.519" in _asked(with_list, "billable", "M25.51").statement
    assert "M54.10 to M54.18" in _asked(with_list, "billable", "M54.1").statement


@pytest.mark.parametrize(
    ("codes", "verdict"), [("M54.50 M54.41", "no"), ("M54.41 M54.50", "no"), ("M54.2 M54.16", "yes")]
)
def test_excludes1(with_list: Facts, codes: str, verdict: Verdict) -> None:
    made = _asked(with_list, "together", codes, "can <dx> and <dx> be billed together")
    assert (made.verdict, made.answer) == (verdict, verdict)
    excluded = _asked(with_list, "together", codes, "is there an excludes1 for <dx> and <dx>")
    assert excluded.answer != verdict


def test_the_year_in_force_is_said(with_list: Facts) -> None:
    made = _asked(with_list, "billable", "M54.2", when=date(2026, 11, 22))
    assert any("FY2027 is in force since 2026-10-01" in warning for warning in made.warnings)
    assert _asked(with_list, "billable", "M54.2").warnings == ()


@pytest.mark.parametrize(
    ("code", "when", "verdict"),
    [
        ("M54.5", date(2021, 9, 30), "yes"),
        ("M54.5", date(2021, 10, 1), "no"),
        ("M51.36", date(2024, 9, 30), "yes"),
        ("M51.36", date(2025, 1, 15), "no"),
    ],
)
def test_changes_ship(code: str, when: date, verdict: Verdict) -> None:
    assert _asked(facts(), "billable", code, when=when).answer == verdict


def test_successors_ship() -> None:
    assert "M54.50, M54.51 and M54.59" in _asked(facts(), "successor", "M54.5", kind="value").statement
    assert "M51.360" in _asked(facts(), "successor", "M51.36", kind="value").statement


@pytest.mark.parametrize(
    ("form", "codes"), [("billable", "M54.2"), ("together", "M54.2 M54.16"), ("successor", "M54.2")]
)
def test_without_the_list_it_says_what_to_load(form: str, codes: str) -> None:
    made = _asked(facts(), form, codes)
    assert made.missing and made.answer is None and "ingest.py tables" in made.missing
