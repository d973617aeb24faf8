"""A file becomes a stored document: its text as citations count it, with headings, blocks, pages and
metadata.

Anything that cannot be read is a CitecodeError in one sentence. What a file says about itself (title,
publisher,
edition, payer, effective dates) comes from its front matter, from a side file (policy.pdf ->
policy.meta.json or
policy.meta.yaml) or from the caller, the caller last and strongest.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import yaml
from charset_normalizer import from_bytes

from assistant.domain import CitecodeError, Source
from assistant.retrieval import markup, office, plain
from assistant.retrieval.pieces import Block, Laid, Piece, lay, visible

LOADER = "3"
"""Raised when the same file would be stored as another text; an index keeps it, so that old texts are not
mixed in."""

KINDS = {
    ".md": "markdown", ".markdown": "markdown", ".txt": "text", ".text": "text", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".pdf": "pdf", ".docx": "docx", ".csv": "csv", ".tsv": "csv",
}  # fmt: skip
MAX_BYTES = 256 * 1024 * 1024
_SIDE = re.compile(r"\.meta\.(json|ya?ml)$", re.IGNORECASE)
_LISTS = ("codes", "topics", "modifiers")


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One document as the index holds it. `blocks` and `pages` point into `text`; `sha256` is that of the
    file's
    (unpacked) bytes, `given` the part of the metadata that was said by hand when it was loaded."""

    name: str
    source_id: str
    title: str
    text: str
    kind: str = "text"
    metadata: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    pages: tuple[tuple[int, str], ...] = ()
    sha256: str = ""
    path: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    def headings_at(self, offset: int) -> tuple[str, ...]:
        """The path of headings that `offset` stands under, outermost first. For many offsets use
        `Outline`."""
        return Outline(self).at(offset)

    def page_at(self, offset: int) -> str:
        """The page that `offset` stands on, "" where the document has no pages."""
        at = bisect_right([p[0] for p in self.pages], offset)
        return self.pages[at - 1][1] if at else ""

    def word(self, key: str) -> str:
        """A metadata value as text, "" when absent; several values joined by ", "."""
        value = self.metadata.get(key, "")
        return value if isinstance(value, str) else ", ".join(value)

    def words(self, key: str) -> tuple[str, ...]:
        """A metadata value as several words: a list, or text with commas."""
        value = self.metadata.get(key, ())
        return (
            tuple(v.strip() for v in value.split(",") if v.strip())
            if isinstance(value, str)
            else tuple(value)
        )

    @property
    def source(self) -> Source:
        """The document as a source of its own, for documents that no register names."""
        payer = self.word("payer")
        return Source(
            id=self.source_id,
            title=self.title,
            publisher=self.word("publisher"),
            edition=self.word("edition"),
            authority=payer or self.word("authority") or self.word("publisher"),
            kind=self.word("source_kind") or ("payer" if payer else "own"),
            effective_from=_day(self.word("effective_from")),
            effective_to=_day(self.word("effective_to")),
            url=self.word("url"),
        )


class Outline:
    """The heading paths of one document, made once and looked up by offset."""

    def __init__(self, document: StoredDocument) -> None:
        self._starts: list[int] = []
        self._paths: list[tuple[str, ...]] = []
        path: list[Block] = []
        for block in document.blocks:
            if block.kind == "heading":
                path = [*(b for b in path if b.level < block.level), block]
                self._starts.append(block.start)
                self._paths.append(tuple(b.label for b in path))

    def at(self, offset: int) -> tuple[str, ...]:
        """The path of headings over an offset, outermost first."""
        at = bisect_right(self._starts, offset)
        return self._paths[at - 1] if at else ()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        return None


# --- finding files -------------------------------------------------------------------------------


def kind_of(path: Path) -> str:
    """The kind a file's name promises, "" when it is none we read. `.gz` is looked through."""
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return KINDS.get(suffixes[-1], "") if suffixes else ""


def is_side_file(path: Path) -> bool:
    """Whether the file describes another one (NAME.meta.json, NAME.meta.yaml)."""
    return bool(_SIDE.search(path.name))


def files(path: Path) -> Iterator[tuple[Path, bool]]:
    """Every file under `path` with whether we can read its kind; hidden files and side files are passed
    over."""
    if path.is_file():
        yield path, bool(kind_of(path))
        return
    for found in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
        if found.is_file() and not hidden and not is_side_file(found):
            yield found, bool(kind_of(found))


def read_bytes(path: Path) -> bytes:
    """A file's bytes, unpacked if gzipped. Raises CitecodeError when missing, unreadable, empty or too
    large."""
    try:
        if path.is_dir():
            raise CitecodeError(f"{path} is a folder where a file was expected.")
        if path.stat().st_size > MAX_BYTES:
            raise CitecodeError(
                f"{path} is larger than {MAX_BYTES // 2**20} MB: split it and load the parts."
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise CitecodeError(f"{path} does not exist: check the path.") from None
    except OSError as error:
        reason = (error.strerror or "cannot be opened").lower()
        raise CitecodeError(f"{path} cannot be read ({reason}): check its permissions.") from None
    if raw[:2] == b"\x1f\x8b":
        raw = _unpacked(raw, path)
    if not raw.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise CitecodeError(f"{path} is empty: nothing was loaded from it.")
    return raw


def _unpacked(raw: bytes, path: Path) -> bytes:
    engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        out = engine.decompress(raw, MAX_BYTES + 1)
        while engine.eof and engine.unused_data[:2] == b"\x1f\x8b" and len(out) <= MAX_BYTES:
            rest, engine = engine.unused_data, zlib.decompressobj(16 + zlib.MAX_WBITS)
            out += engine.decompress(rest, MAX_BYTES + 1 - len(out))
    except zlib.error:
        raise CitecodeError(
            f"{path} is not a readable gzip file: unpack it by hand or download it again."
        ) from None
    if len(out) > MAX_BYTES:
        raise CitecodeError(
            f"{path} unpacks to more than {MAX_BYTES // 2**20} MB: split it and load the parts."
        )
    if not engine.eof:
        raise CitecodeError(f"{path} is a gzip file cut short: download it again.")
    return out


def decode(raw: bytes, path: Path) -> str:
    """Bytes of a text file as text. UTF-8 and UTF-16 are recognised, then cp1252 and what charset-normalizer
    finds.

    Raises CitecodeError when the bytes are no text in any of them."""
    if raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return _tried(raw, ("utf-32",), path)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _tried(raw, ("utf-16",), path)
    head = raw[:4096]
    if head.count(0) > 0.2 * len(head):
        guess = "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
        return _tried(raw, (guess,), path)
    try:
        return _tried(raw, ("utf-8-sig",), path)
    except CitecodeError:
        pass
    try:
        return _tried(raw, ("cp1252",), path)
    except CitecodeError:
        best = from_bytes(raw[:200_000]).best()
        if best is None:
            raise
        return _tried(raw, (best.encoding,), path)


def _tried(raw: bytes, encodings: Iterable[str], path: Path) -> str:
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if _is_text(text):
            return text
    raise CitecodeError(
        f"{path} is not text (binary content): load it in its own format, or save it as UTF-8 text."
    )


def _is_text(text: str) -> bool:
    """Few control characters, and mostly letters, digits, spaces and ordinary marks."""
    sample = text if len(text) < 40_000 else text[:20_000] + text[-20_000:]
    if not sample.strip():
        return False
    controls = sum(
        1
        for c in sample
        if ord(c) < 32
        and c not in "\t\n\r\f"
        or 0x7F <= ord(c) < 0xA0
        or c == "\ufffd"
        or 0xE000 <= ord(c) < 0xF8FF
    )
    plain_marks = sum(
        1
        for c in sample
        if c.isalnum() or c.isspace() or c in ".,;:!?()[]{}<>/\\|'\"-–—_=+*&%$#@§©®™•“”‘’…`~^°µ\ufeff\u200b"
    )
    return controls <= 0.02 * len(sample) + 2 and plain_marks >= 0.8 * len(sample)


# --- loading -------------------------------------------------------------------------------------


def metadata_of(text: str, where: str) -> dict[str, str | tuple[str, ...]]:
    """Front matter as strings and tuples of strings: `00100` stays "00100", `no` stays "no".

    Raises CitecodeError when it is no mapping or no YAML."""
    try:
        loaded = yaml.load(text, Loader=yaml.BaseLoader)  # makes strings, never objects
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        raise CitecodeError(
            f"{where}: the front matter is not valid YAML{line}: correct it or remove it."
        ) from None
    if loaded is None or loaded == "":
        return {}
    if not isinstance(loaded, dict):
        raise CitecodeError(f'{where}: the front matter must be "key: value" lines.')
    out: dict[str, str | tuple[str, ...]] = {}
    for key, value in loaded.items():
        if isinstance(value, list):
            out[str(key)] = tuple(visible(str(v)).strip() for v in value if not isinstance(v, (dict, list)))
        elif not isinstance(value, dict):
            out[str(key)] = visible(str(value)).strip()
    return out


def side_metadata(path: Path) -> dict[str, str | tuple[str, ...]]:
    """What a side file says about `path`: NAME.meta.json or NAME.meta.yaml, NAME with or without its
    endings."""
    stems = [path.name]
    while "." in stems[-1]:
        stems.append(stems[-1].rsplit(".", 1)[0])
    for stem in stems:
        for ending in (".meta.json", ".meta.yaml", ".meta.yml"):
            side = path.with_name(stem + ending) if stem else path
            if side != path and side.is_file():
                return _side(side)
    return {}


def _side(side: Path) -> dict[str, str | tuple[str, ...]]:
    text = decode(read_bytes(side), side)
    if not side.name.endswith(".json"):
        return metadata_of(text, str(side))
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        raise CitecodeError(f"{side} is not valid JSON: correct it or remove it.") from None
    if not isinstance(loaded, dict):
        raise CitecodeError(f"{side} must hold one JSON object.")
    return {
        str(k): tuple(str(x) for x in v) if isinstance(v, list) else str(v)
        for k, v in loaded.items()
        if v is not None and not isinstance(v, dict)
    }


def slug(name: str) -> str:
    """A name as an identifier: lower case, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "document"


def load(path: Path | str, name: str | None = None, given: Mapping[str, str] | None = None) -> StoredDocument:
    """Read one file. `name` defaults to the file's name, `given` overrides its metadata (title, publisher,
    ...).

    Raises CitecodeError in one sentence for a file that is missing, unreadable, empty, of no known kind,
    binary, or
    without a line of text that a reader would see."""
    path = Path(path)
    kind = kind_of(path)
    if not kind:
        known = " ".join(sorted(KINDS))
        raise CitecodeError(
            f"{path} is of no kind that can be loaded: give one of {known} (each may be .gz)."
        )
    raw = read_bytes(path)
    try:
        return _loaded(path, kind, raw, name, dict(given or {}))
    except CitecodeError:
        raise
    except (
        ValueError,
        RecursionError,
        MemoryError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
    ) as error:
        # A parser gave up on a damaged file; the user needs to know which file, not where the parser stood.
        raise CitecodeError(
            f"{path} is damaged or not {kind} ({type(error).__name__}): save it again from its program."
        ) from None


def _loaded(path: Path, kind: str, raw: bytes, name: str | None, given: dict[str, str]) -> StoredDocument:
    meta: dict[str, str | tuple[str, ...]] = {}
    title = ""
    if kind == "markdown":
        head, body = markup.front_matter(visible(decode(raw, path)))
        meta = metadata_of(head, str(path)) if head else {}
        laid = markup.outline(markup.without_comments(body))
    elif kind == "html":
        source = decode(raw, path)
        title = visible(markup.html_title(source))
        laid = lay(piece for piece in map(_seen, markup.html_pieces(source)) if piece.text)
    elif kind == "pdf":
        found, title = office.pdf_pieces(raw, path)
        laid = lay(found)
    elif kind == "docx":
        found, title = office.docx_pieces(raw, path)
        laid = lay(found)
    elif kind == "csv":
        laid = lay(office.csv_pieces(visible(decode(raw, path)), path))
    else:
        head, body = markup.front_matter(visible(decode(raw, path)))
        if head and re.match(r"[\w-]+:", head):
            meta = metadata_of(head, str(path))
        else:
            body = visible(decode(raw, path))
        laid = lay(plain.pieces(body))
    given = {k: v for k, v in given.items() if v}
    return replace(
        _document(path, kind, raw, laid, title, {**meta, **side_metadata(path), **given}, name), given=given
    )


def _seen(piece: Piece) -> Piece:
    return Piece(piece.kind, visible(piece.text), piece.level, piece.page)


def _document(
    path: Path,
    kind: str,
    raw: bytes,
    laid: Laid,
    title: str,
    meta: Mapping[str, str | tuple[str, ...]],
    name: str | None,
) -> StoredDocument:
    if sum(c.isalnum() for c in laid.text) < 3:
        raise CitecodeError(f"{path} holds no text that can be cited: nothing was loaded from it.")
    name = name or path.name
    given = meta.get("title", "")
    first = next((b for b in laid.blocks if b.kind == "heading" and b.label), None)
    words = given if isinstance(given, str) else " ".join(given)
    source = meta.get("source", "")
    source_id = source if isinstance(source, str) and source else source[0] if source else f"doc-{slug(name)}"
    return StoredDocument(
        name=name,
        source_id=source_id,
        title=words
        or title
        or (first.label if first else "")
        or re.sub(r"[_-]+", " ", path.name.split(".")[0]),
        text=laid.text,
        kind=kind,
        metadata=dict(meta),
        blocks=laid.blocks,
        pages=laid.pages,
        sha256=hashlib.sha256(raw).hexdigest(),
        path=str(path),
    )


def corpus(folder: Path | str) -> list[StoredDocument]:
    """Every document under `folder` (corpus/documents), named by its path without ending, in order of name.

    Raises CitecodeError for the first file that is bad: our own corpus is whole or not used."""
    folder = Path(folder)
    if not folder.is_dir():
        raise CitecodeError(f"{folder} does not exist: give the folder that holds the documents.")
    return [load(path, name=corpus_name(path, folder)) for path, known in files(folder) if known]


def corpus_name(path: Path, folder: Path) -> str:
    """The name of a corpus document: its path under the folder without the ending."""
    return path.relative_to(folder).with_suffix("").as_posix()
