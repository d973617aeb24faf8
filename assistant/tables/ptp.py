"""NCCI PTP edits, packed.

2.5 million edits an edition are too many for a row each: what repeats (dates, modifier indicator and
rationale come in about 1,200 combinations) is stored once as a *term*, and all edits of a code are one text
" 97140:1f 97164:20 ", once under its column 1 and once under its column 2. A pair lookup reads one such text;
an edition takes 60 MB instead of 400 and loads in a third of the time.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from assistant.domain import CitecodeError
from assistant.tables.content import Raw
from assistant.tables.delimited import CODE, LOST_ZEROS
from assistant.tables.editions import day

FLUSH = 150_000  # edits held before they are written
PLACEHOLDER = date(1996, 1, 1)
"""What a file says where the effective date is not known; also a true date of the oldest edits."""

Term = tuple[str, str, str, str, str]
"""prior, effective date, deletion date, modifier indicator, rationale: as printed."""

Write = Callable[[int, str, str], None]
"""side (1: the code is column 1; 2: column 2), code, text to add."""


@dataclass
class Packed:
    """What was packed: counts for the catalogue, and the terms to store."""

    rows: int = 0
    low: str = ""
    high: str = ""
    newest: date | None = None
    terms: dict[Term, int] = field(default_factory=dict)


def pack(raw: Raw, write: Write, progress: Callable[[int], None] | None = None) -> Packed:
    """Read the edits and hand out the texts. Raises CitecodeError at the first row that CMS did not write."""
    packed = Packed()
    places = raw.places
    one, two = places["column1"], places["column2"]
    four = [
        places.get(name, -1)
        for name in ("prior", "effective_date", "deletion_date", "modifier_indicator", "rationale")
    ]
    need = max(places.values()) + 1
    codes: dict[str, str] = {}  # cell -> checked code
    numbers: dict[str, int] = {}
    suffixes: dict[tuple[str, ...], tuple[int, str]] = {}
    by_first: dict[str, list[str]] = {}
    by_second: dict[str, array[int]] = {}
    held = 0
    for number, row in enumerate(_after(raw.rows(), raw.start), raw.start + 1):
        if len(row) < need:
            if not any(cell.strip("\x1a ") for cell in row):
                continue
            raise CitecodeError(
                f"{raw.where}, row {number} has {len(row)} cells where {need} are needed: the file is cut "
                "off or damaged; download it again."
            )
        first, second = row[one], row[two]
        if first not in codes:
            if not "".join(row).strip("\x1a "):
                continue
            codes[first] = _code(first, raw.where, number)
        if second not in codes:
            codes[second] = _code(second, raw.where, number)
        first, second = codes[first], codes[second]
        key = tuple([row[place] if place >= 0 else "" for place in four])
        if key in suffixes:
            term, suffix = suffixes[key]
        else:
            term = packed.terms.setdefault(_term(key, raw.where, number), len(packed.terms))
            suffix = f":{term:x}"
            suffixes[key] = term, suffix
        if first in by_first:
            by_first[first].append(second + suffix)
        else:
            by_first[first] = [second + suffix]
        if first not in numbers:
            numbers[first] = len(numbers)
        if second in by_second:
            by_second[second].append(numbers[first] << 20 | term)
        else:
            by_second[second] = array("q", (numbers[first] << 20 | term,))
        held += 1
        if held >= FLUSH:
            _flush(by_first, write)
            packed.rows += held
            held = 0
            if progress:
                progress(packed.rows)
    _flush(by_first, write)
    packed.rows += held
    names = list(numbers)
    for code, edits in by_second.items():
        write(2, code, _text(f"{names[edit >> 20]}:{edit & 0xFFFFF:x}" for edit in edits))
    if names:
        packed.low, packed.high = min(names), max(names)
    starts = [found for term in packed.terms if (found := day(term[1])) and found > PLACEHOLDER]
    packed.newest = max(starts, default=None)
    return packed


def _after(rows: Iterator[list[str]], start: int) -> Iterator[list[str]]:
    for _ in range(start):
        next(rows, None)
    return rows


def _flush(by_first: dict[str, list[str]], write: Write) -> None:
    for code, edits in by_first.items():
        write(1, code, _text(edits))
    by_first.clear()


def _text(edits: Iterator[str] | list[str]) -> str:
    return f" {' '.join(edits)} "


def _code(cell: str, where: str, number: int) -> str:
    code = cell.strip().upper()
    if CODE.fullmatch(code):
        return code
    if code.isdigit() and len(code) < 5:
        raise CitecodeError(f"{where}, row {number}: the code {cell!r} {LOST_ZEROS}.")
    raise CitecodeError(f"{where}, row {number}: {cell[:40]!r} is no procedure code, so this is no PTP file.")


def _term(key: tuple[str, ...], where: str, number: int) -> Term:
    prior, effective, deletion, indicator, rationale = (cell.strip() for cell in key)
    if indicator not in ("0", "1", "9"):
        raise CitecodeError(
            f"{where}, row {number}: {indicator[:20]!r} is no modifier indicator (0, 1 or 9)."
        )
    for cell in (effective, deletion):
        if cell not in ("", "*") and day(cell) is None:
            raise CitecodeError(f"{where}, row {number}: {cell[:20]!r} is no date.")
    return prior, effective, deletion, indicator, rationale


@dataclass(frozen=True, slots=True)
class Edit:
    """One row of a PTP file. `effective` None: the file does not say since when; `deletion`: the last day."""

    column1: str
    column2: str
    prior: str
    effective: date | None
    deletion: date | None
    modifier_indicator: str
    rationale: str
    printed: tuple[str, str]  # the two date cells as the file prints them

    def holds(self, when: date) -> bool:
        """In force on that day. Indicator 9 marks an edit that was taken back from its beginning."""
        return (
            self.modifier_indicator != "9"
            and (self.effective is None or self.effective <= when)
            and (self.deletion is None or when <= self.deletion)
        )


def edit(column1: str, column2: str, term: Term) -> Edit:
    prior, effective, deletion, indicator, rationale = term
    return Edit(
        column1, column2, prior, day(effective), day(deletion), indicator, rationale, (effective, deletion)
    )


def found(text: str, code: str) -> Iterator[int]:
    """Terms under which `code` stands in a packed text, in the file's order."""
    needle = f" {code}:"
    at = text.find(needle)
    while at >= 0:
        begin = at + len(needle)
        end = text.index(" ", begin)
        yield int(text[begin:end], 16)
        at = text.find(needle, end)


def in_force(edits: list[Edit], when: date) -> Edit | None:
    """The edit that holds on a day: the one that began last; where beginnings are unknown, the one that ends
    first (the file lists a pair's history, each stretch once)."""
    return min((one for one in edits if one.holds(when)), key=_rank, default=None)


def _rank(one: Edit) -> tuple[int, int]:
    return -(one.effective or date.min).toordinal(), (one.deletion or date.max).toordinal()


def holding(edits: Mapping[int, Edit], when: date, *, dated: bool) -> dict[str, tuple[int, int]]:
    """The terms in force on a day, as packed texts write them, with the rank by which one of several is
    chosen; `dated`: only those that say since when they hold."""
    return {
        f"{number:x}": _rank(one)
        for number, one in edits.items()
        if one.holds(when) and (one.effective or not dated)
    }


def known_since(terms: Mapping[int, Term]) -> bool:
    """Whether the file says since when its edits hold (a copy without effective dates cannot answer for
    days before its edition)."""
    return any((found := day(term[1])) and found > PLACEHOLDER for term in terms.values())
