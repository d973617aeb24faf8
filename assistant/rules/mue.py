"""Medically unlikely edits (MUE): may so many units be reported, and what does the adjudication indicator
(MAI) allow?

Authority: the CMS MUE file of the date and setting; NCCI Policy Manual ch. I.V: MAI 1 limits a line, 2 a day
absolutely, 3 a day as a benchmark that evidence can lift; 2 and 3 add up all lines of the day, and one unit
too many denies them all. An MUE says nothing on coverage, and its denial is a coding denial.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, medicare, named, ruling, value
from assistant.rules.edits import policy
from assistant.rules.therapy import timed, timing_fact, unit_words
from assistant.rules.timing import areas
from assistant.wording import bills_patient, payer_name

_OVER = re.compile(
    r"\b(?:exceeds?|exceeding|over|above|beyond|past|more than|too many|busts?|breaks?|blows?|hits? the ceiling)\b"
)
_TWICE = re.compile(r"\b(?:twice|two|both times|second|<n>)\b|\bx ?2\b")
_COVERS = re.compile(r"\bcover(?:s|ed|age)?\b|\bguarantee|\bmean\b.*\bpa(?:y|id)")
_ABSOLUTE = re.compile(
    r"\babsolute\b|\bhard (?:limit|stop|cap)\b|\boverrid|\bappeal|\bever be paid\b|\bexception"
)
_SUM = re.compile(
    r"\badd (?:up|together)\b|\ball lines\b|\bsum\b|\bper (?:line|day|claim)\b|\bonly the extra\b|\bwhole\b"
)
_SPLIT = re.compile(r"\bsplit\w*\b|\b(?:two|separate|another|second|different) lines?\b")


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code, or on what an MAI means."""
    text = ask.details.get("text", "")
    if bills_patient(text) or re.search(r"\babn\b", text):
        return (_patient(ask, question, facts),)
    unlisted = _no_limit(ask, question, facts, text)
    if unlisted:
        return (unlisted,)
    around = tuple(made for code in dict.fromkeys(ask.codes) for made in areas(ask, code, question, facts))
    if around:
        return around
    if not ask.codes:
        made = _meaning(ask, question, facts, text)
        return (made,) if made else ()
    return tuple(_one(ask, code, question, facts, names, text) for code in dict.fromkeys(ask.codes))


_NO_MUE = re.compile(
    r"\b(?:no|without an?) (?:published |listed )?mue\b|\b(?:not|isn't|no) (?:listed )?(?:in|on) (?:the |an? )?mue\b"
)
_NO_LIMIT = re.compile(
    r"\bunlimited\b|\bno limits?\b|\bany number\b|\bas many\b|\bwithout (?:a )?limit\b|\bno cap\b"
)


_UNPAID = re.compile(
    r"\b(?:mean\w*|so|therefore|imply|implies|says?)\b.*(?:"
    r"(?:\b(?:not|never|cannot)\b|n't\b) (?:\w+ ){0,3}?(?:pa(?:y|ys|id|yable)|cover\w*|bill\w*|reimburs\w*|separate\w*)"
    r"|\b(?:non ?-? ?covered|non ?-? ?payable|bundled|no (?:separate )?payment)\b)"
)
"""An inference drawn from a limit of 0: not covered, or not paid separately."""


def _no_limit(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling | None:
    """ "Not in the MUE file, so no limit?": what has no published MUE is not unlimited."""
    if not _NO_MUE.search(text) or not _NO_LIMIT.search(text):
        return None
    said: list[Said] = [
        (
            "No published MUE is not the same as no limit: the units must still be documented and necessary.",
            policy(facts, question, "mue", "coverage"),
        ),
    ]
    return ruling(ask, "mue.no_limit", "no", "no", said, (*ask.codes, "MUE"))


def units_of(ask: Ask, code: str) -> int | None:
    """The units the message puts for a code: its own, else the only ones named."""
    for pair in ask.details.get("units", "").split(","):
        owner, _, count = pair.partition("=")
        if owner == code and count.isdigit():
            return int(count)
    return ask.units


def _one(
    ask: Ask, code: str, question: Question, facts: Facts, names: Mapping[str, str], text: str
) -> Ruling:
    when, setting = question.date_of_service, question.setting
    found = facts.on(when, "mue", code, "value", setting=setting)
    mai = facts.on(when, "mue", code, "mai", setting=setting)
    if found.state == "silent":
        note = f"No MUE file that we hold covers {code} on this date. {found.cure}"
        return lacking(ask, "mue.unknown", note, (code,))
    if found.state != "held" or found.fact is None:
        carried = (found.fact,) if found.fact else ()
        said: list[Said] = [
            (f"No MUE is published for {code}; that is not the same as no limit.", carried),
            ("Some values are kept confidential, and medical necessity limits the units anyway.", carried),
        ]
        return ruling(
            ask,
            "mue.unpublished",
            None,
            answer(ask, {"allowed": "depends"}),
            said,
            (code,),
            warnings=[found.warning],
        )
    limit, indicator = int(found.fact.value), value(mai)
    edition = found.fact.edition
    carriers = (found.fact, *held(mai))
    lead: Said = (f"The MUE of {named(code, names)} is {limit}, with MAI {indicator} ({edition}).", carriers)
    warnings = [found.warning]
    units = units_of(ask, code)
    told = units is not None and re.search(
        r"\bmai (?:is |of )?<n>", text
    )  # "5 units, MUE 4 MAI 3: can it be paid?"
    if ask.form == "mai" or _asks_mai(ask, text) and not told:
        return _mai(ask, code, lead, limit, indicator, carriers, question, facts, text, warnings)
    if (
        units is not None
        and "mue" not in text
        and re.search(r"\b(?:more than|over|above|beyond|exceed\w*) <u>", text)
    ):
        units += 1
    if units is None and ask.form in {"allowed", "needed"} and _TWICE.search(text):
        units = 2
    if ask.form == "value" or units is None:
        return _value(ask, code, lead, limit, indicator, question, facts, text, warnings)
    return _units(ask, code, units, lead, limit, indicator, carriers, question, facts, text, warnings)


def _asks_mai(ask: Ask, text: str) -> bool:
    return bool(re.search(r"\bmai\b|\babsolute\b|\boverrid|\bonly the extra\b", text)) or (
        ask.form != "value" and bool(_SPLIT.search(text))
    )


def _consequence(indicator: str, facts: Facts, question: Question) -> list[Said]:
    """What an MAI allows, and how units are added up."""
    when = question.date_of_service
    meaning, adding = (
        facts.on(when, "mai_meaning", indicator),
        facts.on(when, "mai_meaning", indicator, "sum"),
    )
    said: list[Said] = []
    if held(meaning):
        said.append((f"MAI {indicator} means: {value(meaning)}.", held(meaning)))
    if held(adding):
        said.append((f"{_capital(value(adding))}.", held(adding)))
    return said


def _no_coverage(facts: Facts, question: Question) -> Said:
    return (
        "An MUE is a limit, not a promise: it says nothing on coverage.",
        policy(facts, question, "mue", "coverage"),
    )


def _others(facts: Facts, question: Question) -> Said:
    if medicare(question) is not False:
        return ("", ())
    return (
        f"MUEs are Medicare's: {payer_name(question.payer)} may have limits of its own.",
        policy(facts, question, "other_payers", "edits"),
    )


def _value(
    ask: Ask, code: str, lead: Said, limit: int, indicator: str, question: Question, facts: Facts, text: str,
    warnings: list[str],
) -> Ruling:  # fmt: skip
    """ "What is the MUE?", and "the MUE is 32, right?"."""
    zero: Said = ("", ())
    if limit == 0:
        zero = (f"An MUE of 0 means that {code} is not covered or not paid separately.", lead[1])
    put = [m.value for m in question.mentions if m.kind in {"number", "units"} and m.value.isdigit()]
    said_to_be = re.search(r"\bmue\b[^?.;]{0,30}\b(?:is|of|=) ?(\d{1,3})\b(?!\d)", question.text, re.I)
    put = put or ([said_to_be[1]] if said_to_be else [])
    if re.search(r"\blimit(?:ed)? (?:to|of) (?:one|once)\b", text):
        put = ["1"]
    stated = int(put[-1]) if put else None
    verdict: Verdict | None = None
    if (
        (
            re.match(r"\W*(?:so )?is there an? (?:\w+ )?(?:mue|limit)\b", text)
            and ask.details.get("kind") == "yes_no"
            and not put
        )
        or re.search(r"\bmean", text)
        and limit == 0
    ):
        verdict = "yes"
    elif _COVERS.search(text):
        verdict = "no"
    elif stated is not None:
        verdict = "yes" if stated == limit else "no"
    said = [
        lead,
        zero,
        *_consequence(indicator, facts, question),
        _no_coverage(facts, question),
        _others(facts, question),
    ]
    answered = answer(ask, {"value": verdict, "allowed": verdict, "needed": verdict})
    unpaid = limit == 0 and ask.details.get("kind") == "yes_no" and _UNPAID.search(text)
    if unpaid and not re.search(r"\b(?:doesn't|does not|don't|not) mean\b", text):
        answered = (
            "depends" if medicare(question) is False else "yes"
        )  # what a limit of 0 says, as it was put
    elif limit == 0 and re.search(r"\bmean", text) and _NO_LIMIT.search(text):
        answered = "yes" if ask.negated else "no"
    name = "mue.zero" if limit == 0 and (unpaid or re.search(r"\bmean", text)) else "mue.value"
    return ruling(ask, name, None, answered, said, (code,), warnings=warnings)


def _units(
    ask: Ask, code: str, units: int, lead: Said, limit: int, indicator: str, carriers: tuple[Fact, ...],
    question: Question, facts: Facts, text: str, warnings: list[str],
) -> Ruling:  # fmt: skip
    """May so many units be reported? "Over the MUE?" asks the same the other way round."""
    over = units > limit
    asks_over = bool(_OVER.search(text)) and "mue" in text
    within_asked = "mue" in text
    single = timed(facts, question, code) is False
    said: list[Said]
    sessions = re.search(
        r"\bmorning\b.*\b(?:afternoon|evening)\b|\ba ?\.?m\.? and p ?\.?m\b|\b(?:two|separate|second|different) (?:sessions?|visits?|encounters?)\b",
        text,
    )
    if single and units > 1 and not (sessions and indicator == "3"):
        verdict: Verdict = "no"
        said = [
            (
                f"Not {units} units: {code} is untimed, {unit_words(facts, question, code)}.",
                timing_fact(facts, question, code),
            ),
            lead,
        ]
    elif limit == 0:
        verdict = "no"
        said = [
            (
                f"Not {_n(units)} of {code}: its MUE is 0, so Medicare covers none or pays none separately.",
                carriers,
            ),
            lead,
        ]
        if medicare(question) is False:
            verdict = "depends"
    elif over:
        verdict = "no" if indicator == "2" and medicare(question) is not False else "depends"
        then = {
            "1": "the line is denied; units on record may stand on another line with a modifier",
            "2": "that is an absolute limit of the day",
            "3": "all units of the day are denied at first; more are paid only on evidence",
        }.get(indicator, "the units are denied")
        said = [
            (f"{_n(units)} of {code} are above its MUE of {limit} (MAI {indicator}): {then}.", carriers),
            lead,
        ]
    else:
        verdict = "yes"
        said = [
            (
                f"{_n(units)} of {code} are within its MUE of {limit} (MAI {indicator}), if the record "
                "supports them.",
                carriers,
            ),
            lead,
        ]
        if timed(facts, question, code):
            said.append(
                (
                    f"{code} is timed: the minutes decide how many units there are.",
                    timing_fact(facts, question, code),
                )
            )
        said.append(_no_coverage(facts, question))
    said += _consequence(indicator, facts, question) if over else []
    said.append(_others(facts, question))
    put: Verdict = verdict
    if asks_over:
        put = "yes" if over else "no"
    elif within_asked and over and not re.search(r"\b(?:pa(?:y|id|yable)|appeal\w*)\b", text):
        put = "no"
    if _COVERS.search(text) and within_asked and not over:
        put = "no"
    answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed"), put)
    if asks_over or within_asked:
        said[0], said[1] = (said[0], said[1]) if not single or units < 2 else (said[0], lead)
    return ruling(ask, "mue.units", verdict, answer(ask, answers), said, (code,), warnings=warnings)


def _n(units: int) -> str:
    return "1 unit" if units == 1 else f"{units} units"


def _mai(
    ask: Ask, code: str, lead: Said, limit: int, indicator: str, carriers: tuple[Fact, ...],
    question: Question, facts: Facts, text: str, warnings: list[str],
) -> Ruling:  # fmt: skip
    """The MAI of a code, and what is asked about it: absolute? split over lines? only the extra unit?"""
    verdict = _about(indicator, text)
    if re.search(r"\bover(?:ride|ridden)\b|\bever be paid\b|\bappeal", text):
        verdict = "no" if indicator == "2" else "yes"
    said: list[Said] = [
        (f"The MAI of {code} is {indicator}, and its MUE is {limit} ({carriers[0].edition}).", carriers),
        *_consequence(indicator, facts, question),
        _others(facts, question),
    ]
    answered = answer(ask, dict.fromkeys(("allowed", "needed", "mai", "value", "why"), verdict))
    return ruling(ask, "mue.mai", None, answered, said, (code,), warnings=warnings)


def _about(indicator: str, text: str) -> Verdict | None:
    """The answer to a yes/no question about an MAI; None where the words ask for none."""
    if re.search(r"\bonly the extra\b|\bjust the extra\b|\bonly the excess\b", text):
        return "yes" if indicator == "1" else "no"
    if _SPLIT.search(text):
        return "yes" if indicator == "1" else "no"
    if re.search(
        r"\badd(?:s|ed)?\b|\ball (?:the )?lines\b|\bsum(?:s|med)?\b|\btotal(?:l?ed)?\b|\baggregat", text
    ):
        return "no" if indicator == "1" else "yes"
    if re.search(r"\bper (?:claim )?line\b|\bline (?:limit|edit)\b", text):
        return "yes" if indicator == "1" else "no"
    if re.search(r"\bper day\b|\bday (?:limit|edit)\b|\bdate of service\b", text):
        return "no" if indicator == "1" else "yes"
    if re.search(r"\boverrid|\bever be paid\b|\bappeal|\bcan (?:be )?paid\b|\babove\b", text):
        return "no" if indicator == "2" else "yes"
    if re.search(
        r"\b(?:extra|excess|over) units?\b.{0,30}\bonly\b|\bonly (?:the )?(?:extra|excess|over|\w+ extra) unit",
        text,
    ):
        return "no" if indicator in {"2", "3"} else None
    if re.search(r"\babsolute\b|\bhard\b", text):
        return "yes" if indicator == "2" else "no"
    return None


def _meaning(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling | None:
    """What MAI 1, 2 or 3 means; what an MUE of 0 means; that an MUE is no coverage."""
    numbers = re.findall(r"\bmai\W*(?:of\W*|is\W*)?([123])\b", question.text, re.I)
    if numbers:
        verdicts = {_about(number, text) for number in numbers}
        verdict = verdicts.pop() if len(verdicts) == 1 else None
        said = [s for number in dict.fromkeys(numbers) for s in _consequence(number, facts, question)]
        answered = answer(ask, dict.fromkeys((ask.form, "mai", "allowed"), verdict))
        return ruling(
            ask, "mue.mai_meaning", None, answered, said, tuple(f"MAI {n}" for n in dict.fromkeys(numbers))
        )
    if "mue" not in text and "medically unlikely" not in text:
        return None
    if re.search(r"\bmue\W*(?:of\W*|is\W*|value\W*)?0\b|\bmue\W*(?:of\W*)?zero\b", question.text, re.I):
        zero = "An MUE of 0 means that the code is not covered or not paid separately."
        said = [(zero, policy(facts, question, "mue", "zero"))]
        put: Verdict | None = "yes" if re.search(r"\bnot\b|\bnon", text) else "no"
        answered = None if ask.details.get("kind") in {"value", "why"} else put
        return ruling(ask, "mue.zero", None, answered, said, ("MUE",))
    if _COVERS.search(text):
        return ruling(
            ask,
            "mue.coverage",
            "no",
            answer(ask, {ask.form: "no"}),
            [_no_coverage(facts, question)],
            ("MUE",),
        )
    return None


def _patient(ask: Ask, question: Question, facts: Facts) -> Ruling:
    said: list[Said] = [
        (
            "Not the patient: an MUE denial is a coding denial, and an ABN does not shift it.",
            (*policy(facts, question, "denial", "bill_patient"), *policy(facts, question, "mue", "abn")),
        ),
        ("The units may be corrected or appealed.", policy(facts, question, "mue", "appeal")),
    ]
    answered = answer(ask, dict.fromkeys(("allowed", "needed", "value", "mai", "why"), "no"))
    return ruling(ask, "mue.bill_patient", "no", answered, said, (*ask.codes, "MUE"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
