"""The clock, read here for all pages; CITECODE_TODAY overrides the day, so that runs can be repeated."""

from __future__ import annotations

import os
from datetime import date, datetime

from assistant.domain import CitecodeError


def today() -> date:
    """Today's date. Errors: CitecodeError when CITECODE_TODAY is no date."""
    given = os.environ.get("CITECODE_TODAY", "")
    try:
        return date.fromisoformat(given) if given else date.today()
    except ValueError:
        raise CitecodeError(f"CITECODE_TODAY is {given!r}; write YYYY-MM-DD or leave it unset.") from None


def now() -> datetime:
    """The time a turn is kept with."""
    return datetime.now().astimezone().replace(microsecond=0)
