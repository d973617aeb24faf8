"""An insurance claim -> findings: what a payer would deny or question, why, and under which condition it is cured.

    check({"date_of_service": "2026-07-15", "payer": "medicare", "lines": [{"code": "97012", ...}]}, facts, today)

Pure: the same claim and facts give the same findings, and nothing on the claim is changed. Medicare's own rules are
errors only on Medicare's claims (a warning where the payer is not known, information for another payer); code
sets (HIPAA) and CPT hold for all. Codes are never ranked by what they pay. What could not be checked, because a table
or an input is missing, stands in `not_run`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from assistant.check import (
    amounts,
    claims,
    codes,
    diagnoses,
    modifiers,
    pairs,
    spreadsheet,
    therapy,
    visits,
    x12,
)
from assistant.check.claims import Claim, Unread, claim_of
from assistant.check.findings import Case, Finding, NotRun, Rule
from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.render import fact_json
from assistant.tables.files import members

__all__ = ["RULES", "check", "check_file", "findings_of", "to_text"]

RULES: tuple[Rule, ...] = (
    codes.code_valid,
    codes.status,
    codes.provider,
    codes.chiropractic,
    pairs.ptp,
    pairs.add_on,
    amounts.mue,
    amounts.timed_units,
    modifiers.modifiers,
    modifiers.belonging,
    therapy.therapy_modifier,
    therapy.assistant_modifier,
    therapy.kx_threshold,
    modifiers.modifier_51,
    pairs.modifier_59,
    visits.modifier_25,
    modifiers.component,
    modifiers.bilateral,
    modifiers.surgeons,
    modifiers.abn,
    modifiers.repeated,
    diagnoses.icd10,
)
"""Every check, in the order of its findings."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


def findings_of(claim: Claim, facts: Facts, today: date) -> tuple[tuple[Finding, ...], tuple[NotRun, ...]]:
    """The findings on a claim, errors first, and the checks that could not run."""
    case = Case(claim, facts)
    said = [one for rule in RULES for one in rule(case)]
    if any(line.day > today for line in claim.lines):
        late = tuple(line.number for line in claim.lines if line.day > today)
        said.append(
            Finding("date_of_service.future", "warning", late, f"The date of service is after {today}.")
        )
    found = sorted((one for one in said if isinstance(one, Finding)), key=lambda one: _ORDER[one.severity])
    return tuple(found), tuple(dict.fromkeys(one for one in said if isinstance(one, NotRun)))


def check(claim: Mapping[str, Any], facts: Facts, today: date) -> dict[str, Any]:
    """A claim as CONTRACT 3 writes it -> {"findings": [...], "not_run": [...]}. Raises CitecodeError for a claim
    that cannot be read."""
    return _record(claim_of(claim, today), facts, today)


def _record(claim: Claim, facts: Facts, today: date) -> dict[str, Any]:
    found, not_run = findings_of(claim, facts, today)
    return {
        "warnings": []
        if claim.day_given
        else [f"The claim names no date of service; checked as of {today}."],
        "not_run": [{"rule": one.rule, "reason": one.reason} for one in not_run],
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity,
                "lines": list(one.lines),
                "message": one.message,
                "fix": one.fix,
                "facts": [fact_json(fact) for fact in one.facts],
            }
            for one in found
        ],
    }


def check_file(
    path: Path, facts: Facts, today: date, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A claim file: JSON (one claim, a list, or {"claims": [...]}), CSV of claims, or X12 837P; any of them
    gzipped or zipped. One claim gives `check`'s record; several give {"claims": [{"id", ...}], "summary"}, one
    that cannot be read with "error" and the others checked. `given`: what a claim leaves out (payer, setting,
    rendered_by, date_of_service). Raises CitecodeError where no claim can be read."""
    if not path.exists():
        raise CitecodeError(f"{path}: no such file.")
    found: list[Claim | Unread] = []
    single, known = True, given or {}
    for member in members(path):
        text = "".join(member.lines())
        start = text.lstrip()[:3]
        if start == "ISA":
            found += x12.read(text.lstrip(), member.where, today, known)
            single = False
        elif start[:1] in ("{", "["):
            read, one = claims.read_json(text, member.where, today, known)
            found += read
            single = single and one
        else:
            found += spreadsheet.read_csv(text, member.where, today, known)
            single = False
    unread = [one for one in found if isinstance(one, Unread)]
    if unread and len(unread) == len(found):
        raise CitecodeError(unread[0].reason)
    if single and len(found) == 1 and isinstance(found[0], Claim):
        return _record(found[0], facts, today)
    records: list[dict[str, Any]] = [
        {"id": one.id, "error": one.reason, "warnings": [one.reason], "not_run": [], "findings": []}
        if isinstance(one, Unread)
        else {"id": one.id or str(number), **_record(one, facts, today)}
        for number, one in enumerate(found, 1)
    ]
    severities = [one["severity"] for record in records for one in record["findings"]]
    return {
        "claims": records,
        "summary": {
            "claims": len(records),
            "with_errors": sum(any(one["severity"] == "error" for one in r["findings"]) for r in records),
            "unread": len(unread),
            **{name: severities.count(name) for name in _ORDER},
        },
    }


def to_text(record: Mapping[str, Any]) -> str:
    """The terminal form: what could not be checked first, then a table of findings."""
    if "claims" in record:
        parts = [
            f"Claim {one['id']}\n{_text(one)}"
            for one in record["claims"]
            if one["findings"] or one["not_run"] or "error" in one
        ]
        total = record["summary"]
        parts.append(
            f"{total['claims']} claims, {total['with_errors']} with errors: {total['error']} errors, "
            f"{total['warning']} warnings, {total['info']} notes"
            + (f"; {total['unread']} could not be read." if total["unread"] else ".")
        )
        return "\n\n".join(parts)
    return _text(record)


def _text(record: Mapping[str, Any]) -> str:
    if "error" in record:
        return f"Not read  {record['error']}"
    lines = [f"Not checked  {one['rule']}: {one['reason']}" for one in record["not_run"]]
    lines += [f"Note: {warning}" for warning in record["warnings"]]
    for one in record["findings"]:
        where = f"line {', '.join(map(str, one['lines']))}" if one["lines"] else "claim"
        lines.append(f"{one['severity'].upper():<8} {where:<12} {one['rule']}")
        lines.append(f"         {one['message']}")
        if one["fix"]:
            lines.append(f"         {one['fix']}")
        cited = dict.fromkeys(fact["citation"]["source_id"] for fact in one["facts"])
        if cited:
            lines.append(f"         [{', '.join(cited)}]")
    if not record["findings"]:
        lines.append("No findings. That nothing was found is not a promise of payment.")
    return "\n".join(lines)
