"""The answer without a model: the sentences of the passages found that answer, each with its passage's key.

Rulings are set by `guard`; what is chosen here is only what documents say: the sentence most likely to answer first, then up
to four points from the same places, in the documents' own words, none twice, none about another code than the one asked about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.domain import Draft, DraftSentence, Passage, Question, Sentence

_CODE = re.compile(r"\b(?:\d{5}|[A-V]\d{4}|\d{4}[FTUM])\b")
_WORD = re.compile(r"[a-z0-9]+")
MOST_POINTS = 4
"""Points after the opening one: a coder reads five lines."""
HOME, ELSEWHERE = 3.0, 1.5
"""How much less likely than the best sentence (in logits) a point may be: in the passage that opens the answer, and in others."""
SURE = 0.0
"""From here on (in logits) a sentence of the passage that opens the answer is a point whatever the best one scores."""
BESIDE, LONGEST = 2.0, 420
"""A sentence takes in the one before or after it in its paragraph: how much less likely that one may be, and how long both
may get. Half of an answer is often "it", "they" or "in that case"."""


@dataclass(frozen=True, slots=True)
class _Point:
    """Characters start..end of the stored document: a sentence of the passage, or two that stand together."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.passage.quote[self.start - self.passage.start : self.end - self.passage.start]

    def holds(self, passage: Passage, sentence: Sentence) -> bool:
        return passage.key == self.passage.key and self.start < sentence.end and sentence.start < self.end


def draft(question: Question, passages: Sequence[Passage]) -> Draft:
    """The opening sentence and the points, best evidence first; empty where no passage was found."""
    return Draft(
        tuple(DraftSentence(point.text, (point.passage.key,)) for point in _choose(question, passages))
    )


def _choose(question: Question, passages: Sequence[Passage]) -> list[_Point]:
    rows = sorted(_candidates(question, passages), key=lambda row: -row[0])
    if not rows:
        return []
    best, home = rows[0][0], rows[0][1].key
    taken: list[_Point] = []
    seen: list[set[str]] = []
    for score, passage, place in rows:
        sentence = passage.sentences[place]
        if len(taken) > MOST_POINTS:
            break
        if score < (min(best - HOME, SURE) if passage.key == home else best - ELSEWHERE):
            continue
        if any(point.holds(passage, sentence) for point in taken):
            continue
        own = set(_words(sentence.text))
        if any(len(own & other) >= 0.7 * min(len(own), len(other)) for other in seen):
            continue
        point = _grown(passage, place, score, taken, set(question.codes))
        taken.append(point)
        seen.append(set(_words(point.text)))
    first, rest = taken[0], taken[1:]
    order = {point.passage.key: i for i, point in reversed(list(enumerate(taken)))}
    return [first, *sorted(rest, key=lambda point: (order[point.passage.key], point.start))]


def _candidates(question: Question, passages: Sequence[Passage]) -> Iterator[tuple[float, Passage, int]]:
    """Every sentence that may be shown, with how likely it is to answer (in logits) and its place in its passage."""
    asked = set(question.codes)
    for passage in passages:
        for place, sentence in enumerate(passage.sentences):
            if (
                len(_words(sentence.text)) >= 4
                and len(sentence.text) <= 600
                and not _of_others(sentence, asked)
            ):
                yield _logit(sentence.score), passage, place


def _of_others(sentence: Sentence, asked: set[str]) -> bool:
    """It names codes, and none of those asked about."""
    codes = set(_CODE.findall(sentence.text))
    return bool(asked and codes and not codes & asked)


def _grown(passage: Passage, place: int, score: float, taken: Sequence[_Point], asked: set[str]) -> _Point:
    """A sentence with its neighbours in the same paragraph that are about as likely; the opening one takes the next anyway."""
    own = passage.sentences[place]
    point = _Point(passage, own.start, own.end)
    for beside in (place + 1, place - 1):
        if not 0 <= beside < len(passage.sentences):
            continue
        other = passage.sentences[beside]
        grown = _Point(passage, min(point.start, other.start), max(point.end, other.end))
        if (
            (_logit(other.score) > score - BESIDE or not taken and beside > place)
            and "\n" not in grown.text
            and len(grown.text) <= LONGEST
            and not _of_others(other, asked)
            and not any(p.holds(passage, other) for p in taken)
        ):
            point = grown
    return point


def _logit(score: float) -> float:
    bounded = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
