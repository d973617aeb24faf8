"""The modifiers of a line: do they belong to the code, to each other, to whoever gave the service?

Authority: CPT Appendix A for what a modifier means; the fee schedule's indicators (record layout RVU25D) for 26,
TC, 50, 80, 82, AS, 62, 66."""

from __future__ import annotations

import re

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


_NOT_ON_VISITS = frozenset("22 47 54 55 56 58 62 63 66 78 79 80 81 82 AS".split())
_LABORATORY = frozenset(("90", "91", "92"))
_PERFORMANCE = frozenset("1P 2P 3P 8P P1 P2 P3 P4 P5 P6".split())


def belonging(case: Case) -> Said:
    """Modifiers that are none, and those that go on another kind of service."""
    for line in case.claim.lines:
        for modifier in dict.fromkeys(line.modifiers):
            known = case.on(line, "modifier_meaning", modifier)
            listed = case.on(line, "hcpcs", modifier, "description")
            if (
                not text(known)
                and modifier not in _PERFORMANCE
                and (re.fullmatch(r"\d\d", modifier) or listed.state == "no")
            ):
                yield Finding(
                    "modifier_info.unknown",
                    "warning",
                    (line.number,),
                    f"{modifier} on {line.code} is in no list of modifiers held here.",
                    "Check it for a slip.",
                    held(listed),
                )
            if is_em(line.code) and modifier in _NOT_ON_VISITS:
                yield Finding(
                    "modifier_info.not_on_visits",
                    case.codings("error"),
                    (line.number,),
                    f"{modifier} on the visit {line.code}: {text(known)}; it goes on procedures.",
                    "If the visit is unrelated to a surgery in whose global period it falls, then 24; otherwise take "
                    f"{modifier} off.",
                    held(known),
                )
            if modifier in _LABORATORY and re.match(r"[1-79]\d{4}$", line.code):
                yield Finding(
                    "modifier_info.laboratory",
                    case.codings("error"),
                    (line.number,),
                    f"{modifier} on {line.code}: {text(known)}; it goes on laboratory tests.",
                    "If the same service was repeated, then 76 or 77; otherwise take it off.",
                    held(known),
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
    for lines in case.days():
        for line in lines:
            parts = [
                other for other in lines if other.code == line.code and {"26", "TC"} & set(other.modifiers)
            ]
            if parts and not {"26", "TC"} & set(line.modifiers):
                yield Finding(
                    "component.twice",
                    case.codings("warning"),
                    numbers([line, *parts]),
                    f"{line.code} is billed whole and as a component on one day.",
                    "If it was done once, either the whole or the components; a repeat has its own modifier.",
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
        if "KX" in line.modifiers and {"GA", "GZ"} & set(used):
            yield Finding(
                "abn.with_kx",
                case.medicares("warning"),
                (line.number,),
                f"KX and {used[0]} on {line.code}: KX says that the service is necessary, {used[0]} that a denial for "
                "necessity is expected.",
                "If it is necessary and above the threshold, then KX; if not, GA with an ABN or GZ without.",
                held(case.on(line, "kx_rule", "KX"), case.on(line, "abn_modifiers", used[0])),
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
