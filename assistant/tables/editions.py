"""Which edition a CMS file is and the dates it covers, read from its content or from CMS's own file names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.domain import CitecodeError

MONTHS: tuple[str, ...] = tuple(
    "January February March April May June July August September October November December".split()
)
_MONTH = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}

TABLES = {
    "ptp": "NCCI PTP edits",
    "mue": "Medically Unlikely Edits",
    "mpfs": "Physician Fee Schedule relative value file",
    "mpfs_qp": "Physician Fee Schedule relative value file (qualifying APM participants)",
    "aoc": "NCCI add-on code edits",
    "add_on_code": "NCCI add-on codes",
    "gpci": "geographic practice cost indices",
    "locality": "counties of the fee schedule localities",
    "zip": "ZIP code to locality map",
    "anes": "anesthesia conversion factors",
    "hcpcs": "HCPCS Level II",
    "icd10": "ICD-10-CM",
    "gem_10_9": "equivalence of ICD-10-CM to ICD-9-CM",
    "gem_9_10": "equivalence of ICD-9-CM to ICD-10-CM",
    "lcd": "diagnoses of coverage policies",
}
"""Every kind of table that can be loaded, and what it is called in messages."""

SETTINGS_OF = {
    "ptp": ("practitioner", "outpatient_hospital"),
    "mue": ("practitioner", "outpatient_hospital", "dme"),
}
"""Tables that come in one file per setting."""

WHOLE = {
    "ptp": 100_000,  # each of CMS's parts has more
    "mue": 500,
    "mpfs": 5_000,
    "mpfs_qp": 5_000,
    "aoc": 1_000,
    "add_on_code": 200,
    "hcpcs": 2_000,
    "icd10": 20_000,
}
"""Rows below which a file is an excerpt of what CMS ships: what it does not list is then unknown, not absent."""

_DATED = {"ptp"}  # tables whose editions are named by their first day
_QUARTERS = {"mue", "aoc", "add_on_code"}  # ... by quarter
_FISCAL = {"icd10", "gem_10_9", "gem_9_10"}
_YEARLY = {"gpci", "locality", "anes"}


@dataclass(frozen=True, slots=True)
class Span:
    """The dates an edition covers, both included."""

    start: date
    end: date


def span_of(table: str, start: date) -> Span:
    """What an edition of `table` that begins on `start` covers: a quarter, a year, or to the fiscal year's
    end."""
    if table in _YEARLY:
        return Span(start, date(start.year, 12, 31))
    if table in _FISCAL:
        return Span(start, date(start.year + (start.month >= 10), 9, 30))
    begin = (start.month - 1) // 3 * 3 + 1
    following = date(start.year + (begin == 10), begin % 12 + 3 if begin < 10 else 1, 1)
    return Span(start, following - timedelta(days=1))


def label_of(table: str, start: date) -> str:
    """How people name the edition: 2026 Q2, July 2026, FY2025, 2024-07-01, 2026."""
    if table in _DATED:
        return start.isoformat()
    if table in _QUARTERS:
        return f"{start.year} Q{(start.month + 2) // 3}"
    if table in _YEARLY:
        return str(start.year)
    if table in _FISCAL:
        year = f"FY{start.year + (start.month >= 10)}"
        return year if start.month == 10 else f"{year} ({MONTHS[start.month - 1]} {start.year})"
    return f"{MONTHS[start.month - 1]} {start.year}"


def from_flag(table: str, text: str) -> date:
    """The day --edition names: 2024-07-01, 2024Q3, 2026, FY2025, "July 2026"."""
    word = text.strip()
    if found := re.fullmatch(r"(20\d\d)-(\d\d)-(\d\d)", word):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            pass
    if found := re.fullmatch(r"(20\d\d)[ -]?[qQ]([1-4])", word):
        return date(int(found[1]), int(found[2]) * 3 - 2, 1)
    if found := re.fullmatch(r"(?:FY ?)?(20\d\d)", word, re.I):
        year = int(found[1])
        return date(year - 1, 10, 1) if table in _FISCAL else date(year, 1, 1)
    if found := re.fullmatch(r"([A-Za-z]{3,9})\.? (20\d\d)", word):
        month = _MONTH.get(found[1][:3].lower())
        if month:
            return date(int(found[2]), month, 1)
    raise CitecodeError(
        f"--edition {text!r} is no edition: write 2024-07-01, 2024Q3, 2026, FY2025 or 'July 2026'."
    )


_MONTH_WORD = r"(jan|apr|jul|oct)[a-z]*"


def from_name(table: str, name: str) -> date | None:
    """The first day of the edition, from CMS's file name; None when the name does not say."""
    text = name.lower()
    if table == "ptp" and (found := re.search(r"v(\d\d)([0-3])r\d", text)):
        # Version 322 is July 2026: the years since 1994, then the quarter from 0.
        return date(1994 + int(found[1]), int(found[2]) * 3 + 1, 1)
    if found := re.search(r"eff[_ -]*(\d\d)-(\d\d)-(20\d\d)", text):
        return _day(int(found[3]), int(found[1]), int(found[2]))
    if found := re.search(r"(20\d\d)[ _-]?q([1-4])", text):
        return date(int(found[1]), int(found[2]) * 3 - 2, 1)
    if found := re.search(r"q([1-4])[ _-]?(20\d\d)", text):
        return date(int(found[2]), int(found[1]) * 3 - 2, 1)
    if found := re.search(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)", text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if table in _FISCAL:
        if found := re.search(rf"{_MONTH_WORD}[-_ ]1[-_ ](20\d\d)", text):
            return date(int(found[2]), _MONTH[found[1]], 1)
        if found := re.search(r"(20\d\d)", text):
            return date(int(found[1]) - 1, 10, 1)
        return None
    if found := re.search(rf"(20\d\d)[_ -]*{_MONTH_WORD}", text):
        return date(int(found[1]), _MONTH[found[2]], 1)
    if found := re.search(rf"{_MONTH_WORD}[_ -]*(20\d\d)", text):
        return date(int(found[2]), _MONTH[found[1]], 1)
    if found := re.search(rf"(?<!\d)(\d\d)[_ -]?{_MONTH_WORD}", text):  # PPRRVU26_JUL
        return date(2000 + int(found[1]), _MONTH[found[2]], 1)
    if found := re.search(r"rvu(\d\d)([a-d])", text):
        return date(2000 + int(found[1]), "abcd".index(found[2]) * 3 + 1, 1)
    if table in _YEARLY:
        if found := re.search(r"(20\d\d)", text):
            return date(int(found[1]), 1, 1)
        if found := re.match(r"(\d\d)locco", text):
            return date(2000 + int(found[1]), 1, 1)
    return None


def from_title(table: str, text: str) -> date | None:
    """The first day of the edition, from the title lines of the file."""
    if table in ("mpfs", "mpfs_qp"):
        found = re.search(
            rf"(20\d\d) national physician fee schedule.*?{_MONTH_WORD}\s+release", text, re.I | re.S
        )
        if found:
            return date(int(found[1]), _MONTH[found[2][:3].lower()], 1)
        if re.search(r"national physician fee schedule", text, re.I) and (
            found := re.search(r"(20\d\d) national", text, re.I)
        ):
            return date(int(found[1]), 1, 1)
    if table in ("gpci", "locality") and (found := re.search(r"(?:CY|IN) (20\d\d)", text)):
        return date(int(found[1]), 1, 1)
    return _stated(table, text)


_ASIDE = re.compile(r"copyright|released|printed|created|revised|updated on|all rights", re.I)
_DAY = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?P<number>\d{1,2}),? (?P<year>20\d\d)"
_EFFECTIVE = re.compile(
    rf"\beff(?:ective)?\b\.?(?: date| on| from| as of|:)*\s*(?:{_DAY}|(?P<us>\d{{1,2}}[/-]\d{{1,2}}[/-]20\d\d)"
    r"|(?P<iso>20\d\d-\d\d-\d\d))",
    re.I,
)
_QUARTER = re.compile(
    r"(?P<year>20\d\d)[ ,_-]*(?:q|quarter )(?P<q>[1-4])\b|\bq(?:uarter )?(?P<q2>[1-4])[ ,/_-]*(?:of |cy ?)?(?P<year2>20\d\d)"
    r"|\b(?P<q3>[1-4])(?:st|nd|rd|th) quarter,? (?:of |cy ?)?(?P<year3>20\d\d)"
    r"|(?P<year4>20\d\d) (?P<q4>[1-4])(?:st|nd|rd|th) quarter",
    re.I,
)
_MONTHLY = re.compile(
    r"\b(january|april|july|october) (?:1, )?(20\d\d)\b|\b(20\d\d) (january|april|july|october)\b", re.I
)


def _stated(table: str, text: str) -> date | None:
    """What a title says outright: an effective date, a quarter, a quarter's first month, a PTP version. Lines
    on copyright and on the day of release speak of other days."""
    kept = "\n".join(line for line in text.split("\n") if not _ASIDE.search(line))
    if found := _EFFECTIVE.search(kept):
        if found["year"]:
            return _day(int(found["year"]), _MONTH[found["month"].lower()], int(found["number"]))
        return day((found["us"] or found["iso"]).replace("-", "/") if found["us"] else found["iso"])
    if table == "ptp" and (found := re.search(r"\bv(?:ersion )?(\d\d)\.?([0-3])(?:r\d)?\b", kept, re.I)):
        return date(1994 + int(found[1]), int(found[2]) * 3 + 1, 1)
    if table in _FISCAL | _YEARLY:
        return None
    if found := _QUARTER.search(kept):
        year = found["year"] or found["year2"] or found["year3"] or found["year4"]
        quarter = found["q"] or found["q2"] or found["q3"] or found["q4"]
        return date(int(year), int(quarter) * 3 - 2, 1)
    if found := _MONTHLY.search(kept):
        return date(int(found[2] or found[3]), _MONTH[(found[1] or found[4])[:3].lower()], 1)
    return None


def setting_from_name(name: str) -> str | None:
    """practitioner, outpatient_hospital or dme, from CMS's file name; None when it does not say."""
    text = name.lower()
    if re.search(r"ccipra|practitioner|_prac\b|_prac\.", text):
        return "practitioner"
    if re.search(r"ccioph|outpatient|hospital|facility|_out\b|_out\.", text):
        return "outpatient_hospital"
    if re.search(r"dme|supplier", text):
        return "dme"
    return None


def part_from_name(name: str) -> int:
    """Which part of an edition that CMS ships in several files: ...-f3 is 3; 0 is the whole."""
    found = re.search(r"v\d{3}r\d-f(\d)", name.lower())
    return int(found[1]) if found else 0


def day(text: str) -> date | None:
    """A date cell: 20240701, 2024-07-01, 7/1/2024, 2024182 is none; blank, * and anything else: None."""
    word = text.strip()
    if len(word) == 8 and word.isdigit():
        return _day(int(word[:4]), int(word[4:6]), int(word[6:]))
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", word):
        return _day(*map(int, found.groups()))
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", word):
        return _day(int(found[3]), int(found[1]), int(found[2]))
    return None


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
