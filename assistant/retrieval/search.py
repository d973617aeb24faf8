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
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from assistant.domain import CitecodeError, Passage, Sentence
from assistant.retrieval import lexical
from assistant.retrieval.embed import Embedder, Vectors
from assistant.retrieval.index import Entry, Index

_CODE = re.compile(
    r"(?<![\w.])(?:\d{4}[0-9A-Z]|[A-Z]\d{4})(?!\w)|(?<![\w.])[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![\w.])"
)


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
    join."""

    sentence: float = 0.5
    words: float = 0.8
    words_with_code: float = 1.5
    trust: tuple[float, float] = (0.3, 0.8)
    other_words: float = 0.4
    code_names: float = 0.4
    in_range: float = 0.6
    depth: int = 150
    longest: int = 2000


DEFAULT = Weights()


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
class _Query:
    """A question made ready: its terms with weights, those it holds itself, its codes, its vector."""

    terms: tuple[tuple[str, float], ...]
    own: tuple[str, ...]
    instead: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    """Terms of the question -> the terms of one other way to say them."""
    codes: tuple[str, ...]
    foreign: float
    """How much of the question this index has never heard of: words it does not know and has no other
    word for, and names."""
    vector: Vectors


@dataclass(frozen=True, slots=True)
class _Found:
    """Candidate chunks: rows of the index, fused score, similarity (own and best sentence mixed)."""

    rows: NDArray[np.int64]
    fused: NDArray[np.float32]
    similarity: NDArray[np.float32]


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
        asked = self._query(index, query, codes)
        found = self._candidates(index, asked, index.scope(payer))
        out = [self._passage(index, rows, asked) for rows in self._joined(index, found, k)]
        # What is placed first is no weaker evidence than what comes after it.
        scores = [max(p.score for p in out[i:]) for i in range(len(out))]
        return tuple(replace(p, score=score) for p, score in zip(out, scores, strict=True))

    # --- the question ---

    def _query(self, index: Index, query: str, codes: Sequence[str]) -> _Query:
        w = self.weights
        asked = tuple(dict.fromkeys([*(c.upper() for c in codes), *codes_in(query)]))
        own = tuple(dict.fromkeys(lexical.terms(query)))
        held = frozenset(own)
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
        said = frozenset(term for wanted, _ in instead for term in wanted)
        foreign = _foreign(index, query, [term for term in own if term not in said], own)
        return _Query(tuple(weights.items()), own, tuple(instead), asked, foreign, vector)

    # --- ranking ---

    def _candidates(self, index: Index, asked: _Query, scope: NDArray[np.bool_] | None = None) -> _Found:
        w = self.weights
        words = index.lexicon.scores(asked.terms)
        for code in asked.codes:
            index.lexicon.add_ranges(words, code, w.in_range)
        near, _ = index.nearest(asked.vector, w.depth)
        if scope is not None:
            words, near = np.where(scope, words, np.float32(0)), near[scope[near]]
        rows = np.union1d(near, _top(words, w.depth)).astype(np.int64)
        if not len(rows):
            return _Found(rows, np.empty(0, np.float32), np.empty(0, np.float32))
        similarity = self._similarity(index, rows, asked.vector)
        share = w.words_with_code if asked.codes else w.words * self._trust(index, asked, rows)
        fused = _scaled(similarity, 0.02) + np.float32(share) * _scaled(words[rows], 0.5)
        return _Found(rows, fused, similarity)

    def _trust(self, index: Index, asked: _Query, rows: NDArray[np.int64]) -> float:
        """How far the lexical score can be relied on, 0.1 to 1: where no chunk holds more than a few of the
        question's
        words, or other words for them, the one that holds most of them got there by chance."""
        least, most = self.weights.trust
        held = {term: index.lexicon.has(term, rows) for term in asked.own}
        for wanted, terms in asked.instead:
            if terms:
                found = np.mean([index.lexicon.has(term, rows) for term in terms], axis=0)
                held |= {term: np.maximum(held[term], found) for term in wanted}
        weights = {term: index.lexicon.weight_of(term) for term in asked.own}
        covered = np.zeros(len(rows), np.float32)
        for term, found in held.items():
            covered += np.float32(weights[term]) * found
        best = float(covered.max()) / (sum(weights.values()) or 1.0)
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

    def _joined(self, index: Index, found: _Found, k: int) -> list[list[int]]:
        """The rows of the k best passages; a chunk next to a better one under the same heading joins it."""
        passages: list[list[int]] = []
        for i in np.argsort(-found.fused, kind="stable")[: 4 * k + 4]:
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

    # --- passages ---

    def _passage(self, index: Index, rows: Sequence[int], asked: _Query) -> Passage:
        entry = index.entry(rows[0])
        document = index.document(entry.name)
        start, end = int(index.chunks[rows[0], 1]), int(index.chunks[rows[-1], 2])
        quote = document.text[start:end]
        first, last = int(index.chunks[rows[0], 3]), int(index.chunks[rows[-1], 4])
        similar = np.asarray(index.sentence_vectors[first:last], np.float32) @ asked.vector
        held = self._covered(index, asked, first, last)
        sentences = tuple(
            Sentence(document.text[a:b], a, b, _said(float(near), float(share), asked.foreign))
            for (a, b), near, share in zip(index.spans[first:last].tolist(), similar, held, strict=True)
        )
        path = _section(index, entry, rows[0])
        page = document.page_at(start)
        locator = " > ".join(path) + (f"{', ' if path else ''}p. {page}" if page else "")
        covered = self._held(index, asked, rows)
        own = self._similarity(index, np.asarray(rows, np.int64), asked.vector)
        key = "p-" + hashlib.sha256(f"{entry.name}:{start}:{end}".encode()).hexdigest()[:8]
        score = _score(float(own.max()), covered, asked.foreign)
        return Passage(
            key, entry.name, document.source_id, document.title, locator, start, end, quote, score, sentences
        )

    def _covered(self, index: Index, asked: _Query, first: int, last: int) -> NDArray[np.float32]:
        """The share of the question's own words in each of the sentences first..last, rare words counting
        more."""
        out = np.zeros(last - first, np.float32)
        weights = {term: index.lexicon.weight_of(term) for term in asked.own}
        for term, weight in weights.items():
            rows = index.lexicon.sentences_of(term)
            at, end = np.searchsorted(rows, (first, last))
            out[rows[at:end] - first] += np.float32(weight)
        return out / np.float32(sum(weights.values()) or 1)

    def _held(self, index: Index, asked: _Query, rows: Sequence[int]) -> float:
        """The same share for the whole of some chunks, with title and headings."""
        weights = {term: index.lexicon.weight_of(term) for term in asked.own}
        here = np.asarray(rows, np.int64)
        hit = sum(w for term, w in weights.items() if index.lexicon.has(term, here).any())
        return hit / (sum(weights.values()) or 1)


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


def _foreign(index: Index, query: str, doubtful: Sequence[str], own: Sequence[str]) -> float:
    """2.9 for a question of nothing but unknown words, and 2.5 for a name in it that the index does not
    hold."""
    weights = {term: index.lexicon.weight_of(term) for term in own}
    unknown = sum(weights[term] for term in doubtful if not len(index.lexicon.rows_of(term)))
    names = re.findall(r"(?<=[a-z,] )[A-Z][a-z]+\b", query)
    missing = any(not len(index.lexicon.rows_of(lexical.stem(name.lower()))) for name in names)
    return 2.9 * unknown / (sum(weights.values()) or 1.0) + 2.5 * missing


def _score(similarity: float, covered: float, foreign: float) -> float:
    """Evidence between 0 and 1: how near in meaning, how many of the question's words are there, how many
    are known.

    A logistic fit on our questions that the manuals answer (256) and questions that they do not (60)."""
    return round(1 / (1 + float(np.exp(-(7.8 * similarity + 0.8 * covered - foreign - 2.9)))), 4)


def _said(similarity: float, covered: float, foreign: float) -> float:
    """The same for one sentence, where the question's own words tell more."""
    return round(1 / (1 + float(np.exp(-(9.0 * similarity + 3.5 * covered - foreign - 6.2)))), 4)


def _scaled(scores: NDArray[np.float32], least: float) -> NDArray[np.float32]:
    """Standard deviations above the mean of the candidates; `least`: a deviation that counts as none at
    all."""
    return np.asarray((scores - scores.mean()) / max(float(scores.std()), least), np.float32)


def _top(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Rows of the k highest scores above zero."""
    k = min(k, len(scores))
    found = np.argpartition(-scores, k - 1)[:k] if k else np.empty(0, np.int64)
    return found[scores[found] > 0].astype(np.int64)
