"""The index on disk, and the only file that knows Chroma.

A build is a directory that is never changed once it is named; `CURRENT` names it and is replaced atomically.
So a
killed ingest leaves the old index whole, readers see either build and never a mixture, and an open page
finds the new
one by looking at one small file. Beside the Chroma collection a build keeps the stored texts, the spans of
chunks and
sentences, the sentence vectors and the word lists, all in plain numpy files.

    DIR/CURRENT                 the name of the build in use
    DIR/builds/NAME/            manifest.json documents.json texts.bin *.npy terms.json postings.npz chroma/
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
import time
import warnings
import weakref
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import wording
from assistant.domain import CitecodeError, Source
from assistant.retrieval import lexical, locks
from assistant.retrieval.chunks import CHUNKER
from assistant.retrieval.documents import LOADER, Outline, StoredDocument
from assistant.retrieval.embed import Embedder, Vectors
from assistant.retrieval.pieces import Block

FORMAT = 4
REBUILD = "run `python ingest.py` to build it again"
COLLECTION = "passages"
POINTER = "CURRENT"
CORPUS = "corpus"
USER = "user"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build was made from. An index is used only with the same format, chunker, loader and model."""

    format: int
    model: str
    weights: str
    width: int
    precision: str
    chunker: str
    loader: str
    corpus: str
    documents: int
    chunks: int
    sentences: int

    @property
    def digest(self) -> str:
        """One name for the whole: equal digests answer alike."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in the index, without its text. `origin` is corpus or user, `path` where it was read."""

    name: str
    origin: str
    document: StoredDocument
    key: str
    text_at: tuple[int, int]
    rows: tuple[int, int]


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < (3, 35):
        raise CitecodeError(
            f"Chroma needs SQLite 3.35 or newer and this Python brings {sqlite3.sqlite_version}: "
            "use a newer Python, or pip install pysqlite3-binary and start through it."
        )


def _chroma(folder: Path) -> Any:
    """A Chroma client on a folder: no telemetry, no server, no embedding function of its own."""
    _check_sqlite()
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import chromadb
        from chromadb.config import Settings

        return chromadb.PersistentClient(
            path=str(folder), settings=Settings(anonymized_telemetry=False, allow_reset=False)
        )


def current(folder: Path) -> str:
    """The name of the build in use, "" when there is none."""
    try:
        return (folder / POINTER).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        raise CitecodeError(
            f"{folder / POINTER} cannot be read: remove {folder} and run `python ingest.py`."
        ) from None


def foreign(folder: Path) -> CitecodeError:
    return CitecodeError(f"{folder} is not an index of Citecode: give another --index, or an empty folder.")


def manifest(build: Path, folder: Path) -> Manifest:
    try:
        held = json.loads((build / "manifest.json").read_text("utf-8"))
        if held.get("format") != FORMAT:
            raise CitecodeError(f"The index in {folder} was made by another version: {REBUILD}.")
        return Manifest(**held)
    except FileNotFoundError:
        raise CitecodeError(f"The index in {folder} is incomplete: {REBUILD}.") from None
    except (OSError, ValueError, TypeError, AttributeError):
        raise CitecodeError(f"The index in {folder} is damaged: {REBUILD}.") from None


class Index:
    """One build, open for reading. It stays what it is; `fresh()` gives the newer one when there is one."""

    def __init__(self, folder: Path, name: str, embedder: Embedder | None, guard: int | None) -> None:
        build = folder / "builds" / name
        self.folder, self.name, self.embedder = folder, name, embedder
        self.manifest = manifest(build, folder)
        try:
            self.entries = entries(build)
            self._texts = (build / "texts.bin").read_bytes()
            self.chunks: NDArray[np.int32] = np.load(build / "chunks.npy")
            self.spans: NDArray[np.int32] = np.load(build / "spans.npy")
            self.vectors: NDArray[np.float32] = np.load(build / "vectors.npy", mmap_mode="r")
            self.sentence_vectors: NDArray[np.float16] = np.load(build / "sentences.npy", mmap_mode="r")
            self.lexicon = lexical.Lexicon.load(build)
            database = build / "chroma" / "chroma.sqlite3"
            whole = database.is_file()
            self._writable = os.access(database, os.W_OK) and os.access(database.parent, os.W_OK)
        except (OSError, ValueError, KeyError, TypeError):
            whole = False
        rows = (self.manifest.chunks, self.manifest.chunks, self.manifest.sentences, self.manifest.sentences)
        if not whole or rows != (
            len(self.chunks),
            len(self.vectors),
            len(self.spans),
            len(self.sentence_vectors),
        ):
            raise CitecodeError(f"The index in {folder} is damaged: {REBUILD}.")
        self._by_name = {entry.name: entry for entry in self.entries}
        self._text = lru_cache(maxsize=64)(self._read)
        self._outlines: dict[str, Outline] = {}
        self._opening = threading.Lock()
        self._clients: list[Any] = []
        self._close = weakref.finalize(self, _released, self._clients, guard)

    @classmethod
    def open(cls, folder: Path | str, embedder: Embedder | None = None) -> Index:
        """Open the build that is current.

        Raises CitecodeError with the cure when there is none, when it is foreign or damaged, or was made
        with another
        embedding model, chunker or loader than this program uses."""
        folder = Path(folder)
        for _ in range(20):
            name = current(folder)
            if not name:
                if folder.is_dir() and any(folder.iterdir()) and not (folder / "builds").is_dir():
                    raise foreign(folder)
                raise CitecodeError(f"There is no index in {folder}: run `python ingest.py` to build it.")
            if "/" in name or "\\" in name or name.startswith("."):
                raise foreign(folder)
            try:
                guard = _hold(folder / "builds" / name)
            except FileNotFoundError:
                time.sleep(0.05)  # replaced between the two looks; the pointer names the next one
                continue
            try:
                index = cls(folder, name, embedder, guard)
            except BaseException:
                os.close(guard)
                raise
            index._check(embedder)
            return index
        raise CitecodeError(f"The index in {folder} is incomplete: {REBUILD}.")

    def _check(self, embedder: Embedder | None) -> None:
        m = self.manifest
        if m.chunker != CHUNKER or m.loader != LOADER:
            raise CitecodeError(f"The index in {self.folder} was made by another version: {REBUILD}.")
        if embedder is not None and (m.weights, m.width) != (embedder.digest, embedder.width):
            raise CitecodeError(
                f"The index in {self.folder} was made with the embedding model {m.model} ({m.weights[:8]}), "
                f"not with {embedder.name} ({embedder.digest[:8]}): {REBUILD}."
            )

    def fresh(self) -> Index:
        """This index, or the newer build if the pointer has moved since."""
        return self if current(self.folder) in ("", self.name) else Index.open(self.folder, self.embedder)

    def close(self) -> None:
        """Let go of the build, so that the next ingest may remove it."""
        self._close()

    def __len__(self) -> int:
        return len(self.chunks)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The user's documents as sources, for citations of what no register names."""
        return tuple(e.document.source for e in self.entries if e.origin == USER)

    @property
    def payers(self) -> tuple[str, ...]:
        """The payers whose documents are held, as the documents name them."""
        return tuple(dict.fromkeys(p for e in self.entries if (p := e.document.word("payer"))))

    def scope(self, payer: str | None) -> NDArray[np.bool_] | None:
        """Which chunks may answer for a payer: those of no payer and its own; "": of no payer; None: all."""
        if payer is None or not self.payers:
            return None
        out = np.ones(len(self), bool)
        for e in self.entries:
            theirs = e.document.word("payer")
            out[e.rows[0] : e.rows[1]] = not theirs or _same_payer(theirs, payer)
        return out

    def entry(self, row: int) -> Entry:
        """The document that chunk `row` belongs to."""
        return self.entries[int(self.chunks[row, 0])]

    def section(self, entry: Entry, offset: int) -> tuple[str, ...]:
        """The path of headings over an offset of a document, from a table made once."""
        held = self._outlines.get(entry.name) or self._outlines.setdefault(
            entry.name, Outline(entry.document)
        )
        return held.at(offset)

    def _read(self, name: str) -> StoredDocument:
        entry = self._by_name[name]
        start, end = entry.text_at
        return replace(entry.document, text=self._texts[start:end].decode("utf-8"))

    def document(self, name: str) -> StoredDocument:
        """A stored document with its text, as citations count it. Raises CitecodeError for a name not
        held."""
        if name not in self._by_name:
            raise CitecodeError(
                f"There is no document named {name!r}: `python ingest.py --list` shows the names."
            )
        return self._text(name)

    def _collection(self) -> Any:
        """The Chroma collection, opened when the first question needs it."""
        with self._opening:
            if not self._clients:
                damaged = CitecodeError(f"The index in {self.folder} has lost its vectors: {REBUILD}.")
                try:
                    client = _chroma(self.folder / "builds" / self.name / "chroma")
                except Exception:  # a file that is not a database: chromadb's error for it is its own
                    raise damaged from None
                try:
                    collection = client.get_collection(COLLECTION, embedding_function=None)
                except Exception:  # chromadb has an error class for every way of being absent
                    client.close()
                    raise damaged from None
                self._clients += [client, collection]
            return self._clients[1]

    def nearest(self, vector: Vectors, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The k chunks nearest to a unit vector: (rows, cosine similarities), nearest first.

        Chroma writes into its folder even to read; where nothing may be written, the vectors kept beside it
        are compared one by one, which gives the same rows."""
        k = min(k, len(self))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if not self._writable:
            similar = np.asarray(self.vectors, np.float32) @ vector.reshape(-1)
            nearest = np.argsort(-similar, kind="stable")[:k].astype(np.int64)
            return nearest, similar[nearest]
        found = self._collection().query(
            query_embeddings=vector.reshape(1, -1), n_results=k, include=["distances"]
        )
        rows = np.array([int(i) for i in found["ids"][0]], np.int64)
        return rows, 1 - np.array(found["distances"][0], np.float32)


def _same_payer(theirs: str, payer: str) -> bool:
    """One name, however written: "Acme Health" is acme_health, "BCBS of Texas" Blue Cross."""
    known = {_plain(name) for name in (theirs, *wording.payers(theirs, theirs.lower()))}
    return _plain(payer) in known


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _released(clients: list[Any], guard: int | None) -> None:
    with suppress(Exception):  # the interpreter may be going down with half of chromadb gone
        for client in clients[:1]:
            client.close()
    if guard is not None:
        os.close(guard)


def _hold(build: Path) -> int:
    """A shared lock on a build while it is read; raises FileNotFoundError when the build is gone."""
    guard = os.open(build / "in-use", os.O_RDONLY)
    locks.share(guard)
    if not (build / "manifest.json").is_file():
        os.close(guard)
        raise FileNotFoundError(build)
    return guard


def entries(build: Path) -> tuple[Entry, ...]:
    held = json.loads((build / "documents.json").read_text("utf-8"))
    out = []
    for d in held:
        document = StoredDocument(
            name=d["name"],
            source_id=d["source_id"],
            title=d["title"],
            text="",
            kind=d["kind"],
            metadata={k: tuple(v) if isinstance(v, list) else v for k, v in d["metadata"].items()},
            blocks=tuple(Block(*b) for b in d["blocks"]),
            pages=tuple((p[0], p[1]) for p in d["pages"]),
            sha256=d["sha256"],
            path=d["path"],
            given=d["given"],
        )
        out.append(
            Entry(
                d["name"],
                d["origin"],
                document,
                d["key"],
                (d["text_at"][0], d["text_at"][1]),
                (d["rows"][0], d["rows"][1]),
            )
        )
    return tuple(out)


def store(folder: Path, vectors: Vectors) -> None:
    """All vectors into a new Chroma collection; a chunk's id is its row."""
    client = _chroma(folder)
    try:
        # ef_search above any k we ask for; one flush at the end instead of one every thousand rows.
        hnsw = {
            "space": "cosine",
            "ef_construction": 128,
            "ef_search": 256,
            "max_neighbors": 16,
            "sync_threshold": max(1000, len(vectors) + 1),
        }
        collection = client.create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": hnsw}
        )
        for at in range(0, len(vectors), 4000):
            part = vectors[at : at + 4000]
            collection.add(ids=[str(at + i) for i in range(len(part))], embeddings=part)
    finally:
        client.close()
