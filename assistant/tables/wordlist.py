"""The words a description is found by: stored when a table is loaded, looked for when it is searched."""

from __future__ import annotations

import re

_STOP = frozenset("a an and at by due for from in of on or other the to unspecified with without".split())


def words(text: str) -> list[str]:
    """The words a description is found by, lower case, without the small ones."""
    return [word for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in _STOP]


def stem(word: str) -> str:
    """A word's beginning, so that "radiculopathies" finds "radiculopathy" and "sprains" finds "sprain"."""
    for ending in ("ies", "es", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
