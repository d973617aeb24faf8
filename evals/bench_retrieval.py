"""Retrieval, measured: `python -m evals.bench_retrieval` prints hit@k, MRR and nDCG@10 with bootstrap intervals, how often the
answer to a question cites what answers it, how often it refuses rightly and wrongly, and speed.

Cases: evals/retrieval_cases (see evals/passages.py), asked with only the manuals in the index.
"""

from __future__ import annotations

import argparse
import functools
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from assistant import config
from assistant.domain import CitecodeError
from assistant.pipeline import Assistant
from assistant.retrieval import builds, chunks, documents, markup, search
from assistant.retrieval.builds import Input
from assistant.retrieval.documents import StoredDocument
from assistant.retrieval.embed import Embedder, Precision, Spans, Vectors
from assistant.retrieval.index import Index
from assistant.retrieval.search import DEFAULT, UNWEIGHED, Search, Weights
from evals.baselines import tutorial
from evals.passages import KINDS, Case, Judged, System, cases, files, interval, judge, measures, rank, shares

TODAY = date(2026, 11, 22)
SPLITS = ("tuned", "hard", "others", "unseen", "unseen-others")


def manuals() -> list[StoredDocument]:
    """The three manuals, named by their file names without endings. Errors: CitecodeError where they are not here."""
    return [documents.load(path, name=path.name.split(".")[0]) for path in files()]


@contextmanager
def indexed(stored: Sequence[StoredDocument], embedder: Embedder) -> Iterator[Index]:
    """An index of the manuals alone, kept under CITECODE_HOME so that the next run needs not build it again."""
    folder = config.home() / "evals" / "manuals"
    with builds.writing(folder):
        builds.build(folder, [Input(d) for d in stored], embedder)
    index = Index.open(folder, embedder)
    try:
        yield index
    finally:
        index.close()


def answers(index: Index, chosen: Sequence[Case]) -> tuple[dict[str, object], list[Judged]]:
    """`citecode ask` over this index, without a model: one row of shares, and every answer judged, in order."""
    assistant = Assistant.open(replace(config.load(index.folder), model="none"), today=TODAY)
    homes = {
        d: [(d, a, b) for k, a, b in index.chunks[:, :3].tolist() if index.entries[k].name == d]
        for d in index.names
    }
    judged, took = [], []
    for case in chosen:
        start = time.perf_counter()
        answer = assistant.ask(case.question)
        took.append(1000 * (time.perf_counter() - start))
        judged.append(judge(case, answer, homes.get(case.document, ()), lambda d: index.document(d).text))
    held = [j for c, j in zip(chosen, judged, strict=True) if c.document]
    none = [j for c, j in zip(chosen, judged, strict=True) if not c.document]
    row: dict[str, object] = {"n": len(held), **{k: round(v, 1) for k, v in shares(held).items()}}
    refused = [j.status in {"unanswered", "refused"} for j in none]
    row |= {"unanswerable": len(none), "refused of them": round(100 * sum(refused) / max(1, len(none)), 1)}
    return {**row, "p95_ms": round(percentile(took, 0.95), 1)}, judged


def ours(found: Search) -> System:
    return lambda question: [(p.document, p.start, p.end) for p in found.find(question, k=10)]


def variants(index: Index, embedder: Embedder, names: search.Names) -> dict[str, System]:
    """The parts of the default apart: words alone, meaning alone, both, and the learned weights without the query-side words."""
    alone: dict[str, Weights] = {
        "lexical": replace(UNWEIGHED, words=1e6, words_with_code=1e6),
        "dense": replace(UNWEIGHED, words=0.0, words_with_code=0.0, sentence=0.0, longest=0),
        "hybrid": UNWEIGHED,
        "hybrid, weighed, no joining": replace(DEFAULT, longest=0),
    }
    systems = {name: ours(Search(index, embedder, names, w)) for name, w in alone.items()}
    systems["hybrid, weighed, own words"] = ours(Search(index, embedder, None))
    return {**systems, "hybrid, weighed (default)": ours(Search(index, embedder, names))}


def table(systems: Mapping[str, System], chosen: Sequence[Case]) -> list[dict[str, object]]:
    """One row a system: measures over all cases and hit@5 of each kind of question."""
    rows: list[dict[str, object]] = []
    for name, system in systems.items():
        ranks = [rank(case, system(case.question)) for case in chosen]
        row: dict[str, object] = {"system": name, "n": len(chosen)}
        row |= {k: round(v, 1) for k, v in measures(ranks).items()}
        row["hit@5 interval"] = [round(v, 1) for v in interval(ranks)]
        for kind in KINDS:
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
    parser.add_argument("--split", choices=("all", *SPLITS), default="all")
    args = parser.parse_args(argv)
    try:
        stored = manuals()
    except CitecodeError as error:
        print(error, file=sys.stderr)
        return 0
    home = config.home()
    baseline = None if args.quick else _baseline(stored, home)
    report, _ = measure(stored, SPLITS if args.split == "all" else (args.split,), baseline)
    if not args.quick:
        report["ingest"] = [*speed(home, stored, ("f32", "bf16")), *([baseline.speed] if baseline else [])]
        report["large index"] = large()
    print(json.dumps(report, indent=1) if args.json else printed(report))
    return 0


def measure(
    stored: Sequence[StoredDocument], splits: Sequence[str], baseline: tutorial.Tutorial | None = None
) -> tuple[dict[str, object], list[tuple[Case, int, Judged]]]:
    """Everything about finding and citing: a report, and for each case its rank (0: not found) and its answer judged."""
    held = cases({d.name: d.text for d in stored})
    embedder = Embedder.open(config.home())
    report: dict[str, object] = {}
    rows: list[tuple[Case, int, Judged]] = []
    with indexed(stored, embedder) as index:
        systems = variants(index, embedder, search.names(config.corpus() / "names.yaml"))
        default = systems["hybrid, weighed (default)"]
        report["search latency"] = timed(default, [c.question for c in held])
        report["chunks"] = len(index)
        report["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if baseline is not None:
            systems["tutorial"] = functools.partial(baseline.find, k=10)
            report["search latency, tutorial"] = timed(
                functools.partial(baseline.find, k=tutorial.K), [c.question for c in held]
            )
        for split in splits:
            if not (chosen := [c for c in held if c.split == split]):
                continue
            answerable = [c for c in chosen if c.document]
            if answerable:
                report[f"retrieval, {split}"] = table(systems, answerable)
            report[f"answers, {split}"], judged = answers(index, chosen)
            ranks = [rank(c, default(c.question)) if c.document else 0 for c in chosen]
            rows += zip(chosen, ranks, judged, strict=True)
    return report, rows


def _baseline(stored: Sequence[StoredDocument], home: Path) -> tutorial.Tutorial | None:
    try:
        return tutorial.Tutorial.over(stored, home)
    except ImportError as error:
        print(f"The tutorial pipeline is left out: {error.name} is not installed.", file=sys.stderr)
        return None


def printed(report: Mapping[str, object]) -> str:
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
