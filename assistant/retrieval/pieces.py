"""What every loader makes: pieces of text with their kind, joined into one stored text with exact offsets.

Offsets are Unicode code points, end excluded. The cleaning here is the only change made to what a file says:
characters nobody can see are removed, because text that is not visible must not become evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "text", "list", "table", "code", "contents"]

_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_SPACES = dict.fromkeys((0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_BREAKS = {0x2028: "\n", 0x2029: "\n", 0x0085: "\n", 0x000B: "\n"}
_KEPT_CONTROLS = {0x09, 0x0A, 0x0C}
_FILLERS = (0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x2800, 0x3164, 0xFFA0)


def _invisible() -> dict[int, str | None]:
    """Characters that print nothing: format characters (zero-width, bidirectional, tags), controls,
    fillers."""
    ranges = (range(0x20), range(0x7F, 0xA0), range(0x200B, 0x2010), range(0x202A, 0x202F))
    more = (
        range(0x2060, 0x2070),
        range(0xFE00, 0xFE10),
        range(0xE0000, 0xE0200),
        (0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB),
    )
    gone: dict[int, str | None] = {
        c: None for r in (*ranges, *more, _FILLERS) for c in r if c not in _KEPT_CONTROLS
    }
    gone |= _LIGATURES | _SPACES | _BREAKS
    return gone


_TABLE = _invisible()


def visible(text: str) -> str:
    """`text` without characters that cannot be seen; line ends are "\\n", odd spaces are spaces, ligatures
    letters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, heading, list, table or code block as a loader found it. `level` counts headings from
    1."""

    kind: Kind
    text: str
    level: int = 0
    page: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """text[start:end] of the stored text, of one kind; `label` is a heading's words without its markup."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A stored text with the blocks it consists of and where its pages begin: (offset, page label)."""

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[tuple[int, str], ...] = ()


def label(heading: str) -> str:
    """A heading's words: no markup, no trailing marks, one space between words."""
    bare = re.sub(r"^\s*#+\s*|\s*#+\s*$", "", heading)
    bare = re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", bare)
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", bare)
    return re.sub(r"\s+", " ", bare).strip()


def lay(pieces: Iterable[Piece]) -> Laid:
    """Join pieces with an empty line between them and say where each stands."""
    parts: list[str] = []
    blocks: list[Block] = []
    pages: list[tuple[int, str]] = []
    at = 0
    for piece in pieces:
        text = piece.text.strip("\n").rstrip()
        if not text.strip():
            continue
        if parts:
            parts.append("\n\n")
            at += 2
        if piece.page and (not pages or pages[-1][1] != piece.page):
            pages.append((at, piece.page))
        name = label(text) if piece.kind == "heading" else ""
        blocks.append(Block(piece.kind, at, at + len(text), piece.level, name))
        parts.append(text)
        at += len(text)
    return Laid("".join(parts), tuple(blocks), tuple(pages))


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table, the first row its header."""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
