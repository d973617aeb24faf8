"""Personal health information: found and masked before anything is answered, stored, logged or sent.

What identifies a person is replaced by a sign in brackets; the coding question that is left is answered. A date of service, an
age or the shape of a claim number alone identifies nobody and stays. Why an identified patient's claim was denied is nothing
this program can know, and it says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_DATE = rf"(?:\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
_NAME = r"[A-Z][a-z]+(?:[-'][A-Z][a-z]+)?(?: [A-Z]\.?)?(?: [A-Z][a-z]+(?:[-'][A-Z][a-z]+)?){1,2}"
_NOT_NAMES = (
    r"(?!(?:Medicare|Medicaid|Blue|United|Aetna|Cigna|Humana|Physical|Occupational|Manual|Mechanical|Modifier|Appendix|New|Dear|Good|Does|Can|What|How|Which|The|Please|Our|My|For|Tricare|Part|Home|Work|"
    r"North|South|West|East|Same|Date|Patient|Plan|Advance|National|Local|Original|Commercial|Office|Therapeutic)\b)"
)

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("SSN", re.compile(r"\b(?!000|666|9\d\d)\d{3}-\d{2}-\d{4}\b|\b(?:ssn|social security(?: number)?)\W{0,3}(?:is |#|no\.? )?\d{9}\b", re.I)),
    ("phone", re.compile(r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[.-]\d{4}\b")),
    ("MRN", re.compile(r"\b(?:mrn|medical record(?: number| no\.?)?|chart (?:number|no\.?|#)|patient (?:id|number|#)|acct(?:ount)? (?:number|no\.?|#))\W{0,3}(?:is |number |no\.? )?(?=[\w-]*\d)[A-Z0-9][\w-]{3,}", re.I)),
    ("member id", re.compile(r"\b(?:member|subscriber|policy|medicare|medicaid|insurance|beneficiary|mbi|hicn)(?:'s)? ?(?:id|number|no\.?|#)?\W{0,3}(?:is )?(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z]|\d{8,})[A-Z0-9][A-Z0-9-]{7,}\b|\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b|\b(?:member|subscriber) (?:id|number|#|no\.?)\W{0,3}(?:is )?\d{6,}\b", re.I)),
    ("date of birth", re.compile(rf"\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|born(?: on)?)\W{{0,3}}(?:is |was )?{_DATE}", re.I)),
    ("address", re.compile(r"\b\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][a-z]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Circle)\b\.?(?:,? (?:Apt|Unit|Suite|#) ?\w+)?(?:, [A-Z][a-z]+(?: [A-Z][a-z]+)?,? [A-Z]{2}(?: \d{5}(?:-\d{4})?)?)?")),
    ("name", re.compile(rf"\b(?:(?:Mr|Mrs|Ms|Miss)\.? {_NOT_NAMES}[A-Z][a-z]+(?: [A-Z][a-z]+)?)|(?:\b(?:[Pp]atient|[Pp]t|PT|[Mm]ember|[Bb]eneficiary|[Cc]lient)(?:'s)? (?:name(?:d)?(?: is)?:? |is )?{_NOT_NAMES}{_NAME})|\b{_NOT_NAMES}{_NAME}(?=,? (?:\(?(?:dob|DOB|d\.o\.b|born|date of birth)|\[date of birth\]|MRN|mrn|\[MRN\]|member|\[member id\]|SSN|\[SSN\]))")),
)  # fmt: skip
_WHY = re.compile(
    r"\bwhy (?:was|is|did|were|does)\b.*\b(?:den|reject|paid|process)|\bclaim status\b|\bstatus of (?:the|her|his|their|this) claim\b",
    re.I | re.S,
)


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` with what identifies a person replaced; `kinds`: what was found; `warnings`: what the user is told."""

    text: str
    kinds: tuple[str, ...]
    warnings: tuple[str, ...]
    unanswerable: bool = False


def mask(text: str) -> Masked:
    """Replace each identifier by "[kind]". Nothing found: the same text."""
    kinds: list[str] = []
    for kind, pattern in _RULES:
        text, n = pattern.subn(lambda m, kind=kind: _kept(m.group(), kind), text)  # type: ignore[misc]
        if n:
            kinds.append(kind)
    if not kinds:
        return Masked(text, (), ())
    listed = ", ".join(dict.fromkeys(kinds))
    warning = (
        f"Personal health information was masked before anything was kept or sent ({listed}); ask without it."
    )
    identified = bool({"name", "member id", "MRN", "SSN", "date of birth"} & set(kinds))
    if identified and _WHY.search(text):
        warning += " What happened to an identified patient's claim is in the payer's records, not here."
    return Masked(text, tuple(dict.fromkeys(kinds)), (warning,))


def _kept(found: str, kind: str) -> str:
    """The sign for what was found; the word before a patient's name stays ("patient [name]")."""
    if kind == "name":
        lead = re.match(
            r"(?:[Pp]atient|[Pp]t|PT|[Mm]ember|[Bb]eneficiary|[Cc]lient)(?:'s)? (?:name(?:d)?(?: is)?:? |is )?",
            found,
        )
        return (lead.group() if lead else "") + "[name]"
    return f"[{kind}]"
