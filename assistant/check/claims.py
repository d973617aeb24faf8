"""An insurance claim as the checks see it, and its readers: JSON and CSV (837P is in `x12`)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from assistant.domain import PROVIDERS, SETTINGS, CitecodeError, Setting

LINES = 200
"""Lines a claim may have; a professional claim has at most 50."""


@dataclass(frozen=True, slots=True)
class Line:
    """A claim line; `number` counts from 1. `diagnoses` None: it points to all of the claim's. `day`: its own
    date of service, else the claim's."""

    number: int
    code: str
    modifiers: tuple[str, ...]
    units: int
    minutes: int | None
    diagnoses: tuple[str, ...] | None
    day: date


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `day_given`: whether it named its date of service."""

    day: date
    payer: str | None
    setting: Setting
    rendered_by: str | None
    diagnoses: tuple[str, ...]
    lines: tuple[Line, ...]
    id: str = ""
    day_given: bool = True
    notes: tuple[str, ...] = field(default=())


def claim_of(data: Mapping[str, Any], today: date, where: str = "The claim") -> Claim:
    """A claim from the contract's JSON object. Raises CitecodeError naming the key that is wrong; unknown keys
    are passed over, null is the same as absent."""
    if not isinstance(data, Mapping):
        raise CitecodeError(f"{where} must be a JSON object with the key 'lines'.")
    day = _day(data.get("date_of_service"), f"{where}: date_of_service")
    setting = data.get("setting") or "practitioner"
    if setting not in SETTINGS:
        raise CitecodeError(f"{where}: setting is {str(setting)[:40]!r}; write one of {', '.join(SETTINGS)}.")
    provider = _text(data.get("rendered_by"), f"{where}: rendered_by").upper() or None
    if provider and provider not in PROVIDERS:
        raise CitecodeError(
            f"{where}: rendered_by is {provider[:40]!r}; write one of {', '.join(PROVIDERS)}."
        )
    lines = data.get("lines")
    if not isinstance(lines, list) or not lines:
        raise CitecodeError(f"{where} has no lines: give 'lines': [{{'code': '97012', 'units': 1}}].")
    if len(lines) > LINES:
        raise CitecodeError(f"{where} has {len(lines)} lines; a claim has at most {LINES}.")
    return Claim(
        day=day or today,
        payer=_text(data.get("payer"), f"{where}: payer") or None,
        setting=cast(Setting, setting),
        rendered_by=provider,
        diagnoses=_list(data.get("diagnoses"), f"{where}: diagnoses", _diagnosis) or (),
        lines=tuple(
            _line(number, item, day or today, f"{where}, line {number}")
            for number, item in enumerate(lines, 1)
        ),
        id=_text(data.get("id"), f"{where}: id"),
        day_given=day is not None,
    )


def _line(number: int, data: Any, day: date, where: str) -> Line:
    if not isinstance(data, Mapping):
        raise CitecodeError(f"{where} must be an object with the key 'code'.")
    code = _text(data.get("code"), f"{where}: code").upper()
    if not code:
        raise CitecodeError(f"{where} has no code.")
    modifiers = _list(data.get("modifiers"), f"{where}: modifiers", str.upper) or ()
    if found := re.fullmatch(r"([0-9A-Z]{5})((?:-[0-9A-Z]{2})+)", code):  # 97012-GP
        code, modifiers = found[1], (*found[2][1:].split("-"), *modifiers)
    return Line(
        number=number,
        code=code,
        modifiers=modifiers,
        units=_whole(data.get("units"), f"{where}: units", 1, 9999, 1),
        minutes=None
        if data.get("minutes") is None
        else _whole(data.get("minutes"), f"{where}: minutes", 0, 1440, 0),
        diagnoses=_list(data.get("diagnoses"), f"{where}: diagnoses", _diagnosis) or None,
        day=_day(data.get("date_of_service"), f"{where}: date_of_service") or day,
    )


def _text(value: Any, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise CitecodeError(f"{where} must be text.")
    return str(value).strip()


def _whole(value: Any, where: str, low: int, high: int, absent: int) -> int:
    """A whole number; 2.0 and "2" are 2."""
    if value is None or value == "":
        return absent
    try:
        if isinstance(value, bool) or float(value) != int(float(value)):
            raise ValueError
        number = int(float(value))
    except (TypeError, ValueError, OverflowError):
        raise CitecodeError(f"{where} is {str(value)[:40]!r}; it must be a whole number.") from None
    if not low <= number <= high:
        raise CitecodeError(f"{where} is {number}; it must lie between {low} and {high}.")
    return number


def _day(value: Any, where: str) -> date | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CitecodeError(f"{where} is {text[:40]!r}; write it as 2026-07-15.") from None


def _list(value: Any, where: str, normal: Any) -> tuple[str, ...]:
    """A list of texts; a single text is split at spaces, commas, semicolons and bars."""
    if value is None:
        return ()
    items: Iterable[Any] = re.split(r"[\s,;|]+", value) if isinstance(value, str) else value
    if not isinstance(items, Sequence):
        raise CitecodeError(f"{where} must be a list.")
    return tuple(normal(_text(item, where)) for item in items if _text(item, where))


def _diagnosis(text: str) -> str:
    """With its dot: M5450 is M54.50."""
    code = text.upper()
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code else code


# --- files -----------------------------------------------------------------------------------------------


def read_json(text: str, name: str, today: date) -> tuple[list[Claim], bool]:
    """The claims of a JSON text (one claim, a list, or {"claims": [...]}) and whether it was a single one."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CitecodeError(f"{name} is no JSON ({error}): see `citecode check --help`.") from error
    if isinstance(data, Mapping) and isinstance(data.get("claims"), list):
        data = data["claims"]
    if isinstance(data, list):
        return [
            claim_of(item, today, f"{name}, claim {number}") for number, item in enumerate(data, 1)
        ], False
    return [claim_of(data, today, name)], True


_CLAIM_FIELDS = ("date_of_service", "payer", "setting", "rendered_by", "diagnoses")
_SYNONYMS = {
    "claim_id": "claim",
    "id": "claim",
    "dos": "date_of_service",
    "date": "date_of_service",
    "cpt": "code",
    "hcpcs": "code",
    "procedure": "code",
    "modifier": "modifiers",
    "mods": "modifiers",
    "dx": "diagnoses",
    "diagnosis": "diagnoses",
    "pointers": "line_diagnoses",
    "provider": "rendered_by",
    "qty": "units",
}


def read_csv(text: str, name: str, today: date) -> list[Claim]:
    """Claims from a CSV with one line per row: claim, date_of_service, payer, setting, rendered_by, diagnoses,
    code, modifiers, units, minutes, line_diagnoses (codes, or letters A to L into the claim's diagnoses)."""
    reader = csv.DictReader(io.StringIO(text))
    try:
        header = [re.sub(r"\W+", "_", cell.strip().lower()) for cell in reader.fieldnames or ()]
        reader.fieldnames = [_SYNONYMS.get(cell, cell) for cell in header]
        rows = list(reader)
    except csv.Error as error:
        raise CitecodeError(f"{name} cannot be read as CSV ({error}).") from error
    if "code" not in (reader.fieldnames or ()):
        raise CitecodeError(f"{name} has no column 'code'; it has {', '.join(header)[:200] or 'none'}.")
    groups: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for number, row in enumerate(rows, 2):
        if None in row:
            raise CitecodeError(f"{name}, row {number} has more cells than the header has columns.")
        if any((cell or "").strip() for cell in row.values()):
            groups.setdefault((row.get("claim") or "").strip() or "1", []).append((number, row))
    if not groups:
        raise CitecodeError(f"{name} has a header and no rows.")
    return [_grouped(claim, group, name, today) for claim, group in groups.items()]


def _grouped(claim: str, rows: Sequence[tuple[int, dict[str, Any]]], name: str, today: date) -> Claim:
    where = f"{name}, claim {claim}"
    first = {
        key: next((row[key] for _, row in rows if (row.get(key) or "").strip()), None)
        for key in _CLAIM_FIELDS
    }
    diagnoses = _list(first["diagnoses"], f"{where}: diagnoses", _diagnosis)
    lines = []
    for number, row in rows:
        day = _day(row.get("date_of_service"), f"{name}, row {number}: date_of_service")
        lines.append(
            {
                **{key: row.get(key) or None for key in ("code", "modifiers", "units", "minutes")},
                "diagnoses": _pointed(row.get("line_diagnoses") or "", diagnoses) or None,
                "date_of_service": day and day.isoformat(),
            }
        )
    data = {**first, "id": claim, "lines": lines}
    return claim_of(data, today, where)


def _pointed(text: str, diagnoses: Sequence[str]) -> list[str]:
    """Codes, or pointers A to L (also 1 to 12) into the claim's diagnoses; "AB" points to two."""
    items = [item for item in re.split(r"[\s,;|:]+", text.strip().upper()) if item]
    found = []
    for item in items:
        if re.fullmatch(r"[A-L]{1,4}", item):
            found += [_at(ord(letter) - 65, letter, diagnoses) for letter in item]
        elif re.fullmatch(r"\d{1,2}", item):
            found.append(_at(int(item) - 1, item, diagnoses))
        else:
            found.append(item)
    return found


def _at(index: int, pointer: str, diagnoses: Sequence[str]) -> str:
    """The diagnosis pointed to; the pointer itself where there is none, for the check to report."""
    return diagnoses[index] if 0 <= index < len(diagnoses) else pointer
