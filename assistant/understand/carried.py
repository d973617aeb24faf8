"""A turn that only makes sense with the question before it: "so can we bill 3?", "would GP alone get it through?", "and if it was 31?".

What is new in the turn (a number, a code, a modifier, a person) is put into the question before; what that question was
about decides how it may be taken up. A turn that fits none of these is left to the other readings, which may stay silent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.domain import Ask
from assistant.understand.clause import CMT, M59, Clause

_WORDS_MAX = 16
_NUMBERS = {
    w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_INSTEAD = re.compile(
    r"^\W*(?:ok(?:ay)?|so|and|but|then|well|alright|fine)?[\s,]*(?:ok(?:ay)?|so|and|then)?\W*(?:what|which)(?: one| ones| code| codes| modifier)?(?:'s| is)?(?: do| does| should| can| would| could| am| must)?(?: i| we| one)?"
    r"(?: supposed to| have to)?(?: bill| use| report| put| code| do| add| append| submit| go on it)?(?: on it)?(?: instead| then| now)\W*$"
)
_BEYOND = re.compile(
    r"\b(?:get|gets|push|pushes|carry|let|lets) (?:it|them|both|that|this) (?:through|past|by|paid)\b|\b(?:enough|suffice|work|do the trick|open it|fix it|unbundle)\b"
)
_APPEAL = re.compile(
    r"\babsolute\b|\bhard (?:limit|stop)\b|\boverrid\w*|\bappeal\w*|\breopen\w*|\bredetermin\w*|\bmore with (?:notes|records|documentation)\b"
)
_CHARGES = re.compile(
    r"\b(?:bill|charge|collect from) (?:the |our |my |her |him )?(?:patient|pt|beneficiary)\b"
)
_CORRECTS = re.compile(
    r"^\W*(?:no|sorry|oops|wait|actually|correction)?[\s,.]*(?:i |we )?(?:meant|mean(?:t to say)?)\b|^\W*(?:sorry|oops|actually|correction)\b[\s,.:]*(?:make that )?"
)
_PLACES = re.compile(r"\b(?:put|append|add|use|attach|go|goes|hang|move|stick)\b.*\b(?:on|to|onto|with)\b")
_WHICH_LINE = re.compile(
    r"\b(?:which|what) (?:code|line|one|of (?:the two|them|those))\b.*\b(?:go|goes|get|gets|put|append|take|takes|carry|carries|add)\b|\bwhere does it go\b|\bon (?:which|what) (?:code|line|one)\b"
)
_AGAIN = re.compile(
    r"\b(?:can|may|could|should|is|are|do|does) (?:we|i|it|that|this)(?: (?:bill|do|use|ok|okay|still|really|allowed|fine|report))*(?: (?:it|that|this|so))?\W*$|\bare you sure\b|\b(?:says?|said|told|tells|insists?|swears?|claims?)\b|\balways (?:used|billed|done|did|put)\b"
)
_ONLY = re.compile(
    r"\b(?:only thing|only (?:service|code|one)|nothing else|by itself|alone|just (?:that|it|the one))\b"
)


@dataclass(frozen=True, slots=True)
class New:
    """What a turn brings: its words, its codes and modifiers, and the numbers it names without saying of what."""

    low: str
    clauses: Sequence[Clause]
    codes: tuple[str, ...]
    modifiers: tuple[str, ...]
    told: tuple[str, ...]

    def numbers(self) -> list[int]:
        """Whole numbers that count nothing named, or units; in figures or words."""
        found = [
            int(m.value)
            for c in self.clauses
            for m in c.mentions
            if m.kind in {"number", "units", "minutes", "age"} and m.value.isdigit()
        ]
        return found or [
            n
            for w, n in _NUMBERS.items()
            if n and re.search(rf"\b(?:bill|get|charge|units?|make|report) {w}\b", self.low)
        ]

    @property
    def words(self) -> int:
        return len(re.findall(r"[\w'/-]+", self.low))

    @property
    def kind(self) -> str:
        return next((c.form.kind for c in reversed(self.clauses) if c.form.kind != "statement"), "yes_no")

    @property
    def negated(self) -> bool:
        return any(c.form.negated for c in self.clauses if c.form.kind != "statement")


def carried(new: New, asks: Sequence[Ask], codes: tuple[str, ...]) -> tuple[Ask, ...]:
    """The asks of a turn that takes up the question before (`asks`, about `codes`); () where it does not plainly do so."""
    if not asks or new.words > _WORDS_MAX:
        return ()
    last = asks[-1]
    if _INSTEAD.match(new.low) and not new.codes and not new.modifiers:
        return _instead(asks)
    if _CORRECTS.match(new.low) and (new.codes or new.told) and not new.modifiers and new.words <= 8:
        return tuple(
            replace(a, codes=new.codes or a.codes, minutes=() if new.codes else a.minutes) for a in asks
        )
    made = _said_of_all(new, asks, codes)
    if made:
        return made
    by_topic = {
        "surgeons": _surgeons,
        "timed_units": _minutes, "mue": _limit, "em": _level, "ptp": _pair, "visit": _pair, "modifier_59": _pair, "mppr": _reduced, "kx_threshold": _threshold,
        "global_period": _global, "abn": _notice, "assistant_modifier": _assistant, "add_on": _primary, "modifier_25": _placed,
        "modifier_51": _placed, "component": _placed, "bilateral": _placed, "therapy_modifier": _placed,
    }.get(last.topic)  # fmt: skip
    made = by_topic(new, last, codes) if by_topic else ()
    if made:
        return made
    if _pressed(new) and not new.codes and not new.modifiers:
        return tuple(replace(a, details={**a.details, "kind": a.details.get("kind", "yes_no")}) for a in asks)
    return ()


def dated(new: New, asks: Sequence[Ask]) -> tuple[Ask, ...]:
    """ "same question for 2024", "and the year before?": the asks before, on another date."""
    if not asks or new.codes or new.modifiers or new.words > 8:
        return ()
    rest = re.sub(
        r"\b(?:and|or|so|but|what|how|about|the|same|question|thing|for|in|was|is|it|that|if|year|before|after|last|next|previous|prior|following|dos|then|back|of|on|ok)\b|[^a-z]",
        " ",
        new.low,
    )
    return tuple(asks) if not rest.split() else ()


def _put(last: Ask, new: New, **changes: object) -> Ask:
    """The ask before, put as the new turn puts it."""
    details = {k: v for k, v in last.details.items() if k not in {"unsure", "numbers", "units", "bare"}}
    details |= {"kind": new.kind, "text": " ".join(c.skel for c in new.clauses)}
    return replace(last, details=details, **{"negated": new.negated, **changes})  # type: ignore[arg-type]


def _said_of_all(new: New, asks: Sequence[Ask], codes: tuple[str, ...]) -> tuple[Ask, ...]:
    """What may follow on any topic: units a day, the assistant's two percentages, a payer after a chiropractor's coverage."""
    last = asks[-1]
    if new.codes or new.modifiers:
        return ()
    if len(codes) == 1 and re.search(
        r"\bhow many (?:units|times)\b.*\b(?:a|per|each|in a|in one) (?:day|visit|date)\b", new.low
    ):
        return (_put(last, new, topic="mue", form="value", codes=codes, minutes=(), negated=False),)
    told = any(re.search(r"\b(?:pta|ota|cota|assistant)\b", a.details.get("text", "")) for a in asks)
    if told and re.search(r"\b85\b.*\b88\b|\b88\b.*\b85\b", new.low):
        return (_put(last, new, topic="assistant_modifier", form="value", negated=False),)
    if re.search(r"\b(?:pta|ota|cota|assistant)(?:'s)?\b", new.low) and re.search(
        r"\b(?:anything|something) else\b|\b(?:another|a second|one more) modifier\b", new.low
    ):
        return (_put(last, new, topic="assistant_modifier", form="needed", modifiers=()),)
    if (
        last.topic == "chiropractic"
        and last.form == "covered"
        and new.told
        and "medicare" not in new.told
        and new.words <= 6
    ):
        return (replace(last, topic="provider", form="allowed"),)
    if re.search(
        r"\bdenial (?:for|from|so)\b|\b(?:want|need)s? (?:a|the) denial\b", new.low
    ) and "which_modifier" in {c for k in new.clauses for c in k.cues}:
        text = f"{last.details.get('text', '')} {' '.join(c.skel for c in new.clauses)}"
        return (
            replace(
                last,
                topic="abn",
                form="which",
                modifiers=(),
                details={**last.details, "kind": "value", "text": text},
            ),
        )
    return ()


def _instead(asks: Sequence[Ask]) -> tuple[Ask, ...]:
    forms = {"icd10": "successor", "code_valid": "successor", "status": "replacement"}
    return tuple(
        replace(a, form=forms.get(a.topic, a.form), negated=False, details={**a.details, "kind": "value"})
        for a in asks
    )


def _pressed(new: New) -> bool:
    """ "my boss says we've always used it. can we?": nothing new but that somebody thinks otherwise."""
    told = re.search(
        r"\b(?:boss|manager|rep|owner|biller|supervisor|vendor|doctor|auditor|consultant|payer|colleague)\b",
        new.low,
    )
    return bool(told and _AGAIN.search(new.low)) and not new.numbers()


def _minutes(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    numbers = new.numbers()
    if not last.minutes or new.codes or new.modifiers:
        return ()
    if re.search(
        r"\bhow many (?:of|for|per) each\b|\bhow (?:is|are) (?:that|it|they|those) (?:split|allocated|spread|divided)\b|\bhow do (?:i|we) (?:split|allocate)\b",
        new.low,
    ):
        return (_put(last, new, form="value", negated=False),)
    if re.search(
        r"\b(?:which|what) (?:code|one|line)\b.*\b(?:second|extra|odd|last|other|third|additional|<n>) ?(?:unit|one)?\b",
        new.low,
    ):
        return (_put(last, new, form="value", negated=False),)
    if (
        len(numbers) == 1
        and len(last.minutes) == 1
        and new.words <= 5
        and re.match(
            r"\W*(?:ok |so )?(?:and|or|what about|how about|what if|and if|make it|make that|say)\b", new.low
        )
        and not re.search(r"\bunits?\b", new.low)
    ):
        return (replace(last, minutes=((last.minutes[0][0], numbers[0]),), units=None),)
    if (
        not numbers
        and new.kind == "yes_no"
        and re.search(r"\b(?:bill|billable|charge|report)\b", new.low)
        and re.search(r"\b(?:it|that|this|anything|at all|the unit|a unit|one)\b", new.low)
    ):
        return (_put(last, new, form="allowed", units=1),)
    if len(numbers) == 2 and len(last.minutes) == 1 and new.kind == "yes_no":
        put = re.search(
            r"\b(?:bill|charge|get|report) (\d{1,2})\b.*\b(?:if|for|with|when)\b\D*(\d{1,3})\b", new.low
        )
        if put:
            given = ((last.minutes[0][0], int(put[2])),)
            return (_put(last, new, form="allowed", units=int(put[1]), minutes=given),)
    small = [n for n in numbers if n <= 12]
    if (
        len(small) == len(numbers) == 1
        and new.kind == "yes_no"
        and re.search(
            r"\b(?:bill|charge|get|claim|report|round\w*|make it|call it|submit|that|it)\b|\b(?:what|how) about\b",
            new.low,
        )
    ):
        return (_put(last, new, form="allowed", units=small[0]),)
    return ()


def _limit(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    if new.codes or new.modifiers or not (last.codes or codes):
        return ()
    about = last.codes or codes
    if _APPEAL.search(new.low):
        return (_put(last, new, form="mai", codes=about),)
    numbers = new.numbers() or [n for w, n in _NUMBERS.items() if n and re.search(rf"\\b{w}\\b", new.low)]
    if len(numbers) != 1:
        return ()
    if new.kind == "yes_no" and re.search(r"\b(?:bill|charge|report|send|submit|do)\b", new.low):
        return (_put(last, new, form="allowed", codes=about, units=numbers[0]),)
    if new.words <= 6 and re.match(
        r"\W*(?:ok |okay |so )?(?:and|or|what about|how about|what if|but)\b", new.low
    ):
        ask = _put(last, new, form="allowed", codes=about, units=numbers[0], negated=False)
        return (replace(ask, details={**ask.details, "kind": "yes_no"}),)
    return ()


def _level(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    numbers = [n for n in new.numbers() if 4 < n < 180]
    asks = re.search(r"\b(?:if|about|make it|say)\b|\bonly\b|\binstead\b", new.low)
    asks = asks or re.fullmatch(r"\W*(?:and|or|so)? ?\d+ ?(?:min\w*)?\W*", new.low)
    if last.form != "level_by_time" or len(numbers) != 1 or new.codes or not asks or new.words > 9:
        return ()
    return (replace(last, minutes=(("", numbers[0]),)),)


def _pair(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    pair = last.codes or codes
    if len(pair) != 2:
        return ()
    also = re.match(
        r"\W*(?:and |so |ok |but )?(?:what about|how about|and|or|not even|with|does|would|is)\b", new.low
    )
    if last.form == "bypass" and new.modifiers and not new.codes and also and new.words <= 6:
        return (_put(last, new, modifiers=new.modifiers, form="bypass"),)
    elsewhere = re.search(
        r"\b(?:if|when|for|on)\b.*\b(?:shoulder|knee|hip|wrist|elbow|ankle|arm|leg|hand|foot|(?:another|different|other) (?:region|area|body part))\b",
        new.low,
    )
    if elsewhere and not new.codes and not new.modifiers and new.words <= 9 and set(pair) & CMT:
        details = {k: v for k, v in last.details.items() if k != "unsure"} | {"region": "other"}
        return (replace(last, topic="ptp", form="allowed", modifiers=(), details=details),)
    if new.modifiers and not set(new.modifiers) & M59 and not new.codes and _BEYOND.search(new.low):
        return (_put(last, new, topic="modifier_59", form="bypass", modifiers=new.modifiers, codes=pair),)
    if len(new.codes) == 1 and new.codes[0] not in pair and not new.modifiers and new.words <= 10:
        code = new.codes[0]
        kin = [c for c in pair if c[:4] == code[:4]]
        if re.match(r"\W*(?:and |or |what about |how about )*with\b", new.low):
            return (replace(last, codes=(pair[0], code), topic="ptp", form="allowed", modifiers=()),)
        if len(kin) == 1 and re.search(r"\b(?:if|instead|change|same|different)\b", new.low):
            return (replace(last, codes=tuple(code if c == kin[0] else c for c in pair)),)
    if (
        not new.codes
        and not new.modifiers
        and new.words <= 7
        and re.search(
            r"\boutpatient hospital\b|\bhospital (?:outpatient|side|file|edits?)\b|\bhopd\b", new.low
        )
    ):
        return (last,)
    if not new.codes and _pressed(new) and set(new.modifiers) <= M59:
        return (
            replace(
                last, topic="ptp", form="allowed", modifiers=(), details={**last.details, "kind": "yes_no"}
            ),
        )
    return ()


def _threshold(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    """ "so at $2,400 she doesn't need it yet, right?" """
    discipline = re.search(r"\b(?:ot|pt|slp|st|speech|occupational|physical)\b", new.low)
    shares = re.search(r"\bcounts?\b|\bshares?\b|\bincluded?\b|\bsame\b|\btogether\b|\bpart of\b", new.low)
    shared = re.search(
        r"\bshares?\b|\btogether\b|\bsame (?:amount|bucket|threshold)\b", last.details.get("text", "")
    )
    asks_amount = re.search(r"\bneed|\bkx\b|\$|\d", new.low)
    if discipline and not new.codes and new.words <= 8 and not asks_amount and (shares or shared):
        ask = _put(last, new, form="needed", negated=False)  # with whom the amount is shared
        text = f"does {discipline[0]} share with {'pt' if discipline[0] not in {'pt', 'physical'} else 'slp'}"
        return (replace(ask, details={**ask.details, "kind": "yes_no", "text": text}),)
    if discipline and not new.codes and not new.modifiers and new.words <= 4 and last.form == "value":
        return (last,)
    amounts = [
        m
        for c in new.clauses
        for m in c.mentions
        if m.kind == "money" or m.kind == "number" and len(m.value) > 2
    ]
    if (
        new.codes
        or new.modifiers
        or not amounts
        or new.kind != "yes_no"
        or not re.search(r"\b(?:need|require|have to|must)\w*\b", new.low)
    ):
        return ()
    return (_put(last, new, form="needed"),)


def _reduced(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    if (
        new.codes
        or new.modifiers
        or not _ONLY.search(new.low)
        or not re.search(r"\b(?:if|when|and|but)\b", new.low)
    ):
        return ()
    details = {**last.details, "text": " ".join(c.skel for c in new.clauses)}
    return (replace(last, codes=last.codes[-1:], form="reduced", details={**details, "kind": "yes_no"}),)


def _global(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    modifier = last.details.get("scene") or (last.modifiers[0] if len(last.modifiers) == 1 else "")
    if not modifier or new.codes or new.modifiers:
        return ()
    if re.search(
        r"\bnew global\b|\bglobal (?:\w+ )?(?:re)?(?:start|reset|begin|clock)\w*|\b(?:re)?(?:start|reset|begin)\w* (?:\w+ ){0,3}global\b",
        new.low,
    ):
        return (_put(last, new, form="allowed", modifiers=(modifier,)),)
    if re.search(r"\bin full\b|\bfull (?:fee|payment|pay)\b|\breduced?\b", new.low):
        return (
            _put(last, new, form="full_payment" if "full" in new.low else "allowed", modifiers=(modifier,)),
        )
    return ()


def _notice(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    if new.codes or new.modifiers or not _CHARGES.search(new.low):
        return ()
    ask = _put(last, new, form="bill_patient")
    return (
        replace(
            ask, details={**ask.details, "text": f"{last.details.get('text', '')} {ask.details['text']}"}
        ),
    )


def _assistant(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    if new.codes or new.modifiers or not re.search(r"\b8[58]\b", new.low):
        return ()
    return (_put(last, new, form="value", negated=False),)


def _surgeons(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    """ "and if the assistant is a PA?", "what percent is that?" """
    if new.codes or new.modifiers:
        return ()
    if re.search(r"\b(?:pa|np|cns|physician assistant|nurse practitioner)\b", new.low) and new.words <= 9:
        return (replace(last, modifiers=(), details={**last.details, "scene": "AS"}),)
    if re.search(r"\bwhat (?:percent|percentage|share)\b|\bhow much\b", new.low):
        return (_put(last, new, form="value", negated=False),)
    return ()


def _primary(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    alone = re.fullmatch(r"\W*(?:and |ok |so |but )?(?:alone|by itself|on its own)(?: then)?\W*", new.low)
    if alone and not new.codes and not new.modifiers:
        return (_put(last, new, form="alone", negated=False, codes=last.codes or codes),)
    if (
        new.codes
        or new.modifiers
        or not re.fullmatch(
            r"\W*(?:and |ok |so )?(?:to|with|for) (?:which|what)(?: codes?| primary| primaries| ones?)?\W*",
            new.low,
        )
    ):
        return ()
    return (_put(last, new, form="primary", negated=False),)


def _placed(new: New, last: Ask, codes: tuple[str, ...]) -> tuple[Ask, ...]:
    """Where the modifier of the turn before goes: "on which code?", "can I put it on the 98940 instead?"."""
    if new.modifiers or not last.modifiers:
        return ()
    if len(new.codes) == 1 and _PLACES.search(new.low) and re.search(r"\b(?:it|that|this)\b", new.low):
        return (_put(last, new, form="allowed", codes=new.codes),)
    if last.topic == "modifier_25" and not new.codes and _WHICH_LINE.search(new.low):
        return (_put(last, new, form="which", codes=last.codes or codes, negated=False),)
    return ()
