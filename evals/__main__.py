"""`python -m evals`: run the cases, print what passed and what to fix. Exit status 1 on a failure in the rule tier or an unreadable case."""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from assistant import config
from assistant.domain import CitecodeError
from evals import cases as eval_cases
from evals import export, gate, report, run, scores
from evals.cases import Case
from evals.score import SAID, SCORERS

ROOT = Path(__file__).resolve().parent
TODAY = date(2026, 11, 22)
"""The date cases without one are asked on, so that a run can be repeated; CITECODE_TODAY changes it."""


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="python -m evals", description="Run eval cases.", epilog="docs/evals.md says how to add a case and what each part is for.")  # fmt: skip
    which = p.add_argument_group("which cases")
    which.add_argument("--cases", type=Path, default=ROOT / "cases", help="a .yaml or .csv file, or a folder of them")  # fmt: skip
    which.add_argument("--tier", choices=eval_cases.TIERS)
    which.add_argument("--topic", help="only cases of these topics (comma)")
    which.add_argument("--name", help="only cases whose name matches: part-of-it or with*stars")
    who = p.add_argument_group("who answers")
    who.add_argument("--model", default=None, help="provider:model that drafts what no rule decides")
    who.add_argument("--index")
    who.add_argument("--tables")
    how = p.add_argument_group("how")
    how.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    how.add_argument("--answers", "--log", type=Path, metavar="FILE", help="write every answer as JSON lines, under a first line with what made them")  # fmt: skip
    how.add_argument("--resume", action="store_true", help="with --answers: keep what FILE holds and ask only the rest")  # fmt: skip
    how.add_argument("--rescore", type=Path, metavar="FILE", help="score the answers of FILE again, ask nothing")  # fmt: skip
    out = p.add_argument_group("what comes out")
    out.add_argument("--json", action="store_true")
    out.add_argument("--compare", action="append", default=[], metavar="FILE|SYSTEM", help="beside a saved log of answers, `tutorial`, or `model:PROVIDER:NAME` (a model alone); may be repeated")  # fmt: skip
    out.add_argument("--html", type=Path, metavar="FILE", help="a report in one file")
    out.add_argument("--junit", type=Path, metavar="FILE")
    out.add_argument("--promptfoo", type=Path, metavar="FILE", help="write the cases as a promptfoo configuration, ask nothing")  # fmt: skip
    what = p.add_argument_group("instead of a plain run")
    what.add_argument("--check", action="store_true", help="only read the cases: what is malformed, doubled or contradictory")  # fmt: skip
    what.add_argument("--gate", action="store_true", help="exit status 1 when something is lost against evals/baseline.json")  # fmt: skip
    what.add_argument("--baseline", action="store_true", help="write evals/baseline.json from this run")
    what.add_argument("--readme", action="store_true", help="run all sets, write docs/scores.json and print README's table")  # fmt: skip
    what.add_argument("--judged", action="store_true", help="review the answers judged on the page as draft cases")  # fmt: skip
    return p


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        return _main(args)
    except CitecodeError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 1


def _main(args: argparse.Namespace) -> int:
    if args.tier == "retrieval" and args.cases == ROOT / "cases":
        return _over_manuals(args)
    if args.readme:
        return _readme(args)
    if args.judged:
        args.cases = config.home() / "evals" / "judged.yaml"
        if not args.cases.is_file():
            raise CitecodeError(f"Nothing has been judged yet: {args.cases} is written when an answer on the page gets a thumb.")  # fmt: skip
    loaded, problems = eval_cases.load(args.cases)
    for problem in problems:
        print(f"evals: {problem}", file=sys.stderr)
    if args.check:
        twice = list(eval_cases.duplicates(loaded))
        for sentence in twice:
            print(f"evals: {sentence}", file=sys.stderr)
        print(f"{len(loaded)} cases read, {len(problems)} malformed, {len(twice)} doubled.")
        return 1 if problems or twice else 0
    chosen = choose(loaded, args.tier, args.topic, args.name)
    if not chosen:
        raise CitecodeError(f"{args.cases}: no case to run{' in tier ' + args.tier if args.tier else ''}.")
    if args.promptfoo:
        _write(args.promptfoo, export.promptfoo(chosen, str(ROOT / "promptfoo_provider.py")))
        print(f"{len(chosen)} cases written to {args.promptfoo}: npx promptfoo eval -c {args.promptfoo}")
        return 0
    start = time.perf_counter()
    made_by, rows = run.read(args.rescore) if args.rescore else answered(chosen, args)
    ours = report.scored(chosen, rows)
    others = [_other(name, chosen, args) for name in args.compare]
    seconds = time.perf_counter() - start
    result = report.result(ours, made_by)
    comparisons = [_compared(ours, theirs, label, alike) for label, theirs, alike in others]
    _put_out(args, result, ours, comparisons, seconds)
    if args.baseline:
        _write(gate.BASELINE, json.dumps(gate.baseline(ours, made_by), ensure_ascii=False, indent=1) + "\n")
    if args.gate:
        whole = len(chosen) == len(loaded) and args.cases == ROOT / "cases"
        lost = gate.losses(ours, gate.read(), whole)
        for sentence in lost:
            print(f"GATE {sentence}", file=sys.stderr)
        print("gate: " + (f"{len(lost)} losses" if lost else "nothing lost"), file=sys.stderr)
        return 1 if lost or problems else 0
    return 1 if problems or any(not r["passed"] for r in ours if r["tier"] == "rules") else 0


def _over_manuals(args: argparse.Namespace) -> int:
    """Without the manuals there is nothing to run, which is said and is no failure."""
    from evals import manuals

    start = time.perf_counter()
    try:
        measured, rows = manuals.asked()
    except CitecodeError as error:
        nothing = {"n": 0, "passed": 0, "tiers": {}, "cases": [], "skipped": str(error)}
        print(json.dumps(nothing) if args.json else f"retrieval: skipped. {error}")
        return 0
    result = report.result(rows, {"today": today().isoformat()})
    if not args.json:
        print(manuals.printed(measured))
    _put_out(args, {**result, "retrieval": measured}, rows, [], time.perf_counter() - start)
    return 0


def _readme(args: argparse.Namespace) -> int:
    """All sets of questions, and what is found for the document questions beside what the tutorial pipeline finds."""
    sets = {}
    made_by: dict[str, Any] = {}
    for name in ("cases", "unseen", "open"):
        chosen, _ = eval_cases.load(ROOT / name)
        made_by, rows = answered(chosen, args)
        ours = report.scored(chosen, rows)
        sets[name] = scores.kept(report.result(ours, made_by))
        if name == "cases" and args.baseline:
            _write(gate.BASELINE, json.dumps(gate.baseline(ours, made_by), ensure_ascii=False, indent=1) + "\n")  # fmt: skip
    found = [replace(c, metadata={**c.metadata, "tier": "retrieval"}) for c in eval_cases.load(ROOT / "cases")[0] if c.topic.startswith("documents")]  # fmt: skip
    sides = [report.scored(found, answered(found, args, name)[1], ("must_include", "sources")) for name in ("", "tutorial")]  # fmt: skip
    held = report.compared(sides[0], sides[1], "tutorial")
    compared = [
        {"system": "tutorial", **{k: held[k] for k in ("n", "ours", "theirs", "p_better", "p_worse")}}
    ]
    print(scores.write({"configuration": made_by, "sets": sets, "compared": compared}))
    return 0


def choose(cases: Sequence[Case], tier: str | None, topic: str | None, name: str | None) -> list[Case]:
    """The cases of a tier, of topics ("ptp,mue") and with a name that matches."""
    topics = {t.strip() for t in (topic or "").split(",")} - {""}
    pattern = (name or "") if "*" in (name or "") else f"*{name or ''}*"
    return [
        c
        for c in cases
        if (not tier or c.tier == tier)
        and (not topics or c.topic in topics)
        and fnmatch.fnmatchcase(c.name, pattern)
    ]


def today() -> date:
    """The day cases are asked on."""
    given = os.environ.get("CITECODE_TODAY") or TODAY.isoformat()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise CitecodeError(f"CITECODE_TODAY is {given!r}; write YYYY-MM-DD or leave it unset.") from None


def answered(chosen: Sequence[Case], args: argparse.Namespace, system: str = "") -> tuple[dict[str, Any], list[run.Row]]:  # fmt: skip
    """(what made them, rows): ask the cases, those of `--answers FILE` with `--resume` excepted."""
    setup = run.Setup(today(), args.index, args.tables, args.model, system)
    held = run.system(setup)
    if isinstance(held, run.Ours):
        _usable(held, chosen)
    made_by = run.configuration(setup, held)
    log = args.answers if not system else None
    kept: dict[str, run.Row] = {}
    if log and args.resume and log.is_file():
        before, rows = run.read(log)
        if before != made_by:
            differs = sorted(k for k in {*before, *made_by} if before.get(k) != made_by.get(k))
            raise CitecodeError(f"{log} was made with another {', '.join(differs)}; leave --resume out to ask all again.")  # fmt: skip
        asked = {c.name: dict(c.inputs) for c in chosen}
        kept = {row["case"]: row for row in rows if asked.get(row["case"]) == row["inputs"]}
    due = [c for c in chosen if c.name not in kept]
    found = []
    with _opened(log) as file, run.folders(due, setup) as whole:
        file.write(run.line({"configuration": made_by}))
        for row in kept.values():
            file.write(run.line(row))
        if isinstance(held, run.Ours):
            held.setup = whole
        for row in _shown(run.rows(due, whole, args.jobs, held), len(due), quiet=args.json):
            file.write(run.line(row))
            file.flush()
            found.append(row)
    return made_by, [*kept.values(), *found]


def _usable(held: run.Ours, chosen: Sequence[Case]) -> None:
    """An index that cannot be used is one sentence, not one failure for each case."""
    assistant = held.assistant()
    if assistant.has_index():
        assistant.searcher()
    elif any(c.tier != "rules" and not c.documents for c in chosen):
        raise CitecodeError("There is no index: run `python ingest.py` first (or `--tier rules`).")


def _shown(rows: Iterator[run.Row], n: int, quiet: bool) -> Iterator[run.Row]:
    """The rows, with a progress bar on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(rows, "Asking", total=n, console=Console(stderr=True), transient=True)


def _opened(path: Path | None) -> Any:
    if path is None:
        return contextlib.closing(open(os.devnull, "w", encoding="utf-8"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "w", encoding="utf-8", errors="replace")
    except OSError as error:
        raise CitecodeError(f"--answers {path} cannot be written ({error.strerror}).") from error


def _other(name: str, chosen: Sequence[Case], args: argparse.Namespace) -> tuple[str, list[report.Scored], bool]:  # fmt: skip
    """(label, scored, whether it can be held to all scorers) of a saved log or of another system."""
    path = Path(name)
    if path.suffix == ".jsonl" or path.is_file():
        made_by, rows = run.read(path)
        alike = made_by.get("system") == "citecode"
        return path.name, report.scored(chosen, rows, tuple(SCORERS) if alike else SAID), alike
    _, rows = answered(chosen, args, name)
    return name, report.scored(chosen, rows, SAID), False


def _compared(
    ours: Sequence[report.Scored], theirs: Sequence[report.Scored], label: str, alike: bool
) -> dict[str, Any]:
    """Like with like: another system is held to what a reader sees, and then so are we."""
    if not alike:
        ours = [_only_said(r) for r in ours]
        applying = {r["name"] for r in ours if r["outcomes"]}
        ours = [r for r in ours if r["name"] in applying]
        label += " (what a reader sees)"
    return report.compared(ours, theirs, label)


def _only_said(row: report.Scored) -> report.Scored:
    made = {k: v for k, v in row["outcomes"].items() if k in (*SAID, "answer")}
    return {**row, "outcomes": made, "passed": not any(made.values())}


def _put_out(args: argparse.Namespace, result: dict[str, Any], ours: Sequence[report.Scored], comparisons: Sequence[dict[str, Any]], seconds: float) -> None:  # fmt: skip
    if args.junit:
        _write(args.junit, export.junit(ours, seconds))
    if args.html:
        from evals.report import page

        _write(args.html, page.html(result, ours, comparisons))
    if args.json:
        print(json.dumps({**result, "comparisons": comparisons} if comparisons else result, ensure_ascii=False, indent=1))  # fmt: skip
        return
    if args.judged:
        print(report.review(ours, args.cases))
        return
    print(report.printed(result, ours, seconds))
    if comparisons:
        print(report.table(comparisons))
        for made in comparisons:
            for word, names in (("lost", made["worse"]), ("gained", made["better"])):
                if names:
                    print(f"{word} against {made['label']}: {', '.join(names[:20])}{' ...' if len(names) > 20 else ''}")  # fmt: skip


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CitecodeError(f"{path} cannot be written ({error.strerror}).") from error


if __name__ == "__main__":
    sys.exit(main())
