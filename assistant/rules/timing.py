"""Timed or untimed: is the code counted by 15 minutes, and does someone have to be there one-on-one?

Authority: CPT's physical medicine section as the fact table `timing` says it in our own words. An untimed
code is one unit whatever its minutes; the typical minutes of the evaluations 97161-97168 are no unit and no
threshold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, named, ruling
from assistant.rules.reading import denied
from assistant.rules.therapy import timing, timing_fact, unit_words

_ATTENDANCE = {
    "supervised": "a supervised modality: no one-on-one attendance is needed",
    "constant": "a constant attendance modality: someone has to attend it one-on-one the whole time",
    "one_on_one": "a one-on-one service: the clinician works with one patient the whole time",
    "group": "a group service: constant attendance, but not one-on-one",
}


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling for the codes asked about, or the list of timed or untimed codes."""
    if ask.form in {"which_timed", "which_untimed"} or not ask.codes:
        made = _list(ask, question, facts)
        return (made,) if made else ()
    codes = tuple(dict.fromkeys(ask.codes))
    around = tuple(made for code in codes for made in areas(ask, code, question, facts))
    if around:
        return around
    if ask.form in {"one_on_one", "supervised"}:
        return _attendance(ask, codes, question, facts, names)
    known = [code for code in codes if timing(facts, question, code)]
    visits = [code for code in codes if code not in known and _visit_minutes(facts, question, code)]
    unknown = [code for code in codes if code not in known and code not in visits]
    if not known and not visits:
        return (lacking(ask, "timing.unknown", _unknown(facts, question, unknown), codes),)
    said: list[Said] = []
    kinds: list[Verdict] = []
    for code in codes:
        if code in unknown:
            continue
        kind, sentences = _one(ask, code, question, facts, names)
        kinds.append(kind)
        said += sentences
    if unknown:
        said.append((_unknown(facts, question, unknown), ()))
    timed: Verdict = "yes" if set(kinds) == {"yes"} and not unknown else "no"
    untimed: Verdict = "yes" if set(kinds) == {"no"} and not unknown else "no"
    if ask.form == "minimum":
        return (_minimum(ask, codes, kinds, said, question, facts),)
    answers: dict[str, Verdict | None] = {"timed": timed, "untimed": untimed}
    answers |= dict.fromkeys(("allowed", "needed"), timed)
    return (ruling(ask, "timing.unit", timed, answer(ask, answers), said, codes),)


_AREAS = re.compile(
    r"\b(?:number of|how many|more|several|two|multiple|additional|extra|each) (?:different )?(?:body )?(?:areas?|regions?|parts?|sites?)\b"
)
_CHANGES = re.compile(
    r"\b(?:change|affect|increase|matter|multiply|add|raise|influence|alter|mean more|allow more|more units|extra units?)s?\b"
)


def areas(ask: Ask, code: str, question: Question, facts: Facts) -> tuple[Ruling, ...]:
    """ "Does the number of areas change the units?": minutes or the session make units, areas do not; () where
    that is not asked, or where the unit of the code is counted by regions."""
    text = ask.details.get("text", "")
    kind, unit = timing(facts, question, code), timing(facts, question, code, "unit")
    by_region = bool(re.search(r"\bregions?\b|\bmuscles\b|\barea\b", unit))
    if kind not in {"timed_15", "untimed"} or by_region or ask.details.get("kind") in {"value", "why"}:
        return ()
    if not _AREAS.search(text) or not _CHANGES.search(text) or re.search(r"<u>|<min>", text):
        return ()
    carried = (*timing_fact(facts, question, code), *timing_fact(facts, question, code, "unit"))
    how = unit_words(facts, question, code) if kind == "untimed" else f"its minutes make the units ({unit})"
    said: list[Said] = [(f"The number of areas does not change the units of {code}: {how}.", carried)]
    verdict: Verdict = "yes" if denied(text) else "no"
    return (ruling(ask, "timing.areas", "no", verdict, said, (code,)),)


def _unknown(facts: Facts, question: Question, codes: list[str]) -> str:
    return (
        f"Nothing held says how {listing(codes)} is counted. "
        + facts.on(question.date_of_service, "timing", codes[0]).cure
    )


def _visit_minutes(facts: Facts, question: Question, code: str) -> tuple[Fact, ...]:
    """The minimum minutes of an office visit: a way to choose the level, not a unit."""
    return held(facts.on(question.date_of_service, "time_em", code, "minutes"))


def _one(
    ask: Ask, code: str, question: Question, facts: Facts, names: Mapping[str, str]
) -> tuple[Verdict, list[Said]]:
    """Whether one code is timed, and the sentences that say so."""
    what = named(code, names)
    kind, unit = timing(facts, question, code), timing(facts, question, code, "unit")
    carried = (*timing_fact(facts, question, code), *timing_fact(facts, question, code, "unit"))
    if not kind:
        visit = _visit_minutes(facts, question, code)
        minutes = f"at least {visit[0].value} minutes"
        if visit[0].value == "none":
            return "no", [(f"{what} has no units of time and no minutes of its own.", visit)]
        text = f"{what} has no units of time; its level may be chosen by total time ({minutes})."
        return "no", [(text, visit)]
    if kind == "timed_15":
        first = facts.on(question.date_of_service, "time_rule", "medicare", "first_unit_minutes")
        said: list[Said] = [(f"{what} is timed: it is billed by units of {unit}.", carried)]
        if held(first):
            said.append((f"A unit counts from {held(first)[0].value} minutes.", held(first)))
        return "yes", said
    if kind == "other":
        by_time = bool(re.search(r"\bminutes?\b|\bhours?\b", unit))
        how = "is counted by time, but not by plain units of 15 minutes" if by_time else "is not timed"
        return ("yes" if by_time else "no"), [(f"{what} {how}: its unit is {unit}.", carried)]
    said = [(f"{what} is untimed: {unit_words(facts, question, code)}.", carried)]
    typical = timing_fact(facts, question, code, "typical_minutes")
    if typical:
        said.append(
            (
                f"Its typical {typical[0].value} minutes are neither a unit nor a threshold.",
                (*typical, *carried),
            )
        )
    untimed = facts.on(question.date_of_service, "time_rule", "medicare", "untimed")
    if not typical and held(untimed):
        said.append(("Its minutes do not count in the 8-minute rule.", held(untimed)))
    return "no", said


def _minimum(
    ask: Ask, codes: tuple[str, ...], kinds: list[Verdict], said: list[Said], question: Question, facts: Facts
) -> Ruling:
    """ "Does 97012 need 15 minutes?", "is 8 minutes the minimum for 97110?"."""
    first = held(facts.on(question.date_of_service, "time_rule", "medicare", "first_unit_minutes"))
    put = [number for _, number in ask.minutes]
    verdict: Verdict = "no"
    if kinds and set(kinds) == {"yes"} and first:
        verdict = "yes" if put and put[-1] == int(first[0].value) else "no"
    elif kinds and set(kinds) == {"no"}:
        said = [(f"No minimum of minutes applies to {listing(codes)}.", said[0][1]), *said]
    return ruling(ask, "timing.minimum", verdict, answer(ask, {"minimum": verdict}), said, codes)


def _attendance(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> tuple[Ruling, ...]:
    said: list[Said] = []
    kinds = []
    for code in codes:
        kind = timing(facts, question, code, "attendance")
        if kind:
            kinds.append(kind)
            carried = timing_fact(facts, question, code, "attendance")
            said.append((f"{named(code, names)} is {_ATTENDANCE[kind]}.", carried))
    if not said:
        return (lacking(ask, "timing.unknown", _unknown(facts, question, list(codes)), codes),)
    attended: Verdict = "yes" if set(kinds) <= {"constant", "one_on_one"} else "no"
    supervised: Verdict = "yes" if set(kinds) == {"supervised"} else "no"
    verdict = supervised if ask.form == "supervised" else attended
    answers: dict[str, Verdict | None] = {"one_on_one": attended, "supervised": supervised}
    return (ruling(ask, "timing.attendance", verdict, answer(ask, answers), said, codes),)


def _list(ask: Ask, question: Question, facts: Facts) -> Ruling | None:
    """Which codes are timed, or untimed; modalities alone where the words say so."""
    text = ask.details.get("text", "")
    if not re.search(r"\btimed\b|\buntimed\b|\btime ?-? ?based\b", text):
        return None
    wanted = "untimed" if ask.form == "which_untimed" or "untimed" in text else "timed_15"
    attended = {"supervised", "constant"} if "modalit" in text else None
    found: list[Fact] = []
    for code in facts.subjects(question.date_of_service, "timing", "[0-9G]*"):
        fact = timing_fact(facts, question, code)
        if not fact or fact[0].value != wanted or not ("97000" < code < "97800" or code == "G0283"):
            continue
        if attended is None or timing(facts, question, code, "attendance") in attended:
            found += fact
    if not found:
        return None
    codes = [fact.subject for fact in found]
    word = "Timed, each 15 minutes" if wanted == "timed_15" else "Untimed, one unit whatever the minutes"
    return ruling(ask, "timing.list", None, None, [(f"{word}: {', '.join(codes)}.", found)], codes)
