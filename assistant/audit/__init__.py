"""Any text -> what its sentences claim, each held against the hard facts: agrees, contradicts or silent.

Used for a model's draft, for documents when they are ingested and for `citecode audit`. `assertions` reads the prose, `truth` knows what
the facts say; where a sentence cannot be read surely, or another payer's rule is meant, it is silent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from assistant import rules
from assistant.assertions import (
    Assertion,
    Sentence,
    assertions,
    bare_values,
    opening,
    plain_claim,
    sentences,
    stated,
    told,
)
from assistant.assertions.patterns import search
from assistant.audit.documents import (
    DocumentFinding,
    against,
    facts_digest,
    index_digest,
    load_findings,
    save_findings,
)
from assistant.audit.put import confirmed
from assistant.audit.scene import Scene
from assistant.audit.truth import hold
from assistant.codes import Names
from assistant.domain import CitecodeError, Draft, Question, Ruling, Setting
from assistant.facts import Facts
from assistant.understand import Given, understand

__all__ = ["DocumentFinding", "Finding", "against", "confirmed", "contradicted", "corpus_findings", "documents", "facts_digest", "findings", "index_digest", "load_findings", "refresh", "report", "save_findings", "to_text"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence: text[start:end] of what was audited, its label and what the facts say."""

    sentence: str
    start: int
    end: int
    label: str
    topic: str
    statement: str
    subjects: tuple[str, ...] = ()


def findings(
    text: str,
    facts: Facts,
    names: Names,
    *,
    when: date,
    question: str | None = None,
    payer: str | None = None,
    setting: Setting = "practitioner",
    freely: bool | None = None,
) -> tuple[Finding, ...]:
    """A finding for every sentence that claims something the facts decide.

    `question` is what the text answers: it gives meaning to "yes", "it" and to subjects left unsaid. `freely`: whether every sentence is
    taken for a claim (None: in a short text)."""
    asked, ruled = (
        _asked(question, facts, names, Given(when, when, payer, setting)) if question else (None, ())
    )
    if asked is not None and payer is None:
        payer = asked.payer
    scene = Scene(facts, when, setting, payer, names.code_names)
    codes, modifiers, topics = (
        (asked.codes, asked.modifiers, tuple(a.topic for a in asked.asks))
        if asked is not None
        else ((), (), ())
    )
    if len(codes) > 6:
        codes = ()
    found: dict[tuple[int, int], Finding] = {}
    for a in assertions(text, names, asked=codes, asked_modifiers=modifiers, asked_topics=topics):
        held = hold(a, scene)
        if held is None:
            continue
        label = "agrees" if held.true else "contradicts"
        before = found.get((a.start, a.end))
        if before is None or label == "contradicts" and before.label == "agrees":
            found[a.start, a.end] = Finding(
                a.sentence, a.start, a.end, label, held.topic, held.statement, held.subjects
            )
    short = len(text) <= SHORT if freely is None else freely
    previous: Sentence | None = None
    for sentence in sentences(text):
        given = Given(when, when, payer, setting)
        if (sentence.start, sentence.end) not in found:
            more = _second(sentence, asked, facts, names, given, freely=short)
            if more is None and short and previous is not None:
                more = _second(sentence, asked, facts, names, given, freely=True, before=previous)
            if more is not None:
                found[sentence.start, sentence.end] = more
        previous = sentence if sentence.kind != "heading" else None
    first = _answer(text, ruled, found) or (
        _valued(text, asked, scene, names, found) if asked is not None else None
    )
    if first is not None:
        found[first.start, first.end] = first
    return tuple(found[span] for span in sorted(found))


def _asked(
    question: str, facts: Facts, names: Names, given: Given
) -> tuple[Question | None, tuple[Ruling, ...]]:
    try:
        read = understand(question, names, given)
    except CitecodeError:
        return None, ()
    return read, rules.decide(read, facts, names.code_names)


def _answer(text: str, ruled: Sequence[Ruling], found: dict[tuple[int, int], Finding]) -> Finding | None:
    """What an opening "yes" or "no" answers to the question, where a rule decides it."""
    answers = {made.answer for made in ruled if not made.missing}
    if len(answers) != 1 or not answers <= {"yes", "no"}:
        return None
    first = next(iter(sentences(text)), None)
    put = opening(first.text) if first is not None else None
    if first is None or put is None:
        return None
    made = next(m for m in ruled if not m.missing)
    said = found.get((first.start, first.end))
    if said is not None and (said.label == "contradicts" or said.topic == made.topic):
        return None
    label = "agrees" if put[0] == (made.answer == "yes") else "contradicts"
    return Finding(first.text, first.start, first.end, label, made.topic, made.statement, made.subjects)


_TRUSTED = frozenset(
    {
        "modifier_51",
        "ptp",
        "add_on",
        "component",
        "bilateral",
        "mue",
        "modifier_25",
        "modifier_59",
        "timing",
        "therapy_modifier",
        "provider",
        "global_period",
        "surgeons",
        "chiropractic",
        "kx_threshold",
        "assistant_modifier",
        "mppr",
        "abn",
        "status",
        "code_valid",
        "icd10",
        "em",
        "timed_units",
    }
)


_PLAINLY = frozenset({"abn", "global_period", "kx_threshold", "provider", "timed_units"})
"""Topics on which, in a long text, a second opinion is heard only of the plainest sentences."""
_UNSURE = {
    "abn": r":|\bis for services\b|\bis needed before\b|\bwithout one\b|\bliable\b",
    "bilateral": r"\bfor both sides\b",
    "surgeons": r":",
    "ptp": r":|\bone (?:\w+ )*evaluation|^(?!.*(?:\b\d{5}\b|\bg\d{4}\b).*(?:\b\d{5}\b|\bg\d{4}\b))|\binstead\b|\banother code\b|\bsuch as\b|\bin place of\b|\bno modifier\b|^(?!.*\b(?:together|both|same|edit\w*|bundl\w+|separate\w*|with|alongside|modifier|ncci)\b)",
    "mue": r"\bmai\b|\bmeans\b|\bmidpoint\b|\bbeyond\b|\bx \d|^(?!.*\b(?:units?|mue|limit|max\w*)\b)",
    "chiropractic": r"^(?!.*\b989\d\d\b)|\bwithout at\b|\bno modifier\b",
    "assistant_modifier": r"\bshared?\b|\btogether\b|\d ?%|\bpercent\b|\bunless\b|\bwithout\b|\bpersonally\b",
    "timing": r"\bno minimum\b|\bmidpoint\b|\bstill\b|\bgroup\b",
    "timed_units": r"\bmidpoint\b|\bno units?\b|\bits\b|\bitself\b|\bwithout\b|\bnot billed\b",
    "status": r"^(?!.*\b(?:pa(?:y|ys|id|yable|yment)|cover\w*|bundl\w+|valid|separate\w*|recogni\w+|accept\w*|status|reimburs\w+|bill\w*|charge\w*|medicare)\b)|\bchiropract\w+|\bby an? \w+\b|\bmai\b",
    "mppr": r"\bonly\b",
    "modifier_51": r"\bno line\b|^modifier \w+:",
    "modifier_59": r"(?<!\d):|\bmodifier goes on only\b|\bonly beside\b",
    "em": r":|^(?!.*(?:\b992\d\d\b|\bvisits?\b|\be ?/ ?m\b|\bg221\d\b))",
    "global_period": r":|\boutside\b|\bany other\b|\bunplanned\b",
    "kx_threshold": r"\bchiropract\w+|\bexamples?\b|\bliable\b|\bnot above\b|\bswitch\b",
    "therapy_modifier": r"^(?!.*(?:\bg[pon]\b|\bmodifiers?\b))",
    "component": r"\bboth\b|\bone provider\b",
}
"""Words beside which the understanding of questions is no sure reading of prose, by topic."""


_OMITS = r"\b(?:drop(?:ped|s)?|omit\w*|leaves?|left|skip\w*|remove[ds]?|comes? off)\b"
_POINTS_BACK = r"\b(?:it|its|that|this|these|those|they|them|both|either|neither|one|the (?:two|pair|codes?|modifiers?|edit|limit|value|units?|service)|\d{5}|[a-v]\d{4}|\d+|units?|modifiers?|each|all|therefore|so)\b"
SHORT = 1200
"""Characters up to which a text is an answer or a memo, each sentence of it a claim; in a longer one much is explanation."""


def _second(
    sentence: Sentence, asked: Question | None, facts: Facts, names: Names, given: Given, freely: bool = False, before: Sentence | None = None,
) -> Finding | None:  # fmt: skip
    """A second opinion where the grammar of assertions is silent: a claim read as the question it answers ("X, right?").

    `before`: the sentence before, which says what this one is about; `freely`: a short text, every sentence of which is a claim."""
    if sentence.kind != "claim" or sentence.cells or sentence.lead or sentence.opens:
        return None
    claim = stated(sentence.text, names, freely)
    if claim is None or before is not None and (before.kind != "claim" or not told(before.text, names)):
        return None
    put, turned = claim
    if (
        search(_OMITS, put.lower())
        or search(r"\bperiods? (?:each|apart)\b", put.lower())  # how two services share a visit
        or before is not None
        and not (search(_POINTS_BACK, put.lower()) or re.search(r"\b[A-Z]{2}\b", put))
    ):
        return None
    own = put
    if len(re.findall(r"\b(?:no|not|never|nothing|none|neither|nor|without)\b|n't\b", own.lower())) > 1:
        return None  # each denies a part of its own; a question has but one polarity
    if before is not None:
        put = f"{before.text} {put}"
    history = [{"role": "user", "content": asked.text}] if asked is not None else []
    try:
        read = understand(put + ", right?", names, given, history)
    except CitecodeError:
        return None
    if asked is not None and not re.search(
        r"\d{2}|\b[A-Z]{2}\b|\b(?:it|this|they|both|them|these)\b|^that\b", own
    ):
        # "Traction is a treatment that uses a machine": what it says by itself, not what the question lends it
        try:
            if not understand(own + ", right?", names, given).asks:
                return None
        except CitecodeError:
            return None
    made = [m for m in rules.decide(read, facts, names.code_names) if not m.missing]
    if (
        not made
        or len(read.asks) != 1
        or read.asks[0].topic not in _TRUSTED
        or read.asks[0].details.get("unsure")
        or read.asks[0].details.get("kind") != "yes_no"
        or len({m.answer for m in made}) != 1
        or made[0].answer not in {"yes", "no"}
    ):
        return None
    if (before is not None or not plain_claim(sentence.text, names)) and (
        not freely
        and read.asks[0].topic in _PLAINLY
        or search(_UNSURE.get(read.asks[0].topic, r"(?!)"), put.lower())
    ):
        return None
    label = "agrees" if (made[0].answer == "yes") != turned else "contradicts"
    return Finding(
        sentence.text, sentence.start, sentence.end, label, made[0].topic, made[0].statement, made[0].subjects
    )


_NUMBER_ASKED = {
    ("mue", "value"): ("mue", "value", "UN"),
    ("mue", "mai"): ("mue", "mai", "N"),
    ("kx_threshold", "value"): ("kx_threshold", "amount", "SN"),
    ("fee", "conversion_factor"): ("fee", "conversion_factor", "SN"),
    ("fee", "value"): ("fee", "amount", "S"),
    ("ptp", "indicator"): ("ptp", "indicator", "N"),
    ("mppr", "value"): ("mppr", "mult_proc", "N"),
}


def _valued(
    text: str, asked: Question, scene: Scene, names: Names, found: dict[tuple[int, int], Finding]
) -> Finding | None:
    """A bare value that answers a question for one: "It's 8." to "What is the MUE for 97110?"."""
    first = next(iter(sentences(text)), None)
    if first is None or first.kind != "claim" or (first.start, first.end) in found or len(asked.asks) != 1:
        return None
    ask = asked.asks[0]
    bare = bare_values(first.text, names)
    if not bare or ask.details.get("kind") != "value":
        return None
    when = scene.when if not asked.date_given else asked.date_of_service
    if ask.topic == "timed_units" and ask.minutes:
        value = bare.get("U") or (bare.get("N", "") if "T" not in bare and len(bare) == 1 else "")
        if not value:
            return None
        spent = ",".join(f"{code}={n}" for code, n in ask.minutes)
        a = Assertion(
            "timed_units",
            "units",
            tuple(code for code, _ in ask.minutes if code),
            value=f"{spent}|{value}",
            field="medicare" if asked.payer == "medicare" else "",
        )
    else:
        kind = _NUMBER_ASKED.get((ask.topic, ask.form))
        value = next((bare[letter] for letter in kind[2] if letter in bare), "") if kind is not None else ""
        if kind is None or not value:
            return None
        pairs = ((ask.codes[0], ask.codes[1]),) if len(ask.codes) == 2 else ()
        field = (
            "non_qp"
            if kind[1] == "conversion_factor"
            else "nonfac"
            if kind[1] == "amount" and kind[0] == "fee"
            else ""
        )
        a = Assertion(kind[0], kind[1], ask.codes, value=value, pairs=pairs, when=when, field=field)
    held = hold(a, scene)
    if held is None:
        return None
    return Finding(
        first.text,
        first.start,
        first.end,
        "agrees" if held.true else "contradicts",
        held.topic,
        held.statement,
        held.subjects,
    )


def report(
    text: str,
    facts: Facts,
    names: Names,
    *,
    when: date,
    question: str | None = None,
    payer: str | None = None,
    setting: Setting = "practitioner",
) -> dict[str, Any]:
    """CONTRACT 3: {"label", "findings": [{"sentence", "start", "end", "label", "topic", "statement"}]}."""
    found = findings(text, facts, names, when=when, question=question, payer=payer, setting=setting)
    labels = {f.label for f in found}
    label = "contradicts" if "contradicts" in labels else "agrees" if "agrees" in labels else "silent"
    return {
        "label": label,
        "findings": [
            {
                "sentence": f.sentence,
                "start": f.start,
                "end": f.end,
                "label": f.label,
                "topic": f.topic,
                "statement": f.statement,
            }
            for f in found
        ],
    }


def to_text(result: dict[str, Any]) -> str:
    """A report as the terminal prints it."""
    heads = {
        "contradicts": "Contradicts the hard facts.",
        "agrees": "Agrees with the hard facts.",
        "silent": "Nothing in it is decided by the hard facts.",
    }
    lines = [heads[str(result["label"])]]
    for f in result["findings"]:
        sentence, topic = re.sub(r"\s+", " ", f["sentence"]).strip(), str(f["topic"]).replace("_", " ")
        lines += ["", f"{str(f['label']).upper()} ({topic}): {sentence}", f"  {f['statement']}"]
    return "\n".join(lines)


_CODING = re.compile(
    r"\b(?:bill|report|append|attach|modifier|mod|unit|pa(?:y|id)|cover|allow|edit|bundl|exempt|timed|untimed|together|indicator|threshold|need|requir|deni|code|claim|yes|no|never|always|correct|true|right)",
    re.I,
)


def contradicted(draft: Draft, question: Question, facts: Facts, names: Names) -> dict[str, str]:
    """Sentences of a draft that may not be shown -> the topic on which they contradict a fact.

    The topic is "" where nothing is contradicted but a model speaks in its own words about what a rule decides, and no fact
    verifies it: what cannot be read surely is not shown beside a ruling. The sentences are read in their order: "it" means what the
    sentence before named."""
    text, spans = "", []
    for sentence in draft.sentences:
        start = len(text)
        text += sentence.text.strip() + "\n\n"
        spans.append((start, len(text), sentence.text))
    found = findings(
        text, facts, names, when=question.date_of_service, question=question.standalone, payer=question.payer, setting=question.setting,
        freely=draft.model != "none",
    )  # fmt: skip
    ruled = draft.model != "none" and any(
        not made.missing for made in rules.decide(question, facts, names.code_names)
    )
    result: dict[str, str] = {}
    for start, end, said in spans:
        here = [f for f in found if start <= f.start < end]
        against = next((f.topic for f in here if f.label == "contradicts"), None)
        if against is not None:
            result[said] = against
        elif ruled and not here and (_CODING.search(said) or re.search(r"[0-9]|\b[A-Z]{2}\b", said)):
            result[said] = ""
    return result


# documents -------------------------------------------------------------------------------------------------------------


class Stored(Protocol):
    """What is read of a stored document."""

    @property
    def name(self) -> str: ...
    @property
    def source_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


def documents(
    stored: Iterable[Stored], facts: Facts, names: Names, when: date
) -> tuple[DocumentFinding, ...]:
    """What stored documents say against the facts."""
    return tuple(
        DocumentFinding(d.name, d.source_id, d.title, f.sentence, f.start, f.end, f.topic, f.subjects)
        for d in stored
        for f in findings(d.text, facts, names, when=when)
        if f.label == "contradicts"
    )


def refresh(
    folder: Path, stored: Iterable[Stored], facts: Facts, names: Names, when: date, fresh: Collection[str] | None = None
) -> tuple[DocumentFinding, ...]:  # fmt: skip
    """Bring the findings of an index folder up to date with its build and the facts; returns them.

    `stored`: the documents to be held against the facts (the user's own), all of them; `fresh`: the names of those that are new or changed
    since the findings were last made (None: unknown, all are read). All are read again when the facts have changed or nothing was kept.
    Findings of documents that are gone are dropped."""
    stored = list(stored)
    kept: tuple[DocumentFinding, ...] = ()
    due = stored
    if fresh is not None and facts_digest(folder) == facts.digest:
        due = [d for d in stored if d.name in fresh]
        unchanged = {d.name for d in stored} - set(fresh)
        kept = tuple(f for f in load_findings(folder) if f.document in unchanged)
    found = (*kept, *documents(due, facts, names, when))
    save_findings(folder, found, facts.digest)
    return found


def corpus_findings(folder: Path, facts: Facts, names: Names, when: date) -> tuple[Finding, ...]:
    """Sentences of the articles (*.md) in `folder` that contradict the facts; our own must have none."""
    return tuple(
        replace(f, sentence=f"{path.name}: {f.sentence}")
        for path in sorted(folder.glob("*.md"))
        for f in findings(path.read_text(encoding="utf-8"), facts, names, when=when)
        if f.label == "contradicts"
    )
