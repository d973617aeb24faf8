"""What a rule still reads off the words of the message: the skeleton of `wording`, not the text itself.

Understanding names the topic and the form; which condition the message states ("maintenance", "new patient",
"the day before") is for the family that knows what to do with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from assistant.domain import Ask, Found, Mention, Question
from assistant.wording.patterns import compiled

_ONES = "zero one two three four five six seven eight nine ten".split()


def words(ask: Ask) -> str:
    """The skeleton of the whole message: lower case, mentions as signs (`<C>`, `<M25>`, `<n>`)."""
    return ask.details.get("text", "")


def says(ask: Ask, *patterns: str) -> bool:
    """Whether the message says one of these."""
    text = words(ask)
    return any(compiled(pattern, re.IGNORECASE).search(text) for pattern in patterns)


def wants_value(ask: Ask) -> bool:
    """Whether the question wants a value or a reason rather than yes or no."""
    return ask.details.get("kind") in {"value", "why"}


def is_em(code: str) -> bool:
    """E/M codes of CPT: 99202-99499."""
    return len(code) == 5 and code.isdigit() and "99202" <= code <= "99499"


def is_therapy_evaluation(code: str) -> bool:
    """PT and OT evaluations and re-evaluations, which are no E/M codes: 97161-97168."""
    return code.isdigit() and "97161" <= code <= "97168"


def with_name(code: str, names: Mapping[str, str]) -> str:
    """97012 (mechanical traction); the bare code where we have no name."""
    return f"{code} ({names[code]})" if code in names else code


def numbers(question: Question, *kinds: str) -> tuple[int, ...]:
    """Whole numbers of these kinds of mention (default: plain numbers), in the order written."""
    wanted = kinds or ("number",)
    return tuple(int(m.value) for m in question.mentions if m.kind in wanted and m.value.isdigit())


def count_before(text: str, noun: str) -> int | None:
    """The number, in figures or a word up to ten, directly before `noun` (a pattern): "4 regions"."""
    match = re.search(rf"\b(\d+|{'|'.join(_ONES)})[ -]+(?:{noun})", text.lower())
    if not match:
        return None
    return int(match[1]) if match[1].isdigit() else _ONES.index(match[1])


def amount(question: Question) -> Decimal | None:
    """The fee the message states ("fee 1000", "$400"); None where it states none."""
    match = re.search(
        r"\$\s?([\d,]+(?:\.\d+)?)|\b(?:fee|allowed|allowable|charge|price|schedule)(?: amount)?(?: is| of|:)?"
        r" \$?([\d,]+(?:\.\d+)?)(?!\d|-|%)|\b([\d,]+(?:\.\d+)?) ?(?:dollars?|usd)\b",
        question.text.lower(),
    )
    return Decimal((match[1] or match[2] or match[3]).replace(",", "")) if match else None


def dollars(value: Decimal) -> str:
    """600.00, 1,234.50: cents rounded half up."""
    return f"{value.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"


def cure(found: Found) -> str:
    """What would answer a silent lookup, as a sentence."""
    return f"{found.cure.rstrip('.')}." if found.cure else ""


def mentions_of(question: Question, kind: str) -> tuple[Mention, ...]:
    """The mentions of one kind, in the order written."""
    return tuple(m for m in question.mentions if m.kind == kind)


def asks_the_opposite(ask: Ask) -> bool:
    """Whether "deleted?", "invalid?" or "no longer valid" puts the opposite of valid."""
    gone = not says(
        ask, r"\bstill (?:a |an )?(?:valid|active|current|good)\b|\b(?:complete|billable|accepted)\b"
    ) and says(ask, r"\b(?:deleted|retired|invalid|discontinued|terminated|obsolete|expired|gone|sunset)\b")
    return gone or (says(ask, r"\bno longer\b") and not ask.negated)


_OPENS_NOT = re.compile(
    r"^\W*(?:(?:so|and|but|ok|then)\W+)*(?:is|are|was|does|do|did|can|could|should|will|would|has)n'?t\b|^\W*can't\b|^\W*won't\b"
)
_TAG = re.compile(
    r"[,;]\s*(?:is|are|does|do|did|can|could|should|will|would|has|wo|ca)n'?t (?:it|that|they|you|we|he|she|i)\W*$"
)
_NOT = re.compile(
    r"\bnever\b|\bnot\b|n't\b|\bcannot\b|\bno longer\b|\bno (?:modifiers?|bypass|way|need)\b|\bneither\b|\bnone\b"
)


def denied(text: str) -> bool:
    """Whether the words put what they put in the negative; "isn't it ...?" and ", isn't it?" only ask for assent."""
    return bool(_NOT.search(_TAG.sub("", _OPENS_NOT.sub("", text))))


_STATED_INDICATOR = re.compile(
    r"\bindicator(?:\W+(?:of|is|value|code|a|an|the))*\W+(\d)\b|\b(\d)\W+indicator\b", re.I
)


def stated_indicator(question: Question, *labels: str) -> str:
    """The fee schedule indicator the message names: "indicator 2", "with a 1 indicator", or right after one of
    `labels` (patterns: "BILAT SURG 2"); "" where it names none, or several."""
    text = question.text
    found = [m[1] or m[2] for m in _STATED_INDICATOR.finditer(text)]
    if not found:
        for label in labels:
            found += [m[1] for m in re.finditer(rf"(?:{label})\W{{0,3}}(\d)\b(?!\d)", text, re.I)]
    kinds = list(dict.fromkeys(found))
    return kinds[0] if len(kinds) == 1 else ""
