"""How many units: MUE by MAI over the lines of a day, units against documented minutes.

Authority: the CMS MUE file of the quarter, NCCI Policy Manual ch. I.V; IOM 100-04 ch. 5 s.20.2 and the CPT time
rule for minutes."""

from __future__ import annotations

from assistant.check.claims import Line
from assistant.check.findings import (
    THERAPY,
    Case,
    Finding,
    NotRun,
    Said,
    Severity,
    edition,
    held,
    listing,
    numbers,
    silent,
    spoken,
    text,
)
from assistant.rules.units import Allocation, units


def mue(case: Case) -> Said:
    """MAI 1 holds for each line; MAI 2 and 3 for all lines of the day together."""
    missing: dict[str, list[str]] = {}
    for lines in case.days():
        by_code: dict[str, list[Line]] = {}
        for line in lines:
            by_code.setdefault(line.code, []).append(line)
        for code, ours in by_code.items():
            limit = case.on(ours[0], "mue", code, "value")
            if limit.state == "silent":
                missing.setdefault(limit.cure, []).append(code)
            if not text(limit):
                continue
            mai = case.on(ours[0], "mue", code, "mai")
            most, kind = int(text(limit)), text(mai)[:1]
            billed = sum(line.units for line in ours)
            proof = held(limit, mai)
            if kind == "1":
                for line in ours:
                    if line.units > most:
                        yield Finding(
                            "mue.line",
                            case.medicares("error"),
                            (line.number,),
                            f"{line.units} units of {code} on a line, over its MUE of {most} (MAI 1){edition(limit)}.",
                            f"If the record supports the units, at most {most} on a line and the others on further "
                            "lines with the modifier that says why (59 or X, 76, 77, 91, anatomic); otherwise bill "
                            "what was done.",
                            proof,
                        )
            elif billed > most:
                yield Finding(
                    "mue.day",
                    case.medicares("error"),
                    numbers(ours),
                    _denied(code, billed, most, kind) + f"{edition(limit)}.",
                    _over(code, most, kind),
                    proof,
                )
    yield from silent("mue", missing)


def _denied(code: str, billed: int, most: int, kind: str) -> str:
    if most == 0:
        return f"{code} has an MUE of 0 (MAI {kind}): no unit of it is payable"
    return (
        f"{billed} units of {code} in a day, over its MUE of {most} (MAI {kind}): every unit of the code for that "
        "day is denied, not only the excess"
    )


def _over(code: str, most: int, kind: str) -> str:
    if most == 0:
        return f"An MUE of 0 means that {code} is not separately payable: do not bill it to Medicare."
    if kind == "2":
        return (
            f"At most {most}: the limit follows from statute, anatomy or the code itself and is not overridden. "
            "Correct the units."
        )
    return (
        f"If the record shows that more than {most} were done, correctly coded and necessary, they can be paid on "
        f"review with that evidence; otherwise bill at most {most}."
    )


def timed_units(case: Case) -> Said:
    """Billed units against the minutes of the lines, by the payer's method; untimed codes once."""
    without: list[Line] = []
    for lines in case.days():
        groups: dict[str, list[Line]] = {}
        for line in lines:
            kind = case.value(line, "timing", line.code)
            if kind == "timed_15":
                discipline = next((modifier for modifier in line.modifiers if modifier in THERAPY), "")
                groups.setdefault(discipline, []).append(line)
            elif kind == "untimed" and case.value(line, "timing", line.code, "unit") == "encounter":
                yield from _untimed(case, line, lines)
        for ours in groups.values():
            if any(line.minutes is None for line in ours):
                without += [line for line in ours if line.minutes is None]
            else:
                yield from _minutes(case, ours)
    if without:
        codes = listing(list(dict.fromkeys(line.code for line in without)))
        yield NotRun("timed_units", f"{spoken(without)} ({codes}) is billed by time: give the minutes.")


def _untimed(case: Case, line: Line, lines: list[Line]) -> Said:
    ours = [other for other in lines if other.code == line.code]
    billed = sum(other.units for other in ours)
    if billed > 1 and ours[0] is line:
        found = case.on(line, "timing", line.code)
        yield Finding(
            "timed_units.untimed",
            case.codings("error"),
            numbers(ours),
            f"{billed} units of {line.code}, which is not timed: one unit whatever the minutes and areas.",
            "Bill one unit, unless the record shows separate encounters that day.",
            held(found),
        )


def _minutes(case: Case, ours: list[Line]) -> Said:
    minutes: dict[str, int] = {}
    billed: dict[str, int] = {}
    for line in ours:
        minutes[line.code] = minutes.get(line.code, 0) + (line.minutes or 0)
        billed[line.code] = billed.get(line.code, 0) + line.units
    if sum(minutes.values()) > 24 * 60:
        yield Finding("timed_units.minutes", "error", numbers(ours), "The minutes add up to more than a day.")
        return
    counted = units(minutes, lambda code: True)
    total, midpoint = counted.medicare, counted.cpt
    by_total = _fits(billed, minutes, total)
    by_midpoint = all(billed[code] <= midpoint.units.get(code, 0) for code in billed)
    proof = held(*(case.on(ours[0], "timing", code) for code in billed))
    both = (
        f"Medicare's total time gives {total.billable_units} ({_said(total)}), the CPT midpoint "
        f"{midpoint.billable_units} ({_said(midpoint)})"
    )
    many = f"{sum(billed.values())} timed units billed for {sum(minutes.values())} minutes"
    where = numbers(ours)
    fix = "Bill the units that the documented minutes give by the payer's method; do not change the minutes."
    if case.medicare:
        if by_total == "over":
            yield Finding(
                "timed_units.too_many",
                "error",
                where,
                f"{many}; Medicare's total time gives {total.billable_units} ({_said(total)}).",
                fix,
                proof,
            )
        elif by_total == "shifted":
            yield Finding(
                "timed_units.allocation",
                "error",
                where,
                f"{many} is the right number, but the units go to the codes with the most minutes: {_said(total)}.",
                fix,
                proof,
            )
        elif sum(billed.values()) < total.billable_units:
            yield Finding(
                "timed_units.fewer",
                "info",
                where,
                f"{many}; Medicare's total time gives {total.billable_units} ({_said(total)}).",
                "If the minutes were skilled one-to-one time, the record supports them; billing fewer is no error.",
                proof,
            )
        return
    if by_total != "fits" and not by_midpoint:
        severity: Severity = "warning"
        yield Finding("timed_units.too_many", severity, where, f"{many}: {both}.", fix, proof)
    elif by_total != "fits" or not by_midpoint:
        name = "Medicare's total time" if by_total == "fits" else "the CPT midpoint"
        yield Finding(
            "timed_units.method",
            "info" if case.medicare is False else "warning",
            where,
            f"{many} fits only {name}: {both}.",
            "If the payer counts that way, it stands; otherwise bill what its method gives.",
            proof,
        )


def _fits(billed: dict[str, int], minutes: dict[str, int], total: Allocation) -> str:
    """fits, over (more units than the total gives), or shifted (a unit at a code with fewer minutes left)."""
    if sum(billed.values()) > total.billable_units:
        return "over"
    for code, number in billed.items():
        most = total.units.get(code, 0)
        if code in total.either:
            most = minutes[code] // 15 + 1
        if number > most:
            return "shifted"
    return "fits"


def _said(allocation: Allocation) -> str:
    listed = ", ".join(f"{code} x{number}" for code, number in allocation.units.items()) or "none"
    return f"{listed}, {' or '.join(allocation.either)} alike" if allocation.either else listed
