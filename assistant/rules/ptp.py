"""NCCI procedure-to-procedure edits (PTP): may the pair be reported together?

Authority: the CMS PTP file of the date and setting (column 1 is paid, column 2 denied; modifier indicator 0
never, 1 with an NCCI modifier and its reason, 9 withdrawn), and the NCCI Policy Manual on what the reason has
to be (ch. I.E, XI.P, XI.S). No edit is not a permission, and the condition always stands before the modifier.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from assistant.domain import Ask, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules import add_on, code_valid
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, mpfs, ruling
from assistant.rules.edit_values import cell, list_of, meaning, patient, permission, without_edit
from assistant.rules.edits import (
    CMT,
    EVALUATION_TESTS,
    EVALUATIONS,
    REEVALUATIONS,
    Edit,
    chiropractor,
    condition,
    edit,
    is_em,
    is_therapy,
    other_payers,
    policy,
    supervised,
)  # fmt: skip
from assistant.rules.reading import denied
from assistant.wording import bills_patient

_UNPAID = {
    "I": "is not valid for Medicare",
    "B": "is always bundled under Medicare",
    "N": "is not covered by Medicare",
}
_ONE_INTERVAL = re.compile(
    r"\bsame (?:<min>|<u>|(?:timed )?intervals?|time ?(?:slot|period|block|frame)|minutes?|block)"
    r"|\bsimultaneous\w*|\bconcurrent\w*|\boverlap\w*"
)
_TWO_PEOPLE = re.compile(
    r"(?:<n>|\b(?:two|different|separate|both)) (?:different )?"
    r"(?:therapists?|providers?|practitioners?|clinicians?|pts|disciplines?)\b"
    r"|\bpt and (?:an? |the )?ot\b|\bot and (?:an? |the )?pt\b"
)
MAX_CODES = 10
"""Codes whose pairs are looked up; a message with more names the first ten."""


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """Rulings on a pair, on all pairs of three codes and more, or on everything one code is edited with."""
    codes = tuple(dict.fromkeys(ask.codes))[:MAX_CODES]
    text = ask.details.get("text", "")
    ask = _refined(ask, text)
    rest = without_edit(text)
    concludes = rest is not None and re.search(
        r"\b(?:may|can|could|both|bill\w*|ok|allow\w*|mean\w*|pa(?:y|id)|permi\w*)\b", rest
    )
    if (
        rest is not None
        and concludes
        and ask.negated
        and ask.form not in {"edited", "edited_value", "bundled"}
    ):  # "no edit, so both?": the premise is in the negative, not the question
        ask = replace(ask, negated=denied(rest))
    if (bills_patient(text) or re.search(r"\babn\b", text)) and ask.form not in {
        "list",
        "column",
        "indicator",
    }:
        return (patient(ask, codes, question, facts),)
    if not codes:
        made = meaning(ask, question, facts) or permission(ask, question, facts)
        return (made,) if made else ()
    if len(codes) == 1:
        if len(ask.codes) > 1:
            return ()
        return list_of(ask, codes[0], question, facts)
    ended = [code for code in codes if facts.on(question.date_of_service, "code_life", code).state == "ended"]
    if ended and ask.form in {"allowed", "needed"}:
        return code_valid.rule(
            replace(ask, topic="code_valid", form="valid", codes=tuple(ended)), question, facts, names
        )
    therapist = _therapist(ask, codes, question, facts)
    if therapist:
        return (therapist,)
    if len(codes) == 2 and ask.form == "allowed" and _add_on_pair(codes, question, facts):
        return add_on.rule(replace(ask, topic="add_on", form="primary"), question, facts, names)
    edits = [edit(facts, question, a, b) for a, b in combinations(codes, 2)]
    if len(codes) > 2:
        return (_many(ask, codes, edits, question, facts, names),)
    return (_pair(ask, edits[0], codes, question, facts, names),)


def _add_on_pair(codes: Sequence[str], question: Question, facts: Facts) -> bool:
    """Whether the pair is an add-on code and a primary, or a visit code and an add-on of visits: then that relation decides."""
    for code, other in (codes, reversed(codes)):
        if held(facts.on(question.date_of_service, "add_on_code", code, "type")):
            primaries = [
                pair.split("/")[1] for pair in facts.subjects(question.date_of_service, "aoc", f"{code}/*")
            ]
            if other in primaries or is_em(other) and any(is_em(primary) for primary in primaries):
                return True
    return False


def _therapist(ask: Ask, codes: Sequence[str], question: Question, facts: Facts) -> Ruling | None:
    """An office visit beside therapy by a therapist: there is no pair, for therapists bill no office visits."""
    if question.rendered_by not in {"PT", "PTA", "OT", "OTA", "SLP"} or ask.form not in {
        "allowed",
        "needed",
        "modifier",
    }:
        return None
    visits = [code for code in codes if "99202" <= code <= "99215"]
    found = held(facts.on(question.date_of_service, "provider_scope", question.rendered_by, "em_office"))
    if not visits or not found:
        return None
    said: list[Said] = [
        (
            f"Not {listing(visits)}: a therapist bills no office visit, but the evaluations 97161-97168.",
            found,
        ),
        ("Beside those the edits of the pair decide.", found) if len(codes) > 2 else ("", ()),
    ]
    answered = answer(ask, dict.fromkeys(("allowed", "needed", "modifier"), "no"))
    return ruling(ask, "ptp.therapist", "no", answered, said, codes)


def _refined(ask: Ask, text: str) -> Ask:
    """The ask with the form that its own words name: "97113/97110 column 2?" asks for the column."""
    words = f"{ask.form} {text}"
    form, put = ask.form, ask.form not in {"column", "indicator", "modifier"}
    if put and re.search(r"\bindicator\b|\bccmi\b|\ba <n> or a <n>|\b0 or (?:a )?1\b", words):
        form = "indicator"
    elif put and _COLUMN.search(text):
        form = "column"
    elif put and _OPENS.search(text):
        form = "modifier"
    details = ask.details
    if form == "allowed" and _ANY_EDIT.search(text):
        form = "edited"
    if form in {"column", "indicator", "modifier"} and not _YES_NO.search(text):
        details = {**details, "kind": "value"}
    return replace(ask, form=form, details=details)


_ANY_EDIT = re.compile(r"\b(?:any|an) (?:active |ncci |ptp |cci )*edits?\W*$")
_COLUMN = re.compile(r"\bcol(?:umn|\.)? ?-? ?(?:<n>|(?:1|2|i|ii|one|two)\b)")
_OPENS = re.compile(
    r"\bmodifiers?\b.{0,30}\b(?:opens?|unbundles?|bypass(?:es)?|unlocks?|overrides?)\b"
    r"|\b(?:opens?|bypass|unbundle)\b.{0,30}\bmodifiers?\b"
)
_YES_NO = re.compile(
    r"^\W*(?:so |and |but |ok |then )?(?:is|are|does|do|can|could|may|will|would|has|any|am|should)\b"
    r"|[,:;] ?(?:is|are|does|do|can|could|may|will|would)\b|\b(?:right|correct|true)\W*$"
)


def _pair(
    ask: Ask, pair: Edit, codes: Sequence[str], question: Question, facts: Facts, names: Mapping[str, str]
) -> Ruling:
    if pair.indicator == "?":
        both = f"{codes[0]} and {codes[1]}"
        return lacking(
            ask, "ptp.unknown", f"No PTP file that we hold covers {both} on this date. {pair.cure}", codes
        )
    if pair.indicator == "":
        return _free(ask, pair, codes, question, facts, names)
    if pair.indicator == "0":
        return _never(ask, pair, codes, question, facts)
    return _edited(ask, pair, codes, question, facts)


def _edition(pair: Edit) -> str:
    """ "the PTP edits of 2024-07-01" as a short phrase."""
    return pair.fact[0].edition if pair.fact else ""


def _column(pair: Edit) -> Said:
    return (
        f"{pair.column1} is column 1 (paid) and {pair.column2} is column 2 (denied when both are sent "
        "without the "
        "modifier).",
        pair.fact,
    )


def settled_by_words(
    ask: Ask, pair: Edit, question: Question, facts: Facts, text: str
) -> tuple[Verdict | None, Said]:
    """What the words of the question settle about an edit with indicator 1: the region, the interval, who it
    is."""
    cond = condition(pair, facts, question)
    region, time = ask.details.get("region"), ask.details.get("time")
    if cond.kind == "cmt":
        if _chiropractor(question) and medicare(question):
            return "no", chiropractor(facts, question, pair.column2)
        if region == "same" or (region is None and _ONE_REGION.search(text)):
            return "no", (
                f"In the region that gets {pair.column1}, {pair.column2} is not separately reportable: bill "
                f"{pair.column1} alone.",
                policy(facts, question, "cmt_region", "same_region"),
            )
        if region == "other" or _ELSEWHERE.search(text):
            return "yes" if _may_do_therapy(question) else "depends", ("", ())
    if cond.kind == "em" and _SEPARATE_EM.search(text) and not _NO_SEPARATE_EM.search(text):
        by_dc = bool({pair.column1, pair.column2} & CMT) and question.rendered_by in {"DC", None}
        if not by_dc or medicare(question) is False:
            return "yes", ("", ())
    if cond.kind == "interval" and (time == "separate" or _APART.search(text)):
        return "yes", ("", ())
    if cond.kind == "interval" and _ONE_INTERVAL.search(text):
        return "no", (
            f"In the same 15 minutes only one of them counts: bill {pair.column1} or {pair.column2}, not "
            "both.",
            policy(facts, question, "therapy", "services_per_15_minutes"),
        )
    if "97012" in (pair.column1, pair.column2) and region == "other":
        return "yes", ("", ())
    if cond.kind == "distinct" and (region == "other" or time == "separate"):
        return "yes", ("", ())
    return None, ("", ())


_PLAIN = re.compile(
    r"\b(?:without|w ?/ ?o|with no|w / no|no) (?:any |a |an |the |using |adding |needing )*(?:modifiers?|mods?|anything|anything else|59|<M59>)(?! (?:indicator|opens?|helps?|works?))\b"
    r"|\b(?:as is|as-is|unmodified)\b"
)
_ONE_REGION = re.compile(
    r"\bto the \w+ paraspinals?\b|\bsame (?:\w+ ){0,2}(?:region|area|level|spot|segment)s?\b"
)
_SEPARATE_EM = re.compile(
    r"\bseparately identifiable\b|\bsignificant,? (?:and )?separate|\bbeyond the usual\b"
)
_NO_SEPARATE_EM = re.compile(
    r"\b(?:no|not|without|nothing|isn't|wasn't|only if|if|unless|when|whether|must|need)\b.{0,30}\b(?:separately identifiable|significant|beyond)\b"
)
_APART = re.compile(
    r"\bfirst\b.{0,25}\bthen (?:\w+ ){0,2}(?:separate\w*|individual\w*|one[ -]on[ -]one)\b|\bfollowed by (?:\w+ )?(?:separate|individual)"
)
_ELSEWHERE = re.compile(
    r"\b(?:shoulders?|knees?|hips?|ankles?|wrists?|elbows?|feet|foot|hands?|extremit\w+)\b"
)


def _chiropractor(question: Question) -> bool:
    return question.rendered_by == "DC"


def _may_do_therapy(question: Question) -> bool:
    """Whether whoever did the manipulation may report therapy beside it: under Medicare a chiropractor may not."""
    if medicare(question) is False:
        return True
    if question.rendered_by is None:
        return medicare(question) is None
    return not _chiropractor(question)


def _edited(ask: Ask, pair: Edit, codes: Sequence[str], question: Question, facts: Facts) -> Ruling:
    """Indicator 1."""
    cond = condition(pair, facts, question)
    settled, reason = settled_by_words(ask, pair, question, facts, ask.details.get("text", ""))
    allowed: Verdict = settled or "depends"
    finding: Said = (
        f"{pair.pair} is an NCCI edited pair with modifier indicator 1: both only if {cond.when}.",
        (*pair.fact, *cond.facts),
    )
    if settled == "yes":
        finding = (
            f"Both may be reported: {pair.pair} is an NCCI edited pair with modifier indicator 1, and what "
            "you describe "
            "is the condition, if the record shows it.",
            (*pair.fact, *cond.facts),
        )
    elif settled == "no":
        finding = (
            f"Do not bill both: {pair.pair} is an NCCI edited pair with modifier indicator 1.",
            pair.fact,
        )
    then: Said = (
        f"If the record shows that, {cond.placed}; otherwise do not bill both.",
        (*cond.facts, *policy(facts, question, "modifier", "condition")),
    )
    medicare_limit: Said = ("", ())
    if cond.kind == "cmt" and not medicare(question) and settled != "no" and not question.payer:
        medicare_limit = (
            f"Medicare pays a chiropractor for 98940-98942 only, so there {pair.column2} is not payable at "
            "all.",
            held(facts.on(question.date_of_service, "chiropractic", "other", "medicare")),
        )
    answers: dict[str, Verdict | None] = {
        "allowed": allowed,
        "needed": allowed,
        "edited": "yes",
        "bundled": "yes",
        "modifier": "yes",
    }
    if (
        allowed == "depends"
        and _PLAIN.search(ask.details.get("text", ""))
        and ask.form in {"allowed", "needed"}
    ):
        # put without any modifier, the pair does not stand: "fine w/o anything, right?"
        ask = replace(ask, negated=False)
        answers["allowed"] = answers["needed"] = "no"
    if allowed == "depends" and re.search(
        r"\bnever\b" if ask.negated else r"\balways\b", ask.details.get("text", "")
    ):
        answers["allowed"] = "yes" if ask.negated else "no"  # neither always nor never
    said: list[Said] = [finding, reason, then if settled != "no" else ("", ()), _column(pair), medicare_limit]
    if ask.form in {"edited", "edited_value", "bundled", "why"}:
        said[0] = (
            f"{pair.pair} is an active NCCI edit with modifier indicator 1: both only if {cond.when}.",
            (*pair.fact, *cond.facts),
        )
    elif ask.form == "modifier":
        said = [
            (
                f"{_capital(cond.modifiers.rstrip(','))} on {cond.line} is what opens {pair.pair} (modifier "
                "indicator "
                f"1), and only if {cond.when}; otherwise do not bill both.",
                (*pair.fact, *cond.facts),
            ),
            _column(pair),
        ]
    elif ask.form in {"column", "indicator"}:
        made = cell(ask, pair, codes, question)
        said = [made[0], then]
        answers[ask.form] = made[1]
    if ask.form == "why":
        said.insert(
            1,
            (
                f"So {pair.column2} is denied when it comes without a modifier that the record supports.",
                pair.fact,
            ),
        )
    said.append(other_payers(question, facts))
    return ruling(
        ask, "ptp.indicator_1", allowed, answer(ask, answers), said, (pair.column1, pair.column2),
        warnings=[pair.warning],
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _never(ask: Ask, pair: Edit, codes: Sequence[str], question: Question, facts: Facts) -> Ruling:
    """Indicator 0."""
    meaning = policy(facts, question, "indicator_0", "meaning")
    finding: Said = (
        f"{pair.pair} is an NCCI edited pair with modifier indicator 0: not both for the same patient, day "
        "and "
        "provider, and no modifier opens it.",
        (*pair.fact, *meaning),
    )
    said: list[Said] = [
        finding,
        (
            f"{pair.column2} is column 2: it is denied beside {pair.column1}, another body part or not.",
            pair.fact,
        ),
    ]
    answers: dict[str, Verdict | None] = {
        "allowed": "no",
        "needed": "no",
        "edited": "yes",
        "bundled": "yes",
        "modifier": "no",
    }
    both = {pair.column1, pair.column2}
    if both & EVALUATIONS and both & EVALUATION_TESTS:
        said.append(
            (
                "The NCCI manual adds: not by one practitioner nor by two of the same specialty.",
                policy(facts, question, "evaluation_tests", "same_specialty"),
            )
        )
    elif both <= EVALUATIONS:
        said.append(
            (
                "A therapist reports one evaluation or re-evaluation a day.",
                policy(facts, question, "evaluation", "per_therapist_and_day"),
            )
        )
    if ask.form == "modifier":
        said[0] = (
            f"No modifier opens {pair.pair}: its NCCI modifier indicator is 0, so none makes both payable.",
            (*pair.fact, *meaning),
        )
    elif ask.form in {"column", "indicator"}:
        made = cell(ask, pair, codes, question)
        said = [made[0], finding]
        answers[ask.form] = made[1]
    said.append(other_payers(question, facts))
    return ruling(
        ask,
        "ptp.indicator_0",
        "no",
        answer(ask, answers),
        said,
        (pair.column1, pair.column2),
        warnings=[pair.warning],
    )


_CAREFREE = re.compile(
    r"\bautomatic\w*|\bfree to\b|\bwithout (?:any )?(?:worr\w+|further|concern\w*|question\w*|conditions?)\b|\bno matter what\b|\bno questions asked\b|\bregardless\b|\bunconditional\w*"
)
"""What somebody concludes from there being no edit, and it does not follow."""


def _free(
    ask: Ask, pair: Edit, codes: Sequence[str], question: Question, facts: Facts, names: Mapping[str, str]
) -> Ruling:
    """No active edit: not a permission, and a therapy service still needs its own 15 minutes."""
    a, b = codes[0], codes[1]
    text = ask.details.get("text", "")
    finding: Said = (
        f"{a} and {b} have no active NCCI edit ({_edition(pair)}), so NCCI asks for no modifier on the pair.",
        pair.fact,
    )
    verdict: Verdict = "yes"
    extra: list[Said] = []
    if pair.ended and pair.fact and pair.fact[0].effective_to is not None and pair.fact[0].table == "ptp":
        fact = pair.fact[0]
        how = "was withdrawn from its first day" if fact.value == "9" else f"ended on {fact.effective_to}"
        extra.append((f"An earlier edit {pair.pair} {how}; older articles still name it.", pair.fact))
    alone = policy(facts, question, "no_edit", "permission")
    permission: Said = (
        "No edit is not a promise of payment: each service must be covered and documented.",
        alone,
    )
    free = [code for code in (a, b) if supervised(facts, question, code)]
    if is_therapy(a) and is_therapy(b) and not {a, b} & EVALUATIONS:
        if free:
            permission = (
                f"{listing(free)} "
                f"{'is a supervised modality' if len(free) == 1 else 'are supervised modalities'} and "
                "may run in the same 15 minutes as other therapy; each service must still be covered and "
                "documented.",
                (*supervised(facts, question, free[0]), *alone),
            )
        else:
            permission = (
                "Each needs its own 15-minute period: edit or no edit, one period holds one therapy service.",
                (*policy(facts, question, "therapy", "services_per_15_minutes"), *alone),
            )
            if _ONE_INTERVAL.search(text):
                verdict = "no"
                finding = (
                    f"Not both for the same 15 minutes: {a} and {b} have no NCCI edit, but one 15-minute "
                    "period holds one therapy service.",
                    (*policy(facts, question, "therapy", "services_per_15_minutes"), *pair.fact),
                )
    if {a, b} & {"97161", "97162", "97163", "97164"} and {a, b} & {"97165", "97166", "97167", "97168"}:
        permission = (
            "A PT and an OT evaluation on one day are both reportable when two practitioners do them.",
            policy(facts, question, "evaluation", "two_practitioners"),
        )
        verdict = "yes" if _TWO_PEOPLE.search(text) or ask.form != "allowed" else "depends"
    again = next((code for code in (a, b) if code in REEVALUATIONS), "")
    if again and not {a, b} <= EVALUATIONS and is_therapy(a) and is_therapy(b):
        status = policy(facts, question, "reevaluation", "condition")
        permission = (
            f"{again} beside treatment needs a change in the patient's status, edit or no edit; it is no routine service.",
            status,
        )
        if re.search(r"\b(?:every|each) (?:visit|session|time|day)\b|\broutine", text):
            verdict, finding = (
                "no",
                (
                    f"Not routinely: {a} and {b} have no active NCCI edit, but a re-evaluation needs a change of status.",
                    (*pair.fact, *status),
                ),
            )
    promised = bool(re.search(r"\bguarantee\w*\b|\bmean\b.*\bpa(?:id|y|yment)\b", text))
    rest = without_edit(text)
    if rest is not None and _CAREFREE.search(rest):
        promised, ask = True, replace(ask, negated=denied(_CAREFREE.sub(" ", rest)))
    elif promised:
        ask = replace(ask, negated=False)
    if promised:
        verdict, ask = "no", replace(ask, details={**ask.details, "kind": "yes_no"})
        finding = (
            "No edit is not a promise of payment: each service must be covered and documented.",
            (*pair.fact, *policy(facts, question, "no_edit", "permission")),
        )
    em = next((code for code in (a, b) if is_em(code)), "")
    if em and any(not is_em(code) for code in (a, b)):
        extra.append(
            (
                f"{em} still counts only as a significant, separately identifiable E/M (25 on {em}).",
                policy(facts, question, "em", "modifier"),
            )
        )
    unpaid = _unpaid((a, b), question, facts)
    limits: list[Said] = []
    if ask.form in {"allowed", "needed"} and verdict == "yes":
        if _chiropractor(question) and medicare(question) and not {a, b} <= CMT:
            other = next(code for code in (a, b) if code not in CMT)
            verdict, finding, extra = "no", chiropractor(facts, question, other), [finding, *extra]
        elif _chiropractor(question) and question.payer is None and not {a, b} <= CMT:
            other = next(code for code in (a, b) if code not in CMT)
            verdict = "depends"
            limits = [
                (
                    f"Medicare pays a chiropractor for 98940-98942 only, so there {other} is not payable; other payers may pay it.",
                    chiropractor(facts, question, other)[1],
                )
            ]
        elif question.rendered_by is None and medicare(question) and _beside_manipulation((a, b)):
            other = next(code for code in (a, b) if code not in CMT)
            verdict = "depends"
            limits = [
                (
                    f"If a chiropractor bills them, Medicare pays 98940-98942 alone and not {other}; by another practitioner both may be paid.",
                    chiropractor(facts, question, other)[1],
                )
            ]
        elif unpaid and medicare(question) is not False:
            verdict = "no" if medicare(question) else "depends"
            limits = unpaid
    answers: dict[str, Verdict | None] = {
        "allowed": verdict,
        "needed": verdict,
        "edited": "no",
        "bundled": "no",
        "modifier": "no",
        "indicator": "no",
        "column": "no",
    }
    if ask.form in {"modifier", "column", "indicator"}:
        finding = (
            f"None: {a} and {b} have no active NCCI edit ({_edition(pair)}), so there is no column, "
            "indicator or "
            "modifier for the pair.",
            pair.fact,
        )
    said = [
        *(limits if verdict == "no" else ()),
        finding,
        *(limits if verdict != "no" else ()),
        *extra,
        permission,
    ]
    return ruling(
        ask, "ptp.guarantee" if promised else "ptp.no_edit", verdict, answer(ask, answers), [*said, other_payers(question, facts)], (a, b),
        warnings=[pair.warning],
    )  # fmt: skip


def _beside_manipulation(codes: Sequence[str]) -> bool:
    """A spinal manipulation and a therapy service: who did them decides for Medicare."""
    return any(c in CMT for c in codes) and any(is_therapy(c) for c in codes)


def _unpaid(codes: Sequence[str], question: Question, facts: Facts) -> list[Said]:
    """Codes that Medicare does not pay by themselves, each with its status."""
    said: list[Said] = []
    for code in codes:
        status = mpfs(facts, question, code, "status")
        if status.state == "held" and status.fact is not None and status.fact.value in _UNPAID:
            letter = status.fact.value
            said.append(
                (
                    f"{code} {_UNPAID[letter]} (status {letter}), so it is not paid beside anything.",
                    held(status),
                )
            )
    return said


def _many(
    ask: Ask,
    codes: Sequence[str],
    edits: Sequence[Edit],
    question: Question,
    facts: Facts,
    names: Mapping[str, str],
) -> Ruling:
    """Three codes and more: every pair, the edited ones one by one."""
    del names
    said: list[Said] = []
    active = [pair for pair in edits if pair.indicator in {"0", "1"}]
    unknown = [pair for pair in edits if pair.indicator == "?"]
    free = [pair for pair in edits if pair.indicator == ""]
    if unknown and not active and not free:
        return lacking(
            ask,
            "ptp.unknown",
            f"No PTP file that we hold covers {listing(codes)} on this date. {unknown[0].cure}",
            codes,
        )
    verdicts: list[Verdict] = []
    for pair in active:
        if pair.indicator == "0":
            verdicts.append("no")
            said.append(
                (
                    f"{pair.pair} is an NCCI edited pair with modifier indicator 0: never both.",
                    (*pair.fact, *policy(facts, question, "indicator_0", "meaning")),
                )
            )
            continue
        cond = condition(pair, facts, question)
        settled, reason = settled_by_words(ask, pair, question, facts, ask.details.get("text", ""))
        verdicts.append(settled or "depends")
        said.append(
            (
                f"{pair.pair} is an NCCI edited pair with modifier indicator 1: both only if {cond.when}; "
                "then "
                f"{cond.placed}, otherwise not both.",
                (*pair.fact, *cond.facts),
            )
        )
        said.append(reason)
    if free:
        words = listing([f"{pair.column1} with {pair.column2}" for pair in free])
        if not active:
            named_ = [code for code in codes if any(code in (f.column1, f.column2) for f in free)]
            words = f"Among {listing(named_)} there is no active NCCI edit ({_edition(free[0])})."
            said.append((words, tuple(fact for pair in free for fact in pair.fact)))
        else:
            said.append((f"No active edit: {words}.", tuple(fact for pair in free for fact in pair.fact)))
    if unknown:
        words = listing([pair.pair for pair in unknown])
        said.append((f"Not covered by the file we hold: {words}. {unknown[0].cure}", ()))
    if not active:
        said.append(
            (
                "No edit is not a promise of payment; timed services still need a 15-minute period each.",
                (
                    *policy(facts, question, "no_edit", "permission"),
                    *policy(facts, question, "therapy", "services_per_15_minutes"),
                ),
            )
        )
    allowed: Verdict = "no" if "no" in verdicts else "depends" if "depends" in verdicts or unknown else "yes"
    answers: dict[str, Verdict | None] = {
        "allowed": allowed,
        "needed": allowed,
        "edited": "yes" if active else "depends" if unknown else "no",
        "bundled": "yes" if active else "depends" if unknown else "no",
        "modifier": "yes" if any(p.indicator == "1" for p in active) else "no",
    }
    if active and free and len(re.findall(r"\bedits?\b", ask.details.get("text", ""))) > 1:
        answers |= {"edited": None, "bundled": None}  # "A and B any edit, A and C any edit?": not one answer
    said.append(other_payers(question, facts))
    return ruling(
        ask,
        "ptp.pairs",
        allowed,
        answer(ask, answers),
        said,
        codes,
        warnings=[pair.warning for pair in edits[:1]],
    )
