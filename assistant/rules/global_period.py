"""The global period: how long, what lies inside it, and modifiers 24, 58, 78 and 79.

Authority: global days of the Medicare fee schedule; their meaning from the contractors' indicator pages; IOM
100-04 ch. 12 s.40.1-40.4 for the count of days and the modifiers. 000 is the day itself, 010 the day and 10
after (11 in all), 090 the day before, the day and 90 after (92 in all). Calendar days are counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.domain import Ask, Fact, Mention, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, mpfs, ruling
from assistant.rules.reading import cure, is_em, says, wants_value, with_name
from assistant.wording import other_side

_MODIFIERS = ("24", "58", "78", "79")
_INDICATOR = re.compile(r"\b(?:(000|010|090|xxx|yyy|zzz|mmm)\b|(0|10|90|zero|ten|ninety)[ -]*days?\b)", re.I)
_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
_VISIT = re.compile(
    r"\b(?:visit|seen|saw|re-?check|follow[ -]?up|f/u|office|e/?m|exam|post ?-?op|eval\w*|came|return\w*|is)"
    r"\W*(?:\w+\W+)?$"
)
_SURGERY = re.compile(
    r"\b(?:done|performed|surgery|procedure|operat\w+|op|original|first|initial|had)\W*(?:on )?\W*$"
)
_OUTSIDE = (
    r"\boutside\b",
    r"\bout of (?:the )?global\b",
    r"\bglobal over\b",
    r"\b(?:global|period) (?:end|expire)\w*\b",
)
_NEW_GLOBAL = (
    r"\bnew global\b",
    r"\b(?:(?:re-?)?start|begin|reset|trigger)\w* (?:\w+ ){0,3}global\b",
    r"\bglobal (?:\w+ )?(?:re)?start\w*\b",
)
_IN_PERIOD = (
    r"\bglobal period\b|\bpost ?-?op|\bduring\b|\bin (?:the |a |its"
    r" )?global\b|\bwithin\b|\bafter\b|\b(?:24|58|78|79)\b"
)
_FULL = (r"\bfull\b", r"\b100\b", r"\breduced?\b", r"<pct>", r"\bpaid\b", r"\bpay\w*\b")
_SCENARIOS = (
    (
        "58",
        re.compile(r"\bstaged\b|(?<!un)\bplanned\b|\bmore extensive\b|\bsecond stage\b|\btherapy after\b"),
    ),
    (
        "78",
        re.compile(
            r"\b(?:return\w*|back) to (?:the )?(?:or\b|o\.r\.|operating)|\bunplanned\b|\bcomplication"
        ),
    ),
    ("24", re.compile(r"\bunrelated (?:e ?/? ?m|visit|office|evaluation)|\b(?:e/m|visit)\b.*\bunrelated\b")),
    (
        "79",
        re.compile(r"\bunrelated\b"),
    ),
)


@dataclass(frozen=True, slots=True)
class _Case:
    ask: Ask
    question: Question
    facts: Facts
    names: Mapping[str, str]

    def fact(self, table: str, subject: str, field: str = "value") -> tuple[Fact, ...]:
        return held(self.facts.on(self.question.date_of_service, table, subject, field))

    def word(self, modifier: str, field: str) -> str:
        found = self.fact("global_modifiers", modifier, field)
        return found[0].value if found else ""


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """How many days, whether a date is inside, which modifier; () where the message fits none of these."""
    case = _Case(ask, question, facts, names)
    procedures = [c for c in ask.codes if not is_em(c)] or list(ask.codes)
    asked = [m for m in ask.modifiers if m in _MODIFIERS]
    in_words = {m.value for m in question.mentions if m.kind == "modifier" and not m.text.isdigit()}
    named = [m for m in asked if m in in_words]
    if named or _which(ask) or (not asked and _visit_told(case)):
        return _which_modifier(case, named)
    if asked:
        return tuple(_modifier(case, m) for m in asked)
    span = _days(question)
    if procedures and span is not None:
        return (_inside(case, procedures[0], *span),)
    if procedures:
        return tuple(_value(case, code) for code in procedures)
    return _of_kind(case) or _meaning(case)


def _visit_told(case: _Case) -> bool:
    """An unrelated visit with its E/M code alone: 24 is asked about, however it was written."""
    codes = case.ask.codes
    return bool(codes) and all(is_em(c) for c in codes) and bool(_fitting(case))


_UNRELATED_VISIT = re.compile(
    r"\bunrelated (?:medical |new |other )*(?:problem|condition|complaint|issue|diagnos[ie]s|reason|illness|matter|visit|e ?/? ?m)"
)


def _fitting(case: _Case) -> list[str]:
    """The modifier of the case that the words tell, if they tell one; of a visit alone it is 24."""
    told = case.ask.details.get("scene", "")
    text = case.question.text.lower()
    fits = [m for m, pattern in _SCENARIOS if pattern.search(text) or m == "79" and other_side(text)][:1]
    fits = [told] if told in _MODIFIERS else fits
    codes = case.ask.codes
    visit = bool(codes) and (
        all(is_em(c) for c in codes)
        or any(is_em(c) for c in codes)
        and "79" not in case.ask.modifiers
        and bool(_UNRELATED_VISIT.search(text))
    )
    return ["24"] if fits == ["79"] and visit else fits


def _which(ask: Ask) -> bool:
    """ "Which modifier ...", "58, 78 or 79?" """
    choice = (
        r"\b(?:which|what) (?:modifier|mod)\b",
        r"\bmod(?:ifier)?s?\s*\??\s*$",
        r"<M\d\d>,? (?:<n>|<M\d\d>)? ?or (?:<n>|<M\d\d>)",
    )
    return ask.form == "which" or says(ask, *choice)


def _which_modifier(case: _Case, named: Sequence[str]) -> tuple[Ruling, ...]:
    """The modifier of the case told (a modifier named by its words is the answer); all four where none is."""
    fits = list(named[:1]) or _fitting(case)
    typed = set(re.findall(r"(?<![-/\d])(?:24|58|78|79)(?![-/\d])", case.question.text))
    if not fits and not re.search(_IN_PERIOD, case.question.text.lower()):
        return ()
    said: list[Said] = []
    for m in fits or _MODIFIERS:
        carriers = (
            *case.fact("global_modifiers", m, "condition"),
            *case.fact("global_modifiers", m, "goes_on"),
        )
        lead = (
            f"{m} is the modifier: {case.word(m, 'condition')}"
            if fits
            else f"{m}: {case.word(m, 'condition')}"
        )
        said.append((f"{lead}; it goes on the {_thing(case.word(m, 'goes_on'))}.", carriers))
        if fits:
            said.append(_effect(case, m))
    if not all(carriers for text, carriers in said if text):
        return ()
    subjects = (*case.ask.codes, *(fits or _MODIFIERS))
    verdict: Verdict | None = None
    if fits and len(typed) == 1 and not _which(case.ask) and not wants_value(case.ask):
        verdict = "yes" if typed == set(fits) else "no"
    answered = answer(case.ask, {case.ask.form: verdict})
    return (ruling(case.ask, "global_period.which", verdict, answered, said, subjects),)


def _thing(goes_on: str) -> str:
    return "E/M code" if goes_on == "E/M" else "later procedure"


def _effect(case: _Case, modifier: str) -> Said:
    """What it pays and whether a new global period starts."""
    pay, new = (case.fact("global_modifiers", modifier, field) for field in ("payment", "new_global"))
    if not pay or not new:
        return ("", ())
    if modifier == "24":
        return ("Under Medicare the visit is then paid.", pay)
    start = "a new global period starts" if new[0].value == "yes" else "no new global period starts"
    return (f"Under Medicare it pays the {pay[0].value}, and {start}.", (*pay, *new))


def _modifier(case: _Case, modifier: str) -> Ruling:
    """One modifier: where it goes, what it pays, whether the case told is its case."""
    ask = case.ask
    condition, goes_on = (case.fact("global_modifiers", modifier, f) for f in ("condition", "goes_on"))
    use: Said = (f"{modifier} is for: {case.word(modifier, 'condition')}.", condition)
    subjects = (*ask.codes, modifier)

    def made(rule: str, verdict: Verdict, said: Sequence[Said]) -> Ruling:
        return ruling(ask, f"global_period.{rule}", verdict, answer(ask, {ask.form: verdict}), said, subjects)

    if says(ask, *_NEW_GLOBAL):
        new = case.fact("global_modifiers", modifier, "new_global")
        does = "starts a" if new and new[0].value == "yes" else "starts no"
        said: list[Said] = [(f"A procedure with {modifier} {does} new global period.", new), use]
        return made("new_global", "yes" if does == "starts a" else "no", said)
    if ask.form == "full_payment" or (says(ask, *_FULL) and not ask.codes):
        pay = case.fact("global_modifiers", modifier, "payment")
        full = bool(pay) and pay[0].value in {"full fee", "paid"}
        less = says(ask, r"\breduced?\b", r"\bless\b", r"<pct>") and ask.form != "full_payment"
        said = [(f"With {modifier} Medicare pays: {case.word(modifier, 'payment')}.", pay), use]
        return made("payment", "yes" if full != less else "no", said)
    on_em = (
        bool(ask.codes)
        and all(is_em(c) for c in ask.codes)
        or says(ask, r"\b(?:on|to) (?:an? |the )?(?:e ?/ ?m|visit)")
    )
    on_procedure = (
        bool(ask.codes)
        and not any(is_em(c) for c in ask.codes)
        or says(ask, r"\b(?:on|to|for) (?:an? |the )?procedures?\b")
    )
    wrong = (modifier == "24" and on_procedure) or (modifier != "24" and on_em)
    if wrong:
        lead = (
            f"{modifier} goes on the {_thing(case.word(modifier, 'goes_on'))}, not on"
            f" {_shown(ask, modifier)}."
        )
        return made("goes_on", "no", [(lead, goes_on), use])
    fits = _fitting(case)
    if fits and fits[0] != modifier:
        other = case.fact("global_modifiers", fits[0], "condition")
        lead = f"{modifier} is not for this: {fits[0]} is for {case.word(fits[0], 'condition')}."
        return made("which", "no", [(lead, other), use])
    if fits:
        return made("which", "yes", [use, _effect(case, modifier)])
    return made("which", "depends", [use, _effect(case, modifier)])


def _shown(ask: Ask, modifier: str) -> str:
    return listing(ask.codes) if ask.codes else "a procedure" if modifier == "24" else "an E/M code"


def _days(question: Question) -> tuple[date, date] | None:
    """(day of the procedure, day asked about), from two dates or from "40 days after"; None: not told."""
    dates = [m for m in question.mentions if m.kind == "date"]
    if len(dates) >= 2:
        days = [date.fromisoformat(m.value) for m in (dates[0], dates[-1])]
        first_is_visit = _before(question, dates[0], _VISIT) and not _before(question, dates[-1], _VISIT)
        last_is_surgery = _before(question, dates[-1], _SURGERY) and not _before(question, dates[0], _SURGERY)
        if first_is_visit or last_is_surgery:
            return days[1], days[0]
        first_is_surgery = _before(question, dates[0], _SURGERY) or _before(question, dates[-1], _VISIT)
        return (days[0], days[1]) if first_is_surgery else (min(days), max(days))
    after = _after(question.text.lower())
    if after is None:
        return None
    start = date.fromisoformat(dates[0].value) if dates else question.date_of_service
    return start, start + timedelta(days=after)


def _before(question: Question, mention: Mention, pattern: re.Pattern[str]) -> bool:
    """Whether the words straight before a date say what it is the date of."""
    return bool(pattern.search(question.text[max(0, mention.start - 40) : mention.start].lower()))


def _after(text: str) -> int | None:
    """Days after the procedure: "day 40", "40 days after", "6 weeks post op"."""
    if found := re.findall(
        r"\b(?:pod|day)\s*#?(\d{1,3})\b|\b(\d{1,3})(?:st|nd|rd|th) (?:post ?-?op(?:erative)? )?day\b", text
    ):
        return max(int(a or b) for a, b in found)
    if re.search(r"\bday before\b", text):
        return -1
    match = re.search(
        rf"\b(\d{{1,3}}|{'|'.join(_WORDS)})[ -]*(days?|weeks?|wks?)\s+(?:after|later|post|out|following|from|s/p|past|status post)",
        text,
    )
    if not match:
        return None
    count = int(match[1]) if match[1].isdigit() else _WORDS.index(match[1]) + 1
    return count * (1 if match[2].startswith("d") else 7)


def _inside(case: _Case, code: str, surgery: date, day: date) -> Ruling:
    """Whether a day lies in the global period of a procedure, counted on the calendar."""
    ask = case.ask
    found = case.facts.on(surgery, "mpfs", code, "glob_days")
    if found.state != "held" or found.fact is None:
        text = (
            f"The global days of {code} on {surgery} are in no table held, so the period cannot be counted."
        )
        return lacking(ask, "global_period.unknown", f"{text} {cure(found)}", (code,))
    kind, row, name = found.fact.value, (found.fact,), with_name(code, case.names)
    before, after = (case.fact("global_meaning", kind, f) for f in ("days_before", "days_after"))
    told = bool([m for m in case.question.mentions if m.kind == "date"])
    if not before or not after:
        meaning = case.fact("global_meaning", kind)
        verdict: Verdict = "no" if kind == "XXX" else "depends"
        no_period = (
            f"{name} has global days {kind}: {meaning[0].value if meaning else 'no period of its own'}."
        )
        said: list[Said] = [(no_period, (*row, *meaning))]
    else:
        first = surgery - timedelta(days=int(before[0].value))
        last = surgery + timedelta(days=int(after[0].value))
        verdict = "yes" if first <= day <= last else "no"
        where = "inside" if verdict == "yes" else "outside"
        away = (day - surgery).days
        which = f"{day}" if told else "The day before" if away == -1 else f"Day {away} after the procedure"
        period = f"from {first} to {last}" if told else f"{after[0].value} days after the day itself"
        lead = f"{which} is {where} the global period of {name}: global days {kind}, {period}."
        said = [(lead, (*row, *before, *after)), _what_then(case, verdict)]
    asked: Verdict = verdict
    if _bills(ask):
        asked = _billable(case, verdict)
    elif says(ask, *_OUTSIDE):
        flipped: dict[Verdict, Verdict] = {"yes": "no", "no": "yes", "depends": "depends"}
        asked = flipped[verdict]
    answered = answer(ask, {ask.form: asked})
    return ruling(ask, "global_period.inside", verdict, answered, said, (code,), warnings=(found.warning,))


def _bills(ask: Ask) -> bool:
    """Whether the message asks if the visit may be billed, not whether the day is inside."""
    bills = r"\b(?:bill\w*|pa(?:y|id|yable)|separately|report\w*|charge\w*)\b"
    return says(ask, bills) and not says(ask, r"\b(?:inside|within|still|outside|included?)\b")


def _billable(case: _Case, inside: Verdict) -> Verdict:
    """A visit outside is billed; inside, one for the recovery is not, an unrelated one is (24)."""
    text = case.question.text.lower()
    if inside != "yes":
        return "yes" if inside == "no" else "depends"
    if "unrelated" in text:
        return "yes"
    recovery = (
        r"\bpost ?-?op\b|\bfollow[ -]?up\b|\brecheck\b|\bcomplication|\bsuture|\bwound check\b|\bdressing\b"
    )
    return "no" if re.search(recovery, text) else "depends"


def _what_then(case: _Case, verdict: Verdict) -> Said:
    if verdict != "yes":
        return ("", ())
    rows = [fact for m in ("24", "79") for fact in case.fact("global_modifiers", m, "condition")]
    return ("Unrelated care by the same physician in it takes 24 (E/M) or 79 (procedure).", rows)


def _value(case: _Case, code: str) -> Ruling:
    """The global days of a code; "is it a 90-day global?" gets yes or no."""
    ask, question = case.ask, case.question
    found = mpfs(case.facts, question, code, "glob_days")
    if found.state != "held" or found.fact is None:
        text = f"The global days of {code} on {question.date_of_service} are in no table held."
        return lacking(ask, "global_period.unknown", f"{text} {cure(found)}", (code,))
    kind, row = found.fact.value, (found.fact,)
    meaning, total = case.fact("global_meaning", kind), case.fact("global_meaning", kind, "total_days")
    lead = f"{with_name(code, case.names)} has global days {kind} on the Medicare fee schedule"
    said: list[Said] = [(f"{lead}: {meaning[0].value}." if meaning else f"{lead}.", (*row, *meaning))]
    if total and kind in {"010", "090"}:
        said.append((f"That is {total[0].value} days in all.", total))
    stated = _stated(question.text)
    answered: Verdict | None = None
    if says(ask, r"\b(?:have|has|carry|carries) (?:a |any )?global\b") and not wants_value(ask):
        has: Verdict = "no" if kind == "XXX" else "yes" if total else "depends"
        answered = answer(ask, {ask.form: has})
    if stated and not wants_value(ask):
        answered = answer(ask, {ask.form: "yes" if stated[0] == kind else "no"})
    return ruling(ask, "global_period.days", None, answered, said, (code,), warnings=(found.warning,))


_DAY_BEFORE = re.compile(
    r"\bday (?:before|prior|preceding)|\bprior day\b|\bpreceding day\b|\bthe day(?:'s)? before\b"
)
_INSIDE = re.compile(
    r"\b(?:inside|within|still|outside|out of|includ\w*|part of|covers?|covered|in)\b|\bglobal (?:period )?(?:over|ended|expired)\b"
)
_COUNTED = re.compile(
    r"\b\d{1,3}\s*-?\s*(?:days?|weeks?|wks?)\s+(?:after|later|post|out|following|from|into)\b", re.I
)


def _of_kind(case: _Case) -> tuple[Ruling, ...]:
    """A day held against a global period whose kind the message names itself: "090 surgery on ..., seen on ..."."""
    ask, text = case.ask, case.question.text
    kinds = [k for k in _stated(_COUNTED.sub(" ", text)) if k in {"000", "010", "090"}]
    if not kinds and says(ask, r"\bmajor (?:surgery|procedure|operation)\b"):
        kinds = ["090"]
    if len(kinds) != 1 or wants_value(ask) or says(ask, r"\bdecision\b", r"\bdecid", r"<M57>"):
        return ()
    kind = kinds[0]
    before, after = (case.fact("global_meaning", kind, f) for f in ("days_before", "days_after"))
    told = len([m for m in case.question.mentions if m.kind == "date"]) > 1
    span = _days(case.question)
    if span is None and _DAY_BEFORE.search(text.lower()):
        span = (case.question.date_of_service, case.question.date_of_service - timedelta(days=1))
    if span is None or not before or not after or not says(ask, _INSIDE.pattern):
        return ()
    surgery, day = span
    first, last = (
        surgery - timedelta(days=int(before[0].value)),
        surgery + timedelta(days=int(after[0].value)),
    )
    verdict: Verdict = "yes" if first <= day <= last else "no"
    where, away = ("inside" if verdict == "yes" else "outside"), (day - surgery).days
    which = f"{day}" if told else "The day before" if away == -1 else f"Day {away} after the procedure"
    period = f"from {first} to {last}" if told else case.fact("global_meaning", kind)[0].value
    carried = (*case.fact("global_meaning", kind), *before, *after)
    said: list[Said] = [
        (f"{which} is {where} a {kind} global period: {period}.", carried),
        _what_then(case, verdict),
    ]
    asked: Verdict = verdict
    if _bills(ask):
        asked = _billable(case, verdict)
    elif says(ask, *_OUTSIDE):
        asked = "no" if verdict == "yes" else "yes"
    answered = answer(ask, {ask.form: asked})
    return (ruling(ask, "global_period.inside", verdict, answered, said, (kind,)),)


def _stated(text: str) -> list[str]:
    """The indicators a message names: 090, "90 day", XXX."""
    spelled = {"0": "000", "10": "010", "90": "090", "zero": "000", "ten": "010", "ninety": "090"}
    found = [(m[1] or spelled[m[2].lower()]).upper() for m in _INDICATOR.finditer(text)]
    return list(dict.fromkeys(found))


def _meaning(case: _Case) -> tuple[Ruling, ...]:
    """What the indicators named mean, with the days in all."""
    said: list[Said] = []
    for kind in _stated(case.question.text):
        meaning, total = case.fact("global_meaning", kind), case.fact("global_meaning", kind, "total_days")
        if not meaning:
            continue
        count = f", {total[0].value} {'day' if total[0].value == '1' else 'days'} in all" if total else ""
        said.append((f"Global {kind} means: {meaning[0].value}{count}.", (*meaning, *total)))
    if not said:
        return ()
    return (ruling(case.ask, "global_period.meaning", None, None, said, tuple(_stated(case.question.text))),)
