"""The terminal form of a lookup's record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOTES = ("includes", "inclusion_terms", "excludes1", "excludes2", "code_first", "use_additional", "code_also")
LABELS = {
    "status": "status",
    "glob_days": "global days",
    "pctc": "PC/TC",
    "mult_proc": "MULT PROC",
    "bilat_surg": "BILAT SURG",
    "asst_surg": "ASST SURG",
    "co_surg": "CO-SURG",
    "team_surg": "TEAM SURG",
}
LISTED = 25
"""Codes shown of a list."""


def to_text(record: Mapping[str, Any]) -> str:
    """The terminal form of a record."""
    if "codes" in record:
        return "\n\n".join(to_text(one) for one in record["codes"])
    lines = [" ".join(part for part in (record["code"], _named(record)) if part)]
    if record.get("exists") == "no":
        lines.append(f"Not valid on {record['date_of_service']}: {record.get('exists_because', '')}.")
    elif record.get("exists") == "unknown":
        lines.append(f"Whether it exists on {record['date_of_service']} is not known here.")
    lines += [
        f"Use instead ({name}): {one['value']} [{one['source_id']}]"
        for name, one in record.get("replacement", {}).items()
    ]
    if record["kind"] == "procedure":
        lines += _procedure_text(record)
    elif record["kind"] == "modifier":
        lines += _modifier_text(record)
    elif record["kind"] == "icd9":
        lines += [
            f"  ICD-10-CM {one['code']}{' (approximate)' if one['approximate'] else ''} [{one['edition']}]"
            for one in record["icd10"]
        ]
    elif record["kind"] == "diagnosis":
        lines += _diagnosis_text(record)
    else:
        meant = f" (read as {record['read_as']!r})" if "read_as" in record else ""
        lines = [f"{len(record['diagnoses'])} diagnoses for {record['code']!r}{meant}, the closest first:"]
        lines += [_coded(one) for one in record["diagnoses"]]
        lines += [f"HCPCS {one['code']} {one['description']} [{one['edition']}]" for one in record["hcpcs"]]
    if record.get("near"):
        listed = ", ".join(
            f"{one['code']} {one.get('name') or one.get('description') or ''}".strip()
            for one in record["near"]
        )
        lines.append(f"Near: {listed}")
    lines += [f"Note: {warning}" for warning in record["warnings"]]
    lines += [f"Missing: {cure}" for cure in record["cures"]]
    return "\n".join(lines)


def _named(record: Mapping[str, Any]) -> str:
    description = record.get("description", "")
    text = description["value"] if isinstance(description, dict) else description
    return " - ".join(part for part in (record.get("name", ""), text) if part)


def _said(label: str, one: Mapping[str, Any]) -> str:
    meaning = f" ({one['meaning']})" if one.get("meaning") else ""
    edition = f", {one['edition']}" if one.get("edition") else ""
    return f"{label}: {one['value']}{meaning} [{one['source_id']}{edition}]"


def _procedure_text(record: Mapping[str, Any]) -> list[str]:
    lines = []
    if "status" in record:
        lines.append(_said("Status", record["status"]))
    lines += [
        _said(LABELS.get(name, name.replace("_", " ")), one)
        for name, one in record.get("indicators", {}).items()
    ]
    if "rvus" in record:
        values = record["rvus"]
        lines.append(
            "RVU: "
            + ", ".join(f"{name.replace('_', ' ')} {one['value']}" for name, one in values.items())
            + f" [{next(iter(values.values()))['source_id']}]"
        )
    if "national_amount" in record:
        lines.append(
            f"Medicare allowed amount, national: ${record['national_amount']:.2f} non-facility, "
            f"${record.get('national_amount_facility', record['national_amount']):.2f} facility"
        )
    elif "not_priced" in record:
        lines.append(f"Not priced: {record['not_priced']}")
    if "mue" in record:
        lines.append(_said("MUE", record["mue"]))
        if "mai" in record["mue"]:
            lines.append(_said("MAI", record["mue"]["mai"]))
    for name in (
        "timing",
        "timing_unit",
        "attendance",
        "therapy",
        "therapy_modifiers",
        "category",
        "modifier_51",
        "appendix_e",
    ):
        if name in record:
            lines.append(_said(name.replace("_", " "), record[name]))
    add_on = record.get("add_on")
    if add_on:
        primaries = f", with {', '.join(add_on['primaries'][:LISTED])}" if add_on.get("primaries") else ""
        kind = f", type {add_on['type']}" if "type" in add_on else ""
        lines.append(f"Add-on code: {add_on['value']}{kind}{primaries} [{add_on['source_id']}]")
    if record.get("add_ons_of_it"):
        lines.append(f"Primary for: {', '.join(record['add_ons_of_it'][:LISTED])}")
    edits = record.get("edits")
    if edits:
        lines.append(f"PTP edits in force: {edits['total']} (page {edits['page']} of {edits['pages']})")
        lines += [
            f"  {one['column1']} / {one['column2']}  indicator {one['modifier_indicator']}  "
            f"{one['rationale']} [{one['edition']}]"
            for one in edits["pairs"]
        ]
        if "note" in edits:
            lines.append(f"  {edits['note']}")
    policy = record.get("covered_diagnoses")
    if policy:
        lines.append(
            f"Diagnoses in policies {', '.join(policy['policies'])}: {policy['total']}, first "
            f"{', '.join(policy['diagnoses'][:10])}. {policy['note']}"
        )
    return lines


def _modifier_text(record: Mapping[str, Any]) -> list[str]:
    lines = [
        _said(name.replace("_", " "), record[name])
        for name in ("meaning", "goes_on", "ncci")
        if name in record
    ]
    for table in ("assistant_modifier", "abn_modifiers", "therapy_discipline", "kx_rule", "surgical_payment"):
        lines += [_said(f"{name.replace('_', ' ')}", one) for name, one in record.get(table, {}).items()]
    return lines


def _coded(one: Mapping[str, Any]) -> str:
    return f"  {one['code']} {one['description']}{'' if one['billable'] else ' (not billable)'}"


def _diagnosis_text(record: Mapping[str, Any]) -> list[str]:
    if record.get("exists") != "yes":
        return []
    lines = [
        ("Billable" if record["billable"] else "Not billable: a longer code is needed")
        + f" [ICD-10-CM {record['edition']}]"
    ]
    lines += [_coded(one) for one in record.get("children", [])]
    for name in NOTES:
        for where, notes in record.get(name, {}).items():
            lines.append(f"{name.replace('_', ' ')} at {where}: {'; '.join(notes)}")
    if "icd9" in record:
        lines.append(
            "ICD-9-CM: "
            + ", ".join(
                f"{one['code']}{' (approximate)' if one['approximate'] else ''}" for one in record["icd9"]
            )
        )
    for one in record.get("procedures_in_policies", [])[:LISTED]:
        lines.append(f"Listed for {one['code']} in {', '.join(one['policies'])} [{one['edition']}]")
    return lines
