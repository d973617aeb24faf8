"""What Medicare takes off between the lines of a day, and what modifiers make of a line's fee.

Therapy, multiple surgery, endoscopy, imaging, cardiovascular and eye diagnostics: record layout RVU25D (MULT PROC), IOM
100-04 ch. 5 s.10.7, ch. 12 s.40.6; bilateral, assistants, co-surgeons, parts of the global package: ch. 12 s.20.4.3,
40.2, 40.4, 40.7, 40.8."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from assistant.facts import Facts
from assistant.rules.fee_lines import FeeLine, Place, Work, missing, price
from assistant.rules.units import TherapyLine, cents, mppr

SURGERY = (Decimal(1), Decimal("0.5"), Decimal("0.5"), Decimal("0.5"), Decimal("0.5"))
"""Shares of the first to fifth procedure by fee (MULT PROC 2); from the sixth: by report."""

BILATERAL = {"0": Decimal(1), "1": Decimal("1.5"), "2": Decimal(1), "3": Decimal(2)}
ASSISTANT = {"80": Decimal("0.16"), "81": Decimal("0.16"), "82": Decimal("0.16"), "AS": Decimal("0.136")}
CO_SURGEON = Decimal("0.625")


def therapy(work: Sequence[Work], place: Place, facility: bool, facts: Facts, when: date) -> None:
    """MULT PROC 5: every unit but the one with the highest practice expense keeps half of it."""
    ours = [one for one in work if one.each is not None and one.value("mult_proc") == "5"]
    if sum(one.line.units for one in ours) < 2:
        return
    pe = "pe_fac" if facility else "pe_nonfac"
    share = facts.on(when, "mppr", "therapy", f"pe_percent_{'facility' if facility else 'office'}")
    if share.state != "held" or share.fact is None:
        for one in ours:
            one.each, one.reason = None, missing(share, "the therapy reduction", when)
        return
    lines = [
        TherapyLine(
            one.line.code,
            one.line.units,
            *(Decimal(one.value(name)) for name in ("work_rvu", pe, "mp")),
        )
        for one in ours
    ]
    percent = Decimal(share.fact.value)
    for one, reduced in zip(ours, mppr(lines, place.gpci, percent / 100), strict=True):
        one.each = list(reduced.amounts(Decimal(one.value("conv_factor"))))
        one.facts["mppr"] = share.fact
        if reduced.reduced_units:
            kept = f"{reduced.full_units} in full, " if reduced.full_units else ""
            text = f"therapy MPPR: {kept}{reduced.reduced_units} with {percent}% of the practice expense"
            one.step(text, sum(one.each, Decimal(0)), [share.fact.citation.source_id])
        else:
            text = "therapy MPPR: the highest practice expense of the day, paid in full"
            one.step(text, sum(one.each, Decimal(0)), [share.fact.citation.source_id])


def bilateral(one: Work) -> None:
    """Modifier 50 by the bilateral indicator."""
    if one.each is None or "50" not in one.line.modifiers:
        return
    indicator = one.value("bilat_surg")
    share = BILATERAL.get(indicator)
    if share is None:
        one.notes.append(
            f"Bilateral indicator {indicator or 'unknown'}: modifier 50 does not apply and changes nothing."
        )
        return
    one.each = [cents(amount * share) for amount in one.each]
    one.full = cents(one.full * share)
    text = f"bilateral (50), indicator {indicator}: x {share}"
    one.step(text, sum(one.each, Decimal(0)), [one.facts["bilat_surg"].citation.source_id])


def surgery(work: Sequence[Work], place: Place, facility: bool, facts: Facts, when: date) -> None:
    """MULT PROC 2 and 3: each family of endoscopies by its own rule, then all ranked by fee, the first in full, the
    second to fifth at half, then by report. A family counts as one procedure."""
    ours = [
        one
        for one in work
        if one.each is not None and one.value("mult_proc") in ("2", "3") and not _assists(one.line)
    ]
    together = _families(ours, place, facility, facts, when)
    ranked: list[tuple[Decimal, list[Work], int]] = [
        (sum((amount for one in family for amount in one.each or ()), Decimal(0)), family, -1)
        for family in together
        if all(one.each is not None for one in family)
    ]
    alone = [one for one in ours if not any(one in family for family in together)]
    ranked += [(amount, [one], unit) for one in alone for unit, amount in enumerate(one.each or ())]
    if len(ranked) < 2:
        return
    ranked.sort(key=lambda item: (-item[0], ours.index(item[1][0])))
    shares: dict[int, list[str]] = {}
    for rank, (_, group, unit) in enumerate(ranked):
        for one in group:
            if rank >= len(SURGERY):
                one.each, one.reason = None, "sixth or later procedure of the day: priced by report"
            elif one.each is not None:
                one.each = [
                    cents(amount * SURGERY[rank]) if unit in (-1, at) else amount
                    for at, amount in enumerate(one.each)
                ]
                shares.setdefault(work.index(one), []).append(f"{SURGERY[rank]:.0%}")
    for index, said in shares.items():
        one = work[index]
        if one.each is not None:
            text = f"multiple surgery: {', '.join(said)}, ranked by fee"
            one.step(
                text, sum(one.each, Decimal(0)), [one.facts["mult_proc"].citation.source_id, "mcpm-ch12"]
            )


def _families(
    ours: Sequence[Work], place: Place, facility: bool, facts: Facts, when: date
) -> list[list[Work]]:
    """Endoscopies of one base code on a day: the highest in full, of each other only what it has over the base;
    the base itself is included."""
    found = []
    for base in dict.fromkeys(one.value("endo_base") for one in ours if one.value("mult_proc") == "3"):
        family = [
            one
            for one in ours
            if one.line.code == base or (one.value("mult_proc") == "3" and one.value("endo_base") == base)
        ]
        if sum(one.line.units for one in family) < 2:
            continue
        found.append(family)
        foot = Work(FeeLine(base))
        price(foot, facts, when, place, facility, [])
        if foot.each is None or any({"50", "62"} & set(one.line.modifiers) for one in family):
            why = (
                foot.reason if foot.each is None else "with modifier 50 or 62 its order is in no source held"
            )
            for one in family:
                one.each = None
                one.reason = f"several endoscopies of one family (base code {base}), not worked out: {why}"
            continue
        least = foot.each[0]
        scopes = [one for one in family if one.line.code != base]
        top = max(scopes, key=lambda one: one.each[0] if one.each else Decimal(0), default=None)
        for one in family:
            assert one.each is not None
            more = [max(Decimal(0), amount - least) for amount in one.each]
            if one is top:
                one.each = [one.each[0], *more[1:]]
                text = f"multiple endoscopy: the highest of the family of {base}, in full"
            elif one.line.code == base:
                one.each = [Decimal(0)] * len(one.each) if scopes else [one.each[0], *more[1:]]
                text = f"multiple endoscopy: the base {base} is included in the other endoscopy"
            else:
                one.each = more
                text = f"multiple endoscopy: what it has over the base {base} (${least})"
            sources = [one.facts["mult_proc"].citation.source_id, "mcpm-ch12"]
            one.step(text, sum(one.each, Decimal(0)), sources)
    return found


def _assists(line: FeeLine) -> bool:
    return any(modifier in ASSISTANT for modifier in line.modifiers)


def surgeons(one: Work) -> None:
    """80, 81, 82, AS: a share of the fee where an assistant may be paid; 62: 62.5% each; 66: by report."""
    if one.each is None:
        return
    for modifier in one.line.modifiers:
        if modifier in ASSISTANT:
            indicator, share, what = one.value("asst_surg"), ASSISTANT[modifier], "an assistant at surgery"
            source = one.facts.get("asst_surg")
            allowed = indicator in ("0", "2")
        elif modifier == "62":
            indicator, share, what = one.value("co_surg"), CO_SURGEON, "co-surgeons"
            source = one.facts.get("co_surg")
            allowed = indicator in ("1", "2")
        elif modifier == "66":
            one.each, one.reason = None, "team surgery (66) is priced by report"
            return
        else:
            continue
        if not allowed:
            one.each = None
            one.reason = (
                f"Medicare does not pay {what} for {one.line.code} (indicator {indicator or 'unknown'})"
            )
            return
        if indicator == ("0" if modifier in ASSISTANT else "1"):
            one.notes.append(
                f"{modifier}: paid only with documentation that it was necessary (indicator {indicator})."
            )
        one.each = [cents(amount * share) for amount in one.each]
        sources = [source.citation.source_id] if source else []
        one.step(f"{modifier}: x {share}", sum(one.each, Decimal(0)), [*sources, "mcpm-ch12"])


_COMPONENT_RULES = {
    "4": ("diagnostic imaging", Decimal("0.5"), Decimal("0.95")),
    "6": ("cardiovascular diagnostics", Decimal("0.75"), Decimal(1)),
    "7": ("ophthalmology diagnostics", Decimal("0.8"), Decimal(1)),
}
"""MULT PROC -> what, and the shares of TC and PC that the second and further procedures keep (RVU25D; since 2017)."""


def components(
    work: Sequence[Work], place: Place, facility: bool, facts: Facts, when: date, warnings: list[str]
) -> None:
    """MULT PROC 4, 6, 7: the highest technical component in full, the others in part; in imaging the professional
    components likewise."""
    for indicator, (what, technical, professional) in _COMPONENT_RULES.items():
        ours = [one for one in work if one.each is not None and one.value("mult_proc") == indicator]
        if sum(one.line.units for one in ours) < 2:
            continue
        names = ", ".join(dict.fromkeys(one.line.code for one in ours))
        split = [_split(one, indicator, place, facility, facts, when) for one in ours]
        if when.year < 2017 or any(each is None for each in split):
            warnings.append(
                f"The reduction for several {what} of a day is not worked out for {names}: it needs the 26 and TC rows "
                "of the loaded fee schedule file."
            )
            continue
        taken: dict[int, list[Decimal]] = {
            index: [Decimal(0)] * one.line.units for index, one in enumerate(ours)
        }
        for part, share in ((0, technical), (1, professional)):
            units = [
                (each[part], index, unit)
                for index, each in enumerate(split)
                if each and each[part]
                for unit in range(ours[index].line.units)
            ]
            units.sort(key=lambda item: (-item[0], item[1:]))
            for amount, index, unit in units[1:]:
                taken[index][unit] += cents(amount * (1 - share))
        for index, one in enumerate(ours):
            if one.each is None or not any(taken[index]):
                continue
            one.each = [amount - less for amount, less in zip(one.each, taken[index], strict=True)]
            kept = f"TC {technical:.0%}" + (f", PC {professional:.0%}" if professional < 1 else "")
            text = f"{what}, second and further procedures of a session: {kept}"
            one.step(
                text,
                sum(one.each, Decimal(0)),
                [one.facts["mult_proc"].citation.source_id, "cms-rvu25d-layout"],
            )
    whole = [one for one in work if one.each is not None and "26" not in one.line.modifiers]
    if any(one.value("mult_proc") == "4" for one in whole):
        warnings.append(
            "Imaging: the cap of the technical component at the hospital outpatient rate is left out."
        )


def _split(
    one: Work, indicator: str, place: Place, facility: bool, facts: Facts, when: date
) -> tuple[Decimal, Decimal] | None:
    """Dollars of the technical and the professional component of a unit; None where the rows are not held.
    Imaging outside the family (indicator 88) is not reduced: (0, 0)."""
    if indicator == "4":
        family = facts.on(when, "mpfs", one.line.code, "imaging_family").fact
        if family is None:
            return None
        if family.value != "88":
            return Decimal(0), Decimal(0)
    used = {"26", "TC"} & set(one.line.modifiers)
    found = []
    for part in ("TC", "26"):
        if used and part not in used:
            found.append(Decimal(0))
            continue
        row = Work(FeeLine(one.line.code, 1, (part,)))
        price(row, facts, when, place, facility, [])
        if row.each is None:
            return None
        found.append(row.each[0])
    return found[0], found[1]


_BY_REPORT = {
    "22": "more work than usual (22): the contractor sets the amount from the record",
    "52": "reduced service (52): the contractor sets the amount from the record",
    "53": "stopped procedure (53): the contractor sets the amount where the file has no row for it",
    "56": "care before the operation only (56): how Medicare pays it alone is in no source held",
}
_PARTS: dict[str, tuple[tuple[str, ...], str]] = {
    "54": (("pre_op", "intra_op"), "surgical care only (54): pre- and intraoperative share"),
    "55": (("post_op",), "care after the operation (55): postoperative share"),
    "78": (("intra_op",), "return to the operating room (78): intraoperative share"),
}


def parts(one: Work) -> None:
    """Parts of the global package by the percentages of the code's row; what a contractor sets by report is not
    priced, and the reason names the amount without the modifier."""
    for modifier in one.line.modifiers:
        if one.each is None:
            return
        if modifier == "53" and "-53" in one.facts["status"].subject:
            continue
        if modifier in _BY_REPORT:
            whole = sum(one.each, Decimal(0))
            one.each, one.reason = None, f"{_BY_REPORT[modifier]}; without the modifier it is ${whole:.2f}"
        elif modifier in _PARTS:
            names, what = _PARTS[modifier]
            share = sum((Decimal(one.value(name) or 0) for name in names), Decimal(0))
            if not share:
                one.each, one.reason = None, f"{what}: the row of {one.line.code} has no share for it"
                return
            one.each = [cents(amount * share) for amount in one.each]
            one.step(
                f"{what} {share:.0%}",
                sum(one.each, Decimal(0)),
                [one.facts["status"].citation.source_id, "mcpm-ch12"],
            )
            if modifier == "55":
                one.notes.append(
                    "55: the whole period after the operation; physicians who share it divide it by days."
                )
