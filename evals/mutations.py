"""Does anything notice when a rule is wrong? `python -m evals.mutations`

Every condition of `assistant/rules` is turned round, every verdict swapped, every sentence a rule can say gets the opposite polarity, and
hand-entered facts get another value, one change at a time. For each change the rule cases that run the changed line are asked again. What
notices it: a case (its written expectation fails), the audit (the answer contradicts the facts it rests on), or the approved answers of
`evals/approved.txt` (a reader agreed to that wording). What nothing notices is listed: there a test is missing.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import re
import signal
import sys
import types
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from assistant import rules as rules_package
from assistant.domain import Found
from evals.statements import Asked, World

RULES = Path(rules_package.__file__).parent
_MOST_CASES = 400
"""Cases asked again for one change, evenly taken from those that run its line."""
_SECONDS = 30
"""A change that makes a question run longer than this is noticed by the clock."""
_FIRST = re.compile(
    r"\b(is|are|was|were|may|can|must|does|do|has|have|will|need|needs|takes?|goes?|pays?|counts?)\b( not| no)?\b|\b(not|never|no|only|without|with)\b"
)
_OPPOSITE = {
    "not": "",
    "never": "always",
    "no": "a",
    "only": "not only",
    "without": "with",
    "with": "without",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing made wrong. `place`: file:line or table/subject; `kind`: condition verdict wording fact."""

    kind: str
    place: str
    what: str
    module: str = ""
    line: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Noticed:
    """`by`: case audit approved clock error, "" where nothing noticed; `reached`: cases that run the place."""

    change: Change
    by: str
    reached: int


@dataclass
class _Points(ast.NodeTransformer):
    """Finds the places of one module that can be made wrong; with `target`, makes the one of that number wrong."""

    target: int = -1
    found: list[tuple[str, int, str]] = field(default_factory=list)
    _inside: list[str] = field(default_factory=list)

    def _hit(self, kind: str, node: ast.AST, what: str) -> bool:
        self.found.append((kind, getattr(node, "lineno", 0), what))
        return len(self.found) - 1 == self.target

    def _turned(self, test: ast.expr) -> ast.expr:
        if self._hit("condition", test, ast.unparse(test)[:120]):
            return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
        return test

    def visit_If(self, node: ast.If) -> ast.AST:
        node.test = self._turned(node.test)
        return self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        node.test = self._turned(node.test)
        return self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.ifs = [self._turned(test) for test in node.ifs]
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if ast.get_docstring(node) is not None:
            kept, node.body = node.body[0], node.body[1:]
            node.body = [self.visit(part) for part in node.body]
            node.body.insert(0, kept)
            return node
        node.body = [self.visit(part) for part in node.body]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if getattr(node.func, "id", "") == "Topic":
            return node  # held against docs/topics.md by a test
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in {
            "says",
            "search",
            "match",
            "compile",
            "fullmatch",
            "sub",
            "findall",
            "finditer",
            "starts",
            "startswith",
            "split",
        }:
            return node  # what is read, not what is said
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        return node  # words compared with, covered by the condition

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, str):
            return node
        if node.value in {"yes", "no"}:
            other = "no" if node.value == "yes" else "yes"
            if self._hit("verdict", node, f"{node.value} -> {other}"):
                return ast.copy_location(ast.Constant(other), node)
            return node
        said = _opposite(node.value)
        if said is not None and self._hit("wording", node, said[:160]):
            return ast.copy_location(ast.Constant(said), node)
        return node


def _opposite(text: str) -> str | None:
    """The text with its first statement turned round; None where it states nothing or is a pattern."""
    if len(text) < 12 or " " not in text.strip() or re.search(r"\\b|<[CMX]>|\(\?", text):
        return None
    found = _FIRST.search(text)
    if found is None:
        return None
    if found.group(3):
        new = _OPPOSITE[found.group(3)]
    elif found.group(2):
        new = found.group(1)
    else:
        new = f"{found.group(1)} not"
    return " ".join((text[: found.start()] + new + text[found.end() :]).split(" ")).replace("  ", " ")


def changes() -> Iterator[Change]:
    """Every change to the rules, in the order of the source."""
    for path in sorted(RULES.glob("*.py")):
        points = _Points()
        points.visit(ast.parse(path.read_text(encoding="utf-8")))
        module = "assistant.rules" + ("" if path.stem == "__init__" else f".{path.stem}")
        for number, (kind, line, what) in enumerate(points.found):
            yield Change(kind, f"rules/{path.name}:{line}", what, module, line, number)


def fact_changes(world: World, asked: Sequence[Asked], most: int) -> list[Change]:
    """Hand-entered facts that answers rest on, each with another value: `most` of them, taken evenly over the tables.
    Tables made from CMS files are held against those files by tests/test_fact_files.py."""
    used: dict[str, dict[str, None]] = defaultdict(dict)
    files = {table.name for table in world.assistant.facts.tables() if table.editions}
    for one in asked:
        for ruling in one.rulings:
            for fact in (f for f in ruling.facts if f.table not in files):
                used[fact.table][f"{fact.subject}|{fact.field}|{fact.value}"] = None
    rng, chosen = random.Random(0), []
    pools = [(table, rng.sample(sorted(rows), len(rows))) for table, rows in sorted(used.items())]
    while any(rows for _, rows in pools) and len(chosen) < most:
        for table, rows in pools:
            if rows and len(chosen) < most:
                subject, column, value = rows.pop().split("|", 2)
                chosen.append(
                    Change(
                        "fact",
                        f"{table}/{subject}/{column}",
                        f"{value} -> {_another(value)}",
                        table,
                        0,
                        len(chosen),
                    )
                )
    return chosen


def _another(value: str) -> str:
    """A value that is as plausible and wrong."""
    plain = {"yes": "no", "no": "yes", "Y": "N", "N": "Y", "listed": "unlisted"}
    if value in plain:
        return plain[value]
    number = re.search(r"\d+", value)
    if number:
        return value[: number.start()] + str(int(number.group()) + 1) + value[number.end() :]
    if len(value) == 1:
        return "A" if value != "A" else "B"
    return _opposite(value) or value[::-1]


# One change in force ------------------------------------------------------------------------------------------------


class _Rules:
    """A module of the rules with one change, for as long as the `with` lasts."""

    def __init__(self, change: Change) -> None:
        self.module = import_module(change.module)
        source = Path(str(self.module.__file__))
        tree = ast.fix_missing_locations(_Points(change.number).visit(copy.deepcopy(_tree(str(source)))))
        self.changed = compile(tree, str(source), "exec")
        self.kept: list[tuple[types.FunctionType, types.CodeType]] = []
        self.values: dict[str, Any] = {}

    def __enter__(self) -> None:
        new = {code.co_qualname: code for code in _codes(self.changed)}
        for function in _functions(self.module):
            code = new.get(function.__qualname__)
            if code is not None and code != function.__code__:
                self.kept.append((function, function.__code__))
                function.__code__ = code
        if not self.kept:  # outside any function: the words and tables of the module itself
            space: dict[str, Any] = {"__name__": self.module.__name__, "__file__": self.module.__file__}
            exec(self.changed, space)
            for name, value in vars(self.module).copy().items():
                told = isinstance(value, str | dict | tuple | frozenset | list) and not name.startswith("__")
                if told and name in space and space[name] != value:
                    self.values[name] = value
                    setattr(self.module, name, space[name])

    def __exit__(self, *about: object) -> None:
        for function, code in self.kept:
            function.__code__ = code
        for name, value in self.values.items():
            setattr(self.module, name, value)


class _Fact:
    """The fact tables with one value changed, for as long as the `with` lasts."""

    def __init__(self, change: Change, world: World) -> None:
        self.change, self.facts = change, world.assistant.facts

    def __enter__(self) -> None:
        table, rest = self.change.place.split("/", 1)
        subject, column = rest.rsplit("/", 1)
        new = self.change.what.split(" -> ", 1)[1]
        self.found, real = self.facts._found, self.facts._found

        def found(*given: Any, **named: Any) -> Found:
            result: Found = real(*given, **named)
            fact = result.fact
            if fact is not None and (fact.table, fact.subject, fact.field) == (table, subject, column):
                return replace(result, fact=replace(fact, value=new))
            return result

        self.facts._found = found  # type: ignore[method-assign, assignment]

    def __exit__(self, *about: object) -> None:
        self.facts._found = self.found  # type: ignore[method-assign]


_TREES: dict[str, ast.Module] = {}


def _tree(path: str) -> ast.Module:
    if path not in _TREES:
        _TREES[path] = ast.parse(Path(path).read_text(encoding="utf-8"))
    return _TREES[path]


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield const
            yield from _codes(const)


def _functions(module: types.ModuleType) -> Iterator[types.FunctionType]:
    for value in vars(module).values():
        if isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
            yield value
        elif isinstance(value, type) and value.__module__ == module.__name__:
            yield from (v for v in vars(value).values() if isinstance(v, types.FunctionType))


# What notices it ----------------------------------------------------------------------------------------------------


def lines_run(world: World, asked: Sequence[Asked]) -> dict[tuple[str, int], list[int]]:
    """(file, line) -> places in `asked` of the cases that run it."""
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    folder = str(RULES)
    for number, one in enumerate(asked):
        seen: set[tuple[str, int]] = set()

        def line(frame: types.FrameType, event: str, arg: object, seen: set[tuple[str, int]] = seen) -> Any:
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            return line

        def call(frame: types.FrameType, event: str, arg: object, line: Any = line) -> Any:
            if not frame.f_code.co_filename.startswith(folder):
                return None
            line(frame, event, arg)
            return line

        sys.settrace(call)
        try:
            world.rule(one.question)
        finally:
            sys.settrace(None)
        for place in seen:
            found[place].append(number)
    return found


def notice(
    change: Change, reached: Sequence[int], world: World, asked: Sequence[Asked], approved: Mapping[str, str]
) -> Noticed:
    """What notices the change, asked of the cases that reach it."""
    step = max(1, len(reached) // _MOST_CASES)
    chosen = [asked[i] for i in reached[::step]]
    differing: list[tuple[Asked, Any]] = []
    weaker = ""
    try:
        with _Rules(change) if change.kind != "fact" else _Fact(change, world):
            _alarm(_SECONDS)
            for one in [*chosen, *(asked[i] for i in reached if asked[i].case.name in approved)]:
                answer = world.settle(one.question)
                if answer.rulings == one.rulings:
                    continue
                if world.reasons(one.case, answer):
                    return Noticed(change, "case", len(reached))
                differing.append((one, answer))
                if one.case.name in approved:
                    weaker = "approved"
    except _Slow:
        return Noticed(change, "clock", len(reached))
    except Exception as error:
        return Noticed(change, f"error {type(error).__name__}", len(reached))
    finally:
        _alarm(0)
    for one, answer in differing[:20]:
        if world.contradictions(answer) > one.contradictions(world):
            return Noticed(change, "audit", len(reached))
    return Noticed(change, weaker, len(reached))


class _Slow(Exception):
    pass


def _alarm(seconds: int) -> None:
    def ring(number: int, frame: object) -> None:
        raise _Slow

    signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)


# The run ------------------------------------------------------------------------------------------------------------

_SHARED: dict[str, Any] = {}


def _work(part: tuple[Change, Sequence[int]]) -> Noticed:
    return notice(part[0], part[1], _SHARED["world"], _SHARED["asked"], _SHARED["approved"])


def run(every: int, facts: int, jobs: int, only: str = "") -> list[Noticed]:
    """Each `every`-th change to the rules and `facts` facts, over `jobs` processes."""
    world = World.open()
    asked = world.asked()
    approved = world.approved()
    reached = lines_run(world, asked)
    parts: list[tuple[Change, Sequence[int]]] = []
    for change in [c for c in changes() if only in c.place][::every]:
        file = str(import_module(change.module).__file__)
        # A table of the module itself is run by whoever runs the module.
        lines = reached.get((file, change.line)) or _nearest(reached, file, change.line)
        parts.append((change, lines))
    for change in fact_changes(world, asked, facts) if not only else []:
        table, subject, column = change.place.split("/", 1)[0], *change.place.split("/", 1)[1].rsplit("/", 1)
        parts.append(
            (
                change,
                [
                    i
                    for i, one in enumerate(asked)
                    if any(
                        (f.table, f.subject, f.field) == (table, subject, column)
                        for r in one.rulings
                        for f in r.facts
                    )
                ],
            )
        )
    _SHARED.update(world=world, asked=asked, approved=approved)
    results: list[Noticed] = []
    with get_context("fork").Pool(jobs) as pool:
        for i, result in enumerate(pool.imap(_work, parts, chunksize=8), 1):
            results.append(result)
            if sys.stderr.isatty() or i % 500 == 0:
                print(f"{i}/{len(parts)}", file=sys.stderr)
    return results


def _nearest(reached: Mapping[tuple[str, int], list[int]], file: str, line: int) -> list[int]:
    """A statement over several lines is run under its first line, a module's own table by everyone who runs the module."""
    for near in range(line - 1, max(0, line - 12), -1):
        if (file, near) in reached:
            return reached[file, near]
    return sorted({i for (name, _), where in reached.items() if name == file for i in where})


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 1 when something made wrong is noticed by nothing."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.mutations", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--every", type=int, default=1, help="only each n-th change to the rules")
    parser.add_argument("--facts", type=int, default=300, help="facts to change (default: 300)")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--only", default="", help="only places that hold this text")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    results = run(args.every, args.facts, args.jobs, args.only)
    lost = [r for r in results if not r.by]
    if args.json:
        print(
            json.dumps(
                [
                    {
                        "kind": r.change.kind,
                        "place": r.change.place,
                        "what": r.change.what,
                        "by": r.by,
                        "reached": r.reached,
                    }
                    for r in results
                ]
            )
        )
        return 1 if lost else 0
    for r in lost:
        print(
            f"{'not reached' if not r.reached else 'not noticed'} [{r.change.kind}] {r.change.place}: {r.change.what}"
        )
    for kind in ("condition", "verdict", "wording", "fact"):
        some = [r for r in results if r.change.kind == kind]
        by = Counter(r.by.split()[0] if r.by else "nothing" for r in some)
        print(f"{kind:10} {len(some):5}  " + "  ".join(f"{name} {count}" for name, count in by.most_common()))
    print(f"{len(lost)} of {len(results)} changes noticed by nothing")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
