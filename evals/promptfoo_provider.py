"""The provider that `python -m evals --promptfoo FILE` names: promptfoo calls `call_api` and gets the answer as JSON (CONTRACT 2)."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # promptfoo imports this file by itself

from evals.__main__ import today
from evals.cases import Case
from evals.run import Ours, Setup


@cache
def _ours() -> Ours:
    return Ours(Setup(today()))


def call_api(prompt: str, options: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """{"output": answer} or {"error": what was said}."""
    inputs = json.loads(context.get("vars", {}).get("inputs") or "{}") or {"question": prompt}
    row = _ours().row(Case("promptfoo", inputs, {}))
    return {"error": row["error"]} if "error" in row else {"output": row["answer"]}
