"""What a recognised file holds, before it is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Raw:
    """Unchecked rows of a file in columns: the first data row's index and field -> column index."""

    rows: Callable[[], Iterator[list[str]]]
    start: int
    places: Mapping[str, int]
    where: str


@dataclass(frozen=True, slots=True)
class Content:
    """A member recognised: which table, what it says of its own edition and setting, and its rows.

    `rows` yields (subject, values in the order of `columns`). PTP edits come by the million and are taken
    from `raw` instead. `rank` orders twins of the same table in one archive (csv before fixed width before
    workbook)."""

    table: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[str, list[str]]]]
    setting: str | None = None
    start: date | None = None
    rank: int = 0
    warnings: tuple[str, ...] = ()
    words: str = ""  # the column whose words are searched
    raw: Raw | None = None
