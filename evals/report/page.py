"""The report as one HTML file: no script, no network, every word that comes from a case or an answer escaped by Jinja2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.report import Scored

MOST = 200
"""Failures shown with their evidence."""


def html(result: Mapping[str, Any], rows: Sequence[Scored], comparisons: Sequence[Mapping[str, Any]]) -> str:
    """Shares with intervals by tier, topic, set and scorer; failures with what was asked, expected, said and cited; what differs
    from other runs."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["share"] = lambda made: f"{made['passed'] / made['n']:.1%}" if made["n"] else "none"
    env.filters["place"] = lambda value: f"{100 * value:.2f}"
    env.filters["words"] = lambda value: str(value).replace("_", " ")
    failed = [r for r in rows if not r["passed"]]
    by_name = {r["name"]: r for r in rows}
    return env.get_template("page.html.j2").render(
        result=result, failed=failed[:MOST], more=max(0, len(failed) - MOST), comparisons=comparisons, by_name=by_name
    )  # fmt: skip
