"""The committed report: docs/scores.json, and from it the table README shows. `python -m evals --readme` makes both anew.

Three sets, one run each: cases/ (what must hold), unseen/ (kept apart, nothing tuned on it), open/ (known to fall short); and
what is found for the document questions beside what the tutorial pipeline finds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.report import percent

FILE = Path(__file__).resolve().parents[1] / "docs" / "scores.json"
BEGIN, END = "<!-- scores -->", "<!-- /scores -->"


def kept(result: Mapping[str, Any]) -> dict[str, Any]:
    """What is committed of a run: shares, not cases."""
    return {k: result[k] for k in ("n", "passed", "intervals", "scorers", "verdicts")} | {
        "failed": [c["name"] for c in result["cases"] if not c["passed"]]
    }


def table(scores: Mapping[str, Any]) -> str:
    """The Markdown table between the markers in README."""
    cases, unseen, open_ = (scores["sets"][name] for name in ("cases", "unseen", "open"))
    tiers = cases["intervals"]["tiers"]
    sets = {name.removesuffix(".yaml"): made for name, made in cases["intervals"]["sets"].items()}
    documents = _sum([made for name, made in sets.items() if name.startswith("documents")])
    rows = [
        ("`python -m evals`", "questions a rule decides, as coders type them: the ruling each must get", percent(tiers["rules"])),
        ("", "questions answered from the shipped documents: what must be said, and from which document", percent(documents)),
        ("", "drafts of a scripted model, prompt injection, documents that disagree, out of scope", percent(_sum([made for name, made in sets.items() if name in ("drafts", "security", "sources_disagree", "out_of_scope")]))),
        ("", "every quote is what stands at its place in its source", percent(cases["scorers"]["spans"])),
        ("`python -m evals --cases evals/unseen`", "questions kept apart, on which nothing was tuned: verdict as expected", percent(unseen["verdicts"]["as_expected"])),
        ("", "the same: a yes or no where another answer was expected", percent(unseen["verdicts"]["confidently_wrong"])),
        ("`python -m evals --cases evals/open`", "questions known to be answered short of what they should", f"{open_['n'] - open_['passed']} open"),
    ]  # fmt: skip
    for made in scores.get("compared", []):
        for tier, theirs in made["theirs"].items():
            rows.append(("`python -m evals --readme`", f"document questions, the four passages found hold the answer: the {made['system']} pipeline {percent(theirs)}", percent(made["ours"][tier])))  # fmt: skip
    rows = [row for row in rows if row[2] != "none"]
    return "\n".join(["| command | what it measures | result |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)])  # fmt: skip


def _sum(shares: list[Mapping[str, Any]]) -> dict[str, Any]:
    from evals.report import share

    return share([n < made["passed"] for made in shares for n in range(made["n"])])


def write(scores: Mapping[str, Any], readme: Path | None = None) -> str:
    """Write docs/scores.json and, where README has the markers, the table between them; returns the table."""
    FILE.write_text(json.dumps(scores, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    made = table(scores)
    path = readme or FILE.parents[1] / "README.md"
    held = path.read_text(encoding="utf-8")
    if BEGIN in held and END in held:
        between = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.S)
        path.write_text(between.sub(lambda _: f"{BEGIN}\n{made}\n{END}", held), encoding="utf-8")
    return made
