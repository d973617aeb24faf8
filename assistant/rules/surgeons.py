"""Assistants at surgery (80, 81, 82, AS), co-surgeons (62) and surgical teams (66).

Authority: the ASST SURG, CO SURG and TEAM SURG indicators of the Medicare fee schedule (layout RVU25D) and IOM
100-04 ch. 12 s.20.4.3 and 40.8 for what is paid: 16% of the fee to an assistant physician, 85% of that to a
PA, NP or CNS (AS), 62.5% to each of two co-surgeons, by report to a team.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, medicare, mpfs, ruling
from assistant.rules.reading import amount, cure, dollars, says, stated_indicator, wants_value, with_name
from assistant.wording import payer_name

_ASSISTANTS = ("80", "81", "82", "AS")
_KINDS: Mapping[str, tuple[str, str, str]] = {
    **dict.fromkeys(_ASSISTANTS, ("asst_surg", "asst_meaning", "ASST SURG")),
    "62": ("co_surg", "cosurg_meaning", "CO SURG"),
    "66": ("team_surg", "team_meaning", "TEAM SURG"),
}
_WORDS = (
    ("66", r"\bteam\b"),
    ("62", r"\bco ?-? ?surgeons?\b|\bcosurg|\btwo surgeons\b"),
    ("82", r"\bno (?:qualified )?resident\b|\bresident\b"),
    ("81", r"\bminimum assist"),
    ("AS", r"\b(?:pa|np|cns|physician assistant|nurse practitioner|non-?physician)\b"),
    ("80", r"\bassist"),
)  # fmt: skip
_HUNDRED = Decimal(100)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code by its indicator; without one, what the modifiers mean and pay."""
    typed = {m.value for m in question.mentions if m.kind == "modifier" and m.text.upper() == m.value}
    told = ask.details.get("scene", "")
    named = [told] if told in _KINDS else _named(question)
    asked = [m for m in ask.modifiers if m in _KINDS and (m in typed or not named)] or named
    if len(asked) > 1 and ask.negated:  # "not with 80, it's AS": which of them is denied is not told
        ask = replace(ask, details={**ask.details, "kind": "value"})
    if not ask.codes:
        return _indicator(ask, question, facts) or _general(ask, asked, question, facts)
    if not asked:
        asked = ["80"]
    return tuple(_one(ask, code, m, question, facts, names) for code in ask.codes for m in asked[:2])


def _named(question: Question) -> list[str]:
    """The modifier that the words of the message stand for."""
    text = question.text.lower()
    return [m for m, pattern in _WORDS if re.search(pattern, text)][:1]


def _fact(
    facts: Facts, question: Question, table: str, subject: str, field: str = "value"
) -> tuple[Fact, ...]:
    return held(facts.on(question.date_of_service, table, subject, field))


def _one(
    ask: Ask, code: str, modifier: str, question: Question, facts: Facts, names: Mapping[str, str]
) -> Ruling:
    column, table, label = _KINDS[modifier]
    found = mpfs(facts, question, code, column)
    if found.state != "held" or found.fact is None:
        text = (
            f"The {label} indicator of {code} on {question.date_of_service} is in no table held, so"
            f" {modifier} is open."
        )
        return lacking(ask, "surgeons.unknown", f"{text} {cure(found)}", (code, modifier))
    kind = found.fact.value
    meaning, paid = _fact(facts, question, table, kind), _fact(facts, question, table, kind, "paid")
    row = (found.fact, *meaning, *paid)
    tells = f"{label} indicator {kind} ({meaning[0].value if meaning else 'meaning not held'})"
    name, warnings = with_name(code, names), (found.warning,)
    if says(ask, r"\bindicator\b") and modifier not in ask.modifiers:
        lead: Said = (f"{name} has {tells} on the Medicare fee schedule.", row)
        return ruling(ask, "surgeons.indicator", None, None, [lead], (code,), warnings=warnings)
    word = paid[0].value if paid else ""
    verdict: Verdict = {"yes": "yes", "with_documentation": "depends"}.get(word, "no")  # type: ignore[assignment]
    if kind == "2" and modifier == "62":
        lead = (
            f"Medicare pays {name} with 62 when the two surgeons are of different specialties: {tells}.",
            row,
        )
        verdict = "yes"
    elif verdict == "yes":
        lead = (f"Medicare may pay {name} with {modifier}: {tells}.", row)
    elif verdict == "depends":
        lead = (
            f"Medicare pays {name} with {modifier} only if the record shows it was necessary: {tells}.",
            row,
        )
    else:
        lead = (f"Medicare does not pay {name} with {modifier}: {tells}.", row)
    said: list[Said] = [lead]
    if verdict != "no":
        said += [_pays(modifier, facts, question), _worked(modifier, facts, question)]
    said.append(_who(modifier, facts, question))
    if medicare(question) is False and verdict != "no":
        verdict = "depends"
        said.append((f"{_capital(payer_name(question.payer))} has its own rule on {modifier}.", row))
    if (
        question.rendered_by in {"PA", "NP"}
        and modifier in {"80", "81", "82"}
        and medicare(question) is not False
    ):
        verdict = "no"
    answers: dict[str, Verdict | None] = {
        "allowed": verdict,
        "needed": "depends" if verdict != "no" else "no",
    }
    answered = answer(ask, answers)
    return ruling(ask, "surgeons.indicator", verdict, answered, said, (code, modifier), warnings=warnings)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _pays(modifier: str, facts: Facts, question: Question) -> Said:
    """The share of the fee."""
    row = _fact(facts, question, "surgical_payment", modifier, "percent")
    if not row:
        return ("", ())
    share = row[0].value
    if not share[0].isdigit():
        return (f"{modifier} is paid {share}.", row)
    each = " to each of the two surgeons" if modifier == "62" else ""
    return (f"With {modifier} Medicare pays {share}% of the fee{each}.", row)


def _worked(modifier: str, facts: Facts, question: Question) -> Said:
    """The share worked on the fee the message states."""
    row = _fact(facts, question, "surgical_payment", modifier, "percent")
    fee = amount(question)
    if fee is None or not row or not row[0].value[0].isdigit():
        return ("", ())
    paid = fee * Decimal(row[0].value) / _HUNDRED
    return (
        f"Of a fee of ${dollars(fee)} that is ${dollars(paid)}{' each' if modifier == '62' else ''}.",
        row,
    )


def _who(modifier: str, facts: Facts, question: Question) -> Said:
    """A PA, NP or CNS assists with AS, a physician with 80, 81 or 82."""
    if question.rendered_by in {"PA", "NP"} and modifier in {"80", "81", "82"}:
        row = _fact(facts, question, "modifier_meaning", "AS")
        return (f"A {question.rendered_by} assisting reports AS to Medicare, not {modifier} alone.", row)
    return ("", ())


def _asks_meaning(ask: Ask) -> bool:
    return says(ask, r"\bmean\w*\b", r"\bstands? for\b")


def _indicator(ask: Ask, question: Question, facts: Facts) -> tuple[Ruling, ...]:
    """ "ASST SURG indicator 2 means?", "team indicator 0: 66 allowed?" """
    stated = stated_indicator(question, r"\b(?:asst|assistant|co|team)[- ]?(?:surg\w*)?(?: indicator)?")
    if not stated:
        return ()
    text = question.text.lower()
    named_ = [m for m in ask.modifiers if m in _KINDS]
    labels = (
        ("66",) if re.search(r"\bteam\b", text) else ("62",) if re.search(r"\bco\b|cosurg|co-", text) else ()
    )
    m = (labels or named_ or ("80",))[0]
    _, table, label = _KINDS[m]
    meaning, paid = _fact(facts, question, table, stated), _fact(facts, question, table, stated, "paid")
    if not meaning:
        return ()
    said: list[Said] = [(f"{label} indicator {stated} means: {meaning[0].value}.", meaning)]
    verdict: Verdict | None = None
    of_another = named_ and _KINDS[named_[0]][2] != label
    if (
        not wants_value(ask)
        and ask.form in {"allowed", "needed"}
        and not of_another
        and stated != "9"
        and not _asks_meaning(ask)
    ):
        word = paid[0].value if paid else ""
        verdict = {"yes": "yes", "with_documentation": "depends"}.get(word, "no")  # type: ignore[assignment]
        if verdict == "yes" and says(ask, r"\bsame specialty\b") and m == "62":
            verdict = "no"
        elif (
            verdict == "yes"
            and m == "62"
            and not says(ask, r"\b(?:two|2|different|both|separate|<n>) (?:\w+ )?specialt")
        ):
            verdict = "yes" if says(ask, r"\bpermit|\ballow") else "depends"
        elif verdict == "depends" and says(
            ask, r"\b(?:with|by|has|have|is) (?:\w+ ){0,3}(?:document|necess|report)"
        ):
            verdict = "yes" if not says(ask, _NO_PROOF) else "no"
        elif verdict == "depends" and says(ask, _NO_PROOF):
            verdict = "no"
    answers: dict[str, Verdict | None] = {"allowed": verdict, "needed": "no" if verdict == "no" else None}
    return (ruling(ask, "surgeons.indicator", verdict, answer(ask, answers), said, (label,)),)


_NO_PROOF = r"\b(?:no|without|lacking|missing)\b (?:\w+ ){0,3}(?:document|necess|report|proof)"


def _general(ask: Ask, asked: Sequence[str], question: Question, facts: Facts) -> tuple[Ruling, ...]:
    """What a modifier means and pays; of several the one that fits who assisted."""
    chosen = list(asked)
    if len(chosen) > 1 and "AS" in chosen and question.rendered_by in {"PA", "NP"}:
        chosen = ["AS"]
    said: list[Said] = []
    for m in chosen:
        meaning = _fact(facts, question, "modifier_meaning", m)
        if meaning:
            said += [
                (f"{m}: {meaning[0].value}.", meaning),
                _pays(m, facts, question),
                _worked(m, facts, question),
            ]
    if not said:
        return ()
    if amount(question) is not None or says(
        ask, r"\bpa(?:y|ys|id|yment)\b", r"<pct>", r"\bpercent\b", r"\bamount\b"
    ):
        said = [
            item for item in said if item[0] and "Medicare pays" in item[0] or "Of a fee" in item[0]
        ] + said
        said = list(dict.fromkeys((text, tuple(rows)) for text, rows in said))
    said.append(_indicator_decides(facts, question, chosen[0]))
    verdict = _is_meant(ask, question)
    return (ruling(ask, "surgeons.meaning", verdict, answer(ask, {ask.form: verdict}), said, tuple(chosen)),)


def _is_meant(ask: Ask, question: Question) -> Verdict | None:
    """Whether "81 is minimum assistant surgeon, right?" names the modifier that its words stand for."""
    named_ = [m for m in ask.modifiers if m in _KINDS]
    put = re.search(
        r"(?:^|[.;] )\W*(?:is |does |so )?(?:modifier )?<M\w\w> (?:is|means?|stands? for|=|for|the)\b(?P<rest>.*)$",
        ask.details.get("text", ""),
    )
    if (
        len(named_) != 1
        or not put
        or wants_value(ask)
        or re.search(r"<\w|\bpa(?:y|id)|\ballow|\bneed|\bpermit|\bmedicare\b", put["rest"])
    ):
        return None
    meant = _named(question)
    if not meant or meant == ["80"] and named_ != ["80"]:  # "assistant" fits more than one of them
        return None
    return "yes" if meant == named_ else "no"


def _indicator_decides(facts: Facts, question: Question, modifier: str) -> Said:
    _, table, label = _KINDS[modifier]
    rows = _fact(facts, question, table, "0")
    return (f"Whether a code is paid with it is said by its {label} indicator.", rows)
