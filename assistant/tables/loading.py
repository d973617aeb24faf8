"""Loading CMS files into the store: recognise, check, write; one transaction a file.

A file that is broken, of no known kind or of an unknown edition is named with its reason and changes nothing;
the others go on. Loading the same file again does nothing.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

from assistant.domain import CitecodeError
from assistant.tables import delimited, fixed, ptp
from assistant.tables.content import Content
from assistant.tables.editions import (
    SETTINGS_OF,
    TABLES,
    WHOLE,
    from_flag,
    from_name,
    label_of,
    part_from_name,
    setting_from_name,
    span_of,
)
from assistant.tables.files import Member, digest, head, members
from assistant.tables.schema import FILE, ICD_PACKAGE, connect, icd_package
from assistant.tables.wordlist import words

Progress = Callable[[str, int], None]
"""Called with the file's name and how many rows of it are read."""

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """One table stored out of one file."""

    file: str
    table: str
    setting: str
    edition: str
    covers_from: date
    covers_to: date
    rows: int
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f", {self.setting.replace('_', ' ')}" if self.setting else ""
        return (
            f"{self.file}: {TABLES[self.table]}{where}, edition {self.edition} ({self.covers_from} to "
            f"{self.covers_to}), {self.rows:,} rows"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did. `unchanged`: files that are in the store already; `skipped` and `bad`: (file, reason),
    the first harmless (a file of no known kind inside a folder), the second an error of the call."""

    loaded: tuple[Loaded, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    bad: tuple[tuple[str, str], ...] = ()

    @property
    def ok(self) -> bool:
        return not self.bad

    def to_dict(self) -> dict[str, object]:
        return {
            "loaded": [
                {
                    "file": one.file,
                    "table": one.table,
                    "setting": one.setting or None,
                    "edition": one.edition,
                    "effective_from": one.covers_from.isoformat(),
                    "covers_to": one.covers_to.isoformat(),
                    "rows": one.rows,
                    "warnings": list(one.warnings),
                }
                for one in self.loaded
            ],
            "unchanged": list(self.unchanged),
            "skipped": [{"file": name, "reason": reason} for name, reason in self.skipped],
            "bad": [{"file": name, "reason": reason} for name, reason in self.bad],
        }

    def to_text(self) -> str:
        lines = [f"loaded     {one}" for one in self.loaded]
        lines += [f"warning    {warning}" for one in self.loaded for warning in one.warnings]
        lines += [f"unchanged  {name}" for name in self.unchanged]
        lines += [f"skipped    {name}: {reason}" for name, reason in self.skipped]
        lines += [f"bad        {name}: {reason}" for name, reason in self.bad]
        return "\n".join(lines) or "Nothing to load."


@dataclass
class _Work:
    """One member recognised and dated, ready to be written."""

    member: Member
    content: Content
    setting: str
    start: date | None
    part: int
    warnings: list[str] = field(default_factory=list)


def load(
    paths: Sequence[Path],
    store_dir: Path,
    *,
    edition: str | None = None,
    setting: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Load files and folders into the store in `store_dir` (made when absent).

    `edition` and `setting` are used only where neither a file's content nor CMS's file name says them. Raises
    CitecodeError for a store that cannot be written; whatever is wrong with a file stands in the report."""
    if setting is not None and setting not in SETTINGS_OF["mue"]:
        raise CitecodeError(f"--setting {setting!r}: write one of {', '.join(SETTINGS_OF['mue'])}.")
    db = connect(store_dir / FILE, write=True)
    report = Report()
    try:
        for path, listed in _files(paths):
            report = _one(db, path, listed, edition, setting, progress, report)
    finally:
        db.close()
    return report


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was named itself (not found in a folder)."""
    for path in paths:
        if path.is_dir():
            for inside in sorted(path.rglob("*")):
                if inside.is_file() and not inside.name.startswith("."):
                    yield inside, False
        else:
            yield path, True


def _one(
    db: sqlite3.Connection,
    path: Path,
    listed: bool,
    edition: str | None,
    setting: str | None,
    progress: Progress | None,
    report: Report,
) -> Report:
    name = path.name
    try:
        if str(path) == ICD_PACKAGE and not path.exists():
            return replace(report, loaded=(*report.loaded, *_load_package(db, progress)))
        if not path.exists():
            raise CitecodeError(f"{path}: no such file.")
        sha256 = digest(path)
        if db.execute("SELECT 1 FROM editions WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone():
            return replace(report, unchanged=(*report.unchanged, name))
        work, skipped = _recognised(path, edition, setting)
        if not work:
            reason = "no table of CMS's that Citecode knows"
            if listed:
                raise CitecodeError(f"{name} holds {reason}: see the README for the files that load.")
            return replace(report, skipped=(*report.skipped, (name, reason)))
        loaded, twins = _write(db, path, sha256, work, progress)
    except CitecodeError as error:
        return replace(report, bad=(*report.bad, (name, str(error))))
    except (sqlite3.Error, OSError, MemoryError, UnicodeError) as error:
        reason = f"{name} was not loaded and the store is as it was: {error or 'out of memory'}."
        return replace(report, bad=(*report.bad, (name, reason)))
    return replace(report, loaded=(*report.loaded, *loaded), skipped=(*report.skipped, *skipped, *twins))


# --- recognising -----------------------------------------------------------------------------------------


def recognise(member: Member) -> Content | None:
    """The table in a member, by its content; None when it is none of ours."""
    lower = member.name.lower()
    if lower.endswith((".pdf", ".docx", ".doc", ".xls", ".html", ".md", ".py", ".png")):
        return None
    if member.form == "xlsx":
        return delimited.recognise(member.sheet, member.where, rank=2)
    try:
        top = head(member.lines())
    except CitecodeError:
        if lower.endswith((".txt", ".csv", ".json", ".xml")):
            raise
        return None
    found = fixed.recognise(member, top)
    if found is None:
        often = {mark: sum(mark in line for line in top) for mark in ("\t", ",", ";")}
        delimiter = max(often, key=lambda mark: often[mark])
        found = _separated(member, delimiter, quoted=delimiter != "\t")
    return found


def _separated(member: Member, delimiter: str, *, quoted: bool) -> Content | None:
    """A table of separated cells. CMS never quotes between tabs, others who save such a file may."""
    refused: CitecodeError | None = None
    for way in (False, True) if not quoted else (True,):
        try:
            found = delimited.recognise(
                lambda way=way: member.rows(delimiter, quoted=way),  # type: ignore[misc]
                member.where,
                rank=0,
            )
        except CitecodeError as error:
            refused = refused or error
            continue
        if found:
            return found
    if refused:
        raise refused
    return None


def _recognised(
    path: Path, edition: str | None, setting: str | None
) -> tuple[list[_Work], tuple[tuple[str, str], ...]]:
    """The tables inside a file, each dated and once; and the members passed over."""
    work: list[_Work] = []
    skipped = []
    inside = members(path)
    for member in sorted(inside, key=lambda one: one.form == "xlsx"):
        if member.form == "xlsx" and any(_stem(one.member.name) == _stem(member.name) for one in work):
            skipped.append((member.where, "the same table is in the archive as text"))
            continue
        content = recognise(member)
        if content is None:
            if len(inside) > 1:
                skipped.append((member.where, "no table of CMS's that Citecode knows"))
            continue
        work.append(_dated(path, member, content, edition, setting))
        if content.table == "aoc":  # the same file also answers "is it an add-on code?"
            work.append(replace(work[-1], content=_add_on_codes(content), warnings=[]))
    kept: dict[tuple[object, ...], _Work] = {}
    for one in sorted(work, key=lambda one: one.content.rank):
        key: tuple[object, ...] = (one.content.table, one.setting, one.start, one.part)
        if key in kept:
            skipped.append((one.member.where, f"the same table as {kept[key].member.where}"))
        else:
            kept[key] = one
    return list(kept.values()), tuple(skipped)


def _add_on_codes(content: Content) -> Content:
    """Each add-on code once, with its type and dates, out of the pairs of the add-on file."""
    columns = tuple(
        name for name in ("addon", "type", "effective_date", "end_date") if name in content.columns
    )
    places = [content.columns.index(name) for name in columns]

    def rows() -> Iterator[tuple[str, list[str]]]:
        codes: dict[str, list[str]] = {}
        for _, cells in content.rows():
            mine = [cells[place] for place in places]
            known = codes.setdefault(mine[0], mine)
            if len(known) == 4:  # in force from its first pair's beginning to its last pair's end
                known[2] = min(known[2], mine[2])
                known[3] = max(known[3], mine[3]) if known[3] and mine[3] else ""
        yield from codes.items()

    return Content("add_on_code", columns, rows)


def _stem(name: str) -> str:
    return name.lower().rsplit(".", 1)[0]


def _dated(path: Path, member: Member, content: Content, edition: str | None, setting: str | None) -> _Work:
    """Edition and setting: from the content, else from CMS's file name, else from the flags."""
    names = (member.name, path.name)
    table = content.table
    if any("medicaid" in name.lower() or "mcd" in name.lower() for name in names) and table in (
        "ptp",
        "mue",
        "aoc",
    ):
        raise CitecodeError(
            f"{member.where} holds Medicaid NCCI edits, a set of their own: load Medicare's file."
        )
    if table == "mpfs" and any("qpp" in name.lower() and "nonqpp" not in name.lower() for name in names):
        content = replace(content, table="mpfs_qp")
    start = content.start or next((day for name in names if (day := from_name(table, name))), None)
    if start is None and edition:
        start = from_flag(table, edition)
    if start is None and table != "ptp":  # PTP edits may still tell by their newest effective date
        raise _undated(member.where, table)
    scope = ""
    if table in SETTINGS_OF:
        said = content.setting or next((found for name in names if (found := setting_from_name(name))), None)
        scope = said or setting or ""
        if scope not in SETTINGS_OF[table]:
            raise CitecodeError(
                f"{member.where} is {TABLES[table]}, but neither it nor its name says for which setting: "
                f"give --setting {' or '.join(SETTINGS_OF[table])}."
            )
    part = max(map(part_from_name, names))
    return _Work(member, content, scope, start, part, list(content.warnings))


def _undated(where: str, table: str) -> CitecodeError:
    return CitecodeError(
        f"{where} is {TABLES[table]}, but neither it nor its name says which edition: give --edition, "
        "for example --edition 2024-07-01."
    )


# --- writing ---------------------------------------------------------------------------------------------


def _write(
    db: sqlite3.Connection, path: Path, sha256: str, work: Sequence[_Work], progress: Progress | None
) -> tuple[list[Loaded], list[tuple[str, str]]]:
    """All tables of one file in one transaction."""
    loaded: list[Loaded] = []
    twins: list[tuple[str, str]] = []
    db.execute("BEGIN IMMEDIATE")
    try:
        for one in work:
            done = _write_table(db, path.name, sha256, one, progress)
            if isinstance(done, str):
                twins.append((one.member.where, done))
            else:
                loaded.append(done)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return loaded, twins


def _write_table(
    db: sqlite3.Connection, file: str, sha256: str, work: _Work, progress: Progress | None
) -> Loaded | str:
    content, table = work.content, work.content.table
    row = db.execute(
        "INSERT INTO editions (table_name, setting, edition, covers_from, covers_to, file, member, sha256, "
        "part, rank, rows, low, high, dated, columns, warnings, loaded_at) VALUES "
        "(?, ?, '', '', '', ?, ?, ?, ?, ?, 0, '', '', 0, ?, '[]', datetime('now'))",
        (
            table,
            work.setting,
            file,
            work.member.name,
            sha256,
            work.part,
            content.rank,
            json.dumps(content.columns),
        ),
    )
    number = row.lastrowid
    assert number is not None
    note = (lambda count: progress(file, count)) if progress else None
    low = high = ""
    if table == "ptp":
        packed = _write_ptp(db, number, content, note)
        count, low, high = packed.rows, packed.low, packed.high
        start = _ptp_start(work, packed)
        dated = ptp.known_since(dict(enumerate(packed.terms)))
    else:
        count = _write_cells(db, number, content, note)
        assert work.start is not None
        start, dated = work.start, False
    if not count:
        raise CitecodeError(f"{work.member.where} has a header and no rows: download it again.")
    other = _replaced(db, number, work, start)
    if isinstance(other, str):
        db.execute("DELETE FROM editions WHERE id = ?", (number,))
        _delete_rows(db, number)
        return other
    span, label = span_of(table, start), label_of(table, start)
    warnings = (*work.warnings, *(f"{file} replaces {name} as edition {label}." for name in other))
    if count < WHOLE.get(table, 0):
        warnings += (
            f"{work.member.where} has {count:,} rows, far fewer than CMS's file: taken as an excerpt, what it does "
            "not list counts as unknown.",
        )
    db.execute(
        "UPDATE editions SET edition = ?, covers_from = ?, covers_to = ?, rows = ?, low = ?, high = ?, "
        "dated = ?, warnings = ? WHERE id = ?",
        (
            label,
            span.start.isoformat(),
            span.end.isoformat(),
            count,
            low,
            high,
            dated,
            json.dumps(warnings),
            number,
        ),
    )
    return Loaded(work.member.where, table, work.setting, label, span.start, span.end, count, warnings)


def _ptp_start(work: _Work, packed: ptp.Packed) -> date:
    """The quarter of a PTP file: what its name or the flag says, unless its edits are newer; without either,
    its newest effective date (which in an excerpt says nothing)."""
    newest = packed.newest and date(packed.newest.year, (packed.newest.month - 1) // 3 * 3 + 1, 1)
    if work.start is None:
        if newest is None or packed.rows < WHOLE["ptp"]:
            raise _undated(work.member.where, "ptp")
        work.warnings.append(
            f"{work.member.where} does not say its edition: taken from its newest edit ({packed.newest})."
        )
        return newest
    if newest and newest > span_of("ptp", work.start).end:
        raise CitecodeError(
            f"{work.member.where} is called edition {label_of('ptp', work.start)} but holds edits from "
            f"{packed.newest}: give the file the name CMS gave it."
        )
    return work.start


def _write_ptp(
    db: sqlite3.Connection, number: int, content: Content, note: Callable[[int], None] | None
) -> ptp.Packed:
    assert content.raw
    chunks: dict[tuple[int, str], int] = {}

    def write(side: int, code: str, edits: str) -> None:
        chunk = chunks.get((side, code), 0)
        chunks[side, code] = chunk + 1
        db.execute("INSERT INTO ptp VALUES (?, ?, ?, ?, ?)", (number, side, code, chunk, edits))

    packed = ptp.pack(content.raw, write, note)
    db.executemany(
        "INSERT INTO ptp_terms VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((number, term, *cells) for cells, term in packed.terms.items()),
    )
    return packed


def _write_cells(
    db: sqlite3.Connection, number: int, content: Content, note: Callable[[int], None] | None
) -> int:
    as_json = json.JSONEncoder(ensure_ascii=False).encode  # dumps() would make an encoder for every row
    repeats: dict[str, int] = {}
    index: dict[str, list[str]] = {}
    searched = content.columns.index(content.words) if content.words else -1
    rows = content.rows()
    count = 0
    while batch := list(islice(rows, BATCH)):
        values = []
        for subject, cells in batch:
            repeat = repeats.get(subject, -1) + 1
            repeats[subject] = repeat
            values.append((number, subject, repeat, as_json(cells)))
            if searched >= 0 and not repeat:
                for word in set(words(cells[searched])):
                    index.setdefault(word, []).append(subject)
        db.executemany("INSERT INTO cells VALUES (?, ?, ?, ?)", values)
        count += len(batch)
        if note:
            note(count)
    db.executemany(
        "INSERT INTO words VALUES (?, ?, ?)",
        ((number, word, " ".join(names)) for word, names in index.items()),
    )
    return count


def _replaced(db: sqlite3.Connection, number: int, work: _Work, start: date) -> list[str] | str:
    """Files of the same edition that this one takes the place of (a revision, or the whole for its parts):
    their names, and they are gone; or, for a poorer twin of one that is loaded, the reason to leave it."""
    others = db.execute(
        "SELECT id, file, part, rank, member FROM editions WHERE id <> ? AND table_name = ? AND setting = ? "
        "AND covers_from = ?",
        (number, work.content.table, work.setting, start.isoformat()),
    ).fetchall()
    same = [one for one in others if one[2] == work.part or 0 in (one[2], work.part)]
    for _, file, _, rank, member in same:
        if rank < work.content.rank:
            source = file if member in file else f"{file}/{member}"
            return f"the same edition is loaded from {source}, which says more"
    for other, *_ in same:
        db.execute("DELETE FROM editions WHERE id = ?", (other,))
        _delete_rows(db, other)
    return sorted({one[1] for one in same})


def _delete_rows(db: sqlite3.Connection, number: int) -> None:
    for table in ("cells", "ptp", "ptp_terms", "words"):
        db.execute(f"DELETE FROM {table} WHERE edition = ?", (number,))


# --- ICD-10-CM without a download ------------------------------------------------------------------------


def _load_package(db: sqlite3.Connection, progress: Progress | None) -> list[Loaded]:
    path = icd_package()
    if path is None:
        raise CitecodeError(f"The package {ICD_PACKAGE} is not installed: pip install {ICD_PACKAGE}.")
    sha256 = digest(path)
    if db.execute("SELECT 1 FROM editions WHERE sha256 = ?", (sha256,)).fetchone():
        return []
    work, _ = _recognised(path, None, None)
    return _write(db, path, sha256, work, progress)[0]


def load_icd_package(store_dir: Path) -> bool:
    """Store the package's tabular list, once: ICD-10-CM without a download. False when the package is absent
    or the store cannot be written."""
    try:
        return load([Path(ICD_PACKAGE)], store_dir).ok
    except CitecodeError:
        return False


def main(
    paths: Sequence[Path], store_dir: Path, *, edition: str | None = None, setting: str | None = None
) -> int:
    """`python ingest.py tables PATH...`: load, print what was done to stdout and what was bad to stderr;
    exit status 1 when a file was bad."""

    def show(name: str, rows: int) -> None:
        print(f"\r{name}: {rows:,} rows", end="", file=sys.stderr, flush=True)

    report = load(
        paths, store_dir, edition=edition, setting=setting, progress=show if sys.stderr.isatty() else None
    )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    good = replace(report, bad=())
    if report.bad:
        print("\n".join(f"bad        {name}: {reason}" for name, reason in report.bad), file=sys.stderr)
    if good != Report() or report.ok:
        print(good.to_text())
    return 0 if report.ok else 1
