"""The last word: rulings first and verbatim, then what of the draft holds, each sentence with its evidence.

Pure. A ruling always beats the model; an answer with neither ruling nor citation is not given. A sentence of the draft is
dropped when a finding says it contradicts a ruling, when its key names no passage, when its quote is not the passage's text
any more, when it holds a code, modifier, amount, date or number that stands in no question, ruling or cited passage, and when it
says in other words what the passage does not say: too few of its words, or the opposite of the sentence that comes nearest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain import Citation, Draft, Fact, Overruled, Passage, Question, Ruling, Status, Verdict

REFUSED = "This is outside what Citecode answers: it covers medical coding and billing (codes, modifiers, edits, units, coverage, claims)."
NOTHING = "Nothing in my sources answers this."

_NUMBER = re.compile(r"\b[A-V][0-9]{4}\b|\$?[0-9][0-9,]*(?:\.[0-9]+)?%?")
_MODIFIER = re.compile(r"\b(?:G[ANOPXYZ]|KX|CQ|CO|AT|X[ESPU]|TC|AS|LT|RT|FX|FY|QW)\b")
_MONTH = re.compile(
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december)\b(?= [0-9])",
    re.I,
)
_COUNTED = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|half|twice|double)(?=[ -]+(?:\w+[ -]+)?(?:units?|minutes?|days?|regions?|percent|visits?|modifiers?|codes?|years?|hours?|weeks?|lines?|the)\b)",
    re.I,
)
_COUNTS = {
    word: str(n) for n, word in enumerate("zero one two three four five six seven eight nine ten".split())
} | {
    "twelve": "12",
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "ninety": "90",
}
_WORD = re.compile(r"[a-z]{4,}")
_NOT = re.compile(
    r"\b(?:not|no|never|cannot|neither|nor|none|without|\w+n't|non|un(?:timed|bundled|covered|attended))\b"
)
SUPPORT = 0.6
"""Share of a paraphrase's words that the cited passages must hold; below it the passage says something else."""


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

    `findings`: what documents say that a ruling contradicts; `contradicted`: sentence of the draft -> topic it contradicts, ""
    for a model's sentence that no fact verifies on a question a rule decides, from `audit`;
    `lacking`: what would answer, said where nothing does."""
    notes = _Notes()
    decided = [made for made in rulings if not made.missing]
    open_ = [made for made in rulings if made.missing]
    paragraphs = [_paragraph(made, notes) for made in decided]
    kept, dropped = _kept(question, rulings, draft, passages, contradicted or {})
    told = bool(kept) and not decided and _told(question, open_, kept)
    if kept and decided:
        kept = kept[:3]
    lacks = [made.missing for made in open_]
    paragraphs += [] if told else lacks
    if kept:
        paragraphs.append(_points(kept, notes, opening=not decided))
    paragraphs += lacks if told else []
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
    if kept and (told or not open_):
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


_OF_A_FILE = frozenset(
    {"ptp", "modifier_59", "mue", "status", "add_on", "bilateral", "component", "surgeons"}
)
"""Topics whose rules lack a CMS file where they are silent: the manual may speak of the very codes."""
_CODE = re.compile(r"\b(?:\d{5}|[A-V]\d{4}|\d{4}[FTUM])\b")


def _told(question: Question, open_: Sequence[Ruling], kept: Sequence[tuple[str, Passage, int, int]]) -> bool:
    """Whether documents answer what the rules lack their table for: the sentences cited name every code asked about."""
    if not open_ or not question.codes or any(made.topic not in _OF_A_FILE for made in open_):
        return False
    said = " ".join(p.quote[a - p.start : b - p.start] for _, p, a, b in kept)
    return set(question.codes) <= set(_CODE.findall(said))


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
            if contradicted[sentence.text]:
                dropped.append(Overruled(sentence.text, contradicted[sentence.text], draft.model))
            continue
        cited = [by_key[key] for key in sentence.keys if key in by_key]
        if not sentence.text.strip() or not cited or len(cited) < len(sentence.keys):
            continue
        passage = cited[0]
        if passage.end - passage.start != len(passage.quote):
            continue
        evidence = ruled + " " + " ".join(p.quote for p in cited)
        if not numbers(sentence.text) <= numbers(evidence) or not supported(sentence.text, cited):
            continue
        start, end = _span(sentence.text, passage)
        kept.append((sentence.text, passage, start, end))
    return kept, dropped


def numbers(text: str) -> set[str]:
    """Codes, modifiers, amounts, months and counts of a text in one normal form: digits without commas, counts in words as digits."""
    found = {match.replace(",", "").replace("$", "").rstrip(".%") for match in _NUMBER.findall(text)}
    found |= {_COUNTS.get(word.lower(), word.lower()) for word in _COUNTED.findall(text)}
    return found | {month.lower() for month in _MONTH.findall(text)} | set(_MODIFIER.findall(text))


def supported(text: str, passages: Sequence[Passage]) -> bool:
    """Whether the passages say the sentence: word for word, or most of its words and not the opposite of what comes nearest."""
    if any(_whole(text, passage) for passage in passages):
        return True
    words = _stems(text)
    if not words:
        return False
    held = set().union(*(_stems(passage.quote) for passage in passages))
    if len(words & held) < SUPPORT * len(words):
        return False
    nearest = max(
        (piece for passage in passages for piece in _sentences(passage)),
        key=lambda piece: len(words & _stems(piece)) / (len(_stems(piece)) + 3),
        default="",
    )
    close = len(words & _stems(nearest)) >= 0.5 * len(words)
    return not close or len(_NOT.findall(nearest.lower())) % 2 == len(_NOT.findall(text.lower())) % 2


def _whole(text: str, passage: Passage) -> bool:
    """The text stands in the passage as whole sentences: a piece cut out of one may say the opposite of it."""
    if any(text == s.text for s in passage.sentences):
        return True
    at = passage.quote.find(text)
    if at < 0:
        return False
    before, after = passage.quote[:at].rstrip(" \t\"'“*_#>-"), passage.quote[at + len(text) :]
    ends = re.search(r"[.!?:;]\W*\Z", text) or re.match(r"\s*(?:\n|\Z)", after)
    return bool((not before or before[-1] in ".!?:;\n|") and ends)


def _stems(text: str) -> set[str]:
    return {word[:5] for word in _WORD.findall(text.lower())}


def _sentences(passage: Passage) -> list[str]:
    return [s.text for s in passage.sentences] or re.split(r"(?<=[.!?])\s+", passage.quote)


def _span(text: str, passage: Passage) -> tuple[int, int]:
    """Where the sentence stands in the passage; for other words the sentence of the passage that comes nearest."""
    at = passage.quote.find(text)
    if at >= 0:
        return passage.start + at, passage.start + at + len(text)
    words = _stems(text)
    near = max(_sentences(passage), key=lambda piece: len(words & _stems(piece)), default="")
    at = passage.quote.find(near) if near else -1
    if at >= 0 and words & _stems(near):
        return passage.start + at, passage.start + at + len(near)
    return passage.start, passage.end


def _warnings(question: Question, rulings: Sequence[Ruling], draft: Draft) -> tuple[str, ...]:
    warnings = [w for made in rulings for w in made.warnings]
    if draft.failure:
        warnings.append(draft.failure)
    return tuple(dict.fromkeys([*question.notes, *warnings]))


def facts_of(rulings: Sequence[Ruling]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(fact for made in rulings for fact in made.facts))
