"""The table of contents of what we decide: every topic, its canonical question and the pure function that rules on it.

A rule is `rule(ask, question, facts, names) -> tuple[Ruling, ...]`: facts in, rulings out, `()` when it is silent. Nothing is
read, printed or remembered; the same question and facts give the same rulings. `docs/topics.md` is generated from `TOPICS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from assistant.domain import Ask, Question, Ruling
from assistant.facts import Facts

Rule = Callable[[Ask, Question, Facts, Mapping[str, str]], tuple[Ruling, ...]]


@dataclass(frozen=True, slots=True)
class Topic:
    """`module`: the file in rules/ that decides it; `asks`: the canonical question a ruling's `verdict` answers; `forms`: how it may be put."""

    name: str
    module: str
    asks: str
    forms: tuple[str, ...]


TOPICS: Mapping[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic("modifier_51", "modifier_51", "May modifier 51 be reported with this code?", ("allowed", "needed", "exempt", "listed", "full_payment", "reduced", "which_codes", "add_on", "value", "why")),
        Topic("ptp", "ptp", "May the two codes be reported together?", ("allowed", "edited", "edited_value", "bundled", "column", "indicator", "modifier", "list", "why")),
        Topic("add_on", "add_on", "Is this an add-on code (alone: may it be reported without a primary; primary: is this its primary)?", ("is", "primary", "alone", "value",)),
        Topic("component", "component", "May modifier 26 or TC be reported with this code?", ("allowed", "needed", "value", "which",)),
        Topic("modifier_59", "modifier_59", "May modifier 59 or an X modifier be reported?", ("allowed", "needed", "bypass", "which", "column", "why")),
        Topic("bilateral", "bilateral", "May modifier 50 (or LT, RT) be reported with this code?", ("allowed", "needed", "value", "which",)),
    )
}  # fmt: skip

_loaded: dict[str, Rule] = {}


def rule_of(topic: str) -> Rule | None:
    """The rule of a topic, its module imported at first use; None for a topic no rule decides."""
    if topic not in TOPICS:
        return None
    if topic not in _loaded:
        _loaded[topic] = import_module(f"assistant.rules.{TOPICS[topic].module}").rule
    return _loaded[topic]


def decide(question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """The rulings on everything the question asks, in the order asked; () where no rule decides."""
    rulings: list[Ruling] = []
    for ask in question.asks:
        rule = rule_of(ask.topic)
        if rule is not None:
            rulings += [made for made in rule(ask, question, facts, names) if made not in rulings]
    return tuple(rulings)
