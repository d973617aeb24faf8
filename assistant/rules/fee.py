"""The Medicare allowed amount, step by step: (work x GPCI + practice expense x GPCI + malpractice x GPCI)
x conversion factor, then the reductions Medicare makes between the lines of a day.

Every number comes from a fact (fee schedule, GPCI, rules of the tables), every step names its source, and a
code that Medicare does not price under the fee schedule is not priced, whatever RVUs its row shows. Formula
and indicators: CMS record layout RVU25D; reductions: IOM 100-04 ch. 5 s.10.7, ch. 12 s.20.4.3, 40.6-40.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assistant.domain import CitecodeError, Fact, Found
from assistant.facts import Facts
from assistant.rules.units import Gpci, TherapyLine, cents, mppr

PRICED = ("A", "R", "T")
"""Status letters whose RVUs Medicare uses for payment (record layout RVU25D)."""

_UNPRICED = {
    "B": "bundled: its payment is always part of another service's; RVUs on its row are not payment",
    "C": "priced by the contractor, case by case",
    "E": "kept off the fee schedule by regulation; paid on another basis when covered",
    "I": "not valid for Medicare, which uses another code; RVUs on its row are not payment",
    "J": "anesthesia: base units and time, not RVUs",
    "M": "a measurement code: nothing is paid",
    "N": "not covered by Medicare; RVUs on its row are not payment",
    "P": "bundled when incident to a physician's service, else paid under another provision",
    "Q": "a reporting code: nothing is paid",
    "X": "outside the physician fee schedule; paid under another schedule when covered",
}
SURGERY = (Decimal(1), Decimal("0.5"), Decimal("0.5"), Decimal("0.5"), Decimal("0.5"))
"""Shares of the first to fifth procedure by fee (MULT PROC 2); from the sixth: by report."""

BILATERAL = {"0": Decimal(1), "1": Decimal("1.5"), "2": Decimal(1), "3": Decimal(2)}
ASSISTANT = {"80": Decimal("0.16"), "81": Decimal("0.16"), "82": Decimal("0.16"), "AS": Decimal("0.136")}
CO_SURGEON = Decimal("0.625")
_COMPONENTS = ("26", "TC", "53")
_LATER = {"4": "imaging (TC 50%, PC 5%)", "6": "cardiovascular (TC 25%)", "7": "ophthalmology (TC 20%)"}
LEAVES_OUT = (
    "the deductible and the 20% coinsurance",
    "sequestration",
    "the charge, where it is lower than the fee",
    "quality adjustments (MIPS, advanced payment models)",
)


@dataclass(frozen=True, slots=True)
class FeeLine:
    """A line to price."""

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where: the locality's GPCIs with the facts that carry them; no facts: national."""

    name: str
    gpci: Gpci
    facts: tuple[Fact, ...] = ()
    warnings: tuple[str, ...] = ()


NATIONAL = Place("national", Gpci())


@dataclass
class _Work:
    """A line while it is priced. `each`: dollars of every unit; None: not priced, and `reason` says why."""

    line: FeeLine
    facts: dict[str, Fact] = field(default_factory=dict)
    each: list[Decimal] | None = None
    full: Decimal = Decimal(0)
    steps: list[dict[str, object]] = field(default_factory=list)
    reason: str = ""
    notes: list[str] = field(default_factory=list)

    def value(self, name: str) -> str:
        return self.facts[name].value if name in self.facts else ""

    def step(self, what: str, amount: Decimal, sources: Iterable[str]) -> None:
        self.steps.append({"step": what, "amount": float(amount), "sources": list(dict.fromkeys(sources))})


def fee(
    lines: Sequence[FeeLine], facts: Facts, when: date, *, place: Place = NATIONAL, facility: bool = False
) -> dict[str, object]:
    """The allowed amount of the lines of one patient, day and provider. Dollars rounded to cents as CMS does:
    each unit's fee, then each reduction."""
    work = [_Work(line) for line in lines]
    warnings = list(place.warnings)
    for one in work:
        _rvus(one, facts, when, place, facility, warnings)
    _therapy(work, place, facility, facts, when)
    for one in work:
        _bilateral(one)
    _surgery(work)
    for one in work:
        _surgeons(one)
    _others(work, warnings)
    priced = [one for one in work if one.each is not None]
    total = sum((amount for one in priced for amount in one.each or ()), Decimal(0))
    unreduced = sum((one.full for one in priced), Decimal(0))
    return {
        "label": f"Medicare allowed amount, {place.name}, {'facility' if facility else 'non-facility'}",
        "date_of_service": when.isoformat(),
        "locality": place.name,
        "facility": facility,
        "gpci": {"work": float(place.gpci.work), "pe": float(place.gpci.pe), "mp": float(place.gpci.mp)},
        "lines": [_record(number, one, facts, when) for number, one in enumerate(work, 1)],
        "total": float(total) if priced else None,
        "unreduced": float(unreduced) if priced else None,
        "complete": len(priced) == len(work),
        "leaves_out": list(LEAVES_OUT),
        "warnings": list(dict.fromkeys(warnings)),
        "facts": [_fact(fact) for fact in _used(work, place)],
    }


def _rvus(one: _Work, facts: Facts, when: date, place: Place, facility: bool, warnings: list[str]) -> None:
    """Read the row and make the full fee of each unit."""
    line = one.line
    part = next((modifier for modifier in line.modifiers if modifier in _COMPONENTS), "")
    names: tuple[str, ...] = (
        "status",
        "work_rvu",
        "pe_fac" if facility else "pe_nonfac",
        "mp",
        "conv_factor",
        "mult_proc",
    )
    names += (
        "bilat_surg",
        "asst_surg",
        "co_surg",
        "team_surg",
        "endo_base",
        "fac_na" if facility else "nonfac_na",
    )
    subject = line.code
    if part and facts.on(when, "mpfs", f"{line.code}-{part}", "status").state == "held":
        subject = f"{line.code}-{part}"
    elif part in ("26", "TC"):
        one.reason = f"the fee schedule has no {part} row for {line.code}"
        return
    found = {name: facts.on(when, "mpfs", subject, name) for name in names}
    one.facts = {
        name: item.fact for name, item in found.items() if item.state == "held" and item.fact is not None
    }
    warnings += [item.warning for item in found.values() if item.state == "held" and item.warning]
    status = one.value("status")
    if not status:
        one.reason = _missing(found["status"], line.code, when)
        return
    if status not in PRICED:
        one.reason = f"status {status}: {_UNPRICED.get(status, 'not paid under the fee schedule')}"
        return
    pe = "pe_fac" if facility else "pe_nonfac"
    lacking = [name for name in ("work_rvu", pe, "mp", "conv_factor") if name not in one.facts]
    if lacking:
        one.reason = _missing(found[lacking[0]], line.code, when)
        return
    parts = [Decimal(one.value(name)) for name in ("work_rvu", pe, "mp")]
    factor = Decimal(one.value("conv_factor"))
    indices = (place.gpci.work, place.gpci.pe, place.gpci.mp)
    rvu = sum((part * index for part, index in zip(parts, indices, strict=True)), Decimal(0))
    each = cents(rvu * factor)
    one.each, one.full = [each] * line.units, each * line.units
    shown = " + ".join(
        f"{value}" if index == 1 else f"{value} x {index}"
        for value, index in zip(parts, indices, strict=True)
    )
    sources = [one.facts["work_rvu"].citation.source_id, *(fact.citation.source_id for fact in place.facts)]
    one.step(f"work + practice expense + malpractice: {shown} = {rvu.normalize():f} RVU", each, sources)
    one.step(f"x conversion factor {factor} = {each} each, {line.units} billed", each * line.units, sources)
    if status == "R":
        one.notes.append("Status R: special coverage rules apply; the amount is not a coverage decision.")
    if status == "T":
        one.notes.append(
            "Status T: paid only if nothing else payable is billed that day by the same provider."
        )
    if one.value("fac_na" if facility else "nonfac_na") == "NA":
        where = "facilities" if facility else "non-facility settings"
        one.notes.append(f"CMS marks {line.code} as rarely or never done in {where} (NA).")


def _therapy(work: Sequence[_Work], place: Place, facility: bool, facts: Facts, when: date) -> None:
    """MULT PROC 5: every unit but the one with the highest practice expense keeps half of it."""
    ours = [one for one in work if one.each is not None and one.value("mult_proc") == "5"]
    if sum(one.line.units for one in ours) < 2:
        return
    pe = "pe_fac" if facility else "pe_nonfac"
    share = facts.on(when, "mppr", "therapy", f"pe_percent_{'facility' if facility else 'office'}")
    if share.state != "held" or share.fact is None:
        for one in ours:
            one.each, one.reason = None, _missing(share, "the therapy reduction", when)
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


def _bilateral(one: _Work) -> None:
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


def _surgery(work: Sequence[_Work]) -> None:
    """MULT PROC 2 and 3: ranked by fee, the first in full, the second to fifth at half, then by report."""
    ours = [
        one
        for one in work
        if one.each is not None and one.value("mult_proc") in ("2", "3") and not _assists(one.line)
    ]
    families: dict[str, list[_Work]] = {}
    for one in ours:
        if one.value("mult_proc") == "3":
            families.setdefault(one.value("endo_base"), []).append(one)
    for base, family in families.items():
        if len(family) > 1:
            for one in family:
                one.each = None
                one.reason = (
                    f"several endoscopies of one family (base code {base}): priced by the endoscopy rule, "
                    "which is not worked out here"
                )
    units = [(amount, index) for index, one in enumerate(ours) if one.each is not None for amount in one.each]
    if len(units) < 2:
        return
    units.sort(key=lambda item: (-item[0], item[1]))
    paid: dict[int, list[Decimal]] = {}
    shares: dict[int, list[str]] = {}
    for rank, (amount, index) in enumerate(units):
        if rank >= len(SURGERY):
            ours[index].each = None
            ours[index].reason = "sixth or later procedure of the day: priced by report"
            continue
        paid.setdefault(index, []).append(cents(amount * SURGERY[rank]))
        shares.setdefault(index, []).append(f"{SURGERY[rank]:.0%}")
    for index, amounts in paid.items():
        one = ours[index]
        if one.each is not None:
            one.each = amounts
            text = f"multiple surgery: {', '.join(shares[index])}, ranked by fee"
            one.step(text, sum(amounts, Decimal(0)), [one.facts["mult_proc"].citation.source_id, "mcpm-ch12"])


def _assists(line: FeeLine) -> bool:
    return any(modifier in ASSISTANT for modifier in line.modifiers)


def _surgeons(one: _Work) -> None:
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


def _others(work: Sequence[_Work], warnings: list[str]) -> None:
    """Reductions between lines that are not worked out are said, not passed over."""
    for indicator, what in _LATER.items():
        ours = [one for one in work if one.each is not None and one.value("mult_proc") == indicator]
        if sum(one.line.units for one in ours) > 1:
            codes = ", ".join(dict.fromkeys(one.line.code for one in ours))
            warnings.append(f"The multiple-procedure reduction for {what} is not worked out here: {codes}.")
    for one in work:
        for modifier in sorted({"22", "52", "53", "54", "55", "56", "78"} & set(one.line.modifiers)):
            if one.each is not None and not (modifier == "53" and "-53" in one.facts["status"].subject):
                one.notes.append(f"Modifier {modifier} changes the payment; that is not worked out here.")


def _record(number: int, one: _Work, facts: Facts, when: date) -> dict[str, object]:
    amount = sum(one.each, Decimal(0)) if one.each is not None else None
    record: dict[str, object] = {
        "line": number,
        "code": one.line.code,
        "modifiers": list(one.line.modifiers),
        "units": one.line.units,
        "status": one.value("status") or None,
        "amount": None if amount is None else float(amount),
        "unit_amounts": [float(each) for each in one.each] if one.each is not None else [],
        "steps": one.steps if one.each is not None else [],
        "not_priced": one.reason or None,
        "notes": one.notes,
    }
    assistant = next((modifier for modifier in one.line.modifiers if modifier in ("CQ", "CO")), "")
    if assistant and amount is not None:
        record["assistant"] = _assistant(assistant, amount, facts, when)
    return record


def _assistant(modifier: str, amount: Decimal, facts: Facts, when: date) -> dict[str, object]:
    """CQ/CO: 85% of what Medicare pays after the coinsurance, which is not cut (88% of the allowed amount in
    all). The allowed amount itself stays."""
    found = {
        name: facts.on(when, "assistant_modifier", modifier, name)
        for name in ("payment_percent", "allowed_percent")
    }
    payment, allowed = (found[name].fact for name in ("payment_percent", "allowed_percent"))
    if payment is None or allowed is None:
        return {"modifier": modifier, "reason": "no percentage is held for this date"}
    return {
        "modifier": modifier,
        "payment_percent": int(payment.value),
        "medicare_payment": float(cents(amount * Decimal("0.8") * Decimal(payment.value) / 100)),
        "allowed_percent": int(allowed.value),
        "with_coinsurance": float(cents(amount * Decimal(allowed.value) / 100)),
        "source": payment.citation.source_id,
    }


def _missing(found: Found, what: str, when: date) -> str:
    if found.state == "no":
        return f"{what} is not in the fee schedule of {when.year}"
    return found.cure or f"no fee schedule is held for {what} on {when}"


def _used(work: Sequence[_Work], place: Place) -> tuple[Fact, ...]:
    facts = [fact for one in work for fact in one.facts.values()] + list(place.facts)
    return tuple(dict.fromkeys(facts))


def _fact(fact: Fact) -> dict[str, object]:
    """A fact as answers print it (CONTRACT 2)."""
    return {
        "table": fact.table,
        "subject": fact.subject,
        "field": fact.field,
        "value": fact.value,
        "effective_from": fact.effective_from.isoformat(),
        "effective_to": fact.effective_to.isoformat() if fact.effective_to else None,
        "authority": fact.authority,
        "edition": fact.edition,
        "citation": {
            "source_id": fact.citation.source_id,
            "locator": fact.citation.locator,
            "quote": fact.citation.quote,
        },
    }


# --- where -----------------------------------------------------------------------------------------------


def locality(text: str, facts: Facts, when: date) -> Place:
    """The place meant by a ZIP code, a contractor and locality ("10112/00"), a state with a locality number
    ("CA 18") or a locality's name. Raises CitecodeError where that year knows none or several."""
    word = text.strip().upper()
    if not word or word == "NATIONAL":
        return NATIONAL
    if re.fullmatch(r"\d{5}(-\d{4})?", word):
        parts = [facts.on(when, "zip", word[:5], name) for name in ("mac", "locality")]
        mac, number = (item.fact for item in parts)
        if mac is None or number is None or any(item.state != "held" for item in parts):
            raise CitecodeError(
                f"ZIP {word[:5]} is in no loaded ZIP map: load CMS's ZIP code to locality file "
                "(python ingest.py tables ZIP5_...) or give the contractor and locality, as in 10112/00."
            )
        stale = tuple(item.warning for item in parts[:1] if item.warning)
        where = facts.on(when, "zip", word[:5], "state").fact
        return _place(
            f"{mac.value}/{number.value}", facts, when, (mac, number), stale, where.value if where else ""
        )
    if found := re.fullmatch(r"(\d{5})[-/ ]?(\d{2})(?:[-/ ]([A-Z]{2}))?", word):
        return _place(f"{found[1]}/{found[2]}", facts, when, state=found[3] or "")
    matching = []
    for subject in facts.subjects(when, "gpci", "*"):
        row = {fact.field: fact.value.upper().rstrip("*") for fact in facts.rows(when, "gpci", subject)}
        state = row.get("state", "")
        if word in (row.get("name", ""), state, f"{state} {row.get('locality', '')}"):
            matching.append((subject, row.get("name", "")))
    if len(matching) == 1:
        return _indices(matching[0][0], facts, when)
    if matching:
        raise _several(text, matching)
    raise CitecodeError(
        f"No loaded GPCI file of {when.year} knows the locality {text!r}: load it (python ingest.py tables "
        f"GPCI{when.year}.csv) or write contractor and locality, as in 10112/00."
    )


def _several(text: str, matching: Sequence[tuple[str, str]]) -> CitecodeError:
    listed = "; ".join(f"{subject} {name.title()}" for subject, name in matching[:12])
    return CitecodeError(f"{text!r} names several localities: choose one of {listed}.")


def _place(
    locality: str,
    facts: Facts,
    when: date,
    carriers: tuple[Fact, ...] = (),
    warnings: tuple[str, ...] = (),
    state: str = "",
) -> Place:
    """The place of a contractor and locality ("10112/00"); the state decides where CMS's file prints the same
    numbers for two."""
    found = facts.subjects(when, "gpci", f"{locality}/*")
    if state and f"{locality}/{state}" in found:
        found = (f"{locality}/{state}",)
    if len(found) > 1:
        named = [(subject, facts.on(when, "gpci", subject, "name").fact) for subject in found]
        raise _several(locality, [(subject, name.value if name else "") for subject, name in named])
    return _indices(found[0] if found else locality, facts, when, carriers, warnings)


def _indices(
    subject: str,
    facts: Facts,
    when: date,
    carriers: tuple[Fact, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Place:
    found = [facts.on(when, "gpci", subject, name) for name in ("work", "pe", "mp")]
    held = [item.fact for item in found if item.state == "held" and item.fact is not None]
    numbers = "/".join(subject.split("/")[:2])
    if len(held) < 3 or any(fact.effective_from.year != when.year for fact in held):
        raise CitecodeError(
            f"No GPCI of {when.year} is loaded for {numbers}: load that year's file (python ingest.py tables "
            f"GPCI{when.year}.csv), or leave the locality out for the national amount."
        )
    name = facts.on(when, "gpci", subject, "name").fact
    label = f"{name.value.rstrip('*').title()} ({numbers})" if name else numbers
    return Place(label, Gpci(*(Decimal(fact.value) for fact in held)), (*held, *carriers), warnings)


# --- from the command line -------------------------------------------------------------------------------


def line_of(word: str) -> FeeLine:
    """A line as it is typed: 97110=2, 97012, 64493-50, 97110-GP-CQ=2."""
    found = re.fullmatch(r"([0-9A-Z]{5})((?:-[0-9A-Z]{2})*)(?:=(\d{1,3}))?", word.strip().upper())
    if not found or found[3] == "0":
        raise CitecodeError(f"{word!r} is no line to price: write CODE, CODE=UNITS or CODE-MODIFIER=UNITS.")
    return FeeLine(found[1], int(found[3] or 1), tuple(part for part in found[2].split("-") if part))


def from_words(
    words: Sequence[str], facts: Facts, when: date, *, locality: str | None = None, facility: bool = False
) -> dict[str, object]:
    """`citecode fee`: lines as typed, the place as typed; the record `fee` makes."""
    place = _locality(locality, facts, when)
    return fee([line_of(word) for word in words], facts, when, place=place, facility=facility)


def _locality(text: str | None, facts: Facts, when: date) -> Place:
    return locality(text, facts, when) if text else NATIONAL


def to_text(record: Mapping[str, object]) -> str:
    """The terminal form of `fee`."""
    lines = [f"{record['label']}, {record['date_of_service']}"]
    listed = record["lines"]
    assert isinstance(listed, list)
    for line in listed:
        code = "-".join([line["code"], *line["modifiers"]])
        if line["amount"] is None:
            lines.append(f"  {code} x{line['units']}: not priced: {line['not_priced']}")
        else:
            lines.append(f"  {code} x{line['units']}: ${line['amount']:.2f}")
        for step in line["steps"]:
            lines.append(f"      {step['step']}: ${step['amount']:.2f} [{', '.join(step['sources'])}]")
        if "assistant" in line and "medicare_payment" in line["assistant"]:
            paid = line["assistant"]
            lines.append(
                f"      {paid['modifier']}: Medicare pays {paid['payment_percent']}% of its 80%: "
                f"${paid['medicare_payment']:.2f} ({paid['allowed_percent']}% of the allowed amount with the "
                f"coinsurance: ${paid['with_coinsurance']:.2f}) [{paid['source']}]"
            )
        lines += [f"      {note}" for note in line["notes"]]
    if record["total"] is not None:
        total, unreduced = record["total"], record["unreduced"]
        assert isinstance(total, float) and isinstance(unreduced, float)
        gross = f" (without reductions ${unreduced:.2f})" if unreduced != total else ""
        missing = "" if record["complete"] else ", without the lines that are not priced"
        lines.append(f"Total: ${total:.2f}{gross}{missing}")
    leaves_out, warnings = record["leaves_out"], record["warnings"]
    assert isinstance(leaves_out, list) and isinstance(warnings, list)
    lines.append(f"Left out: {'; '.join(leaves_out)}.")
    lines += [f"Note: {warning}" for warning in warnings]
    return "\n".join(lines)
