"""Diagnoses: an ICD-10-CM code, an ICD-9-CM code, words of a description."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.lookup.record import PAGE, Record, dotted, keep, store_of
from assistant.lookup.text import NOTES
from assistant.tables import Row, Store


def diagnosis(record: Record, code: str, facts: Facts, when: date) -> Record:
    record |= {"code": code, "kind": "diagnosis"}
    store = store_of(facts)
    rows = store.find("icd10", code, when) if store else ()
    record["cures"], record["warnings"] = [], []
    if store is None or not store.answering("icd10", when, "practitioner")[0]:
        record["exists"] = "unknown"
        record["cures"] = [facts.on(when, "icd10", code, "billable").cure]
        return record
    if not rows:
        record["exists"] = "no"
        editions, relation = store.answering("icd10", when, "practitioner")
        record["exists_because"] = f"ICD-10-CM {editions[0].edition} does not list it"
        if relation != "covers":
            record["warnings"] = [
                f"ICD-10-CM {editions[0].edition} does not cover {when}: load the list that does."
            ]
        record["near"] = _siblings(store, code, when)
        return record
    row = rows[0]
    record["exists"] = "yes"
    record["billable"] = row.fields["billable"] == "1"
    record["description"] = row.fields["description"]
    record["edition"], record["source_id"] = row.edition.edition, row.edition.source_id
    below = [name for name in store.names("icd10", code, when) if name != code]
    children = [name for name in below if not any(_under(name, other) for other in below if other != name)]
    keep(record, "children", [_short(store, name, when) for name in children[:PAGE]])
    if not record["billable"]:
        billable = [
            name
            for name in below
            if (found := store.find("icd10", name, when)) and found[0].fields["billable"] == "1"
        ]
        record["billable_codes"] = billable[:PAGE]
        record["billable_total"] = len(billable)
    above = [code[:size].rstrip(".") for size in range(len(code) - 1, 2, -1)]
    parents = [name for name in dict.fromkeys(above) if store.find("icd10", name, when)]
    keep(record, "parents", parents)
    for name in NOTES:
        notes = {
            where: found[0].fields[name].split("\n")
            for where in (code, *parents)
            if (found := store.find("icd10", where, when)) and found[0].fields.get(name)
        }
        keep(record, name, notes)
    if row.warning:
        record["warnings"] = [row.warning]
    _crosswalk(record, code, facts, store, when)
    return record


def _under(name: str, other: str) -> bool:
    return name.replace(".", "").startswith(other.replace(".", ""))


def _short(store: Store, name: str, when: date) -> Record:
    row = store.find("icd10", name, when)[0]
    return {"code": name, "description": row.fields["description"], "billable": row.fields["billable"] == "1"}


def _siblings(store: Store, code: str, when: date) -> list[Record]:
    """The nearest codes that exist: under the longest beginning that has any."""
    for size in range(len(code) - 1, 2, -1):
        found = store.names("icd10", code[:size].rstrip("."), when)
        if found:
            return [_short(store, name, when) for name in found[:8]]
    return []


def _crosswalk(record: Record, code: str, facts: Facts, store: Store, when: date) -> None:
    """ICD-9-CM equivalents and the procedures whose loaded policy lists the diagnosis; never inferred."""
    nine = store.find("gem_10_9", code, when)
    keep(
        record,
        "icd9",
        [
            {
                "code": row.fields["target"],
                "approximate": row.fields["approximate"] == "1",
                "edition": row.edition.edition,
            }
            for row in nine
            if row.fields["no_map"] == "0"
        ],
    )
    covered = [
        {"code": row.subject, "policies": row.fields["policies"].split(), "edition": row.edition.edition}
        for row in store.scan("lcd", when, holding=code)
        if code in row.fields["covered"].split()
    ]
    keep(record, "procedures_in_policies", covered)


def nine(record: Record, code: str, facts: Facts, when: date) -> Record:
    """An ICD-9-CM code and its ICD-10-CM equivalents, from loaded equivalence mappings only."""
    record["kind"] = "icd9"
    store = store_of(facts)
    rows = store.find("gem_9_10", code.replace(".", ""), when) if store else ()
    record["exists"] = "yes" if rows else "unknown"
    record["icd10"] = [
        {
            "code": dotted(row.fields["target"]),
            "approximate": row.fields["approximate"] == "1",
            "combination": row.fields["combination"] == "1",
            "edition": row.edition.edition,
        }
        for row in rows
        if row.fields["no_map"] == "0"
    ]
    record["cures"] = [] if rows else [facts.on(when, "gem_9_10", code, "target").cure]
    record["warnings"] = ["ICD-9-CM ended on 2015-09-30; the equivalence is no coding advice."]
    return record


def words(record: Record, text: str, facts: Facts, when: date) -> Record:
    record |= {"code": text, "kind": "search"}
    store = store_of(facts)
    rows: Sequence[Row] = store.search("icd10", text, when, limit=PAGE) if store else ()
    items = store.search("hcpcs", text, when, limit=10) if store else ()
    if store and not rows and not items:
        meant = store.spelled("icd10", text, when)
        if meant and (rows := store.search("icd10", meant, when, limit=PAGE)):
            record["read_as"] = meant
    record["diagnoses"] = [
        {
            "code": row.subject,
            "description": row.fields["description"],
            "billable": row.fields["billable"] == "1",
            "edition": row.edition.edition,
        }
        for row in rows
    ]
    record["hcpcs"] = [
        {"code": row.subject, "description": row.fields["description"], "edition": row.edition.edition}
        for row in items
    ]
    if not rows and not items:
        raise CitecodeError(
            f"{text[:60]!r} is no code, and no loaded description holds these words: check the spelling, or "
            "load the ICD-10-CM and HCPCS files (python ingest.py tables FILE)."
        )
    record["cures"] = []
    record["warnings"] = [rows[0].warning] if rows and rows[0].warning else []
    return record
