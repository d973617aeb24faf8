"""Opening what a user downloaded: plain, gzipped, zipped or a spreadsheet, as named members of text rows.

Nothing is unpacked to disk. Whatever is wrong with a file is said in one `CitecodeError` sentence that names
it: a truncated archive, a member that points outside it, one that unpacks to far more than a CMS file, a
line without end, a binary.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, cast

from assistant.domain import CitecodeError

LARGEST = 1_500_000_000  # bytes unpacked; the largest CMS file we know (PTP, all parts) has 0.2 GB
RATIO = 150  # unpacked : packed; CMS text packs 8 to 30 times
RATIO_FROM = 20_000_000  # bytes unpacked above which the ratio is looked at
WHOLE = 200_000_000  # bytes of a member that is read whole (workbook, XML, JSON)
MEMBERS = 500
LINE = 1_000_000  # characters
CHUNK = 1 << 20

Rows = Iterator[list[str]]


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """CMS files are cp1252 now and then in the middle of plain ASCII: read the odd byte as that."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("citecode-cp1252", _as_cp1252)


@dataclass(frozen=True, slots=True)
class Member:
    """One readable file: `name` (its own), `where` (for messages), `form` (text or xlsx)."""

    name: str
    where: str
    form: str
    opened: Callable[[], IO[bytes]]

    def lines(self) -> Iterator[str]:
        """The text, line by line, each ending in "\\n"; BOM and carriage returns gone."""
        with self.opened() as raw:
            yield from _lines(raw, self.where)

    def rows(self, delimiter: str, *, quoted: bool = True) -> Rows:
        """The cells, row by row. Tabs are not quoted by CMS, commas are."""
        csv.field_size_limit(
            131_072
        )  # one limit for the process: whoever reads sets it, no CMS cell comes near
        if not quoted:
            reader = csv.reader(self.lines(), delimiter=delimiter, quoting=csv.QUOTE_NONE)
        else:
            reader = csv.reader(self.lines(), delimiter=delimiter)
        try:
            yield from reader
        except csv.Error as error:
            raise CitecodeError(
                f"{self.where}, line {reader.line_num}: the cells cannot be read ({error}); "
                "download the file again from CMS."
            ) from error

    def sheet(self) -> Rows:
        """The rows of a workbook's first sheet, as text; codes that a spreadsheet made numbers stay so."""
        from openpyxl import load_workbook  # only here: a workbook is the rare case and the import is slow

        data = io.BytesIO(self.all_bytes())
        try:
            with zipfile.ZipFile(data) as inner:
                _check_sizes(self.where, inner.infolist())
            book = load_workbook(data, read_only=True, data_only=True)
            for row in book.worksheets[0].iter_rows(values_only=True):
                yield [_cell(value) for value in row]
            book.close()
        except (OSError, KeyError, ValueError, IndexError, zipfile.BadZipFile, zlib.error) as error:
            raise CitecodeError(
                f"{self.where} is no readable workbook ({error}): download it again."
            ) from error

    def all_bytes(self) -> bytes:
        """The whole member, for formats that cannot be read line by line."""
        with self.opened() as raw:
            data = raw.read(WHOLE + 1)
            while len(data) <= WHOLE and (block := raw.read(CHUNK)):
                data += block
        if len(data) > WHOLE:
            raise _too_large(self.where, len(data))
        return data


def _cell(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y%m%d"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def digest(path: Path) -> str:
    """sha256 of the file as it stands on disk."""
    found = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(CHUNK):
            found.update(block)
    return found.hexdigest()


def members(path: Path) -> list[Member]:
    """What is inside `path`. Raises CitecodeError for an archive that is broken or unsafe."""
    try:
        with path.open("rb") as handle:
            magic = handle.read(4)
    except OSError as error:
        raise CitecodeError(f"{path} cannot be read: {error.strerror}.") from error
    if not magic:
        raise CitecodeError(f"{path.name} is empty: download it again.")
    if magic[:2] == b"\x1f\x8b":
        name = path.name.removesuffix(".gz")
        form = "xlsx" if name.lower().endswith(".xlsx") else "text"
        return [
            Member(
                name,
                path.name,
                form,
                lambda: cast(IO[bytes], _Counted(gzip.open(path, "rb"), path.name, path)),
            )
        ]
    if magic[:2] == b"PK":
        return _zip_members(path)
    return [Member(path.name, path.name, "text", lambda: path.open("rb"))]


def _zip_members(path: Path) -> list[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise CitecodeError(f"{path.name} is a truncated or damaged zip: download it again.") from error
    if any(entry.filename == "xl/workbook.xml" for entry in entries):
        _check_sizes(path.name, entries)
        return [Member(path.name, path.name, "xlsx", lambda: path.open("rb"))]
    for entry in entries:
        if unsafe(entry.filename):
            raise CitecodeError(
                f"{path.name} holds a member that points outside the archive ({entry.filename[:80]!r}): "
                "it is no CMS file and was not opened."
            )
        if entry.flag_bits & 1:
            raise CitecodeError(f"{path.name} is encrypted: unpack it and give the files inside.")
    _check_sizes(path.name, entries)
    return [
        Member(
            PurePosixPath(entry.filename).name,
            f"{path.name}/{PurePosixPath(entry.filename).name}",
            "xlsx" if entry.filename.lower().endswith(".xlsx") else "text",
            _opener(path, entry.filename),
        )
        for entry in entries
    ]


def _opener(path: Path, name: str) -> Callable[[], IO[bytes]]:
    return lambda: cast(IO[bytes], _Archived(path, name))


def unsafe(name: str) -> bool:
    """Whether an archive member's name leaves the archive (absolute, a drive, or "..")."""
    windows = PureWindowsPath(name)
    parts = (*PurePosixPath(name).parts, *windows.parts)
    return name.startswith(("/", "\\")) or bool(windows.drive) or ".." in parts or "\0" in name


def _check_sizes(name: str, entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MEMBERS or total > LARGEST or (total > RATIO_FROM and total > RATIO * packed):
        raise _too_large(name, total, len(entries))


def _too_large(name: str, total: int, count: int = 1) -> CitecodeError:
    return CitecodeError(
        f"{name} would unpack to {total / 1e6:,.0f} MB in {count} member{'s' * (count != 1)}, far more "
        "than a CMS file: it was not loaded."
    )


class _Archived(io.RawIOBase):
    """A zip member whose damage is said in one sentence, and whose archive closes with it."""

    def __init__(self, path: Path, name: str) -> None:
        self._label = path.name
        self._archive = zipfile.ZipFile(path)
        try:
            self._member = self._archive.open(name)
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
            self._archive.close()
            raise CitecodeError(f"{path.name} is a truncated or damaged zip: download it again.") from error

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            return self._member.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise CitecodeError(f"{self._label} is a truncated or damaged zip: download it again.") from error

    def close(self) -> None:
        self._member.close()
        self._archive.close()
        super().close()


class _Counted(io.RawIOBase):
    """A gzip stream that stops where no CMS file goes, and says damage in one sentence."""

    def __init__(self, raw: gzip.GzipFile, label: str, path: Path) -> None:
        self._raw, self._label, self._packed, self._read = raw, label, path.stat().st_size or 1, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            block = self._raw.read(CHUNK if size < 0 else size)
            self._read += len(block)
            if size < 0:
                blocks = [block]
                while block := self._raw.read(CHUNK):
                    self._read += len(block)
                    self._check()
                    blocks.append(block)
                block = b"".join(blocks)
        except (OSError, EOFError, zlib.error) as error:
            raise CitecodeError(
                f"{self._label} is a truncated or damaged gzip: download it again."
            ) from error
        self._check()
        return block

    def _check(self) -> None:
        too_dense = self._read > RATIO_FROM and self._read > RATIO * self._packed
        if self._read > LARGEST or too_dense:
            raise _too_large(self._label, self._read)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _lines(raw: IO[bytes], where: str) -> Iterator[str]:
    """Lines of a binary stream. UTF-16 by its BOM, otherwise UTF-8 with cp1252 for what is not."""
    block = raw.read(CHUNK)
    encoding = "utf-8"
    if block[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in block:
        raise CitecodeError(f"{where} is no text file: give the txt, csv, xlsx or zip that CMS publishes.")
    decoder = codecs.getincrementaldecoder(encoding)("citecode-cp1252" if encoding == "utf-8" else "replace")
    carry, first = "", True
    while block:
        text = decoder.decode(block)
        if first:
            text, first = text.removeprefix("\ufeff"), False
        if "\r" in text:
            text = text.replace("\r\n", "\n")
            if text.endswith("\r"):  # half of a line end: the other half opens the next block
                text = text[:-1]
        parts = (carry + text).split("\n")
        carry = parts.pop()
        if len(carry) > LINE or any(len(part) > LINE for part in parts):
            raise CitecodeError(f"{where} has a line of more than {LINE:,} characters: it is no CMS table.")
        for part in parts:
            yield part + "\n"
        block = raw.read(CHUNK)
    carry += decoder.decode(b"", True)
    if carry:
        yield carry


def head(lines: Iterator[str], count: int = 80) -> list[str]:
    """The first lines, for recognising what a file is."""
    found = []
    for line in lines:
        found.append(line)
        if len(found) >= count:
            break
    return found
