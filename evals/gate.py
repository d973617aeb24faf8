"""What may not get worse: this run against `baseline.json`, the run that was committed.

In the rule tier every case that fails and did not fail then is a loss, and one is too many. In the other tiers the cases are compared in
pairs: the exact one-sided sign test (McNemar) on those that differ must not find more losses than chance would give, over the whole tier
and in each topic; so are the statements of the rulings, which the audit reads beside the facts. A topic that has fewer cases than then has lost them, unless only some cases were chosen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.domain import CitecodeError
from evals.report import Scored
from evals.score import sign_test

BASELINE = Path(__file__).resolve().parent / "baseline.json"
STATEMENTS = "statements"
LIKELY = 0.05
"""Probability below which losses count as significant."""


def baseline(rows: Sequence[Scored], made_by: Mapping[str, Any]) -> dict[str, Any]:
    """What is committed: by tier and topic the number of cases and the names of those that fail."""
    tiers: dict[str, dict[str, Any]] = {}
    for row in (*rows, *statements(rows)):
        topic = tiers.setdefault(row["tier"], {}).setdefault(row["topic"], {"n": 0, "failed": []})
        topic["n"] += 1
        if not row["passed"] and row["tier"] != "rules":  # the rule tier is never agreed to lose one
            topic["failed"].append(row["name"])
    kept = {k: made_by[k] for k in ("system", "version", "today", "facts", "model") if k in made_by}
    return {
        "configuration": kept,
        "tiers": {tier: dict(sorted(topics.items())) for tier, topics in sorted(tiers.items())},
    }


def statements(rows: Sequence[Scored]) -> list[Scored]:
    """The rows again as a tier of their own: whether what the rulings say agrees with the facts, as the audit reads it."""
    made = []
    for row in rows:
        said = row.get("outcomes", {}).get("consistent")
        if said is not None:
            made.append({**row, "tier": STATEMENTS, "passed": not said, "reasons": [said] if said else []})
    return made


def read(path: Path = BASELINE) -> dict[str, Any]:
    """Errors: CitecodeError where there is none or it is none."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        for topics in held["tiers"].values():
            for counts in topics.values():
                counts["n"], counts["failed"]
    except OSError as error:
        raise CitecodeError(
            f"{path} cannot be read ({error.strerror}): write it with `python -m evals --baseline`."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CitecodeError(
            f"{path} is no baseline: write it anew with `python -m evals --baseline`."
        ) from None
    return dict(held)


def losses(rows: Sequence[Scored], before: Mapping[str, Any], whole: bool = True) -> list[str]:
    """A sentence for each loss, naming tier, topic and cases; [] lets the change pass. `whole`: all cases were asked."""
    said = []
    rows = [*rows, *statements(rows)]
    for tier in sorted({r["tier"] for r in rows} | (set(before["tiers"]) if whole else set())):
        of_tier = [r for r in rows if r["tier"] == tier]
        topics = before["tiers"].get(tier, {})
        known = {name for counts in topics.values() for name in counts["failed"]}
        lost = [r for r in of_tier if not r["passed"] and r["name"] not in known]
        won = [r for r in of_tier if r["passed"] and r["name"] in known]
        significant = tier == "rules" or _significant(lost, won)
        for topic in sorted({r["topic"] for r in of_tier} | (set(topics) if whole else set())):
            n = sum(r["topic"] == topic for r in of_tier)
            if whole and tier != STATEMENTS and n < topics.get(topic, {"n": 0})["n"]:
                said.append(
                    f"{tier}, {topic}: {n} cases where the baseline has {topics[topic]['n']}; if that is meant, write it anew with `python -m evals --baseline`."
                )
            gone = [r for r in lost if r["topic"] == topic]
            if gone and (significant or _significant(gone, [r for r in won if r["topic"] == topic])):
                said.append(f"{tier}, {topic}: {_named(gone)}")
    return said


def _significant(lost: Sequence[Scored], won: Sequence[Scored]) -> bool:
    return bool(lost) and sign_test(len(lost), len(won)) < LIKELY


def _named(lost: Sequence[Scored], most: int = 12) -> str:
    rows = [f"{r['name']} ({r['reasons'][0]})" for r in lost[:most]]
    more = f"; and {len(lost) - most} more" if len(lost) > most else ""
    return f"{len(lost)} lost: {'; '.join(rows)}{more}"
