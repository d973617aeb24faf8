"""Understanding: what a message asks, alone and in the light of the turns before it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.codes import Names
from assistant.domain import CitecodeError, Question
from assistant.understand import MAX_QUESTION, Given, understand
from assistant.wording import VOCABULARY

ROOT = Path(__file__).resolve().parents[2]
NAMES = Names.load(ROOT / "corpus" / "names.yaml", VOCABULARY)
GIVEN = Given(date(2026, 11, 22))


def read(text: str, *history: str, given: Given = GIVEN) -> Question:
    return understand(text, NAMES, given, [{"role": "user", "content": turn} for turn in history])


@pytest.mark.parametrize(
    ("text", "topic", "form"),
    [
        ("can I bill 97012 with 51?", "modifier_51", "allowed"),
        ("Is 97012 on Appendix E?", "modifier_51", "listed"),
        ("97012/97140 same day?", "ptp", "allowed"),
        ("MUE for 97110?", "mue", "value"),
        ("97112 24 min and 97110 23 min, how many units?", "timed_units", "value"),
        ("is 97012 timed?", "timing", "timed"),
        ("KX threshold for 2026?", "kx_threshold", "value"),
        ("does 97012 need GP?", "therapy_modifier", "needed"),
        ("what does KX mean", "modifier_info", "value"),
        ("97012 denied CO-97, why?", "denial", "why"),
        ("BCBS, DC: 99213, 98941, 97140, 97012, what modifiers?", "visit", "modifiers"),
        ("is M54.5 billable?", "icd10", "billable"),
        ("can 25 go on 99213 with 98940?", "modifier_25", "allowed"),
        ("GP before or after 59", "modifier_order", "which"),
    ],
)
def test_topic(text: str, topic: str, form: str) -> None:
    assert [(a.topic, a.form) for a in read(text).asks] == [(topic, form)]


@pytest.mark.parametrize(
    "text",
    [
        "how long is a traction session",
        "What is CPT code 97012?",
        "what is the difference between 97110 and 97112",
        "what conditions does traction treat",
        "hello there",
        "what is the weather?",
        "the patient was seen on Tuesday",
    ],
)
def test_questions_for_the_documents_reach_no_rule(text: str) -> None:
    assert read(text).asks == ()


def test_an_age_is_no_modifier_and_is_said_so() -> None:
    question = read("patient is 51, can we bill 97012?")
    assert all(a.topic != "modifier_51" for a in question.asks)
    assert question.notes == ("51 was read as an age, not as modifier 51.",)


def test_two_questions_are_two_asks_in_order() -> None:
    question = read("is 97012 timed and can I add 51 to it?")
    assert [a.topic for a in question.asks] == ["timing", "modifier_51"]
    assert question.asks[1].codes == ("97012",)


def test_context_comes_from_the_words() -> None:
    question = read("DOS 3/4/24, Medicare, by a chiropractor: is 97012 covered?")
    assert (question.payer, question.rendered_by, question.date_of_service) == (
        "medicare",
        "DC",
        date(2024, 3, 4),
    )


def test_words_beat_flags_and_flags_fill_in() -> None:
    flags = Given(date(2026, 11, 22), date(2026, 7, 15), "commercial", "practitioner", "PT")
    assert read("can I bill 97012 with 51?", given=flags).payer == "commercial"
    assert read("can I bill 97012 with 51 to Medicare?", given=flags).payer == "medicare"
    assert read("can I bill 97012 with 51?", given=flags).date_of_service == date(2026, 7, 15)


@pytest.mark.parametrize(
    ("turn", "topic", "codes", "modifiers"),
    [
        ("and with 59?", "modifier_59", ("97012",), ("59",)),
        ("is it timed?", "timing", ("97012",), ()),
        ("what about 97140?", "modifier_51", ("97140",), ("51",)),
        ("and for Medicare?", "modifier_51", ("97012",), ("51",)),
        ("why?", "modifier_51", ("97012",), ("51",)),
        ("my boss says use 51", "modifier_51", ("97012",), ("51",)),
    ],
)
def test_a_follow_up_takes_what_it_leaves_unsaid(
    turn: str, topic: str, codes: tuple[str, ...], modifiers: tuple[str, ...]
) -> None:
    question = read(turn, "can I bill 97012 with 51?")
    assert question.asks and question.asks[0].topic == topic
    assert question.asks[0].codes == codes
    if modifiers:
        assert question.asks[0].modifiers == modifiers
    assert "97012" in question.standalone or "97140" in question.standalone


def test_payer_and_date_carry_over_until_changed() -> None:
    assert read("is it timed?", "97012 for Medicare on 3/4/24, is 51 ok?").payer == "medicare"
    assert read("is it timed for Aetna?", "97012 for Medicare, is 51 ok?").payer == "Aetna"


def test_minutes_belong_to_their_codes() -> None:
    assert read("24 min of neuro re-ed and 23 min of 97110, how many units?").asks[0].minutes == (
        ("97112", 24),
        ("97110", 23),
    )
    assert read("20 minutes each of 97112 and 97110, units?").asks[0].minutes == (
        ("97112", 20),
        ("97110", 20),
    )


def test_empty_and_overlong_questions_are_refused() -> None:
    with pytest.raises(CitecodeError, match="empty"):
        read("  \n ")
    with pytest.raises(CitecodeError, match="limit"):
        read("x" * (MAX_QUESTION + 1))


@settings(deadline=None, max_examples=200)
@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_no_text_breaks_it(text: str) -> None:
    question = read(text, "can I bill 97012 with 51?")
    assert question.text == text
    assert all(text[m.start : m.end] == m.text for m in question.mentions)
