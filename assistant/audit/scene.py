"""What an assertion is held against, and how a verdict over several codes comes about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.assertions.assertion import Assertion
from assistant.domain import Setting
from assistant.facts import Facts


@dataclass(frozen=True, slots=True)
class Scene:
    """What an assertion is held against: the facts, the day, the setting, the payer of the question and the plain names of codes."""

    facts: Facts
    when: date
    setting: Setting = "practitioner"
    payer: str | None = None
    names: Mapping[str, str] = ()  # type: ignore[assignment]

    def value(self, table: str, subject: str, field: str = "value", when: date | None = None) -> str | None:
        """The value held, "" where the table says there is none, None where it is silent."""
        found = self.facts.on(when or self.when, table, subject, field, setting=self.setting)
        if found.state == "held" and found.fact is not None:
            return found.fact.value
        return "" if found.state == "no" else None


@dataclass(frozen=True, slots=True)
class Held:
    """`true`: whether the assertion holds; `statement`: what the facts say, in our words; `subjects`: whose facts decided."""

    true: bool
    topic: str
    statement: str
    subjects: tuple[str, ...] = ()


def listing(codes: Sequence[str]) -> str:
    return ", ".join(codes[:-1]) + " and " + codes[-1] if len(codes) > 1 else "".join(codes)


def each(a: Assertion, test: Callable[[str], tuple[bool | None, str]]) -> Held | None:
    """The assertion over all its codes: false as soon as one code says so, true when all do.

    Where a name or a range stands for several codes, they must agree."""
    groups = a.groups or tuple((code,) for code in a.codes)
    against: list[tuple[str, str]] = []
    agreeing: list[tuple[str, str]] = []
    silent = False
    for group in groups:
        results = [(code, *test(code)) for code in group]
        decided = {result for _, result, _ in results if result is not None}
        if len(decided) != 1:
            if len(decided) > 1 and len(group) <= 2:
                pass
            silent = True
            continue
        code, result, text = next(r for r in results if r[1] is not None)
        (agreeing if result == a.affirms else against).append((code, text))
    if against:
        return Held(False, a.topic, against[0][1], (against[0][0], *a.modifiers))
    if agreeing and not silent:
        return Held(
            True,
            a.topic,
            " ".join(dict.fromkeys(text for _, text in agreeing[:3])),
            tuple(dict.fromkeys([*(code for code, _ in agreeing), *a.modifiers])),
        )
    return None


def compare(held: str | None, said: str, text: str) -> tuple[bool | None, str]:
    return (None, "") if not held else (held == said, text)


def at(a: Assertion, s: Scene) -> Scene:
    """The scene on the day the sentence speaks of."""
    return Scene(s.facts, a.when, s.setting, s.payer, s.names) if a.when else s


def number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("$", ""))
    except ValueError:
        return None


def near(said: float, held: float, text: str) -> bool:
    """Equal as far as the text is precise."""
    digits = len(text.split(".")[1]) if "." in text else 0
    return round(held, digits) == said
