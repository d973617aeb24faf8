"""What the parts of a lookup share."""

from __future__ import annotations

from typing import Any

from assistant.facts import Facts
from assistant.tables import Store

PAGE = 25
"""Edits on a page, and codes in a list."""

Record = dict[str, Any]


def dotted(code: str) -> str:
    """An ICD-10-CM code with its dot: M5450 is M54.50."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code else code


def store_of(facts: Facts) -> Store | None:
    return facts.store if isinstance(facts.store, Store) else None


def keep(record: Record, name: str, value: object) -> None:
    if value not in (None, "", [], {}):
        record[name] = value
