"""Markdown and HTML to a stored text with its blocks.

Markdown stays as its author wrote it, less front matter and comments. HTML becomes Markdown of its main
content:
scripts, navigation, forms and everything a reader of the page cannot see are left out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from bs4.element import PageElement

from assistant.retrieval.pieces import Block, Kind, Laid, Piece, label, table_text

# --- Markdown ------------------------------------------------------------------------------------

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HIDDEN_HTML = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+|$)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+\S")
_ROW = re.compile(r"^\s*\|.*\|?\s*$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")


def front_matter(text: str) -> tuple[str, str]:
    """(front matter without its fences, the rest); the first is empty when there is none."""
    match = _FRONT.match(text)
    return (match.group(1), text[match.end() :]) if match else ("", text)


def without_comments(text: str) -> str:
    """Markdown without HTML comments and scripts, except inside code fences; no run of empty lines is left
    behind."""
    out: list[str] = []
    for i, part in enumerate(
        re.split(r"(^ {0,3}(?:```|~~~).*?(?:^ {0,3}(?:```|~~~)[^\n]*$|\Z))", text, flags=re.M | re.S)
    ):
        out.append(part if i % 2 else _HIDDEN_HTML.sub("", _COMMENT.sub("", part)))
    joined = re.sub(r"[ \t]+$", "", "".join(out), flags=re.M)
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")


def outline(text: str) -> Laid:
    """The blocks of a Markdown text; the text itself is not changed."""
    blocks: list[Block] = []
    kind: Kind | None = None
    start = end = 0
    fence = ""

    def close() -> None:
        nonlocal kind
        if kind is not None and text[start:end].strip():
            blocks.append(Block(kind, start, end))
        kind = None

    at = 0
    for line in text.split("\n"):
        here, after = at, at + len(line)
        at = after + 1
        if fence:
            end = after
            if line.strip().startswith(fence):
                fence = ""
                close()
            continue
        if m := _FENCE.match(line):
            close()
            kind, start, end, fence = "code", here, after, m.group(1)
            continue
        if not line.strip():
            # An empty line ends a block, but the items of a loose list belong together.
            if kind != "list":
                close()
            continue
        if m := _ATX.match(line):
            close()
            blocks.append(Block("heading", here, after, len(m.group(1)), label(line)))
            continue
        if re.fullmatch(r"\s*(?:=+|-{3,})\s*", line) and kind == "text" and "\n" not in text[start:end]:
            blocks.append(Block("heading", start, after, 1 if "=" in line else 2, label(text[start:end])))
            kind = None
            continue
        if re.fullmatch(r"\s*(?:[-*_]\s*){3,}", line):
            close()
            continue
        found: Kind = "table" if _ROW.match(line) else "list" if _ITEM.match(line) else "text"
        if (
            found == "text"
            and kind == "list"
            and (line.startswith((" ", "\t")) or text[here - 2 : here] != "\n\n")
        ):
            found = "list"
        if kind != found:
            close()
            kind, start = found, here
        end = after
    close()
    return Laid(text, tuple(blocks))


# --- HTML ----------------------------------------------------------------------------------------

_DROPPED = frozenset(
    "script style noscript template nav footer aside form button select option input textarea iframe "
    "object embed svg canvas audio video map dialog menu link meta head title label fieldset".split()
)
_ROLES = frozenset(
    "navigation banner contentinfo search complementary dialog alert menu menubar form".split()
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|sidebar|breadcrumbs?|cookies?|consent|share|sharing|social|comments?|respond|footer|subscribe|newsletter|"
    r"related|promo|advert\w*|ads?|banner|sign-?up|login|modal|popup|pagination|pager|skip-?link|screen-reader-text|sr-only|visually-hidden|toc|site-?header|masthead|topbar|"
    r"paywall|cta)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|font-size\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:;|!|$)|"
    r"(?:text-indent|left|top|right|margin-left)\s*:\s*-\s*\d{3,}|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%|"
    r"(?<![-\w])(?:width|height|max-height)\s*:\s*0(?:px)?\s*(?:;|!|$)|transform\s*:\s*scale\(\s*0\s*\)",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = frozenset({"#fff", "#ffffff", "white", "rgb(255,255,255)", "transparent", "rgba(0,0,0,0)"})
_BLOCKS = frozenset(
    "p div section article main header h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tr td th "
    "pre blockquote figure figcaption address details summary hr br body html center caption".split()
)


def html_title(markup: str) -> str:
    """The words of <title>, or of the first <h1>."""
    soup = _soup(markup)
    for name in ("title", "h1"):
        tag = soup.find(name)
        if isinstance(tag, Tag) and (words := " ".join(tag.get_text(" ").split())):
            return words
    return ""


def html_pieces(markup: str) -> list[Piece]:
    """The main content of a page as Markdown pieces. Empty: the page shows no text."""
    soup = _soup(markup)
    hidden = _hiding_selectors(soup)
    for comment in soup.find_all(string=lambda s: isinstance(s, Comment)):
        comment.extract()
    for tag in soup.find_all(True):
        if (
            isinstance(tag, Tag)
            and not tag.decomposed
            and (tag.name in _DROPPED - {"head", "title"} or _unseen(tag, hidden))
        ):
            tag.decompose()
    root = _main(soup)
    for tag in root.find_all(True):
        if isinstance(tag, Tag) and not tag.decomposed and _is_furniture(tag):
            tag.decompose()
    return list(_walk(root))


def _soup(markup: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bs4 warns about text that looks like a path or like XML
        return BeautifulSoup(markup, "lxml")


def _hiding_selectors(soup: BeautifulSoup) -> frozenset[str]:
    """ ".class", "#id" and tag names that a style sheet in the page hides."""
    found: set[str] = set()
    for sheet in soup.find_all("style"):
        css = re.sub(r"/\*.*?\*/", "", sheet.get_text(), flags=re.DOTALL)
        css = re.sub(r"@media\s+print[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
        for selectors, rules in re.findall(r"([^{}@]+)\{([^{}]*)\}", css):
            if _HIDING.search(rules):
                found.update(
                    s for s in (x.strip() for x in selectors.split(",")) if re.fullmatch(r"[.#]?[\w-]+", s)
                )
    return frozenset(found)


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _unseen(tag: Tag, hidden: frozenset[str]) -> bool:
    if tag.has_attr("hidden") or _attribute(tag, "aria-hidden").lower() == "true":
        return True
    style = _attribute(tag, "style")
    if style and (_HIDING.search(style) or _same_colour(style)):
        return True
    if hidden:
        names = {tag.name, f"#{_attribute(tag, 'id')}", *(f".{c}" for c in _attribute(tag, "class").split())}
        return bool(names & hidden)
    return False


def _same_colour(style: str) -> bool:
    """White (or see-through) letters, or letters in the colour of their own background."""
    colour, ground = _COLOUR.search(style), _BACKGROUND.search(style)
    if not colour:
        return False
    ink = colour.group(1).strip().lower().replace(" ", "")
    paper = ground.group(1).strip().lower().replace(" ", "") if ground else ""
    return ink == paper or (ink in _WHITE and paper in ("", *_WHITE))


def _main(soup: BeautifulSoup) -> Tag:
    """<main> or the article if they hold the text, else the body."""
    body = soup.body if isinstance(soup.body, Tag) else soup
    whole = len(body.get_text(" ", strip=True))
    candidates = [*soup.find_all("main"), *soup.find_all(attrs={"role": "main"}), *soup.find_all("article")]
    sized = [(len(tag.get_text(" ", strip=True)), tag) for tag in candidates if isinstance(tag, Tag)]
    best = max(sized, key=lambda pair: pair[0], default=(0, body))
    return best[1] if best[0] >= 0.3 * whole else body


def _is_furniture(tag: Tag) -> bool:
    if tag.name in ("body", "html", "main", "article"):
        return False
    if _attribute(tag, "role").lower() in _ROLES:
        return True
    names = f"{_attribute(tag, 'class')} {_attribute(tag, 'id')}"
    return bool(_FURNITURE.search(names)) and len(tag.get_text(" ", strip=True)) < 3000


def _inline(tag: PageElement) -> str:
    if isinstance(tag, NavigableString):
        return str(tag)
    if isinstance(tag, Tag):
        if tag.name == "br":
            return "\n"
        return "".join(_inline(child) for child in tag.children)
    return ""


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _walk(root: Tag) -> Iterator[Piece]:
    loose: list[str] = []

    def paragraph() -> Iterator[Piece]:
        for line in "".join(loose).split("\n\n"):
            if words := _words(line):
                yield Piece("text", words)
        loose.clear()

    for child in root.children:
        if isinstance(child, NavigableString):
            loose.append(re.sub(r"\s+", " ", str(child)))
            continue
        if not isinstance(child, Tag):
            continue
        if child.name == "br":
            loose.append("\n\n" if loose and loose[-1].endswith("\n") else "\n")
            continue
        if child.name not in _BLOCKS and not child.find(list(_BLOCKS - {"br"})):
            loose.append(_inline(child))
            continue
        yield from paragraph()
        yield from _block(child)
    yield from paragraph()


def _block(tag: Tag) -> Iterator[Piece]:
    if re.fullmatch(r"h[1-6]", tag.name):
        if words := _words(tag.get_text(" ")):
            yield Piece("heading", f"{'#' * int(tag.name[1])} {words}", int(tag.name[1]))
    elif tag.name in ("ul", "ol"):
        items = [_words(_inline(li)) for li in tag.find_all("li")]
        lines = [f"- {item}" for item in items if item]
        if lines:
            yield Piece("list", "\n".join(lines))
    elif tag.name == "table":
        yield from _table(tag)
    elif tag.name == "pre":
        yield Piece("code", tag.get_text())
    else:
        yield from _walk(tag)


def _table(tag: Tag) -> Iterator[Piece]:
    rows = [
        [_words(_inline(cell)).replace("|", "/") for cell in row.find_all(["td", "th"])]
        for row in tag.find_all("tr")
    ]
    rows = [row for row in rows if any(row)]
    if not rows:
        yield from _walk(tag)
        return
    if max(len(row) for row in rows) == 1:
        for row in rows:
            yield Piece("text", row[0])
        return
    yield Piece("table", table_text(rows))
