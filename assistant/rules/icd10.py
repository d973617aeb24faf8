"""ICD-10-CM: does a diagnosis code exist, is it billable, what took its place, may two stand together?

Authority: the ICD-10-CM files of the fiscal year (loaded, or the tabular list of an installed package) and the
Official Guidelines I.A.12 (Excludes1) and I.B.2 (all characters). Changes of fiscal year 2025, and M54.5 in
2022, ship as facts. A code with codes below it is a header: it exists and is not billable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from assistant.domain import Ask, Fact, Found, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, ruling, value
from assistant.rules.reading import asks_the_opposite, cure, says, wants_value

_MANY = 8
"""More codes below a header than this are counted, not listed."""

_FLIP: Mapping[Verdict, Verdict] = {"yes": "no", "no": "yes", "depends": "depends"}
_NOTED = re.compile(r"\(([A-Z]\d[^)]*)\)")
_CODE = re.compile(
    r"([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{0,4})?)-?(?:\s*[-–]\s*([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{0,4})?)-?)?"
)


@dataclass(frozen=True, slots=True)
class _Case:
    ask: Ask
    question: Question
    facts: Facts

    def on(self, code: str, field: str, table: str = "icd10") -> Found:
        return self.facts.on(self.question.date_of_service, table, code, field)

    def billable(self, code: str) -> Found:
        """From the file of the year; from the changes held where no file is."""
        found = self.on(code, "billable")
        changed = self.on(code, "billable", "icd10_change")
        return changed if found.state == "silent" and held(changed) else found

    def named(self, code: str) -> tuple[str, tuple[Fact, ...]]:
        """The code with the file's words for it."""
        found = self.on(code, "description")
        return (f"{code} ({value(found)})", held(found)) if value(found) else (code, ())

    def warnings(self, *found: Found) -> tuple[str, ...]:
        """The edition's warning, with the fiscal year that is in force on the date."""
        stale = next((item.warning for item in found if item.warning), "")
        return (stale, _in_force(self.question.date_of_service)) if stale else ()


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each diagnosis code, for each pair where two are asked about together; () without one."""
    del names
    case = _Case(ask, question, facts)
    if ask.form == "together" and len(ask.diagnoses) > 1:
        return tuple(_together(case, a, b) for a, b in combinations(ask.diagnoses, 2))
    if says(
        ask,
        r"\b(?:as|be) (?:the )?(?:primary|first|principal|secondary)\b",
        r"\bsequenc\w+\b",
        r"\bfirst[- ]listed\b",
    ) and not says(ask, r"\b(?:billable|valid|specific|complete|enough|accepted|header)\b"):
        return ()  # which diagnosis goes first is not said by the files
    if ask.form == "successor":
        return tuple(_successor(case, code) for code in ask.diagnoses)
    return tuple(_billable(case, code) for code in ask.diagnoses)


def _in_force(when: date) -> str:
    year = when.year + (when.month >= 10)
    return f"ICD-10-CM FY{year} is in force since {year - 1}-10-01; check the code in it."


def _billable(case: _Case, code: str) -> Ruling:
    found = case.billable(code)
    if found.state == "silent" or found.fact is None:
        text = (
            f"Whether {code} is billable on {case.question.date_of_service} is in no table held."
            f" {cure(found)}"
        )
        return lacking(case.ask, "icd10.unknown", text, (code,))
    name, described = case.named(code)
    row = (found.fact, *described)
    if found.state == "held" and found.fact.value == "1":
        verdict: Verdict = "yes"
        said: list[Said] = [(f"{name} is a valid, billable ICD-10-CM code.", row)]
    elif found.state == "held":
        verdict = "no"
        header = held(case.on("header", "value", "icd10_change"))
        said = [
            (f"{name} is not billable: it is a header, with more specific codes below it.", (*row, *header)),
            _below(case, code),
            _since(case, code),
        ]
    else:
        verdict = "no"
        said = [(f"{code} is not a code of ICD-10-CM on {case.question.date_of_service}.", (found.fact,))]
    put = _FLIP[verdict] if asks_the_opposite(case.ask) else verdict
    answered = answer(case.ask, {case.ask.form: put})
    return ruling(case.ask, "icd10.billable", verdict, answered, said, (code,), warnings=case.warnings(found))


def _children(case: _Case, code: str) -> tuple[list[str], tuple[Fact, ...]]:
    """The billable codes below a header, with the facts that name them."""
    changed = held(case.on(code, "successor", "icd10_change"))
    if changed:
        return changed[0].value.split(), changed
    below = case.facts.subjects(case.question.date_of_service, "icd10", f"{code}*")
    rows = [held(case.on(c, "billable")) for c in below if c != code]
    facts = tuple(row[0] for row in rows if row and row[0].value == "1")
    return [fact.subject for fact in facts], facts


def _below(case: _Case, code: str) -> Said:
    codes, facts = _children(case, code)
    if not codes:
        return ("", ())
    if len(codes) > _MANY:
        return (
            f"{len(codes)} billable codes lie below it, {codes[0]} to {codes[-1]}.",
            (facts[0], facts[-1]),
        )
    return (f"Billable below it: {listing(codes)}.", facts)


def _since(case: _Case, code: str) -> Said:
    row = held(case.on(code, "billable", "icd10_change"))
    return (
        (f"It stopped being billable on {row[0].effective_from}.", row)
        if row and row[0].value == "0"
        else ("", ())
    )


def _successor(case: _Case, code: str) -> Ruling:
    """What took the code's place: the codes below it."""
    codes, facts = _children(case, code)
    found = case.billable(code)
    if not codes or value(found) == "1":
        if value(found) == "1":
            said: list[Said] = [(f"{code} is still billable: nothing replaced it.", held(found))]
            return ruling(
                case.ask, "icd10.successor", None, None, said, (code,), warnings=case.warnings(found)
            )
        text = f"What replaced {code} is in no table held. {cure(case.on(code, 'successor', 'icd10_change'))}"
        return lacking(case.ask, "icd10.successor", text, (code,))
    shown = listing(codes) if len(codes) <= _MANY else f"{codes[0]} to {codes[-1]} ({len(codes)} codes)"
    said = [(f"{shown} took the place of {code}.", facts), _since(case, code)]
    return ruling(case.ask, "icd10.successor", None, None, said, (code,), warnings=case.warnings(found))


def _together(case: _Case, first: str, second: str) -> Ruling:
    """Excludes1: never together, unless the two conditions are unrelated."""
    notes = {code: _notes(case, code) for code in (first, second)}
    if not any(
        found.state == "held" for found in (case.on(first, "excludes1"), case.on(second, "excludes1"))
    ):
        text = (
            f"The Excludes1 notes of {first} and {second} are in no table held."
            f" {cure(case.on(first, 'excludes1'))}"
        )
        return lacking(case.ask, "icd10.together", text, (first, second))
    warnings = case.warnings(case.on(first, "excludes1"), case.on(second, "excludes1"))
    for code, other in ((first, second), (second, first)):
        for note in notes[code]:
            if _names(note.value, other):
                unless = held(case.on("excludes1", "value", "icd10_change"))
                said: list[Said] = [
                    (
                        (
                            f"{first} and {second} are not reported together: {note.subject} has an Excludes1"
                            f" note for {other}."
                        ),
                        (note, *unless),
                    ),
                    (
                        (
                            "The exception is two conditions that are unrelated to each other, as the record"
                            " shows."
                        ),
                        unless,
                    ),
                ]
                answered = _asked(case, "no")
                return ruling(
                    case.ask, "icd10.excludes1", "no", answered, said, (first, second), warnings=warnings
                )
    carriers = [fact for code in (first, second) for fact in held(case.on(code, "excludes1"))]
    said = [
        (f"No Excludes1 note stands between {first} and {second}.", carriers),
        ("Each still needs its own support in the record.", carriers),
    ]
    return ruling(
        case.ask, "icd10.excludes1", "yes", _asked(case, "yes"), said, (first, second), warnings=warnings
    )


def _asked(case: _Case, verdict: Verdict) -> Verdict | None:
    """ "Is there an Excludes1 between them?" asks the opposite of "may they stand together?" """
    if wants_value(case.ask):
        return None
    apart = says(case.ask, r"\bexclud\w+\b", r"\bconflict\b") and not says(
        case.ask,
        r"\btogether\b",
        r"\bwith\b",
        r"\bboth\b",
        r"\b(?:can|may|could|should|ok|okay|fine|allowed|possible)\b",
        r"\b(?:bill|report|code|use|go|goes|list|submit|pair)\w*\b(?! exclud)",
    )
    ask = case.ask
    if ask.negated and not says(ask, r"\bnot\b", r"n't\b", r"\bnever\b", r"\bno\b", r"\bcannot\b"):
        ask = replace(ask, negated=False)  # "Excludes1" says no by itself
    return answer(ask, {ask.form: _FLIP[verdict] if apart else verdict})


def _notes(case: _Case, code: str) -> list[Fact]:
    """The Excludes1 notes of a code and of the headers above it."""
    above = [code[:size].rstrip(".") for size in range(len(code), 2, -1)]
    rows = [held(case.on(name, "excludes1")) for name in dict.fromkeys(above)]
    return [row[0] for row in rows if row and row[0].value]


def _names(note: str, code: str) -> bool:
    """Whether a note's codes in brackets ("M51.2-", "M54.41", "M40-M43") hold this one."""
    for inside in _NOTED.findall(note):
        for match in _CODE.finditer(inside):
            low, high = match[1].rstrip("."), (match[2] or "").rstrip(".")
            if code.startswith(low) or (high and low <= code[: len(low)] and code[: len(high)] <= high):
                return True
    return False
