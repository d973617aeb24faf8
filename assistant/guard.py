"""The last word: rulings first and verbatim, then what of the draft holds, each sentence with its evidence.

Pure. A ruling always beats the model; an answer with neither ruling nor citation is not given. A sentence of the draft is
dropped when a finding says it contradicts a ruling, when its key names no passage, when its quote is not the passage's text
any more, or when it holds a code, amount, date or number that stands in no question, ruling or cited passage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain import Citation, Draft, Fact, Overruled, Passage, Question, Ruling, Status, Verdict

REFUSED = "This is outside what Citecode answers: it covers medical coding and billing (codes, modifiers, edits, units, coverage, claims)."
NOTHING = "Nothing in my sources answers this."

_NUMBER = re.compile(r"\$?\d[\d,]*(?:\.\d+)?%?|\b[A-V]\d{4}\b")


@dataclass(frozen=True, slots=True)
class Settled:
    """What `settle` decides; the pipeline makes the Answer of it."""

    status: Status
    verdict: Verdict | None
    text: str
    citations: tuple[Citation, ...]
    overruled: tuple[Overruled, ...]
    warnings: tuple[str, ...]


class _Notes:
    """Numbers the citations of one answer in the order they are first used."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []

    def mark(self, citations: Sequence[Citation]) -> str:
        marks = []
        for citation in citations:
            if citation not in self.citations:
                self.citations.append(citation)
            marks.append(self.citations.index(citation) + 1)
        return "".join(f" [{n}]" if i == 0 else f"[{n}]" for i, n in enumerate(dict.fromkeys(marks)))


def verdict_of(rulings: Sequence[Ruling]) -> Verdict | None:
    """The verdict where all rulings give the same answer, otherwise None."""
    answers = {made.answer for made in rulings}
    return next(iter(answers)) if len(answers) == 1 else None


def settle(
    question: Question, rulings: Sequence[Ruling], draft: Draft, passages: Sequence[Passage], findings: Sequence[Overruled] = (), lacking: str = "", contradicted: Mapping[str, str] | None = None,
) -> Settled:  # fmt: skip
    """Settle one answer.

    `findings`: what documents say that a ruling contradicts; `contradicted`: sentence of the draft -> topic, from `audit`;
    `lacking`: what would answer, said where nothing does."""
    notes = _Notes()
    decided = [made for made in rulings if not made.missing]
    open_ = [made for made in rulings if made.missing]
    paragraphs = [_paragraph(made, notes) for made in decided]
    paragraphs += [made.missing for made in open_]
    kept, dropped = _kept(question, rulings, draft, passages, contradicted or {})
    if kept and decided:
        kept = kept[:3]
    if kept:
        paragraphs.append(_points(kept, notes, opening=not decided))
    warnings = _warnings(question, rulings, draft)
    if decided:
        overruled = (*findings, *dropped)
        verdict = verdict_of(rulings)
        return Settled(
            "overruled" if overruled else "ruled",
            verdict,
            "\n\n".join(paragraphs),
            tuple(notes.citations),
            tuple(overruled),
            warnings,
        )
    if kept and not open_:
        return Settled(
            "cited", None, "\n\n".join(paragraphs), tuple(notes.citations), tuple(dropped), warnings
        )
    if open_:
        return Settled(
            "unanswered", None, "\n\n".join(paragraphs), tuple(notes.citations), tuple(dropped), warnings
        )
    if question.scope == "other":
        return Settled("refused", None, REFUSED, (), (), warnings)
    return Settled(
        "unanswered",
        None,
        " ".join(part for part in (NOTHING, lacking) if part),
        (),
        tuple(dropped),
        warnings,
    )


def _paragraph(made: Ruling, notes: _Notes) -> str:
    """One ruling: the verdict or the finding first, every sentence with its marks."""
    parts = []
    for i, (text, carriers) in enumerate(made.sentences):
        marked = text + notes.mark([made.facts[k].citation for k in carriers])
        if i == 0 and made.answer in {"yes", "no"}:
            parts.append(f"**{made.answer.capitalize()}.** {marked}")
        elif i == 0:
            parts.append(f"**{text}**{marked[len(text) :]}")
        else:
            parts.append(marked)
    return " ".join(parts)


def _points(kept: Sequence[tuple[str, Passage, int, int]], notes: _Notes, opening: bool) -> str:
    lines = []
    for i, (text, passage, start, end) in enumerate(kept):
        citation = Citation(
            passage.source_id,
            passage.locator,
            passage.quote[start - passage.start : end - passage.start],
            passage.document,
            start,
            end,
        )
        marked = plain(text) + notes.mark([citation])
        lines.append(marked if i == 0 and opening else f"- {marked}")
    if opening and len(lines) > 1:
        return lines[0] + "\n\n" + "\n".join(lines[1:])
    return "\n".join(lines)


def plain(text: str) -> str:
    """A quoted sentence on one line, Markdown's own signs made harmless: documents are shown as text, never as markup."""
    line = re.sub(r"\s+", " ", text).strip()
    line = re.sub(r"^(?:[-*+>#]+\s+|\d+[.)]\s+)+", "", line)
    return re.sub(r"([\\`*_\[\]<>|~])", r"\\\1", line)


def _kept(
    question: Question,
    rulings: Sequence[Ruling],
    draft: Draft,
    passages: Sequence[Passage],
    contradicted: Mapping[str, str],
) -> tuple[list[tuple[str, Passage, int, int]], list[Overruled]]:
    """The draft's sentences that hold, with the span that carries each; what was contradicted or unsupported."""
    by_key = {passage.key: passage for passage in passages}
    ruled = " ".join(
        [
            question.text,
            *(made.statement for made in rulings),
            *(fact.value for made in rulings for fact in made.facts),
        ]
    )
    kept: list[tuple[str, Passage, int, int]] = []
    dropped: list[Overruled] = []
    for sentence in draft.sentences:
        if sentence.text in contradicted:
            dropped.append(Overruled(sentence.text, contradicted[sentence.text], draft.model))
            continue
        cited = [by_key[key] for key in sentence.keys if key in by_key]
        if not cited or len(cited) < len(sentence.keys):
            continue
        passage = cited[0]
        if passage.end - passage.start != len(passage.quote):
            continue
        evidence = ruled + " " + " ".join(p.quote for p in cited)
        if not numbers(sentence.text) <= numbers(evidence):
            continue
        start, end = _span(sentence.text, passage)
        kept.append((sentence.text, passage, start, end))
    return kept, dropped


def numbers(text: str) -> set[str]:
    """Codes, amounts, dates and counts of a text in one normal form (digits without commas)."""
    return {match.replace(",", "").replace("$", "").rstrip(".%") for match in _NUMBER.findall(text)}


def _span(text: str, passage: Passage) -> tuple[int, int]:
    """Where the sentence stands in the passage; the whole passage for a sentence in other words."""
    at = passage.quote.find(text)
    if at >= 0:
        return passage.start + at, passage.start + at + len(text)
    return passage.start, passage.end


def _warnings(question: Question, rulings: Sequence[Ruling], draft: Draft) -> tuple[str, ...]:
    warnings = [w for made in rulings for w in made.warnings]
    if draft.failure:
        warnings.append(draft.failure)
    return tuple(dict.fromkeys([*question.notes, *warnings]))


def facts_of(rulings: Sequence[Ruling]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(fact for made in rulings for fact in made.facts))
