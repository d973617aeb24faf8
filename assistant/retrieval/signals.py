"""What a search knows about a chunk, a sentence and a question, as numbers; learned weights make scores of them.

Each function returns one row a chunk (or a sentence, or one for the question) with a column for each of its names; the
weights are in `learned.py`, fitted by `python -m evals.fit` on questions whose answer is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval import lexical
from assistant.retrieval.embed import Vectors
from assistant.retrieval.index import Index

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready: its words, its terms with weights, those it holds itself, its codes, its vector."""

    text: str
    terms: tuple[tuple[str, float], ...]
    own: tuple[str, ...]
    instead: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    """Terms of the question -> the terms of one other way to say them."""
    codes: tuple[str, ...]
    vector: Vectors

    @property
    def said(self) -> frozenset[str]:
        """The terms of the question that have another way to be said."""
        return frozenset(term for wanted, _ in self.instead for term in wanted)


@dataclass(frozen=True, slots=True)
class Held:
    """Which of the question's terms some places hold, one row a place: `own` (a column for each own term) as they stand,
    `other` the same or said in another way; `weights`: how rare the terms are, adding up to one."""

    own: Numbers
    other: Numbers
    weights: Numbers

    @property
    def covered(self) -> Numbers:
        return np.asarray(self.own @ self.weights, np.float32)

    @property
    def covered_otherwise(self) -> Numbers:
        return np.asarray(self.other @ self.weights, np.float32)


def weights(index: Index, asked: Asked) -> Numbers:
    """How rare each of the question's own terms is, adding up to one."""
    found = np.array([index.lexicon.weight_of(term) for term in asked.own], np.float32)
    return np.asarray(found / (found.sum() or 1.0), np.float32)


def held(index: Index, asked: Asked, rows: NDArray[np.int64]) -> Held:
    """The terms held by whole chunks, titles and headings counted."""
    return _held(index, asked, {t: index.lexicon.has(t, rows) for t in _terms(asked)}, len(rows))


def held_by_sentences(index: Index, asked: Asked, at: NDArray[np.int64]) -> Held:
    """The terms held by the sentences numbered `at` (ascending) themselves."""
    found = {term: lexical.marked(index.lexicon.sentences_of(term), at) for term in _terms(asked)}
    return _held(index, asked, found, len(at))


def sentences_of(index: Index, rows: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of the sentences of some chunks, and where in them each chunk begins."""
    spans = [(int(index.chunks[row, 3]), int(index.chunks[row, 4])) for row in rows]
    sizes = np.array([b - a for a, b in spans], np.int64)
    return np.concatenate([np.arange(a, b, dtype=np.int64) for a, b in spans]), np.cumsum(sizes) - sizes


def _terms(asked: Asked) -> set[str]:
    return {*asked.own, *(term for _, terms in asked.instead for term in terms)}


def _held(index: Index, asked: Asked, found: Mapping[str, Numbers], n: int) -> Held:
    own = np.zeros((len(asked.own), n), np.float32)
    for k, term in enumerate(asked.own):
        own[k] = found[term]
    other = own.copy()
    column = {term: k for k, term in enumerate(asked.own)}
    for wanted, terms in asked.instead:
        if terms:
            share = found[terms[0]].copy()
            for term in terms[1:]:
                share += found[term]
            share /= len(terms)
            for term in wanted:
                if term in column:
                    np.maximum(other[column[term]], share, out=other[column[term]])
    return Held(own.T, other.T, weights(index, asked))


def scaled(scores: Numbers, least: float) -> Numbers:
    """Standard deviations above the mean of the candidates; `least`: a deviation that counts as none at all."""
    return np.asarray((scores - scores.mean()) / max(float(scores.std()), least), np.float32)


# --- chunks ---

CHUNK = (
    "fused", "own", "best sentence", "best sentence and words", "words", "other words", "words if code", "other words if code", "own if code",
    "covered", "covered otherwise", "sentence covered", "headings covered", "codes held", "neighbours", "document", "length",
)  # fmt: skip


def of_chunks(index: Index, asked: Asked, rows: NDArray[np.int64], fused: Numbers) -> Numbers:
    """One row a candidate chunk: its signals beside those of the other candidates."""
    code = np.float32(bool(asked.codes))
    vectors = np.asarray(index.vectors[rows], np.float32)
    own = vectors @ asked.vector
    own_terms = frozenset((*asked.own, *asked.codes))
    words = index.lexicon.scores((t, 1.0) for t in own_terms)[rows]
    others = index.lexicon.scores((t, w) for t, w in asked.terms if t not in own_terms)[rows]
    found = held(index, asked, rows)
    best = np.stack(_best(index, asked, rows.tolist(), otherwise=False), 1)
    heads = np.array([_headings(index, asked, found.weights, row) for row in rows.tolist()], np.float32)
    codes = np.mean([index.lexicon.has(c, rows) for c in asked.codes], axis=0) if asked.codes else 0 * own
    near = np.maximum(*(_beside(index, asked, rows, step, own) for step in (-1, 1)))
    documents = index.chunks[rows, 0]
    leading = documents[np.argsort(-fused, kind="stable")[:15]]
    share = np.bincount(leading, 1 / np.sqrt(np.arange(1, len(leading) + 1)), int(documents.max()) + 1)
    length = np.log((index.chunks[rows, 2] - index.chunks[rows, 1]) / 600)
    columns = [
        scaled(fused, 0.1), scaled(own, 0.02), scaled(best[:, 0], 0.02), scaled(best[:, 2], 0.02), scaled(words, 0.5), scaled(others, 0.5),
        scaled(words, 0.5) * code, scaled(others, 0.5) * code, scaled(own, 0.02) * code, found.covered, found.covered_otherwise, best[:, 1], heads, codes,
        scaled(near, 0.02), (share / share.sum())[documents], length,
    ]  # fmt: skip
    return np.stack([np.asarray(c, np.float32) for c in columns], 1)


def _best(
    index: Index, asked: Asked, rows: Sequence[int], otherwise: bool
) -> tuple[Numbers, Numbers, Numbers]:
    """Of each chunk's sentences the greatest similarity, share of the question's words, and both mixed."""
    at, first = sentences_of(index, rows)
    similar = np.asarray(index.sentence_vectors[at], np.float32) @ asked.vector
    found = held_by_sentences(index, asked, at)
    covered = found.covered_otherwise if otherwise else found.covered
    similar, covered, mixed = (
        np.maximum.reduceat(part, first) for part in (similar, covered, similar + 0.5 * covered)
    )
    return similar, covered, mixed


def _headings(index: Index, asked: Asked, rare: Numbers, row: int) -> float:
    """The share of the question's own words in the last three headings over a chunk."""
    path = index.section(index.entry(row), int(index.spans[index.chunks[row, 3], 0]))
    terms = lexical.headings(path[-3:])
    return float(sum(w for term, w in zip(asked.own, rare.tolist(), strict=True) if term in terms))


def _beside(index: Index, asked: Asked, rows: NDArray[np.int64], step: int, own: Numbers) -> Numbers:
    """The similarity of the chunk before or after each, where it belongs to the same document; else its own."""
    at = np.clip(rows + step, 0, len(index) - 1)
    same = (index.chunks[at, 0] == index.chunks[rows, 0]) & (at != rows)
    return np.where(same, np.asarray(index.vectors[at], np.float32) @ asked.vector, own)


# --- sentences ---

SENTENCE = (
    "similarity", "similarity here", "covered", "covered otherwise", "codes held", "other codes", "passage", "rank", "headings", "opens", "rules", "number where asked",
    "length", "short", "neighbours", "in table",
)  # fmt: skip

_CODES = re.compile(r"\b(?:\d{5}|[A-V]\d{4}|\d{4}[FTUM]|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})\b")
_RULES = re.compile(
    r"\b(?:shall|must|may|should|not|never|only|cannot|required?|covered|included?|integral|separately|assign|sequenced?|is defined|means)\b",
    re.I,
)
_COUNTS = re.compile(r"\b(?:how (?:many|much|long|often|old|soon|far)|when|what (?:age|number|percent\w*|limit))\b", re.I)  # fmt: skip
_COUNTED = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice|half|annual\w*|monthly|weekly|daily|year|month|week|day)\b",
    re.I,
)


def of_sentences(
    index: Index, asked: Asked, rows: Sequence[int], spans: Sequence[str], passage: float, rank: int
) -> Numbers:
    """One row a sentence of a passage. `spans`: their words; `passage`: the passage's score; `rank`: its place from 0."""
    at = np.arange(int(index.chunks[rows[0], 3]), int(index.chunks[rows[-1], 4]), dtype=np.int64)
    similar = np.asarray(index.sentence_vectors[at], np.float32) @ asked.vector
    found = held_by_sentences(index, asked, at)
    mixed = similar + 0.5 * found.covered_otherwise
    around = np.maximum(np.append(mixed[1:], 0), np.insert(mixed[:-1], 0, 0))
    heading = _headings(index, asked, found.weights, rows[0])
    wants = bool(_COUNTS.search(asked.text))
    out = np.zeros((len(at), len(SENTENCE)), np.float32)
    for n, text in enumerate(spans):
        codes = frozenset(_CODES.findall(text))
        words = len(text.split())
        out[n, 4:] = (
            sum(code in codes for code in asked.codes) / max(1, len(asked.codes)), min(3, len(codes.difference(asked.codes))) if asked.codes else 0, passage, rank / 5, heading,
            heading * (n == 0), bool(_RULES.search(text)), wants and bool(_COUNTED.search(text)), np.log(max(words, 1) / 20), words < 6, around[n], text.startswith("|") or "|" in text,
        )  # fmt: skip
    out[:, 0], out[:, 1] = similar, scaled(similar, 0.02)
    out[:, 2], out[:, 3] = found.covered, found.covered_otherwise
    return out


# --- evidence ---

EVIDENCE = (
    "own", "best sentence", "best sentence and words", "covered", "covered otherwise", "sentence covered", "unknown words", "rarest missing",
    "names unknown", "names missing", "codes missing", "years missing", "amount missing", "places missing",
)  # fmt: skip

_NAMES = re.compile(
    r"(?<=[a-z0-9,;:'’)] )(?:[A-Z][a-z]+(?:[A-Z][a-z]+)*|[a-z]+[A-Z][A-Za-z]+)\b|\b[A-Z][a-z]+[A-Z][A-Za-z]*\b|\b[A-Z]{2,}\b"
)
_MONEY = re.compile(r"\b(?:how much|dollars?|amount|fees?|costs?|rates?|prices?|percent(?:age)?|paid? in)\b", re.I)  # fmt: skip
_SUM = re.compile(r"\$|%|\bpercent\b|\d")
_PLACES = re.compile(
    r"\b(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|"
    r"Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|"
    r"Vermont|Virginia|Washington State|West Virginia|Wisconsin|Wyoming|Puerto Rico|Canada|Ontario|Quebec|Germany|Australia|England|UK|Mexico|India|Ireland)\b"
)
"""Where another law, fee or plan holds: an answer that does not name the place is about another one."""
_YEAR = re.compile(r"\b20[2-9]\d\b")


def of_question(index: Index, asked: Asked, rows: Sequence[int], text: str) -> Numbers:
    """What speaks for and against an answer standing in these chunks, whose words are `text`."""
    at = np.asarray(rows, np.int64)
    own = np.sort(np.asarray(index.vectors[at], np.float32) @ asked.vector)[::-1]
    found = held(index, asked, at)
    best = [float(part.max()) for part in _best(index, asked, sorted(rows), otherwise=True)]
    rare, said = found.weights, asked.said
    unknown = [not len(index.lexicon.rows_of(t)) and t not in said for t in asked.own]
    somewhere = found.other.max(0) if len(asked.own) else np.zeros(0, np.float32)
    names = [lexical.stem(n.lower()) for n in _NAMES.findall(asked.text)]
    names = [n for n in dict.fromkeys(names) if n not in lexical.STOP]
    strange = [n for n in names if not len(index.lexicon.rows_of(n))]
    absent = [n for n in names if n not in strange and not index.lexicon.has(n, at).any()]
    years = _YEAR.findall(asked.text)
    return np.array(
        [
            own[0], best[0], best[2], float(found.covered.max()), float(found.covered_otherwise.max()), best[1],
            float(rare @ np.array(unknown, np.float32)) if len(asked.own) else 1.0, float((rare * (somewhere < 0.5)).max()) if len(asked.own) else 1.0,
            min(2, len(strange)), min(2, len(absent)),
            sum(not index.lexicon.has(c, at).any() for c in asked.codes) / max(1, len(asked.codes)), any(y not in text for y in years),
            bool(_MONEY.search(asked.text)) and not _SUM.search(text),
            any(p not in text for p in _PLACES.findall(asked.text)),
        ], np.float32,
    )  # fmt: skip
