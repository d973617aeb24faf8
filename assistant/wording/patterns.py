"""Patterns compiled once. Python keeps 512 of those given as text; the decisions ask for more, so each is kept here."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled pattern; only for patterns that the code spells out, never for text that somebody typed."""
    return re.compile(pattern, flags)
