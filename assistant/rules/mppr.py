"""The therapy multiple procedure payment reduction (MPPR): is this code reduced that day, and to what?

Authority: CMS record layout RVU25D (MULT PROC 5: half the practice expense), IOM 100-04 ch. 5 s.10.7, the
contractors' MPPR pages. Scope is MULT PROC 5, not every therapy code; the unit with the highest practice
expense, and the only unit of a day, is paid in full. It is no matter of modifier 51. The arithmetic is in
`units`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, mpfs, named, ruling, value
from assistant.rules.reading import denied
from assistant.rules.units import Reduced, TherapyLine, cents
from assistant.rules.units import mppr as reduce_lines
from assistant.wording import payer_name

_ONLY = re.compile(
    r"\b(?:alone|by itself|on its own|only (?:\w+ ){0,2}(?:service|code|unit|therapy|one|line|thing)|only <C> (?:that|this|the same|on the|on that|in a|billed|done|given)|<C> only|just <C> (?:that|this|the same|on)|nothing else|no other|without (?:any )?other (?:therapy|services?|codes?|units?|modalit\w+)|sole)\b"
)
_SECOND = re.compile(
    r"\b(?:second|third|2nd|3rd|other|later|additional|subsequent|extra|each additional) units?\b"
)
_FIRST = re.compile(r"\b(?:first|1st) unit\b|\bhighest\b|\btop (?:code|unit)\b")
_ALWAYS = re.compile(r"\balways\b|\bevery time\b|\bautomatic")
_APPLIES = re.compile(r"\bmppr\b|\bsubject\b|\bappl(?:y|ies)\b|\beligible\b|\bmult(?:iple)? proc")
_RULE_ITSELF = re.compile(
    r"\b(?:mppr|reduction) (?:also |still |even |then |now )*(?:appl(?:y|ies)|kicks? in|hits?|counts?|comes? in(?:to play)?)\b"
)
_COMPONENT = re.compile(r"\b(work|malpractice|mp|practice expense|pe)\b")
_ACROSS = re.compile(
    r"\bacross\b|\bdisciplines?\b|\bpt and ot\b|\bot and pt\b|\bsame group\b|\bdifferent (?:therapists|providers)\b|\btwo therapists\b"
)
_BESIDE = re.compile(
    r"\bsame (?:day|visit|date|session|claim)\b|\btogether\b|\balong with\b|\bbeside\b|\bboth\b|<C> ?(?:and|with|w/?|plus|\+|&) ?(?:an? |the )?<C>"
)
_SUBJECT = re.compile(
    r"\b(?:reduces?|cuts?|lowers?|halves?) (?:the |my |our )?(?:payment (?:of|for|on) )?(?:the )?<C>"
    r"|\b(?:is|will|would) (?:the )?<C>(?= (?:also |be |get )*(?:reduced|cut|lowered|halved|paid))"
)


@dataclass(frozen=True, slots=True)
class Row:
    """What the fee schedule says of one code: MULT PROC, and the RVUs of a non-facility unit where they hold."""

    code: str
    mult: tuple[Fact, ...]
    rvus: tuple[Fact, ...]
    warning: str
    cure: str

    @property
    def therapy(self) -> bool:
        return bool(self.mult) and self.mult[0].value == "5"

    def line(self, units: int) -> TherapyLine:
        work, pe, mp = (Decimal(fact.value) for fact in self.rvus)
        return TherapyLine(self.code, units, work, pe, mp)


def row(facts: Facts, question: Question, code: str) -> Row:
    mult = mpfs(facts, question, code, "mult_proc")
    cells = [mpfs(facts, question, code, field) for field in ("work_rvu", "pe_nonfac", "mp")]
    carried = tuple(fact for cell in cells for fact in held(cell))
    return Row(
        code, held(mult), carried if len(carried) == 3 else (), mult.warning, mult.cure or cells[0].cure
    )


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling: on the rule itself, on one code, or on the codes of a day ranked by practice expense."""
    text = ask.details.get("text", "")
    if ask.form == "same_as_51":
        return (_not_51(ask, question, facts),)
    made = _about(ask, question, facts, text)
    if made:
        return (made,)
    codes = tuple(dict.fromkeys(ask.codes))
    whole = re.search(
        r"\b(?:whole|entire|total|full) (?:payment|fee|amount|rate|allowed|line)\b|\beverything\b", text
    )
    if not codes and whole and re.search(r"\bhal(?:f|ves?)\b|\b50\b|<pct>", text) and ask.form == "reduced":
        said: list[Said] = [
            (
                "Not the whole payment: the reduction is of the practice expense of a unit alone.",
                _cell(facts, question, "pe_percent"),
            ),
            _half(facts, question),
            _first(facts, question),
        ]
        return (ruling(ask, "mppr.part", "no", answer(ask, {ask.form: "no"}), said, ("MPPR",)),)
    if not codes:
        return (
            (_percent(ask, question, facts, text),)
            if ask.form == "value" or re.search(r"\bmppr\b", text)
            else ()
        )
    rows = [row(facts, question, code) for code in codes]
    if not any(r.mult for r in rows):
        return (
            lacking(
                ask,
                "mppr.unknown",
                f"No fee schedule that we hold covers {listing(codes)} on this date. {rows[0].cure}",
                codes,
            ),
        )
    if len(codes) == 1 and text.count("<C>") > 1 and _BESIDE.search(text):
        # "97110 and 97012 the same day, is the traction reduced?": ranked among all codes of that day
        day = tuple(dict.fromkeys((*codes, *question.codes)))
        beside = [row(facts, question, code) for code in day]
        if len(day) > 1 and rows[0].therapy and all(r.mult for r in beside):
            return (_day(ask, beside, question, facts, names, text),)
    if len(codes) == 1:
        return (_one(ask, rows[0], question, facts, names, text),)
    if text.count("<C>") == 1 and not ask.details.get("ranges") and ask.form == "reduced":
        # one name for several codes ("PT evals"): each by itself, they are not billed together
        return tuple(_one(ask, one, question, facts, names, text) for one in rows)
    return (_day(ask, rows, question, facts, names, text),)


def _cell(facts: Facts, question: Question, field: str) -> tuple[Fact, ...]:
    return held(facts.on(question.date_of_service, "mppr", "therapy", field))


def _half(facts: Facts, question: Question) -> Said:
    pe = _cell(facts, question, "pe_percent")
    carried = (*pe, *_cell(facts, question, "work_percent"), *_cell(facts, question, "mp_percent"))
    if not pe:
        return ("", ())
    return (
        f"A reduced unit keeps its work and malpractice and {pe[0].value}% of its practice expense.",
        carried,
    )


def _first(facts: Facts, question: Question) -> Said:
    found = _cell(facts, question, "first")
    return (f"{_capital(found[0].value)}.", found) if found else ("", ())


def _payer(facts: Facts, question: Question) -> Said:
    if medicare(question):
        return ("", ())
    who = payer_name(question.payer) if question.payer else "Another payer"
    return (
        f"{_capital(who)} may reduce by its own rule, or not at all.",
        _cell(facts, question, "commercial"),
    )


def _other(question: Question, verdict: Verdict) -> Verdict:
    """For another payer than Medicare its own rule decides."""
    return "depends" if medicare(question) is False else verdict


def _one(ask: Ask, one: Row, question: Question, facts: Facts, names: Mapping[str, str], text: str) -> Ruling:
    what = named(one.code, names)
    indicator = one.mult[0].value
    carried = one.mult
    if not one.therapy:
        meaning = facts.on(question.date_of_service, "mult_proc_meaning", indicator)
        said: list[Said] = [
            (
                f"The therapy MPPR does not touch {what}: its MULT PROC indicator is {indicator}, not 5.",
                carried,
            ),
            (f"MULT PROC {indicator} means: {value(meaning)}.", (*carried, *held(meaning)))
            if held(meaning)
            else ("", ()),
            _payer(facts, question),
        ]
        # Indicator 2 and 3 are reduced by another rule, so "paid in full" stays open.
        full: Verdict = "yes" if indicator in {"0", "9"} else "depends"
        answers: dict[str, Verdict | None] = {
            "reduced": _other(question, "no"),
            "full_payment": _other(question, full),
            "needed": "no",
            "allowed": _other(question, "no"),
        }
        return ruling(
            ask, "mppr.not_therapy", "no", answer(ask, answers), said, (one.code,), warnings=[one.warning]
        )
    verdict: Verdict = "yes" if _APPLIES.search(text) else "depends"
    lead: Said = (f"{what} is subject to the therapy MPPR: its MULT PROC indicator is 5.", carried)
    if _ONLY.search(text):
        verdict = "no"
        lead = (
            f"Not reduced: as the only therapy unit of the day {what} is paid in full.",
            (*carried, *_cell(facts, question, "first")),
        )
    elif _SECOND.search(text):
        verdict = "yes"
        lead = (
            f"A further unit of {what} is reduced; only the unit with the highest practice expense is paid in full.",
            (*carried, *_cell(facts, question, "first")),
        )
    elif _FIRST.search(text):
        verdict = "no"
        lead = (
            f"The unit of {what} with the day's highest practice expense is paid in full.",
            (*carried, *_cell(facts, question, "first")),
        )
    elif _ALWAYS.search(text):
        verdict = "no"
        lead = (
            f"Not always: {what} is reduced only beside a therapy unit with a higher practice expense.",
            (*carried, *_cell(facts, question, "first")),
        )
    elif re.search(r"\bnever\b", text):
        verdict = "depends"
        lead = (
            f"It can be: {what} is reduced beside a therapy unit with a higher practice expense (MULT PROC 5).",
            (*carried, *_cell(facts, question, "first")),
        )
    elif verdict == "depends":
        lead = (
            f"{what} is reduced only where another therapy unit of the day has the higher practice expense (MULT PROC 5).",
            (*carried, *_cell(facts, question, "first")),
        )
    said = [
        lead,
        _half(facts, question),
        _first(facts, question) if lead[0].startswith(what) else ("", ()),
        _scope(facts, question),
        _payer(facts, question),
    ]
    full = {"yes": "depends", "no": "yes", "depends": "depends"}[verdict]  # type: ignore[assignment]
    if _ALWAYS.search(text):
        full = "no"
    if _SECOND.search(text):
        full = "no"
    answers = {
        "reduced": _other(question, verdict),
        "full_payment": _other(question, full),
        "allowed": _other(question, verdict),
        "needed": _other(question, verdict),
    }
    if re.search(r"\bnever\b", text) and medicare(question) is not False:
        # "it is never reduced": it can be
        put: Verdict = "yes" if ask.negated else "no"
        answers = {**answers, "reduced": put, "allowed": put, "needed": put}
        if ask.form == "full_payment" and not ask.negated:
            answers["full_payment"] = "no"
    return ruling(ask, "mppr.code", verdict, answer(ask, answers), said, (one.code,), warnings=[one.warning])


def _scope(facts: Facts, question: Question) -> Said:
    found = _cell(facts, question, "scope")
    return (f"It counts over the {found[0].value}.", found) if found else ("", ())


def _units(ask: Ask, codes: Sequence[str]) -> dict[str, int]:
    """Units by code; one where the message gives none."""
    units = dict.fromkeys(codes, 1)
    for pair in ask.details.get("units", "").split(","):
        code, _, count = pair.partition("=")
        if code in units and count.isdigit() and 0 < int(count) < 100:
            units[code] = int(count)
    return units


def _day(
    ask: Ask, rows: Sequence[Row], question: Question, facts: Facts, names: Mapping[str, str], text: str
) -> Ruling:
    """Several codes of one day: ranked by practice expense, with the amounts where the year's values are held."""
    codes = tuple(r.code for r in rows)
    units = _units(ask, codes)
    therapy = [r for r in rows if r.therapy]
    outside = [r for r in rows if r.mult and not r.therapy]
    warnings = [r.warning for r in rows[:1]]
    said: list[Said] = []
    if not therapy:
        said = [
            (
                f"The therapy MPPR touches none of {listing(codes)}: their MULT PROC indicators are not 5.",
                tuple(f for r in outside for f in r.mult),
            ),
            _payer(facts, question),
        ]
        return ruling(
            ask,
            "mppr.not_therapy",
            "no",
            answer(ask, {"reduced": _other(question, "no"), "full_payment": "depends"}),
            said,
            codes,
            warnings=warnings,
        )
    known = [r for r in therapy if r.rvus]
    if len(known) < len(therapy):
        return _unranked(ask, therapy, codes, question, facts, text, warnings)
    made = reduce_lines([r.line(units[r.code]) for r in therapy])
    top = next(line for line in made if line.full_units)
    carried = tuple(fact for r in therapy for fact in (*r.mult, *r.rvus))
    pe = {r.code: r.rvus[1].value for r in therapy}
    ranked = ", ".join(f"{code} {pe[code]}" for code in sorted(pe, key=lambda code: -Decimal(pe[code])))
    reduced = [line for line in made if line.reduced_units]
    words = listing([f"{line.code} ({_n(line.reduced_units)})" for line in reduced])
    first = (
        f"{named(top.code, names)} is paid in full for one unit, the one with the highest practice expense"
    )
    said.append(
        (
            f"{first}; the MPPR reduces {words}." if reduced else f"Nothing is reduced: {first}.",
            (*carried, *_cell(facts, question, "first")),
        )
    )
    said.append((f"Practice expense by unit: {ranked}.", tuple(r.rvus[1] for r in therapy)))
    said.append(_half(facts, question))
    for r in outside:
        said.append((f"{r.code} stands outside it (MULT PROC {r.mult[0].value}).", r.mult))
    factor = mpfs(facts, question, therapy[0].code, "conv_factor")
    if held(factor) and (ask.form == "value" or ask.details.get("units")):
        amounts = _amounts(made, therapy, units, held(factor), carried)
        said = (
            [*amounts, *said]
            if re.search(r"\btotal\b|\ballowed\b|\bamount\b|\bhow much\b|\bpay\b|\$", text)
            else [*said, *amounts]
        )
    said.append(_payer(facts, question))
    subject = _subject(ask, question, codes, text)
    is_reduced = any(line.code == subject and line.reduced_units for line in reduced)
    whole = any(
        line.code == subject and line.full_units and not line.reduced_units for line in made
    ) or subject in {r.code for r in outside}
    verdict: Verdict = "yes" if is_reduced else "no"
    if reduced and _RULE_ITSELF.search(text) and not re.search(r"\b(?:to|on) (?:the )?<C>", text):
        verdict = "yes"  # "does the MPPR apply?" of the day, not of one code
    if _ALWAYS.search(text) and is_reduced:
        verdict = "yes"
    full: Verdict = "yes" if whole else "no"
    if re.search(r"\b(?:only|just) <C>|<C> (?:only|alone)\b", text):  # not all of them on one day
        return ruling(ask, "mppr.day", None, None, said, codes, warnings=warnings)
    answers: dict[str, Verdict | None] = {
        "reduced": _other(question, verdict),
        "full_payment": _other(question, full),
        "allowed": _other(question, verdict),
        "needed": _other(question, verdict),
    }
    return ruling(ask, "mppr.day", verdict, answer(ask, answers), said, codes, warnings=warnings)


def _unranked(
    ask: Ask,
    therapy: Sequence[Row],
    codes: tuple[str, ...],
    question: Question,
    facts: Facts,
    text: str,
    warnings: list[str],
) -> Ruling:
    """MULT PROC is held and the year's values are not: the rule can be said, the ranking cannot."""
    carried = tuple(fact for r in therapy for fact in r.mult)
    said: list[Said] = [
        (f"{listing([r.code for r in therapy])} are subject to the therapy MPPR (MULT PROC 5).", carried),
        _first(facts, question),
        _half(facts, question),
        (
            f"Which one that is needs the relative values of {question.date_of_service.year}: {next(r.cure for r in therapy if not r.rvus) or 'load the fee schedule of that year.'}",
            (),
        ),
        _payer(facts, question),
    ]
    return ruling(
        ask,
        "mppr.unranked",
        "depends",
        answer(ask, {"reduced": "depends", "full_payment": "depends"}),
        said,
        codes,
        warnings=warnings,
    )


def _n(units: int) -> str:
    return f"{units} unit" if units == 1 else f"{units} units"


def _amounts(
    made: Sequence[Reduced],
    therapy: Sequence[Row],
    units: Mapping[str, int],
    factor: tuple[Fact, ...],
    carried: tuple[Fact, ...],
) -> list[Said]:
    """National non-facility dollars, line by line."""
    rate = Decimal(factor[0].value)
    lines = [(line.code, line.amounts(rate)) for line in made if line.full_units or line.reduced_units]
    total = sum((amount for _, amounts in lines for amount in amounts), Decimal(0))
    unreduced = cents(sum((units[line.code] * line.full_rvu for line in made), Decimal(0)) * rate)
    parts = "; ".join(f"{code} " + " + ".join(f"${amount}" for amount in amounts) for code, amounts in lines)
    return [
        (
            f"${total} is the national allowed amount, not facility: {parts} (unreduced ${unreduced}).",
            (*factor, *carried),
        ),
        ("Locality, deductible, coinsurance, assistant reduction and sequestration are not in it.", factor),
    ]


def _subject(ask: Ask, question: Question, codes: Sequence[str], text: str) -> str:
    """The code the question is about: the object of "cut", else the first named."""
    match = _SUBJECT.search(text)
    if match:
        spoken = [m.value.split("|")[0] for m in question.mentions if m.kind in {"code", "name"}]
        index = text[: match.end()].count("<C>") - 1
        if 0 <= index < len(spoken):
            return spoken[index]
    del ask
    return codes[0]


def _percent(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling:
    """How much it is, and a stated percentage held against it."""
    pe = _cell(facts, question, "pe_percent")
    verdict: Verdict | None = None
    put = [p for p in ask.details.get("percent", "").split(",") if p] or re.findall(
        r"\b(\d{1,2})\s*(?:%|percent)", question.text
    )
    if put and pe:
        stated = Decimal(put[-1])
        verdict = "yes" if stated in {Decimal(pe[0].value), 100 - Decimal(pe[0].value)} else "no"
    said: list[Said] = []
    if pe:
        said.append(
            (
                f"{pe[0].value}% of the practice expense is cut, since {pe[0].effective_from}, in the office and in a facility alike.",
                pe,
            )
        )
    said += [
        _half(facts, question),
        _first(facts, question),
        _mult5(facts, question),
        _payer(facts, question),
    ]
    lead = _payer(facts, question) if medicare(question) is False else None
    if re.search(
        r"\b(?:which|what) (?:\w+ ){1,3}(?:is|are|gets?) (?:not (?:cut|reduced)|(?:\w+ )?(?:paid )?(?:in full|full|at 100))",
        text,
    ):
        lead = _first(facts, question)
    if ask.form == "full_payment" and re.search(
        r"\b(?:first|top|highest|only|one)\b[^.?]{0,30}\bunit\b", text
    ):
        lead, verdict = _first(facts, question), "yes" if medicare(question) is not False else "depends"
    if lead is not None and lead[0]:
        said = [lead, *(s for s in said if s != lead)]
        if verdict is None and lead != _first(facts, question):
            verdict = "depends"
    return ruling(ask, "mppr.percent", verdict, answer(ask, {ask.form: verdict}), said, ("MPPR",))


def _mult5(facts: Facts, question: Question) -> Said:
    found = facts.on(question.date_of_service, "mult_proc_meaning", "5")
    return (
        (f"It is for MULT PROC 5 only, not for every therapy code: {value(found)}.", held(found))
        if held(found)
        else ("", ())
    )


def _not_51(ask: Ask, question: Question, facts: Facts) -> Ruling:
    stop = held(facts.on(question.date_of_service, "modifier_51", "51", "medicare"))
    said: list[Said] = [
        (
            "The MPPR is no modifier: Medicare applies it by the MULT PROC indicator, whether or not anything is appended.",
            _cell(facts, question, "mult_proc"),
        ),
        (
            "Modifier 51 is not sent to Medicare, and it is not reported with physical medicine services.",
            stop,
        ),
        _half(facts, question),
    ]
    return ruling(ask, "mppr.not_51", "no", answer(ask, {"same_as_51": "no"}), said, ("MPPR", "51"))


def _about(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling | None:
    """Questions about the rule: which component, across disciplines, the indicator of a code or its meaning."""
    if re.search(r"\bmult(?:iple)? proc(?:edure)?s?\b|\bindicator\b", text) and (
        ask.form == "value" or ask.details.get("kind") != "yes_no"
    ):
        return _indicator(ask, question, facts, text)
    if ask.details.get("kind") != "yes_no":
        return None
    made = _principle(ask, question, facts, text)
    if made:
        return made
    component = _component(text)
    top = re.search(
        r"\b(?:highest|most|largest|biggest|greatest|top) (?:non-?facility )?(?:pe|practice expense)\b", text
    )
    if (
        top
        and re.search(r"\breduc|\bcut\b|\blowered\b|\bhalved\b", text)
        and ask.form in {"reduced", "allowed", "needed"}
    ):
        verdict: Verdict = _other(question, "no")
        highest: list[Said] = [_first(facts, question), _half(facts, question), _payer(facts, question)]
        return ruling(
            ask, "mppr.highest", verdict, answer(ask, {ask.form: verdict}), highest, (*ask.codes, "MPPR")
        )
    if (
        component
        and not top
        and re.search(
            r"\breduc|\bcuts?\b|\blower|\bhalv|\baffect|\btouch|\bdiminish|\bdecreas|\bshrink|\bhit\b|\bappl(?:y|ies)\b|\bdiscount",
            text,
        )
    ):
        field = {"work": "work_percent", "malpractice": "mp_percent", "mp": "mp_percent"}.get(
            component, "pe_percent"
        )
        found = _cell(facts, question, field)
        cut = bool(found) and found[0].value != "100"
        word = {"work_percent": "work", "mp_percent": "malpractice"}.get(field, "practice expense")
        lead: Said = (f"{_capital(word)} is {'cut to ' + found[0].value + '%' if cut else 'not cut'}.", found)
        return ruling(
            ask,
            "mppr.component",
            "yes" if cut else "no",
            answer(ask, {ask.form: "yes" if cut else "no"}),
            [lead, _half(facts, question)],
            ("MPPR",),
        )
    if _ACROSS.search(text) and not re.search(r"\bpaid in full\b", text):
        return ruling(
            ask,
            "mppr.scope",
            "yes",
            answer(ask, {ask.form: "yes"}),
            [_scope(facts, question), _first(facts, question), _half(facts, question)],
            ("MPPR",),
        )
    if re.search(r"<pct>|\bpercent\b", text) and not ask.codes:
        return _percent(ask, question, facts, text)
    if re.search(r"\b(?:every|all) therapy codes?\b|\ball (?:pt |therapy )?codes\b", text) and not ask.codes:
        return ruling(
            ask,
            "mppr.every",
            "no",
            answer(ask, {ask.form: "no"}),
            [_mult5(facts, question), _half(facts, question)],
            ("MPPR",),
        )
    return None


def _component(text: str) -> str:
    """The one component the words ask about; "" where they name several."""
    named_ = {
        {"mp": "malpractice", "pe": "practice expense"}.get(word, word) for word in _COMPONENT.findall(text)
    }
    return named_.pop() if len(named_) == 1 else ""


_PAYERS = re.compile(
    r"\bcommercial\b|\b(?:other|private|all|every|non ?-? ?medicare) (?:insur\w+|payers?|plans?|carriers?)\b"
)
_FOLLOW = re.compile(
    r"\bfollow|\bsame (?:as|way|rule)|\bidentical\b|\buse medicare|\bmust\b|\brequired to\b|\bhave to\b|\balways\b|\bmirror|\bcopy\b"
)
_TIE = re.compile(
    r"\bties?\b|\btied\b|\b(?:equal|same|identical) (?:pe\b|practice expense)|\b(?:pe|practice expense)s? (?:is|are) (?:equal|the same|identical)"
)


def _principle(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling | None:
    """Whether other payers follow it, and how equal practice expenses are ranked."""
    payers = _cell(facts, question, "commercial")
    if _PAYERS.search(text) and _FOLLOW.search(text) and not ask.codes and payers:
        said: list[Said] = [
            ("Not always: other payers reduce by their own rule, if at all.", payers),
            _half(facts, question),
        ]
        verdict: Verdict = "yes" if denied(text) else "no"
        return ruling(ask, "mppr.other_payers", "no", verdict, said, ("MPPR",))
    tie = _cell(facts, question, "tie")
    if _TIE.search(text) and tie and re.search(r"\bfees?\b|\btotal\b|\bamount\b|\bwork\b|\brank", text):
        by_fee = bool(re.search(r"\bfees?\b|\btotal\b|\bamount\b", text))
        claim: Verdict | None = "yes" if by_fee else "no" if re.search(r"\bwork\b", text) else None
        said = [("With equal practice expense the total fee ranks: the higher one is paid in full.", tie)]
        return ruling(ask, "mppr.tie", claim, answer(ask, {ask.form: claim}), said, ("MPPR",))
    return None


def _indicator(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling | None:
    """ "MULT PROC indicator of 97012?", "what does MULT PROC 5 mean?"."""
    when = question.date_of_service
    said: list[Said] = []
    subjects: tuple[str, ...] = ask.codes
    warnings = []
    for code in dict.fromkeys(ask.codes):
        one = row(facts, question, code)
        if not one.mult:
            return lacking(
                ask,
                "mppr.unknown",
                f"No fee schedule that we hold covers {code} on this date. {one.cure}",
                (code,),
            )
        meaning = facts.on(when, "mult_proc_meaning", one.mult[0].value)
        said.append(
            (
                f"The MULT PROC indicator of {code} is {one.mult[0].value}: {value(meaning)}.",
                (*one.mult, *held(meaning)),
            )
        )
        warnings.append(one.warning)
    if not ask.codes:
        digit = re.search(
            r"\b(?:proc(?:edure)?s?|indicator)\W*(?:indicator\W*)?(?:of\W*|is\W*|value\W*)?([0-79])\b",
            question.text,
            re.I,
        )
        found = facts.on(when, "mult_proc_meaning", digit.group(1)) if digit else None
        if found is None or not held(found):
            return None
        said.append((f"MULT PROC {held(found)[0].subject} means: {value(found)}.", held(found)))
        subjects = ("MULT PROC",)
    return ruling(ask, "mppr.indicator", None, None, said, subjects, warnings=warnings)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
