"""What a modifier means, in our own words, and where it goes.

Authority: CPT Appendix A and HCPCS Level II for the meaning, never in their wording (fact table
`modifier_meaning`).
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.domain import Ask, Question, Ruling
from assistant.facts import Facts
from assistant.rules.build import Said, held, lacking, ruling, value


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling for all modifiers named."""
    del names
    modifiers = tuple(dict.fromkeys(ask.modifiers))
    if not modifiers:
        return ()
    said: list[Said] = []
    unknown = []
    for modifier in modifiers:
        meaning = facts.on(question.date_of_service, "modifier_meaning", modifier)
        if not held(meaning):
            unknown.append((modifier, meaning.cure))
            continue
        said.append((f"Modifier {modifier}: {value(meaning)}.", held(meaning)))
        place = facts.on(question.date_of_service, "modifier_meaning", modifier, "goes_on")
        if held(place):
            said.append((f"It goes on: {value(place)}.", held(place)))
    if not said:
        return (lacking(ask, "modifier_info.unknown", " ".join(cure for _, cure in unknown), modifiers),)
    said += [(f"Modifier {modifier} is not described in what we hold.", ()) for modifier, _ in unknown]
    return (ruling(ask, "modifier_info.meaning", None, None, said, modifiers),)
