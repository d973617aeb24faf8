"""A run as JUnit XML, and cases as a promptfoo configuration: what other tools read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import yaml

from evals.cases import Case
from evals.report import Scored

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters XML 1.0 cannot hold, not even escaped."""


def junit(rows: Sequence[Scored], seconds: float) -> str:
    """One suite a tier, one testcase a case; a failure holds the reasons, the question and what was said."""
    suites = ElementTree.Element("testsuites", name="citecode evals", tests=str(len(rows)), failures=str(sum(not r["passed"] for r in rows)), time=f"{seconds:.3f}")  # fmt: skip
    for tier in dict.fromkeys(r["tier"] for r in rows):
        mine = [r for r in rows if r["tier"] == tier]
        suite = ElementTree.SubElement(suites, "testsuite", name=tier, tests=str(len(mine)), failures=str(sum(not r["passed"] for r in mine)))  # fmt: skip
        for row in mine:
            name, line = _xml(row["name"]), row["place"].rsplit(":", 1)
            case = ElementTree.SubElement(suite, "testcase", name=name, classname=_xml(f"{tier}.{row['topic'] or 'other'}"), file=_xml(line[0]), line=line[-1] if line[-1].isdigit() else "0")  # fmt: skip
            if not row["passed"]:
                failure = ElementTree.SubElement(case, "failure", message=_xml("; ".join(row["reasons"])))
                said = (row["row"].get("answer") or {}).get("text", "")
                failure.text = _xml(f"asked: {row['question']}\nsaid: {said}")
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def promptfoo(cases: Sequence[Case], provider: str) -> str:
    """A promptfoo configuration: each case a test with its assertions; `provider` is the path of the Python provider, whose
    output is the answer as CONTRACT 2 has it."""
    tests = []
    for case in cases:
        e, wanted = case.expected, []
        if "verdict" in e:
            wanted.append({"type": "javascript", "value": f"output.verdict === {json.dumps(e['verdict'])}"})
        status = [e["status"]] if isinstance(e.get("status"), str) else e.get("status")
        if status:
            wanted.append({"type": "javascript", "value": f"{json.dumps(status)}.includes(output.status)"})
        for kind, key in (("regex", "must_include"), ("not-regex", "must_not_include")):
            for p in e.get(key) or ():
                wanted.append({"type": kind, "value": _insensitive(p), "transform": "output.text"})
        for s in e.get("sources") or ():
            wanted.append({"type": "javascript", "value": f"output.citations.some(c => [c.source_id, c.document].includes({json.dumps(s)}))"})  # fmt: skip
        tests.append({
            "description": case.name, "vars": {"question": case.inputs["question"], "inputs": json.dumps(dict(case.inputs))}, "assert": wanted,
            "metadata": {"tier": case.tier, "topic": case.topic, "authority": str(case.metadata.get("authority", ""))},
        })  # fmt: skip
    made: Mapping[str, Any] = {
        "description": "Citecode eval cases", "prompts": ["{{question}}"], "providers": [{"id": f"file://{provider}", "label": "citecode"}], "tests": tests
    }  # fmt: skip
    return str(yaml.safe_dump(dict(made), sort_keys=False, allow_unicode=True, width=110))


def _insensitive(pattern: str) -> str:
    """A pattern that JavaScript reads without regard to case: there is no inline flag, so letters outside of escapes and braces become classes."""
    out, at, inside = [], 0, False
    pattern = pattern.replace("(?i)", "").replace("(?P<", "(?<")
    while at < len(pattern):
        c = pattern[at]
        if c == "\\":
            out.append(pattern[at : at + 2])
            at += 2
            continue
        inside = (inside or c == "[") and c != "]"
        if c.isalpha() and c.lower() != c.upper():
            pair = c.lower() + c.upper()
            out.append(pair if inside else f"[{pair}]")
        else:
            out.append(c)
        at += 1
    return "".join(out)
