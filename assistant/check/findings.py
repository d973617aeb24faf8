"""What a check says: findings with their cure, and checks that could not run."""

from __future__ import annotations

import re
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


_VISITS = re.compile(
    r"992(0[2-9]|1[1-5]|2[1-9]|3[1-69]|38|4[2-5]|5[2-5]|8[1-5]|9[12])|993(0[4-9]|1[0-6]|4[1-9]|50|8[1-79]|9[1-7])|920(0[24]|1[24])"
)
_OTHER_EM = re.compile(
    r"980(0\d|1[0-6])|G024[56]|G038[0-4]|G0402|G040[678]|G042[567]|G043[89]|G0463|G050[89]|S06(1[02]|2[01])"
)


def is_em(code: str) -> bool:
    """A code that 25 can go on: evaluation and management, eye visits, wellness and clinic visits of HCPCS;
    therapy evaluations are none."""
    return (
        (code.isdigit() and "99202" <= code <= "99499") or is_visit(code) or bool(_OTHER_EM.fullmatch(code))
    )


def is_visit(code: str) -> bool:
    """A face-to-face visit, which on the day of a procedure has to be told apart from its own work; not care
    management by the month, prolonged time or counselling."""
    return bool(_VISITS.fullmatch(code))
