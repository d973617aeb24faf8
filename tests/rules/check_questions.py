"""Run labelled questions (evals/questions/*.jsonl) through understanding and rules and print where they
differ.

    python -m tests.rules.check_questions evals/questions/a_ptp.jsonl [...] [--rules]

A line says what differs: the topic (understanding), the verdict or a missing word (rule). --rules leaves out
the
questions whose topic was not understood.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from assistant.rules import decide
from assistant.understand import Given, understand
from tests.rules.asking import facts, names


def difference(case: dict[str, Any]) -> tuple[str, str]:
    """("ok" | "topic" | "verdict" | "word" | "ruled", what was got) for one labelled question."""
    dated = case.get("date_of_service")
    given = Given(
        date(2026, 7, 15),
        date.fromisoformat(dated) if dated else None,
        case.get("payer"),
        case.get("setting") or "practitioner",
        case.get("rendered_by"),
    )
    question = understand(case["q"], names(), given, case.get("history") or ())
    rulings = decide(question, facts(), names().code_names)
    topics = [ask.topic for ask in question.asks]
    got = (
        " + ".join(f"{a.topic}.{a.form}({' '.join((*a.codes, *a.modifiers))})" for a in question.asks)
        or "nothing"
    )
    answers = [ruling.answer for ruling in rulings if not ruling.missing]
    verdict = answers[0] if answers and len(set(answers)) == 1 else None
    text = " ".join(ruling.statement for ruling in rulings)
    # A whole visit and a denial are topics of their own, made of the families that the labels name.
    allowed = {*case["topics"], *case.get("alt_topics", []), "visit", "denial"}
    if not case["topics"]:
        return ("extra", f"{got}: {text[:120]}") if answers else ("ok", got)
    if not set(topics) & allowed:
        return "topic", got
    if case.get("ruled", True) != bool(answers):
        return "ruled", f"{got}: {text[:120]}"
    if verdict != case["verdict"]:
        return "verdict", f"{got}: {verdict}: {text[:160]}"
    for pattern in case.get("must", []):
        if not re.search(pattern, text):
            return "word", f"{got}: no {pattern} in: {text[:200]}"
    return "ok", got


def main(arguments: list[str]) -> None:
    counts: Counter[str] = Counter()
    for name in (argument for argument in arguments if not argument.startswith("--")):
        for line in Path(name).read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            kind, got = difference(case)
            counts[kind] += 1
            if kind != "ok" and not (kind == "topic" and "--rules" in arguments):
                turns = " / ".join(
                    turn["content"] for turn in case.get("history", []) if turn["role"] == "user"
                )
                print(
                    f"{kind}: {turns + ' >> ' if turns else ''}{case['q']} | {got} | want {case['topics']} "
                    f"{case['verdict']}"
                )
    print(dict(counts))


if __name__ == "__main__":
    main(sys.argv[1:])
