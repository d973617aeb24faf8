"""Claim lines as people paste them -> rows of the grid: (code, modifiers, units, minutes, diagnoses)."""

from __future__ import annotations

import re

from assistant.domain import CitecodeError

Row = tuple[str, str, int, int | None, str]

_CODE = re.compile(r"([0-9A-Z]\d{3}[0-9A-Z])((?:-[0-9A-Z]{2})*)")
_DIAGNOSIS = re.compile(r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_MINUTES = re.compile(r"(\d{1,3})(?:MINS?|MINUTES|M|')")
_UNITS = re.compile(r"X(\d{1,3})|(\d{1,3})(?:U|UNITS?)")
MOST = 200


def rows(text: str) -> list[Row]:
    """One row for each line. Cells between tabs, commas or semicolons are code, modifiers, units, minutes, diagnoses in
    this order; between spaces, the first bare number is units, the second minutes, and modifiers are letters or
    stand behind a hyphen (97140-59). A line of headings is passed over. Errors: CitecodeError naming the line."""
    found: list[Row] = []
    for number, line in enumerate(text.upper().splitlines(), 1):
        if not line.strip():
            continue
        row = _cells(line) if re.search(r"[\t,;]", line) else _words(line)
        if row is None:
            if not found:  # headings
                continue
            raise CitecodeError(f"Line {number} begins with no code: {line.strip()[:40]!r}.")
        found.append(row)
    if not found:
        raise CitecodeError("No line begins with a code; write a line as 97140-GP 1 15 M54.2.")
    if len(found) > MOST:
        raise CitecodeError(f"{len(found)} lines are more than a claim has; paste at most {MOST}.")
    return found


def _cells(line: str) -> Row | None:
    cells = [cell.strip(' "') for cell in re.split(r"[\t,;]", line)]
    cells += [""] * (5 - len(cells))
    code = _CODE.fullmatch(cells[0])
    if code is None:
        return None
    modifiers = " ".join([*code[2].split("-")[1:], *cells[1].split()])
    return code[1], modifiers, _number(cells[2]) or 1, _number(cells[3]), " ".join(cells[4:]).strip()


def _words(line: str) -> Row | None:
    first, *rest = line.replace("|", " ").split()
    code = _CODE.fullmatch(first)
    if code is None:
        return None
    modifiers, diagnoses = code[2].split("-")[1:], []
    units: int | None = None
    minutes: int | None = None
    for word in rest:
        if said := _MINUTES.fullmatch(word):
            minutes = int(said[1])
        elif said := _UNITS.fullmatch(word):
            units = int(said[1] or said[2])
        elif word.isdigit():
            if units is None:
                units = int(word)
            else:
                minutes = int(word)
        elif word in {"MIN", "MINS", "MINUTES"} and minutes is None:
            units, minutes = None, units
        elif re.fullmatch(r"-?[A-Z][A-Z0-9]", word):
            modifiers.append(word.strip("-"))
        elif _DIAGNOSIS.fullmatch(word):
            diagnoses.append(word)
    return code[1], " ".join(modifiers), 1 if units is None else units, minutes, " ".join(diagnoses)


def _number(cell: str) -> int | None:
    digits = re.match(r"\d{1,4}", cell)
    return int(digits.group()) if digits else None
