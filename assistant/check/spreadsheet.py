"""Claims out of a CSV, one line of a claim per row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assistant.check.claims import Claim, Unread, claim_of, day_of, diagnosis, listed
from assistant.domain import CitecodeError

_CLAIM_FIELDS = (
    "date_of_service", "payer", "setting", "rendered_by", "diagnoses", "pt_slp_to_date", "ot_to_date"
)  # fmt: skip
_SYNONYMS = {
    "claim": "claim_id claim_number claim_no id account account_number patient_control_number",
    "date_of_service": "dos date service_date from_date date_from from",
    "code": "cpt hcpcs procedure procedure_code proc proc_code cpt_code hcpcs_code cpt_hcpcs service_code",
    "modifiers": "modifier mods mod",
    "diagnoses": "dx diagnosis icd icd10 icd_10 diagnosis_codes dx_codes diagnosis_code",
    "line_diagnoses": "pointers pointer dx_pointer dx_pointers diagnosis_pointer diagnosis_pointers line_dx",
    "rendered_by": "provider rendering_provider provider_type rendering rendered",
    "units": "qty quantity unit service_units",
    "minutes": "min mins time",
    "payer": "insurance payer_name payer_type carrier plan",
}
_NAMES = {word: name for name, words in _SYNONYMS.items() for word in words.split()}
_NUMBERED = {
    "modifiers": r"(?:mod|modifier)_?[1-4]",
    "diagnoses": r"(?:dx|diag|diagnosis|icd|icd10)_?(?:1[0-2]|[1-9])",
}


def read_csv(text: str, name: str, today: date, given: Mapping[str, Any]) -> list[Claim | Unread]:
    """Claims from a CSV with one line per row: claim, date_of_service, payer, setting, rendered_by, diagnoses,
    code, modifiers, units, minutes, line_diagnoses (codes, or letters A to L into the claim's diagnoses);
    separated by commas, semicolons or tabs. A claim with a row that cannot be read is named with that row, the
    others are read. Raises CitecodeError for a file that is no such table."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise CitecodeError(f"{name}, line {reader.line_num} cannot be read as CSV ({error}).") from error
    header = [re.sub(r"\W+", "_", cell.strip().lower()).strip("_") for cell in rows[0][1]] if rows else []
    header = [_NAMES.get(cell, cell) for cell in header]
    if "code" not in header:
        raise CitecodeError(f"{name} has no column 'code'; it has {', '.join(header)[:200] or 'none'}.")
    groups: dict[str, list[tuple[int, list[str]]]] = {}
    for number, cells in rows[1:]:
        id = (
            cells[header.index("claim")].strip()
            if "claim" in header and len(cells) > header.index("claim")
            else ""
        )
        groups.setdefault(id or "1", []).append((number, cells))
    if not groups:
        raise CitecodeError(f"{name} has a header and no rows.")
    found: list[Claim | Unread] = []
    for id, group in groups.items():
        try:
            found.append(_claim(id, group, header, name, today, given))
        except CitecodeError as error:
            found.append(Unread(id[:60], str(error)))
    return found


def _row(cells: Sequence[str], header: Sequence[str], where: str) -> dict[str, str]:
    """Column name -> cell; columns numbered mod1..mod4 and dx1..dx12 come together under one name."""
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise CitecodeError(f"{where} has {len(cells)} cells, the header {len(header)} columns.")
    row: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        one = next((into for into, pattern in _NUMBERED.items() if re.fullmatch(pattern, name)), name)
        if cell.strip():
            row[one] = f"{row[one]} {cell.strip()}" if one in row else cell.strip()
    return row


def _claim(
    id: str,
    group: Sequence[tuple[int, list[str]]],
    header: Sequence[str],
    name: str,
    today: date,
    given: Mapping[str, Any],
) -> Claim:
    where = f"{name}, claim {id}"
    rows = [(number, _row(cells, header, f"{name}, line {number}")) for number, cells in group]
    first = {key: next((row[key] for _, row in rows if key in row), None) for key in _CLAIM_FIELDS}
    if "diagnoses" not in header:
        first["diagnoses"] = given.get("diagnoses")
    diagnoses = listed(first["diagnoses"], f"{where}: diagnoses", diagnosis)
    lines = []
    for number, row in rows:
        at = f"{name}, line {number}"
        own = day_of(row.get("date_of_service"), f"{at}: date_of_service")
        line = {
            **{key: row.get(key) for key in ("code", "modifiers", "units", "minutes")},
            "diagnoses": _pointed(row.get("line_diagnoses") or "", diagnoses) or None,
            "date_of_service": own and own.isoformat(),
        }
        claim_of({"lines": [line]}, today, at)  # so that what is wrong with it is said with its own number
        lines.append(line)
    return claim_of({**first, "id": id, "lines": lines}, today, where, given)


def _pointed(text: str, diagnoses: Sequence[str]) -> list[str]:
    """Codes, or pointers A to L (also 1 to 12) into the claim's diagnoses; "AB" points to two."""
    found = []
    for item in re.split(r"[\s,;|:]+", text.strip().upper()):
        if re.fullmatch(r"[A-L]{1,4}", item):
            found += [_at(ord(letter) - 65, letter, diagnoses) for letter in item]
        elif re.fullmatch(r"\d{1,2}", item):
            found.append(_at(int(item) - 1, item, diagnoses))
        elif item:
            found.append(item)
    return found


def _at(index: int, pointer: str, diagnoses: Sequence[str]) -> str:
    """The diagnosis pointed to; the pointer itself where there is none, for the check to report."""
    return diagnoses[index] if 0 <= index < len(diagnoses) else pointer
