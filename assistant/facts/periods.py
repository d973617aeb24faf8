"""Which value holds on a date, and how far an edition reaches: the date rules of the fact tables, and nothing
else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from assistant.domain import Setting
from assistant.facts.files import Carries, Edition, Span

State = Literal["held", "no", "ended"]


def at(spans: Sequence[Span], when: date) -> tuple[State, Span | None]:
    """The span that holds on `when`; else the last that has ended by then, one that was ever in force
    first."""
    for span in spans:
        if span.first <= when and (span.last is None or when <= span.last):
            return "held", span
    ended = [
        (span.first < span.last, span.last, index)
        for index, span in enumerate(spans)
        if span.last and span.last < when
    ]
    return "ended", spans[max(ended)[2]] if ended else None


def applying(spans: Sequence[Span], setting: Setting, payer: str | None) -> tuple[Span, ...]:
    """The values for this payer, else those for no payer; among them those of the setting, else of no
    setting."""
    theirs = [span for span in spans if payer and span.payer == payer]
    general = theirs or [span for span in spans if span.payer is None]
    exact = [span for span in general if span.setting == setting]
    return tuple(exact or [span for span in general if span.setting is None])


def reaches(carry: Carries, edition: Edition, when: date, *, before: bool = False) -> bool:
    """Whether an edition may speak about a date: not before it began, and an amount only in its own years."""
    if when < edition.effective_from and not before:
        return False
    if carry != "year":
        return True
    return edition.effective_from.year <= when.year <= (edition.covers_to or edition.effective_from).year


def stale(edition: Edition | None, when: date) -> str:
    """The warning for a date after the edition's own period."""
    if edition is None or edition.covers_to is None or when <= edition.covers_to:
        return ""
    covers = f"{edition.effective_from} to {edition.covers_to}"
    return f"{edition.name} ({covers}) is the newest loaded; check the edition in force on {when}."
