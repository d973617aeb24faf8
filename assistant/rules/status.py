"""MPFS status: does Medicare pay the code by itself, and which code does it want instead?

Authority: the Medicare fee schedule of the date (status letter, indicators), CMS record layout RVU25D
attachment A on what a letter means, Medicare Benefit Policy Manual ch. 15 s.240 for chiropractors. "A" is no
coverage decision, and "X" or "E" is not "never paid": only "N" is. Other payers have their own rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, mpfs, named, ruling, value
from assistant.rules.edits import CMT, chiropractor
from assistant.wording import bills_patient, payer_name

_PAID: Mapping[str, Verdict] = {
    "separate": "yes", "bundled": "no", "contractor": "depends", "none": "no", "other_basis": "depends", "other_code": "no", "anesthesia": "depends",
    "non_covered": "no", "restricted": "depends", "conditional": "depends", "other_schedule": "depends",
}  # fmt: skip
"""May it be paid by itself, by the kind of payment that its status letter stands for."""

_INDICATORS = (
    ("pctc", "PC/TC"), ("glob_days", "global days"), ("mult_proc", "MULT PROC"), ("bilat_surg", "BILAT SURG"), ("asst_surg", "ASST SURG"),
    ("co_surg", "CO SURG"), ("team_surg", "TEAM SURG"),
)  # fmt: skip
_CLAIMS = (
    (
        r"\b(?:contractor|carrier|mac) ?-? ?priced?\b|\bpriced by (?:the )?(?:contractor|carrier|mac)\b",
        "contractor",
    ),
    (r"\bnon ?-? ?covered\b|\bnot covered\b", "non_covered"),
    (r"\brestricted\b|\bspecial coverage\b", "restricted"),
    (r"\bactive (?:code|status|\(|a\b)|\bactive\b.*\bfee schedule\b", "separate"),
)
_NEGATIVE = re.compile(
    r"\bnever\b|\bnot\b|\bnon ?-? ?cover|\binvalid\b|\bdenied\b|\bbundled\b|\bno (?:separate )?payment\b|\bwon't\b|\bdoesn't\b"
)


_WITHOUT = re.compile(
    r"\b(?:without|w ?/ ?o|lacking|no) (?:an? |any |the |valid |signed |physician |doctor's |written )*(?:plan of care|poc|certification|order|referral|prescription|authori[sz]ation|documentation|note|record)s?\b"
)
"""Conditions of coverage that may be missing."""


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code, or on what a status letter means."""
    text = ask.details.get("text", "")
    codes = tuple(dict.fromkeys(ask.codes))
    if not codes or ask.form in {"meaning", "meaning_check"}:
        made = _meaning(ask, question, facts, text)
        return (made,) if made else ()
    if ask.form in {"payable", "allowed"} and _WITHOUT.search(text):
        return ()  # what a letter of the fee schedule does not say
    if ask.form == "replacement" and len(codes) > 1:
        return (_either(ask, codes, question, facts, names),)
    return tuple(_one(ask, code, question, facts, names, text) for code in codes)


def letter(facts: Facts, question: Question, code: str) -> tuple[Fact, ...]:
    return held(mpfs(facts, question, code, "status"))


def payment(facts: Facts, question: Question, status: str) -> tuple[Fact, ...]:
    """The kind of payment a status letter stands for."""
    return held(facts.on(question.date_of_service, "mpfs_status_meaning", status, "payment"))


def instead(facts: Facts, question: Question, code: str) -> tuple[Fact, ...]:
    """The code Medicare uses in place of this one."""
    return held(facts.on(question.date_of_service, "replacement", code, "medicare"))


def _one(
    ask: Ask, code: str, question: Question, facts: Facts, names: Mapping[str, str], text: str
) -> Ruling:
    found = mpfs(facts, question, code, "status")
    what = named(code, names)
    if found.state != "held" or found.fact is None:
        if found.state == "no" and found.fact is not None:
            return _absent(ask, code, what, question, facts, found.fact, found.warning)
        return lacking(
            ask,
            "status.unknown",
            f"No fee schedule that we hold covers {code} on this date. {found.cure}",
            (code,),
        )
    status = found.fact.value
    kind = payment(facts, question, status)
    meaning = held(facts.on(question.date_of_service, "mpfs_status_meaning", status))
    carried = (found.fact, *meaning)
    warnings = [found.warning]
    if ask.form == "indicators":
        return _indicators(ask, code, what, carried, question, facts, warnings)
    if ask.form == "patient" or bills_patient(text):
        return _patient(ask, code, what, status, kind, carried, warnings)
    if (
        question.rendered_by == "DC"
        and medicare(question)
        and code not in CMT
        and ask.form in {"payable", "valid"}
    ):
        said = [chiropractor(facts, question, code), _letter(what, status, meaning, carried)]
        return ruling(
            ask,
            "status.chiropractor",
            "no",
            answer(ask, {"payable": "no", "valid": "depends"}),
            said,
            (code,),
            warnings=warnings,
        )
    paid: Verdict = _PAID.get(kind[0].value, "depends") if kind else "depends"
    said = _statement(ask, code, what, status, kind[0].value if kind else "", carried, question, facts)
    condition = held(facts.on(question.date_of_service, "national_coverage", code, "condition"))
    if (
        condition and paid == "yes" and ask.form in {"payable", "allowed", "needed", "valid"}
    ):  # a letter A that a coverage decision narrows
        paid = "depends"
        said = [(f"Medicare covers {what} {condition[0].value}.", condition), said[1]]
    said.append(_others(question, facts, code))
    other = bool(instead(facts, question, code))
    answers = _answers(ask, code, status, kind[0].value if kind else "", paid, question, other)
    name = f"status.{status}"
    zero = _zero_mue(code, question, facts, text)
    if (
        zero[0]
        and ask.details.get("unsure")
        and ask.form == "payable"
        and payable_is_certain(status, question)
    ):
        said.insert(1, zero)  # the limit of 0 and the status say the same
        name = "status.inference"
    return ruling(ask, name, paid, answer(ask, answers), said, (code,), warnings=warnings)


def payable_is_certain(status: str, question: Question) -> bool:
    """Whether the letter alone settles that Medicare never pays the code by itself."""
    return status in {"B", "N", "I"} and medicare(question) is True


def _zero_mue(code: str, question: Question, facts: Facts, text: str) -> Said:
    """An MUE of 0 that the message names, where the code has it."""
    if not re.search(r"\bmue\b", text):
        return ("", ())
    found = facts.on(question.date_of_service, "mue", code, "value", setting=question.setting)
    if value(found) != "0":
        return ("", ())
    return ("Its MUE of 0 says the same: not covered or not paid separately.", held(found))


def _answers(
    ask: Ask, code: str, status: str, kind: str, paid: Verdict, question: Question, other: bool
) -> dict[str, Verdict | None]:
    known = medicare(question)
    payable: Verdict = "depends" if known is False or known is None and paid == "no" else paid
    valid: Verdict = "no" if kind in {"other_code", "none"} else "yes"
    bundled: Verdict = "yes" if status == "B" else "depends" if status == "P" else "no"
    if known is False:
        valid, bundled = "depends", "depends"
    elif known is None and valid == "no":
        valid = "depends"
    put = re.search(
        r"\b[Ss]tatus\W+(?:code\W+|indicator\W+|letter\W+|of\W+\w+\W+)?(?:is\W+)?([A-Z])\b", question.text
    )
    stated: Verdict | None = ("yes" if put.group(1) == status else "no") if put else None
    claim = next((k for pattern, k in _CLAIMS if re.search(pattern, ask.details.get("text", ""))), "")
    if claim and not put:
        settled = kind in {claim, "separate"}
        stated = "depends" if known is False else "yes" if kind == claim else "no" if settled else None
    return {
        "payable": payable,
        "valid": valid,
        "bundled": bundled,
        "value": stated,
        "allowed": payable,
        "needed": payable,
        "replacement": ("yes" if other else None) if kind == "other_code" else "no",
    }


def _letter(what: str, status: str, meaning: Sequence[Fact], carried: Sequence[Fact]) -> Said:
    words = meaning[0].value if meaning else "its meaning is not held"
    return (f"The fee schedule gives {what} status {status}: {words}.", carried)


def _statement(
    ask: Ask,
    code: str,
    what: str,
    status: str,
    kind: str,
    carried: Sequence[Fact],
    question: Question,
    facts: Facts,
) -> list[Said]:
    """The finding, the letter, and what to use instead."""
    meaning = carried[1:]
    state = _letter(what, status, meaning, carried)
    other = instead(facts, question, code)
    if ask.form == "value":
        return [
            (f"{status} is Medicare's status for {what}: {meaning[0].value if meaning else ''}.", carried),
            _replacement(code, other, kind, facts, question),
        ]
    lead: Said = ("", ())
    if kind == "other_code" and other:
        lead = (f"{other[0].value} is what Medicare uses in place of {what}.", (*carried, *other))
        if ask.form != "replacement":
            lead = (f"Medicare does not accept {what}; it uses {other[0].value} instead.", (*carried, *other))
    elif kind == "other_code":
        lead = (f"Medicare does not accept {what}, and no replacement for it is held.", carried)
    elif kind == "bundled":
        lead = (
            f"Medicare pays nothing separately for {what}, and the patient may not be billed for it.",
            carried,
        )
        if status == "P":
            lead = (
                f"Medicare pays {what} separately only where it is not incident to a physician's service.",
                carried,
            )
    elif kind == "non_covered":
        lead = (f"Medicare does not cover {what}.", carried)
    elif kind == "separate":
        lead = (
            f"Medicare pays {what} separately, if it is covered and necessary; the letter is no coverage decision.",
            carried,
        )
        if ask.form == "bundled":
            lead = (
                f"{what} is not always bundled: it has separate payment, edits with other codes aside.",
                carried,
            )
        elif ask.form == "replacement":
            lead = (f"{what} needs no replacement for Medicare.", carried)
    elif kind == "restricted":
        lead = (f"Medicare pays {what} only within special coverage rules.", carried)
    elif kind == "contractor":
        lead = (f"The Medicare contractor prices {what} case by case.", carried)
    elif kind in {"other_schedule", "other_basis"}:
        lead = (
            f"{what} is not paid under the physician fee schedule, but often under another one when covered.",
            carried,
        )
    elif kind == "none":
        lead = (f"Medicare pays nothing for {what}.", carried)
    coverage = held(facts.on(question.date_of_service, "national_coverage", code))
    limit: Said = (f"{_capital(coverage[0].value)}.", coverage) if coverage else ("", ())
    return [lead, state, limit]


def _replacement(code: str, other: Sequence[Fact], kind: str, facts: Facts, question: Question) -> Said:
    if not other or kind != "other_code":
        return ("", ())
    return (f"Medicare uses {other[0].value} in place of {code}.", other)


def _others(question: Question, facts: Facts, code: str) -> Said:
    if medicare(question):
        return ("", ())
    who = payer_name(question.payer) if question.payer else "another payer"
    commercial = held(facts.on(question.date_of_service, "replacement", code, "commercial"))
    if commercial:
        return (
            f"That is Medicare's fee schedule; many other payers take {commercial[0].value} instead of {code}.",
            commercial,
        )
    return (f"That is Medicare's fee schedule: {who} has its own rule.", letter(facts, question, code))


def _patient(
    ask: Ask,
    code: str,
    what: str,
    status: str,
    kind: Sequence[Fact],
    carried: Sequence[Fact],
    warnings: list[str],
) -> Ruling:
    """May the patient be billed for what Medicare does not pay? Bundled: no. Not covered: that is another process."""
    bundled = bool(kind) and kind[0].value == "bundled"
    if bundled:
        said: list[Said] = [
            (
                f"The patient may not be billed for {what}: status {status} means that its payment is part of other services.",
                carried,
            )
        ]
        verdict: Verdict = "no"
    elif kind and kind[0].value == "non_covered":
        said = [
            (
                f"{what} is not covered by Medicare (status {status}), so its charge is not Medicare's; tell the patient before, in writing where a notice is due.",
                carried,
            )
        ]
        verdict = "depends"
    else:
        said = [
            (
                f"Not instead of Medicare: {what} has status {status}, and what is denied decides whether the patient can be billed.",
                carried,
            )
        ]
        verdict = "depends"
    return ruling(
        ask, "status.patient", verdict, answer(ask, {ask.form: verdict}), said, (code,), warnings=warnings
    )


def _absent(
    ask: Ask, code: str, what: str, question: Question, facts: Facts, absent: Fact, warning: str
) -> Ruling:
    other = instead(facts, question, code)
    said: list[Said] = [
        (f"{what} is not in Medicare's fee schedule file.", (absent,)),
        (f"Medicare uses {other[0].value} instead.", other) if other else ("", ()),
    ]
    said.append(
        ("A code outside that file may be paid under another schedule, or not exist on that date.", (absent,))
    )
    return ruling(
        ask,
        "status.absent",
        "depends",
        answer(ask, {"payable": "depends", "valid": "depends"}),
        said,
        (code,),
        warnings=[warning],
    )


def _indicators(
    ask: Ask,
    code: str,
    what: str,
    carried: Sequence[Fact],
    question: Question,
    facts: Facts,
    warnings: list[str],
) -> Ruling:
    cells = [(label, mpfs(facts, question, code, field)) for field, label in _INDICATORS]
    words = ", ".join(f"{label} {value(cell)}" for label, cell in cells if value(cell))
    facts_of = tuple(fact for _, cell in cells for fact in held(cell))
    said: list[Said] = [(f"{what}: status {carried[0].value}, {words}.", (*carried[:1], *facts_of))]
    meaning = facts.on(question.date_of_service, "mult_proc_meaning", value(cells[2][1]))
    if held(meaning):
        said.append((f"MULT PROC {value(cells[2][1])} means: {value(meaning)}.", held(meaning)))
    return ruling(ask, "status.indicators", None, None, said, (code,), warnings=warnings)


def _either(
    ask: Ask, codes: Sequence[str], question: Question, facts: Facts, names: Mapping[str, str]
) -> Ruling:
    """ "97014 or G0283 for Medicare?": the one Medicare pays, and why not the other."""
    good = [
        code
        for code in codes
        if payment(facts, question, value(mpfs(facts, question, code, "status")))
        and payment(facts, question, value(mpfs(facts, question, code, "status")))[0].value == "separate"
    ]
    said: list[Said] = []
    if good:
        said.append(
            (
                f"{listing([named(code, names) for code in good], 'or')} for Medicare.",
                tuple(fact for code in good for fact in letter(facts, question, code)),
            )
        )
    for code in codes:
        status = letter(facts, question, code)
        if not status:
            continue
        meaning = held(facts.on(question.date_of_service, "mpfs_status_meaning", status[0].value))
        said.append(_letter(named(code, names), status[0].value, meaning, (*status, *meaning)))
        said.append(_others(question, facts, code))
    if not said:
        return lacking(
            ask,
            "status.unknown",
            f"No fee schedule that we hold covers {listing(codes)}. {mpfs(facts, question, codes[0], 'status').cure}",
            codes,
        )
    return ruling(ask, "status.either", None, None, said, codes)


def _meaning(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling | None:
    """What a letter means, or whether it means what somebody says it does."""
    match = (
        re.search(r"\b([A-Z]) status\b", re.sub(r"^\W*A ", "a ", question.text))
        or re.search(r"\bstatus\W+(?:code\W+|indicator\W+|letter\W+)?([A-Za-z])\b(?!\w)", question.text)
        or re.search(r"\bstatus\W+['\"]?([A-Z])\b", question.text, re.I)
    )
    if match is None:
        return None
    status = match.group(1).upper()
    meaning = held(facts.on(question.date_of_service, "mpfs_status_meaning", status))
    kind = payment(facts, question, status)
    if not meaning:
        return None
    said: list[Said] = [(f"Status {status} means: {meaning[0].value}.", meaning)]
    verdict: Verdict | None = None
    if ask.form != "meaning" and kind and ask.details.get("kind") == "yes_no":
        verdict = _claimed(kind[0].value, text)
    # The words of the claim were read with their negation, so the answer is not turned round again.
    return ruling(ask, "status.meaning", verdict, verdict, said, (f"status {status}",))


def _claimed(kind: str, text: str) -> Verdict:
    """Whether a status letter of this kind means what the words claim ("covered", "never paid")."""
    if kind in {"non_covered", "bundled", "other_code", "none"}:
        return "yes" if _NEGATIVE.search(text) else "no"
    if _NEGATIVE.search(text):
        return "no"
    if re.search(r"\bcover|\bguarantee|\bpayable for sure\b|\bapproved\b", text):
        return "no"
    return "yes" if kind == "separate" else "depends"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
