"""Lines against each other: PTP edits, the modifiers that open them, add-on codes.

Authority: the CMS PTP and add-on files of the date, NCCI Policy Manual ch. I (D, E, R) and XI."""

from __future__ import annotations

from itertools import combinations

from assistant.check.claims import Line
from assistant.check.findings import (
    Case,
    Finding,
    Said,
    edition,
    held,
    is_em,
    listing,
    numbers,
    silent,
    spoken,
    text,
)
from assistant.domain import Found

CMT = ("98940", "98941", "98942")
DISTINCT = ("59", "XE", "XS", "XP", "XU")


def ptp(case: Case) -> Said:
    """Every pair of codes of a day against the edits of the setting."""
    missing: dict[str, list[str]] = {}
    for lines in case.days():
        by_code: dict[str, list[Line]] = {}
        for line in lines:
            by_code.setdefault(line.code, []).append(line)
        for one, two in combinations(by_code, 2):
            found = case.facts.pair(lines[0].day, one, two, case.claim.setting)
            if found.state == "silent":
                missing.setdefault(found.cure, []).append(f"{one} with {two}")
            elif found.state == "held" and found.fact:
                first, second = found.fact.subject.split("/")
                yield from _edited(case, by_code[first], by_code[second], found)
    yield from silent("ptp", missing)


def _edited(case: Case, firsts: list[Line], seconds: list[Line], found: Found) -> Said:
    assert found.fact
    one, two, indicator = firsts[0].code, seconds[0].code, found.fact.value
    both = numbers([*firsts, *seconds])
    at = f"{one} (column 1, {spoken(firsts)}) and {two} (column 2, {spoken(seconds)})"
    if indicator == "0":
        yield Finding(
            "ptp.never_together",
            case.medicares("error"),
            both,
            f"{at} are edited with modifier indicator 0: no modifier opens the edit{edition(found)}.",
            f"Bill only what the record supports as the service; billed together {two} is denied, and the denial "
            "cannot be passed to the patient.",
            held(found),
        )
        return
    if indicator != "1":
        return
    closed = [(first, second) for first in firsts for second in seconds if not _opened(case, first, second)]
    if not closed:
        yield Finding(
            "ptp.modifier_used",
            "info",
            both,
            f"{at} are edited with modifier indicator 1, and a modifier opens the edit{edition(found)}.",
            f"Keep it only if the record shows {_reason(one, two)}; a modifier only to pass the edit is not allowed.",
            held(found),
        )
        return
    line = closed[0][1]
    em = next((pair for pair in closed[0] if is_em(pair.code)), None)
    if em is not None:
        other = closed[0][0] if em is closed[0][1] else closed[0][1]
        modifier = "57" if case.value(other, "mpfs", other.code, "glob_days") == "090" else "25"
        cure = f"then {modifier} on line {em.number}"
    else:
        cure = f"then 59, or the X modifier that says why, on line {line.number}"
    yield Finding(
        "ptp.modifier_missing",
        case.medicares("error"),
        both,
        f"{at} are edited with modifier indicator 1 and no modifier of the line says they were distinct"
        f"{edition(found)}.",
        f"If the record shows {_reason(one, two)}, {cure}; otherwise do not bill both.",
        held(found),
    )


def _opened(case: Case, first: Line, second: Line) -> bool:
    """Whether a modifier of either line can pass the edit: an NCCI-associated one; beside an E/M visit only the
    ones that go on visits, on the visit; the same anatomic modifier on both lines says nothing."""
    visits = [line for line in (first, second) if is_em(line.code)]
    if visits:
        return any(modifier in ("24", "25", "27", "57") for line in visits for modifier in line.modifiers)
    for line, other in ((first, second), (second, first)):
        for modifier in line.modifiers:
            if case.value(line, "ncci_modifiers", modifier) != "associated":
                continue
            group = case.value(line, "ncci_modifiers", modifier, "group")
            if modifier in ("24", "25", "57"):
                continue
            if group == "anatomic" and modifier in other.modifiers:
                continue
            return True
    return False


def _reason(one: str, two: str) -> str:
    """What the record has to show, by the kind of pair."""
    pair = {one, two}
    if any(is_em(code) for code in pair):
        return "a significant visit, separately identifiable from the other service's own work"
    if pair & set(CMT):
        return f"that {(pair - set(CMT) or {two}).pop()} was given to another region than the manipulation"
    if {"97012", "97140"} == pair:
        return "traction and manual therapy in separate time or to another region (manual traction is 97140 alone)"
    if pair & {"97164", "97168"}:
        return "a re-evaluation because the patient's status changed, apart from the treatment"
    if all(code.startswith("97") for code in pair):
        return "the two were given in separate 15-minute intervals"
    return "another session, site, organ, incision or injury"


def modifier_59(case: Case) -> Said:
    """59 and X{EPSU}: not on E/M, not both on a line, not without something to tell apart."""
    for lines in case.days():
        for line in lines:
            used = [modifier for modifier in line.modifiers if modifier in DISTINCT]
            if not used:
                continue
            if is_em(line.code):
                yield Finding(
                    "modifier_59.on_em",
                    case.codings("error"),
                    (line.number,),
                    f"{listing(used)} on {line.code}: 59 and the X modifiers do not go on E/M visits.",
                    "If the record shows a significant, separately identifiable visit, then 25 instead; otherwise "
                    "do not bill the visit beside the procedure.",
                    held(case.on(line, "modifier_meaning", "59", "goes_on")),
                )
            if len(used) > 1:
                yield Finding(
                    "modifier_59.double",
                    case.medicares("error"),
                    (line.number,),
                    f"{listing(used)} on one line: an X modifier takes the place of 59, they do not stand together.",
                    "Keep the one that the record supports, the X modifier where it fits.",
                )
            if not is_em(line.code) and len(lines) == 1:
                yield Finding(
                    "modifier_59.nothing_to_tell_apart",
                    "info",
                    (line.number,),
                    f"{used[0]} on {line.code} with no other service of that day on the claim.",
                    "Keep it only if another claim of that day has the service it is distinct from.",
                )
            elif not is_em(line.code) and not _needed(case, line, lines):
                yield Finding(
                    "modifier_59.not_needed",
                    "info",
                    (line.number,),
                    f"{used[0]} on {line.code}: no edit with another code of this claim asks for it.",
                    "Keep it only if the record and the payer's own edits call for it.",
                )


def _needed(case: Case, line: Line, lines: list[Line]) -> bool:
    """An edit with another line, the same code twice, or a pair that no loaded table knows."""
    for other in lines:
        if other is line:
            continue
        if other.code == line.code:
            return True
        found = case.facts.pair(line.day, line.code, other.code, case.claim.setting)
        if found.state in ("held", "silent"):
            return True
    return False


def add_on(case: Case) -> Said:
    """An add-on code needs its primary of the same day. Type 1: only a listed primary; 2 and 3: the
    contractor may accept others."""
    missing: dict[str, list[str]] = {}
    for lines in case.days():
        codes = {line.code for line in lines}
        for line in lines:
            found = case.on(line, "add_on_code", line.code, "type")
            if found.state == "silent":
                missing.setdefault(found.cure, []).append(line.code)
            kind = text(found)
            if not kind:
                continue
            listed = [name.split("/")[1] for name in case.facts.subjects(line.day, "aoc", f"{line.code}/*")]
            primaries = [code for code in listed if code != "CCCCC"]
            if codes & set(primaries):
                continue
            others = codes - {line.code}
            if kind == "1":
                severity = case.codings("error")
            else:
                severity = "info" if others and kind == "2" else "warning"
            named = listing(primaries[:12], "or") + (", ..." if len(primaries) > 12 else "")
            yield Finding(
                "add_on.no_primary",
                severity if case.medicare is not False else "info",
                (line.number,),
                f"{line.code} is an add-on code (type {kind}) and the claim has none of its primaries that day"
                f"{': ' + named if named else ''}{edition(found)}.",
                "If a primary was done that day, bill it with it; otherwise do not bill the add-on alone."
                + ("" if kind == "1" else " The contractor may accept a primary that is not listed."),
                held(found),
            )
    yield from silent("add_on", missing)
