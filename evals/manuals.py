"""The retrieval tier: questions over the manuals beside the repository, judged by the passage found (evals.bench_retrieval)."""

from __future__ import annotations

from typing import Any

from evals.report import Scored


def asked() -> tuple[dict[str, Any], list[Scored]]:
    """(measures, scored cases): a case passes when the passage that answers is among the first five found, or when what nothing
    answers is refused. Errors: CitecodeError without the manuals."""
    from evals import bench_retrieval

    report, found = bench_retrieval.measure(bench_retrieval.manuals(), bench_retrieval.SPLITS)
    rows: list[Scored] = []
    for case, rank, judged in found:
        if case.document:
            passed = 0 < rank <= 5
            reason = f"the passage is at rank {rank}" if rank else "the passage is not among the first ten"
        else:
            passed = judged.status in {"unanswered", "refused"}
            reason = f"answered ({judged.status}), though nothing answers it"
        said = "" if passed else reason
        rows.append({
            "name": case.name, "tier": "retrieval", "topic": case.asks, "set": case.split, "place": case.split, "passed": passed,
            "reasons": [said] if said else [], "outcomes": {"passage": said}, "question": case.question, "expected": {}, "row": {},
        })  # fmt: skip
    return report, rows


def printed(report: dict[str, Any]) -> str:
    from evals import bench_retrieval

    return str(bench_retrieval.printed(report))
