"""`python -m evals.fit` learns the weights of retrieval's signals and writes assistant/retrieval/learned.py.

From questions over the manuals whose answering passage is known, and questions that nothing answers
(evals/retrieval_cases, never the unseen splits). Three small linear models: which chunk, which sentence, and whether the
answer is here at all. What is printed was measured by leaving each fifth of the questions out in turn.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant import config
from assistant.retrieval import builds, documents, learned, search, signals
from assistant.retrieval.builds import Input
from assistant.retrieval.embed import Embedder
from assistant.retrieval.index import Index
from assistant.retrieval.search import Found, Search
from assistant.retrieval.signals import Asked, Numbers
from evals import bench_retrieval
from evals import cases as eval_cases
from evals.passages import Case, cases, measures

OUT = Path(learned.__file__)
PASSAGES = 6
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one question among which some are right: signals (n, columns) and whether each is right (n,)."""

    signals: Numbers
    right: NDArray[np.bool_]


def overlap(a: int, b: int, places: Sequence[tuple[int, int]]) -> bool:
    """Whether a..b and one of the places share at least half of the shorter of the two."""
    return any(min(b, q) - max(a, p) >= 0.5 * min(b - a, q - p) for p, q in places)


def choose(groups: Sequence[Group], start: Numbers, rounds: int = 300, decay: float = 0.01) -> Numbers:
    """Weights under which the right rows get the greatest share of each group (softmax), near `start`."""
    useful = [g for g in groups if g.right.any() and not g.right.all()]
    x = np.concatenate([g.signals for g in useful]).astype(np.float64)
    right = np.concatenate([g.right for g in useful])
    ends = np.cumsum([len(g.right) for g in useful])
    firsts = np.concatenate([[0], ends[:-1]])
    sizes = ends - firsts
    scale = x.std(0) + 1e-6
    x = x / scale
    begin = start * scale
    w, m, v = begin.copy(), np.zeros(x.shape[1]), np.zeros(x.shape[1])
    for step in range(1, rounds + 1):
        scores = x @ w
        grown = np.exp(scores - np.repeat(np.maximum.reduceat(scores, firsts), sizes))
        share = grown / np.repeat(np.add.reduceat(grown, firsts), sizes)
        good = np.where(right, grown, 0)
        wanted = good / np.repeat(np.add.reduceat(good, firsts), sizes)
        slope = ((share - wanted) @ x) / len(useful) + 2 * decay * (w - begin)
        m, v = 0.9 * m + 0.1 * slope, 0.999 * v + 0.001 * slope**2
        w = w - 0.05 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return np.asarray(w / scale, np.float32)


def tell(x: Numbers, y: NDArray[np.bool_], plain: int = 0, decay: float = 0.003) -> tuple[Numbers, float]:
    """Logistic weights and bias that tell y, both classes counted alike; the last `plain` columns are parts of a vector."""
    rows = x.astype(np.float64)
    mean, scale = rows.mean(0), rows.std(0) + 1e-6
    mean[len(mean) - plain :], scale[len(mean) - plain :] = 0, 0.25
    rows = np.concatenate([(rows - mean) / scale, np.ones((len(rows), 1))], 1)
    each = np.where(y, 0.5 / max(y.sum(), 1), 0.5 / max((~y).sum(), 1))
    w = np.zeros(rows.shape[1])
    ridge = np.full(len(w), 2 * decay)
    ridge[-1] = 0
    for _ in range(30):  # Newton's method
        p = 1 / (1 + np.exp(-rows @ w))
        slope = rows.T @ (each * (p - y)) + ridge * w
        curve = (rows * (each * p * (1 - p))[:, None]).T @ rows + np.diag(ridge + 1e-9)
        w = w - np.linalg.solve(curve, slope)
    return np.asarray(w[:-1] / scale, np.float32), float(w[-1] - (w[:-1] * mean / scale).sum())


def folds(n: int) -> list[NDArray[np.int64]]:
    return np.array_split(np.random.default_rng(0).permutation(n), FOLDS)


def held_out(n: int, fit: Callable[[list[int]], Callable[[int], Numbers]]) -> list[Numbers]:
    """What each item scores under weights fitted without its fold."""
    out: list[Numbers] = [np.zeros(0, np.float32)] * n
    for fold in folds(n):
        score = fit([i for i in range(n) if i not in set(fold.tolist())])
        for i in fold.tolist():
            out[i] = score(i)
    return out


def places(ranked: Sequence[tuple[Numbers, NDArray[np.bool_]]]) -> dict[str, float]:
    """hit@k of groups under scores."""
    ranks = []
    for scores, right in ranked:
        order = np.flatnonzero(right[np.argsort(-scores, kind="stable")])
        ranks.append(int(order[0]) + 1 if len(order) else 0)
    return {k: round(v, 1) for k, v in measures(ranks).items()}


class Fit:
    """One pass over the cases: signals taken with the default search, weights fitted in the order they are used."""

    def __init__(self, index: Index, embedder: Embedder, chosen: Sequence[Case]) -> None:
        self.index = index
        self.search = Search(index, embedder, search.names(config.corpus() / "names.yaml"))
        self.raw = Search(index, embedder, search.names(config.corpus() / "names.yaml"), search.UNWEIGHED)
        self.cases = chosen
        self.numbers = {entry.name: n for n, entry in enumerate(index.entries)}
        self.asked = [self.search.asked(index, " ".join(c.question.split())) for c in chosen]

    def right_rows(self, case: Case, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        chunks = self.index.chunks
        inside = [int(chunks[r, 0]) == self.numbers.get(case.document, -1) and overlap(int(chunks[r, 1]), int(chunks[r, 2]), case.places) for r in rows]  # fmt: skip
        return np.array(inside, bool)

    def chunks(self) -> tuple[list[Found], list[Group]]:
        found, groups = [], []
        for case, asked in zip(self.cases, self.asked, strict=True):
            all_ = self.raw.candidates(self.index, asked)
            order = np.argsort(-all_.scores, kind="stable")[: search.DEFAULT.weighed]
            rows, fused = all_.rows[order], all_.scores[order]
            found.append(Found(rows, fused))
            groups.append(
                Group(signals.of_chunks(self.index, asked, rows, fused), self.right_rows(case, rows))
            )
        return found, groups

    def sentences(
        self, found: Sequence[Found], scale: float
    ) -> tuple[list[Group], list[Numbers], list[list[list[int]]]]:
        """Of the passages found: every sentence with its signals, and the signals of the question."""
        groups, questions, passages = [], [], []
        for case, asked, one in zip(self.cases, self.asked, found, strict=True):
            joined = self.search.joined(self.index, one, PASSAGES)
            share = np.minimum.accumulate(learned.share(np.float32(scale) * one.leading(joined)))
            parts, right = [], []
            for rank, rows in enumerate(joined):
                spans = self.search.spans(self.index, rows)
                text = self.index.document(self.index.entry(rows[0]).name).text
                parts.append(
                    signals.of_sentences(
                        self.index, asked, rows, [text[a:b] for a, b in spans], float(share[rank]), rank
                    )
                )
                same = self.index.entry(rows[0]).name == case.document
                right += [same and overlap(a, b, case.places) for a, b in spans]
            groups.append(Group(np.concatenate(parts), np.array(right, bool)))
            questions.append(self.of_question(asked, joined[:5]))
            passages.append(joined)
        return groups, questions, passages

    def of_question(self, asked: Asked, joined: Sequence[Sequence[int]]) -> Numbers:
        return self.search.signals_of(self.index, asked, joined)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.fit", description=__doc__)
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    args = parser.parse_args(argv)
    stored = bench_retrieval.manuals()
    chosen = [c for c in cases({d.name: d.text for d in stored}) if not c.split.startswith("unseen")]
    embedder = Embedder.open(config.home())
    with bench_retrieval.indexed(stored, embedder) as index:
        text = fitted(Fit(index, embedder, chosen), headings(embedder))
    if not args.dry:
        OUT.write_text(text, "utf-8")
    return 0


def headings(embedder: Embedder) -> tuple[Numbers, Numbers]:
    """Signals and vectors of questions that our own documents answer: every fifth of the headings that ask, and every second
    document question of evals/cases; the other half shows what that is worth."""
    stored = [documents.load(path) for path in sorted((config.corpus() / "documents").glob("*.md"))]
    folder = config.home() / "evals" / "corpus"
    with builds.writing(folder):
        builds.build(folder, [Input(d) for d in stored], embedder)
    index = Index.open(folder, embedder)
    found = Search(index, embedder, search.names(config.corpus() / "names.yaml"))
    asked = [
        b.label.split(": ", 1)[-1]
        for d in stored
        for b in d.blocks
        if b.kind == "heading" and b.label.endswith("?")
    ]
    rows, vectors = [], []
    for question in [*asked[::5], *document_questions()[::2]]:
        ready = found.asked(index, question)
        rows.append(found.signals_of(index, ready, found.joined(index, found.candidates(index, ready), 5)))
        vectors.append(ready.vector)
    index.close()
    return np.stack(rows), np.stack(vectors)


def document_questions() -> list[str]:
    """Questions of evals/cases that our own documents answer, without history, in the order of their names."""
    loaded, _ = eval_cases.load(Path(__file__).resolve().parent / "cases")
    chosen = [
        c
        for c in loaded
        if c.tier == "answers"
        and c.expected.get("sources")
        and not c.inputs.get("history")
        and not c.inputs.get("documents")
    ]
    return [str(c.inputs["question"]) for c in sorted(chosen, key=lambda c: c.name)]


def fitted(fit: Fit, ours: tuple[Numbers, Numbers]) -> str:
    """Fit everything, print what was measured, and give the text of learned.py."""
    known = [i for i, c in enumerate(fit.cases) if c.document]
    found, groups = fit.chunks()
    chunk_groups = [groups[i] for i in known]
    start = np.zeros(len(signals.CHUNK), np.float32)
    start[0] = 1
    print("chunks, before", places([(g.signals[:, 0], g.right) for g in chunk_groups]))

    def by_chunk(train: list[int]) -> Callable[[int], Numbers]:
        w = choose([chunk_groups[i] for i in train], start)
        return lambda i: np.asarray(chunk_groups[i].signals @ w, np.float32)

    left_out = held_out(len(known), by_chunk)
    print("chunks, left out", places([(s, g.right) for s, g in zip(left_out, chunk_groups, strict=True)]))
    chunk = choose(chunk_groups, start)
    at = {i: n for n, i in enumerate(known)}
    ranked = [Found(f.rows, left_out[at[i]] if i in at else np.asarray(g.signals @ chunk, np.float32)) for i, (f, g) in enumerate(zip(found, groups, strict=True))]  # fmt: skip

    sentences, questions, _ = fit.sentences(ranked, 1.0)
    sentence_groups = [sentences[i] for i in known]
    begin = np.zeros(len(signals.SENTENCE), np.float32)
    begin[0], begin[3] = 6, 2

    def by_sentence(train: list[int]) -> Callable[[int], Numbers]:
        w = choose([sentence_groups[i] for i in train], begin)
        return lambda i: np.asarray(sentence_groups[i].signals @ w, np.float32)

    left = held_out(len(known), by_sentence)
    print("sentences, start", places([(g.signals @ begin, g.right) for g in sentence_groups]))
    print("sentences, left out", places([(s, g.right) for s, g in zip(left, sentence_groups, strict=True)]))
    sentence = choose(sentence_groups, begin)
    best = np.array([s.max() for s in left])
    bias = -float(np.median(best))

    own, vectors = ours
    x = np.concatenate([np.stack(questions), own])
    topics = np.concatenate([np.stack([a.vector for a in fit.asked]), vectors])
    y = np.array([bool(c.document) for c in fit.cases] + [True] * len(own))
    strangers = np.array([c.split == "others" for c in fit.cases] + [False] * len(own))
    for title, data, plain in (("signals alone", x, 0), ("with topic", np.concatenate([x, topics], 1), topics.shape[1])):  # fmt: skip

        def by_evidence(
            train: list[int], data: Numbers = data, plain: int = plain
        ) -> Callable[[int], Numbers]:
            w, b = tell(data[train], y[train], plain)
            return lambda i: np.array([data[i] @ w + b], np.float32)

        scores = np.array([s[0] for s in held_out(len(y), by_evidence)])
        for name, some in (("all", np.arange(len(y)) < len(fit.cases)), ("others", strangers)):
            for share in (0.02, 0.05, 0.08, 0.1):
                line = np.quantile(scores[y & some], share)
                refused = np.mean(scores[~y & some] < line)
                print(f"{title}, {name}: {share:.0%} of answerable below {learned.likely(line):.3f}, {refused:.1%} of unanswerable")  # fmt: skip
    evidence, evidence_bias = tell(x, y)
    both, both_bias = tell(np.concatenate([x, topics], 1), y, topics.shape[1])
    for title, names, w in (
        ("chunk", signals.CHUNK, chunk),
        ("sentence", signals.SENTENCE, sentence),
        ("evidence", signals.EVIDENCE, both[: len(signals.EVIDENCE)]),
    ):
        print(title, ", ".join(f"{name} {value:+.2f}" for name, value in zip(names, w, strict=True)))
    values = {
        "CHUNK": chunk, "SENTENCE": sentence, "SENTENCE_BIAS": bias, "EVIDENCE": both[: len(signals.EVIDENCE)], "EVIDENCE_BIAS": both_bias,
        "TOPIC": both[len(signals.EVIDENCE) :], "EVIDENCE_ALONE": evidence, "EVIDENCE_ALONE_BIAS": evidence_bias,
    }  # fmt: skip
    return _text(len(known), len(own), int((~y).sum()), values)


def _text(n: int, ours: int, none: int, values: Mapping[str, object]) -> str:
    held = OUT.read_text("utf-8")
    lines = []
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            lines += [
                f"{name} = np.array(",
                f"    [{', '.join(f'{v:.4g}' for v in value)}], np.float32",
                ")  # fmt: skip",
            ]
        else:
            lines.append(f"{name} = {value:.4f}")
    return f'''"""Weights of the signals in `signals.py`, in their order. Written by `python -m evals.fit`; not to be edited by hand.

Fitted on {n} questions with a known passage, {ours} headings and questions of our own documents and {none} questions that nothing answers.
TOPIC belongs to the default embedding model; with another one, EVIDENCE_ALONE stands in for EVIDENCE and it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

{chr(10).join(lines)}
{held[held.index(chr(10) + chr(10) + "def likely") :]}'''


if __name__ == "__main__":
    sys.exit(main())
