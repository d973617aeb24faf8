"""The answer without a model: the sentences of the passages found that answer, each with its passage's key.

Rulings are set by `guard`; what is chosen here is only what documents say: the sentence that answers first, then up to
five points from the same places, in the documents' own words, none twice, none about another code than the one asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.domain import Draft, DraftSentence, Passage, Question, Sentence

_CODE = re.compile(r"\b(?:\d{5}|[A-V]\d{4}|\d{4}[FTUM])\b")
_WORD = re.compile(r"[a-z0-9]+")
MOST_POINTS = 5
"""Points after the opening sentence: a coder reads six lines."""
OPENS, FOLLOWS = 0.5, 0.2
"""What a heading that repeats the question adds to the sentence under it, and to the sentences after that one."""
HOME, ELSEWHERE = 0.3, 0.6
"""Share of the best sentence's score a point needs: in the passage that opens the answer, and in others."""


def draft(question: Question, passages: Sequence[Passage]) -> Draft:
    """The opening sentence and the points, best evidence first; empty where no passage was found."""
    chosen = _choose(question, passages)
    return Draft(tuple(DraftSentence(s.text, (p.key,)) for p, s in chosen))


def _choose(question: Question, passages: Sequence[Passage]) -> list[tuple[Passage, Sentence]]:
    if not passages:
        return []
    asked = set(question.codes)
    rows: list[tuple[float, Passage, Sentence]] = []
    best = passages[0].score or 1.0
    for rank, passage in enumerate(passages):
        weight = 0.5 + 0.5 * min(1.0, passage.score / best) if best else 1.0 / (rank + 1)
        heading = _covered(question.standalone, passage.locator.rsplit(" > ", 1)[-1]) * passage.score
        for place, sentence in enumerate(passage.sentences):
            words = _words(sentence.text)
            if len(words) < 4 or len(sentence.text) > 600:
                continue
            others = set(_CODE.findall(sentence.text)) - asked
            if asked and others and not (set(_CODE.findall(sentence.text)) & asked):
                continue
            rows.append(
                (sentence.score * weight + heading * (OPENS if place == 0 else FOLLOWS), passage, sentence)
            )
    if not rows:
        return []
    rows.sort(key=lambda row: -row[0])
    top = rows[0][0]
    taken: list[tuple[Passage, Sentence]] = []
    seen: list[set[str]] = []
    home = rows[0][1]
    rows[1:] = sorted(
        rows[1:], key=lambda row: (row[1].key != home.key, -row[0])
    )  # the same place first: an answer hangs together
    for score, passage, sentence in rows:
        if len(taken) > MOST_POINTS:
            break
        if score < top * (HOME if passage.key == home.key else ELSEWHERE):
            continue
        own = set(_words(sentence.text))
        if any(len(own & other) >= 0.7 * min(len(own), len(other)) for other in seen):
            continue
        taken.append((passage, sentence))
        seen.append(own)
    first, rest = taken[0], taken[1:]
    order = {passage.key: i for i, passage in enumerate(dict.fromkeys([first[0], *(p for p, _ in rest)]))}
    rest.sort(key=lambda item: (order[item[0].key], item[1].start))
    return [first, *rest]


_STOP = frozenset(
    "what which how is are the a an of for to in on do does i we can be should may when who why it its and or with my our about me you code codes cpt".split()
)


def _covered(question: str, heading: str) -> float:
    """The share of the question's own words that stand in a heading, by their first five letters."""
    asked = {w[:5] for w in _words(question) if w not in _STOP}
    return len(asked & {w[:5] for w in _words(heading)}) / len(asked) if asked else 0.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
