"""The hard facts: `corpus/facts` and the loaded CMS tables behind one dated lookup.

    facts.on(date(2026, 7, 15), "kx_threshold", "pt_slp", "amount")  ->  Found

A lookup has four answers. *held*: here is the value that holds on that date. *no*: the table is complete for
this subject and has no such row. *ended*: it was true until `fact.effective_to`. *silent*: we hold nothing;
`cure` says what to load. A table says by `carries` how far its values reach:

    standing  from its date until the next value or an explicit end
    forward   a quarterly file or a code list: later dates get the newest earlier edition and a warning
    year      an amount of a calendar year: never used for another year

Nothing is parsed before it is asked for; `check` reads everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

from assistant.domain import Citation, CitecodeError, Fact, Found, Setting
from assistant.facts.files import Carries, Cells, Edition, Span, Table, cell_spans, read_csv, read_table
from assistant.facts.periods import State, applying, at, reaches, stale
from assistant.sources import Sources

Row = tuple[str, str, str, str, date, date | None, str]
"""What a store returns of one cell: field, value, edition, source id, effective from, effective to,
locator."""

PRECEDENCE = ("cms_file", "regulation", "manual", "contractor", "payer", "cpt", "own", "trade")
"""Whose word counts when two tables speak about the same thing; trade press overrides nothing. Where a payer
is asked for, a value held for that payer comes before one that is not. Same rank, different values: neither
rules."""


class LoadedEdition(Protocol):
    """One edition in the store. `setting` is None where the file knows no setting (the fee schedule)."""

    @property
    def table(self) -> str: ...
    @property
    def edition(self) -> str: ...
    @property
    def source_id(self) -> str: ...
    @property
    def setting(self) -> Setting | None: ...
    @property
    def effective_from(self) -> date: ...
    @property
    def covers_to(self) -> date | None: ...
    @property
    def excerpt(self) -> bool:
        """Whether the file holds only some of the rows, so that a missing one says nothing."""
        ...


class Store(Protocol):
    """The CMS tables a user loaded (`assistant/tables.py`), seen from here.

    `rows`: the cells of one subject in the newest loaded edition that is not later than `when`, for that
    setting (with its history, where the file has one: a deleted row has its last day as effective_to);
    nothing when that edition has no such row. `subjects`: those of that edition that match a shell pattern
    ("97012/*")."""

    def rows(self, table: str, subject: str, when: date, setting: Setting) -> Sequence[Row]: ...

    def subjects(self, table: str, pattern: str, when: date, setting: Setting) -> Sequence[str]: ...

    def editions(self) -> Sequence[LoadedEdition]:
        """Every loaded edition; equal until something is loaded."""
        ...


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What `citecode facts` prints of a table; `absence` is its word for a row it does not have."""

    name: str
    title: str
    description: str
    authority: str
    editions: tuple[Edition, ...]
    sources: tuple[str, ...]
    fields: tuple[str, ...]
    rows: int
    absence: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """A Found with what precedence needs to know: the rank of its voice, the date of its edition."""

    found: Found
    rank: int = len(PRECEDENCE)
    edition_from: date | None = None


class Facts:
    """All fact tables of a corpus, of overlays (same format, the user's own) and of the loaded CMS files."""

    def __init__(self, paths: Iterable[Path], sources: Sources, store: Store | None = None) -> None:
        self.sources = sources
        self.store = store
        self._paths: dict[str, list[Path]] = {}
        for path in paths:
            self._paths.setdefault(path.stem, []).append(path)
        # Files are parsed once, when first asked for: a question touches a handful of some forty tables.
        self._table = lru_cache(maxsize=None)(lambda path: read_table(path, self.sources))
        self._csv: dict[Path, Cells] = {}
        self._parts: dict[Path, dict[str, list[str]]] = {}
        self._seen: Sequence[LoadedEdition] = ()
        self._shipped: list[tuple[str, Edition]] | None = None
        self._found = lru_cache(maxsize=8192)(self._find)

    @classmethod
    def load(
        cls, corpus: Path, sources: Sources, store: Store | None = None, overlays: Sequence[Path] = ()
    ) -> Facts:
        """The tables of `corpus/facts` and of each overlay folder. Raises CitecodeError for a missing
        folder."""
        folders = [Path(corpus) / "facts", *overlays]
        for folder in folders:
            if not folder.is_dir():
                raise CitecodeError(f"{folder}: no such folder of fact tables; name a corpus that has one.")
        return cls((path for folder in folders for path in sorted(folder.glob("*.yaml"))), sources, store)

    # --- lookups ---

    def on(
        self,
        when: date,
        table: str,
        subject: str,
        field: str = "value",
        *,
        setting: Setting = "practitioner",
        payer: str | None = None,
    ) -> Found:
        """What holds on `when`. A code is found under its own row, else under the narrowest range holding
        it."""
        if self.store and (editions := self.store.editions()) != self._seen:
            self._seen = editions  # a file was loaded meanwhile
            self._found.cache_clear()
        whose = payer.casefold() if payer else None
        found = self._found(when, table, subject, field, setting, whose)
        if found.state == "silent" and (update := self._update(table, when)):
            later = self._found(update.effective_from, table, subject, field, setting, whose)
            if later.state == "held":
                return replace(later, warning=_before(update, when))
        return found

    def _update(self, table: str, when: date) -> Edition | None:
        """ICD-10-CM comes out in October and is amended in April. Where only the amended list of a fiscal year is there, it speaks for
        the months before it, with a warning: what is in it was in force then, but for the few codes April brings."""
        if table != "icd10" or self.store is None:
            return None
        editions = [_edition(one) for one in self.store.editions() if one.table == table]
        later = [
            e for e in editions if e.effective_from > when and _fiscal(e.effective_from) == _fiscal(when)
        ]
        return min(later, key=lambda e: e.effective_from, default=None)

    def rows(
        self,
        when: date,
        table: str,
        subject: str,
        *,
        setting: Setting = "practitioner",
        payer: str | None = None,
    ) -> tuple[Fact, ...]:
        """Every field of one subject that is held on `when`."""
        found = (
            self.on(when, table, subject, field, setting=setting, payer=payer)
            for field in self._fields(table, subject, when, setting)
        )
        return tuple(item.fact for item in found if item.state == "held" and item.fact)

    def subjects(
        self, when: date, table: str, pattern: str = "*", *, setting: Setting = "practitioner"
    ) -> tuple[str, ...]:
        """The subjects with a value held on `when`, sorted; `pattern` as in a shell: "97012/*", "*/97012"."""
        names: set[str] = set()
        for one in self._tables(table):
            for edition in one.editions if one.key else ():
                if edition.setting in (None, setting):
                    names.update(self._matching(one, edition, pattern))
            names.update(subject for subject, _ in one.spans if fnmatchcase(subject, pattern))
        if self.store:
            names.update(self.store.subjects(table, pattern, when, setting))
        day = update.effective_from if (update := self._update(table, when)) else when
        fields = {name: self._fields(table, name, day, setting) for name in names}
        return tuple(
            name
            for name in sorted(names)
            if any(
                self.on(when, table, name, field, setting=setting).state == "held" for field in fields[name]
            )
        )

    def pair(self, when: date, a: str, b: str, setting: Setting = "practitioner") -> Found:
        """The PTP edit between two codes, whichever way it stands: `fact.subject` is "column 1/column 2".

        *no*: both codes are covered and there is no edit. *ended*: the last one was deleted on
        `fact.effective_to` (modifier indicator 9: withdrawn as if it had never been in force)."""
        if a == b:
            return Found(
                "silent", cure=f"A code is not edited against itself; the MUE of {a} limits its units."
            )
        both = [
            self.on(when, "ptp", f"{x}/{y}", "modifier_indicator", setting=setting)
            for x, y in ((a, b), (b, a))
        ]
        for state in ("held", "ended", "silent"):
            found = [item for item in both if item.state == state]
            if found:
                return max(found, key=_last_in_force)
        return both[0]

    # --- the tables themselves ---

    def tables(self) -> tuple[TableInfo, ...]:
        """Every shipped table, sorted by name."""
        return tuple(self._info(name) for name in sorted(self._paths))

    def every(self, table: str) -> Iterator[Fact]:
        """All facts of a shipped table, whatever their dates; none for a table that is not there."""
        for one in self._tables(table):
            edition = one.editions[0] if one.editions else None
            for (subject, field), spans in one.spans.items():
                for span in spans:
                    yield _fact(one, subject, field, span, edition)
            for edition in one.editions if one.key else ():
                cells = self._cells(one, edition)
                for subject in cells[1]:
                    for field in one.carries:
                        for span in cell_spans(one, edition, cells, subject, field):
                            if span.value:
                                yield _fact(one, subject, field, span, edition)

    def editions(self) -> tuple[tuple[str, Edition], ...]:
        """(table, edition) of the CSV tables and of the loaded files: what an answer's manifest names."""
        if self._shipped is None:  # only the headers of CSV tables need parsing
            self._shipped = [
                (name, edition)
                for name, paths in sorted(self._paths.items())
                for path in paths
                if "\neditions:" in path.read_text(encoding="utf-8")
                for edition in self._table(path).editions
            ]
        loaded = [(item.table, _edition(item)) for item in self.store.editions()] if self.store else []
        return (*self._shipped, *loaded)

    @cached_property
    def digest(self) -> str:
        """sha256 over the names and contents of all fact files, in hexadecimal."""
        total = hashlib.sha256()
        for folder in sorted({path.parent for paths in self._paths.values() for path in paths}):
            for file in sorted((*folder.glob("*.yaml"), *folder.glob("*.csv"))):
                total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
        return total.hexdigest()

    def check(self) -> int:
        """Read every file in full and count the facts. Raises CitecodeError at the first thing that is
        wrong."""
        named: dict[Path, set[str]] = {}
        for paths in self._paths.values():
            for path in paths:
                named.setdefault(path.parent, set()).update(e.csv for e in self._table(path).editions)
        for folder, files in named.items():
            for file in sorted(folder.glob("*.csv")):
                if file.name not in files:
                    raise CitecodeError(
                        f"{file}:1: no table names this file as an edition; name it or remove it."
                    )
        return sum(1 for name in sorted(self._paths) for _ in self.every(name))

    # --- how a lookup is answered ---

    def _find(
        self, when: date, name: str, subject: str, field: str, setting: Setting, payer: str | None
    ) -> Found:
        tables = self._tables(name)
        answers = [
            self._in_editions(table, when, subject, field, setting)
            if table.key
            else self._in_spans(table, when, subject, field, setting, payer)
            for table in tables
        ]
        if self.store:
            header = tables[0] if tables else None
            answers.append(self._in_store(self.store, header, name, when, subject, field, setting))
        speaking = [answer for answer in answers if answer.found.state != "silent"]
        if not speaking:
            return Found("silent", cure=_cure(tables[0] if tables else None, name, when, subject))
        best = min(answer.rank for answer in speaking)
        leading = [answer for answer in speaking if answer.rank == best]
        newest = max(leading, key=lambda answer: answer.edition_from or date.min)
        if newest.edition_from is None and len({_said(answer.found) for answer in leading}) > 1:
            return _disagreement([answer.found for answer in leading])
        return newest.found

    def _in_spans(
        self, table: Table, when: date, subject: str, field: str, setting: Setting, payer: str | None
    ) -> _Answer:
        silent = _Answer(Found("silent"))
        edition = table.editions[0] if table.editions else None
        row = table.row(subject, field)
        spans = table.spans[(row, field)] if row else ()
        spans = applying(spans, setting, payer)
        yearly = table.carry(field) == "year"
        warning = stale(edition, when) if table.carry(field) == "forward" else ""
        state, span = at(spans, when)
        if span and (not yearly or span.first.year == when.year):
            return self._answer(state, _fact(table, row, field, span, edition), warning)
        if (
            spans
            or edition is None
            or not table.complete(subject)
            or not reaches(table.carry(field), edition, when)
        ):
            return silent
        return self._answer("no", _absent(table, table.name, subject, field, edition), warning)

    def _in_editions(self, table: Table, when: date, subject: str, field: str, setting: Setting) -> _Answer:
        ours = [edition for edition in table.editions if edition.setting in (None, setting)]
        past = [edition for edition in ours if edition.effective_from <= when]
        if not past and table.period[0]:
            past = ours[:1]  # rows with their own first day speak for the time before the file, too
        for edition in reversed(past):
            if not reaches(table.carry(field), edition, when, before=bool(table.period[0])):
                continue
            cells = self._cells(table, edition)
            state, span = at(cell_spans(table, edition, cells, subject, field), when)
            if span:
                state = "no" if state == "held" and not span.value else state
                fact = _fact(table, subject, field, span, edition)
            elif table.complete(subject) and field in cells[0]:
                state, fact = "no", _absent(table, table.name, subject, field, edition)
            else:
                continue
            answer = self._answer(state, fact, stale(edition, when))
            return replace(answer, edition_from=edition.effective_from)
        return _Answer(Found("silent"))

    def _in_store(
        self,
        store: Store,
        table: Table | None,
        name: str,
        when: date,
        subject: str,
        field: str,
        setting: Setting,
    ) -> _Answer:
        carry: Carries = table.carry(field) if table else "forward"
        known = [item for item in store.editions() if item.table == name and item.setting in (None, setting)]
        every = store.rows(name, subject, when, setting)
        rows = sorted((row for row in every if row[0] == field), key=lambda row: (row[5] or date.max, row[4]))
        spans = tuple(Span(row[4], row[5], row[1], row[3], row[6], authority="CMS") for row in rows)
        state, span = at(spans, when)
        past = [_edition(item) for item in known if item.effective_from <= when]
        edition = max(past, key=lambda item: item.effective_from, default=None)
        if rows:
            edition = next((_edition(item) for item in known if item.edition == rows[-1][2]), edition)
        if edition is None or not reaches(carry, edition, when, before=bool(rows)):
            return _Answer(Found("silent"))
        if span:
            fact = _fact(table, subject, field, span, edition, name)
        elif table and table.loaded_complete and not every and not _excerpt(known, edition):
            state, fact = "no", _absent(table, name, subject, field, edition)
        else:
            return _Answer(Found("silent"))
        return _Answer(Found(state, fact, stale(edition, when)), 0, edition.effective_from)

    def _answer(self, state: State, fact: Fact, warning: str) -> _Answer:
        source = self.sources.get(fact.citation.source_id)
        rank = PRECEDENCE.index(source.kind) if source else len(PRECEDENCE)
        return _Answer(Found(state, fact, warning), -1 if fact.payer else rank)

    def _fields(self, table: str, subject: str, when: date, setting: Setting) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for one in self._tables(table):
            fields = one.carries if one.key else (field for _, field in one.spans if one.row(subject, field))
            names.update(dict.fromkeys(fields))
        if self.store:
            names.update(dict.fromkeys(row[0] for row in self.store.rows(table, subject, when, setting)))
        return tuple(names)

    def _info(self, name: str) -> TableInfo:
        tables = self._tables(name)
        first = tables[0]
        cells = [self._cells(table, edition) for table in tables if table.key for edition in table.editions]
        used = [span.source_id for table in tables for spans in table.spans.values() for span in spans]
        used += [edition.source_id for table in tables for edition in table.editions]
        fields = [field for table in tables for field in (table.carries if table.key else ())]
        fields += [field for table in tables for _, field in table.spans]
        return TableInfo(
            name=name,
            title=first.title,
            description=first.description,
            authority=first.authority,
            editions=tuple(edition for table in tables for edition in table.editions),
            sources=tuple(dict.fromkeys(used)),
            fields=tuple(dict.fromkeys(fields)),
            rows=sum(len({row for row, _ in table.spans}) for table in tables)
            + sum(len(c[1]) for c in cells),
            absence=first.absence,
        )

    def _tables(self, name: str) -> list[Table]:
        return [self._table(path) for path in self._paths.get(name, ())]

    def _cells(self, table: Table, edition: Edition) -> Cells:
        path = table.path.parent / edition.csv
        if path not in self._csv:
            self._csv[path] = read_csv(table, edition)
        return self._csv[path]

    def _matching(self, table: Table, edition: Edition, pattern: str) -> Sequence[str]:
        """The subjects of an edition that match; all pairs with one code are found without reading the
        rest."""
        subjects = self._cells(table, edition)[1]
        first, _, second = pattern.partition("/")
        if (
            table.join != "/"
            or (first != "*" and second != "*")
            or any(char in first + second for char in "?[")
        ):
            return [name for name in subjects if fnmatchcase(name, pattern)]
        path = table.path.parent / edition.csv
        if path not in self._parts:
            parts: dict[str, list[str]] = {}
            for name in subjects:
                one, _, other = name.partition("/")
                parts.setdefault(f"{one}/*", []).append(name)
                parts.setdefault(f"*/{other}", []).append(name)
            self._parts[path] = parts
        return self._parts[path].get(pattern, [])


def _fact(
    table: Table | None, subject: str, field: str, span: Span, edition: Edition | None, name: str = ""
) -> Fact:
    name = table.name if table else name
    return Fact(
        table=name,
        subject=subject,
        field=field,
        value=span.value,
        effective_from=span.first,
        effective_to=span.last,
        authority=span.authority,
        citation=Citation(span.source_id, span.locator, span.value, f"facts/{name}"),
        confidence=span.confidence,
        setting=span.setting or (edition.setting if edition else None),
        payer=span.payer,
        edition=edition.name if edition else "",
    )


def _absent(table: Table, name: str, subject: str, field: str, edition: Edition) -> Fact:
    """The fact behind a *no*: the table's own word for a row it does not have."""
    return Fact(
        table=name,
        subject=subject,
        field=field,
        value=table.absence,
        effective_from=edition.effective_from,
        effective_to=None,
        authority=table.authority,
        citation=Citation(edition.source_id, f"no row {subject}", table.absence, f"facts/{name}"),
        setting=edition.setting,
        edition=edition.name,
    )


def _edition(item: LoadedEdition) -> Edition:
    """A loaded edition, named as the shipped ones are: MUE 2026 Q2."""
    short = {"add_on_code": "AOC"}.get(item.table, item.table.upper())
    return Edition(
        f"{short} {item.edition}", item.source_id, item.effective_from, item.covers_to, item.setting
    )


def _excerpt(known: Sequence[LoadedEdition], edition: Edition) -> bool:
    return any(item.excerpt for item in known if item.effective_from == edition.effective_from)


def _cure(table: Table | None, name: str, when: date, subject: str) -> str:
    """The table's own sentence on what would answer, with the date asked for put in."""
    if table is None:
        return f"There is no table {name}: python ingest.py tables FILE loads CMS files."
    quarter = f"{when.year} Q{(when.month + 2) // 3}"
    return (
        table.cure.replace("{date}", str(when))
        .replace("{year}", str(when.year))
        .replace("{quarter}", quarter)
        .replace("{subject}", subject)
    )


def _fiscal(day: date) -> int:
    """The federal fiscal year: October to September."""
    return day.year + (day.month >= 10)


def _before(update: Edition, when: date) -> str:
    return f"{update.name} begins on {update.effective_from}, after {when}: a code that came with it was not valid yet."


def _last_in_force(found: Found) -> tuple[bool, date]:
    """Order for two edits of one pair: one that was in force says more than one withdrawn retroactively
    (9)."""
    if found.fact is None:
        return False, date.min
    return found.fact.value != "9", found.fact.effective_to or date.max


def _said(found: Found) -> tuple[str, str]:
    return found.state, found.fact.value if found.fact else ""


def _disagreement(found: Sequence[Found]) -> Found:
    """Two facts in conflict at the same rank: neither rules, both are shown."""
    facts = [item.fact for item in found if item.fact]
    voices = " and ".join(f"{fact.citation.source_id} says {fact.value!r}" for fact in facts)
    return Found("silent", cure=f"{voices} about {facts[0].subject} ({facts[0].table}): correct one of them.")
