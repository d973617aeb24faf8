"""A line while it is priced: its row of the fee schedule, (work x GPCI + practice expense x GPCI + malpractice x GPCI)
x conversion factor, and the status letters that are not priced at all.

Formula and status letters: CMS record layout RVU25D."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assistant.domain import Fact, Found
from assistant.facts import Facts
from assistant.rules.units import Gpci, cents

PRICED = ("A", "R", "T")
"""Status letters whose RVUs Medicare uses for payment (record layout RVU25D)."""

_UNPRICED = {
    "B": "bundled: its payment is always part of another service's; RVUs on its row are not payment",
    "C": "priced by the contractor, case by case",
    "E": "kept off the fee schedule by regulation; paid on another basis when covered",
    "I": "not valid for Medicare, which uses another code; RVUs on its row are not payment",
    "J": "anesthesia: (base units + minutes / 15) x the anesthesia conversion factor, and CMS's base units are in no "
    "file read here",
    "M": "a measurement code: nothing is paid",
    "N": "not covered by Medicare; RVUs on its row are not payment",
    "P": "bundled when incident to a physician's service, else paid under another provision",
    "Q": "a reporting code: nothing is paid",
    "X": "outside the physician fee schedule; paid under another schedule when covered",
}
_COMPONENTS = ("26", "TC", "53")


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
class Work:
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


def price(one: Work, facts: Facts, when: date, place: Place, facility: bool, warnings: list[str]) -> None:
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
        "pctc",
        "pre_op",
        "intra_op",
        "post_op",
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
        one.reason = missing(found["status"], line.code, when)
        return
    if status not in PRICED:
        one.reason = f"status {status}: {_UNPRICED.get(status, 'not paid under the fee schedule')}"
        return
    pe = "pe_fac" if facility else "pe_nonfac"
    lacking = [name for name in ("work_rvu", pe, "mp", "conv_factor") if name not in one.facts]
    if lacking:
        one.reason = missing(found[lacking[0]], line.code, when)
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


def missing(found: Found, what: str, when: date) -> str:
    if found.state == "no":
        return f"{what} is not in the fee schedule of {when.year}"
    return found.cure or f"no fee schedule is held for {what} on {when}"
