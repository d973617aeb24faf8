"""Prose -> assertions: what each sentence claims, of which subjects, and how it comes down on it.

One grammar with questions (`codes`, `wording`); what is asked, supposed, set as a task, told of the past or said by unnamed others is no
claim, and what is quoted only to be rejected claims the opposite. A sentence that cannot be read surely yields nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from assistant import wording
from assistant.assertions import (
    by_code,
    by_modifier,
    by_policy,
    by_service,
    by_time,
    by_value,
    meanings,
    pairs,
    payment,
)
from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause, Context, clauses
from assistant.assertions.patterns import search, starts
from assistant.assertions.polarity import (
    OPENING,
    attributed,
    negated,
    past,
    rejection,
    stripped,
    task,
    turned,
    weak,
)
from assistant.assertions.sentences import Sentence, sentences
from assistant.codes import Names, plain

__all__ = [
    "Assertion",
    "Sentence",
    "assertions",
    "bare_values",
    "opening",
    "plain_claim",
    "sentences",
    "stated",
    "told",
]

_READERS = (
    by_modifier.modifiers, meanings.appendix, meanings.meaning,
    meanings.whose, pairs.ptp, by_code.add_on, by_time.timing, payment.status, payment.patient, by_code.replaced, by_code.code_valid, by_code.naming, by_code.therapy, by_code.provider, by_value.mue,
    by_time.minutes, by_value.amounts, by_value.kx, by_value.mppr, by_value.assistant, by_service.office_visits, by_service.globals_, by_service.indicators,
    by_service.regions, by_service.diagnoses,
)  # fmt: skip
_CODELESS = (
    pairs.ptp,
    meanings.appendix,
    payment.patient,
    by_time.minutes,
    by_value.amounts,
    by_value.kx,
    by_value.mppr,
    by_value.assistant,
)
_WORDS = (pairs.ptp, meanings.appendix, payment.patient, by_value.kx, by_value.mppr)
_YES_NO = re.compile(
    r"^\W*(?:(?:short answer|answer|in short|verdict|bottom line)\W+)?(yes|yep|yeah|no|nope|correct|incorrect|absolutely not|absolutely|definitely not|definitely|never|certainly not|certainly|not at all|of course not|of course|that's right|that is right|that is correct|that's correct|false|true|affirmative|negative|indeed|right|wrong|sure|nah)\b(?!\s+(?:\w+\s+)?(?:modifier|edit|need|mue|longer|way|more|one|unit|separate|active|ncci|code|matter|problem|problems|other|additional|limit)\b)[\s,.:;!—–-]*",
    re.I,
)
_AFFIRM = frozenset(
    {
        "yes",
        "yep",
        "yeah",
        "correct",
        "absolutely",
        "definitely",
        "certainly",
        "of course",
        "that's right",
        "that is right",
        "that is correct",
        "that's correct",
        "true",
        "affirmative",
        "indeed",
        "right",
        "sure",
    }
)
_EVASIVE_PAYER = re.compile(
    r"\b(?:some|many|other|certain|most|a few|individual|private|individual|your|the|each|every) (?:commercial |private |other )?(?:payers?|plans?|carriers?|insurers?|insurances?|contracts?|networks?|polic(?:y|ies))\b|\b(?:payer|plan|carrier|contract)(?:'s)? (?:policy|rules?|guidelines?|may|might|could|wants?|requires?|asks?)\b|\bstate (?:law|schedules?|medicaid)\b|\bpayer ?-? ?specific\b|\b(?:a|the|your|each) payer's (?:own )?|\bfee schedules? of\b"
)


def assertions(
    text: str,
    names: Names,
    *,
    asked: Sequence[str] = (),
    asked_modifiers: Sequence[str] = (),
    asked_topics: Sequence[str] = (),
) -> Iterator[Assertion]:
    """The assertions of `text`, in order, each with the span of its sentence.

    `asked`: codes of what the text answers, `asked_modifiers` its modifiers: what "it" means until the text names something itself."""
    context = Context(
        tuple(asked), tuple(asked_modifiers), tuple((c,) for c in asked), tuple(asked_topics), tuple(asked)
    )
    waiting: list[Assertion] = []
    others = False
    for sentence in sentences(text):
        read, context, verdict, hearsay = _read(sentence, names, context)
        if (
            verdict is not None and waiting
        ):  # "That is wrong.": the sentence before was said in order to be denied
            waiting = [
                replace(a, affirms=not a.affirms) if verdict and not a.value else a
                for a in waiting
                if not (verdict and a.value)
            ]
        if not others or verdict is not None:
            yield from waiting
        waiting, others = read, hearsay
    if not others:
        yield from waiting


def _read(
    sentence: Sentence, names: Names, context: Context
) -> tuple[list[Assertion], Context, bool | None, bool]:
    """The assertions of one sentence, what it leaves behind, whether it judges the sentence before, whether others say it."""
    body = sentence.text
    if sentence.cells:
        return _row(sentence, names, context), context, None, False
    found = clauses(body if not sentence.lead else _led(sentence), names, context)
    after = _remember(found, context, sentence)
    if (
        sentence.kind != "claim"
        or sentence.opens
        and not any(search(r"\b(?:is|are|may|can|must|needs?|cannot)\b", c.skel) for c in found)
    ):
        return [], after, None, False
    whole = found[0].main if found else ""
    verdict = rejection(whole)
    opening = OPENING.match(whole)
    whole = whole[opening.end() :] if opening else whole
    if task(whole):
        return [], after, verdict, False
    flip = turned(whole)
    hearsay = attributed(whole) and not flip
    result: list[Assertion] = []
    for clause in found:
        skel = OPENING.sub("", stripped(clause.skel) if flip else clause.skel)
        clause = replace(clause, skel=skel)
        if not skel or search(r"\bwhether\b", skel):
            continue
        for a in _clause(clause, names):
            if flip and a.value:
                continue
            result.append(
                replace(
                    a,
                    affirms=not a.affirms if flip else a.affirms,
                    sentence=body,
                    start=sentence.start,
                    end=sentence.end,
                )
            )
    return result, after, verdict, hearsay


def _led(sentence: Sentence) -> str:
    """A list item that is no sentence of its own, read with the line that opens the list."""
    if re.search(
        r"\b(?:is|are|has|have|can|may|must|needs?|takes?|requires?|cannot|should|does|do|was|will|means?|pays?|bill|append|use|report)\b",
        sentence.text,
        re.I,
    ):
        return sentence.text
    return f"{sentence.lead.rstrip(':* ')}: {sentence.text}" if len(sentence.lead) < 300 else sentence.text


def _remember(found: Sequence[Clause], context: Context, sentence: Sentence) -> Context:
    codes, groups, modifiers = context.codes, context.groups, context.modifiers
    owners = [c for c in found if c.own("C") and any(len(g) <= 2 for g in c.groups)]
    if owners:
        codes, groups = owners[0].codes, owners[0].groups
        if len(owners) > 1 and len(owners[0].codes) == 1:
            codes, groups = owners[0].codes, owners[0].groups
    elif sentence.kind == "heading" or not any(
        c.lent for c in found
    ):  # "it" is what the sentence just before named
        codes, groups = context.asked, tuple((c,) for c in context.asked)
    own = tuple(dict.fromkeys(m for c in found for m in c.own("M")))
    return Context(codes, own or modifiers, groups, context.topics, context.asked)


def _clause(c: Clause, names: Names) -> Iterator[Assertion]:
    payer = _payer(c)
    gone = past(c.skel)
    seen: set[tuple[object, ...]] = set()
    found: list[Assertion] = []
    if len(c.codes) <= 80:
        readers = _READERS if c.codes or c.modifiers or "X" in c.skel else _CODELESS
        for reader in readers if SIGN.search(c.skel) or c.codes or c.modifiers else _WORDS:
            found += reader(c)
    found += by_policy.policies(c, c.plain())
    for a in found:
        if gone and a.topic not in {"code_valid", "fee", "kx_threshold", "assistant_modifier"} and not a.when:
            continue
        key = (a.topic, a.kind, a.codes, a.modifiers, a.pairs, a.value, a.field)
        if key in seen:
            continue
        seen.add(key)
        yield replace(
            a,
            payer=a.payer or payer,
            when=a.when or _when(c),
            condition=a.condition or c.condition,
            hospital=bool(
                search(
                    r"\bhospital (?:edition|file|outpatient|setting|edits?)\b|\boutpatient hospital\b|\bopps\b",
                    c.main,
                )
            ),
        )


def _payer(c: Clause) -> str | None:
    words = f"{c.skel} {c.condition}"
    if search(
        r"\b(?:non ?- ?medicare|commercial|private|medicaid|workers|tricare|auto|advantage|bcbs|blue cross|aetna|cigna|uhc|unitedhealthcare|humana|va)\b",
        words,
    ):
        named = wording.payers(words, words)
        if named and "medicare" not in named:
            return named[0]
        if named and named[0] != "medicare":
            return named[0]
    if _EVASIVE_PAYER.search(words):
        return "other"
    if search(r"\bmedicare\b|\bcms\b|\bpart b\b", words):
        return "medicare"
    if search(r"\b(?:under|by|per|in) cpt\b", words):
        return "cpt"
    return None


def _when(c: Clause) -> date | None:
    """The edition or year the sentence speaks of: "in the edition of 1 July 2024", "for 2025"."""
    match = search(
        r"\b(?:in|for|during|as of|on|of|edition of|release of|effective|year|cy) (?:the )?(?:edition of |year |calendar year |\w+ quarter of |N\d+ |q\d )*([YD]\d+)",
        c.skel,
    ) or search(
        r"\b(?:in|for|during|as of|on|edition of) (?:the )?(?:edition of |year |calendar year |\w+ quarter of |N\d+ |q\d )*([YD]\d+)",
        c.main,
    )
    if not match:
        return None
    mention = c.mentions[int(match.group(1)[1:])]
    try:
        return date.fromisoformat(mention.value) if mention.kind == "date" else date(int(mention.value), 7, 1)
    except ValueError:
        return None


def _row(sentence: Sentence, names: Names, context: Context) -> list[Assertion]:
    """A table row: the first cell is the subject, each further cell is said of it under its column's head."""
    first = plain(sentence.cells[0][1]) if sentence.cells else ""
    result = []
    for head, cell in sentence.cells[1:]:
        if not head or not cell:
            continue
        said = f"{sentence.cells[0][1]} {_cell(head, cell)}"
        for clause in clauses(said, names, Context(asked=context.asked)):
            result += [
                replace(a, sentence=sentence.text, start=sentence.start, end=sentence.end)
                for a in _clause(clause, names)
            ]
    del first
    return result


def _cell(head: str, cell: str) -> str:
    """What a cell says as a clause: "MUE | 4" is "MUE is 4", "Timed? | Yes" is "is timed"."""
    bare = head.strip(" ?*").lower()
    low = cell.strip(" *.").lower()
    if low in {"yes", "y", "✓", "✔", "x", "true"}:
        return (
            f"is {head.strip(' ?*')}"
            if not starts(r"(?:can|may|is|are|does|needs?|requires?|takes?|has)\b", bare)
            else head.strip(" ?*")
        )
    if low in {"no", "n", "✗", "✘", "-", "—", "false", "none"}:
        return (
            f"is not {head.strip(' ?*')}"
            if not starts(r"(?:can|may|is|are|does|needs?|requires?|takes?|has)\b", bare)
            else f"not {head.strip(' ?*')}"
        )
    return f"{head.strip(' ?*')} is {cell}"


def opening(text: str) -> tuple[bool, int] | None:
    """(affirmed, where the rest begins) of a text that opens with yes or no."""
    match = _YES_NO.match(text)
    if not match:
        return None
    return match.group(1).lower() in _AFFIRM, match.end()


def bare_values(text: str, names: Names) -> dict[str, str]:
    """Sign -> value of a short sentence that answers with one and names nothing of its own: "6 units per day", "It's 8."."""
    found = clauses(text, names, Context())
    if (
        not found
        or len(found[0].skel.split()) > 12
        or found[0].own("C")
        or found[0].own("X")
        or negated(found[0].skel)
    ):
        return {}
    result: dict[str, str] = {}
    for m in SIGN.finditer(found[0].skel):
        result.setdefault(m.group(1), found[0].value(m.group()))
    return result


def plain_claim(text: str, names: Names) -> bool:
    """One clause that stands by what it says, about a code, modifier or diagnosis it names: no condition, no payer, no hedge."""
    if len(text.split()) > 22:
        return False
    found = clauses(text, names, Context())
    if len(found) != 1 or found[0].condition or not SIGN.search(found[0].skel):
        return False
    c = found[0]
    skel = OPENING.sub("", c.skel)
    if (
        not (c.own("C") or c.own("M") or c.own("X"))
        or len(c.own("C")) > 2
        or any(len(g) > 2 for g in c.groups)
    ):
        return False
    if not search(_PUTS, skel) or search(_ELSE, skel) or _payer(c) not in {None, "medicare"}:
        return False
    return not (
        weak(skel)
        or past(skel)
        or task(skel)
        or attributed(skel)
        or turned(skel)
        or rejection(skel) is not None
    )


_PUTS = r"\b(?:can|may|must|should|cannot|can't|shouldn't|needs?|needed|requires?|required|allowed|permitted|payable|covers?|covered|applies|apply|bypass\w*|opens?|valid|billable|timed|untimed|reduced|exempt|pays?|paid|do|does|doesn't|has to|have to|enough)\b"
_ELSE = r"\bor\b|\bexample\b|\bonly\b|\bsome\b|\bunlike\b|^no (?!modifier|edit|ncci|active|need|more)|\bminutes\b(?! (?:is |are )?enough)|\bdocument\w*|\bnotes?\b|\brecord\w*|\bpayers?\b|\bcolumn\b|\bindicator\b|\bsame is true\b|\bcodes? for\b|\bchosen\b|\bpart of\b|\bmisus\w+|\bdenied\b|\bwants\b|\binstead\b|\bno time\b|\bT\d+ alone\b|\bfile\b|\blist\b|\bedition\b"


def stated(text: str, names: Names, freely: bool = False) -> tuple[str, bool] | None:
    """(what a sentence says, whether it says so in order to deny it); None where it does not stand by anything a rule could decide:
    a hedge, an errand, the past, another payer's rule, what others say. `freely`: whatever verb it says it with."""
    if len(text.split()) > (70 if freely else 45):
        return None
    put = opening(text)
    bare = re.sub(r"[*_`#]", "", text[put[1] :] if put is not None else text)
    bare = re.sub(r"^[\s\"'“‘>-]+|[\s.!;:,\"'”’]+$", "", bare)
    found = clauses(bare, names, Context())
    if not found or not (SIGN.search(found[0].main) or _TOPICAL.search(found[0].main)):
        return None
    main = found[0].main
    if len({code for c in found for code in c.own("C")}) > (4 if freely else 2) or any(
        len(g) > 4 for c in found for g in c.groups
    ):
        return None
    whole = OPENING.sub("", main)
    if (
        weak(whole)
        or past(whole)
        and not (freely and search(r"\b(?:so|therefore|thus|hence)\b", whole))
        or task(whole)
        or attributed(whole)
        or rejection(whole) is not None
        or not (freely or search(_PUTS_LOOSELY, whole))
        or not freely
        and search(_NO_CLAIM, whole)
        or any(_payer(c) not in {None, "medicare"} for c in found)
    ):
        return None
    return bare, turned(whole)


def told(text: str, names: Names) -> bool:
    """Whether a sentence says something the next one may be about: no errand, no hearsay, nothing said in order to deny it."""
    found = clauses(text, names, Context())
    main = found[0].main if found else ""
    return bool(main) and not (weak(main) or attributed(main) or turned(main) or rejection(main) is not None)


_TOPICAL = re.compile(
    r"\b(?:modifiers?|units?|thresholds?|mppr|reduc\w+|abn|supervision|aides?|assistants?|ptas?|otas?|chiropract\w+|global|edits?|mues?|mai|e ?/ ?m|visits?|history)\b"
)
_PUTS_LOOSELY = r"\b(?:can|may|must|should|cannot|can't|shouldn't|needs?|needed|requires?|required|allowed|permitted|payable|covers?|covered|applies|apply|bypass\w*|opens?|valid|billable|timed|untimed|reduced|exempt|pays?|paid|do|does|doesn't|has to|have to|enough|within|should|unbundl\w+|gets?|belongs?|uses?|carr(?:y|ies)|takes?|counts?|depends|means? (?:the|that)|for an?|optional|mandatory|necessary|exceeds?|overrid\w+|combine[ds]?|append(?:ed)?|attach(?:ed)?|permits?|per (?:visit|day|session))\b"
_NO_CLAIM = r"\bexample\b|\bunlike\b|\bdocument\w*|\bnotes?\b|\brecord\w*|\bsame is true\b|\bcodes? for\b|\bchosen\b|\bmisus\w+|\bfile\b|\blist\b|\btreatment time\b|\btwo (?:different )?(?:practitioners|therapists|providers)\b|\bdiffers?\b|\bcould\b|\binclud\w+\b|\bno unit\b|\branks\b"
