"""Tables in columns (csv, tab separated, workbook): recognised by their column names over several header
rows, never by position. A column nobody knows is loaded around and named in a warning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.domain import CitecodeError
from assistant.tables.content import Content, Raw
from assistant.tables.editions import TABLES, from_title

HEAD_ROWS = 80
CODE = re.compile(r"(?=.*\d)[0-9A-Z]{5}|C{5}")  # GXXX1 stands in the fee schedule, CCCCC among the add-ons
_NUMBER = re.compile(r"-?\d*\.?\d+")
_KEYLIKE = re.compile(r"(?=.*\d)[0-9A-Z.+]{1,9}|C{5}")
_RULED = re.compile(r"[-=_]{2,}")  # a line drawn under the header

LOST_ZEROS = (
    "has lost its leading zeros, as when a spreadsheet saves a csv: load the file as CMS publishes it, "
    "not opened and saved again"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: our field name, the header CMS prints (a pattern over the whole joined header, lower case),
    whether a file without it is refused, and what its cells must be (code, number, glob, mac, locality)."""

    field: str
    header: str
    required: bool = True
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table's columns; `key` are the fields whose values, joined by "/", are the subject."""

    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    words: str = ""
    fill_down: tuple[str, ...] = ()
    lost_zeros_are_cms: bool = False


C = Column
LAYOUTS = (
    Layout(
        "ptp",
        ("column1", "column2"),
        (
            C("column1", r"column ?1", kind="code"),
            C("column2", r"column ?2", kind="code"),
            C("prior", r"\* ?=? ?in existence.*", required=False),
            C("effective_date", r"effective ?(date)?|effective_date", required=False),
            C("deletion_date", r"deletion ?(date)?.*|deletion_date"),
            C("modifier_indicator", r"modifier([ _].*)?"),
            C("rationale", r"(ptp edit )?rationale"),
        ),
    ),
    Layout(
        "mue",
        ("code",),
        (
            C("code", r"(hcpcs|cpt)( ?/ ?(hcpcs|cpt))?([ _]?codes?)?", kind="code"),
            C("value", r".*mue( values?| units)?|mue_(units|value)", kind="whole"),
            C("mai_text", r"mue adjudication indicator|mue_mai|mai"),
            C("rationale", r"mue rationale|mue_rationale|rationale"),
            C("service", r"mue_service", required=False),
        ),
    ),
    Layout(
        "mpfs",
        ("code",),
        (
            C("code", r"(cpt ?/ ?)?hcpcs( ?/ ?cpt)?( codes?)?", kind="code"),
            C("mod", r"mod(ifier)?"),
            C("description", r"description"),
            C("status", r"status( code)?"),
            C("not_used", r"not used for medicare payment", required=False),
            C("work_rvu", r"work rvu", kind="number"),
            C("pe_nonfac", r"(transitioned |fully implemented )?non-fac(ility)? pe rvu", kind="number"),
            C("nonfac_na", r"non-fac(ility)? na indicator", required=False),
            C("pe_fac", r"(transitioned |fully implemented )?facility pe rvu", kind="number"),
            C("fac_na", r"facility na indicator", required=False),
            C("mp", r"mp rvu", kind="number"),
            C("total_nonfac", r"(transitioned |fully implemented )?non-facility total", kind="number"),
            C("total_fac", r"(transitioned |fully implemented )?facility total", kind="number"),
            C("pctc", r"pc ?/? ?tc( ind(icator)?)?"),
            C("glob_days", r"glob(al)? days", kind="glob"),
            C("pre_op", r"pre op", required=False),
            C("intra_op", r"intra op", required=False),
            C("post_op", r"post op", required=False),
            C("mult_proc", r"mult proc"),
            C("bilat_surg", r"bilat surg"),
            C("asst_surg", r"asst surg"),
            C("co_surg", r"co- ?surg"),
            C("team_surg", r"team surg"),
            C("pric_ind", r"pric ind", required=False),
            C("endo_base", r"endo base", required=False),
            C("conv_factor", r"conv(ersion)? factor", kind="number"),
            C("supervision", r"physician supervision of diagnostic procedures", required=False),
            C("calculation_flag", r"calculation flag", required=False),
            C("imaging_family", r"diagnostic imaging family indicator", required=False),
            C("opps_pe_nonfac", r"non-facility pe used for opps payment amount", required=False),
            C("opps_pe_fac", r"facility pe used for opps payment amount", required=False),
            C("opps_mp", r"mp used for opps payment amount", required=False),
        ),
    ),
    Layout(
        "aoc",
        ("addon", "primary"),
        (
            C("addon", r"(.* )?add[-_ ]?on[-_ ]?code|aoc([-_ ]code)?", kind="code"),
            C("primary", r"(.* )?primary[-_ ]?code", kind="code"),
            C("type", r"(aoc|add-on code)?[-_ ]?(edit)?[-_ ]?type.*"),
            C("effective_date", r"(aoc[-_ ]edit[-_ ])?(start|eff(ective)?)[-_ ]?(date|dt)?", required=False),
            C("end_date", r"(aoc[-_ ]edit[-_ ])?(end|del(etion)?)[-_ ]?(date|dt)?", required=False),
            C("notes", r"special[-_ ]instruction.*", required=False),
        ),
    ),
    Layout(
        "gpci",
        ("mac", "locality", "state"),  # CMS's 2026 file prints 05102/00 for two states, and 03502/00
        (
            C("mac", r"(medicare adm.*|mac|contractor)", kind="mac"),
            C("state", r"state"),
            C("locality", r"locality( number)?", kind="locality"),
            C("name", r"locality name"),
            C("work", r"(20\d\d )?(pw|work) gpci.*", kind="number"),
            C("pe", r"(20\d\d )?pe gpci.*", kind="number"),
            C("mp", r"(20\d\d )?mp gpci.*", kind="number"),
        ),
    ),
    Layout(
        "locality",
        ("mac", "locality"),
        (
            C("mac", r"medicare adm.*", kind="mac"),
            C("locality", r"locality( number)?", kind="locality"),
            C("state", r"state"),
            C("area", r"fee schedule area"),
            C("counties", r"counties"),
        ),
        fill_down=("state",),
        lost_zeros_are_cms=True,  # CMS's own 25LOCCO.csv prints 2102 and 1
    ),
    Layout(
        "anes",
        ("mac", "locality"),
        (
            C("mac", r"contractor", kind="mac"),
            C("locality", r"locality", kind="locality"),
            C("name", r"locality name"),
            C(
                "conv_factor",
                r"(20\d\d )?(national )?anes.* cf.*|.*anesthesia conversion factor.*",
                kind="number",
            ),
        ),
    ),
)

RowsOf = Callable[[], Iterator[list[str]]]


def recognise(rows_of: RowsOf, where: str, rank: int) -> Content | None:
    """The table in these rows, or None. Raises CitecodeError when it is clearly one of ours with a column
    missing."""
    try:
        top = [[cell.strip() for cell in row] for row in islice(rows_of(), HEAD_ROWS)]
    except CitecodeError:
        raise
    near: tuple[int, Layout, list[str], list[str]] | None = None
    for layout in LAYOUTS:
        for start in range(1, len(top)):
            if not _may_be_data(top[start]):
                continue
            headers, places, missing = _headed(layout, top[:start])
            if not missing and _KEYLIKE.fullmatch(_at(top[start], places[layout.key[0]]).upper()):
                return _content(layout, places, headers, start, top, rows_of, where, rank)
            known = len(places)
            if missing and known >= 3 and len(missing) <= 2 and (near is None or known > near[0]):
                near = (known, layout, missing, [header for header in headers if header])
            break  # header rows end where data begins
    if near:
        _, layout, missing, headers = near
        raise CitecodeError(
            f"{where} looks like {TABLES[layout.table]} but has no column {_names(layout, missing)}; it has: "
            f"{'; '.join(headers[:12])[:300]}."
        )
    return None


def _headed(layout: Layout, rows: list[list[str]]) -> tuple[list[str], dict[str, int], list[str]]:
    """The header rows joined, and what of the layout is in them. A title may fill several cells, so the top
    rows are left out one by one until every column is there."""
    best: tuple[list[str], dict[str, int], list[str]] | None = None
    for drop in range(len(rows)):
        headers = joined(rows[drop:])
        places, missing = match(layout, headers)
        if best is None or len(missing) < len(best[2]):
            best = headers, places, missing
        if not missing:
            break
    return best or ([], {}, [])


def _names(layout: Layout, missing: Sequence[str]) -> str:
    return " and no column ".join(repr(name.replace("_", " ")) for name in missing)


def _may_be_data(row: Sequence[str]) -> bool:
    cells = [cell for cell in row if cell]
    return len(cells) >= 3 and bool(_KEYLIKE.fullmatch(row[0].upper()))


def joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """One header per column out of several rows; rows with a single cell are titles and left out."""
    wide = [
        [("" if _RULED.fullmatch(cell) else cell) for cell in row]
        for row in rows
        if sum(1 for cell in row if cell) > 1
    ]
    width = max((len(row) for row in wide), default=0)
    return [re.sub(r"\s+", " ", " ".join(_at(row, index) for row in wide)).strip() for index in range(width)]


def match(layout: Layout, headers: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """field -> index of its column, and the required fields that no header fits."""
    places: dict[str, int] = {}
    for column in layout.columns:
        for index, header in enumerate(headers):
            if index not in places.values() and re.fullmatch(column.header, header.lower()):
                places[column.field] = index
                break
    missing = [column.field for column in layout.columns if column.required and column.field not in places]
    return places, missing


def _at(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _content(
    layout: Layout,
    places: dict[str, int],
    headers: list[str],
    start: int,
    top: list[list[str]],
    rows_of: RowsOf,
    where: str,
    rank: int,
) -> Content:
    title = "\n".join(" ".join(row) for row in top[:start])
    unknown = [header for index, header in enumerate(headers) if header and index not in places.values()]
    warnings = tuple(
        f"{where}: the column {header!r} is new to this version and was loaded around." for header in unknown
    )
    fields = tuple(column.field for column in layout.columns if column.field in places)
    columns = (*fields, "mai") if layout.table == "mue" else fields
    setting = None
    if layout.table == "mue":
        setting = _mue_setting(headers[places["value"]], top[start], places)
    return Content(
        table=layout.table,
        columns=columns,
        rows=lambda: _rows(layout, places, fields, start, rows_of, where),
        setting=setting,
        start=from_title(layout.table, title),
        rank=rank,
        warnings=warnings,
        words=layout.words,
        raw=Raw(rows_of, start, places, where),
    )


def _mue_setting(header: str, row: Sequence[str], places: dict[str, int]) -> str | None:
    text = f"{header} {_at(row, places['service']) if 'service' in places else ''}".lower()
    for word, setting in (
        ("practitioner", "practitioner"),
        ("outpatient", "outpatient_hospital"),
        ("hospital", "outpatient_hospital"),
        ("dme", "dme"),
        ("supplier", "dme"),
    ):
        if word in text:
            return setting
    return None


def _rows(
    layout: Layout,
    places: dict[str, int],
    fields: tuple[str, ...],
    start: int,
    rows_of: RowsOf,
    where: str,
) -> Iterator[tuple[str, list[str]]]:
    """Data rows, checked cell by cell; raises at the first that is not what CMS writes."""
    checks = [
        (fields.index(column.field), column)
        for column in layout.columns
        if column.kind and column.field in places
    ]
    order = [places[name] for name in fields]
    keys = [fields.index(name) for name in layout.key]
    filled = [fields.index(name) for name in layout.fill_down]
    last = max(order)
    above = [""] * len(fields)
    for number, row in enumerate(rows_of(), 1):
        if number <= start:
            continue
        if sum(1 for cell in row if cell.strip()) <= 1:
            continue  # a blank line, a footnote, the end-of-file mark
        if len(row) <= last:
            raise CitecodeError(
                f"{where}, row {number} has {len(row)} cells where {last + 1} are needed: the file is cut "
                "off or damaged; download it again."
            )
        cells = [row[index].strip() for index in order]
        if not cells[keys[0]] and not cells[keys[-1]]:
            continue
        for index in filled:
            cells[index] = cells[index] or above[index]
        for index, column in checks:
            cells[index] = check(column, cells[index], layout, f"{where}, row {number}")
        above = cells
        if layout.table == "mue":  # "3 Date of Service Edit: Clinical" in recent files, 3 in others
            cells = [*cells, cells[fields.index("mai_text")][:1]]
        subject = "/".join(cells[index] for index in keys)
        if layout.table == "mpfs" and cells[1]:  # a row of its own for modifier 26, TC or 53
            subject = f"{subject}-{cells[1]}"
        yield subject, cells


def check(column: Column, cell: str, layout: Layout, at: str) -> str:
    """The cell as stored. Raises CitecodeError naming place, cell and reason."""
    if column.kind == "code":
        code = cell.upper()
        if CODE.fullmatch(code):
            return code
        if re.fullmatch(r"\d{1,4}|\d+\.?\d*E\+?\d+", code):
            raise CitecodeError(f"{at}: the code {cell!r} {LOST_ZEROS}.")
        raise CitecodeError(
            f"{at}: {cell[:40]!r} is no procedure code, so the columns are not what CMS writes."
        )
    if column.kind == "glob" and re.fullmatch(r"\d{1,2}", cell):
        raise CitecodeError(f"{at}: the global days {cell!r} {LOST_ZEROS}.")
    if column.kind in ("number", "whole") and not (
        cell.isdigit() if column.kind == "whole" else _NUMBER.fullmatch(cell)
    ):
        raise CitecodeError(f"{at}: {column.field.replace('_', ' ')} is {cell[:40]!r}, which is no number.")
    if column.kind in ("mac", "locality"):
        width = 5 if column.kind == "mac" else 2
        if not re.fullmatch(rf"\d{{1,{width}}}", cell):
            raise CitecodeError(
                f"{at}: {cell[:40]!r} is no {'contractor' if width == 5 else 'locality'} number."
            )
        if len(cell) < width and not layout.lost_zeros_are_cms:
            raise CitecodeError(f"{at}: the number {cell!r} {LOST_ZEROS}.")
        return cell.zfill(width)
    return cell
