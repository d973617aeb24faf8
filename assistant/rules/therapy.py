"""What the therapy rules share: how a code is counted, who attends, and the short words for it.

Source: the fact table `timing` (timed_15, untimed or other; supervised, constant, one_on_one or group).
"""

from __future__ import annotations

from assistant.domain import Fact, Question
from assistant.facts import Facts
from assistant.rules.build import held, value

_UNIT = {
    "encounter": "1 unit an encounter, whatever the minutes or the number of areas",
    "session": "1 unit a session, whatever the minutes",
    "evaluation": "1 unit an evaluation, whatever the minutes",
    "day": "1 unit a day, whatever the minutes",
    "number of muscles": "1 unit, chosen by the number of muscles and not by minutes",
    "number of spinal regions": "1 unit, chosen by the number of spinal regions and not by minutes",
    "number of body regions": "1 unit, chosen by the number of body regions and not by minutes",
    "one or more extraspinal regions": "1 unit for one or more extraspinal regions, whatever the minutes",
}


def timing(facts: Facts, question: Question, code: str, field: str = "value") -> str:
    """timed_15, untimed, other or "" where nothing is held; or another field of the table."""
    return value(facts.on(question.date_of_service, "timing", code, field))


def timing_fact(facts: Facts, question: Question, code: str, field: str = "value") -> tuple[Fact, ...]:
    return held(facts.on(question.date_of_service, "timing", code, field))


def timed(facts: Facts, question: Question, code: str) -> bool | None:
    """Whether a code counts by 15 minutes; None where nothing says so (or it counts in another way)."""
    kind = timing(facts, question, code)
    return True if kind == "timed_15" else False if kind == "untimed" else None


def unit_words(facts: Facts, question: Question, code: str) -> str:
    """How one unit of a code is made, in words."""
    unit = timing(facts, question, code, "unit")
    return _UNIT.get(unit, f"1 unit for {unit}" if unit else "1 unit")
