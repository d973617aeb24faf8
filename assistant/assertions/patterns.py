"""Patterns compiled once: there are more of them than `re` keeps by itself."""

from __future__ import annotations

import re
from functools import lru_cache

compiled = lru_cache(maxsize=None)(re.compile)


def search(pattern: str | re.Pattern[str], text: str) -> re.Match[str] | None:
    return (pattern if isinstance(pattern, re.Pattern) else compiled(pattern)).search(text)


def starts(pattern: str | re.Pattern[str], text: str) -> re.Match[str] | None:
    return (pattern if isinstance(pattern, re.Pattern) else compiled(pattern)).match(text)


def sub(pattern: str, to: str, text: str) -> str:
    return compiled(pattern).sub(to, text)
