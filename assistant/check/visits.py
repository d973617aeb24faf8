"""Visits beside procedures: 25 and 57 by the global days.

Authority: NCCI Policy Manual ch. I.D, IOM 100-04 ch. 12 s.30.6.6 and 40.2."""

from __future__ import annotations

from datetime import timedelta

from assistant.check.findings import (
    Case,
    Finding,
    Said,
    edition,
    held,
    is_em,
    is_visit,
    listing,
    numbers,
    text,
)


def modifier_25(case: Case) -> Said:
    """25 and 57: on E/M visits only, by the global days of the procedures of that day and the next."""
    yield from _day_before(case)
    for lines in case.days():
        visits = [line for line in lines if is_visit(line.code)]
        procedures = [line for line in lines if not is_em(line.code)]
        days = {line.number: case.on(line, "mpfs", line.code, "glob_days") for line in procedures}
        for line in procedures:
            wrong = [modifier for modifier in ("24", "25", "57") if modifier in line.modifiers]
            if wrong:
                yield Finding(
                    "modifier_25.not_em",
                    case.codings("error"),
                    (line.number,),
                    f"{listing(wrong)} on {line.code}, which is no E/M visit.",
                    "Take it off; where a visit of that day is significant and separate, 25 goes on the visit.",
                    held(case.on(line, "modifier_meaning", wrong[0], "goes_on")),
                )
        minor = [line for line in procedures if text(days[line.number]) in ("000", "010")]
        major = [line for line in procedures if text(days[line.number]) == "090"]
        for visit in visits:
            has = {modifier for modifier in ("25", "57") if modifier in visit.modifiers}
            if major and "57" not in visit.modifiers and "24" not in visit.modifiers:
                yield Finding(
                    "modifier_25.decision_for_surgery",
                    case.medicares("error"),
                    numbers([visit, *major]),
                    f"{visit.code} on the day of {listing([line.code for line in major])}, major surgery with 90 "
                    f"global days{edition(days[major[0].number])}.",
                    f"If surgery was decided at this visit, then 57 on line {visit.number}; otherwise the visit is "
                    "part of the surgery and not billed.",
                    held(days[major[0].number]),
                )
            elif minor and not major and not has and "24" not in visit.modifiers:
                yield Finding(
                    "modifier_25.missing",
                    case.medicares("error"),
                    numbers([visit, *minor]),
                    f"{visit.code} on the day of {listing([line.code for line in minor])}, minor procedure with "
                    f"global days {text(days[minor[0].number])}{edition(days[minor[0].number])}.",
                    "If the record shows a significant visit, separately identifiable from the procedure's own work, "
                    f"then 25 on line {visit.number}; otherwise do not bill the visit.",
                    held(days[minor[0].number]),
                )
            elif minor and not major and "57" in has:
                yield Finding(
                    "modifier_25.minor_surgery",
                    case.medicares("warning"),
                    (visit.number,),
                    f"57 on {visit.code}, but the procedures of that day are minor: 57 is for major surgery.",
                    f"If the visit is significant and separate, then 25 on line {visit.number} instead; the decision "
                    "for a minor procedure is part of it.",
                    held(days[minor[0].number]),
                )
            elif "25" in has and not procedures:
                yield Finding(
                    "modifier_25.nothing_beside",
                    "info",
                    (visit.number,),
                    f"25 on {visit.code} with no other service of that day on the claim.",
                    "Keep it only if a procedure of that day is billed elsewhere by the same physician or group.",
                )


def _day_before(case: Case) -> Said:
    """A visit the day before major surgery is in its global period unless surgery was decided there."""
    for visit in case.claim.lines:
        if not is_visit(visit.code) or {"57", "24"} & set(visit.modifiers):
            continue
        for line in case.claim.lines:
            days = case.on(line, "mpfs", line.code, "glob_days")
            if line.day - visit.day == timedelta(days=1) and text(days) == "090":
                yield Finding(
                    "modifier_25.day_before_surgery",
                    case.medicares("warning"),
                    numbers([visit, line]),
                    f"{visit.code} is of the day before {line.code}, major surgery with 90 global days{edition(days)}.",
                    f"If surgery was decided at this visit, then 57 on line {visit.number}; if it has nothing to do "
                    "with the surgery, then 24; otherwise it is part of the surgery.",
                    held(days),
                )
