"""PDF, Word and CSV files to pieces. A damaged, encrypted, scanned or exploding file is one clear
sentence."""

from __future__ import annotations

import csv
import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.domain import CitecodeError
from assistant.retrieval import plain
from assistant.retrieval.pieces import Piece, table_text, visible

MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 300
"""How often larger than packed a Word file may be; text packs ten to twenty times, a bomb a thousand."""
MAX_PAGES = 20_000
MAX_ROWS = 500_000

# --- PDF -----------------------------------------------------------------------------------------


def pdf_pieces(raw: bytes, path: Path) -> tuple[list[Piece], str]:
    """(pieces with page numbers, the title the file gives itself or "").

    Raises CitecodeError for a file that is encrypted, damaged, or holds pictures of pages instead of text."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypdf

        try:
            reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                raise CitecodeError(f"{path} is encrypted: save it without a password and load it again.")
            count = len(reader.pages)
        except CitecodeError:
            raise
        except pypdf.errors.DependencyError:
            raise CitecodeError(
                f"{path} is encrypted: save it without a password and load it again."
            ) from None
        except (
            Exception
        ) as error:  # a damaged file fails anywhere in the parser, in its own or Python's errors
            raise _damaged(path, "PDF", error) from None
        if count > MAX_PAGES:
            raise CitecodeError(f"{path} has more than {MAX_PAGES} pages: split it and load the parts.")
        pages = [(str(number), visible(_page(reader, number - 1))) for number in range(1, count + 1)]
        written = sum(len(re.findall(r"\w", text)) for _, text in pages)
        if written < 20 * min(count, 5) and written < 200:
            reason = "no text layer (it is scanned, or empty): run text recognition (OCR) on it first"
            raise CitecodeError(f"{path} has {reason}.")
        return plain.paged_pieces(pages), _pdf_title(reader)


def _page(reader: Any, number: int) -> str:
    try:
        return str(reader.pages[number].extract_text() or "")
    except Exception:  # one broken page must not cost the others
        return ""


def _pdf_title(reader: Any) -> str:
    try:
        title = visible(str(reader.metadata.title or "")).strip() if reader.metadata else ""
    except Exception:  # metadata may be as broken as anything else
        return ""
    # Many programs leave the name of the file they were made from.
    return (
        ""
        if re.search(r"\.(?:docx?|pdf|indd|pages|xlsx?)$|^untitled|^microsoft", title, re.IGNORECASE)
        else title
    )


def _damaged(path: Path, kind: str, error: Exception) -> CitecodeError:
    return CitecodeError(
        f"{path} is damaged or no {kind} file ({type(error).__name__}): save it again from its program."
    )


# --- Word ----------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_pieces(raw: bytes, path: Path) -> tuple[list[Piece], str]:
    """(pieces as Markdown, the title in the file's properties or "").

    Hidden, deleted, white and tiny text is left out: what a reader does not see is no evidence. Raises
    CitecodeError
    for a file that is damaged, encrypted, or unpacks to more than a document would."""
    if raw[:4] == b"\xd0\xcf\x11\xe0":
        raise CitecodeError(f"{path} is encrypted or an old .doc file: save it as .docx without a password.")
    _check_zip(raw, path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import docx

        try:
            document = docx.Document(io.BytesIO(raw))
            levels = _heading_levels(document)
            pieces = _joined_lists(_body(document.element.body, levels))
            title = visible(str(document.core_properties.title or "")).strip()
        except Exception as error:  # a damaged file fails anywhere in zipfile, lxml or docx
            raise _damaged(path, "Word", error) from None
    return pieces, title


def _check_zip(raw: bytes, path: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            unpacked = sum(e.file_size for e in entries)
            if (
                unpacked > MAX_UNPACKED
                or unpacked > max(MAX_RATIO * len(raw), 1_000_000)
                or len(entries) > 20_000
            ):
                raise CitecodeError(
                    f"{path} unpacks to {unpacked // 2**20} MB, which no document does: it was not loaded."
                )
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        if b"<!" in (head := part.read(2000)) and b"<!DOCTYPE" in head.upper():
                            raise CitecodeError(
                                f"{path} declares entities of its own, which no document does."
                            )
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _damaged(path, "Word", error) from None


def _heading_levels(document: Any) -> dict[str, int]:
    """Style id -> heading level, for the styles called Title and Heading 1 to 9 and those made from them."""
    out: dict[str, int] = {}
    for style in document.styles:
        ancestor, depth = style, 0
        while ancestor is not None and depth < 10:
            if m := re.fullmatch(r"heading (\d)", (ancestor.name or "").lower()):
                out[style.style_id] = min(int(m.group(1)), 6)
                break
            if (ancestor.name or "").lower() == "title":
                out[style.style_id] = 1
                break
            ancestor, depth = getattr(ancestor, "base_style", None), depth + 1
    return out


def _body(body: Any, levels: dict[str, int]) -> Iterator[Piece]:
    for child in body:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, levels)
        elif child.tag == f"{_W}tbl":
            yield from _word_table(child)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from _body(child, levels)


def _paragraph(paragraph: Any, levels: dict[str, int]) -> Iterator[Piece]:
    text = re.sub(r"[ \t]+", " ", visible(_runs(paragraph))).strip()
    if not text:
        return
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val", "") if style is not None else ""
    if name in levels:
        words = re.sub(r"\s+", " ", text)
        yield Piece("heading", f"{'#' * levels[name]} {words}", levels[name])
    elif paragraph.find(f"{_W}pPr/{_W}numPr") is not None or name.lower().startswith("list"):
        yield Piece("list", "- " + re.sub(r"\s+", " ", text))
    else:
        yield Piece("text", text)


def _runs(element: Any) -> str:
    """The visible words under an element, tracked deletions left out."""
    out: list[str] = []
    for child in element:
        if child.tag in (f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"):
            continue
        if child.tag == f"{_W}r":
            if not _unseen(child):
                out.append(_run(child))
        elif len(child):
            out.append(_runs(child))
    return "".join(out)


def _run(run: Any) -> str:
    words = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
    return "".join(child.text or "" if child.tag == f"{_W}t" else words.get(child.tag, "") for child in run)


def _unseen(run: Any) -> bool:
    look = run.find(f"{_W}rPr")
    if look is None:
        return False
    for name in ("vanish", "webHidden", "specVanish"):
        mark = look.find(f"{_W}{name}")
        if mark is not None and mark.get(f"{_W}val", "true") not in ("0", "false", "off"):
            return True
    size, colour = look.find(f"{_W}sz"), look.find(f"{_W}color")
    if size is not None and size.get(f"{_W}val", "24").isdigit() and int(size.get(f"{_W}val", "24")) <= 4:
        return True
    shaded = look.find(f"{_W}shd") is not None or look.find(f"{_W}highlight") is not None
    return colour is not None and colour.get(f"{_W}val", "").upper() == "FFFFFF" and not shaded


def _word_table(table: Any) -> Iterator[Piece]:
    rows = []
    for row in table.iter(f"{_W}tr"):
        cells = [" ".join(visible(_runs(cell)).split()).replace("|", "/") for cell in row.findall(f"{_W}tc")]
        if any(cells):
            rows.append(cells)
    if rows:
        yield Piece("table", table_text(rows))


def _joined_lists(pieces: Iterator[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for piece in pieces:
        if piece.kind == "list" and out and out[-1].kind == "list":
            out[-1] = Piece("list", f"{out[-1].text}\n{piece.text}")
        else:
            out.append(piece)
    return out


# --- CSV -----------------------------------------------------------------------------------------


def csv_pieces(text: str, path: Path) -> list[Piece]:
    """One line a row, each value with the name of its column, so that a row says by itself what it means.

    Lines above the header stay as text. Raises CitecodeError when no row has two cells."""
    csv.field_size_limit(10_000_000)
    try:
        rows = [
            [" ".join(cell.split()) for cell in row]
            for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text))
        ]
    except csv.Error as error:
        raise CitecodeError(f"{path} is not readable as CSV ({error}): save it again as CSV.") from None
    rows = [row for row in rows if any(row)]
    if len(rows) > MAX_ROWS:
        raise CitecodeError(
            f"{path} has more than {MAX_ROWS} rows: load CMS tables with `python ingest.py tables`."
        )
    width = max((sum(1 for c in row if c) for row in rows), default=0)
    if width < 2:
        raise CitecodeError(f"{path} has no table in it (no row with two cells): load it as .txt.")
    head = next(
        i for i, row in enumerate(rows) if sum(1 for c in row if c) >= min(width, max(2, 0.6 * width))
    )
    out = [Piece("text", " ".join(c for c in row if c)) for row in rows[:head]]
    names = rows[head]
    if sum(1 for c in names if re.search(r"[A-Za-z]{2}", c)) * 2 < len([c for c in names if c]):
        return [*out, Piece("table", "\n".join(" | ".join(c for c in row if c) for row in rows[head:]))]
    lines = []
    for row in rows[head + 1 :]:
        told = [f"{n}: {c}" if n else c for n, c in zip([*names, *[""] * len(row)], row, strict=False) if c]
        lines.append("; ".join(told))
    return [*out, Piece("table", "\n".join(lines or [" | ".join(names)]))]


def _delimiter(text: str) -> str:
    """The mark that cuts most lines of the sample into the same number of cells."""
    lines = [line for line in text[:20_000].split("\n")[:50] if line.strip()]

    def steady(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=lambda n: (counts.count(n) if n else 0, n), default=0) if counts else 0
        return (counts.count(usual) if usual else 0, usual)

    return max((",", "\t", ";", "|"), key=steady)
