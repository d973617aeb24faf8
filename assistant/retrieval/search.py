"""A question to passages: exact codes, words and meaning, fused by rank; each passage with its sentences
scored.

A chunk's meaning score mixes its own similarity with that of its best sentence. The fusion trusts words more
when the
question carries a code, because identifiers mean little to the embedding model. `score` is between 0 and 1
and
comparable between questions, so that a caller can say "the evidence is weak".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from assistant.domain import CitecodeError, Passage, Sentence
from assistant.retrieval import lexical
from assistant.retrieval.embed import Embedder, Vectors
from assistant.retrieval.index import Index

Names = Mapping[str, tuple[str, ...]]
"""Code -> our plain name and the words people use for it."""

_CODE = re.compile(
    r"(?<![\w.])(?:\d{4}[0-9A-Z]|[A-Z]\d{4})(?![\w])|(?<![\w.])[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})(?![\w])"
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How the lists are fused. `sentence` is the share of the best sentence in a chunk's similarity; `words`
    and
    `words_with_code` weigh the lexical list against the dense one (1)."""

    sentence: float = 0.5
    words: float = 0.7
    words_with_code: float = 1.5
    code: float = 1.0
    constant: float = 20.0
    depth: int = 150


DEFAULT = Weights()


def names(path: Path | str) -> Names:
    """The names of `corpus/names.yaml`, {} when there is no such file. Raises CitecodeError when it is no
    YAML."""
    try:
        held = yaml.load(Path(path).read_text("utf-8"), Loader=yaml.BaseLoader)
    except FileNotFoundError:
        return {}
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        raise CitecodeError(f"{path} is not readable YAML: correct it.") from None
    codes = held.get("codes", {}) if isinstance(held, dict) else {}
    out: dict[str, tuple[str, ...]] = {}
    for code, said in codes.items() if isinstance(codes, dict) else ():
        if isinstance(said, dict):
            words = said.get("words", [])
            out[str(code)] = tuple(
                str(w) for w in (said.get("name", ""), *(words if isinstance(words, list) else [words])) if w
            )
        elif isinstance(said, str):
            out[str(code)] = (said,)
    return out


def codes_in(text: str) -> tuple[str, ...]:
    """The codes a question names, as written there (a cheap look; the caller may know better)."""
    return tuple(dict.fromkeys(_CODE.findall(text.upper())))


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
        self._names = dict(names or {})
        self._by_phrase = [
            (frozenset(lexical.terms(phrase)), code)
            for code, phrases in self._names.items()
            for phrase in phrases
            if lexical.terms(phrase)
        ]

    def find(self, query: str, codes: Sequence[str] = (), k: int = 5) -> tuple[Passage, ...]:
        """The k best passages, best first. `codes`: codes the question is about, beside those written in it.

        An empty or wordless query finds nothing."""
        self.index = self.index.fresh()
        query = re.sub(r"\s+", " ", query).strip()[:2000]
        asked = tuple(dict.fromkeys([*codes, *codes_in(query)]))
        if not re.search(r"\w", query) or not len(self.index) or k < 1:
            return ()
        terms = self._terms(query, asked)
        vector = self.embedder.queries([query])[0]
        rows, scores, similarity, best = self._ranked(terms, asked, vector)
        out = []
        for i in np.argsort(-scores, kind="stable")[:k]:
            row = int(rows[i])
            out.append(self._passage(row, terms, vector, float(similarity[i]), float(best[i])))
        return tuple(out)

    # --- the query ---

    def _terms(self, query: str, codes: Sequence[str]) -> list[tuple[str, float]]:
        """Terms and weights: the question's own at 1, names of its codes and codes of its names below."""
        own = lexical.terms(query)
        weights = dict.fromkeys(own, 1.0)
        for code in codes:
            weights.setdefault(code.upper(), 1.0)
            for phrase in self._names.get(code.upper(), ()):
                for term in lexical.terms(phrase):
                    weights.setdefault(term, 0.4)
        held = frozenset(own)
        for phrase_terms, code in self._by_phrase:
            if phrase_terms <= held:
                weights.setdefault(code, 0.5)
        return list(weights.items())

    # --- ranking ---

    def _ranked(
        self, terms: Sequence[tuple[str, float]], codes: Sequence[str], vector: Vectors
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Candidate rows with fused score, own similarity and best sentence's similarity."""
        w = self.weights
        near, _ = self.index.nearest(vector, w.depth)
        bm25 = self.index.lexicon.scores(terms)
        top = _top(bm25, w.depth)
        rows = np.union1d(near, top).astype(np.int64)
        own = np.asarray(self.index.vectors[rows], np.float32) @ vector
        best = self._best_sentence(rows, vector)
        mixed = (1 - w.sentence) * own + w.sentence * best
        words = w.words_with_code if codes else w.words
        fused = 1 / (w.constant + _ranks(mixed)) + words / (w.constant + _ranks(bm25[rows]))
        if codes:
            exact = self._code_matches(rows, codes)
            fused += w.code * exact / w.constant
        return rows, fused.astype(np.float32), own, best

    def _best_sentence(self, rows: NDArray[np.int64], vector: Vectors) -> NDArray[np.float32]:
        if not len(rows):
            return np.empty(0, np.float32)
        first, last = self.index.chunks[rows, 3], self.index.chunks[rows, 4]
        lengths = last - first
        at = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
        scores = np.asarray(self.index.sentence_vectors[at], np.float32) @ vector
        if not len(scores):
            return np.zeros(len(rows), np.float32)
        return np.asarray(np.maximum.reduceat(scores, np.cumsum(lengths) - lengths), np.float32)

    def _code_matches(self, rows: NDArray[np.int64], codes: Sequence[str]) -> NDArray[np.float32]:
        """The share of the asked codes that each chunk names."""
        share = np.zeros(len(rows), np.float32)
        for code in codes:
            share += np.isin(rows, self.index.lexicon.rows_of(code.upper())).astype(np.float32)
        return share / np.float32(max(len(codes), 1))

    # --- passages ---

    def _passage(
        self, row: int, terms: Sequence[tuple[str, float]], vector: Vectors, own: float, best: float
    ) -> Passage:
        entry = self.index.entry(row)
        document = self.index.document(entry.name)
        _, start, end, first, last = (int(x) for x in self.index.chunks[row])
        quote = document.text[start:end]
        spans = self.index.spans[first:last]
        similar = np.asarray(self.index.sentence_vectors[first:last], np.float32) @ vector
        sentences = tuple(
            Sentence(text := document.text[a:b], a, b, _score(float(s), self._covered(text, terms)))
            for (a, b), s in zip(((int(x), int(y)) for x, y in spans), similar, strict=True)
        )
        inside = document.headings_at(
            max(first_text[0] for first_text in [spans[0]]) if len(spans) else start
        )
        page = document.page_at(start)
        locator = " > ".join(inside) + (f"{', ' if inside else ''}p. {page}" if page else "")
        covered = self._covered(" ".join((entry.document.title, *inside, quote)), terms)
        key = "p-" + hashlib.sha256(f"{entry.name}:{start}:{end}".encode()).hexdigest()[:8]
        score = _score(max(own, best), covered)
        return Passage(
            key, entry.name, document.source_id, document.title, locator, start, end, quote, score, sentences
        )

    def _covered(self, text: str, terms: Sequence[tuple[str, float]]) -> float:
        """The share of the question's own words that a text holds, rare words counting more."""
        here = set(lexical.terms(text))
        mass = [(self.index.lexicon.weight_of(t), t in here) for t, weight in terms if weight == 1.0]
        total = sum(m for m, _ in mass)
        return sum(m for m, hit in mass if hit) / total if total else 0.0


def _score(similarity: float, covered: float) -> float:
    """Evidence between 0 and 1: how near in meaning, and how many of the question's words are there."""
    return round(1 / (1 + float(np.exp(-(9.0 * similarity + 3.5 * covered - 6.2)))), 4)


def _top(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Rows of the k highest scores above zero."""
    k = min(k, len(scores))
    found = np.argpartition(-scores, k - 1)[:k] if k else np.empty(0, np.int64)
    return found[scores[found] > 0].astype(np.int64)


def _ranks(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 for the highest score, 2 for the next; scores of zero or less come last together."""
    ranks = np.empty(len(scores), np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    ranks[scores <= 0] = np.inf
    return ranks
