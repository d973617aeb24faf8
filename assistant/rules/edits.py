"""NCCI edited pairs as the rules share them: the edit of two codes, and the condition under which both may
stand.

Authority: the CMS PTP file of the date and setting; NCCI Policy Manual ch. I.E (modifiers), XI.P (therapy)
and XI.S (spinal manipulation). Used by the families ptp, modifier_59, visit and denial.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain import Fact, Found, Question
from assistant.facts import Facts
from assistant.rules.build import Said, held, medicare
from assistant.wording import payer_name, payer_type

CMT = frozenset({"98940", "98941", "98942"})
CMT_NEIGHBOURS = frozenset({"97112", "97124", "97140"})
REEVALUATIONS = frozenset({"97164", "97168"})
EVALUATIONS = frozenset({"97161", "97162", "97163", "97164", "97165", "97166", "97167", "97168"})
EVALUATION_TESTS = frozenset({"97750", "97755", "97763"})


@dataclass(frozen=True, slots=True)
class Edit:
    """The edit of one pair on a date. `indicator`: "0" or "1" for an edit in force, "" for none, "?" where no
    table answers; `fact` carries it, `cure` says what to load."""

    column1: str
    column2: str
    indicator: str
    fact: tuple[Fact, ...] = ()
    warning: str = ""
    cure: str = ""
    ended: bool = False

    @property
    def pair(self) -> str:
        return f"{self.column1}/{self.column2}"


def edit(facts: Facts, question: Question, a: str, b: str) -> Edit:
    """The PTP edit between two codes on the question's date and setting, columns as the file has them."""
    found: Found = facts.pair(question.date_of_service, a, b, question.setting)
    carried = (found.fact,) if found.fact is not None else ()
    if found.state == "silent" or found.fact is None:
        return Edit(a, b, "?", (), found.warning, found.cure)
    if found.state == "held" and found.fact.value in {"0", "1"}:
        one, two = found.fact.subject.split("/")
        return Edit(one, two, found.fact.value, carried, found.warning)
    ended = found.state == "ended"
    one, two = found.fact.subject.split("/") if ended else (a, b)
    return Edit(one, two, "", carried, found.warning, ended=ended or found.fact.value == "9")


def policy(facts: Facts, question: Question, subject: str, field: str) -> tuple[Fact, ...]:
    """A principle of the NCCI Policy Manual as the carrier of a sentence."""
    return held(facts.on(question.date_of_service, "ncci_policy", subject, field))


def is_em(code: str) -> bool:
    """An evaluation and management code (99202-99499); therapy evaluations are none."""
    return code.isdigit() and "99202" <= code <= "99499"


def is_therapy(code: str) -> bool:
    """A physical medicine and rehabilitation service."""
    return code.isdigit() and "97010" <= code <= "97799" or code in {"G0283", "G0281", "G0282"}


def supervised(facts: Facts, question: Question, code: str) -> tuple[Fact, ...]:
    """The fact that makes a code a supervised modality for the rule of one service per 15 minutes."""
    return policy(facts, question, code, "same_15_minutes")


@dataclass(frozen=True, slots=True)
class Condition:
    """When an edited pair with indicator 1 may stand: `when` completes "both only if ...", `modifiers` go on
    `line`."""

    when: str
    modifiers: str
    line: str
    facts: tuple[Fact, ...]
    kind: str

    @property
    def placed(self) -> str:
        """ "59 or XS goes on 97140": only to be said after the condition."""
        return f"{self.modifiers} goes on {self.line}"


def condition(pair: Edit, facts: Facts, question: Question) -> Condition:
    """The condition of a pair with indicator 1: E/M, CMT region, re-evaluation, group, timed interval, or
    plain."""
    one, two = pair.column1, pair.column2
    both = {one, two}
    em = next((code for code in (one, two) if is_em(code)), "")
    if em:
        return Condition(
            f"the record shows a significant, separately identifiable E/M beyond the usual work of "
            f"{one if em == two else two}",
            "25",
            em,
            policy(facts, question, "em", "modifier"),
            "em",
        )
    if both & CMT and both & CMT_NEIGHBOURS:
        return Condition(
            f"{two} treats a region that gets no manipulation",
            "59 or XS",
            two,
            policy(facts, question, "cmt_region", "other_region"),
            "cmt",
        )
    if two in REEVALUATIONS:
        return Condition(
            "a change in the patient's status made the re-evaluation necessary",
            "59 or XU",
            two,
            (
                *policy(facts, question, "reevaluation", "condition"),
                *policy(facts, question, "reevaluation", "modifier"),
            ),
            "reevaluation",
        )
    if both & EVALUATIONS and both & EVALUATION_TESTS:
        return Condition(
            "two practitioners of different specialties did them",
            "59 or XP",
            two,
            policy(facts, question, "evaluation_tests", "same_specialty"),
            "evaluation",
        )
    if "97150" in both:
        return Condition(
            "group and one-to-one treatment took place in different timed intervals",
            "59 or XU",
            two,
            policy(facts, question, "therapy", "interval_modifier"),
            "interval",
        )
    if both == {"97012", "97140"}:
        return Condition(
            "the record shows 97140 on another region (59 or XS) or in a different timed interval (59 or "
            "XU), and "
            "97140 is no manual traction",
            "59 (or XS, XU)",
            two,
            (*pair.fact, *policy(facts, question, "therapy", "interval_modifier")),
            "interval",
        )
    if is_therapy(one) and is_therapy(two):
        return Condition(
            "they were done in different timed intervals, even one right after the other",
            "59 or XU",
            two,
            policy(facts, question, "therapy", "interval_modifier"),
            "interval",
        )
    return Condition(
        "the record shows two clinically distinct services: another encounter (XE), structure or site (XS), "
        "practitioner (XP), or no usual overlap (XU)",
        "the X modifier that fits, else 59,",
        two,
        policy(facts, question, "modifier", "condition"),
        "distinct",
    )


def chiropractor(facts: Facts, question: Question, code: str) -> Said:
    """Medicare's limit on what a chiropractor may furnish."""
    return (
        "Medicare covers nothing by a chiropractor but manual manipulation of the spine (98940-98942), so "
        f"{code} is not payable on that claim.",
        held(facts.on(question.date_of_service, "chiropractic", "other", "medicare")),
    )


def other_payers(question: Question, facts: Facts) -> Said:
    """What the edits are worth for other payers."""
    carried = policy(facts, question, "other_payers", "edits")
    if medicare(question):
        return ("", ())
    if payer_type(question.payer) == "medicaid":
        return ("This is Medicare's file: Medicaid has NCCI files of its own, so check the state's.", carried)
    if question.payer:
        name = payer_name(question.payer)
        return (f"NCCI is Medicare's rule: {name} may follow it or edit by its own policy.", carried)
    return ("NCCI is Medicare's rule: another payer may edit by its own policy.", carried)
