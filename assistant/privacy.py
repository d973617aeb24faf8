"""Personal health information: found and masked before anything is answered, stored, logged or sent.

What identifies a person is replaced by a sign in brackets; the coding question that is left is answered. A date of service, an
age, a provider, a toll-free number or the shape of a claim number alone identifies no patient and stays. Why an identified
patient's claim was denied is nothing this program can know, and it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_DATE = rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{1,4}}|\d{{4}}-\d{{2}}-\d{{2}}|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}} {_MONTH} \d{{4}})"
_PART = r"[A-Z][a-zA-Z]*(?:[-'’][A-Za-z]+)*[a-z]"
_PARTICLE = r"(?:(?:de|la|del|van|von|der|den|di|da|bin|al|el|St\.) )"
_NAME = rf"{_PART}(?: [A-Z]\.?)?(?: {_PARTICLE}*{_PART}){{1,2}}"
_PATIENT = (
    r"(?:[Pp]atients?|[Pp]t\.?|[Mm]ember|[Bb]eneficiary|[Cc]lient|[Ii]nsured|[Ss]ubscriber|[Cc]laimant)"
)
_LEAD = rf"{_PATIENT}(?:['’]s)?,? (?:name(?:d)?(?: is)?:? |is |called )?"
_SIGNS = r"\[(?:date of birth|MRN|member id|SSN)\]"

# Capitalised words that are no one's name: payers, programmes, the field's own terms, openings of a sentence, places.
_NO_NAMES = frozenset(
    """
    a an and are as at be been by can could did do does for from had has have he her his how i if in into is it its may me must my no not of on or our
    please she should so that the their them then there they this to us was we were what when where which who why will with would you your also only just
    medicare medicaid blue cross shield united healthcare health aetna cigna humana kaiser permanente anthem tricare optum noridian novitas palmetto advantage
    part original commercial payer payers plan plans policy insurance benefits benefit advance beneficiary notice national local coverage determination
    physical occupational speech manual mechanical therapeutic therapy therapist therapists traction exercise exercises modifier modifiers appendix code codes
    coding claim claims billing billed bill units unit evaluation management office visit new established patient patients member members provider providers
    physician doctor chiropractor chiropractic assistant assistants driven payment model centered protection affordable care act responsibility portal services
    service first safety registration assessment education advocate status portion balance statement home work workers compensation dob mrn ssn date birth
    january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday north south east
    west new york california texas florida dear good hello hi thanks yes pt ot slp cpt hcpcs ncci mue icd cms hipaa john-deere john_deere deere under over same
    today yesterday seen treated denied paid wants needs got received gets female male old year years who's with without after before has-had copay deductible
    demographics id number phone address medical record history chart referred initial gait neuro manual lumbar cervical pain back neck knee shoulder hip
    """.split()
)


def _personal(words: str) -> bool:
    """Whether capitalised words can be a person's name: none of them is a term of the field or an everyday word."""
    parts = [w.lower().strip(".,'’") for w in re.split(r"[ ,]+", words) if w.strip(".,'’")]
    parts = [part for part in parts if len(part) > 1]  # an initial says nothing
    return bool(parts) and not any(part in _NO_NAMES for part in parts)


def _sign(kind: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"[{kind}]"


def _name(match: re.Match[str]) -> str:
    """The words that lead to a name stay ("patient [name]"); what is no name stays whole."""
    lead, name = match.group("lead") or "", match.group("name")
    return f"{lead}[name]" if _personal(name) else match.group()


def _home(match: re.Match[str]) -> str:
    """Where a practice stands is no one's address."""
    before = match.string[max(0, match.start() - 40) : match.start()].lower()
    return (
        match.group()
        if re.search(r"\b(?:clinic|office|practice|facility|hospital|located|suite|we're|our)\b", before)
        else "[address]"
    )


_ID = r"(?=[A-Z0-9-]*(?:\d[A-Z0-9-]*){5})(?!\d{5}(?:-[A-Z0-9]{2})*(?![A-Z0-9-]))(?!\d{4}-\d{2}-\d{2}\b)[A-Z0-9][A-Z0-9-]{6,}"
_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("e-mail", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), _sign("e-mail")),
    ("SSN", re.compile(r"\b(?!000|666|9\d\d)\d{3}-\d{2}-\d{4}\b|(?<!\[)\b(?:ssn|social security(?: number| no\.?)?)\W{0,3}(?:is |#|no\.? )?(?:\d{9}|\d{3} \d{2} \d{4})\b", re.I), _sign("SSN")),
    (
        "phone",
        re.compile(r"(?<![\w-])(?:\+?1[ .-]?)?(?:\((?!8(?:00|33|44|55|66|77|88))\d{3}\) ?|(?!8(?:00|33|44|55|66|77|88))\d{3}[.-])\d{3}[.-]\d{4}\b|(?:(?<!\[)\b(?:phone|ph|tel|telephone|fax|cell|mobile|call(?: \w+)?(?: at)?)\W{0,3}|\+1 ?)(?!8(?:00|33|44|55|66|77|88))\d{3} \d{3} \d{4}\b", re.I),
        _sign("phone"),
    ),
    (
        "MRN",
        re.compile(r"(?<!\[)\b(?:mrn|medical record(?: number| no\.?)?|chart (?:number|no\.?|#|id)|patient(?:'s)? (?:id|number|no\.?|account|#)|acct(?:ount)? ?(?:number|no\.?|#))(?: number| no\.?)?\W{0,3}(?:is )?(?=[\w-]*\d{3})[A-Z0-9][\w-]{3,}", re.I),
        _sign("MRN"),
    ),
    (
        "member id",
        re.compile(
            rf"(?<!\[)\b(?:member|subscriber|policy|medicare|medicaid|insurance|insured|beneficiary|mbi|hicn)(?:['’]s)? ?(?:id|number|no\.?|#)?#?\W{{0,3}}(?:is |number )?{_ID}\b"
            r"|\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b"
            r"|(?<!\[)\b(?:member|subscriber|insured|policy)(?:['’]s)? ?(?:id|number|#|no\.?)\W{0,3}(?:is )?(?:[A-Z]{0,4}\d{6,}|[A-Z]{0,4}\d{3,} \d{3,})\b"
            r"|\b(?:driver['’]?s? licen[sc]e|passport)(?: number| no\.?| #)?\W{0,3}(?:is )?[A-Z]{0,2}\d{6,}\b",
            re.I,
        ),
        _sign("member id"),
    ),
    ("date of birth", re.compile(rf"(?<!\[)\b(?:d\.?o\.?b\.?|d/o/b|date of birth|birth ?date|birth ?day|born(?: on)?)\W{{0,3}}(?:is |was |on )?{_DATE}", re.I), _sign("date of birth")),
    (
        "address",
        re.compile(r"\b\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][a-z]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Circle)\b\.?(?:,? (?:Apt|Unit|Suite|#) ?\w+)?(?:, [A-Z][a-z]+(?: [A-Z][a-z]+)?,? [A-Z]{2}(?: \d{5}(?:-\d{4})?)?)?"),
        _home,
    ),
    ("name", re.compile(rf"\b(?P<lead>)(?P<name>(?:(?i:mr|mrs|ms|miss)\.? )(?:[A-Z]\. )?(?:{_PARTICLE}*{_PART})(?: {_PART})?)(?!\w)"), lambda m: "[name]" if _personal(re.sub(r"^\w+\.? ", "", m.group("name"), count=1)) else m.group()),
    ("name", re.compile(rf"\b(?P<lead>{_LEAD})(?P<name>{_NAME})"), _name),
    ("name", re.compile(rf"\b(?P<lead>{_LEAD})(?P<name>{_PART})(?=(?:['’]s)? (?:needs?|was|had|has|is|got|received|came|comes|wants|asked|says|complains|presented|presents|with (?:mbi|dob|mrn|id))\b)"), _name),
    ("name", re.compile(rf"\b(?P<lead>)(?P<name>{_NAME})(?=[,;:]? ?\(?(?:{_SIGNS}))"), _name),
    ("name", re.compile(rf"(?P<lead>)\b(?P<name>[A-Za-z][A-Za-z'’-]+,? [A-Za-z][A-Za-z'’-]+)(?=[,;:]? ?\(?(?:{_SIGNS}))"), _name),
    ("name", re.compile(rf"(?P<lead>(?:\b(?i:for|about|claim of|name:?|of|was|is|were|did|has|does) ))(?P<name>{_NAME})(?=['’]s (?:claim|denial|visit|account|record|chart|bill|eob)\b|,? (?:whose|age \d))"), _name),
)  # fmt: skip
_WHY = re.compile(
    r"\bwhy (?:was|is|did|were|does|has|have|won't|wasn't)\b.*\b(?:den|reject|pa(?:id|y)|process|pending)|\bclaim status\b|\bstatus of (?:the|her|his|their|this|my) claim\b"
    r"|\bwhat happened (?:to|with) (?:the|her|his|their|this|my) claim\b|\bwhen will (?:the|her|his|their|this|it)\b.*\b(?:paid|processed)\b|\bdenied\W+why\b",
    re.I | re.S,
)
UNKNOWABLE = (
    "Why an identified patient's claim was denied cannot be known here: it stands in the payer's remittance (the CARC and RARC), "
    "not in the coding rules."
)


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` with what identifies a person replaced; `kinds`: what was found; `warnings`: what the user is told; `unanswerable`:
    nothing is left that coding rules could answer."""

    text: str
    kinds: tuple[str, ...]
    warnings: tuple[str, ...]
    unanswerable: bool = False


def mask(text: str) -> Masked:
    """Replace each identifier by "[kind]". Nothing found: the same text. Masking twice changes nothing more."""
    kinds: list[str] = []
    for kind, pattern, replacement in _RULES:
        masked = pattern.sub(replacement, text)
        if masked != text:
            kinds.append(kind)
            text = masked
    if not kinds:
        return Masked(text, (), ())
    kinds = list(dict.fromkeys(kinds))
    warning = f"Personal health information was masked before anything was kept or sent ({', '.join(kinds)}); ask without it."
    identified = bool({"name", "member id", "MRN", "SSN", "date of birth"} & set(kinds))
    asks_why = identified and bool(_WHY.search(text))
    if asks_why:
        warning += f" {UNKNOWABLE}"
    nothing_left = asks_why and not re.search(r"\b(?:\d{5}|[A-V]\d{4})\b", text)
    return Masked(text, tuple(kinds), (warning,), nothing_left)
