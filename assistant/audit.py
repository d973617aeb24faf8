"""Any text -> what its sentences claim, each held against the rules: agrees, contradicts or silent.

Used for a model's draft, for documents when they are ingested and for `citecode audit`. A sentence is read as the question it
answers ("97012 may take modifier 51" as "may 97012 take modifier 51?"); the ruling's answer to that proposition, negation
included, is the label. A sentence that only quotes a statement to reject it claims nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant import rules
from assistant.assertions import Claim, claims
from assistant.codes import Names
from assistant.domain import Citation, CitecodeError, Draft, Overruled, Question, Ruling, Setting
from assistant.facts import Facts
from assistant.understand import Given, understand

FINDINGS = "findings.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence: text[start:end] of what was audited, its label and the ruling's statement."""

    sentence: str
    start: int
    end: int
    label: str
    topic: str
    statement: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """A sentence of a stored document that contradicts a ruling."""

    document: str
    source_id: str
    title: str
    text: str
    start: int
    end: int
    topic: str
    subjects: tuple[str, ...]


def findings(text: str, facts: Facts, names: Names, *, when: date, question: str | None = None, payer: str | None = None, setting: Setting = "practitioner") -> tuple[Finding, ...]:
    """A finding for every sentence that claims something a rule decides."""
    found = []
    for claim in claims(text, names, question):
        label, made = _held(claim, facts, names, Given(when, when, payer, setting))
        if label and made is not None:
            found.append(Finding(claim.sentence, claim.start, claim.end, label, made.topic, made.statement, made.subjects))
    return tuple(found)


def _held(claim: Claim, facts: Facts, names: Names, given: Given) -> tuple[str, Ruling | None]:
    """agrees or contradicts with the ruling that says so; ("", None) where nothing is decided."""
    try:
        read = understand(claim.as_question, names, given, claim.history)
    except CitecodeError:
        return "", None
    label: str = ""
    by: Ruling | None = None
    for made in rules.decide(read, facts, names.code_names):
        if made.answer not in {"yes", "no"} or made.missing:
            continue
        here = "agrees" if (made.answer == "yes") == claim.affirms else "contradicts"
        if by is None or here == "contradicts":
            label, by = here, made
    return label, by


def report(text: str, facts: Facts, names: Names, *, when: date, question: str | None = None, payer: str | None = None, setting: Setting = "practitioner") -> dict[str, Any]:
    """CONTRACT 3: {"label", "findings": [{"sentence", "start", "end", "label", "topic", "statement"}]}."""
    found = findings(text, facts, names, when=when, question=question, payer=payer, setting=setting)
    labels = {f.label for f in found}
    label = "contradicts" if "contradicts" in labels else "agrees" if "agrees" in labels else "silent"
    return {
        "label": label,
        "findings": [{"sentence": f.sentence, "start": f.start, "end": f.end, "label": f.label, "topic": f.topic, "statement": f.statement} for f in found],
    }


def to_text(result: dict[str, Any]) -> str:
    lines = [{"contradicts": "Contradicts the hard facts.", "agrees": "Agrees with the hard facts.", "silent": "Nothing in it is decided by the hard facts."}[str(result["label"])]]
    for f in result["findings"]:
        lines += ["", f"{str(f['label']).upper()} ({str(f['topic']).replace('_', ' ')}): {f['sentence'].strip()}", f"  {f['statement']}"]
    return "\n".join(lines)


def contradicted(draft: Draft, question: Question, facts: Facts, names: Names) -> dict[str, str]:
    """Sentences of a draft that contradict a ruling -> the topic."""
    result = {}
    for sentence in draft.sentences:
        for f in findings(sentence.text, facts, names, when=question.date_of_service, question=question.standalone, payer=question.payer, setting=question.setting):
            if f.label == "contradicts":
                result[sentence.text] = f.topic
    return result


# documents ---------------------------------------------------------------------------------------------------------


def documents(stored: Iterable[Any], facts: Facts, names: Names, when: date) -> tuple[DocumentFinding, ...]:
    """What stored documents (name, source_id, title, text) say against the rules."""
    return tuple(
        DocumentFinding(d.name, d.source_id, d.title, f.sentence, f.start, f.end, f.topic, f.subjects)
        for d in stored
        for f in findings(d.text, facts, names, when=when)
        if f.label == "contradicts"
    )


def save_findings(folder: Path, found: Sequence[DocumentFinding]) -> None:
    """Written whole or not at all, beside the index it belongs to."""
    rows = [{"document": f.document, "source_id": f.source_id, "title": f.title, "text": f.text, "start": f.start, "end": f.end, "topic": f.topic, "subjects": list(f.subjects)} for f in found]
    beside = folder / (FINDINGS + ".new")
    beside.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    beside.replace(folder / FINDINGS)


def load_findings(folder: Path) -> tuple[DocumentFinding, ...]:
    """The findings kept with an index; () where there are none."""
    try:
        rows = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
        return tuple(DocumentFinding(**{**row, "subjects": tuple(row["subjects"])}) for row in rows)
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def against(rulings: Sequence[Ruling], found: Sequence[DocumentFinding]) -> tuple[Overruled, ...]:
    """The findings about the very subjects these rulings decide."""
    result = []
    for f in found:
        for made in rulings:
            if f.topic == made.topic and not made.missing and set(f.subjects) <= set(made.subjects):
                result.append(Overruled(re.sub(r"\s+", " ", f.text).strip(), f.topic, f.title, Citation(f.source_id, "", f.text, f.document, f.start, f.end)))
                break
    return tuple(result)


def index_digest(folder: Path) -> str:
    """The build the index points to; "" without an index."""
    try:
        return (folder / "current").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
