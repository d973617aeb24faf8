"""A whole visit, line by line: which modifiers each code takes, and what stands between the codes.

Nothing new is decided here: the families decide (PTP pairs, 25 on an E/M, GP GO GN, CQ CO, AT, status,
modifier 51), and this rule asks each of them for every line, so that a visit typed in one sentence is
answered at once: a ruling for each line, one for each edited pair, one for what goes on no line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, listing, medicare, mpfs, named, ruling, value
from assistant.rules.edits import (
    CMT,
    Edit,
    chiropractor,
    condition,
    edit,
    is_em,
    is_therapy,
    other_payers,
    policy,
)
from assistant.rules.status import instead, letter, payment
from assistant.rules.therapy_modifier import GROUP, discipline, own_modifier, provider_modifier
from assistant.wording import payer_name

MAX_LINES = 10
_OK = re.compile(r"\b(?:ok|okay|correct|right|good|clean|valid|fine|alright)\b(?!.*\bmod(?:ifier)?s\b)")
_THERAPISTS = frozenset({"PT", "PTA", "OT", "OTA", "SLP"})


@dataclass(frozen=True, slots=True)
class Part:
    """One modifier of a line: what to call it, and the sentence that gives its reason."""

    modifier: str
    reason: str
    facts: tuple[Fact, ...]


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """Rulings on every line, every edited pair, and on 51; () without codes."""
    codes = tuple(dict.fromkeys(ask.codes))[:MAX_LINES]
    if not codes:
        return ()
    stopped = {code for code in codes if _stopped(code, code, question, facts)}
    edits = [edit(facts, question, a, b) for a, b in combinations([c for c in codes if c not in stopped], 2)]
    active = [pair for pair in edits if pair.indicator in {"0", "1"}]
    lines = [_line(ask, code, codes, active, question, facts, names) for code in codes]
    pairs = [_pair(ask, pair, question, facts) for pair in active]
    closing = _closing(ask, codes, edits, active, question, facts)
    made = [*lines, *pairs, *closing]
    if (
        len(codes) == 1
        or not _OK.search(ask.details.get("text", ""))
        or ask.details.get("kind") in {"value", "why"}
    ):
        return tuple(made)
    # "Is this claim ok?" is one question: every ruling carries the one answer to it.
    verdicts = [one.verdict for one in made]
    overall: Verdict = "no" if "no" in verdicts else "depends" if "depends" in verdicts else "yes"
    answered = answer(ask, {ask.form: overall})
    return tuple(
        Ruling(
            one.topic,
            one.rule,
            one.verdict,
            answered,
            one.sentences,
            one.subjects,
            one.facts,
            one.warnings,
            one.missing,
        )
        for one in made
    )


def _line(
    ask: Ask,
    code: str,
    codes: Sequence[str],
    active: Sequence[Edit],
    question: Question,
    facts: Facts,
    names: Mapping[str, str],
) -> Ruling:
    what = named(code, names)
    stopped = _stopped(code, what, question, facts)
    if stopped:
        return ruling(
            ask,
            "visit.line",
            "no",
            None,
            stopped,
            (code,),
            warnings=[mpfs(facts, question, code, "status").warning],
        )
    parts = [
        part
        for made in (
            _em(code, codes, active, question, facts),
            _edited(code, active, question, facts),
            _therapy(code, question, facts),
            _assistant(code, question, facts),
            _at(code, question, facts),
        )
        for part in made
    ]
    words = ", ".join(f"{part.modifier} ({part.reason})" for part in parts)
    carried = tuple(dict.fromkeys(fact for part in parts for fact in part.facts))
    said: list[Said] = [(f"{what}: {words or 'no modifier'}.", carried or letter(facts, question, code))]
    if len(codes) == 1:
        said.append(
            (
                "59 or an X modifier only beside a code it is edited with, and only if the record shows a separate service.",
                (
                    *policy(facts, question, "indicator_1", "meaning"),
                    *policy(facts, question, "modifier", "condition"),
                ),
            )
        )
        said.append(_no_51([code], question, facts))
    verdict: Verdict = "depends" if any(part.reason.startswith("only") for part in parts) else "yes"
    return ruling(ask, "visit.line", verdict, None, said, (code,))


def _for_a_denial(facts: Facts, question: Question) -> Said:
    """GY marks a line that is sent only to be denied."""
    found = held(facts.on(question.date_of_service, "abn_modifiers", "GY"))
    text = (
        f"Sent only for a denial (a secondary payer may want one) the line takes GY: {found[0].value}."
        if found
        else ""
    )
    return (text, found)


def _stopped(code: str, what: str, question: Question, facts: Facts) -> list[Said]:
    """Lines that cannot be billed so: not valid, bundled or not covered for Medicare; a chiropractor's other services; an E/M by a therapist."""
    if is_em(code) and question.rendered_by in _THERAPISTS:
        found = held(
            facts.on(question.date_of_service, "provider_scope", question.rendered_by or "", "em_office")
        )
        return [(f"{what}: not by a therapist, whose evaluations have codes of their own.", found)]
    if medicare(question) is False:
        return []
    status = letter(facts, question, code)
    kind = payment(facts, question, status[0].value) if status else ()
    if medicare(question) and question.rendered_by == "DC" and code not in CMT:
        return [
            (f"{what}: no modifier makes it payable.", chiropractor(facts, question, code)[1]),
            chiropractor(facts, question, code),
            _for_a_denial(facts, question),
        ]
    if not kind or medicare(question) is None:
        return []
    other = instead(facts, question, code)
    if kind[0].value == "other_code":
        use = f"Medicare uses {other[0].value} instead" if other else "no replacement is held"
        return [
            (f"{what}: not valid for Medicare (status {status[0].value}); {use}.", (*status, *kind, *other))
        ]
    if kind[0].value == "bundled" and status[0].value == "B":
        return [
            (
                f"{what}: Medicare pays nothing separately for it (status B), with any modifier.",
                (*status, *kind),
            )
        ]
    if kind[0].value == "non_covered":
        return [(f"{what}: not covered by Medicare (status N).", (*status, *kind))]
    return []


def _em(
    code: str, codes: Sequence[str], active: Sequence[Edit], question: Question, facts: Facts
) -> list[Part]:
    """25 on an E/M beside a procedure, 57 beside major surgery."""
    if not is_em(code):
        return []
    others = [other for other in codes if not is_em(other)]
    if not others:
        return []
    globals_ = [(other, held(mpfs(facts, question, other, "glob_days"))) for other in others]
    major = [(other, found) for other, found in globals_ if found and found[0].value == "090"]
    if major:
        names_ = listing([other for other, _ in major])
        return [
            Part(
                "57",
                f"only if the visit was the decision for {names_}",
                tuple(f for _, found in major for f in found),
            )
        ]
    paired = [pair for pair in active if code in (pair.column1, pair.column2)]
    minor = [found for _, found in globals_ if found and found[0].value in {"000", "010"}]
    if not paired and not minor and not any(other in CMT or is_therapy(other) for other in others):
        return []
    carried = (
        *policy(facts, question, "em", "modifier"),
        *(f for found in minor for f in found),
        *(f for pair in paired for f in pair.fact),
    )
    return [
        Part(
            "25",
            "only if the record shows a significant, separately identifiable E/M; otherwise the E/M is left off",
            carried,
        )
    ]


def _edited(code: str, active: Sequence[Edit], question: Question, facts: Facts) -> list[Part]:
    """59 or X on the line where an edited pair may be opened; the pair's own ruling gives the condition."""
    conditions = [(pair, condition(pair, facts, question)) for pair in active if pair.indicator == "1"]
    ours = [(pair, cond) for pair, cond in conditions if cond.line == code and cond.kind != "em"]
    if not ours:
        return []
    words = ours[0][1].modifiers.rstrip(",") if len(ours) == 1 else "59 or an X modifier"
    pairs = listing([pair.pair for pair, _ in ours])
    which = "condition" if len(ours) == 1 else "conditions"
    return [
        Part(
            words,
            f"only on the {which} of {pairs} below",
            tuple(fact for pair, cond in ours for fact in (*pair.fact, *cond.facts)),
        )
    ]


def _therapy(code: str, question: Question, facts: Facts) -> list[Part]:
    """GP, GO or GN."""
    category = discipline(facts, question, code)
    if not category:
        return []
    tied, own = own_modifier(facts, question, code), provider_modifier(facts, question)
    right = tied or own
    if question.rendered_by == "DC":
        return [
            Part(
                "GP",
                "only where the payer wants it from chiropractors",
                discipline(facts, question, "DC", "commercial"),
            )
        ]
    name = right[0].value if right else "GP, GO or GN"
    carried = (
        (*right, *category)
        if right
        else (*category, *(fact for m in GROUP for fact in discipline(facts, question, m)))
    )
    which = "" if right else ", by the plan of care"
    if medicare(question) is False:
        return [Part(name, f"only where {payer_name(question.payer)} wants it{which}", carried)]
    if category[0].value == "sometimes" and question.rendered_by not in _THERAPISTS:
        return [Part(name, f"only under a therapy plan of care{which}", carried)]
    if medicare(question):
        return [Part(name, f"a therapy code needs it for Medicare{which}", carried)]
    return [Part(name, f"only for Medicare, and payers that follow it{which}", carried)]


def _assistant(code: str, question: Question, facts: Facts) -> list[Part]:
    """CQ or CO for an assistant's line."""
    if question.rendered_by not in {"PTA", "OTA"} or not discipline(facts, question, code):
        return []
    modifier = "CQ" if question.rendered_by == "PTA" else "CO"
    when = question.date_of_service
    carried = (
        *held(facts.on(when, "assistant_modifier", modifier)),
        *held(facts.on(when, "assistant_modifier", modifier, "de_minimis_percent")),
    )
    if medicare(question):
        return [Part(modifier, "the assistant did it", carried)]
    return [Part(modifier, "only for Medicare, and payers that follow it", carried)]


def _at(code: str, question: Question, facts: Facts) -> list[Part]:
    """AT on a chiropractor's manipulation under Medicare."""
    if code not in CMT or medicare(question) is False or question.rendered_by not in {"DC", None}:
        return []
    found = held(facts.on(question.date_of_service, "chiropractic", "AT"))
    where = "" if medicare(question) else "for Medicare, "
    return [Part("AT", f"only {where}on active treatment, never on maintenance", found)]


def _pair(ask: Ask, pair: Edit, question: Question, facts: Facts) -> Ruling:
    if pair.indicator == "0":
        said: list[Said] = [
            (
                f"{pair.pair}: never both (NCCI modifier indicator 0), so {pair.column2} comes off.",
                (*pair.fact, *policy(facts, question, "indicator_0", "meaning")),
            ),
        ]
        return ruling(
            ask,
            "visit.pair",
            "no",
            None,
            said,
            (pair.column1, pair.column2),
            topic="ptp",
            warnings=[pair.warning],
        )
    cond = condition(pair, facts, question)
    said = [
        (
            f"{pair.pair} (NCCI modifier indicator 1): both only if {cond.when}; then {cond.placed}, otherwise not both.",
            (*pair.fact, *cond.facts),
        ),
    ]
    return ruling(
        ask,
        "visit.pair",
        "depends",
        None,
        said,
        (pair.column1, pair.column2),
        topic="ptp",
        warnings=[pair.warning],
    )


def _no_51(codes: Sequence[str], question: Question, facts: Facts) -> Said:
    grounds = [(code, facts.on(question.date_of_service, "modifier_51", code, "ground")) for code in codes]
    excluded = [code for code, found in grounds if value(found) == "excluded_by_definition"]
    carried = tuple(fact for code, found in grounds if code in excluded for fact in held(found))
    if excluded and len(codes) == 1:
        return (f"Never 51: its own definition leaves {codes[0]} out.", carried)
    if excluded:
        where = (
            "51 goes on no line"
            if len(excluded) == len(codes)
            else f"51 does not go on {listing(excluded, 'or')}"
        )
        return (f"{where}: its own definition leaves these services out.", carried)
    stop = held(facts.on(question.date_of_service, "modifier_51", "51", "medicare"))
    return (
        ("Medicare wants no 51 from anyone.", stop) if stop and medicare(question) is not False else ("", ())
    )


def _closing(
    ask: Ask,
    codes: Sequence[str],
    edits: Sequence[Edit],
    active: Sequence[Edit],
    question: Question,
    facts: Facts,
) -> list[Ruling]:
    """The pairs without an edit, and 51."""
    if len(codes) == 1:
        return []
    said: list[Said] = []
    free = [pair for pair in edits if pair.indicator == ""]
    unknown = [pair for pair in edits if pair.indicator == "?"]
    if free and not active and not unknown:
        said.append(
            (
                "No NCCI edit stands between these codes, so none needs 59 for that.",
                tuple(fact for pair in free for fact in pair.fact),
            )
        )
    elif free and active:
        said.append(
            ("The other pairs have no active NCCI edit.", tuple(fact for pair in free for fact in pair.fact))
        )
    if unknown:
        said.append(
            (
                f"Not covered by the PTP file we hold: {listing([pair.pair for pair in unknown])}. {unknown[0].cure}",
                (),
            )
        )
    if any(is_therapy(code) for code in codes):
        said.append(
            (
                "Two therapy services need a 15-minute period each, supervised modalities apart.",
                policy(facts, question, "therapy", "services_per_15_minutes"),
            )
        )
    said.append(_no_51(codes, question, facts))
    said.append(other_payers(question, facts) if active else ("", ()))
    if not any(text for text, _ in said):
        return []
    warnings = [pair.warning for pair in edits[:1]]
    return [
        ruling(
            ask,
            "visit.rest",
            "yes" if not unknown else "depends",
            None,
            said,
            tuple(codes),
            warnings=warnings,
        )
    ]
