"""Text -> the sentences that may claim something, each with its span.

Front matter, comments, code blocks, addresses and citation marks are no prose; headings and questions claim nothing but say what the
next sentences are about; a list item belongs to the line that opens its list; a table row is read with the heads of its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NO_PROSE = re.compile(
    r"\A---\n.*?\n---(?=\n|\Z)|<!--.*?-->|^```.*?^```|\bhttps?://\S+|(?<=\w)\s?\[\d{1,3}\](?:\[\d{1,3}\])*",
    re.S | re.M,
)
_ITEM = re.compile(r"^\s*(?:[-*+•–]|\(?\d{1,2}[.)]|[a-z][.)])\s+")
_HEADING = re.compile(r"^\s*#{1,6}\s|^\s*\*\*[^*]{3,80}\*\*:?\s*$")
_BOUNDARY = re.compile(r"(?<=[.!?])[\"'”’)*_\]]*\s+(?=[\"'“‘(*_\[$]*[A-Z0-9])|(?<=[.!?])[\"'”’)*_]*\s*\Z")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|approx|ch|chap|sec|s|p|pp|no|nos|mr|mrs|ms|dr|st|inc|dx|hx|tx|pt|min|mins|hr|hrs|wk|mod|etc|fig|app|vol|u\.s|dept|para|d\.c|m\.d|col|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec))\.$",
    re.I,
)
_CELL = re.compile(r"(?<!\\)\|")
LONGEST = 1200
"""Characters of a sentence beyond which it is not read: no grammar of ours holds there, and time is bounded."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` stands at `start`..`end` of what was read; `lead` is the line that opens its list; `cells`: (head, cell) of a table row;
    `kind`: claim, question or heading."""

    text: str
    start: int
    end: int
    kind: str = "claim"
    lead: str = ""
    cells: tuple[tuple[str, str], ...] = ()
    opens: bool = False


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences, headings and table rows of `text`, in order."""
    text = _NO_PROSE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    heads: tuple[str, ...] = ()
    lead = ""
    for start, end in _blocks(text):
        block = text[start:end]
        if block.lstrip().startswith("|") or block.count("|") >= 2 and heads:
            cells = tuple(cell.strip() for cell in _CELL.split(block.strip().strip("|")))
            if all(re.fullmatch(r":?-{2,}:?|", cell) for cell in cells):
                continue
            if not heads:
                heads = cells
                continue
            rows = tuple(zip((*heads, *[""] * len(cells)), cells, strict=False))
            yield Sentence(
                block.strip(),
                start + len(block) - len(block.lstrip()),
                start + len(block.rstrip()),
                cells=rows,
            )
            continue
        heads = ()
        if _HEADING.match(block):
            yield Sentence(block.strip(), start, end, "heading")
            lead = ""
            continue
        item = _ITEM.match(block)
        first = True
        for a, b in _cut(block):
            body = block[a:b]
            opened = _ITEM.match(body) if first else None
            offset = opened.end() if opened else 0
            piece = body[offset:].strip()
            at = start + a + offset + len(body[offset:]) - len(body[offset:].lstrip())
            if len(piece) < 2 or len(piece) > LONGEST:
                continue
            kind = "question" if re.search(r"\?[\"'”’)*_]*\Z", piece) else "claim"
            opens = bool(re.search(r":\**\Z", piece))
            yield Sentence(piece, at, at + len(piece), kind, lead if item else "", opens=opens)
            first = False
            if not item:
                lead = piece if opens else ""


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Spans of paragraphs, list items, headings and table rows: lines that belong together stay together."""
    start: int | None = None
    at = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        alone = not bare or bare.startswith("|") or _HEADING.match(line) is not None
        begins = alone or _ITEM.match(line) is not None
        if start is not None and begins:
            yield start, at
            start = None
        if bare and start is None:
            start = at
        if start is not None and (alone or bare.endswith(":") or _short(line)):
            yield start, at + len(line.rstrip("\n"))
            start = None
        at += len(line)
    if start is not None:
        yield start, len(text)


def _short(line: str) -> bool:
    """A line that ends its sentence is not continued by the next one."""
    return bool(re.search(r"[.!?]\**\s*\Z", line))


def _cut(block: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of one block."""
    start = 0
    for match in _BOUNDARY.finditer(block):
        if _ABBREVIATION.search(block[start : match.start()].rstrip("\"'”’)*_")) and match.end() < len(block):
            continue
        yield start, match.end()
        start = match.end()
    if block[start:].strip():
        yield start, len(block)
