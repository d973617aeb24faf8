"""An insurance claim as the checks see it, and its JSON (`spreadsheet` reads CSV, `x12` 837P)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from assistant.domain import PROVIDERS, SETTINGS, CitecodeError, Setting

_CREDENTIALS = {
    "DO": "MD", "MD/DO": "MD", "PHYSICIAN": "MD", "DPT": "PT", "LPTA": "PTA", "OTR": "OT", "OTR/L": "OT", "COTA": "OTA",
    "ST": "SLP", "CCC-SLP": "SLP", "APRN": "NP", "CRNP": "NP", "FNP": "NP", "PA-C": "PA", "CHIROPRACTOR": "DC",
}  # fmt: skip
"""How people write who rendered a service -> the names used here."""

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
    to_date: Mapping[str, Decimal] = field(default_factory=dict)
    """Therapy allowed this year before this claim, in dollars: pt_slp, ot."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A claim of a file that cannot be read, and why."""

    id: str
    reason: str


def claim_of(
    data: Mapping[str, Any], today: date, where: str = "The claim", given: Mapping[str, Any] | None = None
) -> Claim:
    """A claim from the contract's JSON object; what it leaves out is taken from `given`. Raises CitecodeError
    naming the key that is wrong; unknown keys are passed over, null is the same as absent."""
    if not isinstance(data, Mapping):
        raise CitecodeError(f"{where} must be a JSON object with the key 'lines'.")
    data = {**(given or {}), **{key: value for key, value in data.items() if value not in (None, "")}}
    day = day_of(data.get("date_of_service"), f"{where}: date_of_service")
    setting = data.get("setting") or "practitioner"
    if setting not in SETTINGS:
        raise CitecodeError(f"{where}: setting is {str(setting)[:40]!r}; write one of {', '.join(SETTINGS)}.")
    provider = _text(data.get("rendered_by"), f"{where}: rendered_by").upper() or None
    provider = _CREDENTIALS.get(provider or "", provider)
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
        diagnoses=listed(data.get("diagnoses"), f"{where}: diagnoses", diagnosis) or (),
        lines=tuple(
            _line(number, item, day or today, f"{where}, line {number}")
            for number, item in enumerate(lines, 1)
        ),
        id=_text(data.get("id"), f"{where}: id"),
        day_given=day is not None,
        to_date=_to_date(data, where),
    )


def _to_date(data: Mapping[str, Any], where: str) -> dict[str, Decimal]:
    given = data.get("therapy_to_date") or {}
    if not isinstance(given, Mapping):
        raise CitecodeError(
            f'{where}: therapy_to_date must be an object such as {{"pt_slp": 2300, "ot": 0}}.'
        )
    amounts = {}
    for bucket in ("pt_slp", "ot"):
        value = given.get(bucket, data.get(f"{bucket}_to_date"))
        if value in (None, ""):
            continue
        try:
            amounts[bucket] = Decimal(str(value).strip().lstrip("$").replace(",", ""))
        except InvalidOperation:
            amounts[bucket] = Decimal(-1)
        if isinstance(value, bool) or not 0 <= amounts[bucket] < 10_000_000:
            raise CitecodeError(
                f"{where}: therapy_to_date {bucket} is {str(value)[:40]!r}; write an amount in dollars."
            )
    return amounts


def _line(number: int, data: Any, day: date, where: str) -> Line:
    if not isinstance(data, Mapping):
        raise CitecodeError(f"{where} must be an object with the key 'code'.")
    code = _text(data.get("code"), f"{where}: code").upper()
    if not code:
        raise CitecodeError(f"{where} has no code.")
    modifiers = listed(data.get("modifiers"), f"{where}: modifiers", str.upper) or ()
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
        diagnoses=listed(data.get("diagnoses"), f"{where}: diagnoses", diagnosis) or None,
        day=day_of(data.get("date_of_service"), f"{where}: date_of_service") or day,
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


def day_of(value: Any, where: str) -> date | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if found := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text):  # 7/15/2026, as US claims are dated
        text = f"{found[3]}-{int(found[1]):02d}-{int(found[2]):02d}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CitecodeError(f"{where} is {text[:40]!r}; write it as 2026-07-15.") from None


def listed(value: Any, where: str, normal: Any) -> tuple[str, ...]:
    """A list of texts; a single text is split at spaces, commas, semicolons and bars."""
    if value is None:
        return ()
    items: Iterable[Any] = re.split(r"[\s,;|]+", value) if isinstance(value, str) else value
    if not isinstance(items, Sequence):
        raise CitecodeError(f"{where} must be a list.")
    return tuple(normal(_text(item, where)) for item in items if _text(item, where))


def diagnosis(text: str) -> str:
    """A diagnosis with its dot: M5450 is M54.50."""
    code = text.upper()
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code else code


# --- files -----------------------------------------------------------------------------------------------


def read_json(
    text: str, name: str, today: date, given: Mapping[str, Any]
) -> tuple[list[Claim | Unread], bool]:
    """The claims of a JSON text (one claim, a list, or {"claims": [...]}) and whether it was a single one."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CitecodeError(f"{name} is no JSON ({error}): see `citecode check --help`.") from error
    if isinstance(data, Mapping) and isinstance(data.get("claims"), list):
        data = data["claims"]
    if not isinstance(data, list):
        return [claim_of(data, today, name, given)], True
    return [
        read_or_not(item.get("id") if isinstance(item, Mapping) else None, number, item, today, name, given)
        for number, item in enumerate(data, 1)
    ], False


def read_or_not(
    id: Any, number: int, data: Any, today: date, name: str, given: Mapping[str, Any]
) -> Claim | Unread:
    """The claim, or why it cannot be read: the others of the file are checked all the same."""
    try:
        return claim_of(data, today, f"{name}, claim {id or number}", given)
    except CitecodeError as error:
        return Unread(str(id or number)[:60], str(error))
