"""Words, counted: BM25 over chunks in numpy, with the field's identifiers as words of their own.

"97012", "M54.16", "G0283" and "modifier 51" are terms; other words are brought to a simple stem.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.75

STOP = frozenset(
    "a about after all also am an and any are as at be because been before being but by can could did "
    "do does doing for from further get had has have having he her here hers him his how i if in into "
    "is it its itself just me more most my no nor not now of off on once only or other our out over own "
    "same she should so some such than that the their theirs them then there these they this those "
    "through to too under until up very was we were what when where which while who whom why will with "
    "would you your yours".split()
)

_MARK = r"mod(?:ifier)?s?\.?"
_LOWER = "25|xe|xs|xp|xu|gp|gn|kx|cq|lt|rt|tc|ga|gx|gy|gz|gc|ge|qw|qx|qy|qz|fx|fy|sg"
"""Modifiers that are no words in small letters; "modifier as needed" names none."""
_TWO = rf"(?:[0-9]{{2}}|[A-Z][A-Z0-9]|{_LOWER})"
_TERM = re.compile(
    rf"""(?P<modifier>\b(?i:{_MARK})\s+(?P<m>{_TWO})\b)
      | (?P<icd>\b(?i:[a-tv-z])[0-9][0-9A-Za-z]\.[0-9A-Za-z]{{1,4}}\b)
      | (?P<number>\b\d+(?:[.,]\d+)*\b)
      | (?P<mixed>\b\w*\d\w*)
      | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)
      | (?P<rest>\w+)""",
    re.VERBOSE,
)
_SEVERAL = re.compile(
    rf"\b(?i:{_MARK})\s+({_TWO}(?:(?:\s*,\s*(?:or\s+|and\s+)?|\s*/\s*|\s+(?:and|or)\s+){_TWO})+)\b"
)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its commonest endings: "reported", "reporting", "reports" -> "report"."""
    w = word
    if len(w) <= 3:
        return w
    if w.endswith(("'s", "’s")):
        w = w[:-2]
    if w.endswith("ies") and len(w) > 4:
        w = w[:-3] + "y"
    elif w.endswith(("sses", "shes", "ches", "xes")):
        w = w[:-2]
    elif w.endswith("s") and not w.endswith(("ss", "us", "is")):
        w = w[:-1]
    for ending in (
        "ational",
        "ations",
        "ation",
        "ements",
        "ement",
        "ments",
        "ment",
        "ingly",
        "edly",
        "ings",
        "ing",
        "ed",
        "ions",
        "ion",
        "ive",
        "ally",
        "ly",
    ):
        if w.endswith(ending) and len(w) - len(ending) >= 4:
            w = w[: -len(ending)]
            if ending in ("ing", "ed", "ings") and len(w) > 4 and w[-1] == w[-2] and w[-1] not in "lsz":
                w = w[:-1]
            break
    if len(w) > 4 and w.endswith(("e", "y", "i")):
        w = w[:-1]
    return w


def terms(text: str) -> list[str]:
    """The terms of a text, stop words left out; a modifier counts as `mod:51` and as the word modifier."""
    out: list[str] = []
    for m in _TERM.finditer(text):
        kind = m.lastgroup
        if m.group("modifier"):
            out += [f"mod:{m.group('m').upper()}", "modifier"]
        elif kind == "word":
            word = m.group().lower().replace("’", "'")
            if word not in STOP and len(word) > 1:
                out.append(stem(word))
        elif kind == "icd":
            value = m.group().upper()
            out += [value, value.split(".")[0]]
        else:
            out.append(m.group().upper())
    for m in _SEVERAL.finditer(text):
        out += [f"mod:{v.upper()}" for v in re.findall(_TWO, m.group(1))[1:]]
    return out


@lru_cache(maxsize=20_000)
def headings(labels: tuple[str, ...]) -> frozenset[str]:
    """The terms of headings, remembered: the same few stand over every candidate."""
    return frozenset(term for label in labels for term in terms(label))


_RANGE = re.compile(r"\b(\d{5})\s*(?:[-–]|through|to)\s*(\d{5})\b")
WIDEST = 2000
"""A range of more codes than this names a chapter, not what a sentence is about."""


def ranges(text: str) -> list[tuple[int, int]]:
    """Code ranges named in a text: "97010-97799" -> (97010, 97799)."""
    found = [(int(a), int(b)) for a, b in _RANGE.findall(text)]
    return [(a, b) for a, b in dict.fromkeys(found) if a < b <= a + WIDEST]


Rows = NDArray[np.int32]


def marked(held: Rows, at: NDArray[np.int64]) -> NDArray[np.float32]:
    """1 for each of `at` that is among `held` (ascending), else 0."""
    if not len(held):
        return np.zeros(len(at), np.float32)
    place = np.minimum(np.searchsorted(held, at), len(held) - 1)
    return np.asarray(held[place] == at, np.float32)


@dataclass(frozen=True, slots=True)
class Words:
    """The terms of one chunk: those that stand around its sentences (title, headings), and those of each
    sentence."""

    around: Sequence[str]
    sentences: Sequence[Sequence[str]]
    ranges: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Inverted lists. The chunks of term t are rows[first[t]:first[t+1]], with their BM25 weights beside;
    the sentences
    that hold it are said[said_first[t]:said_first[t+1]]. `spans`: code ranges of chunks (row, first code,
    last code)."""

    numbers: Mapping[str, int]
    first: NDArray[np.int64]
    rows: Rows
    weights: NDArray[np.float32]
    idf: NDArray[np.float32]
    said_first: NDArray[np.int64]
    said: Rows
    spans: Rows
    size: int

    def scores(self, query: Iterable[tuple[str, float]]) -> NDArray[np.float32]:
        """BM25 of every chunk for weighted terms; shape (chunks,)."""
        out = np.zeros(self.size, np.float32)
        for term, weight in query:
            t = self.numbers.get(term)
            if t is not None:
                part = slice(int(self.first[t]), int(self.first[t + 1]))
                out[self.rows[part]] += np.float32(weight) * self.weights[part]
        return out

    def add_ranges(self, scores: NDArray[np.float32], code: str, share: float) -> None:
        """Add to `scores` what chunks earn that hold `code` only inside a range; wide ranges earn less."""
        if not re.fullmatch(r"\d{5}", code) or not len(self.spans):
            return
        inside = (self.spans[:, 1] <= int(code)) & (int(code) <= self.spans[:, 2])
        rows, width = self.spans[inside, 0], self.spans[inside, 2] - self.spans[inside, 1]
        earned = share * float(np.log1p(self.size)) * (1 - np.log1p(width) / np.log1p(4 * WIDEST))
        best = np.zeros(self.size, np.float32)
        np.maximum.at(best, rows, earned.astype(np.float32))
        best[self.rows_of(code)] = 0
        scores += best

    def rows_of(self, term: str) -> Rows:
        """The chunks that hold a term, ascending."""
        t = self.numbers.get(term)
        return (
            self.rows[int(self.first[t]) : int(self.first[t + 1])] if t is not None else np.empty(0, np.int32)
        )

    def has(self, term: str, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """1 for each of `rows` that holds a term, else 0."""
        return marked(self.rows_of(term), rows)

    def sentences_of(self, term: str) -> Rows:
        """The sentences that hold a term, ascending."""
        t = self.numbers.get(term)
        if t is None:
            return np.empty(0, np.int32)
        return self.said[int(self.said_first[t]) : int(self.said_first[t + 1])]

    def weight_of(self, term: str) -> float:
        """How rare a term is (idf); a term never seen weighs as one seen once would."""
        t = self.numbers.get(term)
        return float(self.idf[t]) if t is not None else float(np.log1p(self.size))

    def save(self, folder: Path) -> None:
        (folder / "terms.json").write_text(json.dumps(list(self.numbers)), "utf-8")
        for name in _ARRAYS:
            np.save(folder / f"words-{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        names = json.loads((folder / "terms.json").read_text("utf-8"))
        held = {name: np.load(folder / f"words-{name}.npy") for name in _ARRAYS}
        size = int(np.load(folder / "chunks.npy", mmap_mode="r").shape[0])
        return cls({t: i for i, t in enumerate(names)}, size=size, **held)


_ARRAYS = ("first", "rows", "weights", "idf", "said_first", "said", "spans")


def count(chunks: Sequence[Words]) -> Lexicon:
    """A lexicon over the terms of each chunk and of each sentence, both numbered in order."""
    numbers: dict[str, int] = {}
    ids, rows, counts = array("i"), array("i"), array("i")
    said_ids, said = array("i"), array("i")
    lengths = np.zeros(len(chunks), np.float32)
    sentence = 0
    for row, words in enumerate(chunks):
        found = Counter(words.around)
        for terms_of in words.sentences:
            found.update(terms_of)
            for term in dict.fromkeys(terms_of):
                said_ids.append(numbers.setdefault(term, len(numbers)))
                said.append(sentence)
            sentence += 1
        lengths[row] = found.total()
        for term, n in found.items():
            ids.append(numbers.setdefault(term, len(numbers)))
            rows.append(row)
            counts.append(n)
    first, order = _by_term(ids, len(numbers))
    t, r, tf = (np.array(a, np.int32)[order] for a in (ids, rows, counts))
    df = np.diff(first).astype(np.float32)
    idf = np.log(1 + (len(chunks) - df + 0.5) / (df + 0.5)).astype(np.float32)
    mean = float(lengths.mean()) if len(lengths) else 1.0
    norm = K1 * (1 - B + B * lengths[r] / max(mean, 1.0))
    weights = (idf[t] * tf * (K1 + 1) / (tf + norm)).astype(np.float32)
    said_first, said_order = _by_term(said_ids, len(numbers))
    spans = [(row, a, b) for row, words in enumerate(chunks) for a, b in words.ranges]
    return Lexicon(
        numbers, first, r, weights, idf, said_first, np.array(said, np.int32)[said_order],
        np.array(spans, np.int32).reshape(-1, 3), len(chunks),
    )  # fmt: skip


def _by_term(ids: array[int], terms_held: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(where each term's entries begin, the order that sorts entries by term and keeps rows ascending)."""
    t = np.array(ids, np.int32)
    order = np.argsort(t, kind="stable")
    return np.searchsorted(t[order], np.arange(terms_held + 1)).astype(np.int64), order
