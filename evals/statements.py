"""One question for each thing a rule can say, with the whole answer: `python -m evals.statements` writes `evals/approved.txt`

A reader who knows coding goes through that file once; afterwards any change of a rule's words or conditions shows as a difference to be
agreed to, in the same change. The questions are rule cases, as few as together run every line of the rules that any case runs.
"""

from __future__ import annotations

import argparse
import atexit
import difflib
import re
import shutil
import sys
import tempfile
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant import audit, config, guard, render, rules
from assistant.domain import Answer, Draft, Question, Ruling
from assistant.pipeline import Assistant
from assistant.understand import Given
from evals import cases as eval_cases
from evals.score import score

ROOT = Path(__file__).resolve().parent
APPROVED = ROOT / "approved.txt"
TODAY = date(2026, 11, 22)
_HEAD = "# What the rules say, an answer for each branch a case reaches. Written by `python -m evals.statements`; read the difference before agreeing to it.\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule case, understood and answered by the rules as they are."""

    case: eval_cases.Case
    question: Question
    rulings: tuple[Ruling, ...]
    text: str
    verdict: str | None

    def contradictions(self, world: World) -> int:
        """Sentences of the answer that the audit holds for wrong."""
        return world.contradictions(world.settle(self.question))


@dataclass(frozen=True, slots=True)
class World:
    """The assistant with the shipped facts alone: no index, no loaded tables, no model."""

    assistant: Assistant

    @classmethod
    def open(cls) -> World:
        home = Path(tempfile.mkdtemp(prefix="citecode-statements-"))
        atexit.register(
            shutil.rmtree, home, ignore_errors=True
        )  # what the ICD-10 package lists is stored there
        set_up = config.load(str(home / "index"), str(home / "tables"), "none")
        return cls(Assistant.open(set_up, today=TODAY))

    def asked(self) -> list[Asked]:
        """Every rule case, in the order of the files."""
        loaded, _ = eval_cases.load(ROOT / "cases")
        found = []
        for case in loaded:
            if case.tier == "rules":
                i, day = case.inputs, case.inputs.get("date_of_service")
                given = Given(
                    TODAY, date.fromisoformat(day) if day else None, i.get("payer"), i.get("setting") or "practitioner", i.get("rendered_by"),
                )  # fmt: skip
                question, masked = self.assistant.understand(i["question"], i.get("history") or [], given)
                if not masked.unanswerable:
                    rulings = self.rule(question)
                    answer = self.settle(question)
                    found.append(Asked(case, question, rulings, answer.text, answer.verdict))
        return found

    def rule(self, question: Question) -> tuple[Ruling, ...]:
        return rules.decide(question, self.assistant.facts, self.assistant.names.code_names)

    def settle(self, question: Question) -> Answer:
        """The answer of the rules alone."""
        rulings = self.rule(question)
        settled = guard.settle(question, rulings, Draft(()), ())
        return Answer(
            question, settled.status, settled.verdict, settled.text, rulings, settled.citations, settled.overruled, settled.warnings, {}, self.assistant.manifest(rulings),
        )  # fmt: skip

    def reasons(self, case: eval_cases.Case, answer: Answer) -> list[str]:
        """Why the answer fails the case, [] where it passes."""
        return score(case.expected, render.to_json(answer, self.assistant.sources, case.name))

    def contradictions(self, answer: Answer) -> int:
        """Sentences of the answer that contradict the facts, as the audit reads them."""
        q = answer.question
        found = audit.findings(
            re.sub(r" ?\[\d+\]", "", answer.text), self.assistant.facts, self.assistant.names, when=q.date_of_service, question=q.text, payer=q.payer, setting=q.setting,
        )  # fmt: skip
        return sum(f.label == "contradicts" for f in found)

    def approved(self) -> Mapping[str, str]:
        """Case name -> its part of `approved.txt`; {} where there is none."""
        return parts(APPROVED.read_text(encoding="utf-8")) if APPROVED.is_file() else {}


def parts(text: str) -> dict[str, str]:
    """Case name -> the part of the file about it, heading included."""
    found = {}
    for part in re.split(r"(?m)^(?=## )", text)[1:]:
        found[part.split("\n", 1)[0][3:].strip()] = part.strip()
    return found


def part(one: Asked) -> str:
    """What stands in the file for one case."""
    given = " ".join(f"{k}={v}" for k, v in one.case.inputs.items() if k not in {"question", "history"} and v)
    before = "".join(
        f"{turn.get('role', 'user')}: {turn['content']}\n" for turn in one.case.inputs.get("history") or []
    )
    ruled = "\n".join(
        f"{made.rule}: {made.verdict or '-'}, as asked {made.answer or '-'}{_facts(made)}"
        for made in one.rulings
    )
    asked = re.sub(r"\s+", " ", one.case.inputs["question"]).strip()
    asked = f"> {asked}{f' ({given})' if given else ''}"
    return (
        f"## {one.case.name}\n{before}{asked}\n{one.verdict or '-'}\n{one.text}\n{ruled or 'no rule'}".strip()
    )


def _facts(made: Ruling) -> str:
    """The facts a ruling rests on, a line each."""
    return "".join(f"\n  {f.table} {f.subject} {f.field} = {f.value}" for f in made.facts)


def cover(world: World, asked: Sequence[Asked]) -> list[Asked]:
    """As few cases as together run every line of the rules that any case runs, give every ruling with every answer it gets and
    rest on every hand-entered fact that any rests on (greedily), in their order."""
    from evals.mutations import lines_run

    reached: dict[Hashable, list[int]] = dict(lines_run(world, asked))
    files = {table.name for table in world.assistant.facts.tables() if table.editions}
    for i, one in enumerate(asked):
        for made in one.rulings:
            reached.setdefault((made.rule, made.verdict, made.answer), []).append(i)
            for fact in made.facts:
                if fact.table not in files:
                    reached.setdefault((fact.table, fact.subject, fact.field, fact.value), []).append(i)
    left = set(reached)
    runs: dict[int, set[Hashable]] = {}
    for place, where in reached.items():
        for i in where:
            runs.setdefault(i, set()).add(place)
    chosen: set[int] = set()
    for place in sorted(
        reached, key=lambda p: (len(reached[p]), repr(p))
    ):  # the rarest first: they leave no choice
        if place in left:
            best = max(reached[place], key=lambda i: (len(runs[i] & left), -i))
            chosen.add(best)
            left -= runs[best]
    return [asked[i] for i in sorted(chosen)]


def differences(world: World) -> list[str]:
    """Lines of a unified difference between the approved answers and those of the rules as they are; [] where they agree."""
    approved = world.approved()
    if not approved:
        return [f"{APPROVED.name} is missing: python -m evals.statements"]
    named = {one.case.name: one for one in world.asked()}
    old = "\n".join(approved.values()).splitlines()
    new = "\n".join(
        part(named[name]) if name in named else f"## {name}\n(there is no such case)" for name in approved
    ).splitlines()
    return list(difflib.unified_diff(old, new, "approved", "now", lineterm="", n=1))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.statements", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--check", action="store_true", help="only say what differs; exit status 1 when something does"
    )
    args = parser.parse_args(argv)
    world = World.open()
    if args.check:
        found = differences(world)
        print("\n".join(found) or f"{len(world.approved())} answers are as approved.")
        return 1 if found else 0
    chosen = cover(world, world.asked())
    APPROVED.write_text(_HEAD + "\n" + "\n\n".join(part(one) for one in chosen) + "\n", encoding="utf-8")
    print(f"{len(chosen)} answers written to {APPROVED.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
