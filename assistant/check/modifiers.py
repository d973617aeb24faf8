"""The modifiers of a line: do they belong to the code, to each other, to whoever gave the service?

Authority: CPT Appendix A for what a modifier means; the fee schedule's indicators (record layout RVU25D) for 26,
TC, 50, 80, 82, AS, 62, 66; IOM 100-04 ch. 5 s.20.1 for therapy modifiers and assistants."""

from __future__ import annotations

import re

from assistant.check.claims import Line
from assistant.check.findings import (
    THERAPY,
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

_ASSISTANTS = {"PTA": ("CQ", "GP"), "OTA": ("CO", "GO")}
_PLANS = {"PT": "GP", "PTA": "GP", "OT": "GO", "OTA": "GO", "SLP": "GN"}


def modifiers(case: Case) -> Said:
    """Shape, number and repetition of a line's modifiers."""
    for line in case.claim.lines:
        bad = [modifier for modifier in line.modifiers if not re.fullmatch(r"[0-9A-Z]{2}", modifier)]
        if bad:
            yield Finding(
                "modifier_info.shape",
                "error",
                (line.number,),
                f"{listing(bad)} on {line.code}: a modifier has two letters or digits.",
                "Correct it.",
            )
        twice = sorted({modifier for modifier in line.modifiers if line.modifiers.count(modifier) > 1})
        if twice:
            yield Finding(
                "modifier_info.repeated",
                "error",
                (line.number,),
                f"{listing(twice)} stands more than once on {line.code}.",
                "Keep it once.",
            )
        if len(line.modifiers) > 4:
            yield Finding(
                "modifier_info.too_many",
                "warning",
                (line.number,),
                f"{len(line.modifiers)} modifiers on {line.code}: four fit on a line.",
                "Put first those that decide payment; ask the payer how it takes the others.",
            )


def modifier_51(case: Case) -> Said:
    """51 on what its definition leaves out, on add-on and Appendix E codes; to Medicare at all."""
    for line in case.claim.lines:
        if "51" not in line.modifiers:
            continue
        ground = case.on(line, "modifier_51", line.code, "ground")
        add_on = case.on(line, "add_on_code", line.code, "type")
        listed = case.on(line, "appendix_e", line.code)
        send = case.on(line, "modifier_51", "51", "medicare")
        at = (line.number,)
        if text(ground) == "excluded_by_definition":
            yield Finding(
                "modifier_51.excluded_by_definition",
                case.codings("error"),
                at,
                f"51 on {line.code}: the modifier's own definition leaves out services of this kind.",
                "Take 51 off the line. A reduction between lines is the payer's own and needs no modifier.",
                held(ground),
            )
        elif text(add_on):
            yield Finding(
                "modifier_51.add_on",
                case.codings("error"),
                at,
                f"51 on {line.code}, an add-on code: add-on codes never take 51.",
                "Take 51 off the line.",
                held(add_on),
            )
        elif text(listed) == "listed":
            yield Finding(
                "modifier_51.appendix_e",
                case.codings("error"),
                at,
                f"51 on {line.code}, which CPT Appendix E exempts from it.",
                "Take 51 off the line.",
                held(listed),
            )
        elif case.medicare is not False:
            yield Finding(
                "modifier_51.medicare",
                "warning" if case.medicare else "info",
                at,
                f"51 on {line.code}: Medicare asks not to send it, its contractors reduce by themselves.",
                "Leave 51 off a Medicare claim; another payer's policy decides for that payer.",
                held(send),
            )


def modifier_25(case: Case) -> Said:
    """25 and 57: on E/M visits only, by the global days of the procedures of that day."""
    for lines in case.days():
        visits = [line for line in lines if is_em(line.code)]
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


def bilateral(case: Case) -> Said:
    """50, LT and RT by the bilateral indicator."""
    missing: dict[str, list[str]] = {}
    for line in case.claim.lines:
        sides = [modifier for modifier in ("LT", "RT") if modifier in line.modifiers]
        if "50" not in line.modifiers:
            if len(sides) == 2:
                yield Finding(
                    "bilateral.both_sides",
                    case.codings("error"),
                    (line.number,),
                    f"LT and RT on one line of {line.code}.",
                    "One side: one modifier. Both sides: 50 with one unit for Medicare where the code takes it, or two "
                    "lines where the payer wants that.",
                )
            continue
        found = case.on(line, "mpfs", line.code, "bilat_surg")
        if found.state == "silent":
            missing.setdefault(found.cure, []).append(line.code)
        if sides:
            yield Finding(
                "bilateral.with_side",
                case.codings("error"),
                (line.number,),
                f"50 together with {listing(sides)} on {line.code}.",
                "Both sides: 50 alone. One side: LT or RT alone.",
                held(case.on(line, "bilat_meaning", "50", "not_with")),
            )
        allowed = case.value(line, "bilat_meaning", text(found), "modifier_50") if text(found) else ""
        meaning = case.on(line, "bilat_meaning", text(found)) if text(found) else found
        if allowed == "not_allowed":
            yield Finding(
                "bilateral.not_allowed",
                case.medicares("error"),
                (line.number,),
                f"50 on {line.code}: bilateral indicator {text(found)}, {text(meaning)}{edition(found)}.",
                "Take 50 off; if the code is done on one side, then LT or RT where it applies.",
                held(found, meaning),
            )
        elif allowed == "allowed" and text(found) == "1" and line.units > 1:
            yield Finding(
                "bilateral.units",
                case.medicares("error"),
                (line.number,),
                f"50 on {line.code} with {line.units} units: Medicare takes one line with one unit{edition(found)}.",
                "If both sides were done once, one unit with 50.",
                held(found),
            )
    yield from silent("bilateral", missing)


def component(case: Case) -> Said:
    """26 and TC by the PC/TC indicator."""
    missing: dict[str, list[str]] = {}
    for line in case.claim.lines:
        used = [modifier for modifier in ("26", "TC") if modifier in line.modifiers]
        if not used:
            continue
        if len(used) == 2:
            yield Finding(
                "component.both",
                case.codings("error"),
                (line.number,),
                f"26 and TC on one line of {line.code}.",
                "Both components together are the code without a modifier.",
            )
        found = case.on(line, "mpfs", line.code, "pctc")
        if found.state == "silent":
            missing.setdefault(found.cure, []).append(line.code)
        for modifier in used:
            allowed = case.on(line, "pctc_meaning", text(found), f"modifier_{modifier.lower()}")
            if text(found) and text(allowed) == "not_allowed":
                meaning = case.on(line, "pctc_meaning", text(found))
                yield Finding(
                    "component.not_allowed",
                    case.medicares("error"),
                    (line.number,),
                    f"{modifier} on {line.code}: PC/TC indicator {text(found)}, {text(meaning)}{edition(found)}.",
                    f"Take {modifier} off; if only a part was done, look for the code of that part.",
                    held(found, allowed),
                )
    yield from silent("component", missing)


def surgeons(case: Case) -> Said:
    """80, 81, 82, AS, 62 and 66 by their indicators."""
    missing: dict[str, list[str]] = {}
    kinds = (
        (("80", "81", "82", "AS"), "asst_surg", "asst_meaning", "an assistant at surgery"),
        (("62",), "co_surg", "cosurg_meaning", "two surgeons"),
        (("66",), "team_surg", "team_meaning", "a surgical team"),
    )
    for line in case.claim.lines:
        for names, field, table, what in kinds:
            used = [modifier for modifier in names if modifier in line.modifiers]
            if not used:
                continue
            found = case.on(line, "mpfs", line.code, field)
            if found.state == "silent":
                missing.setdefault(found.cure, []).append(line.code)
            if not text(found):
                continue
            paid, meaning = (case.on(line, table, text(found), name) for name in ("paid", "value"))
            at = f"{listing(used)} on {line.code}: indicator {text(found)}, {text(meaning)}{edition(found)}."
            if text(paid) == "no":
                yield Finding(
                    "surgeons.not_paid",
                    case.medicares("error"),
                    (line.number,),
                    at,
                    f"Medicare does not pay {what} for this code: do not bill the line to Medicare.",
                    held(found, paid),
                )
            elif text(paid) == "with_documentation":
                yield Finding(
                    "surgeons.documentation",
                    case.medicares("warning"),
                    (line.number,),
                    at,
                    "Paid only if the documentation sent shows why it was necessary.",
                    held(found, paid),
                )
        if "AS" in line.modifiers and case.who == "MD":
            yield Finding(
                "surgeons.role",
                case.codings("error"),
                (line.number,),
                f"AS on {line.code} rendered by a physician: AS is for PA, NP and CNS.",
                "If a physician assisted, then 80, 81 or 82, whichever applies.",
            )
    yield from silent("surgeons", missing)


def therapy_modifier(case: Case) -> Said:
    """One of GP, GO, GN: Medicare wants it on every always-therapy line, and on others under a plan of care."""
    for line in case.claim.lines:
        used = [modifier for modifier in THERAPY if modifier in line.modifiers]
        found = case.on(line, "therapy_discipline", line.code)
        kind = text(found)
        if len(used) > 1:
            yield Finding(
                "therapy_modifier.several",
                case.codings("error"),
                (line.number,),
                f"{listing(used)} on {line.code}: only one of GP, GO and GN goes on a line.",
                "Keep the one of the plan of care under which the service was given.",
            )
            continue
        if not kind:
            continue
        own = _PLANS.get(case.who or "", "")
        taken = case.value(line, "therapy_discipline", line.code, "modifiers").split()
        if not used and kind == "always" and case.medicare is not False and case.who != "DC":
            yield Finding(
                "therapy_modifier.missing",
                case.medicares("error"),
                (line.number,),
                f"{line.code} is always therapy for Medicare and the line has none of GP, GO, GN.",
                _which(own, taken),
                held(found),
            )
        elif not used and kind == "sometimes" and case.medicare is not False and own:
            yield Finding(
                "therapy_modifier.plan_of_care",
                case.medicares("warning"),
                (line.number,),
                f"{line.code} is sometimes therapy for Medicare and the line has none of GP, GO, GN.",
                f"If it was given under a therapy plan of care, then {own}; otherwise none.",
                held(found),
            )
        elif used and taken and used[0] not in taken:
            yield Finding(
                "therapy_modifier.discipline",
                case.medicares("error"),
                (line.number,),
                f"{used[0]} on {line.code}, which goes with {listing(taken, 'or')}.",
                f"If the service was given under that plan of care, then {listing(taken, 'or')}; otherwise another "
                "code describes it.",
                held(case.on(line, "therapy_discipline", line.code, "modifiers")),
            )
        elif used and own and used[0] != own:
            yield Finding(
                "therapy_modifier.provider",
                case.medicares("warning"),
                (line.number,),
                f"{used[0]} on {line.code} rendered by {case.who}, whose plan of care is {own}.",
                "Keep the one of the plan of care under which the service was given.",
                held(case.on(line, "therapy_discipline", case.who or "", "modifier")),
            )


def _which(own: str, taken: list[str]) -> str:
    if own and (not taken or own in taken):
        return f"If it was given under a plan of care of that discipline, then {own} on the line."
    if len(taken) == 1:
        return f"If it was given under a therapy plan of care, then {taken[0]} on the line."
    return "Under a physical therapy plan of care GP, occupational therapy GO, speech-language pathology GN."


def assistant_modifier(case: Case) -> Said:
    """CQ with GP, CO with GO; needed where an assistant gave more than a tenth of the service."""
    for line in case.claim.lines:
        used = [modifier for modifier in ("CQ", "CO") if modifier in line.modifiers]
        for modifier in used:
            pair = case.on(line, "assistant_modifier", modifier, "with")
            if text(pair) and text(pair) not in line.modifiers:
                yield Finding(
                    "assistant_modifier.pair",
                    case.medicares("error"),
                    (line.number,),
                    f"{modifier} on {line.code} without {text(pair)}.",
                    f"If an assistant of that discipline gave it, {modifier} stands beside {text(pair)}; otherwise "
                    f"take {modifier} off.",
                    held(pair),
                )
        if len(used) == 2:
            yield Finding(
                "assistant_modifier.both",
                case.medicares("error"),
                (line.number,),
                f"CQ and CO on one line of {line.code}.",
                "Keep the one of the assistant who gave the service.",
            )
        needed = _ASSISTANTS.get(case.who or "")
        if not needed or used or not case.therapy(line):
            continue
        wanted, plan = needed
        rule = case.on(line, "assistant_modifier", wanted)
        share = case.value(line, "assistant_modifier", wanted, "de_minimis_percent")
        if text(rule) == "required" and case.medicare is not False:
            yield Finding(
                "assistant_modifier.missing",
                case.medicares("error"),
                (line.number,),
                f"{line.code} rendered by a {case.who} without {wanted}.",
                f"If the {case.who} gave more than {share or 10}% of the service apart from the therapist, then "
                f"{wanted} beside {plan}; minutes given together count as the therapist's.",
                held(rule),
            )


def abn(case: Case) -> Said:
    """GA, GX, GY, GZ against each other, and on claims that are not Original Medicare's."""
    for line in case.claim.lines:
        used = [modifier for modifier in ("GA", "GX", "GY", "GZ") if modifier in line.modifiers]
        if not used:
            continue
        proof = held(case.on(line, "abn_modifiers", used[0]))
        if "GZ" in used and "GA" in used:
            yield Finding(
                "abn.conflict",
                case.medicares("error"),
                (line.number,),
                f"GA and GZ on {line.code}: one says an ABN is on file, the other that there is none.",
                "If a valid ABN was given, then GA; if not, GZ.",
                proof,
            )
        if "GX" in used and "GY" not in used:
            yield Finding(
                "abn.voluntary",
                case.medicares("warning"),
                (line.number,),
                f"GX on {line.code} without GY: a voluntary notice goes with a service that has no benefit.",
                "If the service is excluded by statute, then GX with GY; otherwise GX does not apply.",
                proof,
            )
        if case.medicare is False:
            yield Finding(
                "abn.payer",
                "info",
                (line.number,),
                f"{listing(used)} on {line.code}: these are for Original Medicare.",
                "Follow the payer's own rule on notices.",
                held(case.on(line, "abn_modifiers", "payer")),
            )


def repeated(case: Case) -> Said:
    """The same code on several lines of a day with nothing to say why: the second is taken as a duplicate."""
    for lines in case.days():
        by_key: dict[tuple[str, tuple[str, ...]], list[Line]] = {}
        for line in lines:
            by_key.setdefault((line.code, tuple(sorted(line.modifiers))), []).append(line)
        for (code, _), ours in by_key.items():
            if len(ours) > 1:
                yield Finding(
                    "duplicate.same_line",
                    "warning",
                    numbers(ours),
                    f"{code} stands on {spoken(ours)} with the same modifiers.",
                    "If it was done once, bill it once; if repeated, one line with the units, or the modifier that says "
                    "why (76, 77, 91, 59 or an X modifier).",
                )
