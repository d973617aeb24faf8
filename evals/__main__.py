"""`python -m evals`: run the cases, print what passed and what to fix. Exit status 1 on a failure in the rule tier or an unreadable case."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from assistant import config, render
from assistant.domain import CitecodeError
from assistant.pipeline import Assistant
from evals import cases as eval_cases
from evals.score import interval, score

ROOT = Path(__file__).resolve().parent
TODAY = date(2026, 11, 22)
"""The date cases without one are asked on, so that a run can be repeated; CITECODE_TODAY changes it."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Run eval cases.")
    parser.add_argument(
        "--cases", type=Path, default=ROOT / "cases", help="a .yaml or .csv file, or a folder of them"
    )
    parser.add_argument("--tier", choices=eval_cases.TIERS)
    parser.add_argument("--topic", help="only cases of this topic")
    parser.add_argument("--model", default=None)
    parser.add_argument("--index")
    parser.add_argument("--tables")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--check",
        action="store_true",
        help="only read the cases: what is malformed, doubled or contradictory",
    )
    parser.add_argument("--log", type=Path, help="write every answer as JSON lines")
    args = parser.parse_args(argv)
    try:
        return run(args)
    except CitecodeError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 1


def run(args: argparse.Namespace) -> int:
    if args.tier == "retrieval" and args.cases == ROOT / "cases":
        return _retrieval(args)
    loaded, problems = eval_cases.load(args.cases)
    chosen = [
        c
        for c in loaded
        if (not args.tier or c.tier == args.tier)
        and (not args.topic or c.metadata.get("topic") == args.topic)
    ]
    for problem in problems:
        print(f"evals: {problem}", file=sys.stderr)
    if args.check:
        twice = list(eval_cases.duplicates(loaded))
        for sentence in twice:
            print(f"evals: {sentence}", file=sys.stderr)
        print(f"{len(loaded)} cases read, {len(problems)} malformed, {len(twice)} doubled.")
        return 1 if problems or twice else 0
    if not chosen:
        raise CitecodeError(f"{args.cases}: no case to run{' in tier ' + args.tier if args.tier else ''}.")
    assistant = Assistant.open(config.load(args.index, args.tables, args.model), today=_today())
    if assistant.has_index():
        assistant.searcher()  # an index that cannot be used is one sentence, not one failure for each case
    elif any(c.tier != "rules" for c in chosen):
        raise CitecodeError("There is no index: run `python ingest.py` first (or `--tier rules`).")
    rows: list[dict[str, Any]] = []
    start = time.perf_counter()
    with _log(args.log) as log:
        for i, case in enumerate(chosen, 1):
            rows.append(_one(case, assistant, log))
            if sys.stderr.isatty() and not args.json:
                print(f"\r{i}/{len(chosen)}", end="", file=sys.stderr)
    if sys.stderr.isatty() and not args.json:
        print("\r", end="", file=sys.stderr)
    result = _result(rows)
    if args.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        _print(result, rows, time.perf_counter() - start)
    return 1 if problems or any(not r["passed"] for r in rows if r["tier"] == "rules") else 0


def _retrieval(args: argparse.Namespace) -> int:
    """The questions over the manuals: a case passes when the passage that answers is among the first five found, or when what
    nothing answers is refused. Without the manuals there is nothing to run, which is said and is no failure."""
    from evals import bench_retrieval

    try:
        stored = bench_retrieval.manuals()
    except CitecodeError as error:
        print(
            json.dumps({"n": 0, "passed": 0, "tiers": {}, "cases": [], "skipped": str(error)})
            if args.json
            else f"retrieval: skipped. {error}"
        )
        return 0
    report, found = bench_retrieval.measure(stored, bench_retrieval.SPLITS)
    rows: list[dict[str, Any]] = []
    for case, rank, judged in found:
        refused = judged.status in {"unanswered", "refused"}
        passed = 0 < rank <= 5 if case.document else refused
        reason = f"the passage is at rank {rank}" if rank else "the passage is not among the first ten"
        rows.append(
            {"name": case.name, "tier": "retrieval", "topic": case.asks, "place": case.split, "passed": passed, "question": case.question,
             "reasons": [] if passed else [reason if case.document else f"answered ({judged.status}), though nothing answers it"]}
        )  # fmt: skip
    result = _result(rows)
    print(
        json.dumps({**result, "retrieval": report}, ensure_ascii=False, indent=1)
        if args.json
        else f"{bench_retrieval.printed(report)}\n{result['passed']}/{result['n']} cases passed"
    )
    return 0


def _today() -> date:
    given = os.environ.get("CITECODE_TODAY") or TODAY.isoformat()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise CitecodeError(f"CITECODE_TODAY is {given!r}; write YYYY-MM-DD or leave it unset.") from None


def _log(path: Path | None) -> Any:
    try:
        return open(path or os.devnull, "w", encoding="utf-8", errors="replace")
    except OSError as error:
        raise CitecodeError(f"--log {path} cannot be written ({error.strerror}).") from error


def _one(case: eval_cases.Case, assistant: Assistant, log: Any) -> dict[str, Any]:
    day = case.inputs.get("date_of_service")
    row: dict[str, Any] = {
        "name": case.name,
        "tier": case.tier,
        "topic": case.metadata.get("topic", ""),
        "place": case.place,
    }
    try:
        answer = render.to_json(
            assistant.ask(
                case.inputs["question"], history=case.inputs.get("history") or [], date_of_service=date.fromisoformat(day) if day else None, payer=case.inputs.get("payer"),
                setting=case.inputs.get("setting") or "practitioner", rendered_by=case.inputs.get("rendered_by"),
            ), assistant.sources, case.name,
        )  # fmt: skip
    except Exception as error:  # a refusal, or a defect: either way this case failed and the others go on
        said = str(error) if isinstance(error, CitecodeError) else f"{type(error).__name__}: {error}"
        return {**row, "passed": False, "reasons": [said], "question": case.inputs["question"]}
    log.write(json.dumps({"case": case.name, "answer": answer}, ensure_ascii=False) + "\n")
    reasons = score(case.expected, answer)
    return {**row, "passed": not reasons, "reasons": reasons, "question": case.inputs["question"]}


def _result(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    def counted(some: Sequence[dict[str, Any]]) -> dict[str, Any]:
        return {"n": len(some), "passed": sum(r["passed"] for r in some)}

    return {
        **counted(rows),
        "tiers": {
            tier: counted([r for r in rows if r["tier"] == tier])
            for tier in eval_cases.TIERS
            if any(r["tier"] == tier for r in rows)
        },
        "topics": {
            topic: counted([r for r in rows if r["topic"] == topic])
            for topic in sorted({r["topic"] for r in rows})
        },
        "cases": [{k: r[k] for k in ("name", "tier", "passed", "reasons")} for r in rows],
    }


def _print(result: dict[str, Any], rows: Sequence[dict[str, Any]], seconds: float) -> None:
    for row in rows:
        if not row["passed"]:
            print(
                f"FAILED {row['place']} {row['name']}: {'; '.join(row['reasons'])}\n       {row['question'][:160]}"
            )
    failed = Counter(r["topic"] for r in rows if not r["passed"])
    for tier, counts in result["tiers"].items():
        low, high = interval([r["passed"] for r in rows if r["tier"] == tier])
        print(
            f"{tier:10} {counts['passed']}/{counts['n']} passed ({counts['passed'] / counts['n']:.1%}, 95% interval {low:.1%} to {high:.1%})"
        )
    off = [r for r in rows if any(k.startswith("verdict ") for k in r["reasons"])]
    said = [r for r in off if any(re.match(r"verdict (?:yes|no),", k) for k in r["reasons"])]
    print(
        f"verdict as expected {1 - len(off) / len(rows):.1%}, a yes or no where another answer was expected {len(said) / len(rows):.1%}"
    )
    if failed:
        print(
            "failed by topic: " + ", ".join(f"{topic or '(none)'} {n}" for topic, n in failed.most_common())
        )
    print(f"{result['passed']}/{result['n']} cases passed in {seconds:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
