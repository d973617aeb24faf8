"""CQ and CO: services of physical and occupational therapist assistants, when they are needed and what
Medicare pays.

Authority: Medicare Claims Processing Manual (IOM 100-04) ch. 5 s.20.1, CMS billing examples for CQ and CO
(10% de minimis, the therapist's own 8 minutes of the last unit, two units left), fee schedule final rule for
2025 (general supervision). 85% is of Medicare's payment, 88% of the whole allowed amount: the coinsurance is
not cut.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules import units as arithmetic
from assistant.rules.assistant_minutes import Shared, Split, shared_minutes, split
from assistant.rules.build import Said, answer, held, listing, medicare, named, ruling, value
from assistant.rules.reading import denied
from assistant.rules.therapy import timed, timing_fact
from assistant.rules.therapy_modifier import own_modifier
from assistant.wording import payer_name

_OF = {"CQ": "a physical therapist assistant", "CO": "an occupational therapy assistant"}
_TOGETHER = re.compile(r"\bco ?-? ?treat\w*|\btogether\b|\bjointly\b|\bside by side\b")
_ALONE = re.compile(
    r"\b(?:pt|ot|therapist)s? (?:only|alone|himself|herself|did (?:it )?all|did everything)\b|\bonly (?:the |by the |by )?(?:pt|ot|therapist)\b|\bno assistant\b|\bwithout (?:a |an |the )?(?:pta|ota|assistant)\b",
    re.I,
)
_SMALL = re.compile(
    r"\b(?:less than|under|below|at most|not more than|up to|fewer than) (?:<pct>|<n>)|<pct> or less"
)
_PAYMENT = re.compile(
    r"\bpa(?:y|ys|id|yment|yments)\b|\breduc|\bcuts?\b|<pct>|\brate\b|\bpercent|\b8[58]\b|\breimburs"
)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling: pairing, payment, supervision, or whether the assistant's share needs the modifier."""
    text = ask.details.get("text", "")
    if ask.form == "supervision":
        return (_supervision(ask, question, facts, text),)
    if ask.form == "after_mppr":
        return (_after_mppr(ask, question, facts),)
    early = _too_early(ask, question, facts)
    if early:
        return (early,)
    if re.match(r"^\W*(?:was|were)\b", text) and ask.form == "needed" and not ask.codes and not ask.minutes:
        return (_since(ask, question, facts, text),)
    if _TOGETHER.search(text) and _AS_THERAPIST.search(text):
        return (_together(ask, question, facts, text),)
    last = _final_unit(ask, question, facts, text)
    if last:
        return (last,)
    if {"CQ", "CO"} & set(ask.modifiers) and {"GP", "GO", "GN"} & set(ask.modifiers):
        if _REPLACES.search(text):
            return (_replaces(ask, question, facts, text),)
        return (_pairing(ask, question, facts),)
    if (
        re.search(r"\bwhen\b|\bsince when\b|\bas of\b|\bstart(?:ed)?\b", text)
        and not ask.codes
        and ask.details.get("kind") != "yes_no"
        or re.search(r"\bsince when\b", text)
    ):
        return (_since(ask, question, facts, text),)
    if (
        re.search(r"\bde ?-? ?minimis\b", text)
        and not ask.minutes
        and (ask.details.get("kind") == "value" or ask.details.get("percent"))
    ):
        return (_de_minimis(ask, question, facts),)
    if (
        ask.form == "value_check"
        or not ask.minutes
        and (_PAYMENT.search(text) and not _SMALL.search(text) and not re.search(r"\bneed|\brequire", text))
    ):
        return (_payment(ask, question, facts, text),)
    shared = shared_minutes(question)
    if shared:
        return (_minutes(ask, shared, question, facts, names, text),)
    return (_whole(ask, question, facts, names, text),)


_AS_THERAPIST = re.compile(
    r"\bcount\w*\b.{0,25}\b(?:therapist|assistant|pt|ot|pta|ota)(?:'?s)?\b|\b(?:therapist|assistant)(?:'?s)? (?:time|minutes)\b"
)
_REPLACES = re.compile(
    r"\b(?:take|takes|taking) the place\b|\breplac|\bsubstitut|\binstead of\b|\bin place of\b|\bin lieu of\b|\brather than\b|\bstand in for\b|\bcovers? (?:for )?<MC"
)
_FINAL = re.compile(r"\b(?:final|last|remaining) (?:\w+ )?unit\b")
_PERSONALLY = re.compile(
    r"\b(?:therapist|pt|ot)\b (?:\w+ ){0,2}(?:furnish\w*|gave|give|gives|did|does|provid\w*|perform\w*|treat\w*|spent|had|has)\b[^<.?]{0,20}<min>"
    r"|<min> (?:\w+ ){0,3}by (?:the )?(?:therapist|pt|ot)\b"
)


def _de_minimis(ask: Ask, question: Question, facts: Facts) -> Ruling:
    """The share up to which an assistant's minutes call for no modifier."""
    modifier = _modifier(ask, question)
    share = _cell(facts, question, modifier, "de_minimis_percent")
    said: list[Said] = [
        (
            f"{share[0].value}%: up to that share of a service the assistant's separate minutes call for no CQ or CO.",
            share,
        )
        if share
        else ("", ()),
        _share(facts, question, modifier, share),
        _payer(question, facts, modifier),
    ]
    put = ask.details.get("percent", "").split(",")[0]
    verdict: Verdict | None = ("yes" if put == share[0].value else "no") if put and share else None
    return ruling(
        ask, "assistant_modifier.de_minimis", verdict, answer(ask, {ask.form: verdict}), said, ("CQ", "CO")
    )


def _too_early(ask: Ask, question: Question, facts: Facts) -> Ruling | None:
    """A day before CQ and CO were required; None for later days."""
    days = [day for day in ask.details.get("dates", "").split(",") if day]
    when = date.fromisoformat(days[0]) if len(days) == 1 else question.date_of_service
    modifier = _modifier(ask, question)
    start = held(facts.on(max(when, question.date_of_service, _KNOWN), "assistant_modifier", modifier))
    if not start or ask.form != "needed":
        return None
    if when >= start[0].effective_from:
        if not days or ask.codes or ask.minutes:
            return None
        since: list[Said] = [
            (f"CQ and CO have been required since {start[0].effective_from}, so on {when} too.", start),
            (_share(facts, question, modifier, _cell(facts, question, modifier, "de_minimis_percent"))),
        ]
        return ruling(
            ask, "assistant_modifier.since", "yes", answer(ask, {ask.form: "yes"}), since, (modifier,)
        )
    said: list[Said] = [
        (f"Not on {when}: CQ and CO have been required since {start[0].effective_from}.", start),
    ]
    return ruling(
        ask, "assistant_modifier.since", "no", answer(ask, {ask.form: "no"}), said, (*ask.codes, modifier)
    )


_KNOWN = date(2026, 1, 1)
"""A day on which the rule is held, whatever the day asked about."""


def _together(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling:
    """Whose minutes those are that both give at the same time."""
    modifier = _modifier(ask, question)
    found = _cell(facts, question, modifier, "together")
    as_assistant = bool(
        re.search(
            r"\b(?:assistant|pta|ota)'?s? (?:time|minutes)\b|\bcount\w*\b.{0,12}\b(?:assistant|pta|ota)\b",
            text,
        )
    )
    verdict: Verdict = "no" if as_assistant else "yes"
    said: list[Said] = [
        ("Minutes that therapist and assistant give together count as the therapist's.", found),
        (f"So they do not call for {modifier}.", found),
        _payer(question, facts, modifier),
    ]
    answered = None if ask.details.get("kind") in {"value", "why"} else "no" if verdict == "no" else "yes"
    if answered and denied(text):
        answered = "yes" if answered == "no" else "no"
    return ruling(ask, "assistant_modifier.counts", verdict, answered, said, (*ask.codes, modifier))  # type: ignore[arg-type]


def _final_unit(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling | None:
    """The therapist's own minutes of the last unit: 8 and more, and that unit goes without the modifier."""
    minutes = [number for _, number in ask.minutes]
    modifier = _modifier(ask, question)
    least = _cell(facts, question, modifier, "therapist_minutes")
    if len(minutes) != 1 or not least or not _FINAL.search(text) or not _PERSONALLY.search(text):
        return None
    if minutes[0] < int(least[0].value) or ask.form not in {"needed", "allowed", "minutes"}:
        return None
    said: list[Said] = [
        (
            f"No {modifier} on the last unit: the therapist personally gave {minutes[0]} minutes of it, and "
            f"{least[0].value} are enough.",
            least,
        ),
        _payer(question, facts, modifier),
    ]
    verdict: Verdict = "depends" if medicare(question) is False else "no"
    if verdict == "depends":
        said[0] = (f"By Medicare's rule n{said[0][0][1:]}", least)
    answers: dict[str, Verdict | None] = dict.fromkeys(("needed", "allowed", "minutes"), verdict)
    return ruling(
        ask, "assistant_modifier.final_unit", verdict, answer(ask, answers), said, (*ask.codes, modifier)
    )


def _replaces(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling:
    """ "Does GP take the place of CQ?": the plan of care and the assistant are two things, and the line says both."""
    assistant = next(m for m in ask.modifiers if m in _OF)
    found = _cell(facts, question, assistant, "with")
    plan = found[0].value if found else "the therapy modifier"
    said: list[Said] = [
        (f"Neither stands for the other: a line of {_OF[assistant]} carries {plan} and {assistant}.", found),
        _payer(question, facts, assistant),
    ]
    verdict: Verdict | None = None
    if ask.details.get("kind") not in {"value", "why"}:
        verdict = "yes" if denied(text) else "no"
    return ruling(ask, "assistant_modifier.replaces", "no", verdict, said, (*ask.codes, *ask.modifiers))


def _cell(facts: Facts, question: Question, subject: str, field: str = "value") -> tuple[Fact, ...]:
    return held(facts.on(question.date_of_service, "assistant_modifier", subject, field))


def _modifier(ask: Ask, question: Question) -> str:
    """CQ or CO: the one named, else the one of who rendered it or is named, else CQ."""
    named_ = [m for m in ask.modifiers if m in _OF]
    if len(named_) == 1:
        return named_[0]
    text = f"{question.text} {question.rendered_by or ''}"
    return (
        "CO"
        if re.search(r"\bc?otas?\b|\boccupational\b|\bGO\b", text, re.I)
        and not re.search(r"\bptas?\b", text, re.I)
        else "CQ"
    )


def _payer(question: Question, facts: Facts, modifier: str) -> Said:
    if medicare(question):
        return ("", ())
    who = payer_name(question.payer) if question.payer else "another payer"
    return (
        f"CQ and CO are Medicare's: {who} may not use them, so its own rule decides there.",
        _cell(facts, question, modifier),
    )


def _pairing(ask: Ask, question: Question, facts: Facts) -> Ruling:
    assistant = next(m for m in ask.modifiers if m in _OF)
    plans = [m for m in ask.modifiers if m in {"GP", "GO", "GN"}]
    found = _cell(facts, question, assistant, "with")
    right = found[0].value if found else ""
    wrong = [m for m in plans if m != right]
    tied = [
        fact for code in ask.codes for fact in own_modifier(facts, question, code) if fact.value not in plans
    ]
    verdict: Verdict = "no" if wrong or tied else "yes"
    if wrong:
        said: list[Said] = [
            (f"Not {assistant} with {listing(wrong)}: {assistant} goes with {right} on the same line.", found)
        ]
    else:
        said = [(f"{assistant} and {right} belong together on the line of {_OF[assistant]}.", found)]
    said += [(f"{fact.subject} takes {fact.value} alone.", (fact,)) for fact in tied]
    other = "CO" if assistant == "CQ" else "CQ"
    second = _cell(facts, question, other, "with")
    said.append((f"{other} goes with {second[0].value}.", second) if second else ("", ()))
    said.append(_payer(question, facts, assistant))
    answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed"), verdict)
    return ruling(
        ask,
        "assistant_modifier.pairing",
        verdict,
        answer(ask, answers),
        said,
        (*ask.codes, assistant, *plans),
    )


def _payment(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling:
    modifier = _modifier(ask, question)
    share, allowed = (
        _cell(facts, question, modifier, "payment_percent"),
        _cell(facts, question, modifier, "allowed_percent"),
    )
    said: list[Said] = []
    verdict: Verdict | None = None
    if share and share[0].value == "100":
        said.append(
            (f"No reduction on {question.date_of_service}: the lower payment began on 2022-01-01.", share)
        )
    elif share:
        said.append(
            (
                f"{share[0].value}% of Medicare's payment: that is what Medicare pays on a line with CQ or CO.",
                share,
            )
        )
        if allowed:
            said.append(
                (
                    f"Of the whole allowed amount that is {allowed[0].value}%, because the patient's 20% is not cut; both figures are right.",
                    allowed,
                )
            )
        said.append(("It has held since 2022-01-01.", share))
    put = [
        int(Decimal(p))
        for p in ask.details.get("percent", "").split(",")
        if re.fullmatch(r"\d+(?:\.\d+)?", p)
    ]
    put = put or [int(n) for n in re.findall(r"\b(\d{2})\s*(?:%|percent)", question.text)]
    both = {int(share[0].value), int(allowed[0].value)} if share and allowed else set()
    if (
        len(both) == 2
        and both <= {*put, *(100 - p for p in put)}
        and re.search(
            r"\bconsisten|\bsame\b|\bagree|\bboth\b|\bmatch|\bcompatible|\breconcil|\bcontradict|\bconflict",
            text,
        )
    ):
        verdict = "no" if re.search(r"\bcontradict|\bconflict", text) else "yes"
    elif (
        share
        and share[0].value == "100"
        and ask.details.get("kind") == "yes_no"
        and re.search(r"\breduc|\bless\b|\bcuts?\b|<pct>|\blower", text)
    ) or (
        share
        and allowed
        and re.search(
            r"\b(?:patient|coinsurance|co ?-? ?pay|beneficiary|<pct>)(?:'s)?(?: \w+){0,2} (?:shrinks?|drops?|falls?|goes down|is (?:reduced|cut|less|lower|smaller)|(?:reduced|cut|lower|less|smaller) too)\b",
            text,
        )
    ):
        verdict = "no"
    elif share and put and not re.search(r"\bor\b", text):
        right = {int(share[0].value), 100 - int(share[0].value)}
        if allowed and re.search(r"\ballowed\b|\bfee schedule\b|\btotal\b", text):
            right = {int(allowed[0].value), 100 - int(allowed[0].value)}
        other = {int(allowed[0].value), 100 - int(allowed[0].value)} if allowed else set()
        verdict = "yes" if put[-1] in right else "depends" if put[-1] in other else "no"
    elif (
        share
        and ask.details.get("kind") == "yes_no"
        and re.search(r"\breduc|\bless\b|\bcut\b|\bfull\b", text)
        and re.match(r"^\W*(?:is|are|does|do|will|would|can)\b", text)
    ):
        lower = share[0].value != "100"
        verdict = ("no" if lower else "yes") if re.search(r"\bfull\b", text) else ("yes" if lower else "no")
    said.append(_payer(question, facts, modifier))
    answered = answer(ask, {ask.form: verdict}) if verdict else None
    return ruling(ask, "assistant_modifier.payment", verdict, answered, said, ("CQ", "CO"))


def _since(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling:
    required, share = _cell(facts, question, "CQ"), _cell(facts, question, "CQ", "payment_percent")
    said: list[Said] = []
    if required:
        said.append((f"CQ and CO have been required since {required[0].effective_from}.", required))
    if share:
        said.append(
            (f"Medicare has paid {share[0].value}% on such lines since {share[0].effective_from}.", share)
        )
    if re.search(r"\breduc|\bpay|\bcut\b|<pct>", text):
        said.reverse()
    put: Verdict | None = (
        "yes" if required and question.date_of_service >= required[0].effective_from else None
    )
    answered = answer(ask, {"needed": put}) if re.match(r"^\W*(?:was|were)\b", text) else None
    return ruling(ask, "assistant_modifier.since", None, answered, said, ("CQ", "CO"))


_MPPR_LATER = re.compile(
    r"\b(?:before|prior to|ahead of) (?:the |any |therapy )*(?:mppr|multiple procedure)|\b(?:mppr|multiple procedure (?:payment )?reduction)\b[^<.?]{0,30}\bafter (?:the |its )?(?:<MC[QO]>|cq|co|assistant|85|<pct>)"
)
_MPPR_FIRST = re.compile(
    r"\bafter (?:the |any |therapy )*(?:mppr|multiple procedure)|\b(?:mppr|multiple procedure (?:payment )?reduction)\b[^<.?]{0,30}\bbefore (?:the |its )?(?:<MC[QO]>|cq|co|assistant|85|<pct>)"
)


def _after_mppr(ask: Ask, question: Question, facts: Facts) -> Ruling:
    order = held(facts.on(question.date_of_service, "mppr", "therapy", "order"))
    share = _cell(facts, question, _modifier(ask, question), "payment_percent")
    said: list[Said] = [
        ("The assistant reduction comes after the MPPR, and sequestration after both.", order),
        (f"It is {share[0].value}% of what Medicare would pay then.", share) if share else ("", ()),
    ]
    text = ask.details.get("text", "")
    before = bool(_MPPR_LATER.search(text)) != bool(_MPPR_FIRST.search(text)) and bool(
        _MPPR_LATER.search(text)
    )
    put: Verdict = "no" if before else "yes"
    return ruling(
        ask, "assistant_modifier.after_mppr", "yes", answer(ask, {"after_mppr": put}), said, ("CQ", "CO")
    )


def _supervision(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling:
    who = (
        "OTA"
        if question.rendered_by == "OTA"
        or re.search(r"\bc?otas?\b", text)
        and not re.search(r"\bptas?\b", text)
        else "PTA"
    )
    found = facts.on(question.date_of_service, "supervision", who, "private_practice")
    level = value(found)
    said: list[Said] = []
    if level == "general":
        said.append(
            (
                f"General supervision is enough for a {who} in private practice under Medicare since {held(found)[0].effective_from}; direct supervision is no longer required.",
                held(found),
            )
        )
        said.append(
            (
                "Chapter 15 of the benefit manual still prints the older rule of direct supervision.",
                held(found),
            )
        )
    elif level:
        said.append(
            (
                f"Medicare required {level} supervision of a {who} in private practice on that date.",
                held(found),
            )
        )
    said.append(("State law may ask for more, and other payers may have their own rule.", held(found)))
    verdict: Verdict | None = None
    if re.search(r"\bdirect\b|\bsupervis\w+\b.*\bon ?-? ?site\b|\bon ?-? ?site\b.*\bsupervis", text):
        verdict = "yes" if level == "direct" else "no"
    elif re.search(r"\bgeneral\b", text):
        verdict = "yes" if level == "general" else "no"
    elif (
        ask.details.get("kind") == "yes_no"
        and re.search(
            r"\b(?:other|another|different) (?:office|clinic|location|site)\b|\boff ?-? ?site\b|\bnot (?:on ?-? ?site|in the (?:building|clinic|office))\b|\bout of the (?:office|building)\b|\bby phone\b",
            text,
        )
        and re.search(r"\b(?:ok|okay|allowed|fine|bill\w*|can)\b", text)
        and re.search(r"\bprivate practice\b|\bclinic\b|\boffice\b", text)
    ):
        verdict = {"general": "yes", "direct": "no"}.get(level)  # type: ignore[assignment]
    return ruling(
        ask, "assistant_modifier.supervision", verdict, answer(ask, {ask.form: verdict}), said, (who,)
    )


def _minutes(
    ask: Ask, shared: list[Shared], question: Question, facts: Facts, names: Mapping[str, str], text: str
) -> Ruling:
    """The minutes of both, code by code."""
    modifier = _modifier(ask, question)
    least, minimis = (
        _cell(facts, question, modifier, "therapist_minutes"),
        _cell(facts, question, modifier, "de_minimis_percent"),
    )
    together = _cell(facts, question, modifier, "together")
    if _TOGETHER.search(text):
        return _cotreated(ask, question, facts, modifier, together)
    eight, ten = (
        int(least[0].value) if least else arithmetic.UNIT_MINUTES,
        int(minimis[0].value) if minimis else 10,
    )
    totals = {s.code: s.assistant + s.therapist for s in shared}
    counted = arithmetic.by_total_time(
        {code: n for code, n in totals.items() if timed(facts, question, code) is not False}
    )
    said: list[Said] = []
    takes: list[bool] = []
    for s in shared:
        what = named(s.code, names) if s.code else "The code"
        if s.code and timed(facts, question, s.code) is False:
            over = s.assistant * 100 > ten * totals[s.code]
            takes.append(over)
            side = "more than" if over else "not more than"
            said.append(
                (
                    f"{what} is untimed: the assistant's {s.assistant} of {totals[s.code]} minutes are {side} {ten}%, so {'it takes' if over else 'no'} {modifier}.",
                    (
                        *_cell(facts, question, modifier, "untimed"),
                        *minimis,
                        *timing_fact(facts, question, s.code),
                    ),
                )
            )
            continue
        units = counted.units.get(s.code, 0)
        made = split(s.assistant, s.therapist, units, eight, ten)
        takes.append(made.with_modifier > 0)
        reason = {
            "two_units": _cell(facts, question, modifier, "two_units"), "therapist_minutes": least, "de_minimis_percent": minimis, "full": minimis,
        }[made.why]  # fmt: skip
        said.append(
            (
                f"{what}: {_counts(made, modifier, units)} (assistant {s.assistant}, therapist {s.therapist} minutes).",
                reason,
            )
        )
        if made.why == "therapist_minutes":
            said.append(
                (
                    f"The therapist personally gave {eight} minutes or more of the last unit, so that unit goes without {modifier}.",
                    least,
                )
            )
        elif made.why == "two_units":
            said.append(("Two units are left: one goes with the modifier, one without.", reason))
        elif made.why == "de_minimis_percent" and made.with_modifier:
            said.append(
                (
                    f"The assistant's share is above {ten}% and the therapist gave fewer than {eight} minutes of it.",
                    (*minimis, *least),
                )
            )
    verdict: Verdict = "yes" if any(takes) else "no"
    if (
        re.search(r"\bboth\b|\ball\b", text)
        and len(shared) == 1
        and verdict == "yes"
        and not all(s.therapist == 0 for s in shared)
    ):
        units = counted.units.get(shared[0].code, 0)
        verdict = (
            "yes" if split(shared[0].assistant, shared[0].therapist, units, eight, ten).without == 0 else "no"
        )
    partner = _cell(facts, question, modifier, "with")
    if partner and any(takes):
        said.append((f"{modifier} stands beside {partner[0].value}.", partner))
    said.append(_payer(question, facts, modifier))
    if medicare(question) is False:
        verdict = "depends"
    answers: dict[str, Verdict | None] = dict.fromkeys(("needed", "allowed", "minutes", "which"), verdict)
    return ruling(
        ask,
        "assistant_modifier.minutes",
        verdict,
        answer(ask, answers),
        said,
        (*(s.code for s in shared if s.code), modifier),
    )


def _counts(made: Split, modifier: str, units: int) -> str:
    if not units:
        return "no unit"
    parts = []
    if made.with_modifier:
        parts.append(f"{made.with_modifier} unit{'s' if made.with_modifier > 1 else ''} with {modifier}")
    if made.without:
        parts.append(f"{made.without} unit{'s' if made.without > 1 else ''} without")
    return listing(parts)


def _cotreated(
    ask: Ask, question: Question, facts: Facts, modifier: str, together: tuple[Fact, ...]
) -> Ruling:
    said: list[Said] = [
        (
            f"No {modifier}: minutes that therapist and assistant give together count as the therapist's.",
            together,
        ),
        _payer(question, facts, modifier),
    ]
    return ruling(
        ask,
        "assistant_modifier.together",
        "no",
        answer(ask, dict.fromkeys(("needed", "allowed", "minutes"), "no")),
        said,
        (*ask.codes, modifier),
    )


def _whole(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str], text: str) -> Ruling:
    """No minutes: who did it decides."""
    modifier = _modifier(ask, question)
    partner, required = _cell(facts, question, modifier, "with"), _cell(facts, question, modifier)
    of, minimis = (
        _cell(facts, question, modifier, "assistant"),
        _cell(facts, question, modifier, "de_minimis_percent"),
    )
    what = f" on {listing([named(code, names) for code in ask.codes])}" if ask.codes else ""
    answers: dict[str, Verdict | None]
    if _TOGETHER.search(text):
        return _cotreated(ask, question, facts, modifier, _cell(facts, question, modifier, "together"))
    if ask.details.get("kind") in {"value", "why"} or len([m for m in ask.modifiers if m in _OF]) > 1:
        said: list[Said] = [
            (
                f"{modifier}{what} for {_OF[modifier]}, beside {partner[0].value if partner else 'the therapy modifier'}.",
                (*of, *partner),
            ),
            _share(facts, question, modifier, minimis),
            _payer(question, facts, modifier),
        ]
        return ruling(ask, "assistant_modifier.which", None, None, said, (*ask.codes, modifier))
    named_ = [m for m in ask.modifiers if m in _OF]
    mismatch = named_ and (
        named_[0] == "CO"
        and question.rendered_by == "PTA"
        or named_[0] == "CQ"
        and question.rendered_by == "OTA"
    )
    if mismatch:
        right = "CQ" if named_[0] == "CO" else "CO"
        said = [
            (
                f"Not {named_[0]}{what}: for {_OF[right]} it is {right}.",
                _cell(facts, question, right, "assistant"),
            ),
            _payer(question, facts, right),
        ]
        answers = dict.fromkeys(("needed", "allowed"), "no")
        return ruling(
            ask, "assistant_modifier.mismatch", "no", answer(ask, answers), said, (*ask.codes, *named_)
        )
    if _SMALL.search(text):
        said = [
            (
                f"Not needed where the assistant's separate minutes are {minimis[0].value}% of the service or less.",
                minimis,
            ),
            _payer(question, facts, modifier),
        ]
        answers = dict.fromkeys(("needed", "allowed"), "no")
        return ruling(
            ask, "assistant_modifier.de_minimis", "no", answer(ask, answers), said, (*ask.codes, modifier)
        )
    if _ALONE.search(question.text) or question.rendered_by in {"PT", "OT", "MD", "NP", "PA", "SLP", "DC"}:
        said = [
            (f"No {modifier}{what} where the therapist did it without an assistant.", required),
            _share(facts, question, modifier, minimis),
            _payer(question, facts, modifier),
        ]
        answers = dict.fromkeys(("needed", "allowed"), "no")
        return ruling(
            ask, "assistant_modifier.therapist", "no", answer(ask, answers), said, (*ask.codes, modifier)
        )
    by_assistant = question.rendered_by in {"PTA", "OTA"} or re.search(
        r"\bptas?\b|\bc?otas?\b|\bassistants?\b", text
    )
    verdict: Verdict = "depends" if not by_assistant or medicare(question) is False else "yes"
    needed: Verdict = verdict if medicare(question) else "depends"
    if by_assistant:
        lead: Said = (
            f"{modifier} is needed{what} for Medicare when {_OF[modifier]} did it, beside {partner[0].value if partner else 'the therapy modifier'}.",
            (*required, *of, *partner),
        )
    else:
        lead = (
            f"{modifier} is needed{what} for Medicare only where an assistant gave more than {minimis[0].value if minimis else '10'}% of it.",
            (*required, *minimis),
        )
    said = [lead, _share(facts, question, modifier, minimis), _payer(question, facts, modifier)]
    answers = {"needed": needed, "allowed": verdict}
    return ruling(ask, "assistant_modifier.whole", needed, answer(ask, answers), said, (*ask.codes, modifier))


def _share(facts: Facts, question: Question, modifier: str, minimis: tuple[Fact, ...]) -> Said:
    least = _cell(facts, question, modifier, "therapist_minutes")
    if not minimis or not least:
        return ("", ())
    return (
        f"A shared service takes it when the assistant's separate minutes are above {minimis[0].value}%, unless the therapist personally gave {least[0].value} minutes of the last unit.",
        (*minimis, *least),
    )
