"""A claim put for confirmation ("53 minutes make 4 units, right?") where the rule names the value and takes no side.

The words are turned into the statement they put and held against the facts, as any other text is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.assertions import assertions
from assistant.audit.scene import Scene
from assistant.audit.truth import hold
from assistant.codes import Names
from assistant.domain import Question, Ruling, Verdict
from assistant.facts import Facts

_TAG = re.compile(
    r"[\s,.;:-]*(?:(?:is|are|am|do|does|did|was|were|have|has|can|could|would|should|will)n'?t (?:it|that|they|he|she|there|i|we|you|so)"
    r"|right|correct|true|yes|no|agreed?|ok(?:ay)?|confirm(?:ed)?(?: please| pls)?|is that (?:right|correct|true|so)|am i right|y/n|true or false|yes or no|huh|eh)\s*\?*\s*$",
    re.I,
)
_OPENS = re.compile(
    r"^\W*(?:(?:so|ok|okay|and|but|hi|hello|just|please|pls|quick|question|confirm(?:ing)?|can you confirm|verify|double[- ]check(?:ing)?|true or false|t/f|"
    r"is it (?:true|correct|right)|am i (?:right|correct)|i (?:think|believe|thought|assume|heard|read|was told)|my understanding is|isn't it (?:true|so))(?: that)?[\s,:;-]+)+",
    re.I,
)
_ASKED = re.compile(
    r"^(is|are|was|were|can|may|must|should|will|does|do)\s+((?:the |a |an )?(?:(?:code|cpt|modifier|mod|mue|mai|status) (?:of |for )?)?(?:\d{4,5}[A-Z]?|[A-Z]\d{4}|\d{2}|[A-Z]{2}|medicare|cms|ncci)"
    r"(?:'s \w+)?(?:,? (?:and|or) (?:\d{5}|[A-Z]{2}|\d{2}))?)\s+(.+)$",
    re.I | re.S,
)


_CHOICE = re.compile(r"\bor\b|\bvs\b|\bversus\b|\bdifferen|\bwh(?:at|ich|en|ere|o|y)\b|\bhow\b", re.I)
"""A choice or a question for a value: no statement is put."""


def statement(text: str) -> str:
    """What the last sentence of a message puts, as a statement; "" where it puts none. Inverted questions are turned round
    where their subject is a code, a modifier or Medicare."""
    parts = [p for p in re.split(r"(?<=[.!?;])\s+", text.strip()) if p.strip()]
    tagged = False
    while parts:
        last = parts.pop()
        bare = _TAG.sub("", last).strip()
        tagged = tagged or bare != last.strip().rstrip("?").strip()
        if not re.search(r"\w", bare):
            continue  # "Confirm?" by itself: what it asks stands before
        confirmed = re.match(r"^\W*(?:please )?(?:confirm|verify|true or false)\b", bare, re.I) is not None
        bare = _OPENS.sub("", bare).strip(" ?.!,;:")
        asked = _ASKED.match(bare)
        if asked:
            verb, subject, rest = asked.groups()
            if verb.lower() in {"does", "do"}:
                word, _, more = rest.partition(" ")
                return (
                    f"{subject} {word}{'' if verb.lower() == 'do' or word.endswith('s') else 's'} {more}".strip()
                    + "."
                )
            return f"{subject} {verb.lower()} {rest}."
        return f"{bare}." if tagged or confirmed or last.rstrip().endswith("?") else ""
    return ""


def confirmed(
    question: Question, rulings: Sequence[Ruling], facts: Facts, names: Names
) -> tuple[Ruling, ...]:
    """The rulings; one that has no answer to a yes-or-no question gets that of the statement put, where the facts settle it."""
    made = tuple(rulings)
    if len(made) != 1 or len(question.asks) != 1 or made[0].missing or made[0].answer is not None:
        return made
    details = question.asks[0].details
    if details.get("kind") != "yes_no" or details.get("unsure") or details.get("bare"):
        return made
    put = statement(question.text)
    if not put or _CHOICE.search(put):
        return made
    scene = Scene(facts, question.date_of_service, question.setting, question.payer, names.code_names)
    said = {
        held.true
        for a in assertions(
            put,
            names,
            asked=question.codes,
            asked_modifiers=question.modifiers,
            asked_topics=(made[0].topic,),
        )
        if (held := hold(a, scene)) is not None
        and (
            held.topic == made[0].topic or held.topic == "modifier_info" and made[0].rule.endswith("meaning")
        )
    }
    if len(said) != 1:
        return made
    answer: Verdict = "yes" if said.pop() else "no"
    return (replace(made[0], answer=answer),)
