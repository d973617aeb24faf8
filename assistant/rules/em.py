"""E/M visits since 2021: the level by total time or by medical decision making, new or established, prolonged.

Authority: the E/M guidelines of CPT as facts in our own words (minutes, levels of medical decision making, the
three years of a new patient) and Medicare's prolonged codes. Time is the practitioner's own on the date of the
encounter; staff time and separately reported services do not count; history and examination score nothing.
Minutes are met or exceeded. Before 2021 other rules held: this file is silent then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, ruling
from assistant.rules.reading import cure, denied, is_em, says, wants_value

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "new": ("99202", "99203", "99204", "99205"),
    "established": ("99212", "99213", "99214", "99215"),
    "hospital, first": ("99221", "99222", "99223"),
    "hospital, later": ("99231", "99232", "99233"),
    "home, new": ("99341", "99342", "99344", "99345"),
    "home, established": ("99347", "99348", "99349", "99350"),
}
"""Codes of one kind of visit, lowest level first."""

LEVELS = ("straightforward", "moderate", "high", "low")
_OFFICE = ("new", "established")
_NEW = r"\bnew(?! (?:level|code|rule|guideline|problem|injury|complaint))\b"
_ESTABLISHED = r"\best\b|\bestab\b|\bestablished\b|\breturning\b"
_STAFF = r"(?:nurses?|staff|ma|rn|lpn|medical assistants?|techs?|technicians?|scribes?|front desk)"
_BY_STAFF_AFTER = re.compile(rf"\W*(?:by|of|from|with|was)? ?(?:the |my |our |an? )?{_STAFF}\b")
_BY_STAFF_BEFORE = re.compile(rf"\b{_STAFF}\b(?:\W+\w+){{0,2}}\W*$")
_BY_SELF_AFTER = re.compile(
    r"\W*(?:by|of|from|with|was|for)? ?(?:the |my |our |an? )?(?:doctor|doc|physician|md|do|np|pa|provider|practitioner|me|myself)\b"
)
_STAFF_PART = re.compile(
    rf"(?:\bof (?:which|it|that|those|them)\b|\bincluding|\bincl\.?)\W*(?:about |the )*(\d{{1,3}}) ?(?:min\w*)? ?(?:were |was |is )?(?:by|of|from|with)? ?(?:the |my |our |an? )?{_STAFF}\b"
)
_TOTAL = re.compile(
    r"\btotal(?: time| minutes| of| is| was|[ :=])*(\d{1,3})\b(?! ?(?:codes?|visits?|units?|%))"
)
_LESS = re.compile(r"\b(?:under|less than|fewer than|below|shy of|short of)\s*$")
_AGO = re.compile(
    r"\b(\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten)\s*(years?|yrs?|months?|mos?)\b"
)
_WORDS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten".split())}
_OWN_WORK = (
    r"\b(?:chart\w*|notes?|document\w*|reviewing|records?|calls?|calling|ordering|coordinat\w+|prep\w*)\b"
)
_OTHER_DAY = (
    r"\b(?:next|following|previous|another|other|different) (?:day|morning|afternoon|evening|date)\b|\bday"
    r" (?:before|after)\b|\byesterday\b|\btomorrow\b"
)
_OTHER_DOCTOR = (r"\b(?:different|another|other|outside) (?:\w+ )?(?:specialty|group|practice|clinic)\b",)


@dataclass(frozen=True, slots=True)
class _Case:
    ask: Ask
    question: Question
    facts: Facts

    def fact(self, table: str, subject: str, field: str = "value") -> tuple[Fact, ...]:
        return held(self.facts.on(self.question.date_of_service, table, subject, field))

    def ruling(
        self, rule: str, verdict: Verdict | None, answered: Verdict | None, said: Sequence[Said],
        subjects: Sequence[str] = (),
    ) -> tuple[Ruling, ...]:  # fmt: skip
        if not all(carriers for text, carriers in said if text):
            return ()
        return (ruling(self.ask, f"em.{rule}", verdict, answered, said, subjects or ("E/M",)),)

    def asked(self, verdict: Verdict) -> Verdict | None:
        return answer(self.ask, {self.ask.form: verdict})


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling on what the message asks of the level; () where it asks nothing of this."""
    del names
    case = _Case(ask, question, facts)
    codes = [c for c in ask.codes if is_em(c)]
    if not case.fact("time_em", "rule"):
        return (_before_2021(case, codes),)
    minutes = _minutes(case)
    if "prolong" in question.text.lower() or says(ask, r"\bprolong\w*\b"):
        return _prolonged(case, codes)
    if _asks_what_counts(ask) and (not minutes or says(ask, _OTHER_DAY)):
        return _counts(case)
    if ask.form == "new_or_established" or (_ago(question) is not None and not codes and not minutes):
        return _patient(case)
    if minutes and codes:
        return tuple(made for code in codes for made in _enough(case, code, minutes))
    if minutes:
        return _level_by_time(case, minutes)
    level = _stated_level(case)
    if codes and (ask.form == "mdm" or level or says(ask, r"\bmdm\b", r"\bdecision\b")):
        return tuple(made for code in codes for made in _decision(case, code, level))
    if codes:
        return tuple(made for code in codes for made in _time(case, code))
    if level:
        return _level_by_decision(case, level)
    return _principle(case)


def _before_2021(case: _Case, codes: Sequence[str]) -> Ruling:
    found = case.facts.on(case.question.date_of_service, "time_em", codes[0] if codes else "rule", "minutes")
    text = (
        f"Levels of E/M visits on {case.question.date_of_service} followed the rules before 2021, which are"
        " not held."
    )
    return lacking(case.ask, "em.before_2021", f"{text} {cure(found)}", codes or ("E/M",))


def _minutes(case: _Case) -> int | None:
    """The practitioner's minutes: those of staff are left out; a stated total counts alone."""
    text = case.question.text.lower()
    spans = [m for m in case.question.mentions if m.kind == "minutes" and m.value.isdigit()]
    own = [
        int(m.value) - bool(_LESS.search(text[: m.start]))
        for m in spans
        if _BY_SELF_AFTER.match(text[m.end :])
        or not _BY_STAFF_AFTER.match(text[m.end :])
        and not _BY_STAFF_BEFORE.search(text[: m.start])
    ]
    if not spans:
        own = [n for _, n in case.ask.minutes]
    if not own:
        return None
    shared = _STAFF_PART.search(text)
    if shared and "total" in text and len(own) == 1:
        return max(own[0] - int(shared[1]), 0)  # part of the total was staff time
    stated = _TOTAL.search(text)
    if stated and len(own) == len(spans):
        return int(stated[1])
    return max(own) if "total" in text or len(set(own)) == 1 else sum(own)


def _kinds(case: _Case) -> list[str]:
    """The kinds of office visit the message leaves open: new, established or both."""
    new, established = says(case.ask, _NEW), says(case.ask, _ESTABLISHED)
    return [k for k, told in zip(_OFFICE, (new, established), strict=True) if told or new == established]


def _least(case: _Case, code: str) -> tuple[int | None, tuple[Fact, ...]]:
    """The minutes a code starts at, None where it has none; with the fact."""
    found = case.fact("time_em", code, "minutes")
    return (int(found[0].value) if found and found[0].value.isdigit() else None), found


def _family(code: str) -> tuple[str, ...]:
    return next((codes for codes in FAMILIES.values() if code in codes), (code,))


def _own_time(case: _Case) -> Said:
    text = "Only the practitioner's own time on the date of the encounter counts, not staff time."
    return (text, case.fact("time_em", "rule"))


def _time(case: _Case, code: str) -> tuple[Ruling, ...]:
    """How many minutes a code takes; "does 99211 have a time?" gets yes or no."""
    found = case.facts.on(case.question.date_of_service, "time_em", code, "minutes")
    if not held(found):
        return (
            lacking(
                case.ask, "em.unknown", f"The minutes of {code} are in no table held. {cure(found)}", (code,)
            ),
        )
    least, row = _least(case, code)
    if least is None:
        none = row[0].value == "none"
        lead = (
            f"{code} has no time: it is not chosen by minutes."
            if none
            else f"{code}: {row[0].value} minutes."
        )
        said: list[Said] = [(lead, row)]
    else:
        said = [
            (f"{code} takes at least {least} minutes of total time.", row),
            _above(case, code),
            _own_time(case),
        ]
    has = says(
        case.ask,
        r"\b(?:have|has|got|need|needs|require|requires|is there|are there)\b (?:a |an |any )?(?:\w+ )?(?:time|minutes)\b",
    )
    verdict: Verdict = "no" if row[0].value == "none" else "yes"
    return case.ruling(
        "time", verdict, case.asked(verdict) if has and not wants_value(case.ask) else None, said, (code,)
    )


def _above(case: _Case, code: str) -> Said:
    """Where the next level starts."""
    family = _family(code)
    if code not in family[:-1]:
        return ("", ())
    higher = family[family.index(code) + 1]
    least, row = _least(case, higher)
    return (f"From {least} minutes it is {higher}.", row) if least is not None else ("", ())


def _enough(case: _Case, code: str, minutes: int) -> tuple[Ruling, ...]:
    """Are these minutes enough for this code?"""
    least, row = _least(case, code)
    if not row:
        return _time(case, code)
    told = _kinds(case)
    of = case.fact("em_rule", code, "patient")
    if of and len(told) == 1 and of[0].value != told[0]:
        by_time = _best(case, FAMILIES[told[0]], minutes)
        lead = f"{code} is for {of[0].value} patients, not for {told[0]} ones."
        said: list[Said] = [(lead, of), _reached(case, told[0], by_time, minutes)]
        return case.ruling("time", "no", case.asked("no"), said, (code,))
    if least is None:
        said = [(f"{code} has no time, so minutes do not decide on it.", row)]
        return case.ruling("time", "no", case.asked("no"), said, (code,))
    verdict: Verdict = "yes" if minutes >= least else "no"
    enough = "are enough" if verdict == "yes" else "are not enough"
    said = [(f"{minutes} minutes {enough} for {code} by time: it takes at least {least}.", row)]
    best = _best(case, _family(code), minutes)
    if best and best != code:
        said.append((f"By time these minutes reach {best}.", _least(case, best)[1]))
    if verdict == "no":
        said.append(
            (
                "Medical decision making may still carry it: either is enough.",
                case.fact("time_em", "rule", "basis"),
            )
        )
    said.append(_own_time(case))
    return case.ruling("time", verdict, case.asked(verdict), said, (code,))


def _best(case: _Case, family: Sequence[str], minutes: int) -> str:
    """The highest code of a family whose minutes are reached; "" where none is."""
    reached = [code for code in family if (least := _least(case, code)[0]) is not None and minutes >= least]
    return reached[-1] if reached else ""


def _reached(case: _Case, kind: str, code: str, minutes: int) -> Said:
    if code:
        least, row = _least(case, code)
        return (f"{kind.capitalize()} patient, {minutes} minutes: {code} by time (at least {least}).", row)
    lowest = FAMILIES[kind][0]
    least, row = _least(case, lowest)
    return (
        f"{kind.capitalize()} patient, {minutes} minutes: no code by time, {lowest} starts at {least}.",
        row,
    )


def _level_by_time(case: _Case, minutes: int) -> tuple[Ruling, ...]:
    """The code that these minutes reach, for a new and an established patient where nobody said which."""
    said: list[Said] = []
    found = []
    for kind in _kinds(case):
        code = _best(case, FAMILIES[kind], minutes)
        found += [code] if code else []
        said += [_reached(case, kind, code, minutes), _above(case, code) if code else ("", ())]
        said += _prolonged_from(case, code, minutes)
    if len(found) == 1 and said[0][0]:
        text, row = said[0]
        said[0] = (
            f"{found[0]} by time: {text[0].lower()}{text.split(': ')[0][1:]} ({text.split('(')[-1]}",
            row,
        )
    said.append(_own_time(case))
    return case.ruling("level_by_time", None, None, said, tuple(found))


def _prolonged_from(case: _Case, code: str, minutes: int) -> list[Said]:
    """Prolonged codes beside the highest level, once the minutes reach them."""
    said: list[Said] = []
    for prolonged, payer in (("G2212", "Medicare"), ("99417", "other payers")):
        row = case.fact("prolonged", prolonged, "minutes")
        start = re.search(rf"from (\d+)(?: minutes)? with {code}", row[0].value) if row and code else None
        fits = {"G2212": (True, None), "99417": (False, None)}[prolonged]
        if start and minutes >= int(start[1]) and medicare(case.question) in fits:
            said.append((f"From {start[1]} minutes {prolonged} is added for {payer}.", row))
    return said


def _stated_level(case: _Case) -> str:
    """The level of decision making the message names, beside the words for it before anywhere else."""
    text = case.question.text.lower()
    if not re.search(r"\bmdm\b|\bdecision\b|\bcomplexity\b|\brisk\b", text):
        return ""
    level, kind = f"({'|'.join(LEVELS)})", r"(?:mdm|complexity|risk|(?:medical )?decision)"
    match = (
        re.search(rf"\b{level}\W+(?:level )?(?:of )?{kind}\b", text)
        or re.search(rf"\b{kind}\W+(?:making )?(?:is |was |of |level )*{level}\b", text)
        or re.search(rf"\b{level}\b(?! back\b)", text)
    )
    return match[1] if match else ""


def _elements(case: _Case, level: str) -> Said:
    rows = {field: case.fact("mdm_em", level, field) for field in ("problems", "data", "risk")}
    if not all(rows.values()):
        return ("", ())
    told = "; ".join(f"{field} ({row[0].value})" for field, row in rows.items())
    return (
        f"{level.capitalize()} takes two of these: {told}.",
        [fact for row in rows.values() for fact in row],
    )


def _decision(case: _Case, code: str, level: str) -> tuple[Ruling, ...]:
    """The level of medical decision making a code stands for."""
    row = case.fact("mdm_em", code)
    if not row:
        found = case.facts.on(case.question.date_of_service, "mdm_em", code)
        text = f"The decision making of {code} is in no table held. {cure(found)}"
        return (lacking(case.ask, "em.unknown", text, (code,)),)
    said: list[Said] = [(f"{code} stands for {row[0].value} medical decision making.", row)]
    if row[0].value.startswith("none"):
        said = [(f"{code} asks for no level of medical decision making.", row)]
    said.append(_elements(case, row[0].value))
    if not case.fact("time_em", code, "minutes") or _least(case, code)[0] is not None:
        said.append(("Or choose by total time: either is enough.", case.fact("time_em", "rule", "basis")))
    if not level:
        return case.ruling("mdm", None, None, said, (code,))
    ladder = ("straightforward", "low", "moderate", "high")
    needed = [ladder.index(word) for word in ladder if word in row[0].value]
    verdict: Verdict = "yes" if needed and ladder.index(level) >= min(needed) else "no"
    return case.ruling("mdm", verdict, None if wants_value(case.ask) else case.asked(verdict), said, (code,))


def _level_by_decision(case: _Case, level: str) -> tuple[Ruling, ...]:
    if says(
        case.ask, r"\bwhat (?:is|makes|counts|qualifies)\b", r"\bdefin\w+\b", r"\bmeans?\b", r"\bexample"
    ):
        said: list[Said] = [
            _elements(case, level),
            ("Two of the three elements make the level.", case.fact("mdm_em", "rule")),
        ]
        return case.ruling("mdm", None, None, said)
    codes = {kind: code for kind in _kinds(case) for code in FAMILIES[kind] if _is_level(case, code, level)}
    said = [
        (f"{code} by medical decision making: {kind} patient, {level}.", case.fact("mdm_em", code))
        for kind, code in codes.items()
    ]
    said += [
        _elements(case, level),
        ("Two of the three elements make the level.", case.fact("mdm_em", "rule")),
    ]
    return case.ruling("mdm", None, None, said, tuple(codes.values()))


def _is_level(case: _Case, code: str, level: str) -> bool:
    row = case.fact("mdm_em", code)
    return bool(row) and row[0].value == level


def _asks_what_counts(ask: Ask) -> bool:
    counts = r"\b(?:count|counts|counted|include|includes|included|score|scores|matter|matters|part of|add)\b"
    return ask.form in {"staff_time", "history_exam"} or (
        says(ask, counts)
        and says(
            ask,
            rf"\b{_STAFF}\b",
            r"\bhistory\b",
            r"\bexam\w*\b",
            r"\bseparately\b",
            r"\btravel\b",
            _OWN_WORK,
            _OTHER_DAY,
        )
    )


def _counts(case: _Case) -> tuple[Ruling, ...]:
    """ "Does nurse time count?", "do history and exam count toward the level?" """
    if case.ask.form == "history_exam" or says(case.ask, r"\bhistory\b", r"\bexam\w*\b"):
        basis = case.fact("time_em", "rule", "basis")
        said: list[Said] = [
            ("History and examination do not score toward the level since 2021.", basis),
            ("The level follows medical decision making or total time.", basis),
        ]
    elif says(case.ask, _OWN_WORK, _OTHER_DAY) and not says(case.ask, rf"\b{_STAFF}\b", r"\bseparately\b"):
        rows = case.fact("time_em", "rule")
        other_day = says(case.ask, _OTHER_DAY)
        lead = (
            "Only time on the date of the encounter counts."
            if other_day
            else "The practitioner's own work on the date of the encounter counts, with the patient or not."
        )
        verdict: Verdict = "no" if other_day else "yes"
        return case.ruling(
            "counts", verdict, case.asked(verdict) if not wants_value(case.ask) else None, [(lead, rows)]
        )
    else:
        what = "Separately reported services do" if says(case.ask, r"\bseparately\b") else "Staff time does"
        said = [
            (f"{what} not count toward the total time of an E/M visit.", case.fact("time_em", "rule")),
            _own_time(case),
        ]
    return case.ruling("counts", "no", case.asked("no") if not wants_value(case.ask) else None, said)


def _ago(question: Question) -> Fraction | None:
    """Years since the patient was last seen, as the message says it."""
    match = _AGO.search(question.text.lower())
    if not match:
        return None
    number = Fraction(match[1]) if match[1][0].isdigit() else Fraction(_WORDS[match[1]])
    return number if match[2].startswith("y") else number / 12


def _patient(case: _Case) -> tuple[Ruling, ...]:
    """New or established: three years, the same physician or the same specialty of the group."""
    years, meaning = (case.fact("em_rule", "new_patient", field) for field in ("years", "value"))
    ago = _ago(case.question)
    if not years:
        return ()
    limit = int(years[0].value)
    told: Said = (f"New means: {meaning[0].value.removeprefix('new: ')}." if meaning else "", meaning)
    if ago is None and not says(case.ask, *_OTHER_DOCTOR):
        return case.ruling("new_patient", None, None, [told])
    other_group = says(
        case.ask, r"\b(?:different|another|other|outside) (?:\w+ )?(?:group|practice|clinic)\b"
    )
    if other_group or says(case.ask, *_OTHER_DOCTOR) and not says(case.ask, r"\bsame specialty\b"):
        kind, lead = (
            "new",
            "New patient, if no one of the same specialty and group saw the patient face to face",
        )
        lead += f" within {limit} years."
    elif ago is None or ago == limit:
        kind, lead = "", f"It turns on the day: service within {limit} years makes the patient established."
    elif ago < limit:
        kind = "established"
        lead = (
            f"Established patient: seen face to face within {limit} years by the same specialty of the group."
        )
    else:
        kind, lead = "new", f"New patient: the last face-to-face service is more than {limit} years ago."
    verdict: Verdict = "yes" if kind == "new" else "no" if kind == "established" else "depends"
    choice = says(case.ask, _NEW) == says(case.ask, _ESTABLISHED) or wants_value(case.ask)
    asked: Verdict = verdict
    if says(case.ask, _ESTABLISHED) and verdict != "depends":
        asked = "no" if verdict == "yes" else "yes"
    return case.ruling("new_patient", verdict, None if choice else case.asked(asked), [(lead, years), told])


def _prolonged(case: _Case, codes: Sequence[str]) -> tuple[Ruling, ...]:
    """G2212 for Medicare, 99417 for other payers, beside the highest level by time."""
    g2212, cpt = (
        (case.fact("prolonged", code, "payer_scope"), case.fact("prolonged", code, "minutes"))
        for code in ("G2212", "99417")
    )
    theirs: Said = (
        (f"Medicare: G2212 ({g2212[1][0].value}).", (*g2212[0], *g2212[1])) if g2212[1] else ("", ())
    )
    others: Said = (f"Other payers: 99417 ({cpt[1][0].value}).", (*cpt[0], *cpt[1])) if cpt[1] else ("", ())
    not_99417: Said = ("99417 is not valid for Medicare.", g2212[0])
    payer = medicare(case.question)
    said = [theirs, not_99417] if payer else [others] if payer is False else [theirs, others]
    low = [c for c in codes if c not in {"99205", "99215", "99417"}]
    if low and not wants_value(case.ask):
        rows = [fact for code in ("G2212", "99417") for fact in case.fact("prolonged", code, "primaries")]
        lead: Said = (f"Prolonged time is not added to {listing(low)}, only to 99205 and 99215.", rows)
        return case.ruling("prolonged", "no", case.asked("no"), [lead, *said], tuple(codes))
    if "99417" in case.question.text and payer:  # named itself, not by the words for it
        return case.ruling("prolonged", "no", case.asked("no"), [not_99417, theirs], tuple(codes))
    return case.ruling("prolonged", None, None, said, ("G2212", "99417"))


_EITHER = (
    r"\b(?:time|minutes)\b.{0,20}\b(?:instead of|rather than|or|in place of|without)\b.{0,15}\b(?:mdm|medical decision|decision making)",
    r"\b(?:mdm|decision making)\b.{0,10}\bor\b.{0,15}\btime\b",
    r"\b(?:by|on|using|from|with) (?:total )?time (?:alone|only|instead)\b",
    r"\b(?:chosen|choose|picked?|selected|select|based|billed|coded|leveled)\b.{0,15}\b(?:by|on|using) (?:the )?(?:total )?time\b(?! (?:and|plus))",
)
_OTHER_TIME = (
    rf"\b{_STAFF}\b", r"\bface\b", r"\bcounsel", r"\bonly if\b", r"\btravel", r"\bprep\w*\b", r"\bresidents?\b", r"\bstudents?\b",
    r"\bemergency\b", r"\b(?:ed|er) (?:visit|level|code|e ?/ ?m)", r"\bpreventive\b", r"\bwellness\b", r"\bannual\b", r"\bpsych\w*\b", r"\bbefore 20\d\d\b", r"\bsurg\w*\b",
)  # fmt: skip
"""Whose time, or a visit whose level is another matter: then the choice between time and decision making is not what is asked."""
_BOTH_NEEDED = (
    r"\bboth\b.{0,25}\b(?:time|mdm)\b", r"\b(?:mdm|decision making) (?:only|alone)\b", r"\bonly (?:by |on )?(?:mdm|decision making|time)\b",
    r"\b(?:time|mdm) and (?:the )?(?:total )?(?:mdm|time)\b",
)  # fmt: skip


_WHICH_BASIS = (
    r"^\W*(?:so |and )?(?:is|are|was) (?:the |an? )?(?:.{0,40})\b(?:by|on|from|using) (?:total |the )?(?:time|mdm|medical decision making|decision making) or (?:by |on |from |using )?(?:total |the )?(?:time|mdm|medical decision|decision making)\b",
)
"""A choice of two, to which neither yes nor no is an answer."""


def _by_choice(case: _Case) -> Verdict | None:
    """The answer to "may time decide instead of MDM?", "do I need both?"; None where that is not put."""
    ask, text = case.ask, case.ask.details.get("text", "")
    if (
        says(ask, *_OTHER_TIME)
        or wants_value(ask)
        or re.search(r"<min>|<n>|\b(?:straightforward|moderate|high|low)\b", text)
    ):
        return None
    if says(ask, *_BOTH_NEEDED):
        must = says(ask, r"\bneed", r"\brequir", r"\bmust\b", r"\bhave to\b", r"\bonly\b", r"\balone\b")
        return None if not must else "yes" if denied(text) else "no"
    if says(ask, *_EITHER) and says(ask, r"\blevel", r"\be ?/ ?m\b", r"\bvisit", r"\bcode\b", r"\bmdm\b"):
        return "no" if denied(text) else "yes"
    return None


def _principle(case: _Case) -> tuple[Ruling, ...]:
    """ "How many of three elements?", "time or MDM?" """
    basis = case.fact("time_em", "rule", "basis")
    choice = _by_choice(case)
    if choice:
        lead: Said = ("The level follows medical decision making or total time: either is enough.", basis)
        asked = None if says(case.ask, *_WHICH_BASIS) else choice
        return case.ruling("basis", choice, asked, [lead, _own_time(case)])
    if case.ask.form == "mdm" or says(case.ask, r"\bmdm\b", r"\bdecision\b", r"\belements?\b"):
        said: list[Said] = [
            (
                "Two of the three elements, problems, data and risk, make the level.",
                case.fact("mdm_em", "rule"),
            ),
            ("Or choose by total time: either is enough.", basis),
        ]
        put = re.search(r"\b(\w+) (?:out )?of (?:the )?(?:three|3)\b", case.question.text.lower())
        number = {"1": 1, "2": 2, "3": 3, "all": 3}.get(put[1], _WORDS.get(put[1])) if put else None
        verdict: Verdict | None = None
        if number is not None and not wants_value(case.ask):
            verdict = "yes" if number == 2 else "no"
        return case.ruling("mdm_basis" if verdict else "mdm", verdict, verdict, said)
    if not says(case.ask, r"\btime\b", r"\bminutes?\b", r"\blevels?\b"):
        return ()
    said = [
        ("The level follows medical decision making or total time, whichever serves.", basis),
        _own_time(case),
    ]
    return case.ruling("basis", None, None, said)
