"""Chats, kept in one SQLite file under CITECODE_HOME, so that a refresh or a second tab loses nothing.

A turn is the record of one answer, whole: the masked question, the answer as JSON, its Markdown and the
evidence that was shown. What is read back needs no index and no table, and shows what was said then.
Only masked text comes here: `record["answer"]["question"]` is what `privacy.mask` left.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.domain import CitecodeError

FILE = "conversations.sqlite"
MAX_TITLE = 80
_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, named INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL, updated TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS turn (
    conversation TEXT NOT NULL REFERENCES conversation(id) ON DELETE CASCADE, n INTEGER NOT NULL,
    asked TEXT NOT NULL, record TEXT NOT NULL, liked INTEGER, reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (conversation, n));
CREATE INDEX IF NOT EXISTS conversation_updated ON conversation(updated);
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of the list. `created` and `updated` are ISO times, `turns` the number of answers."""

    id: str
    title: str
    created: str
    updated: str
    turns: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer. `n` counts from 1; `liked` is None until somebody said so."""

    n: int
    asked: str
    record: Mapping[str, Any]
    liked: bool | None = None
    reason: str = ""


class Conversations:
    """All chats of one home. Every call opens the file anew: threads, tabs and processes may share it."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        except (OSError, sqlite3.Error):
            raise CitecodeError(
                f"{self.path} cannot be opened: set CITECODE_HOME to a folder that can be written."
            ) from None
        try:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = NORMAL")  # with WAL: whole after a crash, no wait for the disk
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                db.execute("PRAGMA journal_mode = WAL")
                db.executescript(_SCHEMA + "PRAGMA user_version = 1;")
            yield db
        except sqlite3.DatabaseError as error:
            raise CitecodeError(
                f"{self.path} cannot be used ({error}): move the file away to start anew."
            ) from None
        finally:
            db.close()

    def add(self, id: str | None, record: Mapping[str, Any], at: datetime) -> tuple[str, int]:
        """Keep one more turn: (id of the conversation, number of the turn).

        None, or an id that is not held, starts a new conversation."""
        question = str(record["answer"]["question"])
        stamp = at.isoformat(timespec="seconds")
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                if id is None or not self._has(db, id):
                    id = secrets.token_urlsafe(9)
                    title = _line(question) or "Conversation"
                    db.execute(
                        "INSERT INTO conversation (id, title, created, updated) VALUES (?,?,?,?)",
                        (id, title, stamp, stamp),
                    )
                n = int(
                    db.execute(
                        "SELECT COALESCE(MAX(n), 0) + 1 FROM turn WHERE conversation = ?", (id,)
                    ).fetchone()[0]
                )
                text = json.dumps(record, ensure_ascii=False)
                db.execute(
                    "INSERT INTO turn (conversation, n, asked, record) VALUES (?,?,?,?)", (id, n, stamp, text)
                )
                db.execute("UPDATE conversation SET updated = ? WHERE id = ?", (stamp, id))
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
        return id, n

    def turns(self, id: str) -> tuple[Turn, ...]:
        """The turns of a conversation, oldest first; () for an id that is not held."""
        with self._open() as db:
            rows = db.execute(
                "SELECT n, asked, record, liked, reason FROM turn WHERE conversation = ? ORDER BY n", (id,)
            ).fetchall()
        return tuple(
            Turn(n, asked, json.loads(record), None if liked is None else bool(liked), reason)
            for n, asked, record, liked, reason in rows
        )

    def get(self, id: str) -> Conversation | None:
        """One conversation; None where it is not held (or was deleted)."""
        if not _ID.fullmatch(id):
            return None
        found = self._listed("WHERE c.id = ?", (id,), 1)
        return found[0] if found else None

    def list(self, search: str = "", limit: int = 200) -> tuple[Conversation, ...]:
        """The newest first; with `search`, those whose title, questions or answers hold all its words."""
        words = search.split()
        clauses = [
            "(c.title LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM turn s WHERE s.conversation = c.id AND "
            "(json_extract(s.record, '$.answer.question') LIKE ? ESCAPE '\\' OR "
            "json_extract(s.record, '$.answer.text') LIKE ? ESCAPE '\\')))"
        ] * len(words)
        values: list[object] = []
        for word in words:
            like = "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"
            values += [like, like, like]
        return self._listed("WHERE " + " AND ".join(clauses) if clauses else "", values, limit)

    def _listed(self, where: str, values: Sequence[object], limit: int) -> tuple[Conversation, ...]:
        """`where` is our own text; what was typed stands in `values` alone."""
        sql = (
            "SELECT c.id, c.title, c.created, c.updated, COUNT(t.n) FROM conversation c "
            "LEFT JOIN turn t ON t.conversation = c.id "
            f"{where} GROUP BY c.id ORDER BY c.updated DESC, c.rowid DESC LIMIT ?"
        )
        with self._open() as db:
            return tuple(Conversation(*row) for row in db.execute(sql, (*values, limit)))

    def rename(self, id: str, title: str) -> None:
        """Give a conversation a title. Errors: CitecodeError for an empty one or an id not held."""
        line = _line(title)
        if not line:
            raise CitecodeError("The name of the conversation is empty: type one.")
        with self._open() as db:
            done = db.execute("UPDATE conversation SET title = ?, named = 1 WHERE id = ?", (line, id))
            if not done.rowcount:
                raise CitecodeError("This conversation is not held any more: it was deleted.")

    def delete(self, id: str) -> None:
        """Remove a conversation with all its turns; nothing happens where it is gone already."""
        with self._open() as db:
            db.execute("DELETE FROM conversation WHERE id = ?", (id,))

    def judge(self, id: str, n: int, liked: bool | None, reason: str = "") -> None:
        """Keep what the reader thought of one answer."""
        with self._open() as db:
            db.execute(
                "UPDATE turn SET liked = ?, reason = ? WHERE conversation = ? AND n = ?",
                (None if liked is None else int(liked), reason.strip()[:2000], id, n),
            )

    def judged(self) -> tuple[tuple[str, Turn], ...]:
        """Every turn somebody judged, with its conversation's id, oldest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT conversation, n, asked, record, liked, reason FROM turn WHERE liked IS NOT NULL "
                "ORDER BY asked, n"
            ).fetchall()
        return tuple((c, Turn(n, at, json.loads(r), bool(liked), why)) for c, n, at, r, liked, why in rows)

    def to_json(self, id: str) -> dict[str, object]:
        """The whole conversation for a program: {"id", "title", "created", "updated", "answers": [...]}."""
        found = self._held(id)
        return {
            "id": found.id,
            "title": found.title,
            "created": found.created,
            "updated": found.updated,
            "answers": [dict(turn.record["answer"]) for turn in self.turns(id)],
        }

    def to_markdown(self, id: str) -> str:
        """The whole conversation for a person."""
        found = self._held(id)
        title = re.sub(r"([\\`*_\[\]<>|~#!])", r"\\\1", found.title)
        parts = [f"# {title}", *(str(turn.record["markdown"]) for turn in self.turns(id))]
        return "\n\n---\n\n".join(parts) + "\n"

    def _held(self, id: str) -> Conversation:
        found = self.get(id)
        if found is None:
            raise CitecodeError("This conversation is not held any more: it was deleted.")
        return found

    @staticmethod
    def _has(db: sqlite3.Connection, id: str) -> bool:
        return db.execute("SELECT 1 FROM conversation WHERE id = ?", (id,)).fetchone() is not None


def _line(text: str) -> str:
    """A title on one line, without control characters, cut at a word."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"
