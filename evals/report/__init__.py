"""Rows and cases -> a report: what passed by tier, topic, set and scorer, each share with n and its interval; and as text.

A scored case: {"name", "tier", "topic", "set", "place", "passed", "reasons", "outcomes", "question", "expected", "row"}.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from evals.cases import TIERS, Case
from evals.score import SCORERS, WATCHED, interval, outcomes, sign_test

Scored = dict[str, Any]


def scored(cases: Sequence[Case], rows: Iterable[Mapping[str, Any]], names: Sequence[str] = tuple(SCORERS)) -> list[Scored]:  # fmt: skip
    """Each case with what the scorers `names` say of its row; cases without a row are left out."""
    answered = {row["case"]: row for row in rows}
    found = []
    for case in cases:
        row = answered.get(case.name)
        if row is None:
            continue
        made = {"answer": row["error"]} if row.get("error") else outcomes(case.expected, row["answer"], row, names)  # fmt: skip
        reasons = [said for scorer, said in made.items() if said and scorer not in WATCHED]
        found.append({
            "name": case.name, "tier": case.tier, "topic": case.topic, "set": case.place.rsplit(":", 1)[0], "place": case.place, "passed": not reasons,
            "reasons": reasons, "outcomes": made, "question": case.inputs["question"], "expected": dict(case.expected), "row": dict(row) | {"reason": case.metadata.get("reason", "")},
        })  # fmt: skip
    return found


def share(passed: Sequence[bool]) -> dict[str, Any]:
    """{"n", "passed", "low", "high"}: the last two the 95% interval of the share."""
    low, high = interval(passed)
    return {"n": len(passed), "passed": sum(passed), "low": round(low, 4), "high": round(high, 4)}


def _shares(rows: Sequence[Scored], key: Callable[[Scored], str], order: Sequence[str] = ()) -> dict[str, Any]:  # fmt: skip
    groups: dict[str, list[bool]] = {name: [] for name in order}
    for row in rows:
        groups.setdefault(key(row), []).append(row["passed"])
    names = list(groups) if order else sorted(groups)
    return {name: share(groups[name]) for name in names if groups[name]}


def counted(shares: Mapping[str, Any]) -> dict[str, Any]:
    """Shares without their intervals."""
    return {name: {"n": made["n"], "passed": made["passed"]} for name, made in shares.items()}


def result(rows: Sequence[Scored], made_by: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of CONTRACT 5, and what else a run says: topics, sets, scorers with intervals, how often a verdict was right."""
    tiers, topics = _shares(rows, lambda r: r["tier"], TIERS), _shares(rows, lambda r: r["topic"])
    scorers = {
        name: share([not r["outcomes"][name] for r in rows if name in r["outcomes"]]) for name in SCORERS
    }
    return {
        "n": len(rows),
        "passed": sum(r["passed"] for r in rows),
        "tiers": counted(tiers),
        "topics": counted(topics),
        "intervals": {"tiers": tiers, "topics": topics, "sets": _shares(rows, lambda r: r["set"])},
        "scorers": {name: made for name, made in scorers.items() if made["n"]},
        "verdicts": verdicts(rows),
        "configuration": dict(made_by),
        "cases": [{k: r[k] for k in ("name", "tier", "passed", "reasons")} for r in rows],
    }


def verdicts(rows: Sequence[Scored]) -> dict[str, Any]:
    """Of the cases that expect a verdict: how many got it, and how many a yes or no where another answer was expected."""
    asked = [r for r in rows if "verdict" in r["outcomes"]]
    off = [r for r in asked if r["outcomes"]["verdict"]]
    wrong = [r for r in off if r["row"]["answer"]["verdict"] in ("yes", "no")]
    return {
        "as_expected": share([not r["outcomes"]["verdict"] for r in asked]),
        "confidently_wrong": share([r in wrong for r in asked]),
    }


def percent(made: Mapping[str, Any]) -> str:
    """"99.2% (n 250, 95% interval 97.1% to 99.8%)"."""  # fmt: skip
    if not made["n"]:
        return "none"
    return f"{made['passed'] / made['n']:.1%} (n {made['n']}, 95% interval {made['low']:.1%} to {made['high']:.1%})"


def printed(report: Mapping[str, Any], rows: Sequence[Scored], seconds: float) -> str:
    """The report for a terminal: what to fix first, then the shares."""
    lines = []
    for row in rows:
        if not row["passed"]:
            lines.append(f"FAILED {row['place']} {row['name']}: {'; '.join(row['reasons'])}")
            lines.append(f"       {row['question'][:160]}")
            said = (row["row"].get("answer") or {}).get("text", "")
            if said:
                lines.append(f"       said: {' '.join(said.split())[:160]}")
    for tier, made in report["intervals"]["tiers"].items():
        low, high = made["low"], made["high"]
        lines.append(
            f"{tier:10} {made['passed']}/{made['n']} passed ({made['passed'] / made['n']:.1%}, 95% interval {low:.1%} to {high:.1%})"
        )
    told = report["verdicts"]
    if told["as_expected"]["n"]:
        lines.append(f"verdict as expected {percent(told['as_expected'])}")
        lines.append(f"a yes or no where another answer was expected {percent(told['confidently_wrong'])}")
    less = {name: made for name, made in report["scorers"].items() if made["passed"] < made["n"]}
    if less:
        lines.append("scorers not whole: " + "; ".join(f"{name} {made['passed']}/{made['n']}" for name, made in less.items()))  # fmt: skip
    failed = Counter(r["topic"] for r in rows if not r["passed"])
    if failed:
        lines.append("failed by topic: " + ", ".join(f"{topic or '(none)'} {n}" for topic, n in failed.most_common()))  # fmt: skip
    lines.append(f"{report['passed']}/{report['n']} cases passed in {seconds:.1f} s")
    return "\n".join(lines)


def review(rows: Sequence[Scored], file: object) -> str:
    """Draft cases from the page's thumbs, one after the other: what was asked, what the reader thought, what is said today."""
    lines = []
    for row in rows:
        reason, liked = row["row"].get("reason", ""), "must_not_include" not in row["expected"]
        said = (row["row"].get("answer") or {}).get("text", "") or "; ".join(row["reasons"])
        lines += [
            f"{row['name']}  ({row['place']})",
            f"  asked     {row['question']}",
            f"  reader    {'liked the answer' if liked else 'did not like the answer'}{': ' + reason if reason else ''}",
            f"  today     {' '.join(said.split())[:300]}",
            f"  as drafted it {'passes' if row['passed'] else 'fails: ' + '; '.join(row['reasons'])}",
            "",
        ]
    lines.append(f"{len(rows)} drafts in {file}. For each that a coder confirms: look up the authority, write what must be answered, and move it to evals/cases/ (docs/evals.md); then python -m evals --check.")  # fmt: skip
    return "\n".join(lines)


# two runs --------------------------------------------------------------------------------------------------------------


def compared(ours: Sequence[Scored], theirs: Sequence[Scored], label: str) -> dict[str, Any]:
    """Two systems on the cases both answered: shares by tier, the cases that differ, and how likely so many losses were by chance."""
    other = {r["name"]: r for r in theirs}
    pairs = [(r, other[r["name"]]) for r in ours if r["name"] in other]
    worse = [mine["name"] for mine, their in pairs if their["passed"] and not mine["passed"]]
    better = [mine["name"] for mine, their in pairs if mine["passed"] and not their["passed"]]
    return {
        "label": label,
        "n": len(pairs),
        "ours": _shares([mine for mine, _ in pairs], lambda r: r["tier"], TIERS),
        "theirs": _shares([their for _, their in pairs], lambda r: r["tier"], TIERS),
        "worse": worse,
        "better": better,
        "p_worse": round(sign_test(len(worse), len(better)), 6),
        "p_better": round(sign_test(len(better), len(worse)), 6),
    }


def table(comparisons: Sequence[Mapping[str, Any]]) -> str:
    """Comparisons as one table: a row for each tier and system."""
    rows = [("tier", "system", "passed", "95% interval", "gained", "lost")]
    for made in comparisons:
        for tier, share_ in made["ours"].items():
            rows.append((tier, "this run", *_cells(share_), "", ""))
            rows.append((tier, made["label"], *_cells(made["theirs"][tier]), "", ""))
        p = min(made["p_better"], made["p_worse"])
        rows.append(("all", f"against {made['label']}", f"n {made['n']}", f"sign test p {p:.2g}", str(len(made["better"])), str(len(made["worse"]))))  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)  # fmt: skip


def _cells(made: Mapping[str, Any]) -> tuple[str, str]:
    return (
        f"{made['passed']}/{made['n']} ({made['passed'] / made['n']:.1%})",
        f"{made['low']:.1%} to {made['high']:.1%}",
    )
