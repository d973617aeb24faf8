"""Eval cases: YAML files of question and expectation (CONTRACT 5), read strictly, and a coder's CSV of question and answer."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assistant.domain import PROVIDERS, SETTINGS, CitecodeError

TIERS = ("rules", "retrieval", "answers")
"""rules: a ruling must decide; retrieval: the passage that answers must be found; answers: the whole answer."""
_INPUTS = {
    "question",
    "history",
    "date_of_service",
    "payer",
    "setting",
    "rendered_by",
    "documents",
    "draft",
}
"""documents: a folder beside the case file whose documents the answer is to come from; draft: what a scripted model says."""
_EXPECTED = {
    "verdict",
    "must_include",
    "must_not_include",
    "sources",
    "status",
    "topics",
    "not_topics",
    "codes",
}
_LISTS = {"must_include", "must_not_include", "sources", "topics", "not_topics", "codes"}
_METADATA = {"topic", "authority", "checked", "tier", "reason", "needs"}
VERDICTS = ("yes", "no", "depends", None)
STATUSES = ("ruled", "cited", "overruled", "unanswered", "refused")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Case:
    """`expected` holds only what is asserted: a key that is absent is not scored ("verdict": None asserts no verdict)."""

    name: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    documents: str = ""
    """The folder of documents this case brings, "" for the index in use."""

    @property
    def topic(self) -> str:
        return str(self.metadata.get("topic", ""))

    @property
    def tier(self) -> str:
        return str(self.metadata.get("tier", "answers"))


def load(path: Path) -> tuple[list[Case], list[str]]:
    """The cases of a file or folder (.yaml, .csv) and a sentence for each that cannot be read. Errors: CitecodeError when there is nothing at `path`."""
    if path.is_dir():
        cases: list[Case] = []
        problems: list[str] = []
        for file in sorted([*path.glob("*.yaml"), *path.glob("*.csv")]):
            more, bad = load(file)
            cases += more
            problems += bad
        return cases, problems
    if not path.is_file():
        raise CitecodeError(f"{path}: there is no such file or folder of eval cases.")
    return (_csv if path.suffix == ".csv" else _yaml)(path)


def _yaml(path: Path) -> tuple[list[Case], list[str]]:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return [], [f"{path.name}: cannot be read as YAML ({' '.join(str(error).split())[:160]})."]
    if not isinstance(rows, list):
        return [], [f"{path.name}: must be a list of cases (name, inputs, expected, metadata)."]
    cases, problems = [], []
    for row, place in zip(rows, node.value if node is not None else [], strict=True):
        where = f"{path.name}:{place.start_mark.line + 1}"
        try:
            cases.append(_case(row, where, path.parent))
        except CitecodeError as error:
            problems.append(f"{where}: {error}")
    return cases, problems


def _case(row: Any, place: str, folder: Path = Path()) -> Case:
    if (
        not isinstance(row, dict)
        or not isinstance(row.get("name"), str)
        or not isinstance(row.get("inputs"), dict)
    ):
        raise CitecodeError("a case needs a name (text) and inputs (with a question).")
    if set(row) - {"name", "inputs", "expected", "metadata"}:
        raise CitecodeError(f"unknown keys {sorted(set(row) - {'name', 'inputs', 'expected', 'metadata'})}.")
    inputs, expected, metadata = row["inputs"], row.get("expected") or {}, row.get("metadata") or {}
    for part, allowed, what in (
        (inputs, _INPUTS, "inputs"),
        (expected, _EXPECTED, "expected"),
        (metadata, _METADATA, "metadata"),
    ):
        if not isinstance(part, dict):
            raise CitecodeError(f"{what} must be keys with values, not {part!r}.")
        unknown = set(part) - allowed
        if unknown:
            raise CitecodeError(
                f"{what} has unknown keys {sorted(map(str, unknown))}; known are {sorted(allowed)}."
            )
    if not isinstance(inputs.get("question"), str) or not inputs["question"].strip():
        raise CitecodeError("inputs needs a question (text).")
    if inputs.get("setting") not in (None, *SETTINGS) or inputs.get("rendered_by") not in (None, *PROVIDERS):
        raise CitecodeError("setting or rendered_by is not one of the known words.")
    if inputs.get("payer") is not None and not isinstance(inputs["payer"], str):
        raise CitecodeError(f"payer {inputs['payer']!r} must be a text.")
    history = inputs.get("history") or []
    if not isinstance(history, list) or not all(
        isinstance(turn, dict) and isinstance(turn.get("content"), str) for turn in history
    ):
        raise CitecodeError("history must be a list of turns with role and content (texts).")
    day = inputs.get("date_of_service")
    if isinstance(day, date):
        inputs = {**inputs, "date_of_service": day.isoformat()}
    elif day is not None:
        try:
            date.fromisoformat(str(day))
        except ValueError:
            raise CitecodeError(f"date_of_service {day!r} is not YYYY-MM-DD.") from None
    verdict = expected.get("verdict")
    if isinstance(verdict, bool):  # YAML reads bare yes and no as true and false
        expected = {**expected, "verdict": "yes" if verdict else "no"}
    elif verdict not in VERDICTS:
        raise CitecodeError(f"verdict {verdict!r} is none of yes, no, depends, null.")
    for key in _LISTS & set(expected):  # a bare text would be read letter by letter
        if not isinstance(expected[key], list) or not all(isinstance(item, str) for item in expected[key]):
            raise CitecodeError(f"{key} must be a list of texts, not {expected[key]!r}.")
    status = expected.get("status")
    if status is not None and not _texts(status) <= set(STATUSES):
        raise CitecodeError(f"status {status!r} is none of {', '.join(STATUSES)}.")
    for key in ("must_include", "must_not_include"):
        for pattern in expected.get(key) or []:
            try:
                re.compile(pattern)
            except re.error:
                raise CitecodeError(f"{key}: {pattern!r} is not a regular expression.") from None
    if metadata.get("tier", "answers") not in TIERS:
        raise CitecodeError(f"tier {metadata.get('tier')!r} is none of {', '.join(TIERS)}.")
    said = inputs.get("draft")
    if said is not None and (not isinstance(said, list) or not all(isinstance(s, str) for s in said)):
        raise CitecodeError(f"draft must be a list of sentences, not {said!r}.")
    own = inputs.get("documents")
    if own is not None and (not isinstance(own, str) or not (folder / own).is_dir()):
        raise CitecodeError(f"documents {own!r} is no folder beside this file.")
    return Case(row["name"], inputs, expected, metadata, place, str(folder / own) if own else "")


def _texts(value: Any) -> set[str]:
    """A text, or a list of texts, as a set; anything else as what it looks like, which no known word does."""
    return {str(item) for item in value} if isinstance(value, list) else {str(value)}


def _csv(path: Path) -> tuple[list[Case], list[str]]:
    """A coder's own set: columns `question` and `answer` (yes, no, depends, or words the answer must hold), optional `payer`, `date_of_service`, `name`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [], [f"{path.name}: cannot be read as UTF-8 text ({error})."]
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        rows = [(cells, reader.line_num) for cells in reader]
    except csv.Error as error:
        return [], [f"{path.name}:{reader.line_num}: cannot be read as CSV ({error})."]
    header = [cell.strip().lower() for cell in rows[0][0]] if rows else []
    aliases = {"expected": "answer", "expected answer": "answer", "expected_answer": "answer"}
    header = [aliases.get(cell, cell) for cell in header]
    if "question" not in header or "answer" not in header:
        return [], [f"{path.name}:1: the first line must name the columns question and answer."]
    cases, problems = [], []
    for cells, line in rows[1:]:
        where = f"{path.name}:{line}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.append(
                f"{where}: has {len(cells)} cells where the first line names {len(header)}; put text with commas in quotes."
            )
            continue
        row = {key: cell.strip() for key, cell in zip(header, cells, strict=True)}
        if not row["question"] or not row["answer"]:
            problems.append(f"{where}: question or answer is empty.")
            continue
        try:
            cases.append(_case(_from_row(row, line), where))
        except CitecodeError as error:
            problems.append(f"{where}: {error}")
    return cases, problems


def _from_row(row: Mapping[str, str], line: int) -> dict[str, Any]:
    opening = re.match(r"(yes|no|depends|it depends)\b[\s.:,;-]*(.*)", row["answer"], re.I | re.S)
    expected: dict[str, Any] = {}
    words = row["answer"]
    if opening:
        expected["verdict"] = "depends" if "depends" in opening.group(1).lower() else opening.group(1).lower()
        words = opening.group(2)
    needed = re.findall(r"\b(?:[A-Z]\d{4}|\d{4}[FTU]|\d+(?:\.\d+)?|[A-Z]{2})\b", words) or (
        [] if expected else [words]
    )
    if needed:
        expected["must_include"] = [rf"(?i){re.escape(word)}" for word in needed]
    inputs = {
        key: row[key]
        for key in ("question", "payer", "date_of_service", "setting", "rendered_by")
        if row.get(key)
    }
    return {
        "name": row.get("name") or f"row {line}",
        "inputs": inputs,
        "expected": expected,
        "metadata": {"topic": row.get("topic") or "own", "tier": "answers"},
    }


_CONTEXT = ("history", "payer", "date_of_service", "setting", "rendered_by", "documents", "draft")


def duplicates(cases: Sequence[Case]) -> Iterator[str]:
    """A sentence for two cases with one name, and for one question in one context that is asked twice: with expectations that contradict
    each other, or with the same."""
    names: dict[str, Case] = {}
    asked: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        if case.name in names:
            yield f"{case.place}: the name {case.name!r} stands already at {names[case.name].place}."
            continue
        names[case.name] = case
        question = " ".join(str(case.inputs["question"]).lower().split())
        key = (question, case.tier, *(str(case.inputs.get(k)) for k in _CONTEXT))
        for other in asked.setdefault(key, []):
            between = _between(case, other)
            if between:
                yield f"{case.place}: asks the same as {other.place} and {between}."
                break
        asked[key].append(case)


def _between(one: Case, other: Case) -> str:
    """How two cases that ask the same contradict or repeat each other."""
    a, b = one.expected, other.expected
    if "verdict" in a and "verdict" in b and a["verdict"] != b["verdict"]:
        return "expects another verdict"
    if a.get("status") and b.get("status") and not _texts(a["status"]) & _texts(b["status"]):
        return "expects another status"
    for mine, others in ((a, b), (b, a)):
        if set(mine.get("must_include") or ()) & set(others.get("must_not_include") or ()):
            return "forbids what that one demands"
        unwanted, wanted = set(mine.get("not_topics") or ()), set(others.get("topics") or ())
        if wanted and ("*" in unwanted or wanted <= unwanted):
            return "forbids the topic which that one demands"
    return "expects the same" if a == b else ""
