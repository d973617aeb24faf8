"""What a sentence asserts: a topic, what about it, of which codes and modifiers, and how it comes down on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Assertion:
    """`topic` is a rule family, `kind` the proposition or value ("allowed", "mue", "indicator"...). `affirms` for a proposition, `value`
    (text, as facts print it) for a value. `pairs`: (first, other) codes said to go or not to go together; `others`: codes on the far side
    (primaries, replacements). `strength`: never, free or "". `condition`: what it is made to depend on; `payer`: whose rule it is said to
    be; `when`: the date, edition or year it is said of. text[start:end] is `sentence`."""

    topic: str
    kind: str
    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    affirms: bool = True
    value: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    strength: str = ""
    condition: str = ""
    payer: str | None = None
    when: date | None = None
    field: str = ""
    hospital: bool = False
    sentence: str = ""
    start: int = 0
    end: int = 0
