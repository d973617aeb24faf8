"""Everything known about one code: procedure, HCPCS, modifier or diagnosis, each value with its edition.

    record = lookup("97012", facts, names, date(2026, 7, 15))

The record is a dict that JSON can hold; `to_text` prints it. A value is an object {"value", "meaning",
"source_id", "edition", "warning"}; what is not held is absent, and `cures` says which file would answer.
Descriptors of CPT codes are never part of it: `name` is our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from assistant.codes import Names
from assistant.domain import CitecodeError, Fact, Found, Setting
from assistant.facts import Facts
from assistant.lookup import diagnoses
from assistant.lookup.record import PAGE, Record, dotted, keep, store_of
from assistant.lookup.text import to_text
from assistant.rules.fee import FeeLine, fee
from assistant.tables import Row

__all__ = ["lookup", "near", "several", "to_text"]

INDICATORS = (
    ("status", "mpfs_status_meaning"),
    ("glob_days", "global_meaning"),
    ("pctc", "pctc_meaning"),
    ("mult_proc", "mult_proc_meaning"),
    ("bilat_surg", "bilat_meaning"),
    ("asst_surg", "asst_meaning"),
    ("co_surg", "cosurg_meaning"),
    ("team_surg", "team_meaning"),
)
"""Fee schedule field -> the table that says in words what its value means."""

RVUS = ("work_rvu", "pe_nonfac", "pe_fac", "mp", "total_nonfac", "total_fac", "conv_factor")
OTHERS = ("endo_base", "pre_op", "intra_op", "post_op")
_PROCEDURE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}|[A-Z]{3,4}\d{1,2}")
_DIAGNOSIS = re.compile(r"[A-Z]\d[0-9A-Z]\.?[0-9A-Z]{0,4}")
_NINE = re.compile(r"\d{3}(\.\d{1,2}|\d)?|V\d\d\.\d{1,2}|E\d{3}\.\d")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_WITH_MODIFIERS = re.compile(r"([0-9A-Z]{5})((?:-[0-9A-Z]{2})+)")
_SLIP = re.compile(r"(?=(?:.*\d){3})[0-9A-Z]{4,6}")  # nearly a code


def lookup(
    text: str,
    facts: Facts,
    names: Names | Mapping[str, str],
    when: date,
    *,
    setting: Setting = "practitioner",
    page: int = 1,
) -> Record:
    """The record of a code, of a modifier, or of the diagnoses that words find ("cervical radiculopathy").

    `page` counts from 1 and pages the edits. Raises CitecodeError for text that is no code and finds
    nothing."""
    word = text.strip()
    if not word:
        raise CitecodeError("Give a code, a modifier or words of a diagnosis: citecode lookup 97012.")
    if page < 1:
        raise CitecodeError(f"--page {page}: pages count from 1.")
    code = word.upper()
    base: Record = {"code": code, "date_of_service": when.isoformat(), "setting": setting}
    if _PROCEDURE.fullmatch(code) and not _only_diagnosis(code, facts, when):
        return _procedure(base, code, facts, names, when, setting, page)
    if _MODIFIER.fullmatch(code):
        return _modifier(base, code, facts, names, when)
    if _DIAGNOSIS.fullmatch(code):
        return diagnoses.diagnosis(base, dotted(code), facts, when)
    if _NINE.fullmatch(code):
        found = diagnoses.nine(base, code, facts, when)
        if found["exists"] != "yes" and len(code) == 4 and code.isdigit():  # or a procedure code cut short
            keep(found, "near", _slip({}, code, facts, names, when).get("near"))
        return found
    if _SLIP.fullmatch(code):
        return _slip(base, code, facts, names, when)
    return diagnoses.words(base, word, facts, when)


def several(
    texts: Sequence[str],
    facts: Facts,
    names: Names | Mapping[str, str],
    when: date,
    *,
    setting: Setting = "practitioner",
    page: int = 1,
) -> Record:
    """What the words of a command line ask: one code, its modifiers after a hyphen, several codes ({"codes":
    [records]}), or the words of a diagnosis."""
    words = [part for text in texts for part in text.replace(",", " ").split()]
    apart: list[str] = []
    for word in words:
        found = _WITH_MODIFIERS.fullmatch(word.upper())
        apart += [found[1], *found[2][1:].split("-")] if found else [word]
    shapes = (_PROCEDURE, _MODIFIER, _DIAGNOSIS, _NINE, _SLIP)
    if len(apart) > 1 and all(any(shape.fullmatch(word.upper()) for shape in shapes) for word in apart):
        records = [
            lookup(word, facts, names, when, setting=setting, page=page) for word in dict.fromkeys(apart)
        ]
        return {"codes": records}
    return lookup(" ".join(texts), facts, names, when, setting=setting, page=page)


def _slip(record: Record, code: str, facts: Facts, names: Names | Mapping[str, str], when: date) -> Record:
    """A code with a character too many or too few, or a letter for a digit."""
    own = names.code_names if isinstance(names, Names) else names
    record |= {"kind": "procedure", "exists": "no", "exists_because": "a code has five characters"}
    made = code.replace("O", "0").replace("I", "1")
    if len(code) == 5:
        record["exists_because"] = "a code is four digits and a digit or letter, or a letter and four digits"
    shorter = [made[:at] + made[at + 1 :] for at in range(len(made))] if len(made) > 5 else []
    longer = (
        [made[:at] + digit + made[at:] for at in range(len(made), -1, -1) for digit in "0123456789"]
        if len(made) < 5
        else []
    )
    candidates = dict.fromkeys([made, *shorter, *longer])
    keep(record, "near", _existing(candidates, code, facts, when, own))
    record["cures"], record["warnings"] = [], []
    return record


def _only_diagnosis(code: str, facts: Facts, when: date) -> bool:
    """A letter and four digits is HCPCS Level II, unless only ICD-10-CM knows it (M5450)."""
    if not _DIAGNOSIS.fullmatch(code):
        return False
    known = any(facts.on(when, table, code, name).state in ("held", "ended") for table, name in _KNOWN_BY)
    store = store_of(facts)
    return not known and store is not None and bool(store.find("icd10", dotted(code), when))


_KNOWN_BY = (("mpfs", "status"), ("hcpcs", "description"), ("code_life", "value"), ("mue", "value"))


def entry(found: Found, meaning: Found | None = None) -> Record | None:
    """A value with what it means and where it stands; None when nothing is held."""
    if found.state != "held" or found.fact is None:
        return None
    fact = found.fact
    record: Record = {
        "value": fact.value,
        "source_id": fact.citation.source_id,
        "edition": fact.edition,
        "locator": fact.citation.locator,
        "effective_from": fact.effective_from.isoformat(),
    }
    if meaning is not None and meaning.state == "held" and meaning.fact is not None:
        record["meaning"] = meaning.fact.value
    if fact.confidence != "official":
        record["confidence"] = fact.confidence
    if found.warning:
        record["warning"] = found.warning
    return record


# --- procedures and HCPCS --------------------------------------------------------------------------------


def _procedure(
    record: Record,
    code: str,
    facts: Facts,
    names: Names | Mapping[str, str],
    when: date,
    setting: Setting,
    page: int,
) -> Record:
    record["kind"] = "procedure"
    own = names.code_names if isinstance(names, Names) else names
    keep(record, "name", own.get(code))
    keep(record, "description", entry(facts.on(when, "hcpcs", code, "description")))
    status = facts.on(when, "mpfs", code, "status")
    exists, why = _exists(code, facts, when, status)
    record["exists"] = exists
    keep(record, "exists_because", why)
    _replacements(record, code, facts, when)
    if exists == "yes":
        _indicators(record, code, facts, when)
        _units_and_rules(record, code, facts, when, setting)
        _add_on(record, code, facts, when)
        _edits(record, code, facts, when, setting, page)
        _policies(record, code, facts, when)
    else:
        keep(record, "near", near(code, facts, when, own))
    _closing(record, code, facts, when, setting)
    return record


def _exists(code: str, facts: Facts, when: date, status: Found) -> tuple[str, str]:
    """yes, no or unknown, and on what ground. "no" only where a table is complete for the code."""
    life = facts.on(when, "code_life", code)
    if life.state == "ended" and life.fact is not None:
        return "no", f"{code} ended on {life.fact.effective_to}"
    if life.state == "held" and life.fact is not None and life.fact.value == "not_yet":
        return "no", f"{code} was not yet in use"
    hcpcs = facts.on(when, "hcpcs", code, "description")
    ended = facts.on(when, "hcpcs", code, "terminated")
    if hcpcs.state == "ended" and hcpcs.fact is not None:
        return "no", f"{code} ended on {hcpcs.fact.effective_to} ({hcpcs.fact.edition})"
    if status.state == "held" and status.fact is not None:
        return "yes", f"it is in the fee schedule file, {status.fact.edition}"
    if hcpcs.state == "held" and not (ended.fact and ended.fact.value and ended.state == "held"):
        return "yes", f"it is in the HCPCS file, {hcpcs.fact.edition if hcpcs.fact else ''}"
    if life.state == "held":
        return "yes", "our list of added and deleted codes has it as valid"
    if status.state == "no" and (hcpcs.state == "no" or code[0].isdigit()):
        return "no", "it is in no loaded file that lists every code of its kind"
    if any(facts.on(when, table, code, name).state == "held" for table, name in _KNOWN_BY):
        return "yes", "a CMS file lists it"
    return "unknown", "no loaded file lists every code of its kind for this date"


def _replacements(record: Record, code: str, facts: Facts, when: date) -> None:
    found = {
        name: made
        for name in ("medicare", "successor", "commercial")
        if (made := entry(facts.on(when, "replacement", code, name)))
    }
    keep(record, "replacement", found)


def _indicators(record: Record, code: str, facts: Facts, when: date) -> None:
    made: Record = {}
    for name, table in INDICATORS:
        found = facts.on(when, "mpfs", code, name)
        meaning = facts.on(when, table, found.fact.value) if found.fact else None
        keep(made, name, entry(found, meaning))
    for name in OTHERS:
        one = entry(facts.on(when, "mpfs", code, name))
        if one and one["value"].strip("0."):
            made[name] = one
    if "status" in made:
        record["status"] = made.pop("status")
    keep(record, "indicators", made)
    rvus = {name: one for name in RVUS if (one := entry(facts.on(when, "mpfs", code, name)))}
    keep(record, "rvus", rvus)
    if rvus:
        priced = fee([FeeLine(code)], facts, when)
        lines: Any = priced["lines"]
        keep(record, "national_amount", priced["total"])
        keep(record, "not_priced", lines[0]["not_priced"])
        if priced["total"] is not None:
            away = fee([FeeLine(code)], facts, when, facility=True)
            keep(record, "national_amount_facility", away["total"])


def _units_and_rules(record: Record, code: str, facts: Facts, when: date, setting: Setting) -> None:
    limit = facts.on(when, "mue", code, "value", setting=setting)
    mai = facts.on(when, "mue", code, "mai", setting=setting)
    if made := entry(limit):
        meaning = facts.on(when, "mai_meaning", mai.fact.value[:1]) if mai.fact else None
        keep(made, "mai", entry(mai, meaning))
        keep(made, "rationale", entry(facts.on(when, "mue", code, "rationale", setting=setting)))
        record["mue"] = made
    for name, table, field in (
        ("timing", "timing", "value"),
        ("timing_unit", "timing", "unit"),
        ("attendance", "timing", "attendance"),
        ("therapy", "therapy_discipline", "value"),
        ("therapy_modifiers", "therapy_discipline", "modifiers"),
        ("category", "therapy_scope", "category"),
        ("modifier_51", "modifier_51", "ground"),
        ("appendix_e", "appendix_e", "value"),
    ):
        keep(record, name, entry(facts.on(when, table, code, field)))


def _add_on(record: Record, code: str, facts: Facts, when: date) -> None:
    kind = facts.on(when, "add_on_code", code, "type")
    if kind.state == "no":
        record["add_on"] = {"value": "no", "source_id": kind.fact.citation.source_id if kind.fact else ""}
    elif made := entry(kind):
        primaries = [name.split("/")[1] for name in facts.subjects(when, "aoc", f"{code}/*")]
        record["add_on"] = {**made, "value": "yes", "type": made["value"], "primaries": primaries}
    add_ons = [name.split("/")[0] for name in facts.subjects(when, "aoc", f"*/{code}")]
    keep(record, "add_ons_of_it", add_ons)


def _edits(record: Record, code: str, facts: Facts, when: date, setting: Setting, page: int) -> None:
    """The PTP edits in force that hold the code, column 1 first, one page of them."""
    store = store_of(facts)
    loaded = store.answering("ptp", when, setting) if store else ((), "earlier")
    begin = (page - 1) * PAGE
    if store and loaded[0] and loaded[1] != "later":
        rows, total = store.edits_of(code, when, setting, limit=PAGE, offset=begin)
        listed = [_loaded_edit(row) for row in rows]
        warning = rows[0].warning if rows else ""
        complete = store.complete_ptp(code, when, setting)
    else:
        subjects = [
            *facts.subjects(when, "ptp", f"{code}/*", setting=setting),
            *facts.subjects(when, "ptp", f"*/{code}", setting=setting),
        ]
        shown = [
            (name, facts.on(when, "ptp", name, "modifier_indicator", setting=setting)) for name in subjects
        ]
        held = [(name, found) for name, found in shown if found.fact and found.fact.value in ("0", "1")]
        total = len(held)
        listed = [
            _shipped_edit(name, found, facts, when, setting) for name, found in held[begin : begin + PAGE]
        ]
        warning = held[0][1].warning if held else ""
        complete = False
    made: Record = {"total": total, "page": page, "pages": max(1, -(-total // PAGE)), "pairs": listed}
    keep(made, "warning", warning)
    if not complete:
        made["note"] = "Edits with codes outside what is loaded are not listed: no edit here is no proof."
    record["edits"] = made


def _loaded_edit(row: Row) -> Record:
    one, two = row.subject.split("/")
    return {
        "column1": one,
        "column2": two,
        "modifier_indicator": row.fields["modifier_indicator"],
        "rationale": row.fields["rationale"],
        "edition": row.edition.edition,
        "source_id": row.edition.source_id,
    }


def _shipped_edit(name: str, found: Found, facts: Facts, when: date, setting: Setting) -> Record:
    one, two = name.split("/")
    why = facts.on(when, "ptp", name, "rationale", setting=setting).fact
    assert found.fact
    return {
        "column1": one,
        "column2": two,
        "modifier_indicator": found.fact.value,
        "rationale": why.value if why else "",
        "edition": found.fact.edition,
        "source_id": found.fact.citation.source_id,
    }


def _policies(record: Record, code: str, facts: Facts, when: date) -> None:
    covered = facts.on(when, "lcd", code, "covered")
    if made := entry(covered):
        diagnoses = made.pop("value").split()
        policies = facts.on(when, "lcd", code, "policies").fact
        record["covered_diagnoses"] = {
            **made,
            "policies": policies.value.split() if policies else [],
            "total": len(diagnoses),
            "diagnoses": diagnoses[:PAGE],
            "note": "From the loaded policy table; the contractor's own policy decides.",
        }


def near(code: str, facts: Facts, when: date, names: Mapping[str, str]) -> list[Record]:
    """Codes that exist and differ by a swap of neighbours or one character, swaps first."""
    swaps = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1)]
    letters = "0123456789" if code[1:].isdigit() else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    others = [code[:i] + letter + code[i + 1 :] for i in reversed(range(len(code))) for letter in letters]
    return _existing(dict.fromkeys([*swaps, *others]), code, facts, when, names)


def _existing(
    candidates: Iterable[str], code: str, facts: Facts, when: date, names: Mapping[str, str]
) -> list[Record]:
    found: list[Record] = []
    for other in candidates:
        if other == code or not _PROCEDURE.fullmatch(other) or len(found) >= 8:
            continue
        if other in names or facts.on(when, "mpfs", other, "status").state == "held":
            found.append({"code": other, "name": names.get(other, "")})
    return found


def _closing(record: Record, code: str, facts: Facts, when: date, setting: Setting) -> None:
    """Which files would answer what is not held, and the warnings, once each."""
    asked = (("mpfs", "status"), ("mpfs", "work_rvu"), ("mue", "value"), ("add_on_code", "type"))
    cures = {
        found.cure: None
        for table, name in asked
        if (found := facts.on(when, table, code, name, setting=setting)).state == "silent" and found.cure
    }
    record["cures"] = list(cures)
    record["warnings"] = list(dict.fromkeys(_warnings(record)))


def _warnings(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        if isinstance(value.get("warning"), str):
            yield value["warning"]
        for item in value.values():
            yield from _warnings(item)


# --- modifiers -------------------------------------------------------------------------------------------


def _modifier(
    record: Record, code: str, facts: Facts, names: Names | Mapping[str, str], when: date
) -> Record:
    record["kind"] = "modifier"
    own = names.modifier_names if isinstance(names, Names) else {}
    keep(record, "name", own.get(code))
    keep(record, "meaning", entry(facts.on(when, "modifier_meaning", code)))
    keep(record, "goes_on", entry(facts.on(when, "modifier_meaning", code, "goes_on")))
    keep(record, "description", entry(facts.on(when, "hcpcs", code, "description")))
    keep(record, "ncci", entry(facts.on(when, "ncci_modifiers", code)))
    for table in ("assistant_modifier", "abn_modifiers", "therapy_discipline", "kx_rule", "surgical_payment"):
        rows = {fact.field: _fact(fact) for fact in facts.rows(when, table, code)}
        keep(record, table, rows)
    known = len(record) > 4
    record["exists"] = "yes" if known else "unknown"
    record["cures"] = [] if known else [facts.on(when, "hcpcs", code, "description").cure]
    record["warnings"] = list(dict.fromkeys(_warnings(record)))
    return record


def _fact(fact: Fact) -> Record:
    return {"value": fact.value, "source_id": fact.citation.source_id, "edition": fact.edition}
