"""Tables without column names: fixed width, the ICD-10-CM tabular XML, LCD coverage in JSON. Recognised by
the shape of their lines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from xml.etree import ElementTree

from assistant.domain import CitecodeError
from assistant.tables.content import Content
from assistant.tables.editions import from_title
from assistant.tables.files import Member

# Record layout RVU25D, data record; the two letters after a number are its NA indicator. The conversion
# factor (999.9999) is the anchor: PRIC IND, new in 2026, stands somewhere in the filler before it.
_PPRRVU = re.compile(
    r"(?P<code>[0-9A-Z]{5})(?P<mod>[0-9A-Z ]{2})(?P<description>.{50})(?P<status>[A-Z])(?P<not_used>.)"
    r"(?P<work_rvu>[ \d.]{6}) (?P<pe_nonfac>[ \d.]{6})(?P<nonfac_na>NA|  )"
    r".(?P<pe_fac>[ \d.]{6})(?P<fac_na>NA|  )"
    r".(?P<mp>[ \d.]{5}) (?P<total_nonfac>[ \d.]{6})(?P<total_fac>[ \d.]{6})(?P<pctc>[0-9])"
    r"(?P<glob_days>[0-9A-Z]{3})(?P<pre_op>\.\d\d|   )(?P<intra_op>\.\d\d|   )(?P<post_op>\.\d\d|   )"
    r"(?P<mult_proc>\d)(?P<bilat_surg>\d)(?P<asst_surg>\d)(?P<co_surg>\d)(?P<team_surg>\d)"
    r"(?P<pric_ind>[0-9A-Z ]) {6,7}(?P<endo_base>[0-9A-Z]{5}| {5}) *(?P<conv_factor>\d{1,3}\.\d{4})"
    r"(?: (?P<supervision>[0-9A-Z]{2})(?P<calculation_flag>\d) (?P<imaging_family>\d\d)"
    r" *(?P<opps_pe_nonfac>\d+\.\d\d) *(?P<opps_pe_fac>\d+\.\d\d) *(?P<opps_mp>\d+\.\d\d))?.*"
)
_ORDER = re.compile(
    r"(?P<order>\d{5}) (?P<code>[A-Z]\d[0-9A-Z]{1,5}) +(?P<billable>[01]) (?P<short>.{60}) "
    r"(?P<description>.+)"
)
_CODES = re.compile(r"(?P<code>[A-Z]\d[0-9A-Z]{1,5}) {1,5}(?P<description>[A-Za-z].{3,})")
_GEM = re.compile(
    r"(?P<source>[0-9A-Z]{3,7}) +(?P<target>[0-9A-Za-z]{3,7}) +(?P<approximate>[01])(?P<no_map>[01])"
    r"(?P<combination>[01])(?P<scenario>\d)(?P<choice>\d)"
)
_ZIP5 = re.compile(
    r"(?P<state>[A-Z]{2})(?P<zip>\d{5})(?P<mac>\d{5})(?P<locality>\d{2})(?P<rural>.)(?P<lab_locality>..)"
    r"(?P<rural2>.).*?(?P<plus4>[ 0-9]) (?P<part_b>.).*(?P<year>20\d\d)(?P<quarter>[1-4])"
)
_GPCI = re.compile(
    r"(?P<mac>\d{5}) +(?P<state>[A-Z]{2}) +(?P<locality>\d{2}) +(?P<name>\S.*?) +(?P<work>\d\.\d+) +"
    r"(?P<pe>\d\.\d+) +(?P<mp>\d\.\d+)"
)
_HCPCS_CODE = re.compile(r"[A-Z]\d{4}|\d{4}[0-9A-Z]|   [0-9A-Z]{2}")

Rows = Iterator[tuple[str, list[str]]]


def recognise(member: Member, top: Sequence[str]) -> Content | None:
    """The table in a file without column names, or None."""
    lines = [line.rstrip("\n") for line in top if line.strip() and line.strip() != "\x1a"]
    if not lines:
        return None
    data = [line for line in lines if not line.startswith("HDR")]
    if len(data) < len(lines) or _most(_PPRRVU, data):
        return _regular(member, "mpfs", _PPRRVU, data, ("code",), skip="HDR", rank=1)
    if _most(_ORDER, lines):
        return _regular(member, "icd10", _ORDER, data, ("code",), words="description", subject=dotted)
    if _most(_GEM, lines):
        table = "gem_9_10" if _nine(lines) else "gem_10_9"
        return _regular(member, table, _GEM, data, ("source",), subject=None if _nine(lines) else dotted)
    if _most(_ZIP5, lines):
        found = next(one for one in map(_ZIP5.match, lines) if one)
        start = date(int(found["year"]), int(found["quarter"]) * 3 - 2, 1)
        return _regular(member, "zip", _ZIP5, data, ("zip",), start=start)
    title = " ".join(lines[:4])
    if "GEOGRAPHIC PRACTICE COST" in title.upper() and any(map(_GPCI.match, lines)):
        return _regular(
            member,
            "gpci",
            _GPCI,
            data,
            ("mac", "locality", "state"),
            start=from_title("gpci", title),
            loose=True,
            rank=1,
        )
    if all(
        len(line) in range(290, 325) and line[10] in "3478" and _HCPCS_CODE.match(line[:5]) for line in lines
    ):
        return _hcpcs(member)
    if _most(_CODES, lines) and len(lines) > 20:
        return _regular(member, "icd10", _CODES, data, ("code",), words="description", subject=dotted, rank=1)
    if lines[0].lstrip().startswith("<?xml") and "ICD10CM.tabular" in "".join(lines[:5]):
        return _tabular(member)
    if lines[0].lstrip().startswith("{") and "covered" in "".join(lines[:8]):
        return _lcd(member)
    return None


def _most(shape: re.Pattern[str], lines: Sequence[str]) -> bool:
    return bool(lines) and sum(bool(shape.match(line)) for line in lines) >= 0.9 * len(lines)


def _nine(lines: Sequence[str]) -> bool:
    """ICD-9 sources are digits, or E/V and digits, without the letters in the middle that ICD-10 has."""
    return sum(line[:1].isdigit() for line in lines) > len(lines) / 2


def _regular(
    member: Member,
    table: str,
    shape: re.Pattern[str],
    data: Sequence[str],
    key: tuple[str, ...],
    *,
    skip: str = "\0",
    subject: Callable[[str], str] | None = None,
    start: date | None = None,
    words: str = "",
    rank: int = 0,
    loose: bool = False,
) -> Content:
    """A table whose every line has the shape; `loose`: titles and notes around it are passed over. Columns
    that are blank in every line looked at (one that this year's file does not have) are left out."""
    matched = [found for found in map(shape.match, data) if found]
    columns = tuple(
        name
        for name in shape.groupindex
        if name != "pric_ind" or any(found[name].strip() for found in matched)
    )

    def rows() -> Rows:
        for number, line in enumerate(member.lines(), 1):
            text = line.rstrip("\n")
            found = shape.match(text)
            if not found:
                if loose or not text.strip("\x1a \0") or text.startswith(skip):
                    continue
                raise CitecodeError(
                    f"{member.where}, line {number} is not laid out as the lines before it: the file is cut "
                    "off or damaged; download it again."
                )
            cells = [(found[name] or "").strip() for name in columns]
            name = "/".join((found[part] or "").strip() for part in key)
            if table == "mpfs" and cells[1]:  # a row of its own for modifier 26, TC or 53
                name = f"{name}-{cells[1]}"
            yield (subject(name) if subject else name), cells

    return Content(table, columns, rows, start=start, rank=rank, words=words)


def dotted(code: str) -> str:
    """An ICD-10-CM code with its dot: M5450 is M54.50."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code else code


# --- HCPCS Level II --------------------------------------------------------------------------------------

_HCPCS_FIELDS = (
    ("pricing", 119, 127),
    ("multiple_pricing", 127, 128),
    ("cross_reference", 204, 229),
    ("coverage", 229, 230),
    ("betos", 256, 259),
    ("type_of_service", 260, 265),
    ("added", 268, 276),
    ("effective_date", 276, 284),
    ("terminated", 284, 292),
    ("action", 292, 293),
)
"""Positions (from 0, end excluded) in CMS's 320-character contractor record."""


def _hcpcs(member: Member) -> Content:
    columns = ("kind", "description", "short", *(name for name, _, _ in _HCPCS_FIELDS))

    def rows() -> Rows:
        """Records 3 and 7 open a code and a modifier, 4 and 8 continue the long description."""
        code, cells = "", [""]
        for number, line in enumerate(member.lines(), 1):
            if not line.strip("\x1a\n\0 "):
                continue
            kind = line[10:11]
            if kind not in "3478" or len(line) < 290:
                raise CitecodeError(
                    f"{member.where}, line {number} is no 320-character HCPCS record: the file is cut off or "
                    "damaged; download it again."
                )
            if kind in "48":
                if line[:5].strip() != code:
                    raise CitecodeError(
                        f"{member.where}, line {number} continues no record: download it again."
                    )
                cells[1] = f"{cells[1]} {line[11:91].strip()}".strip()
                continue
            if code:
                yield code, cells
            code = line[:5].strip()
            cells = ["modifier" if kind == "7" else "code", line[11:91].strip(), line[91:119].strip()]
            cells += [line[begin:end].strip() for _, begin, end in _HCPCS_FIELDS]
        if code:
            yield code, cells

    return Content("hcpcs", columns, rows, words="description")


# --- ICD-10-CM tabular list ---------------------------------------------------------------------------------

_NOTES = {
    "includes": "includes",
    "inclusion_terms": "inclusionTerm",
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "code_first": "codeFirst",
    "use_additional": "useAdditionalCode",
    "code_also": "codeAlso",
}


_TAGS = frozenset(_NOTES.values())


def _tabular(member: Member) -> Content:
    columns = ("billable", "description", *_NOTES)
    return Content("icd10", columns, lambda: tabular_rows(member), rank=1, words="description")


def tabular_rows(member: Member) -> Rows:
    """Every category and code of the tabular XML, with its notes (one a line) and the codes that a seventh
    character makes of it."""
    try:
        root = ElementTree.fromstring(member.all_bytes())
    except ElementTree.ParseError as error:
        raise CitecodeError(
            f"{member.where} is no complete XML file ({error}): download it again."
        ) from error
    for chapter in root.iter("section"):
        for diagnosis in chapter.findall("diag"):
            yield from _diagnosis(diagnosis, {})


def _diagnosis(node: ElementTree.Element, seventh: Mapping[str, str]) -> Rows:
    code, text = node.findtext("name", "").strip(), node.findtext("desc", "").strip()
    extensions = node.find("sevenChrDef")
    if extensions is not None:
        seventh = {one.get("char", ""): (one.text or "").strip() for one in extensions.findall("extension")}
    below = node.findall("diag")
    billable = not below and not seventh
    found = {
        child.tag: "\n".join((note.text or "").strip() for note in child.iterfind("note"))
        for child in node
        if child.tag in _TAGS
    }
    notes = [found.get(tag, "") for tag in _NOTES.values()]
    yield code, ["1" if billable else "0", text, *notes]
    for child in below:
        yield from _diagnosis(child, seventh)
    if not below:
        base = code.replace(".", "")
        for letter, meaning in seventh.items():
            yield dotted(f"{base:X<6}{letter}"), ["1", f"{text}, {meaning}", *[""] * len(_NOTES)]


# --- Coverage policies -----------------------------------------------------------------------------------


def _lcd(member: Member) -> Content:
    """{code: {"covered": [...], "notCovered": [...], "lcdIds": [...]}}: diagnoses of coverage policies."""
    try:
        data = json.loads(member.all_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CitecodeError(f"{member.where} is no complete JSON file: download it again.") from error
    if not isinstance(data, dict) or not all(
        isinstance(entry, dict) and isinstance(entry.get("covered"), list) for entry in data.values()
    ):
        raise CitecodeError(f"{member.where}: each code must map to an object with the list 'covered'.")

    def rows() -> Rows:
        for code, entry in data.items():
            lists = (entry.get("covered"), entry.get("notCovered"), entry.get("lcdIds"))
            yield code, [" ".join(str(item) for item in one or []) for one in lists]

    return Content("lcd", ("covered", "not_covered", "policies"), rows)
