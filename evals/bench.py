"""`make bench`: start-up, latency and memory, measured here and now; figures of one run on one machine, ratios rather than promises.

Parts: rules (cold start, understanding and ruling, resident memory), retrieval (answers from documents beside the tutorial
pipeline), tables (loading and looking up CMS files; needs the data beside the repository), page (ten readers for a minute)."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from assistant import config, rules
from assistant.pipeline import Assistant
from assistant.understand import Given
from evals import cases as eval_cases

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 22)
HEAVY = ("torch", "chromadb", "openvino", "sentence_transformers", "langchain", "streamlit", "numpy")

_COLD = """
import json, sys, time
start = time.perf_counter()
from assistant.cli import main
import io, contextlib
with contextlib.redirect_stdout(io.StringIO()):
    main(["ask", "can I bill 97012 with 51?", "--date-of-service", "2026-07-15"])
seconds = time.perf_counter() - start
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({"seconds": seconds, "rss_mb": int(status["VmRSS"].split()[0]) / 1024, "heavy": [m for m in %r if m in sys.modules]}))
"""


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cold() -> None:
    """A ruled question in a new process, as the command line answers it."""
    runs, told = [], {}
    for _ in range(5):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _COLD % (HEAVY,)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        runs.append(time.perf_counter() - start)
        told = json.loads(done.stdout.splitlines()[-1])
    print(
        f"ruled question, cold process: median {statistics.median(runs):.2f} s, worst {max(runs):.2f} s (n=5); resident {told['rss_mb']:.0f} MB; heavy imports: {', '.join(told['heavy']) or 'none'}"
    )


def understanding() -> None:
    """Understanding plus ruling over every rule-tier case, warm."""
    assistant = Assistant.open(config.load(), today=TODAY)
    loaded, _ = eval_cases.load(ROOT / "evals" / "cases")
    questions = [c for c in loaded if c.tier == "rules"]

    def one(case: eval_cases.Case) -> float:
        given = Given(
            TODAY,
            date.fromisoformat(case.inputs["date_of_service"])
            if case.inputs.get("date_of_service")
            else None,
            case.inputs.get("payer"),
            case.inputs.get("setting") or "practitioner",
            case.inputs.get("rendered_by"),
        )
        start = time.perf_counter()
        question, _ = assistant.understand(case.inputs["question"], case.inputs.get("history") or (), given)
        rules.decide(question, assistant.facts, assistant.names.code_names)
        return 1000 * (time.perf_counter() - start)

    for case in questions:
        one(case)
    times = [one(case) for case in questions]
    print(
        f"understanding and ruling, warm: median {statistics.median(times):.2f} ms, p99 {percentile(times, 0.99):.2f} ms (n={len(times)})"
    )


def documents() -> None:
    """Warm answers from documents."""
    assistant = Assistant.open(config.load(), today=TODAY)
    if not assistant.has_index():
        print("answers from documents: not run, there is no index (python ingest.py)")
        return
    loaded, _ = eval_cases.load(ROOT / "evals" / "cases")
    questions = [c.inputs["question"] for c in loaded if c.expected.get("not_topics") == ["*"]][:150]
    for question in questions[:20]:
        assistant.ask(question)
    times = []
    for question in questions:
        start = time.perf_counter()
        assistant.ask(question)
        times.append(1000 * (time.perf_counter() - start))
    print(
        f"answers from documents, warm: median {statistics.median(times):.1f} ms, p95 {percentile(times, 0.95):.1f} ms (n={len(times)})"
    )


def _module(name: str) -> Callable[[], None]:
    def run() -> None:
        if find_spec(name) is None:
            print(f"{name}: not here")
            return
        subprocess.run([sys.executable, "-m", name], cwd=ROOT, check=False)

    return run


PARTS: dict[str, tuple[Callable[[], None], ...]] = {
    "rules": (cold, understanding),
    "retrieval": (documents, _module("evals.bench_retrieval")),
    "tables": (_module("evals.bench_tables"),),
    "page": (_module("evals.bench_page"),),
}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure speed and memory.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    args = parser.parse_args(argv)
    if "CITECODE_HOME" not in os.environ:  # measure on an index of the corpus alone, not on the user's
        os.environ["CITECODE_HOME"] = tempfile.mkdtemp(prefix="citecode-bench-")
        subprocess.run(
            [sys.executable, "ingest.py", "--quiet"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    for part in args.parts or PARTS:
        for run in PARTS[part]:
            run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
