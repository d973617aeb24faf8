"""Add-on codes: is it one, which primary codes may it be reported with, may it stand alone?

Authority: the CMS add-on code file (NCCI), not global period ZZZ: there are add-on codes with XXX (G2212)
and ZZZ rows that are no add-on codes. Type 1: the primaries are a fixed list; type 2: no list, the contractor
decides; type 3: some are listed, the contractor may accept others (NCCI Policy Manual ch. I).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.domain import Ask, Fact, Found, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, mpfs, ruling, value
from assistant.rules.reading import cure, says, wants_value, with_name, words

ANY_PRIMARY = "CCCCC"
"""What the file prints instead of a primary for type 2: the contractor decides."""

_MANY = 12
"""More primaries than this are not all listed in an answer."""


_ONLY_WITH = r"\bonly (?:be )?(?:billed |reported |used )?with (?:a |the )?<C>"


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code; one for the pair where an add-on code and a possible primary are named."""
    found = {code: facts.on(question.date_of_service, "add_on_code", code, "type") for code in ask.codes}
    add_ons = [code for code, row in found.items() if row.state == "held"]
    others = [code for code in ask.codes if code not in add_ons]
    to_it = says(ask, r"\badd ?-? ?on (?:to|for|with|of) (?:a |the )?<C>", _ONLY_WITH)
    if len(add_ons) == 1 and others and (ask.form in {"primary", "alone"} or to_it):
        missing = ask.negated or ask.form == "alone" or says(ask, r"\bwithout\b|\bno <C>|\bonly\b")
        if missing and not to_it:
            return (_alone(ask, add_ons[0], found[add_ons[0]], question, facts, names),)
        return (_pair(ask, add_ons[0], others, found[add_ons[0]], question, facts, names),)
    if ask.form == "alone":
        return tuple(_alone(ask, code, found[code], question, facts, names) for code in ask.codes)
    if ask.form == "primary":
        return tuple(_primaries(ask, code, found[code], question, facts, names) for code in ask.codes)
    made = tuple(_is(ask, code, found[code], question, facts, names) for code in ask.codes)
    return (
        (_all(ask, made),)
        if len(made) > 1 and says(ask, r"\bboth\b|\ball\b") and not any(m.missing for m in made)
        else made
    )


def _all(ask: Ask, rulings: Sequence[Ruling]) -> Ruling:
    """ "Are both ... add-on codes?": yes only where each is."""
    verdict: Verdict = "yes" if all(made.verdict == "yes" for made in rulings) else "no"
    said: list[Said] = [
        (text, [made.facts[i] for i in places]) for made in rulings for text, places in made.sentences[:1]
    ]
    return ruling(
        ask,
        "add_on.listed",
        verdict,
        answer(ask, {ask.form: verdict}),
        said,
        [s for made in rulings for s in made.subjects],
        warnings=[w for made in rulings for w in made.warnings],
    )


def _is(
    ask: Ask, code: str, found: Found, question: Question, facts: Facts, names: Mapping[str, str]
) -> Ruling:
    name = with_name(code, names)
    begins = _begins(code, question, facts)
    if begins:
        starts = begins[0].citation.locator
        text = f"{code} was no code yet on {question.date_of_service}: it is {starts}. Name a later date of service."
        return lacking(ask, "add_on.not_yet", text, (code,))
    if found.state == "silent" or found.fact is None:
        return lacking(
            ask,
            "add_on.unknown",
            f"Whether {code} is an add-on code is not in the tables held for {question.date_of_service}."
            f" {cure(found)}",
            (code,),
        )
    said: list[Said]
    if found.state == "held":
        verdict: Verdict = "yes"
        said = [
            (
                f"{name} is an add-on code, type {found.fact.value} in the CMS add-on code file.",
                (found.fact,),
            ),
            _with(code, found, question, facts),
            _zzz(code, question, facts),
        ]
    elif found.state == "ended":
        verdict = "no"
        said = [
            (
                f"{name} is no add-on code any more: the CMS file ends its row on {found.fact.effective_to}.",
                (found.fact,),
            )
        ]
    else:
        verdict = "no"
        said = [(f"{name} is not an add-on code: the CMS add-on code file has no row for it.", (found.fact,))]
        said.append(_used_by(code, question, facts))
    return ruling(
        ask,
        "add_on.listed",
        verdict,
        answer(ask, {"is": verdict, "value": verdict, "allowed": verdict}),
        said,
        (code,),
        warnings=(found.warning,),
    )


def _begins(code: str, question: Question, facts: Facts) -> tuple[Fact, ...]:
    """The row of a code whose life begins after the date."""
    life = facts.on(question.date_of_service, "code_life", code)
    return held(life) if value(life) == "not_yet" else ()


def _zzz(code: str, question: Question, facts: Facts) -> Said:
    """The trap: the file decides, not the global indicator."""
    days = facts.on(question.date_of_service, "mpfs", code, "glob_days")
    if days.state != "held" or days.fact is None or days.fact.value == "ZZZ":
        return ("", ())
    return (
        (
            f"Its global indicator is {days.fact.value}, not ZZZ; the add-on code file decides, not the"
            " indicator."
        ),
        (days.fact,),
    )


def _used_by(code: str, question: Question, facts: Facts) -> Said:
    """A primary is easily taken for its add-on: name the add-on codes it carries."""
    pairs = facts.subjects(question.date_of_service, "aoc", f"*/{code}")
    rows = [row for pair in pairs for row in held(facts.on(question.date_of_service, "aoc", pair, "type"))]
    if not rows or len(rows) > _MANY:
        return ("", ())
    return (f"It is a primary code, for {listing([row.subject.split('/')[0] for row in rows])}.", rows)


def _listed(code: str, question: Question, facts: Facts) -> tuple[Fact, ...]:
    """The rows of the primaries in force on the date."""
    pairs = facts.subjects(question.date_of_service, "aoc", f"{code}/*")
    return tuple(
        row for pair in pairs for row in held(facts.on(question.date_of_service, "aoc", pair, "type"))
    )


def _primary_codes(rows: Sequence[Fact]) -> list[str]:
    return [code for row in rows if (code := row.subject.split("/")[1]) != ANY_PRIMARY]


def _with(code: str, found: Found, question: Question, facts: Facts) -> Said:
    """Which primaries: the list of type 1 and 3, the contractor's word for type 2."""
    kind = found.fact.value if found.fact else ""
    rows = _listed(code, question, facts)
    primaries = _primary_codes(rows)
    if kind == "2" or (rows and not primaries):
        return (
            f"The file lists no primary codes for {code} (type 2): the contractor decides which it accepts.",
            (*held(found), *rows),
        )
    if not primaries:
        return ("", ())
    shown = listing(_ranges(primaries), "or")
    if kind == "3":
        return (f"It is reported with {shown}; the contractor may accept other primaries (type 3).", rows)
    return (f"It is reported with {shown}, and with no other primary (type 1).", rows)


def _ranges(codes: Sequence[str]) -> list[str]:
    """Codes in order; three and more in a row as first-last."""
    runs: list[list[str]] = []
    for code in sorted(codes):
        if runs and code.isdigit() and runs[-1][-1].isdigit() and int(code) == int(runs[-1][-1]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return [piece for run in runs for piece in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else run)]


def _primaries(
    ask: Ask, code: str, found: Found, question: Question, facts: Facts, names: Mapping[str, str]
) -> Ruling:
    if found.state != "held":
        return _is(ask, code, found, question, facts, names)
    text, rows = _with(code, found, question, facts)
    if not rows:
        silent = facts.on(question.date_of_service, "aoc", f"{code}/{ANY_PRIMARY}", "type")
        return lacking(
            ask,
            "add_on.primary",
            f"{code} is an add-on code, but its primary codes are in no table held. {cure(silent)}",
            (code,),
        )
    lead = text.replace("It is", f"{with_name(code, names)} is an add-on code and is", 1)
    needs = says(ask, r"\b(?:need|needs|require|requires|must|have to|has to)\b") and not wants_value(ask)
    answered = answer(ask, {ask.form: "yes"}) if needs else None
    said: list[Said] = [(lead, (*held(found), *rows))]
    return ruling(ask, "add_on.primary", "yes", answered, said, (code,), warnings=(found.warning,))


def _pair(
    ask: Ask,
    code: str,
    others: Sequence[str],
    found: Found,
    question: Question,
    facts: Facts,
    names: Mapping[str, str],
) -> Ruling:
    """Is this code a primary of that add-on code? Several: each must be."""
    name = with_name(code, names)
    rows = {other: facts.on(question.date_of_service, "aoc", f"{code}/{other}", "type") for other in others}
    kind = found.fact.value if found.fact else ""
    known = [row.fact for row in rows.values() if row.fact is not None]
    listed = _with(code, found, question, facts)
    if any(row.state == "silent" for row in rows.values()) and kind != "2":
        silent = next(row for row in rows.values() if row.state == "silent")
        return lacking(
            ask,
            "add_on.primary",
            f"{code} is an add-on code, but its primary codes are in no table held for"
            f" {question.date_of_service}. {cure(silent)}",
            (code, *others),
        )
    no = [other for other, row in rows.items() if row.state != "held"]
    if not no:
        verdict: Verdict = "yes"
        said: list[Said] = [
            (
                (
                    f"{listing(others)} {'are primary codes' if len(others) > 1 else 'is a primary code'} for"
                    f" the add-on code {name}."
                ),
                known,
            )
        ]
    elif kind in {"2", "3"}:
        verdict = "depends"
        said = [
            (
                (
                    f"{listing(no)} is not on the list of primary codes for {name}, and the contractor may"
                    f" still accept it (type {kind})."
                ),
                (*known, *held(found)),
            ),
            listed,
        ]
    else:
        verdict = "no"
        ended = [row.fact for row in rows.values() if row.state == "ended" and row.fact is not None]
        said = [
            (
                f"{listing(no)} is no primary code for the add-on code {name} on {question.date_of_service}.",
                known or held(found),
            ),
            (f"It was one until {ended[0].effective_to}.", ended) if ended else ("", ()),
            listed,
        ]
    refused = mpfs(facts, question, code, "status")
    other = held(facts.on(question.date_of_service, "replacement", code, "medicare"))
    not_taken = value(refused) == "I" or refused.state == "silent" and bool(other)
    if not_taken and medicare(question) is not False and verdict != "no":
        use = f": it uses {other[0].value}" if other else ""
        stops: Said = (f"{code} is not valid for Medicare{use}.", (*held(refused), *other))
        if medicare(question):
            verdict, said = "no", [stops, *said]
        else:
            said = [*said, stops]
    answered = None if wants_value(ask) else answer(ask, {ask.form: verdict})
    return ruling(
        ask,
        "add_on.primary",
        verdict,
        answered,
        said,
        (code, *others),
        warnings=(found.warning, *(row.warning for row in rows.values())),
    )


def _alone(
    ask: Ask, code: str, found: Found, question: Question, facts: Facts, names: Mapping[str, str]
) -> Ruling:
    name = with_name(code, names)
    if found.state == "silent" or found.fact is None or _begins(code, question, facts):
        return _is(ask, code, found, question, facts, names)
    if found.state != "held":
        said: list[Said] = [
            (f"{name} is not an add-on code, so it needs no primary code beside it.", (found.fact,))
        ]
        return ruling(
            ask, "add_on.alone", "yes", _asked_alone(ask, "yes"), said, (code,), warnings=(found.warning,)
        )
    said = [
        (
            (
                f"{name} is an add-on code and is not reported alone: without a primary code by the same"
                " provider on the same day it is denied."
            ),
            (found.fact,),
        ),
        _with(code, found, question, facts),
    ]
    return ruling(
        ask, "add_on.alone", "no", _asked_alone(ask, "no"), said, (code,), warnings=(found.warning,)
    )


_NOT = re.compile(
    r"(?:\bnot\b|n't\b|\bcant\b|\bcannot\b|\bnever\b|\bimpossible\b|\b(?:wrong|incorrect|improper) to\b)"
    r"(?! (?:an? |really |even )*add\b)"
)
_ASKS_WHETHER = re.compile(
    r"^\W*(?:so |and |but )?(?:can't|cant|isn't|doesn't|don't|won't|shouldn't|couldn't) (?=(?:i|we|you|they|it|one|this|that|the|a|an|my|our)\b|<)"
)
"""A negative that opens a question: "can't I bill it alone?" asks whether one can."""


def _asked_alone(ask: Ask, verdict: Verdict) -> Verdict | None:
    """ "Without 97129?" and "no 97810 on the claim" are the question itself, not its negation."""
    if wants_value(ask):
        return None
    if _NOT.search(_ASKS_WHETHER.sub("", words(ask))):
        return "yes" if verdict == "no" else "no"
    return verdict
