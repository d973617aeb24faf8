"""Drafts of answers and memos, each with what the audit must make of it: python -m evals.adversary_drafts

`adversary/drafts.jsonl`: {"id", "set", "text", "expect", "question"?, "payer"?, "date_of_service"}; the set `others` was written by people who
did not know how the audit reads, `own` by those who do.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from assistant import audit
from evals.adversary import World

FILE = Path(__file__).resolve().parent / "adversary" / "drafts.jsonl"


def rows(kind: str | None = None) -> list[dict[str, Any]]:
    """The drafts of one set (None: all)."""
    found = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row for row in found if kind in (None, row["set"])]


def labelled(chosen: Sequence[dict[str, Any]], world: World) -> list[str]:
    """The audit's label of each draft."""
    return [
        audit.report(
            row["text"], world.facts, world.names, when=date.fromisoformat(row["date_of_service"]), question=row.get("question"), payer=row.get("payer"),
        )["label"]
        for row in chosen
    ]  # fmt: skip


def figures(chosen: Sequence[dict[str, Any]], labels: Sequence[str]) -> dict[str, Any]:
    """{"n", "contradicts": {"n", "caught"}, "others": {"n", "alarms"}, "agrees": {"n", "found"}}; alarms: labelled contradicts and were not."""
    pairs = [(row["expect"], label) for row, label in zip(chosen, labels, strict=True)]
    wrong = [label for expect, label in pairs if expect == "contradicts"]
    right = [label for expect, label in pairs if expect != "contradicts"]
    agrees = [label for expect, label in pairs if expect == "agrees"]
    return {
        "n": len(pairs),
        "contradicts": {"n": len(wrong), "caught": wrong.count("contradicts")},
        "others": {"n": len(right), "alarms": right.count("contradicts")},
        "agrees": {"n": len(agrees), "found": agrees.count("agrees")},
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.adversary_drafts", description="Hold drafts against the facts."
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    world, result = World.open(), {}
    for kind in ("others", "own"):
        chosen = rows(kind)
        labels = labelled(chosen, world)
        result[kind] = figures(chosen, labels)
        if not args.json:
            caught, alarms = result[kind]["contradicts"], result[kind]["others"]
            print(
                f"{kind}: contradictions caught {caught['caught']}/{caught['n']}, false alarms {alarms['alarms']}/{alarms['n']}"
            )
            for row, label in zip(chosen, labels, strict=True):
                if label != row["expect"] and "contradicts" in (label, row["expect"]):
                    print(f"  {row['id']} expected {row['expect']}, got {label}: {row['text']}")
    if args.json:
        print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
