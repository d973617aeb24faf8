"""A stored document to chunks: exact spans of its text, sized by tokens, cut where the document itself is
cut.

A heading stays with the text under it, a table or list stays whole where it fits, and a chunk ends at the
end of a
sentence. The heading path and the title are not part of the span; they are put before it when it is embedded.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.retrieval.documents import Outline, StoredDocument
from assistant.retrieval.pieces import Block

CHUNKER = "3"
"""Raised when the same document would be cut elsewhere, or its parts embedded otherwise."""

BUDGET = 200
"""Tokens of a chunk's own text; with title and headings it stays under the 256 the default model reads."""

SMALL = 60
"""Below this many tokens a section is joined with the next one under the same parent."""

Offsets = Callable[[str], Sequence[int]]
"""Text -> where each of its tokens starts, ascending."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """text[start:end] of one document; `sentences` are spans of the same text, in order, headings left
    out."""

    start: int
    end: int
    headings: tuple[str, ...]
    sentences: tuple[tuple[int, int], ...]


def words(text: str) -> list[int]:
    """Token starts without a model: a word of more than six letters counts as two tokens, a mark as one."""
    starts: list[int] = []
    for m in re.finditer(r"\w+|[^\w\s]", text):
        starts += range(m.start(), m.end(), 6) if m.end() - m.start() > 6 else [m.start()]
    return starts


# --- sentences -----------------------------------------------------------------------------------

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|sec|secs|pub|pubs|fig|figs|ch|rev|eff|i\.e|etc|vs|cf|al|No|Nos|Dr|Mr|Mrs|Ms|St|Jr|Sr|Inc|Co|Corp|Ltd|Fig|Sec|Ch|Pub|Rev|Art|approx|dept|est|min|max|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|"
    r"Sept|Oct|Nov|Dec|U\.S|a\.m|p\.m|Ph\.D|M\.D|D\.O|D\.C|D\.P\.M|O\.D)|(?:^|[\s(])[A-Za-z]|(?:^|\n)\s*(?:[-*•]\s*)?\(?\d{1,3}|(?<=\s)[IVX]{1,5})\.$"
)
_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s)")
_MARKER = re.compile(r"\s*(?:[-*+•●▪■◦·–—]|\d{1,3}[.)]|>)\s+")


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences in text[start:end]. A line end ends a sentence too: list items and table rows
    stand alone."""
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text[start:end]):
        spans += _in_line(text, start + line.start(), start + line.end())
    return spans


def _in_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    marker = _MARKER.match(text, start, end)
    begin = marker.end() if marker and marker.end() < end else start
    spans: list[tuple[int, int]] = []
    for m in _END.finditer(text, begin, end):
        before = text[max(begin, m.start() - 12) : m.start() + 1]
        after = text[m.end() : m.end() + 3].lstrip()
        if (
            after[:1].islower()
            or after[:1] in (",", ";", ")")
            or (m.group()[0] == "." and _ABBREVIATION.search(before))
        ):
            continue
        spans.append((begin, m.end()))
        begin = m.end()
    spans.append((begin, end))
    return [
        span
        for span in (_trimmed(text, a, b) for a, b in spans)
        if span[0] < span[1] and re.search(r"\w", text[span[0] : span[1]])
    ]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


# --- chunks --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """The smallest thing a chunk is made of: a block, or a part of one that was too long."""

    start: int
    end: int
    size: int
    heading: Block | None
    depth: int


def split(document: StoredDocument, offsets: Offsets = words, budget: int = BUDGET) -> list[Chunk]:
    """The chunks of a document, in order, without overlap; together they hold every block but contents pages.

    `offsets` tells where tokens start (the embedding model's own tokenizer counts best)."""
    starts = list(offsets(document.text))
    units = _units(document, starts, budget)
    groups: list[list[_Unit]] = []
    size = 0
    for i, unit in enumerate(units):
        if groups and _joins(groups[-1], size, unit, units[i + 1 : i + 2], budget):
            groups[-1].append(unit)
            size += unit.size
        else:
            groups.append([unit])
            size = unit.size
    outline = Outline(document)
    return [_chunk(document, outline, group) for group in groups]


def _joins(group: Sequence[_Unit], size: int, unit: _Unit, following: Sequence[_Unit], budget: int) -> bool:
    if size + unit.size > budget:
        # A heading is never left alone at the end of a chunk.
        return all(u.heading for u in group) and size < budget // 2
    if unit.heading is None:
        return True
    if all(u.heading for u in group):
        return True
    # A new section begins. It joins a small one only under the same parent, and only with its first text.
    depth = min((u.heading.level for u in group if u.heading), default=group[0].depth)
    room = size + unit.size + (following[0].size if following else 0) <= budget
    return size < SMALL and room and unit.heading.level >= depth and depth > 0


def _units(document: StoredDocument, starts: Sequence[int], budget: int) -> list[_Unit]:
    units: list[_Unit] = []
    depth = 0
    for block in document.blocks:
        if block.kind == "contents":
            continue
        if block.kind == "heading":
            depth = block.level
            units.append(_Unit(block.start, block.end, _size(starts, block.start, block.end), block, depth))
            continue
        for start, end in _cut(document.text, block, starts, budget):
            units.append(_Unit(start, end, _size(starts, start, end), None, depth))
    return units


def _size(starts: Sequence[int], start: int, end: int) -> int:
    return bisect_left(starts, end) - bisect_left(starts, start)


def _cut(text: str, block: Block, starts: Sequence[int], budget: int) -> list[tuple[int, int]]:
    """A block, cut if it is larger than the budget: between lines, then sentences, then words."""
    start, end = _trimmed(text, block.start, block.end)
    if _size(starts, start, end) <= budget:
        return [(start, end)] if start < end else []
    lines = [
        _trimmed(text, start + m.start(), start + m.end()) for m in re.finditer(r"[^\n]+", text[start:end])
    ]
    parts: list[tuple[int, int]] = []
    for a, b in (line for line in lines if line[0] < line[1]):
        if _size(starts, a, b) <= budget:
            parts.append((a, b))
            continue
        ends = [e for _, e in _in_line(text, a, b)]
        at = a
        for e in ends:
            parts += _by_words(text, *_trimmed(text, at, e), starts, budget)
            at = e
    parts = [p for p in parts if p[0] < p[1]]
    total = sum(_size(starts, *p) for p in parts)
    # Even parts read better than a full one and a crumb.
    target = min(budget, -(-total // -(-total // budget)) + 15)
    out: list[tuple[int, int]] = []
    for a, b in parts:
        if out and _size(starts, out[-1][0], b) <= target:
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out


def _by_words(text: str, start: int, end: int, starts: Sequence[int], budget: int) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    while start < end and _size(starts, start, end) > budget:
        at = starts[bisect_right(starts, start - 1) + budget - 1]
        space = max(text.rfind(" ", start + 1, at), text.rfind("\n", start + 1, at))
        stop = space if space > start else max(at, start + 1)
        out.append(_trimmed(text, start, stop))
        start, _ = _trimmed(text, stop, end)
    if start < end:
        out.append((start, end))
    return out


def _chunk(document: StoredDocument, outline: Outline, group: Sequence[_Unit]) -> Chunk:
    start, end = group[0].start, group[-1].end
    spans = [span for u in group if u.heading is None for span in _sentences_of(document.text, u)]
    if not spans:
        spans = [(start, end)]
    return Chunk(start, end, outline.at(start), tuple(spans))


def _sentences_of(text: str, unit: _Unit) -> list[tuple[int, int]]:
    spans = sentences(text, unit.start, unit.end)
    return [s for s in spans if not re.fullmatch(r"[|\s:-]+", text[s[0] : s[1]])]


LONG = 40_000
"""Characters from which a document is a manual: its title then says nothing about one chunk."""


def context(document: StoredDocument, chunk: Chunk) -> str:
    """What is put before a chunk when it is embedded: the last heading of its path; in a short document
    the title, too."""
    path = _path(document, chunk)[-1:]
    return " > ".join(path if len(document.text) > LONG else [document.title, *path])[:300]


def surroundings(document: StoredDocument, chunk: Chunk) -> str:
    """What is counted as words of a chunk beside its own: the title and the last three headings."""
    return " > ".join([document.title, *_path(document, chunk)[-3:]])[:400]


def _path(document: StoredDocument, chunk: Chunk) -> list[str]:
    own = document.text[chunk.start : chunk.start + 200].lstrip("# ")
    return [h for h in chunk.headings if h != document.title and not own.startswith(h)]
