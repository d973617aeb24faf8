"""Making a build of the index: one writer, unchanged documents taken over, named only when it is whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.domain import CitecodeError
from assistant.retrieval import chunks as chunking
from assistant.retrieval import index, lexical, locks
from assistant.retrieval.chunks import CHUNKER
from assistant.retrieval.documents import LOADER, Outline, StoredDocument
from assistant.retrieval.embed import Embedder, Vectors
from assistant.retrieval.index import (
    CORPUS,
    FORMAT,
    POINTER,
    Entry,
    Manifest,
    current,
    entries,
    foreign,
    store,
)


@dataclass(frozen=True, slots=True)
class Input:
    """A document to be indexed and whether it is the corpus's own or the user's."""

    document: StoredDocument
    origin: str = CORPUS
    stale: bool = False
    """Stored by another version of the loader: read the file again if it is still there."""

    @property
    def key(self) -> str:
        """Changes whenever the stored document would: the file's bytes, its name, its metadata, the
        loader."""
        d = self.document
        said = json.dumps(
            [
                LOADER,
                d.sha256,
                d.name,
                d.source_id,
                d.title,
                {k: list(v) if isinstance(v, tuple) else v for k, v in d.metadata.items()},
            ],
            sort_keys=True,
        )
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Counts:
    """What a build changed, in documents."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    chunks: int = 0
    sentences: int = 0

    def __str__(self) -> str:
        said = (
            ("added", self.added),
            ("changed", self.changed),
            ("removed", self.removed),
            ("unchanged", self.unchanged),
        )
        return ", ".join(f"{len(names)} {word}" for word, names in said)


@contextmanager
def writing(folder: Path, wait: float = 600.0, say: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Be the only writer of the index in `folder`; others wait their turn up to `wait` seconds.

    Raises CitecodeError when the folder is something else's, cannot be written, or the other writer does not
    end."""
    if folder.exists() and not folder.is_dir():
        raise CitecodeError(f"{folder} is a file where the index folder was expected: give another --index.")
    ours = (
        not folder.exists()
        or not any(folder.iterdir())
        or (folder / "builds").is_dir()
        or (folder / "writer").exists()
    )
    if not ours:
        raise foreign(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "writer", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise CitecodeError(
            f"{folder} cannot be written ({(error.strerror or 'refused').lower()}): give another --index."
        ) from None
    try:
        until = time.monotonic() + wait
        told = False
        while not locks.seize(lock):
            if time.monotonic() >= until:
                raise CitecodeError(f"Another ingest is writing {folder}: wait until it has ended.")
            if not told:
                say("Another ingest is writing this index; waiting for it to end.")
                told = True
            time.sleep(0.1)
        yield
    finally:
        os.close(lock)


def held(folder: Path) -> tuple[Entry, ...]:
    """The documents of the current build, () when there is none that can be read.

    A build of an older format or another model still tells them: what a user has loaded is not lost with
    it."""
    name = current(folder)
    build = folder / "builds" / name
    if not name or "/" in name or not (build / "manifest.json").is_file():
        return ()
    try:
        return entries(build)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return ()


def kept(folder: Path) -> list[Input]:
    """The documents of the current build with their texts, ready to go into the next one."""
    entries = held(folder)
    if not entries:
        return []
    build = folder / "builds" / current(folder)
    try:
        stale = json.loads((build / "manifest.json").read_text("utf-8")).get("loader") != LOADER
        raw = (build / "texts.bin").read_bytes()
        return [
            Input(replace(e.document, text=raw[e.text_at[0] : e.text_at[1]].decode("utf-8")), e.origin, stale)
            for e in entries
        ]
    except (OSError, ValueError, AttributeError):
        return []


@dataclass(frozen=True, slots=True)
class _Old:
    """What the current build can lend to the next: rows of vectors and spans by document key."""

    entries: Mapping[str, Entry]
    chunks: NDArray[np.int32]
    spans: NDArray[np.int32]
    vectors: NDArray[np.float32]
    sentences: NDArray[np.float16]


def _old(folder: Path, embedder: Embedder) -> _Old | None:
    entries = held(folder)
    if not entries:
        return None
    build = folder / "builds" / current(folder)
    try:
        m = index.manifest(build, folder)
        if (m.weights, m.width, m.precision, m.chunker, m.loader) != (
            embedder.digest,
            embedder.width,
            embedder.precision,
            CHUNKER,
            LOADER,
        ):
            return None
        arrays = [
            np.load(build / f"{n}.npy", mmap_mode="r") for n in ("chunks", "spans", "vectors", "sentences")
        ]
    except (CitecodeError, OSError, ValueError):
        return None
    return _Old({e.key: e for e in entries}, *arrays)


def counts(before: Sequence[Entry], after: Sequence[Input]) -> Counts:
    """Which documents a build adds, changes, removes and keeps."""
    old = {e.name: e.key for e in before}
    new = {i.document.name: i.key for i in after}
    return Counts(
        added=tuple(n for n in new if n not in old),
        changed=tuple(n for n in new if n in old and old[n] != new[n]),
        removed=tuple(n for n in old if n not in new),
        unchanged=tuple(n for n in new if old.get(n) == new[n]),
    )


PART = 4096
"""Chunks embedded at a time: many enough to sort by length, few enough to hold their sentences in memory."""

Progress = Callable[[str, int, int], None]
"""(what is being done, how much is done, of how much)."""


def build(
    folder: Path, inputs: Sequence[Input], embedder: Embedder, progress: Progress = lambda *_: None
) -> Counts:
    """Make `inputs` the content of the index in `folder`; call it inside `writing(folder)`.

    Vectors of unchanged documents are taken over. Nothing is written when nothing changed."""
    names = [i.document.name for i in inputs]
    if len(set(names)) != len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise CitecodeError(f"Two documents are named {twice!r}: rename one of them.")
    folder.mkdir(parents=True, exist_ok=True)
    before = held(folder)
    old = _old(folder, embedder)
    change = counts(before, inputs)
    if old is not None and not (change.added or change.changed or change.removed):
        manifest = index.manifest(folder / "builds" / current(folder), folder)
        _sweep(folder)
        return replace(change, chunks=manifest.chunks, sentences=manifest.sentences)
    builds = folder / "builds"
    builds.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="build-", dir=builds))
    try:
        manifest = _write(fresh, inputs, embedder, old, progress)
        _point(folder, fresh.name)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _sweep(folder)
    return replace(change, chunks=manifest.chunks, sentences=manifest.sentences)


@dataclass(frozen=True, slots=True)
class _Due:
    """A chunk to be embedded: its row, its first sentence's row, the text with what is put before it, and
    where in
    that text its sentences stand."""

    row: int
    sentence: int
    text: str
    spans: list[tuple[int, int]]


def _write(
    fresh: Path, inputs: Sequence[Input], embedder: Embedder, old: _Old | None, progress: Progress
) -> Manifest:
    told: list[dict[str, object]] = []
    chunk_rows: list[tuple[int, int, int, int, int]] = []
    span_rows: list[tuple[int, int]] = []
    lent: list[tuple[int, Entry]] = []
    due: list[_Due] = []
    words: list[lexical.Words] = []
    at = 0
    with open(fresh / "texts.bin", "wb") as texts:
        for number, item in enumerate(inputs):
            progress("cutting", number, len(inputs))
            d, first = item.document, len(chunk_rows)
            entry = old.entries.get(item.key) if old else None
            for chunk in _chunks(d, embedder, old, entry):
                s = len(span_rows)
                words.append(_words(d, chunk))
                if entry is None:
                    before = f"{chunking.context(d, chunk)}\n"
                    shift = len(before) - chunk.start
                    spans = [(a + shift, b + shift) for a, b in chunk.sentences]
                    due.append(_Due(len(chunk_rows), s, before + d.text[chunk.start : chunk.end], spans))
                span_rows += chunk.sentences
                chunk_rows.append((number, chunk.start, chunk.end, s, len(span_rows)))
            if entry is not None:
                lent.append((first, entry))
            raw = d.text.encode("utf-8")
            texts.write(raw)
            told.append(_told(item, (at, at + len(raw)), (first, len(chunk_rows))))
            at += len(raw)
    chunks = np.array(chunk_rows, np.int32).reshape(-1, 5)
    vectors = np.zeros((len(chunk_rows), embedder.width), np.float32)
    sentences = np.zeros((len(span_rows), embedder.width), np.float16)
    if old is not None:
        for first, entry in lent:
            _lend(old, entry, first, chunks, vectors, sentences)
    _embed(due, vectors, sentences, embedder, progress)
    progress("writing", 0, 1)
    np.save(fresh / "chunks.npy", chunks)
    np.save(fresh / "spans.npy", np.array(span_rows, np.int32).reshape(-1, 2))
    np.save(fresh / "vectors.npy", vectors)
    np.save(fresh / "sentences.npy", sentences)
    lexical.count(words).save(fresh)
    (fresh / "documents.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    store(fresh / "chroma", vectors)
    (fresh / "in-use").write_text("", "utf-8")
    manifest = Manifest(
        format=FORMAT,
        model=embedder.name,
        weights=embedder.digest,
        width=embedder.width,
        precision=embedder.precision,
        chunker=CHUNKER,
        loader=LOADER,
        corpus=hashlib.sha256("\n".join(sorted(i.key for i in inputs)).encode()).hexdigest(),
        documents=len(inputs),
        chunks=len(chunk_rows),
        sentences=len(span_rows),
    )
    (fresh / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    _synced(fresh)
    progress("writing", 1, 1)
    return manifest


def _chunks(
    d: StoredDocument, embedder: Embedder, old: _Old | None, entry: Entry | None
) -> list[chunking.Chunk]:
    """The chunks of a document: taken over from the old build, or cut now."""
    if old is None or entry is None:
        return chunking.split(d, embedder.token_starts)
    outline = Outline(d)
    out = []
    for _, start, end, first, last in old.chunks[entry.rows[0] : entry.rows[1]].tolist():
        spans = tuple((a, b) for a, b in old.spans[first:last].tolist())
        out.append(chunking.Chunk(start, end, outline.at(start), spans))
    return out


def _lend(
    old: _Old,
    entry: Entry,
    first: int,
    chunks: NDArray[np.int32],
    vectors: Vectors,
    sentences: NDArray[np.float16],
) -> None:
    """Copy the vectors of an unchanged document from the old build to its rows in the new one."""
    a, b = entry.rows
    if a == b:
        return
    vectors[first : first + b - a] = old.vectors[a:b]
    from_, to = int(old.chunks[a, 3]), int(old.chunks[b - 1, 4])
    at = int(chunks[first, 3])
    sentences[at : at + to - from_] = old.sentences[from_:to]


def _words(d: StoredDocument, chunk: chunking.Chunk) -> lexical.Words:
    """The terms of a chunk: each sentence's, and those of what stands between them, of title and headings."""
    between: list[str] = [chunking.surroundings(d, chunk)]
    at = chunk.start
    for start, end in chunk.sentences:
        between.append(d.text[at:start])
        at = end
    between.append(d.text[at : chunk.end])
    return lexical.Words(
        lexical.terms("\n".join(between)),
        [lexical.terms(d.text[a:b]) for a, b in chunk.sentences],
        lexical.ranges(d.text[chunk.start : chunk.end]),
    )


def _told(item: Input, text_at: tuple[int, int], rows: tuple[int, int]) -> dict[str, object]:
    d = item.document
    return {
        "name": d.name, "origin": item.origin, "key": item.key, "source_id": d.source_id, "title": d.title,
        "kind": d.kind, "sha256": d.sha256, "path": d.path, "given": dict(d.given),
        "metadata": {k: list(v) if isinstance(v, tuple) else v for k, v in d.metadata.items()},
        "blocks": [[b.kind, b.start, b.end, b.level, b.label] for b in d.blocks],
        "pages": [list(p) for p in d.pages], "text_at": list(text_at), "rows": list(rows),
    }  # fmt: skip


def _embed(
    due: Sequence[_Due],
    vectors: Vectors,
    sentences: NDArray[np.float16],
    embedder: Embedder,
    progress: Progress,
) -> None:
    done = 0

    def more(n: int) -> None:
        nonlocal done
        done += n
        progress("embedding", done, len(due))

    for at in range(0, len(due), PART):
        part = due[at : at + PART]
        found, inside = embedder.parts([d.text for d in part], [d.spans for d in part], more)
        for d, vector, said in zip(part, found, inside, strict=True):
            vectors[d.row] = vector
            sentences[d.sentence : d.sentence + len(said)] = said


def _synced(folder: Path) -> None:
    """Flush a build to disk before it is named."""
    for path in folder.rglob("*"):
        if path.is_file():
            with open(path, "rb") as f:
                os.fsync(f.fileno())


def _point(folder: Path, name: str) -> None:
    beside = folder / f"{POINTER}.{os.getpid()}"
    with open(beside, "w", encoding="utf-8") as f:
        f.write(name + "\n")
        f.flush()
        os.fsync(f.fileno())
    os.replace(beside, folder / POINTER)


def _sweep(folder: Path) -> None:
    """Remove builds nobody reads: those we can lock for ourselves, or without locks those older than a
    day."""
    keep = current(folder)
    for build in (folder / "builds").iterdir():
        if build.name == keep or not build.is_dir():
            continue
        if not (build / "in-use").is_file():
            shutil.rmtree(build, ignore_errors=True)  # half-made by an ingest that was killed
            continue
        guard = os.open(build / "in-use", os.O_RDONLY)
        try:
            if locks.seize(guard) and (locks.LOCKS or time.time() - build.stat().st_mtime > 86_400):
                # A reader that comes now finds no manifest and looks at the pointer again.
                (build / "manifest.json").unlink(missing_ok=True)
                shutil.rmtree(build, ignore_errors=True)
        finally:
            os.close(guard)
