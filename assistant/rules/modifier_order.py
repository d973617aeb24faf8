"""The order of modifiers on a line: what changes payment first, then the therapy discipline, the assistant,
the rest; four fit.

Authority: common practice of payers and contractors (fact table `modifier_order`); some do not mind, so the
payer has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, listing, ruling, value
from assistant.rules.edits import policy
from assistant.rules.therapy_modifier import GROUP, discipline


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling: the modifiers named in their order, or the rule itself."""
    del names
    when = question.date_of_service
    slots, general = (
        held(facts.on(when, "modifier_order", "slots")),
        held(facts.on(when, "modifier_order", "rule")),
    )
    common: Said = (f"The common order: {general[0].value}.", general) if general else ("", ())
    room: Said = (f"{slots[0].value} modifiers fit on a line.", slots) if slots else ("", ())
    payer: Said = ("A payer or contractor may want another order; it has the last word.", general)
    text = ask.details.get("text", "")
    count = _count(ask, question)
    if (
        slots
        and count
        and not re.search(r"\bhow many\b|\bwhy\b|\b(?:which|what) (?:order|comes|goes|is)\b", text)
        and re.search(r"\b(?:lines?|fit|claim|1500)\b", text)
    ):
        fits = count <= int(slots[0].value)
        verdict: Verdict = "yes" if fits else "no"
        put = replace(ask, details={**ask.details, "kind": "yes_no"})
        answered = answer(put, {ask.form: verdict})
        return (ruling(ask, "modifier_order.slots", verdict, answered, [room, common, payer], ask.modifiers),)
    if (
        len(ask.modifiers) < 2
        or re.search(r"\bhow many\b|\bfit\b|\bslots?\b|\bmaximum\b|\bmax\b", text)
        and not re.search(r"\border\b", text)
    ):
        said = (
            [room, common, payer]
            if re.search(r"\bhow many\b|\bfit\b|\bslots?\b|\bmax", text)
            else [common, room, payer]
        )
        matters = answer(ask, {ask.form: "depends"}) if re.search(r"\bmatter", text) else None
        return (ruling(ask, "modifier_order.rule", None, matters, said, ask.modifiers),)
    placed = [
        (modifier, held(facts.on(when, "modifier_order", modifier, "position")))
        for modifier in dict.fromkeys(ask.modifiers)
    ]
    ordered = sorted((p for p in placed if p[1]), key=lambda p: int(p[1][0].value))
    unknown = [modifier for modifier, found in placed if not found]
    carried: tuple[Fact, ...] = tuple(fact for _, found in ordered for fact in found)
    line = f"{ask.codes[0]}-" if len(ask.codes) == 1 else ""
    said = (
        [
            (
                f"{line}{'-'.join(modifier for modifier, _ in ordered)}: payment modifiers first, then discipline, assistant and the rest.",
                (*carried, *general),
            )
        ]
        if ordered
        else []
    )
    if unknown:
        said.append((f"No place is held for {listing(unknown)}.", ()))
    said += _clashes(ask, ordered, question, facts, slots)
    said += [room if len(placed) >= 4 or re.search(r"\bhow many\b|\bfit\b", text) else ("", ()), payer]
    # Which comes first is a value; only "does the order matter?" is a yes or no.
    matters = answer(ask, {ask.form: "depends"}) if re.search(r"\bmatter", text) else None
    return (ruling(ask, "modifier_order.order", None, matters, said, (*ask.codes, *ask.modifiers)),)


_COUNTED = re.compile(
    r"\b(three|four|five|six|seven|eight|third|fourth|fifth|sixth|seventh|[3-8](?:rd|th)?)\b(?:\s+\w+){0,1}\s+(?:modifiers?|mods?)\b",
    re.I,
)
_COUNTS = {
    word: n
    for n, words in enumerate(
        (
            "three third 3rd 3",
            "four fourth 4th 4",
            "five fifth 5th 5",
            "six sixth 6th 6",
            "seven seventh 7th 7",
            "eight 8th 8",
        ),
        3,
    )
    for word in words.split()
}


def _count(ask: Ask, question: Question) -> int:
    """How many modifiers the message would put on one line: "a fifth modifier", "five modifiers"; 0 where it counts none."""
    match = _COUNTED.search(question.text)
    more = re.search(r"\bmore than (?:four|4) (?:modifiers?|mods?)\b", question.text, re.I)
    if (
        not match
        and not more
        and re.search(r"\bfit\b", question.text, re.I)
        and ask.details.get("kind") == "yes_no"
    ):
        return len(dict.fromkeys(ask.modifiers))
    return 5 if more else _COUNTS.get(match[1].lower(), 0) if match else 0


def _clashes(
    ask: Ask,
    ordered: list[tuple[str, tuple[Fact, ...]]],
    question: Question,
    facts: Facts,
    slots: tuple[Fact, ...],
) -> list[Said]:
    """Modifiers that do not share a line, whatever their order."""
    names = [modifier for modifier, _ in ordered]
    said: list[Said] = []
    disciplines = [m for m in names if m in GROUP]
    if len(disciplines) > 1:
        said.append((f"{listing(disciplines)} do not share a line.", discipline(facts, question, "per_line")))
    if "59" in names and {"XE", "XS", "XP", "XU"} & set(names):
        said.append(("59 and an X modifier do not share a line.", policy(facts, question, "59", "with_x")))
    for assistant, plan in (("CQ", "GP"), ("CO", "GO")):
        found = facts.on(question.date_of_service, "assistant_modifier", assistant, "with")
        if assistant in names and disciplines and plan not in disciplines and value(found):
            said.append((f"{assistant} goes with {value(found)}.", held(found)))
    if slots and len(names) > int(slots[0].value):
        said.append((f"{len(names)} are more than a line holds.", slots))
    return said
