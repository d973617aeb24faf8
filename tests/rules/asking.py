"""Asking the rules directly, with the shipped facts: one way for all tests of rule families."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from assistant.codes import Names
from assistant.domain import Ask, Question, Ruling, Setting
from assistant.facts import Facts
from assistant.rules import decide, rule_of
from assistant.sources import Sources
from assistant.understand import Given, understand

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 7, 15)


@lru_cache(maxsize=1)
def facts() -> Facts:
    return Facts.load(ROOT / "corpus", Sources.load(ROOT / "corpus" / "sources.yaml"))


@lru_cache(maxsize=1)
def names() -> Names:
    return Names.load(ROOT / "corpus" / "names.yaml")


def ruled(
    topic: str,
    form: str,
    codes: str = "",
    modifiers: str = "",
    *,
    payer: str | None = None,
    rendered_by: str | None = None,
    when: date = TODAY,
    setting: Setting = "practitioner",
    minutes: Sequence[tuple[str, int]] = (),
    units: int | None = None,
    by_code: str = "",
    negated: bool = False,
    words: str = "",
    **details: str,
) -> tuple[Ruling, ...]:
    """The rulings of one family on one ask; `words` is the text of the message (also its skeleton)."""
    ask = Ask(
        topic,
        form,
        tuple(codes.split()),
        tuple(modifiers.split()),
        negated=negated,
        minutes=tuple(minutes),
        units=units,
        details={
            "kind": "yes_no",
            "text": words.lower(),
            **({"units": by_code} if by_code else {}),
            **details,
        },
    )
    question = Question(
        words, words, when, True, payer, setting, rendered_by, (ask,), ask.codes, ask.modifiers
    )
    rule = rule_of(topic)
    assert rule is not None, topic
    made = rule(ask, question, facts(), names().code_names)
    for ruling in made:
        for text, places in ruling.sentences:
            assert text.strip().endswith((".", "?", ":", "FILE")), text
            assert "{" not in text and "  " not in text, text
            assert all(0 <= place < len(ruling.facts) for place in places), ruling
    return made


def asked(text: str, *, payer: str | None = None, rendered_by: str | None = None) -> tuple[Ruling, ...]:
    """The rulings on a question as it is typed."""
    question = understand(text, names(), Given(TODAY, None, payer, "practitioner", rendered_by))
    return decide(question, facts(), names().code_names)
