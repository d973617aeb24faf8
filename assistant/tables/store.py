"""The loaded CMS tables: one SQLite file, many editions side by side, each with its provenance.

A lookup takes the date of service and says which edition answered. Opening, and every question, sees the last
load that was finished: a load is one transaction.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Literal

from assistant.domain import CitecodeError, Source
from assistant.tables import ptp
from assistant.tables.editions import TABLES, day, from_name, label_of, span_of
from assistant.tables.loading import load_icd_package
from assistant.tables.schema import (
    FILE,
    ICD_PACKAGE,
    NOT_YET,
    Edition,
    connect,
    damaged,
    edition_of,
    icd_package,
)
from assistant.tables.wordlist import stem, words

Cell = tuple[str, str, str, str, date, date | None, str]
"""What `Facts` reads of a row: field, value, edition, source id, effective from, effective to, locator."""

Relation = Literal["covers", "earlier", "later"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and the edition it stands in. `relation`: whether that edition covers the date asked
    about, is an earlier one, or a later one; `warning` says so in words ("" when it covers)."""

    table: str
    subject: str
    fields: Mapping[str, str]
    edition: Edition
    relation: Relation
    warning: str
    effective_from: date
    effective_to: date | None


class Store:
    """Read access to the loaded tables. An absent file is an empty store."""

    def __init__(self, connection: sqlite3.Connection | None, path: Path) -> None:
        self._db, self.path = connection, path
        self._version = -1
        self._refused = False  # the package's list could not be stored
        self._editions: tuple[Edition, ...] = ()
        self._terms: dict[int, dict[int, ptp.Edit]] = {}
        self._held: dict[tuple[int, date, bool], dict[str, tuple[int, int]]] = {}

    @classmethod
    def open(cls, folder: Path) -> Store:
        """The store in `folder`. Raises CitecodeError for a file that is no store of this version."""
        path = folder / FILE
        if not path.exists():
            return cls(None, path)
        store = cls(connect(path, write=False), path)
        store.editions()
        return store

    def close(self) -> None:
        if self._db:
            self._db.close()
            self._db = None

    # --- editions ---

    def editions(self) -> tuple[Edition, ...]:
        """Every loaded file, newest first within a table; a load that ended since the last call is seen. The
        ICD-10-CM list of the installed package is among them before it is stored, which happens when a
        diagnosis first needs it (two seconds)."""
        loaded = self._loaded()
        package = None if self._refused else _package_edition()
        if package and not any(
            one.table == "icd10" and one.effective_from == package.effective_from for one in loaded
        ):
            return (*loaded, package)
        return loaded

    def _loaded(self) -> tuple[Edition, ...]:
        if not self._db:
            if not self.path.exists():
                return ()
            self._db = connect(self.path, write=False)  # the first load came after opening
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            (made,) = self._db.execute("PRAGMA user_version").fetchone()
            if made == 0:  # a first load that was stopped before it began
                return ()
            rows = self._query("SELECT * FROM editions ORDER BY table_name, setting, covers_from DESC, part")
            self._editions = tuple(edition_of(row) for row in rows)
            self._terms.clear()
            self._held.clear()
            self._version = version
        return self._editions

    def sources(self) -> tuple[Source, ...]:
        """Each loaded edition once, as a source to cite."""
        return tuple({one.source_id: one.source() for one in self.editions()}.values())

    def overview(self, today: date) -> list[dict[str, object]]:
        """What `citecode facts` prints: every edition, whether it covers today (`current`), and `stale` where
        it is the newest of its table and setting and does not."""
        newest: dict[tuple[str, str], date] = {}
        for one in self.editions():
            key = (one.table, one.scope)
            newest[key] = max(newest.get(key, one.effective_from), one.effective_from)
        return [
            {
                **one.to_dict(),
                "current": one.covers(today),
                "stale": not one.covers(today) and one.effective_from == newest[one.table, one.scope],
            }
            for one in self.editions()
        ]

    def answering(self, table: str, when: date, setting: str) -> tuple[tuple[Edition, ...], Relation]:
        """The files of the edition that answers for a date: the newest that covers it; else the newest that
        begins earlier; else the oldest later one."""
        ours = [one for one in self.editions() if one.table == table and one.scope in ("", setting)]
        if not ours:
            return (), "earlier"
        covering = [one for one in ours if one.covers(when)]
        before = [one for one in ours if one.effective_from <= when]
        relation: Relation = "covers" if covering else "earlier" if before else "later"
        if before:
            chosen = max(covering or before, key=lambda one: one.effective_from)
        else:
            chosen = min(ours, key=lambda one: one.effective_from)
        if chosen.id == NOT_YET:
            self._refused = not load_icd_package(self.path.parent)
            return self.answering(table, when, setting)
        return tuple(one for one in ours if one.effective_from == chosen.effective_from), relation

    # --- rows ---

    def find(self, table: str, subject: str, when: date, setting: str = "practitioner") -> tuple[Row, ...]:
        """The rows of one subject ("97012", "97130/97129", "M54.50", "G0283", a modifier, a ZIP) in the
        edition that answers for the date. PTP subjects are "column1/column2": see also `pair`."""
        if table == "ptp":
            first, _, second = subject.partition("/")
            return tuple(row for row in self.pair(first, second, when, setting) if row.subject == subject)
        editions, relation = self.answering(table, when, setting)
        return tuple(
            self._row(edition, subject, cells, relation, when)
            for edition in editions
            for (cells,) in self._query(
                "SELECT cells FROM cells WHERE edition = ? AND subject = ? ORDER BY n", edition.id, subject
            )
        )

    def _row(self, edition: Edition, subject: str, cells: str, relation: Relation, when: date) -> Row:
        fields = dict(zip(edition.columns, json.loads(cells), strict=True))
        return Row(
            table=edition.table,
            subject=subject,
            fields=fields,
            edition=edition,
            relation=relation,
            warning=warning(edition, relation, when),
            effective_from=edition.effective_from,
            effective_to=edition.covers_to,
        )

    def scan(self, table: str, when: date, setting: str = "practitioner", holding: str = "") -> Iterator[Row]:
        """All rows of a table, by subject; `holding`: only those with this text in one of their cells."""
        editions, relation = self.answering(table, when, setting)
        for edition in editions:
            for subject, cells in self._query(
                "SELECT subject, cells FROM cells WHERE edition = ? AND instr(cells, ?) > 0 "
                "ORDER BY subject, n",
                edition.id,
                holding,
            ):
                yield self._row(edition, subject, cells, relation, when)

    def names(self, table: str, prefix: str, when: date, setting: str = "practitioner") -> tuple[str, ...]:
        """The subjects that begin with `prefix`, sorted."""
        editions, _ = self.answering(table, when, setting)
        found: dict[str, None] = {}
        for edition in editions:
            for (subject,) in self._query(
                "SELECT DISTINCT subject FROM cells WHERE edition = ? AND subject BETWEEN ? AND ? "
                "ORDER BY subject",
                edition.id,
                prefix,
                prefix + "\U0010ffff",
            ):
                found[subject] = None
        return tuple(sorted(found))

    # --- PTP ---

    def pair(self, a: str, b: str, when: date, setting: str = "practitioner") -> tuple[Row, ...]:
        """The edit in force on the date between two codes, whichever is column 1; usually none or one.

        An edition answers for its own dates, for later ones with a warning, and for earlier ones only from
        rows that say since when they hold."""
        editions, relation = self.answering("ptp", when, setting)
        rows = []
        for first, second in ((a, b), (b, a)):
            edits = [
                (edition, one)
                for edition in editions
                if edition.low <= first <= edition.high
                for one in self._edits(edition, first, second)
                if relation != "later" or one.effective is not None
            ]
            held = ptp.in_force([one for _, one in edits], when)
            if held is not None:
                edition = next(edition for edition, one in edits if one is held)
                rows.append(self._edit_row(edition, held, relation, when))
        return tuple(rows)

    def history(
        self, column1: str, column2: str, when: date, setting: str = "practitioner"
    ) -> tuple[ptp.Edit, ...]:
        """Every row the answering edition has of a pair in this order, also ended and withdrawn ones."""
        editions, _ = self.answering("ptp", when, setting)
        return tuple(one for edition in editions for one in self._edits(edition, column1, column2))

    def complete_ptp(self, column1: str, when: date, setting: str = "practitioner") -> bool:
        """Whether the answering edition's loaded parts would hold every edit with this column 1, so that a
        missing one means "no edit"."""
        editions, _ = self.answering("ptp", when, setting)
        parts = sorted(editions, key=lambda one: one.low)
        if not parts or any(one.excerpt for one in parts):
            return False
        if any(one.part == 0 or one.low <= column1 <= one.high for one in parts):
            return True
        following = [one for one in parts if one.low > column1]
        preceding = [one for one in parts if one.high < column1]
        if not preceding:
            return following[0].part == 1
        if not following:  # CMS sorts by code, V codes last: a part that ends in the letters is the last one
            return preceding[-1].high >= "U"
        return preceding[-1].part + 1 == following[0].part

    def edits_of(
        self,
        code: str,
        when: date,
        setting: str = "practitioner",
        limit: int = 50,
        offset: int = 0,
        side: int = 0,
    ) -> tuple[tuple[Row, ...], int]:
        """One page of the edits in force on the date that hold the code, first those with it in column 1, and
        how many there are in all. `side` 1 or 2: only that column."""
        editions, relation = self.answering("ptp", when, setting)
        sides: list[tuple[int, dict[str, tuple[tuple[int, int], Edition, str]]]] = []
        for one in (1, 2):
            if side not in (0, one):
                continue
            best: dict[str, tuple[tuple[int, int], Edition, str]] = {}
            for edition in editions:
                holding = self._holding(edition, when, dated=relation == "later")
                for (text,) in self._query(
                    "SELECT edits FROM ptp WHERE edition = ? AND side = ? AND code = ? ORDER BY chunk",
                    edition.id,
                    one,
                    code,
                ):
                    for item in text.split():  # "97140:1f"; a common code has ten thousand of them
                        rank = holding.get(item[6:])
                        if rank and (item[:5] not in best or rank < best[item[:5]][0]):
                            best[item[:5]] = rank, edition, item[6:]
            sides.append((one, best))
        order = [(one, other) for one, best in sides for other in sorted(best)]
        rows = []
        for one, other in order[offset : offset + limit]:
            _, edition, term = dict(sides)[one][other]
            first, second = (code, other) if one == 1 else (other, code)
            edit = replace(self._terms_of(edition)[int(term, 16)], column1=first, column2=second)
            rows.append(self._edit_row(edition, edit, relation, when))
        return tuple(rows), len(order)

    def _edits(self, edition: Edition, first: str, second: str) -> Iterator[ptp.Edit]:
        for (text,) in self._query(
            "SELECT edits FROM ptp WHERE edition = ? AND side = 1 AND code = ? ORDER BY chunk",
            edition.id,
            first,
        ):
            for term in ptp.found(text, second):
                yield replace(self._terms_of(edition)[term], column1=first, column2=second)

    def _holding(self, edition: Edition, when: date, *, dated: bool) -> dict[str, tuple[int, int]]:
        """Which terms of an edition are in force on a day; kept, for a lookup asks for few days."""
        key = (edition.id, when, dated)
        if key not in self._held:
            if len(self._held) > 64:
                self._held.clear()
            self._held[key] = ptp.holding(self._terms_of(edition), when, dated=dated)
        return self._held[key]

    def _terms_of(self, edition: Edition) -> dict[int, ptp.Edit]:
        """The terms of an edition, as edits without codes; read once."""
        if edition.id not in self._terms:
            self._terms[edition.id] = {
                int(term): ptp.edit("", "", (prior, effective, deletion, modifier, rationale))
                for term, prior, effective, deletion, modifier, rationale in self._query(
                    "SELECT term, prior, effective, deletion, modifier, rationale FROM ptp_terms "
                    "WHERE edition = ?",
                    edition.id,
                )
            }
        return self._terms[edition.id]

    def _edit_row(self, edition: Edition, edit: ptp.Edit, relation: Relation, when: date) -> Row:
        return Row(
            table="ptp",
            subject=f"{edit.column1}/{edit.column2}",
            fields={
                "prior": edit.prior,
                "effective_date": edit.printed[0],
                "deletion_date": edit.printed[1],
                "modifier_indicator": edit.modifier_indicator,
                "rationale": edit.rationale,
            },
            edition=edition,
            relation=relation,
            warning=warning(edition, relation, when),
            effective_from=edit.effective or edition.effective_from,
            effective_to=edit.deletion or edition.covers_to,
        )

    # --- words ---

    def search(self, table: str, text: str, when: date, limit: int = 20) -> tuple[Row, ...]:
        """The rows whose description holds all the words (each by its beginning), the closest first:
        billable codes and short descriptions before others."""
        wanted = [stem(word) for word in words(text)]
        editions, relation = self.answering(table, when, "practitioner")
        rows: list[tuple[float, str, Row]] = []
        for edition in editions if wanted else ():
            subjects: set[str] | None = None
            for word in wanted:
                holding: set[str] = set()
                for (text_,) in self._query(
                    "SELECT subjects FROM words WHERE edition = ? AND word BETWEEN ? AND ?",
                    edition.id,
                    word,
                    word + "\U0010ffff",
                ):
                    holding.update(text_.split())
                subjects = holding if subjects is None else subjects & holding
            for subject in sorted(subjects or ())[:2000]:
                for (cells,) in self._query(
                    "SELECT cells FROM cells WHERE edition = ? AND subject = ?", edition.id, subject
                ):
                    row = self._row(edition, subject, cells, relation, when)
                    length = len(words(row.fields["description"]))
                    rows.append((length - 0.5 * (row.fields.get("billable") == "1"), subject, row))
        return tuple(row for _, _, row in sorted(rows, key=lambda item: item[:2])[:limit])

    def spelled(self, table: str, text: str, when: date) -> str:
        """The text with words that no description has replaced by the closest that one has; "" where a word has
        nothing close."""
        editions, _ = self.answering(table, when, "practitioner")
        found = []
        for word in words(text):
            held: set[str] = set()
            for edition in editions:
                for low, high in (
                    (stem(word), stem(word) + "\U0010ffff"),
                    (word[:1], word[:1] + "\U0010ffff"),
                ):
                    held.update(
                        other
                        for (other,) in self._query(
                            "SELECT word FROM words WHERE edition = ? AND word BETWEEN ? AND ?",
                            edition.id,
                            low,
                            high,
                        )
                    )
                    if held:
                        break
            known = any(other.startswith(stem(word)) for other in held)
            close = [word] if known else get_close_matches(word, sorted(held), 1, 0.8)
            if not close:
                return ""
            found += close
        return " ".join(found)

    # --- what Facts asks (assistant/facts.py) ---

    def rows(self, table: str, subject: str, when: date, setting: str) -> tuple[Cell, ...]:
        """The cells of one subject in the newest edition that begins on or before `when`, each with the days
        on which it holds; before the oldest edition, only rows that name their own first day. A PTP pair
        comes with its history; where a part of the edition is not loaded that could hold the pair, with the
        one cell "incomplete", so that nothing found does not read as "no edit"."""
        editions, relation = self.answering(table, when, setting)
        if table == "ptp":
            first, _, second = subject.partition("/")
            rows = self._pair_cells(editions, relation, first, second)
            if not rows and relation != "later" and not self.complete_ptp(first, when, setting):
                newest = editions[0] if editions else None
                return (_incomplete(newest, first),) if newest else ()
            return rows
        found = []
        for row in self.find(table, subject, when, setting):
            since, until, own = _lasts(row)
            if relation == "later" and not own:
                continue
            at = f"{row.edition.file}: {subject}"
            for name, value in row.fields.items():
                found.append((name, value, row.edition.edition, row.edition.source_id, since, until, at))
        return tuple(found)

    def _pair_cells(
        self, editions: Sequence[Edition], relation: Relation, first: str, second: str
    ) -> tuple[Cell, ...]:
        history = [(edition, one) for edition in editions for one in self._edits(edition, first, second)]
        # A withdrawn edit (9) was never in force: it is told only where there is nothing else to tell.
        kept = [item for item in history if item[1].modifier_indicator != "9"] or history
        found: list[Cell] = []
        for edition, one in kept:
            if relation == "later" and one.effective is None:
                continue
            since = one.effective or min(edition.effective_from, one.deletion or edition.effective_from)
            unknown = "" if one.effective else "; this copy of the file gives no effective date"
            at = f"{edition.file}: row {first}/{second}{unknown}"
            for name, value in (
                ("modifier_indicator", one.modifier_indicator),
                ("rationale", one.rationale),
                ("effective_date", one.printed[0]),
                ("deletion_date", one.printed[1]),
            ):
                found.append((name, value, edition.edition, edition.source_id, since, one.deletion, at))
        return tuple(found)

    def subjects(self, table: str, pattern: str, when: date, setting: str) -> tuple[str, ...]:
        """The subjects of that edition that match a shell pattern ("97012/*", "*/97012", "971*")."""
        editions, relation = self.answering(table, when, setting)
        if relation == "later":
            return ()
        if table == "ptp":
            return self._pairs(pattern, when, setting)
        wild = _WILD.search(pattern)
        prefix = pattern[: wild.start()] if wild else pattern
        names: set[str] = set()
        for edition in editions:
            names.update(
                subject
                for (subject,) in self._query(
                    "SELECT subject FROM cells WHERE edition = ? AND subject BETWEEN ? AND ? AND subject GLOB ?",
                    edition.id,
                    prefix,
                    prefix + "\U0010ffff",
                    pattern,
                )
            )
        return tuple(sorted(names))

    def _pairs(self, pattern: str, when: date, setting: str) -> tuple[str, ...]:
        """The edits in force that match "97012/*" or "*/97012"; one side must be a code."""
        first, _, second = pattern.partition("/")
        if not _WILD.search(first):
            rows, _ = self.edits_of(first, when, setting, limit=1_000_000, side=1)
        elif second and not _WILD.search(second):
            rows, _ = self.edits_of(second, when, setting, limit=1_000_000, side=2)
        else:
            rows = ()
        return tuple(sorted(row.subject for row in rows if fnmatchcase(row.subject, pattern)))

    # --- changes ---

    def changes(
        self, table: str, old: str, new: str, codes: Iterable[str], setting: str = "practitioner"
    ) -> tuple[dict[str, object], ...]:
        """What differs between two editions (named as `editions` prints them, or by first day) for the given
        codes: one entry per subject, `change` added, removed or changed, `fields` name -> [old, new]."""
        ours = [one for one in self._loaded() if one.table == table and one.scope in ("", setting)]
        for name in (old, new):
            if not any(_called(one, name) for one in ours):
                held = ", ".join(sorted({one.edition for one in ours})) or "none"
                raise CitecodeError(
                    f"No {TABLES.get(table, table)} edition {name!r} is loaded; loaded: {held}."
                )
        found: list[dict[str, object]] = []
        for code in sorted(set(codes)):
            before, after = (self._all_of(ours, name, code) for name in (old, new))
            for subject in sorted(before.keys() | after.keys()):
                was, now = before.get(subject), after.get(subject)
                fields = {
                    name: [(was or {}).get(name), (now or {}).get(name)]
                    for name in [*(was or {}), *(name for name in now or {} if name not in (was or {}))]
                    if (was or {}).get(name) != (now or {}).get(name)
                }
                if (was is None and self._partial(ours, old, subject, setting)) or (
                    now is None and self._partial(ours, new, subject, setting)
                ):
                    continue  # an excerpt does not say that a row is gone or new
                if fields:
                    change = "added" if was is None else "removed" if now is None else "changed"
                    found.append({"subject": subject, "change": change, "fields": fields})
        return tuple(found)

    def _partial(self, ours: Sequence[Edition], name: str, subject: str, setting: str) -> bool:
        """Whether an edition's files do not hold all of its rows around a subject."""
        editions = [one for one in ours if _called(one, name)]
        if editions and editions[0].table == "ptp":
            return not self.complete_ptp(subject.split("/")[0], editions[0].effective_from, setting)
        return any(one.excerpt for one in editions)

    def _all_of(self, ours: Sequence[Edition], name: str, code: str) -> dict[str, dict[str, str]]:
        """Subject -> fields of everything an edition says of a code (as add-on also by its primaries)."""
        editions = [one for one in ours if _called(one, name)]
        table = editions[0].table
        if table == "ptp":
            rows, _ = self.edits_of(code, editions[0].effective_from, editions[0].scope, limit=1_000_000)
            keep = ("modifier_indicator", "rationale")
            return {row.subject: {key: row.fields[key] for key in keep} for row in rows}
        held: dict[str, dict[str, str]] = {}
        for edition in editions:
            for subject, cells in self._query(
                "SELECT subject, cells FROM cells WHERE edition = ? "
                "AND (subject = ? OR subject BETWEEN ? AND ?)",
                edition.id,
                code,
                f"{code}-",
                f"{code}/\U0010ffff",
            ):
                held[subject] = dict(zip(edition.columns, json.loads(cells), strict=True))
        return held

    def _query(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        assert self._db is not None
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise damaged(self.path, error) from error


@lru_cache(maxsize=1)
def _package_edition() -> Edition | None:
    path = icd_package()
    start = from_name("icd10", path.name) if path else None
    if path is None or start is None:
        return None
    return Edition(
        id=NOT_YET,
        table="icd10",
        setting=None,
        scope="",
        edition=label_of("icd10", start),
        effective_from=start,
        covers_to=span_of("icd10", start).end,
        file=f"package {ICD_PACKAGE}",
        member=path.name,
        sha256="",
        part=0,
        rank=1,
        rows=0,
        low="",
        high="",
        dated=False,
        columns=(),
        warnings=(),
        loaded_at="",
    )


_WILD = re.compile(r"[*?\[]")


def _called(edition: Edition, name: str) -> bool:
    return name.strip().casefold() in (edition.edition.casefold(), edition.effective_from.isoformat())


def warning(edition: Edition, relation: Relation, when: date) -> str:
    """What must be said when the edition does not cover the date."""
    if relation == "covers":
        return ""
    kind = "newest loaded that begins before" if relation == "earlier" else "oldest loaded; it begins after"
    return (
        f"{edition.title} ({edition.effective_from} to {edition.covers_to}) is the {kind} {when}: check the "
        "edition that covers that date."
    )


def _lasts(row: Row) -> tuple[date, date | None, bool]:
    """Since when and until when a row holds, and whether it names its own first day; a row without days holds
    from its edition on (what carries it further is the caller's rule)."""
    since = day(row.fields.get("effective_date", ""))
    until = None
    for name in ("end_date", "terminated"):
        until = until or day(row.fields.get(name, ""))
    return since or row.edition.effective_from, until, since is not None


def _incomplete(edition: Edition, code: str) -> Cell:
    reason = f"the part of edition {edition.edition} that holds column 1 {code} is not loaded"
    return (
        "incomplete",
        reason,
        edition.edition,
        edition.source_id,
        edition.effective_from,
        None,
        edition.file,
    )
