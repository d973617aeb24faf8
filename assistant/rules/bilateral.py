"""Modifiers 50, LT and RT by the bilateral indicator of the Medicare fee schedule.

Authority: BILAT SURG in the record layout RVU25D (attachment A) and IOM 100-04 ch. 12 s.40.7. 0: the 150%
rule does not apply; 1: one line, 50, one unit, 150%; 2: the code is both sides already; 3: each side at 100%;
9: the concept does not apply. 50 and LT or RT never share a line. Therapy codes are for one or more areas:
never 50.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, mpfs, ruling, value
from assistant.rules.reading import amount, cure, dollars, says, stated_indicator, wants_value, with_name

_SIDES = ("LT", "RT")
_HUNDRED = Decimal(100)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code; without one, what the modifiers or an indicator mean."""
    sides = [m for m in _SIDES if m in ask.modifiers]
    if sides and ("50" in ask.modifiers or _fifty_beside(ask, question)) and not _asks_which(ask):
        return (_combined(ask, sides, question, facts),)
    if not ask.codes:
        return _meaning(ask, question, facts)
    return tuple(_one(ask, code, sides, question, facts, names) for code in ask.codes)


_TWO_LINES = r"(?:\b(?:two|2|both|separate)|<n>) (?:separate |claim )?lines?\b|\b(?:two|2) units?\b"


def _asks_which(ask: Ask) -> bool:
    return says(ask, r"<M50> or <M|<M(?:LT|RT)> or <M50>", r"\bvs\b|\bversus\b|\bwhich\b")


def _fifty_beside(ask: Ask, question: Question) -> bool:
    """Whether 50 stands right beside LT or RT as the other modifier, read as a number."""
    side, joint = r"<M(?:LT|RT)>", r"(?:and|with|plus|\+|&|/)"
    beside = says(ask, rf"<n> ?{joint} ?{side}", rf"{side} ?{joint} ?<n>")
    return beside and bool(re.search(r"(?<![\d$.])50(?![\d%])", question.text))


def _as_told(ask: Ask, verdict: Verdict) -> Verdict | None:
    """The verdict on 50 with what else the message puts: one line and one unit are right, two of either are not;
    None where the words put a payment or something more."""
    if verdict == "no":
        return "no"
    if says(ask, _TWO_LINES) or (ask.units or 1) > 1:
        return "no"
    return None if says(ask, r"<pct>", r"<\$>", r"\bpa(?:y|ys|id)\b") else "yes"


def _combined(ask: Ask, sides: Sequence[str], question: Question, facts: Facts) -> Ruling:
    apart = held(facts.on(question.date_of_service, "bilat_meaning", "50", "not_with"))
    said: list[Said] = [
        (f"50 and {listing(sides)} do not go on one line: 50 already says both sides.", apart),
        ("One side alone takes LT or RT without 50.", apart),
    ]
    answered = answer(ask, {"allowed": "no", "needed": "no"})
    return ruling(ask, "bilateral.combined", "no", answered, said, (*ask.codes, "50", *sides))


def _one(
    ask: Ask, code: str, sides: Sequence[str], question: Question, facts: Facts, names: Mapping[str, str]
) -> Ruling:
    when = question.date_of_service
    found = mpfs(facts, question, code, "bilat_surg")
    if found.state != "held" or found.fact is None:
        text = (
            f"The bilateral indicator of {code} on {when} is in no table held, so whether 50 applies is open."
        )
        return lacking(ask, "bilateral.unknown", f"{text} {cure(found)}", (code, "50"))
    kind = found.fact.value
    meaning, allowed = (facts.on(when, "bilat_meaning", kind, field) for field in ("value", "modifier_50"))
    how = held(facts.on(when, "bilat_meaning", "50", "units"))
    row = (found.fact, *held(meaning))
    has = f"it has BILAT SURG indicator {kind} ({value(meaning)})"
    name, warnings = with_name(code, names), (found.warning,)
    if says(ask, r"\bindicator\b", r"\bbilat(?:eral)? surg\b") and not says(ask, r"<M50>"):
        said: list[Said] = [(f"{name} {has.removeprefix('it ')} on the Medicare fee schedule.", row)]
        return ruling(ask, "bilateral.indicator", None, None, said, (code,), warnings=warnings)
    if sides and "50" not in ask.modifiers:
        return _one_side(
            ask, code, name, sides, has, (*row, *held(allowed)), kind, warnings, bool(medicare(question))
        )
    verdict: Verdict = "yes" if value(allowed) == "allowed" else "no"
    if verdict == "yes":
        said = [
            (f"50 goes on {name} when both sides are done: {has}.", (*row, *held(allowed))),
            ("Medicare wants one line with 50 and 1 unit, without LT or RT.", how),
            ("" if medicare(question) else "Some commercial payers want two lines instead, LT and RT.", how),
        ]
    else:
        once = f"{code} is counted once for one or more areas, not once a side."
        said = [
            (f"50 does not go on {name}: {has}.", (*row, *held(allowed))),
            (once if "97010" <= code <= "97799" and kind == "0" else "", row),
        ]
    said.append(_paid(question, facts, kind))
    put = verdict
    if verdict == "yes" and says(ask, _TWO_LINES):
        put = "no" if medicare(question) else "depends"
        said[0], said[1] = said[1], said[0]
    answers: dict[str, Verdict | None] = {
        "allowed": put,
        "needed": "depends" if verdict == "yes" else "no",
        "full_payment": _stated_share(ask, question, facts, kind),
    }
    answered = None if _asks_which(ask) else answer(ask, answers)
    return ruling(ask, "bilateral.indicator", verdict, answered, said, (code, "50"), warnings=warnings)


def _stated_share(ask: Ask, question: Question, facts: Facts, kind: str) -> Verdict | None:
    """A share of the fee that the message states, held against what both sides pay."""
    percent = value(facts.on(question.date_of_service, "bilat_meaning", kind, "percent"))
    stated = [p for p in ask.details.get("percent", "").split(",") if p]
    if len(stated) == 1 and percent and kind != "3":
        return "yes" if stated[0] == percent else "no"
    return "no" if kind != "1" and says(ask, r"<pct>", r"\b150\b") else None


def _one_side(
    ask: Ask, code: str, name: str, sides: Sequence[str], has: str, row: Sequence[Fact], kind: str,
    warnings: Sequence[str], told_medicare: bool,
) -> Ruling:  # fmt: skip
    """LT or RT without 50: where the code has sides (1 and 3) it says which one was done."""
    if len(sides) == 2 and kind == "1":
        verdict: Verdict = "no" if told_medicare else "depends"
        said: list[Said] = [
            (f"Medicare wants {name} done on both sides on one line with 50, not LT and RT: {has}.", row),
            ("" if told_medicare else "Some commercial payers want two lines instead, LT and RT.", row),
        ]
    elif kind in {"1", "3"}:
        verdict = "yes"
        said = [
            (f"{listing(sides, 'or')} goes on {name} when one side is done: {has}.", row),
            ("Both sides take 50 on one line for Medicare, not LT and RT together on it.", row),
        ]
    else:
        verdict = "depends" if kind == "0" else "no"
        said = [
            (f"{name} is not paid by side: {has}.", row),
            (
                f"{listing(sides, 'or')} changes nothing in its payment; a payer's own rule may ask for it.",
                row,
            ),
        ]
    answered = None if _asks_which(ask) else answer(ask, {"allowed": verdict, "needed": "depends"})
    return ruling(ask, "bilateral.side", verdict, answered, said, (code, *sides), warnings=warnings)


def _paid(question: Question, facts: Facts, kind: str) -> Said:
    """What both sides pay, worked on the fee the message states."""
    percent = facts.on(question.date_of_service, "bilat_meaning", kind, "percent")
    fee = amount(question)
    if not held(percent):
        return ("", ())
    if fee is None:
        asked = re.search(r"\bpa(?:y|ys|id|yment)\b|\bpercent\b|%", question.text.lower())
        return (
            (f"Medicare pays {value(percent)}% of the fee for both sides.", held(percent))
            if asked
            else ("", ())
        )
    paid = fee * Decimal(value(percent)) / _HUNDRED
    text = (
        f"On a fee of ${dollars(fee)}, indicator {kind} pays {value(percent)}% for both sides:"
        f" ${dollars(paid)}."
    )
    return (text, held(percent))


def _meaning(ask: Ask, question: Question, facts: Facts) -> tuple[Ruling, ...]:
    """ "What does bilateral indicator 2 mean?", "fee 400, indicator 1, with 50: how much?" """
    when = question.date_of_service
    kind = stated_indicator(question, r"\bbilat(?:eral)?(?: surg\w*)?(?: indicator)?")
    if kind:
        meaning, allowed = (
            facts.on(when, "bilat_meaning", kind, field) for field in ("value", "modifier_50")
        )
        if not held(meaning):
            return ()
        said: list[Said] = [
            _paid(question, facts, kind),
            (f"BILAT SURG indicator {kind} means: {value(meaning)}.", held(meaning)),
        ]
        verdict: Verdict | None = None
        sides = [m for m in ask.modifiers if m in _SIDES]
        choice = _asks_which(ask) or len({*ask.modifiers}) > 1
        if "50" in ask.modifiers and not sides and not choice and not wants_value(ask):
            verdict = "yes" if value(allowed) == "allowed" else "no"
            said.insert(
                0,
                (
                    f"50 {'goes' if verdict == 'yes' else 'does not go'} on a code with BILAT SURG indicator {kind}.",
                    (*held(meaning), *held(allowed)),
                ),
            )
            verdict = _as_told(ask, verdict)
        elif sides:
            said.append(
                ("One side alone takes LT or RT, both sides 50 where the indicator is 1.", held(meaning))
            )
        return (
            ruling(
                ask, "bilateral.indicator", verdict, answer(ask, {ask.form: verdict}), said, ("BILAT SURG",)
            ),
        )
    how, apart = (held(facts.on(when, "bilat_meaning", "50", field)) for field in ("units", "not_with"))
    if "50" not in ask.modifiers and not {*_SIDES} & {*ask.modifiers} or not how:
        return ()
    said = [
        ("50 is for a procedure done on both sides in one session; LT and RT say which side was done.", how),
        ("Whether a code takes 50 is said by its BILAT SURG indicator: name the code.", how),
        ("50 goes on one line with 1 unit, never beside LT or RT.", (*how, *apart)),
    ]
    together: Verdict | None = None
    if (
        "50" in ask.modifiers
        and says(ask, r"\b(?:same|one) (?:claim )?line\b", r"\btogether\b")
        and not wants_value(ask)
    ):
        together, said = "no", said[::-1]
    if (
        set(ask.modifiers) == {"50"}
        and not wants_value(ask)
        and not says(ask, r"<n> and <M50>|<M50> and <n>")
    ):
        apart_ = says(ask, _TWO_LINES)
        if apart_ or together and says(ask, r"\b(?:one|single) (?:claim )?line\b"):
            other = medicare(question) is False
            together = "depends" if other else "no" if apart_ else "yes"
            said = [("Medicare wants one line with 50 and 1 unit, without LT or RT.", how), *said[-1:]]
    return (
        ruling(
            ask,
            "bilateral.meaning_check" if together else "bilateral.meaning",
            together,
            answer(ask, {ask.form: together}),
            said,
            tuple(ask.modifiers) or ("50",),
        ),
    )
