"""Modifiers 26 and TC: does a code split into professional and technical component?

Authority: PC/TC indicator of the Medicare fee schedule (layout RVU25D, attachment A). Indicator 1 takes
26 and TC, indicator 6 takes 26 only, every other takes neither: on 2, 3 and 4 the code itself already is the
component or the whole. Who owns the equipment and also reads the study bills the code without either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.domain import Ask, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, mpfs, ruling, value
from assistant.rules.reading import cure, says, stated_indicator, wants_value, with_name

_BOTH_PARTS = (
    r"\bown\b.*\b(?:read|interpret)|\b(?:read|interpret)\w*\b.*\bown\b|\bglobal(?:ly)?\b|\bboth components\b"
)
_OWNER = (
    r"\bown(?:s|ed)?\b[^,.;]{0,30}\band (?:also |then |he |she |we |i |they )*(?:reads?|interprets?)\b"
    r"|\b(?:reads?|interprets?)\b[^,.;]{0,30}\band (?:also |then |he |she |we |i |they )*owns?\b"
)
_OWNS = (
    r"\b(?:we|i|our (?:clinic|office|practice|facility)) (?:own|owns|have|has|supply|provide|bought)\b"
    r"|\bour (?:own )?(?:machine|equipment|mri|ct|x ?-? ?ray|scanner|ultrasound|device)\b"
)
_OTHERS_READ = (
    r"\b(?:outside|other|another|different|hospital(?:'s)?|remote|contracted) (?:doctor|radiologist|physician|group|doc|md|provider|practice)\b[^.;?]{0,20}\b(?:read|reads|interpret\w*)\b"
    r"|\b(?:radiologist|they|he|she)\b (?:reads?|interprets?)\b"
)
_INDICATOR = r"\bindicator\b|\bpctc\b|\bpc / (?:tc\b|<MTC>)"
_FIELDS = {"26": "modifier_26", "TC": "modifier_tc"}
_PARTS = {
    "26": "26 is the professional part, the interpretation and report",
    "TC": "TC is the technical part, equipment, supplies and staff",
}
_CHOICE = r"(?:<M26>|\b<n>) or <MTC>|<MTC> or (?:<M26>|<n>)|\bwhich\b"
_NAMED = (
    ("26", r"\bprofessional\b|\binterpret\w*|\breads?\b|\breading\b"),
    ("TC", r"\btechnical\b|\bequipment\b"),
)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code; for none, what an indicator or the two modifiers stand for."""
    if not ask.codes:
        return _meaning(ask, question, facts)
    return tuple(_one(ask, code, question, facts, names) for code in ask.codes)


def _one(ask: Ask, code: str, question: Question, facts: Facts, names: Mapping[str, str]) -> Ruling:
    when = question.date_of_service
    found = mpfs(facts, question, code, "pctc")
    if found.state != "held" or found.fact is None:
        text = (
            f"The PC/TC indicator of {code} on {when} is in no table held, so whether it takes 26 or TC is"
            " open."
        )
        return lacking(ask, "component.unknown", f"{text} {cure(found)}", (code, *ask.modifiers))
    kind = found.fact.value
    meaning = facts.on(when, "pctc_meaning", kind)
    indicator = f"PC/TC indicator {kind} ({value(meaning)})" if value(meaning) else f"PC/TC indicator {kind}"
    row = (found.fact, *held(meaning))
    asked = [m for m in _FIELDS if m in ask.modifiers] or list(_FIELDS)
    allowed = {m: facts.on(when, "pctc_meaning", kind, field) for m, field in _FIELDS.items()}
    may = [m for m in asked if value(allowed[m]) == "allowed"]
    carried = [fact for m in asked for fact in held(allowed[m])]
    name, subjects, warnings = with_name(code, names), (code, *asked), (found.warning,)
    if says(ask, _INDICATOR) or (ask.form == "value" and not ask.modifiers):
        said: list[Said] = [(f"{name} has {indicator} on the Medicare fee schedule.", row)]
        return ruling(ask, "component.indicator", None, None, said, (code,), warnings=warnings)
    parts = listing([_PARTS[m] for m in may])
    if "TC" in may and says(ask, _OWNS) and says(ask, _OTHERS_READ) and not ask.modifiers:
        said = [
            (f"TC goes on {name} for whoever has the equipment: {_PARTS['TC']}.", (*row, *carried)),
            (f"Whoever reads it bills {code} with 26; {code} has {indicator}.", (*row, *carried)),
        ]
        return ruling(ask, "component.indicator", "yes", None, said, (code, "TC"), warnings=warnings)
    if len(may) == 2 and says(ask, _CHOICE) and not says(ask, _BOTH_PARTS):
        fits = [m for m, pattern in _NAMED if says(ask, pattern)]
        lead = f"{fits[0]} goes on {name}: {_PARTS[fits[0]]}." if len(fits) == 1 else f"{parts}."
        said = [(lead, carried), (f"{code} has {indicator}; whoever gives both parts bills it plain.", row)]
        return ruling(ask, "component.indicator", "yes", None, said, subjects, warnings=warnings)
    if may and says(ask, _BOTH_PARTS):
        said = [
            (f"{code} goes without 26 and TC where one provider gives both parts.", (*row, *carried)),
            (f"It has {indicator}; {parts}.", (*row, *carried)),
        ]
        put: Verdict | None = (
            "no" if says(ask, r"\bsplit\b", r"\bmust\b") and not says(ask, _CHOICE) else None
        )
        answered = answer(ask, {ask.form: put}) if put else None
        return ruling(ask, "component.whole", "no", answered, said, subjects, warnings=warnings)
    if len(may) == len(asked):
        verdict: Verdict = "yes"
        said = [
            (f"{name} may be reported with {listing(asked, 'or')}: it has {indicator}.", (*row, *carried)),
            (f"{parts}; whoever gives both parts bills {code} with neither.", carried),
        ]
    elif may:
        verdict = "depends"
        said = [(f"{name} takes 26 but not TC: it has {indicator}.", (*row, *carried))]
    else:
        verdict = "no"
        neither = f"{asked[0]} does not go" if len(asked) == 1 else "Neither 26 nor TC goes"
        said = [(f"{neither} on {name}: it has {indicator}.", (*row, *carried))]
    answers: dict[str, Verdict | None] = {"allowed": verdict, "needed": "depends" if may else "no"}
    return ruling(
        ask, "component.indicator", verdict, answer(ask, answers), said, subjects, warnings=warnings
    )


def _meaning(ask: Ask, question: Question, facts: Facts) -> tuple[Ruling, ...]:
    """ "What does PC/TC indicator 7 mean?", "is 26 for the reading or the equipment?" """
    when = question.date_of_service
    kind = stated_indicator(question, r"\bpc ?/? ?tc(?: indicator)?")
    verdict: Verdict | None = None
    if kind:
        meaning = facts.on(when, "pctc_meaning", kind)
        said: list[Said] = [(f"PC/TC indicator {kind} means: {value(meaning)}.", held(meaning))]
        subjects: tuple[str, ...] = ("PC/TC",)
        asked = _asked(ask)
        if asked and not wants_value(ask) and held(meaning):
            allowed = {m: facts.on(when, "pctc_meaning", kind, _FIELDS[m]) for m in asked}
            may = [m for m in asked if value(allowed[m]) == "allowed"]
            verdict = "yes" if len(may) == len(asked) else "no"
            which = f"{listing(asked)} {'goes' if len(asked) == 1 else 'go'}"
            if verdict == "no":
                which = f"{listing([m for m in asked if m not in may], 'or')} does not go"
            carried = (*held(meaning), *(fact for found in allowed.values() for fact in held(found)))
            said.insert(0, (f"{which} on a code with PC/TC indicator {kind}.", carried))
    elif (
        says(ask, _OWNER)
        and not says(ask, r"\bhospital", r"\bfacilit", r"\bdifferent\b", r"\banother\b", r"\bother\b")
        and not says(ask, r"\bglobal", r"\bwithout\b", r"\bneither\b", r"\bno modifier")
    ):
        subjects = tuple(m for m in _FIELDS if m in ask.modifiers) or tuple(_FIELDS)
        plain = [fact for m in _FIELDS for fact in held(facts.on(when, "modifier_meaning", m))]
        said = [
            (
                "Neither 26 nor TC where one provider owns the equipment and reads the study: the code goes plain.",
                plain,
            ),
            (f"{listing([_PARTS[m] for m in _FIELDS])}.", plain),
        ]
        verdict = None if wants_value(ask) else "no"
    else:
        told = ask.details.get("scene", "")
        subjects = tuple(m for m in _FIELDS if m in (*ask.modifiers, told)) or tuple(
            m for m, pattern in _NAMED if says(ask, pattern)
        )
        rows = [(m, facts.on(when, "modifier_meaning", m)) for m in subjects]
        said = [(f"{_PARTS[m]}.", held(found)) for m, found in rows]
    if not said or not all(carriers for _, carriers in said):
        return ()
    answered = answer(ask, {"allowed": verdict, "needed": verdict})
    return (ruling(ask, "component.meaning", verdict, answered, said, subjects),)


def _asked(ask: Ask) -> list[str]:
    """The modifiers put to an indicator; the TC in the words "PC/TC" is none."""
    text = re.sub(r"\bpc ?/? ?(?:<MTC>|tc\b)", " ", ask.details.get("text", ""))
    return [m for m in _FIELDS if f"<M{m}>" in text]
