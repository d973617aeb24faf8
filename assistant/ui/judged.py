"""What readers thought of answers, as a file of cases for `python -m evals --cases`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.conversations import Conversations, Turn

FILE = Path("evals") / "judged.yaml"
"""In the home; written anew with every judgement."""


def write(kept: Conversations, home: Path) -> Path | None:
    """Put every judged answer into the file; None where that cannot be written."""
    file = home / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(cases(rows(kept)), encoding="utf-8")
    except OSError:
        return None
    return file


def rows(kept: Conversations) -> list[tuple[Turn, list[Turn]]]:
    """Each judged turn with the turns before it."""
    return [(turn, [t for t in kept.turns(id) if t.n < turn.n]) for id, turn in kept.judged()]


def cases(judged: Sequence[tuple[Turn, Sequence[Turn]]]) -> str:
    """Judged answers, each with the turns before it, as a file for `python -m evals --cases`.

    A liked answer must keep its verdict and status; of a disliked one the first sentence must not come again."""
    rows: list[dict[str, Any]] = []
    for turn, before in judged:
        made = turn.record["answer"]
        asked = {k: made["context"][k] for k in ("date_of_service", "payer", "setting", "rendered_by")}
        inputs = {"question": made["question"], **{k: v for k, v in asked.items() if v}}
        if before:
            inputs["history"] = [
                {"role": role, "content": str(t.record["answer"][key])}
                for t in before
                for role, key in (("user", "question"), ("assistant", "text"))
            ]
        first = re.sub(r"\*\*|\s*\[\d+\]", "", str(made["text"])).strip().split(". ")[0][:160]
        expected: dict[str, Any] = {"must_not_include": [re.escape(first)]}
        if turn.liked:
            expected = {"verdict": made["verdict"], "status": made["status"]}
        stem = re.sub(r"[^a-z0-9]+", "-", str(made["question"]).lower()).strip("-")[:50]
        metadata = {"topic": "judged", "tier": "answers", "authority": "a reader", "checked": turn.asked[:10]}
        rows.append(
            {
                "name": f"judged-{len(rows) + 1:03}-{stem}",
                "inputs": inputs,
                "expected": expected,
                "metadata": {**metadata, **({"reason": turn.reason} if turn.reason else {})},
            }
        )
    text: str = yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=110)
    return text
