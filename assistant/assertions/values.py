"""Numbers of a clause: which codes a value is said of, which year, which amount."""

from __future__ import annotations

from datetime import date

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause
from assistant.assertions.patterns import compiled, search


def run(c: Clause, upto: int, since: int) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The codes listed between two places of the clause, with their groups: those a value belongs to."""
    signs = [m for m in SIGN.finditer(c.skel) if m.group(1) == "C"]
    chosen = (
        [g for m, g in zip(signs, c.groups, strict=False) if since <= m.start() < upto] if not c.lent else []
    )
    return tuple(x for g in chosen for x in g), tuple(chosen)


def valued(c: Clause, topic: str, kind: str, pattern: str, field: str = "") -> list[Assertion]:
    """Every value of one kind in the clause, each with the codes it is said of: those listed before it since the value before, else all."""
    found = []
    since = 0
    matches = list(compiled(pattern).finditer(c.skel))
    for match in matches:
        sign = next(g for g in match.groups() if g)
        codes, groups = run(c, match.end(), since)
        if not codes and len(matches) == 1:
            codes, groups = c.codes, c.groups
        if codes:
            no = search(r"\b(?:not|isn't|never|no)\b", match.group())
            found.append(
                Assertion(topic, kind, codes, (), not no, value=c.value(sign), groups=groups, field=field)
            )
            since = match.end()
    return found


FILL = r"(?:(?:the|its|their|a|an|value|values|limit|edit|edits|of|for|is|are|isn't|not|was|at|equals?|=|:|to|set|has|have|carries|carry|currently|listed|as|per|day|it|in|that|this|quarter|indicator|each|code|only|just|practitioner|line|published|number|[CDY]\d+|and|,|\)|\() )*?"


def bucket(skel: str) -> str:
    slp = search(r"\bslp\b|\bspeech\b", skel)
    ot = search(r"\bot\b|\boccupational\b", skel)
    pt = search(r"\bpt\b|\bphysical\b", skel)
    if ot and not pt and not slp:
        return "ot"
    return "pt_slp"


def number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0.0


def year_of(c: Clause) -> date | None:
    """The date or year the clause speaks of."""
    for match in SIGN.finditer(c.skel + " " + c.condition):
        if match.group(1) == "D":
            return date.fromisoformat(c.value(match.group()))
        if match.group(1) == "Y":
            return date(int(c.value(match.group())), 7, 1)
    years = [c.mentions[int(m.group(2))] for m in SIGN.finditer(c.main) if m.group(1) in "YD"]
    if len(years) == 1:
        return (
            date.fromisoformat(years[0].value) if years[0].kind == "date" else date(int(years[0].value), 7, 1)
        )
    return None
