"""What a check says: findings with their cure, and checks that could not run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.check.claims import Claim, Line
from assistant.domain import Fact, Found
from assistant.facts import Facts
from assistant.wording import payer_type

Severity = Literal["error", "warning", "info"]
THERAPY = ("GP", "GO", "GN")


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule` opens with its family; `fix` is a condition the record has to meet, never a plain "add"."""

    rule: str
    severity: Severity
    lines: tuple[int, ...]
    message: str
    fix: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class NotRun:
    """A check that could not be made, and which table or input would let it."""

    rule: str
    reason: str


Said = Iterator[Finding | NotRun]
Rule = Callable[["Case"], Said]


@dataclass(frozen=True, slots=True)
class Case:
    """A claim and the facts, as every check takes them."""

    claim: Claim
    facts: Facts

    @property
    def medicare(self) -> bool | None:
        """True: Original Medicare; False: another payer; None: the claim does not say."""
        kind = payer_type(self.claim.payer)
        return None if kind is None else kind == "medicare"

    def medicares(self, severity: Severity) -> Severity:
        """The severity of a rule that is Medicare's: as it is for Medicare, a warning where the payer is not
        known, information for another payer."""
        if self.medicare:
            return severity
        return "info" if self.medicare is False or severity == "info" else "warning"

    def codings(self, severity: Severity) -> Severity:
        """The severity of a rule of CPT, which other payers share but may waive."""
        return "warning" if self.medicare is False and severity == "error" else severity

    def on(self, line: Line, table: str, subject: str, field: str = "value") -> Found:
        return self.facts.on(
            line.day, table, subject, field, setting=self.claim.setting, payer=self.claim.payer
        )

    def value(self, line: Line, table: str, subject: str, field: str = "value") -> str:
        """The value held, "" when none is."""
        return text(self.on(line, table, subject, field))

    def days(self) -> Iterator[list[Line]]:
        """The lines of each date of service."""
        groups: dict[object, list[Line]] = {}
        for line in self.claim.lines:
            groups.setdefault(line.day, []).append(line)
        yield from groups.values()

    def therapy(self, line: Line) -> str:
        """always, sometimes, or "" for a code that is no therapy for Medicare."""
        return self.value(line, "therapy_discipline", line.code)

    @property
    def who(self) -> str | None:
        return self.claim.rendered_by


def text(found: Found) -> str:
    return found.fact.value if found.state == "held" and found.fact else ""


def held(*found: Found) -> tuple[Fact, ...]:
    """The facts of what is held, or of a stated "no"."""
    return tuple(
        dict.fromkeys(one.fact for one in found if one.fact and one.state in ("held", "no", "ended"))
    )


def edition(found: Found) -> str:
    """How a message names the edition it stands on: " (MUE 2026 Q2)"; with the note where it is not the one of
    that date."""
    if not found.fact:
        return ""
    name = found.fact.edition or found.fact.citation.source_id
    return f" ({name}; check the edition of that date)" if found.warning else f" ({name})"


def numbers(lines: Iterable[Line]) -> tuple[int, ...]:
    return tuple(sorted({line.number for line in lines}))


def spoken(lines: Iterable[Line]) -> str:
    """line 2; lines 1 and 3"""
    found = numbers(lines)
    return f"line {found[0]}" if len(found) == 1 else f"lines {listing([str(one) for one in found])}"


def listing(items: Sequence[str], joint: str = "and") -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def silent(rule: str, missing: dict[str, list[str]]) -> Said:
    """One NotRun per cure, naming what it concerns."""
    for cure, subjects in missing.items():
        yield NotRun(rule, f"{listing(list(dict.fromkeys(subjects)))}: {cure}")


def is_em(code: str) -> bool:
    """An evaluation and management code; therapy evaluations are none."""
    return code.isdigit() and "99202" <= code <= "99499"
