"""Plain text to pieces: manuals cut into pages, pages scraped from the web, notes.

Three things are taken away, by what lines look like and never by whose page it is: running headers and
footers,
tables of contents, and what a web page says to its visitor (navigation, sign-up, comment forms, copyright
lines).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.retrieval.pieces import Kind, Piece

_CALL = re.compile(
    r"""\b(?:log\s?in|log\s?out|sign\s?(?:in|up)|register|registration|create\s+(?:a|an|your)\s+(?:free\s+)?account|free\s+account|







    guest\s+account|subscribe|newsletter|unlock|free\s+trial|start\s+(?:your\s+)?trial|page\s+views?|leave\s+a\s+(?:reply|comment)|post\s+comment|







    required\s+fields|email\s+address\s+will|your\s+email|save\s+my\s+name|cookies?\s+(?:policy|settings|notice)|accept\s+(?:all\s+)?cookies|







    we\s+use\s+cookies|privacy\s+policy|terms\s+(?:of|and)\s+(?:use|service|conditions)|skip\s+to\s+(?:main\s+)?content|all\s+rights\s+reserved|







    powered\s+by|share\s+(?:this|on)|follow\s+us|(?:similar|related|recent|popular)\s+(?:posts?|articles?|pages?)|







    (?:previous|next)\s+(?:post|article|page)|post\s+navigation|read\s+more|click\s+here|view\s+content|contact\s+us|about\s+us|







    back\s+to\s+top|toggle\s+navigation|main\s+menu|site\s*map|job\s+board|get\s+(?:started|instant)|book\s+a\s+demo|







    have\s+a\s+question\s+about|ask\s+about(?=:)|add\s+to\s+cart|buy\s+now|download\s+(?:the\s+)?app|upgrade\s+(?:now|to))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_COPYRIGHT = re.compile(r"^\W*(?:©|\(c\)|copyright\b).{0,120}$", re.IGNORECASE)
_TAIL = re.compile(
    r"^\W*(?:(?:similar|related|recent|popular)\s+(?:posts?|articles?)|leave\s+a\s+(?:reply|comment)|comments?|post\s+navigation|"
    r"share\s+this(?:\s+post)?|about\s+the\s+author|cancel\s+reply)\W*$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[•●▪■◦‣·*–—-]|o(?=\s+[A-Z])|\uf0b7|\u00a7(?=\s+[A-Z]))\s+(?=\S)")
_NUMBERED = re.compile(
    r"^\s*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\((?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\))\s+(?=\S)"
)
_DOTS = re.compile(r"(?:\.\s?){4,}\s*[\w-]*\s*$")
_SECTION = re.compile(r"^(\d{1,3}(?:\.\d{1,2}){0,5})\.?\s*[-–—]+\s*(?=[A-Z“\"(])(.{3,150})$")
_CHAPTER = re.compile(
    r"^(?:(?:CHAPTER|Chapter|PART|Part|SECTION|Section|APPENDIX|Appendix|ARTICLE|Article)\s+[IVXLC]+\b|"
    r"(?:CHAPTER|Chapter|APPENDIX|Appendix)\s+(?:\d{1,2}|[A-Z])\b|(?:SECTION|Section|PART|Part)\s+\d{1,2}(?=[:.]|$))"
    r"[.:]?(?:\s+(?=[A-Z–—:-]).{0,120})?$"
)
_LETTER = re.compile(r"^[A-Z]\.\s*(?=[A-Z“\"(])[^.;]{2,110}$")
_NUMBER = re.compile(r"^\d{1,2}\.\s+(?=[A-Z“\"(])[^;]{2,90}$")
_SMALL = re.compile(r"^[a-z]\.\s+(?=[A-Z“\"(0-9])[^;]{2,90}$")
_PAREN = re.compile(r"^\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)\s+(?=[A-Z“\"(])[^;]{2,90}$")
_PAGE_NUMBER = re.compile(r"^(?:page\s+)?([A-Za-z]{0,12}[-–.]?\d{1,4})(?:\s+of\s+\d{1,4})?$", re.IGNORECASE)
_SMALL_WORDS = frozenset(
    "a an and as at but by for from if in into is its nor not of off on or out over per than that the "
    "their this to under up upon via vs with within without when who which only used use".split()
)
_ENTRY = re.compile(r"^[A-Z]?\d{2,5}[A-Z]?(?:\.[\dA-Z]{1,4})?-?,?\s+[A-Z]")
"""A line of a list of codes: the code, then its words."""
_REVISION = re.compile(r"^\(?Rev\.\s*\d")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    page: str = ""


def pieces(text: str) -> list[Piece]:
    """The pieces of a plain text, cleaned of what is not content. An empty list: nothing but furniture."""
    lines = _paged([line.strip() for line in text.replace("\f", "\n").split("\n")])
    said = [line.text for line in lines if line.text]
    calls = sum(1 for line in said if len(line) <= 140 and _CALL.search(line))
    # A manual may ask its reader to register, too; a page is recognised by how much of it is such lines.
    if calls >= 3 and calls >= 0.04 * len(said) and not any(line.page for line in lines):
        lines = _without_site(lines)
    return _pieces(lines)


def paged_pieces(pages: Sequence[tuple[str, str]]) -> list[Piece]:
    """The pieces of a text that comes in pages (label, text), without what stands at the head or foot of
    most."""
    cut = [(label, [line.strip() for line in text.split("\n")]) for label, text in pages]
    edges = Counter(shape for _, lines in cut for shape in set(_edge_shapes(lines).values()))
    usual = {shape for shape, n in edges.items() if n >= 3 and n >= 0.4 * len(cut)}
    kept: list[_Line] = []
    for label, lines in cut:
        gone = {i for i, shape in _edge_shapes(lines).items() if shape in usual}
        kept += [_Line(line, label) for i, line in enumerate(lines) if i not in gone and line]
    return _pieces(kept)


def _edge_shapes(lines: Sequence[str]) -> dict[int, str]:
    """The first and last three lines of a page, by place, with "#" for every number (arabic or roman page
    numbers)."""
    written = [i for i, line in enumerate(lines) if line]
    edge = dict.fromkeys([*written[:3], *written[-3:]])
    # Only in a short line may the numbers differ: "Page 3 of 12", but not a sentence that names another code.
    shapes = {i: re.sub(r"\d+|^[ivxlc]+$", "#", lines[i]) if len(lines[i]) <= 60 else lines[i] for i in edge}
    return {i: shape for i, shape in shapes.items() if len(shape) <= 120}


def _pieces(lines: Sequence[_Line]) -> list[Piece]:
    return _sections(_without_contents(_grouped(lines)))


# --- running headers and footers ---------------------------------------------------------------


def _paged(lines: Sequence[str]) -> list[_Line]:
    """Lines without running headers and footers; where a footer counted pages, each line knows its page.

    A footer is a line whose words repeat while its last number rises through the text; lines that stand
    beside it
    nearly every time belong to it."""
    shape = [re.sub(r"\d+", "#", line) if len(line) <= 100 else "" for line in lines]
    numbers = [int(m[-1]) if (m := re.findall(r"\d+", line)) and len(line) <= 100 else None for line in lines]
    stems = [re.sub(r"^[ivxlc]+(?=-#)", "*", s, flags=re.IGNORECASE) if s else "" for s in shape]
    stems = [
        re.sub(r"#.*?(?=\bof\b|$)", "#", s, count=1) if s.lower().startswith("page") else s for s in stems
    ]
    places: dict[str, list[int]] = {}
    for i, stem in enumerate(stems):
        if stem:
            places.setdefault(stem, []).append(i)
    counters = {
        s
        for s, at in places.items()
        if len(at) >= 4 and "#" in s and _PAGE_NUMBER.match(lines[at[0]]) and _rises(at, lines)
    }
    total = sum(len(places[s]) for s in counters)
    if total < 4:
        return [_Line(line) for line in lines]
    gone = {i for s in counters for i in places[s]}
    beside = Counter(
        lines[i + d] for i in gone for d in (-2, -1, 1) if 0 <= i + d < len(lines) and lines[i + d]
    )
    furniture = {line for line, n in beside.items() if n >= 0.5 * total and n >= 4 and len(line) <= 100}
    out: list[_Line] = []
    waiting = 0
    for i, line in enumerate(lines):
        if i in gone:
            match = _PAGE_NUMBER.match(line)
            page = match.group(1) if match else str(numbers[i] or "")
            for k in range(waiting, len(out)):
                out[k] = _Line(out[k].text, page)
            waiting = len(out)
        elif line not in furniture:
            out.append(_Line(line))
    return out


def _rises(places: Sequence[int], lines: Sequence[str]) -> bool:
    """Whether the counted number goes up by one most of the time (a chapter may start again at one)."""
    found = [re.findall(r"\d+", lines[i]) for i in places]
    values = [int(f[0]) for f in found if f]
    steps = sum(1 for a, b in pairwise(values) if 0 < b - a <= 2 or b == 1)
    return steps >= 0.7 * (len(values) - 1)


# --- what a web page says to its visitor --------------------------------------------------------


def _sentence_like(line: str) -> bool:
    return len(line.split()) >= 6 and line.rstrip('”"’)').endswith((".", "?", "!", ":", ";"))


def _link_list(line: str) -> bool:
    """Six or more words, nearly all of them capitalised, no sentence: menu entries that ran together."""
    words = re.findall(r"[A-Za-z][\w/&’'-]*", line)
    if len(words) < 6 or line.endswith((".", "?", "!", ":", ";")):
        return False
    return sum(1 for w in words if w[0].isupper()) >= 0.85 * len(words)


def _keywords(line: str) -> bool:
    """ "x, x code, code x": one short term again and again between commas, for search engines."""
    items = [item.strip().lower() for item in line.split(",")]
    if len(items) < 3 or line.endswith("."):
        return False
    words = Counter(w for item in items for w in set(item.split()))
    return (
        bool(words)
        and words.most_common(1)[0][1] == len(items)
        and max(len(item.split()) for item in items) <= 4
    )


def _without_site(lines: Sequence[_Line]) -> list[_Line]:
    """A scraped page without navigation, sign-up lines, promotion, the comment form and copyright-only
    lines."""
    counts = Counter(line.text for line in lines if line.text)
    end = next(
        (i for i, line in enumerate(lines) if _TAIL.match(line.text) and i > 0.3 * len(lines)), len(lines)
    )
    groups: list[list[_Line]] = [[]]
    for line in lines[:end]:
        if line.text:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    kept: list[_Line] = []
    for group in groups:
        junk = [_junk(line.text, counts) for line in group]
        # A short block that is mostly junk is junk: "Ask about:", its links and its example hang together.
        if group and (sum(junk) * 2 >= len(group) or _menu(group, junk)):
            continue
        kept += [line for line, bad in zip(group, junk, strict=True) if not bad]
        kept.append(_Line(""))
    return kept


def _junk(line: str, counts: Counter[str]) -> bool:
    if _COPYRIGHT.match(line) or _keywords(line) or _link_list(line):
        return True
    if len(line) <= 140 and _CALL.search(line):
        return True
    return counts[line] >= 3 and len(line) <= 80


def _menu(group: Sequence[_Line], junk: Sequence[bool]) -> bool:
    """Four or more short lines without a sentence among them, one of them a call to the visitor."""
    short = sum(1 for line in group if len(line.text) <= 60 and not _sentence_like(line.text))
    return len(group) >= 4 and short >= 0.8 * len(group) and any(junk)


# --- lines to pieces -----------------------------------------------------------------------------


def _title_like(text: str, share: float = 0.65) -> bool:
    """Whether most words that matter are capitalised and no mark of a sentence ends the line."""
    words = re.findall(r"[A-Za-z][\w’'-]*", text)
    if not words or len(text) > 130 or text.endswith((".", ";", ",", ":")):
        return False
    weighty = [w for w in words if w.lower() not in _SMALL_WORDS]
    return not weighty or sum(1 for w in weighty if w[0].isupper()) >= share * len(weighty)


def heading_level(line: str, following: str = "", alone: bool = False, width: int = 0) -> int:
    """The level of a heading, 0 for any other line. `alone`: empty lines stand around it; `width`: of
    full lines."""
    if len(line) < 3 or len(line) > 160 or _DOTS.search(line):
        return 0
    ends = line.endswith((".", ";", ","))
    if (m := _SECTION.match(line)) and not ends:
        return min(2 + m.group(1).count("."), 6)
    chapter = _CHAPTER.match(line) and not ends
    if chapter and _title_like(
        re.sub(r"^\w+\s+\w+[.:]?", "X", line), 0.3 if re.match(r"\w+\s\w+[.:]", line) else 0.65
    ):
        return 1
    if re.match(r"^\d{1,2}\. Chapter \d{1,2}: ", line):
        return 8
    if ends or not _opens(following):
        return 0
    # A full line in title case is more often the first line of a paragraph than a title.
    share = 0.65 if not width or len(line) < 0.75 * width else 0.85
    # A short numbered line over a full line is a title, whatever its letters.
    full = (
        bool(width)
        and len(line) < 0.7 * width <= len(following) + 0.1 * width
        and not _NUMBERED.match(following)
    )
    if full and following[:1].isupper() and not line.endswith((":", "?")):
        share = 0.0
    for shape, mark, level in ((_LETTER, ".", 7), (_NUMBER, ".", 8), (_SMALL, ".", 9), (_PAREN, ")", 10)):
        if shape.match(line) and _title_like(line.split(mark, 1)[1], share):
            return level
    titled = line.endswith("?") or (_title_like(line) and len(line.split()) <= 14)
    if alone and titled and len(line) <= 90 and line[:1].isupper() and not line.endswith(":"):
        return 2
    return 0


def _opens(following: str) -> bool:
    """Whether a line begins something, rather than going on with the line before it."""
    return not following[:1].islower() or bool(_NUMBERED.match(following) or _BULLET.match(following))


def _grouped(lines: Sequence[_Line]) -> list[Piece]:
    """Paragraphs unwrapped to one line each, list items one a line, headings apart."""
    widths = sorted(len(line.text) for line in lines if line.text)
    width = widths[int(0.9 * (len(widths) - 1))] if widths else 0
    out: list[Piece] = []
    current: list[str] = []
    kind: Kind = "text"
    page = ""

    def flush() -> None:
        nonlocal current, kind
        if current:
            out.append(Piece(kind, "\n".join(current), page=page))
        current, kind = [], "text"

    previous = ""
    taken = 0
    for i, line in enumerate(lines):
        if i < taken:
            continue
        text = re.sub(r"[ \t]+", " ", line.text)
        following = lines[i + 1].text if i + 1 < len(lines) else ""
        turned = bool(current) and line.page != page and previous.endswith((".", "?", "!"))
        if not text or turned:
            flush()  # an empty line, or a page that begins with a new sentence
            previous = ""
        if not text:
            continue
        if _DOTS.search(text) and len(text) <= 200:
            flush()
            out.append(Piece("contents", text, page=line.page))
            previous = ""
            continue
        goes_on = bool(previous) and _wraps(previous, text, width)
        level = heading_level(text, following, not previous and not following, width)
        if level and not goes_on:
            flush()
            title, taken = _whole_title(lines, i, level, width)
            out.append(Piece("heading", title, level, line.page))
            previous = ""
            continue
        if not current:
            page = line.page
        if _BULLET.match(text):
            if current and kind == "text" and (len(current[-1]) > 400 or not current[-1].endswith(":")):
                flush()
                page = line.page
            kind = "list"
            current.append(text)
        elif goes_on and current:
            joint = "" if current[-1].endswith("-") and text[:1].islower() else " "
            current[-1] = current[-1] + joint + text
        elif (
            current
            and kind == "text"
            and not _NUMBERED.match(text)
            and max(len(text), len(previous)) < 0.6 * width
        ):
            current.append(text)  # short lines in a row: an address, a list without bullets
        else:
            flush()
            page = line.page
            current = [text]
        previous = text
    flush()
    return out


def _whole_title(lines: Sequence[_Line], i: int, level: int, width: int) -> tuple[str, int]:
    """A heading with the lines that belong to it, and where to go on: "CHAPTER X" is followed by its name, a
    long
    title by its rest."""
    title, at = lines[i].text, i + 1
    bare = level == 1 and len(title.split()) <= 2
    while at < len(lines) and at <= i + 3:
        more = lines[at].text
        after = lines[at + 1].text if at + 1 < len(lines) else ""
        named = (
            bare and 3 < len(more) <= 80 and _title_like(more) and not heading_level(more, after, width=width)
        )
        rest = not bare and at == i + 1 and 0 < len(more) <= 0.6 * width and len(title) >= 0.6 * width
        rest = (
            rest
            and not _NUMBERED.match(more)
            and _title_like(more, 0.0)
            and (more[:1].islower() or level <= 6)
            and _opens(after)
        )
        if not (
            named or (rest and not heading_level(more, after, width=width) and not _REVISION.match(more))
        ):
            break
        title, at = f"{title} {more}", at + 1
    return title, at


def _wraps(previous: str, text: str, width: int) -> bool:
    """Whether `text` goes on with the paragraph that `previous` belongs to."""
    ended = previous.rstrip("\"'”’)]").endswith((".", "?", "!", ":", ";"))
    if _BULLET.match(text) or (_NUMBERED.match(text) and (ended or len(previous) < 0.7 * width)):
        return False
    if text[:1].islower() or previous.endswith((",", "-")):
        return True
    titled = bool(_LETTER.match(text)) and len(previous) < 0.72 * width and _title_like(text[2:])
    if titled or _REVISION.match(previous) or (ended and _marked(text)):
        return False
    if ended:
        return width >= 50 and not previous.endswith((":", ";")) and len(previous) >= 0.8 * width
    # An indented paragraph has shorter lines; a sentence that has not ended goes on, a title or list entry
    # does not.
    going = len(previous) >= 0.45 * width and len(previous.split()) >= 6 and not _title_like(previous, 0.5)
    going = going and not _NUMBERED.match(previous) and not _ENTRY.match(text)
    return width >= 50 and (len(previous) >= 0.72 * width or going)


def _marked(text: str) -> bool:
    """Whether a line begins with the number or letter of a section."""
    return any(shape.match(text) for shape in (_SECTION, _CHAPTER, _LETTER, _NUMBER, _SMALL, _PAREN))


def _without_contents(found: Sequence[Piece]) -> list[Piece]:
    """A run of headings with nothing under them is a table of contents: left in, it would answer
    everything."""
    out: list[Piece] = []
    run: list[Piece] = []
    for piece in [*found, Piece("code", "")]:
        short = len(run) >= 8 and 0 < len(piece.text) < 90
        if piece.kind in ("contents", "heading") or short:
            run.append(piece)
            continue
        dotted = max((i + 1 for i, p in enumerate(run) if p.kind == "contents"), default=0)
        if dotted >= 4:
            out += [p for p in run[dotted:] if p.kind == "heading"]
        elif sum(1 for p in run if p.kind == "heading") >= 8:
            out += [p for p in run[-1:] if p.kind == "heading"]  # it opens the text that follows
        else:
            out += [p for p in run if p.kind != "contents"]
        run = []
        if piece.text:
            out.append(piece)
    return out


def _sections(found: Sequence[Piece]) -> list[Piece]:
    """Numbered sections rise through a text; a number out of order is a reference that began a line."""
    numbered = [(i, _number(p)) for i, p in enumerate(found) if p.kind == "heading" and _number(p)]
    ends: list[tuple[int, ...]] = []
    places: list[int] = []
    before: dict[int, int] = {}
    for place, (_, number) in enumerate(numbered):
        at = bisect_right(ends, number)
        before[place] = places[at - 1] if at else -1
        ends[at : at + 1] = [number]
        places[at : at + 1] = [place]
    rising: set[int] = set()
    place = places[-1] if places else -1
    while place >= 0:
        rising.add(numbered[place][0])
        place = before[place]
    strays = {i for i, _ in numbered} - rising
    # Where most are out of order the numbers mean something else.
    if len(strays) > 0.3 * len(numbered):
        return list(found)
    return [Piece("text", p.text, page=p.page) if i in strays else p for i, p in enumerate(found)]


def _number(piece: Piece) -> tuple[int, ...]:
    m = _SECTION.match(piece.text) if piece.kind == "heading" else None
    return tuple(int(n) for n in m.group(1).split(".")) if m else ()
