"""Modifier 51: the ground decides, and the answer is to the question as asked."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from assistant import guard, rules
from assistant.codes import Names
from assistant.domain import Ruling
from assistant.facts import Facts
from assistant.sources import Sources
from assistant.understand import Given, understand
from assistant.wording import VOCABULARY

ROOT = Path(__file__).resolve().parents[2]


@cache
def _loaded() -> tuple[Names, Facts]:
    corpus = ROOT / "corpus"
    return Names.load(corpus / "names.yaml", VOCABULARY), Facts.load(
        corpus, Sources.load(corpus / "sources.yaml")
    )


def ruled(text: str, payer: str | None = None) -> tuple[Ruling, ...]:
    names, facts = _loaded()
    question = understand(text, names, Given(date(2026, 7, 15), payer=payer))
    return tuple(
        made for made in rules.decide(question, facts, names.code_names) if made.topic == "modifier_51"
    )


@pytest.mark.parametrize(
    ("text", "verdict", "rule"),
    [
        ("can I bill 97012 with 51?", "no", "excluded_by_definition"),
        ("97012-51 ok?", "no", "excluded_by_definition"),
        ("can i put mod fifty one on mechanical traction", "no", "excluded_by_definition"),
        ("do I need 51 on 97012?", "no", "excluded_by_definition"),
        ("is 97012 exempt from the multiple procedure modifier?", "yes", "excluded_by_definition"),
        ("97012 can't take 51, right?", "yes", "excluded_by_definition"),
        ("Is 97012 on Appendix E?", "no", "excluded_by_definition"),
        ("97012 is 51 exempt so it is paid in full, right?", "no", "excluded_by_definition"),
        ("can 99213 take 51?", "no", "excluded_by_definition"),
        ("can I append 51 to 20974?", "no", "appendix_e"),
        ("Is 20974 on Appendix E?", "yes", "appendix_e"),
        ("can 51 go on 97130?", "no", "excluded_by_definition"),
        ("can 51 go on 22116?", "no", "add_on"),
        ("does 29881 take 51 as a second procedure?", "depends", "subject"),
        ("does 98940 take 51?", "depends", "payer_rule"),
        ("does 20560 take 51?", "depends", "payer_rule"),
    ],
)
def test_verdict_and_ground(text: str, verdict: str, rule: str) -> None:
    made = ruled(text)
    assert [m.rule for m in made] == [f"modifier_51.{rule}"]
    assert guard.verdict_of(made) == verdict


@pytest.mark.parametrize("text", ["does 29881 take 51?", "does 98940 take 51?", "does 12345 take 51?"])
def test_medicare_never_wants_it(text: str) -> None:
    assert guard.verdict_of(ruled(text, payer="medicare")) == "no"


def test_a_code_nothing_settles_says_where_to_look() -> None:
    (made,) = ruled("can 12345 take 51?")
    assert made.missing and made.verdict is None
    assert "Appendix E" in made.missing


def test_97012_names_the_right_ground_and_the_trap() -> None:
    (made,) = ruled("can I bill 97012 with 51?")
    assert "definition leaves out physical medicine" in made.statement
    assert "not on CPT Appendix E" in made.statement
    assert "MPPR" in made.statement and "paid in full" in made.statement
    assert all(fact.citation.quote == fact.value for fact in made.facts)


def test_every_sentence_with_a_fact_carries_it() -> None:
    for text in (
        "can I bill 97012 with 51?",
        "does 98940 take 51?",
        "does 29881 take 51?",
        "can I append 51 to 20974?",
    ):
        for made in ruled(text):
            assert all(carriers for _, carriers in made.sentences), made.sentences


def test_codes_with_one_ground_are_said_once() -> None:
    made = ruled("can 97012 and 97110 take 51?")
    assert len(made) == 1
    assert set(made[0].subjects) == {"97012", "97110", "51"}
    assert "97012 and 97110" in made[0].statement
