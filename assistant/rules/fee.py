"""The Medicare allowed amount, step by step: (work x GPCI + practice expense x GPCI + malpractice x GPCI)
x conversion factor, then the reductions Medicare makes between the lines of a day.

Every number comes from a fact (fee schedule, GPCI, rules of the tables), every step names its source, and a
code that Medicare does not price under the fee schedule is not priced, whatever RVUs its row shows. Formula
and indicators: CMS record layout RVU25D; reductions: IOM 100-04 ch. 5 s.10.7, ch. 12 s.20.4.3, 40.6-40.8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from assistant.domain import CitecodeError, Fact
from assistant.facts import Facts
from assistant.rules.fee_lines import NATIONAL, PRICED, FeeLine, Place, Work, price
from assistant.rules.fee_reductions import bilateral, components, parts, surgeons, surgery, therapy
from assistant.rules.units import Gpci, cents

__all__ = ["NATIONAL", "PRICED", "FeeLine", "Place", "fee", "from_words", "line_of", "locality", "to_text"]

LEAVES_OUT = (
    "the deductible and the 20% coinsurance",
    "sequestration",
    "the charge, where it is lower than the fee",
    "quality adjustments (MIPS, advanced payment models)",
)


def fee(
    lines: Sequence[FeeLine], facts: Facts, when: date, *, place: Place = NATIONAL, facility: bool = False
) -> dict[str, object]:
    """The allowed amount of the lines of one patient, day and provider. Dollars rounded to cents as CMS does:
    each unit's fee, then each reduction."""
    work = [Work(line) for line in lines]
    warnings = list(place.warnings)
    for one in work:
        price(one, facts, when, place, facility, warnings)
    therapy(work, place, facility, facts, when)
    for one in work:
        bilateral(one)
    surgery(work, place, facility, facts, when)
    components(work, place, facility, facts, when, warnings)
    for one in work:
        surgeons(one)
        parts(one)
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


def _record(number: int, one: Work, facts: Facts, when: date) -> dict[str, object]:
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


def _used(work: Sequence[Work], place: Place) -> tuple[Fact, ...]:
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
