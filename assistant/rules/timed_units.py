"""Timed units: how many 15-minute units do the minutes make, by Medicare's total time and by the CPT
midpoint?

Authority: Medicare Claims Processing Manual (IOM 100-04) ch. 5 s.20.2 (all timed minutes together), CPT time
rule (each code by itself, a unit when its midpoint is passed), Medicare Benefit Policy Manual ch. 15
s.220.3.E (what is recorded). The payer decides the method: known, one is ruled; unknown, both are shown. The
arithmetic is in `units`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product

from assistant.domain import Ask, CitecodeError, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules import units as arithmetic
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, named, ruling, value
from assistant.rules.reading import denied
from assistant.rules.therapy import timed, timing, timing_fact, unit_words
from assistant.wording import payer_name, payer_type

_CPT = re.compile(
    r"\bmid ?-?point|\brule of (?:8|eight)s?\b|\bama\b|\bcpt (?:time|rule|method|mid)|\bspm\b|\bsubstantial "
    r"portion",
    re.I,
)
_TOTAL = re.compile(
    r"\b(?:8|eight)[ -]*min(?:ute)?s?[ -]*rule|\btotal time\b|\bcms (?:rule|method)|\bmedicare "
    r"(?:rule|method|units?)",
    re.I,
)
_COUNTS = re.compile(
    r"\b(?:count|counts|counted|counting|include|included|includes|add|adds|added|apply|applies|part "
    r"of|toward|towards)\b"
)
_RECORD = re.compile(
    r"\b(?:document|record|chart|note|write down)\w*\b.*\bminutes\b|\btotal treatment (?:time|minutes)\b"
)
_FULL = re.compile(r"\bfull\b.*\b(?:required|needed|necessary)|\b(?:require|need|must)\w*\b.*\bfull\b")
_ACROSS = re.compile(r"\btotal (?:time|minutes)\b|\bacross\b|\badd (?:up|together)\b|\bcombin")
_SAME = re.compile(r"\bsame\b|\bidentical\b|\bequal\b|\bequivalent\b|\bdifferent\b|\bdiffer\b")
_OTHER_MATTER = re.compile(
    r"\badvantage\b|\bcommercial\b|\btricare\b|\bmedicaid\b|\bpayers?\b|\bplans?\b|\bresults?\b|\bunits\b|\banswer\b|\bbands?\b|\bthreshold|\bminimum\b"
)
_TOTAL_WORDS = re.compile(
    r"\b(?:8|eight)[ -]*min(?:ute)?s?[ -]*rule|\btotal time\b|\bcms\b|\bmedicare(?:'s)?\b", re.I
)
_WHAT = re.compile(
    r"\bwhat(?:'s| is| are)?\b.*\brule\b|\bexplain\b|\bdifference\b|\bvs\b|\bversus\b|\bhow does\b.*\brule\b"
)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """Units from the minutes given; without minutes, the band of a number of units or what the method says."""
    minutes: dict[str, int] = {}
    for code, number in ask.minutes:
        minutes[code] = minutes.get(code, 0) + number
    stated = {code for code, _ in ask.minutes if code}
    if not stated and minutes and len(ask.codes) == 1:
        minutes = {ask.codes[0]: sum(minutes.values())}
    asks_method = ask.form in {"method", "counts", "rule_applies", "range"}
    if not minutes or asks_method or _asks_method(ask):
        made = _method(ask, question, facts, names)
        if made or not minutes:
            return (made,) if made else ()
    if "" in minutes and len(minutes) == 1:
        return (_total(ask, minutes[""], question, facts),)
    minutes.pop("", None)
    try:
        counted = arithmetic.units(minutes, lambda code: timed(facts, question, code))
    except CitecodeError as error:
        return (lacking(ask, "timed_units.minutes", str(error), tuple(minutes)),)
    return (_units(ask, counted, minutes, question, facts, names),)


def _asks_method(ask: Ask) -> bool:
    """Whether the words ask about the rule and not about a number of units."""
    text = ask.details.get("text", "")
    if re.search(r"\bhow many units\b|\bwhat units\b|<u>", text):
        return False
    return bool(
        _COUNTS.search(text) and re.search(r"\btotal\b|\brule\b|\btimed minutes\b|\btoward", text)
    ) or bool(_FULL.search(text))


def method(question: Question, facts: Facts) -> tuple[str, tuple[Fact, ...]]:
    """ "medicare", "cpt" or "both", by what the words or the payer say, and the fact behind it."""
    when = question.date_of_service
    kind = payer_type(question.payer)
    if kind == "medicare":
        return "medicare", held(facts.on(when, "payer_methods", "medicare"))
    if _CPT.search(question.text) and not _TOTAL.search(question.text):
        return "cpt", held(facts.on(when, "time_rule", "cpt"))
    if _TOTAL.search(question.text) and not _CPT.search(question.text):
        return "medicare", held(facts.on(when, "time_rule", "medicare"))
    return "both", held(facts.on(when, "payer_methods", kind or ""))


def _rule_facts(facts: Facts, question: Question, which: str) -> tuple[Fact, ...]:
    return held(facts.on(question.date_of_service, "time_rule", which))


def _n(number: int) -> str:
    return "1 unit" if number == 1 else "no unit" if number == 0 else f"{number} units"


def _allocated(part: arithmetic.Allocation) -> str:
    """97112 x 2, 97110 x 1"""
    return ", ".join(f"{code} x {count}" for code, count in part.units.items())


def _finding(part: arithmetic.Allocation) -> str:
    return f"{_n(part.billable_units) if part.billable_units else 'no unit (0)'}" + (
        f" ({_allocated(part)})" if part.units else ""
    )


def _units(
    ask: Ask, counted: arithmetic.Units, minutes: Mapping[str, int], question: Question, facts: Facts,
    names: Mapping[str, str],
) -> Ruling:  # fmt: skip
    which, source = method(question, facts)
    # "And under the AMA rule?" of a Medicare claim: the number asked for is said beside Medicare's.
    compares = which == "medicare" and ask.details.get("kind") == "value" and bool(_CPT.search(question.text))
    if compares:
        which = "both"
    per_code = tuple(fact for code in minutes for fact in timing_fact(facts, question, code))
    total, each = _rule_facts(facts, question, "medicare"), _rule_facts(facts, question, "cpt")
    has_timed = bool(counted.medicare.total_minutes)
    said: list[Said] = []
    parts: dict[str, arithmetic.Allocation] = {}
    if has_timed:
        if which in {"medicare", "both"}:
            parts["medicare"] = counted.medicare
        if which in {"cpt", "both"}:
            parts["cpt"] = counted.cpt
        said += _counts(counted, which, total, each, per_code)
        said += _working(counted, which, total)
    for code in counted.untimed:
        words = f"{named(code, names)} is untimed: {unit_words(facts, question, code)}"
        said.append(
            (
                f"{words}; its {minutes[code]} minutes do not count as timed minutes.",
                timing_fact(facts, question, code),
            )
        )
    for code in counted.unknown:
        unit = timing(facts, question, code, "unit")
        words = f"its unit is {unit}" if unit else "nothing held says whether it is timed"
        said.append(
            (
                f"{code} is not counted here: {words}.",
                timing_fact(facts, question, code, "unit") if unit else (),
            )
        )
    if has_timed and which != "cpt":
        record = facts.on(question.date_of_service, "time_rule", "medicare", "record")
        said.append((f"For Medicare, record {value(record)}.", held(record)))
    if has_timed and which == "both" and not compares:
        said.append(_payer(question, facts, source))
    verdicts = [_enough(ask, question, part, counted, minutes) for part in parts.values()]
    if not verdicts:
        verdicts = [_enough(ask, question, counted.medicare, counted, minutes)]
    verdict: Verdict = verdicts[0] if len(set(verdicts)) == 1 else "depends"
    about = [code for code in ask.details.get("asked", "").split(",") if code in minutes]
    if about and ask.form in {"allowed", "needed"} and ask.units is None and not ask.details.get("units"):
        return _asked(ask, about, counted, parts, said, question, facts)
    lead = _answer_lead(ask, verdict, counted, minutes, parts, question, facts)
    if lead[0]:
        said.insert(0, lead)
    if not said or counted.unknown and not has_timed and not counted.untimed:
        text = f"Nothing held says whether {listing(list(minutes))} is timed; check its unit in the CPT book."
        return lacking(ask, "timed_units.unknown", text, tuple(minutes))
    return ruling(
        ask,
        "timed_units.minutes",
        verdict,
        answer(ask, {"allowed": verdict, "needed": verdict}),
        said,
        tuple(minutes),
    )


def _asked(
    ask: Ask, about: Sequence[str], counted: arithmetic.Units, parts: Mapping[str, arithmetic.Allocation],
    said: list[Said], question: Question, facts: Facts,
) -> Ruling:  # fmt: skip
    """Of several codes with minutes the question is about some: whether each of those gets a unit."""
    verdicts: list[Verdict] = []
    for code in about:
        if code in counted.untimed:
            verdicts.append("yes")
            continue
        got: list[Verdict] = [
            "yes" if part.units.get(code) or code in part.either else "no" for part in parts.values()
        ]
        verdicts.append(got[0] if len(set(got)) == 1 else "depends")
    verdict: Verdict = verdicts[0] if len(set(verdicts)) == 1 else "depends"
    carried = tuple(fact for which in parts for fact in _rule_facts(facts, question, which))
    words = {
        "yes": f"{listing(about)} gets a unit.",
        "no": f"No unit for {listing(about)}: the others have more minutes left.",
        "depends": f"Whether {listing(about)} gets a unit depends on how the payer counts.",
    }[verdict]
    if verdict == "no" and not any(part.billable_units for part in parts.values()):
        words = f"No unit for {listing(about)}: the minutes make none."
    lead: Said = (words, carried or timing_fact(facts, question, about[0]))
    answered = answer(ask, dict.fromkeys(("allowed", "needed"), verdict))
    return ruling(ask, "timed_units.asked", verdict, answered, [lead, *said], about)


def _counts(
    counted: arithmetic.Units,
    which: str,
    total: tuple[Fact, ...],
    each: tuple[Fact, ...],
    per_code: tuple[Fact, ...],
) -> list[Said]:
    medicare, cpt = counted.medicare, counted.cpt
    if which == "both" and dict(medicare.units) == dict(cpt.units) and not medicare.either:
        return [
            (
                f"{_capital(_finding(medicare))}, by Medicare's total time and by the CPT midpoint alike.",
                (*total, *each, *per_code),
            )
        ]
    said: list[Said] = []
    if which in {"medicare", "both"}:
        said.append(
            (
                f"{_capital(_finding(medicare))} by Medicare's total time: {medicare.total_minutes} timed "
                "minutes.",
                (*total, *per_code),
            )
        )
    if which in {"cpt", "both"}:
        said.append(
            (f"{_capital(_finding(cpt))} by the CPT midpoint, each code by itself.", (*each, *per_code))
        )
    return said


def _working(counted: arithmetic.Units, which: str, total: tuple[Fact, ...]) -> list[Said]:
    """Ties, and minutes that were documented and get no unit."""
    said: list[Said] = []
    if which in {"medicare", "both"}:
        part = counted.medicare
        if part.either:
            which_units = "the unit left" if part.tied_units == 1 else f"the {part.tied_units} units left"
            said.append(
                (
                    f"A tie: either {listing(part.either, 'or')} may take {which_units}, their rest is "
                    "equal.",
                    total,
                )
            )
        for code, number in part.unbilled.items():
            said.append((f"{code}: its {number} minutes are documented for Medicare and get no unit.", total))
    if which == "cpt":
        for code, number in counted.cpt.unbilled.items():
            said.append((f"{code}: {number} minutes stay below the midpoint and get no unit.", total))
    return said


def _payer(question: Question, facts: Facts, source: tuple[Fact, ...]) -> Said:
    """Which method, where the payer's own contract decides."""
    kind = payer_type(question.payer)
    if kind is None:
        carried = held(facts.on(question.date_of_service, "payer_methods", "medicare"))
        return (
            "Medicare counts total time; other payers follow their contract, so the payer decides.",
            carried,
        )
    usual = facts.on(question.date_of_service, "payer_methods", kind, "usual")
    word = {"total_time": "total time", "midpoint": "the midpoint"}.get(value(usual), "")
    name = payer_name(question.payer)
    if word:
        return (f"{_capital(name)} decides by its contract; {word} is usual.", (*source, *held(usual)))
    return (f"{_capital(name)} decides by its contract which of the two counts.", source)


_PLAIN_UNITS = re.compile(
    r"\b(?:bill|charge|report|claim|code)\s+(?:for\s+)?(\d{1,2})\b(?!\s*(?:min|m\b|x))", re.I
)


def _wanted(ask: Ask, question: Question) -> tuple[dict[str, int], int | None]:
    """The units asked about: by code, or in all ("can we bill 3?")."""
    plain = _PLAIN_UNITS.search(question.text)
    by_code = {}
    for pair in ask.details.get("units", "").split(","):
        code, _, count = pair.partition("=")
        if count.isdigit():
            by_code[code] = int(count)
    return by_code, ask.units if ask.units is not None or plain is None else int(plain.group(1))


_AFTER = re.compile(r"\s*[x×*]\s*\d+\b", re.I)
_OF = re.compile(r"\s*(?:of|x|×|\*|units? of)\s*(?:the )?", re.I)


def _enough(
    ask: Ask,
    question: Question,
    part: arithmetic.Allocation,
    counted: arithmetic.Units,
    minutes: Mapping[str, int],
) -> Verdict:
    """Whether the units asked about are reached; one unit where none are named."""
    by_code, units = _wanted(ask, question)
    timed_codes = [code for code in minutes if code not in counted.untimed and code not in counted.unknown]
    if by_code and set(by_code) <= set(minutes) and len(by_code) == len(timed_codes) + len(counted.untimed):
        for code, wanted in by_code.items():
            extra = part.tied_units if code in part.either else 0
            reached = counted.untimed.get(code, 0) if code in counted.untimed else part.units.get(code, 0)
            if wanted > reached + (extra if code not in part.units or code in part.either else 0):
                return "no"
        if sum(by_code.get(code, 0) for code in timed_codes) > part.billable_units:
            return "no"
        return "yes"
    own = _own(by_code, question, minutes)
    if any(wanted > _most(code, part, counted) for code, wanted in own.items()):
        return "no"  # the others' minutes make units of their own
    reached = part.billable_units + (sum(counted.untimed.values()) if not timed_codes else 0)
    return "yes" if (units if units is not None else 1) <= reached else "no"


def _own(by_code: Mapping[str, int], question: Question, minutes: Mapping[str, int]) -> dict[str, int]:
    """Units written at some of the codes with minutes ("97110 x3", "3 units of 97110"), so not units in all."""
    if set(by_code) >= set(minutes):
        return {}
    own: dict[str, int] = {}
    text, mentions = question.text, question.mentions
    for code, units in product(mentions, mentions):
        if code.kind not in {"code", "name"} or units.kind != "units" or not units.value.isdigit():
            continue
        after, before = text[code.end : units.end], text[units.end : code.start]
        if (code.end <= units.start and _AFTER.match(after)) or (
            units.end <= code.start and _OF.fullmatch(before)
        ):
            own[code.value.split("|")[0]] = int(units.value)
    return {code: count for code, count in own.items() if code in minutes}


def _most(code: str, part: arithmetic.Allocation, counted: arithmetic.Units) -> int:
    """The most units this code can get of the allocation, a tie decided its way."""
    tied = part.tied_units if code in part.either else 0
    return counted.untimed.get(code, 0) + part.units.get(code, 0) + tied


def _answer_lead(
    ask: Ask, verdict: Verdict, counted: arithmetic.Units, minutes: Mapping[str, int],
    parts: Mapping[str, arithmetic.Allocation], question: Question, facts: Facts,
) -> Said:  # fmt: skip
    """For "can I bill 3 units?": the finding in one sentence."""
    if ask.form not in {"allowed", "needed"} or ask.details.get("kind") in {"value", "why"}:
        return ("", ())
    by_code, units = _wanted(ask, question)
    asked = sum(by_code.values()) if len(by_code) > 1 else units if units is not None else 1
    carried = tuple(fact for which in parts for fact in _rule_facts(facts, question, which))
    if not parts:
        code = next(iter(counted.untimed), "")
        if not code:
            return ("", ())
        if verdict == "no":
            return (f"Not {_n(asked)} of {code}: it is untimed.", timing_fact(facts, question, code))
        return ("", ())
    if verdict == "yes":
        return (f"{_capital(_n(asked))}: the minutes support that.", carried)
    own = _own(by_code, question, minutes)
    short = [
        code for code, wanted in own.items() if all(wanted > _most(code, p, counted) for p in parts.values())
    ]
    if verdict == "no" and short and own[short[0]] <= max(p.billable_units for p in parts.values()):
        return (f"Not {_n(own[short[0]])} of {short[0]}: its share of the minutes makes fewer.", carried)
    if verdict == "no":
        return (
            f"Not {_n(asked)}: the minutes do not make so many." if asked > 1 else "No unit yet.",
            carried,
        )
    return (f"{_capital(_n(asked))} depend on how the payer counts: the two methods differ here.", carried)


def _total(ask: Ask, minutes: int, question: Question, facts: Facts) -> Ruling:
    """Total timed minutes without codes: only Medicare's method can count them."""
    made = arithmetic.rounded(minutes)
    total = _rule_facts(facts, question, "medicare")
    band = facts.on(question.date_of_service, "time_rule", str(made), "minutes") if made else None
    words = f" ({value(band).replace('-', ' to ')} minutes)" if band is not None and value(band) else ""
    said: list[Said] = [
        (
            f"{_capital(_n(made))} by Medicare's total time: {minutes} timed minutes{words}.",
            (*total, *(held(band) if band is not None else ())),
        )
    ]
    if method(question, facts)[0] != "medicare":
        said.append(
            (
                "The CPT midpoint counts each code by itself, so it needs the minutes by code.",
                _rule_facts(facts, question, "cpt"),
            )
        )
    said.append(("Minutes of untimed codes do not belong in that total.", _untimed(facts, question)))
    wanted = ask.units if ask.units is not None else 1
    verdict: Verdict = "yes" if wanted <= made else "no"
    return ruling(
        ask, "timed_units.total", verdict, answer(ask, {"allowed": verdict, "needed": verdict}), said, ()
    )


def _untimed(facts: Facts, question: Question) -> tuple[Fact, ...]:
    return held(facts.on(question.date_of_service, "time_rule", "medicare", "untimed"))


def _method(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> Ruling | None:
    """No minutes to count: what counts, how the methods work, or the band of a number of units."""
    text = ask.details.get("text", "")
    when = question.date_of_service
    total, each = _rule_facts(facts, question, "medicare"), _rule_facts(facts, question, "cpt")
    unit = held(facts.on(when, "time_rule", "medicare", "unit_minutes"))
    first = held(facts.on(when, "time_rule", "medicare", "first_unit_minutes"))
    subjects = ask.codes

    def made(name: str, verdict: Verdict | None, said: Sequence[Said]) -> Ruling:
        return ruling(ask, f"timed_units.{name}", verdict, answer(ask, {ask.form: verdict}), said, subjects)

    eight: Said = (
        f"A unit counts from its {first[0].value}th minute: {_bands(facts, question)}.",
        (*first, *unit, *_band_facts(facts, question)),
    )
    counting = ask.form in {"counts", "rule_applies"} or _COUNTS.search(text) or re.search(r"\brule\b", text)
    if ask.codes and counting and ask.form != "range" and not _WHAT.search(text):
        return _counting(ask, question, facts, names)
    if (
        _SAME.search(text)
        and not _OTHER_MATTER.search(text)
        and _CPT.search(question.text)
        and _TOTAL_WORDS.search(question.text)
        and ask.details.get("kind") == "yes_no"
    ):
        differs = bool(re.search(r"\bdiffer", text))
        other: list[Said] = [
            ("They are two methods: Medicare adds up all timed minutes of the day.", total),
            ("The CPT midpoint, or rule of eights, counts each timed code by itself.", each),
        ]
        put: Verdict = "yes" if differs != denied(text) else "no"
        return ruling(ask, "timed_units.methods", put, put, other, subjects)
    everyone = re.search(
        r"\b(?:all|every|each|any|other) (?:\w+ )?(?:payers?|payors?|plans?|insur\w+|carriers?)\b|\beveryone\b",
        text,
    )
    theirs = medicare(question) is False and re.search(
        r"\b(?:must|have to|has to|required|obligated|always|need to)\b", text
    )
    if (
        (everyone or theirs)
        and ask.details.get("kind") == "yes_no"
        and re.search(r"\brule\b|\bmethod\b|\btotal time\b", text)
    ):
        own: list[Said] = [
            (
                "No: Medicare's total time is Medicare's rule, and another payer counts by its own contract.",
                held(facts.on(when, "payer_methods", "commercial", "usual")) or total,
            ),
            ("Medicare adds up all timed minutes of the day.", total),
            ("The CPT midpoint, or rule of eights, counts each timed code by itself.", each),
        ]
        own[0] = (own[0][0].removeprefix("No: ")[:1].upper() + own[0][0].removeprefix("No: ")[1:], own[0][1])
        return made("methods", "no", own)
    if _FULL.search(text):
        lead: Said = (
            f"A full {unit[0].value} minutes is not required: a unit counts from {first[0].value} minutes.",
            (*first, *unit),
        )
        note: Said = (
            "A payer's own contract may ask for the full time.",
            held(facts.on(when, "payer_methods", "commercial", "usual")),
        )
        return made("midpoint", "no", [lead, note])
    if _RECORD.search(text):
        record = facts.on(when, "time_rule", "medicare", "record")
        return made("record", "yes", [(f"Medicare wants on record: {value(record)}.", held(record))])
    if re.search(r"\buntimed\b", text) and _COUNTS.search(text):
        return made(
            "untimed",
            "no",
            [("Minutes of untimed codes never count as timed minutes.", _untimed(facts, question))],
        )
    if _ACROSS.search(text) and ask.details.get("kind") == "yes_no":
        if _CPT.search(question.text):
            return made("cpt", "no", [("The CPT midpoint counts each timed code by itself.", each)])
        return made(
            "medicare", "yes", [("Medicare adds up the minutes of all timed codes of the day.", total)]
        )
    if ask.units is not None and 0 < ask.units <= 8 and re.search(r"\bmin(?:ute)?s?\b|<min>|\brange\b", text):
        band = facts.on(when, "time_rule", str(ask.units), "minutes")
        low, _, high = value(band).partition("-")
        said: list[Said] = [
            (f"{low} to {high} timed minutes make {_n(ask.units)} by Medicare's total time.", held(band)),
            ("The CPT midpoint has the same bands, for each code by itself.", each),
        ]
        told = [int(m.value) for m in question.mentions if m.kind == "minutes" and m.value.isdigit()]
        if len(told) == 1 and low.isdigit() and high.isdigit() and ask.details.get("kind") == "yes_no":
            return made("band", "yes" if int(low) <= told[0] <= int(high) else "no", said)
        return made("band", None, said)
    if _WHAT.search(text) or re.search(r"\brule\b|\bmethod\b", text):
        said = [
            (
                "Medicare adds up all timed minutes of the day and gives the units to the codes with most "
                "minutes.",
                total,
            ),
            ("The CPT midpoint, or rule of eights, counts each timed code by itself.", each),
            eight,
            ("Minutes of untimed codes never count.", _untimed(facts, question)),
        ]
        if _CPT.search(question.text) and not _TOTAL.search(question.text):
            said[0], said[1] = said[1], said[0]
        return made("methods", None, said)
    return None


def _counting(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> Ruling | None:
    """Whether the minutes of a code count in the total."""
    kinds = {code: timed(facts, question, code) for code in ask.codes}
    known = {code: kind for code, kind in kinds.items() if kind is not None}
    if not known:
        return None
    said: list[Said] = []
    for code, kind in known.items():
        carried = timing_fact(facts, question, code)
        if kind:
            said.append(
                (f"{named(code, names)} is timed by 15 minutes, so its minutes count in the total.", carried)
            )
        else:
            said.append(
                (
                    f"{named(code, names)} is untimed ({unit_words(facts, question, code)}), so its minutes "
                    "never count "
                    "in the total.",
                    (*carried, *_untimed(facts, question)),
                )
            )
    verdict: Verdict = "yes" if all(known.values()) else "no"
    return ruling(ask, "timed_units.counts", verdict, answer(ask, {ask.form: verdict}), said, tuple(known))


def _band_facts(facts: Facts, question: Question) -> tuple[Fact, ...]:
    return tuple(
        fact
        for n in range(1, 5)
        for fact in held(facts.on(question.date_of_service, "time_rule", str(n), "minutes"))
    )


def _bands(facts: Facts, question: Question) -> str:
    """8-22 minutes are 1 unit, 23-37 are 2, ..."""
    return ", ".join(
        f"{fact.value} minutes {'is' if fact.subject == '1' else 'are'} {_n(int(fact.subject))}"
        for fact in _band_facts(facts, question)
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
