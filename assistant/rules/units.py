"""Billable units from minutes, and the therapy multiple procedure payment reduction: arithmetic alone.

No facts are read here: the caller says which codes are timed (each 15 minutes) and what their RVUs are.
Sources of the two counting methods: Medicare Claims Processing Manual (IOM 100-04) ch. 5 s.20.2 (total
time), CPT time rule (a unit is reached when its midpoint is passed, each code by itself). Source of the
reduction: CMS record layout RVU25D, MULT PROC 5, and IOM 100-04 ch. 5 s.10.7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assistant.domain import CitecodeError

UNIT_MINUTES = 15
MIDPOINT = 8  # minutes from which a 15-minute unit counts
DAY_MINUTES = 24 * 60
MPPR_PE_SHARE = Decimal("0.50")  # share of practice expense paid on reduced units since 2013-04-01
CENT = Decimal("0.01")

Timed = Callable[[str], bool | None] | Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Allocation:
    """How one method turns minutes into units.

    `units` holds only codes that get at least one; `unbilled` the timed codes that were documented and get
    none (code -> minutes); `either` the codes between which `tied_units` units may go to any; `steps` the
    working, one sentence each."""

    total_minutes: int
    billable_units: int
    units: Mapping[str, int]
    unbilled: Mapping[str, int]
    either: tuple[str, ...] = ()
    tied_units: int = 0
    steps: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {
            "total_minutes": self.total_minutes,
            "billable_units": self.billable_units,
            "units": dict(self.units),
            "unbilled": dict(self.unbilled),
            "either": list(self.either),
            "tied_units": self.tied_units,
            "steps": list(self.steps),
        }


@dataclass(frozen=True, slots=True)
class Units:
    """Both counts of one visit. `untimed`: code -> 1 (an untimed code is one unit whatever its minutes);
    `unknown`: code -> minutes, where nothing says whether the code is timed (counted nowhere)."""

    medicare: Allocation
    cpt: Allocation
    untimed: Mapping[str, int]
    unknown: Mapping[str, int]
    treatment_minutes: int
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The record `citecode units --json` prints."""
        return {
            "medicare": self.medicare.to_dict(),
            "cpt": self.cpt.to_dict(),
            "untimed": dict(self.untimed),
            "unknown": dict(self.unknown),
            "total_treatment_minutes": self.treatment_minutes,
            "warnings": list(self.warnings),
        }


def units(minutes: Mapping[str, int], timed: Timed) -> Units:
    """Units of one patient, one discipline, one day.

    `minutes`: code -> whole minutes documented; `timed`: whether a code is billed per 15 minutes (None:
    unknown). Raises CitecodeError for minutes that are not a whole number from 0 to 1,440."""
    for code, value in minutes.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= DAY_MINUTES:
            raise CitecodeError(
                f"Minutes of {code} are {value!r}: give whole minutes from 0 to {DAY_MINUTES}, "
                f"as in {code}=24."
            )
    if sum(minutes.values()) > DAY_MINUTES:
        raise CitecodeError("The minutes add up to more than a day: give the minutes of one visit.")
    kind = timed if callable(timed) else timed.get
    kinds = {code: kind(code) for code in minutes}
    timed_minutes = {code: value for code, value in minutes.items() if kinds[code]}
    unknown = {code: value for code, value in minutes.items() if kinds[code] is None}
    untimed = {code: 1 for code in minutes if kinds[code] is False}
    warnings = [
        f"Nothing held says whether {code} is timed by 15 minutes: its {value} minutes are counted nowhere."
        for code, value in unknown.items()
    ]
    warnings += [
        f"{code} is not timed by 15 minutes: one unit, its {minutes[code]} minutes do not count."
        for code in untimed
        if minutes[code]
    ]
    return Units(
        medicare=by_total_time(timed_minutes),
        cpt=by_midpoint(timed_minutes),
        untimed=untimed,
        unknown=unknown,
        treatment_minutes=sum(minutes.values()),
        warnings=tuple(warnings),
    )


def rounded(minutes: int) -> int:
    """15-minute units in `minutes` when a unit counts from its eighth minute: 8-22 is 1, 23-37 is 2, ..."""
    return (minutes + UNIT_MINUTES - MIDPOINT) // UNIT_MINUTES


def by_total_time(minutes: Mapping[str, int]) -> Allocation:
    """Medicare: the total of all timed minutes makes the units; each code first gets its full 15s, then the
    codes with the most minutes left get one each. Equal minutes left at the last unit are a tie."""
    total = sum(minutes.values())
    billable = rounded(total)
    full = {code: value // UNIT_MINUTES for code, value in minutes.items()}
    left = {code: value % UNIT_MINUTES for code, value in minutes.items()}
    open_units = billable - sum(full.values())
    ranked = sorted((code for code in minutes if left[code]), key=lambda code: -left[code])
    steps = [f"{_sum(minutes)} timed minutes make {_n(billable, 'unit')}."] if minutes else []
    steps += [f"{code}: {minutes[code]} minutes hold {_n(n, 'full unit')}." for code, n in full.items() if n]
    chosen = ranked[:open_units]
    either, tied = _tie(ranked, left, open_units)
    for code in chosen:
        if code not in either:
            steps.append(f"{code}: {left[code]} minutes left, the most, so one more unit.")
    if either:
        steps.append(
            f"{_n(tied, 'unit')} more for {' or '.join(either)}: each has {left[either[0]]} minutes left, "
            "so either may be billed."
        )
    given = {code: n + (code in chosen) for code, n in full.items()}
    return Allocation(
        total_minutes=total,
        billable_units=billable,
        units={code: n for code, n in given.items() if n},
        unbilled={code: minutes[code] for code, n in given.items() if not n and minutes[code]},
        either=either,
        tied_units=tied,
        steps=tuple(steps),
    )


def by_midpoint(minutes: Mapping[str, int]) -> Allocation:
    """CPT: each code by itself, a unit when its midpoint is passed."""
    given = {code: rounded(value) for code, value in minutes.items()}
    return Allocation(
        total_minutes=sum(minutes.values()),
        billable_units=sum(given.values()),
        units={code: n for code, n in given.items() if n},
        unbilled={code: minutes[code] for code, n in given.items() if not n and minutes[code]},
        steps=tuple(f"{code}: {minutes[code]} minutes make {_n(n, 'unit')}." for code, n in given.items()),
    )


def _tie(ranked: Sequence[str], left: Mapping[str, int], open_units: int) -> tuple[tuple[str, ...], int]:
    """The codes equal at the cut, and how many of the open units they share; none when the cut is clear."""
    if not 0 < open_units < len(ranked) or left[ranked[open_units - 1]] != left[ranked[open_units]]:
        return (), 0
    at_cut = left[ranked[open_units]]
    return (
        tuple(code for code in ranked if left[code] == at_cut),
        sum(left[code] == at_cut for code in ranked[:open_units]),
    )


def _sum(minutes: Mapping[str, int]) -> str:
    values = [str(value) for value in minutes.values()]
    return values[0] if len(values) == 1 else f"{' + '.join(values)} = {sum(minutes.values())}"


def _n(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def to_text(record: Mapping[str, object]) -> str:
    """The terminal form of `Units.to_dict()`."""
    lines: list[str] = []
    titles = (("medicare", "Medicare (total time)"), ("cpt", "CPT midpoint (each code by itself)"))
    for key, title in titles:
        part = record[key]
        assert isinstance(part, dict)
        listed = ", ".join(f"{code} x{n}" for code, n in part["units"].items()) or "none"
        lines.append(f"{title}: {_n(part['billable_units'], 'unit')}: {listed}")
        lines += [f"  {step}" for step in part["steps"]]
        lines += [
            f"  {code}: {value} minutes documented, no unit." for code, value in part["unbilled"].items()
        ]
    untimed = record["untimed"]
    assert isinstance(untimed, dict)
    if untimed:
        lines.append("Untimed: " + ", ".join(f"{code} x{n}" for code, n in untimed.items()))
    warnings = record["warnings"]
    assert isinstance(warnings, list)
    lines += [f"Note: {warning}" for warning in warnings]
    return "\n".join(lines)


# --- Therapy multiple procedure payment reduction ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TherapyLine:
    """A claim line whose code has MULT PROC 5: units, and the RVUs of one unit (work, practice expense of
    the place, malpractice), before any GPCI."""

    code: str
    units: int
    work: Decimal
    pe: Decimal
    mp: Decimal


@dataclass(frozen=True, slots=True)
class Gpci:
    """Geographic practice cost indices; national is 1 for all three."""

    work: Decimal = Decimal(1)
    pe: Decimal = Decimal(1)
    mp: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Reduced:
    """A line after the reduction: `full_units` at `full_rvu` each, `reduced_units` at `reduced_rvu` each
    (both with the GPCIs in them); `line` is the index of the line that was given."""

    line: int
    code: str
    full_units: int
    reduced_units: int
    full_rvu: Decimal
    reduced_rvu: Decimal

    @property
    def rvu(self) -> Decimal:
        return self.full_units * self.full_rvu + self.reduced_units * self.reduced_rvu

    def amounts(self, factor: Decimal) -> tuple[Decimal, ...]:
        """Dollars of each unit, rounded to cents: the full one first."""
        full, reduced = (cents(rvu * factor) for rvu in (self.full_rvu, self.reduced_rvu))
        return (full,) * self.full_units + (reduced,) * self.reduced_units


def mppr(
    lines: Sequence[TherapyLine], gpci: Gpci | None = None, pe_share: Decimal = MPPR_PE_SHARE
) -> tuple[Reduced, ...]:
    """The reduction over all therapy lines of one patient, day and provider or group, across disciplines.

    The unit with the highest practice expense is paid in full (equal: the higher total; still equal: the
    first given); every other unit keeps work and malpractice and gets `pe_share` of its practice expense.
    One unit alone is not reduced. Returned in the order given; lines without units get none."""
    place = gpci or Gpci()

    def rvu(line: TherapyLine, share: Decimal) -> Decimal:
        return line.work * place.work + line.pe * place.pe * share + line.mp * place.mp

    billed = [index for index, line in enumerate(lines) if line.units > 0]
    top = max(
        billed, key=lambda index: (lines[index].pe, rvu(lines[index], Decimal(1)), -index), default=None
    )
    return tuple(
        Reduced(
            line=index,
            code=line.code,
            full_units=int(index == top),
            reduced_units=max(line.units, 0) - int(index == top),
            full_rvu=rvu(line, Decimal(1)),
            reduced_rvu=rvu(line, pe_share),
        )
        for index, line in enumerate(lines)
    )


def cents(amount: Decimal) -> Decimal:
    """Dollars rounded half up to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
