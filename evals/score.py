"""Scorers: an answer (the JSON of CONTRACT 2) against what a case expects, and against itself.

A scorer says None where it does not apply: that is neither a pass nor a failure, and is not counted.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Answer = Mapping[str, Any]
Outcome = str | None
"""None: does not apply; "": passed; otherwise the reason in one clause."""
Scorer = Callable[[Mapping[str, Any], Answer, Mapping[str, Any]], Outcome]
"""(expected, answer, row): `row` has the inputs and the evidence, see evals.run."""

CODE = re.compile(r"(?<![\w.$,])(?:\d{5}|[A-V]\d{4}|\d{4}[FTU])(?![\w%]|[,.]\d)")
RANGE = re.compile(r"\b([A-V]?\d{4,5})\s*(?:-|–|to|through)\s*([A-V]?\d{4,5})\b")
SUPPORT = 0.6
"""Share of a cited sentence's words that its quotes must hold."""


def _said(reason: str, good: bool) -> str:
    return "" if good else reason


# what the case expects -------------------------------------------------------------------------------------------------


def verdict(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    if "verdict" not in expected:
        return None
    wanted = expected["verdict"]
    return _said(f"verdict {answer['verdict']}, expected {wanted}", answer["verdict"] == wanted)


def status(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    wanted = expected.get("status")
    allowed = [wanted] if isinstance(wanted, str) else wanted
    if not allowed:
        return None
    return _said(f"status {answer['status']}, expected {' or '.join(allowed)}", answer["status"] in allowed)


def refusal(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """What is expected not to be answered gets no verdict, no ruling and no citation."""
    wanted = expected.get("status")
    if not wanted or not set([wanted] if isinstance(wanted, str) else wanted) <= {"refused", "unanswered"}:
        return None
    decided = [r["topic"] for r in answer["rulings"] if not r.get("missing")]
    return _said(
        "answers where nothing should be answered",
        answer["status"] in ("refused", "unanswered") and answer["verdict"] is None and not decided,
    )


def must_include(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    patterns = expected.get("must_include")
    if not patterns:
        return None
    missing = [p for p in patterns if not re.search(p, answer["text"], re.I)]
    return f"text lacks {missing[0]!r}" if missing else ""


def must_not_include(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    patterns = expected.get("must_not_include")
    if not patterns:
        return None
    found = [p for p in patterns if re.search(p, answer["text"], re.I)]
    return f"text holds {found[0]!r}" if found else ""


def sources(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """Every source (or document) named must be cited; of "a|b" one."""
    if not expected.get("sources"):
        return None
    cited = {c["source_id"] for c in answer["citations"]} | {c["document"] for c in answer["citations"]}
    missing = [s for s in expected["sources"] if not cited & set(s.split("|"))]
    return f"does not cite {missing[0]}" if missing else ""


def topics(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """A ruling on at least one of `topics`; none on any of `not_topics` ("*": on nothing at all)."""
    wanted, unwanted = set(expected.get("topics") or ()), set(expected.get("not_topics") or ())
    if not wanted and not unwanted:
        return None
    decided = {r["topic"] for r in answer["rulings"] if not r.get("missing")}
    if wanted and not decided & wanted:
        return f"ruled on {sorted(decided) or 'nothing'}, expected {sorted(wanted)}"
    if decided and ("*" in unwanted or decided & unwanted):
        return f"ruled on {sorted(decided)}, which it does not decide"
    return ""


def codes(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    if not expected.get("codes"):
        return None
    known = set(answer["context"]["codes"]) | set(answer["context"].get("diagnoses") or ())
    missing = [c for c in expected["codes"] if c not in known]
    return f"did not understand {missing[0]}" if missing else ""


# what holds for every answer -------------------------------------------------------------------------------------------


def opening(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """The text opens as the verdict says: a reader sees the first word."""
    if answer["verdict"] is None:
        return None
    first = re.match(r"\W*(yes|no)\b", answer["text"], re.I)
    said = first.group(1).lower() if first else "depends"
    return _said(f"opens with {said!r}, the verdict is {answer['verdict']}", said == answer["verdict"])


def consistent(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """What a ruling says agrees with the facts, as the audit reads it: two readings of the same facts, made apart."""
    if not answer["rulings"] or "against" not in row:
        return None
    return f"says against the facts: {row['against'][0][:120]}" if row["against"] else ""


def citations(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """Every mark in the text has its citation, and an answer from documents cites."""
    marks = {int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer["text"])}
    numbers = {c["n"] for c in answer["citations"]}
    if marks - numbers:
        return f"mark {sorted(marks - numbers)[0]} has no citation"
    if answer["status"] == "cited" and not numbers:
        return "cites nothing"
    return "" if numbers else None


def spans(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """Every quote is what stands at its place: in the stored document, or in a fact the answer carries."""
    if not answer["citations"]:
        return None
    cells = {
        (f["table"], f["citation"]["quote"]) for r in answer["rulings"] for f in r.get("facts", ())
    }  # fmt: skip
    held = row.get("evidence", {})
    for c in answer["citations"]:
        if c.get("start") is None:
            if (c["document"], c["quote"]) not in cells:
                return f"citation {c['n']} quotes no fact of its rulings"
        elif str(c["n"]) in held and held[str(c["n"])] != c["quote"]:
            return f"citation {c['n']} is not what {c['document']} says there"
    return ""


def support(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """In an answer from documents, each cited line shares most of its words with what it cites."""
    if answer["status"] != "cited":
        return None
    quotes = {c["n"]: _stems(c["quote"]) for c in answer["citations"]}
    for text in answer["text"].splitlines():
        marks = [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", text)]
        words = _stems(text)
        if marks and words:
            held = set().union(*(quotes.get(n, set()) for n in marks))
            if len(words & held) < SUPPORT * len(words):
                return f"citation {marks[0]} does not say: {text.strip()[:80]}"
    return ""


def invented(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any]) -> Outcome:
    """No code in the text that stands neither in the question nor in a quote, a fact or a ruling that rests on facts."""
    named = set(CODE.findall(answer["text"]))
    if not named:
        return None
    inputs = {k: v for k, v in row.get("inputs", {}).items() if k != "draft"}
    told = [r for r in answer["rulings"] if r.get("facts")]
    held = json.dumps([inputs, answer["context"], told, answer["citations"]], default=str)
    left = {code for code in named if code not in held}
    numbered = [_numbered(code) for code in CODE.findall(held)]
    for text in RANGE.finditer(answer["text"]):  # the ends of a range that holds a code of the answer
        low, high = _numbered(text[1]), _numbered(text[2])
        if any(low[0] == letter and low[1] <= n <= high[1] for letter, n in numbered):
            left -= {text[1], text[2]}
    return f"names {sorted(left)[0]}, which nothing it rests on names" if left else ""


def _numbered(code: str) -> tuple[str, int]:
    return re.sub(r"\d", "", code), int(re.sub(r"\D", "", code))


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}", text.lower())}


SCORERS: Mapping[str, Scorer] = {
    "verdict": verdict, "status": status, "refusal": refusal, "must_include": must_include, "must_not_include": must_not_include, "sources": sources, "topics": topics,
    "codes": codes, "opening": opening, "consistent": consistent, "citations": citations, "spans": spans, "support": support, "invented": invented,
}  # fmt: skip
WATCHED = ("consistent",)
"""Scorers that decide no case: the audit misreads some right sentences, so only their getting worse counts (evals.gate)."""
SAID = ("verdict", "status", "refusal", "must_include", "must_not_include", "sources")
"""Scorers that any system can be held to: they look at what a reader sees."""


def outcomes(
    expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any] | None = None, names: Sequence[str] = tuple(SCORERS)
) -> dict[str, str]:  # fmt: skip
    """Scorer -> "" (passed) or the reason; those that do not apply are absent."""
    made = {name: SCORERS[name](expected, answer, row or {}) for name in names}
    return {name: said for name, said in made.items() if said is not None}


def score(expected: Mapping[str, Any], answer: Answer, row: Mapping[str, Any] | None = None) -> list[str]:
    """The reasons why the answer fails, [] when it passes."""
    return [said for name, said in outcomes(expected, answer, row).items() if said and name not in WATCHED]


# numbers ---------------------------------------------------------------------------------------------------------------


def interval(passed: Sequence[bool], z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95% interval of a share: sound for few cases and for all or none passed; (0, 0) for none."""
    n = len(passed)
    if not n:
        return 0.0, 0.0
    share = sum(passed) / n
    middle, spread = (
        share + z * z / (2 * n),
        z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)),
    )
    low, high = (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)
    return (0.0 if not any(passed) else max(0.0, low)), (1.0 if all(passed) else min(1.0, high))


def sign_test(worse: int, better: int) -> float:
    """McNemar's test on paired cases, exact and one-sided: the probability of at least `worse` losses among the pairs that differ
    if losing were no likelier than gaining."""
    n = worse + better
    return sum(math.comb(n, k) for k in range(worse, n + 1)) / float(2**n)
