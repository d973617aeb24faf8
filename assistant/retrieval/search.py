"""A question to passages: words, exact codes and meaning, their scores fused; each passage with its
sentences scored.

A chunk's meaning score mixes its own similarity with that of its best sentence. Meaning and words are
brought to the
same scale (how many standard deviations above the other candidates) and added: on our cases over the manuals
that is
three points of hit@5 better than fusing by reciprocal rank, because a clear winner stays one. Words count
for more when
the question carries a code, because identifiers mean little to the embedding model. The question's own words
are joined
by the words manuals use for the same thing (`names.yaml`, `words.yaml`), at a lower weight.

Neighbouring chunks under one heading that are both among the best come back as one passage. `score` is
between 0 and 1
and comparable between questions, so that a caller can say "the evidence is weak".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from assistant.domain import CitecodeError, Passage, Sentence
from assistant.retrieval import learned, lexical, signals
from assistant.retrieval.embed import KNOWN_WEIGHTS, Embedder, Vectors
from assistant.retrieval.index import Entry, Index
from assistant.retrieval.signals import Asked, Numbers, scaled

_CODE = re.compile(
    r"(?<![\w.])(?:\d{4}[0-9A-Z]|[A-Z]\d{4})(?!\w)|(?<![\w.])[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![\w.])"
)


_HOW = re.compile(r"\bhow (?:long|often|many|much|old|soon|far|come)\b", re.I)
"""Asks for a number; an answer gives one and does not say "how long"."""


@dataclass(frozen=True, slots=True)
class Names:
    """Words people use and what they stand for. `codes`: code -> its plain name and its other names;
    `words`: a word or
    phrase -> the words manuals use for it."""

    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weights:
    """How a question is ranked; chosen on our own cases over the manuals (evals/bench_retrieval.py).

    `sentence`: the best sentence's share in a chunk's similarity. `words`, `words_with_code`: weight of the
    lexical score beside the dense one; without a code it grows with the share of the question's words that
    some chunk holds, between the two of `trust`. `other_words`, `code_names`: of words and names the question
    did not hold itself. `depth`: candidates of each kind. `longest`: characters up to which neighbours
    join. `weighed`: how many of the best are weighed again by the learned weights; 0: none."""

    sentence: float = 0.5
    words: float = 0.8
    words_with_code: float = 1.5
    trust: tuple[float, float] = (0.3, 0.8)
    other_words: float = 0.4
    code_names: float = 0.4
    in_range: float = 0.6
    depth: int = 150
    longest: int = 2000
    weighed: int = 40


DEFAULT = Weights()
UNWEIGHED = Weights(weighed=0)


def names(path: Path | str) -> Names:
    """The names of `corpus/names.yaml` and of `words.yaml` beside it; what is not there is empty.

    Raises CitecodeError when one of them is no YAML."""
    path = Path(path)
    codes = _yaml(path).get("codes")
    words = _yaml(path.with_name("words.yaml")).get("words")
    named: dict[str, tuple[str, ...]] = {}
    for code, said in codes.items() if isinstance(codes, dict) else ():
        told = said if isinstance(said, dict) else {"name": said}
        others = told.get("words", [])
        named[str(code)] = tuple(
            str(w) for w in (told.get("name", ""), *(others if isinstance(others, list) else [others])) if w
        )
    meant = {
        str(word): tuple(str(s) for s in (said if isinstance(said, list) else [said]))
        for word, said in (words.items() if isinstance(words, dict) else ())
    }
    return Names(named, meant)


def _yaml(path: Path) -> dict[str, object]:
    try:
        held = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    except FileNotFoundError:
        return {}
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        raise CitecodeError(f"{path} is not readable YAML: correct it.") from None
    return held if isinstance(held, dict) else {}


def codes_in(text: str) -> tuple[str, ...]:
    """The codes a question names, as written there (a cheap look; the caller may know better)."""
    return tuple(dict.fromkeys(_CODE.findall(text.upper())))


@dataclass(frozen=True, slots=True)
class Found:
    """Candidate chunks: rows of the index and their scores."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]

    def leading(self, passages: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """The best score in each passage."""
        held = dict(zip(self.rows.tolist(), self.scores.tolist(), strict=True))
        return np.array([max(held.get(row, -np.inf) for row in rows) for rows in passages], np.float32)


class Search:
    """Finds passages in an index; when a new build is there, the next question uses it."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder | None = None,
        names: Names | None = None,
        weights: Weights = DEFAULT,
    ) -> None:
        found = embedder or index.embedder
        if found is None:
            raise CitecodeError("A search needs the embedding model the index was made with.")
        self.index, self.embedder, self.weights = index, found, weights
        self._names = names or Names()
        self._code_phrases = _by_first_term(
            (p, (code,)) for code, ps in self._names.codes.items() for p in ps
        )
        self._word_phrases = _by_first_term(self._names.words.items())

    def find(
        self, query: str, codes: Sequence[str] = (), k: int = 5, payer: str | None = None
    ) -> tuple[Passage, ...]:
        """The k best passages, best first. `codes`: codes the question is about, beside those written in it.
        `payer`: whose rules are asked for; documents of another payer are then left out.

        An empty or wordless query finds nothing."""
        index = self.index = self.index.fresh()
        query = re.sub(r"\s+", " ", query).strip()[:2000]
        if not re.search(r"\w", query) or not len(index) or k < 1:
            return ()
        asked = self.asked(index, query, codes)
        found = self.candidates(index, asked, index.scope(payer))
        joined = self.joined(index, found, k)
        if not joined:
            return ()
        likely = learned.share(found.leading(joined))
        best = self.evidence(index, asked, joined[:5])
        return tuple(
            self._passage(index, rows, asked, rank, float(share), round(best * float(share / likely[0]), 4))
            for rank, (rows, share) in enumerate(zip(joined, np.minimum.accumulate(likely), strict=True))
        )

    # --- the question ---

    def asked(self, index: Index, query: str, codes: Sequence[str] = ()) -> Asked:
        """The question made ready: its terms, other words for them, its codes, its vector."""
        w = self.weights
        asked = tuple(dict.fromkeys([*(c.upper() for c in codes), *codes_in(query)]))
        held = frozenset(lexical.terms(query))
        own = tuple(dict.fromkeys(lexical.terms(_HOW.sub(" ", query)))) or tuple(held)
        weights = dict.fromkeys((*own, *asked), 1.0)
        instead = [
            (wanted, tuple(lexical.terms(words)))
            for wanted, meant in _phrases(self._word_phrases, held)
            for words in meant
        ]
        for _, terms in instead:
            for term in terms:
                weights.setdefault(term, w.other_words)
        for wanted, codes_meant in _phrases(self._code_phrases, held):
            instead.append((wanted, codes_meant))
            weights.setdefault(codes_meant[0], w.code_names)
        for code in asked:
            for name in self._names.codes.get(code, ())[:1]:
                for term in lexical.terms(name):
                    weights.setdefault(term, w.code_names)
        vector = self.embedder.queries([query])[0]
        return Asked(query, tuple(weights.items()), own, tuple(instead), asked, vector)

    # --- ranking ---

    def candidates(self, index: Index, asked: Asked, scope: NDArray[np.bool_] | None = None) -> Found:
        """The chunks that may answer, the best of them weighed once more by all that is known about them."""
        w = self.weights
        words = index.lexicon.scores(asked.terms)
        for code in asked.codes:
            index.lexicon.add_ranges(words, code, w.in_range)
        near, _ = index.nearest(asked.vector, w.depth)
        if scope is not None:
            words, near = np.where(scope, words, np.float32(0)), near[scope[near]]
        rows = np.union1d(near, _top(words, w.depth)).astype(np.int64)
        if not len(rows):
            return Found(rows, np.empty(0, np.float32))
        similarity = self._similarity(index, rows, asked.vector)
        share = w.words_with_code if asked.codes else w.words * self._trust(index, asked, rows)
        fused = scaled(similarity, 0.02) + np.float32(share) * scaled(words[rows], 0.5)
        if not w.weighed:
            return Found(rows, fused)
        order = np.argsort(-fused, kind="stable")[: w.weighed]
        rows, fused = rows[order], fused[order]
        return Found(rows, signals.of_chunks(index, asked, rows, fused) @ learned.CHUNK)

    def _trust(self, index: Index, asked: Asked, rows: NDArray[np.int64]) -> float:
        """How far the lexical score can be relied on, 0.1 to 1: where no chunk holds more than a few of the
        question's
        words, or other words for them, the one that holds most of them got there by chance."""
        least, most = self.weights.trust
        covered = signals.held(index, asked, rows).covered_otherwise
        best = float(covered.max()) if len(asked.own) else 0.0
        return min(1.0, max(0.1, (best - least) / (most - least)))

    def _similarity(self, index: Index, rows: NDArray[np.int64], vector: Vectors) -> NDArray[np.float32]:
        """Each chunk's own similarity mixed with that of its best sentence."""
        share = np.float32(self.weights.sentence)
        own = np.asarray(index.vectors[rows], np.float32) @ vector
        first, last = index.chunks[rows, 3], index.chunks[rows, 4]
        at = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
        scores = np.asarray(index.sentence_vectors[at], np.float32) @ vector
        best = np.maximum.reduceat(scores, np.cumsum(last - first) - (last - first))
        return np.asarray((1 - share) * own + share * best, np.float32)

    def joined(self, index: Index, found: Found, k: int) -> list[list[int]]:
        """The rows of the k best passages; a chunk next to a better one under the same heading joins it."""
        passages: list[list[int]] = []
        for i in np.argsort(-found.scores, kind="stable")[: 4 * k + 4]:
            row = int(found.rows[i])
            home = next((p for p in passages if self._beside(index, p, row)), None)
            if home is not None:
                home.append(row)
                home.sort()
            elif len(passages) < k:
                passages.append([row])
        return passages

    def _beside(self, index: Index, rows: Sequence[int], row: int) -> bool:
        if row not in (rows[0] - 1, rows[-1] + 1):
            return False
        ends = min(rows[0], row), max(rows[-1], row)
        entry = index.entry(ends[0])
        if (
            entry is not index.entry(ends[1])
            or index.chunks[ends[1], 2] - index.chunks[ends[0], 1] > self.weights.longest
        ):
            return False
        return _section(index, entry, ends[0]) == _section(index, entry, ends[1])

    def signals_of(self, index: Index, asked: Asked, passages: Sequence[Sequence[int]]) -> Numbers:
        """What speaks for and against an answer standing in these passages."""
        text = "\n".join(self._span(index, rows)[2] for rows in passages)
        return signals.of_question(index, asked, [row for rows in passages for row in rows], text)

    def evidence(self, index: Index, asked: Asked, passages: Sequence[Sequence[int]]) -> float:
        """How likely it is that the answer stands in these passages, between 0 and 1."""
        found = self.signals_of(index, asked, passages)
        if self.embedder.digest.startswith(KNOWN_WEIGHTS):
            topic = float(asked.vector @ learned.TOPIC)
            return learned.likely(float(found @ learned.EVIDENCE) + topic + learned.EVIDENCE_BIAS)
        return learned.likely(float(found @ learned.EVIDENCE_ALONE) + learned.EVIDENCE_ALONE_BIAS)

    def _span(self, index: Index, rows: Sequence[int]) -> tuple[int, int, str]:
        start, end = int(index.chunks[rows[0], 1]), int(index.chunks[rows[-1], 2])
        return start, end, index.document(index.entry(rows[0]).name).text[start:end]

    def _passage(self, index: Index, rows: Sequence[int], asked: Asked, rank: int, share: float, score: float) -> Passage:  # fmt: skip
        entry = index.entry(rows[0])
        document = index.document(entry.name)
        start, end, quote = self._span(index, rows)
        spans = self.spans(index, rows)
        said = [document.text[a:b] for a, b in spans]
        scores = signals.of_sentences(index, asked, rows, said, share, rank) @ learned.SENTENCE
        sentences = tuple(
            Sentence(text, a, b, round(learned.likely(s + learned.SENTENCE_BIAS), 4))
            for text, (a, b), s in zip(said, spans, scores.tolist(), strict=True)
        )
        path = _section(index, entry, rows[0])
        page = document.page_at(start)
        locator = " > ".join(path) + (f"{', ' if path else ''}p. {page}" if page else "")
        key = "p-" + hashlib.sha256(f"{entry.name}:{start}:{end}".encode()).hexdigest()[:8]
        return Passage(
            key, entry.name, document.source_id, document.title, locator, start, end, quote, score, sentences
        )

    @staticmethod
    def spans(index: Index, rows: Sequence[int]) -> list[tuple[int, int]]:
        """The sentences of neighbouring chunks, as spans of the document."""
        first, last = int(index.chunks[rows[0], 3]), int(index.chunks[rows[-1], 4])
        return [(a, b) for a, b in index.spans[first:last].tolist()]


_Phrases = dict[str, list[tuple[frozenset[str], tuple[str, ...]]]]


def _by_first_term(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> _Phrases:
    """Phrases by one of their terms, so that a question looks only at those it may hold."""
    out: _Phrases = {}
    for phrase, meant in pairs:
        if terms := lexical.terms(phrase):
            out.setdefault(terms[0], []).append((frozenset(terms), meant))
    return out


def _phrases(held: _Phrases, terms: frozenset[str]) -> list[tuple[frozenset[str], tuple[str, ...]]]:
    """The phrases whose every term is among `terms`, as their terms and what they stand for."""
    return [pair for term in terms for pair in held.get(term, ()) if pair[0] <= terms]


def _section(index: Index, entry: Entry, row: int) -> tuple[str, ...]:
    """The headings over the first sentence of a chunk."""
    return index.section(entry, int(index.spans[index.chunks[row, 3], 0]))


def _top(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Rows of the k highest scores above zero."""
    k = min(k, len(scores))
    found = np.argpartition(-scores, k - 1)[:k] if k else np.empty(0, np.int64)
    return found[scores[found] > 0].astype(np.int64)
