"""Retrieval, measured: `python -m evals.bench_retrieval` prints hit@k, MRR and nDCG@10 with bootstrap intervals, and speed.

Cases: evals/retrieval_cases/*.yaml, questions over the manuals in ../shared/data (or $CITECODE_SHARED), each with a few
words of the passage that answers. A passage is a hit when it holds at least half of those words' span.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import os
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from assistant import config
from assistant.retrieval import builds, chunks, documents, markup, search
from assistant.retrieval.builds import Input
from assistant.retrieval.documents import StoredDocument
from assistant.retrieval.embed import Embedder, Precision, Spans, Vectors
from assistant.retrieval.index import Index
from assistant.retrieval.search import DEFAULT, Search, Weights
from evals.baselines import tutorial

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "evals" / "retrieval_cases"
MANUALS = ("icd10cm_guidelines", "mbpm_ch15", "ncci_policy_manual")

Span = tuple[str, int, int]
"""(document, start, end) in the stored text."""
System = Callable[[str], Sequence[Span]]
"""A question -> the passages found, best first, at least ten."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the document that answers it and the places where the answering words stand."""

    question: str
    document: str
    places: tuple[tuple[int, int], ...]
    asks: str
    split: str


def shared() -> Path:
    """The data beside the repository."""
    return Path(os.environ.get("CITECODE_SHARED") or ROOT.parent / "shared" / "data")


def manuals(folder: Path) -> list[StoredDocument]:
    """The three manuals, named by their file names without endings."""
    return [documents.load(folder / "manuals" / f"{name}.txt.gz", name=name) for name in MANUALS]


def cases(texts: Mapping[str, str], folder: Path = CASES) -> list[Case]:
    """All cases whose document is among `texts`. Raises ValueError where the answering words are not found."""
    out = []
    for path in sorted(folder.glob("*.yaml")):
        held = yaml.safe_load(path.read_text("utf-8"))
        text = texts.get(held["document"])
        for case in held["cases"] if text is not None else ():
            pattern = r"\s+".join(re.escape(word) for word in case["quote"].split())
            places = tuple(m.span() for m in re.finditer(pattern, text or ""))
            if not places:
                raise ValueError(f"{path.name}: {case['quote']!r} is not in {held['document']}")
            split = case.get("split", held.get("split", "tuned"))
            out.append(Case(case["question"], held["document"], places, case["asks"], split))
    return out


def rank(case: Case, found: Sequence[Span]) -> int:
    """At which place (from 1) the answer was found, 0 when it was not."""
    for i, (document, start, end) in enumerate(found, start=1):
        if document == case.document:
            for a, b in case.places:
                if min(b, end) - max(a, start) >= 0.5 * (b - a):
                    return i
    return 0


def measures(ranks: Sequence[int]) -> dict[str, float]:
    """hit@1, @3, @5, MRR and nDCG@10 (one answering passage each), in percent."""
    n = max(len(ranks), 1)
    out = {f"hit@{k}": 100 * sum(0 < r <= k for r in ranks) / n for k in (1, 3, 5)}
    out["MRR"] = 100 * sum(1 / r for r in ranks if r) / n
    out["nDCG@10"] = 100 * sum(1 / math.log2(r + 1) for r in ranks if 0 < r <= 10) / n
    return out


def interval(ranks: Sequence[int], measure: str = "hit@5", draws: int = 1000) -> tuple[float, float]:
    """The middle 95 % of a measure over samples drawn with replacement (the same draws each time)."""
    if not ranks:
        return 0.0, 0.0
    chance = random.Random(7)
    values = sorted(measures([chance.choice(ranks) for _ in ranks])[measure] for _ in range(draws))
    return values[int(0.025 * draws)], values[int(0.975 * draws)]


def ours(found: Search) -> System:
    return lambda question: [(p.document, p.start, p.end) for p in found.find(question, k=10)]


def variants(index: Index, embedder: Embedder, names: search.Names) -> dict[str, System]:
    """The parts of the default apart: words alone, meaning alone, both without the query-side words."""
    alone: dict[str, Weights] = {
        "lexical": replace(DEFAULT, words=1e6, words_with_code=1e6),
        "dense": replace(DEFAULT, words=0.0, words_with_code=0.0, sentence=0.0, longest=0),
        "hybrid, no joining": replace(DEFAULT, longest=0),
    }
    systems = {name: ours(Search(index, embedder, names, w)) for name, w in alone.items()}
    systems["hybrid, own words"] = ours(Search(index, embedder, None))
    return {**systems, "hybrid (default)": ours(Search(index, embedder, names))}


def table(systems: Mapping[str, System], chosen: Sequence[Case]) -> list[dict[str, object]]:
    """One row a system: measures over all cases and hit@5 of each kind of question."""
    rows: list[dict[str, object]] = []
    for name, system in systems.items():
        ranks = [rank(case, system(case.question)) for case in chosen]
        row: dict[str, object] = {"system": name, "n": len(chosen)}
        row |= {k: round(v, 1) for k, v in measures(ranks).items()}
        row["hit@5 interval"] = [round(v, 1) for v in interval(ranks)]
        for kind in ("plain", "paraphrased", "code"):
            part = [r for r, c in zip(ranks, chosen, strict=True) if c.asks == kind]
            row[f"{kind} (n={len(part)})"] = round(measures(part)["hit@5"], 1)
        rows.append(row)
    return rows


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def timed(system: System, questions: Sequence[str]) -> dict[str, float]:
    """Milliseconds a question, warm: middle and 95th percentile. Each question is asked once."""
    system("warm up")
    took = []
    for question in questions:
        start = time.perf_counter()
        system(question)
        took.append(1000 * (time.perf_counter() - start))
    return {"p50_ms": round(statistics.median(took), 1), "p95_ms": round(percentile(took, 0.95), 1)}


def speed(
    home: Path, stored: Sequence[StoredDocument], precisions: Sequence[Precision]
) -> list[dict[str, object]]:
    """Characters a second of a whole ingest (cut, embed, store), and of one with nothing changed."""
    out: list[dict[str, object]] = []
    size = sum(len(d.text) for d in stored)
    for precision in precisions:
        embedder = Embedder.open(home, precision=precision)
        with tempfile.TemporaryDirectory() as folder:
            inputs = [Input(d) for d in stored]
            took = []
            for _ in range(2):
                start = time.perf_counter()
                with builds.writing(Path(folder) / "index"):
                    builds.build(Path(folder) / "index", inputs, embedder)
                took.append(time.perf_counter() - start)
        out.append(
            {
                "ingest": f"ours {embedder.runtime} {embedder.precision}",
                "chars_per_s": round(size / took[0]),
                "seconds": round(took[0], 1),
                "again_s": round(took[1], 2),
            }
        )
    return out


WORDS = 20_000


class Synthetic(Embedder):
    """An embedder that draws unit vectors instead of computing them; for measuring an index, not answers."""

    def __init__(self, width: int = 384) -> None:
        self.name, self.digest, self.precision, self.runtime = "synthetic", "0" * 64, "f32", "synthetic"
        self.width = width
        self._chance = np.random.default_rng(1)

    def _drawn(self, n: int) -> Vectors:
        found = self._chance.standard_normal((n, self.width), np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def token_starts(self, text: str) -> list[int]:
        return chunks.words(text)

    def parts(
        self, texts: Sequence[str], spans: Sequence[Spans], progress: Callable[[int], None] | None = None
    ) -> tuple[Vectors, list[Vectors]]:
        return self._drawn(len(texts)), [self._drawn(len(found)) for found in spans]

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._drawn(len(texts))


def large(wanted: int = 100_000, questions: int = 200) -> dict[str, object]:
    """Build and question an index of so many chunks of drawn words and vectors."""
    chance = random.Random(3)
    words = [f"w{n}" for n in range(WORDS)]
    odds = [1 / (n + 5) for n in range(WORDS)]
    inputs = []
    for number in range(wanted // 100):
        sections = []
        for section in range(100):
            drawn = chance.choices(words, odds, k=66)
            said = ". ".join(" ".join(drawn[at : at + 11]).capitalize() for at in range(0, 66, 11))
            sections.append(f"## Section {section}\n\n{said}.")
        path = f"synthetic-{number}"
        laid = markup.outline("\n\n".join(sections))
        inputs.append(
            Input(StoredDocument(path, path, path, laid.text, "text", {}, laid.blocks, sha256=path))
        )
    embedder = Synthetic()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with builds.writing(Path(folder) / "index"):
            made = builds.build(Path(folder) / "index", inputs, embedder)
        took = time.perf_counter() - start
        start = time.perf_counter()
        index = Index.open(Path(folder) / "index", embedder)
        opened = time.perf_counter() - start
        asked = [" ".join(chance.choices(words, odds, k=9)) for _ in range(questions)]
        row: dict[str, object] = {
            "chunks": made.chunks,
            "build_s": round(took, 1),
            "open_s": round(opened, 2),
        }
        row |= timed(ours(Search(index, embedder)), asked)
        index.close()
    return row


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench_retrieval", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="no ingest times, no tutorial, no large index")
    parser.add_argument("--split", choices=("all", "tuned", "hard", "unseen"), default="all")
    args = parser.parse_args(argv)
    if not (shared() / "manuals").is_dir():
        print(f"No manuals in {shared()}: nothing to measure.", file=sys.stderr)
        return 0
    home = config.home()
    stored = manuals(shared())
    held = cases({d.name: d.text for d in stored})
    splits = [s for s in ("tuned", "hard", "unseen") if args.split in ("all", s)]
    embedder = Embedder.open(home)
    report: dict[str, object] = {}
    baseline = None
    with tempfile.TemporaryDirectory() as folder:
        with builds.writing(Path(folder) / "index"):
            builds.build(Path(folder) / "index", [Input(d) for d in stored], embedder)
        index = Index.open(Path(folder) / "index", embedder)
        systems = variants(index, embedder, search.names(config.corpus() / "names.yaml"))
        report["latency"] = timed(systems["hybrid (default)"], [c.question for c in held])
        report["chunks"] = len(index)
        report["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        baseline = None if args.quick else _baseline(stored, home)
        if baseline is not None:
            systems["tutorial"] = functools.partial(baseline.find, k=10)
            report["latency, tutorial"] = timed(
                functools.partial(baseline.find, k=tutorial.K), [c.question for c in held]
            )
        for split in splits:
            report[f"retrieval, {split}"] = table(systems, [c for c in held if c.split == split])
        index.close()
    if not args.quick:
        report["ingest"] = [*speed(home, stored, ("f32", "bf16")), *([baseline.speed] if baseline else [])]
        report["large index"] = large()
    print(json.dumps(report, indent=1) if args.json else _printed(report))
    return 0


def _baseline(stored: Sequence[StoredDocument], home: Path) -> tutorial.Tutorial | None:
    try:
        return tutorial.Tutorial.over(stored, home)
    except ImportError as error:
        print(f"The tutorial pipeline is left out: {error.name} is not installed.", file=sys.stderr)
        return None


def _printed(report: Mapping[str, object]) -> str:
    lines: list[str] = []
    for name, held in report.items():
        lines.append(f"{name}:")
        rows = held if isinstance(held, list) else [held]
        lines += [
            "  " + (", ".join(f"{k} {v}" for k, v in r.items()) if isinstance(r, dict) else str(r))
            for r in rows
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
