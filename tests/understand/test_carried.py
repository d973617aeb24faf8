"""Turns that take up the question before: what is new goes in, what was asked stays; what does not plainly do so is left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.codes import Names
from assistant.domain import Question
from assistant.understand import Given, understand
from assistant.wording import VOCABULARY

NAMES = Names.load(Path(__file__).resolve().parents[2] / "corpus" / "names.yaml", VOCABULARY)
GIVEN = Given(date(2026, 11, 22))


def read(text: str, *history: str) -> Question:
    turns = [{"role": "user", "content": turn} for turn in history]
    return understand(text, NAMES, GIVEN, turns)


@pytest.mark.parametrize(
    ("before", "turn", "topic", "form"),
    [
        ("37 minutes of 97110, Medicare. units?", "my boss insists it rounds up. can we bill 3?", "timed_units", "allowed"),
        ("what is the MUE of 97110", "so can we bill 8 of them?", "mue", "allowed"),
        ("what is the MUE of 97161", "can they override that on appeal?", "mue", "mai"),
        ("97012 and 97140 together, Medicare?", "would GP alone get it through?", "modifier_59", "bypass"),
        ("is M54.5 still billable?", "which ones then?", "icd10", "successor"),
        ("is G2212 an add-on code?", "to which codes?", "add_on", "primary"),
        ("unplanned return to the OR for a related problem, which modifier?", "does a new global start?", "global_period", "allowed"),
        ("established patient, 22 minutes total, what level?", "and if it was 31?", "em", "level_by_time"),
    ],
)  # fmt: skip
def test_a_turn_is_put_into_the_question_before(before: str, turn: str, topic: str, form: str) -> None:
    asks = read(turn, before).asks
    assert [(a.topic, a.form) for a in asks] == [(topic, form)]


def test_a_new_code_takes_the_place_of_its_kin() -> None:
    asks = read("does that change if it's 98940?", "can I bill 97140 with 98941? Aetna").asks
    assert set(asks[0].codes) == {"98940", "97140"}


def test_the_minutes_of_two_who_gave_one_code_are_added() -> None:
    asks = read("PTA 23 min and PT 13 min of 97110, plus PT 30 min of 97140. Medicare. how many units").asks
    assert dict(asks[0].minutes) == {"97110": 36, "97140": 30}


@pytest.mark.parametrize(
    "turn",
    ["can you call the payer for me?", "how do I log in to the portal?", "what did we bill last month?"],
)
def test_what_takes_nothing_up_is_left_alone(turn: str) -> None:
    assert read(turn, "37 minutes of 97110, Medicare. units?").asks == ()
