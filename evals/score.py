"""Scorers: an answer (the JSON of CONTRACT 2) against what a case expects. "Does not apply" is not zero: it is not counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Answer = Mapping[str, Any]
Scorer = Callable[[Mapping[str, Any], Answer], "str | None"]
"""None: passed or does not apply; otherwise the reason in one clause."""


def verdict(expected: Mapping[str, Any], answer: Answer) -> str | None:
    if "verdict" not in expected or answer["verdict"] == expected["verdict"]:
        return None
    return f"verdict {answer['verdict']}, expected {expected['verdict']}"


def status(expected: Mapping[str, Any], answer: Answer) -> str | None:
    wanted = expected.get("status")
    allowed = [wanted] if isinstance(wanted, str) else wanted
    return (
        None
        if not allowed or answer["status"] in allowed
        else f"status {answer['status']}, expected {' or '.join(allowed)}"
    )


def must_include(expected: Mapping[str, Any], answer: Answer) -> str | None:
    missing = [p for p in expected.get("must_include") or [] if not re.search(p, answer["text"], re.I)]
    return f"text lacks {missing[0]!r}" if missing else None


def must_not_include(expected: Mapping[str, Any], answer: Answer) -> str | None:
    found = [p for p in expected.get("must_not_include") or [] if re.search(p, answer["text"], re.I)]
    return f"text holds {found[0]!r}" if found else None


def sources(expected: Mapping[str, Any], answer: Answer) -> str | None:
    """Every source (or document) named must be cited."""
    cited = {c["source_id"] for c in answer["citations"]} | {c["document"] for c in answer["citations"]}
    missing = [s for s in expected.get("sources") or [] if s not in cited]
    return f"does not cite {missing[0]}" if missing else None


def topics(expected: Mapping[str, Any], answer: Answer) -> str | None:
    """A ruling on at least one of `topics`; none on any of `not_topics` ("*": on nothing at all)."""
    decided = {r["topic"] for r in answer["rulings"] if not r.get("missing")}
    wanted, unwanted = set(expected.get("topics") or ()), set(expected.get("not_topics") or ())
    if wanted and not decided & wanted:
        return f"ruled on {sorted(decided) or 'nothing'}, expected {sorted(wanted)}"
    if decided and ("*" in unwanted or decided & unwanted):
        return f"ruled on {sorted(decided)}, which it does not decide"
    return None


def codes(expected: Mapping[str, Any], answer: Answer) -> str | None:
    known = set(answer["context"]["codes"]) | set(answer["context"].get("diagnoses") or ())
    missing = [c for c in expected.get("codes") or [] if c not in known]
    return f"did not understand {missing[0]}" if missing else None


def citations(expected: Mapping[str, Any], answer: Answer) -> str | None:
    """Always applies: every mark in the text has its citation, and an answer from documents cites."""
    marks = {int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer["text"])}
    numbers = {c["n"] for c in answer["citations"]}
    if not marks <= numbers:
        return f"mark {sorted(marks - numbers)[0]} has no citation"
    if answer["status"] == "cited" and not numbers:
        return "cites nothing"
    return None


SCORERS: Mapping[str, Scorer] = {
    "verdict": verdict, "status": status, "must_include": must_include, "must_not_include": must_not_include, "sources": sources, "topics": topics, "codes": codes, "citations": citations,
}  # fmt: skip


def score(expected: Mapping[str, Any], answer: Answer) -> list[str]:
    """The reasons why the answer fails, [] when it passes."""
    return [reason for scorer in SCORERS.values() if (reason := scorer(expected, answer)) is not None]


def interval(passed: Sequence[bool], rounds: int = 1000) -> tuple[float, float]:
    """95% bootstrap interval of a share, with a fixed seed so that a report can be repeated; (0, 0) for none."""
    import random

    n = len(passed)
    if not n:
        return 0.0, 0.0
    rng, hits = random.Random(0), sum(passed)
    if hits in (0, n):  # the bootstrap sees no spread here: Wilson's bound instead
        z = 3.84
        return (0.0, z / (n + z)) if hits == 0 else (n / (n + z), 1.0)
    means = sorted(
        sum(rng.random() < hits / n for _ in range(n)) / n for _ in range(rounds if n < 2000 else 200)
    )
    return means[int(0.025 * len(means))], means[int(0.975 * len(means))]
